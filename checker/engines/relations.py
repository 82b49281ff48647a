"""Plan steps as a chain of SQL common table expressions over one working row set.

Every row set has `_id` (one a subject), `_src`, `_row`, `_bad`, and one list column `_evN` a step with evidence.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from checker.database import quote as quoted
from checker.engines.sql import Writer, literal
from checker.plan.columns import columns_of
from checker.plan.nodes import (
    Call,
    Col,
    Derive,
    Expr,
    Grid,
    Lit,
    Lookup,
    Previous,
    Related,
    Run,
    Step,
    Take,
)

EVIDENCE = 20


@dataclass
class Chain:
    """SQL under construction: `ctes` in order, `current` the name of the last one."""

    tables: Mapping[str, str]
    zone: str | None
    simple: Callable[[Lookup], bool]
    lacking: Callable[[str, Expr], bool]
    ctes: list[tuple[str, str]] = field(default_factory=list)
    current: str = ""
    evidence: list[tuple[str, str]] = field(default_factory=list)
    prefix: str = "w"

    def start(self, sql: str) -> Chain:
        """Begin with a query that gives the subjects."""
        return self._then(sql)

    def add(self, steps: Iterable[Step]) -> Chain:
        """Add the columns of steps, in order; derived columns that stand together are added level by level."""
        waiting: list[Derive] = []
        for step in steps:
            if isinstance(step, Derive):
                waiting.append(step)
                continue
            self._derive(waiting)
            waiting = []
            _STEPS[type(step)](self, step)
        self._derive(waiting)
        return self

    def _derive(self, steps: Sequence[Derive]) -> None:
        for level in levels(steps):
            columns = ", ".join(f"({self.w().sql(step.expr)}) AS {quoted(step.name)}" for step in level)
            self._then(f"SELECT w.*, {columns} FROM {self.current} w")

    def text(self, query: str) -> str:
        """Give the whole statement that ends in `query`."""
        ctes = ",\n".join(f"{name} AS ({sql})" for name, sql in self.ctes)
        return f"WITH {ctes}\n{query}" if ctes else query

    def w(self) -> Writer:
        """Give the writer for conditions between the working rows `w` and another log's rows `o`."""
        return Writer("w", "o", self.zone)

    def table(self, log: str) -> str:
        """Give the database name of a log or view."""
        return self.tables[log]

    def side(self, sql: str) -> str:
        """Add a helper query beside the working rows; give its name."""
        name = f"{self.prefix}x{len(self.ctes)}"
        self.ctes.append((name, sql))
        return name

    def _then(self, sql: str) -> Chain:
        self.current = f"{self.prefix}{len(self.ctes)}"
        self.ctes.append((self.current, sql))
        return self


def levels(steps: Sequence[Derive]) -> list[list[Derive]]:
    """Give derived columns in levels: each rests only on columns of earlier levels or of the row itself."""
    depth: dict[str, int] = {}
    result: list[list[Derive]] = []
    for step in steps:
        at = max((depth[name] + 1 for _, name in columns_of([step.expr]) if name in depth), default=0)
        depth[step.name] = at
        result += [[] for _ in range(at + 1 - len(result))]
        result[at].append(step)
    return result


