"""Subjects x periods as SQL."""

from __future__ import annotations

from collections.abc import Mapping

from checker.database import quote as quoted
from checker.engines.sql import Writer, literal
from checker.plan.nodes import Col, Grid


def grid_sql(grid: Grid, tables: Mapping[str, str], zone: str | None, chosen: str | None = None) -> str:
    """Give the query for subjects x periods; with `chosen`, a query of _src, _row and period, for just those."""
    periods = f"SELECT * FROM {tables[grid.periods]}"
    if grid.log is None:
        return f"SELECT row_number() OVER () AS _id, p.*, TRUE AS member, CAST(NULL AS VARCHAR) AS _bad, 0 AS _src, 0 AS _row FROM ({periods}) p"
    key = quoted(grid.key or "")
    rows = (
        _one_each(grid, tables[grid.log], periods, zone)
        if chosen is None
        else _just(grid, tables[grid.log], periods, zone, chosen)
    )
    if grid.changes is None:
        return f"SELECT row_number() OVER () AS _id, g.* FROM ({rows}) g"
    changed = "CASE WHEN c.key IS NULL THEN FALSE ELSE c.waived END AS waived"
    return (
        f"SELECT row_number() OVER () AS _id, g.* REPLACE (coalesce(c.due_at, g.due_at) AS due_at), {changed} FROM ({rows}) g "
        f"LEFT JOIN {tables[grid.changes]} c ON c.key = g.{key} AND c.period = g.period"
    )


def _one_each(grid: Grid, log: str, periods: str, zone: str | None) -> str:
    """Give one row for each key and period; only keys of several rows need the choice between them."""
    where, columns, member = _subject(grid, zone)
    key = quoted(grid.key or "")
    latest = f"coalesce({quoted(grid.start[0].name)}, DATE '0001-01-01') DESC, " if grid.start else ""
    subjects = f"SELECT * FROM {log} s WHERE s.{key} IS NOT NULL AND {where}"
    twice = f"SELECT {key} FROM ({subjects}) GROUP BY 1 HAVING count(*) > 1"
    pairs = f"SELECT p.*{columns}, s._bad, s._src, s._row, {member} AS member FROM ({subjects}{{}}) s, ({periods}) p"
    return (
        f"SELECT * FROM ({pairs.format(f' AND s.{key} NOT IN ({twice})')}) WHERE member IS NOT FALSE UNION ALL "
        f"SELECT * FROM ({pairs.format(f' AND s.{key} IN ({twice})')}) WHERE member IS NOT FALSE "
        f"QUALIFY row_number() OVER (PARTITION BY {key}, period ORDER BY (member IS TRUE) DESC, {latest}_src DESC, _row DESC) = 1"
    )


def _just(grid: Grid, log: str, periods: str, zone: str | None, chosen: str) -> str:
    _, columns, member = _subject(grid, zone)
    return (
        f"SELECT p.*{columns}, s._bad, s._src, s._row, {member} AS member FROM ({chosen}) m "
        f"JOIN {log} s ON s._src = m._src AND s._row = m._row JOIN ({periods}) p ON p.period = m.period"
    )


def _subject(grid: Grid, zone: str | None) -> tuple[str, str, str]:
    """Give, over a row `s` of the log and a period `p`: who may be a subject, its columns, and membership."""
    chosen = f"({Writer('s', 'o', zone).sql(grid.where)})"
    columns = "".join(f", s.{quoted(c.name)}" for c in grid.columns)
    bounds = [valid_bound("s", c, "<=", "p.enter_by") for c in grid.start]
    bounds += [valid_bound("s", c, ">=", "p.stay_until") for c in grid.end]
    return f"{chosen} IS NOT FALSE", columns, "(" + " AND ".join([chosen, *bounds]) + ")"


def valid_bound(row: str, col: Col, op: str, edge: str) -> str:
    """Give the test of one end of a validity over the row `row`: a blank end is open, an unreadable one unknown."""
    cell = f"{row}.{quoted(col.name)}"
    unread = f"contains({row}._bad, {literal(f',{col.name},', 'text')})"
    return f"CASE WHEN {cell} IS NOT NULL THEN {cell} {op} {edge} WHEN {row}._bad IS NULL OR NOT {unread} THEN TRUE END"
