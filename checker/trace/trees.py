"""A predicate as it was written, each part with the value it met and whether it holds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from checker.language.anatomy import Condition, Predicate
from checker.plan.nodes import Call, Expr
from checker.trace.gaps import gaps
from checker.trace.model import Node, Truth
from checker.trace.world import Row, World


def tree(world: World, predicate: Predicate, row: Row, other: Row | None = None) -> Node:
    """Give a predicate with the truth of each part; the truth of the whole is that of its expression."""
    return _all(world, predicate.raw, predicate.path, row, other)


def _all(world: World, raw: Mapping[str, Any], path: tuple[Any, ...], row: Row, other: Row | None) -> Node:
    parts = tuple(
        part for key, value in raw.items() for part in _entry(world, key, value, (*path, key), row, other)
    )
    return parts[0] if len(parts) == 1 else Node("all", both(part.truth for part in parts), parts)


def _entry(
    world: World, key: str, value: Any, path: tuple[Any, ...], row: Row, other: Row | None
) -> Iterable[Node]:
    if key == "any_of":
        parts = tuple(_all(world, one, (*path, i), row, other) for i, one in enumerate(value))
        return [Node("any", either(part.truth for part in parts), parts)]
    if key == "all_of":
        return [_all(world, one, (*path, i), row, other) for i, one in enumerate(value)]
    if key == "not":
        inner = _all(world, value, path, row, other)
        return [Node("not", None if inner.truth is None else not inner.truth, (inner,))]
    if key == "complete":
        known = world.anatomy.notes.conditions
        return [leaf(world, one, row, other) for where, one in known.items() if where[:-1] == path]
    return [leaf(world, world.anatomy.notes.conditions[(*path, op)], row, other) for op in value]


def leaf(world: World, one: Condition, row: Row, other: Row | None = None) -> Node:
    """Give a single condition with the value it met."""
    truth = world.value(one.expr, row, other)
    why = gaps(world, one.expr, row, other) if truth is None else ()
    if truth is False and one.op == "present" and one.operand is True:
        why = gaps(world, one.left, row, other)
    limit = world.value(one.right, row, other) if one.right is not None else None
    return Node("leaf", truth, (), one, world.value(one.left, row, other), limit, why)


def both(truths: Iterable[Truth]) -> Truth:
    """Give the conjunction in three values."""
    known = list(truths)
    return False if False in known else None if None in known else True


def either(truths: Iterable[Truth]) -> Truth:
    """Give the disjunction in three values."""
    known = list(truths)
    return True if True in known else None if None in known else False


def conjuncts(expr: Expr) -> tuple[Expr, ...]:
    """Give the parts that must all hold."""
    return expr.args if isinstance(expr, Call) and expr.fn == "and" else (expr,)
