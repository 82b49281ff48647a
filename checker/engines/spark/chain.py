"""Plan steps as nested queries: each step reads the rows before it once, so plans grow with the steps, no faster.

Rows are `w`, with the columns somebody still reads, `_src`, `_row`, `_bad` and one list of places a step with evidence.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from checker.engines.spark.expressions import Writer, quoted, readable, text_literal
from checker.plan.columns import exprs_of, this_names
from checker.plan.nodes import Derive, Expr, Lookup, Match, Previous, Run, Step

ALWAYS = frozenset({"_src", "_row", "_bad"})


@dataclass(frozen=True)
class Data:
    """What steps may look at: the view of each log and its number of rows, and which keys are null together.

    `gaps` gives, for the keys of a log, the sets of keys that are null in some row, as bit masks (0: none is null).
    """

    views: Mapping[str, str]
    rows: Mapping[str, int]
    gaps: Callable[[str, tuple[Match, ...]], tuple[int, ...]]
    zone: str | None
    few: int

    def hint(self, log: str, alias: str) -> str:
        """Give the hint that sends a short log whole to every core; `few` is 0 when all the data is on one anyway."""
        return f"/*+ BROADCAST({alias}) */ " if self.rows.get(log, 0) < self.few else ""


@dataclass
class Chain:
    """A query under construction; `columns` are those it has, `identity` those that tell two subjects apart."""

    data: Data
    sql: str
    columns: tuple[str, ...]
    identity: frozenset[str] = ALWAYS
    evidence: list[tuple[str, str]] = field(default_factory=list)

    @property
    def w(self) -> Writer:
        """Give the writer for conditions between these rows and another log's rows `o`."""
        return Writer("w", "o", self.data.zone)

    def add(self, steps: Sequence[Step], wanted: Iterable[Expr], kept: Collection[str] = ()) -> Chain:
        """Add the columns of steps in order; what neither `wanted`, `kept` nor a later step reads is dropped."""
        last = this_names(wanted) | set(kept) | self.identity
        for at, step in enumerate(steps):
            later = last | this_names(e for one in steps[at + 1 :] for e in exprs_of(one))
            self.narrow(later | this_names(exprs_of(step)))
            STEPS[type(step)](self, step)
        return self

    def narrow(self, names: Collection[str]) -> None:
        """Keep only these columns and the evidence."""
        held = {name for name, _ in self.evidence}
        self.columns = tuple(c for c in self.columns if c in names or c in held)

    def listed(self, alias: str = "w") -> str:
        """Give the columns as a select list."""
        return ", ".join(f"{alias}.{quoted(name)}" for name in self.columns)

    def then(self, added: Mapping[str, str], more: str = "", hint: str = "") -> Chain:
        """Wrap the query: its columns, `added` ones (name to SQL) and whatever follows FROM."""
        extra = "".join(f", {sql} AS {quoted(name)}" for name, sql in added.items())
        self.sql = f"SELECT {hint}{self.listed()}{extra} FROM ({self.sql}) w{more}"
        self.columns = (*self.columns, *added)
        return self


def equal(keys: Sequence[str], others: Sequence[str]) -> str:
    """Give the condition that keys agree; true for no keys."""
    return " AND ".join(f"{one} = {two}" for one, two in zip(keys, others, strict=True)) or "TRUE"


def any_null(keys: Iterable[str]) -> str:
    """Give the condition that some key is null; false for no keys."""
    return " OR ".join(f"({key}) IS NULL" for key in keys) or "FALSE"


def struct(fields: Iterable[tuple[str, str]]) -> str:
    """Give a struct of (name, SQL)."""
    return "named_struct(" + ", ".join(f"{text_literal(name)}, {sql}" for name, sql in fields) + ")"


def _derive(chain: Chain, step: Step) -> None:
    assert isinstance(step, Derive)
    chain.then({step.name: f"({chain.w.sql(step.expr)})"})


def _lookup(chain: Chain, step: Step) -> None:
    """Gather the few rows of each key of the other log, join them once, and choose among them."""
    assert isinstance(step, Lookup)
    theirs, mine = Writer("o", "o", chain.data.zone), chain.w
    keys = [theirs.sql(m.other) for m in step.match]
    listed = "".join(f", {key} AS k{i}" for i, key in enumerate(keys))
    gathered = (
        f"SELECT {_candidates(step)} AS found{listed} FROM {chain.data.views[step.log]} o "
        f"WHERE NOT ({any_null(keys)}) GROUP BY {', '.join(keys)}"
    )
    on = equal(mine.all([m.this for m in step.match]), [f"g.k{i}" for i in range(len(keys))])
    day = {"_day": f"({mine.sql(step.at)})"} if step.at is not None else {}
    chain.then(
        {"_found": "g.found", **day}, f" LEFT JOIN ({gathered}) g ON {on}", chain.data.hint(step.log, "g")
    )
    found, best = "CASE WHEN w._found IS NOT NULL THEN TRUE END", "w._found"
    if step.at is not None:
        valid = _valid(step)
        chain.then({"_best": f"array_max(filter(w._found, o -> {valid}))"})
        doubt = f"w._found IS NULL OR size(filter(w._found, o -> ({valid}) IS NULL)) > 0"
        found, best = (
            f"CASE WHEN w._best IS NOT NULL THEN TRUE WHEN {doubt} THEN NULL ELSE FALSE END",
            "w._best",
        )
    hidden = {"_found", "_day", "_best"}
    chain.columns = tuple(c for c in chain.columns if c not in hidden)
    chain.then(
        {
            f"{step.name}.found": found,
            **{f"{step.name}.{out}": f"{best}.v{i}" for i, (out, _) in enumerate(step.columns)},
        }
    )


