"""Rows as they stand in the files, cell by cell, for those who have to show them; nothing is read into types here.

Row numbers, columns and which copy of a file counts are those of `read`. Parquet files and archives are left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from checker.database import Database, DatabaseError
from checker.language.pack import Pack
from checker.logs import files, texts
from checker.logs.bigtext import all_there
from checker.logs.discover import discover, is_other, kind_of
from checker.logs.files import Ready, Shelf
from checker.logs.headers import known
from checker.logs.sources import Found, Raw

Cells = tuple[str | None, ...]


@dataclass(frozen=True)
class Written:
    """One file or sheet as it is written: titles of its columns, which field stands in which, its numbered rows."""

    file: str
    sheet: str | None
    log: str
    sha256: str
    titles: tuple[str, ...]
    columns: Mapping[str, int]
    rows: tuple[tuple[int, Cells], ...]

    @cached_property
    def numbered(self) -> Mapping[int, Cells]:
        """Give the cells of each row by its number."""
        return dict(self.rows)


def written(paths: Sequence[Path], pack: Pack, db: Database) -> list[Written]:
    """Give every file and sheet that is a log of the pack, in the order of their names.

    Raises:
        UsageError: a path does not exist.
    """
    shelf = Shelf(db, pack, known(pack.logs.values()))
    seen: set[tuple[str, str | None, str]] = set()
    found: list[Written] = []
    for one in discover(paths)[0]:
        for sheet in _of_file(shelf, one):
            mark = (sheet.sha256, sheet.sheet, sheet.log)
            if mark not in seen:
                found.append(sheet)
            if sheet.rows:
                seen.add(mark)
    return found


def _of_file(shelf: Shelf, found: Found) -> Iterator[Written]:
    try:
        with found.path.open("rb") as file:
            kind = kind_of(file.read(4096))
        if kind in ("parquet", "html") or is_other(found.path, kind):
            return
        scan = texts.scan(found.path)
        readies = (
            files.text(shelf, found, lambda: scan)
            if kind == "text"
            else files.workbook(shelf, found, kind == "zip")
        )
        for ready in readies:
            if isinstance(ready, Ready):
                source = ready.source
                rows = tuple(_rows(shelf.db, ready))
                yield Written(
                    source.file, source.sheet, source.log.id, scan.sha256, source.titles, source.columns, rows
                )
    except OSError:
        return  # `read` has told of it


def _rows(db: Database, ready: Ready) -> Iterator[tuple[int, Cells]]:
    for raw in ready.attempts():
        if raw.held is not None:
            return iter((number, tuple(cells)) for number, cells in raw.held)
        try:
            rows = _from_database(db, raw)
            if all_there(db, raw, len(rows)):
                return iter(rows)
        except DatabaseError:
            if raw.lines is None:
                raise
    raise AssertionError("the last way to read a text never fails")


def _from_database(db: Database, raw: Raw) -> list[tuple[int, Cells]]:
    table = db.name("written")
    db.run(f"create table {table} as select * from {raw.sql}")
    number = raw.number or f"rowid + {raw.first}"
    cells = ", ".join(f"c{i}" for i in range(raw.width))
    listed = db.execute(f"select {number}, {cells} from {table} order by rowid")
    return [(one[0], tuple(one[1:])) for one in listed]
