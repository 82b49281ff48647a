"""Coverage and Pairing over rows in memory."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from checker.engines.closures import Fn
from checker.engines.rows_related import belonging
from checker.engines.rowsets import NOBODY, Columns, House, Make, Row, part
from checker.engines.sweep import Elapsed, Found, swept
from checker.plan.columns import COVERED, exprs_of, this_names
from checker.plan.evaluate import WORLDLY
from checker.plan.nodes import Coverage, Pairing, Related, Step

Evidence = list[tuple[str, str]]


def _core(house: House, related: Related, columns: Columns) -> str:
    """Give where a row keeps the rows that belong to it."""
    reads = this_names([*exprs_of(related), *(m.this for m in related.match)])
    return columns.rowset.place(
        (related, columns.seen(reads)), lambda key: belonging(house, related, columns, key)
    )


def _elapsed(house: House, columns: Columns) -> Elapsed:
    world = house.maker(columns).world
    return lambda one, two: WORLDLY["elapsed"](world, one, two)


def add_coverage(house: House, step: Step, columns: Columns, seen: tuple[str, ...]) -> Evidence:
    """Add the counts and figures; give where a row keeps what belongs to it."""
    assert isinstance(step, Coverage)
    cores = [_core(house, step.related(i), columns) for i in range(len(step.parts))]
    core = columns.rowset.place((step, seen), lambda key: _swept(house, step, columns, cores, key))
    part(columns, step.name, core, lambda row, found: found["counted"], "counted")
    for name in ("unknown", *COVERED):
        part(columns, f"{step.name}_{name}", core, _figure(name), name)
    return [(one.log.split("+")[0], place) for one, place in zip(step.parts, cores, strict=True)]


def _figure(name: str) -> Callable[[Row, Any], Any]:
    return lambda row, found: found.get(name)


def _swept(house: House, step: Coverage, columns: Columns, cores: Sequence[str], key: str) -> Make:
    maker = house.maker(columns)
    low, high = maker.make(step.low), maker.make(step.high)
    keys = [maker.make(m.this) for one in step.parts for m in one.match]
    edges = []
    for one in step.parts:
        there = house.maker(columns, house.columns(one.log))
        edges.append((one.role, there.make(one.start), there.make(one.end)))
    elapsed = _elapsed(house, columns)

    def fill(row: Row) -> Any:
        found: list[Found] = []
        counted = unknown = 0
        for (role, start, end), core in zip(edges, cores, strict=True):
            sure, doubtful, _ = row[core]
            counted += len(sure) if role == "of" else 0
            unknown += len(doubtful)
            for certain, others in ((True, sure), (False, doubtful)):
                found += [(role, start(row, other), end(row, other), certain) for other in others]
        row[key] = figures = {"counted": counted, "unknown": unknown}
        bounds = (low(row, NOBODY), high(row, NOBODY))
        if None not in bounds and all(one(row, NOBODY) is not None for one in keys):
            figures.update(swept(step, elapsed, *bounds, found))
        return figures

    return fill


def add_pairing(house: House, step: Step, columns: Columns, seen: tuple[str, ...]) -> Evidence:
    """Pair all rows at once when one of them is asked; give where a row keeps those it might be paired with."""
    assert isinstance(step, Pairing)
    core = _core(house, step.related, columns)
    candidates = columns.rowset.place(
        (step, seen, "near"), lambda key: _where_among(house, step, columns, core, key)
    )
    paired = columns.rowset.place((step, seen), lambda key: _paired(house, step, columns, candidates, key))
    part(columns, step.name, paired, lambda row, found: found[0], 0)
    part(columns, f"{step.name}_at", paired, lambda row, found: found[1], 1)
    return [(step.log.split("+")[0], candidates)]


def _where_among(house: House, step: Pairing, columns: Columns, core: str, key: str) -> Make:
    among = house.maker(columns).make(step.among)

    def fill(row: Row) -> Any:
        row[key] = found = ((), (), 0) if among(row, NOBODY) is False else row[core]
        return found

    return fill


def _paired(house: House, step: Pairing, columns: Columns, candidates: str, key: str) -> Make:
    maker, there = house.maker(columns), house.maker(columns, house.columns(step.log))
    at, among, time = maker.make(step.at), maker.make(step.among), there.make(step.time)
    keys = [maker.make(m.this) for m in step.match]
    by = [maker.make(e) for e in step.by]
    elapsed = _elapsed(house, columns)

    def fill(asked: Row) -> Any:
        rows = columns.rowset.rows()
        pairs, loose = _pairs(rows, candidates, at, time, by, elapsed)
        chosen = [among(row, NOBODY) for row in rows]
        least = _nearest(pair for pair in pairs if pair[3])
        most = _nearest(pair for pair in pairs if chosen[pair[1]])
        for place, row in enumerate(rows):
            helped = chosen[place] is None or place in most or place in loose
            helped = helped or any(one(row, NOBODY) is None for one in keys)
            unpaired = None if helped and chosen[place] is not False else False
            row[key] = (True, least[place]) if place in least else (unpaired, None)
        return asked[key]

    return fill


Pair = tuple[tuple[Any, ...], int, tuple[Any, ...], bool, datetime]


def _pairs(
    rows: Sequence[Row], candidates: str, at: Fn, time: Fn, by: Sequence[Fn], elapsed: Elapsed
) -> tuple[list[Pair], set[int]]:
    """Give every pair that may be made, and the places of rows of which a pair has no length."""
    pairs: list[Pair] = []
    loose: set[int] = set()
    for place, row in enumerate(rows):
        mine, group = at(row, NOBODY), tuple(one(row, NOBODY) for one in by)
        sure, doubtful, _ = row[candidates]
        for certain, others in ((True, sure), (False, doubtful)):
            for other in others:
                theirs = time(row, other)
                if mine is None or theirs is None:
                    loose.add(place)
                    continue
                own = (other["_src"], other["_row"])
                rank = (abs(elapsed(mine, theirs)), mine, row["_src"], row["_row"], *own)
                pairs.append((rank, place, (group, *own), certain, theirs))
    return pairs, loose


def _nearest(pairs: Any) -> dict[int, datetime]:
    partners: dict[int, datetime] = {}
    taken: set[tuple[Any, ...]] = set()
    for _, place, other, _, time in sorted(pairs, key=lambda pair: pair[0]):
        if place not in partners and other not in taken:
            partners[place] = time
            taken.add(other)
    return partners
