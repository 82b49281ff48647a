"""通知单登记表: every number given in a month, what it comes to, and whether it was served; none is missing."""

from __future__ import annotations

from collections.abc import Sequence

from checker.language.pack_guards import MoneyMode
from checker.ledger.cases import Case, fold
from checker.ledger.entries import Entry, Step
from checker.ledger.history import WAYS
from checker.money import capitals
from checker.papers.notice_numbers import order, whose
from checker.papers.notices import STANDING, Frame, clean, joined, placed
from checker.papers.workbook import Column, Sheet, made

SHEET = "登记表"
HEADS = (
    "通知单号", "签发日期", "制单", "工号", "姓名", "部门/片区", "项数", "金额（元）", "送达情况", "送达日期", "见证人", "申诉", "备注",
)  # fmt: skip
_WIDTHS = {
    "通知单号": 16, "签发日期": 11, "制单": 8, "工号": 10, "姓名": 9, "部门/片区": 16, "项数": 6, "金额（元）": 11,
    "送达情况": 9, "送达日期": 11, "见证人": 9, "申诉": 11, "备注": 14,
}  # fmt: skip
_MONEY = HEADS.index("金额（元）")
_APPEALS = {"appeal": "申诉中", "uphold": "维持", "adjust": "变更", "revoke": "撤销"}
_SIGN = "登记：____________　　审核：____________　　财务签收：____________　　　　　　年　　月　　日"


def render(
    found: Sequence[tuple[Step, list[Case]]],
    entries: Sequence[Entry],
    month: str,
    frame: Frame,
    how: MoneyMode,
) -> bytes:
    """Give the workbook of what `given` gives; amounts are what still stands, and blank where no yuan are deducted."""
    rows = [_row(step, cases, entries, how) for step, cases in found]
    last = len(HEADS) - 1
    parts: list[bytes] = []
    with made(parts) as book:
        sheet = book.sheet(SHEET)
        sheet.wide(0, last, f"{frame.company}　{month} 处罚通知单登记表", "title", 30)
        columns = [Column(name, _style(name), _WIDTHS[name]) for name in HEADS]
        end = sheet.table(1, columns, rows)
        _sums(sheet, rows, end, how)
        sheet.wide(end + 2, last, _SIGN, "plain", 34)
        sheet.printed(1, 2, f"决定台账 {frame.head}")
    return parts[0]


def _style(name: str) -> str:
    return {"项数": "count", "金额（元）": "money"}.get(name, "text")


def _sums(sheet: Sheet, rows: Sequence[Sequence[object]], end: int, how: MoneyMode) -> None:
    fen = sum(int(str(row[_MONEY] or 0)) for row in rows)
    said = f"　　{capitals(fen)}" if how == "propose" else ""
    sheet.across(end, 0, _MONEY - 2, f"合计　{len(rows)} 张{said}", "total")
    count = sum(int(str(row[_MONEY - 1])) for row in rows)
    sheet.formula(end, _MONEY - 1, f"SUBTOTAL(9,G3:G{end})", count, "total_count")
    if how == "propose":
        sheet.formula(end, _MONEY, f"SUBTOTAL(9,H3:H{end})", fen / 100)


def given(entries: Sequence[Entry], month: str) -> list[tuple[Step, list[Case]]]:
    """Give each number of a month in its order: the step that gave it, and the findings it was given to."""
    book = fold(entries)
    found: dict[str, tuple[Step, list[Case]]] = {}
    for step in (one.step for one in entries if one.step.kind == "notice"):
        case = book.cases[step.finding]
        if case.month == month:
            found.setdefault(step.data["notice"], (step, []))[1].append(case)
    return sorted(found.values(), key=lambda one: int(one[0].data["number"]))


def _row(issue: Step, cases: Sequence[Case], entries: Sequence[Entry], how: MoneyMode) -> list[object]:
    name, region = whose(cases)
    standing = [one for one in cases if one.state in STANDING]
    steps = [entries[seq - 1].step for one in sorted(cases, key=order) for seq in one.history]
    served = [one for one in steps if one.kind == "serve"]
    fen = sum(one.fen or 0 for one in standing)
    return [
        issue.data["notice"],
        issue.on.isoformat(),
        clean(issue.by),
        clean(cases[0].proposal["person"]),
        clean(name),
        placed(cases, region),
        len(standing),
        (fen or None) if how == "propose" else None,
        _service(served, standing),
        joined(one.on.isoformat() for one in served),
        joined(clean(one.data.get("witness", "")) for one in served),
        joined(_appeal(one, entries) for one in cases),
        "" if standing else "全部撤销或豁免",
    ]


def _service(served: Sequence[Step], standing: Sequence[Case]) -> str:
    if not served:
        return "未送达" if standing else ""
    ways = joined(WAYS[way].zh for one in served if (way := one.data.get("way")) in WAYS)
    open_ones = [one for one in standing if one.served_on is None]
    return f"{ways}（部分）" if open_ones else ways


def _appeal(case: Case, entries: Sequence[Entry]) -> str:
    """Give how an appeal about a finding stands or ended."""
    kinds = [entries[seq - 1].step.kind for seq in case.history]
    return next((_APPEALS[kind] for kind in reversed(kinds) if kind in _APPEALS), "")
