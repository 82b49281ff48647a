"""数据问题清单, the list of data problems: what could not be read, what came in, what changed since the last run."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from checker.model import Lang, Problem, Text
from checker.papers.expected import EMPTY, IN, LATE, MISSING, OTHER, STATES, Expected
from checker.papers.since import HEADS, Row, Since
from checker.papers.workbook import Book, Column, Sheet, cell_text, made
from checker.reports.csv import guard
from checker.reports.options import clean

LEVELS = {"error": Text("错误", "error"), "warning": Text("提醒", "warning"), "note": Text("说明", "note")}
SHEET = Text("数据问题清单", "Data problems")
CHECKLIST = Text("应交文件", "Expected files")
CHANGES = Text("与上次相比", "Since the last run")
_WIDTHS = (6, 24, 11, 6, 12, 18, 36, 30, 14, 16, 10)
_PRINTED = 9
_CHECK_HEADS = (
    Text("台账", "log"), Text("片区", "region"), Text("应交依据", "why"), Text("状态", "state"),
    Text("本期行数", "rows of the period"), Text("其他月份行数", "rows of other months"), Text("文件", "files"),
    Text("疑似重复", "looks like two versions"), Text("影响的条款", "clauses"),
)  # fmt: skip
_CHECK_WIDTHS = (20, 12, 13, 18, 9, 9, 34, 40, 20)
_NUMBERS = (HEADS[3], *_CHECK_HEADS[4:6])
_STATES = {"new": Text("新增", "new"), "gone": Text("已消失", "gone"), "same": Text("未变", "unchanged")}


@dataclass(frozen=True)
class Listed:
    """What a list of problems says. `since` is None where nothing was compared."""

    problems: tuple[Problem, ...]
    expected: tuple[Expected, ...]
    month: str
    since: Since | None = None


def in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Give problems by level, the worst first, then by file, sheet and row; those of a whole file come first."""
    return tuple(sorted(problems, key=_rank))


def _rank(one: Problem) -> tuple[object, ...]:
    return (
        list(LEVELS).index(one.level),
        one.file,
        one.sheet or "",
        one.row or 0,
        one.column or "",
        one.code,
    )


def cells(one: Problem, month: str, lang: Lang = "zh") -> Row:
    """Give the cells of a problem, in the order of `HEADS`."""
    return (
        LEVELS[one.level].pick(lang),
        one.file,
        one.sheet or "",
        str(one.row or ""),
        one.column or "",
        one.found or "",
        one.message.pick(lang),
        one.hint.pick(lang),
        "、".join(one.clauses),
        one.code,
        month,
    )


def workbook(listed: Listed, lang: Lang, version: str) -> bytes:
    """Give the list as a workbook: problems, expected files, and changes where something was compared."""
    parts: list[bytes] = []
    with made(parts) as book:
        rows = [cells(one, listed.month, lang) for one in in_order(listed.problems)]
        _problems(book, rows, listed, lang, version)
        _checklist(book, listed, lang, version)
        if listed.since is not None:
            _changes(book, listed.since, listed.month, lang, version)
    return parts[0]


