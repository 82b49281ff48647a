"""The steps of a plan as functions that compute one row's columns when they are first asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any, Protocol

from checker.engines.closures import Fn, Maker
from checker.engines.rowsets import NOBODY, Columns, Index, Row, RowSet
from checker.plan.columns import exprs_of, this_names
from checker.plan.nodes import Derive, Expr, Lit, Lookup, Match, Previous, Related, Run, Step, Take

EVIDENCE = 20
NO_DAY = date(1, 1, 1)
Make = Callable[[Row], Any]
Belonging = tuple[Sequence[Row], Sequence[Row], int]


class House(Protocol):
    """What steps need of a run."""

    def columns(self, log: str) -> Columns:
        """Give the columns of a log or view."""

    def maker(self, this: Columns, other: Columns | None = None) -> Maker:
        """Give what makes functions of expressions."""

    def index(self, log: str, keys: tuple[Expr, ...]) -> Callable[[], Index]:
        """Give the index of a log by some keys of its own, built on first use."""

    def count(self, pairs: int) -> None:
        """Count pairs of rows that are compared.

        Raises:
            TooMuch: there are more than this way of judging is good for.
        """


def add_step(house: House, step: Step, columns: Columns) -> str | None:
    """Add the columns of a step; give where it keeps the rows that are evidence, if any are."""
    reads = this_names([*exprs_of(step), *(m.this for m in getattr(step, "match", ()))])
    return _STEPS[type(step)](house, step, columns, columns.seen(reads))


def _derive(house: House, step: Step, columns: Columns, seen: tuple[str, ...]) -> None:
    assert isinstance(step, Derive)
    expr = step.expr

    def make(key: str) -> Make:
        value = house.maker(columns).make(expr)

        def fill(row: Row) -> Any:
            row[key] = found = value(row, NOBODY)
            return found

        return fill

    columns.added[step.name] = columns.rowset.place((Derive, expr, seen), make)


def _part(columns: Columns, name: str, core: str, of: Callable[[Row, Any], Any], what: Any) -> None:
    """Add a column that is made of what the core of a step has found for the row."""

    def make(key: str) -> Make:
        def fill(row: Row) -> Any:
            row[key] = found = of(row, row[core])
            return found

        return fill

    columns.added[name] = columns.rowset.place((core, what), make)


def _of_other(key: str) -> Callable[[Row, Row | None], Any]:
    """Give how to take a column of the other row."""
    return lambda row, other: None if other is None else other[key]


# Related: the rows of another log that belong to this one


def _related(house: House, step: Step, columns: Columns, seen: tuple[str, ...]) -> str | None:
    assert isinstance(step, Related)
    core = columns.rowset.place((step, seen), lambda key: _belonging(house, step, columns, key))
    most = 1 if step.exists else None
    _part(columns, step.name, core, lambda row, found: len(found[0][:most]), "sure")
    maker = house.maker(columns, house.columns(step.log))
    _part(columns, f"{step.name}_unknown", core, lambda row, found: found[2], "unknown")
    for take in step.takes:
        _part(columns, take.name, core, _take(maker, take, step), take)
    return core if step.evidence else None


def _belonging(house: House, step: Related, columns: Columns, key: str) -> Make:
    """Give (rows that belong, rows that may, how many may) of a row."""
    others = house.columns(step.log)
    maker = house.maker(columns, others)
    this = [maker.make(m.this) for m in step.match]
    where = None if step.where == Lit(True, "bool") else maker.make(step.where)
    index = house.index(step.log, tuple(m.other for m in step.match))
    loose = _loosely(house, step.match, maker, where, others)
    exists = step.exists

    def fill(row: Row) -> Any:
        values = tuple([key(row, NOBODY) for key in this])
        if None in values:
            row[key] = _BLANK
            return _BLANK
        sure, doubtful = _split(house, index().get(values), where, row)
        if loose is not None and index().lacking:
            sure, doubtful = _joined((sure, doubtful), loose(index().lacking, row, values))
        unknown = len(doubtful)
        row[key] = found = (sure, doubtful, min(unknown, 1) if exists else unknown)
        return found

    return fill


_BLANK: Belonging = ((), (), 1)


def _split(
    house: House, candidates: Sequence[Row], where: Fn | None, row: Row
) -> tuple[Sequence[Row], Sequence[Row]]:
    house.count(len(candidates))
    if where is None:
        return candidates, ()
    sure, doubtful = [], []
    for other in candidates:
        holds = where(row, other)
        if holds is None:
            doubtful.append(other)
        elif holds:
            sure.append(other)
    return sure, doubtful


def _loosely(
    house: House, matches: Sequence[Match], maker: Maker, where: Fn | None, others: Columns
) -> Callable[[Sequence[Row], Row, tuple[Any, ...]], tuple[list[Row], list[Row]]] | None:
    """Give how to sort rows that lack a key into those that belong and those that may; `None` if none ever can."""
    if all(m.if_null == Lit(False, "bool") for m in matches):
        return None
    theirs = [maker.make(m.other) for m in matches]
    if_null = [maker.make(m.if_null) for m in matches]

    def sort(lacking: Sequence[Row], row: Row, values: tuple[Any, ...]) -> tuple[list[Row], list[Row]]:
        house.count(len(lacking))
        sure: list[Row] = []
        doubtful: list[Row] = []
        for other in lacking:
            holds: bool | None = True
            for mine, key, blank in zip(values, theirs, if_null, strict=True):
                value = key(NOBODY, other)
                part = blank(row, other) if value is None else mine == value
                holds = False if part is False or holds is False else None if part is None else holds
            if holds is not False and where is not None:
                part = where(row, other)
                holds = False if part is False else None if part is None else holds
            if holds is not False:
                (doubtful if holds is None else sure).append(other)
        return sure, doubtful

    return sort


def _joined(
    one: tuple[Sequence[Row], Sequence[Row]], two: tuple[list[Row], list[Row]]
) -> tuple[Sequence[Row], Sequence[Row]]:
    """Give both in file order."""
    sure = sorted([*one[0], *two[0]], key=_place) if two[0] else one[0]
    return sure, sorted([*one[1], *two[1]], key=_place) if two[1] else one[1]


def _place(row: Row) -> tuple[int, int]:
    return row["_src"], row["_row"]


def evidence(log: str, found: Belonging) -> list[tuple[str, int, int]]:
    """Give the places of the first rows that belong, then of those that may."""
    shown = [*found[0][:EVIDENCE], *found[1][:EVIDENCE]][:EVIDENCE]
    return [(log, row["_src"], row["_row"]) for row in shown]


def _take(maker: Maker, take: Take, step: Related) -> Callable[[Row, Belonging], Any]:
    chosen = maker.make(take.filter) if take.filter is not None else None
    value = maker.make(take.expr) if take.expr is not None else None
    order = [maker.make(e) for e in step.order] if take.fn == "first" else []

    def figure(row: Row, found: Belonging) -> Any:
        rows = found[0] if chosen is None else [other for other in found[0] if chosen(row, other) is True]
        if take.fn == "count" or value is None:
            return len(rows)
        if take.fn == "first":
            first = min(rows, key=lambda other: ranks(order, row, other), default=None)
            return None if first is None else value(row, first)
        return _FIGURES[take.fn]([v for v in [value(row, other) for other in rows] if v is not None])

    return figure


_FIGURES: dict[str, Callable[[list[Any]], Any]] = {
    "distinct": lambda values: len(set(values)),
    "sum": lambda values: sum(values) if values else None,
    "min": lambda values: min(values, default=None),
    "max": lambda values: max(values, default=None),
}


def ranks(order: Iterable[Fn], this: Row, other: Row) -> list[tuple[bool, Any]]:
    """Give the values to sort by, nulls last."""
    values = (fn(this, other) for fn in order)
    return [(value is None, 0 if value is None else value) for value in values]


# Lookup: the one row of another log


def _lookup(house: House, step: Step, columns: Columns, seen: tuple[str, ...]) -> None:
    assert isinstance(step, Lookup)
    what = (Lookup, step.log, step.match, step.at, step.start, step.end, seen)
    core = columns.rowset.place(what, lambda key: _found(house, step, columns, key))
    _part(columns, f"{step.name}.found", core, lambda row, found: found[0], None)
    others = house.columns(step.log)
    for out, column in step.columns:
        key = others.key(column.name)
        _part(columns, f"{step.name}.{out}", core, _of_best(key), key)


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
    loose = None if never else _loosely(house, step.match, maker, None, others)
    valid = _validity(others, step)
    first = others.key(step.start[0].name) if step.start else None

    def candidates(values: tuple[Any, ...], row: Row) -> Sequence[Row]:
        found = index().get(values) if None not in values else ()
        if loose is not None and index().lacking:
            found = _joined((found, ()), loose(index().lacking, row, values))[0]
        house.count(len(found))
        return found

    def fill(row: Row) -> Any:
        known = candidates(tuple(key(row, NOBODY) for key in this), row)
        if at is None:
            best, doubtful = (known[0] if known else None), False
        else:
            best, doubtful = _latest(known, at(row, NOBODY), valid, first)
        found = True if best is not None else None if doubtful or not known else False
        row[key] = result = (found, best)
        return result

    return fill


def _latest(
    known: Sequence[Row], day: Any, valid: Callable[[Row, Any], bool | None], first: str | None
) -> tuple[Row | None, bool]:
    """Give the valid row that begins last, the last of those in file order, and whether some may be valid."""
    if day is None:
        return None, bool(known)
    best, begun, doubtful = None, NO_DAY, False
    for other in known:
        holds = valid(other, day)
        if holds is None:
            doubtful = True
        elif holds:
            begins = (other[first] if first else None) or NO_DAY
            if best is None or begins >= begun:
                best, begun = other, begins
    return best, doubtful


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


# Previous and Run: what rests on the neighbours, for all rows at once


def _all_rows(rowset: RowSet, key: str, compute: Callable[[list[Row], str], None]) -> Make:
    def fill(row: Row) -> Any:
        compute(rowset.rows(), key)
        return row[key]

    return fill


def _previous(house: House, step: Step, columns: Columns, seen: tuple[str, ...]) -> None:
    assert isinstance(step, Previous)

    def make(key: str) -> Make:
        maker = house.maker(columns)
        by, order = [maker.make(e) for e in step.by], [maker.make(e) for e in step.order]
        return _all_rows(columns.rowset, key, lambda rows, key: _link(rows, key, by, order))

    core = columns.rowset.place((Previous, step.by, step.order, seen), make)
    _part(columns, f"{step.name}.found", core, lambda row, before: before is not None, None)
    for out, column in step.columns:
        taken = columns.key(column.name)
        _part(columns, f"{step.name}.{out}", core, _of_other(taken), taken)


def _link(rows: Iterable[Row], key: str, by: Sequence[Fn], order: Sequence[Fn]) -> None:
    last: dict[tuple[Any, ...], Row] = {}
    keyed = []
    for row in rows:
        row[key] = None
        group, rank = tuple(fn(row, NOBODY) for fn in by), tuple(fn(row, NOBODY) for fn in order)
        if None not in group and None not in rank:
            keyed.append((rank, group, row))
    for _, group, row in sorted(keyed, key=lambda item: item[0]):
        row[key] = last.get(group)
        last[group] = row


def _run(house: House, step: Step, columns: Columns, seen: tuple[str, ...]) -> None:
    assert isinstance(step, Run)

    def make(key: str) -> Make:
        maker = house.maker(columns)
        by, order = [maker.make(e) for e in step.by], [maker.make(e) for e in step.order]
        failed, breaks = maker.make(step.failed), step.gap == "break"
        return _all_rows(columns.rowset, key, lambda rows, key: _streak(rows, key, by, order, failed, breaks))

    core = columns.rowset.place((step, seen), make)
    columns.added[step.name] = core


def _streak(
    rows: Iterable[Row], key: str, by: Sequence[Fn], order: Sequence[Fn], failed: Fn, breaks: bool
) -> None:
    length: dict[tuple[Any, ...], int] = {}
    for row in sorted(rows, key=lambda row: ranks(order, row, NOBODY)):
        group, truth = tuple(fn(row, NOBODY) for fn in by), failed(row, NOBODY)
        if truth:
            length[group] = length.get(group, 0) + 1
        elif truth is False or breaks:
            length[group] = 0
        row[key] = length[group] if truth else 0


_STEPS: dict[type, Callable[[House, Step, Columns, tuple[str, ...]], str | None]] = {
    Related: _related,
    Lookup: _lookup,
    Previous: _previous,
    Run: _run,
    Derive: _derive,
}
