"""Where one finding stands under one version: its verdict, its month, the person and the money."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from checker.model import Finding, Text


@dataclass(frozen=True)
class Stand:
    """One finding as one version gives it; two stands with the same `verdict` are the same to a clerk.

    `fen` is the proposed fine that counts: none for a waived finding. `month` is `2026-10`, or the period where the
    finding has no day. The message may differ between versions while the verdict does not.
    """

    finding: Finding
    rule: str
    month: str
    person: str | None
    fen: int
    verdict: tuple[Any, ...]

    @property
    def message(self) -> Text:
        """Give the message of the finding, or the title of its rule."""
        return self.finding.message if self.finding.message.zh else self.finding.title

    @property
    def violation(self) -> bool:
        """Tell whether it is a failed duty that nobody waived and that is not on trial."""
        held = self.finding.penalty.holds if self.finding.penalty else ()
        waived = self.finding.waiver is not None
        return (
            self.finding.outcome == "fail"
            and self.finding.kind == "duty"
            and not waived
            and "trial" not in held
        )


def stand(one: Finding, person_key: str | None) -> Stand:
    """Give where a finding stands; `person_key` names the field of its subject that identifies a person."""
    liable = one.penalty.liable if one.penalty else None
    person = liable or (one.subject.get(person_key) if person_key else None)
    verdict = (one.outcome, one.kind, one.clause, one.severity, one.penalty, one.waiver, one.superseded_by)
    return Stand(one, one.rule, (one.at or one.period or "")[:7], person, _fen(one), verdict)


def _fen(one: Finding) -> int:
    fine = one.penalty.fine if one.penalty else None
    return fine.proposed if fine and one.waiver is None else 0
