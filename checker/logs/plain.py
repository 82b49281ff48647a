"""The plain forms of every type as SQL: the fast reading of whole columns.

An expression gives the value, or null for whatever is not plain; `cells` reads what is left. It must never give
a value that differs from what `cells` would read, so each cast is fenced in: DuckDB takes `1.5` for the whole number
2 and `infinity` for a day.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import product

from checker.database import among, literal
from checker.language.pack import Field
from checker.logs.cells import BLANKS, LOST, SPACES
from checker.logs.tables import sql_type

_DAY = r"\d{4}[-/]\d{1,2}[-/]\d{1,2}"
_TIME = r"\d{1,2}:\d{2}(:\d{2})?"
_SPACES = literal(SPACES)


def plain(field: Field, column: str, zone: str) -> str:
    """Give the SQL of the value of `column` (VARCHAR) where it stands in plain form."""
    kind = sql_type(field)
    match field.type:
        case "text":
            return _text(field, column)
        case "id":
            return _id(column)
        case "enum":
            return f"case when {among(column, field.values)} then {column} end" if field.values else "null"
        case "int":
            return f"case when try_cast({column} as bigint)::varchar = {column} then try_cast({column} as bigint) end"
        case "decimal":
            exact = f"try_cast({column} as {kind})::double = try_cast({column} as double)"
            return f"case when strlen({column}) <= 17 and not contains({column}, '_') and {exact} then try_cast({column} as {kind}) end"
        case "bool":
            return _bool(field, column)
        case "date":
            return _within(
                f"case when strlen({column}) between 8 and 10 then try_cast({column} as date) end", "date"
            )
        case "datetime":
            return _datetime(column, zone)
        case "time":
            fast = f"({column} like '__:__:__' or {column} like '__:__')"
            clock = f"epoch_us(try_cast({column} as time))"
            return f"case when {fast} then {clock} when {_full(column, _TIME)} then {clock} end"
        case "month" | "quarter":
            return _first_day(field.type, column)
        case "list":
            return _list(field, column)
        case _:
            return "null"


def stands(field: Field, column: str) -> str | None:
    """Give the SQL that tells whether the text of `column` is plain and its own value; None if no text of the field is.

    It may be false for a text that is, and is null only for null.
    """
    ascii_only = f"strlen({column}) = length({column}) and {column} >= '0' and {column}[-1] > ' '"
    match field.type:
        case "text":
            return f"({ascii_only} or {_chinese(field, column)})"
        case "id":
            return f"({ascii_only} and {_bare(column)} and upper({column}) = {column})"
        case "enum" if field.values:
            return among(column, field.values)
        case _:
            return None


_ID = r"[A-Za-z0-9\x{4e00}-\x{9fff}][A-Za-z0-9_\x{4e00}-\x{9fff}-]*"
_MONTH = r"\d{4}-\d{2}"
_FIRST_DAY = r"\d{4}-(01|04|07|10)-01"
_QUARTER = r"\d{4}Q[1-4]"


def blanks(field: Field) -> tuple[str, ...]:
    """Give the texts that mean an empty cell of this field."""
    meant = {*field.values, *field.alias, *(["无"] if field.type == "bool" else [])}
    return tuple(mark for mark in BLANKS if mark not in meant)


def left_over(field: Field, column: str) -> str:
    """Give the SQL of `column` unless it holds a mark of an empty cell: for the cells that `plain` did not take."""
    return f"case when not {among(column, blanks(field))} then {column} end"


def _first_day(kind: str, column: str) -> str:
    """Months and quarters are held as their first day, which typed files write out."""
    if kind == "month":
        day = f"case when {_full(column, _MONTH)} then try_cast({column} || '-01' as date) end"
        return _within(day, "date")
    first = f"try_cast({column}[1:4] || '-' || ({column}[6:6]::int * 3 - 2) || '-01' as date)"
    typed = f"when {_full(column, _FIRST_DAY)} then try_cast({column} as date)"
    return _within(f"case when {_full(column, _QUARTER)} then {first} {typed} end", "date")


_ODD = "\u3000\u00a0\u2002\u2003\u2009\u200b\ufeff" + LOST
_MARKS = ("﹣", "﹘", "︱", *("".join(two) for one in ("-﹣－", "—﹘︱") for two in product(one, one)))
"""Marks of an empty cell in other widths, beside those of `BLANKS`."""


def _text(field: Field, column: str) -> str:
    """What starts with an ASCII digit or letter, or with a common Chinese character, is told by cheap looks.

    Odd spaces, errors and lost bytes are left to the slow reading. The lambda names the trimmed text once: what stands
    twice in an expression DuckDB computes for every row, even inside a branch that few rows take.
    """
    wide = "".join(
        f" or {column} >= '{first}' and {column} < '{after}'"
        for first, after in (
            ("＃", "＄"),
            ("﹟", "﹠"),
            ("\u2000", "\u2010"),
            ("\u202f", "\u2030"),
            ("\u205f", "\u2060"),
        )
    )
    marks = ("", *blanks(field), *_MARKS)
    trimmed = f"list_transform([trim({column}, {_SPACES})], lambda x: case when not {among('x', marks)} then x end)[1]"
    careful = f"case when not ({_has_odd(column)}{wide} or starts_with({column}, '#')) then {trimmed} end"
    ascii_only = f"strlen({column}) = length({column}) and {column} >= '0' and {column}[-1] > ' '"
    return f"case when {ascii_only} then {column} when {_chinese(field, column)} then {column} else {careful} end"


def _chinese(field: Field, column: str) -> str:
    words = "".join(f" and {column} <> {literal(one)}" for one in blanks(field) if "一" <= one < "\ua000")
    return (
        f"{column} >= '一' and {column} < '\ua000' and {column}[-1] > ' '{words} and not ({_has_odd(column)})"
    )


def _has_odd(column: str) -> str:
    return " or ".join(f"contains({column}, {literal(one)})" for one in _ODD)


def _id(column: str) -> str:
    """ASCII without spaces and dots is told without a regular expression."""
    ascii_only = f"strlen({column}) = length({column}) and {column} >= '0' and {column}[-1] > ' '"
    other = f"{_full(column, _ID)} and not {among(column, BLANKS)}"
    return f"case when {ascii_only} and {_bare(column)} then upper({column}) when {other} then upper({column}) end"


def _bare(column: str) -> str:
    return f"not contains({column}, ' ') and not contains({column}, '.')"


def _bool(field: Field, column: str) -> str:
    yes = [word for word in ("是", "√", "有", "Y", "true", "1") if word not in field.alias]
    no = [word for word in ("否", "×", "无", "N", "false", "0") if word not in field.alias]
    return f"case when {among(column, yes)} then true when {among(column, no)} then false end"


def _datetime(column: str, zone: str) -> str:
    plain_form = rf"{_DAY}[ T]{_TIME}(\.\d{{1,6}})?"
    offset = rf"{_DAY}[ T]\d{{2}}:\d{{2}}:\d{{2}}(\.\d{{1,6}})?(Z|[+-]\d{{2}}:\d{{2}})"
    moved = f"timezone({literal(zone)}, try_cast({column} as timestamptz))"
    fast = f"({column} like '____-__-__ __:__:__' or {column} like '____-__-__ __:__')"
    cast = f"try_cast({column} as timestamp)"
    read = f"case when {fast} then {cast} when {_full(column, plain_form)} then {cast}"
    return _within(f"{read} when {_full(column, offset)} then {moved} end", "timestamp")


def _list(field: Field, column: str) -> str:
    split = f"string_split_regex({column}, '[、，,;；/]')"
    items = f"list_filter(list_transform({split}, lambda x: trim(x, {_SPACES})), lambda x: x <> '')"
    known = (
        f"list_has_all([{_listed(field.values)}]::varchar[], {items})" if field.values else _narrow(column)
    )
    return f"case when not {among(f'trim({column}, {_SPACES})', ('', *blanks(field)))} and {known} then {items} end"


def _narrow(column: str) -> str:
    return _full(column, r"[ !-\"$-~\x{4e00}-\x{9fff}、，；]*")


def _within(value: str, kind: str) -> str:
    """Give the value only between the years 1950 and 2199, null otherwise: `infinity` is a day to DuckDB."""
    return f"(case when ({value}) between {kind} '1950-01-01' and {kind} '2199-12-31' then ({value}) end)"


def _full(column: str, form: str) -> str:
    return f"regexp_full_match({column}, {literal(form)})"


def _listed(values: Iterable[str]) -> str:
    return ", ".join(literal(value) for value in values) or "null"
