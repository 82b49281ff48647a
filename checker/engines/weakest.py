"""The weakest of many conditions alike: a filter that keeps whatever any of them keeps, and costs one of each kind.

Of `x > 30`, `x > 40` and `x > 50` the first keeps the rows of all. Conditions that differ in nothing but such bounds
become one, with the weakest bound at each place. It may keep more than they do, never less: a condition is null for
the same rows whatever the bound, and and, or, not and the like only grow truer (or, below a `not`, less true) when
one of their parts does.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from checker.plan.nodes import Call, Expr, Lit

_DOWN, _UP = ("gt", "ge"), ("lt", "le")
"""Comparisons with a constant that hold of more when it is less, and when it is more."""
_ALIKE = ("and", "or", "is_true")
_TURNED = ("not", "is_false")


def weakest(conditions: Iterable[Expr]) -> list[Expr]:
    """Give fewer conditions, one of which is true or null wherever one of those given is true or null."""
    alike: dict[Any, list[Expr]] = {}
    for one in conditions:
        alike.setdefault(_shape(one), []).append(one)
    return [_weaker(group, True) for group in alike.values()]


def _shape(expr: Expr) -> Any:
    """Give a condition without its bounds: conditions of one shape can become one."""
    if not isinstance(expr, Call):
        return expr
    if expr.fn in (*_ALIKE, *_TURNED):
        return (expr.fn, *map(_shape, expr.args))
    if _is_bounded(expr):
        return (expr.fn, expr.args[0], _moved(expr.args[1]))
    if expr.fn == "in" and all(isinstance(one, Lit) and one.value is not None for one in expr.args[1:]):
        return ("in", expr.args[0])
    return expr


def _is_bounded(expr: Call) -> bool:
    return expr.fn in (*_DOWN, *_UP) and _moved(expr.args[1]) is not expr.args[1]


def _moved(bound: Expr) -> Any:
    """Give a bound without its constant: a number, a day, or a column and some days; else the bound as it is."""
    if isinstance(bound, Lit):
        return bound if bound.value is None else ("constant", type(bound.value), bound.type)
    if isinstance(bound, Call) and bound.fn == "add_days" and isinstance(bound.args[1], Lit):
        return bound if bound.args[1].value is None else ("days", bound.args[0], bound.type)
    return bound


def _weaker(exprs: Sequence[Expr], upright: bool) -> Expr:
    """Give one condition for several of one shape; not `upright` below a `not`, where less true is weaker."""
    first = exprs[0]
    if not isinstance(first, Call) or len(set(exprs)) == 1:
        return first
    if first.fn in (*_ALIKE, *_TURNED):
        way = upright is (first.fn in _ALIKE)
        parts = zip(*(_args(one) for one in exprs), strict=True)
        return replace(first, args=tuple(_weaker(part, way) for part in parts))
    if first.fn == "in":
        return _options(first, exprs, upright)
    low = (first.fn in _DOWN) is upright
    bounds = sorted((_args(one)[1] for one in exprs), key=_constant)
    return replace(first, args=(first.args[0], bounds[0 if low else -1]))


def _options(first: Call, exprs: Sequence[Expr], upright: bool) -> Expr:
    """Give `in` with the options of any, or where less is weaker with those that all have."""
    lists = [_args(one)[1:] for one in exprs]
    every = dict.fromkeys(option for options in lists for option in options)
    kept = [option for option in every if upright or all(option in options for options in lists)]
    return replace(first, args=(first.args[0], *kept)) if kept else Lit(False, "bool")


def _args(expr: Expr) -> tuple[Expr, ...]:
    assert isinstance(expr, Call)
    return expr.args


def _constant(bound: Expr) -> Decimal | Any:
    found = bound.args[1] if isinstance(bound, Call) else bound
    assert isinstance(found, Lit)
    return found.value
