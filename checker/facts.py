"""What a run must know before its rules are compiled: working days that the calendar log overrides, approved leave."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from checker.calendar import WorkCalendar
from checker.language.pack import LeaveSource, Pack
from checker.language.predicates import compile_predicate
from checker.language.schedule import LeaveSpan
from checker.language.scope import Params, Scope
from checker.plan.build import UNKNOWN
from checker.plan.evaluate import evaluate

if TYPE_CHECKING:
    from checker.logs import Tables
    from checker.model import Period


def work_calendar(pack: Pack, tables: Tables) -> WorkCalendar:
    """Give the pack's calendars, single days overridden by the calendar log; an unreadable day changes nothing."""
    days = {day: entry.working for day, entry in pack.calendar_days.items()}
    source = pack.calendar
    if source is not None:
        for day, kind in tables.rows(source.log, [source.date, source.type]):
            if isinstance(day, date) and kind in (*source.working, *source.resting):
                days[day] = kind in source.working
    return WorkCalendar(days)


def leave_spans(pack: Pack, tables: Tables) -> tuple[LeaveSpan, ...]:
    """Give approved leave, [start, end); what may be leave (approval or times unreadable) is not sure.

    A row without a person may be leave of everybody who carries its name.
    """
    source = pack.leave
    if source is None or source.log not in tables.logs:
        return ()
    log = pack.logs[source.log]
    names = [name for name, entry in log.fields.items() if not entry.formula]
    rows = [
        dict(zip([*names, "_bad"], row, strict=True)) for row in tables.rows(source.log, [*names, "_bad"])
    ]
    approved = compile_predicate(
        source.where, Scope(pack, log, Params(pack, None, UNKNOWN)), ("leave", "where")
    )
    spans: list[LeaveSpan] = []
    for row in rows:
        holds = evaluate(approved, row)
        if holds is False:
            continue
        start, end = _moment(row[source.start]), _moment(row[source.end])
        sure = holds is True and start is not None and end is not None and row[source.person] is not None
        spans += [LeaveSpan(person, start, end, sure) for person in _whose(pack, source, row, tables)]
    return tuple(spans)


def head_count(pack: Pack, tables: Tables, period: Period) -> int | None:
    """Give how many people are on the roster on some day of the period; None without a roster.

    Both ends of a row are inclusive, a blank or unreadable end is open: better one person too many than a share of
    the company that is too large.
    """
    people = pack.people
    if people is None or people.log not in tables.logs:
        return None
    starts = [name for name in (people.start, people.hired) if name]
    ends = [name for name in (people.end, people.left) if name]
    rows = tables.rows(people.log, [people.key, *starts, *ends])
    first, last = 1, 1 + len(starts)
    return len(
        {
            row[0]
            for row in rows
            if row[0] is not None
            and all(_day(cell, period.end) <= period.end for cell in row[first:last])
            and all(_day(cell, period.start) >= period.start for cell in row[last:])
        }
    )


def _day(value: Any, default: date) -> date:
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, date) else default


def _whose(pack: Pack, source: LeaveSource, row: dict[str, Any], tables: Tables) -> list[str]:
    if row[source.person] is not None:
        return [row[source.person]]
    name_field, people = pack.logs[source.log].person_name, pack.people
    if people is None or people.name is None:
        return []
    name = row[name_field] if name_field else None
    known = tables.rows(people.log, [people.key, people.name])
    return sorted({key for key, said in known if key and (name is None or said is None or said == name)})


def _moment(value: Any) -> datetime | None:
    """Give a moment; a plain day is its midnight (ends of leave are read as inclusive when the file is read)."""
    if isinstance(value, datetime):
        return value
    return datetime.combine(value, datetime.min.time()) if isinstance(value, date) else None
