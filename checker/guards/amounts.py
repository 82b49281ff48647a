"""One person's wage and dues → what may be kept this month, what of each item, and what is carried on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from checker.language.pack import Guards


@dataclass(frozen=True)
class Wage:
    """What finance says of one person's month, in fen; None where it says nothing.

    `base` is the wage the cap is a share of, `floor_base` what is compared with the minimum wage (without overtime
    pay and allowances), `other` what is deducted already for other reasons: it counts against both bounds.
    """

    base: int | None
    minimum: int | None = None
    floor_base: int | None = None
    other: int = 0


def allowed(wage: Wage | None, guards: Guards) -> int | None:
    """Give the most that may be kept of a wage, in fen, at least 0; None: not known, so nothing is kept.

    >>> [allowed(Wage(base, 220000, base), Guards()) for base in (300000, 250000, 215000)]
    [60000, 30000, 0]
    >>> allowed(None, Guards()), allowed(Wage(300000), Guards()), allowed(Wage(300000), Guards(min_wage="off"))
    (None, None, 60000)
    """
    if wage is None or wage.base is None:
        return None
    bounds = [wage.base * guards.cap_percent // 100 - wage.other]
    if guards.min_wage == "required":
        if wage.minimum is None or wage.floor_base is None:
            return None
        bounds.append(wage.floor_base - wage.minimum - wage.other)
    return max(0, min(bounds))


def allot(dues: Sequence[int], most: int) -> list[int]:
    """Give what is kept of each due, in the order given, oldest first; together at most `most`.

    A due below 0 is paid back whole, and leaves `most` as it is.

    >>> allot([18000, 5000], 60000), allot([40000, 30000], 60000), allot([100], 0), allot([-500, 1000], 600)
    ([18000, 5000], [40000, 20000], [0], [-500, 600])
    """
    kept: list[int] = []
    left = max(most, 0)
    for due in dues:
        part = due if due < 0 else min(due, left)
        left -= max(part, 0)
        kept.append(part)
    return kept
