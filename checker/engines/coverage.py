"""Coverage as SQL: edges of stretches in order of time, running counts of what is open, islands of what is measured.

Everything is counted twice: `l` with the stretches that make the figure as little as it can be, `m` as much.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from checker.database import quote as quoted
from checker.engines.sql import Writer, literal
from checker.plan.nodes import Call, Col, Coverage, Step, Stretches

if TYPE_CHECKING:
    from checker.engines.relations import Chain

ROLES = ("of", "minus", "within", "window")
BOTH = ("l", "m")


def add_coverage(chain: Chain, step: Step) -> None:
    """Add the figures of a `Coverage`, all with window functions over the edges of each row."""
    from checker.engines.relations import PLACES

    assert isinstance(step, Coverage)
    writer, before = chain.w(), chain.current
    low, high = writer.sql(step.low), writer.sql(step.high)
    known = [f"({writer.sql(m.this)}) IS NOT NULL" for part in step.parts for m in part.match]
    bounds = chain.side(f"SELECT w._id, ({low}) AS lo, ({high}) AS hi FROM {before} w")
    pairs = [chain.pairs(step.related(i)) for i in range(len(step.parts))]
    counts, loose = _counts(chain, step, pairs)
    edges = chain.side(" UNION ALL ".join(_edges(step, bounds, pairs)))
    figures = chain.side(_figures(chain, step, edges))
    whole = " AND ".join([f"({low}) IS NOT NULL", f"({high}) IS NOT NULL", *known])

    def given(value: str, name: str) -> str:
        return f"CASE WHEN {whole} THEN {value} END AS {quoted(f'{step.name}_{name}')}"

    columns = [
        f"coalesce(n.n, 0) AS {quoted(step.name)}",
        f"coalesce(n.u, 0) AS {quoted(step.name + '_unknown')}",
        given(f"CAST(coalesce(g.l, 0) // ({loose} + 1) AS BIGINT)", "low"),
        given("CAST(coalesce(g.m, 0) AS BIGINT)", "high"),
        given("CAST(coalesce(g.asked, 0) AS BIGINT)", "asked"),
        given("g.b", "from"),
        given("g.e", "to"),
    ]
    joins = f"LEFT JOIN {figures} g ON g._id = w._id LEFT JOIN {counts} n ON n._id = w._id"
    for i, part in enumerate(step.parts):
        places = chain.side(f"SELECT _id, {PLACES} AS ev FROM {pairs[i]} GROUP BY _id")
        name = f"_ev{len(chain.evidence)}"
        chain.evidence.append((name, part.log.split("+")[0]))
        columns.append(f"p{i}.ev AS {name}")
        joins += f" LEFT JOIN {places} p{i} ON p{i}._id = w._id"
    chain.then(f"SELECT w.*, {', '.join(columns)} FROM {before} w {joins}")


def _counts(chain: Chain, step: Coverage, pairs: Sequence[str]) -> tuple[str, str]:
    """Give the query that counts rows by row judged, and how many points have no time."""
    each = []
    for part, name in zip(step.parts, pairs, strict=True):
        own = "c" if part.role == "of" else "FALSE"
        timeless = "v0 IS NULL" if step.points and part.role == "of" else "FALSE"
        each.append(f"SELECT _id, {own} AS own, c, {timeless} AS timeless FROM {name}")
    figures = (
        "count(*) FILTER (WHERE own) AS n, count(*) FILTER (WHERE c IS NULL) AS u, "
        "count(*) FILTER (WHERE timeless) AS t"
    )
    counted = chain.side(f"SELECT _id, {figures} FROM ({' UNION ALL '.join(each)}) GROUP BY _id")
    return counted, "coalesce(n.t, 0)"


def _edges(step: Coverage, bounds: str, pairs: Sequence[str]) -> Iterator[str]:
    """Give both edges of each stretch within the bounds, with what they open and close."""
    nothing = dict.fromkeys((f"{role}_{side}" for role in ROLES for side in BOTH), "0")
    for edge in ("lo", "hi"):
        yield f"SELECT _id, {edge} AS t, {_listed(nothing)}, 0 AS x_l, 0 AS x_m FROM {bounds} WHERE lo < hi"
    for part, name in zip(step.parts, pairs, strict=True):
        timed = " AND v0 IS NOT NULL" if step.points and part.role == "of" else ""
        clipped = (
            "SELECT p._id, greatest(coalesce(p.v0, b.lo), b.lo) AS s, least(coalesce(p.v1, b.hi), b.hi) AS e, "
            "(p.c IS TRUE AND p.v0 IS NOT NULL AND p.v1 IS NOT NULL) AS sure "
            f"FROM {name} p JOIN {bounds} b ON b._id = p._id WHERE b.lo < b.hi{timed}"
        )
        yield from _both(clipped, part.role, _in_least(step, part), nothing)
    if step.windows:
        rows = ", ".join(f"({literal(a, 'datetime')}, {literal(z, 'datetime')})" for a, z in step.windows)
        clipped = (
            f"SELECT b._id, greatest(v.s, b.lo) AS s, least(v.e, b.hi) AS e, TRUE AS sure FROM {bounds} b "
            f"JOIN (VALUES {rows}) v(s, e) ON v.s < b.hi AND v.e > b.lo WHERE b.lo < b.hi"
        )
        yield from _both(clipped, "window", True, nothing)


def _in_least(step: Coverage, part: Stretches) -> bool:
    """Tell whether a stretch that is not certain makes the figure less."""
    return part.role == "minus" or (part.role == "of" and step.gaps)


def _both(clipped: str, role: str, least: bool, nothing: dict[str, str]) -> Iterator[str]:
    sure = "CASE WHEN sure THEN 1 ELSE 0 END"
    weights = {"l": "1", "m": sure} if least else {"l": sure, "m": "1"}
    for edge, sign in (("s", ""), ("e", "-")):
        own = {f"{role}_{side}": f"{sign}{weight}" for side, weight in weights.items()}
        breaks = (weights[side] if role == "of" else "0" for side in BOTH)
        marks = ", ".join(f"{one} AS x_{side}" for one, side in zip(breaks, BOTH, strict=True))
        yield f"SELECT _id, {edge} AS t, {_listed(nothing | own)}, {marks} FROM ({clipped}) WHERE s <= e"


def _listed(columns: dict[str, str]) -> str:
    return ", ".join(f"{value} AS {name}" for name, value in columns.items())


def _figures(chain: Chain, step: Coverage, edges: str) -> str:
    """Give, by row judged, the figure at its least `l` and most `m`, the time asked for, and the longest piece."""
    names = [f"{role}_{side}" for role in ROLES for side in BOTH]
    sums = ", ".join(f"sum({name}) AS {name}" for name in [*names, "x_l", "x_m"])
    at = chain.side(f"SELECT _id, t, {sums} FROM {edges} GROUP BY _id, t")
    over = "OVER (PARTITION BY _id ORDER BY t)"
    running = ", ".join(f"sum({name}) {over} AS {name}" for name in names)
    spans = chain.side(f"SELECT _id, t, lead(t) {over} AS n, {running}, x_l, x_m FROM {at}")
    length = Writer("s", "s", chain.zone).sql(
        Call("elapsed", (Col("t", "datetime"), Col("n", "datetime")), "duration")
    )
    flags = ", ".join(f"({_counted(step, side)}) AS k_{side}, (of_{side} > 0) AS o_{side}" for side in BOTH)
    told = chain.side(
        f"SELECT _id, t, n, x_l, x_m, {length} AS len, {flags} FROM {spans} s WHERE n IS NOT NULL"
    )
    measured = {side: f"(k_{side} AND {'NOT ' if step.gaps else ''}o_{side})" for side in BOTH}
    asked = "sum(len) FILTER (WHERE k_m) AS asked"
    if not step.pieces:
        totals = ", ".join(f"sum(len) FILTER (WHERE {measured[side]}) AS {side}" for side in BOTH)
        none = "CAST(NULL AS TIMESTAMP)"
        return f"SELECT _id, {totals}, {asked}, {none} AS b, {none} AS e FROM {told} GROUP BY _id"
    longest = {side: _longest(chain, step, told, side, measured[side]) for side in BOTH}
    joins = " ".join(f"LEFT JOIN {name} {side} ON {side}._id = a._id" for side, name in longest.items())
    whole = f"SELECT _id, {asked} FROM {told} GROUP BY _id"
    return f"SELECT a._id, l.len AS l, m.len AS m, a.asked, m.b, m.e FROM ({whole}) a {joins}"


def _counted(step: Coverage, side: str) -> str:
    """Give whether a span of time counts."""
    tests = [f"minus_{side} = 0"]
    tests += [f"within_{side} > 0"] if any(part.role == "within" for part in step.parts) else []
    return " AND ".join([*tests, *([f"window_{side} > 0"] if step.windows else [])])


def _longest(chain: Chain, step: Coverage, told: str, side: str, measured: str) -> str:
    """Number the islands of spans that are measured; give the longest, of several the first."""
    over = "OVER (PARTITION BY _id ORDER BY t)"
    flagged = chain.side(f"SELECT _id, t, n, len, x_{side} AS x, {measured} AS f FROM {told}")
    edge = " OR x > 0" if step.gaps else ""
    begun = chain.side(
        f"SELECT *, CASE WHEN f AND (lag(f) {over} IS NOT TRUE{edge}) THEN 1 ELSE 0 END AS begins FROM {flagged}"
    )
    islands = chain.side(f"SELECT *, sum(begins) {over} AS island FROM {begun}")
    pieces = (
        f"SELECT _id, sum(len) AS len, min(t) AS b, max(n) AS e FROM {islands} WHERE f GROUP BY _id, island"
    )
    return chain.side(
        f"SELECT * FROM ({pieces}) QUALIFY row_number() OVER (PARTITION BY _id ORDER BY len DESC, b) = 1"
    )
