"""What a reader may choose, and the words all formats share."""

from __future__ import annotations

from collections.abc import Iterator

from checker.model import Evidence, Finding, Fine, Lang, Problem, Report, Text
from checker.money import yuan as yuan
from checker.nouns import dataclass

QUIET = ("pass", "not_applicable")


@dataclass(frozen=True)
class Options:
    """How a report is shown. `width` is of the terminal in cells; only `pretty` uses it and `color`."""

    lang: Lang = "zh"
    all: bool = False
    color: bool = False
    width: int = 100


WORDS: dict[str, Text] = {
    "fail": Text("不符合", "fail"),
    "pending": Text("未到期", "pending"),
    "undetermined": Text("无法判定", "undetermined"),
    "not_checked": Text("待人工确认", "not checked"),
    "no_data": Text("缺台账", "no data"),
    "pass": Text("符合", "pass"),
    "not_applicable": Text("不适用", "not applicable"),
    "missed": Text("目标未达", "goal missed"),
}
HOLDS: dict[str, Text] = {
    "draft-rule": Text("制度未批准公布", "policy not approved and published"),
    "trial": Text("规则试行", "rule on trial"),
    "no-deduction": Text("不从工资扣款的人员", "nothing is deducted from this person's wages"),
    "disabled": Text("扣款未启用", "fine switched off"),
    "unassigned": Text("责任人不明", "nobody, or several, liable"),
    "cause-unknown": Text("原因未定，责任人不明", "the cause is not known, so nobody is liable yet"),
    "nobody-liable": Text("按原因无人承担", "by its cause nobody is liable"),
    "wages-unchecked": Text(
        "分摊名单里的人是否可扣工资未核", "whose wages may be deducted is not checked for a list"
    ),
    "amount-unknown": Text("金额无法确定", "amount cannot be determined"),
    "decision": Text("金额待核定", "amount to be decided by a person"),
    "waived": Text("已豁免", "waived"),
    "no-log": Text("没有交来台账", "log not handed in"),
    "assumed": Text("参数未经确认", "parameter not confirmed"),
}


def shown(report: Report, options: Options) -> Iterator[Finding]:
    """Give the findings to print: without `all`, those that pass or do not apply are left out."""
    return (one for one in report.findings if options.all or one.outcome not in QUIET)


def word(name: str, options: Options) -> str:
    """Give the word for an outcome."""
    return WORDS[name].pick(options.lang)


def hold(name: str, options: Options) -> str:
    """Give the words for a hold; `assumed:pass-mark` names its parameter.

    >>> hold("assumed:pass-mark", Options("en"))
    'parameter not confirmed: pass-mark'
    """
    kind, _, what = name.partition(":")
    text = HOLDS[kind].pick(options.lang) if kind in HOLDS else kind
    return f"{text}{'：' if options.lang == 'zh' else ': '}{what}" if what else text


def cut_off(report: Report) -> str:
    """Give the cut-off; the first moment of a day as the day alone."""
    return report.run.as_of.removesuffix("T00:00:00")


def interval(fine: Fine) -> str:
    """Give the proposed amount, and the interval where a person decides.

    >>> interval(Fine(1000, 5000, 1000)), interval(Fine(2000, 2000, 2000))
    ('10.00 (10.00~50.00)', '20.00')
    """
    if fine.min == fine.max:
        return yuan(fine.proposed)
    return f"{yuan(fine.proposed)} ({yuan(fine.min)}~{yuan(fine.max)})"


def place(one: Evidence | Problem) -> str:
    """Give `file:row`, with the sheet in between where there is one; without a row only the file."""
    sheet = f"[{one.sheet}]" if one.sheet else ""
    return f"{one.file}{sheet}" + (f":{one.row}" if one.row else "")


def who(finding: Finding) -> str:
    """Give the subject in one line."""
    return " ".join(str(value) for value in finding.subject.values() if value not in (None, ""))


def when(finding: Finding) -> str:
    """Give the period, or the day where there is none."""
    return finding.period or finding.at or ""


def clean(text: str) -> str:
    """Replace what a terminal would act on (escape codes, direction marks); line breaks stay.

    >>> clean("a\\x1b[31mb\\u3000c")
    'a?[31mb\\u3000c'
    """
    if text.isprintable():
        return text
    return "".join(ch if ch.isprintable() or ch in "\n\u3000" else " " if ch == "\t" else "?" for ch in text)


def flat(text: str) -> str:
    """Give the text on one line, fit for a terminal."""
    return clean(" ".join(text.split()))
