"""Small charts of the monthly report as inline SVG: whole drawings, no script, no style of their own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from html import escape

from checker.model import Lang
from checker.papers.month import NO_DATA, Chart

WIDTH, HEIGHT = 340, 132
LEFT, RIGHT, TOP, BOTTOM = 40, 14, 30, 24


def svg(chart: Chart, lang: Lang = "zh") -> str:
    """Give a chart as SVG: a point a period, joined where periods follow without a gap, each with its number."""
    low, high = _bounds(chart)
    across = [_x(at, len(chart.labels)) for at in range(len(chart.labels))]
    heights = [None if one is None else _y(one, low, high) for one in chart.values]
    parts = [
        f'<svg class="chart" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(_told(chart, lang))}">',
        f'<text class="name" x="4" y="13">{escape(chart.title)}</text>',
        f'<line class="axis" x1="{LEFT}" y1="{HEIGHT - BOTTOM}" x2="{WIDTH - RIGHT}" y2="{HEIGHT - BOTTOM}"/>',
        *_goal(chart, low, high),
        *_paths(across, heights),
        *_points(chart, across, heights),
        *(
            f'<text class="tick" x="{x}" y="{HEIGHT - 8}">{escape(label)}</text>'
            for x, label in zip(across, _short(chart.labels), strict=True)
        ),
        "</svg>",
    ]
    return "\n".join(parts)


def said(value: Decimal) -> str:
    """Give a number with one decimal at most.

    >>> said(Decimal("73.17")), said(Decimal(4)), said(Decimal("100.0"))
    ('73.2', '4', '100')
    """
    text = f"{value:.1f}"
    return text.removesuffix(".0")


def _told(chart: Chart, lang: Lang) -> str:
    pairs = zip(chart.labels, chart.values, strict=True)
    told = [
        f"{label} {NO_DATA.pick(lang) if one is None else said(one) + chart.unit}" for label, one in pairs
    ]
    return f"{chart.title}: {', '.join(told)}"


def _short(labels: Sequence[str]) -> list[str]:
    """Give months without their year where many stand side by side, but for the first and every January.

    >>> _short(["2025-11", "2025-12", "2026-01", "2026-02", "2026-03", "2026-04"])
    ['2025-11', '12', '2026-01', '02', '03', '04']
    """
    if len(labels) < 6 or not all(len(one) == 7 and one[4] == "-" for one in labels):
        return list(labels)
    return [one if not at or one.endswith("-01") else one[5:] for at, one in enumerate(labels)]


def _told_points(values: Sequence[Decimal | None]) -> set[int]:
    """Give the places whose number is printed: all of few, else the last, the least and the most."""
    known = [at for at, one in enumerate(values) if one is not None]
    if len(values) <= 7:
        return set(known)
    return {known[-1], min(known, key=lambda at: values[at] or 0), max(known, key=lambda at: values[at] or 0)}


def _bounds(chart: Chart) -> tuple[Decimal, Decimal]:
    """Give the ends of the scale: from 0, but for shares and scores that all lie high."""
    known = [one for one in (*chart.values, chart.goal) if one is not None]
    low, high = min(known), max(known)
    if chart.unit and low > 50:
        return Decimal(max(0, int(low) - 5)), max(high, Decimal(100))
    low = min(low, Decimal(0))
    return low, high if high > low else low + 1


def _x(at: int, many: int) -> int:
    room = WIDTH - LEFT - RIGHT - 36
    return LEFT + 18 + (room * at // (many - 1) if many > 1 else room // 2)


def _y(value: Decimal, low: Decimal, high: Decimal) -> int:
    room = HEIGHT - TOP - BOTTOM - 8
    return HEIGHT - BOTTOM - int((value - low) / (high - low) * room)


def _goal(chart: Chart, low: Decimal, high: Decimal) -> Iterator[str]:
    if chart.goal is not None:
        y = _y(chart.goal, low, high)
        yield f'<line class="goal" x1="{LEFT}" y1="{y}" x2="{WIDTH - RIGHT}" y2="{y}"/>'
        yield f'<text class="tick" x="{LEFT - 18}" y="{y + 3}">{said(chart.goal)}{escape(chart.unit)}</text>'


def _paths(across: Sequence[int], heights: Sequence[int | None]) -> Iterator[str]:
    run: list[str] = []
    for x, y in [*zip(across, heights, strict=True), (0, None)]:
        if y is not None:
            run.append(f"{x},{y}")
            continue
        if len(run) > 1:
            yield f'<polyline class="line" points="{" ".join(run)}"/>'
        run = []


def _points(chart: Chart, across: Sequence[int], heights: Sequence[int | None]) -> Iterator[str]:
    told = _told_points(chart.values)
    for at, (x, y, value) in enumerate(zip(across, heights, chart.values, strict=True)):
        if y is None or value is None:
            yield f'<text class="value" x="{x}" y="{HEIGHT - BOTTOM - 4}">—</text>'
        else:
            yield f'<circle class="point" cx="{x}" cy="{y}" r="3"/>'
            if at in told:
                yield f'<text class="value" x="{x}" y="{y - 6}">{said(value)}{escape(chart.unit)}</text>'
