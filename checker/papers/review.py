"""复核表, the review sheet: a row a finding, with what the run proposes and empty cells for what a person decides."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from checker.findings.numbers import short
from checker.ledger.cases import SETTLED, STATES, Book, Case
from checker.ledger.parts import among_said
from checker.money import yuan
from checker.papers.workbook import Column, Sheet, cell_text, made

HEADS = (
    "发现编号", "条款", "工号", "姓名", "时间", "事实", "证据位置", "判定方式", "建议金额", "允许范围", "现状",
    "片区", "规则", "措施",
)  # fmt: skip
PRINTED = HEADS.index("片区")
"""How many of `HEADS` stand before the cells to fill in, and are printed; the others follow them, for filters."""
CONCLUSION, AMOUNT, REASON, REVIEWER, DAY, EVIDENCE = (
    "复核结论",
    "核定金额",
    "理由",
    "复核人",
    "日期",
    "数据指纹",
)
TYPED = (CONCLUSION, AMOUNT, REASON, REVIEWER, DAY)
CONCLUSIONS: Mapping[str, str] = {"属实": "confirm", "不属实": "reject", "证据不足": "doubt"}
SHEET = "复核表"
MOST = 6
"""Rows of evidence that a sheet names of one finding."""
_WIDTHS = {
    "发现编号": 14, "条款": 8, "工号": 9, "姓名": 8, "时间": 12, "事实": 36, "证据位置": 24, "判定方式": 8,
    "建议金额": 10, "允许范围": 13, "现状": 11, "片区": 12, "规则": 24, "措施": 24,
    CONCLUSION: 10, AMOUNT: 10, REASON: 22, REVIEWER: 10, DAY: 12,
}  # fmt: skip


def fixed(case: Case) -> tuple[str, ...]:
    """Give the cells of a finding that nobody may change, in the order of `HEADS`; `decide` compares them."""
    one = case.proposal
    fine = one["fine"]
    cells = (
        short(case.finding),
        one["clause"],
        _said(one["person"]),
        _said(one["name"]),
        one["at"] or one["period"] or "",
        "\n".join(filter(None, [one["message"], among_said(one)])),
        _places(one["evidence"]),
        "需人工" if "decision" in one["holds"] else "自动",
        yuan(fine["proposed"]) if fine else "",
        _range(fine),
        standing(case),
        _said(one["region"]),
        one["title"],
        "、".join(one["measures"]),
    )
    return tuple(map(cell_text, cells))


def standing(case: Case) -> str:
    """Give where a finding stands, with its amount once one is set, and whether its data changed since."""
    said = STATES[case.state].zh
    if case.fen is not None and case.state not in ("rejected", "waived", "revoked"):
        said += f" {yuan(case.fen)} 元"
    if case.data_changed:
        said += "；数据已消失" if case.gone else "；数据已变"
    return said


def order(case: Case) -> tuple[str, ...]:
    """Give what findings are sorted by on paper: clause, region, person, day."""
    one = case.proposal
    return (*(_said(one[name]) for name in ("clause", "region", "person", "at", "period")), case.finding)


def render(book: Book, month: str, head: str, rules: str) -> bytes:
    """Give the workbook for the findings of a month. `head`: hash of the ledger; `rules`: version of the pack."""
    cases = sorted((one for one in book.cases.values() if one.month == month), key=order)
    open_first = sorted(cases, key=lambda one: (one.gone, one.state in SETTLED))
    last = PRINTED + len(TYPED) - 1
    parts: list[bytes] = []
    with made(parts) as workbook:
        sheet = workbook.sheet(SHEET)
        sheet.wide(0, last, f"{month} 复核表", "title", 30)
        note = "只填黄色各列：结论选一项，属实的填金额（有范围的须在范围内），都要写理由、复核人、日期。其余各列不要改。"
        sheet.wide(1, last, note, "note", 18)
        _rows(sheet, open_first)
        sheet.printed(2, len(HEADS), f"制度版本 {rules}　决定台账 {head[:16]}")
        sheet.raw.print_area(0, 0, 2 + len(cases), last)
        _explained(workbook.sheet("说明"), head)
    return parts[0]


def _rows(sheet: Sheet, cases: Sequence[Case]) -> None:
    columns = [Column(name, "text", _WIDTHS[name]) for name in HEADS[:PRINTED]]
    columns += [Column(name, "entry_money" if name == AMOUNT else "entry", _WIDTHS[name]) for name in TYPED]
    columns += [Column(name, "text", _WIDTHS[name]) for name in HEADS[PRINTED:]]
    columns.append(Column(EVIDENCE, "text", 4, hidden=True))
    end = sheet.table(2, columns, [_cells(one) for one in cases])
    sheet.raw.autofilter(2, 0, max(end - 1, 2), len(columns) - 1)
    sheet.choices(3, end, PRINTED, tuple(CONCLUSIONS))
    for row, one in enumerate(cases, 3):
        sheet.limits(row, PRINTED + 1, one.proposal["fine"])
    sheet.protected()


def _cells(case: Case) -> list[str | None]:
    cells = fixed(case)
    return [*cells[:PRINTED], *[None] * len(TYPED), *cells[PRINTED:], case.evidence]


def _explained(sheet: Sheet, head: str) -> None:
    lines = (
        "一、复核结论：属实，按“核定金额”处理；不属实，不处理；证据不足，留待补证，不扣款。",
        "二、核定金额：只在“属实”时填写，须在“允许范围”之内；没有扣款的发现不填。",
        "三、理由、复核人、日期每行都要填；未填结论的行视为还没有复核，可以分几次交。",
        "四、不要改其他列，也不要拆分、合并单元格；改过的行会被退回并指出是哪一格。",
        "五、“现状”里的“数据已变”表示复核之后台账又改过，须重新复核；“数据已消失”表示更正后此项已不存在。",
        "六、填好后存盘，运行 checker decide 本文件。复核不是批准：批准须由另一人作出。",
        f"决定台账校验值：{head}",
    )
    sheet.raw.set_column(0, 0, 110)
    for row, line in enumerate(lines):
        sheet.text(row, 0, line, "note")


def _range(fine: Mapping[str, int] | None) -> str:
    if not fine:
        return ""
    return yuan(fine["min"]) if fine["min"] == fine["max"] else f"{yuan(fine['min'])}~{yuan(fine['max'])}"


def _places(rows: Sequence[Mapping[str, object]]) -> str:
    """Give where the evidence stands, each file named once; of many rows the first `MOST`."""
    found: dict[str, list[str]] = {}
    for row in rows[:MOST]:
        sheet = f"[{row['sheet']}]" if row["sheet"] else ""
        found.setdefault(f"{row['file']}{sheet}", []).append(f"第{row['row']}行")
    left = f"；……共 {len(rows)} 行" if len(rows) > MOST else ""
    return "；".join(f"{file} {'、'.join(numbers)}" for file, numbers in found.items()) + left


def _said(value: object) -> str:
    return "" if value is None else str(value)


def short_ids(cases: Iterable[Case]) -> dict[str, list[Case]]:
    """Give cases by the number that a sheet shows; several only by a rare accident."""
    found: dict[str, list[Case]] = {}
    for one in cases:
        found.setdefault(short(one.finding), []).append(one)
    return found
