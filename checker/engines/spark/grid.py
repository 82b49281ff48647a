"""`Grid`: subjects x periods, one row a key and period."""

from __future__ import annotations

from collections.abc import Mapping

from checker.engines.spark.expressions import Writer, quoted, readable
from checker.plan.nodes import Col, Grid, SmallTable


def grid_sql(
    grid: Grid, small: Mapping[str, SmallTable], views: Mapping[str, str], zone: str | None
) -> tuple[str, tuple[str, ...]]:
    """Give the query for the subjects of a grid, and its columns."""
    of_period = tuple(name for name, _ in small[grid.periods].columns)
    listed = ", ".join(f"p.{quoted(name)}" for name in of_period)
    place = ("_bad", "_src", "_row", "member")
    if grid.log is None:
        nobody = "CAST(NULL AS STRING) AS _bad, 0 AS _src, CAST(0 AS BIGINT) AS _row, TRUE AS member"
        return f"SELECT {listed}, {nobody} FROM (SELECT inline({views[grid.periods]})) p", (
            *of_period,
            *place,
        )
    own = tuple(dict.fromkeys([*(c.name for c in grid.columns), grid.key or ""]))
    columns = (*own, *of_period, *place)
    cells = ", ".join(f"s.{quoted(name)}" for name in own)
    key = f"s.{quoted(grid.key or '')}"
    bounds = [_bound(c, "<=", "p.enter_by") for c in grid.start] + [
        _bound(c, ">=", "p.stay_until") for c in grid.end
    ]
    member = " AND ".join([f"({Writer('s', 'o', zone).sql(grid.where)})", *bounds])
    latest = (
        f"coalesce(s.{quoted(grid.start[0].name)}, DATE'0001-01-01')" if grid.start else "DATE'0001-01-01'"
    )
    pairs = (
        f"SELECT {cells}, {listed}, s._bad, s._src, s._row, ({member}) AS member, {latest} AS _latest "
        f"FROM {views[grid.log]} s LATERAL VIEW inline({views[grid.periods]}) p WHERE {key} IS NOT NULL"
    )
    rank = f"row_number() OVER (PARTITION BY {key}, s.period ORDER BY s.member IS TRUE DESC, s._latest DESC, s._src DESC, s._row DESC)"
    ranked = f"SELECT s.*, {rank} AS _rank FROM ({pairs}) s WHERE s.member IS NOT FALSE"
    rows = f"SELECT {', '.join(map(quoted, columns))} FROM ({ranked}) WHERE _rank = 1"
    if grid.changes is None:
        return rows, columns
    kept = ", ".join(
        f"coalesce(c.due_at, g.due_at) AS {quoted(n)}" if n == "due_at" else f"g.{quoted(n)}" for n in columns
    )
    changed = (
        f"SELECT /*+ BROADCAST(c) */ {kept}, CASE WHEN c.key IS NULL THEN FALSE ELSE c.waived END AS waived FROM ({rows}) g "
        f"LEFT JOIN (SELECT inline({views[grid.changes]})) c ON c.key = g.{quoted(grid.key or '')} AND c.period = g.period"
    )
    return changed, (*columns, "waived")


def _bound(col: Col, op: str, edge: str) -> str:
    cell = f"s.{quoted(col.name)}"
    return (
        f"CASE WHEN {cell} IS NOT NULL THEN {cell} {op} {edge} WHEN {readable('s', col.name)} THEN TRUE END"
    )
