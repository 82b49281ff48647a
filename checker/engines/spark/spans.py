"""`Coverage` and `Pairing`: lists gathered for each row judged, swept in order by one fold, as SQL."""

from __future__ import annotations

from collections.abc import Mapping

from checker.engines.spark.chain import Chain, any_null, struct
from checker.engines.spark.expressions import Writer, literal
from checker.engines.spark.related import gather
from checker.plan.nodes import Call, Col, Coverage, Pairing, Step

_ROLES = ("of", "minus", "within", "window")
_NO_TIME = "CAST(NULL AS TIMESTAMP_NTZ)"
_ZERO = "CAST(0 AS BIGINT)"


def coverage(chain: Chain, step: Step) -> None:
    """Add the figures of a `Coverage`: edges of stretches in order of time, folded at their least and at their most."""
    assert isinstance(step, Coverage)
    before = chain.columns
    keys = [chain.w.sql(m.this) for part in step.parts for m in part.match]
    low, high = chain.w.sql(step.low), chain.w.sql(step.high)
    unknown = any_null([low, high, *keys])
    held = [f"_all{i}" for i in range(len(step.parts))]
    for i, name in enumerate(held):
        gather(chain, step.related(i), name)
    chain.then({"_lo": f"({low})", "_hi": f"({high})", "_null": f"({unknown})"})
    chain.then({"_l": _edges(step, least=True), "_m": _edges(step, least=False)})
    fold = _fold(step, chain.data.zone)
    chain.then({f"_f{side}": fold.format(edges=f"array_sort(w._{side})") for side in "lm"})
    figure = "best" if step.pieces else "total"
    own = [i for i, part in enumerate(step.parts) if part.role == "of"]
    timeless = " + ".join(f"size(filter(w._all{i}, x -> x.a IS NULL))" for i in own if step.points) or "0"
    added = {
        step.name: f"({' + '.join(f'w._all{i}_n' for i in own) or _ZERO})",
        f"{step.name}_unknown": f"({' + '.join(f'w.{name}_u' for name in held)})",
    }
    values = {
        "low": f"w._fl.{figure} div ({timeless} + 1)",
        "high": f"w._fm.{figure}",
        "asked": "w._fm.asked",
        "from": "w._fm.b" if step.pieces else _NO_TIME,
        "to": "w._fm.e" if step.pieces else _NO_TIME,
    }
    added |= {
        f"{step.name}_{name}": f"CASE WHEN w._null THEN NULL ELSE {sql} END" for name, sql in values.items()
    }
    kept = {*before, *chain.evidence.values()}
    chain.then(added)
    chain.columns = tuple(c for c in chain.columns if c in kept or c in added)


def _edges(step: Coverage, least: bool) -> str:
    """Give both edges of each stretch within the bounds, with what they open and close."""
    lists = [f"array({_edge('w._lo', {})}, {_edge('w._hi', {})})"]
    for i, part in enumerate(step.parts):
        timed = "x.a IS NOT NULL" if step.points and part.role == "of" else "TRUE"
        sure = "x.c AND x.a IS NOT NULL AND x.z IS NOT NULL"
        counts = "TRUE" if _in_least(step, part.role) == least else f"coalesce({sure}, FALSE)"
        chosen = f"filter(w._all{i}, x -> {timed} AND {counts})"
        placed = struct(
            [
                ("s", "greatest(coalesce(x.a, w._lo), w._lo)"),
                ("e", "least(coalesce(x.z, w._hi), w._hi)"),
            ]
        )
        lists.append(_both(f"transform({chosen}, x -> {placed})", part.role))
    if step.windows:
        rows = ", ".join(
            struct(
                [
                    ("s", f"greatest({literal(a, 'datetime')}, w._lo)"),
                    ("e", f"least({literal(z, 'datetime')}, w._hi)"),
                ]
            )
            for a, z in step.windows
        )
        lists.append(_both(f"array({rows})", "window"))
    return f"CASE WHEN w._lo < w._hi THEN concat({', '.join(lists)}) ELSE slice({lists[0]}, 1, 0) END"


def _in_least(step: Coverage, role: str) -> bool:
    """Tell whether a stretch that is not certain makes the figure less."""
    return role == "minus" or (role == "of" and step.gaps)


def _both(placed: str, role: str) -> str:
    pair = f"array({_edge('y.s', {role: '1'})}, {_edge('y.e', {role: '-1'})})"
    return f"flatten(transform(filter({placed}, y -> y.s <= y.e), y -> {pair}))"


def _edge(time: str, opened: Mapping[str, str]) -> str:
    deltas = [(role, f"CAST({opened.get(role, '0')} AS BIGINT)") for role in _ROLES]
    return struct([("t", time), *deltas, ("x", f"CAST({int('of' in opened)} AS BIGINT)")])


