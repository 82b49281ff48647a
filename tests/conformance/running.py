"""Runs the groups of a file on one engine, and gives what came out as the tables of the files have it."""

from __future__ import annotations

import inspect
import os
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from checker import facts
from checker.database import Database
from checker.engines import ENGINES
from checker.engines.base import Engine, Result
from checker.language.compile import Compiled, compile_pack
from checker.language.schedule import RunSpec
from checker.logs.inline import read_texts
from checker.logs.tables import Tables
from checker.model import Hit
from checker.pipeline import with_empty_logs
from tests.conformance.cases import Case, Group, groups_of

QUIET = ("pass", "not_applicable")
NULL, EMPTY = "-", "''"
REQUIRED = os.environ.get("CHECKER_REQUIRE_ENGINES", "").replace(",", " ").split()


@dataclass(frozen=True)
class Ran:
    """What one rule gave: all hits, the hits of a run that lists only what is not quiet, and the counts of both runs."""

    every: tuple[Hit, ...]
    listed: tuple[Hit, ...]
    counts: tuple[Mapping[str, int], Mapping[str, int]]
    types: Mapping[str, str]


def makers() -> dict[str, Callable[[], Engine]]:
    """Give the engines by name, and the default one as it judges many rows, and logs that are cut into pieces."""
    from checker.engines.duckdb import DuckDBEngine

    found: dict[str, Callable[[], Engine]] = dict(ENGINES)
    if "few" in inspect.signature(DuckDBEngine).parameters:
        found["duckdb-sql"] = lambda: DuckDBEngine(few=0)  # type: ignore[call-arg]
        found["duckdb-pieces"] = lambda: DuckDBEngine(few=0, many=0, piece=1)  # type: ignore[call-arg]
    return found


def compiled(group: Group, db: Database) -> tuple[Compiled, Tables]:
    """Give the rules of a group compiled, and its logs as tables of the database (in place of those of the last group)."""
    tables = read_texts(group.logs, group.pack, db, settle=False)
    spec = RunSpec(
        group.period,
        group.as_of,
        facts.work_calendar(group.pack, tables),
        facts.leave_spans(group.pack, tables),
    )
    found = compile_pack(group.pack, spec, {case.rule for case in group.cases})
    return found, with_empty_logs(tables, found)


def run_file(engine: Engine, file: str, db: Database) -> dict[str, Ran | Exception]:
    """Give what each case of a file gives, by name; a group is one run, or, where that breaks, one a rule."""
    found: dict[str, Ran | Exception] = {}
    for group in groups_of(file):
        rules, tables = compiled(group, db)
        try:
            found |= _run(engine, group.cases, rules, tables)
        except Exception as broken:
            if isinstance(broken, ImportError):
                raise
            for case in group.cases:
                found[case.name] = _alone(engine, case, rules, tables)
    return found


def _alone(engine: Engine, case: Case, rules: Compiled, tables: Tables) -> Ran | Exception:
    try:
        return _run(engine, [case], rules, tables)[case.name]
    except Exception as broken:
        return broken


def _run(engine: Engine, cases: Sequence[Case], rules: Compiled, tables: Tables) -> dict[str, Ran]:
    wanted = {case.rule for case in cases}
    plan = replace(rules.plan, rules=tuple(one for one in rules.plan.rules if one.rule in wanted))
    every, few = engine.run(plan, tables, every=True).taken(), engine.run(plan, tables).taken()
    return {case.name: _ran(case.rule, every, few, rules) for case in cases}


def _ran(rule: str, every: Result, few: Result, rules: Compiled) -> Ran:
    types = {f"value.{name}": kind for name, (kind, _) in rules.rules[rule].columns.items()}
    counts = (every.counts.get(rule, {}), few.counts.get(rule, {}))
    return Ran(_of(rule, every), _of(rule, few), counts, types)


def _of(rule: str, result: Result) -> tuple[Hit, ...]:
    return tuple(hit for hit in result.hits if hit.rule == rule)


def seen(hits: Sequence[Hit]) -> list[tuple[Any, ...]]:
    """Give hits whole, in an order that does not depend on the engine."""
    return sorted(
        ((h.outcome, tuple(sorted(h.values.items())), tuple(h.evidence)) for h in hits),
        key=lambda one: (str(one[1]), one[0]),
    )


def table(hits: Sequence[Hit], header: Sequence[str], types: Mapping[str, str]) -> list[tuple[str, ...]]:
    """Give hits as rows of a table with these columns, sorted."""
    return sorted(tuple(_cell(hit, name, types) for name in header) for hit in hits)


def counted(rows: Sequence[Sequence[str]], header: Sequence[str]) -> dict[str, int]:
    """Give how many judged rows of a table have each outcome; a row is judged unless the table says that it is not."""
    judged = header.index("judged") if "judged" in header else None
    at = header.index("outcome")
    return dict(Counter(row[at] for row in rows if judged is None or row[judged] == "true"))


def _cell(hit: Hit, name: str, types: Mapping[str, str]) -> str:
    if name == "outcome":
        return hit.outcome
    if name == "evidence":
        return _rows(hit.evidence)
    full = next(
        (f"{part}{name}" for part in ("", "value.", "subject.") if f"{part}{name}" in hit.values), None
    )
    assert full, f"the rule reports no '{name}'; it reports {', '.join(hit.values)}"
    return said(hit.values[full], types.get(full, ""))


def _rows(evidence: Sequence[tuple[str, int, int]]) -> str:
    """Give evidence as `log:row,row log:row`; rows count from 1, the header."""
    by_log: dict[str, list[str]] = {}
    for log, _, row in evidence:
        by_log.setdefault(log, []).append(str(row))
    return " ".join(f"{log}:{','.join(rows)}" for log, rows in by_log.items()) or NULL


def said(value: Any, kind: str = "") -> str:
    """Give a value as the tables have it.

    >>> from decimal import Decimal
    >>> [said(x) for x in (None, True, Decimal("0.50"), Decimal("95.000000"), date(2026, 10, 1), ("a", "b"), "")]
    ['-', 'true', '0.5', '95', '2026-10-01', 'a、b', "''"]
    >>> said(datetime(2026, 10, 1, 7, 5)), said(-5_400_000_000, "duration"), said(1, "duration")
    ('2026-10-01 07:05', '-1:30', '0:00:00.000001')
    """
    if value is None:
        return NULL
    if isinstance(value, bool):
        return str(value).lower()
    if kind == "duration":
        return _clock(int(value))
    if isinstance(value, Decimal):
        return f"{value:f}".rstrip("0").rstrip(".") if "." in f"{value:f}" else f"{value:f}"
    if isinstance(value, datetime):
        text = value.isoformat(" ")
        return text.removesuffix(":00") if len(text) == len("2026-10-01 07:05:00") else text
    if isinstance(value, (tuple, list)):
        return "、".join(value) or "()"
    return (value.isoformat() if isinstance(value, date) else str(value)) or EMPTY


def _clock(micros: int) -> str:
    sign, rest = "-" if micros < 0 else "", abs(micros)
    seconds, fraction = divmod(rest, 1_000_000)
    minutes, second = divmod(seconds, 60)
    text = f"{sign}{minutes // 60}:{minutes % 60:02d}"
    text += f":{second:02d}" if second or fraction else ""
    return text + (f".{fraction:06d}" if fraction else "")
