"""员工处理明细表: what is ready for a month where no money is deducted: points of performance, or warnings."""

from __future__ import annotations

from collections.abc import Sequence

from checker.findings.numbers import person_key, short
from checker.guards.months import day_of
from checker.guards.notice import points
from checker.language.pack import Guards
from checker.language.pack_guards import MoneyMode
from checker.ledger.cases import Case
from checker.ledger.entries import Entry
from checker.papers.fines import about, department, region
from checker.papers.workbook import Column, made

SHEET = "处理明细"
HEADS = (
    "序号", "通知单号", "工号", "姓名", "部门", "片区", "发生日期", "条款", "事由", "处理", "送达日期", "申诉状态", "员工签字", "发现编号",
)  # fmt: skip
_WIDTHS = {"序号": 5, "通知单号": 15, "事由": 40, "员工签字": 16, "处理": 16, "发现编号": 14}
_SIGN = "制表：____________　　审核：____________　　批准：____________　　　　　　年　　月　　日"


def render(
    cases: Sequence[Case], entries: Sequence[Entry], month: str, how: MoneyMode, guards: Guards, notice: str
) -> bytes:
    """Give the workbook; there is no amount on it."""
    last = len(HEADS) - 1
    found = sorted(cases, key=lambda one: (region(one), person_key(one.proposal["person"]), day_of(one)))
    parts: list[bytes] = []
    with made(parts) as workbook:
        sheet = workbook.sheet(SHEET)
        sheet.wide(0, last, f"{month} 员工处理明细表（不扣款）", "title", 30)
        rows = [_row(number, one, entries, how, guards) for number, one in enumerate(found, 1)]
        columns = [
            Column(name, "count" if name == "序号" else "text", _WIDTHS.get(name, 0)) for name in HEADS
        ]
        end = sheet.table(1, columns, rows)
        if notice:
            sheet.wide(end, last, notice, "note", 44)
        sheet.wide(end + 1, last, _SIGN, "plain", 34)
        sheet.printed(1, len(HEADS), f"笔数 {len(rows)}")
    return parts[0]


def treated(case: Case, how: MoneyMode, guards: Guards) -> str:
    """Give what stands in place of an amount; an amount that the table does not reach is for a person to settle."""
    if how == "off":
        return "警告"
    given = points(case.fen or 0, guards)
    return "绩效扣分由人工定" if given is None else f"绩效扣 {given} 分"


def _row(number: int, case: Case, entries: Sequence[Entry], how: MoneyMode, guards: Guards) -> list[object]:
    one = case.proposal
    notice, served, appeal = about(case, entries)
    return [
        number,
        notice,
        one["person"],
        one["name"],
        department(case),
        region(case),
        day_of(case),
        one["clause"],
        one["message"],
        treated(case, how, guards),
        served,
        appeal,
        "",
        short(case.finding),
    ]
