"""An archive back into sources and rows: verified, then read in place; small logs come to Python.

Its rows stand as they were read from the files. Who a row is about and what was entered twice is settled at every
reading, with the people log and the other files of that run.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from checker.database import Database, literal, quote
from checker.diagnostics import UsageError, shown_path
from checker.language.pack import Log, Pack
from checker.logs import bigtext
from checker.logs.archive_manifest import Entry, Manifest, PartFile, damaged, definition, load, sha256_of
from checker.logs.coerce import absent_flag
from checker.logs.sources import Part, Raw, Source
from checker.logs.tables import sql_type, stored
from checker.model import Problem, Text
from checker.nouns import dataclass

_OF_THE_HEADER = frozenset({"missing-column", "double-column", "unknown-columns"})


@dataclass(frozen=True)
class Kept:
    """The rows of one log in an archive: its parts, and which input of the archive has which number in them."""

    log: Log
    paths: tuple[Path, ...]
    rows: int
    sources: Mapping[int, Source]

    @property
    def sql(self) -> str:
        """Give the FROM item over the parts."""
        return parts_sql(self.paths)

    def select(self, places: Mapping[int, int | None], wanted: frozenset[str] | None) -> str:
        """Give the SELECT of the fields, `_src` (places in the run by number, null leaves an input out), `_row`, `_bad`."""
        fields = ", ".join(
            quote(name) if wanted is None or name in wanted else f"null::{sql_type(one)} as {quote(name)}"
            for name, one in stored(self.log).items()
        )
        listed = [places.get(src) for src in range(max(places) + 1)]
        src = f"[{', '.join('null' if one is None else str(one) for one in listed)}][_src + 1]"
        only = f" where {src} is not null" if None in places.values() else ""
        bad = "_bad" if wanted is None else f"{self._flags(wanted)} as _bad"
        return f"select {fields}, {src}::integer as _src, _row, {bad} from {self.sql}{only}"

    def _flags(self, wanted: frozenset[str]) -> str:
        """Give the SQL of `_bad` as a reading of only these fields gives it: others are named if the file lacks them."""
        groups: dict[frozenset[str], list[int]] = {}
        for src, source in self.sources.items():
            lacking = frozenset((absent_flag(source) or "").strip(",").split(","))
            groups.setdefault(wanted | lacking, []).append(src)
        if all(set(stored(self.log)) <= names for names in groups):
            return "_bad"
        cases = " ".join(
            f"when _src in ({', '.join(map(str, own))}) then {_only(names)}" for names, own in groups.items()
        )
        return f"case when _bad is null then null {cases} end"


@dataclass(frozen=True)
class Opened:
    """A verified archive: its manifest, a source for each entry, and the rows of each log."""

    folder: Path
    manifest: Manifest
    sources: Mapping[int, Source]
    kept: tuple[Kept, ...]


def open_archive(folder: Path, pack: Pack) -> Opened:
    """Verify an archive and give what is in it.

    Raises:
        UsageError: a file of it is missing or changed, or it was made with other definitions of its logs.
    """
    manifest = load(folder)
    _refuse_other_logs(folder, manifest, pack)
    for part in manifest.parts:
        verify(folder, part)
    sources = {one.src: _source(one, pack) for one in manifest.entries}
    kept = []
    for log in sorted({one.log for one in manifest.parts}):
        own = {src: source for src, source in sources.items() if source.log.id == log}
        parts = [one for one in manifest.parts if one.log == log]
        paths = tuple(folder / one.file for one in parts)
        kept.append(Kept(pack.logs[log], paths, sum(one.rows for one in parts), own))
    return Opened(folder, manifest, sources, tuple(kept))


def renamed(opened: Opened, taken: set[str]) -> Opened:
    """Give the archive with other names for its files where other files of the run have these names already."""
    manifest = opened.manifest
    owner = opened.folder.resolve().name
    names: dict[str, str] = {}
    for name in sorted(manifest.files):
        new, number = name, 1
        while new in taken:
            new = f"{owner}/{name}" if number == 1 else f"{owner}/{name}#{number}"
            number += 1
        names[name] = new
        taken.add(new)
    if all(old == new for old, new in names.items()):
        return opened
    entries = tuple(
        replace(one, input=replace(one.input, file=names[one.input.file])) for one in manifest.entries
    )
    problems = tuple(replace(one, file=names.get(one.file, one.file)) for one in manifest.problems)
    files = {names[name]: size for name, size in manifest.files.items()}
    sources = {src: replace(one, file=names[one.file]) for src, one in opened.sources.items()}
    kept = tuple(replace(one, sources={src: sources[src] for src in one.sources}) for one in opened.kept)
    changed = replace(manifest, entries=entries, problems=problems, files=files)
    return replace(opened, manifest=changed, sources=sources, kept=kept)


def problems_of(manifest: Manifest, wanted: Mapping[str, frozenset[str] | None]) -> Iterator[Problem]:
    """Give the problems as a reading of only these fields finds them; None for all fields of a log."""
    for one in manifest.problems:
        names = wanted.get(one.log) if one.log else None
        if names is None or one.field is None or one.field in names or one.code in _OF_THE_HEADER:
            yield one


def held(db: Database, kept: Kept, wanted: frozenset[str] | None) -> dict[int, Part] | None:
    """Give the rows of a log by number of their input, or None where they are too many for Python to hold."""
    fields = stored(kept.log)
    if kept.rows * len(fields) > bigtext.HELD:
        return None
    listed = ", ".join(map(quote, [*fields, "_row", "_bad", "_src"]))
    sql = kept.select({src: src for src in kept.sources}, wanted)
    lists = [i for i, one in enumerate(fields.values()) if one.type == "list"]
    rows: dict[int, list[tuple[Any, ...]]] = {}
    for row in db.execute(f"select {listed} from ({sql}) order by _src, _row"):
        rows.setdefault(row[-1], []).append(_plain(row, lists))
    return {
        src: Part(source, "", len(own), (), len(own), "", tuple(own))
        for src, source in kept.sources.items()
        for own in [rows.get(src, [])]
    }


def _plain(row: tuple[Any, ...], lists: Sequence[int]) -> tuple[Any, ...]:
    """Give a row without its number of an input, and its lists as tuples."""
    if not lists:
        return row[:-1]
    cells = list(row[:-1])
    for i in lists:
        cells[i] = None if cells[i] is None else tuple(cells[i])
    return tuple(cells)


def verify(folder: Path, part: PartFile) -> None:
    """See that a part is as it was written.

    Raises:
        UsageError: it is missing, cannot be read, or has other bytes.
    """
    try:
        if sha256_of(folder / part.file) != part.sha256:
            raise damaged(folder, part.file)
    except OSError as error:
        raise damaged(folder, part.file) from error


def parts_sql(paths: Sequence[Path]) -> str:
    """Give the FROM item over parts."""
    listed = ", ".join(literal(one.as_posix()) for one in paths)
    return f"read_parquet([{listed}], hive_partitioning = false)"


def _refuse_other_logs(folder: Path, manifest: Manifest, pack: Pack) -> None:
    other = [
        name
        for name, made in sorted(manifest.definitions.items())
        if name not in pack.logs or definition(pack, pack.logs[name]) != made
    ]
    if not other:
        return
    listed = "、".join(other)
    said = Text(
        f"存档是按另一种台账定义做的（{listed}），不能照现在的定义读",
        f"the archive was made with other definitions of {', '.join(other)} and cannot be read by these",
    )
    hint = Text(
        f"请用原始台账重新存档到新文件夹，或用 --rules 指定当时的规则包（{manifest.pack}）",
        f"archive the original files again into a new folder, or name the pack of that time ({manifest.pack}) by --rules",
    )
    raise UsageError.of("archive-other-logs", said, hint, shown_path(folder))


def _source(one: Entry, pack: Pack) -> Source:
    titles = tuple(one.headers.values())
    columns = {name: i for i, name in enumerate(one.headers)}
    return Source(
        one.input.file, one.input.sheet, pack.logs[one.input.log], Raw("", len(titles)), columns, titles
    )


def _only(names: frozenset[str]) -> str:
    listed = ", ".join(literal(one) for one in sorted(names))
    left = f"list_filter(string_split(trim(_bad, ','), ','), lambda one: list_contains([{listed}], one))"
    return f"nullif(concat(',', array_to_string({left}, ','), ','), ',,')"