def grid_sql(grid: Grid, tables: Mapping[str, str], zone: str | None) -> str:
    """Give the query for subjects x periods."""
    periods = f"SELECT * FROM {tables[grid.periods]}"
    if grid.log is None:
        return f"SELECT row_number() OVER () AS _id, p.*, TRUE AS member, CAST(NULL AS VARCHAR) AS _bad, 0 AS _src, 0 AS _row FROM ({periods}) p"
    writer = Writer("s", "o", zone)
    key = f"s.{quoted(grid.key or '')}"
    columns = "".join(f", s.{quoted(c.name)}" for c in grid.columns)
    bounds = [_bound(c, "<=", "p.enter_by") for c in grid.start] + [
        _bound(c, ">=", "p.stay_until") for c in grid.end
    ]
    member = " AND ".join([f"({writer.sql(grid.where)})", *bounds])
    latest = f"coalesce(s.{quoted(grid.start[0].name)}, DATE '0001-01-01') DESC, " if grid.start else ""
    pairs = f"SELECT p.*{columns}, s._bad, s._src, s._row, ({member}) AS member FROM {tables[grid.log]} s, ({periods}) p WHERE {key} IS NOT NULL"
    rows = (
        f"SELECT * FROM ({pairs}) s WHERE member IS NOT FALSE QUALIFY row_number() OVER (PARTITION BY {key}, period "
        f"ORDER BY (member IS TRUE) DESC, {latest}_src DESC, _row DESC) = 1"
    )
    if grid.changes is None:
        return f"SELECT row_number() OVER () AS _id, g.* FROM ({rows}) g"
    changed = "CASE WHEN c.key IS NULL THEN FALSE ELSE c.waived END AS waived"
    return (
        f"SELECT row_number() OVER () AS _id, g.* REPLACE (coalesce(c.due_at, g.due_at) AS due_at), {changed} FROM ({rows}) g "
        f"LEFT JOIN {tables[grid.changes]} c ON c.key = g.{quoted(grid.key or '')} AND c.period = g.period"
    )


def _bound(col: Col, op: str, edge: str) -> str:
    cell = f"s.{quoted(col.name)}"
    unread = f"contains(s._bad, {literal(f',{col.name},', 'text')})"
    return f"CASE WHEN {cell} IS NOT NULL THEN {cell} {op} {edge} WHEN s._bad IS NULL OR NOT {unread} THEN TRUE END"


def _related(chain: Chain, step: Step) -> None:
    assert isinstance(step, Related)
    writer = chain.w()
    pairs = _pairs(chain, step, writer)
    loose = _loose_pairs(chain, step, writer)
    if loose:
        pairs.append(loose)
    parts = ["_id", "count(*) FILTER (WHERE c) AS n", "count(*) FILTER (WHERE c IS NULL) AS u"]
    parts += [f"{_take_sql(take, i, step)} AS {quoted(take.name)}" for i, take in enumerate(step.takes)]
    if step.evidence:
        entry = "{'f': CASE WHEN c THEN 0 ELSE 1 END, 's': _src, 'r': _row}"
        parts.append(f"list_sort(list({entry}))[1:{EVIDENCE}] AS ev")
    joined = chain.side(" UNION ALL ".join(pairs))
    grouped = chain.side(f"SELECT {', '.join(parts)} FROM {joined} GROUP BY _id")
    null = " OR ".join(f"({writer.sql(m.this)}) IS NULL" for m in step.match) or "FALSE"
    n, u = "coalesce(g.n, 0)", "coalesce(g.u, 0)"
    if step.exists:
        n, u = f"least({n}, 1)", f"least({u}, 1)"
    columns = [f"CASE WHEN {null} THEN 0 ELSE {n} END AS {quoted(step.name)}"]
    columns.append(f"CASE WHEN {null} THEN 1 ELSE {u} END AS {quoted(step.name + '_unknown')}")
    for take in step.takes:
        value = f"g.{quoted(take.name)}"
        columns.append(
            f"{f'coalesce({value}, 0)' if take.fn in ('count', 'distinct') else value} AS {quoted(take.name)}"
        )
    if step.evidence:
        name = f"_ev{len(chain.evidence)}"
        chain.evidence.append((name, step.log.split("+")[0]))
        columns.append(f"g.ev AS {name}")
    chain._then(
        f"SELECT w.*, {', '.join(columns)} FROM {chain.current} w LEFT JOIN {grouped} g ON g._id = w._id"
    )


def is_plain_count(chain: Chain, step: Related) -> bool:
    """Tell whether a step only counts rows of equal keys that are all there: one grouping and one join."""
    bare = not step.takes and not step.exists and not step.evidence and step.where == Lit(True, "bool")
    whole = all(m.if_null == Lit(False, "bool") or not chain.lacking(step.log, m.other) for m in step.match)
    return bare and bool(step.match) and whole


