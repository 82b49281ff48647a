"""What is said of cells and rows that could not be used, in one place for both ways of reading them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from checker.language.pack import Field
from checker.logs import junk
from checker.logs.cells import Cell, Context
from checker.logs.sources import Source
from checker.model import Problem, Text

SHOWN = 1_000
"""How many unreadable cells of one column are listed one by one."""
_KINDS = {
    junk.BLANK: ("空行", "blank"),
    junk.HEADER: ("重复表头", "repeated header"),
    junk.FOOT: ("合计或签字行", "total or signature"),
    junk.NOTE: ("说明文字", "note"),
}


def unreadable(source: Source, field: Field, row: int, raw: str, cell: Cell) -> Problem:
    """Give the problem of one cell."""
    message = Text(f"读不懂“{_short(raw)}”：{cell.why.zh}", f"cannot read “{_short(raw)}”: {cell.why.en}")
    return source.problem("error", cell.code, message, row=row, field=field, found=raw, hint=cell.hint)


def more_unreadable(source: Source, field: Field, total: int) -> Problem:
    """Give the problem that stands for all past `SHOWN`."""
    message = Text(
        f"这一列共有 {total} 个读不懂的单元格，只列出前 {SHOWN} 个",
        f"{total} cells of this column cannot be read; the first {SHOWN} are listed",
    )
    return source.problem("error", "more-like-this", message, field=field)


def days_only(source: Source, field: Field, context: Context, total: int) -> Problem:
    """Give the note that counts the moments of which only the day is written."""
    ends = context.end and context.whole_days
    at_zh, at_en = ("24:00", "midnight at its end") if ends else ("00:00", "midnight at its start")
    message = Text(
        f"{total} 个单元格只写了日期，没有时间，按当天 {at_zh} 计",
        f"{total} cells hold a day without a time: read as {at_en}",
    )
    hint = Text("请写明时间，如 2026-10-08 07:30", "write the time too, as 2026-10-08 07:30")
    return source.problem("note", "day-without-time", message, field=field, hint=hint)


def broken_rows(source: Source, rows: Sequence[int], total: int) -> Iterator[Problem]:
    """Give one problem a row that could not be split into the columns of the header; `rows` are the first of `total`."""
    hint = Text(
        "请核对这一行的分隔符和引号，或另存为 .xlsx",
        "check separators and quotes of this row, or save as .xlsx",
    )
    message = Text("这一行的单元格数与表头不符，读不懂的单元格不参与判断",
                   "the cells of this row do not fit the header; those that cannot be told are not used")  # fmt: skip
    for row in rows:
        yield source.problem("error", "ragged-row", message, row=row, hint=hint)
    if total > SHOWN:
        more = Text(
            f"这样的行共 {total} 行，只列出前 {SHOWN} 行", f"{total} such rows; the first {SHOWN} are listed"
        )
        yield source.problem("error", "more-like-this", more)


def left_out(source: Source, counts: Mapping[str, int], notes: Sequence[int]) -> Iterator[Problem]:
    """Give one note that counts the rows left out by kind, and name each note at the foot."""
    if not counts:
        return
    zh = "、".join(f"{_KINDS[kind][0]} {counts[kind]} 行" for kind in _KINDS if kind in counts)
    en = ", ".join(f"{counts[kind]} {_KINDS[kind][1]}" for kind in _KINDS if kind in counts)
    yield source.problem(
        "note", "rows-left-out", Text(f"不作为记录：{zh}", f"rows that are no records: {en}")
    )
    for row in notes:
        said = Text(
            "这一行只有一格文字，没有当作记录",
            "this row holds one text only and was not taken for a record",
        )
        yield source.problem("warning", "note-row", said, row=row)


def _short(text: str) -> str:
    return text if len(text) <= 40 else text[:40] + "…"
