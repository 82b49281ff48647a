"""Typed values as JSON and as words: exact, without surprises, the same on every system."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from checker.language.pack import Duration
from checker.model import Text

MICROSECONDS = {
    "seconds": 1_000_000,
    "minutes": 60_000_000,
    "hours": 3_600_000_000,
    "days": 86_400_000_000,
    "weeks": 604_800_000_000,
}


_UNITS = {
    "seconds": "秒",
    "minutes": "分钟",
    "hours": "小时",
    "days": "天",
    "weeks": "周",
    "months": "个月",
    "quarters": "个季度",
    "years": "年",
    "workdays": "个工作日",
}


def number(value: Decimal) -> int | float:
    """Give a decimal as the JSON number with the same digits.

    >>> number(Decimal("95.00")), number(Decimal("0.1"))
    (95, 0.1)
    """
    whole = value.to_integral_value()
    return int(whole) if whole == value else float(value)


def in_unit(microseconds: int, unit: str | None) -> int | float | str:
    """Give a duration as a number in its unit (default minutes), to six places; `time` gives the clock time.

    >>> in_unit(57 * 60_000_000, "minutes"), in_unit(90 * 60_000_000, "hours")
    (57, 1.5)
    """
    if unit == "time":
        return clock(microseconds)
    return number(round(Decimal(microseconds) / MICROSECONDS[unit or "minutes"], 6))


def clock(microseconds: int) -> str:
    """Give a time of day, seconds only if there are any.

    >>> clock(27_000_000_000), clock(27_001_000_000)
    ('07:30', '07:30:01')
    """
    minutes, rest = divmod(microseconds, 60_000_000)
    text = f"{minutes // 60:02d}:{minutes % 60:02d}"
    return f"{text}:{rest // 1_000_000:02d}" if rest else text


def mask(text: str) -> str:
    """Hide the middle of a telephone or card number.

    >>> mask("13812345678"), mask("1234")
    ('138****5678', '****')
    """
    return f"{text[:3]}****{text[-4:]}" if len(text) > 8 else "****"


def to_json(kind: str, unit: str | None, zone: ZoneInfo, masked: bool = False) -> Callable[[Any], Any]:
    """Give the function that writes values of one column as JSON; datetimes carry the pack's offset."""
    if masked:
        return lambda value: None if value is None else mask(str(value))
    if kind == "datetime":
        return lambda value: None if value is None else value.replace(tzinfo=zone).isoformat()
    if kind == "duration":
        return lambda value: None if value is None else in_unit(value, unit)
    return plain


def plain(value: Any) -> Any:
    """Give a value as JSON has it."""
    if value is None or isinstance(value, (str, bool, int)):
        return value
    if isinstance(value, Decimal):
        return number(value)
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    if isinstance(value, (tuple, list)):
        return list(value)
    return value


def to_text(kind: str, unit: str | None, masked: bool = False) -> Callable[[Any], str]:
    """Give the function that writes values of one column for people."""
    if masked:
        return lambda value: "" if value is None else mask(str(value))
    if kind == "duration":
        return lambda value: "" if value is None else words(in_unit(value, unit))
    return words


def deadline(value: Any) -> str:
    """Give the end of a term as people say it: midnight is 24:00 of the day that ends.

    >>> deadline(datetime(2026, 10, 17)), deadline(datetime(2026, 10, 12, 12))
    ('2026-10-16 24:00', '2026-10-12 12:00')
    """
    if isinstance(value, datetime) and value.time() == datetime.min.time():
        return f"{value.date() - timedelta(days=1)} 24:00"
    return words(value)


def words(value: Any) -> str:
    """Give a value as people read it: no trailing zeros, no `T`, no seconds that are zero.

    >>> words(Decimal("12.50")), words(4.8181818), words(datetime(2026, 10, 13, 12, 5)), words(None), words(("a", "b"))
    ('12.5', '4.8182', '2026-10-13 12:05', '', 'a、b')
    """
    if value.__class__ is str:
        return str(value)
    if value is None:
        return ""
    if isinstance(value, (Decimal, float)):
        return trim(Decimal(str(value)))
    if isinstance(value, datetime):
        return value.isoformat(" ", "seconds" if value.second else "minutes")
    if isinstance(value, (tuple, list)):
        return "、".join(words(one) for one in value)
    return str(value)


def said(value: Any) -> Text:
    """Give a value in both languages; only lengths of time differ.

    >>> said(Duration(30, "minutes")), said(50).en
    (Text(zh='30 分钟', en='30 minutes'), '50')
    """
    if isinstance(value, Duration):
        return Text(f"{value.amount} {_UNITS[value.unit]}", str(value))
    return Text(words(value), words(value))


def trim(value: Decimal, places: int = 4) -> str:
    """Give a decimal with at most `places` places and no trailing zeros.

    >>> trim(Decimal("100")), trim(Decimal("0.95238095")), trim(Decimal("-0.00"))
    ('100', '0.9524', '0')
    """
    text = f"{value:.{places}f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text