def _candidates(step: Lookup) -> str:
    """Give the aggregate over the rows of one key: the first row, or all with their rank and validity."""
    values = [(f"v{i}", f"o.{quoted(c.name)}") for i, (_, c) in enumerate(step.columns)]
    place = [("s", "o._src"), ("r", "o._row")]
    if step.at is None:
        return f"min_by({struct([*values, ('one', '1')])}, {struct(place)})"
    start = (
        f"coalesce(o.{quoted(step.start[0].name)}, DATE'0001-01-01')" if step.start else "DATE'0001-01-01'"
    )
    bounds = [(f"b{i}", f"o.{quoted(c.name)}") for i, c in enumerate((*step.start, *step.end))]
    opened = [(f"u{i}", readable("o", c.name)) for i, c in enumerate((*step.start, *step.end))]
    return f"collect_list({struct([('start', start), *place, *bounds, *opened, *values])})"


def _valid(step: Lookup) -> str:
    """Give the condition that the candidate `o` is valid on `w._day`: a blank bound is open, an unreadable unknown."""
    ops = ["<="] * len(step.start) + [">="] * len(step.end)
    parts = [
        f"CASE WHEN o.b{i} IS NOT NULL THEN o.b{i} {op} w._day WHEN o.u{i} THEN TRUE END"
        for i, op in enumerate(ops)
    ]
    return "(" + " AND ".join(["(w._day IS NOT NULL OR NULL)", *parts]) + ")"


def _previous(chain: Chain, step: Step) -> None:
    assert isinstance(step, Previous)
    by, order = chain.w.all(step.by), chain.w.all(step.order)
    lacking = any_null([*by, *order])
    fields = struct(
        [(f"v{i}", f"w.{quoted(c.name)}") for i, (_, c) in enumerate(step.columns)] + [("one", "1")]
    )
    over = f"OVER (PARTITION BY {', '.join([*by, f'({lacking})'])} ORDER BY {', '.join([*order, 'w._src', 'w._row'])})"
    chain.then({"_prev": f"CASE WHEN {lacking} THEN NULL ELSE lag({fields}) {over} END"})
    chain.columns = tuple(c for c in chain.columns if c != "_prev")
    values = {f"{step.name}.{out}": f"w._prev.v{i}" for i, (out, _) in enumerate(step.columns)}
    chain.then({f"{step.name}.found": "(w._prev IS NOT NULL)", **values})


def _run(chain: Chain, step: Step) -> None:
    """Number the stretches between resets, then count the failures within each."""
    assert isinstance(step, Run)
    by = [f"w._by{i}" for i in range(len(step.by))]
    order = [*(f"w._order{i} ASC NULLS LAST" for i in range(len(step.order))), "w._src", "w._row"]
    known = {f"_by{i}": f"({sql})" for i, sql in enumerate(chain.w.all(step.by))}
    known |= {f"_order{i}": f"({sql})" for i, sql in enumerate(chain.w.all(step.order))}
    before = chain.columns
    chain.then({**known, "_failed": f"({chain.w.sql(step.failed)})"})
    reset = "w._failed IS NOT TRUE" if step.gap == "break" else "w._failed IS FALSE"
    chain.then({"_stretch": f"sum(CASE WHEN {reset} THEN 1 ELSE 0 END) {_over(by, order)}"})
    length = f"sum(CASE WHEN w._failed THEN 1 ELSE 0 END) {_over([*by, 'w._stretch'], order)}"
    chain.columns = before
    chain.then({step.name: f"CASE WHEN w._failed THEN {length} ELSE CAST(0 AS BIGINT) END"})


def _over(by: Sequence[str], order: Sequence[str]) -> str:
    part = f"PARTITION BY {', '.join(by)} " if by else ""
    return f"OVER ({part}ORDER BY {', '.join(order)} ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)"


STEPS: dict[type, Callable[[Chain, Step], None]] = {
    Lookup: _lookup,
    Previous: _previous,
    Run: _run,
    Derive: _derive,
}
