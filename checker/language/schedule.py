"""When duties fall due and periods close: little tables made in Python, the same for every engine."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import field
from datetime import date, datetime, timedelta
from itertools import accumulate
from typing import Any

from checker.calendar import WEEKDAYS, Cycle, Unit, WorkCalendar, add_months, label, month_end, periods
from checker.model import Period, Value
from checker.nouns import dataclass
from checker.plan.nodes import SmallTable, Type

PERIOD_COLUMNS: tuple[tuple[str, Type], ...] = (
    ("period", "text"),
    ("period_start", "date"),
    ("period_end", "date"),
    ("on", "date"),
    ("enter_by", "date"),
    ("stay_until", "date"),
    ("due_at", "datetime"),
    ("accept_from", "datetime"),
    ("judged", "bool"),
)
CHANGE_COLUMNS: tuple[tuple[str, Type], ...] = (
    ("key", "text"),
    ("period", "text"),
    ("waived", "bool"),
    ("due_at", "datetime"),
)
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class RunSpec:
    """What one run judges: whole days, both ends included; `as_of` is the cut-off in the pack's zone."""

    period: Period
    as_of: datetime
    calendar: WorkCalendar = field(default_factory=WorkCalendar)
    leave: tuple[LeaveSpan, ...] = ()


@dataclass(frozen=True)
class LeaveSpan:
    """Approved leave of one person, [start, end); `sure` is false where approval or times are not known."""

    person: str
    start: datetime | None
    end: datetime | None
    sure: bool = True


@dataclass(frozen=True)
class Due:
    """One duty: the day it falls due, and the first moment that is too late."""

    period: Period
    on: date
    at: datetime
    enter_by: date


def due_rows(check: Mapping[str, Any], spec: RunSpec, look_back: date) -> tuple[tuple[Value, ...], ...]:
    """Give the period rows of a `due` check whose due day lies between `look_back` and the end of the run."""
    unit = check["every"]
    back = 40 * _DAY + _longest(unit)
    first, last = min(look_back, spec.period.start) - back, spec.period.end
    rows = []
    for period in periods(first, last, unit):
        due = _due(period, check, spec)
        if due and look_back <= due.on <= last:
            accept = _accept_from(period, check)
            judged = spec.period.start <= due.on <= last
            rows.append(
                (
                    label(period.start, unit),
                    period.start,
                    period.end,
                    due.on,
                    due.enter_by,
                    due.on,
                    due.at,
                    accept,
                    judged,
                )
            )
    return tuple(rows)


def _accept_from(period: Period, check: Mapping[str, Any]) -> datetime:
    day = str(check.get("accept_from", ""))
    if day in WEEKDAYS:
        return _midnight(_first(day, period))
    return _midnight(period.start + (int(day) - 1 if day.isdigit() else 0) * _DAY)


def _first(weekday: str, period: Period) -> date:
    """Give the first such weekday of a period."""
    return period.start + (WEEKDAYS.index(weekday) - period.start.weekday()) % 7 * _DAY


def _due(period: Period, check: Mapping[str, Any], spec: RunSpec) -> Due | None:
    """Give when the duty of a period falls due; None when the period has no working day to do it on."""
    by: Mapping[str, Any] = check.get("by") or {}
    calendar = spec.calendar
    workdays = calendar.workdays(period)
    need = max(0, int(check.get("min_workdays", 1)))
    if check["every"] == "workday" and not workdays:
        return None
    if (
        check.get("whole_period_off", "waive") == "waive"
        and check["every"] not in ("day", "workday")
        and len(workdays) < need
    ):
        return None
    day = _due_day(period, by, calendar, check)
    shift = by.get("shift", "none")
    day = (
        calendar.next_workday(day)
        if shift == "next_workday"
        else calendar.previous_workday(day)
        if shift == "previous_workday"
        else day
    )
    at = _midnight(day) + _clock(str(by.get("time", "24:00"))) + timedelta(days=days_of(by.get("grace")))
    if by.get("day") == "none":
        at = max(at, spec.as_of)  # no deadline: whatever is there at the cut-off
    enter_by = workdays[-need] if 0 < need <= len(workdays) else period.end
    return Due(period, day, at, min(enter_by, day))


def _longest(unit: Unit) -> timedelta:
    """Give how long a period of a pack may lie before the day on which it falls due, beyond that of a month."""
    if not isinstance(unit, Cycle):
        return 0 * _DAY
    spans = (last - first for _, first, last in unit.spans)
    return max((unit.days + 31 * unit.months) * _DAY, *spans, 0 * _DAY)


def _due_day(period: Period, by: Mapping[str, Any], calendar: WorkCalendar, check: Mapping[str, Any]) -> date:
    target = period
    if by.get("of") == "next" and isinstance(unit := check["every"], Cycle):
        target = next(iter(unit.periods(period.end + _DAY, period.end + 800 * _DAY)), period)
    elif by.get("of") == "next":
        length = (period.end - period.start).days + 1
        end = period.end + length * _DAY if length <= 7 else month_end(add_months(period.end, 1))
        target = Period(period.end + _DAY, end)
    if "workday" in by:
        days = calendar.workdays(target)
        return days[min(int(by["workday"]), len(days)) - 1] if days else target.end
    day = str(by.get("day", "last"))
    if day in WEEKDAYS:
        return _first(day, target)
    return (
        target.start + (min(int(day), (target.end - target.start).days + 1) - 1) * _DAY
        if day.isdigit()
        else target.end
    )


