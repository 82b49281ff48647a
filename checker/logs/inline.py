"""Logs given as CSV text, as the tests of a pack write them: one small table a log, read cell by cell.

A column that the text leaves out is blank; in a file that was handed in it would be reported as missing.
The rows stay in memory; the database gets them only if a statement asks for them.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from checker.database import Database, quote
from checker.diagnostics import UsageError
from checker.language.pack import Field, Log, Pack
from checker.logs.cells import BLANK, Cell, Context, _items, is_end, read_cell
from checker.logs.headers import normal, vocabulary
from checker.logs.tables import TYPES, Records, TableInfo, Tables, put, stored
from checker.model import Input, Problem, Text
from checker.plan.nodes import Type

Record = tuple[Any, ...]


def read_texts(texts: Mapping[str, str], pack: Pack, db: Database) -> Tables:
    """Give the typed tables of logs written as CSV: Chinese headers, aliases or field names in the first row.

    Raises:
        UsageError: a log or a column that the pack does not declare.
    """
    infos: dict[str, TableInfo] = {}
    inputs: list[Input] = []
    problems: list[Problem] = []
    for name, text in texts.items():
        if name not in pack.logs:
            raise UsageError.of(
                "unknown-log", Text(f"规则包里没有日志“{name}”", f"the pack has no log '{name}'")
            )
        log, source = pack.logs[name], len(inputs)
        fields, rows = stored(log), _rows(log, text)
        typed = [_typed(log, fields, row, source, number, pack.time_zone, problems) for number, row in rows]
        infos[name] = inline_table(log, typed, db, (source,))
        inputs.append(Input(f"{name}.csv", None, name, len(typed), ""))
    dates = {name: log.date for name, log in pack.logs.items() if log.date}
    return Tables(db, infos, tuple(inputs), tuple(problems), (), dates)


def _rows(log: Log, text: str) -> list[tuple[int, dict[str, str]]]:
    lines = [row for row in csv.reader(io.StringIO(text.strip("\n")), skipinitialspace=True)]
    lines = [[cell.strip() for cell in row] for row in lines]
    if not lines:
        return []
    names = _names(log, lines[0])
    body = [(i, row) for i, row in enumerate(lines[1:], 2) if any(row)]
    return [(i, dict(zip(names, row, strict=False))) for i, row in body]


def _names(log: Log, headers: Sequence[str]) -> list[str]:
    words = vocabulary(log).words
    names: list[str] = []
    for header in headers:
        found = words.get(normal(header)) or words.get(normal(header, brackets=False))
        free = [name for name, _ in found or () if name not in names]
        if not free:
            known = "、".join(f.header or n for n, f in stored(log).items())
            raise UsageError.of(
                "unknown-column",
                Text(f"“{log.id}”里没有列“{header}”", f"'{log.id}' has no column '{header}'"),
                Text(f"可用：{known}", f"known: {known}"),
                f"{log.id}.csv",
            )
        names.append(free[0])
    return names


def _typed(
    log: Log,
    fields: Mapping[str, Field],
    row: Mapping[str, str],
    source: int,
    number: int,
    zone: str,
    problems: list[Problem],
) -> Record:
    values: list[Any] = []
    bad: list[str] = []
    for name, entry in fields.items():
        text = row.get(name, "")
        cell = read_cell(entry, text, Context(None, zone, is_end(entry), True)) if text else BLANK
        values.append(None if cell.value is None else _value(entry, text, cell.value))
        if cell.code:
            bad.append(name)
            problems.append(_problem(log, entry, cell, text, number))
    return (*values, source, number, f",{','.join(bad)}," if bad else None)


def _value(field: Field, text: str, plain: str) -> Any:
    """Give a value as it comes out of the database."""
    if field.type == "list":
        return _items(field, text)
    if field.type == "decimal":
        return Decimal(plain).quantize(Decimal(1).scaleb(-field.places))
    return _READ[TYPES[field.type]](plain)


_READ: dict[Type, Callable[[str], Any]] = {
    "text": str,
    "int": int,
    "duration": int,
    "bool": lambda plain: plain == "true",
    "date": date.fromisoformat,
    "datetime": datetime.fromisoformat,
}


def _problem(log: Log, entry: Field, cell: Cell, text: str, row: int) -> Problem:
    return Problem(
        "error",
        cell.code,
        f"{log.id}.csv",
        cell.why,
        None,
        row,
        entry.header,
        text,
        cell.hint,
        log.id,
        entry.name,
    )


def inline_table(log: Log, rows: Sequence[Record], db: Database, sources: tuple[int, ...] = ()) -> TableInfo:
    """Give the table of a log with these rows; statements find it in the database."""
    fields = stored(log)
    table, kinds = quote(f"inline {log.id}"), {n: TYPES[f.type] for n, f in fields.items()}
    records = Records((*fields, "_src", "_row", "_bad"), tuple(rows))
    db.later(table, lambda: put(db, table, log, records))
    return TableInfo(log.id, table, kinds, len(rows), sources, records)
