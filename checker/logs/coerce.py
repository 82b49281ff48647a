"""Raw cells → typed columns: plain forms in SQL in one pass, what is left once for each distinct text.

Unreadable cells become null, their fields are named in `_bad`, and each is a problem with its place.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from checker.database import Database, literal, quote
from checker.language.pack import Field, Log
from checker.logs import junk, said
from checker.logs.cells import Cell, Context, is_end, read_cell
from checker.logs.plain import left_over, plain
from checker.logs.rows import BROKEN
from checker.logs.said import SHOWN
from checker.logs.sources import Part, Source
from checker.logs.tables import sql_type, stored
from checker.model import Problem, Text

_PAGE = 50_000
DAYS = ("date", "datetime", "month", "quarter")


@dataclass(frozen=True)
class Setting:
    """What coercion needs to know of the pack and the run."""

    zone: str
    wanted: frozenset[str] | None = None
    whole_days: frozenset[str] = frozenset()


@dataclass(frozen=True)
class _Read:
    """The first pass: a table with the fields, `_x` (the texts left over, by field) and `_j` (why no record)."""

    table: str
    fields: tuple[Field, ...]
    left: int
    dropped: int
    rows: int


def coerce(db: Database, source: Source, setting: Setting) -> Part:
    """Give the typed rows of a source, with a problem for every cell that cannot be read."""
    read = _first_pass(db, source, setting)
    bad = absent_flag(source)
    if not read.left and not read.dropped:
        return Part(source, _select(source, read, bad), read.rows, (), read.rows, read.table)
    maps = _read_left(db, source, setting, read) if read.left else {}
    table = _second_pass(db, source, read, maps, bad)
    problems = [*_cell_problems(db, source, read, maps), *_dropped(db, source, read)]
    db.run(f"drop table {read.table}")
    rows = db.execute(f"select count(*) from {table}")[0][0]
    names = [*stored(source.log), "_row", "_bad"]
    return Part(
        source,
        f"select {', '.join(map(quote, names))} from {table}",
        rows,
        tuple(problems),
        read.rows,
        table,
    )


def chosen(source: Source, setting: Setting) -> tuple[Field, ...]:
    """Give the fields that the source has a column for and the run wants."""
    fields = stored(source.log)
    return tuple(
        one
        for name, one in fields.items()
        if name in source.columns and (setting.wanted is None or name in setting.wanted)
    )


def absent_flag(source: Source) -> str | None:
    """Give `_bad` of every row for the columns the file lacks: a needed one is unreadable, not blank.

    The person stays open when the file has names: `people` looks them up.
    """
    names = [one.name for one in absent(source.log, source.columns) if one.name != source.log.person]
    if (
        source.log.person
        and source.log.person not in source.columns
        and source.log.person_name not in source.columns
    ):
        names.append(source.log.person)
    return f",{','.join(names)}," if names else None


def absent(log: Log, columns: object) -> list[Field]:
    """Give the needed fields for which a file has no column."""
    have = columns if isinstance(columns, dict) else dict.fromkeys(columns)  # type: ignore[call-overload]
    needed = {*log.key, *(one for one in (log.date, log.person) if one)}
    return [
        one
        for name, one in stored(log).items()
        if name not in have and (one.required or one.column or name in needed)
    ]


def _first_pass(db: Database, source: Source, setting: Setting) -> _Read:
    table = db.name("part")
    number = [f"{source.raw.number}::bigint as _n"] if source.raw.number else []
    fields = chosen(source, setting)
    db.run(f"create table {table} as {first_sql(source, fields, setting, number)}")
    rows, left, dropped = db.execute(f"select count(*), count(_x), count(_j) from {table}")[0]
    return _Read(table, fields, left, dropped, rows)


def first_sql(
    source: Source,
    fields: Sequence[Field],
    setting: Setting,
    more: Sequence[str],
    standing: frozenset[str] = frozenset(),
) -> str:
    """Give the SELECT of the fields where they are plain, `more`, `_x` (the texts left over) and `_j` (why no record).

    Fields that are `standing` are taken as they stand: the caller sees to it that each of their cells is plain, and
    its own value.
    """
    column = {one.name: f"c{source.columns[one.name]}" for one in fields}
    values = [
        f"{column[one.name] if one.name in standing else plain(one, column[one.name], setting.zone)} as v{i}"
        for i, one in enumerate(fields)
    ]
    index = {one.name: i for i, one in enumerate(fields)}
    keys = [f"v{i}" for name, i in index.items() if name in identity(source.log)]
    date = source.log.date
    dated = (f"v{index[date]}", column[date]) if date in index else None
    kind = junk.junk(source.raw.width, source.header_lines, dated, keys)
    typed = [f"v{i}::{sql_type(one)} as {quote(one.name)}" for i, one in enumerate(fields)]
    rest = _rest([(f"v{i}", column[one.name], one) for i, one in enumerate(fields)], standing)
    return (
        f"select {', '.join([*typed, *more, f'{rest} as _x', f'{kind} as _j'])}"
        f" from (select *, {', '.join(values) or '1'} from {source.raw.sql})"
    )


def _rest(cells: Sequence[tuple[str, str, Field]], standing: frozenset[str]) -> str:
    """Give the SQL of the list of texts that have no value yet; null in the rows, most of them, that are done."""
    open_cells = [(value, raw) for value, raw, one in cells if one.name not in standing]
    if not open_cells:
        return "null::varchar[]"
    done = " and ".join(f"({value} is not null or {raw} is null)" for value, raw in open_cells)
    left = ", ".join(
        "null" if one.name in standing else f"case when {value} is null then {left_over(one, raw)} end"
        for value, raw, one in cells
    )
    return f"case when not ({done}) then [{left}] end"


def identity(log: Log) -> set[str]:
    """Give the fields of which a record has at least one."""
    return {*log.key, *(one for one in (log.date, log.person, log.person_name) if one)}


def _number(source: Source, alias: str = "") -> str:
    return f"{alias}_n" if source.raw.number else f"({alias}rowid + {source.raw.first})"


def _select(source: Source, read: _Read, bad: str | None) -> str:
    have = {one.name for one in read.fields}
    columns = [
        quote(name) if name in have else f"null::{sql_type(one)} as {quote(name)}"
        for name, one in stored(source.log).items()
    ]
    flag = literal(bad) if bad else "null"
    columns += [f"{_number(source)}::bigint as _row", f"{flag}::varchar as _bad"]
    return f"select {', '.join(columns)} from {read.table}"


@dataclass(frozen=True)
class _Map:
    """The readings of one field's left-over texts: a table (raw, value, bad, day)."""

    table: str
    field: Field
    index: int
    context: Context
    bad: int
    days: int


