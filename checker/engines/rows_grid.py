"""Subjects x periods as rows in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from checker.engines.closures import Maker
from checker.engines.rowsets import NOBODY, PLACE, Columns, Row, RowSet
from checker.plan.nodes import Col, Grid, SmallTable

NO_DAY = date(1, 1, 1)
Line = dict[str, Any]
Edge = tuple[Any, bool]


def grid_rows(
    grid: Grid, small: Mapping[str, SmallTable], subjects: Columns | None, maker: Maker | None
) -> Callable[[RowSet], Iterable[Row]]:
    """Give what makes the rows of a grid; the columns of the subjects are asked for at once."""
    pairs = None if subjects is None or maker is None else _pairs(grid, subjects, maker)
    periods = _lines(small[grid.periods])
    changes = _changes(small[grid.changes]) if grid.changes is not None else None

    def load(rows: RowSet) -> Iterator[Row]:
        company = [{**dict.fromkeys(PLACE), **p, "member": True, "_src": 0, "_row": 0} for p in periods]
        for line in company if pairs is None else pairs(periods):
            if changes is not None and grid.key is not None:
                _change(line, changes.get((line[grid.key], line["period"])))
            yield rows.fresh(line.items())

    return load


def _change(line: Line, change: Line | None) -> None:
    """Write into a line what leave makes of it."""
    line["waived"] = False if change is None else change["waived"]
    if change is not None and change["due_at"] is not None:
        line["due_at"] = change["due_at"]


def _lines(table: SmallTable) -> list[Line]:
    names = [name for name, _ in table.columns]
    return [dict(zip(names, row, strict=True)) for row in table.rows]


def _changes(table: SmallTable) -> dict[tuple[Any, Any], Line]:
    """Give what leave changes, by key and period; the first of several stands."""
    found: dict[tuple[Any, Any], Line] = {}
    for line in _lines(table):
        found.setdefault((line["key"], line["period"]), line)
    return found


def _pairs(grid: Grid, subjects: Columns, maker: Maker) -> Callable[[list[Line]], Iterable[Line]]:
    key = subjects.key(grid.key or "")
    where = maker.make(grid.where)
    copied = {name: subjects.key(name) for name in (grid.key or "", *(c.name for c in grid.columns), *PLACE)}
    starts = [_edge(column, subjects) for column in grid.start]
    ends = [_edge(column, subjects) for column in grid.end]

    def pairs(periods: list[Line]) -> Iterable[Line]:
        best: dict[tuple[Any, Any], tuple[tuple[Any, ...], Line]] = {}
        for row in subjects.rowset.rows():
            belongs = where(row, NOBODY)
            if row[key] is None or belongs is False:
                continue
            begins, ceases = [edge(row) for edge in starts], [edge(row) for edge in ends]
            first = (begins[0][0] if begins else None) or NO_DAY
            own = {name: row[place] for name, place in copied.items()}
            for period in periods:
                member = _member(belongs, begins, ceases, period)
                if member is False:
                    continue
                rank = (member is True, first, row["_src"], row["_row"])
                known = best.get((row[key], period["period"]))
                if known is None or rank > known[0]:
                    best[row[key], period["period"]] = (rank, {**own, **period, "member": member})
        return [line for _, line in best.values()]

    return pairs


def _edge(column: Col, subjects: Columns) -> Callable[[Row], Edge]:
    """Give how to read a bound of validity: the value, and whether it is known (a blank one is open)."""
    key, bad, mark = subjects.key(column.name), subjects.key("_bad"), f",{column.name},"
    return lambda row: (row[key], row[key] is not None or mark not in (row[bad] or ""))


def _member(belongs: bool | None, begins: list[Edge], ceases: list[Edge], period: Line) -> bool | None:
    sure = belongs
    for value, known in begins:
        if value is not None and not value <= period["enter_by"]:
            return False
        sure = sure if known else None
    for value, known in ceases:
        if value is not None and not value >= period["stay_until"]:
            return False
        sure = sure if known else None
    return sure
