"""One file → its sources: sheets, or the one table of a text file, recognised and ready to be coerced."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import field, replace
from itertools import islice
from pathlib import Path

from checker.database import Database
from checker.language.pack import Pack
from checker.logs import bigtext, texts
from checker.logs.headers import SEARCHED, Guess, Header, Known, find_header, is_named
from checker.logs.moments import years_in
from checker.logs.rows import BROKEN, LONGEST, Record, fit, lines_of, objects, records
from checker.logs.sources import Found, Member, Raw, Source, problem
from checker.logs.texts import Scan
from checker.logs.workbooks import BadWorkbook, Sheet, sheets
from checker.model import Problem, Text
from checker.nouns import dataclass

Attempts = Callable[[], Iterator[Raw]]
Scanned = Callable[[], Scan]


@dataclass(frozen=True)
class Ready:
    """A source recognised, and the ways to get at its raw cells, the fastest first."""

    source: Source
    attempts: Attempts
    late: list[Problem] = field(default_factory=list)
    """Filled while the attempts are tried."""
    member: Member | None = None
    """Set for a text that DuckDB may read together with others of its shape."""


@dataclass(frozen=True)
class Shelf:
    """What recognising needs: the database, the pack and the headers of its logs."""

    db: Database
    pack: Pack
    known: Known


def workbook(shelf: Shelf, found: Found, zipped: bool) -> Iterator[Ready | Problem]:
    """Give the sheets of a workbook that are logs, and what is wrong with the others."""
    try:
        for sheet in sheets(found.path, zipped):
            if isinstance(sheet, BadWorkbook):
                yield problem("error", sheet.code, found.shown, sheet.why, hint=sheet.hint)
            else:
                yield from _sheet(shelf, found, sheet)
    except BadWorkbook as bad:
        yield problem("error", bad.code, found.shown, bad.why, hint=bad.hint)


def text(shelf: Shelf, found: Found, scan: Scanned) -> Iterator[Ready | Problem]:
    """Give the one log of a text file, and what is wrong with it. The scan may still be running."""
    size = found.path.stat().st_size
    with found.path.open("rb") as file:
        head = file.read(texts.SMALL if size <= texts.SMALL else texts.HEAD)
    said, damaged = texts.decode(head, size <= texts.SMALL)
    if (
        damaged
        and sum(not (ch.isprintable() or ch in "\r\n\t") for ch in said[:4096]) > len(said[:4096]) // 20
    ):
        yield problem("warning", "unsupported-file", found.shown, NOT_A_LOG, hint=NOT_A_LOG_HINT)
        return
    if said.lstrip().startswith("{"):
        yield from _json_lines(shelf, found, damaged)
        return
    best = _best_split(shelf, found, said)
    if isinstance(best, Problem):
        yield best
        return
    header, mark, lines = best
    source = _source(shelf, found, None, header, lines)
    yield from _header_problems(source, header)
    member = _member(source, found, scan, head, mark, header)
    if size <= texts.SMALL:
        if damaged:
            yield bad_encoding(found)
        yield Ready(source, lambda: iter([_small(shelf.db, said, mark, header)]), member=member)
    else:
        yield replace(_large(shelf, found, scan, head, source, mark, header), member=member)


def _member(
    source: Source, found: Found, scan: Scanned, head: bytes, mark: str, header: Header
) -> Member | None:
    size = found.path.stat().st_size
    if texts.encoding(head, len(head) == size) not in ("utf-8", "utf-8-sig"):
        return None
    if set("*?[") & set(found.path.as_posix()):
        return None  # the database would take it for the pattern of several files
    skip = header.row + header.rows
    lines = bigtext.lines_below(scan, skip + header.breaks)
    return Member(source, found.path, size, mark, skip, b"\r" in head, lines)


NOT_A_LOG = Text("不是能读取的记录文件，已跳过", "not a file of records: passed over")
NOT_A_LOG_HINT = Text(
    "请提供 .xlsx、.xls、.ods、.csv 或 .parquet", "hand in .xlsx, .xls, .ods, .csv or .parquet"
)


def bad_encoding(found: Found) -> Problem:
    """Give the problem of a text file with bytes that are no text."""
    said = Text(
        "文件里有无法识别的字节，有关单元格读不懂",
        "the file holds bytes that are no text: those cells cannot be read",
    )
    hint = Text("请另存为 UTF-8 的 CSV 或 .xlsx", "save it as CSV in UTF-8, or as .xlsx")
    return problem("error", "bad-encoding", found.shown, said, hint=hint)


def _sheet(shelf: Shelf, found: Found, sheet: Sheet) -> Iterator[Ready | Problem]:
    rows = sheet.records
    if not any(any(cell.strip() for cell in one.cells) for one in rows):
        return
    header = find_header([one.cells for one in rows[:SEARCHED]], shelf.known, [found.shown, sheet.name])
    if not isinstance(header, Header):
        yield unrecognised(shelf, found, sheet.name, header)
        return
    source = _source(shelf, found, sheet.name, header, rows)
    if sheet.hidden:
        said = Text("这是隐藏的工作表，仍已读取", "a hidden sheet: it was read all the same")
        yield source.problem(
            "warning", "hidden-sheet", said, hint=Text("不需要时请删除", "delete it if it is not wanted")
        )
    yield from _header_problems(source, header)
    body = rows[header.row + header.rows :]
    yield Ready(source, lambda: iter([_rows(shelf.db, body, header)]))


def _rows(db: Database, body: Sequence[Record], header: Header) -> Raw:
    width = len(header.names)
    cells = ((one.number, fit(one.cells[:width], width, 0)[0]) for one in body)
    return bigtext.rows_raw(db, cells, width)


def _small(db: Database, said: str, mark: str, header: Header) -> Raw:
    width, least = len(header.names), bigtext.needed_width(header)

    def cells() -> Iterator[tuple[int, list[str | None]]]:
        for one in records(iter(texts.unify(said).rstrip("\n").split("\n")), mark):
            if one.number > header.row + header.rows:
                yield one.number, [BROKEN] * width if one.broken else fit(one.cells, width, least)[0]

    return bigtext.rows_raw(db, cells(), width)


def _large(
    shelf: Shelf, found: Found, scan: Scanned, head: bytes, source: Source, mark: str, header: Header
) -> Ready:
    name, late = texts.encoding(head, False), list[Problem]()

    def attempts() -> Iterator[Raw]:
        if name in ("utf-8", "utf-8-sig"):
            yield from bigtext.quick(found.path, scan, mark, header)
            if texts.is_utf8(found.path):
                yield bigtext.slow(shelf.db, found.path, mark, header)
                return
        path, lost = _recoded(shelf.db, found.path, "gb18030" if name == "utf-8" else name)
        if lost:
            late.append(bad_encoding(found))
        else:
            yield from bigtext.quick(path, lambda: texts.scan(path), mark, header)
        yield bigtext.slow(shelf.db, path, mark, header)

    return Ready(source, attempts, late)


def _recoded(db: Database, path: Path, name: str | None) -> tuple[Path, bool]:
    target = db.folder / f"{db.name('text')}.csv"
    if name and texts.recode(path, name, target):
        return target, False
    texts.recode(path, "utf-8" if name is None else name, target, strict=False)
    return target, True


def _best_split(shelf: Shelf, found: Found, said: str) -> tuple[Header, str, list[Record]] | Problem:
    best: tuple[Header, str, list[Record]] | None = None
    other: Guess | tuple[Header, Header] = Guess(None, ())
    for mark in texts.likely_marks(said[: texts.HEAD]):
        lines = texts.head_records(said[: texts.HEAD], mark, SEARCHED + 1)
        header = find_header([one.cells for one in lines], shelf.known, [found.shown])
        if not isinstance(header, Header):
            if isinstance(header, tuple) or (
                not isinstance(other, tuple) and len(header.names) > len(other.names)
            ):
                other = header
        elif best is None or header.score > best[0].score:
            above = (cell for one in lines[: header.row + header.rows] for cell in one.cells)
            best = replace(header, breaks=sum(cell.count("\n") for cell in above)), mark, lines
    return best or unrecognised(shelf, found, None, other)


def _json_lines(shelf: Shelf, found: Found, damaged: bool) -> Iterator[Ready | Problem]:
    """JSON lines: the names of the objects are the header; the record's number is its line."""
    with found.path.open("rb") as file:
        name = texts.encoding(file.read(texts.HEAD), False) or "utf-8"

    def lines() -> Iterator[str]:
        with found.path.open(encoding=name, errors="replace", newline=None) as stream:
            yield from (line.removeprefix("\ufeff") for line in lines_of(stream, LONGEST * 64))

    names: dict[str, None] = {}
    for _, one in islice(objects(lines()), 200):
        names.update(dict.fromkeys(one or ()))
    header = find_header([list(names)], shelf.known, [found.shown])
    if not isinstance(header, Header):
        yield unrecognised(shelf, found, None, header)
        return
    source = _source(shelf, found, None, header, [])
    yield from _header_problems(source, header)
    if damaged:
        yield bad_encoding(found)

    def cells() -> Iterator[tuple[int, list[str | None]]]:
        for number, one in objects(lines()):
            yield number, [BROKEN] * len(names) if one is None else [one.get(key) or None for key in names]

    yield Ready(
        replace(source, header_lines=()), lambda: iter([bigtext.rows_raw(shelf.db, cells(), len(names))])
    )