def plain_count(chain: Chain, step: Related) -> None:
    """Add the count of rows of equal keys."""
    theirs, writer = Writer("o", "o", chain.zone), chain.w()
    keys = [theirs.sql(m.other) for m in step.match]
    listed = ", ".join(f"{key} AS k{i}" for i, key in enumerate(keys))
    grouped = chain.side(
        f"SELECT {listed}, count(*) AS n FROM {chain.table(step.log)} o GROUP BY {', '.join(keys)}"
    )
    on = " AND ".join(f"g.k{i} = {writer.sql(m.this)}" for i, m in enumerate(step.match))
    null = " OR ".join(f"({writer.sql(m.this)}) IS NULL" for m in step.match)
    columns = (
        f"CASE WHEN {null} THEN 0 ELSE coalesce(g.n, 0) END AS {quoted(step.name)}, "
        f"CASE WHEN {null} THEN 1 ELSE 0 END AS {quoted(step.name + '_unknown')}"
    )
    chain._then(f"SELECT w.*, {columns} FROM {chain.current} w LEFT JOIN {grouped} g ON {on}")


def _selected(step: Related, writer: Writer, cond: str) -> str:
    columns = ["w._id AS _id", f"{cond} AS c", "o._src AS _src", "o._row AS _row"]
    for i, take in enumerate(step.takes):
        columns.append(f"({writer.sql(take.filter) if take.filter is not None else 'TRUE'}) AS f{i}")
        columns.append(f"({writer.sql(take.expr) if take.expr is not None else 'NULL'}) AS v{i}")
    columns += [f"({writer.sql(e)}) AS o{i}" for i, e in enumerate(step.order)]
    return ", ".join(columns)


def _pairs(chain: Chain, step: Related, writer: Writer) -> list[str]:
    """Give the pairs that agree on every key; a list that must hold a value of this row is a key as well."""
    cond = f"({writer.sql(step.where)})"
    keys = [f"{writer.sql(m.this)} = {writer.sql(m.other)}" for m in step.match]
    log, listed = chain.table(step.log), _listed_key(step)
    if listed is None:
        others = [(log, keys)]
    else:
        cell = Writer("o", "o").sql(listed[0])
        items = f"(SELECT o.*, unnest(list_distinct({cell})) AS _item FROM {log} o)"
        lacking = f"(SELECT * FROM {log} o WHERE {cell} IS NULL)"
        others = [(items, [*keys, f"o._item = {writer.sql(listed[1])}"]), (lacking, keys)]
    chosen = _selected(step, writer, cond)
    joins = (f"{chain.current} w JOIN {table} o ON {' AND '.join(on) or 'TRUE'}" for table, on in others)
    return [f"SELECT * FROM (SELECT {chosen} FROM {joined}) WHERE c IS NOT FALSE" for joined in joins]


def _listed_key(step: Related) -> tuple[Col, Expr] | None:
    """Give the list of the other row and the value of this row that it must hold, where the condition says so."""
    parts = step.where.args if isinstance(step.where, Call) and step.where.fn == "and" else (step.where,)
    for part in parts:
        if isinstance(part, Call) and part.fn == "has" and isinstance(part.args[0], Col):
            column, value = part.args[0], part.args[1]
            if column.side == "other" and {side for side, _ in columns_of([value])} == {"this"}:
                return column, value
    return None


def _loose_pairs(chain: Chain, step: Related, writer: Writer) -> str | None:
    """Give the pairs with rows that lack a key: few, and nobody's for certain."""
    doubtful = [m for m in step.match if m.if_null != Lit(False, "bool")]
    if not any(chain.lacking(step.log, m.other) for m in doubtful):
        return None
    lacking = " OR ".join(f"({Writer('w', 'o').sql(m.other)}) IS NULL" for m in step.match)
    same = [
        f"CASE WHEN ({writer.sql(m.other)}) IS NULL THEN ({writer.sql(m.if_null)}) ELSE ({writer.sql(m.this)} = {writer.sql(m.other)}) END"
        for m in step.match
    ]
    cond = "(" + " AND ".join([*same, f"({writer.sql(step.where)})"]) + ")"
    whole = " AND ".join(f"({writer.sql(m.this)}) IS NOT NULL" for m in step.match)
    few = f"(SELECT * FROM {chain.table(step.log)} o WHERE {lacking}) o"
    pairs = f"SELECT {_selected(step, writer, cond)} FROM {chain.current} w, {few} WHERE {whole}"
    return f"SELECT * FROM ({pairs}) WHERE c IS NOT FALSE"


