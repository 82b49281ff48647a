"""Timetables that cannot be kept: never due, due on a day the period has not, due before rows are accepted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from checker.calendar import WEEKDAYS
from checker.diagnostics import Diagnostic
from checker.language.lint_values import versions
from checker.language.pack import Pack, Rule
from checker.model import Text

_LONGEST = {"day": 1, "workday": 1, "week": 7, "month": 31, "quarter": 92, "year": 366}


def timetables_can_be_kept(pack: Pack, _: object) -> Iterator[Diagnostic]:
    """A duty is due in some period, on a day that the period has, after the day from which rows are accepted."""
    for rule in pack.rules:
        if rule.check_kind == "due":
            yield from _never_due(pack, rule)
            yield from _outside(pack, rule)
            yield from _never_in_time(rule)


def _never_due(pack: Pack, rule: Rule) -> Iterator[Diagnostic]:
    check, most = rule.check, _LONGEST.get(rule.check["every"], 731)
    if check.get("whole_period_off", "waive") != "waive" or "min_workdays" not in check:
        return
    least = versions(pack, rule, check["min_workdays"])
    if least and all(isinstance(one, int) and one > most for one in least):
        said = Text(
            f"规则 {rule.id} 永远不会触发：没有一期有 {least[0]} 个工作日",
            f"rule {rule.id} can never fire: no {check['every']} has {least[0]} working days",
        )
        yield _told(rule, "never-due", ("min_workdays",), said, f"<= {most}", str(least[0]))


def _outside(pack: Pack, rule: Rule) -> Iterator[Diagnostic]:
    """Warn of a deadline that the period has not: the last day is then taken, and of a weekday the day of that number."""
    by, every = rule.check.get("by", {}), rule.check["every"]
    if every not in _LONGEST:
        return  # a period of the pack begins on any day, and may be of any length
    most = _LONGEST[every]
    if by.get("day") in WEEKDAYS and every != "week":
        said = Text(
            f"一期是 {every}，`day: {by['day']}` 指的不是星期几，而是第 {WEEKDAYS.index(by['day']) + 1} 天",
            f"in a {every} `day: {by['day']}` is no weekday but day {WEEKDAYS.index(by['day']) + 1} of it",
        )
        yield _told(rule, "deadline-outside-period", ("by", "day"), said, "1 … 31, last", str(by["day"]))
    for word in ("day", "workday"):
        for value in versions(pack, rule, by[word]) if word in by and by[word] not in WEEKDAYS else ():
            if isinstance(value, int) and value > most:
                said = Text(
                    f"一期没有第 {value} 天，按最后一天算",
                    f"no {every} has a day {value}: the last day is taken",
                )
                yield _told(rule, "deadline-outside-period", ("by", word), said, f"<= {most}", str(value))


def _never_in_time(rule: Rule) -> Iterator[Diagnostic]:
    by, accept = rule.check.get("by", {}), _offset(rule.check.get("accept_from"))
    due = _offset(by.get("day"))
    moved = by.get("of") == "next" or by.get("grace") or by.get("shift") == "next_workday"
    if accept is not None and due is not None and accept > due and not moved:
        said = Text(
            f"规则 {rule.id} 总是触发：截止日在 accept_from 之前",
            f"rule {rule.id} always fires: it is due before rows are accepted",
        )
        found = str(rule.check["accept_from"])
        yield _told(rule, "never-in-time", ("accept_from",), said, f"<= {by['day']}", found)


def _offset(day: Any) -> int | None:
    """Give how many days into the period a day is; None for `last`, `none` and what is not given."""
    if day in WEEKDAYS:
        return WEEKDAYS.index(day)
    return day - 1 if isinstance(day, int) else None


def _told(rule: Rule, code: str, path: tuple[str, ...], said: Text, expected: str, found: str) -> Diagnostic:
    hint = Text("改时间表", "change the timetable")
    place = rule.places.of(("check", "due", *path))
    return Diagnostic(code, "warning", place, said, expected, found, hint)
