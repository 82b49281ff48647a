"""员工扣款明细表, what finance deducts: a line a finding, a line a person, region × rule, and where it all comes from.

Only what was released into the month is on it, and what was credited in it (冲减, below 0). It is finance's paper: what
may be kept of a wage tells the wage.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from checker.findings.numbers import person_key, short
from checker.guards.months import Line, Totals, day_of
from checker.ledger.cases import Case
from checker.ledger.entries import Entry
from checker.money import capitals, yuan
from checker.papers.workbook import Column, Sheet, height, made

DETAIL, PEOPLE, CROSS, SOURCES = "扣款明细", "按人汇总", "片区×规则", "来源与版本"
_WAGE = ("本月可扣", "本月实扣", "结转下月", "上月结转")
HEADS = (
    "序号", "通知单号", "工号", "姓名", "部门", "片区", "发生日期", "条款", "扣款事由", "核定金额", "送达日期", "申诉状态", *_WAGE, "备注", "发现编号",
)  # fmt: skip
PEOPLE_HEADS = (
    "工号", "姓名", "部门", "片区", "笔数", "本月核定", "冲减", "上月结转", "本月可扣", "本月实扣", "结转下月", "核销", "员工签字",
)  # fmt: skip
_WIDTHS = {
    "序号": 5,
    "通知单号": 15,
    "姓名": 8,
    "条款": 8,
    "扣款事由": 34.0,
    "备注": 14.0,
    "发现编号": 14,
    "员工签字": 16,
    "发生日期": 11,
    "送达日期": 11,
    "申诉状态": 9,
    "核定金额": 9,
    "部门": 9,
    "片区": 9,
    "工号": 9,
}
_SIGN = "制表：____________　　审核：____________　　批准：____________　　财务签收：____________　　　　　　年　　月　　日"
_NOWHERE = "（无片区）"


@dataclass(frozen=True)
class Frame:
    """What stands around the lines: whose sheet, of which month, its control totals, notice and sources.

    `sources` are (label, value) pairs; `waged` tells whether wages were given, else finance fills the columns in.
    """

    title: str
    month: str
    totals: Totals
    notice: str
    footer: str
    waged: bool
    sources: Sequence[tuple[str, str]]


def render(lines: Sequence[Line], entries: Sequence[Entry], frame: Frame) -> bytes:
    """Give the workbook. Its sums are those of `lines`; `frame.totals` are the ledger's, printed beside them."""
    parts: list[bytes] = []
    with made(parts) as workbook:
        _detail(workbook.sheet(DETAIL), lines, entries, frame)
        _people(workbook.sheet(PEOPLE), lines, frame)
        _cross(workbook.sheet(CROSS), lines, frame)
        _sources(workbook.sheet(SOURCES), frame)
    return parts[0]


def in_capitals(fen: int) -> str:
    """Give an amount in capitals, one below 0 as 负.

    >>> in_capitals(7000), in_capitals(-500)
    ('人民币柒拾元整', '负人民币伍元整')
    """
    return f"负{capitals(-fen)}" if fen < 0 else capitals(fen)


def about(case: Case, entries: Sequence[Entry]) -> tuple[str, str, str]:
    """Give of a finding the number of its notice, the day it was served, and what became of an appeal."""
    steps = [entries[seq - 1].step for seq in case.history]
    served = [one for one in steps if one.kind == "serve"]
    decided = [one.kind for one in steps if one.kind in ("uphold", "adjust", "revoke")]
    said = {"uphold": "维持", "adjust": "变更", "revoke": "撤销"}
    appeal = said[decided[-1]] if decided else "未申诉"
    given = str(served[-1].data.get("notice", "")) if served else ""
    return case.notice or given, str(case.served_on or ""), appeal


