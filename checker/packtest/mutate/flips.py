"""Every comparison at its boundary and every word of choice turned into another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from checker.packtest.mutate.edits import Edit, renamed, replaced
from checker.packtest.mutate.walk import Spot

LIMITS: Mapping[str, str] = {
    "more_than": "at_least",
    "at_least": "more_than",
    "less_than": "at_most",
    "at_most": "less_than",
}
OPERATORS: Mapping[str, str] = {
    **LIMITS,
    "is": "is_not",
    "is_not": "is",
    "in": "not_in",
    "not_in": "in",
}
# A word of the language and those that may stand in its place; the next in the ring does.
CHOICES: Mapping[str, Sequence[str]] = {
    "direction": ("after", "before", "either"),
    "expect": ("some", "none"),
    "gap": ("skip", "break"),
    "missing": ("pass", "not_checked"),
    "leave": ("first_day_back", "still_due", "waive"),
    "whole_period_off": ("waive", "still_due"),
    "shift": ("next_workday", "previous_workday", "none"),
    "empty": ("not_applicable", "no_data", "pass", "fail"),
    "of": ("this", "next"),
    "propose": ("min", "max"),
    "take": ("count", "distinct"),
    "version_by": ("event", "period_start", "period_end"),
    "status": ("active", "trial"),
    "policy": ("one_fine_per_defect", "sum"),
    "violation_when": ("属实", "不属实"),
}


def comparisons(spot: Spot) -> Iterator[Edit]:
    """More than and at least, less than and at most, is and is not, in and not in, limits of figures too."""
    word = str(spot.path[-1])
    if spot.role == "op" and word in OPERATORS:
        yield renamed(spot.path, OPERATORS[word])
    elif spot.role == "key" and word in LIMITS:
        yield renamed(spot.path, LIMITS[word])


def truths(spot: Spot) -> Iterator[Edit]:
    """True and false, but where another operator does the same: `is` is flipped, `required` left out."""
    if isinstance(spot.value, bool) and spot.path[-1] not in ("is", "is_not", "required", "assumed"):
        yield replaced(spot.path, spot.value, not spot.value)


def choices(spot: Spot) -> Iterator[Edit]:
    """Words of choice: before and after, waive and still due, first day back, next working day, and so on."""
    words = CHOICES.get(spot.key, ())
    if spot.role == "key" and spot.value in words:
        at = words.index(spot.value)
        yield replaced(spot.path, spot.value, words[(at + 1) % len(words)])
