"""Workbooks (.xlsx .xlsm .xlsb .xls .ods, whatever they are called) → sheets of texts.

Guards come first: sizes inside the zip, stray cells at the far end of a sheet. Then what calamine does not tell is
added from the XML: cells with a formula error, formulas without a value.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from checker.logs.cells import moment_text
from checker.logs.rows import Record
from checker.model import Text
from checker.nouns import dataclass

LARGEST = 500 * 1024 * 1024
_SUSPECT, _RATIO = 100 * 1024 * 1024, 200
_CELLS = 20_000_000
_LONGEST_TEXT = 1 << 20
_FILLED = 2_000_000
_CHUNK = 1 << 20
_PASSWORD = Text("文件有密码，无法读取", "the file is protected by a password")
_PASSWORD_HINT = Text("请取消密码后另存", "remove the password and save it again")
_DAMAGED = Text("文件损坏，无法读取", "the file is damaged and cannot be read")
_DAMAGED_HINT = Text("请用 Excel 或 WPS 打开后另存为 .xlsx", "open it in Excel or WPS and save it as .xlsx")
_HUGE = Text("工作簿展开后过大", "the workbook is too large when unpacked")
_HUGE_HINT = Text("请删去多余的行列，或另存为 .csv", "delete stray rows and columns, or save it as .csv")


class BadWorkbook(Exception):
    """A workbook that is not read, and what to do about it."""

    def __init__(self, code: str, why: Text, hint: Text) -> None:
        super().__init__(why.en)
        self.code, self.why, self.hint = code, why, hint


@dataclass(frozen=True)
class Sheet:
    """One sheet: its records from row 1 on, every cell as text."""

    name: str
    hidden: bool
    records: tuple[Record, ...]


@dataclass(frozen=True)
class _Marks:
    """Cells of a sheet that calamine gives wrongly: row → column → what Excel shows, both from 0."""

    errors: Mapping[int, Mapping[int, str]] = field(default_factory=dict)


def sheets(path: Path, zipped: bool) -> Iterator[Sheet | BadWorkbook]:
    """Give the sheets in the order of the book; one that cannot be read comes as `BadWorkbook`.

    Raises:
        BadWorkbook: the file as a whole cannot be read.
    """
    marks = _inspect(path) if zipped else {}
    book = _open(path)
    for meta in book.sheets_metadata:
        if not str(meta.typ).endswith("WorkSheet"):
            continue
        try:
            sheet = book.get_sheet_by_name(meta.name)
            found = tuple(_records(sheet, marks.get(meta.name, _Marks())))
            yield Sheet(meta.name, not str(meta.visible).endswith("SheetVisibleEnum.Visible"), found)
        except (KeyboardInterrupt, SystemExit, MemoryError):
            raise
        except BaseException:  # a panic of the reader's native code is no Exception
            yield BadWorkbook(
                "bad-sheet",
                Text(f"工作表“{meta.name}”无法读取", f"sheet {meta.name} cannot be read"),
                _DAMAGED_HINT,
            )


def _open(path: Path) -> Any:
    from python_calamine import CalamineWorkbook, PasswordError

    try:
        return CalamineWorkbook.from_path(str(path))
    except (KeyboardInterrupt, SystemExit, MemoryError):
        raise
    except PasswordError:
        raise BadWorkbook("password", _PASSWORD, _PASSWORD_HINT) from None
    except BaseException as error:
        if _encrypted(path):
            raise BadWorkbook("password", _PASSWORD, _PASSWORD_HINT) from error
        raise BadWorkbook("bad-workbook", _DAMAGED, _DAMAGED_HINT) from error


def _encrypted(path: Path) -> bool:
    with path.open("rb") as file:
        head = file.read(_CHUNK)
    return head.startswith(b"\xd0\xcf") and "EncryptedPackage".encode("utf-16-le") in head


def _records(sheet: Any, marks: _Marks) -> Iterator[Record]:
    left = sheet.start[1] if sheet.start else 0
    fill = _Filler(sheet.merged_cell_ranges or [], left)
    for index, row in enumerate(sheet.iter_rows()):
        cells = [as_text(value) for value in row]
        fill.down(index, cells)
        for column, shown in marks.errors.get(index, {}).items():
            if 0 <= column - left < len(cells):
                cells[column - left] = shown
        yield Record(index + 1, cells)


class _Filler:
    """Fills vertical merges down: only the first cell of a merged block holds its value."""

    def __init__(self, ranges: list[tuple[tuple[int, int], tuple[int, int]]], left: int) -> None:
        self._starts: dict[int, list[tuple[int, int]]] = {}
        self._open: dict[int, tuple[int, str]] = {}
        covered = 0
        for (top, column), (bottom, _) in ranges:
            covered += bottom - top
            if bottom > top and covered < _FILLED:
                self._starts.setdefault(top, []).append((column - left, bottom))

    def down(self, row: int, cells: list[str]) -> None:
        for column, (bottom, value) in list(self._open.items()):
            if row > bottom:
                del self._open[column]
            elif column < len(cells) and not cells[column]:
                cells[column] = value
        for column, bottom in self._starts.get(row, ()):
            if 0 <= column < len(cells):
                self._open[column] = (bottom, cells[column])


def as_text(value: Any) -> str:
    """Give a cell as text: whole floats without `.0`, others to the 15 digits Excel knows.

    >>> as_text(100037.0), as_text(0.1 + 0.2), as_text(date(2026, 10, 8)), as_text(time(7, 30)), as_text(True)
    ('100037', '0.3', '2026-10-08', '07:30:00', 'true')
    """
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else format(value, ".15g")
    if isinstance(value, timedelta):
        seconds = round(value.total_seconds())
        return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    if isinstance(value, datetime | date):
        return moment_text(value)
    if isinstance(value, time):
        return _clock(value)
    return str(value)


def _clock(value: time) -> str:
    dusty = value.microsecond >= 998_000 and value < time(23, 59, 59)
    at = datetime(2000, 1, 1, value.hour, value.minute, value.second) + timedelta(seconds=1 if dusty else 0)
    return at.time().isoformat()


def _inspect(path: Path) -> dict[str, _Marks]:
    """Check sizes and stray cells of a zipped workbook; give the error cells of its sheets by name."""
    try:
        with zipfile.ZipFile(path) as book:
            _check_sizes(book)
            names = _sheet_files(book)
            return {names[file]: marks for file, marks in _scan(book, names)}
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        OSError,
        NotImplementedError,
        RuntimeError,
        LookupError,
        ValueError,
    ) as error:
        if isinstance(error, RuntimeError) and "encrypted" in str(error):
            raise BadWorkbook("password", _PASSWORD, _PASSWORD_HINT) from error
        raise BadWorkbook("bad-workbook", _DAMAGED, _DAMAGED_HINT) from error


def _check_sizes(book: zipfile.ZipFile) -> None:
    full = sum(one.file_size for one in book.infolist())
    packed = sum(one.compress_size for one in book.infolist()) or 1
    if full > LARGEST or (full > _SUSPECT and full / packed > _RATIO):
        raise BadWorkbook("zip-bomb", _HUGE, _HUGE_HINT)


def _sheet_files(book: zipfile.ZipFile) -> dict[str, str]:
    """Give file in the zip → sheet name, for .xlsx; an .ods or .xlsb has none."""
    listed = set(book.namelist())
    if not {"xl/workbook.xml", "xl/_rels/workbook.xml.rels"} <= listed:
        return {}
    try:
        targets = {one.get("Id"): one.get("Target", "") for one in _xml(book, "xl/_rels/workbook.xml.rels")}
        found: dict[str, str] = {}
        for one in _xml(book, "xl/workbook.xml").iter():
            if one.tag.endswith("}sheet"):
                target = next(
                    (targets.get(value, "") for name, value in one.items() if name.endswith("}id")), ""
                )
                file = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
                found[file] = one.get("name", "")
        return {file: name for file, name in found.items() if file in listed}
    except (
        ElementTree.ParseError,
        LookupError,
        ValueError,
    ):  # an encoding that nobody knows is no XML either
        return {}


def _xml(book: zipfile.ZipFile, name: str) -> ElementTree.Element:
    with book.open(name) as file:
        data = file.read(_CHUNK * 4)
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        raise BadWorkbook("bad-workbook", _DAMAGED, _DAMAGED_HINT)
    return ElementTree.fromstring(data)


_ROW = re.compile(rb'<(?:\w+:)?row [^>]*?r="(\d+)"')
_WIDE = re.compile(rb'<(?:\w+:)?c r="([A-Z]{2,3})\d+"')
_ERROR = re.compile(
    rb'<(?:\w+:)?c r="([A-Z]{1,3})(\d{1,7})"[^>]*?t="e"[^>]*>(?:[^<]|<(?!(?:\w+:)?v>|/(?:\w+:)?c>))*(?:<(?:\w+:)?v>([^<]*))?'
)
_NO_VALUE = re.compile(
    rb'<(?:\w+:)?c r="([A-Z]{1,3})(\d{1,7})"[^>]*><(?:\w+:)?f[^>]*?(?:/>|>[^<]*</(?:\w+:)?f>)(?:<(?:\w+:)?v ?/>)?</(?:\w+:)?c>'
)
_REPEATED = re.compile(rb'number-(?:rows|columns)-repeated="(\d{5,})"[^>]*office:value')


def _scan(book: zipfile.ZipFile, names: Mapping[str, str]) -> Iterator[tuple[str, _Marks]]:
    """Read every XML part once: sizes that lie end in a checksum error, stray cells in a refusal."""
    for entry in book.infolist():
        if not entry.filename.endswith((".xml", ".bin")):
            continue
        errors: dict[int, dict[int, str]] = {}
        rows, width, kept = 0, 26, b""
        with book.open(entry) as file:
            while chunk := file.read(_CHUNK):
                data = kept + chunk
                if entry.filename in names:
                    rows = max([rows, *(int(one) for one in _ROW.findall(data))])
                    width = max([width, *(_column(one) for one in set(_WIDE.findall(data)))])
                    _errors(data, errors)
                    if rows * width > _CELLS and width > 26:
                        raise BadWorkbook("zip-bomb", _HUGE, _HUGE_HINT)
                elif (entry.filename == "content.xml" and _REPEATED.search(data)) or (
                    entry.filename.endswith("sharedStrings.xml") and _longest(data) > _LONGEST_TEXT
                ):
                    raise BadWorkbook("zip-bomb", _HUGE, _HUGE_HINT)
                kept = data[-_tail(entry.filename) :]
        if entry.filename in names:
            yield entry.filename, _Marks(errors)


def _errors(data: bytes, found: dict[int, dict[int, str]]) -> None:
    if len(found) > 100_000:
        return
    for column, row, shown in _ERROR.findall(data) if b't="e"' in data else ():
        found.setdefault(int(row) - 1, {})[_column(column) - 1] = (shown or b"#VALUE!").decode(
            "ascii", "replace"
        )
    for column, row in _NO_VALUE.findall(data) if b"<f" in data or b":f" in data else ():
        found.setdefault(int(row) - 1, {})[_column(column) - 1] = "#VALUE!"


def _tail(name: str) -> int:
    return _LONGEST_TEXT * 2 if name.endswith("sharedStrings.xml") else 4096


def _longest(data: bytes) -> int:
    return max(len(one) for one in data.split(b"</si>"))


def _column(letters: bytes) -> int:
    """Give the number of a column, from 1.

    >>> _column(b"A"), _column(b"AA"), _column(b"XFD")
    (1, 27, 16384)
    """
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
