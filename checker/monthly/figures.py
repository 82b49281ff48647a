"""Figures that add up: a share is its two counts, a mean its sum and count, so that a year never averages averages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from typing import Any, Literal

Take = Literal["count", "distinct", "sum", "mean", "share"]
_TENTH = Decimal("0.1")


@dataclass(frozen=True)
class Figure:
    """A figure of some subjects and periods together; `unsure` counts those that could not be told.

    `top` is the sum or the count, of a share what met it; `bottom` is what it is a part of, of a mean the count.
    """

    take: Take
    top: Decimal = Decimal(0)
    bottom: Decimal = Decimal(0)
    unsure: int = 0

    @property
    def divides(self) -> bool:
        """Tell whether it is a mean or a share."""
        return self.take in ("mean", "share")

    @property
    def value(self) -> Decimal | None:
        """Give the figure, a share in percent; None of nothing.

        >>> Figure("share", Decimal(3), Decimal(4)).value, Figure("mean").value, Figure("count", Decimal(2)).value
        (Decimal('75'), None, Decimal('2'))
        """
        if not self.divides:
            return self.top
        if not self.bottom:
            return None
        return self.top * (100 if self.take == "share" else 1) / self.bottom

    def text(self, unit: str = "") -> str:
        """Give the figure as a report prints it; a share that is not whole never prints as 100 %, nor as 0 %.

        >>> Figure("share", Decimal(2999), Decimal(3000)).text(), Figure("mean", Decimal(10), Decimal(3)).text("分")
        ('99.9%（2999/3000）', '3.3分')
        """
        value = self.value
        if value is None:
            return ""
        if self.take == "share":
            return f"{_percent(self)}%（{self.top}/{self.bottom}）"
        return f"{value.quantize(_TENTH, ROUND_HALF_UP) if self.take == 'mean' else plain(value)}{unit}"


def added(figures: Iterable[Figure | None]) -> Figure | None:
    """Give figures of one kind together; None of none.

    >>> added([Figure("share", Decimal(1), Decimal(1)), None, Figure("share", Decimal(0), Decimal(3))]).value
    Decimal('25')
    """
    known = [one for one in figures if one is not None]
    if not known:
        return None
    return Figure(
        known[0].take,
        sum((one.top for one in known), Decimal(0)),
        sum((one.bottom for one in known), Decimal(0)),
        sum(one.unsure for one in known),
    )


def measured(take: Take, values: Mapping[str, Any], sure: bool) -> Figure:
    """Give the figure of one subject and period from the values of its finding or statistic."""
    unsure = 0 if sure else 1
    if take == "share":
        return Figure(take, number(values.get("numerator")), number(values.get("denominator")), unsure)
    if take == "mean":
        mean, count = values.get("mean"), number(values.get("count"))
        return (
            Figure(take, unsure=unsure) if mean is None else Figure(take, number(mean) * count, count, unsure)
        )
    name = "sum" if take == "sum" else "count"
    return Figure(take, number(values.get(name)), number(values.get("count")), unsure)


def number(value: Any) -> Decimal:
    """Give a number of a report exactly as it is printed there; none is 0."""
    return Decimal(0) if value is None else Decimal(str(value))


def plain(value: Decimal) -> str:
    """Give a number without a tail of noughts.

    >>> plain(Decimal("4.50")), plain(Decimal(100)), plain(Decimal("95.0"))
    ('4.5', '100', '95')
    """
    whole = value.to_integral_value()
    return str(int(whole)) if whole == value else f"{value.normalize():f}"


def _percent(one: Figure) -> Decimal:
    value = one.value or Decimal(0)
    shown = value.quantize(_TENTH, ROUND_HALF_UP)
    if shown == 100 and one.top != one.bottom:
        return value.quantize(_TENTH, ROUND_DOWN)
    return _TENTH if shown == 0 and one.top else shown
