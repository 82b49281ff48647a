"""Plan steps as a chain of SQL common table expressions over one working row set.

Every row set has `_id` (one a subject), `_src`, `_row`, `_bad`, and one list column `_evN` a step with evidence.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from checker.database import quote as quoted
from checker.engines.coverage import add_coverage
from checker.engines.lookups import add_lookup
from checker.engines.neighbours import add_previous, add_run
from checker.engines.pairing import add_pairing
from checker.engines.sql import Writer
from checker.plan.columns import columns_of, this_names
from checker.plan.nodes import (
    Call,
    Col,
    Coverage,
    Derive,
    Expr,
    Lit,
    Lookup,
    Match,
    Pairing,
    Previous,
    Related,
    Run,
    Step,
    Take,
)

EVIDENCE = 20
PLACES = f"list_sort(list({{'f': CASE WHEN c THEN 0 ELSE 1 END, 's': _src, 'r': _row}}))[1:{EVIDENCE}]"
"""The first places of pairs, certain ones first."""
_TOTAL = ("date_of", "start_of_day", "week_start", "month_start", "quarter_start", "year_start")
"""Functions that give a value for every value."""
Link = tuple[str, tuple[tuple[Expr, Expr], ...]]
"""A log, and the expressions of both sides that must be equal."""


def link_of(step: Related | Lookup) -> Link:
    """Give how a step looks into another log."""
    return step.log, tuple((match.this, match.other) for match in step.match)


@dataclass
class Chain:
    """SQL under construction: `ctes` in order, `current` the name of the last one."""

    tables: Mapping[str, str]
    zone: str | None
    simple: Callable[[Lookup], bool]
    lacking: Callable[[str, Match], bool]
    unique: Mapping[str, str | None] = field(default_factory=dict)
    """By log, a column in which no two rows agree, if one is known."""
    few: bool = False
    """Few working rows: other logs are probed for them rather than grouped as a whole."""
    near: Mapping[Link, str] = field(default_factory=dict)
    """By link, a table that holds all rows of the other log that the working rows are linked to."""
    ctes: list[tuple[str, str]] = field(default_factory=list)
    current: str = ""
    evidence: list[tuple[str, str]] = field(default_factory=list)
    prefix: str = "w"
    recursive: bool = False
    """Whether some query refers to itself."""

    def start(self, sql: str) -> Chain:
        """Begin with a query that gives the subjects."""
        return self.then(sql)

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
            self.then(f"SELECT w.*, {columns} FROM {self.current} w")

    def text(self, query: str) -> str:
        """Give the whole statement that ends in `query`."""
        ctes = ",\n".join(f"{name} AS ({sql})" for name, sql in self.ctes)
        recursive = "RECURSIVE " if self.recursive else ""
        return f"WITH {recursive}{ctes}\n{query}" if ctes else query

    def w(self) -> Writer:
        """Give the writer for conditions between the working rows `w` and another log's rows `o`."""
        return Writer("w", "o", self.zone)

    def table(self, step: Related | Lookup) -> str:
        """Give the database name of the log or view that a step looks into, or of what is near of it."""
        return self.near.get(link_of(step)) or self.tables[step.log]

    def pairs(self, step: Related) -> str:
        """Add a helper query with every pair that may belong: `_id`, `c`, `_src`, `_row`, and `vN` a take."""
        writer = self.w()
        found = _pairs(self, step, writer)
        loose = _loose_pairs(self, step, writer)
        return self.side(" UNION ALL ".join([*found, loose] if loose else found))

    def side(self, sql: str) -> str:
        """Add a helper query beside the working rows; give its name."""
        name = f"{self.prefix}x{len(self.ctes)}"
        self.ctes.append((name, sql))
        return name

    def then(self, sql: str) -> Chain:
        """Add the next working row set."""
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


def _related(chain: Chain, step: Step) -> None:
    assert isinstance(step, Related)
    if not chain.few and is_summed(chain, step):
        _summed(chain, step)
        return
    writer = chain.w()
    joined = chain.pairs(step)
    parts = ["_id", *_figures(chain, step)]
    if step.evidence:
        parts.append(f"{PLACES} AS ev")
    grouped = chain.side(f"SELECT {', '.join(parts)} FROM {joined} GROUP BY _id")
    columns = _counted(step, writer)
    if step.evidence:
        name = f"_ev{len(chain.evidence)}"
        chain.evidence.append((name, step.log.split("+")[0]))
        columns.append(f"g.ev AS {name}")
    chain.then(
        f"SELECT w.*, {', '.join(columns)} FROM {chain.current} w LEFT JOIN {grouped} g ON g._id = w._id"
    )


