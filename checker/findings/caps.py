"""The most that fines of one rule may add up to: per occurrence, or per person and day or month."""

from __future__ import annotations

from collections.abc import Sequence

from checker.findings.drafts import Draft
from checker.findings.fines import amount
from checker.model import Fine

_LENGTH = {"day": 10, "month": 7}


def apply(fails: Sequence[Draft]) -> None:
    """Cut fines to what is left under the cap; `fails` in order of time, so the earliest are paid first.

    A waived fine is cut by itself but uses up nothing, since nobody will pay it.
    """
    used: dict[tuple[str, str | None, str], Fine] = {}
    for one in fails:
        raw = (one.frame.rule.penalty or {}).get("cap")
        limit = amount(raw["max"], one) if raw else None
        if raw is None or limit is None or one.fine is None:
            continue
        key = (one.frame.rule.id, one.liable, _span(raw["per"], one))
        before = used.get(key, Fine(0, 0, 0))
        one.fine = _cut(one.fine, before, limit)
        if one.waiver is None:
            used[key] = _add(before, one.fine)


def _span(per: str, draft: Draft) -> str:
    """Give what shares one cap: the occurrence itself, or a day or month as the start of the ISO date."""
    if per == "occurrence" or draft.at is None:
        return draft.fingerprint
    return draft.at.isoformat()[: _LENGTH[per]]


def _cut(fine: Fine, before: Fine, limit: int) -> Fine:
    return Fine(
        min(fine.min, max(0, limit - before.min)),
        min(fine.max, max(0, limit - before.max)),
        min(fine.proposed, max(0, limit - before.proposed)),
    )


def _add(one: Fine, other: Fine) -> Fine:
    return Fine(one.min + other.min, one.max + other.max, one.proposed + other.proposed)
