"""A finding in the making: what the engine returned, plus what penalties, waivers and overlaps add to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from checker.model import Fine, Hit, Outcome, Penalty, Value

if TYPE_CHECKING:
    from checker.findings.frames import Frame
    from checker.findings.layouts import Layout


NO_UNITS: Mapping[str, Fine | None] = {}


@dataclass(slots=True)
class Draft:
    """One judged subject while `build` works on it; never leaves this package.

    `person` is who the finding is about, `liable` who would pay. `judged` false: a row of an earlier
    period that only feeds the memory of escalations and caps. `among`: several people who share the fine, and
    `shares` what each would pay. `nobody`: the hold that says why no one answers for it. `penalty` is set early where it
    is the same for many.
    """

    hit: Hit
    frame: Frame
    outcome: Outcome
    judged: bool
    subject: dict[str, Any]
    layout: Layout
    person: str | None
    period: str | None
    record: str | None
    at: date | None
    fingerprint: str
    evidence: tuple[tuple[str, int, int], ...]
    liable: str | None = None
    fine: Fine | None = None
    measures: tuple[str, ...] = ()
    holds: tuple[str, ...] = ()
    units: Mapping[str, Fine | None] = field(default_factory=lambda: NO_UNITS)
    among: tuple[str, ...] = ()
    shares: tuple[tuple[str, Fine], ...] = ()
    nobody: str = ""
    waiver: Mapping[str, Any] | None = None
    superseded_by: str | None = None
    penalty: Penalty | None = None

    @property
    def row(self) -> Mapping[str, Value]:
        """Give what the engine kept."""
        return self.hit.values

    @property
    def keys(self) -> dict[str, Any]:
        """Give the part of the subject that identifies it: no names, a region only where it is the subject."""
        return {name: self.subject[name] for name in self.layout.keys}

    @property
    def version_date(self) -> date | None:
        """Give the day that picks the version of dated numbers."""
        day = self.hit.values.get("version_date")
        return day if isinstance(day, date) else self.at

    @property
    def who(self) -> str | None:
        """Give whose memory this adds to: who pays, else whom it is about."""
        return None if self.nobody else self.liable or self.person

    def in_time(self) -> tuple[str, str, str, str]:
        """Give the key that puts findings in the order in which they happened, whatever the files' order."""
        return (
            self.at.isoformat() if self.at else "",
            self.period or "",
            self.record or "",
            self.fingerprint,
        )
