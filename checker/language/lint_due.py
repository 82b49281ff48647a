"""Timetables that cannot be kept: never due, due on a day the period has not, due before rows are accepted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from checker.calendar import WEEKDAYS
from checker.diagnostics import Diagnostic
from checker.language.lint_values import versions
from checker.language.pack import Pack, Rule
from checker.model import Text

_WORDS = {"month": "一个月", "quarter": "一个季度", "year": "一年"}
_LONGEST = {"day": 1, "workday": 1, "week": 7, "month": 31, "quarter": 92, "year": 366}


def timetables_can_be_kept(pack: Pack, _: object) -> Iterator[Diagnostic]:
    """A duty is due in some period, on a day that the period has, after the day from which rows are accepted."""
    for rule in pack.rules:
        if rule.check_kind == "due":
            yield from _never_due(pack, rule)
            yield from _outside(pack, rule)
            yield from _never_in_time(rule)


def weekdays_are_of_weeks(pack: Pack, _: object) -> Iterator[Diagnostic]:
    """A weekday names one day only in a week: in a month nobody can tell whether the first is meant, the last or each."""
    for rule in pack.rules:
        if rule.check_kind == "due" and rule.check["every"] in _LONGEST.keys() - {"week"}:
            by = rule.check.get("by", {})
            for path, day in (
                (("by", "day"), by.get("day")),
                (("accept_from",), rule.check.get("accept_from")),
            ):
                if day in WEEKDAYS:
                    yield _several(rule, path, day)


def _several(rule: Rule, path: tuple[str, ...], day: str) -> Diagnostic:
    every, one_day = rule.check["every"], rule.check["every"] in ("day", "workday")
    zh_day = "星期" + "一二三四五六日"[WEEKDAYS.index(day)]
    zh = "一天只是一个星期几" if one_day else f"{_WORDS[every]}有好几个{zh_day}"
    en = "a day is one weekday only" if one_day else f"a {every} has more than one {day}"
    hint = Text(
        f"每个{zh_day}都要：every: week；某一日：1 … 31 或 last；第几个工作日：by: {{workday: N}}",
        f"for each {day}: every: week; for one day: 1 … 31 or last; for the Nth working day: by: {{workday: N}}",
    )
    place = rule.places.of(("check", "due", *path))
    said = Text(
        f"`{path[-1]}: {day}` 说不清是哪一天：{zh}", f"`{path[-1]}: {day}` does not say which day: {en}"
    )
    return Diagnostic("weekday-without-week", "error", place, said, "1 … 31, last", day, hint)


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
    """Warn of a deadline that the period has not: the last day is then taken."""
    by, every = rule.check.get("by", {}), rule.check["every"]
    if every not in _LONGEST:
        return  # a period of the pack begins on any day, and may be of any length
    most = _LONGEST[every]
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
