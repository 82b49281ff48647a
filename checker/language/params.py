"""Durations, dates and dated parameters: text of the YAML → values."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any, cast

from checker.language.pack import Duration, DurationUnit, Parameter, ParameterValue
from checker.language.places import Path, Places
from checker.model import Text

_UNITS: dict[str, tuple[str, ...]] = {
    "seconds": ("second", "seconds", "秒"),
    "minutes": ("minute", "minutes", "分钟"),
    "hours": ("hour", "hours", "小时"),
    "days": ("day", "days", "天", "日"),
    "weeks": ("week", "weeks", "周"),
    "months": ("month", "months", "月", "个月"),
    "quarters": ("quarter", "quarters", "季度", "个季度"),
    "years": ("year", "years", "年"),
    "workdays": ("workday", "workdays", "工作日", "个工作日"),
}
_UNIT_OF = {word: unit for unit, words in _UNITS.items() for word in words}
_DURATION = re.compile(r"([0-9]{1,9}) *([a-z]+|[\u4e00-\u9fff]+)\Z")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")
_ABOUT = ("assumed", "confirmed_by", "confirmed_on", "unit", "title", "reading")


def parse_duration(text: str) -> Duration | None:
    """Give the duration that a text says, or None when it says none.

    >>> str(parse_duration("18 个月")), str(parse_duration("1 hour")), parse_duration("soon")
    ('18 months', '1 hours', None)
    """
    found = _DURATION.match(text)
    unit = _UNIT_OF.get(found.group(2)) if found else None
    return Duration(int(found.group(1)), cast(DurationUnit, unit)) if found and unit else None


def parse_date(text: Any) -> date | None:
    """Give the date of an ISO text, or None when there is no such day.

    >>> parse_date("2026-02-28"), parse_date("2026-02-29"), parse_date("2026-2-1")
    (datetime.date(2026, 2, 28), None, None)
    """
    if not isinstance(text, str) or not _DATE.match(text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def parse_value(raw: Any) -> ParameterValue:
    """Give the value of a parameter: a list as a tuple, text that says a duration as a Duration."""
    if isinstance(raw, list):
        return tuple(raw)
    if isinstance(raw, str):
        return parse_duration(raw) or raw
    return cast(ParameterValue, raw)


def parse_parameter(name: str, raw: Mapping[str, Any], places: Places, path: Path) -> Parameter:
    """Give one parameter, its values sorted by date; keys that are no date of the calendar are left out."""
    dated = ((parse_date(key), value) for key, value in raw.items() if key not in _ABOUT)
    values = sorted(
        ((day, parse_value(value)) for day, value in dated if day is not None), key=lambda one: one[0]
    )
    return Parameter(
        name,
        tuple(values),
        bool(raw.get("assumed", False)),
        raw.get("confirmed_by"),
        parse_date(raw.get("confirmed_on")),
        raw.get("unit"),
        text_of(raw.get("title")),
        raw.get("reading"),
        places.key(path),
    )


def text_of(raw: Any) -> Text:
    """Give the text of `{zh: …, en: …}`; nothing gives an empty text."""
    if isinstance(raw, Mapping):
        return Text(str(raw.get("zh", "")), str(raw.get("en", "")))
    return Text(raw if isinstance(raw, str) else "")


def params_in(raw: Any) -> set[str]:
    """Give every parameter that a raw value names.

    >>> sorted(params_in({"fine": {"formula": "$rate * loss"}, "cap": ["$most"]}))
    ['most', 'rate']
    """
    if isinstance(raw, Mapping):
        return set().union(*(params_in(value) for value in raw.values())) if raw else set()
    if isinstance(raw, list | tuple):
        return set().union(*(params_in(item) for item in raw)) if raw else set()
    return set(re.findall(r"\$([A-Za-z][\w-]*)", raw)) if isinstance(raw, str) else set()
