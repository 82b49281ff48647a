"""The amount a policy names for one violation, in whole parts (fen, or the smallest part of a unit); never a guess.

`None` stands for "cannot be told": a grade that is blank or not in the table, a parameter that is not set.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from checker.findings.drafts import Draft
from checker.findings.values import MICROSECONDS
from checker.language.pack import Duration
from checker.language.params import parse_duration
from checker.model import Fine
from checker.plan.evaluate import evaluate

FEN = 2
Form = Callable[[Any, Draft, int], Fine | None]


def parts(value: Any, places: int) -> int | None:
    """Give a number in its smallest parts; half a part rounds up; below zero or no number is not an amount.

    >>> parts(20, 2), parts(Decimal("0.125"), 2), parts(Decimal("1.5"), 1), parts(Decimal("-1"), 2), parts("20", 2)
    (2000, 13, 15, None, None)
    """
    if isinstance(value, bool) or not isinstance(value, (int, Decimal)) or value < 0:
        return None
    return int((Decimal(value) * 10**places).to_integral_value(ROUND_HALF_UP))


def fen(yuan: Any) -> int | None:
    """Give an amount of yuan in fen.

    >>> fen(20), fen(Decimal("0.125")), fen(Decimal("-1")), fen(None), fen("20")
    (2000, 13, None, None, None)
    """
    return parts(yuan, FEN)


def fine_of(raw: Mapping[str, Any], draft: Draft, places: int = FEN) -> Fine | None:
    """Give the amount that `fine: {…}` of a penalty (or one of its units) means for this violation."""
    kind, spec = next(iter(raw.items()))
    return FINES[kind](spec, draft, places)


def exact(amount: int | None) -> Fine | None:
    """Give a fine without choice."""
    return None if amount is None else Fine(amount, amount, amount)


def resolved(raw: Any, draft: Draft) -> Any:
    """Give a literal as it stands and `$name` as the value in force on the day that counts."""
    if isinstance(raw, str) and raw.startswith("$"):
        return draft.frame.param(raw, draft.version_date)
    return raw


def amount(raw: Any, draft: Draft, places: int = FEN) -> int | None:
    """Give a number or `$name` in whole parts."""
    return parts(resolved(raw, draft), places)


def _fixed(spec: Any, draft: Draft, places: int) -> Fine | None:
    return exact(amount(spec, draft, places))


def _range(spec: Mapping[str, Any], draft: Draft, places: int) -> Fine | None:
    """Give the interval; a person decides within it, `propose` (min, max or a number) is only a start."""
    low, high = amount(spec["min"], draft, places), amount(spec["max"], draft, places)
    if low is None or high is None or low > high:
        return None
    wish = spec.get("propose", "min")
    proposed = {"min": low, "max": high}.get(wish) if isinstance(wish, str) else None
    proposed = amount(wish, draft, places) if proposed is None else proposed
    return None if proposed is None else Fine(low, high, min(max(proposed, low), high))


def _graded(spec: Mapping[str, Any], draft: Draft, places: int) -> Fine | None:
    grade = field(spec["by"], draft)
    return None if grade is None else _entry(spec["table"].get(str(grade)), draft, places)


def _bands(spec: Mapping[str, Any], draft: Draft, places: int) -> Fine | None:
    """Give the fine of the first band that holds the value; `up_to` is inclusive, none means open."""
    value = number(spec["by"], draft)
    if value is None:
        return None
    for band in spec["table"]:
        top = operand(band.get("up_to"), spec["by"], draft) if "up_to" in band else value
        if top is None:
            return None
        if value <= top:
            return (
                _entry(band["fine"], draft, places)
                if "fine" in band
                else exact(parts(_rated(band, value, draft), places))
            )
    return None


def _marginal(spec: Mapping[str, Any], draft: Draft, places: int) -> Fine | None:
    """Give the sum over the bands, each part of the value at the rate of its own band."""
    value, below, total = number(spec["by"], draft), Decimal(0), Decimal(0)
    if value is None:
        return None
    for band in spec["table"]:
        top = operand(band["up_to"], spec["by"], draft) if "up_to" in band else value
        part = _rated(band, min(value, top) - below, draft) if top is not None and top >= below else None
        if top is None or part is None:
            return None
        total += part
        if value <= top:
            return exact(parts(total, places))
        below = top
    return None


def _rated(band: Mapping[str, Any], value: Decimal, draft: Draft) -> Decimal | None:
    """Give so many percent of a value (`rate`), or so much for each one of it (`each`)."""
    factor = plain_number(resolved(band.get("rate", band.get("each")), draft))
    if factor is None:
        return None
    return value * factor / 100 if "rate" in band else value * factor


def _step(spec: Mapping[str, Any], draft: Draft, places: int) -> Fine | None:
    """Give an amount for each started (or full) step of a value, and what is due in any case."""
    by = spec["by"]
    value, size, over = (
        number(by, draft),
        operand(spec["every"], by, draft),
        operand(spec.get("over", 0), by, draft),
    )
    each, base = amount(spec["amount"], draft, places), amount(spec.get("base", 0), draft, places)
    if value is None or size is None or over is None or size <= 0 or each is None or base is None:
        return None
    full, rest = divmod(max(value - over, Decimal(0)), size)
    return exact(base + each * (int(full) + (1 if rest and spec.get("started", True) else 0)))


def _percent(spec: Mapping[str, Any], draft: Draft, places: int) -> Fine | None:
    """Give so many percent of a value, not less than `min` and not more than `max`."""
    value, rate = number(spec["of"], draft), plain_number(resolved(spec["rate"], draft))
    found = None if value is None or rate is None else parts(value * rate / 100, places)
    for word, pick in (("min", max), ("max", min)):
        if word in spec:
            bound = amount(spec[word], draft, places)
            found = None if found is None or bound is None else pick(found, bound)
    return exact(found)


def _formula(spec: Any, draft: Draft, places: int) -> Fine | None:
    expr = draft.frame.compiled.fine_formula
    return None if expr is None else exact(parts(evaluate(expr, row_of(draft)), places))


def _entry(raw: Any, draft: Draft, places: int) -> Fine | None:
    """Give the fine of one line of a table: an amount, or an interval `{min, max, propose}`."""
    if isinstance(raw, Mapping):
        return _range(raw, draft, places)
    return None if raw is None else exact(amount(raw, draft, places))


def field(name: str, draft: Draft) -> Any:
    """Give the value of a field of the row judged, or None."""
    row = draft.row
    for key in (f"value.{name}", f"subject.{name}", name):
        if key in row:
            return row[key]
    return None


def number(name: str, draft: Draft) -> Decimal | None:
    """Give the number in a field of the row judged; a length of time in the unit of the field (else minutes)."""
    value = plain_number(field(name, draft))
    unit = _unit(name, draft)
    return value if value is None or unit is None else value / MICROSECONDS[unit]


def operand(raw: Any, by: str, draft: Draft) -> Decimal | None:
    """Give a number, `$name` or length of time as a number in the unit of the field it is compared with."""
    value, unit = resolved(raw, draft), _unit(by, draft)
    if isinstance(value, str):
        value = parse_duration(value)
    if isinstance(value, Duration):
        known = unit is not None and value.unit in MICROSECONDS
        return Decimal(value.amount * MICROSECONDS[value.unit]) / MICROSECONDS[str(unit)] if known else None
    return plain_number(value)


def plain_number(value: Any) -> Decimal | None:
    """Give a number as a decimal, anything else as None."""
    return Decimal(value) if isinstance(value, (int, Decimal)) and not isinstance(value, bool) else None


def _unit(name: str, draft: Draft) -> str | None:
    kind, unit = draft.frame.compiled.columns.get(name, ("", None))
    return (unit if unit in MICROSECONDS else "minutes") if kind == "duration" else None


def row_of(draft: Draft) -> dict[str, Any]:
    """Give the row as a formula sees it: plain field names."""
    row = {name.split(".", 1)[-1]: value for name, value in draft.row.items() if name.startswith("subject.")}
    row.update((name[6:], value) for name, value in draft.row.items() if name.startswith("value."))
    return row


FINES: dict[str, Form] = {
    "fixed": _fixed,
    "range": _range,
    "graded": _graded,
    "bands": _bands,
    "marginal": _marginal,
    "step": _step,
    "percent": _percent,
    "formula": _formula,
}
