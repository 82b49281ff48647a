"""The rows of other logs that a row was held against: which count, which do not, and by how much they missed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from checker.engines.reference import belongs, matched
from checker.language.anatomy import Predicate
from checker.plan.columns import columns_of
from checker.plan.nodes import Call, Expr, Related
from checker.trace.gaps import gaps
from checker.trace.model import Counted, Hurdle, Node, Other
from checker.trace.trees import conjuncts, tree
from checker.trace.world import Row, World, is_period, related_steps

NEAREST = 3
COUNTED = 12
_TECHNICAL = ("duty",)
_COMPARE = ("eq", "ne", "lt", "le", "gt", "ge")


def counted(world: World, row: Row) -> Iterator[Counted]:
    """Give, for each count over another log, the rows that count and the nearest of those that do not."""
    for step in related_steps(world.plan):
        if step.name not in _TECHNICAL:
            yield _counted(world, step, row)


def _counted(world: World, step: Related, row: Row) -> Counted:
    near = list(nearby(world, step, row))
    counting = [other for other in near if belongs(world.house, step, row, other) is not False]
    missed = [other for other in near if belongs(world.house, step, row, other) is False]
    shown = [_other(world, step, row, one) for one in counting[:COUNTED]]
    misses = list(_nearest([_other(world, step, row, one) for one in missed]))
    if step.name.startswith("leave_"):
        misses = []
    more = len(near) - len(shown) - len(misses)
    return Counted(
        step.name, world.base(step.log), row[step.name], row[f"{step.name}_unknown"], (*shown, *misses), more
    )


def _nearest(missed: list[Other]) -> Iterator[Other]:
    """Give the rows that missed by least; of those that are for another period, one."""
    elsewhere = False
    for one in sorted(missed, key=_distance)[: 2 * NEAREST]:
        other_period = any(hurdle.op == "period" for hurdle in one.hurdles)
        if not (other_period and elsewhere):
            yield one
        elsewhere = elsewhere or other_period


def nearby(world: World, step: Related, row: Row) -> Iterator[Row]:
    """Give the rows of the other log whose key may be that of this row, whatever else they lack."""
    keys = [match for match in step.match if not is_period(match)]
    for other in world.others(step):
        if all(matched(world.house, match, row, other) is not False for match in keys):
            yield other


def _other(world: World, step: Related, row: Row, other: Row) -> Other:
    spot = world.spot(other)
    assert spot is not None
    log = world.compiled.pack.logs[world.base(step.log)]
    truth = belongs(world.house, step, row, other)
    found = () if truth else tuple(_hurdles(world, step, row, other))
    return Other(spot, truth, _when(world, step, other) or (other.get(log.date) if log.date else None), found)


def _when(world: World, step: Related, other: Row) -> Any:
    """Give when the row says it happened, by the field that the rule looks at."""
    for take in step.takes:
        if take.name in ("submitted_at", "answered_at") and take.expr is not None:
            return world.value(take.expr, {}, other)
    return None


def _hurdles(world: World, step: Related, row: Row, other: Row) -> Iterator[Hurdle]:
    """Give what keeps a row of the other log from counting (false), or from counting for certain (None)."""
    for match in step.match:
        truth = matched(world.house, match, row, other)
        if truth is not True:
            why = gaps(world, match.other, row, other) if truth is None else ()
            left, right = world.value(match.other, row, other), world.value(match.this, row)
            yield Hurdle(truth, None, "period" if is_period(match) else "key", left, right, why)
    said: set[Expr] = set()
    for predicate in predicates_of(world, step):
        whole = tree(world, predicate, row, other)
        said |= set(conjuncts(predicate.expr))
        yield from (Hurdle(node.truth, node) for node in _open(whole))
    for part in conjuncts(step.where):
        truth = world.value(part, row, other)
        if part not in said and truth is not True:
            yield _compared(world, part, row, other)


def _open(node: Node) -> Iterator[Node]:
    """Give the parts that do not hold."""
    if node.kind == "all":
        for part in node.parts:
            yield from _open(part)
    elif node.truth is not True:
        yield node


def _compared(world: World, part: Expr, row: Row, other: Row) -> Hurdle:
    truth = world.value(part, row, other)
    why = gaps(world, part, row, other) if truth is None else ()
    if isinstance(part, Call) and part.fn in _COMPARE:
        left, right = (world.value(one, row, other) for one in part.args)
        return Hurdle(truth, None, part.fn, left, right, why)
    return Hurdle(truth, None, "other", gaps=why)


def predicates_of(world: World, step: Related) -> list[Predicate]:
    """Give the predicates that the editor wrote about the rows of a step."""
    parts = set(conjuncts(step.where))
    return [
        one
        for one in world.anatomy.notes.predicates.values()
        if one.side == "other"
        and one.raw
        and world.base(step.log) == one.log
        and set(conjuncts(one.expr)) <= parts
    ]


def _distance(one: Other) -> tuple[int, float, str, int]:
    """Put rows that missed by little first."""
    far = 0.0
    for hurdle in one.hurdles:
        if isinstance(hurdle.left, date) and isinstance(hurdle.right, date):
            far += abs((_moment(hurdle.left) - _moment(hurdle.right)).total_seconds())
    return (len(one.hurdles), far, one.spot.file, one.spot.row)


def _moment(day: date) -> datetime:
    return day if isinstance(day, datetime) else datetime.combine(day, datetime.min.time())


def reads(expr: Expr, side: str) -> set[str]:
    """Give the names of the columns of one side that an expression reads."""
    return {name for own, name in columns_of([expr]) if own == side}
