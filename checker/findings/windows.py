"""Which earlier events still count on a day: a sliding length, a calendar period, a clean time.

The window of `within: 12 months` ends with the day of the event, which counts, and starts the day after the same
day twelve months before, so the anniversary is outside. `reset.every: year` forgets what lies before 1 January;
`reset.after: 6 months` forgets all before six months in which nothing happened.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from checker.calendar import Cycle, add_months, period_of
from checker.diagnostics import UsageError
from checker.model import Text

_DAYS = {"day": 1, "天": 1, "日": 1, "week": 7, "周": 7}
_MONTHS = {"month": 1, "月": 1, "quarter": 3, "季度": 3, "year": 12, "年": 12}
_LENGTH = re.compile(r"(\d+)\s*个?([^\d\s]+?)s?")


def first_counted(
    days: Sequence[date], within: Any, reset: Mapping[str, Any], periods: Mapping[str, Cycle] | None = None
) -> int:
    """Give the index of the first of `days`, in order, that counts on the last of them.

    `within` may name one of `periods`, those of the pack: what lies in the one that holds the last day counts.

    >>> days = [date(2026, 1, 10), date(2026, 2, 1), date(2026, 9, 1)]
    >>> first_counted(days, "8 months", {}), first_counted(days, None, {"every": "year"})
    (0, 0)
    >>> first_counted(days, None, {"after": "6 months"}), first_counted(days, None, {"after": "7 months"})
    (2, 2)
    """
    last, first = days[-1], 0
    if within is not None:
        start = _too_old(last, within, periods or {})
        first = next(at for at, day in enumerate(days) if day > start)
    if "every" in reset:
        start = period_of(last, reset["every"]).start
        first = max(first, next(at for at, day in enumerate(days) if day >= start))
    if "after" in reset:
        for at in range(len(days) - 1, first, -1):
            if days[at - 1] <= window_start(days[at], reset["after"]):
                return at
    return first


def _too_old(day: date, within: Any, periods: Mapping[str, Cycle]) -> date:
    """Give the last day that is too old to count; a day outside every period of its kind stands alone."""
    cycle = periods.get(str(within))
    if cycle is None:
        return window_start(day, within)
    period = cycle.period_of(day)
    return (period.start if period else day) - timedelta(days=1)


def window_start(day: date, within: Any) -> date:
    """Give the last day that is too old to count.

    Raises:
        UsageError: the length is not one of days, weeks, months, quarters or years.

    >>> window_start(date(2026, 10, 13), "12 months").isoformat()
    '2025-10-13'
    >>> window_start(date(2026, 10, 13), "1个季度").isoformat()
    '2026-07-13'
    """
    match = _LENGTH.fullmatch(str(within).strip())
    number, unit = (int(match[1]), match[2]) if match else (0, "")
    if unit in _DAYS:
        return day - timedelta(days=number * _DAYS[unit])
    if unit in _MONTHS:
        return add_months(day, -number * _MONTHS[unit])
    raise UsageError.of(
        "bad-window",
        Text(
            f"累进处罚的期限“{within}”不能用；请用日、周、月、季、年",
            f"escalation window '{within}' cannot be used",
        ),
        Text("例如 within: 12 months", "for example within: 12 months"),
    )
