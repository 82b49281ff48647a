"""Periods, working days and month arithmetic; pure, and the only place that knows how long a month is."""

from __future__ import annotations

import calendar as _months
import re
from collections.abc import Iterator, Mapping
from dataclasses import field
from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from checker.diagnostics import UsageError
from checker.model import Period, Text
from checker.nouns import dataclass

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
UNITS = ("day", "workday", "week", "month", "quarter", "year")
_MONTHS = {"day": 0, "workday": 0, "week": 0, "month": 1, "quarter": 3, "year": 12}


def parse_period(text: str, cycles: Mapping[str, Cycle] | None = None) -> Period:
    """Read a period as the command line takes it; whole days, both ends included.

    `cycles` are the periods that a pack declares, for the form `pay_month:2026-10`.

    Raises:
        UsageError: the text is none of the forms.

    >>> parse_period("2026-10").text, parse_period("2026-Q4").text
    ('2026-10-01/2026-10-31', '2026-10-01/2026-12-31')
    >>> parse_period("2026").text, parse_period("2026-10-03/2026-10-09").text
    ('2026-01-01/2026-12-31', '2026-10-03/2026-10-09')
    """
    text = text.strip()
    name, colon, own = text.partition(":")
    if colon:
        return _own_period(name, own, cycles or {})
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


def _own_period(name: str, text: str, cycles: Mapping[str, Cycle]) -> Period:
    found = cycles[name].named(text) if name in cycles else None
    if found is not None:
        return found
    known = ", ".join(cycles) or "-"
    raise UsageError.of(
        "bad-period",
        Text(
            f"制度包没有期间“{name}:{text}”；pack.yaml 的 periods：{known}",
            f"the pack has no period '{name}:{text}'; `periods` of pack.yaml: {known}",
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


@dataclass(frozen=True)
class Cycle:
    """Periods that pack.yaml declares: of so many months or days, or spans that are listed.

    Months begin on `from_day` of `from_month` and every `months` after it; days count from `anchor`, both ways.
    Listed spans (label, first day, last day; in order) may leave days that belong to none.

    >>> pay = Cycle("pay_month", months=1, from_day=26)
    >>> pay.period_of(date(2026, 10, 25)).text, pay.label(date(2026, 9, 26))
    ('2026-09-26/2026-10-25', '2026-10')
    """

    name: str
    months: int = 0
    from_month: int = 1
    from_day: int = 1
    days: int = 0
    anchor: date = date(2000, 1, 1)
    spans: tuple[tuple[str, date, date], ...] = ()

    def period_of(self, day: date) -> Period | None:
        """Give the period that holds `day`; None for a day between listed spans."""
        if self.spans:
            return next((Period(first, last) for _, first, last in self.spans if first <= day <= last), None)
        if self.days:
            start = day - timedelta(days=(day - self.anchor).days % self.days)
            return Period(start, start + timedelta(days=self.days - 1))
        shifted = day - timedelta(days=self.from_day - 1)
        gone = (shifted.month - self.from_month) % self.months
        first = add_months(shifted.replace(day=1), -gone)
        begins, ends = (
            one + timedelta(days=self.from_day - 1) for one in (first, add_months(first, self.months))
        )
        return Period(begins, ends - timedelta(days=1))

    def periods(self, first: date, last: date) -> Iterator[Period]:
        """Give, in order, every period that shares a day with first..last."""
        if self.spans:
            yield from (Period(a, z) for _, a, z in self.spans if a <= last and first <= z)
            return
        current = self.period_of(first)
        while current is not None and current.start <= last:
            yield current
            current = self.period_of(current.end + timedelta(days=1))

    def label(self, start: date) -> str:
        """Give the name of the period that begins on `start`.

        A listed span has its own; a month is named by its last day, twelve months by the year they begin in, other
        months by the month they begin in, days by the first.
        """
        if self.spans:
            return next(name for name, first, _ in self.spans if first == start)
        if self.days:
            return start.isoformat()
        named = add_months(start, 1) - timedelta(days=1) if self.months == 1 else start
        return f"{named.year}" if self.months == 12 else f"{named:%Y-%m}"

    def named(self, text: str) -> Period | None:
        """Give the period that is called so, from 2000 to 2199; None if none is.

        >>> Cycle("fiscal_year", months=12, from_month=4).named("2026").text
        '2026-04-01/2027-03-31'
        """
        year = re.match(r"(2[01]\d\d)(?!\d)", text)
        if self.spans:
            return next((Period(first, last) for name, first, last in self.spans if name == text), None)
        if not year:
            return None
        near = self.periods(date(int(year[1]) - 1, 11, 1), date(int(year[1]) + 1, 1, 31))
        return next((one for one in near if self.label(one.start) == text), None)

    @property
    def pattern(self) -> str:
        """Give the form of the names, as a regular expression."""
        if self.spans:
            return "|".join(re.escape(name) for name, _, _ in self.spans)
        return "[0-9]{4}" if self.months == 12 else "[0-9]{4}-[0-9]{2}" + ("-[0-9]{2}" if self.days else "")


Unit = str | Cycle
"""A calendar unit (day workday week month quarter year), or the periods of a pack."""


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


def periods(first: date, last: date, unit: Unit) -> Iterator[Period]:
    """Give, in order, every period of `unit` that shares a day with first..last."""
    if isinstance(unit, Cycle):
        yield from unit.periods(first, last)
        return
    current = period_of(first, unit)
    while current.start <= last:
        yield current
        current = period_of(current.end + timedelta(days=1), unit)


def label(start: date, unit: Unit) -> str:
    """Give the name of a period, as findings print it.

    >>> [label(date(2026, 10, 12), u) for u in ("day", "week", "month", "quarter", "year")]
    ['2026-10-12', '2026-W42', '2026-10', '2026Q4', '2026']
    """
    if isinstance(unit, Cycle):
        return unit.label(start)
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
