"""Text files: which encoding, how many lines, which mark between the cells; recoded to UTF-8 where needed."""

from __future__ import annotations

import codecs
import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from checker.logs.rows import Record, records
from checker.nouns import dataclass

if TYPE_CHECKING:
    from concurrent.futures import ThreadPoolExecutor

    Pool = Callable[[], ThreadPoolExecutor]

HEAD = 64 * 1024
CHUNK = 1 << 20
SMALL = 1 << 20
"""Files up to this size are read by Python, record by record; larger ones by DuckDB."""
MARKS = (",", "\t", ";", "|")
_TAIL = 4096
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


@dataclass(frozen=True)
class Scan:
    """What one pass over the bytes tells: SHA-256, line ends, blank lines at the end, NUL bytes, lone CRs.

    `open_quote`: the last line has an odd number of quotes; DuckDB takes a quote left open there for closed.
    """

    sha256: str
    ends: int
    closed: bool
    tail: int
    nul: bool
    odd_ends: bool
    open_quote: bool


@contextmanager
def beside() -> Iterator[Pool]:
    """Give two threads beside the reading, made for the first large file: most runs have none, and do without."""
    made: list[ThreadPoolExecutor] = []

    def pool() -> ThreadPoolExecutor:
        if not made:
            from concurrent.futures import ThreadPoolExecutor

            made.append(ThreadPoolExecutor(2))
        return made[0]

    try:
        yield pool
    finally:
        for one in made:
            one.shutdown()


def scan(path: Path) -> Scan:
    """Read a file once in chunks."""
    digest, ends, crs, pairs, nul, last = hashlib.sha256(), 0, 0, 0, False, b""
    chunk = bytearray(CHUNK)  # filled again and again: new memory for each would cost as much as the counting
    view = memoryview(chunk)
    with path.open("rb", buffering=0) as file:
        while size := file.readinto(chunk):
            digest.update(view[:size])
            ends += chunk.count(b"\n", 0, size)
            if chunk.find(b"\r", 0, size) >= 0 or last.endswith(b"\r"):
                crs += chunk.count(b"\r", 0, size)
                pairs += chunk.count(b"\r\n", 0, size) + (last.endswith(b"\r") and chunk.startswith(b"\n"))
            nul = nul or chunk.find(b"\0", 0, size) >= 0
            last = (last + view[max(0, size - _TAIL) : size])[-_TAIL:]
    stripped = last.rstrip(b"\r\n")
    open_quote = stripped[stripped.rfind(b"\n") + 1 :].count(b'"') % 2 == 1
    tail = max(0, last[len(stripped) :].count(b"\n") - 1)
    return Scan(
        digest.hexdigest(),
        ends,
        last.endswith(b"\n"),
        tail,
        nul,
        bool(crs) and not (crs == pairs == ends),
        open_quote,
    )


def digest(path: Path) -> str:
    """Give the SHA-256 of a file that is not read as text."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def encoding(head: bytes, whole: bool) -> str | None:
    """Give the encoding: by BOM, by the pattern of NULs, then UTF-8, then GB18030; None if none fits.

    >>> encoding("工号".encode("gbk"), True), encoding("工号".encode(), True), encoding("a1".encode("utf-16-le"), True)
    ('gb18030', 'utf-8', 'utf-16-le')
    """
    for bom, name in _BOMS:
        if head.startswith(bom):
            return name if _fits(head, name, whole) else None
    if b"\0" in head:
        even, odd = head[0::2].count(0), head[1::2].count(0)
        guesses = ["utf-16-le", "utf-16-be"] if odd >= even else ["utf-16-be", "utf-16-le"]
        return guesses[0] if max(even, odd) > len(head) // 8 and _fits(head, guesses[0], whole) else None
    return next((name for name in ("utf-8", "gb18030") if _fits(head, name, whole)), None)


def _fits(head: bytes, name: str, whole: bool) -> bool:
    try:
        codecs.getincrementaldecoder(name)("strict").decode(head, whole)
    except UnicodeDecodeError:
        return False
    return True


def decode(data: bytes, whole: bool = True) -> tuple[str, bool]:
    """Give the text of a small file or of a head, and whether bytes were lost (they become U+FFFD)."""
    name = encoding(data, whole)
    if name:
        text = codecs.getincrementaldecoder(name)("strict").decode(data, whole)
        return text.removeprefix("\ufeff"), False
    tries = [data.decode(one, "replace") for one in ("utf-8", "gb18030")]
    text = min(tries, key=lambda one: one.count("\ufffd")).replace("\0", "\ufffd")
    return text.removeprefix("\ufeff"), True


def recode(path: Path, name: str, target: Path, strict: bool = True) -> bool:
    """Write the file as UTF-8 without BOM, in chunks; False if, strictly, it is not in that encoding."""
    decoder = codecs.getincrementaldecoder(name)("strict" if strict else "replace")
    first = True
    with path.open("rb") as source, target.open("w", encoding="utf-8", newline="") as out:
        while True:
            chunk = source.read(CHUNK)
            try:
                text = decoder.decode(chunk, not chunk)
            except UnicodeDecodeError:
                return False
            out.write(text.removeprefix("\ufeff") if first else text)
            first = first and not text
            if not chunk:
                return True


def is_utf8(path: Path) -> bool:
    """Tell whether the whole file is UTF-8."""
    decoder = codecs.getincrementaldecoder("utf-8")("strict")
    try:
        with path.open("rb") as file:
            while chunk := file.read(CHUNK):
                decoder.decode(chunk)
        decoder.decode(b"", True)
    except UnicodeDecodeError:
        return False
    return True


def unify(text: str) -> str:
    r"""Give the text with `\n` line ends only and no NUL."""
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "\ufffd")


def head_records(text: str, mark: str, count: int) -> list[Record]:
    """Give the first records of a text."""
    found: list[Record] = []
    for one in records(unify(text).split("\n")[: count * 10], mark):
        found.append(one)
        if len(found) == count:
            break
    return found


def likely_marks(text: str) -> Sequence[str]:
    """Give the marks that occur in the text, the likeliest first; always at least one.

    >>> likely_marks("a;b;c,d")[0]
    ';'
    """
    present = [mark for mark in MARKS if mark in text]
    return sorted(present, key=lambda mark: (-text.count(mark), MARKS.index(mark))) or [","]
