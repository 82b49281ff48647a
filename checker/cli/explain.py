"""`checker explain`: one rule in plain words, with its clause, its numbers and its plan."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from checker.cli.completion import rule_ids
from checker.cli.shared import default_pack, deliver, lang_option, remember_lang
from checker.diagnostics import UsageError
from checker.model import Lang, Text

if TYPE_CHECKING:
    from checker.cli.words import Speaker
    from checker.language.pack import Pack, Parameter, Rule

_WORDS = {
    "duty": ("义务", "duty"),
    "goal": ("目标（未达不处罚）", "goal (missing it is never fined)"),
    "statistic": ("统计", "statistic"),
    "merit": ("应奖之事（没有做到不处罚）", "merit (earns a reward; not met is no failure)"),
    "active": ("执行中", "active"),
    "trial": ("试行（只提示）", "on trial (reported only)"),
    "draft": ("草案（不执行）", "draft (not run)"),
    "retired": ("已停用", "retired"),
    "event": ("按事件日期取参数", "numbers by the day of the event"),
    "period_start": ("按期初取参数", "numbers by the first day of the period"),
    "period_end": ("按期末取参数", "numbers by the last day of the period"),
}


@click.command(short_help="说明一条规则 Say in plain words what RULE means")
@click.argument("rule", shell_complete=rule_ids)
@click.option(
    "--rules", type=click.Path(path_type=Path), help="规则包 folder of the pack  [default: rules/after-sales]"
)
@lang_option
def explain(rule: str, rules: Path | None, lang: Lang) -> None:
    """说明一条规则 Say what RULE means: who, what, when, or else, since when."""
    remember_lang(lang)
    from checker import language
    from checker.cli.words import Speaker

    pack = language.load_pack(rules or default_pack())
    found = pack.rule(rule)
    if found is None:
        near = difflib.get_close_matches(rule, [one.id for one in pack.rules], n=3)
        raise UsageError.of(
            "unknown-rule",
            Text(f"规则包里没有规则“{rule}”", f"the pack has no rule '{rule}'"),
            Text(f"是否想写：{'、'.join(near)}", f"did you mean: {', '.join(near)}") if near else Text(""),
        )
    lines = [line for head, body in sections(Speaker(pack, lang), found) for line in _section(head, body)]
    deliver("\n".join(lines) + "\n", None)


def _section(head: str, body: list[str]) -> Iterator[str]:
    """Give a heading and its lines, indented; nothing where there is nothing to say."""
    if any(body):
        yield head
        yield from ("    " + line for line in body if line)


def sections(speak: Speaker, rule: Rule) -> Iterator[tuple[str, list[str]]]:
    """Give what there is to say about a rule, in the order people ask."""
    pack, say = speak.pack, speak.say
    clause = pack.clauses.get(rule.clause)
    people = pack.people.log if pack.people else None
    yield (
        f"{rule.id}  {rule.title.pick(speak.lang)}",
        [
            say("性质：", "kind: ") + say(*_WORDS[rule.kind]),
            say("状态：", "status: ")
            + say(*_WORDS[rule.status])
            + say("；程度：", "; severity: ")
            + rule.severity,
        ],
    )
    yield (
        say("条款", "Clause"),
        [
            f"{rule.clause}  {clause.title.pick(speak.lang) if clause else ''}",
            clause.text.pick(speak.lang) if clause else "",
            say("兼查：", "also: ") + ", ".join(rule.supports) if rule.supports else "",
            say("所取读法：", "readings taken: ") + ", ".join(rule.readings) if rule.readings else "",
        ],
    )
    everyone = say("所有对象", "everyone")
    yield say("对谁", "Who"), [speak.predicate(rule.applies_to, people) or everyone]
    yield say("查什么", "What and when"), list(speak.check(rule))
    yield say("除非", "Unless"), list(_unless(speak, rule))
    if rule.reward is None:
        yield say("否则", "Or else"), list(speak.penalty(rule.penalty))
    else:
        yield say("做到则建议奖励", "If so, the reward proposed"), list(speak.penalty(rule.reward))
    yield say("何时起", "Since when"), [_since(speak, rule)]
    yield say("参数", "Numbers"), [line for one in used(pack, rule) for line in _parameter(speak, one)]
    yield say("说明", "Message"), [rule.message.pick(speak.lang)]
    yield say("计划", "Plan"), _plan(pack, rule).split("\n")


def _unless(speak: Speaker, rule: Rule) -> Iterator[str]:
    say = speak.say
    if rule.exempt:
        span = ", ".join(rule.exempt.get("leave", ()))
        yield say(f"批准的请假覆盖 {span}：不适用；部分覆盖：无法判定", f"approved leave covers {span}")
    if rule.confirmed_by:
        clause, number = rule.confirmed_by["clause"], rule.confirmed_by.get("signers", 1)
        yield say(
            f"须经 {number} 人按 {clause} 确认才算", f"counts only when {number} people attest {clause}"
        )
    if rule.overlaps:
        overlap = speak.pack.overlaps[rule.overlaps]
        yield say(f"竞合 {overlap.name}：{overlap.policy}", f"overlap {overlap.name}: {overlap.policy}") + (
            f" ({' > '.join(overlap.prefer)})" if overlap.prefer else ""
        )
    if rule.waivable:
        days = rule.waivable.get("max_days")
        keys = ", ".join(rule.waivable["keys"])
        yield say(f"可豁免：{keys}，批准 {rule.waivable['approver']}", f"may be waived: {keys}") + (
            say(f"，最长 {days} 天", f", at most {days} days") if days else ""
        )


def _since(speak: Speaker, rule: Rule) -> str:
    start, end = rule.effective.start, rule.effective.end
    until = speak.say(f" 至 {end}", f" to {end}") if end else speak.say(" 起", " on")
    return f"{start}{until}{speak.say('；', '; ')}{speak.say(*_WORDS[rule.effective.version_by])}"


def used(pack: Pack, rule: Rule) -> list[Parameter]:
    """Give the parameters a rule rests on: its own, and those of the pack that it names."""
    import re

    text = repr((rule.check, rule.terms, rule.applies_to, rule.exempt, rule.confirmed_by, rule.marks))
    names = dict.fromkeys([*rule.params, *re.findall(r"\$([a-z][\w-]*)", text)])
    return [found for name in names if (found := pack.parameter(rule, name))]


def _parameter(speak: Speaker, one: Parameter) -> Iterator[str]:
    from checker.findings.values import said

    mark = speak.say("  [假定值，未经确认：相关扣款暂缓]", "  [assumed, not confirmed: fines held]")
    title = one.title.pick(speak.lang)
    yield f"${one.name}{'  ' + title if title else ''}{mark if one.holds_back_fines else ''}"
    for start, value in one.values:
        text = speak.say("未设定", "not set") if value is None else said(value).pick(speak.lang)
        yield f"  {start}{speak.say(' 起', ' on')}  {text} {one.unit or ''}".rstrip()


def _plan(pack: Pack, rule: Rule) -> str:
    """Give the plan's own text form, compiled for the week in which the rule starts."""
    from datetime import datetime, timedelta

    from checker.language.compile import compile_pack
    from checker.language.schedule import RunSpec
    from checker.model import Period
    from checker.plan.text import show

    start = rule.effective.start
    as_of = datetime.combine(start + timedelta(days=40), datetime.min.time())
    spec = RunSpec(Period(start, start + timedelta(days=6)), as_of)
    return show(compile_pack(pack, spec, [rule.id]).rules[rule.id].plan)
