"""The way of the data on one screen: files → sources → typed parts → one table a log → people → duplicates."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from checker.database import Database, DatabaseError
from checker.diagnostics import UsageError
from checker.language.pack import Log, Pack
from checker.logs import files, parquet, texts
from checker.logs.coerce import Setting, coerce
from checker.logs.discover import archives, discover, is_other, kind_of
from checker.logs.files import Ready, Shelf
from checker.logs.headers import Guess, known
from checker.logs.joining import Parts, tables
from checker.logs.small import read_held
from checker.logs.sources import Found, Member, Part, Raw, Source, by_place, problem
from checker.logs.tables import Tables, stored
from checker.model import Input, Problem, Text

if TYPE_CHECKING:
    from checker.logs.archive_reading import Kept, Opened
    from checker.logs.bulk import Bulk

_SMALL_FILE = 1 << 20
Read = TypeVar("Read")
TOGETHER = 1 << 18
"""From so many bytes on, texts of one shape are read by the database."""


@dataclass
class _Desk:
    """What has been read so far: for each input its source, and the parts of each log."""

    shelf: Shelf
    needed: Mapping[str, set[str]] | None
    inputs: list[tuple[Source, int, Callable[[], str]]] = field(default_factory=list)
    parts: dict[str, list[tuple[int, Part]]] = field(default_factory=dict)
    archives: list[tuple[parquet.Archive, tuple[int, ...]]] = field(default_factory=list)
    bulks: list[tuple[Bulk, list[int | None]]] = field(default_factory=list)
    waiting: list[tuple[Ready, Callable[[], str]]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    copies: dict[tuple[str, str | None, str], str] = field(default_factory=dict)
    kept: list[tuple[Kept, dict[int, int | None], int]] = field(default_factory=list)
    sizes: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Gathered:
    """All that stands in the files, before people are looked up and copies left out: what an archive keeps.

    `sizes` has the bytes of each file by the name shown.
    """

    parts: Parts
    inputs: tuple[Input, ...]
    sizes: Mapping[str, int]


def read(
    paths: Sequence[Path], pack: Pack, db: Database, needed: Mapping[str, set[str]] | None = None
) -> Tables:
    """Read files and folders into one typed table a log.

    With `needed`, only the named fields of each log are loaded (and its key, date, person, name, region); the others
    are null. Input files are never changed. Problems come sorted by place.

    Raises:
        UsageError: a path does not exist, or no file holds a log of the pack.
    """
    found = gather(paths, pack, db, needed)
    logs = tables(found.parts)
    dates = {name: log.date for name, log in pack.logs.items() if log.date and log.date in stored(log)}
    kept = tuple(sorted(dict.fromkeys(found.parts.problems), key=by_place))
    return Tables(db, logs, found.inputs, kept, tuple(found.sizes), dates)


def gather(
    paths: Sequence[Path], pack: Pack, db: Database, needed: Mapping[str, set[str]] | None = None
) -> Gathered:
    """Read files and folders as `read` does, up to the rows as they stand in the files.

    Raises:
        UsageError: as `read` does.
    """
    found, problems = discover(paths)
    desk = _Desk(Shelf(db, pack, known(pack.logs.values())), needed)
    desk.problems += problems
    desk.sizes = {one.shown: 0 for one in found}
    with texts.beside() as pool:
        parquets: list[tuple[Found, Callable[[], str]]] = []
        for one in found:
            _file(desk, one, pool, parquets)
        _texts(desk)
        _parquets(desk, parquets)
        for folder in archives(paths):
            _archive(desk, folder)
        digests = [digest() for _, _, digest in desk.inputs]
    if not desk.inputs:
        raise _nothing(paths, desk.problems)
    return _placed(desk, digests)


def _placed(desk: _Desk, digests: Sequence[str]) -> Gathered:
    """Put the inputs in the order of their names."""
    order = sorted(range(len(desk.inputs)), key=lambda i: (desk.inputs[i][0].file, i))
    place: dict[int | None, int | None] = {old: new for new, old in enumerate(order)}
    place[None] = None
    at = {old: new for new, old in enumerate(order)}
    sources = [desk.inputs[old][0] for old in order]
    parts = Parts(
        desk.shelf.db,
        desk.shelf.pack,
        sources,
        {log: [(at[index], part) for index, part in own] for log, own in desk.parts.items()},
        [(group, [at[index] for index in indexes]) for group, indexes in desk.archives],
        [(bulk, [place[index] for index in own]) for bulk, own in desk.bulks],
        desk.problems,
        [(kept, {src: place[i] for src, i in own.items()}, rows) for kept, own, rows in desk.kept],
        lambda log: _setting(desk, log).wanted,
    )
    inputs = tuple(
        Input(one.file, one.sheet, one.log.id, desk.inputs[old][1], digests[old])
        for one, old in zip(sources, order, strict=True)
    )
    return Gathered(parts, inputs, desk.sizes)


def _archive(desk: _Desk, folder: Path) -> None:
    """Take in what an archive holds, as if its files had been handed in."""
    from checker.logs import archive_reading

    opened = archive_reading.open_archive(folder, desk.shelf.pack)
    opened = archive_reading.renamed(opened, set(desk.sizes))
    manifest = opened.manifest
    wanted = {name: _setting(desk, log).wanted for name, log in desk.shelf.pack.logs.items()}
    desk.sizes.update(sorted(manifest.files.items()))
    desk.problems += archive_reading.problems_of(manifest, wanted)
    rows = {one.src: one.input.rows for one in manifest.entries}
    places: dict[int, int | None] = {}
    for one in manifest.entries:
        source, digest = opened.sources[one.src], one.input.sha256
        if one.input.rows and _seen(desk, source, digest):
            places[one.src] = None
            continue
        places[one.src] = len(desk.inputs)
        desk.inputs.append((source, one.input.rows, lambda digest=digest: digest))  # type: ignore[misc]
    for kept in opened.kept:
        own = {src: places[src] for src in kept.sources}
        held = archive_reading.held(desk.shelf.db, kept, wanted[kept.log.id])
        if held is None:
            count = sum(rows[src] for src, at in own.items() if at is not None)
            desk.kept.append((kept, own, count))
        else:
            parts = [(at, held[src]) for src, at in own.items() if at is not None]
            desk.parts.setdefault(kept.log.id, []).extend(parts)
    _headers_alone(desk, opened, places)


def _headers_alone(desk: _Desk, opened: Opened, places: Mapping[int, int | None]) -> None:
    """Give the logs of which the archive has files and no row a table all the same."""
    have = {kept.log.id for kept in opened.kept}
    for src, at in places.items():
        source = opened.sources[src]
        if source.log.id not in have and at is not None:
            desk.parts.setdefault(source.log.id, []).append((at, Part(source, "", 0, (), held=())))


def _file(
    desk: _Desk, found: Found, pool: texts.Pool, parquets: list[tuple[Found, Callable[[], str]]]
) -> None:
    """Read one file, whatever it is; nothing it holds may end the run."""
    try:
        with found.path.open("rb") as file:
            head = file.read(4096)
        desk.sizes[found.shown] = found.path.stat().st_size
        kind = kind_of(head)
        if is_other(found.path, kind):
            desk.problems.append(
                problem(
                    "warning", "unsupported-file", found.shown, files.NOT_A_LOG, hint=files.NOT_A_LOG_HINT
                )
            )
            return
        if kind == "parquet":
            parquets.append((found, _beside(pool, found, texts.digest)))
            return
        scan = _beside(pool, found, texts.scan)
        if kind == "html":
            desk.problems.append(_html(found))
        elif kind == "text":
            _take(desk, files.text(desk.shelf, found, scan), scan)
        else:
            _take(desk, files.workbook(desk.shelf, found, kind == "zip"), scan)
    except OSError as error:
        said = Text("打不开这个文件", "the file cannot be opened")
        hint = Text(
            "请关闭正在使用它的程序，并检查权限", "close the program that uses it and check its permissions"
        )
        desk.problems.append(
            problem("error", "cannot-open", found.shown, said, found=error.strerror, hint=hint)
        )


def _beside(pool: texts.Pool, found: Found, job: Callable[[Path], Read]) -> Callable[[], Read]:
    """Read a large file beside the others, a small one at once."""
    if found.path.stat().st_size <= _SMALL_FILE:
        done = job(found.path)
        return lambda: done
    return pool().submit(job, found.path).result


def _take(desk: _Desk, ready: Iterator[Ready | Problem], scan: Callable[[], texts.Scan]) -> None:
    for one in ready:
        if isinstance(one, Problem):
            desk.problems.append(one)
        elif one.member:
            desk.waiting.append((one, lambda: scan().sha256))
        else:
            _add(desk, one, lambda: scan().sha256)


def _texts(desk: _Desk) -> None:
    """Read texts of one shape together where they are large, else one by one."""
    shapes: dict[object, list[tuple[Ready, Member, Callable[[], str]]]] = {}
    for ready, digest in desk.waiting:
        if ready.member:
            shapes.setdefault(ready.member.shape, []).append((ready, ready.member, digest))
    for group in shapes.values():
        if sum(member.size for _, member, _ in group) > min(texts.SMALL, TOGETHER):
            _bulk(desk, group)
        else:
            for ready, _, digest in group:
                _add(desk, ready, digest)


def _bulk(desk: _Desk, group: Sequence[tuple[Ready, Member, Callable[[], str]]]) -> None:
    from checker.logs.bulk import read_bulk

    members = [member for _, member, _ in group]
    bulk, done = read_bulk(desk.shelf.db, members, _setting(desk, members[0].source.log))
    places: list[int | None] = []
    for (ready, member, digest), one in zip(group, done, strict=True):
        places.append(None)
        if one is None:
            _add(desk, ready, digest)
            continue
        desk.problems += [*ready.late, *one.problems]
        if not (one.rows and _seen(desk, member.source, digest())):
            places[-1] = len(desk.inputs)
            desk.inputs.append((member.source, one.rows, digest))
    if bulk:
        desk.bulks.append((bulk, places))


def _add(desk: _Desk, ready: Ready, digest: Callable[[], str]) -> None:
    part = _typed(desk, ready)
    desk.problems += [*ready.late, *part.problems]
    source = part.source
    if part.rows and _seen(desk, source, digest()):
        return
    desk.parts.setdefault(source.log.id, []).append((len(desk.inputs), part))
    desk.inputs.append((source, part.rows, digest))


def _typed(desk: _Desk, ready: Ready) -> Part:
    """Try the ways to read a source until one gives every row."""
    from checker.logs.bigtext import all_there

    setting = _setting(desk, ready.source.log)
    for raw in ready.attempts():
        source = replace(ready.source, raw=raw)
        try:
            if raw.held is not None:
                return read_held(desk.shelf.db, source, setting)
            part = coerce(desk.shelf.db, source, setting)
            if all_there(desk.shelf.db, raw, part.read):
                return part
        except DatabaseError:
            if raw.lines is None:
                raise
    raise AssertionError("the last way to read a text never fails")


def _setting(desk: _Desk, log: Log) -> Setting:
    pack = desk.shelf.pack
    wanted = None
    if desk.needed is not None:
        own = (log.date, log.person, log.person_name, log.region)
        wanted = frozenset({*desk.needed.get(log.id, ()), *log.key, *(one for one in own if one)})
    ends = frozenset({pack.leave.end}) if pack.leave and pack.leave.log == log.id else frozenset[str]()
    return Setting(pack.time_zone, wanted, ends)


def _seen(desk: _Desk, source: Source, digest: str) -> bool:
    """Tell whether the same bytes were read before; a second copy would count everything twice."""
    mark = (digest, source.sheet, source.log.id)
    first = desk.copies.setdefault(mark, source.file)
    if first == source.file:
        return False
    said = Text(f"与 {first} 内容完全相同，没有重复读取", f"the same bytes as {first}: not read again")
    desk.problems.append(
        source.problem("warning", "same-file", said, hint=Text("请删去多余的一份", "delete one of them"))
    )
    return True


def _parquets(desk: _Desk, found: Sequence[tuple[Found, Callable[[], str]]]) -> None:
    """Recognise the Parquet files, join those of one schema, and read them in place or as text."""
    single: list[parquet.Archive] = []
    digests = {one.shown: digest for one, digest in found}
    for one, described in _described(desk, [one for one, _ in found]):
        if described is not None and set(described[1]) >= {"_src", "_row", "_bad"}:
            desk.problems.append(_part_alone(one))
        elif described is None:
            said = Text("Parquet 文件损坏，无法读取", "the Parquet file is damaged and cannot be read")
            hint = Text("请重新导出", "export it again")
            desk.problems.append(problem("error", "bad-parquet", one.shown, said, hint=hint))
        elif described[0] is None:
            guess = Guess(None, described[1])
            desk.problems.append(files.unrecognised(desk.shelf, one, None, guess))
        else:
            single.append(described[0])
    for group in parquet.merge(single):
        log = desk.shelf.pack.logs[group.header.log]
        if sum(group.rows) >= parquet.LARGE and parquet.fits(log, group):
            start = len(desk.inputs)
            for one, rows in zip(group.files, group.rows, strict=True):
                desk.inputs.append((_parquet_source(desk, group, one), rows, digests[one.shown]))
            desk.archives.append((group, tuple(range(start, len(desk.inputs)))))
            continue
        for one, rows in zip(group.files, group.rows, strict=True):
            alone = replace(group, files=(one,), rows=(rows,))
            raw = parquet.as_text(desk.shelf.db, alone)
            source = _parquet_source(desk, alone, one)
            _add(desk, Ready(source, _once(raw)), digests[one.shown])


def _described(
    desk: _Desk, found: Sequence[Found]
) -> Iterator[tuple[Found, tuple[parquet.Archive | None, tuple[str, ...]] | None]]:
    """Describe the files, all at once unless one is damaged, which comes with null."""
    try:
        yield from zip(found, parquet.describe(desk.shelf.db, found, desk.shelf.known), strict=True)
    except (
        DatabaseError,
        KeyError,
    ):  # a path may be spelt in another way: asked for alone, it is the only one
        if len(found) == 1:
            yield found[0], None
            return
        for one in found:
            yield from _described(desk, [one])


def _once(raw: Raw) -> Callable[[], Iterator[Raw]]:
    return lambda: iter([raw])


def _parquet_source(desk: _Desk, group: parquet.Archive, found: Found) -> Source:
    log = desk.shelf.pack.logs[group.header.log]
    return Source(found.shown, None, log, Raw("", len(group.types)), group.header.columns, group.header.names)


def _part_alone(found: Found) -> Problem:
    said = Text(
        "这是存档中的一个文件，离开清单（manifest.json）不能单独读取",
        "a file of an archive, which cannot be read without its manifest.json",
    )
    hint = Text(
        "请给出存档的文件夹；清单不在了，请用原始台账",
        "give the folder of the archive; if it has lost its manifest, the original files",
    )
    return problem("error", "archive-part", found.shown, said, hint=hint)


def _html(found: Found) -> Problem:
    said = Text(
        "这是网页（HTML），不是工作簿，没有读取", "this is a web page (HTML), not a workbook: not read"
    )
    hint = Text("请用 Excel 或 WPS 打开后另存为 .xlsx", "open it in Excel or WPS and save it as .xlsx")
    return problem("error", "html-file", found.shown, said, hint=hint)


def _nothing(paths: Sequence[Path], problems: Sequence[Problem]) -> UsageError:
    said = Text("没有找到可以检查的记录文件", "no file with records was found")
    shown = "; ".join(f"{one.file}: {one.message.zh}" for one in sorted(problems, key=by_place)[:10])
    hint = Text(
        f"请给出 .xlsx、.csv 等记录文件或它们所在的文件夹。{shown}",
        "; ".join(f"{one.file}: {one.message.pick('en')}" for one in sorted(problems, key=by_place)[:10])
        or "hand in .xlsx or .csv files, or the folder they are in",
    )
    return UsageError.of("no-logs", said, hint, ", ".join(path.name for path in paths))
