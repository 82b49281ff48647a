"""Why a value is not known: the cells, rows and parameters that its expression rests on and that say nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from checker.engines.reference import belongs, matched
from checker.plan.nodes import Call, Col, Expr, Grid, Lit, Lookup, Present, Previous, Related, Run
from checker.trace.model import Gap
from checker.trace.world import Row, World

MOST = 6


def gaps(world: World, expr: Expr, row: Row, other: Row | None = None) -> tuple[Gap, ...]:
    """Give what keeps an expression from being known; nothing when it is known."""
    if world.value(expr, row, other) is not None:
        return ()
    found = dict.fromkeys(_of(world, expr, row, other or {}))
    return tuple(found)[:MOST] or (Gap("none"),)


def _of(world: World, expr: Expr, row: Row, other: Row) -> Iterator[Gap]:
    """Give the gaps of an expression that is null."""
    if isinstance(expr, Lit):
        yield Gap("unset")
    elif isinstance(expr, Present):
        yield _cell(world, expr.name, row if expr.side == "this" else other)
    elif isinstance(expr, Col):
        yield from _column(world, expr, row, other)
    elif expr.fn == "if":
        yield from _choice(world, expr, row, other)
    else:
        for part in expr.args:
            if world.value(part, row, other) is None:
                yield from _of(world, part, row, other)


def _choice(world: World, expr: Call, row: Row, other: Row) -> Iterator[Gap]:
    """Follow a chain of choices; one that ends in "not known" leaves the doubt to every condition on the way."""
    asked: list[Expr] = []
    chosen: Expr = expr
    while isinstance(chosen, Call) and chosen.fn == "if":
        condition, then, otherwise = chosen.args
        truth = world.value(condition, row, other)
        asked.append(condition)
        if truth is None:
            yield from _of(world, condition, row, other)
            return
        chosen = then if truth else otherwise
    if not isinstance(chosen, Lit):
        yield from _of(world, chosen, row, other)
        return
    for condition in asked:
        yield from _doubts(world, condition, row, other)


def _doubts(world: World, expr: Expr, row: Row, other: Row) -> Iterator[Gap]:
    """Give what in a condition is not certain, where the condition itself says "not known"."""
    if isinstance(expr, Call) and expr.fn == "contains" and world.value(expr, row, other) is True:
        yield from _unread_link(world, expr, row)
    elif isinstance(expr, Call):
        for part in expr.args:
            yield from _doubts(world, part, row, other)
    elif isinstance(expr, Present):
        if world.value(expr, row, other) is None:
            yield _cell(world, expr.name, row if expr.side == "this" else other)
    elif isinstance(expr, Col):
        if world.value(expr, row, other) is None:
            yield from _column(world, expr, row, other)
        elif expr.side == "this":
            yield from _uncertain(world, expr.name, row, other)


def _unread_link(world: World, expr: Call, row: Row) -> Iterator[Gap]:
    """Give the unreadable cell of a linked row: the test looks for its name among the unreadable ones."""
    bad, name = expr.args
    if isinstance(bad, Col) and isinstance(name, Lit) and bad.name.endswith("._bad"):
        step = world.steps.get(bad.name.removesuffix("._bad"))
        field = str(name.value).strip(",")
        if isinstance(step, Lookup | Previous):
            out = next((new for new, column in step.columns if field in (new, column.name)), field)
            yield from _looked_up(world, f"{step.name}.{out}", row)


def _uncertain(world: World, name: str, row: Row, other: Row) -> Iterator[Gap]:
    """Give the doubtful rows behind a count of them."""
    if name in world.derived:
        yield from _doubts(world, world.derived[name], row, other)
    if isinstance(world.steps.get(name), Run) and name.endswith("_most") and row.get(name):
        yield Gap("doubt")
    for step in world.plan.steps:
        if not isinstance(step, Related):
            continue
        if name == f"{step.name}_unknown" and row.get(name):
            yield from doubtful_rows(world, step, row)
        for take in step.takes:
            if (
                take.name == name
                and row.get(name)
                and isinstance(take.filter, Call)
                and take.filter.fn == "is_null"
            ):
                yield from _unsaid(world, step, take.filter, row)


def doubtful_rows(world: World, step: Related, row: Row) -> Iterator[Gap]:
    """Give why rows of another log may or may not belong to this one."""
    for match in step.match:
        if world.value(match.this, row) is None:
            yield from _of(world, match.this, row, {})
            return
    for theirs in world.others(step):
        if belongs(world.house, step, row, theirs) is None:
            yield from _why_doubtful(world, step, row, theirs)


def _why_doubtful(world: World, step: Related, row: Row, theirs: Row) -> Iterator[Gap]:
    for match in step.match:
        if matched(world.house, match, row, theirs) is None:
            yield from _of(world, match.other, row, theirs)
    if world.value(step.where, row, theirs) is None:
        yield from _of(world, step.where, row, theirs)


def _unsaid(world: World, step: Related, test: Call, row: Row) -> Iterator[Gap]:
    for theirs in world.others(step):
        if belongs(world.house, step, row, theirs) and world.value(test, row, theirs):
            yield from _of(world, test.args[0], row, theirs)


def _column(world: World, expr: Col, row: Row, other: Row) -> Iterator[Gap]:
    if expr.side == "other":
        yield _cell(world, expr.name, other)
    elif expr.name in world.derived:
        yield from _of(world, world.derived[expr.name], row, other)
    elif "." in expr.name:
        yield from _looked_up(world, expr.name, row)
    elif expr.name == "member" and isinstance(world.plan.source, Grid):
        grid = world.plan.source
        names = [column.name for column in (*grid.start, *grid.end) if row.get(column.name) is None]
        bad = row.get("_bad") or ""
        yield from (_cell(world, name, row) for name in names if f",{name}," in bad)
        if world.value(grid.where, row) is None:
            yield from _of(world, grid.where, row, {})
    elif expr.name == "waived":
        yield Gap("doubtful", world.compiled.pack.leave.log if world.compiled.pack.leave else None)
    else:
        yield from _taken(world, expr.name, row)


def _taken(world: World, name: str, row: Row) -> Iterator[Gap]:
    """Give why a figure over other rows has no value, or that a stored cell has none."""
    for step in world.plan.steps:
        if isinstance(step, Related) and any(take.name == name for take in step.takes):
            yield Gap("no-row", world.base(step.log))
            return
    yield _cell(world, name, row)


def _looked_up(world: World, name: str, row: Row) -> Iterator[Gap]:
    step_name, _, out = name.partition(".")
    step = world.steps.get(step_name)
    log = step.log if isinstance(step, Lookup) else str(row.get("_log"))
    if row.get(f"{step_name}.found") is not True or not isinstance(step, Lookup | Previous):
        own = (
            [e for m in step.match for e in [m.this] if world.value(e, row) is None]
            if isinstance(step, Lookup)
            else []
        )
        for part in own:
            yield from _of(world, part, row, {})
        if not own:
            yield Gap("no-row", world.base(log))
        return
    field = next((column.name for new, column in step.columns if new == out), out)
    unread = f",{field}," in (row.get(f"{step_name}._bad") or "")
    spot = world.spot_at(log, row.get(f"{step_name}._src"), row.get(f"{step_name}._row"), {})
    yield _told(world, Gap("unreadable" if unread else "blank", world.base(log), field, spot))


def _cell(world: World, name: str, row: Row) -> Gap:
    log = row.get("_log")
    unread = f",{name}," in (row.get("_bad") or "")
    entry = world.compiled.pack.logs.get(str(log))
    if entry is None or name not in entry.fields or entry.fields[name].formula:
        return Gap("no-row", str(log) if log else None, name.rpartition(".")[2])
    return _told(world, Gap("unreadable" if unread else "blank", str(log), name, world.spot(row)))


def _told(world: World, gap: Gap) -> Gap:
    """Give a gap with what stands in the cell and what the reading said of it: of the cell, else of whose row it is."""
    log = world.compiled.pack.logs.get(gap.log or "")
    if gap.spot is None or log is None or gap.why != "unreadable":
        return gap
    fields = (gap.field, log.person_name if gap.field == log.person else None)
    here = (gap.spot.file, gap.spot.sheet, gap.spot.row)
    said = [
        p for p in world.tables.problems if (p.file, p.sheet, p.row) == here and p.field in fields and p.field
    ]
    said.sort(key=lambda one: one.field != gap.field)
    return replace(gap, found=said[0].found, note=said[0].message) if said else gap
