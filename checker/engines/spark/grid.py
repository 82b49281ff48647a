"""`Grid`: subjects x periods, one row a key and period."""

from __future__ import annotations

from collections.abc import Mapping

from checker.engines.spark.expressions import Writer, quoted, readable
from checker.plan.nodes import Col, Grid, SmallTable

_PLACE = ("_bad", "_src", "_row", "member")
_NO_DAY = "DATE'0001-01-01'"
_COMPANY = "CAST(NULL AS STRING) AS _bad, 0 AS _src, CAST(0 AS BIGINT) AS _row, TRUE AS member"
Query = tuple[str, tuple[str, ...]]


def grid_sql(
    grid: Grid, small: Mapping[str, SmallTable], views: Mapping[str, str], zone: str | None
) -> Query:
    """Give the query for the subjects of a grid, and its columns; small tables are variables of the session."""
    of_period = tuple(name for name, _ in small[grid.periods].columns)
    if grid.log is None:
        periods = f"(SELECT inline({views[grid.periods]})) p"
        return f"SELECT {_listed(of_period, 'p')}, {_COMPANY} FROM {periods}", (*of_period, *_PLACE)
    own = tuple(dict.fromkeys([*(c.name for c in grid.columns), grid.key or ""]))
    columns = (*own, *of_period, *_PLACE)
    rows = _one_each(grid, _pairs(grid, own, of_period, views, zone), columns)
    return (rows, columns) if grid.changes is None else _changed(grid, rows, columns, views[grid.changes])


def _pairs(
    grid: Grid, own: tuple[str, ...], of_period: tuple[str, ...], views: Mapping[str, str], zone: str | None
) -> str:
    """Give every subject with every period, whether it belongs, and `_latest`, its first start."""
    assert grid.log and grid.key
    edges = [_bound(c, "<=", "p.enter_by") for c in grid.start]
    edges += [_bound(c, ">=", "p.stay_until") for c in grid.end]
    member = " AND ".join([f"({Writer('s', 'o', zone).sql(grid.where)})", *edges])
    starts = [f"s.{quoted(c.name)}" for c in grid.start[:1]]
    latest = f"coalesce({', '.join([*starts, _NO_DAY])})"
    return (
        f"SELECT {_listed(own, 's')}, {_listed(of_period, 'p')}, s._bad, s._src, s._row, "
        f"({member}) AS member, {latest} AS _latest "
        f"FROM {views[grid.log]} s LATERAL VIEW inline({views[grid.periods]}) p WHERE s.{quoted(grid.key)} IS NOT NULL"
    )


def _one_each(grid: Grid, pairs: str, columns: tuple[str, ...]) -> str:
    part = f"PARTITION BY s.{quoted(grid.key or '')}, s.period"
    order = "s.member IS TRUE DESC, s._latest DESC, s._src DESC, s._row DESC"
    rank = f"row_number() OVER ({part} ORDER BY {order})"
    ranked = f"SELECT s.*, {rank} AS _rank FROM ({pairs}) s WHERE s.member IS NOT FALSE"
    return f"SELECT {', '.join(map(quoted, columns))} FROM ({ranked}) WHERE _rank = 1"


def _changed(grid: Grid, rows: str, columns: tuple[str, ...], changes: str) -> Query:
    moved = f"coalesce(c.due_at, g.due_at) AS {quoted('due_at')}"
    kept = ", ".join(moved if name == "due_at" else f"g.{quoted(name)}" for name in columns)
    waived = "CASE WHEN c.key IS NULL THEN FALSE ELSE c.waived END AS waived"
    on = f"c.key = g.{quoted(grid.key or '')} AND c.period = g.period"
    few = f"(SELECT inline({changes})) c"
    return f"SELECT {kept}, {waived} FROM ({rows}) g LEFT JOIN {few} ON {on}", (*columns, "waived")


def _listed(names: tuple[str, ...], alias: str) -> str:
    return ", ".join(f"{alias}.{quoted(name)}" for name in names)


def _bound(col: Col, op: str, edge: str) -> str:
    cell = f"s.{quoted(col.name)}"
    blank = readable("s", col.name)
    return f"CASE WHEN {cell} IS NOT NULL THEN {cell} {op} {edge} WHEN {blank} THEN TRUE END"