def is_summed(chain: Chain, step: Related) -> bool:
    """Tell whether the figures rest on the other log and its keys alone: one grouping of it and one join."""
    takes = [e for take in step.takes for e in (take.expr, take.filter)]
    own = this_names([step.where, *takes, *step.order])
    return bool(step.match) and not (
        own or step.evidence or any(chain.lacking(step.log, m) for m in step.match)
    )


def _summed(chain: Chain, step: Related) -> None:
    """Add the figures of the other log's rows by their keys."""
    theirs, writer = Writer("o", "o", chain.zone), chain.w()
    keys = ", ".join(f"({theirs.sql(m.other)}) AS k{i}" for i, m in enumerate(step.match))
    names = ", ".join(f"k{i}" for i in range(len(step.match)))
    chosen = _chosen(step, theirs, f"({theirs.sql(step.where)})")
    rows = f"SELECT * FROM (SELECT {keys}, {chosen} FROM {chain.table(step)} o) WHERE c IS NOT FALSE"
    grouped = chain.side(f"SELECT {names}, {', '.join(_figures(chain, step))} FROM ({rows}) GROUP BY {names}")
    on = " AND ".join(f"g.k{i} = {writer.sql(m.this)}" for i, m in enumerate(step.match))
    columns = ", ".join(_counted(step, writer))
    chain.then(f"SELECT w.*, {columns} FROM {chain.current} w LEFT JOIN {grouped} g ON {on}")


def has_match(chain: Chain, step: Related, name: str) -> None:
    """Add the column `name`: whether at least one row certainly belongs; `where` asks nothing of the working row."""
    writer, theirs = chain.w(), Writer("o", "o", chain.zone)
    keys = [f"({theirs.sql(m.other)})" for m in step.match]
    ours = [f"({writer.sql(m.this)})" for m in step.match]
    whole = " AND ".join(f"{key} IS NOT NULL" for key in keys)
    rows = f"FROM {chain.table(step)} o WHERE {whole} AND ({theirs.sql(step.where)})"
    if len(keys) == 1:
        found = f"({ours[0]} IS NOT NULL AND {ours[0]} IN (SELECT {keys[0]} {rows}))"
        chain.then(f"SELECT w.*, {found} AS {quoted(name)} FROM {chain.current} w")
        return
    listed = ", ".join(f"{key} AS k{i}" for i, key in enumerate(keys))
    grouped = chain.side(f"SELECT DISTINCT {listed} {rows}")
    on = " AND ".join(f"g.k{i} = {our}" for i, our in enumerate(ours))
    chain.then(
        f"SELECT w.*, (g.k0 IS NOT NULL) AS {quoted(name)} FROM {chain.current} w LEFT JOIN {grouped} g ON {on}"
    )


def _figures(chain: Chain, step: Related) -> list[str]:
    """Give the aggregates of a step over rows with `c`, `fN` and `vN`."""
    parts = ["count(*) FILTER (WHERE c) AS n", "count(*) FILTER (WHERE c IS NULL) AS u"]
    unique = chain.unique.get(step.log)
    return parts + [
        f"{_take_sql(take, i, step, unique)} AS {quoted(take.name)}" for i, take in enumerate(step.takes)
    ]


def _counted(step: Related, writer: Writer) -> list[str]:
    """Give the columns that a step adds, from the joined figures `g`."""
    null = " OR ".join(f"({writer.sql(m.this)}) IS NULL" for m in step.match) or "FALSE"
    n, u = "coalesce(g.n, 0)", "coalesce(g.u, 0)"
    if step.exists:
        n, u = f"least({n}, 1)", f"least({u}, 1)"
    columns = [f"CASE WHEN {null} THEN 0 ELSE {n} END AS {quoted(step.name)}"]
    columns.append(f"CASE WHEN {null} THEN 1 ELSE {u} END AS {quoted(step.name + '_unknown')}")
    for take in step.takes:
        value = f"g.{quoted(take.name)}"
        counts = take.fn in ("count", "distinct")
        columns.append(f"{f'coalesce({value}, 0)' if counts else value} AS {quoted(take.name)}")
    return columns


