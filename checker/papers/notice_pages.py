"""The lines of a notice, and how they are spread over A4 pages: all on one where they fit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from rich.cells import cell_len, chop_cells

FACT, TIME, CLAUSE, AMOUNT = 44, 13, 8, 10
"""Widths of the columns in cells, a Chinese character being two: what pages are reckoned by."""
FULL, LAST = 195.0, 118.0
"""Millimetres of lines that a page holds, and a page that is signed."""
_TEXT, _SMALL, _RULE = 5.4, 4.4, 2.8
"""Millimetres of a line of text, of the smaller text of evidence, and of the edges of a row."""


_MOST = 26
"""Lines of text that one row holds; a row of a workbook cannot be higher."""


@dataclass(frozen=True)
class Line:
    """One finding on a notice, or (`goes_on`) the rest of one whose text fills a page.

    `amount` is what the last column says; `fen` None: nothing that adds up to yuan.
    """

    at: str
    fact: str
    evidence: str
    clause: str
    amount: str
    fen: int | None
    goes_on: bool = False

    @property
    def height(self) -> float:
        """Give the millimetres it takes."""
        small = rows(self.evidence, FACT) * _SMALL if self.evidence else 0
        sides = max(rows(self.at, TIME), rows(self.clause, CLAUSE), rows(self.amount, AMOUNT))
        return max(rows(self.fact, FACT) * _TEXT + small, sides * _TEXT) + _RULE


def rows(text: str, width: int) -> int:
    """Give the lines a text takes in a column.

    >>> rows("一二三四五", 4), rows("", 4), rows("a\\nb", 4)
    (3, 1, 2)
    """
    return sum(max(1, -(-cell_len(part) // width)) for part in text.split("\n"))


def split(lines: Iterable[Line]) -> tuple[tuple[Line, ...], ...]:
    """Give the lines page by page, the last with room to sign below."""
    pages: list[list[Line]] = [[]]
    for line in (part for one in lines for part in _parts(one)):
        if pages[-1] and _height(pages[-1]) + line.height > FULL:
            pages.append([])
        pages[-1].append(line)
    if _height(pages[-1]) > LAST:
        moved = [pages[-1].pop()] if len(pages[-1]) > 1 and pages[-1][-1].height <= LAST else []
        pages.append(moved)
    return tuple(map(tuple, pages))


def _height(lines: Iterable[Line]) -> float:
    return sum(one.height for one in lines)


def _parts(line: Line) -> Iterator[Line]:
    """Give a line in pieces that a page holds; the amount stands on the first, the evidence on the last."""
    small = rows(line.evidence, FACT) if line.evidence else 0
    if rows(line.fact, FACT) + small <= _MOST:
        yield line
        return
    most = max(_MOST - small, 1)
    texts = [piece for part in line.fact.split("\n") for piece in chop_cells(part, FACT) or [""]]
    pieces = ["\n".join(texts[at : at + most]) for at in range(0, len(texts), most)]
    for at, piece in enumerate(pieces):
        evidence = line.evidence if at == len(pieces) - 1 else ""
        if at:
            yield Line("（续）", piece, evidence, "", "", None, goes_on=True)
        else:
            yield replace(line, fact=piece, evidence=evidence)