def _take_sql(take: Take, index: int, step: Related) -> str:
    chosen = f"FILTER (WHERE c AND f{index})"
    value = f"v{index}"
    if take.fn == "count":
        return f"count(*) {chosen}"
    if take.fn == "distinct":
        return f"count(DISTINCT {value}) {chosen}"
    if take.fn == "first":
        ranks = ", ".join(f"o{i} IS NULL, o{i}" for i in range(len(step.order)))
        rank = f"row({ranks + ', ' if ranks else ''}_src, _row)"
        return f"struct_extract(arg_min({{'v': {value}}}, {rank}) {chosen}, 'v')"
    return f"{take.fn}({value}) {chosen}"


def _lookup(chain: Chain, step: Step) -> None:
    assert isinstance(step, Lookup)
    writer = chain.w()
    keys = " AND ".join(f"{writer.sql(m.this)} = {writer.sql(m.other)}" for m in step.match)
    null = " OR ".join(f"({writer.sql(m.this)}) IS NULL" for m in step.match)
    valid = _valid(step, writer)
    if chain.simple(step):
        _simple_lookup(chain, step, writer, keys, null, valid)
        return
    fields = ", ".join(f"{literal(out, 'text')}: o.{quoted(c.name)}" for out, c in step.columns) or "'-': 1"
    start = f"coalesce(o.{quoted(step.start[0].name)}, DATE '0001-01-01'), " if step.at and step.start else ""
    best = "arg_max" if step.at else "arg_min"
    inner = (
        f"SELECT w._id AS _id, count(*) FILTER (WHERE {valid}) AS n, count(*) FILTER (WHERE ({valid}) IS NULL) AS u, "
        f"{best}({{{fields}}}, row({start}o._src, o._row)) FILTER (WHERE {valid}) AS best "
        f"FROM {chain.current} w JOIN {chain.table(step.log)} o ON {keys} GROUP BY w._id"
    )
    found = "CASE WHEN g.n > 0 THEN TRUE WHEN g.u > 0 OR g.n IS NULL THEN NULL ELSE FALSE END"
    columns = [f"{found} AS {quoted(step.name + '.found')}"]
    columns += [
        f"g.best[{literal(out, 'text')}] AS {quoted(f'{step.name}.{out}')}" for out, _ in step.columns
    ]
    grouped = chain.side(inner)
    chain._then(
        f"SELECT w.*, {', '.join(columns)} FROM {chain.current} w LEFT JOIN {grouped} g ON g._id = w._id"
    )


def _simple_lookup(chain: Chain, step: Lookup, writer: Writer, keys: str, null: str, valid: str) -> None:
    """Give the lookup as a plain join: keys are unique, or their validities readable and never overlap."""
    columns = [f"o.{quoted(c.name)} AS {quoted(f'{step.name}.{out}')}" for out, c in step.columns]
    if step.at is None:
        found, known = "CASE WHEN o._src IS NOT NULL THEN TRUE END", ""
    else:
        distinct = ", ".join(f"{Writer('o', 'o').sql(m.other)} AS k{i}" for i, m in enumerate(step.match))
        people = chain.side(f"SELECT DISTINCT {distinct} FROM {chain.table(step.log)} o")
        known = f" LEFT JOIN {people} k ON " + " AND ".join(
            f"k.k{i} = {writer.sql(m.this)}" for i, m in enumerate(step.match)
        )
        day = f"({writer.sql(step.at)}) IS NULL"
        found = f"CASE WHEN o._src IS NOT NULL THEN TRUE WHEN {day} OR k.k0 IS NULL THEN NULL ELSE FALSE END"
    where = f"{keys} AND ({valid})" if step.at else keys
    columns.insert(0, f"{found} AS {quoted(step.name + '.found')}")
    chain._then(
        f"SELECT w.*, {', '.join(columns)} FROM {chain.current} w LEFT JOIN {chain.table(step.log)} o ON {where}{known}"
    )


