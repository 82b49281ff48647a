"""Logs as an archive: one Parquet file a log and month, and a manifest, replaced so that a crash harms nothing.

New parts have names of their own, by their bytes, and lie beside the old ones until the manifest names them; it is
moved into place in one step. What no manifest names is removed at the end, or by the next run.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from checker.database import Database, DatabaseError, literal, quote
from checker.diagnostics import UsageError, shown_path
from checker.language.pack import Log
from checker.logs import archive_manifest as manifests
from checker.logs.archive_manifest import NO_MONTH, Entry, Manifest, PartFile, definition, is_archive
from checker.logs.archive_months import Choice, Month, Settled, problems_left, settle
from checker.logs.archive_reading import open_archive, parts_sql
from checker.logs.joining import joined
from checker.logs.reading import Gathered
from checker.logs.sources import by_place
from checker.logs.tables import stored
from checker.model import Problem, Text

STAGE = ".new"
AS_A_RULE = Choice()


@dataclass(frozen=True)
class Written:
    """What an archive holds now, and what was replaced for it."""

    manifest: Manifest
    notes: tuple[Text, ...]


def archive(read: Gathered, folder: Path, choice: Choice = AS_A_RULE) -> Written:
    """Write what was gathered into an archive, new or not; other months and files in it stay as they are.

    Raises:
        CheckerError: the folder holds other things, is damaged, or has rows that would be lost or count twice.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with _alone(folder):
            return _archive(read, folder, choice)
    except OSError as error:
        said = Text(f"无法写入存档：{error.strerror}", f"the archive cannot be written: {error.strerror}")
        hint = Text(
            "检查 --to 的文件夹是否可写、磁盘是否已满",
            "check that --to can be written to and the disk is not full",
        )
        raise UsageError.of("cannot-write", said, hint, shown_path(folder)) from error


def _archive(read: Gathered, folder: Path, choice: Choice) -> Written:
    pack = read.parts.pack
    old = open_archive(folder, pack).manifest if is_archive(folder) else None
    _refuse_others(folder, old)
    views = {log: joined(read.parts, pack.logs[log])[0] for log in read.parts.ids}
    fresh = _entries(read, views)
    given = {*read.sizes, *(one.file for one in read.parts.problems)}
    settled = settle(old, fresh, given, choice)
    stage = folder / STAGE
    stage.mkdir(exist_ok=True)
    parts = _parts(read, views, folder, old, settled)
    problems = _problems(read, folder, old, settled, given)
    names = manifests.files_of(settled.gone) - manifests.files_of(settled.stay)
    files = {name: size for name, size in (old.files if old else {}).items() if name not in names}
    logs = sorted({one.input.log for one in settled.entries})
    made = Manifest(
        pack.id,
        {log: definition(pack, pack.logs[log]) for log in logs},
        {**files, **read.sizes},
        settled.entries,
        parts,
        problems,
    )
    _publish(folder, made)
    _tidy(folder, made)
    return Written(made, settled.notes)


def _entries(read: Gathered, views: dict[str, str]) -> list[Entry]:
    """Give an entry for each input that was read, with its place in the run for a number."""
    months: dict[int, dict[str, int]] = {}
    for log, view in views.items():
        dated = _dated(read.parts.pack.logs[log])
        day = f"date_trunc('month', {dated})::date" if dated else "null::date"
        found = read.parts.db.execute(f"select _src, {day}, count(*) from {view} group by 1, 2 order by 1, 2")
        for src, first, rows in found:
            months.setdefault(src, {})[_name(first)] = rows
    return [
        Entry(i, one, _headers(read, i), dict(sorted(months.get(i, {}).items())))
        for i, one in enumerate(read.inputs)
    ]


def _headers(read: Gathered, at: int) -> dict[str, str]:
    source = read.parts.sources[at]
    return {name: source.titles[i] for name, i in source.columns.items() if name in stored(source.log)}


def _dated(log: Log) -> str | None:
    return quote(log.date) if log.date and log.date in stored(log) else None


def _name(first: date | None) -> str:
    return NO_MONTH if first is None else f"{first.year:04}-{first.month:02}"


def _parts(
    read: Gathered, views: dict[str, str], folder: Path, old: Manifest | None, settled: Settled
) -> tuple[PartFile, ...]:
    """Give the parts of the new archive, those that change written beside the others."""
    had: dict[Month, PartFile] = {(one.log, one.month): one for one in (old.parts if old else ())}
    new = {(one.input.log, month) for one in settled.fresh for month in one.months}
    found = {month: part for month, part in had.items() if month not in new | settled.lost}
    for month in sorted(new | settled.lost):
        selects = _old_rows(read, folder, had.get(month), month, settled.stay)
        if month in new:
            selects.append(_new_rows(read, views[month[0]], month, settled.fresh))
        if selects:
            found[month] = _write(read.parts.db, folder, month, selects)
    return tuple(found[month] for month in sorted(found))


def _old_rows(
    read: Gathered, folder: Path, part: PartFile | None, month: Month, stay: Sequence[Entry]
) -> list[str]:
    """Give the SELECT of the rows of a part that stay, or nothing."""
    own = [str(one.src) for one in stay if one.input.log == month[0] and month[1] in one.months]
    if part is None or not own:
        return []
    listed = _listed(read.parts.pack.logs[month[0]], "_src")
    return [f"select {listed} from {parts_sql([folder / part.file])} where _src in ({', '.join(own)})"]