def _detail(sheet: Sheet, lines: Sequence[Line], entries: Sequence[Entry], frame: Frame) -> None:
    last = len(HEADS) - 1
    sheet.wide(0, last, f"{frame.title}　{frame.month} 员工扣款明细表", "title", 30)
    sheet.wide(1, last, _head_note(frame), "note", 18)
    rows = [_row(number, one, entries) for number, one in enumerate(lines, 1)]
    end = sheet.table(2, [_column(name, frame.waged) for name in HEADS], rows)
    if rows:
        sheet.raw.autofilter(2, 0, end - 1, last)
    for at, row in enumerate(rows, 3):
        sheet.raw.set_row(
            at, height({_WIDTHS[name]: str(row[HEADS.index(name)]) for name in ("扣款事由", "备注")})
        )
    sums = ("核定金额", *(_WAGE[1:] if frame.waged else ()))
    _totals(sheet, HEADS, rows, end, sums)
    total = frame.totals
    said = f"合计（大写）{in_capitals(total.fen)}　　笔数 {total.count}　　人数 {total.people}{_kept(lines, frame)}"
    sheet.wide(end + 1, last, said, "total", 22)
    at = end + 2
    if frame.notice:
        sheet.wide(at, last, frame.notice, "note", 44)
        at += 1
    sheet.wide(at, last, _SIGN, "plain", 34)
    sheet.printed(2, len(HEADS), frame.footer)


def _kept(lines: Sequence[Line], frame: Frame) -> str:
    if not frame.waged:
        return ""
    return f"　　本月实扣（大写）{in_capitals(sum(one.deducted or 0 for one in lines))}"


def _head_note(frame: Frame) -> str:
    filled = "已按工资数据计算" if frame.waged else "由财务部填写"
    return f"只列已送达且申诉期满、或申诉后决定的款项；冲减为负数。本月可扣（每人）、实扣、结转各列{filled}。金额单位：元"


def _column(name: str, waged: bool) -> Column:
    if name in _WAGE:
        return Column(name, "money" if waged else "entry_money", 9)
    style = {"序号": "count", "核定金额": "money"}.get(name, "text")
    return Column(name, style, _WIDTHS.get(name, 0))


def _row(number: int, one: Line, entries: Sequence[Entry]) -> list[object]:
    case, proposal = one.case, one.case.proposal
    notice, served, appeal = about(case, entries)
    credit = one.kind == "credit"
    return [
        number,
        notice,
        proposal["person"],
        proposal["name"],
        department(case),
        region(case),
        day_of(case),
        proposal["clause"],
        proposal["message"],
        one.amount if one.kind != "carried" else None,
        served,
        appeal,
        *((None,) * 4 if credit else (one.allowed, one.deducted, one.carried_on, one.carried_in)),
        f"冲减：{one.note}" if credit else one.note,
        short(case.finding),
    ]


def _totals(
    sheet: Sheet, heads: Sequence[str], rows: Sequence[Sequence[object]], end: int, sums: Sequence[str]
) -> None:
    """Write the row of sums over the rows just written; SUBTOTAL leaves out what a filter hides."""
    for at, name in enumerate(heads):
        if name not in sums:
            sheet.text(end, at, "合计" if at == 0 else "", "total")
            continue
        value = sum(int(row[at] or 0) for row in rows)  # type: ignore[call-overload]
        if not rows:
            sheet.fen(end, at, 0, "total_money")
        elif name == "笔数":
            sheet.formula(end, at, _subtotal(at, end, len(rows)), value, "total_count")
        else:
            sheet.formula(end, at, _subtotal(at, end, len(rows)), value / 100)


def _subtotal(column: int, end: int, count: int) -> str:
    letter = chr(ord("A") + column) if column < 26 else "A" + chr(ord("A") + column - 26)
    return f"=SUBTOTAL(9,{letter}{end - count + 1}:{letter}{end})"


def _people(sheet: Sheet, lines: Sequence[Line], frame: Frame) -> None:
    last = len(PEOPLE_HEADS) - 1
    sheet.wide(0, last, f"{frame.month} 扣款按人汇总", "title", 30)
    people: dict[str, list[Line]] = {}
    for one in lines:
        people.setdefault(person_key(one.case.proposal["person"]), []).append(one)
    rows = [_person(found) for found in people.values()]
    money = PEOPLE_HEADS[5:12]
    columns = [
        Column(
            name, "money" if name in money else "count" if name == "笔数" else "text", _WIDTHS.get(name, 11)
        )
        for name in PEOPLE_HEADS
    ]
    end = sheet.table(1, columns, rows)
    if rows:
        sheet.raw.autofilter(1, 0, end - 1, last)
        for at in range(2, end):
            sheet.raw.set_row(at, 24)
    filled = [name for name in money if name != "本月可扣" and (frame.waged or name in money[:2])]
    _totals(sheet, PEOPLE_HEADS, rows, end, ("笔数", *filled))
    sheet.wide(end + 1, last, f"合计（大写）{in_capitals(frame.totals.fen)}", "total", 22)
    sheet.wide(end + 3, last, _SIGN, "plain", 34)
    sheet.printed(1, len(PEOPLE_HEADS), frame.footer)


