"""`checker explain`: one rule in plain words, with its clause and its numbers; with logs, why it did or did not fire."""

from __future__ import annotations

import difflib
import re
import shutil
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from checker.cli.completion import rule_ids
from checker.cli.shared import default_pack, deliver, lang_option, remember_lang, rules_option
from checker.diagnostics import CheckerError, Diagnostic, UsageError
from checker.model import Lang, Period, Place, Text

if TYPE_CHECKING:
    from checker.cli.words import Speaker
    from checker.language.adding import Tally
    from checker.language.pack import Pack, Parameter, ParameterValue, Rule

FORMATS = ("pretty", "json")
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


@click.command(short_help="说明一条规则 Say what RULE means, or why it fired")
@click.argument("rule", shell_complete=rule_ids)
@rules_option
@click.option("--period", help="期间 the numbers of this period only; with --logs: what is judged, 2026-10")
@click.option("--plan", is_flag=True, help="也列出计划 also the plan, which is technical")
@click.option(
    "--logs",
    multiple=True,
    type=click.Path(path_type=Path),
    help="台账 file or folder: why RULE did, or did not, fire",
)
@click.option("--subject", help="对象 whose: id, name, region, customer … (with --logs)")
@click.option("--record", help="记录编号 only this record (with --logs)")
@click.option("--as-of", help="截止日 the cut-off, 2026-11-06; no clock is read (with --logs)")
@click.option(
    "--format",
    "form",
    type=click.Choice(FORMATS),
    default="pretty",
    show_default=True,
    help="格式 (with --logs)",
)
@lang_option
def explain(
    rule: str,
    rules: Path | None,
    period: str | None,
    plan: bool,
    logs: tuple[Path, ...],
    subject: str | None,
    record: str | None,
    as_of: str | None,
    form: str,
    lang: Lang,
) -> None:
    """说明规则或诊断代码 Say what RULE means: who, what, when, or else, since when; with --logs, why it did or did not fire.

    RULE may also be a tally, or the code of a fault.
    """
    remember_lang(lang)
    folder = rules or default_pack()
    if (meaning := _code(rule, folder, lang)) is not None:
        deliver(meaning, None)
        return
    if logs:
        deliver(_traced(rule, folder, logs, period, as_of, subject, record, form, lang), None)
        return
    _only_with_logs({"--subject": subject, "--record": record, "--as-of": as_of})
    deliver(told(rule, folder, period, plan, lang), None)


def _code(rule: str, folder: Path, lang: Lang) -> str | None:
    """Give what a code of a fault means, unless a rule is called so; a broken pack is when people ask."""
    from checker import catalogue, language
    from checker.catalogue.page import sheet

    code = catalogue.entry(rule)
    if code is None:
        return None
    try:
        pack = language.load_pack(folder)
    except CheckerError:
        return sheet(code, lang)
    return None if pack.rule(rule) or rule in pack.tallies else sheet(code, lang)


def told(rule: str, folder: Path, period: str | None, plan: bool, lang: Lang) -> str:
    """Give a rule in plain words; with a period only the numbers in force in it."""
    from checker import language
    from checker.calendar import parse_period
    from checker.cli.words import Speaker

    pack, span = language.load_pack(folder), parse_period(period) if period else None
    if rule in pack.tallies:
        return _listed(_tally(Speaker(pack, lang), pack.tallies[rule], span))
    found = named(pack, rule)
    parts = sections(Speaker(pack, lang), found, span, plan)
    if span is not None:
        parts = (
            (head, [_with_numbers(line, pack, found, span, lang) for line in body]) for head, body in parts
        )
    return _listed(parts)


def _listed(parts: Iterable[tuple[str, list[str]]]) -> str:
    return "\n".join(line for head, body in parts for line in _section(head, body)) + "\n"


def _tally(speak: Speaker, tally: Tally, span: Period | None) -> Iterator[tuple[str, list[str]]]:
    from checker.cli import tally_words

    yield from tally_words.sections(speak, tally)
    names = dict.fromkeys(re.findall(r"\$([a-z][\w-]*)", repr((tally.steps, tally.within, tally.reset))))
    numbers = [speak.pack.parameters[name] for name in names]
    yield speak.say("参数", "Numbers"), [line for one in numbers for line in _parameter(speak, one, span)]


def _with_numbers(line: str, pack: Pack, rule: Rule, span: Period, lang: Lang) -> str:
    """Give a line with each `$parameter` that has one value in these days followed by it."""
    from checker.findings.values import said

    for one in used(pack, rule):
        held = in_force(one, span)
        if len(held) == 1 and held[0][1] is not None and not line.lstrip().startswith("$"):
            line = re.sub(rf"\${one.name}(?![\w-])", f"{said(held[0][1]).pick(lang)} (${one.name})", line)
    return line


def named(pack: Pack, rule: str) -> Rule:
    """Give the rule that the argument names.

    Raises:
        UsageError: there is none; it names those that are nearly called so.
    """
    if (found := pack.rule(rule)) is not None:
        return found
    from checker import catalogue

    known = [*(one.id for one in pack.rules), *pack.tallies, *catalogue.codes()]
    near = difflib.get_close_matches(rule, known, n=3)
    raise UsageError.of(
        "unknown-rule",
        Text(f"没有规则、累计或诊断代码“{rule}”", f"there is no rule, tally or code '{rule}'"),
        Text(f"是否想写：{'、'.join(near)}", f"did you mean: {', '.join(near)}") if near else Text(""),
    )