def _fold(step: Coverage, zone: str | None) -> str:
    """Give the fold over edges: what is open, the run that is measured, the totals, and the first longest piece."""
    start = [("t", _NO_TIME), *((role, _ZERO) for role in (*_ROLES, "x"))]
    start += [("run", _ZERO), ("since", _NO_TIME), ("total", _ZERO), ("asked", _ZERO), ("best", _ZERO)]
    start += [("b", _NO_TIME), ("e", _NO_TIME)]
    length = Writer("a", "x", zone).sql(
        Call("elapsed", (Col("t", "datetime"), Col("t", "datetime", "other")), "duration")
    )
    tests = ["a.minus = 0"]
    tests += ["a.within > 0"] if any(part.role == "within" for part in step.parts) else []
    counts = " AND ".join([*tests, *(["a.window > 0"] if step.windows else [])])
    covered = "a.of = 0" if step.gaps else "a.of > 0"
    told = struct(
        [
            ("len", f"CASE WHEN a.t < x.t THEN {length} ELSE {_ZERO} END"),
            ("k", f"coalesce(a.t < x.t AND {counts}, FALSE)"),
            ("f", f"coalesce(a.t < x.t AND {counts} AND {covered}, FALSE)"),
            ("fresh", f"(a.since IS NULL{' OR a.x > 0' if step.gaps else ''})"),
            ("moved", "coalesce(a.t < x.t, TRUE)"),
        ]
    )
    run = (
        "CASE WHEN NOT y.moved THEN a.run WHEN NOT y.f THEN 0 WHEN y.fresh THEN y.len ELSE a.run + y.len END"
    )
    since = f"CASE WHEN NOT y.moved THEN a.since WHEN NOT y.f THEN {_NO_TIME} WHEN y.fresh THEN a.t ELSE a.since END"
    more = f"(({run}) > a.best)"
    after = [("t", "x.t"), *((role, f"a.{role} + x.{role}") for role in _ROLES)]
    after += [("x", "CASE WHEN y.moved THEN x.x ELSE greatest(a.x, x.x) END"), ("run", run), ("since", since)]
    after += [("total", f"a.total + CASE WHEN y.f THEN y.len ELSE {_ZERO} END")]
    after += [("asked", f"a.asked + CASE WHEN y.k THEN y.len ELSE {_ZERO} END")]
    after += [("best", f"greatest(a.best, {run})")]
    after += [("b", f"CASE WHEN {more} THEN {since} ELSE a.b END")]
    after += [("e", f"CASE WHEN {more} THEN x.t ELSE a.e END")]
    step_ = f"element_at(transform(array({told}), y -> {struct(after)}), 1)"
    return f"aggregate({{edges}}, {struct(start)}, (a, x) -> {step_})"


def pairing(chain: Chain, step: Step) -> None:
    """Add whether each row is paired: all pairs of a group in one list, made in order while both sides are free."""
    assert isinstance(step, Pairing)
    before = chain.columns
    unknown = any_null([chain.w.sql(m.this) for m in step.match])
    groups = {f"_g{i}": f"({chain.w.sql(e)})" for i, e in enumerate(step.by)} or {"_g0": "0"}
    period = "coalesce(w.period, '')" if "period" in chain.columns else "''"
    me = struct([("s", "w._src"), ("r", "w._row"), ("p", period)])
    chain.then({"_at": f"({chain.w.sql(step.at)})", "_among": f"({chain.w.sql(step.among)})"})
    chain.then({**groups, "_me": me, "_null": f"({unknown})"})
    gather(chain, step.related, "_all")
    # A row that takes no part has no candidates, and none is evidence.
    places = chain.evidence[step.name]
    chain.columns = tuple(c for c in chain.columns if c not in ("_all", places))
    shown = "CASE WHEN w._among IS FALSE THEN slice({0}, 1, 0) ELSE {0} END"
    chain.then({"_all": shown.format("w._all"), places: shown.format(f"w.{places}")})
    made = _made(chain, list(groups))
    same = " AND ".join(f"w.{name} <=> q.{name}" for name in groups)
    chain.then(
        {side: f"filter(q.{side}, p -> p.me = w._me)" for side in ("_least", "_most")},
        f" LEFT JOIN ({made}) q ON {same}",
    )
    sure = "coalesce(size(w._least), 0) > 0"
    loose = "exists(w._all, x -> x.a IS NULL OR w._at IS NULL)"
    maybe = f"w._among IS NULL OR w._null OR coalesce(size(w._most), 0) > 0 OR {loose}"
    paired = (
        f"CASE WHEN {sure} THEN TRUE WHEN w._among IS FALSE THEN FALSE WHEN {maybe} THEN NULL ELSE FALSE END"
    )
    added = {step.name: paired, f"{step.name}_at": f"CASE WHEN {sure} THEN w._least[0].t END"}
    kept = {*before, *chain.evidence.values()}
    chain.then(added)
    chain.columns = tuple(c for c in chain.columns if c in kept or c in added)


def _made(chain: Chain, groups: list[str]) -> str:
    """Give the pairs that are made in each group, certain ones alone and with all that may be."""
    between = Call("elapsed", (Col("_at", "datetime"), Col("_time", "datetime")), "duration")
    length = f"abs({Writer('n', 'n', chain.data.zone).sql(between)})"
    by = ", ".join(groups)
    each = f"SELECT {by}, _at, _among, _me, explode(_all) AS o FROM ({chain.sql})"
    near = f"SELECT {by}, _at, _among, _me, o.a AS _time, o FROM ({each})"
    pair = struct(
        [
            ("k", length), ("at", "n._at"), ("me", "n._me"), ("o", "named_struct('s', n.o.s, 'r', n.o.r)"),
            ("t", "n._time"), ("c", "n.o.c"), ("among", "n._among"),
        ]
    )  # fmt: skip
    listed = f"SELECT {by}, array_sort(collect_list({pair})) AS l FROM ({near}) n WHERE _time IS NOT NULL AND _at IS NOT NULL GROUP BY {by}"
    free = "NOT exists(a, y -> y.me = x.me OR y.o = x.o)"
    fold = f"aggregate({{0}}, slice(l, 1, 0), (a, x) -> CASE WHEN {free} THEN concat(a, array(x)) ELSE a END)"
    least, most = (fold.format(f"filter(l, x -> x.{test})") for test in ("c", "among"))
    return f"SELECT {by}, {least} AS _least, {most} AS _most FROM ({listed})"
