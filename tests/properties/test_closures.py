"""An expression made into a function gives what the reference evaluator gives, on every function and on nulls."""

from __future__ import annotations

import os
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checker.calendar import WorkCalendar
from checker.engines.closures import Maker
from checker.engines.rowsets import Row
from checker.plan.evaluate import _LAZY, STRICT, WORLDLY, World, evaluate
from checker.plan.nodes import Calendar, Call, Col, Expr, Lit
from tests.properties.exprs import SIGNATURES, TYPES, exprs, rows

CASES = int(os.environ.get("CHECKER_CASES", "2000"))
FLAGS = WorkCalendar({date(2026, 10, 1): False}).flags(date(2026, 1, 1), date(2027, 1, 31))
WORLDS = [World(Calendar("2026-01-01", FLAGS), zone) for zone in ("Asia/Shanghai", "Europe/Berlin")]


class Same:
    """Columns are kept under their own names."""

    def key(self, name: str) -> str:
        return name


def row(columns: dict[str, Any]) -> Row:
    made = Row(columns)
    made.makers = {}
    return made


def test_every_function_is_tried():
    assert SIGNATURES.keys() == STRICT.keys() | WORLDLY.keys() | _LAZY.keys()


@pytest.mark.slow
@settings(max_examples=CASES, deadline=None, derandomize=True)
@given(TYPES.flatmap(exprs), rows(), rows(), st.sampled_from(WORLDS))
def test_a_function_gives_what_the_evaluator_gives(
    expr: Expr, this: dict[str, Any], other: dict[str, Any], world: World
) -> None:
    made = Maker(world, Same(), Same()).make(expr)
    expected, actual = evaluate(expr, this, other, world), made(row(this), row(other))
    assert (type(actual), actual) == (type(expected), expected)


def test_a_column_that_nobody_knows_is_null():
    assert Maker(WORLDS[0], Same(), Same()).make(Col("nowhere", "int"))(row({}), row({})) is None


def test_a_part_that_decides_ends_the_question():
    fails = Call("div", (Lit("x", "text"), Lit(1, "int")), "decimal")
    never = Call("is_null", (fails,), "bool")
    both = Call("and", (Col("bool", "bool"), never), "bool")
    either = Call("or", (Col("bool", "bool"), never), "bool")
    maker = Maker(WORLDS[0], Same(), Same())
    assert maker.make(both)(row({"bool": False}), row({})) is False
    assert maker.make(either)(row({"bool": True}), row({})) is True
