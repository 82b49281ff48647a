"""`Related`: figures over the other log's rows. Grouped by key before the join where nothing asks about this row.

A key of the other log may be null: its rows then belong for certain to nobody, or as `if_null` says. Rows are told
apart by which of their keys are null (a bit mask); those with the same gaps are joined on the keys they do have.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from checker.engines.spark.chain import Chain, any_null, equal, struct
from checker.engines.spark.expressions import Writer, quoted
from checker.engines.spark.pairs import joined, mask
from checker.plan.columns import columns_of
from checker.plan.nodes import Call, Expr, Lit, Match, Related, Step, Take

EVIDENCE = 20
_PLACES = "ARRAY<STRUCT<f: INT, s: INT, r: BIGINT>>"
_NOBODY = Lit(False, "bool")


def related(chain: Chain, step: Step) -> None:
    """Add how many rows of the other log belong to each row, how many may, the takes and the places of evidence."""
    assert isinstance(step, Related)
    gaps = _gaps(chain, step)
    before = set(chain.columns)
    if _asks_this(step) or not all(_of_key(step.match, gap) for gap in gaps):
        _by_pair(chain, step, gaps)
    else:
        _by_key(chain, step, gaps)
    null = any_null(chain.w.all([m.this for m in step.match]))
    n, u = "w._n", "w._u"
    if step.exists:
        n, u = f"least({n}, 1)", f"least({u}, 1)"
    columns = {
        step.name: f"CASE WHEN {null} THEN 0 ELSE {n} END",
        f"{step.name}_unknown": f"CASE WHEN {null} THEN 1 ELSE {u} END",
    }
    for i, take in enumerate(step.takes):
        value = f"CASE WHEN {null} THEN NULL ELSE w._t{i} END"
        columns[take.name] = f"coalesce({value}, 0)" if take.fn in ("count", "distinct") else value
    if step.evidence:
        name = f"_ev{len(chain.evidence)}"
        columns[name] = f"CASE WHEN {null} THEN NULL ELSE w._e END"
        chain.evidence[step.name] = name
    chain.columns = tuple(c for c in chain.columns if c in before)
    chain.then(columns)


def _gaps(chain: Chain, step: Related) -> list[int]:
    """Give the gaps that occur, the whole rows first, without rows that belong to nobody."""
    never = sum(1 << i for i, m in enumerate(step.match) if m.if_null == _NOBODY)
    if never == (1 << len(step.match)) - 1:
        return [0]
    return [0, *sorted(gap for gap in chain.data.gaps(step.log, step.match) if gap and not gap & never)]


def _of_key(match: Sequence[Match], gap: int) -> bool:
    """Tell whether rows with this gap belong to nobody for certain, whoever is judged."""
    tests = [m.if_null for i, m in enumerate(match) if gap >> i & 1]
    return all(map(_never, tests)) and all(side == "other" for side, _ in columns_of(tests))


def _never(expr: Expr) -> bool:
    """Tell whether a condition is never true."""
    if isinstance(expr, Call) and expr.fn == "if":
        return all(map(_never, expr.args[1:]))
    return isinstance(expr, Lit) and expr.value in (None, False)


def _asks_this(step: Related) -> bool:
    parts = [step.where, *step.order, *(e for t in step.takes for e in (t.expr, t.filter))]
    return any(side == "this" for side, _ in columns_of(parts))


def _by_key(chain: Chain, step: Related, gaps: Sequence[int]) -> None:
    """Join the figures of whole rows, then what the rows of each gap add to the doubtful ones."""
    mine, theirs = chain.w.all([m.this for m in step.match]), Writer("o", "o", chain.data.zone)
    keys, where = [theirs.sql(m.other) for m in step.match], f"({theirs.sql(step.where)})"
    log, joins = chain.data.views[step.log], []
    listed = [f"({key}) AS k{i}" for i, key in enumerate(keys)]
    inner = f"SELECT {', '.join([*listed, *_figures(step, theirs, where)])} FROM {log} o WHERE NOT ({any_null(keys)}) AND {where} IS NOT FALSE"
    grouped = f"SELECT {', '.join([*(f'k{i}' for i in range(len(keys))), *_totals(step)])} FROM ({inner}){_by(range(len(keys)))}"
    joins.append(f" LEFT JOIN ({grouped}) g0 ON {equal(mine, [f'g0.k{i}' for i in range(len(keys))])}")
    for gap in gaps[1:]:
        had = [i for i in range(len(keys)) if not gap >> i & 1]
        perhaps = [f"({theirs.sql(m.if_null)})" for i, m in enumerate(step.match) if gap >> i & 1]
        cond = " AND ".join([*perhaps, where])
        chosen = ", ".join(
            [*(listed[i] for i in had), "o._src AS _src", "o._row AS _row", "CAST(NULL AS BOOLEAN) AS c"]
        )
        inner = f"SELECT {chosen} FROM {log} o WHERE {mask(keys)} = {gap} AND ({cond}) IS NOT FALSE"
        parts = [*(f"k{i}" for i in had), "count(*) AS n", *_evidence(step)]
        grouped = f"SELECT {', '.join(parts)} FROM ({inner}){_by(had)}"
        joins.append(
            f" LEFT JOIN ({grouped}) g{gap} ON {equal([mine[i] for i in had], [f'g{gap}.k{i}' for i in had])}"
        )
    unsure = " + ".join(["coalesce(g0.u, 0)", *(f"coalesce(g{gap}.n, 0)" for gap in gaps[1:])])
    added = {
        "_n": "coalesce(g0.n, 0)",
        "_u": f"({unsure})",
        **{f"_t{i}": f"g0.t{i}" for i in range(len(step.takes))},
    }
    if step.evidence:
        places = ", ".join(f"coalesce(g{gap}.e, CAST(array() AS {_PLACES}))" for gap in gaps)
        added["_e"] = "g0.e" if len(gaps) == 1 else f"slice(array_sort(concat({places})), 1, {EVIDENCE})"
    chain.then(added, "".join(joins))


def _by(keys: Sequence[int] | range) -> str:
    return f" GROUP BY {', '.join(f'k{i}' for i in keys)}" if keys else ""


GATHERED = "collect_list(named_struct('c', c, 's', _src, 'r', _row, 'a', v0, 'z', {end})) FILTER (WHERE c IS NOT FALSE)"


def gather(chain: Chain, step: Related, name: str) -> None:
    """Add the rows that belong or may belong as a list, `c` whether they do, `a` and `z` the first and last take.

    Their number is `_n`, of those that may `_u`; their places join the evidence.
    """
    before = chain.columns
    gathered = GATHERED.format(end=f"v{len(step.takes) - 1}")
    _by_pair(chain, step, _gaps(chain, step), {name: gathered})
    evidence = f"_ev{len(chain.evidence)}"
    chain.evidence[step.name] = evidence
    null = any_null(chain.w.all([m.this for m in step.match]))
    chain.columns = (*before, name)
    counts = {f"{name}_n": "w._n", f"{name}_u": "w._u"}
    chain.then({**counts, evidence: f"CASE WHEN {null} THEN NULL ELSE w._e END"})


def _by_pair(chain: Chain, step: Related, gaps: Sequence[int], more: Mapping[str, str] | None = None) -> None:
    """Join the rows themselves, then group by the row judged: the condition asks about both.

    `more` gives further figures over the pairs, by the name of their column.
    """
    subject = chain.columns
    pairs, held = joined(chain, step, gaps)
    mine = [f"w.{quoted(c)} AS {quoted(f'w {c}')}" for c in subject]
    figures = ", ".join([*mine, *_figures(step, chain.w, held)])
    group = ", ".join(quoted(f"w {c}") for c in subject)
    inner = f"SELECT {chain.data.hint(step.log, 'o')}{figures} FROM {pairs}"
    others = [f"{sql} AS {name}" for name, sql in (more or {}).items()]
    grouped = f"SELECT {group}, {', '.join([*_totals(step), *others])} FROM ({inner}) GROUP BY {group}"
    names = ["n", "u", *(f"t{i}" for i in range(len(step.takes))), *(["e"] if step.evidence else [])]
    back = [
        *(f"{quoted(f'w {c}')} AS {quoted(c)}" for c in subject),
        *(f"{one} AS _{one}" for one in names),
        *(more or {}),
    ]
    chain.sql = f"SELECT {', '.join(back)} FROM ({grouped})"
    chain.columns = (*subject, *(f"_{one}" for one in names), *(more or {}))


def _figures(step: Related, writer: Writer, cond: str) -> list[str]:
    """Give, for one row of the other log, whether it belongs and what the takes need of it."""
    columns = ["o._src AS _src", "o._row AS _row", f"{cond} AS c"]
    for i, take in enumerate(step.takes):
        columns.append(f"({writer.sql(take.filter) if take.filter is not None else 'TRUE'}) AS f{i}")
        columns.append(f"({writer.sql(take.expr) if take.expr is not None else 'NULL'}) AS v{i}")
    return [*columns, *(f"({writer.sql(e)}) AS o{i}" for i, e in enumerate(step.order))]


def _totals(step: Related) -> list[str]:
    takes = [f"{_take(take, i, step)} AS t{i}" for i, take in enumerate(step.takes)]
    return [
        "count(*) FILTER (WHERE c) AS n",
        "count(*) FILTER (WHERE c IS NULL) AS u",
        *takes,
        *_evidence(step),
    ]


def _evidence(step: Related) -> list[str]:
    """Give the first places, certain ones first; only so many are ever held."""
    if not step.evidence:
        return []
    entry = struct([("f", "CASE WHEN c THEN 0 ELSE 1 END"), ("s", "_src"), ("r", "_row")])
    return [f"min_by({entry}, {entry}, {EVIDENCE}) FILTER (WHERE c IS NOT FALSE) AS e"]


def _take(take: Take, index: int, step: Related) -> str:
    chosen, value = f"FILTER (WHERE c AND f{index})", f"v{index}"
    if take.fn == "count":
        return f"count(*) {chosen}"
    if take.fn == "distinct":
        return f"count(DISTINCT {value}) {chosen}"
    if take.fn == "first":
        ranks = [
            (f"{side}{i}", sql)
            for i in range(len(step.order))
            for side, sql in (("n", f"o{i} IS NULL"), ("o", f"o{i}"))
        ]
        rank = struct([*ranks, ("s", "_src"), ("r", "_row")])
        return f"(min_by({struct([('v', value)])}, {rank}) {chosen}).v"
    return f"{take.fn}({value}) {chosen}"
