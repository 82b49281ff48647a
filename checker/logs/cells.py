"""One cell as text → its value by the field's type: the slow, careful reading.

The plain forms (ISO days, plain numbers) never come here: `coerce` reads them in SQL. What it could not read is
read here once for each distinct text. Three answers: a value, blank, or unreadable with the reason.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from datetime import date, datetime
from typing import Any

from checker.language.pack import Field
from checker.logs import figures, moments
from checker.logs.moments import Unreadable, YearNeeded
from checker.model import Text
from checker.nouns import dataclass
from checker.plan.evaluate import capitals

SPACES = " \t\r\n\v\f\u00a0\u3000\u2002\u2003\u2009\u200b\ufeff"
BLANKS = ("/", "-", "--", "—", "——", "－", "／", "无", "待补", "同上", "〃")
ERRORS = ("#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!", "#FIELD!",
          "#GETTING_DATA", "#BUSY!", "#CONNECT!", "#UNKNOWN!", "#EXTERNAL!", "#BLOCKED!")  # fmt: skip
LOST = "\ufffd"
"""Stands for bytes that are no text: a cell that holds it is unreadable."""
LIST_MARKS = re.compile(r"[、，,;；/]")
_LONGEST = 200
_END_WORDS = {"end", "to", "until", "till", "through"}


@dataclass(frozen=True)
class Cell:
    """What one text means: `value` as DuckDB can cast it, or blank, or (`code` set) unreadable and why."""

    value: str | None = None
    code: str = ""
    why: Text = Text("")
    hint: Text = Text("")
    day_only: bool = False
    yearless: bool = False


@dataclass(frozen=True)
class Context:
    """What a cell alone does not say: the one year of its file, and whether its field ends a span."""

    year: int | None = None
    zone: str = "Asia/Shanghai"
    end: bool = False
    whole_days: bool = False


BLANK = Cell()


def fold(text: str) -> str:
    """Give the text in one width, without spaces at its ends.

    >>> fold("　７：30 ")
    '7:30'
    """
    return unicodedata.normalize("NFKC", text.strip(SPACES)).strip(SPACES)


def is_end(field: Field) -> bool:
    """Tell whether a field names the end of a span, by its name: `end_at`, `valid_to`."""
    return bool(_END_WORDS & set(field.name.split("_")))


def read_cell(field: Field, text: str, context: Context) -> Cell:
    """Give the meaning of one cell.

    >>> read_cell(Field("on", "date"), "2026年10月8日", Context()).value
    '2026-10-08'
    >>> read_cell(Field("on", "date"), "——", Context()) == BLANK
    True
    >>> read_cell(Field("on", "date"), "2026年9月31日", Context()).why.zh
    '没有2026年9月31日这一天'
    """
    trimmed, folded = text.strip(SPACES), fold(text)
    if not folded or _is_blank(field, trimmed, folded):
        return BLANK
    if folded.upper() in ERRORS:
        why = Text("公式出错", "the formula of the cell failed")
        return Cell(
            None, "cell-error", why, Text("请改正公式或直接填写内容", "repair the formula or type the value")
        )
    if LOST in text:
        why = Text("有无法识别的字符", "holds bytes that are no text")
        return Cell(None, "bad-text", why, Text("请重新填写", "type it again"))
    try:
        return _value(field, trimmed, folded, context)
    except YearNeeded:
        why = Text("没有写年份，文件里也找不到唯一的年份", "no year, and the file does not name just one")
        return Cell(None, "bad-date", why, moments.WRITE_DATE, yearless=True)
    except Unreadable as bad:
        return Cell(None, bad.code, bad.why, bad.hint)


def _is_blank(field: Field, trimmed: str, folded: str) -> bool:
    if field.type == "bool" and trimmed == "无":
        return False
    if trimmed in field.values or trimmed in field.alias:
        return False
    return trimmed in BLANKS or folded in BLANKS


def _value(field: Field, trimmed: str, folded: str, context: Context) -> Cell:
    if field.type == "text":
        return Cell(re.sub(f"[{SPACES[6:]}]", " ", trimmed))
    if len(folded) > _LONGEST:
        raise Unreadable(
            "too-long", Text("内容过长", "too long"), Text("请核对这一列", "please check this column")
        )
    if field.type == "datetime":
        at, day_only = moments.read_datetime(folded, context.year, context.end, context.zone)
        if day_only and context.end and not context.whole_days:
            at, day_only = moments.read_datetime(folded, context.year, False, context.zone)
        return Cell(at.isoformat(sep=" "), day_only=day_only)
    return Cell(_plain(field, trimmed, folded, context.year))


def _plain(field: Field, trimmed: str, folded: str, year: int | None) -> str:
    """Give the value of every type but text and datetime, as text that DuckDB casts."""
    match field.type:
        case "id":
            return _id(trimmed)
        case "int":
            return str(figures.read_int(folded, field.unit))
        case "decimal":
            return format(figures.read_decimal(folded, field.places, field.unit), "f")
        case "bool":
            return _bool(field, trimmed, folded)
        case "date" | "month" | "quarter":
            return _day(field.type, folded, year).isoformat()
        case "time":
            return str(moments.read_time(folded))
        case "duration":
            return str(figures.read_duration(folded, field.unit))
        case "list":
            return "、".join(_items(field, trimmed))
        case _:
            return _enum(field, trimmed)


def _day(kind: str, text: str, year: int | None) -> date:
    readers = {"date": moments.read_date, "month": moments.read_month, "quarter": moments.read_quarter}
    return readers[kind](text, year)


def _id(text: str) -> str:
    bare = capitals(fold(re.sub(f"[{SPACES[6:]}]", "", text)))
    return bare[:-2] if re.fullmatch(r"\d+\.0", bare) else bare


def _bool(field: Field, trimmed: str, folded: str) -> str:
    known = field.alias.get(trimmed, folded)
    try:
        return str(figures.read_bool(known)).lower()
    except Unreadable:
        return str(figures.read_bool(trimmed)).lower()


def _items(field: Field, text: str) -> tuple[str, ...]:
    items = tuple(item for part in LIST_MARKS.split(text) if (item := part.strip(SPACES)))
    if not field.values:
        return tuple(fold(item) for item in items)
    return tuple(_enum(field, item) for item in items)


def _enum(field: Field, text: str) -> str:
    known = {_key(value): value for value in field.values}
    known.update({_key(other): value for other, value in field.alias.items()})
    found = known.get(_key(text))
    if found is not None:
        return found
    close = difflib.get_close_matches(_key(text), list(known), 1, 0.5)
    listed = "、".join(field.values)
    zh, en = f"可填：{listed}", f"one of: {listed}"
    if close:
        zh, en = f"是不是“{known[close[0]]}”？{zh}", f"did you mean {known[close[0]]}? {en}"
    raise Unreadable("bad-enum", Text("不是可填的内容", "not one of the values allowed"), Text(zh, en))


def _key(text: str) -> str:
    return "".join(fold(text).split()).casefold().replace("帐", "账")


def moment_text(value: Any) -> str:
    """Give a date or datetime of a workbook as text, Excel's rounding dust removed.

    >>> moment_text(datetime(2026, 10, 8, 7, 29, 59, 999999))
    '2026-10-08 07:30:00'
    """
    if isinstance(value, datetime):
        from datetime import timedelta

        nearest = (value + timedelta(microseconds=500_000)).replace(microsecond=0)
        near = abs((value - nearest).total_seconds()) < 0.002
        return (nearest if near else value).isoformat(sep=" ")
    return str(value.isoformat())
