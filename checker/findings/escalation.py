"""Dearer the third time: steps that count a person's fails of one rule within a window.

The window of `within: 12 months` ends with the day of the fail, which counts, and starts the day after the
same day twelve months before, so the anniversary is outside. Waived and superseded fails do not count: what
was not held against a person must not make a later fine dearer. `within: fiscal_year`, a period of the pack, counts
the fails of the period that holds the day.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from checker.calendar import add_months
from checker.diagnostics import UsageError
from checker.findings.drafts import Draft
from checker.findings.fines import fine_of, resolved
from checker.model import Text

_DAYS = {"day": 1, "天": 1, "日": 1, "week": 7, "周": 7}
_MONTHS = {"month": 1, "月": 1, "quarter": 3, "季度": 3, "year": 12, "年": 12}
_LENGTH = re.compile(r"(\d+)\s*个?([^\d\s]+?)s?")


def apply(fails: Sequence[Draft]) -> None:
    """Let every step that holds change fine and measures; `fails` in order of time."""
    seen: dict[tuple[str, str], list[Draft]] = defaultdict(list)
    for one in fails:
        raw = (one.frame.rule.penalty or {}).get("escalation")
        if raw is None or one.who is None or one.at is None or one.waiver is not None:
            continue
        memory = seen[one.frame.rule.id, one.who]
        memory.append(one)
        start = _start(one, one.at, resolved(raw["within"], one))
        count = sum(1 for past in memory if past.at is not None and past.at > start)
        for step in raw["steps"]:
            _step(step, count, one)


def _start(draft: Draft, day: date, within: Any) -> date:
    """Give the last day that is too old to count: of a length of time, or of a period of the pack that holds the day."""
    cycle = draft.frame.pack.periods.get(str(within))
    if cycle is None:
        return window_start(day, within)
    period = cycle.period_of(day)
    return (period.start if period else day) - timedelta(days=1)


def _step(step: Mapping[str, Any], count: int, draft: Draft) -> None:
    """Apply one step: the last one with a fine wins, measures add up."""
    first, every = resolved(step.get("from"), draft), resolved(step.get("each"), draft)
    if not ((isinstance(first, int) and count >= first) or (isinstance(every, int) and count % every == 0)):
        return
    if "fine" in step:
        draft.fine = fine_of(step["fine"], draft)
    draft.measures += [name for name in step.get("measures", ()) if name not in draft.measures]


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
