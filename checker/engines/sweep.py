"""Time swept once from edge to edge: what stretches cover of it, for few rows in memory."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Any

from checker.plan.nodes import Coverage

Elapsed = Callable[[datetime, datetime], int]
Found = tuple[str, Any, Any, bool]
"""A stretch: role, start, end (null: not known), and whether it is certain."""
OF, MINUS, WITHIN, WINDOW, EDGE = range(5)
_ROLES = {"of": OF, "minus": MINUS, "within": WITHIN}
Deltas = dict[datetime, list[int]]


def swept(
    step: Coverage, elapsed: Elapsed, low: datetime, high: datetime, found: Iterable[Found]
) -> dict[str, Any]:
    """Give the figures of a `Coverage` by their names."""
    least: Deltas = defaultdict(lambda: [0] * 5)
    most: Deltas = defaultdict(lambda: [0] * 5)
    timeless = 0
    for role, start, end, certain in found:
        if step.points and role == "of" and start is None:
            timeless += 1
            continue
        certain = certain and start is not None and end is not None
        span = (max(start or low, low), min(end or high, high))
        for deltas, makes_more in ((least, False), (most, True)):
            if certain or (role == "within" or (role == "of" and not step.gaps)) == makes_more:
                _add(deltas, _ROLES[role], *span)
    for opens, closes in step.windows:
        for deltas in (least, most):
            _add(deltas, WINDOW, max(opens, low), min(closes, high))
    smallest, _, _ = _measured(step, elapsed, low, high, least)
    largest, asked, piece = _measured(step, elapsed, low, high, most)
    begins, ends = piece if step.pieces else (None, None)
    return {
        "low": smallest // (timeless + 1), "high": largest, "asked": asked, "from": begins, "to": ends,
    }  # fmt: skip


def _add(deltas: Deltas, role: int, start: datetime, end: datetime) -> None:
    if start <= end:
        for edge, change in ((start, 1), (end, -1)):
            deltas[edge][role] += change
            deltas[edge][EDGE] |= role == OF


def _measured(
    step: Coverage, elapsed: Elapsed, low: datetime, high: datetime, deltas: Deltas
) -> tuple[int, int, tuple[datetime | None, datetime | None]]:
    """Give the figure, the time that counts, and the first of the longest pieces."""
    total = asked = longest = run = 0
    best: tuple[datetime | None, datetime | None] = (None, None)
    since: datetime | None = None
    for start, end, counts, measured, edge in _spans(step, low, high, deltas):
        length = elapsed(start, end)
        asked += length if counts else 0
        if not measured or since is None or (step.gaps and edge):
            run, since = 0, start if measured else None
        if measured:
            run, total = run + length, total + length
            if run > longest:
                longest, best = run, (since, end)
    return longest if step.pieces else total, asked, best


def _spans(
    step: Coverage, low: datetime, high: datetime, deltas: Deltas
) -> Iterator[tuple[datetime, datetime, bool, bool, bool]]:
    """Give every span between two edges: whether it counts, whether it is measured, whether a stretch has its edge there."""
    needs_within = any(part.role == "within" for part in step.parts)
    if low < high:
        deltas[low], deltas[high]  # both bounds are edges of a span, though nothing begins there
    now, state, before = None, [0] * 4, 0
    for edge in sorted(deltas):
        if now is not None:
            counts = not state[MINUS] and bool(state[WITHIN] or not needs_within)
            counts = counts and bool(state[WINDOW] or not step.windows)
            yield now, edge, counts, counts and bool(state[OF]) != step.gaps, bool(before)
        now, before = edge, deltas[edge][EDGE]
        state = [one + change for one, change in zip(state, deltas[edge], strict=False)]
