"""处罚通知单 as a workbook: one A4 sheet a page, text as text, amounts as numbers."""

from __future__ import annotations

from collections.abc import Sequence

from checker.language.pack import Papers
from checker.money import capitals
from checker.papers.notices import BLANK, FACT, TIME, Line, Notice
from checker.papers.workbook import Book, Sheet, made

_WIDTHS = (5, TIME + 3, FACT + 4, 11, 13)
_HEADS = ("序", "发生时间", "违规事实（证据）", "依据条款", "金额（元）")
_DAY = "____年__月__日"


def render(notices: Sequence[Notice], papers: Papers, appeal_days: int, head: str) -> bytes:
    """Give a workbook with all these notices. `head`: hash of the ledger."""
    parts: list[bytes] = []
    with made(parts) as book:
        for one in notices:
            number = 0
            for at, lines in enumerate(one.pages, 1):
                sheet = _headed(book, one, papers, at)
                row = _facts(sheet, lines, number)
                number += len(lines)
                if at == len(one.pages):
                    _signing(sheet, row, one, papers, appeal_days)
                _printed(sheet, one, at, head)
    return parts[0]


def _headed(book: Book, one: Notice, papers: Papers, at: int) -> Sheet:
    sheet = book.sheet(one.number if at == 1 else f"{one.number}({at})")
    for column, width in enumerate(_WIDTHS):
        sheet.raw.set_column(column, column, width)
    sheet.wide(0, 4, papers.company.zh or BLANK * 2, "title", 30)
    sheet.wide(1, 4, "处 罚 通 知 单", "title", 28)
    sheet.wide(2, 4, f"编号：{one.number}", "number", 20)
    who = (
        (0, 1, f"姓名：{one.name or BLANK}"),
        (2, 2, f"工号：{one.person}　片区：{one.region or BLANK}"),
        (3, 4, f"岗位：{BLANK}"),
    )
    for first, last, text in who:
        sheet.across(3, first, last, text, "text")
    sheet.raw.set_row(3, 22)
    for column, text in enumerate(_HEADS):
        sheet.text(4, column, text, "head")
    sheet.raw.set_row(4, 20)
    return sheet


def _facts(sheet: Sheet, lines: Sequence[Line], number: int) -> int:
    row = 5
    for row, line in enumerate(lines, 5):
        fact = line.fact + (f"\n{line.evidence}" if line.evidence else "")
        sheet.number(row, 0, number + row - 4)
        for column, text in ((1, line.at), (2, fact), (3, line.clause)):
            sheet.text(row, column, text)
        sheet.fen(row, 4, line.fen)
        sheet.raw.set_row(row, min(14.5 * line.height + 4, 400))
    return row + 1


def _signing(sheet: Sheet, row: int, one: Notice, papers: Papers, appeal_days: int) -> None:
    sheet.across(row, 0, 1, "合计", "total")
    sheet.across(row, 2, 3, capitals(one.fen), "total")
    sheet.fen(row, 4, one.fen, "total_money")
    sheet.raw.set_row(row, 22)
    wages = "，拟从____年__月发放的工资中扣除" if one.fen else ""
    appeal_to = papers.appeal_to.zh or BLANK
    texts = (
        f"执行：{one.executors or BLANK}{wages}。",
        f"申诉：收到本通知之日起 {appeal_days} 个工作日内，可向 {appeal_to} 提出书面申诉；申诉期间暂不执行。",
        f"本人意见：□ 无异议　□ 有异议（说明）：{'_' * 34}",
        f"本人签字：{'_' * 20}　日期：{_DAY}",
        f"拒签说明：{'_' * 28}　见证人：{'_' * 14}",
        "　".join(f"{name}：{'_' * 12}" for name in papers.signers),
        f"（盖章）　　签发日期：{_DAY}",
        "本单一式三份：本人、财务部、质检部存档各一份。",
    )
    for at, text in enumerate(texts, row + 1):
        sheet.wide(at, 4, text, "line", 34 if at == row + 2 else 28)


def _printed(sheet: Sheet, one: Notice, at: int, head: str) -> None:
    foot = f"制度版本 {one.versions or BLANK}　决定台账 {head[:16]}".replace("&", "&&")
    sheet.raw.set_portrait()
    sheet.raw.set_paper(9)
    sheet.raw.fit_to_pages(1, 1)
    sheet.raw.center_horizontally()
    sheet.raw.set_margins(left=0.6, right=0.6, top=0.6, bottom=0.8)
    sheet.raw.set_footer(f"&L&8{foot}&R&8{one.number}　第 {at} 页 共 {len(one.pages)} 页")