def _person(lines: Sequence[Line]) -> list[object]:
    first = lines[0].case.proposal
    name = next((one.case.proposal["name"] for one in lines if one.case.proposal["name"]), "")
    owed = [one for one in lines if one.deducted is not None]

    def total(values: Sequence[int | None]) -> int | None:
        return sum(value or 0 for value in values) if owed else None

    return [
        first["person"],
        name,
        next(filter(None, (department(one.case) for one in lines)), ""),
        region(lines[0].case),
        sum(one.kind != "carried" for one in lines),
        sum(one.amount for one in lines if one.kind == "new"),
        sum(one.amount for one in lines if one.kind == "credit"),
        total([one.carried_in for one in owed]),
        owed[0].allowed if owed else None,
        total([one.deducted for one in owed]),
        total([one.carried_on for one in owed]),
        total([one.lapsed for one in owed]),
        "",
    ]


def _cross(sheet: Sheet, lines: Sequence[Line], frame: Frame) -> None:
    counted = [one for one in lines if one.kind != "carried"]
    regions = sorted({region(one.case) or _NOWHERE for one in counted})
    heads = ("条款", "规则", "笔数", *regions, "合计")
    sheet.wide(0, len(heads) - 1, f"{frame.month} 扣款 片区×规则（元）", "title", 30)
    amounts: dict[tuple[str, str], list[Line]] = {}
    for one in counted:
        amounts.setdefault((one.case.proposal["clause"], one.case.proposal["title"]), []).append(one)
    rows = [_crossed(key, amounts[key], regions) for key in sorted(amounts)]
    money = [Column(name, "money", 13) for name in (*regions, "合计")]
    columns = [Column("条款", "text", 10), Column("规则", "text", 34), Column("笔数", "count", 7), *money]
    end = sheet.table(1, columns, rows)
    _totals(sheet, heads, rows, end, ("笔数", *regions, "合计"))
    sheet.wide(end + 2, len(heads) - 1, _SIGN, "plain", 34)
    sheet.printed(1, 2, frame.footer)


def _crossed(key: tuple[str, str], lines: Sequence[Line], regions: Sequence[str]) -> list[object]:
    by: Mapping[str, list[int]] = {name: [] for name in regions}
    for one in lines:
        by[region(one.case) or _NOWHERE].append(one.amount)
    cells = [sum(by[name]) if by[name] else None for name in regions]
    return [*key, len(lines), *cells, sum(one.amount for one in lines)]


def _sources(sheet: Sheet, frame: Frame) -> None:
    sheet.raw.set_column(0, 0, 46)
    sheet.raw.set_column(1, 1, 84)
    sheet.wide(0, 1, f"{frame.month} 员工扣款明细表：来源与版本", "title", 30)
    total = frame.totals
    pairs = [
        ("控制总数：笔数（取自决定台账）", str(total.count)),
        ("控制总数：人数", str(total.people)),
        ("控制总数：核定金额减冲减", yuan(total.fen)),
        *frame.sources,
    ]
    pairs += [("地区提示", frame.notice)] if frame.notice else []
    for at, (label, value) in enumerate(pairs, 1):
        sheet.text(at, 0, label)
        sheet.text(at, 1, value)
        sheet.raw.set_row(at, height({46.0: label, 84.0: value}))
    sheet.printed(0, 1, frame.footer)


def department(case: Case) -> str:
    """Give the department of who pays, as the roster had it; "" where the pack names no such field."""
    return str(case.proposal.get("department") or "")


def region(case: Case) -> str:
    """Give the region of a finding, several joined."""
    value = case.proposal["region"]
    return "、".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value or "")
