"""What a policy adds up: units that are no money, tallies with thresholds, caps over several rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import date
from typing import Any, Literal

from checker.model import Place, Text
from checker.nouns import dataclass

NO_TEXT = Text("")
NOWHERE = Place("")


@dataclass(frozen=True)
class Unit:
    """Something that is no money and is counted: points, hours. `places` is how many decimals it has."""

    name: str
    title: Text = NO_TEXT
    places: int = 0
    place: Place = NOWHERE


@dataclass(frozen=True)
class Tally:
    """Amounts of one unit that add up, and the thresholds at which something follows; `steps` are raw maps.

    Two windows, either of which may be left out: `within` slides, `reset` starts anew each calendar period or after
    a time without anything.
    """

    id: str
    title: Text
    clause: str
    unit: str
    steps: tuple[Mapping[str, Any], ...]
    message: Text
    per: Literal["person", "region", "company"] = "person"
    within: str | None = None
    reset: Mapping[str, Any] = field(default_factory=dict)
    rules: tuple[str, ...] = ()
    severity: Literal["note", "minor", "major", "critical"] = "minor"
    start: date | None = None
    end: date | None = None
    by: str | None = None
    waivable: Mapping[str, Any] | None = None
    place: Place = NOWHERE


@dataclass(frozen=True)
class Cap:
    """The most that the fines of several rules may add up to for one person; without `rules`, of all rules."""

    name: str
    per: Literal["day", "month", "quarter", "year"]
    max: Any
    rules: tuple[str, ...] = ()
    place: Place = NOWHERE

    def holds_for(self, rule: str) -> bool:
        """Tell whether the fines of a rule count."""
        return not self.rules or rule in self.rules
