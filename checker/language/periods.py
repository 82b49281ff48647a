"""Where a day belongs: the first day of its period, as an expression over the calendar functions of the plan."""

from __future__ import annotations

from datetime import date, timedelta

from checker.calendar import Cycle, Unit
from checker.plan import build as b
from checker.plan.nodes import Call, Expr, Lit

_BUCKET = {"week": "week_start", "month": "month_start", "quarter": "quarter_start", "year": "year_start"}
_LONG_AGO = date(1800, 1, 1)
NOWHERE = Lit(date(1900, 1, 1), "date")
"""Where a day between listed spans belongs: to no period."""


def bucket(unit: Unit, day: Expr) -> Expr:
    """Give the first day of the period that holds `day`; a day that no period holds gives `NOWHERE`.

    >>> from checker.plan.evaluate import evaluate
    >>> day = b.lit(date(2026, 10, 25))
    >>> evaluate(bucket(Cycle("pay", months=1, from_day=26), day), {}).isoformat()
    '2026-09-26'
    """
    if isinstance(unit, str):
        return Call(_BUCKET[unit], (day,), "date") if unit in _BUCKET else day
    if unit.spans:
        return _of_spans(unit, day)
    return _of_days(unit, day) if unit.days else _of_months(unit, day)


def _of_spans(unit: Cycle, day: Expr) -> Expr:
    found: Expr = NOWHERE
    for _, first, last in reversed(unit.spans):
        inside = b.and_([b.compare("ge", day, b.lit(first)), b.compare("le", day, b.lit(last))])
        found = b.if_(inside, b.lit(first), found)
    return found


def _of_days(unit: Cycle, day: Expr) -> Expr:
    """Count whole cycles from a first day that is long ago, so that no count is negative."""
    before = (unit.anchor - _LONG_AGO).days // unit.days
    first = unit.anchor - timedelta(days=before * unit.days)
    gone = Call("add", (Call("days_between", (b.lit(first), day), "int"), b.lit(1)), "int")
    begun = Call("ceil_div", (gone, b.lit(unit.days)), "int")
    days = Call("mul", (Call("sub", (begun, b.lit(1)), "int"), b.lit(unit.days)), "int")
    return b.add_days(b.lit(first), days)


def _of_months(unit: Cycle, day: Expr) -> Expr:
    """Move days and months so that periods begin with a calendar year, take the start there, and move it back."""
    later = (unit.from_month - 1) % unit.months
    moved = _months(b.add_days(day, b.lit(1 - unit.from_day)), -later)
    year = Call("year_start", (moved,), "date")
    if unit.months in (1, 3):
        found: Expr = Call("month_start" if unit.months == 1 else "quarter_start", (moved,), "date")
    else:
        found = _months(year, 12 - unit.months)
        for part in range(12 // unit.months - 2, -1, -1):
            within = b.compare("le", Call("month", (moved,), "int"), b.lit((part + 1) * unit.months))
            found = b.if_(within, _months(year, part * unit.months), found)
    return b.add_days(_months(found, later), b.lit(unit.from_day - 1))


def _months(day: Expr, months: int) -> Expr:
    return Call("add_months", (day, b.lit(months), b.lit(False)), "date") if months else day