def _read_left(db: Database, source: Source, setting: Setting, read: _Read) -> dict[str, _Map]:
    """Read each distinct text once; days without a year a second time, when the file names just one year."""
    maps: dict[str, _Map] = {}
    years = set(source.years)
    for one in read.fields:
        if one.type in DAYS:
            years |= _years(db, read, one)
    short: list[tuple[int, Field]] = []
    counts = ", ".join(f"count(_x[{index}])" for index in range(1, len(read.fields) + 1))
    left = db.execute(f"select {counts} from {read.table} where _x is not null and _j is null")[0]
    for index, one in enumerate(read.fields, 1):
        if not left[index - 1]:
            continue
        texts = _distinct(db, read, index)
        context = Context(None, setting.zone, is_end(one), one.name in setting.whole_days)
        maps[one.name], yearless, found = _map(db, texts, one, index, context)
        years |= found
        if yearless:
            short.append((index, one))
    if len(years) == 1:
        for index, one in short:
            context = replace(maps[one.name].context, year=min(years))
            maps[one.name] = _map(db, _distinct(db, read, index), one, index, context)[0]
    return maps


def _years(db: Database, read: _Read, one: Field) -> set[int]:
    name = quote(one.name)
    found = db.execute(
        f"select distinct year({name}) from {read.table} where {name} is not null and _j is null limit 3"
    )
    return {int(row[0]) for row in found}


def _distinct(db: Database, read: _Read, index: int) -> str:
    name = db.name("texts")
    db.run(
        f"create table {name} as select distinct _x[{index}] as raw from {read.table}"
        f" where _x is not null and _j is null and _x[{index}] is not null"
    )
    return name


def _map(db: Database, texts: str, one: Field, index: int, context: Context) -> tuple[_Map, bool, set[int]]:
    name, years = db.name("map"), set[int]()
    counts = {"bad": 0, "days": 0, "yearless": 0}

    def cells() -> Iterator[tuple[str, str | None, bool, bool]]:
        for raw in _pages(db, texts):
            cell = read_raw(one, raw, context)
            counts["bad"] += bool(cell.code)
            counts["days"] += cell.day_only
            counts["yearless"] += cell.yearless
            if cell.value and one.type in DAYS:
                years.add(int(cell.value[:4]))
            yield raw, cell.value, bool(cell.code), cell.day_only

    columns = (("raw", "VARCHAR"), ("value", "VARCHAR"), ("bad", "BOOLEAN"), ("day", "BOOLEAN"))
    db.fill(name, columns, cells())
    db.run(f"drop table {texts}")
    return _Map(name, one, index, context, counts["bad"], counts["days"]), counts["yearless"] > 0, years


