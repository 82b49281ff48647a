"""Writes registers the way clerks keep them: title rows, merged cells, footers, mixed date forms."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import xlsxwriter  # type: ignore[import-untyped]

from generator.company import Row

# Nothing in a workbook may depend on the clock: the same registers give the same bytes.
CREATED = datetime(2026, 11, 4, 9, 0)
Places = dict[str, list[tuple[str, str | None, int]]]


@dataclass(frozen=True)
class Column:
    """A column of a sheet; columns that share a `group` stand under one merged header."""

    field: str
    header: str
    group: str | None = None


def columns(text: str) -> tuple[Column, ...]:
    """Read `field=header` or `field=group>header`, separated by blanks; `~` stands for a line break.

    >>> columns("start=服务时间>开始")[0]
    Column(field='start', header='开始', group='服务时间')
    """
    made: list[Column] = []
    for item in text.split():
        name, _, header = item.replace("~", "\n").partition("=")
        group, found, below = header.partition(">")
        made.append(Column(name, below, group) if found else Column(name, header))
    return tuple(made)


@dataclass(frozen=True)
class Sheet:
    """A register and how its clerk lays it out."""

    columns: tuple[Column, ...]
    rows: Sequence[Row]
    name: str = "Sheet1"
    title: str | None = None
    dates: tuple[str, ...] = ("iso",)  # used in turn, row by row
    yes: str = "是"
    no: str = "否"
    merged: tuple[str, ...] = ()  # fields merged down over neighbouring rows of the same day and person
    page: int = 0  # repeat the header after so many rows
    foot: tuple[tuple[str, ...], ...] = ()
    lower: frozenset[str] = field(default_factory=frozenset)  # fields typed in small letters


_DATE = {
    "iso": "{0.year}-{0.month:02d}-{0.day:02d}",
    "loose": "{0.year}-{0.month}-{0.day}",
    "slash": "{0.year}/{0.month}/{0.day}",
    "dot": "{0.year}.{0.month}.{0.day}",
    "compact": "{0.year}{0.month:02d}{0.day:02d}",
    "cn": "{0.year}年{0.month}月{0.day}日",
    "wide": "{0.year}-{0.month:02d}-{0.day:02d}",
}


def shown(value: Any, form: str, sheet: Sheet, name: str) -> Any:
    """Give a cell as its clerk typed it: text, a number, or a real Excel date under the form `excel`."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return sheet.yes if value else sheet.no
    if isinstance(value, datetime):
        return value if form == "excel" else f"{_day(value, form)} {_clock(value.time(), form)}"
    if isinstance(value, date):
        return value if form == "excel" else _day(value, form)
    if isinstance(value, time):
        return value if form == "excel" else _clock(value, form)
    return value.lower() if name in sheet.lower else value


def _day(value: date, form: str) -> str:
    return _DATE[form].format(value)


def _clock(value: time, form: str) -> str:
    colon = "：" if form == "wide" else ":"
    hour = f"{value.hour}" if form in ("slash", "wide", "loose") else f"{value.hour:02d}"
    return f"{hour}{colon}{value.minute:02d}"


@dataclass
class Folder:
    """A folder of sample files; it remembers where each planted row was written."""

    root: Path
    places: Places = field(default_factory=dict)

    def note(self, row: Row, file: str, sheet: str | None, number: int) -> None:
        """Remember the place of a planted row; `number` is the row as Excel shows it."""
        for case in (row.get("_case") or "").split():
            self.places.setdefault(case, []).append((file, sheet, number))

    def path(self, file: str) -> Path:
        """Give the path of a file, its folder made."""
        path = self.root / file
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    def text(self, file: str, sheet: Sheet, encoding: str, delimiter: str = ",") -> None:
        """Write a delimited text file; the UTF-16 file carries a byte order mark of fixed order."""
        lines = [[sheet.title]] if sheet.title else []
        lines.append([column.header for column in sheet.columns])
        for index, row in enumerate(sheet.rows):
            form = sheet.dates[index % len(sheet.dates)]
            lines.append([str(shown(row.get(c.field), form, sheet, c.field)) for c in sheet.columns])
            self.note(row, file, None, len(lines))
        lines += [list(foot) for foot in sheet.foot]
        buffer = io.StringIO(newline="")
        csv.writer(buffer, delimiter=delimiter, lineterminator="\r\n").writerows(lines)
        mark = "\ufeff" if encoding == "utf-16-le" else ""
        self.path(file).write_bytes((mark + buffer.getvalue()).encode(encoding))

    def book(self, file: str, *sheets: Sheet) -> None:
        """Write a workbook."""
        book = xlsxwriter.Workbook(str(self.path(file)), {"default_date_format": "yyyy-mm-dd"})
        book.set_properties({"title": file, "author": "业务部", "created": CREATED})
        for sheet in sheets:
            _Page(self, file, sheet, book).write()
        book.close()


