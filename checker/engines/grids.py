"""Subjects x periods as SQL. The subjects of a grid are written once, for all the rules over it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from checker.database import Database
from checker.database import quote as quoted
from checker.engines.sql import Writer, literal
from checker.plan.columns import exprs_of, this_names
from checker.plan.nodes import Col, Expr, Grid, RulePlan, SmallTable, Type

WIDTH = 60
"""Periods whose bits are one number: a block."""
MEMBER = "((s._from IS NULL OR s._from <= p.enter_by) AND (s._until IS NULL OR s._until >= p.stay_until) AND s._sure)"
"""Whether the row `s` is a subject in the period `p`."""
CERTAIN = 1 << 40
"""What a certain member has over one that is not, whatever their ranks."""
Row = tuple[Any, ...]


@dataclass(frozen=True)
class Settled:
    """For which periods a subject has a row that certainly belongs, as bits of blocks of periods.

    `table` has `k0` and so on, `_block`, and the columns of bits `names`, which are truth values of the grid.
    """

    table: str
    keys: tuple[Expr, ...]
    """What of the subject `k0` and so on are equal to."""
    names: tuple[str, ...]
    moved: bool
    """They rest on when a period is due, so that they say nothing where leave has moved that."""


@dataclass
class Grids:
    """The grids of one run; `unique` gives the column in which no two rows of a log agree, if one is known."""

    db: Database
    tables: Mapping[str, str]
    zone: str | None
    all: Sequence[Grid]
    unique: Mapping[str, str | None]
    _written: dict[Any, tuple[str, bool]] = field(default_factory=dict)

    def sql(self, grid: Grid, chosen: str | None = None, settled: Sequence[Settled] = ()) -> str:
        """Give the query for subjects x periods; with `chosen`, a query of _src, _row and period, for just those."""
        periods = self.tables[grid.periods]
        if grid.log is None:
            return f"SELECT row_number() OVER () AS _id, p.*, TRUE AS member, CAST(NULL AS VARCHAR) AS _bad, 0 AS _src, 0 AS _row FROM {periods} p"
        rows = self._each(grid, periods, settled) if chosen is None else self._just(grid, periods, chosen)
        if grid.changes is None:
            return f"SELECT row_number() OVER () AS _id, g.* FROM ({rows}) g"
        moved = [f"(g.{n} AND c.due_at IS NULL) AS {n}" for one in settled if one.moved for n in one.names]
        replaced = ", ".join(["coalesce(c.due_at, g.due_at) AS due_at", *moved])
        changed = "CASE WHEN c.key IS NULL THEN FALSE ELSE c.waived END AS waived"
        return (
            f"SELECT row_number() OVER () AS _id, g.* REPLACE ({replaced}), {changed} FROM ({rows}) g "
            f"LEFT JOIN {self.tables[grid.changes]} c ON c.key = g.{quoted(grid.key or '')} AND c.period = g.period"
        )

    def keep(self, grids: Sequence[Grid]) -> None:
        """Let the subjects of all other grids go: they are asked for no more."""
        kept = {_alike(one) for one in grids}
        for alike in [one for one in self._written if one not in kept]:
            self.db.run(f"DROP TABLE {self._written.pop(alike)[0]}")

    def _each(self, grid: Grid, periods: str, settled: Sequence[Settled]) -> str:
        """Give one row for each key and period; only keys of several rows need the choice between them."""
        subjects, several = self._subjects(grid)
        bits = [name for one in settled for name in one.names]
        columns = _columns(grid) + "".join(f", coalesce((s.{n} & p._bit) <> 0, FALSE) AS {n}" for n in bits)
        rows = _with_bits(subjects, periods, settled, self.zone) if settled else subjects
        block = "p._block = s._block" if settled else "TRUE"
        alone = " AND s._rank IS NULL" if several else ""
        once = f"SELECT p.*{columns}, {MEMBER} AS member FROM {rows} s JOIN {periods} p ON {block}{alone} WHERE {MEMBER} IS NOT FALSE"
        if not several:
            return once
        best = (
            f"SELECT p._n, max(s._rank + CASE WHEN {MEMBER} THEN {CERTAIN} ELSE 0 END) AS best FROM {subjects} s, {periods} p "
            f"WHERE s._rank IS NOT NULL AND {MEMBER} IS NOT FALSE GROUP BY s.{quoted(grid.key or '')}, p._n"
        )
        return (
            f"{once} UNION ALL SELECT p.*{columns}, CASE WHEN b.best >= {CERTAIN} THEN TRUE END AS member FROM ({best}) b "
            f"JOIN {rows} s ON s._rank = b.best % {CERTAIN} JOIN {periods} p ON p._n = b._n AND {block}"
        )

    def _just(self, grid: Grid, periods: str, chosen: str) -> str:
        return (
            f"SELECT p.*{_columns(grid)}, {MEMBER} AS member FROM ({chosen}) m "
            f"JOIN {self._subjects(grid)[0]} s ON s._src = m._src AND s._row = m._row JOIN {periods} p ON p.period = m.period"
        )

    def _subjects(self, grid: Grid) -> tuple[str, bool]:
        """Give the table of those who may be subjects, and whether several of its rows have one key."""
        alike = _alike(grid)
        if alike not in self._written:
            self._written[alike] = self._write(grid, [one for one in self.all if _alike(one) == alike])
        return self._written[alike]

    def _write(self, grid: Grid, every: Sequence[Grid]) -> tuple[str, bool]:
        key, log = grid.key or "", grid.log or ""
        name = quoted(self.db.name(f"subjects {log}"))
        chosen = f"({Writer('s', 'o', self.zone).sql(grid.where)})"
        stored = sorted({key, *(c.name for one in [grid, *every] for c in one.columns)})
        first = f"s.{quoted(grid.start[0].name)}" if grid.start else "NULL"
        cells = [
            *(f"s.{quoted(column)}" for column in stored),
            "s._bad",
            "s._src",
            "s._row",
            f"coalesce({first}, DATE '0001-01-01') AS _first",
            f"{_edge('greatest', grid.start)} AS _from",
            f"{_edge('least', grid.end)} AS _until",
            f"({' AND '.join([chosen, *(_told(c) for c in (*grid.start, *grid.end))])}) AS _sure",
        ]
        only = f"s.{quoted(key)} IS NOT NULL AND {chosen} IS NOT FALSE"
        self.db.run(
            f"CREATE TEMP TABLE {name} AS SELECT {', '.join(cells)} FROM {self.tables[log]} s WHERE {only}"
        )
        if self.unique.get(log) == key:
            return name, False
        twice = f"SELECT {quoted(key)} FROM {name} GROUP BY 1 HAVING count(*) > 1"
        several = bool(self.db.execute(f"{twice} LIMIT 1"))
        return (self._ranked(name, quoted(key), twice) if several else name), several

    def _ranked(self, table: str, key: str, twice: str) -> str:
        """Give a table with the rank of those rows of which one is chosen: the latest, then the last in file order."""
        name = quoted(self.db.name("ranked subjects"))
        rank = (
            f"CASE WHEN s.{key} IN ({twice}) THEN row_number() OVER (ORDER BY s._first, s._src, s._row) END"
        )
        self.db.run(f"CREATE TEMP TABLE {name} AS SELECT s.*, {rank} AS _rank FROM {table} s")
        self.db.run(f"DROP TABLE {table}")
        return name


def slim(rule: RulePlan) -> RulePlan:
    """Give a rule over a grid without columns of subjects that only tell who is one."""
    if not isinstance(rule.source, Grid):
        return rule
    exprs = [rule.scope, rule.applies, rule.suspect, rule.outcome, *(e for _, e in rule.keep)]
    used = this_names([*exprs, *(e for step in rule.steps for e in exprs_of(step))]) | {rule.source.key}
    columns = tuple(c for c in rule.source.columns if c.name in used)
    return replace(rule, source=replace(rule.source, columns=columns))


def period_rows(table: SmallTable) -> tuple[list[tuple[str, Type]], list[Row]]:
    """Give a table of periods with the number, the block and the bit of each."""
    columns: list[tuple[str, Type]] = [*table.columns, ("_n", "int"), ("_block", "int"), ("_bit", "int")]
    return columns, [(*row, at, at // WIDTH, 1 << at % WIDTH) for at, row in enumerate(table.rows)]


def valid_bound(row: str, col: Col, op: str, edge: str) -> str:
    """Give the test of one end of a validity over the row `row`: a blank end is open, an unreadable one unknown."""
    cell = f"{row}.{quoted(col.name)}"
    unread = f"contains({row}._bad, {literal(f',{col.name},', 'text')})"
    return f"CASE WHEN {cell} IS NOT NULL THEN {cell} {op} {edge} WHEN {row}._bad IS NULL OR NOT {unread} THEN TRUE END"


def _alike(grid: Grid) -> Any:
    return grid.log, grid.key, grid.where, grid.start, grid.end


def _columns(grid: Grid) -> str:
    """Give the columns of a subject `s`."""
    return "".join(f", s.{quoted(c.name)}" for c in grid.columns) + ", s._bad, s._src, s._row"


def _edge(pick: str, columns: Sequence[Col]) -> str:
    """Give the tightest of some bounds that have a value; null where none has."""
    cells = [f"s.{quoted(c.name)}" for c in columns]
    return f"{pick}({', '.join(cells)})" if len(cells) > 1 else cells[0] if cells else "CAST(NULL AS DATE)"


def _told(column: Col) -> str:
    """Give true where a bound has a value or is open, and null where it cannot be read."""
    return valid_bound("s", column, "IS NOT", "NULL")


def _with_bits(subjects: str, periods: str, settled: Sequence[Settled], zone: str | None) -> str:
    """Give subjects by blocks of periods, with their bits."""
    writer, joins, bits = Writer("s", "o", zone), "", ""
    for at, one in enumerate(settled):
        keys = [f"g{at}.k{i} = {writer.sql(key)}" for i, key in enumerate(one.keys)]
        joins += f" LEFT JOIN {one.table} g{at} ON {' AND '.join([*keys, f'g{at}._block = b._block'])}"
        bits += "".join(f", g{at}.{name}" for name in one.names)
    blocks = f"(SELECT DISTINCT _block FROM {periods}) b"
    return f"(SELECT s.*, b._block{bits} FROM {subjects} s CROSS JOIN {blocks}{joins})"
