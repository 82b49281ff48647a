"""Many large text files of one log and one shape, read together by all threads.

What is read is kept compact, in temporary Parquet files once it is large; the few rows with a cell in no plain form,
or that are no records, come to Python, which reads them as it reads small files. A file of which not every line is
accounted for, or with days without a year, is left to the ways of `bigtext`, one file at a time.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from checker.database import Database, DatabaseError, literal, quote
from checker.language.pack import Field
from checker.logs import bigtext, bulk_store
from checker.logs.bulk_left import Left, Store, rows_left
from checker.logs.bulk_store import Files
from checker.logs.coerce import Setting, absent_flag, chosen
from checker.logs.sources import Member, Raw, Source
from checker.logs.tables import sql_type, stored
from checker.model import Problem

LEFT = 200_000
"""So many rows with cells in no plain form may come to Python; where there are more, each file is read alone."""


@dataclass(frozen=True)
class Bulk:
    """The rows of many files: `store` has the plain ones, `patch` (a table, or none) those that Python has read.

    `files` says of each file, by its number in `_f`, where its rows start; one with a null is not to be had here.
    """

    source: Source
    fields: tuple[Field, ...]
    store: str
    number: str
    patch: str | None
    starts: tuple[int | None, ...]
    bad: str | None
    rows: tuple[int, ...]

    def count(self, places: Sequence[int | None]) -> int:
        """Give how many rows `select` gives."""
        return sum(rows for rows, at in zip(self.rows, places, strict=True) if at is not None)

    def select(self, places: Sequence[int | None]) -> str:
        """Give the SELECT of the fields, `_src` (from the places of the files, null leaves a file out), `_row`, `_bad`."""
        have = {one.name for one in self.fields}
        listed = [
            quote(name) if name in have else f"null::{sql_type(one)} as {quote(name)}"
            for name, one in stored(self.source.log).items()
        ]
        src, row = _picked(places), f"{self.number} - {_picked(self.starts)}"
        only = "" if None not in places else f" and {src} is not null"
        flag = f"{literal(self.bad) if self.bad else 'null'}::varchar"
        end = f"{src}::integer as _src, ({row})::bigint as _row"
        plain = f"select {', '.join(listed)}, {end}, {flag} as _bad from {self.store} where _plain{only}"
        if self.patch is None:
            return plain
        own = ", ".join(quote(name) for name in stored(self.source.log))
        return (
            f"{plain} union all select {own}, {src}::integer, _row, _bad from {self.patch} where true{only}"
        )


@dataclass(frozen=True)
class Done:
    """What became of one file: its rows and problems."""

    rows: int
    problems: tuple[Problem, ...]


def read_bulk(
    db: Database, members: Sequence[Member], setting: Setting
) -> tuple[Bulk | None, list[Done | None]]:
    """Give the rows of files of one shape, and for each file what became of it, null for one to be read alone."""
    alone: list[Done | None] = [None] * len(members)
    first, width = members[0], len(members[0].source.titles)
    source = replace(first.source, raw=Raw("", width))
    fields = chosen(source, setting)
    try:
        files = Files([one.path for one in members], [one.size for one in members], first.mark, first.skip)
        store, number = bulk_store.store(db, source, fields, setting, files)
    except DatabaseError:
        return None, alone
    counted = _counted(db, store, number, len(members))
    if sum(one.left for one in counted) > LEFT:
        return None, alone
    starts = [
        counts.start - one.skip - 1 if _is_whole(db, one, counts) else None
        for one, counts in zip(members, counted, strict=True)
    ]
    bad = absent_flag(source)
    left = rows_left(db, Store(store, number, fields, tuple(starts)), setting, bad)
    sound = tuple(None if i in left.yearless else start for i, start in enumerate(starts))
    done = [
        None if sound[i] is None else Done(counts.rows - counts.dropped, tuple(left.problems(i, one.source)))
        for i, (one, counts) in enumerate(zip(members, counted, strict=True))
    ]
    patch = _patch(db, source, fields, left) if left.rows else None
    rows = tuple(one.rows if one else 0 for one in done)
    return Bulk(source, fields, store, number, patch, sound, bad, rows), done


def _patch(db: Database, source: Source, fields: Sequence[Field], left: Left) -> str:
    table = db.name("patch")
    have = {one.name: i for i, one in enumerate(fields)}
    kinds = [(name, sql_type(one)) for name, one in stored(source.log).items()]
    kinds += [("_f", "INTEGER"), ("_row", "BIGINT"), ("_bad", "VARCHAR")]
    order = [have.get(name) for name in stored(source.log)]

    def rows() -> Iterator[list[Any]]:
        for one in left.rows:
            cells = [None if at is None else one.values[at] for at in order]
            yield [
                *(list(cell) if isinstance(cell, tuple) else cell for cell in cells),
                one.file,
                one.row,
                one.bad,
            ]

    db.fill(table, kinds, rows())
    return table


@dataclass(frozen=True)
class _Counts:
    rows: int = 0
    left: int = 0
    dropped: int = 0
    start: int = 0
    last: int = -1


def _counted(db: Database, store: str, number: str, files: int) -> list[_Counts]:
    found = db.execute(
        "select _f, count(*), count(*) filter (_x is not null and _j is null), count(_j),"
        f" min({number}), max({number}) from {store} group by _f"
    )
    counts = {row[0]: _Counts(*row[1:]) for row in found}
    return [counts.get(i, _Counts()) for i in range(files)]


def _is_whole(db: Database, one: Member, counts: _Counts) -> bool:
    """Tell whether every line of the file is a row, and its rows stand together."""
    if counts.last - counts.start + 1 != counts.rows:
        return False
    width = len(one.source.titles)
    raw = Raw(bigtext.strict(one.path, one.mark, width, one.skip), width, None, one.skip + 1, one.lines)
    try:
        return bigtext.all_there(db, raw, counts.rows)
    except DatabaseError:
        return False


def _picked(numbers: Sequence[int | None]) -> str:
    """Give the SQL of the number of a row's file."""
    if len(numbers) == 1:
        return "null" if numbers[0] is None else str(numbers[0])
    return f"[{', '.join('null' if one is None else str(one) for one in numbers)}][_f + 1]"