class _Page:
    """One worksheet on its way: the cursor and the cell formats."""

    def __init__(self, folder: Folder, file: str, sheet: Sheet, book: Any) -> None:
        self.folder, self.file, self.sheet = folder, file, sheet
        self.page = book.add_worksheet(sheet.name)
        look = {"bold": True, "align": "center", "valign": "vcenter", "text_wrap": True, "border": 1}
        self.bold = book.add_format(look)
        self.forms = {
            datetime: book.add_format({"num_format": "yyyy-mm-dd hh:mm"}),
            date: book.add_format({"num_format": "yyyy/m/d"}),
            time: book.add_format({"num_format": "h:mm"}),
        }
        self.top = book.add_format({"valign": "top"})
        self.at = 0
        self.lines: list[tuple[int, Row]] = []

    def write(self) -> None:
        width = len(self.sheet.columns)
        if self.sheet.title:
            self.page.merge_range(0, 0, 0, width - 1, self.sheet.title, self.bold)
            self.at = 1
        self._header()
        for index, row in enumerate(self.sheet.rows):
            if self.sheet.page and index and index % self.sheet.page == 0:
                self._header()
            self._row(index, row)
        self._merge_down()
        for foot in self.sheet.foot:
            for column, text in enumerate(foot):
                self._cell(self.at, column, text)
            self.at += 1
        self.page.set_column(0, width - 1, 14)

    def _header(self) -> None:
        grouped = any(column.group for column in self.sheet.columns)
        for number, column in enumerate(self.sheet.columns):
            if not grouped:
                self.page.write_string(self.at, number, column.header, self.bold)
            elif column.group is None:
                self.page.merge_range(self.at, number, self.at + 1, number, column.header, self.bold)
            else:
                self.page.write_string(self.at + 1, number, column.header, self.bold)
        for group, first, last in _groups(self.sheet.columns):
            self.page.merge_range(self.at, first, self.at, last, group, self.bold)
        self.at += 2 if grouped else 1

    def _row(self, index: int, row: Row) -> None:
        form = self.sheet.dates[index % len(self.sheet.dates)]
        for number, column in enumerate(self.sheet.columns):
            self._cell(self.at, number, shown(row.get(column.field), form, self.sheet, column.field))
        self.folder.note(row, self.file, self.sheet.name, self.at + 1)
        self.lines.append((self.at, row))
        self.at += 1

    def _cell(self, row: int, column: int, value: Any) -> None:
        if value == "":
            return
        if value == "#N/A":
            self.page.write_formula(row, column, "=NA()", None, "#N/A")
        elif isinstance(value, (datetime, date, time)):
            self.page.write_datetime(row, column, value, self.forms[type(value)])
        elif isinstance(value, (int, float)):
            self.page.write_number(row, column, value)
        else:
            self.page.write_string(row, column, value)

    def _merge_down(self) -> None:
        for number, column in enumerate(self.sheet.columns):
            if column.field not in self.sheet.merged:
                continue
            for first, last, row in _runs(self.lines, column.field):
                value = shown(row[column.field], "iso", self.sheet, column.field)
                self.page.merge_range(first, number, last, number, value, self.top)


def _groups(columns: Sequence[Column]) -> Iterator[tuple[str, int, int]]:
    first = 0
    for number in range(1, len(columns) + 1):
        if number == len(columns) or columns[number].group != columns[first].group:
            group = columns[first].group
            if group is not None:
                yield group, first, number - 1
            first = number


def _runs(lines: Sequence[tuple[int, Row]], name: str) -> Iterator[tuple[int, int, Row]]:
    """Give the blocks of two and more neighbouring rows with one value, never across a page header."""

    def key(row: Row) -> tuple[Any, ...]:
        who = row["employee_id"] if name.startswith("employee") else None
        return row["service_date"], who, row[name]

    start = 0
    for number in range(1, len(lines) + 1):
        ended = number == len(lines) or lines[number][0] != lines[number - 1][0] + 1
        if ended or key(lines[number][1]) != key(lines[start][1]):
            if number - start > 1:
                yield lines[start][0], lines[number - 1][0], lines[start][1]
            start = number