def span_rows(check: Mapping[str, Any], spec: RunSpec, look_back: date) -> tuple[tuple[Value, ...], ...]:
    """Give the period rows of an `aggregate` or `streak`: a period is judged in the run in which it closes.

    A period closes at its end plus `grace`. It is also judged when it lies wholly inside the run, and, with `pace`,
    while it is still open.
    """
    unit, grace = check["every"], timedelta(days=days_of(check.get("grace")))
    window = (_midnight(spec.period.start), _midnight(spec.period.end + _DAY))
    rows = []
    for period in periods(min(look_back, spec.period.start - grace - _DAY), spec.period.end, unit):
        closes = _midnight(period.end + _DAY) + grace
        inside = spec.period.start <= period.start and period.end <= spec.period.end
        overlaps = period.start <= spec.period.end and spec.period.start <= period.end
        judged = (
            window[0] < closes <= window[1]
            or inside
            or (bool(check.get("pace")) and overlaps and spec.as_of < closes)
        )
        if judged or period.end >= look_back:
            rows.append(
                (
                    label(period.start, unit),
                    period.start,
                    period.end,
                    period.end,
                    period.end,
                    period.start,
                    closes,
                    _midnight(period.start),
                    judged,
                )
            )
    return tuple(rows)


def leave_changes(
    name: str, rows: Iterable[tuple[Value, ...]], check: Mapping[str, Any], spec: RunSpec
) -> SmallTable:
    """Give how approved leave moves or waives duties, a row a person and period.

    On leave every working day of the period: waived. On leave on the due day: the first working day back.
    """
    if check.get("leave", "still_due") == "still_due":
        return SmallTable(name, CHANGE_COLUMNS, ())
    listed = list(rows)
    by_person: dict[str, list[LeaveSpan]] = {}
    for span in spec.leave:
        by_person.setdefault(span.person, []).append(span)
    changes: list[tuple[Value, ...]] = []
    touched = _touched(listed)
    for person in sorted(by_person):
        spans = by_person[person]
        for at in sorted({at for span in spans for at in touched(span)}):
            row = listed[at]
            change = _change(person, spans, row, Period(*_days(row)), check, spec.calendar)
            changes += [change] if change else []
    return SmallTable(name, CHANGE_COLUMNS, tuple(changes))


def _on(row: tuple[Value, ...]) -> date:
    on = row[3]
    assert isinstance(on, date)
    return on


def _days(row: tuple[Value, ...]) -> tuple[date, date]:
    start, end = row[1], row[2]
    assert isinstance(start, date) and isinstance(end, date)
    return start, end


def _change(
    person: str,
    spans: list[LeaveSpan],
    row: tuple[Value, ...],
    period: Period,
    check: Mapping[str, Any],
    calendar: WorkCalendar,
) -> tuple[Value, ...] | None:
    on, due_at = row[3], row[6]
    assert isinstance(on, date) and isinstance(due_at, datetime)
    workdays = calendar.workdays(period)
    sure = [s for s in spans if s.sure]
    if workdays and all(_covers(sure, day) for day in workdays):
        return (person, row[0], True, None)
    if not _covers(sure, on):
        unsure = any(not s.sure and _touches(s, period, on) for s in spans)
        return (person, row[0], None, None) if unsure else None
    if check["leave"] == "waive":
        return (person, row[0], True, None)
    back = on
    while _covers(sure, back) or not calendar.is_workday(back):
        back += _DAY
    return (person, row[0], False, _midnight(back) + (due_at - _midnight(on)))


def _covers(spans: list[LeaveSpan], day: date) -> bool:
    """Tell whether leave covers the core of the day: from 09:00 to 12:00 and from 14:00 to 17:00."""
    halves = [(timedelta(hours=9), timedelta(hours=12)), (timedelta(hours=14), timedelta(hours=17))]
    noon = _midnight(day)
    return all(
        any(s.start and s.end and s.start <= noon + a and s.end >= noon + z for s in spans) for a, z in halves
    )


def _touched(rows: list[tuple[Value, ...]]) -> Callable[[LeaveSpan], Iterator[int]]:
    """Give what finds the rows that a span of leave touches, without a look at all the others.

    `reach` is the last day of any row so far, so that rows in the order of their days are found by halving.
    """
    days = [(Period(*_days(row)), _on(row)) for row in rows]
    order = sorted(range(len(rows)), key=lambda at: days[at][0].start)
    starts = [days[at][0].start for at in order]
    reach = list(accumulate((max(days[at][0].end, days[at][1]) for at in order), max))

    def touched(span: LeaveSpan) -> Iterator[int]:
        first = bisect_left(reach, span.start.date()) if span.start else 0
        last = bisect_right(starts, span.end.date()) if span.end else len(order)
        return (at for at in order[first:last] if _touches(span, *days[at]))

    return touched


def _touches(span: LeaveSpan, period: Period, on: date) -> bool:
    last = max(period.end, on)
    return (span.start is None or span.start.date() <= last) and (
        span.end is None or span.end.date() >= period.start
    )


def days_of(text: Any) -> int:
    """Give a grace such as `15 days` or 15 as whole days."""
    amount = getattr(text, "amount", None)
    if amount is not None:
        return int(amount)
    words = str(text or 0).split()
    return int(words[0].rstrip("天"))


def _clock(text: str) -> timedelta:
    hours, minutes = text.split(":")
    return timedelta(hours=int(hours), minutes=int(minutes))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, datetime.min.time())
