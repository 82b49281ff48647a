"""The one door to PySpark: a quiet session that means what the plan means, or a message that says what is missing."""

from __future__ import annotations

import importlib.util
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from checker.diagnostics import UsageError
from checker.model import Text

MEMORY = "3g"
_JAVA = "-Duser.timezone=UTC"
_QUICK_START = " -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xshare:auto"
MASTER = "local[*]"
# What decides meaning comes first: whole numbers and casts fail loudly, decimals keep their digits, no zone shifts a
# moment, and no text of a rule is read as a variable.
MEANING = {
    "spark.sql.ansi.enabled": "true",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.decimalOperations.allowPrecisionLoss": "false",
    "spark.sql.variable.substitute": "false",
    "spark.sql.parser.escapedStringLiterals": "false",
    "spark.sql.legacy.timeParserPolicy": "CORRECTED",
    "spark.sql.parquet.inferTimestampNTZ.enabled": "true",
    "spark.sql.caseSensitive": "true",
}
_QUIET = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.log.level": "OFF",
    "spark.sql.maxPlanStringLength": "1000",
    "spark.sql.artifact.isolation.enabled": "false",
    "spark.sql.objectHashAggregate.sortBased.fallbackThreshold": "100000",
}


def missing() -> UsageError | None:
    """Give what has to be installed before Spark can run, or None."""
    if importlib.util.find_spec("pyspark") is None:
        return UsageError.of(
            "engine-not-installed",
            Text(
                "引擎 spark 需要 PySpark，尚未安装", "the engine spark needs PySpark, which is not installed"
            ),
            Text("请运行 pip install 'policy-checker[spark]'", "run pip install 'policy-checker[spark]'"),
        )
    home = os.environ.get("JAVA_HOME")
    if shutil.which("java", path=str(Path(home) / "bin") if home else None) is None:
        return UsageError.of(
            "no-java",
            Text(
                "引擎 spark 需要 Java 17 或更新版本，没有找到",
                "the engine spark needs Java 17 or later, which was not found",
            ),
            Text(
                "请安装 Java，或把 JAVA_HOME 设为它的文件夹", "install Java, or set JAVA_HOME to its folder"
            ),
        )
    return None


# One job judges many rules: a plan made again after every stage, or constraints drawn from every condition, would
# cost more than the work. What is short enough to be sent to every core is known beforehand.
_PLANNING = {
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.constraintPropagation.enabled": "false",
    "spark.sql.autoBroadcastJoinThreshold": "-1",
}
_LITTLE = {
    "spark.sql.shuffle.partitions": "1",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
}


class Session:
    """A Spark session of this run; `close` stops Spark if this run started it."""

    def __init__(self, master: str = MASTER, little: bool = False) -> None:
        """Start Spark, or join the one that runs in this process.

        With `little` data nothing is split, sent around or compiled.

        Raises:
            UsageError: PySpark or Java is missing, or the master cannot be reached.
        """
        if (fault := missing()) is not None:
            raise fault
        from pyspark.sql import SparkSession

        running: Any = SparkSession.getActiveSession()
        self._owned = running is None
        self._root: Any = _started(master, little) if self._owned else running
        self.spark: Any = self._root.newSession()
        self.cores: int = self._root.sparkContext.defaultParallelism
        size = _LITTLE if little else {"spark.sql.shuffle.partitions": str(3 * self.cores)}
        for name, value in {**MEANING, **_PLANNING, **size}.items():
            self.spark.conf.set(name, value)

    def collect(self, sql: str) -> list[Any]:
        """Give the rows of a query; for small results only.

        Raises:
            UsageError: Spark gave up: a lost worker, too little memory, a number beyond 38 digits.
        """
        from py4j.protocol import Py4JError
        from pyspark.errors import AnalysisException, PySparkException

        try:
            return list(self.spark.sql(sql).collect())
        except AnalysisException:  # a query that Spark does not understand is a bug
            raise
        except (PySparkException, Py4JError) as error:
            said = _first_line(error)
            raise UsageError.of(
                "spark-failed",
                Text(f"Spark 没有算完：{said}", f"Spark did not finish: {said}"),
                Text(
                    "请用 --engine duckdb；若是内存不够，可设环境变量 SPARK_DRIVER_MEMORY 或换一个 --master",
                    "use --engine duckdb; if it was for lack of memory, set SPARK_DRIVER_MEMORY or another --master",
                ),
            ) from None

    def close(self) -> None:
        """Stop Spark if this run started it."""
        if self._owned:
            self._root.stop()


def _started(master: str, little: bool) -> Any:
    from pyspark.sql import SparkSession

    java = {"spark.driver.extraJavaOptions": _JAVA + (_QUICK_START if little else "")}
    if not os.environ.get("SPARK_DRIVER_MEMORY"):
        java["spark.driver.memory"] = "1g" if little else MEMORY
    local = {"spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1"}
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    builder = SparkSession.builder.master(master).appName("checker")
    for name, value in {**_QUIET, **MEANING, **java, **(local if master.startswith("local") else {})}.items():
        builder = builder.config(name, value)
    try:
        with _silence():
            return builder.getOrCreate()
    except Exception as error:  # whatever Java says: a wrong master, no reply, no memory
        raise UsageError.of(
            "spark-did-not-start",
            Text(
                f"Spark（{master}）没有启动：{_first_line(error)}",
                f"Spark ({master}) did not start: {_first_line(error)}",
            ),
            Text(
                "请核对 --master，例如 local[2] 或 spark://主机:7077",
                "check --master, for example local[2] or spark://host:7077",
            ),
        ) from None


def _first_line(error: Exception) -> str:
    return next((line.strip() for line in str(error).splitlines() if line.strip()), type(error).__name__)[
        :200
    ]


@contextmanager
def _silence() -> Iterator[None]:
    """Send what Java says while it starts, and ever after, to nowhere: it inherits the file, not `sys.stderr`."""
    sys.stderr.flush()
    kept, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)
