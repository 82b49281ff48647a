"""Workbooks as people print and fill them in: the one door to XlsxWriter.

What people typed is always written as text, never as a formula or a link. The same content gives the same bytes.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from rich.cells import cell_len

LONGEST = 32_000
"""Characters that are written into one cell; Excel's own limit is 32,767."""
_LINE, _HIGHEST = 14.0, 409.0
"""Points of a line of 10-point text, and of the highest row that Excel knows."""
_FIXED = datetime(2000, 1, 1)
_STYLES: Mapping[str, dict[str, Any]] = {
    "title": {"bold": True, "font_size": 16, "align": "center", "valign": "vcenter", "font_name": "黑体"},
    "ordinal": {"border": 1, "valign": "top", "align": "center", "num_format": "0"},
    "number": {"font_size": 11, "align": "right", "valign": "vcenter"},
    "line": {"font_size": 11, "text_wrap": True, "valign": "vcenter"},
    "note": {"font_size": 10, "text_wrap": True, "valign": "top"},
    "plain": {"font_size": 10, "valign": "top"},
    "head": {"bold": True, "border": 1, "bg_color": "#E8ECF1", "text_wrap": True, "valign": "vcenter", "align": "center"},
    "text": {"border": 1, "text_wrap": True, "valign": "top", "num_format": "@"},
    "money": {"border": 1, "valign": "top", "num_format": "#,##0.00"},
    "count": {"border": 1, "valign": "top", "num_format": "0"},
    "entry": {"border": 1, "text_wrap": True, "valign": "top", "num_format": "@", "bg_color": "#FFF8E1", "locked": False},
    "entry_money": {"border": 1, "valign": "top", "num_format": "#,##0.00", "bg_color": "#FFF8E1", "locked": False},
    "total": {"bold": True, "border": 1, "valign": "vcenter"},
    "total_count": {"bold": True, "border": 1, "valign": "vcenter", "num_format": "0"},
    "yuan": {"bold": True, "border": 1, "valign": "vcenter", "num_format": '"¥"#,##0.00'},
    "total_money": {"bold": True, "border": 1, "valign": "vcenter", "num_format": "#,##0.00"},
    "heading": {"bold": True, "font_size": 12, "valign": "vcenter", "font_name": "黑体"},
    "figure": {"border": 1, "valign": "top", "num_format": "0.##"},
    "dateline": {"font_size": 8, "valign": "vcenter", "align": "right"},
}  # fmt: skip
_WRAPPED = frozenset(name for name, style in _STYLES.items() if style.get("text_wrap"))


@dataclass(frozen=True)
class Column:
    """A column of a table: its head, its style, its width in cells (0: as wide as its content, within limits)."""

    head: str
    style: str = "text"
    width: float = 0
    hidden: bool = False


class Sheet:
    """One sheet; rows and columns count from 0. Cells are written with the names of styles."""

    def __init__(self, book: Book, name: str) -> None:
        self._book = book
        self.raw = book.raw.add_worksheet(name)

    def text(self, row: int, column: int, value: object, style: str = "text") -> None:
        """Write text as text; what is too long for a cell is cut, and says so."""
        self.raw.write_string(row, column, cell_text(value), self._book.style(style))

    def number(self, row: int, column: int, value: float | int | None, style: str = "count") -> None:
        """Write a number; None leaves the cell blank."""
        if value is None:
            self.raw.write_blank(row, column, None, self._book.style(style))
        else:
            self.raw.write_number(row, column, value, self._book.style(style))

    def fen(self, row: int, column: int, value: int | None, style: str = "money") -> None:
        """Write fen as yuan; they have two decimals at most, which a double holds exactly enough to show and to sum."""
        self.number(row, column, None if value is None else value / 100, style)

    def formula(self, row: int, column: int, text: str, value: float, style: str = "total_money") -> None:
        """Write a formula with the value it has, for programs that do not calculate."""
        self.raw.write_formula(row, column, text, self._book.style(style), value)

    def wide(self, row: int, last: int, text: str, style: str, height: float = 0) -> None:
        """Write one text across the columns 0 to `last`."""
        self.raw.merge_range(row, 0, row, last, cell_text(text), self._book.style(style))
        if height:
            self.raw.set_row(row, height)

    def across(self, row: int, first: int, last: int, text: object, style: str) -> None:
        """Write one text across the columns `first` to `last`."""
        if first == last:
            self.text(row, first, text, style)
        else:
            self.raw.merge_range(row, first, row, last, cell_text(text), self._book.style(style))

    def table(self, row: int, columns: Sequence[Column], rows: Sequence[Sequence[Any]]) -> int:
        """Write heads and rows from `row` on, money in fen; give the row after the last."""
        for at, column in enumerate(columns):
            self.text(row, at, column.head, "head")
        for number, cells in enumerate(rows, row + 1):
            for at, (column, cell) in enumerate(zip(columns, cells, strict=True)):
                self._cell(number, at, cell, column.style)
        widths = [
            column.width or fitting([column.head, *(str(cells[at] or "") for cells in rows[:500])])
            for at, column in enumerate(columns)
        ]
        for at, (column, width) in enumerate(zip(columns, widths, strict=True)):
            self.raw.set_column(at, at, width, None, {"hidden": True} if column.hidden else {})
        wrapped = [at for at, column in enumerate(columns) if column.style in _WRAPPED and not column.hidden]
        self._high(
            row, [(columns[at].head, widths[at]) for at in range(len(columns)) if not columns[at].hidden]
        )
        for number, cells in enumerate(rows, row + 1):
            self._high(number, [(cells[at], widths[at]) for at in wrapped])
        return row + 1 + len(rows)

    def _high(self, row: int, cells: Sequence[tuple[object, float]]) -> None:
        """Make a row high enough for its wrapped texts; programs that open a file do not do it by themselves."""
        lines = max((wrapped_lines(cell_text(cell), width) for cell, width in cells), default=1)
        self.raw.set_row(row, min(lines * _LINE + 3, _HIGHEST))

    def _cell(self, row: int, column: int, cell: Any, style: str) -> None:
        if style.endswith("money"):
            self.fen(row, column, cell, style)
        elif style == "count":
            self.number(row, column, cell, style)
        else:
            self.text(row, column, cell, style)

    def choices(self, first: int, end: int, column: int, words: Sequence[str]) -> None:
        """Let the cells of a column, rows `first` to before `end`, be chosen from a list."""
        if end > first:
            self.raw.data_validation(
                first, column, end - 1, column, {"validate": "list", "source": list(words)}
            )

    def limits(self, row: int, column: int, fine: Mapping[str, int] | None) -> None:
        """Let one cell hold an amount within a range in fen; Excel says the range when another is typed."""
        if not fine:
            return
        low, high = fine["min"] / 100, fine["max"] / 100
        self.raw.data_validation(
            row,
            column,
            row,
            column,
            {
                "validate": "decimal",
                "criteria": "between",
                "minimum": low,
                "maximum": high,
                "error_title": "金额超出范围",
                "error_message": f"请填 {low:.2f} 至 {high:.2f} 元",
            },
        )

    def protected(self) -> None:
        """Guard the other cells against slips of the hand; there is no password, it keeps nobody out."""
        self.raw.protect("", {"autofilter": True, "sort": True, "format_columns": True, "format_rows": True})

    def printed(self, head: int, columns: int, footer: str, landscape: bool = True) -> None:
        """Set up the print: A4, fit to its width, row `head` repeated, page numbers and `footer` at the foot."""
        if landscape:
            self.raw.set_landscape()
        self.raw.set_paper(9)
        self.raw.fit_to_pages(1, 0)
        self.raw.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.7)
        self.raw.repeat_rows(head)
        self.raw.set_footer(f"&L&8{footer.replace('&', '&&')}&R&8第 &P 页 共 &N 页")
        self.raw.freeze_panes(head + 1, min(columns, 2))