def _traced(
    rule: str, folder: Path, logs: tuple[Path, ...], period: str | None, as_of: str | None, subject: str | None,
    record: str | None, form: str, lang: Lang,
) -> str:  # fmt: skip
    """Give why a rule did, or did not, fire."""
    from checker import language
    from checker.cli import trace_json, trace_pretty
    from checker.cli.check import refuse_unread
    from checker.cli.trace_words import Teller
    from checker.cli.words import Speaker
    from checker.trace import trace

    _needed({"--period": (period, "2026-10"), "--as-of": (as_of, "2026-11-06")})
    pack = language.load_pack(folder)
    if rule in pack.tallies:
        raise _sums_up(Speaker(pack, lang), pack.tallies[rule])
    one = named(pack, rule)
    found = trace(
        list(logs),
        pack=pack,
        rule=one.id,
        period=period or "",
        as_of=as_of or "",
        subject=subject,
        record=record,
    )
    refuse_unread(found.problems)
    teller = Teller(pack, one, lang)
    if form == "json":
        return trace_json.render(found, teller)
    return trace_pretty.render(found, teller, shutil.get_terminal_size((100, 24)).columns)


def _sums_up(speak: Speaker, tally: Tally) -> UsageError:
    """Give what to ask in place of a trace of a tally: the sum is in its finding, the reasons are those of its rules."""
    from checker.cli import tally_words

    rules = ", ".join(tally_words.givers(speak, tally))
    return UsageError.of(
        "tally-has-no-trace",
        Text(
            f"“{tally.id}”是累计，没有自己的逐条核对", f"'{tally.id}' is a tally and has no trace of its own"
        ),
        Text(f"请追查给出分数的规则：{rules}", f"trace the rules that add to it: {rules}"),
    )


def _needed(options: dict[str, tuple[str | None, str]]) -> None:
    absent = [(name, example) for name, (value, example) in options.items() if not value]
    if absent:
        raise CheckerError(
            Diagnostic(
                "missing-option",
                "error",
                Place(""),
                Text(f"有 --logs 时须写 {name}", f"{name} is needed with --logs"),
                hint=Text(f"例如 {name} {example}", f"for example {name} {example}"),
            )
            for name, example in absent
        )


def _only_with_logs(options: dict[str, str | None]) -> None:
    for name, value in options.items():
        if value is not None:
            raise UsageError.of(
                "missing-option",
                Text(f"{name} 要与 --logs 同用", f"{name} goes with --logs"),
                Text("例如 --logs 台账文件夹", "for example --logs FOLDER"),
            )


def _section(head: str, body: list[str]) -> Iterator[str]:
    """Give a heading and its lines, indented; nothing where there is nothing to say."""
    if any(body):
        yield head
        yield from ("    " + line for line in body if line)


def sections(
    speak: Speaker, rule: Rule, span: Period | None = None, plan: bool = False
) -> Iterator[tuple[str, list[str]]]:
    """Give what there is to say about a rule, in the order people ask; `span`: only the numbers in force in it."""
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
    yield say("参数", "Numbers"), [line for one in used(pack, rule) for line in _parameter(speak, one, span)]
    yield say("说明", "Message"), [rule.message.pick(speak.lang)]
    told = say("引擎所执行的计划较长，加 --plan 列出", "long and technical: shown with --plan")
    yield say("计划", "Plan"), _plan(pack, rule).split("\n") if plan else [told]


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
    text = repr((rule.check, rule.terms, rule.applies_to, rule.exempt, rule.confirmed_by, rule.marks))
    names = dict.fromkeys([*rule.params, *re.findall(r"\$([a-z][\w-]*)", text)])
    return [found for name in names if (found := pack.parameter(rule, name))]


def _parameter(speak: Speaker, one: Parameter, span: Period | None = None) -> Iterator[str]:
    from checker.findings.values import said

    mark = speak.say("  [假定值，未经确认：相关扣款暂缓]", "  [assumed, not confirmed: fines held]")
    title = one.title.pick(speak.lang)
    yield f"${one.name}{'  ' + title if title else ''}{mark if one.holds_back_fines else ''}"
    for start, value in in_force(one, span):
        text = speak.say("未设定", "not set") if value is None else said(value).pick(speak.lang)
        yield f"  {start}{speak.say(' 起', ' on')}  {text} {one.unit or ''}".rstrip()


def in_force(one: Parameter, span: Period | None) -> list[tuple[date, ParameterValue]]:
    """Give the values of a parameter, of all times or of those days; before its first date it has none."""
    if span is None:
        return list(one.values)
    ends = [start for start, _ in one.values[1:]]
    found = [
        (start, value)
        for (start, value), end in zip(one.values, [*ends, None], strict=True)
        if start <= span.end and (end is None or end > span.start)
    ]
    return found or [(span.start, None)]


def _plan(pack: Pack, rule: Rule) -> str:
    """Give the plan's own text form, compiled for the week in which the rule starts."""
    from datetime import datetime, timedelta

    from checker.language.compile import compile_pack
    from checker.language.schedule import RunSpec
    from checker.plan.text import show

    start = rule.effective.start
    as_of = datetime.combine(start + timedelta(days=40), datetime.min.time())
    spec = RunSpec(Period(start, start + timedelta(days=6)), as_of)
    return show(compile_pack(pack, spec, [rule.id]).rules[rule.id].plan)
