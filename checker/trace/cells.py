"""The cells on which an outcome rests, each with the values worth trying.

What a row is about (its key, person, region, period, the day of the event) is no mistake to mend: such a cell is
tried only where it is blank or cannot be read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from checker.engines.reference import matched
from checker.language.pack import Field, Log
from checker.logs.tables import stored
from checker.model import Value
from checker.plan.columns import exprs_of, this_names
from checker.plan.nodes import Call, Expr, Grid, Lookup, Present, Related
from checker.trace.edits import as_moment, candidates, pool
from checker.trace.gaps import gaps
from checker.trace.model import Gap
from checker.trace.others import nearby, reads
from checker.trace.trees import conjuncts
from checker.trace.world import Row, World, is_period

Cell = tuple[Log, Row, str, list[Value]]
ROWS = 8


def cells(world: World, row: Row, steps: list[Related]) -> Iterator[Cell]:
    """Give the cells of the row judged, of the rows it takes columns from, and of those it is held against."""
    if not isinstance(world.plan.source, Grid):
        yield from _own_cells(world, row, steps)
    yield from unknown_cells(world, row)
    for link in world.plan.steps:
        if isinstance(link, Lookup) and link.at is None:
            yield from _linked_cells(world, row, link)
    for step in steps:
        yield from _other_cells(world, row, step)


def judging(world: World) -> list[Expr]:
    """Give the conditions that decide."""
    anatomy = world.anatomy
    return [*anatomy.chosen, anatomy.applies_to, anatomy.leave, anatomy.require]


def days(world: World, entry: Field) -> list[Value]:
    """Give the last day of the run, for a date that is missing."""
    near = (
        candidates(entry, [world.compiled.period.end], None)
        if entry.type in ("date", "datetime", "month")
        else []
    )
    return [
        value
        for value in near
        if isinstance(value, date) and as_moment(value) == as_moment(world.compiled.period.end)
    ]


def just_any(goals: Iterable[Expr], name: str, side: str) -> bool:
    """Tell whether nothing more is asked of a cell than that it is there."""
    asked = [goal for goal in goals if name in reads(goal, side)]
    return bool(asked) and all(map(_is_presence, asked))


def _is_presence(expr: Expr) -> bool:
    if isinstance(expr, Call) and expr.fn == "not":
        return isinstance(expr.args[0], Call) and expr.args[0].fn == "is_null"
    parts = expr.args if isinstance(expr, Call) and expr.fn in ("and", "or", "is_true") else ()
    return isinstance(expr, Present) or (bool(parts) and all(map(_is_presence, parts)))


def _own_cells(world: World, row: Row, steps: list[Related]) -> Iterator[Cell]:
    log = world.compiled.pack.logs[str(row["_log"])]
    names = _stored_names(world, this_names([world.anatomy.require]))
    fixed = {*log.key, log.person, log.person_name, log.region}
    event = _stored_names(world, this_names([world.keep["at"]]))
    if world.one.rule.check_kind == "retain":  # there the event is the destruction, and its term is given
        fixed |= _stored_names(world, this_names([world.keep["value.keep_through"]])) - event
    else:
        fixed |= event
    for name in (one for one in stored(log) if one in names and (row[one] is None or one not in fixed)):
        asking = [step.where for step in steps if name in _stored_names(world, this_names(exprs_of(step)))]
        values = pool(world, [world.anatomy.require, *world.anatomy.chosen, *asking], row, {})
        if just_any(conjuncts(world.anatomy.require), name, "this"):
            values = set()
        entry = log.fields[name]
        yield (
            log,
            row,
            name,
            candidates(entry, values, row[name], [*_long(entry, values), *days(world, entry)]),
        )


def _long(entry: Field, values: Iterable[Value]) -> list[Value]:
    """Give texts as long as the numbers that are asked for."""
    sizes = sorted(one for one in values if type(one) is int and 1 < one < 500)
    return ["X" * size for size in sizes] if entry.type == "text" and not entry.values else []


def unknown_cells(world: World, row: Row) -> Iterator[Cell]:
    """Give the blank and unreadable cells that leave the outcome unknown."""
    seen = set[Any]()
    for expr in (world.anatomy.scope, *judging(world)):
        for gap in gaps(world, expr, row):
            mine = _row_of(world, gap)
            if mine is not None and gap.field and (gap.spot, gap.field) not in seen:
                seen.add((gap.spot, gap.field))
                log = world.compiled.pack.logs[str(gap.log)]
                values = pool(world, judging(world), row, {}) | _ids(world, log, mine, gap.field)
                entry = log.fields[gap.field]
                yield log, mine, gap.field, candidates(entry, values, mine[gap.field], days(world, entry))


def _row_of(world: World, gap: Gap) -> Row | None:
    if gap.spot is None or gap.log is None:
        return None
    for row in world.house.log(gap.log):
        if row["_row"] == gap.spot.row and world.spot(row) == gap.spot:
            return row
    return next((one for one in world.house.log(gap.log) if world.spot(one, gap.log) == gap.spot), None)


def _ids(world: World, log: Log, row: Row, name: str) -> set[Value]:
    """Give who a row without an id may be about: the people of its name."""
    people = world.compiled.pack.people
    if people is None or name != log.person or not people.name:
        return set()
    called = row.get(log.person_name or "")
    return {one[people.key] for one in world.stored(people.log) if one.get(people.name) == called}


def _linked_cells(world: World, row: Row, link: Lookup) -> Iterator[Cell]:
    """Give the cells of the one row from which the requirement takes columns."""
    base = world.base(link.log)
    place = (row.get(f"{link.name}._src"), row.get(f"{link.name}._row"))
    mine = next((one for one in world.house.log(base) if (one["_src"], one["_row"]) == place), None)
    if mine is None:
        return
    log, wanted = world.compiled.pack.logs[base], _stored_names(world, this_names([world.anatomy.require]))
    values = pool(world, [world.anatomy.require], row, {})
    for out, column in link.columns:
        if f"{link.name}.{out}" in wanted and column.name in log.fields:
            entry = log.fields[column.name]
            yield log, mine, column.name, candidates(entry, values, mine[column.name], days(world, entry))


def _other_cells(world: World, row: Row, step: Related) -> Iterator[Cell]:
    log = world.compiled.pack.logs[world.base(step.log)]
    takes = [e for take in step.takes for e in (take.expr, take.filter) if e is not None]
    goals = [e for m in step.match for e in (m.this, m.other)] + [step.where, *takes]
    names = set[str]().union(*(reads(one, "other") for one in goals))
    fixed, asked = _fixed(log, step), [*conjuncts(step.where), *takes]
    for other in _first(world, row, step):
        for name in (one for one in stored(log) if one in names and (other[one] is None or one not in fixed)):
            values = pool(world, [*goals, world.anatomy.require], row, other)
            if just_any(asked, name, "other"):
                values = set()
            yield log, other, name, candidates(log.fields[name], values, other[name], _further(other[name]))


def _fixed(log: Log, step: Related) -> set[str | None]:
    """Give the fields that say what a row is about; of counted rows all but the figures themselves."""
    dating = set[str]().union(
        *(reads(t.expr, "other") for t in step.takes if t.expr is not None and t.fn == "min")
    )
    keys = set[str]().union(*(reads(match.other, "other") for match in step.match)) - dating
    fixed = {*log.key, log.person, log.person_name, log.region, *keys} - dating
    if step.name != "counted":
        return fixed
    figures = [e for t in step.takes for e in (t.expr, t.filter) if e is not None and t.fn != "distinct"]
    return {*stored(log)} - set[str]().union(*(reads(one, "other") for one in figures)) | fixed


def _first(world: World, row: Row, step: Related) -> list[Row]:
    """Give the rows that come nearest to counting."""
    shown = [one for one in nearby(world, step, row) if not _elsewhere(world, step, row, one)]
    parts = conjuncts(step.where)
    shown.sort(key=lambda one: -sum(world.value(part, row, one) is True for part in parts))
    return shown[:ROWS]


def _elsewhere(world: World, step: Related, row: Row, other: Row) -> bool:
    """Tell whether a row is certainly for another period, which has need of it."""
    periods = [match for match in step.match if is_period(match)]
    return any(matched(world.house, match, row, other) is False for match in periods)


def _further(now: Value) -> list[Value]:
    """Give numbers ever further away, for a sum or mean that a single figure can mend."""
    if isinstance(now, bool) or not isinstance(now, int | Decimal):
        return []
    return [now + sign * 4**i for i in range(6) for sign in (1, -1)]


def _stored_names(world: World, names: set[str]) -> set[str]:
    """Give the columns behind names, through what is computed from them."""
    found, waiting = set[str](), list(names)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += this_names([world.derived[name]]) if name in world.derived else ()
    return found
