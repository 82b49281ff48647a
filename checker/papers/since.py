"""A list of data problems of an earlier run read back, and what is new, gone and unchanged since."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from checker.diagnostics import UsageError, shown_path
from checker.logs.texts import decode
from checker.logs.workbooks import BadWorkbook, Sheet, sheets
from checker.model import Text

Row = tuple[str, ...]
"""The cells of one problem: level, file, sheet, row, column, found, problem, hint, clauses, code, period."""
HEADS = (
    Text("级别", "level"), Text("文件", "file"), Text("工作表", "sheet"), Text("行", "row"), Text("列", "column"),
    Text("读到的内容", "found"), Text("问题", "problem"), Text("建议处理", "what to do"),
    Text("影响的条款", "clauses"), Text("代码", "code"), Text("期间", "period"),
)  # fmt: skip
_FILE, _SHEET, _ROW, _COLUMN, _FOUND, _CODE, _MONTH = 1, 2, 3, 4, 5, 9, 10


@dataclass(frozen=True)
class Since:
    """What changed against the list in `file`: rows of problems. `same` are those of this run."""

    file: str
    new: tuple[Row, ...]
    gone: tuple[Row, ...]
    same: tuple[Row, ...]

    @property
    def counts(self) -> dict[str, int]:
        """Give how many are new, gone and unchanged."""
        return {"new": len(self.new), "gone": len(self.gone), "same": len(self.same)}


def compare(file: str, last: Iterable[Row], now: Iterable[Row]) -> Since:
    """Give what is new, gone and unchanged.

    Two are the same problem when file (without its folder), sheet, column, code and what was read agree. Among those
    the same row pairs first; then they pair in their order, so that a row that merely moved is no change.

    >>> row = ("错误", "a/x.csv", "", "5", "日期", "周五", "读不懂", "", "", "bad-date", "2026-10")
    >>> compare("l", [row], [("错误", "b/x.csv", "", "7", *row[4:])]).counts
    {'new': 0, 'gone': 0, 'same': 1}
    """
    left = _by(_exact, last)
    unpaired: list[Row] = []
    same: list[Row] = []
    current = list(now)
    for row in current:
        _paired(left, _exact(row), row, same, unpaired)
    moved = _by(_thing, (row for rows in left.values() for row in rows))
    new: list[Row] = []
    for row in unpaired:
        _paired(moved, _thing(row), row, same, new)
    gone = [row for rows in moved.values() for row in rows]
    return Since(file, tuple(new), tuple(sorted(gone, key=_place)), tuple(sorted(same, key=_place)))


def read(path: Path) -> tuple[Row, ...]:
    """Read a list of problems back, from .xlsx or .csv.

    Raises:
        UsageError: the file cannot be read, or is no list of problems.
    """
    if not path.is_file():
        why, hint = Text("没有这个文件", "there is no such file"), Text("检查文件名", "check its name")
        raise UsageError.of("problem-list", why, hint, shown_path(path))
    try:
        found = _rows(path)
    except BadWorkbook as error:
        raise UsageError.of("problem-list", error.why, error.hint, shown_path(path)) from None
    if found is None:
        raise UsageError.of(
            "problem-list",
            Text("这不是数据问题清单", "this is no list of data problems"),
            Text("用 --problems 写成的 .xlsx 或 .csv", "use an .xlsx or .csv written by --problems"),
            shown_path(path),
        )
    return found


def months(rows: Iterable[Row]) -> set[str]:
    """Give the periods that a list is about; none for an empty list."""
    return {row[_MONTH] for row in rows if row[_MONTH]}


def _paired(left: dict[Row, list[Row]], mark: Row, row: Row, same: list[Row], other: list[Row]) -> None:
    if left.get(mark):
        left[mark].pop(0)
        same.append(row)
    else:
        other.append(row)


def _by(mark: Callable[[Row], Row], rows: Iterable[Row]) -> dict[Row, list[Row]]:
    found: dict[Row, list[Row]] = defaultdict(list)
    for row in rows:
        found[mark(row)].append(row)
    return found


def _thing(row: Row) -> Row:
    name = PurePosixPath(row[_FILE].replace("\\", "/")).name
    return tuple(_plain(one) for one in (name, row[_SHEET], row[_COLUMN], row[_FOUND], row[_CODE]))


def _exact(row: Row) -> Row:
    return (*_thing(row), row[_ROW])


def _plain(text: str) -> str:
    """Give a text without what is lost on the way through a file: marks against formulas, kinds of blanks."""
    return " ".join("".join(ch if ch >= " " else " " for ch in text).split()).lstrip("'").strip()


def _place(row: Row) -> tuple[object, ...]:
    return (row[_FILE], row[_SHEET], int(row[_ROW]) if row[_ROW].isdigit() else 0, row)


def _rows(path: Path) -> tuple[Row, ...] | None:
    if path.suffix.lower() == ".csv":
        text, _ = decode(path.read_bytes())
        return _under_heads(
            [cells for cells in csv.reader(io.StringIO(text.removeprefix("\ufeff"))) if cells]
        )
    found = next((one for one in list(sheets(path, zipped=True)) if isinstance(one, Sheet)), None)
    return _under_heads([record.cells for record in found.records]) if found is not None else None


def _under_heads(lines: Sequence[Sequence[str]]) -> tuple[Row, ...] | None:
    for at, cells in enumerate(lines[:5]):
        names = [cell.strip() for cell in cells]
        spoken = ([head.zh for head in HEADS], [head.en for head in HEADS])
        heads = next((one for one in spoken if set(one) <= set(names)), None)
        if heads is not None:
            places = [names.index(head) for head in heads]
            body = (
                tuple(line[place].strip() if place < len(line) else "" for place in places)
                for line in lines[at + 1 :]
            )
            return tuple(row for row in body if row[_FILE] or row[_CODE])
    return None