class Book:
    """A workbook in memory."""

    def __init__(self) -> None:
        import xlsxwriter  # a tenth of a second, only where a sheet is written

        self._buffer = io.BytesIO()
        options = {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        }
        self.raw = xlsxwriter.Workbook(self._buffer, options)
        self.raw.set_properties({"created": _FIXED, "author": "", "comments": ""})
        self.raw.formats[0].set_font_size(10)
        self._styles: dict[str, Any] = {}

    def style(self, name: str) -> Any:
        """Give the format of a style, made once."""
        if name not in self._styles:
            self._styles[name] = self.raw.add_format({"font_name": "宋体", "font_size": 10, **_STYLES[name]})
        return self._styles[name]

    def sheet(self, name: str) -> Sheet:
        """Add a sheet."""
        return Sheet(self, name)

    def close(self) -> bytes:
        """Give the whole file."""
        self.raw.close()
        return self._buffer.getvalue()


@contextmanager
def made(parts: list[bytes]) -> Iterator[Book]:
    """Give a workbook to fill; its bytes are added to `parts` at the end."""
    book = Book()
    yield book
    parts.append(book.close())


def fitting(texts: Sequence[str], least: float = 6, most: float = 44) -> float:
    """Give the width of a column in cells, Chinese characters as two."""
    widest = max((cell_len(line) for text in texts for line in text.split("\n")), default=0)
    return min(max(widest + 2, least), most)


def height(texts: Mapping[float, str], line: float = 16) -> float:
    """Give the height in points that texts need in columns of these widths, wrapped; Excel does not fit it by itself.

    >>> height({10: "字" * 11, 4: "a"}), height({10: ""})
    (48, 16)
    """
    return line * max(1, *(wrapped_lines(text, width) for width, text in texts.items()))


def wrapped_lines(text: str, width: float) -> int:
    """Give how many lines a text takes in a column of so many cells; a line holds one cell less than the column.

    >>> wrapped_lines("", 10), wrapped_lines("字" * 10, 10), wrapped_lines("a\\nb", 10)
    (1, 3, 2)
    """
    room = max(int(width) - 1, 1)
    # A Chinese character that no longer fits leaves a cell empty: an odd room holds one cell less of them.
    return sum(max(1, -(-cell_len(line) // max(room - room % 2, 1))) for line in text.split("\n"))


def cell_text(value: object) -> str:
    """Give what a cell can hold of a text: no control characters, and not more than Excel takes.

    >>> cell_text("a\x07b"), cell_text(None), len(cell_text("字" * 40_000)) <= LONGEST
    ('a b', '', True)
    """
    said = "" if value is None else str(value)
    if len(said) > LONGEST:
        said = said[: LONGEST - 20] + "……（余下从略）"
    return "".join(ch if ch >= " " or ch in "\n\t" else " " for ch in said)
