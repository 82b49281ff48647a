"""The columns of the findings page: one line each, and the page shows, sorts, filters, prints and exports them all."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from checker.model import Finding, Fine, Text
from checker.reports.options import WORDS, Options, hold, who

Kind = Literal["text", "said", "code", "codes", "fen", "pairs", "evidence"]
"""How the page shows a cell: as it stands, in two languages, by its words, as yuan, as names and values, as rows."""
_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])(?!\d)")


@dataclass(frozen=True)
class Column:
    """One column. `cell` gives what JSON can hold, None for nothing; `words` the words of the codes in it.

    `table`: 0 only in the details, 1 always in the table, 2 where there is room. `paper`: printed. `facet`: may be
    chosen from a list.
    """

    key: str
    title: Text
    kind: Kind
    cell: Callable[[Finding], Any]
    words: Callable[[Finding], Mapping[str, Text]] = lambda _: {}
    table: int = 0
    paper: bool = False
    facet: bool = False


def month(one: Finding) -> str | None:
    """Give the month of a finding: of its day, else of the period if that lies in one month; None for neither."""
    found = _MONTH.match(one.at or one.period or "")
    return found[0] if found else None


def state(one: Finding) -> str | None:
    """Give where the fine or measure stands; what is waived or held is not for paying out."""
    penalty = one.penalty
    if one.waiver is not None:
        return "waived"
    if penalty is None or not (penalty.fine or penalty.measures):
        return None
    return "held" if penalty.holds else "free"


def marks(one: Finding) -> Text | None:
    """Give all marks as one text; a goal that was missed is marked, since it is no violation."""
    missed = (WORDS["missed"],) if one.kind == "goal" and one.outcome == "fail" else ()
    found = (*missed, *one.marks)
    return (
        Text("；".join(m.pick("zh") for m in found), "; ".join(m.pick("en") for m in found))
        if found
        else None
    )


def _fine(part: str) -> Callable[[Finding], int | None]:
    def cell(one: Finding) -> int | None:
        fine: Fine | None = one.penalty.fine if one.penalty else None
        return getattr(fine, part) if fine else None

    return cell


def _penalty(part: str) -> Callable[[Finding], Any]:
    return lambda one: getattr(one.penalty, part, None) or None


def _holds(one: Finding) -> Mapping[str, Text]:
    names = one.penalty.holds if one.penalty else ()
    return {name: Text(hold(name, Options("zh")), hold(name, Options("en"))) for name in names}


_STATES = {
    "free": Text("无需再核", "nothing left to settle"),
    "held": Text("暂缓", "held"),
    "waived": Text("已豁免", "waived"),
}
_SEVERITIES = {
    "note": Text("提示", "note"),
    "minor": Text("轻微", "minor"),
    "major": Text("严重", "major"),
    "critical": Text("重大", "critical"),
}
_KINDS = {
    "duty": Text("义务", "duty"),
    "goal": Text("目标", "goal"),
    "statistic": Text("统计", "statistic"),
}


def _words(words: Mapping[str, Text], cell: Callable[[Finding], str | None]) -> Callable[[Finding], Any]:
    return lambda one: {code: words[code]} if (code := cell(one)) in words and code else {}


COLUMNS: tuple[Column, ...] = (
    Column("outcome", Text("结果", "Outcome"), "code", lambda one: one.outcome, _words(WORDS, lambda one: one.outcome), 1, True),
    Column("clause", Text("条款", "Clause"), "text", lambda one: one.clause, table=2, paper=True),
    Column("rule", Text("规则", "Rule"), "code", lambda one: one.rule, lambda one: {one.rule: one.title}, 1, True, True),
    Column("who", Text("对象", "Subject"), "text", lambda one: who(one) or None, table=1, paper=True),
    Column("region", Text("片区", "Region"), "text", lambda one: one.subject.get("region") or None, facet=True),
    Column("month", Text("月份", "Month"), "text", month, facet=True),
    Column("at", Text("日期", "Day"), "text", lambda one: one.at, table=2, paper=True),
    Column("period", Text("期间", "Period"), "text", lambda one: one.period),
    Column("message", Text("说明", "Message"), "said", lambda one: one.message, table=2, paper=True),
    Column("fine", Text("建议扣款(元)", "Proposed fine (yuan)"), "fen", _fine("proposed"), table=1, paper=True),
    Column("min", Text("最低(元)", "Least (yuan)"), "fen", _fine("min")),
    Column("max", Text("最高(元)", "Most (yuan)"), "fen", _fine("max")),
    Column("measures", Text("措施", "Measures"), "codes", _penalty("measures"), paper=True),
    Column("state", Text("处理状态", "State"), "code", state, _words(_STATES, state), 2, True, True),
    Column("holds", Text("暂缓原因", "Held because"), "codes", _penalty("holds"), _holds, paper=True, facet=True),
    Column("liable", Text("责任人", "Liable"), "text", _penalty("liable")),
    Column("by", Text("执行", "Carried out by"), "text", _penalty("by")),
    Column("waiver", Text("豁免", "Waiver"), "pairs", lambda one: one.waiver, paper=True),
    Column("marks", Text("标注", "Marks"), "said", marks, paper=True),
    Column("superseded", Text("被取代", "Superseded by"), "text", lambda one: one.superseded_by),
    Column("severity", Text("程度", "Severity"), "code", lambda one: one.severity, _words(_SEVERITIES, lambda one: one.severity), facet=True),
    Column("kind", Text("性质", "Kind"), "code", lambda one: one.kind, _words(_KINDS, lambda one: one.kind), facet=True),
    Column("subject", Text("对象明细", "Subject in full"), "pairs", lambda one: one.subject or None),
    Column("record", Text("记录", "Record"), "pairs", lambda one: one.record),
    Column("values", Text("数值", "Values"), "pairs", lambda one: one.values or None),
    Column("evidence", Text("依据", "Evidence"), "evidence", lambda one: one.evidence or None, paper=True),
    Column("fingerprint", Text("指纹", "Fingerprint"), "text", lambda one: one.fingerprint),
)  # fmt: skip
