"""Rows in Python, SQL and the reference give the same hits on random logs and random rules of every kind."""

from __future__ import annotations

import os
from datetime import datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from checker import facts
from checker.calendar import parse_period
from checker.database import Database, OutOfMemory, connect
from checker.engines import pieces
from checker.engines.base import Engine, Result
from checker.engines.duckdb import DuckDBEngine
from checker.engines.reference import ReferenceEngine
from checker.engines.rows import RowsEngine
from checker.language.compile import compile_pack
from checker.language.schedule import RunSpec
from tests.properties.rules import rules
from tests.properties.worlds import fill, pack_with, world_of

CASES = int(os.environ.get("CHECKER_CASES", "2000"))


@pytest.fixture(scope="module")
def db() -> Any:
    with connect(threads=1) as one:
        yield one


def seen(result: Result) -> list[tuple[Any, ...]]:
    hits = [
        (h.rule, h.outcome, tuple(sorted(h.values.items())), tuple(sorted(h.evidence))) for h in result.hits
    ]
    return sorted(hits, key=repr)


SQL: dict[str, Engine] = {
    "as judged one by one": DuckDBEngine(few=0),
    "as marked first": DuckDBEngine(few=0, many=0),
}


def same(db: Database, engine: Engine, rule: dict[str, Any], seed: int, every: bool) -> None:
    same_of_all(db, engine, [rule], seed, every)


def same_of_all(
    db: Database, engine: Engine, rules: list[dict[str, Any]], seed: int, every: bool = False
) -> None:
    pack = pack_with(rules)
    tables = fill(db, pack, world_of(seed))
    spec = RunSpec(
        parse_period("2026-10"),
        datetime(2026, 11, 3),
        facts.work_calendar(pack, tables),
        facts.leave_spans(pack, tables),
    )
    plan = compile_pack(pack, spec).plan
    expected = ReferenceEngine().run(plan, tables, every).taken()
    actual = engine.run(plan, tables, every).taken()
    assert seen(actual) == seen(expected)
    assert actual.counts == expected.counts


def cases(count: int) -> settings:
    return settings(
        max_examples=count, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True
    )


@pytest.mark.slow
@cases(3 * CASES)
@given(rules(), st.integers(0, 2**32), st.booleans())
def test_few_rows_in_python_give_what_the_reference_gives(
    db: Database, rule: dict[str, Any], seed: int, every: bool
) -> None:
    same(db, RowsEngine(), rule, seed, every)


@pytest.mark.slow
@pytest.mark.parametrize("engine", SQL)
@cases(CASES)
@given(rules(), st.integers(0, 2**32), st.booleans())
def test_sql_gives_what_the_reference_gives(
    db: Database, engine: str, rule: dict[str, Any], seed: int, every: bool
) -> None:
    same(db, SQL[engine], rule, seed, every)


@pytest.mark.slow
@cases(CASES // 2)
@given(rules(), st.integers(0, 2**32), st.booleans())
def test_logs_taken_piece_by_piece_give_what_the_reference_gives(
    db: Database, rule: dict[str, Any], seed: int, one_by_one: bool
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        if one_by_one:
            patch.setattr(pieces, "strays", lambda bounds: set(range(len(bounds))))
        same(db, DuckDBEngine(few=0, many=0, piece=2), rule, seed, every=False)


@pytest.mark.slow
@cases(CASES // 10)
@given(rules(), st.integers(0, 2**32))
def test_marks_that_do_not_fit_into_memory_with_their_suspects_are_made_without_them(
    db: Database, rule: dict[str, Any], seed: int
) -> None:
    run = Database.run

    def full(self: Database, sql: str, params: Any = None) -> None:
        if "list(struct_pack(" in sql:
            raise OutOfMemory("no room")
        run(self, sql, params)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Database, "run", full)
        same(db, SQL["as marked first"], rule, seed, every=False)
