"""One judged row: what was asked of it, what was answered, and which step of the outcome decided."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from checker.language.anatomy import Predicate
from checker.plan import build as b
from checker.plan.columns import this_names
from checker.plan.nodes import Expr, Grid, Run
from checker.trace.gaps import gaps
from checker.trace.model import Asked, Case, Gap, Step
from checker.trace.others import counted
from checker.trace.trees import tree
from checker.trace.world import Row, World

_ROLES = {"member": "member", "waived": "off", "had": "only-if", "about.found": "about"}


def case(world: World, row: Row) -> Case:
    """Give the trace of one row."""
    kept = {name: world.value(expr, row) for name, expr in world.plan.keep}
    types = world.one.columns
    return Case(
        {name[8:]: value for name, value in kept.items() if name.startswith("subject.")},
        _text(kept["period"]),
        _text(kept["record"]),
        kept["at"],
        None if isinstance(world.plan.source, Grid) else world.spot(row),
        world.outcome(row),
        reason(world, row),
        world.in_scope(row) and kept["judged"] is not False,
        tuple(asked(world, row)),
        tuple(counted(world, row)),
        {
            **({"due_at": (kept["due_at"], "datetime", None)} if kept.get("due_at") is not None else {}),
            **{name: (kept[f"value.{name}"], *types[name]) for name in types},
        },
        tuple(_run(world, row)),
        kept["version_date"],
    )


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


def reason(world: World, row: Row) -> str:
    """Give which step of the outcome decided; `fails` when none before it did."""
    for rung in world.anatomy.ladder:
        if world.value(rung.condition, row) is True:
            return rung.reason
    return "fails"


def asked(world: World, row: Row) -> Iterator[Asked]:
    """Give every question of the rule, in the order in which they count."""
    anatomy = world.anatomy
    yield from _plain(world, "effective", anatomy.effective, row)
    yield from _plain(world, "run", anatomy.scope, row)
    for expr in anatomy.chosen:
        yield from _plain(world, _role(expr), expr, row)
    yield from _applies_to(world, row)
    for answer in _plain(world, "no-leave", b.not_(anatomy.leave), row):
        partly = answer.gaps == (Gap("none"),)
        yield replace(answer, gaps=(Gap("partly"),)) if partly else answer
    yield from _hold(world, row)
    yield from _plain(world, "require", anatomy.require, row)
    if anatomy.due is not None:
        over = b.compare("le", anatomy.due, b.lit(world.compiled.as_of))
        yield from _plain(world, "deadline-over", over, row)


def _plain(world: World, role: str, expr: Expr, row: Row) -> Iterator[Asked]:
    if expr == b.TRUE:
        return
    truth, said = world.value(expr, row), _said(world, expr)
    node = tree(world, said, row) if said else None
    yield Asked(role, truth, node, gaps(world, expr, row) if truth is None else ())


def _applies_to(world: World, row: Row) -> Iterator[Asked]:
    """Give whether the rule is about this person; a person of whom there is no row is nobody it knows."""
    predicate = world.anatomy.notes.predicates.get(("applies_to",))
    if world.anatomy.applies_to == b.TRUE or predicate is None:
        return
    truth = world.value(world.anatomy.applies_to, row)
    node = tree(world, predicate, row) if row.get("person.found", True) else None
    yield Asked(
        "applies-to", truth, node, gaps(world, world.anatomy.applies_to, row) if truth is None else ()
    )


def _hold(world: World, row: Row) -> Iterator[Asked]:
    """Give whether what is kept is on hold (retain)."""
    for predicate in world.anatomy.notes.predicates.values():
        if predicate.path[-1:] == ("hold",):
            yield Asked("hold", world.value(predicate.expr, row), tree(world, predicate, row))


def _said(world: World, expr: Expr) -> Predicate | None:
    """Give the predicate, of the row judged, that an expression is."""
    found = world.anatomy.notes.predicates.values()
    return next((one for one in found if one.side == "this" and one.raw and one.expr == expr), None)


def _role(expr: Expr) -> str:
    names = this_names([expr])
    return next((role for name, role in _ROLES.items() if name in names), "where")


def _run(world: World, row: Row) -> Iterator[Step]:
    """Give the results that a run of failures is made of, up to this row."""
    step = next((one for one in world.plan.steps if isinstance(one, Run) and one.name == "streak"), None)
    most = world.steps.get("streak_most")
    if step is None or not isinstance(most, Run):
        return
    group = [world.value(one, row) for one in step.by]
    rows = [one for one in row["~group"] if [world.value(by, one) for by in step.by] == group]
    end = [_ranked(world.value(one, row)) for one in step.order]
    for one in sorted(rows, key=lambda r: [_ranked(world.value(o, r)) for o in step.order]):
        order = [_ranked(world.value(o, one)) for o in step.order]
        if order > end:
            return
        surely, maybe = world.value(step.failed, one), world.value(most.failed, one)
        label = one.get("period") or "、".join(str(value) for _, value in order)
        yield Step(
            str(label), "skip" if maybe is None else "fail" if surely else "maybe" if maybe else "pass"
        )


def _ranked(value: Any) -> tuple[bool, Any]:
    return (value is None, 0 if value is None else value)
