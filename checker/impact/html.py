"""The difference as one page that opens without a network and prints."""

from __future__ import annotations

from typing import Any

from checker.impact.compare import HOWS, Change, Row
from checker.impact.run import Outlook
from checker.impact.text import HOW, say, signed, standing, stop_said, sums
from checker.reports.html import page
from checker.reports.options import Options, place, when, who


def render(found: Outlook, options: Options) -> str:
    """Give the whole comparison as HTML; every change is listed."""
    impact, run = found.impact, found.run
    return page(
        "impact.html",
        lang=options.lang,
        words={name: say(options, *text) for name, text in _WORDS.items()},
        head={
            "pack": run.pack,
            "old": impact.old.version,
            "new": impact.new.version,
            "against": found.against,
            "period": f"{run.period.start} ~ {run.period.end}",
            "as_of": run.as_of.removesuffix("T00:00:00"),
            "sha256": run.rules_sha256,
        },
        stops=[{"rule": one.rule, "said": stop_said(one, options)} for one in found.stops],
        sums=[(say(options, zh, en), *three) for zh, en, three in sums(impact.old, impact.new)],
        counts=[(HOW[how].pick(options.lang), impact.count(how)) for how in HOWS],
        edits=[(one.rule, one.text.pick(options.lang)) for one in found.edits],
        row_heads=[say(options, *head) for head in _ROW_HEADS],
        rows=[_row(one, found, options) for one in impact.rows()],
        change_heads=[say(options, *head) for head in _CHANGE_HEADS],
        changes=[_change(one, options) for one in impact.changes],
        figures=list(impact.figures.items()),
    )


def _row(one: Row, found: Outlook, options: Options) -> dict[str, Any]:
    title = found.impact.titles.get(one.rule)
    return {
        "rule": one.rule,
        "title": title.pick(options.lang) if title else "",
        "month": one.month,
        "numbers": [one.appears, one.vanishes, one.changes, one.people],
        "yuan": signed(one.fen),
        "tone": "bad" if one.fen > 0 else "good" if one.fen < 0 else "",
    }


def _change(one: Change, options: Options) -> dict[str, Any]:
    finding = one.shown.finding
    return {
        "how": HOW[one.how].pick(options.lang),
        "rule": one.shown.rule,
        "who": who(finding),
        "when": when(finding),
        "old": standing(one.old, options),
        "new": standing(one.new, options),
        "message": one.shown.message.pick(options.lang),
        "places": [place(row) for row in finding.evidence],
    }


_WORDS = {
    "title": ("规则改动的影响", "Impact of a change of rules"),
    "against": ("对比", "against"),
    "period": ("期间", "period"),
    "as_of": ("截止", "as of"),
    "stop": (
        "停：下列规则命中的人太多，先核对台账和规则再用",
        "Stop: these rules hit too many people: check the log or the rule first",
    ),
    "edits": ("改了什么", "What was edited"),
    "no_edits": ("没有改动能影响核查结果的内容", "Nothing that could move a finding"),
    "rows": ("按规则和月份", "By rule and month"),
    "nothing": ("没有一条核查结果因此不同", "No finding is any different"),
    "changes": ("逐条", "One by one"),
    "figures": ("统计有变化（个数）", "Statistics that differ (figures)"),
    "foot": ("只是预演：没有作出任何决定。新规则", "A preview: nothing was decided. New rules"),
}
_ROW_HEADS = (
    ("规则", "rule"),
    ("月份", "month"),
    ("新增", "appears"),
    ("消失", "vanishes"),
    ("变化", "changes"),
    ("人数", "people"),
    ("扣款差（元）", "yuan"),
)
_CHANGE_HEADS = (
    ("变动", "change"),
    ("规则", "rule"),
    ("对象", "subject"),
    ("期间/日期", "period"),
    ("原来", "old"),
    ("现在", "new"),
    ("说明与依据", "message and evidence"),
)
