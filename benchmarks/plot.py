"""Two charts as one SVG of plain text: time against records, and times the reading alone against rules."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from benchmarks.records import FAULTY
from benchmarks.results import Figure
from benchmarks.rules import RATIOS

Points = Sequence[tuple[float, float]]
WIDTH, HEIGHT, LEFT, TOP = 400, 300, 58, 46
COLOURS = ("#2f7ed8", "#d9534f", "#3a9d5d", "#b07d00", "#8e5bd0", "#008c95", "#c2528b", "#7a7a7a", "#a0522d")
_STYLE = (
    "text{font:12px system-ui,sans-serif;fill:#333}.title{font-weight:600}.grid{stroke:#8886;stroke-width:.6}"
    ".axis{stroke:#888;fill:none}.line{fill:none;stroke-width:2}.target{stroke:#888;fill:none;stroke-width:1.5}"
    "@media(prefers-color-scheme:dark){text{fill:#ddd}}"
)


@dataclass(frozen=True)
class Scale:
    """A logarithmic axis: the values from `low` to `high` lie on the pixels from `start` to `end`."""

    low: float
    high: float
    start: float
    end: float

    def at(self, value: float) -> float:
        """Give the place of a value.

        >>> Scale(1, 100, 0, 50).at(10)
        25.0
        """
        part = math.log(value / self.low) / math.log(self.high / self.low)
        return round(self.start + part * (self.end - self.start), 1)

    def ticks(self, marks: Sequence[int] = (1,)) -> list[float]:
        """Give the values to mark: those multiples of powers of ten that lie on the axis.

        >>> Scale(0.5, 30, 0, 1).ticks((1, 3))
        [1, 3, 10, 30]
        """
        powers = range(math.floor(math.log10(self.low)), math.ceil(math.log10(self.high)) + 1)
        found = [mark * 10**power for power in powers for mark in marks]
        return [one for one in found if self.low * 0.999 <= one <= self.high * 1.001]


def svg(rules: Sequence[Figure], others: Sequence[Figure]) -> str:
    """Give both charts; figures of programs that were given fewer records stand at those."""
    times = _times(rules, others)
    parts = [
        *_chart(0, "seconds of a whole process, by records", times, _rows, _short),
        *_chart(1, "times as long as only reading, by rules", _ratios(rules), _short, _short, RATIOS),
    ]
    size = f"{2 * (WIDTH + LEFT) + 150} {HEIGHT + TOP + 44}"
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size}" role="img"><title>Speed of the check</title>'
    return "\n".join([head, f"<style>{_STYLE}</style>", *parts, "</svg>", ""])


def _times(rules: Sequence[Figure], others: Sequence[Figure]) -> dict[str, Points]:
    found: dict[str, list[tuple[float, float]]] = {}
    for one in (one for one in rules if one.faulty == FAULTY):
        if one.name == "read" and one.rules == 10:
            found.setdefault("only reading", []).append((one.rows, one.wall))
        elif one.name == "check" and one.rules in (10, 100):
            found.setdefault(f"check, {one.rules} rules", []).append((one.rows, one.wall))
    for one in others:
        if one.name not in ("check", "read") and one.faulty == FAULTY:
            found.setdefault(one.name, []).append((one.rows, one.wall))
    return {name: sorted(points) for name, points in found.items()}


def _ratios(rules: Sequence[Figure]) -> dict[str, Points]:
    found: dict[tuple[int, float], list[tuple[float, float]]] = {}
    for one in rules:
        if one.name == "check" and one.ratio:
            found.setdefault((one.rows, one.faulty), []).append((one.rules, one.ratio))
    return {
        f"{_rows(rows)}, {faulty:g} % faulty": sorted(points)
        for (rows, faulty), points in sorted(found.items())
    }


def _chart(
    place: int,
    title: str,
    series: Mapping[str, Points],
    said: Callable[[float], str],
    valued: Callable[[float], str],
    targets: Mapping[int, float] | None = None,
) -> Iterator[str]:
    """Give one chart: the grid, a line for each series, its name beside it, and a cross for each target."""
    left = LEFT + place * (WIDTH + LEFT + 60)
    aims = [*(targets or {}).items()]
    points = [point for one in series.values() for point in one] + aims
    if not points:
        return
    x = _scale([p[0] for p in points], left, left + WIDTH - 90)
    y = _scale([p[1] for p in points], TOP + HEIGHT, TOP)
    yield f'<text class="title" x="{left}" y="{TOP - 18}">{title}</text>'
    for value in x.ticks((1, 3) if place else (1,)):
        yield f'<path class="grid" d="M{x.at(value)} {TOP}V{TOP + HEIGHT}"/>'
        yield f'<text x="{x.at(value)}" y="{TOP + HEIGHT + 18}" text-anchor="middle">{said(value)}</text>'
    for value in y.ticks((1, 2, 5)):
        yield f'<path class="grid" d="M{left} {y.at(value)}H{left + WIDTH - 90}"/>'
        yield f'<text x="{left - 6}" y="{y.at(value) + 4}" text-anchor="end">{valued(value)}</text>'
    yield f'<path class="axis" d="M{left} {TOP}V{TOP + HEIGHT}H{left + WIDTH - 90}"/>'
    yield from _lines(series, x, y)
    for rules, limit in aims:
        a, b = x.at(rules), y.at(limit)
        yield f'<path class="target" d="M{a - 5} {b - 5}l10 10m0 -10l-10 10"><title>target {limit:g}</title></path>'
    if aims:
        yield f'<text x="{left}" y="{TOP + HEIGHT + 36}">× targets at 10,000,000 rows</text>'


def _lines(series: Mapping[str, Points], x: Scale, y: Scale) -> Iterator[str]:
    names = _spread({name: y.at(points[-1][1]) for name, points in series.items()})
    for at, (name, points) in enumerate(series.items()):
        colour = COLOURS[at % len(COLOURS)]
        path = "L".join(f"{x.at(a)} {y.at(b)}" for a, b in points)
        yield f'<path class="line" stroke="{colour}" d="M{path}"/>'
        yield from (f'<circle fill="{colour}" cx="{x.at(a)}" cy="{y.at(b)}" r="3.5"/>' for a, b in points)
        end = x.at(points[-1][0])
        yield f'<path stroke="{colour}" fill="none" stroke-dasharray="2 3" d="M{end} {y.at(points[-1][1])}L{x.end + 4} {names[name]}"/>'
        yield f'<text x="{x.end + 8}" y="{names[name] + 4}" style="fill:{colour}">{name}</text>'


def _spread(wanted: Mapping[str, float], apart: float = 15) -> dict[str, float]:
    """Move the names so far from each other that they can be read.

    >>> _spread({"a": 10, "b": 12, "c": 90})
    {'a': 10, 'b': 25, 'c': 90}
    """
    found: dict[str, float] = {}
    last = -math.inf
    for name in sorted(wanted, key=lambda one: wanted[one]):
        last = found[name] = max(wanted[name], last + apart)
    return found


def _scale(values: Sequence[float], start: float, end: float) -> Scale:
    low, high = min(values), max(values)
    return Scale(low / 1.15, max(high * 1.15, low * 2), start, end)


def _rows(value: float) -> str:
    """Give a number of rows, short.

    >>> _rows(1_000_000), _rows(250_000)
    ('10⁶', '250,000')
    """
    if 10 ** round(math.log10(value)) != value:
        return f"{value:,.0f}"
    return f"10{str(round(math.log10(value))).translate(str.maketrans('0123456789', '⁰¹²³⁴⁵⁶⁷⁸⁹'))}"


def _short(value: float) -> str:
    return f"{value:g}"
