"""Logs given as CSV text, as the tests of a pack write them: one small table a log, read cell by cell.

A column that the text leaves out is blank; in a file that was handed in it would be reported as missing. Who a record
is about and what was entered twice is settled as it is for files, so that a test means what a check does.
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
from checker.logs.small_copies import without_copies
from checker.logs.small_people import HeldRoster, held_roster, resolve_held
from checker.logs.sources import Raw, Source
from checker.logs.tables import TYPES, Records, TableInfo, Tables, put, stored
from checker.model import Input, Problem, Text
from checker.plan.nodes import Type

Record = tuple[Any, ...]


def read_texts(texts: Mapping[str, str], pack: Pack, db: Database, settle: bool = True) -> Tables:
    """Give the typed tables of logs written as CSV: Chinese headers, aliases or field names in the first row.

    With `settle` false rows stay as they are written, for whoever asks what engines make of them.

    Raises:
        UsageError: a log or a column that the pack does not declare.
    """
    sources: list[Source] = []
    problems: list[Problem] = []
    read: dict[str, Records] = {}
    for name, text in texts.items():
        if name not in pack.logs:
            raise UsageError.of(
                "unknown-log", Text(f"规则包里没有日志“{name}”", f"the pack has no log '{name}'")
            )
        log, place = pack.logs[name], len(sources)
        fields, rows = stored(log), _rows(log, text)
        typed = [_typed(log, fields, row, place, number, pack.time_zone, problems) for number, row in rows]
        read[name] = Records((*fields, "_src", "_row", "_bad"), tuple(typed))
        sources.append(Source(f"{name}.csv", None, log, Raw("", 0), {}, ()))
    settled = _settled(pack, read, sources, problems) if settle else read
    infos = {
        name: inline_table(pack.logs[name], settled[name].rows, db, (place,))
        for place, name in enumerate(read)
    }
    inputs = [Input(f"{name}.csv", None, name, len(one.rows), "") for name, one in settled.items()]
    dates = {name: log.date for name, log in pack.logs.items() if log.date}
    return Tables(db, infos, tuple(inputs), tuple(problems), (), dates)


def _settled(
    pack: Pack, read: Mapping[str, Records], sources: Sequence[Source], problems: list[Problem]
) -> dict[str, Records]:
    """Give the rows with people looked up by name and copies left out; what is wrong with them is added to `problems`."""
    people = pack.people.log if pack.people else None
    made: dict[str, Records] = {}
    known: HeldRoster | None = None
    for name in sorted(read, key=lambda one: one != people):
        log, records = pack.logs[name], read[name]
        if known is not None:
            records, strangers = resolve_held(log, records, known, sources.__getitem__)
            problems += strangers
        made[name], twice = without_copies(log, records, sources.__getitem__)
        problems += twice
        if name == people:
            known = held_roster(pack, made[name])
    return {name: made[name] for name in read}


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
