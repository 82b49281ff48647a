"""Related: the rows of another log that belong to this one, and those that may; figures over them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from checker.engines.closures import Fn, Maker
from checker.engines.rowsets import NOBODY, Columns, House, Make, Row, part
from checker.plan.nodes import Lit, Match, Related, Step, Take

EVIDENCE = 20
Belonging = tuple[Sequence[Row], Sequence[Row], int]
"""Rows that belong, rows that may, and how many may as the plan counts them."""


def add_related(house: House, step: Step, columns: Columns, seen: tuple[str, ...]) -> list[tuple[str, str]]:
    """Add the counts and figures; give where a row keeps what belongs to it, if that is evidence."""
    assert isinstance(step, Related)
    core = columns.rowset.place((step, seen), lambda key: belonging(house, step, columns, key))
    most = 1 if step.exists else None
    part(columns, step.name, core, lambda row, found: len(found[0][:most]), "sure")
    maker = house.maker(columns, house.columns(step.log))
    part(columns, f"{step.name}_unknown", core, lambda row, found: found[2], "unknown")
    for take in step.takes:
        part(columns, take.name, core, _take(maker, take, step), take)
    return [(step.log.split("+")[0], core)] if step.evidence else []


def belonging(house: House, step: Related, columns: Columns, key: str) -> Make:
    """Give (rows that belong, rows that may, how many may) of a row."""
    others = house.columns(step.log)
    maker = house.maker(columns, others)
    this = [maker.make(m.this) for m in step.match]
    where = None if step.where == Lit(True, "bool") else maker.make(step.where)
    index = house.index(step.log, tuple(m.other for m in step.match))
    loose = loosely(house, step.match, maker, where, others)
    exists = step.exists

    def fill(row: Row) -> Any:
        values = tuple([key(row, NOBODY) for key in this])
        if None in values:
            row[key] = _BLANK
            return _BLANK
        sure, doubtful = _split(house, index().get(values), where, row)
        if loose is not None and index().lacking:
            sure, doubtful = joined((sure, doubtful), loose(index().lacking, row, values))
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


def loosely(
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


def joined(
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
