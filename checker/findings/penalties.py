"""What a failed duty costs, step by step: amount → overlaps → escalation → cap; and what holds it back.

Only a fail of a duty has a penalty. Nothing here decides: a fine is a proposal until every hold is gone.
"""

from __future__ import annotations

from collections.abc import Sequence

from checker.findings import caps, escalation, overlaps
from checker.findings.drafts import Draft
from checker.findings.fines import fine_of, resolved
from checker.model import Penalty

HOLDS_WITHOUT_AMOUNT = ("draft-rule", "trial", "disabled", "unassigned")


def settle(drafts: Sequence[Draft]) -> None:
    """Fill liable, fine, measures and holds of every fail, in the order in which things happened."""
    fails = sorted((one for one in drafts if is_fineable(one)), key=Draft.in_time)
    for one in fails:
        _start(one)
    overlaps.resolve(fails)
    fails = [one for one in fails if one.superseded_by is None]
    escalation.apply(fails)
    for one in fails:
        _withhold(one)
    caps.apply(fails)


def is_fineable(draft: Draft) -> bool:
    """Tell whether a penalty can arise at all: goals and statistics are never fined, only fails are."""
    return draft.outcome == "fail" and draft.frame.rule.kind == "duty"


def penalty_of(draft: Draft) -> Penalty | None:
    """Give the penalty of a settled draft; null for everything but the fail of a duty."""
    if draft.superseded_by is not None or not is_fineable(draft):
        return None
    raw = draft.frame.rule.penalty or {}
    something = draft.fine is not None or draft.measures or "fine" in raw
    return Penalty(
        draft.fine,
        tuple(draft.measures),
        draft.liable if raw else None,
        raw.get("by"),
        tuple(draft.holds) if something else (),
    )


def _start(draft: Draft) -> None:
    """Set who is liable, the amount before anything else, and the measures."""
    raw = draft.frame.rule.penalty or {}
    named = "from" in raw or "from_duty" in raw
    liable = draft.row.get("liable") if named else draft.person
    draft.liable = str(liable) if liable not in (None, "") else None
    draft.measures = list(raw.get("measures", ()))
    if "fine" in raw:
        draft.fine = fine_of(raw["fine"], draft)


def _withhold(draft: Draft) -> None:
    """Write down everything that stands between this proposal and a fine; the first four leave no amount."""
    rule, pack = draft.frame.rule, draft.frame.pack
    raw = rule.penalty or {}
    fines = "fine" in raw or draft.fine is not None
    holds = draft.holds
    if not pack.policy.approved:
        holds.append("draft-rule")
    if rule.status == "trial":
        holds.append("trial")
    if fines and "enabled" in raw and resolved(raw["enabled"], draft) is not True:
        holds.append("disabled")
    if fines and draft.liable is None:
        holds.append("unassigned")
    if holds:
        draft.fine = None
    elif fines and draft.fine is None:
        holds.append("amount-unknown")
    if fines:
        holds += draft.frame.compiled.doubts
    if fines and draft.row.get("no_deduction") is True:
        holds.append("no-deduction")
    holds += [f"assumed:{name}" for name in draft.frame.assumed]
    if draft.fine is not None and draft.fine.min != draft.fine.max:
        holds.append("decision")
    if draft.waiver is not None:
        holds.append("waived")
