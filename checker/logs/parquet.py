"""Parquet: typed data of an archive, read where it lies and never copied when its types fit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from checker.database import Database, DatabaseError, among, literal, quote
from checker.language.pack import Field, Log
from checker.logs import bigtext
from checker.logs.headers import Header, Known, find_header
from checker.logs.plain import blanks
from checker.logs.sources import Found, Raw
from checker.logs.tables import sql_type, stored

LARGE = 5_000
"""From so many rows on, fitting files are not copied but read in place."""
FEW = 20_000
"""Up to so many cells, Python reads what does not fit."""
_WHOLE = {"TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER"}
_FITS: dict[str, frozenset[str]] = {
    "text": frozenset({"VARCHAR"}),
    "id": frozenset({"VARCHAR"}),
    "enum": frozenset({"VARCHAR"}),
    "int": frozenset(_WHOLE),
    "bool": frozenset({"BOOLEAN"}),
    "date": frozenset({"DATE"}),
    "month": frozenset({"DATE"}),
    "quarter": frozenset({"DATE"}),
    "datetime": frozenset(
        {"TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS", "TIMESTAMP WITH TIME ZONE"}
    ),
    "time": frozenset({"TIME"}),
    "duration": frozenset({"INTERVAL"}),
    "list": frozenset({"VARCHAR[]"}),
    "decimal": frozenset(_WHOLE),
}


@dataclass(frozen=True)
class Archive:
    """Parquet files of one log and one schema, in order of their names; `rows` counts the rows of each."""

    files: tuple[Found, ...]
    header: Header
    types: tuple[str, ...]
    rows: tuple[int, ...]

    @property
    def sql(self) -> str:
        """Give the FROM item over all the files."""
        listed = ", ".join(literal(one.path.as_posix()) for one in self.files)
        return f"read_parquet([{listed}], hive_partitioning = false)"


def describe(
    db: Database, found: Sequence[Found], known: Known
) -> list[tuple[Archive | None, tuple[str, ...]]]:
    """Give each file as an archive, or None and its column names when it is no log.

    Raises:
        DatabaseError: a file is damaged; describe them one by one to tell which.
    """
    if not found:
        return []
    listed = f"[{', '.join(literal(one.path.as_posix()) for one in found)}]"
    rows = dict(db.execute(f"select file_name, num_rows from parquet_file_metadata({listed})"))
    shapes: dict[str, list[tuple[str, ...]]] = {}
    for name, *column in db.execute(
        f"select file_name, columns(* exclude (file_name)) from parquet_schema({listed})"
    ):
        shapes.setdefault(name, []).append(tuple(map(str, column)))
    types: dict[tuple[tuple[str, ...], ...], dict[str, str]] = {}
    described = []
    for one in found:
        name = one.path.as_posix() if len(found) > 1 else next(iter(rows))
        shape = tuple(shapes[name])
        if shape not in types:
            alone = Archive((one,), Header("", 0, 0, {}, (), 0.0), (), (0,))
            types[shape] = db.columns(f"select * from {alone.sql}")
        described.append(_described(one, types[shape], int(rows[name]), known))
    return described


def _described(
    found: Found, types: Mapping[str, str], rows: int, known: Known
) -> tuple[Archive | None, tuple[str, ...]]:
    header = find_header([list(types)], known, [found.shown])
    if not isinstance(header, Header):
        return None, tuple(types)
    return Archive((found,), header, tuple(types.values()), (rows,)), tuple(types)


def fits(log: Log, archive: Archive) -> bool:
    """Tell whether every column has a type that its field can be read from in place."""
    fields = stored(log)
    return all(_fits(fields[name], archive.types[at]) for name, at in archive.header.columns.items())


def odd_fields(db: Database, log: Log, archive: Archive, wanted: frozenset[str]) -> frozenset[str]:
    """Give the fields with a cell that must be looked at: a mark of a blank in a text, what an enum does not know.

    One look at each column here saves one a row in every statement that reads it.
    """
    fields = {name: one for name, one in stored(log).items() if name in wanted}
    tests = {
        name: _is_odd(fields[name], quote(archive.header.names[column]))
        for name, column in archive.header.columns.items()
        if name in fields and fields[name].type in ("text", "id", "enum")
    }
    # Each asked by itself: a filter is answered by the bounds, dictionaries and Bloom filters of the files.
    asked = [
        f"(select {literal(name)} from {archive.sql} where {test} limit 1)" for name, test in tests.items()
    ]
    return frozenset(name for (name,) in db.execute(" union all ".join(asked))) if asked else frozenset()


def _is_odd(field: Field, column: str) -> str:
    if field.type == "enum":
        return f"{column} not in ({', '.join(map(literal, field.values))})" if field.values else "true"
    marks = ("", *blanks(field))
    longest = max(len(mark.encode()) for mark in marks)
    return f"strlen({column}) <= {longest} and {column} in ({', '.join(map(literal, marks))})"


def in_place(
    log: Log, archive: Archive, bad: str | None, zone: str, wanted: frozenset[str], odd: frozenset[str]
) -> str:
    """Give the SELECT of typed rows over the files themselves: the fields, `_file` (from 0), `_row`, `_bad`.

    Fields that are not `wanted` are null; `odd` are those with cells that are not what they seem.
    """
    at = {name: quote(archive.header.names[column]) for name, column in archive.header.columns.items()}
    types = {name: archive.types[column] for name, column in archive.header.columns.items()}
    columns = [
        f"{_value(one, at[name], types[name], zone, name in odd)} as {quote(name)}" if name in at and name in wanted
        else f"null::{sql_type(one)} as {quote(name)}"
        for name, one in stored(log).items()
    ]  # fmt: skip
    flag = _bad(log, {name: column for name, column in at.items() if name in odd}, bad)
    return f"select {', '.join(columns)}, file_index::integer as _file, file_row_number + 1 as _row, {flag} as _bad from {archive.sql}"


def as_text(db: Database, archive: Archive) -> Raw:
    """Give the raw cells of one file as text, for those whose types do not fit; few of them Python holds."""
    cells = [
        f"{_text(quote(name), kind)} as c{i}"
        for i, (name, kind) in enumerate(zip(archive.header.names, archive.types, strict=True))
    ]
    sql = f"(select {', '.join(cells)}, file_row_number + 1 as n from {archive.sql})"
    if sum(archive.rows) * len(cells) <= min(FEW, bigtext.HELD):
        held = [(row[-1], row[:-1]) for row in db.execute(f"from {sql} order by n")]
        return Raw("", len(cells), held=held)
    return Raw(sql, len(cells), "n")


def merge(archives: Sequence[Archive]) -> list[Archive]:
    """Join archives of one log and one schema."""
    groups: dict[tuple[str, tuple[str, ...], tuple[str, ...]], list[Archive]] = {}
    for one in archives:
        groups.setdefault((one.header.log, one.header.names, one.types), []).append(one)
    return [
        Archive(
            tuple(found for one in group for found in one.files),
            group[0].header,
            group[0].types,
            tuple(count for one in group for count in one.rows),
        )
        for group in groups.values()
    ]


def _fits(field: Field, kind: str) -> bool:
    if field.type == "decimal" and kind.startswith("DECIMAL("):
        digits, places = (int(part) for part in kind[8:-1].split(","))
        return places <= field.places and digits - places <= 18 - field.places
    return kind in _FITS[field.type]


def _value(field: Field, column: str, kind: str, zone: str, odd: bool) -> str:
    match field.type:
        case "text" | "id" | "enum" if not odd:
            return column
        case "text" | "id":
            return f"case when not {among(column, ('', *blanks(field)))} then {column} end"
        case "enum":
            return f"case when {among(column, field.values)} then {column} end"
        case "datetime" if kind == "TIMESTAMP WITH TIME ZONE":
            return f"timezone({literal(zone)}, {column})"
        case "time":
            return f"epoch_us({column})"
        case "duration":
            return f"epoch_us({column})"
        case "month" | "quarter":
            return f"date_trunc('{field.type}', {column})::date"
        case _:
            return f"{column}::{sql_type(field)}"


def _bad(log: Log, at: Mapping[str, str], bad: str | None) -> str:
    """Give the SQL of `_bad`: an enum that holds no value of its list is unreadable."""
    flags = []
    for name, one in stored(log).items():
        if one.type == "enum" and name in at:
            known = (*one.values, "", *blanks(one))
            flags.append(f"case when not {among(at[name], known)} then {literal(name + ',')} else '' end")
    if not flags:
        return f"{literal(bad)}::varchar" if bad else "null::varchar"
    return f"nullif(concat({literal(bad or ',')}, {', '.join(flags)}), ',')"


def _text(column: str, kind: str) -> str:
    if kind.endswith("[]"):
        return f"array_to_string({column}, '、')"
    return f"{column}::varchar"


__all__ = [
    "LARGE",
    "Archive",
    "DatabaseError",
    "as_text",
    "describe",
    "fits",
    "in_place",
    "merge",
    "odd_fields",
]
