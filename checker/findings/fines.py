"""The amount a policy names for one violation, in whole fen; never a guess.

`None` stands for "cannot be told": a grade that is blank or not in the table, a parameter that is not set.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from checker.findings.drafts import Draft
from checker.model import Fine
from checker.plan.evaluate import evaluate

Amount = Callable[[Any], int | None]


def fen(yuan: Any) -> int | None:
    """Give an amount of yuan in fen; half a fen rounds up; what is below zero or no number is not an amount.

    >>> fen(20), fen(Decimal("0.125")), fen(Decimal("-1")), fen(None), fen("20")
    (2000, 13, None, None, None)
    """
    if isinstance(yuan, bool) or not isinstance(yuan, (int, Decimal)) or yuan < 0:
        return None
    return int((Decimal(yuan) * 100).to_integral_value(ROUND_HALF_UP))


def fine_of(raw: Mapping[str, Any], draft: Draft) -> Fine | None:
    """Give the fine that `fine: {…}` of a penalty means for this violation."""
    kind, spec = next(iter(raw.items()))
    return FINES[kind](spec, draft)


def exact(amount: int | None) -> Fine | None:
    """Give a fine without choice."""
    return None if amount is None else Fine(amount, amount, amount)


def resolved(raw: Any, draft: Draft) -> Any:
    """Give a literal as it stands and `$name` as the value in force on the day that counts."""
    if isinstance(raw, str) and raw.startswith("$"):
        return draft.frame.param(raw, draft.version_date)
    return raw


def amount(raw: Any, draft: Draft) -> int | None:
    """Give a number or `$name` in fen."""
    return fen(resolved(raw, draft))


def _fixed(spec: Any, draft: Draft) -> Fine | None:
    return exact(amount(spec, draft))


def _range(spec: Mapping[str, Any], draft: Draft) -> Fine | None:
    """Give the interval; a person decides within it, `propose` (min, max or a number) is only a start."""
    low, high = amount(spec["min"], draft), amount(spec["max"], draft)
    if low is None or high is None or low > high:
        return None
    wish = spec.get("propose", "min")
    proposed = {"min": low, "max": high}.get(wish) if isinstance(wish, str) else None
    proposed = amount(wish, draft) if proposed is None else proposed
    return None if proposed is None else Fine(low, high, min(max(proposed, low), high))


def _graded(spec: Mapping[str, Any], draft: Draft) -> Fine | None:
    grade = field(spec["by"], draft)
    return None if grade is None else _entry(spec["table"].get(str(grade)), draft)


def _bands(spec: Mapping[str, Any], draft: Draft) -> Fine | None:
    """Give the fine of the first band that holds the value; `up_to` is inclusive, none means open."""
    value = field(spec["by"], draft)
    if isinstance(value, bool) or not isinstance(value, (int, Decimal)):
        return None
    for band in spec["table"]:
        top = resolved(band.get("up_to"), draft) if "up_to" in band else value
        if isinstance(top, bool) or not isinstance(top, (int, Decimal)):
            return None
        if value <= top:
            return _entry(band["fine"], draft)
    return None


def _formula(spec: Any, draft: Draft) -> Fine | None:
    expr = draft.frame.compiled.fine_formula
    return None if expr is None else exact(fen(evaluate(expr, row_of(draft))))


def _entry(raw: Any, draft: Draft) -> Fine | None:
    """Give the fine of one line of a table: an amount, or an interval `{min, max, propose}`."""
    if isinstance(raw, Mapping):
        return _range(raw, draft)
    return None if raw is None else exact(amount(raw, draft))


def field(name: str, draft: Draft) -> Any:
    """Give the value of a field of the row judged, or None."""
    row = draft.row
    for key in (f"value.{name}", f"subject.{name}", name):
        if key in row:
            return row[key]
    return None


def row_of(draft: Draft) -> dict[str, Any]:
    """Give the row as a formula sees it: plain field names."""
    row = {name.split(".", 1)[-1]: value for name, value in draft.row.items() if name.startswith("subject.")}
    row.update((name[6:], value) for name, value in draft.row.items() if name.startswith("value."))
    return row


FINES: dict[str, Callable[[Any, Draft], Fine | None]] = {
    "fixed": _fixed,
    "range": _range,
    "graded": _graded,
    "bands": _bands,
    "formula": _formula,
}
