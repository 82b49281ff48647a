"""Figures written as JSON by the database, where its text is certain to be the one that Python writes.

A figure is then never a row of Python objects. What cannot be written so with certainty (a text to be escaped, a number
of more than fifteen digits, a masked cell, a moment) is not guessed at: the whole table goes the long way.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from checker.database import quote as quoted
from checker.findings.values import MICROSECONDS
from checker.model import HitTable
from checker.packed import JsonRows

COUNTED = "_outcome <> 'not_applicable' AND judged IS DISTINCT FROM FALSE"
ROWS = 5_000
_WHOLE = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT")
_DECIMAL = re.compile(r"DECIMAL\((\d+),(\d+)\)")
_ESCAPED = r"""'[\x00-\x1f"\\]'"""
_DIGITS = 15
"""A number of so many digits outlives its way through a float; from 0.0001 on Python writes it without an exponent."""


@dataclass(frozen=True)
class Column:
    """One column of figures: its column in the table of hits ("": the outcome), its type and unit as reported."""

    source: str
    kind: str
    unit: str | None = None


@dataclass(frozen=True)
class _Cell:
    """A cell in SQL: its JSON, null for null; the condition under which that may not be what Python writes; its text."""

    json: str
    doubt: str = ""
    text: str = ""


def written(table: HitTable, columns: Sequence[Column], keys: Sequence[str]) -> JsonRows | None:
    """Give the figures in the order of their keys (columns of text, a null as the empty text); None: not certain."""
    cells = [_cell(table, column) for column in columns]
    if not all(table.columns.get(key) == "VARCHAR" for key in keys):
        return None
    sound = [cell for cell in cells if cell is not None]
    if len(sound) < len(cells):
        return None
    listed = ", ', ', ".join(f"coalesce({cell.json}, 'null')" for cell in sound)
    texts = ", ".join(cell.text for cell in sound if cell.text)
    doubts = [f"regexp_matches(concat({texts}), {_ESCAPED})", *(cell.doubt for cell in sound if cell.doubt)]
    doubt = " OR ".join(f"coalesce({one}, FALSE)" for one in doubts)
    order = ", ".join([*(f"coalesce({quoted(key)}, '')" for key in keys), "_src", "_row"])
    sql = (
        f"SELECT CASE WHEN NOT ({doubt}) THEN concat('[', {listed}, ']') END "
        f"FROM {table.name} WHERE {COUNTED} ORDER BY {order}"
    )
    try:
        return JsonRows(_lines(table, sql))
    except _Doubtful:
        return None


class _Doubtful(Exception):
    """One of the rows cannot be written with certainty."""


def _lines(table: HitTable, sql: str) -> Iterator[list[str]]:
    for rows in table.db.stream(sql, ROWS):
        if (None,) in rows:
            raise _Doubtful
        yield [line for (line,) in rows]


def _cell(table: HitTable, column: Column) -> _Cell | None:
    """Give the JSON of a column in SQL; None: there is no certain way for its type."""
    if not column.source:
        return _outcome()
    if column.source not in table.columns:
        return _Cell("NULL::VARCHAR")
    name, held = quoted(column.source), table.columns[column.source]
    decimal = _DECIMAL.fullmatch(held)
    if column.kind == "text" and held == "VARCHAR":
        return _text(name)
    if column.kind == "bool" and held == "BOOLEAN":
        return _Cell(f"CAST({name} AS VARCHAR)")
    if column.kind in ("int", "decimal") and held in _WHOLE:
        return _Cell(f"CAST({name} AS VARCHAR)")
    if column.kind == "decimal" and decimal:
        return _decimal(name, int(decimal[1]), int(decimal[2]))
    if (
        column.kind == "duration"
        and held in ("INTEGER", "BIGINT")
        and (column.unit or "minutes") in MICROSECONDS
    ):
        return _duration(name, MICROSECONDS[column.unit or "minutes"])
    return None


def _outcome() -> _Cell:
    """Give the outcome where there is no figure, null where there is one."""
    return _Cell("CASE WHEN _outcome NOT IN ('pass', 'fail') THEN concat('\"', _outcome, '\"') END")


def _text(name: str) -> _Cell:
    return _Cell(f"'\"' || {name} || '\"'", text=name)


def _decimal(name: str, width: int, scale: int) -> _Cell | None:
    """Give a decimal without the zeros at its end; what has a part is a float for Python, and must be a short one."""
    text = f"CAST({name} AS VARCHAR)"
    if scale == 0:
        return _Cell(text)
    if width == scale:
        return None
    text = f"rtrim(rtrim({text}, '0'), '.')"
    long = f"strlen({text}) > {_DIGITS + 1} OR starts_with(ltrim({text}, '-'), '0.0000')"
    return _Cell(text, f"contains({text}, '.') AND ({long})")


def _duration(name: str, unit: int) -> _Cell | None:
    """Give a length of time in its unit to six places, the half of the last to the even one, as Python rounds."""
    step = unit // 10**6
    whole, rest = f"{name} // {step}", f"2 * abs({name} % {step})"
    up = f"CASE WHEN {rest} > {step} OR ({rest} = {step} AND {whole} % 2 <> 0) THEN sign({name}) ELSE 0 END"
    parts = f"CAST({whole} + {up} AS DECIMAL(24, 0))"
    return _decimal(f"({parts} * CAST(0.000001 AS DECIMAL(7, 6)))", 31, 6)
