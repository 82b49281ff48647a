"""Where the typed rows of many text files are kept: in a table, or, once there is much text, in Parquet files.

Files are written side by side, some text files each. In most columns of text every plain cell is its own value, so
columns of which the first rows look so are written as they stand, and the finished file is asked whether that was
true: its dictionaries answer for all rows that hold the same text. Where it was not, the file is written again with
those columns read cell by cell.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from checker.database import Database, Execute, literal, quote
from checker.language.pack import Field
from checker.logs import bigtext
from checker.logs.coerce import Setting, first_sql
from checker.logs.plain import stands
from checker.logs.sources import Raw, Source

PACKED = 16 << 20
"""From so many bytes of text on, the rows are kept in files."""
GROUP = 48 << 20
"""So many bytes of text, in whole files, are read for one file of rows."""
FIRST = 20_000
"""So many rows are looked at for columns that seem to stand as they are."""
_FORM = "format parquet, row_group_size 20480, dictionary_size_limit 2048"
"""Small groups of rows, since each thread that writes holds one; no time for dictionaries of what hardly repeats."""


@dataclass(frozen=True)
class Files:
    """The text files of one shape: their paths and sizes, and how they are split into cells."""

    paths: Sequence[Path]
    sizes: Sequence[int]
    mark: str
    skip: int


def store(
    db: Database, source: Source, fields: Sequence[Field], setting: Setting, files: Files
) -> tuple[str, str]:
    """Read the files; give the FROM item of the typed rows, in the order of files and lines, and a row's number in it.

    It has the fields, `_f` (the number of the text file), `_x`, `_j` (see `first_sql`) and `_plain`. The rows of one
    text file stand together, and their numbers follow each other.

    Raises:
        DatabaseError: the files cannot be read together.
    """
    name = db.name("bulk")
    if sum(files.sizes) < PACKED:
        db.run(
            f"create table {name} as {_select(source, fields, setting, files, range(len(files.paths)), ())}"
        )
        return name, "rowid"
    odd = _odd_at_first(db, source, fields, files)
    jobs = [
        _Job(source, fields, setting, files, group, db.folder / f"{name}_{at}.parquet", odd)
        for at, group in enumerate(_groups(files.sizes))
    ]
    db.at_once(jobs)
    written = ", ".join(literal(one.path.as_posix()) for one in jobs)
    return f"read_parquet([{written}], hive_partitioning = false)", "file_row_number"


@dataclass
class _Job:
    """Writes the rows of some text files to `path`; all jobs of a log gather in `odd` the fields to read cell by cell."""

    source: Source
    fields: Sequence[Field]
    setting: Setting
    files: Files
    group: range
    path: Path
    odd: set[str]

    def __call__(self, execute: Execute) -> None:
        standing = [one for one in self.fields if one.name not in self.odd]
        self._write(execute, standing)
        found = _changed(execute, standing, self.path)
        if found:
            self.odd.update(found)
            # Under another name: whatever is remembered of the first file says nothing of the second.
            self.path = self.path.with_stem(f"{self.path.stem}_again")
            self._write(execute, [one for one in standing if one.name not in found])

    def _write(self, execute: Execute, standing: Sequence[Field]) -> None:
        names = [one.name for one in standing]
        select = _select(self.source, self.fields, self.setting, self.files, self.group, names)
        execute(f"copy ({select}) to {literal(self.path.as_posix())} ({_FORM})")


def _select(
    source: Source,
    fields: Sequence[Field],
    setting: Setting,
    files: Files,
    group: range,
    standing: Sequence[str],
) -> str:
    own = replace(source, raw=Raw(_raw(source, files, group), source.raw.width))
    first = first_sql(own, fields, setting, ["_f"], frozenset(standing))
    return f"select *, _x is null and _j is null as _plain from ({first})"


def _raw(source: Source, files: Files, group: range) -> str:
    paths = files.paths[group.start : group.stop]
    return bigtext.together(paths, files.mark, source.raw.width, files.skip, group.start)


def _odd_at_first(db: Database, source: Source, fields: Sequence[Field], files: Files) -> set[str]:
    """Give the fields to be read cell by cell, as far as the first rows tell.

    Keys are among them: they are as many texts as rows, so no dictionary spares anything.
    """
    tests = {
        one.name: test
        for one in fields
        if one.name not in source.log.key and (test := stands(one, f"c{source.columns[one.name]}"))
    }
    if not tests:
        return {one.name for one in fields}
    counts = ", ".join(f"count(*) filter (where not {test})" for test in tests.values())
    found = db.execute(f"select {counts} from (from {_raw(source, files, range(1))} limit {FIRST})")[0]
    sound = {name for name, odd in zip(tests, found, strict=True) if not odd}
    return {one.name for one in fields if one.name not in sound}


def _changed(execute: Execute, standing: Sequence[Field], path: Path) -> set[str]:
    """Give the fields with a cell that may not be its own value. Each is asked by itself, as a filter."""
    file = literal(path.as_posix())
    asked = [
        f"(select {literal(one.name)} from read_parquet({file}, hive_partitioning = false)"
        f" where not {stands(one, quote(one.name))} limit 1)"
        for one in standing
    ]
    return {name for (name,) in execute(" union all ".join(asked))} if asked else set()


def _groups(sizes: Sequence[int]) -> Iterator[range]:
    """Give runs of whole files of at least `GROUP` bytes, the last one of what is left."""
    start, size = 0, 0
    for at, one in enumerate(sizes, 1):
        size += one
        if size >= GROUP or at == len(sizes):
            yield range(start, at)
            start, size = at, 0