def _source(shelf: Shelf, found: Found, sheet: str | None, header: Header, rows: Sequence[Record]) -> Source:
    titles = tuple(name.replace("\n", "") for name in header.names)
    top = rows[: header.row]
    named = " ".join([found.shown, sheet or "", *(cell for one in top for cell in one.cells)])
    lines = tuple(tuple(one.cells) for one in rows[header.row : header.row + header.rows])
    log = shelf.pack.logs[header.log]
    raw = Raw("", len(titles))
    return Source(found.shown, sheet, log, raw, header.columns, titles, lines, frozenset(years_in(named)))


def _header_problems(source: Source, header: Header) -> Iterator[Problem]:
    from checker.logs.coerce import absent

    needed = absent(source.log, dict(source.columns))
    for one in needed:
        said = Text(f"没有“{one.header}”这一列", f"there is no column “{one.header}”")
        hint = Text("请补上这一列；缺它的规则无法判断", "add the column: rules that need it cannot decide")
        yield source.problem("error", "missing-column", said, field=one, hint=hint)
    if header.unknown:
        listed = "、".join(name.replace("\n", "") for name in header.unknown)
        yield source.problem(
            "note", "unknown-columns", Text(f"不使用这些列：{listed}", f"columns not used: {listed}")
        )
    for name in header.twice:
        said = Text(
            f"列“{name}”与另一列重复，只用更合适的一列", f"column “{name}” doubles another one, which is used"
        )
        yield source.problem("warning", "double-column", said, hint=Text("请只留一列", "keep one of them"))


