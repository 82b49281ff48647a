"""The plainest forms of the commonest types in Python: the value, or null for whatever needs the careful reader.

As in `plain`, a value given here is the one that `cells` would give.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any

from checker.language.pack import Field

_ID = re.compile("[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*")
_TEXT = re.compile(
    "[0-9A-Za-z\u4e00-\u9fff，。、；：-]+"
)  # one set of signs: a set of thousands takes 1 ms to make
_NOT_FIRST, _NOT_LAST = "，。、；：-", "，、；：-"
_BLANK = frozenset(("无", "待补", "同上"))
_YMD = "(19[5-9][0-9]|20[0-9][0-9])([-/.])([0-9]{1,2})\\2([0-9]{1,2})"
_HMS = "([01]?[0-9]|2[0-3]):([0-5][0-9])(?::([0-5][0-9]))?"
_DAY, _MOMENT, _CLOCK = map(re.compile, (_YMD, f"{_YMD} {_HMS}", _HMS))
_WHOLE = re.compile("[0-9]{1,9}")
_NUMBER = re.compile("[0-9]{1,9}(?:[.]([0-9]{1,9}))?")


def _id(_: Field, raw: str) -> str | None:
    return raw.upper() if len(raw) <= 200 and _ID.fullmatch(raw) else None


def _text(field: Field, raw: str) -> str | None:
    plain = _TEXT.fullmatch(raw) and raw[0] not in _NOT_FIRST and raw[-1] not in _NOT_LAST
    return raw if plain and raw not in _BLANK else None


def _enum(field: Field, raw: str) -> str | None:
    return raw if raw in field.values else None


def _day(_: Field, raw: str) -> date | None:
    found = _DAY.fullmatch(raw)
    if not found:
        return None
    try:
        return date(int(found[1]), int(found[3]), int(found[4]))
    except ValueError:
        return None


def _moment(_: Field, raw: str) -> datetime | None:
    found = _MOMENT.fullmatch(raw)
    if not found:
        return None
    year, _mark, month, day, hour, minute, second = found.groups("0")
    try:
        return datetime(int(year), int(month), int(day), int(hour), int(minute), int(second))
    except ValueError:
        return None


def _clock(_: Field, raw: str) -> int | None:
    if found := _CLOCK.fullmatch(raw):
        return ((int(found[1]) * 60 + int(found[2])) * 60 + int(found[3] or 0)) * 1_000_000
    return None


def _int(field: Field, raw: str) -> int | None:
    return int(raw) if _WHOLE.fullmatch(raw) and not _in_units(field, raw) else None


def _decimal(field: Field, raw: str) -> Decimal | None:
    found = _NUMBER.fullmatch(raw)
    if not found or len(found[1] or "") > field.places or field.places > 9 or _in_units(field, raw):
        return None
    return Decimal(raw).quantize(_step(field.places))


def _in_units(field: Field, raw: str) -> bool:
    return field.unit is not None and raw.endswith(field.unit)


@cache
def _step(places: int) -> Decimal:
    return Decimal(1).scaleb(-places)


QUICK: dict[str, Callable[[Field, str], Any]] = {
    "id": _id, "text": _text, "enum": _enum, "date": _day, "datetime": _moment, "time": _clock,
    "int": _int, "decimal": _decimal,
}  # fmt: skip
