"""Plan expressions as nested Python functions, made once for a run: the same values as `plan/evaluate.py`, sooner.

A function takes the row judged and the row of the other log and gives a value or `None`. Functions of values are those
of `evaluate` themselves; only what is asked most (columns, constants, comparisons, and/or/if) is put together here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache, partial
from typing import Any, Protocol

from checker.plan.evaluate import STRICT, WORLDLY, World
from checker.plan.nodes import Call, Col, Expr, Lit, Present

Fn = Callable[[Any, Any], Any]
REMEMBERED = 10_000
"""How many answers of a function that asks the calendar are kept: few days are asked again and again."""


class Names(Protocol):
    """Where a row keeps its columns."""

    def key(self, name: str) -> str:
        """Give the key under which a row holds the column."""


class Maker:
    """Makes functions for one pair of rows; parts that two expressions share are made once.

    >>> from checker.plan.build import compare, lit
    >>> class Same:
    ...     def key(self, name): return name
    >>> more = Maker(World(), Same(), Same()).make(compare("gt", Col("n", "int"), lit(3)))
    >>> more({"n": 4}, {}), more({"n": None}, {})
    (True, None)
    """

    def __init__(self, world: World, this: Names, other: Names) -> None:
        self.world, self.this, self.other = world, this, other
        self._made: dict[int, tuple[Expr, Fn]] = {}

    def make(self, expr: Expr) -> Fn:
        """Give the function of an expression."""
        known = self._made.get(id(expr))  # the expression is kept beside it, so that its id stays its own
        if known is None:
            known = self._made[id(expr)] = (expr, self._make(expr))
        return known[1]

    def _make(self, expr: Expr) -> Fn:
        if isinstance(expr, Lit):
            return _constant(expr.value)
        if isinstance(expr, Col):
            return (
                _this(self.this.key(expr.name)) if expr.side == "this" else _other(self.other.key(expr.name))
            )
        if isinstance(expr, Present):
            return self._present(expr)
        if expr.fn in _LAZY:
            return _LAZY[expr.fn](*(self.make(arg) for arg in expr.args))
        return self._strict(expr)

    def _present(self, expr: Present) -> Fn:
        names = self.this if expr.side == "this" else self.other
        key, bad, mark = names.key(expr.name), names.key("_bad"), f",{expr.name},"
        if expr.side == "this":
            return lambda t, o: True if t[key] is not None else None if mark in (t[bad] or "") else False
        return lambda t, o: True if o[key] is not None else None if mark in (o[bad] or "") else False

    def _strict(self, expr: Call) -> Fn:
        parts = [self.make(arg) for arg in expr.args]
        if expr.fn in WORLDLY:
            return _SHAPES[min(len(parts), 3)](
                lru_cache(REMEMBERED)(partial(WORLDLY[expr.fn], self.world)), parts
            )
        fn, last = STRICT[expr.fn], expr.args[1:]
        constants = [arg.value for arg in last if isinstance(arg, Lit)]
        if last and len(constants) == len(last):
            return self._with_constants(fn, expr.args[0], parts[0], constants)
        return _SHAPES[min(len(parts), 3)](fn, parts)

    def _with_constants(self, fn: Callable[..., Any], first: Expr, part: Fn, rest: Sequence[Any]) -> Fn:
        if None in rest:
            return _constant(None)
        if len(rest) > 1:
            return lambda t, o: None if (value := part(t, o)) is None else fn(value, *rest)
        one = rest[0]
        if isinstance(first, Col) and first.side == "this":  # two of three calls are of this form
            key = self.this.key(first.name)
            return lambda t, o: None if (value := t[key]) is None else fn(value, one)
        return lambda t, o: None if (value := part(t, o)) is None else fn(value, one)


def _constant(value: Any) -> Fn:
    return lambda t, o: value


def _this(key: str) -> Fn:
    return lambda t, o: t[key]


def _other(key: str) -> Fn:
    return lambda t, o: o[key]


def _unary(fn: Callable[..., Any], parts: Sequence[Fn]) -> Fn:
    (part,) = parts
    return lambda t, o: None if (value := part(t, o)) is None else fn(value)


def _binary(fn: Callable[..., Any], parts: Sequence[Fn]) -> Fn:
    one, two = parts
    return lambda t, o: (
        None if (left := one(t, o)) is None or (right := two(t, o)) is None else fn(left, right)
    )


def _many(fn: Callable[..., Any], parts: Sequence[Fn]) -> Fn:
    def call(t: Any, o: Any) -> Any:
        values = [part(t, o) for part in parts]
        return None if None in values else fn(*values)

    return call


_SHAPES: dict[int, Callable[[Callable[..., Any], Sequence[Fn]], Fn]] = {
    0: _many,
    1: _unary,
    2: _binary,
    3: _many,
}


def _and(*parts: Fn) -> Fn:
    def call(t: Any, o: Any) -> bool | None:
        sure: bool | None = True
        for part in parts:
            value = part(t, o)
            if value is False:
                return False
            if value is None:
                sure = None
        return sure

    return call


def _or(*parts: Fn) -> Fn:
    def call(t: Any, o: Any) -> bool | None:
        sure: bool | None = False
        for part in parts:
            value = part(t, o)
            if value is True:
                return True
            if value is None:
                sure = None
        return sure

    return call


def _if(cond: Fn, then: Fn, other: Fn) -> Fn:
    def call(t: Any, o: Any) -> Any:
        truth = cond(t, o)
        return None if truth is None else then(t, o) if truth else other(t, o)

    return call


def _coalesce(*parts: Fn) -> Fn:
    def call(t: Any, o: Any) -> Any:
        for part in parts:
            value = part(t, o)
            if value is not None:
                return value
        return None

    return call


_LAZY: dict[str, Callable[..., Fn]] = {
    "and": _and,
    "or": _or,
    "if": _if,
    "is_true": lambda part: lambda t, o: part(t, o) is True,
    "is_false": lambda part: lambda t, o: part(t, o) is False,
    "is_null": lambda part: lambda t, o: part(t, o) is None,
    "coalesce": _coalesce,
}