def _valid(step: Lookup, writer: Writer) -> str:
    if step.at is None:
        return "TRUE"
    day = f"({writer.sql(step.at)})"
    parts = [_valid_bound(c, "<=", day) for c in step.start] + [_valid_bound(c, ">=", day) for c in step.end]
    return "(" + " AND ".join([f"({day} IS NOT NULL OR NULL)", *parts]) + ")"


def _valid_bound(col: Col, op: str, day: str) -> str:
    cell = f"o.{quoted(col.name)}"
    unread = f"contains(o._bad, {literal(f',{col.name},', 'text')})"
    return f"CASE WHEN {cell} IS NOT NULL THEN {cell} {op} {day} WHEN o._bad IS NULL OR NOT {unread} THEN TRUE END"


def _previous(chain: Chain, step: Step) -> None:
    assert isinstance(step, Previous)
    writer = chain.w()
    by = [writer.sql(e) for e in step.by]
    order = [writer.sql(e) for e in step.order]
    lacking = " OR ".join(f"({e}) IS NULL" for e in [*by, *order])
    fields = ", ".join(f"{literal(out, 'text')}: w.{quoted(c.name)}" for out, c in step.columns)
    over = f"OVER (PARTITION BY {', '.join([*by, f'({lacking})'])} ORDER BY {', '.join([*order, 'w._src', 'w._row'])})"
    chain._then(
        f"SELECT w.*, CASE WHEN {lacking} THEN NULL ELSE lag({{{fields}}}) {over} END AS _prev FROM {chain.current} w"
    )
    columns = [f"(w._prev IS NOT NULL) AS {quoted(step.name + '.found')}"]
    columns += [
        f"w._prev[{literal(out, 'text')}] AS {quoted(f'{step.name}.{out}')}" for out, _ in step.columns
    ]
    chain._then(f"SELECT w.* EXCLUDE (_prev), {', '.join(columns)} FROM {chain.current} w")


def _run(chain: Chain, step: Step) -> None:
    """Number the stretches between resets, then count the failures within each."""
    assert isinstance(step, Run)
    writer = chain.w()
    by = [writer.sql(e) for e in step.by]
    order = ", ".join([*(f"{writer.sql(e)} NULLS LAST" for e in step.order), "w._src", "w._row"])
    failed = f"({writer.sql(step.failed)})"
    reset = f"{failed} IS NOT TRUE" if step.gap == "break" else f"{failed} IS FALSE"
    part = f"PARTITION BY {', '.join(by)} " if by else ""
    stretch = (
        f"sum(CASE WHEN {reset} THEN 1 ELSE 0 END) OVER ({part}ORDER BY {order} ROWS UNBOUNDED PRECEDING)"
    )
    chain._then(f"SELECT w.*, {failed} AS _failed, {stretch} AS _stretch FROM {chain.current} w")
    inner = f"PARTITION BY {', '.join([*by, 'w._stretch'])}"
    length = (
        f"sum(CASE WHEN w._failed THEN 1 ELSE 0 END) OVER ({inner} ORDER BY {order} ROWS UNBOUNDED PRECEDING)"
    )
    value = f"CASE WHEN w._failed THEN CAST({length} AS BIGINT) ELSE 0 END AS {quoted(step.name)}"
    chain._then(f"SELECT w.* EXCLUDE (_failed, _stretch), {value} FROM {chain.current} w")


_STEPS: dict[type, Callable[[Chain, Step], None]] = {
    Related: _related,
    Lookup: _lookup,
    Previous: _previous,
    Run: _run,
}