def _selected(step: Related, writer: Writer, cond: str) -> str:
    return f"w._id AS _id, {_chosen(step, writer, cond)}"


def _chosen(step: Related, writer: Writer, cond: str) -> str:
    columns = [f"{cond} AS c", "o._src AS _src", "o._row AS _row"]
    for i, take in enumerate(step.takes):
        columns.append(f"({writer.sql(take.filter) if take.filter is not None else 'TRUE'}) AS f{i}")
        columns.append(f"({writer.sql(take.expr) if take.expr is not None else 'NULL'}) AS v{i}")
    columns += [f"({writer.sql(e)}) AS o{i}" for i, e in enumerate(step.order)]
    return ", ".join(columns)


def _pairs(chain: Chain, step: Related, writer: Writer) -> list[str]:
    """Give the pairs that agree on every key; a list that must hold a value of this row is a key as well."""
    cond = f"({writer.sql(step.where)})"
    keys = [f"{writer.sql(m.this)} = {writer.sql(m.other)}" for m in step.match]
    log, listed = chain.table(step), _listed_key(step)
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
    return next((found for part in parts if (found := held_in(part))), None)


def held_in(part: Expr) -> tuple[Col, Expr] | None:
    """Give the list of the other row and the value of this row, if a condition says that the list holds the value."""
    if not (isinstance(part, Call) and part.fn == "has"):
        return None
    column, value = part.args
    if not (isinstance(column, Col) and column.side == "other"):
        return None
    return (column, value) if {side for side, _ in columns_of([value])} == {"this"} else None


def _loose_pairs(chain: Chain, step: Related, writer: Writer) -> str | None:
    """Give the pairs with rows that lack a key: few, and nobody's for certain."""
    if not any(chain.lacking(step.log, m) for m in step.match):
        return None
    lacking = " OR ".join(may_lack(m) for m in step.match)
    same = [
        f"CASE WHEN ({writer.sql(m.other)}) IS NULL THEN ({writer.sql(m.if_null)}) ELSE ({writer.sql(m.this)} = {writer.sql(m.other)}) END"
        for m in step.match
    ]
    cond = "(" + " AND ".join([*same, f"({writer.sql(step.where)})"]) + ")"
    whole = " AND ".join(f"({writer.sql(m.this)}) IS NOT NULL" for m in step.match)
    few = f"(SELECT * FROM {chain.table(step)} o WHERE {lacking}) o"
    pairs = f"SELECT {_selected(step, writer, cond)} FROM {chain.current} w, {few} WHERE {whole}"
    return f"SELECT * FROM ({pairs}) WHERE c IS NOT FALSE"


def may_lack(match: Match) -> str:
    """Give the condition on a row `o` of the other log that lacks a key and may belong all the same."""
    theirs = Writer("o", "o")
    null = f"({theirs.sql(_decisive(match.other))}) IS NULL"
    if match.if_null == Lit(False, "bool"):
        return "FALSE"
    if match.if_null == Lit(None, "bool"):
        return null
    return null if this_names([match.if_null]) else f"({null} AND ({theirs.sql(match.if_null)}) IS NOT FALSE)"


def _decisive(expr: Expr) -> Expr:
    """Give what decides whether an expression is null; of a bare column the files' own statistics know it."""
    while isinstance(expr, Call) and expr.fn in _TOTAL:
        expr = expr.args[0]
    return expr


def _take_sql(take: Take, index: int, step: Related, unique: str | None) -> str:
    chosen = f"FILTER (WHERE c AND f{index})"
    value = f"v{index}"
    if take.fn == "count":
        return f"count(*) {chosen}"
    if take.fn == "distinct" and isinstance(take.expr, Col) and take.expr.name == unique:
        return f"count({value}) {chosen}"  # each row is in a group once
    if take.fn == "distinct":
        return f"count(DISTINCT {value}) {chosen}"
    if take.fn == "first":
        ranks = ", ".join(f"o{i} IS NULL, o{i}" for i in range(len(step.order)))
        rank = f"row({ranks + ', ' if ranks else ''}_src, _row)"
        return f"struct_extract(arg_min({{'v': {value}}}, {rank}) {chosen}, 'v')"
    return f"{take.fn}({value}) {chosen}"


_STEPS: dict[type, Callable[[Chain, Step], None]] = {
    Related: _related,
    Lookup: add_lookup,
    Previous: add_previous,
    Run: add_run,
    Coverage: add_coverage,
    Pairing: add_pairing,
}