def unrecognised(
    shelf: Shelf, found: Found, sheet: str | None, guess: Guess | tuple[Header, Header]
) -> Problem:
    """Give the problem of a sheet that is no log of the pack, or of two equally well."""
    if isinstance(guess, tuple):
        one, two = (shelf.pack.logs[header.log].title for header in guess)
        said = Text(f"分不清是“{one.zh}”还是“{two.zh}”", f"it may be {one.pick('en')} or {two.pick('en')}")
        hint = Text("请用记录名称给文件或工作表命名", "name the file or the sheet after the log")
        return problem("error", "ambiguous-log", found.shown, said, sheet=sheet, hint=hint)
    listed = "、".join(name.replace("\n", "") for name in guess.names)
    said = Text("没有认出是哪种记录，未读取", "not recognised as any kind of log: not read")
    hint = Text("", "")
    if guess.log:
        near = shelf.pack.logs[guess.log].title
        hint = Text(f"最接近“{near.zh}”，请核对表头", f"closest to {near.pick('en')}: check the headers")
    # What is named after a log but cannot be told to be one would count as never handed in.
    meant = sheet is None and any(is_named(words, [found.shown]) for words in shelf.known.vocabularies)
    return problem(
        "error" if meant else "warning",
        "not-recognised",
        found.shown,
        said,
        sheet=sheet,
        found=listed or None,
        hint=hint,
    )
