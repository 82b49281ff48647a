"""CSV for spreadsheets: one finding a row, UTF-8 with byte-order mark, no cell runs as a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable

from checker.model import Finding, Report, Text
from checker.reports.options import Options, hold, place, shown, word, yuan

Cell = Callable[[Finding, Options], str]


def render(report: Report, options: Options) -> bytes:
    """Give the findings as CSV; amounts are plain yuan, so that a column of them can be added up."""
    findings = list(shown(report, options))
    keys = list(dict.fromkeys(name for one in findings for name in one.subject))
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    head = [text.pick(options.lang) for text, _ in _FIRST]
    writer.writerow([guard(cell) for cell in (*head, *keys, *(t.pick(options.lang) for t, _ in _LAST))])
    for one in findings:
        cells = [cell(one, options) for _, cell in _FIRST]
        cells += ["" if one.subject.get(key) is None else str(one.subject[key]) for key in keys]
        cells += [cell(one, options) for _, cell in _LAST]
        writer.writerow([guard(cell) for cell in cells])
    return out.getvalue().encode("utf-8-sig", "replace")


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
        value = getattr(one.penalty, part, None)
        return "; ".join(value) if isinstance(value, tuple) else value or ""

    return cell


def _holds(one: Finding, options: Options) -> str:
    return "; ".join(hold(name, options) for name in (one.penalty.holds if one.penalty else ()))


def _waiver(one: Finding, _: Options) -> str:
    return "; ".join(f"{name}: {value}" for name, value in (one.waiver or {}).items())


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
