"""Every condition, every member of a list and every optional part left out."""

from __future__ import annotations

from collections.abc import Iterator

from checker.language.params import parse_date
from checker.packtest.mutate.edits import Edit, dropped
from checker.packtest.mutate.walk import Spot

OPTIONAL = frozenset(
    {
        "exempt", "confirmed_by", "only_if", "within", "early", "due", "grace", "at", "period", "accept_from",
        "min_workdays", "cap", "escalation", "enabled", "from_duty", "from", "to", "hired", "left", "overlaps",
        "fine", "assumed", "required",
    }
)  # fmt: skip
_WHOLE = frozenset({"where", "applies_to", "hold", "no_deduction"})


def conditions(spot: Spot) -> Iterator[Edit]:
    """Each condition of a predicate, each operator of a condition with several, and a predicate of one condition."""
    if (spot.role in ("condition", "op") and spot.siblings > 1) or (
        spot.role == "key"
        and spot.path[-1] in _WHOLE
        and isinstance(spot.value, dict)
        and len(spot.value) == 1
    ):
        yield dropped(spot.path, spot.value)


def members(spot: Spot) -> Iterator[Edit]:
    """Each member of a list that has another one."""
    if spot.role == "member" and spot.siblings > 1:
        yield dropped(spot.path, spot.value)


def parts(spot: Spot) -> Iterator[Edit]:
    """Each part that the language does not ask for, and each later value of a dated number."""
    if spot.role != "key":
        return
    if spot.path[-1] in OPTIONAL or _is_later(spot):
        yield dropped(spot.path, spot.value)


def _is_later(spot: Spot) -> bool:
    """Tell whether this is a dated value with another one before it."""
    day = parse_date(spot.path[-1])
    others = (parse_date(name) for name in spot.around.value)
    return day is not None and any(one is not None and one < day for one in others)
