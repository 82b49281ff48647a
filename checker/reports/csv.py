"""CSV for spreadsheets: one finding a row, UTF-8 with byte-order mark, no cell runs as a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import replace

from checker.model import Finding, Report, Text
from checker.reports.options import QUIET, Options, hold, place, word, yuan
from checker.reports.sums import amount, goes_beyond_money, units_of

Cell = Callable[[Finding, Options], str]


def render(report: Report, options: Options) -> bytes:
    """Give the findings as CSV; amounts are plain yuan, so that a column of them can be added up.

    A shared fine has a row for each who pays. Rewards and units have columns of their own, where there are any.
    """
    findings = [row for one in _listed(report, options) for row in _rows(one)]
    keys = list(dict.fromkeys(name for one in findings for name in one.subject))
    last = (*_LAST, *(_more(report) if goes_beyond_money(report) else ()))
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    head = [text.pick(options.lang) for text, _ in _FIRST]
    writer.writerow([guard(cell) for cell in (*head, *keys, *(t.pick(options.lang) for t, _ in last))])
    for one in findings:
        cells = [cell(one, options) for _, cell in _FIRST]
        cells += ["" if one.subject.get(key) is None else str(one.subject[key]) for key in keys]
        cells += [cell(one, options) for _, cell in last]
        writer.writerow([guard(cell) for cell in cells])
    return out.getvalue().encode("utf-8-sig", "replace")


def _listed(report: Report, options: Options) -> Iterator[Finding]:
    """Give the findings to print, and those that earn a reward."""
    return (one for one in report.findings if options.all or one.outcome not in QUIET or one.reward)


def _rows(one: Finding) -> Iterator[Finding]:
    """Give a finding once for each who would pay, with the part of each as its fine."""
    penalty = one.penalty
    if penalty is None or not penalty.shares:
        yield one
        return
    for share in penalty.shares:
        own = replace(penalty, fine=share.fine, liable=share.liable, whole=penalty.fine)
        yield replace(one, penalty=own)


def guard(cell: str) -> str:
    """Put an apostrophe before a cell that a spreadsheet would take for a formula.

    >>> guard("=HYPERLINK(1)"), guard("张伟")
    ("'=HYPERLINK(1)", '张伟')
    """
    return "'" + cell if cell.startswith(("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")) else cell


def _fine(part: str) -> Cell:
    def cell(one: Finding, _: Options) -> str:
        fine = one.penalty.fine if one.penalty else None
        return yuan(getattr(fine, part)) if fine else ""

    return cell


def _of_penalty(part: str) -> Cell:
    def cell(one: Finding, _: Options) -> str:
        value = getattr(one.penalty or one.reward, part, None)
        return "; ".join(value) if isinstance(value, tuple) else value or ""

    return cell


def _holds(one: Finding, options: Options) -> str:
    part = one.penalty or one.reward
    return "; ".join(hold(name, options) for name in (part.holds if part else ()))


def _waiver(one: Finding, _: Options) -> str:
    return "; ".join(f"{name}: {value}" for name, value in (one.waiver or {}).items())


def _more(report: Report) -> Iterator[tuple[Text, Cell]]:
    """Give the columns that only some policies need."""
    penalties = [one.penalty for one in report.findings if one.penalty]
    rewards = [one.reward for one in report.findings if one.reward]
    if any(one.shares for one in penalties):
        yield Text("分摊前全额(元)", "whole fine before shares (yuan)"), _whole
    for unit in units_of(penalties).values():
        yield unit.title, _unit(unit.unit, "penalty")
    if rewards:
        yield Text("建议奖励(元)", "proposed reward (yuan)"), _credit
        yield Text("奖给", "reward to"), lambda one, _: (one.reward.to or "") if one.reward else ""
    for unit in units_of(rewards).values():
        title = Text(f"奖励：{unit.title.zh}", f"reward: {unit.title.pick('en')}")
        yield title, _unit(unit.unit, "reward")


def _unit(name: str, side: str) -> Cell:
    def cell(one: Finding, _: Options) -> str:
        part = getattr(one, side)
        found = {unit.unit: unit for unit in part.units} if part else {}
        return amount(found[name].amount.proposed, found[name].places) if name in found else ""

    return cell


def _credit(one: Finding, _: Options) -> str:
    return yuan(one.reward.credit.proposed) if one.reward and one.reward.credit else ""


def _whole(one: Finding, _: Options) -> str:
    whole = one.penalty.whole if one.penalty else None
    return yuan(whole.proposed) if whole else ""


_FIRST: tuple[tuple[Text, Cell], ...] = (
    (Text("结果", "outcome"), lambda one, options: word(one.outcome, options)),
    (Text("条款", "clause"), lambda one, _: one.clause),
    (Text("规则", "rule"), lambda one, _: one.rule),
    (Text("名称", "title"), lambda one, options: one.title.pick(options.lang)),
    (Text("性质", "kind"), lambda one, _: one.kind),
    (Text("程度", "severity"), lambda one, _: one.severity),
)
_LAST: tuple[tuple[Text, Cell], ...] = (
    (Text("期间", "period"), lambda one, _: one.period or ""),
    (Text("日期", "at"), lambda one, _: one.at or ""),
    (Text("台账", "log"), lambda one, _: one.record["log"] if one.record else ""),
    (Text("记录", "record"), lambda one, _: one.record["key"] if one.record else ""),
    (Text("建议扣款(元)", "proposed fine (yuan)"), _fine("proposed")),
    (Text("最低(元)", "min (yuan)"), _fine("min")),
    (Text("最高(元)", "max (yuan)"), _fine("max")),
    (Text("措施", "measures"), _of_penalty("measures")),
    (Text("责任人", "liable"), _of_penalty("liable")),
    (Text("执行", "by"), _of_penalty("by")),
    (Text("暂缓原因", "held because"), _holds),
    (Text("说明", "message"), lambda one, options: one.message.pick(options.lang)),
    (Text("依据", "evidence"), lambda one, _: "; ".join(map(place, one.evidence))),
    (Text("豁免", "waiver"), _waiver),
    (Text("标注", "marks"), lambda one, options: "; ".join(m.pick(options.lang) for m in one.marks)),
    (Text("被取代", "superseded by"), lambda one, _: one.superseded_by or ""),
    (Text("指纹", "fingerprint"), lambda one, _: one.fingerprint),
)