def read_raw(one: Field, raw: str, context: Context) -> Cell:
    """Give the meaning of a raw cell, which may stand for a record that could not be split."""
    if raw.startswith(BROKEN):
        return Cell(None, "broken-record", Text("整行无法拆分", "the record cannot be split into cells"))
    return read_cell(one, raw, context)


def _pages(db: Database, texts: str) -> Iterator[str]:
    start = 0
    while rows := db.execute(
        f"select raw from {texts} where rowid >= {start} and rowid < {start + _PAGE} order by rowid"
    ):
        start += _PAGE
        yield from (row[0] for row in rows)


def _second_pass(db: Database, source: Source, read: _Read, maps: dict[str, _Map], bad: str | None) -> str:
    """Join the readings to the rows and leave out what is no record."""
    table = db.name("rows")
    columns = []
    for name, one in stored(source.log).items():
        if name in maps:
            columns.append(f"coalesce(p.{quote(name)}, {_typed(maps[name])}) as {quote(name)}")
        elif any(name == chosen.name for chosen in read.fields):
            columns.append(f"p.{quote(name)}")
        else:
            columns.append(f"null::{sql_type(one)} as {quote(name)}")
    flags = [
        f"case when m{one.index}.bad then {literal(one.field.name + ',')} else '' end"
        for one in maps.values()
    ]
    start = literal(bad or ",")
    flag = f"nullif(concat({', '.join([start, *flags])}), ',')" if flags or bad else "null"
    joins = " ".join(
        f"left join {one.table} m{one.index} on p._x[{one.index}] = m{one.index}.raw" for one in maps.values()
    )
    db.run(
        f"create table {table} as select {', '.join(columns)}, {_number(source, 'p.')}::bigint as _row,"
        f" {flag}::varchar as _bad from {read.table} p {joins} where p._j is null order by _row"
    )
    return table


def _typed(one: _Map) -> str:
    value = f"m{one.index}.value"
    if one.field.type == "list":
        return f"case when {value} = '' then [] else string_split({value}, '、') end"
    return f"{value}::{sql_type(one.field)}"


def _cell_problems(db: Database, source: Source, read: _Read, maps: dict[str, _Map]) -> Iterator[Problem]:
    yield from _broken(db, source, read, maps)
    for one in maps.values():
        if one.bad:
            yield from _unreadable(db, source, read, one)
        if one.days:
            yield _days_only(db, source, read, one)


def _joined(read: _Read, one: _Map, where: str) -> str:
    return (
        f"from {read.table} p join {one.table} m on p._x[{one.index}] = m.raw"
        f" where p._j is null and {where} and not starts_with(m.raw, {literal(BROKEN)})"
    )


def _unreadable(db: Database, source: Source, read: _Read, one: _Map) -> Iterator[Problem]:
    rows = _joined(read, one, "m.bad")
    total = db.execute(f"select count(*) {rows}")[0][0]
    number = _number(source, "p.")
    for row, raw in db.execute(f"select {number}, m.raw {rows} order by 1 limit {SHOWN}"):
        yield said.unreadable(source, one.field, row, raw, read_cell(one.field, raw, one.context))
    if total > SHOWN:
        yield said.more_unreadable(source, one.field, total)


def _days_only(db: Database, source: Source, read: _Read, one: _Map) -> Problem:
    total = db.execute(f"select count(*) {_joined(read, one, 'm.day')}")[0][0]
    return said.days_only(source, one.field, one.context, total)


def _broken(db: Database, source: Source, read: _Read, maps: dict[str, _Map]) -> Iterator[Problem]:
    """Give one problem a row that could not be split into the columns of the header."""
    if not maps:
        return
    any_broken = f"p._x is not null and p._j is null and len(list_filter(p._x, lambda x: starts_with(x, {literal(BROKEN)}))) > 0"
    rows = f"from {read.table} p where {any_broken}"
    total = db.execute(f"select count(*) {rows}")[0][0]
    if total:
        first = db.execute(f"select {_number(source, 'p.')} {rows} order by 1 limit {SHOWN}")
        yield from said.broken_rows(source, [row for (row,) in first], total)


def _dropped(db: Database, source: Source, read: _Read) -> Iterator[Problem]:
    counts = dict(db.execute(f"select _j, count(*) from {read.table} where _j is not null group by 1"))
    notes: list[int] = []
    if junk.NOTE in counts:
        where = f"from {read.table} p where p._j = '{junk.NOTE}'"
        listed = db.execute(f"select {_number(source, 'p.')} {where} order by 1 limit {SHOWN}")
        notes = [row for (row,) in listed]
    yield from said.left_out(source, counts, notes)
