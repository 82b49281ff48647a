"""Tables in a terminal: right for East-Asian widths, wrapped, never cut; blocks where it cannot fit."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len, chop_cells

from checker.reports.options import clean

GAP = 2
_PIECE = re.compile(r"\s+|[!-~\u00a1-\u10ff]+|.", re.DOTALL)


@dataclass(frozen=True)
class Column:
    """A column; it may shrink to `least` cells, or not at all."""

    head: str
    least: int | None = None
    right: bool = False


def wrap(text: str, width: int) -> list[str]:
    """Break a text into lines of at most `width` cells, between words and between Chinese characters.

    >>> wrap("关机57分钟 not reported", 8)
    ['关机57分', '钟 not', 'reported']
    """
    lines: list[str] = []
    for paragraph in clean(text).split("\n"):
        line, used = "", 0
        for piece in _PIECE.findall(paragraph):
            size = cell_len(piece)
            if used + size > width:
                if line.strip():
                    lines.append(line.rstrip())
                line, used = "", 0
                if piece.isspace():
                    continue
                if size > width:
                    *full, piece = chop_cells(piece, width)
                    lines += full
                    size = cell_len(piece)
            line, used = line + piece, used + size
        lines.append(line.rstrip())
    return lines


def pad(text: str, width: int, right: bool = False) -> str:
    """Fill a text with spaces to `width` cells."""
    space = " " * max(0, width - cell_len(text))
    return space + text if right else text + space


def table(columns: Sequence[Column], rows: Sequence[Sequence[str]], width: int) -> list[str]:
    """Give the lines of a table, or of blocks when the columns cannot be made narrow enough."""
    widths = fit(columns, rows, width)
    if widths is None:
        return blocks(columns, rows, width)
    heads = [column.head for column in columns]
    lines = [_line(heads, columns, widths), "─" * min(width, sum(widths) + GAP * (len(widths) - 1))]
    for row in rows:
        cells = [wrap(cell, size) for cell, size in zip(row, widths, strict=True)]
        for index in range(max(map(len, cells))):
            lines.append(_line([cell[index] if index < len(cell) else "" for cell in cells], columns, widths))
    return lines


def fit(columns: Sequence[Column], rows: Sequence[Sequence[str]], width: int) -> list[int] | None:
    """Give the width of each column, the widest that may shrink being narrowed first; None: no way to fit."""
    sizes = [
        max(
            (cell_len(line) for cell in (c.head, *(row[i] for row in rows)) for line in cell.split("\n")),
            default=0,
        )
        for i, c in enumerate(columns)
    ]
    over = sum(sizes) + GAP * (len(sizes) - 1) - width
    while over > 0:
        room = [
            i
            for i, c in enumerate(columns)
            if c.least is not None and sizes[i] > max(c.least, cell_len(c.head))
        ]
        if not room:
            return None
        sizes[max(room, key=lambda i: sizes[i])] -= 1
        over -= 1
    return sizes


def blocks(columns: Sequence[Column], rows: Sequence[Sequence[str]], width: int) -> list[str]:
    """Give each row as lines of `head: cell`, wrapped, a blank line between rows."""
    lines: list[str] = []
    for row in rows:
        for column, cell in zip(columns, row, strict=True):
            if cell:
                first, *rest = wrap(f"{column.head}: {cell}", max(width - 2, 8))
                lines += [first, *("  " + line for line in rest)]
        lines.append("")
    return lines[:-1]


def _line(cells: Sequence[str], columns: Sequence[Column], widths: Sequence[int]) -> str:
    padded = (pad(cell, size, c.right) for cell, size, c in zip(cells, widths, columns, strict=True))
    return (" " * GAP).join(padded).rstrip()
