"""The most that fines of one rule, or of several, may add up to: per occurrence, or per person and span of time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from checker.calendar import period_of
from checker.findings import liability
from checker.findings.drafts import Draft
from checker.findings.fines import amount
from checker.model import Fine

Used = dict[tuple[str, str | None, str], int]


def apply(fails: Sequence[Draft]) -> None:
    """Cut fines to what is left under the cap; `fails` in order of time, so the earliest are paid first.

    First each is cut by itself (`each`, `per: occurrence`), then it is shared, then each share is cut to what is
    left of its person's cap. What is left counts earlier fines as proposed: an interval narrows only from what it
    is cut to. A waived fine is cut by itself but uses up nothing, since nobody will pay it. Where a cap is not
    set, how much may be fined is not known.
    """
    used: Used = defaultdict(int)
    for one in fails:
        raw = one.frame.rule.terms.get("cap", {})
        limits = {word: amount(raw[word], one) for word in ("each", "max") if word in raw}
        if one.fine is not None and None in limits.values():
            one.fine = None
            one.holds += ("amount-unknown",)
        if one.fine is None:
            continue
        once = [limits.get("each"), limits.get("max") if raw.get("per") == "occurrence" else None]
        for most in once:
            one.fine = one.fine if most is None else _cut(one.fine, most)
        liability.share(one)
        if "max" in limits and raw["per"] != "occurrence":
            _by_person(one, limits["max"], raw["per"], used, one.frame.rule.id)
        for cap in one.frame.pack.caps.values():
            if one.frame.rule.penalty and cap.holds_for(one.frame.rule.id):
                _by_person(one, amount(cap.max, one), cap.per, used, f"caps.{cap.name}")


def _by_person(one: Draft, limit: int | None, per: str, used: Used, name: str) -> None:
    """Cut the fine of each who pays to what is left of the cap of this name."""
    if one.fine is None:
        return
    if limit is None:
        one.fine, one.shares = None, ()
        one.holds += ("amount-unknown",)
        return
    shares: Sequence[tuple[str | None, Fine]] = one.shares or [(one.liable, one.fine)]
    cut: list[tuple[str | None, Fine]] = []
    for who, fine in shares:
        key = (name, who, _span(per, one))
        left = max(0, limit - used[key])
        cut.append((who, _cut(fine, left)))
        if one.waiver is None:
            used[key] += cut[-1][1].proposed
    if one.shares:
        one.shares = tuple((str(who), fine) for who, fine in cut)
    fines = [fine for _, fine in cut]
    one.fine = Fine(sum(f.min for f in fines), sum(f.max for f in fines), sum(f.proposed for f in fines))


def _cut(fine: Fine, most: int) -> Fine:
    return Fine(min(fine.min, most), min(fine.max, most), min(fine.proposed, most))


def _span(per: str, draft: Draft) -> str:
    """Give what shares one cap: the first day of the span that holds the event; one without a day is alone."""
    if draft.at is None:
        return draft.fingerprint
    cycle = draft.frame.pack.periods.get(per)
    period = cycle.period_of(draft.at) if cycle else period_of(draft.at, per)
    return period.start.isoformat() if period else draft.fingerprint
