"""The columns of the findings page: one line each, and the page shows, sorts, filters, prints and exports them all."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from checker.model import Finding, Text
from checker.reports import html_cells as of
from checker.reports.options import who

Kind = Literal["text", "said", "code", "codes", "fen", "units", "shares", "pairs", "evidence"]
"""How the page shows a cell: as it stands, in two languages, by its words, as yuan, as amounts of units, as who pays
what, as names and values, as rows."""


@dataclass(frozen=True)
class Column:
    """One column. `cell` gives what JSON can hold, None for nothing; `words` the words of the codes in it.

    `table`: 0 only in the details, 1 always in the table, 2 where there is room and any finding has it. `facet`: may be chosen from a list.
    """

    key: str
    title: Text
    kind: Kind
    cell: Callable[[Finding], Any]
    words: Callable[[Finding], Mapping[str, Text]] = lambda _: {}
    table: int = 0
    facet: bool = False


COLUMNS: tuple[Column, ...] = (
    Column("outcome", Text("结果", "Outcome"), "code", of.outcome, of.words(of.OUTCOMES, of.outcome), 1, True),
    Column("clause", Text("条款", "Clause"), "text", lambda one: one.clause, table=2),
    Column("rule", Text("规则", "Rule"), "code", lambda one: one.rule, lambda one: {one.rule: one.title}, 1, True),
    Column("who", Text("对象", "Subject"), "text", lambda one: who(one) or None, table=1),
    Column("region", Text("片区", "Region"), "text", lambda one: one.subject.get("region") or None, facet=True),
    Column("month", Text("月份", "Month"), "text", of.month, facet=True),
    Column("at", Text("日期", "Day"), "text", lambda one: one.at, table=2),
    Column("period", Text("期间", "Period"), "text", lambda one: one.period),
    Column("message", Text("说明", "Message"), "said", lambda one: one.message, table=2),
    Column("fine", Text("建议扣款(元)", "Proposed fine (yuan)"), "fen", of.fine("proposed"), table=1),
    Column("min", Text("最低(元)", "Least (yuan)"), "fen", of.fine("min")),
    Column("max", Text("最高(元)", "Most (yuan)"), "fen", of.fine("max")),
    Column("shares", Text("分摊", "Shares"), "shares", of.shares),
    Column("units", Text("另计", "Besides"), "units", of.units("penalty"), of.unit_words("penalty"), 2),
    Column("credit", Text("建议奖励(元)", "Proposed reward (yuan)"), "fen", of.credit("proposed"), table=2),
    Column("credit_min", Text("奖励最低(元)", "Least reward (yuan)"), "fen", of.credit("min")),
    Column("credit_max", Text("奖励最高(元)", "Most reward (yuan)"), "fen", of.credit("max")),
    Column("credit_units", Text("另奖", "Rewarded besides"), "units", of.units("reward"), of.unit_words("reward")),
    Column("measures", Text("措施", "Measures"), "codes", of.attached("measures")),
    Column("state", Text("处理状态", "State"), "code", of.state, of.words(of.STATES, of.state), 2, True),
    Column("holds", Text("暂缓原因", "Held because"), "codes", of.attached("holds"), of.hold_words, facet=True),
    Column("liable", Text("责任人", "Liable"), "text", of.liable),
    Column("to", Text("奖给", "Reward to"), "text", of.earner),
    Column("by", Text("执行", "Carried out by"), "text", of.attached("by")),
    Column("waiver", Text("豁免", "Waiver"), "pairs", lambda one: one.waiver),
    Column("marks", Text("标注", "Marks"), "said", of.marks),
    Column("superseded", Text("被取代", "Superseded by"), "text", lambda one: one.superseded_by),
    Column("severity", Text("程度", "Severity"), "code", lambda one: one.severity, of.words(of.SEVERITIES, lambda one: one.severity), facet=True),
    Column("kind", Text("性质", "Kind"), "code", lambda one: one.kind, of.words(of.KINDS, lambda one: one.kind), facet=True),
    Column("subject", Text("对象明细", "Subject in full"), "pairs", lambda one: one.subject or None),
    Column("record", Text("记录", "Record"), "pairs", lambda one: one.record),
    Column("values", Text("数值", "Values"), "pairs", lambda one: one.values or None),
    Column("evidence", Text("依据", "Evidence"), "evidence", lambda one: one.evidence or None),
    Column("fingerprint", Text("指纹", "Fingerprint"), "text", lambda one: one.fingerprint),
)  # fmt: skip
