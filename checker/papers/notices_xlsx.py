"""处罚通知单 as a workbook: one A4 sheet a page, text as text, amounts as numbers."""

from __future__ import annotations

from collections.abc import Sequence

from checker.papers.notice_pages import CLAUSE, FACT, TIME, Line
from checker.papers.notices import BLANK, Frame, Notice
from checker.papers.workbook import Book, Sheet, height, made

_WIDTHS: tuple[float, ...] = (5, TIME + 1, FACT + 3, CLAUSE + 3, 13)
"""Of the columns, in cells; all different, as `height` tells texts apart by them."""
_ALL = sum(_WIDTHS)
_HEADS = ("序", "发生时间", "违规事实（证据）", "依据条款")
_DAY = "____年__月__日"
_NAME = 26
"""Characters of a number that the name of a sheet holds, with room for its page; its end is what tells it apart."""


def render(notices: Sequence[Notice], frame: Frame) -> bytes:
    """Give a workbook with all these notices."""
    parts: list[bytes] = []
    with made(parts) as book:
        for one in notices:
            number = 0
            for at, lines in enumerate(one.pages, 1):
                sheet = _headed(book, one, frame, at)
                number = _facts(sheet, lines, number)
                if at == len(one.pages):
                    _signing(sheet, 5 + len(lines), one, frame)
                _printed(sheet, one, at, frame)
    return parts[0]


def _headed(book: Book, one: Notice, frame: Frame, at: int) -> Sheet:
    name = one.number[-_NAME:]
    sheet = book.sheet(name if at == 1 else f"{name}({at})")
    for column, width in enumerate(_WIDTHS):
        sheet.raw.set_column(column, column, width)
    sheet.wide(0, 4, frame.company, "title", 30)
    sheet.wide(1, 4, "处 罚 通 知 单", "title", 28)
    sheet.wide(2, 4, f"日期：{one.issued_on}　　编号：{one.number}", "number", 20)
    who = (
        (0, 1, f"姓名：{one.name or BLANK}"),
        (2, 2, f"工号：{one.person}　部门/片区：{one.place or BLANK}"),
        (3, 4, f"岗位：{BLANK}"),
    )
    for first, last, text in who:
        sheet.across(3, first, last, text, "text")
    texts = {sum(_WIDTHS[first : last + 1]): text for first, last, text in who}
    sheet.raw.set_row(3, height(texts) + 6)
    for column, text in enumerate((*_HEADS, frame.amounts)):
        sheet.text(4, column, text, "head")
    sheet.raw.set_row(4, 20)
    return sheet


def _facts(sheet: Sheet, lines: Sequence[Line], number: int) -> int:
    """Write the lines of a page from row 5 on; give the number of the last."""
    for row, line in enumerate(lines, 5):
        number += not line.goes_on
        fact = line.fact + (f"\n{line.evidence}" if line.evidence else "")
        sheet.number(row, 0, None if line.goes_on else number, "ordinal")
        cells = (line.at, fact, line.clause)
        for column, text in enumerate(cells, 1):
            sheet.text(row, column, text)
        if line.fen is None:
            sheet.text(row, 4, line.amount)
        else:
            sheet.fen(row, 4, line.fen)
        texts = dict(zip(_WIDTHS[1:], (*cells, line.amount), strict=True))
        sheet.raw.set_row(row, min(height(texts, 14) + 4, 409))
    return number


def _signing(sheet: Sheet, row: int, one: Notice, frame: Frame) -> None:
    sheet.across(row, 0, 1, "合计", "total")
    sheet.across(row, 2, 3, one.total, "total")
    sheet.fen(row, 4, one.fen or None, "yuan")
    sheet.raw.set_row(row, 22)
    signers = [f"{name}：{one.issued_by if name == '制单' else '_' * 12}" for name in frame.signers]
    texts = (
        one.carried_out,
        frame.appeal,
        f"本人意见：□ 无异议　□ 有异议（说明）：{'_' * 34}",
        f"本人签字：{'_' * 20}　日期：{_DAY}",
        f"拒签说明：{'_' * 28}　见证人：{'_' * 14}",
        "　　".join(signers),
        f"（盖章）　　{_DAY}",
        "本单一式三份：本人、财务部、质检部存档各一份。",
    )
    for at, text in enumerate(texts, row + 1):
        sheet.wide(at, 4, text, "line", height({_ALL * 0.9: text}) + 12)


def _printed(sheet: Sheet, one: Notice, at: int, frame: Frame) -> None:
    foot = f"制度版本 {one.versions or BLANK}　决定台账 {frame.head}"[:150].replace("&", "&&")
    sheet.raw.set_portrait()
    sheet.raw.set_paper(9)
    sheet.raw.fit_to_pages(1, 1)
    sheet.raw.center_horizontally()
    sheet.raw.set_margins(left=0.6, right=0.6, top=0.6, bottom=0.8)
    sheet.raw.set_footer(f"&L&8{foot}&R&8 {one.number}　第 {at} 页 共 {len(one.pages)} 页")
