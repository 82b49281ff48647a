"""Who answers for a violation: the person, a field, a duty, whoever the cause points to, or several who share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from checker.findings.drafts import Draft
from checker.findings.fines import field, plain_number, resolved
from checker.language.terms import NOBODY
from checker.model import Fine

NOBODY_LIABLE = "nobody-liable"


def settle(draft: Draft) -> None:
    """Set `liable`, `among` and `nobody` of a draft; what cannot be told stays empty and is never guessed."""
    raw = draft.frame.rule.terms
    if "from_cause" in raw:
        draft.liable = _by_cause(raw["from_cause"], draft)
    elif "share" in raw:
        draft.among = tuple(_among(raw["share"], draft))
        draft.liable = draft.among[0] if len(set(draft.among)) == 1 else None
    else:
        named = "from" in raw or "from_duty" in raw
        draft.liable = _text(draft.row.get("liable") if named else draft.person)


def _by_cause(raw: Mapping[str, Any], draft: Draft) -> str | None:
    """Give who the cause points to; a cause that is blank, unreadable or not in the table points to no one yet."""
    cause = field(raw["by"], draft)
    name = None if cause is None else raw["table"].get(str(cause))
    if name is None:
        draft.nobody = "cause-unknown"
    elif name == NOBODY:
        draft.nobody = NOBODY_LIABLE
    return None if draft.nobody else _text(draft.row.get(f"liable.{name}"))


def _among(raw: Mapping[str, Any], draft: Draft) -> list[str]:
    """Give the people who share, in order; none at all where one of them cannot be told."""
    found: list[str | None] = []
    for name in raw["among"]:
        value = draft.row.get(f"liable.{name}")
        found += [_text(one) for one in value] if isinstance(value, (tuple, list)) else [_text(value)]
    return [one for one in found if one] if all(found) else []


def weights(draft: Draft) -> list[int | None]:
    """Give the weight of each who shares, as whole numbers; empty where they do not fit the people."""
    raw = draft.frame.rule.terms["share"]
    told = next((resolved(raw[word], draft) for word in ("percent", "weights") if word in raw), None)
    if told is None:
        return [1] * len(draft.among)
    numbers = [plain_number(one) for one in told] if isinstance(told, (list, tuple)) else []
    if len(numbers) != len(draft.among) or any(one is None or one < 0 for one in numbers):
        return []
    return [int((one or 0) * 10**6) for one in numbers]


def split(amount: int, by: Sequence[int]) -> list[int]:
    """Divide an amount by weight into whole parts that add up to it exactly.

    Everybody gets the whole part of his share; what is left goes, one part each, to those whose share was cut
    most, the earlier first.

    >>> split(10000, [1, 1, 1]), split(100, [50, 30, 20]), split(1, [1, 1])
    ([3334, 3333, 3333], [50, 30, 20], [1, 0])
    """
    total = sum(by)
    shares = [amount * weight // total for weight in by]
    cut = sorted(range(len(by)), key=lambda at: (-(amount * by[at] % total), at))
    for at in cut[: amount - sum(shares)]:
        shares[at] += 1
    return shares


def share(draft: Draft) -> None:
    """Divide the fine of a draft among those who share it; a person named twice has one share, the sum."""
    if draft.fine is None or not draft.among:
        return
    by = [one for one in weights(draft) if one is not None]
    if not by or not sum(by):
        draft.fine = None
        return
    parts = zip(
        *(split(one, by) for one in (draft.fine.min, draft.fine.max, draft.fine.proposed)), strict=True
    )
    sums: dict[str, Fine] = {}
    for who, (low, high, proposed) in zip(draft.among, parts, strict=True):
        old = sums.get(who, Fine(0, 0, 0))
        sums[who] = Fine(old.min + low, old.max + high, old.proposed + proposed)
    draft.shares = tuple(sums.items())


def _text(value: Any) -> str | None:
    return None if value in (None, "") else str(value)
