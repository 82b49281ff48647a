"""Lookup: the one row of another log that is valid on a day."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from checker.engines.rows_related import joined, loosely
from checker.engines.rowsets import NOBODY, Columns, House, Make, Row, part
from checker.plan.nodes import Lit, Lookup, Step

NO_DAY = date(1, 1, 1)


def add_lookup(house: House, step: Step, columns: Columns, seen: tuple[str, ...]) -> None:
    """Add whether a row was found, and its columns; lookups that differ in columns only look once."""
    assert isinstance(step, Lookup)
    what = (Lookup, step.log, step.match, step.at, step.start, step.end, seen)
    core = columns.rowset.place(what, lambda key: _found(house, step, columns, key))
    part(columns, f"{step.name}.found", core, lambda row, found: found[0], None)
    others = house.columns(step.log)
    for out, column in step.columns:
        key = others.key(column.name)
        part(columns, f"{step.name}.{out}", core, _of_best(key), key)


def _of_best(key: str) -> Callable[[Row, tuple[Any, Row | None]], Any]:
    return lambda row, found: None if found[1] is None else found[1][key]


def _found(house: House, step: Lookup, columns: Columns, key: str) -> Make:
    """Give (found, the best row) of a row."""
    others = house.columns(step.log)
    maker = house.maker(columns, others)
    this = [maker.make(m.this) for m in step.match]
    index = house.index(step.log, tuple(m.other for m in step.match))
    at = maker.make(step.at) if step.at is not None else None
    never = all(m.if_null in (Lit(None, "bool"), Lit(False, "bool")) for m in step.match)
    loose = None if never else loosely(house, step.match, maker, None, others)
    valid = _validity(others, step)
    begun_on = _beginning(others, step)

    def candidates(values: tuple[Any, ...], row: Row) -> Sequence[Row]:
        found = index().get(values) if None not in values else ()
        if loose is not None and index().lacking:
            found = joined((found, ()), loose(index().lacking, row, values))[0]
        house.count(len(found))
        return found

    def fill(row: Row) -> Any:
        known = candidates(tuple(key(row, NOBODY) for key in this), row)
        if at is None:
            best, doubtful = (known[0] if known else None), False
        else:
            best, doubtful = _latest(known, at(row, NOBODY), valid, begun_on)
        found = True if best is not None else None if doubtful or not known else False
        row[key] = result = (found, best)
        return result

    return fill


def _latest(
    known: Sequence[Row], day: Any, valid: Callable[[Row, Any], bool | None], begun_on: Callable[[Row], date]
) -> tuple[Row | None, bool]:
    """Give the valid row that begins last, the last of those in file order, and whether some may be valid.

    A row that may be valid and would then be the one meant leaves no best.
    """
    if day is None:
        return None, bool(known)
    best, begun, at, doubt = None, NO_DAY, -1, None
    for place, other in enumerate(known):
        holds = valid(other, day)
        if holds is False:
            continue
        begins = begun_on(other)
        if holds is None:
            doubt = max(doubt or (begins, place), (begins, place))
        elif best is None or begins >= begun:
            best, begun, at = other, begins, place
    if best is not None and doubt is not None and doubt > (begun, at):
        best = None
    return best, doubt is not None


def _beginning(others: Columns, step: Lookup) -> Callable[[Row], date]:
    """Give the function that tells since when a row holds: blank before all others, unreadable after them."""
    if not step.start:
        return lambda other: NO_DAY
    first, bad, mark = others.key(step.start[0].name), others.key("_bad"), f",{step.start[0].name},"
    return lambda other: other[first] or (date.max if mark in (other[bad] or "") else NO_DAY)


def _validity(others: Columns, step: Lookup) -> Callable[[Row, Any], bool | None]:
    starts = [(others.key(c.name), f",{c.name},") for c in step.start]
    ends = [(others.key(c.name), f",{c.name},") for c in step.end]
    bad = others.key("_bad")

    def valid(other: Row, day: Any) -> bool | None:
        sure: bool | None = True
        for key, mark in starts:
            edge = other[key]
            if edge is None:
                sure = None if mark in (other[bad] or "") else sure
            elif not edge <= day:
                return False
        for key, mark in ends:
            edge = other[key]
            if edge is None:
                sure = None if mark in (other[bad] or "") else sure
            elif not edge >= day:
                return False
        return sure

    return valid