def as_csv(listed: Listed, lang: Lang) -> bytes:
    """Give the problems alone as CSV: UTF-8 with byte-order mark, no cell runs as a formula."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([head.pick(lang) for head in HEADS])
    for one in in_order(listed.problems):
        writer.writerow([guard(cell_text(cell)) for cell in cells(one, listed.month, lang)])
    return out.getvalue().encode("utf-8-sig", "replace")


def as_text(listed: Listed, lang: Lang) -> str:
    """Give one line a problem, then what is missing or doubled, then what is new or gone."""
    lines = [_line(one, lang) for one in in_order(listed.problems)]
    lines += [_expected_line(one, lang) for one in listed.expected if one.asks]
    if listed.since is not None:
        for state in ("new", "gone"):
            lines += [
                clean(" ".join(["+" if state == "new" else "-", *cells_of(row)]))
                for row in getattr(listed.since, state)
            ]
    return "\n".join([*lines, summary(listed, lang)]) + "\n"


def cells_of(row: Sequence[str]) -> tuple[str, ...]:
    """Give what one line tells of a row of the list: place, what was read, the problem."""
    _, file, sheet, number, column, found, message, *_ = row
    at = f"{file}{f'[{sheet}]' if sheet else ''}{f':{number}' if number else ''}"
    return tuple(" ".join(part.split()) for part in (at, column, found, message) if part)


def summary(listed: Listed, lang: Lang) -> str:
    """Give one line: how many of each level, how many files are missing, and what changed."""
    count = {level: sum(one.level == level for one in listed.problems) for level in LEVELS}
    asks = [one for one in listed.expected if one.region is None and one.asks]
    missing = sum(one.state in (LATE, OTHER, MISSING) for one in asks)
    twice = sum(bool(one.again) for one in asks)
    zh = f"数据问题：错误 {count['error']}、提醒 {count['warning']}、说明 {count['note']}"
    en = f"data problems: {count['error']} errors, {count['warning']} warnings, {count['note']} notes"
    zh += f"；台账没有交或月份不对 {missing} 种，疑似交了两份 {twice} 种"
    en += f"; {missing} logs missing or of another month, {twice} that look handed in twice"
    if listed.since is not None:
        said = listed.since.counts
        zh += "；与上次相比：" + "、".join(f"{_STATES[name].zh} {many}" for name, many in said.items())
        en += "; since the last run: " + ", ".join(
            f"{many} {_STATES[name].en}" for name, many in said.items()
        )
    return Text(zh, en).pick(lang)


def _line(one: Problem, lang: Lang) -> str:
    level, *_ = row = cells(one, "", lang)
    hint = f" → {one.hint.pick(lang)}" if one.hint.pick(lang) else ""
    return clean(" ".join([f"{level}[{one.code}]", *cells_of(row)]) + hint)


def _expected_line(one: Expected, lang: Lang) -> str:
    said = [STATES[one.state].pick(lang)] if one.state not in (IN, EMPTY) else []
    said += [text.pick(lang) for text in one.again]
    region = f"（{one.region}）" if one.region is not None else ""
    return clean(f"{one.title.pick(lang)}{region}：{'；'.join(said)}")


def _problems(book: Book, rows: Sequence[Sequence[str]], listed: Listed, lang: Lang, version: str) -> None:
    sheet = book.sheet(SHEET.pick(lang))
    note = Text(
        "错误须改正原文件后重新检查；提醒请确认；说明不必处理。不要改本表，改原台账。",
        "Mend errors in the files and check again; look at warnings; notes need nothing done.",
    )
    _headed(sheet, f"{listed.month} {SHEET.pick(lang)}", f"{summary(listed, lang)}\n{note.pick(lang)}")
    _table(sheet, HEADS, _WIDTHS, rows, lang)
    sheet.printed(2, 2, version)
    sheet.raw.print_area(0, 0, 2 + len(rows), _PRINTED - 1)


def _checklist(book: Book, listed: Listed, lang: Lang, version: str) -> None:
    sheet = book.sheet(CHECKLIST.pick(lang))
    note = Text(
        "每月报送的、规则需要的和已交来的台账；有片区的逐个片区列出。“只有其他月份”多半是交错了文件。",
        "Logs that are filed every month, that a rule needs or that came in, region by region where they have one.",
    )
    _headed(sheet, f"{listed.month} {CHECKLIST.pick(lang)}", note.pick(lang))
    rows = [_check_cells(one, lang) for one in listed.expected]
    _table(sheet, _CHECK_HEADS, _CHECK_WIDTHS, rows, lang)
    sheet.printed(2, 2, version)


def _check_cells(one: Expected, lang: Lang) -> tuple[str, ...]:
    why = [Text("每月报送", "filed monthly")] if one.monthly else []
    why += [Text("规则需要", "a rule needs it")] if one.clauses else []
    region = (
        one.region if one.region is None or one.region else Text("（未写片区）", "(no region)").pick(lang)
    )
    return (
        one.title.pick(lang),
        region or "",
        "、".join(text.pick(lang) for text in why) if one.region is None else "",
        STATES[one.state].pick(lang),
        "" if one.rows is None else str(one.rows),
        str(one.others or ""),
        "\n".join(one.files[:5]) + (f"\n…… {len(one.files)}" if len(one.files) > 5 else ""),
        "\n".join(text.pick(lang) for text in one.again),
        "、".join(one.clauses) if one.region is None else "",
    )


def _changes(book: Book, since: Since, month: str, lang: Lang, version: str) -> None:
    sheet = book.sheet(CHANGES.pick(lang))
    against = Text(f"与 {since.file} 相比", f"compared with {since.file}").pick(lang)
    _headed(sheet, f"{month} {CHANGES.pick(lang)}", against)
    rows = [
        (_STATES[state].pick(lang), *row)
        for state in ("new", "gone", "same")
        for row in getattr(since, state)
    ]
    _table(sheet, (Text("变化", "change"), *HEADS), (8, *_WIDTHS), rows, lang)
    sheet.printed(2, 2, version)
    sheet.raw.print_area(0, 0, 2 + len(rows), _PRINTED)


def _headed(sheet: Sheet, title: str, note: str) -> None:
    sheet.wide(0, _PRINTED - 1, title, "title", 30)
    sheet.wide(1, _PRINTED - 1, note, "note", 15 * (1 + note.count("\n")) + 4)


def _table(
    sheet: Sheet, heads: Sequence[Text], widths: Sequence[float], rows: Sequence[Sequence[str]], lang: Lang
) -> None:
    columns = [
        Column(head.pick(lang), "count" if head in _NUMBERS else "text", width)
        for head, width in zip(heads, widths, strict=True)
    ]
    numbers = [at for at, head in enumerate(heads) if head in _NUMBERS]
    end = sheet.table(2, columns, [_numbered(row, numbers) for row in rows])
    sheet.raw.autofilter(2, 0, max(end - 1, 2), len(columns) - 1)


def _numbered(row: Sequence[str], numbers: Sequence[int]) -> list[str | int | None]:
    """Give a row with whole numbers in the columns that hold them, so that a spreadsheet sorts them as such."""
    return [(int(cell) if cell.isdigit() else None) if at in numbers else cell for at, cell in enumerate(row)]
