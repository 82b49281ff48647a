"""The most that fines of one rule may add up to: per occurrence, or per person and day, month or other period."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from checker.findings.drafts import Draft
from checker.findings.fines import amount
from checker.model import Fine

_LENGTH = {"day": 10, "month": 7}


def apply(fails: Sequence[Draft]) -> None:
    """Cut fines to what is left under the cap; `fails` in order of time, so the earliest are paid first.

    What is left counts earlier fines as proposed: an interval narrows only from what it is cut to. A waived
    fine is cut by itself but uses up nothing, since nobody will pay it.
    """
    used: dict[tuple[str, str | None, str], int] = defaultdict(int)
    for one in fails:
        raw = (one.frame.rule.penalty or {}).get("cap")
        limit = amount(raw["max"], one) if raw else None
        if raw is None or limit is None or one.fine is None:
            continue
        key = (one.frame.rule.id, one.liable, _span(raw["per"], one))
        left = max(0, limit - used[key])
        one.fine = Fine(min(one.fine.min, left), min(one.fine.max, left), min(one.fine.proposed, left))
        if one.waiver is None:
            used[key] += one.fine.proposed


def _span(per: str, draft: Draft) -> str:
    """Give what shares one cap: the occurrence itself, a period of the pack, or the start of the ISO date."""
    if per == "occurrence" or draft.at is None:
        return draft.fingerprint
    if per in draft.frame.pack.periods:
        period = draft.frame.pack.periods[per].period_of(draft.at)
        return period.text if period else draft.fingerprint
    return draft.at.isoformat()[: _LENGTH[per]]
