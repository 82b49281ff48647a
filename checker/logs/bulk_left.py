"""The few rows of many large files that Python must see: those with cells in no plain form, and those that are no records."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from checker.database import Database, quote
from checker.language.pack import Field
from checker.logs import junk, said
from checker.logs.cells import Cell, Context, is_end
from checker.logs.coerce import Setting, read_raw
from checker.logs.said import SHOWN
from checker.logs.small import Column, cell_problems, flags, typed
from checker.logs.sources import Source
from checker.model import Problem

_Raw = tuple[Any, ...]


@dataclass(frozen=True)
class Store:
    """The typed rows of many files, with `_f`, `_x` and `_j`.

    `starts` says for each file what to take from `number` to get the row as Excel shows it, null: leave it alone.
    """

    sql: str
    number: str
    fields: tuple[Field, ...]
    starts: tuple[int | None, ...]


@dataclass(frozen=True)
class Row:
    """A row that Python has read: the values of the fields of the store, and its unreadable fields."""

    file: int
    row: int
    values: tuple[Any, ...]
    bad: str | None


@dataclass(frozen=True)
class Left:
    """What Python has read; `yearless` names the files that hold days without a year."""

    rows: list[Row]
    columns: Mapping[int, Sequence[Column]]
    dropped: Mapping[int, Mapping[str, int]]
    notes: Mapping[int, Sequence[int]]
    yearless: frozenset[int]

    def problems(self, file: int, source: Source) -> Iterator[Problem]:
        """Give the problems of one file."""
        numbers = [one.row for one in self.rows if one.file == file]
        yield from cell_problems(source, self.columns.get(file, ()), numbers)
        yield from said.left_out(source, self.dropped.get(file, {}), self.notes.get(file, ())[:SHOWN])


def rows_left(db: Database, store: Store, setting: Setting, bad: str | None) -> Left:
    """Read the rows left over, each distinct text of a field once; `bad` are the fields that every row lacks."""
    by_file = _by_file(db, store)
    readers = [_Reader(one, _context(one, setting)) for one in store.fields]
    columns = {
        file: [reader.column([row[2][at] for row in rows]) for at, reader in enumerate(readers)]
        for file, rows in by_file.items()
    }
    rows = [one for file, own in by_file.items() for one in _typed(store, own, columns[file], bad)]
    yearless = (
        file
        for file, own in columns.items()
        if any(cell.yearless for one in own for cell in one.cells.values())
    )
    return Left(rows, columns, *_dropped(db, store), frozenset(yearless))


def _by_file(db: Database, store: Store) -> dict[int, list[_Raw]]:
    listed = ", ".join(["_f", store.number, "_x", *(quote(one.name) for one in store.fields)])
    found = db.execute(f"select {listed} from {store.sql} where _x is not null and _j is null")
    by_file: dict[int, list[_Raw]] = defaultdict(list)
    for row in sorted(found, key=lambda row: (row[0], row[1])):
        if store.starts[row[0]] is not None:
            by_file[row[0]].append(row)
    return by_file


def _typed(store: Store, rows: Sequence[_Raw], columns: Sequence[Column], bad: str | None) -> Iterator[Row]:
    for i, (row, mark) in enumerate(zip(rows, flags(columns, bad, len(rows)), strict=True)):
        values = (
            one.values[one.texts[i]] if value is None else value
            for one, value in zip(columns, row[3:], strict=True)
        )
        yield Row(row[0], row[1] - (store.starts[row[0]] or 0), tuple(values), mark)


def _dropped(db: Database, store: Store) -> tuple[dict[int, dict[str, int]], dict[int, list[int]]]:
    counts: dict[int, dict[str, int]] = defaultdict(dict)
    notes: dict[int, list[int]] = defaultdict(list)
    counted = f"select _f, _j, count(*) from {store.sql} where _j is not null group by 1, 2"
    for file, kind, count in db.execute(counted):
        counts[file][kind] = count
    if any(junk.NOTE in one for one in counts.values()):
        listed = f"select _f, {store.number} from {store.sql} where _j = '{junk.NOTE}' order by 1, 2"
        for file, number in db.execute(listed):
            notes[file].append(number - (store.starts[file] or 0))
    return counts, notes


class _Reader:
    """Reads the texts of one field, each once for all files."""

    def __init__(self, field: Field, context: Context) -> None:
        self._field, self._context = field, context
        self._cells: dict[str, Cell] = {}

    def column(self, texts: Sequence[str | None]) -> Column:
        """Give the column of one file."""
        cells = {raw: self._cell(raw) for raw in dict.fromkeys(texts) if raw is not None}
        values: dict[str | None, Any] = {raw: typed(self._field, cell) for raw, cell in cells.items()}
        values[None] = None
        return Column(self._field, texts, self._context, values, cells)

    def _cell(self, raw: str) -> Cell:
        if raw not in self._cells:
            self._cells[raw] = read_raw(self._field, raw, self._context)
        return self._cells[raw]


def _context(one: Field, setting: Setting) -> Context:
    return Context(None, setting.zone, is_end(one), one.name in setting.whole_days)
