"""The plainest forms of the commonest types in Python: the value, or null for whatever needs the careful reader.

As in `plain`, a value given here is the one that `cells` would give.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from checker.language.pack import Field

_ID = re.compile("[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*")
_TEXT = re.compile(
    "[0-9A-Za-z\u4e00-\u9fff](?:[0-9A-Za-z\u4e00-\u9fff，。、；：-]*[0-9A-Za-z\u4e00-\u9fff。])?"
)
_BLANK = frozenset(("无", "待补", "同上"))
_DAY = re.compile("(?:19[5-9][0-9]|20[0-9][0-9])-[0-9][0-9]-[0-9][0-9]")
_MOMENT = re.compile(
    "(?:19[5-9][0-9]|20[0-9][0-9])-[0-9][0-9]-[0-9][0-9] [0-9][0-9]:[0-9][0-9](?::[0-9][0-9])?"
)
_CLOCK = re.compile("([01][0-9]|2[0-3]):([0-5][0-9])(?::([0-5][0-9]))?")


def _id(_: Field, raw: str) -> str | None:
    return raw.upper() if len(raw) <= 200 and _ID.fullmatch(raw) else None


def _text(field: Field, raw: str) -> str | None:
    return raw if _TEXT.fullmatch(raw) and raw not in _BLANK else None


def _enum(field: Field, raw: str) -> str | None:
    return raw if raw in field.values else None


def _day(_: Field, raw: str) -> date | None:
    if not _DAY.fullmatch(raw):
        return None
    try:
        return date.fromisoformat(raw)
    except ValueError:
        return None


def _moment(_: Field, raw: str) -> datetime | None:
    if not _MOMENT.fullmatch(raw):
        return None
    try:
        return datetime.fromisoformat(raw)
    except ValueError:
        return None


def _clock(_: Field, raw: str) -> int | None:
    if found := _CLOCK.fullmatch(raw):
        return ((int(found[1]) * 60 + int(found[2])) * 60 + int(found[3] or 0)) * 1_000_000
    return None


QUICK: dict[str, Callable[[Field, str], Any]] = {
    "id": _id, "text": _text, "enum": _enum, "date": _day, "datetime": _moment, "time": _clock,
}  # fmt: skip
