"""Periods, working days and month arithmetic; pure, and the only place that knows how long a month is."""

from __future__ import annotations

import calendar as _months
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from checker.diagnostics import UsageError
from checker.model import Period, Text

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTHS = {"day": 0, "workday": 0, "week": 0, "month": 1, "quarter": 3, "year": 12}


def parse_period(text: str) -> Period:
    """Read a period as the command line takes it; whole days, both ends included.

    Raises:
        UsageError: the text is none of the four forms.

    >>> parse_period("2026-10").text, parse_period("2026-Q4").text
    ('2026-10-01/2026-10-31', '2026-10-01/2026-12-31')
    >>> parse_period("2026").text, parse_period("2026-10-03/2026-10-09").text
    ('2026-01-01/2026-12-31', '2026-10-03/2026-10-09')
    """
    text = text.strip()
    try:
        if any(
            not 2000 <= int(year) < 2200 for year in re.findall(r"\b\d{4}(?=-|Q|/|$)", text, re.IGNORECASE)
        ):
            raise ValueError(text)  # so far off, it is a slip; and days before it must exist
        if match := re.fullmatch(r"(\d{4})-(\d{2})", text):
            return period_of(date(int(match[1]), int(match[2]), 1), "month")
        if match := re.fullmatch(r"(\d{4})-?Q([1-4])", text, re.IGNORECASE):
            return period_of(date(int(match[1]), int(match[2]) * 3 - 2, 1), "quarter")
        if re.fullmatch(r"\d{4}", text):
            return period_of(date(int(text), 1, 1), "year")
        start, end = (date.fromisoformat(part) for part in text.split("/"))
        if start <= end:
            return Period(start, end)
    except ValueError:
        pass
    raise UsageError.of(
        "bad-period",
        Text(
            f"期间“{text}”无法识别；请写成 2026-10、2026-Q4、2026 或 2026-10-01/2026-10-31",
            f"period '{text}' is not understood; write 2026-10, 2026-Q4, 2026 or 2026-10-01/2026-10-31",
        ),
    )


def parse_as_of(text: str) -> datetime:
    """Read the cut-off; a day without a time is its first moment.

    Raises:
        UsageError: the text is neither a day nor a day with a time.

    >>> parse_as_of("2026-11-06").isoformat()
    '2026-11-06T00:00:00'
    """
    try:
        moment = datetime.fromisoformat(text.strip())
        if moment.tzinfo is None and 2000 <= moment.year < 2200:
            return moment
    except ValueError:
        pass
    raise UsageError.of(
        "bad-as-of",
        Text(
            f"截止日期“{text}”无法识别；请写成 2026-11-06 或 2026-11-06T18:00",
            f"cut-off '{text}' is not understood; write 2026-11-06 or 2026-11-06T18:00",
        ),
    )


def add_months(day: date, months: int, keep_month_end: bool = False) -> date:
    """Give the same day `months` later, or the last day of a shorter month.

    With `keep_month_end` a last day of a month stays one.

    >>> add_months(date(2025, 2, 28), 18).isoformat(), add_months(date(2025, 2, 28), 18, True).isoformat()
    ('2026-08-28', '2026-08-31')
    """
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    last = _months.monthrange(year, month + 1)[1]
    if keep_month_end and day == month_end(day):
        return date(year, month + 1, last)
    return date(year, month + 1, min(day.day, last))


def month_end(day: date) -> date:
    """Give the last day of the month.

    >>> month_end(date(2024, 2, 3)).isoformat()
    '2024-02-29'
    """
    return day.replace(day=_months.monthrange(day.year, day.month)[1])


def start_of(day: date, unit: str) -> date:
    """Give the first day of the day's week (Monday), month, quarter or year; for `day`, itself."""
    if unit in ("day", "workday"):
        return day
    if unit == "week":
        return day - timedelta(days=day.weekday())
    if unit == "quarter":
        return date(day.year, (day.month - 1) // 3 * 3 + 1, 1)
    return date(day.year, day.month if unit == "month" else 1, 1)


def period_of(day: date, unit: str) -> Period:
    """Give the calendar period of `unit` that holds `day`."""
    start = start_of(day, unit)
    if unit in ("day", "workday"):
        return Period(start, start)
    if unit == "week":
        return Period(start, start + timedelta(days=6))
    return Period(start, add_months(start, _MONTHS[unit]) - timedelta(days=1))


def periods(first: date, last: date, unit: str) -> Iterator[Period]:
    """Give, in order, every period of `unit` that shares a day with first..last."""
    current = period_of(first, unit)
    while current.start <= last:
        yield current
        current = period_of(current.end + timedelta(days=1), unit)


def label(start: date, unit: str) -> str:
    """Give the name of a period, as findings print it.

    >>> [label(date(2026, 10, 12), u) for u in ("day", "week", "month", "quarter", "year")]
    ['2026-10-12', '2026-W42', '2026-10', '2026Q4', '2026']
    """
    if unit in ("day", "workday"):
        return start.isoformat()
    if unit == "week":
        year, week, _ = start.isocalendar()
        return f"{year}-W{week:02d}"
    if unit == "month":
        return f"{start:%Y-%m}"
    return f"{start.year}Q{(start.month + 2) // 3}" if unit == "quarter" else f"{start.year}"


@dataclass(frozen=True)
class WorkCalendar:
    """Which days are working days: Monday to Friday, but for the days listed.

    >>> WorkCalendar({date(2026, 10, 2): False}).next_workday(date(2026, 10, 2)).isoformat()
    '2026-10-05'
    """

    days: Mapping[date, bool] = field(default_factory=dict)

    def is_workday(self, day: date) -> bool:
        """Tell whether people work on `day`."""
        return self.days.get(day, day.weekday() < 5)

    def flags(self, first: date, last: date) -> tuple[bool, ...]:
        """Give, for every day from `first` to `last`, whether people work on it.

        >>> WorkCalendar({date(2026, 10, 2): False}).flags(date(2026, 10, 1), date(2026, 10, 3))
        (True, False, False)
        """
        count = (last - first).days + 1
        flags = [day % 7 < 5 for day in range(first.weekday(), first.weekday() + 7)] * (count // 7 + 1)
        for day, works in self.days.items():
            if first <= day <= last:
                flags[(day - first).days] = works
        return tuple(flags[:count])

    def next_workday(self, day: date) -> date:
        """Give `day` itself if it is a working day, else the next one."""
        return self._seek(day, 1)

    def previous_workday(self, day: date) -> date:
        """Give `day` itself if it is a working day, else the one before."""
        return self._seek(day, -1)

    def _seek(self, day: date, step: int) -> date:
        for _ in range(400):
            if self.is_workday(day):
                return day
            day += timedelta(days=step)
        return day

    def workdays(self, period: Period) -> list[date]:
        """Give the working days of a period, in order."""
        span = (period.end - period.start).days + 1
        return [d for d in (period.start + timedelta(days=i) for i in range(span)) if self.is_workday(d)]


@lru_cache(maxsize=8)
def changing(zone: str) -> str | None:
    """Give the zone's name if its offset changed at any time from 1995 to 2060, else None.

    Where it did not, the clock is taken never to have changed: earlier changes are history, and elapsed time is plain.

    >>> changing("Asia/Shanghai"), changing("Europe/Berlin")
    (None, 'Europe/Berlin')
    """
    info = ZoneInfo(zone)
    months = (datetime(1995, 1, 1) + timedelta(days=20 * i) for i in range(1190))
    return zone if len({info.utcoffset(moment) for moment in months}) > 1 else None
