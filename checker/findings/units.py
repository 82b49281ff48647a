"""Amounts that are no money: points, hours, days; each in whole smallest parts of its unit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from checker.findings.drafts import Draft
from checker.findings.fines import fine_of
from checker.model import Fine, UnitAmount


def amounts(raw: Mapping[str, Any], draft: Draft) -> dict[str, Fine | None]:
    """Give the amount of each unit that `units: {…}` names; None where it cannot be told."""
    return {name: fine_of(spec, draft, _places(name, draft)) for name, spec in raw.get("units", {}).items()}


def told(draft: Draft) -> tuple[UnitAmount, ...]:
    """Give the amounts that are known, with what their units are called, in the order of the policy."""
    known = draft.frame.pack.units
    return tuple(
        UnitAmount(name, known[name].title, known[name].places, one)
        for name, one in draft.units.items()
        if one is not None
    )


def _places(name: str, draft: Draft) -> int:
    unit = draft.frame.pack.units.get(name)
    return unit.places if unit else 0
