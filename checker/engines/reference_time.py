"""What `Coverage` and `Pairing` mean, in plain loops: time cut at every edge, and the nearest pair first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise
from typing import Any

from checker.plan.evaluate import WORLDLY, World
from checker.plan.nodes import Coverage

Span = tuple[datetime, datetime]
Piece = tuple[int, datetime, datetime]


@dataclass(frozen=True)
class Stretch:
    """A stretch of time [start, end) as it was found; an edge that is not known is null."""

    role: str
    start: Any
    end: Any
    certain: bool


@dataclass(frozen=True)
class Candidate:
    """A pair that may be made: shorter `rank` first; `place` is the row of the source, `other` that of the log in its group."""

    rank: tuple[Any, ...]
    place: int
    other: tuple[Any, ...]
    certain: bool
    time: datetime


def elapsed(world: World, one: datetime, two: datetime) -> int:
    """Give the time between two moments in microseconds."""
    return int(WORLDLY["elapsed"](world, one, two))


def covered(
    step: Coverage, world: World, low: datetime, high: datetime, found: Sequence[Stretch]
) -> dict[str, Any]:
    """Give the figures of a `Coverage`: low, high, asked, and from and to of the longest piece."""
    timeless = [one for one in found if step.points and one.role == "of" and one.start is None]
    placed = [_within(one, low, high) for one in found if one not in timeless]
    placed = [one for one in placed if one.start <= one.end]
    least, most = _chosen(step, placed, least=True), _chosen(step, placed, least=False)
    cuts = {low, high, *(edge for one in placed for edge in (one.start, one.end))}
    cuts |= {edge for window in step.windows for edge in window if low < edge < high}
    spans = list(pairwise(sorted(cuts))) if low < high else []
    best = max(_pieces(step, world, spans, most), key=lambda piece: piece[0], default=None)
    return {
        "low": _figure(step, _pieces(step, world, spans, least)) // (len(timeless) + 1),
        "high": _figure(step, _pieces(step, world, spans, most)),
        "asked": sum(elapsed(world, *span) for span in spans if _counts(step, span, most)),
        "from": best[1] if best and step.pieces else None,
        "to": best[2] if best and step.pieces else None,
    }


def _within(one: Stretch, low: datetime, high: datetime) -> Stretch:
    """Give a stretch inside the bounds; one of which an edge is not known may reach to the bound."""
    certain = one.certain and one.start is not None and one.end is not None
    start, end = max(one.start or low, low), min(one.end or high, high)
    return replace(one, start=start, end=end, certain=certain)


def _chosen(step: Coverage, placed: Iterable[Stretch], least: bool) -> list[Stretch]:
    """Give the stretches that make the figure as little, or as much, as it can be."""
    uncertain = {"of": step.gaps == least, "minus": least, "within": not least}
    return [one for one in placed if one.certain or uncertain[one.role]]


def _counts(step: Coverage, span: Span, chosen: Iterable[Stretch]) -> bool:
    roles = {one.role for one in chosen if one.start <= span[0] and span[1] <= one.end}
    needs_within = any(part.role == "within" for part in step.parts)
    windowed = any(opens <= span[0] and span[1] <= closes for opens, closes in step.windows)
    return "minus" not in roles and ("within" in roles or not needs_within) and (windowed or not step.windows)


def _pieces(step: Coverage, world: World, spans: Iterable[Span], chosen: Sequence[Stretch]) -> list[Piece]:
    """Give the unbroken pieces of what is measured: length, start, end."""
    of = [one for one in chosen if one.role == "of"]
    edges = {edge for one in of for edge in (one.start, one.end)} if step.gaps else set()
    pieces: list[Piece] = []
    for start, end in spans:
        is_covered = any(one.start <= start and end <= one.end for one in of)
        if is_covered == step.gaps or not _counts(step, (start, end), chosen):
            continue
        length = elapsed(world, start, end)
        if pieces and pieces[-1][2] == start and start not in edges:
            before = pieces.pop()
            length, start = before[0] + length, before[1]
        pieces.append((length, start, end))
    return pieces


def _figure(step: Coverage, pieces: Iterable[Piece]) -> int:
    lengths = [length for length, _, _ in pieces]
    return max(lengths, default=0) if step.pieces else sum(lengths)


def paired(candidates: Iterable[Candidate]) -> dict[int, datetime]:
    """Give, for each row of the source that is paired, the time of its partner: the nearest free pair comes first."""
    partners: dict[int, datetime] = {}
    taken: set[tuple[Any, ...]] = set()
    for one in sorted(candidates, key=lambda one: one.rank):
        if one.place not in partners and one.other not in taken:
            partners[one.place] = one.time
            taken.add(one.other)
    return partners
