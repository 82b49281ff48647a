"""The safety stop: a rule that hits half the company is more often a wrong rule, or a wrong file, than a bad month."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from checker.impact.compare import Impact


@dataclass(frozen=True)
class Limits:
    """How many people one rule may hit before somebody must look: a number, a share of the roster in percent, or both."""

    people: int | None = None
    percent: Fraction | None = None


@dataclass(frozen=True)
class Stop:
    """A rule beyond a limit: the people it hits and, where there is a roster, of how many."""

    rule: str
    people: int
    of: int | None


def stops(impact: Impact, limits: Limits) -> tuple[Stop, ...]:
    """Give the rules of the new version that hit more people than a limit allows, exactly at it is allowed.

    Only rules for which the two versions differ are named: what was so before is no news.

    >>> from checker.impact.compare import Side
    >>> side = Side("1", 3, 3, 0)
    >>> stops(Impact(side, side, (), {}, 10, {"late": 3}, {}), Limits(percent=Fraction(20)))
    ()
    """
    touched = {one.shown.rule for one in impact.changes}
    return tuple(
        Stop(rule, number, impact.people)
        for rule, number in impact.hit.items()
        if rule in touched and _beyond(number, impact.people, limits)
    )


def _beyond(number: int, people: int | None, limits: Limits) -> bool:
    if limits.people is not None and number > limits.people:
        return True
    return bool(people) and limits.percent is not None and number * 100 > limits.percent * (people or 0)
