"""An expression made into a function gives what the reference evaluator gives, on every function and on nulls."""

from __future__ import annotations

import os
from datetime import date
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checker.calendar import WorkCalendar
from checker.engines.closures import Maker
from checker.engines.rowsets import Row
from checker.plan.evaluate import _LAZY, STRICT, WORLDLY, World, evaluate
from checker.plan.nodes import Calendar, Call, Col, Expr, Lit, Present
from tests.properties.exprs import SIGNATURES, TYPES, calls, exprs, rows

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


def same(expr: Expr, this: dict[str, Any], other: dict[str, Any], world: World) -> None:
    made = Maker(world, Same(), Same()).make(expr)
    expected, actual = evaluate(expr, this, other, world), made(row(this), row(other))
    assert (type(actual), actual) == (type(expected), expected)


@pytest.mark.parametrize("fn", ["and", "or", "if", "not", "is_true", "is_false", "is_null", "coalesce", "eq"])
def test_three_values_are_joined_as_the_evaluator_joins_them(fn: str) -> None:
    count = {"if": 3, "and": 3, "or": 3, "coalesce": 3, "eq": 2}.get(fn, 1)
    expr = Call(fn, tuple(Col(name, "bool") for name in "abc"[:count]), "bool")
    for values in product([True, False, None], repeat=count):
        same(expr, dict(zip("abc", values, strict=False)), {}, WORLDS[0])


@pytest.mark.slow
@pytest.mark.parametrize("fn", sorted(SIGNATURES))
@settings(max_examples=max(20, CASES // 20), deadline=None, derandomize=True)
@given(data=st.data(), this=rows(), other=rows(), world=st.sampled_from(WORLDS))
def test_each_function_gives_what_the_evaluator_gives(
    fn: str, data: st.DataObject, this: dict[str, Any], other: dict[str, Any], world: World
) -> None:
    same(data.draw(calls(fn)), this, other, world)


@pytest.mark.slow
@settings(max_examples=CASES, deadline=None, derandomize=True)
@given(TYPES.flatmap(exprs), rows(), rows(), st.sampled_from(WORLDS))
def test_a_function_gives_what_the_evaluator_gives(
    expr: Expr, this: dict[str, Any], other: dict[str, Any], world: World
) -> None:
    same(expr, this, other, world)


@pytest.mark.parametrize("side", ["this", "other"])
@pytest.mark.parametrize(
    ("cell", "said"),
    [((1, None), True), ((None, None), False), ((None, ",n,"), None), ((None, ",m,"), False)],
)
def test_a_cell_is_there_or_blank_or_unreadable(side: Any, cell: tuple[Any, Any], said: bool | None) -> None:
    have, nothing = {"n": cell[0], "_bad": cell[1]}, {"n": None, "_bad": None}
    rows = (have, nothing) if side == "this" else (nothing, have)
    assert Maker(WORLDS[0], Same(), Same()).make(Present("n", side))(*map(row, rows)) is said
    same(Present("n", side), *rows, WORLDS[0])


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
