"""Where the time of one check goes: its steps, its SQL statements by the function that runs them, its Python.

In this very process and unlike `run`, with the cost of looking on: use it to find what is slow, not how slow it is.
"""

from __future__ import annotations

import cProfile
import pstats
import re
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

from benchmarks import generate
from checker import database, facts, findings, logs, pipeline
from checker.engines.duckdb import DuckDBEngine
from checker.reports import REPORTS, Options

SHOWN, SHAPE = 25, 120


class Clock:
    """Adds up wall time by name."""

    def __init__(self) -> None:
        self.spent: dict[str, float] = defaultdict(float)
        self.calls: dict[str, int] = defaultdict(int)

    def around(self, name: Callable[..., str], function: Callable[..., Any]) -> Callable[..., Any]:
        """Give the function, timed under the name that `name` gives for its arguments."""

        def timed(*args: Any, **kwargs: Any) -> Any:
            start = time.perf_counter()
            try:
                return function(*args, **kwargs)
            finally:
                said = name(*args)
                self.spent[said] += time.perf_counter() - start
                self.calls[said] += 1

        return timed

    def lines(self, count: int = SHOWN) -> list[str]:
        """Give the greatest first."""
        order = sorted(self.spent, key=lambda one: -self.spent[one])[:count]
        return [f"{self.spent[one]:8.3f} s {self.calls[one]:6d} ×  {one}" for one in order]


def profile(folder: Path, period: str, as_of: str, python: bool) -> str:
    """Give the report of one check of a folder."""
    steps, statements, places = Clock(), Clock(), Clock()
    _watch(steps, statements, places)
    looked = cProfile.Profile() if python else None
    start = time.perf_counter()
    if looked:
        looked.enable()
    report = pipeline.check([folder], rules=generate.RULES, period=period, as_of=as_of)
    text = steps.around(lambda *_: "report json", REPORTS["json"])(report, Options("zh", False, False, 100))
    if looked:
        looked.disable()
    total = time.perf_counter() - start
    said = [
        f"whole {total:.3f} s, report {len(text):,} bytes, findings {len(report.findings):,}",
        "",
        "steps (some inside others)",
    ]
    said += [*steps.lines(), "", f"SQL, {sum(statements.spent.values()):.3f} s in all, by function"]
    said += [
        *places.lines(),
        "",
        "SQL by statement, counters and names of tables left out",
        *statements.lines(),
    ]
    return "\n".join([*said, *(_python(looked) if looked else [])])


def _watch(steps: Clock, statements: Clock, callers: Clock) -> None:
    places: list[tuple[Any, str, str]] = [
        (pipeline, "load_pack", "load pack"), (logs, "read", "read logs"), (facts, "work_calendar", "facts"),
        (facts, "leave_spans", "leave"), (pipeline, "compile_pack", "compile"), (DuckDBEngine, "run", "engine"),
        (findings, "build", "findings"), (pipeline, "clauses_by_field", "clauses by field"),
    ]  # fmt: skip
    for owner, name, said in places:
        setattr(owner, name, steps.around(lambda *_, said=said: said, getattr(owner, name)))
    for name in ("execute", "run"):
        plain = getattr(database.Database, name)
        by_statement = statements.around(lambda _, sql, *__: f"{_caller(3)}: {_shape(sql)}", plain)
        setattr(database.Database, name, callers.around(lambda *_: _caller(2), by_statement))


def _caller(depth: int) -> str:
    code = sys._getframe(depth + 1).f_code
    return f"{Path(code.co_filename).stem}.{code.co_name}"


def _shape(sql: str) -> str:
    """Give the start of a statement, the same for each of a kind."""
    return re.sub(r"_\d+|'[^']*'", "_", " ".join(sql.split()))[:SHAPE]


def _python(looked: cProfile.Profile) -> list[str]:
    out = StringIO()
    pstats.Stats(looked, stream=out).sort_stats("tottime").print_stats(SHOWN)
    return ["", "Python, by own time", *out.getvalue().splitlines()[4:]]
