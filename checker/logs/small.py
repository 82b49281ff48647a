"""Raw cells that Python holds → typed rows, each distinct text read once by the careful reader.

For a sheet of a few hundred rows DuckDB needs longer to plan the reading than Python needs to read. It gives what
`coerce` gives for the same cells: values, problems, `_row` and `_bad`; a test holds the two together.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from checker.database import Database
from checker.language.pack import Field
from checker.logs import junk, said
from checker.logs.cells import Cell, Context, is_end
from checker.logs.coerce import DAYS, Setting, absent_flag, chosen, identity, read_raw
from checker.logs.plain import plain
from checker.logs.quick import QUICK
from checker.logs.rows import BROKEN
from checker.logs.said import SHOWN
from checker.logs.sources import Part, Source
from checker.logs.tables import stored
from checker.model import Problem
from checker.nouns import dataclass

Texts = Sequence[str | None]


@dataclass(frozen=True)
class Column:
    """One field of a source: its texts in the rows that are records, and what each distinct text means.

    `cells` has only the texts that are in no plain form.
    """

    field: Field
    texts: Texts
    context: Context
    values: dict[str | None, Any]
    cells: dict[str, Cell]


def read_held(db: Database, source: Source, setting: Setting) -> Part:
    """Give the typed rows of a source whose raw cells Python holds."""
    held = source.raw.held or ()
    kinds = _kinds(db, source, setting, held)
    rows = [row for row, kind in zip(held, kinds, strict=True) if kind is None]
    columns = _read(source, setting, rows)
    numbers = [number for number, _ in rows]
    marks = flags(columns, absent_flag(source), len(rows))
    values = {one.field.name: [one.values[raw] for raw in one.texts] for one in columns}
    nothing = [None] * len(rows)
    listed = [values.get(name, nothing) for name in stored(source.log)]
    problems = [*cell_problems(source, columns, numbers), *_dropped(source, held, kinds)]
    typed_rows = tuple(zip(*listed, numbers, marks, strict=True))
    return Part(source, "", len(rows), tuple(problems), len(held), "", typed_rows)


def typed(field: Field, cell: Cell) -> Any:
    """Give the Python value that DuckDB would give back for the cell.

    >>> typed(Field("qty", "decimal", places=3), Cell("1.5")), typed(Field("on", "date"), Cell("2026-10-08"))
    (Decimal('1.500'), datetime.date(2026, 10, 8))
    """
    if cell.value is None:
        return None
    return _TYPED.get(field.type, _as_it_stands)(field, cell.value)


def _never(_: Field, __: str) -> None:
    return None


def _as_it_stands(_: Field, value: str) -> str:
    return value


def _decimal(field: Field, value: str) -> Decimal:
    return Decimal(value).quantize(Decimal(1).scaleb(-field.places)) + 0  # no minus zero


_TYPED: dict[str, Callable[[Field, str], Any]] = {
    "int": lambda _, value: int(value),
    "time": lambda _, value: int(value),
    "duration": lambda _, value: int(value),
    "decimal": _decimal,
    "bool": lambda _, value: value == "true",
    "date": lambda _, value: date.fromisoformat(value),
    "month": lambda _, value: date.fromisoformat(value),
    "quarter": lambda _, value: date.fromisoformat(value),
    "datetime": lambda _, value: datetime.fromisoformat(value),
    "list": lambda _, value: tuple(value.split("、")) if value else (),
}


def _read(source: Source, setting: Setting, rows: Sequence[tuple[int, Texts]]) -> list[Column]:
    """Read every column; days without a year a second time, when the file names just one year."""
    columns = []
    for one in chosen(source, setting):
        at = source.columns[one.name]
        context = Context(None, setting.zone, is_end(one), one.name in setting.whole_days)
        columns.append(_column(one, [cells[at] for _, cells in rows], context))
    years = set(source.years)
    for column in columns:
        if column.field.type in DAYS:
            years |= {value.year for value in column.values.values() if value is not None}
    if len(years) == 1:
        for column in columns:
            _add_year(column, min(years))
    return columns


def _column(field: Field, texts: Texts, context: Context) -> Column:
    fast = QUICK.get(field.type, _never)
    values: dict[str | None, Any] = {None: None}
    cells: dict[str, Cell] = {}
    for raw in dict.fromkeys(texts):
        if raw is not None:
            value = fast(field, raw)
            if value is None:
                cell = cells[raw] = read_raw(field, raw, context)
                value = typed(field, cell)
            values[raw] = value
    return Column(field, texts, context, values, cells)


def _add_year(column: Column, year: int) -> None:
    context = replace(column.context, year=year)
    for raw, cell in column.cells.items():
        if cell.yearless:
            column.cells[raw] = read_raw(column.field, raw, context)
            column.values[raw] = typed(column.field, column.cells[raw])


def flags(columns: Iterable[Column], start: str | None, count: int) -> list[str | None]:
    """Give `_bad` of every row; `start` are the fields that all rows lack."""
    marks: list[str | None] = [start] * count
    for column in columns:
        bad = {raw for raw, cell in column.cells.items() if cell.code}
        if bad:
            for i, raw in enumerate(column.texts):
                if raw in bad:
                    marks[i] = f"{marks[i] or ','}{column.field.name},"
    return marks


def _kinds(
    db: Database, source: Source, setting: Setting, held: Sequence[tuple[int, Texts]]
) -> list[str | None]:
    """Tell which rows are no records. Whether a date or key is plain is asked only where the answer hangs on it."""
    judge = junk.judge(source.raw.width, source.header_lines, _dated(source, setting))
    own = [one for one in chosen(source, setting) if one.name in identity(source.log)]
    date_field = next((one for one in own if one.name == source.log.date), None)
    found: list[str | None] = []
    for _, cells in held:
        kind = judge(cells)
        if kind is not None and kind != junk.BLANK:
            asked = own if kind == junk.NOTE else [date_field] if date_field else []
            if any(_is_plain(db, one, cells[source.columns[one.name]], setting.zone) for one in asked):
                kind = None
        found.append(kind)
    return found


def _dated(source: Source, setting: Setting) -> int | None:
    """Give the column of the date, if it is read."""
    name = source.log.date
    return next((source.columns[one.name] for one in chosen(source, setting) if one.name == name), None)


def _is_plain(db: Database, one: Field, raw: str | None, zone: str) -> bool:
    if raw is None or read_raw(one, raw, Context(None, zone)).value is None:
        return False
    return bool(
        db.execute(f"select ({plain(one, 'c', zone)}) is not null from (select $1::varchar as c)", [raw])[0][
            0
        ]
    )


def cell_problems(source: Source, columns: Sequence[Column], numbers: Sequence[int]) -> Iterable[Problem]:
    """Give the problems of all cells of a source, whose rows have these numbers."""
    broken: dict[int, None] = {}
    for column in columns:
        marked = {raw for raw in column.cells if raw.startswith(BROKEN)}
        if marked:
            broken.update((numbers[i], None) for i, raw in enumerate(column.texts) if raw in marked)
    yield from said.broken_rows(source, sorted(broken)[:SHOWN], len(broken))
    for column in columns:
        yield from _of_column(source, column, numbers)


def _of_column(source: Source, column: Column, numbers: Sequence[int]) -> Iterable[Problem]:
    sound = {raw: cell for raw, cell in column.cells.items() if not raw.startswith(BROKEN)}
    bad = {raw for raw, cell in sound.items() if cell.code}
    if bad:
        places = sorted(
            (numbers[i], raw) for i, raw in enumerate(column.texts) if raw is not None and raw in bad
        )
        for row, raw in places[:SHOWN]:
            yield said.unreadable(source, column.field, row, raw, sound[raw])
        if len(places) > SHOWN:
            yield said.more_unreadable(source, column.field, len(places))
    days = {raw for raw, cell in sound.items() if cell.day_only}
    if days:
        total = sum(raw in days for raw in column.texts)
        yield said.days_only(source, column.field, column.context, total)


def _dropped(
    source: Source, held: Sequence[tuple[int, Texts]], kinds: Sequence[str | None]
) -> Iterable[Problem]:
    counts = Counter(kind for kind in kinds if kind is not None)
    notes = sorted(number for (number, _), kind in zip(held, kinds, strict=True) if kind == junk.NOTE)
    yield from said.left_out(source, counts, notes[:SHOWN])
