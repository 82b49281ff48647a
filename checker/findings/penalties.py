"""What a failed duty costs and a merit earns, step by step, and what holds it back.

The order is amount → overlaps → escalation → cap and shares. Only a fail of a duty has a penalty, only a pass of a
merit a reward. Nothing here decides: a fine or credit is a proposal until every hold is gone.
"""

from __future__ import annotations

from collections.abc import Sequence

from checker.findings import caps, escalation, liability, overlaps, units
from checker.findings.drafts import Draft
from checker.findings.fines import fine_of, resolved
from checker.findings.standing import Standing
from checker.model import Penalty, Reward, Share

HOLDS_WITHOUT_AMOUNT = ("draft-rule", "trial", "disabled", "unassigned", "cause-unknown", "nobody-liable")


def settle(drafts: Sequence[Draft]) -> list[Draft]:
    """Fill liable, amounts, measures and holds of every fail and merit, in the order in which things happened.

    Gives the fails and merits whose amounts stand: those that an overlap displaced are left out.
    """
    standing = Standing(_alone)
    alone: list[Draft] = []
    others: list[Draft] = []
    for one in drafts:
        if is_fineable(one):
            (alone if standing.stands_alone(one) else others).append(one)
        elif is_merit(one):
            others.append(one)
    for one in alone:
        standing.apply(one)
    return [*alone, *_together(sorted(others, key=Draft.in_time))]


def _alone(draft: Draft) -> Penalty:
    """Settle a fail that no other one touches."""
    _start(draft)
    _withhold(draft)
    return _penalty(draft)


def _together(some: list[Draft]) -> list[Draft]:
    """Settle fails and merits in the order in which they happened."""
    for one in some:
        _start(one)
    overlaps.resolve([one for one in some if not is_merit(one)])
    some = [one for one in some if one.superseded_by is None]
    escalation.apply(some)
    for one in some:
        _withhold(one)
    caps.apply(some)
    return some


def possible(drafts: Sequence[Draft]) -> list[Draft]:
    """Give what may be a fail and would then bring amounts of a unit, with those amounts."""
    found = [one for one in drafts if one.outcome == "undetermined" and one.frame.rule.kind == "duty"]
    found = [one for one in found if "units" in one.frame.rule.terms]
    found = [one for one in found if resolved(one.frame.rule.terms.get("enabled", True), one) is True]
    for one in found:
        _start(one)
    return found


def is_fineable(draft: Draft) -> bool:
    """Tell whether a penalty can arise at all: goals and statistics are never fined, only fails are."""
    return draft.outcome == "fail" and draft.frame.rule.kind in ("duty", "tally")


def is_merit(draft: Draft) -> bool:
    """Tell whether a reward arises: what a merit asks for was certainly met."""
    return draft.outcome == "pass" and draft.frame.rule.kind == "merit"


def penalty_of(draft: Draft) -> Penalty | None:
    """Give the penalty of a settled draft; null for everything but the fail of a duty."""
    if draft.superseded_by is not None or not is_fineable(draft):
        return None
    return draft.penalty or _penalty(draft)


def _penalty(draft: Draft) -> Penalty:
    raw = draft.frame.rule.terms
    return Penalty(
        draft.fine,
        draft.measures,
        draft.liable if raw else None,
        raw.get("by"),
        draft.holds if _something(draft) else (),
        units.told(draft),
        tuple(Share(who, fine) for who, fine in draft.shares),
    )


def reward_of(draft: Draft) -> Reward | None:
    """Give the reward of a settled draft; null for everything but a merit that was met."""
    if not is_merit(draft):
        return None
    raw = draft.frame.rule.terms
    return Reward(
        draft.fine,
        draft.measures,
        draft.liable,
        raw.get("by"),
        draft.holds,
        units.told(draft),
    )


def _something(draft: Draft) -> bool:
    raw = draft.frame.rule.terms
    return bool(draft.fine is not None or draft.measures or draft.units or "fine" in raw)


def _start(draft: Draft) -> None:
    """Set who is liable, the amounts before anything else, and the measures."""
    raw = draft.frame.rule.terms
    liability.settle(draft)
    draft.measures = tuple(raw.get("measures", ()))
    draft.units = units.amounts(raw, draft)
    if "fine" in raw:
        draft.fine = fine_of(raw["fine"], draft)


def _withhold(draft: Draft) -> None:
    """Write down everything that stands between this proposal and a fine; the first leave no amount."""
    raw = draft.frame.rule.terms
    fines = "fine" in raw or draft.fine is not None
    draft.holds += tuple(_barred(draft, fines or bool(draft.units)))
    if draft.holds:
        draft.fine = None
        draft.units = dict.fromkeys(draft.units)
    else:
        draft.holds += tuple(_untold(draft, fines))
    if fines or draft.units:
        draft.holds += draft.frame.compiled.doubts
    if fines and raw is draft.frame.rule.penalty:
        draft.holds += tuple(_not_deducted(draft))
    draft.holds += tuple(f"assumed:{name}" for name in draft.frame.assumed)
    amounts = (draft.fine, *draft.units.values())
    if any(one is not None and one.min != one.max for one in amounts):
        draft.holds += ("decision",)
    if draft.waiver is not None:
        draft.holds += ("waived",)


def _barred(draft: Draft, amounts: bool) -> list[str]:
    """Give the holds that leave no amount at all."""
    rule, raw = draft.frame.rule, draft.frame.rule.terms
    found = [] if draft.frame.pack.policy.approved else ["draft-rule"]
    if rule.status == "trial":
        found.append("trial")
    if amounts and "enabled" in raw and resolved(raw["enabled"], draft) is not True:
        found.append("disabled")
    if amounts and draft.liable is None and not draft.nobody and not draft.among:
        found.append("unassigned")
    return [*found, draft.nobody] if draft.nobody else found


def _untold(draft: Draft, fines: bool) -> list[str]:
    """Give a hold for every amount that cannot be told."""
    if draft.among and not any(liability.weights(draft)):
        draft.fine = None
    found = ["amount-unknown"] if fines and draft.fine is None else []
    return found + [f"amount-unknown:{name}" for name, one in draft.units.items() if one is None]


def _not_deducted(draft: Draft) -> list[str]:
    """Give what is to be said where nothing may be deducted from the wages of one who is liable."""
    flags = [draft.row.get("no_deduction"), *(draft.row.get(f"exempt.{name}") for name in _payers(draft))]
    found = ["no-deduction"] if True in flags else []
    listed = any(isinstance(draft.row.get(f"liable.{name}"), (tuple, list)) for name in _payers(draft))
    return [*found, "wages-unchecked"] if listed and _asks_wages(draft) else found


def _payers(draft: Draft) -> list[str]:
    """Give the fields whose people this fail falls on."""
    raw = draft.frame.rule.terms
    if "share" in raw:
        return list(raw["share"]["among"])
    if "from_cause" in raw:
        return [
            name
            for name in raw["from_cause"]["table"].values()
            if draft.row.get(f"liable.{name}") == draft.liable
        ]
    return []


def _asks_wages(draft: Draft) -> bool:
    people = draft.frame.pack.people
    return bool(people and people.no_deduction)
