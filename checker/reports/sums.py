"""What a report adds up: fines, rewards and every unit apart, never one from the other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal

from checker.model import Finding, Fine, Penalty, Report, Reward, UnitAmount
from checker.reports.options import Options, yuan


def rewarded(report: Report) -> list[Finding]:
    """Give the findings that earn a reward; they pass, so that lists of what is wrong leave them out."""
    return [one for one in report.findings if one.reward is not None]


def goes_beyond_money(report: Report) -> bool:
    """Tell whether a report holds anything but plain fines: units, shares or rewards."""
    return any(
        one.reward is not None or (one.penalty is not None and (one.penalty.units or one.penalty.shares))
        for one in report.findings
    )


def alive(report: Report) -> Iterator[Finding]:
    """Give the findings that nobody has waived."""
    return (one for one in report.findings if one.waiver is None)


def total(fines: Iterable[Fine | None]) -> Fine:
    """Give the sum of fines.

    >>> total([Fine(1, 2, 1), None, Fine(10, 10, 10)])
    Fine(min=11, max=12, proposed=11)
    """
    known = [one for one in fines if one is not None]
    return Fine(
        sum(one.min for one in known), sum(one.max for one in known), sum(one.proposed for one in known)
    )


def units_of(parts: Iterable[Penalty | Reward | None]) -> dict[str, UnitAmount]:
    """Give the sum of each unit, in the order in which units come up."""
    sums: dict[str, UnitAmount] = {}
    for part in parts:
        heads = len(part.shares) or 1 if isinstance(part, Penalty) else 1
        for one in part.units if part else ():
            old = sums.get(one.unit)
            fine = total([old.amount if old else None, *[one.amount] * heads])
            sums[one.unit] = UnitAmount(one.unit, one.title, one.places, fine)
    return sums


def amount(value: int, places: int) -> str:
    """Give so many smallest parts as a number with its decimals.

    >>> amount(15, 1), amount(3, 0)
    ('1.5', '3')
    """
    return str(Decimal(value).scaleb(-places)) if places else str(value)


def span(one: UnitAmount) -> str:
    """Give the proposed amount, and the interval where a person decides."""
    low, high, proposed = (
        amount(v, one.places) for v in (one.amount.min, one.amount.max, one.amount.proposed)
    )
    return proposed if low == high else f"{proposed} ({low}~{high})"


def said(units: Iterable[UnitAmount], options: Options, sign: str = "") -> list[str]:
    """Give amounts of units in words."""
    return [f"{one.title.pick(options.lang)} {sign}{span(one)}" for one in units]


def shares_said(penalty: Penalty | None) -> list[str]:
    """Give who would pay what of a shared fine."""
    return [f"{one.liable} ￥{yuan(one.fine.proposed)}" for one in (penalty.shares if penalty else ())]