def _new_rows(read: Gathered, view: str, month: Month, fresh: Sequence[Entry]) -> str:
    log = read.parts.pack.logs[month[0]]
    numbers = ", ".join(str(one.src) for one in fresh)
    return f"select {_listed(log, f'[{numbers}][_src + 1]')} from {view} where {_in_month(log, month[1])}"


def _listed(log: Log, src: str) -> str:
    return ", ".join([*map(quote, stored(log)), f"({src})::integer as _src", "_row", "_bad"])


def _in_month(log: Log, month: str) -> str:
    """Give the SQL that tells the rows of a month, as comparisons that skip what a file says it has not."""
    dated = _dated(log)
    if dated is None:
        return "true"
    if month == NO_MONTH:
        return f"{dated} is null"
    first = f"date '{month}-01'"
    return f"{dated} >= {first} and {dated} < {first} + interval 1 month"


def _write(db: Database, folder: Path, month: Month, selects: Sequence[str]) -> PartFile:
    """Write a part and move it beside the others, under a name that no other bytes have."""
    staged = folder / STAGE / "part.parquet"
    rows = f"select * from ({' union all '.join(selects)}) order by _src, _row"
    try:
        db.run(f"copy ({rows}) to {literal(staged.as_posix())} (format parquet, compression zstd)")
    except DatabaseError as error:
        raise OSError(None, str(error).splitlines()[0]) from error
    count = db.execute(f"select count(*) from {parts_sql([staged])}")[0][0]
    sha256 = manifests.sha256_of(staged)
    log, when = month
    name = f"{log}/_month={when}/{sha256[:16]}.parquet"
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    _move(staged, folder / name)
    return PartFile(log, when, name, sha256, count)


def _problems(
    read: Gathered, folder: Path, old: Manifest | None, settled: Settled, given: set[str]
) -> tuple[Problem, ...]:
    left = list(problems_left(old, settled, given))
    if old:
        lost = _lost_rows(read.parts.db, folder, old, settled)
        left = [one for one in left if (one.file, one.sheet, one.log, one.row) not in lost]
    return tuple(sorted(dict.fromkeys([*left, *read.parts.problems]), key=by_place))


def _lost_rows(
    db: Database, folder: Path, old: Manifest, settled: Settled
) -> set[tuple[str, str | None, str | None, int]]:
    """Give the places of rows that are replaced by month while others of their file stay: only those with problems."""
    before = {one.src: one for one in old.entries}
    found: set[tuple[str, str | None, str | None, int]] = set()
    for one in settled.stay:
        own = one.input
        lost = [month for month in before[one.src].months if month not in one.months]
        rows = [
            p.row
            for p in old.problems
            if p.row and (p.file, p.sheet, p.log) == (own.file, own.sheet, own.log)
        ]
        paths = [folder / part.file for part in old.parts if part.log == own.log and part.month in lost]
        if paths and rows:
            listed = ", ".join(map(str, rows))
            sql = f"select _row from {parts_sql(paths)} where _src = {one.src} and _row in ({listed})"
            found |= {(own.file, own.sheet, own.log, row) for (row,) in db.execute(sql)}
    return found


def _publish(folder: Path, made: Manifest) -> None:
    """Put the manifest into place: the one step at which the old archive becomes the new one."""
    staged = folder / STAGE / manifests.NAME
    staged.write_bytes(manifests.render(made))
    _move(staged, folder / manifests.NAME)


def _move(staged: Path, target: Path) -> None:
    """Move a file, written down to the disk, to its place."""
    with staged.open("rb+") as file:
        os.fsync(file.fileno())
    staged.replace(target)


def _tidy(folder: Path, made: Manifest) -> None:
    """Remove what a run before left behind, and what the manifest no longer names."""
    named = {one.file for one in made.parts}
    for path in list(_ours(folder)):
        if path.relative_to(folder).as_posix() not in named:
            path.unlink()
            _remove_empty(path.parent, folder)
    _remove_empty(folder / STAGE, folder)


def _remove_empty(path: Path, top: Path) -> None:
    while path != top and path.is_dir() and not any(path.iterdir()):
        path.rmdir()
        path = path.parent


def _ours(folder: Path) -> Iterator[Path]:
    """Give the parts in a folder, and what is half written."""
    yield from sorted((folder / STAGE).glob("*"))
    for path in sorted(folder.glob("*/_month=*/*.parquet")):
        if manifests.PART.fullmatch(path.relative_to(folder).as_posix()):
            yield path


def _refuse_others(folder: Path, old: Manifest | None) -> None:
    """Refuse a folder that is no archive and holds more than a crash left behind.

    Raises:
        UsageError: it does.
    """
    own = set(_ours(folder))
    if old is not None or all(path in own for path in folder.rglob("*") if not path.is_dir()):
        return
    said = Text("这个文件夹里有别的文件，不是存档", "the folder holds other files and is no archive")
    hint = Text("请给出新的或空的文件夹", "name a new or empty folder")
    raise UsageError.of("not-an-archive", said, hint, shown_path(folder))


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Keep other runs off the folder meanwhile, where the system has such locks.

    Raises:
        UsageError: another run is writing.
    """
    if sys.platform == "win32":
        yield
        return
    import fcntl

    handle = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            said = Text("另一个程序正在写这个存档", "another run is writing this archive")
            hint = Text("请等它结束后再试", "try again when it has ended")
            raise UsageError.of("archive-in-use", said, hint, shown_path(folder)) from error
        yield
    finally:
        os.close(handle)
