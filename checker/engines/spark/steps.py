"""Plan steps as queries around the rows before them; figures of related rows have their own file."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence

from checker.engines.spark.chain import Chain, any_null, equal, struct
from checker.engines.spark.expressions import Writer, quoted, readable
from checker.engines.spark.related import related
from checker.engines.spark.spans import coverage, pairing
from checker.plan.columns import exprs_of, this_names
from checker.plan.nodes import Coverage, Derive, Expr, Lookup, Pairing, Previous, Related, Run, Step


def add(chain: Chain, steps: Sequence[Step], wanted: Iterable[Expr], kept: Collection[str] = ()) -> None:
    """Add the columns of steps in order; what neither `wanted`, `kept` nor a later step reads is dropped."""
    last = this_names(wanted) | set(kept) | chain.identity
    for at, step in enumerate(steps):
        later = last | this_names(e for one in steps[at + 1 :] for e in exprs_of(one))
        chain.narrow(later | this_names(exprs_of(step)))
        STEPS[type(step)](chain, step)
    chain.narrow(last)


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
        chain.then(
            {
                "_sure": f"array_max(filter(w._found, o -> {valid}))",
                "_doubt": f"array_max(filter(w._found, o -> ({valid}) IS NULL))",
            }
        )
        # A row that may be valid and would then be the one meant leaves nothing certain.
        chain.then({"_best": "CASE WHEN w._doubt IS NULL OR w._doubt < w._sure THEN w._sure END"})
        doubt = "w._found IS NULL OR w._doubt IS NOT NULL"
        found, best = (
            f"CASE WHEN w._best IS NOT NULL THEN TRUE WHEN {doubt} THEN NULL ELSE FALSE END",
            "w._best",
        )
    hidden = {"_found", "_day", "_sure", "_doubt", "_best"}
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
    start = "DATE'0001-01-01'"
    if step.start:
        cell, read = f"o.{quoted(step.start[0].name)}", readable("o", step.start[0].name)
        start = f"CASE WHEN {cell} IS NULL AND NOT {read} THEN DATE'9999-12-31' ELSE coalesce({cell}, {start}) END"
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
    Related: related,
    Lookup: _lookup,
    Previous: _previous,
    Run: _run,
    Coverage: coverage,
    Pairing: pairing,
    Derive: _derive,
}
