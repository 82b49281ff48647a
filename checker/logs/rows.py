"""Text → records, one by one, for files small enough or broken enough that Python reads them itself.

A record is never lost and never shifts the numbers of those after it: what cannot be split into cells is kept as
a broken record. Memory is bounded whatever the bytes.
"""

from __future__ import annotations

import csv
import json
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from typing import IO, Any

from checker.logs.cells import LOST, SPACES
from checker.nouns import dataclass

BROKEN = "#" + LOST + "broken-record"
"""The text in the cells of a record that could not be split with certainty."""
LONGEST = 128 * 1024
_QUOTED_LINES = 50
csv.field_size_limit(LONGEST)


@dataclass(frozen=True)
class Record:
    """One record: `number` counts from 1 as Excel shows it; `broken` says why its cells are of no use."""

    number: int
    cells: Sequence[str]
    broken: str = ""


def lines_of(stream: IO[str], longest: int = LONGEST) -> Iterator[str]:
    """Give the lines of a text stream without their ends; a line too long to be a record comes cut, with `LOST`."""
    while line := stream.readline(longest):
        if line.endswith("\n") or len(line) < longest:
            yield line.removesuffix("\n")
            continue
        while rest := stream.readline(longest):
            if rest.endswith("\n"):
                break
        yield LOST


def without_tail(lines: Iterable[str]) -> Iterator[str]:
    """Give the lines without the empty ones at the end.

    >>> list(without_tail(["a", "", "b", "", ""]))
    ['a', '', 'b']
    """
    empty = 0
    for line in lines:
        if line:
            yield from [""] * empty
            empty = 0
            yield line
        else:
            empty += 1


def records(lines: Iterable[str], mark: str) -> Iterator[Record]:
    """Split lines into records at `mark`; quoted cells may run over lines.

    >>> [(one.number, one.cells) for one in records(['a,b', '"x', 'y",2', ''], ",")]
    [(1, ['a', 'b']), (2, ['x\\ny', '2']), (3, [])]
    >>> [one.broken for one in records(['"a,b', 'c,d'], ",")]
    ['unclosed-quote', '']
    """
    source, waiting = iter(lines), deque[str]()
    number, unclosed = 0, 0
    while True:
        line = waiting.popleft() if waiting else next(source, None)
        if line is None:
            return
        number += 1
        if line == LOST or len(line) > LONGEST:
            yield Record(number, (), "cell-too-large")
            continue
        cells = _split(line, mark)
        if cells is None:
            cells = _over_lines(line, source, waiting, mark) if unclosed < 1000 else None
        unclosed += cells is None
        yield Record(number, () if cells is None else cells, "unclosed-quote" if cells is None else "")


def _over_lines(first: str, source: Iterator[str], waiting: deque[str], mark: str) -> list[str] | None:
    """Try to close the quote of `first` with the lines that follow; if that fails they stay waiting."""
    taken: list[str] = []
    odd, size = first.count('"') % 2, len(first)
    while len(taken) < _QUOTED_LINES and size < LONGEST:
        line = waiting.popleft() if waiting else next(source, None)
        if line is None or line == LOST:
            waiting.extendleft([line] if line is not None else [])
            break
        taken.append(line)
        odd, size = (odd + line.count('"')) % 2, size + len(line)
        if not odd:
            if cells := _split("\n".join([first, *taken]), mark):
                return cells
            break
    waiting.extendleft(reversed(taken))
    return None


def _split(text: str, mark: str) -> list[str] | None:
    if not text:
        return []
    if '"' not in text and f"{mark} " not in text and text[0] != " " and text.isprintable():
        return text.split(mark)  # the same, where nothing is quoted and no space is passed over
    try:
        lines = [
            f"{line}\n" for line in text.split("\n")
        ]  # `splitlines` knows more line ends than a file has
        return next(csv.reader(lines, delimiter=mark, strict=True, skipinitialspace=mark != "\t"), None)
    except csv.Error:
        return None


def objects(lines: Iterable[str]) -> Iterator[tuple[int, dict[str, str] | None]]:
    """Give (line number, the flat object as texts) of JSON lines; None for a line that is no object."""
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            found = json.loads(line, parse_float=str, parse_int=str, parse_constant=str)
        except (ValueError, RecursionError):
            found = None
        yield (
            number,
            {str(key): _text(value) for key, value in found.items()} if isinstance(found, dict) else None,
        )


def fit(cells: Sequence[str], width: int, needed: int) -> tuple[list[str | None], str]:
    """Give a record's cells cut or padded to `width`, and `long` or `short` when they do not fit.

    Cells missing at the end are unreadable, not blank; with a cell too many nobody knows where the slip is.

    >>> fit(["a", "b", ""], 2, 2), fit(["a"], 2, 2)[1], fit(["a", "b", "c"], 2, 2)[1]
    ((['a', 'b'], ''), 'short', 'long')
    """
    if len(cells) > width and any(cell.strip(SPACES) for cell in cells[width:]):
        return [BROKEN] * width, "long"
    found = [cell or None for cell in cells[:width]]
    if len(cells) >= needed or not any(cell.strip(SPACES) for cell in cells):
        return found + [None] * (width - len(found)), ""
    return found + [BROKEN] * (width - len(found)), "short"


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return "、".join(_text(one) for one in value)
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
