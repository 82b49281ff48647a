"""Every number, length of time, time of day and date, one unit up and one unit down."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from checker.language.params import parse_date
from checker.packtest.mutate.edits import Edit, renamed, replaced
from checker.packtest.mutate.walk import Spot

_TIME = re.compile(r"([0-9]{2}):([0-9]{2})\Z")
_LENGTH = re.compile(r"([0-9]{1,9})( *(?:[a-z]+|[\u4e00-\u9fff]+))\Z")
_WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def numbers(spot: Spot) -> Iterator[Edit]:
    """Whole numbers by one, decimals by their last digit, lengths by one of their unit, times of day by a minute."""
    if spot.node.children is None and parse_date(spot.value) is None:
        for new in stepped(spot.value):
            yield replaced(spot.path, spot.value, new)


def dates(spot: Spot) -> Iterator[Edit]:
    """Dates by one day, as values and as the keys of dated values; weekdays too."""
    if spot.node.children is None and isinstance(spot.value, str):
        if spot.value in _WEEK:
            at = _WEEK.index(spot.value)
            yield replaced(spot.path, spot.value, _WEEK[(at + 1) % 7])
            yield replaced(spot.path, spot.value, _WEEK[(at - 1) % 7])
        for new in _days(spot.value):
            yield replaced(spot.path, spot.value, new)
    if spot.role == "key":
        for new in _days(spot.path[-1]):
            yield renamed(spot.path, new)


def stepped(value: Any) -> Iterator[Any]:
    """Give a value one unit up, then one unit down; nothing for what has no unit.

    >>> [list(stepped(one)) for one in (30, Decimal("0.50"), "30 minutes", "24:00", "abc")]
    [[31, 29], [Decimal('0.51'), Decimal('0.49')], ['31 minutes', '29 minutes'], ['23:59'], []]
    """
    if isinstance(value, bool) or value is None:
        return
    if isinstance(value, int):
        yield from (value + 1, value - 1)
    elif isinstance(value, Decimal):
        step = Decimal(1).scaleb(int(value.as_tuple().exponent))
        yield from (value + step, value - step)
    elif isinstance(value, str):
        yield from _stepped_text(value)


def _stepped_text(text: str) -> Iterator[str]:
    if found := _TIME.match(text):
        minutes = int(found[1]) * 60 + int(found[2])
        for new in (minutes + 1, minutes - 1):
            if 0 <= new <= 24 * 60:
                yield f"{new // 60:02}:{new % 60:02}"
    elif found := _LENGTH.match(text):
        for amount in (int(found[1]) + 1, int(found[1]) - 1):
            if amount >= 0:
                yield f"{amount}{found[2]}"


def _days(text: Any) -> Iterator[str]:
    day = parse_date(text)
    if day is not None and date.min < day < date.max:
        yield (day + timedelta(days=1)).isoformat()
        yield (day - timedelta(days=1)).isoformat()
