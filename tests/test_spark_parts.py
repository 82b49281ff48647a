"""What can be said of the Spark engine without Spark: refusals, messages, and what the lock leaves open."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from checker.cli import main
from checker.database import DatabaseError, connect
from checker.engines import ENGINES
from checker.engines.base import Unsupported
from checker.engines.spark import session
from checker.engines.spark.expressions import Writer
from checker.engines.spark.patterns import java_pattern
from checker.plan import build as b
from checker.plan.nodes import Call, Lit, Type

ROOT = Path(__file__).parents[1]


def call(fn: str, kind: Type, *args: Any) -> Call:
    return Call(fn, tuple(a if isinstance(a, Lit | Call) else b.lit(a) for a in args), kind)


@pytest.mark.parametrize(
    "pattern",
    ["a++", "[a&&b]", "[[a]]", r"\bx", r"\Qx\E", r"\p{L}", "(?i)a", r"(a)\1", "a{1,2}+", "[a-", "\\"],
)
def test_a_pattern_that_java_may_read_differently_is_refused(pattern):
    with pytest.raises(Unsupported):
        java_pattern(pattern)


def test_what_cannot_be_said_exactly_is_refused():
    with pytest.raises(Unsupported):
        Writer().sql(call("no_such_function", "text", 1))


@pytest.mark.parametrize(
    ("absent", "code", "install"),
    [("pyspark", "engine-not-installed", "policy-checker[spark]"), ("java", "no-java", "JAVA_HOME")],
)
def test_without_pyspark_or_java_it_is_said_what_to_install(monkeypatch, absent, code, install):
    there = {"pyspark": object(), "java": "/usr/bin/java", absent: None}
    monkeypatch.setattr(session.importlib.util, "find_spec", lambda name: there[name])
    monkeypatch.setattr(session.shutil, "which", lambda name, path=None: there[name])
    asked = ["check", str(ROOT / "samples"), "--period", "2026-10", "--as-of", "2026-11-06"]
    done = CliRunner().invoke(main, [*asked, "--engine", "spark"], catch_exceptions=False)
    assert (done.exit_code, done.stdout) == (2, "")
    assert code in done.stderr and install in done.stderr and "建议" in done.stderr
    english = CliRunner().invoke(main, [*asked, "--engine", "spark", "--lang", "en"], catch_exceptions=False)
    assert "the engine spark needs" in english.stderr and "install" in english.stderr


def test_the_lock_lets_an_engine_export_into_the_private_folder_and_nowhere_else(tmp_path):
    with connect() as db:
        db.run("create table t as select 1 as a")
        db.lock()
        inside, outside = db.folder / "t.parquet", tmp_path / "t.parquet"
        db.run(f"copy t to '{inside.as_posix()}' (format parquet)")
        assert inside.exists()
        for forbidden in (
            f"copy t to '{outside.as_posix()}' (format parquet)",
            f"copy t to '{db.folder.as_posix()}/../t.parquet' (format parquet)",
            f"copy t to '{db.folder.as_posix()}x.parquet' (format parquet)",
            "set allowed_directories = ['/']",
        ):
            with pytest.raises(DatabaseError):
                db.run(forbidden)
        assert not outside.exists()


def test_what_an_engine_cannot_express_is_told_and_not_approximated(monkeypatch):
    class Narrow:
        def run(self, *_):
            raise Unsupported("pattern 'a++' at 2")

    monkeypatch.setitem(ENGINES, "spark", lambda master: Narrow())
    rules = ["--rules", str(ROOT / "rules" / "after-sales")]
    asked = ["--period", "2026-10", "--as-of", "2026-11-06", "--engine", "spark", "--lang", "en"]
    done = CliRunner().invoke(
        main, ["check", str(ROOT / "samples" / "2026-10"), *rules, *asked], catch_exceptions=False
    )
    assert (done.exit_code, done.stdout) == (2, "")
    assert "cannot express this exactly: pattern 'a++' at 2" in done.stderr and "duckdb" in done.stderr
