"""`checker decide`: what people decided, from a review sheet or from the command line, into the ledger."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from checker.cli.decisions import (
    by_option,
    chosen,
    day,
    enter,
    fen_of,
    ledger_option,
    named,
    on_option,
    opened,
    procedure,
)
from checker.cli.shared import default_pack, lang_option, remember_lang, rules_option, say
from checker.diagnostics import CheckerError, Diagnostic
from checker.model import Lang, Place, Text

if TYPE_CHECKING:
    from checker.ledger.cases import Case
    from checker.ledger.entries import Step
    from checker.ledger.steps import Procedure
    from checker.ledger.store import Ledger

VERBS = (
    "confirm",
    "reject",
    "doubt",
    "return",
    "waive",
    "approve",
    "serve",
    "appeal",
    "uphold",
    "adjust",
    "revoke",
)
_HELP = {
    "confirm": "属实 it is so",
    "reject": "不属实 it is not so",
    "doubt": "证据不足 too little evidence",
    "return": "退回复核 send back to be reviewed again",
    "waive": "豁免 let it pass",
    "approve": "批准 approve what was reviewed",
    "serve": "已送达 the notice was served",
    "appeal": "申诉 the person appeals",
    "uphold": "维持 the fine stands after the appeal",
    "adjust": "变更 another amount after the appeal",
    "revoke": "撤销 no fine after the appeal",
}


def _verbs(command: click.decorators.FC) -> click.decorators.FC:
    for name in reversed(VERBS):
        command = click.option(f"--{name}", "verb", flag_value=name, help=_HELP[name])(command)
    return command


@click.command(short_help="记入决定 Enter what people decided")
@click.argument("sheet", required=False, type=click.Path(path_type=Path))
@click.option(
    "--finding", "findings", multiple=True, help="发现编号（可多次） number of a finding, or its first digits"
)
@click.option(
    "--notice",
    "numbers",
    multiple=True,
    help="通知单号（可多次） all findings of a notice for which this is the next step, ZJ-202610-007",
)
@click.option(
    "--month", help="这个月里能这样做的全部发现 all findings of a month for which this is the next step"
)
@_verbs
@click.option("--amount", help="金额（元） amount in yuan, for --confirm and --adjust")
@click.option("--reason", default="", help="理由 why")
@click.option(
    "--way",
    type=click.Choice(["signed", "refused", "posted"]),
    default="signed",
    help="送达方式 how it was served",
)
@click.option("--witness", help="见证人 who saw the refusal to sign")
@rules_option
@by_option
@on_option
@ledger_option
@lang_option
def decide(
    sheet: Path | None,
    findings: tuple[str, ...],
    numbers: tuple[str, ...],
    month: str | None,
    verb: str | None,
    amount: str | None,
    reason: str,
    way: str,
    witness: str | None,
    rules: Path | None,
    by: str | None,
    on: str | None,
    ledger_path: Path,
    lang: Lang,
) -> None:
    """记入决定 Enter a filled-in review SHEET, or one step for some findings: all of it, or nothing."""
    remember_lang(lang)
    from checker.language import load_pack

    how = procedure(load_pack(rules or default_pack()))
    ledger = opened(ledger_path, lang)
    if sheet is not None:
        _one_way(not (findings or numbers or month or verb))
        _sheet(sheet, ledger, how, lang)
        return
    _one_way(bool(verb) and [bool(findings), bool(numbers), bool(month)].count(True) == 1)
    data = _data(verb or "", amount, way, witness)
    cases = _meant(ledger, verb or "", findings, numbers, month, lang)
    steps = _steps(cases, verb or "", named(by), on, reason, data)
    _unnumbered(cases, verb or "", lang)
    entered = enter(ledger, steps, how)
    say(f"已记入 {len(entered)} 笔" if lang == "zh" else f"{len(entered)} entered")


def _one_way(good: bool) -> None:
    if not good:
        raise click.UsageError(
            "给出一份复核表，或者 --finding、--notice、--month 之一加一个动作 give a sheet, or one of --finding, --notice, --month with one step"
        )


def _data(verb: str, amount: str | None, way: str, witness: str | None) -> dict[str, object]:
    if verb == "serve":
        return {"way": way, **({"witness": witness} if witness else {})}
    if verb not in ("confirm", "adjust") or amount is None:
        return {}
    return {"fen": fen_of(amount)}


def _meant(
    ledger: Ledger,
    verb: str,
    findings: tuple[str, ...],
    numbers: tuple[str, ...],
    month: str | None,
    lang: Lang,
) -> list[Case]:
    from checker.ledger.cases import fold

    cases = list(fold(ledger.entries()).cases.values())
    if findings:
        return chosen(cases, findings)
    if numbers:
        return [one for number in dict.fromkeys(numbers) for one in _of_notice(cases, verb, number)]
    return _of_month(_next([one for one in cases if one.month == month], verb, month or ""), verb, lang)


def _of_month(found: list[Case], verb: str, lang: Lang) -> list[Case]:
    """Give those that may go on together; what the rules hold back is told and stays."""
    from checker.findings.numbers import short
    from checker.ledger.steps import held

    if verb == "serve" and any(one.notice for one in found):
        return _noticed(found, lang)
    if verb != "approve":
        return found
    for one in filter(held, found):
        why = "、".join(held(one))
        say(
            f"未批准 {short(one.finding)}：规则暂缓此项（{why}）"
            if lang == "zh"
            else f"not approved {short(one.finding)}: the rules hold this back ({why})"
        )
    return [one for one in found if not held(one)]


def _noticed(found: list[Case], lang: Lang) -> list[Case]:
    """Give those that stand on a notice; nobody was served what stands on none."""
    rest = sum(not one.notice for one in found)
    if rest:
        zh, en = f"{rest} 项不在通知单上，不登记送达", f"{rest} findings stand on no notice: not served"
        say(zh if lang == "zh" else en)
    return [one for one in found if one.notice]


def _of_notice(cases: list[Case], verb: str, number: str) -> list[Case]:
    own = [one for one in cases if one.notice and one.notice.casefold() == number.strip().casefold()]
    return _next(own, verb, number)


def _next(cases: list[Case], verb: str, where: str) -> list[Case]:
    """Give the findings whose next step this may be."""
    from checker.ledger.steps import FROM

    found = [one for one in cases if one.state in FROM[verb]]  # type: ignore[index]
    if not found:
        message = Text(
            f"{where} 没有可以这样处理的发现", f"{where} has no finding for which this is the next step"
        )
        raise CheckerError([Diagnostic("no-finding", "error", Place(""), message)])
    return found


def _steps(
    cases: list[Case], verb: str, by: str, on: str | None, reason: str, data: dict[str, object]
) -> list[Step]:
    """Give a step for each finding; a service names the notice that was served."""
    from checker.ledger.entries import Step

    at = day(on)
    return [
        Step(
            verb,  # type: ignore[arg-type]
            at,
            by,
            one.finding,
            reason,
            {**data, "notice": one.notice} if verb == "serve" and one.notice else data,
        )
        for one in cases
    ]


def _unnumbered(cases: list[Case], verb: str, lang: Lang) -> None:
    """Warn where a service is noted of what stands on no notice: finance takes nothing without a number."""
    from checker.papers.notice_numbers import is_noticed

    count = sum(not one.notice and is_noticed(one) for one in cases) if verb == "serve" else 0
    if count and lang == "zh":
        say(f"{count} 项没有通知单号：先运行 checker notices")
    elif count:
        say(f"{count} of them stand on no notice: run `checker notices` first")


def _sheet(path: Path, ledger: Ledger, how: Procedure, lang: Lang) -> None:
    from checker.ledger.cases import fold
    from checker.ledger.entries import Entry
    from checker.ledger.steps import taken
    from checker.papers import filled

    counted: dict[str, int] = {}

    def plan(known: tuple[Entry, ...]) -> list[Step]:
        before = filled.concluded(known)
        found = filled.read(path, fold(known), before)
        steps, again = filled.unsaid(found, before)
        said = taken(known, [step for _, step in steps], how)
        refused = [*found.refused, *filled.refusals(found.file, steps, said)]
        if refused:
            raise CheckerError(refused)
        counted.update(entered=len(steps), again=again, blank=found.blank)
        return [step for _, step in steps]

    ledger.append(plan)  # type: ignore[arg-type]
    entered, again, blank = (counted[name] for name in ("entered", "again", "blank"))
    if lang == "zh":
        say(f"已记入 {entered} 行；以前已记入的 {again} 行；还没有填的 {blank} 行")
    else:
        say(f"{entered} rows entered, {again} entered before, {blank} still blank")
