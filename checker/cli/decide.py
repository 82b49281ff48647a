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
    from checker.ledger.cases import Book, Case
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
        _one_way(not (findings or month or verb))
        _sheet(sheet, ledger, how, lang)
        return
    _one_way(bool(verb) and bool(findings) != bool(month))
    data = _data(verb or "", amount, way, witness)
    steps = _steps(ledger, verb or "", findings, month, named(by), on, reason, data, lang)
    entered = enter(ledger, steps, how)
    say(f"已记入 {len(entered)} 笔" if lang == "zh" else f"{len(entered)} entered")


def _one_way(good: bool) -> None:
    if not good:
        raise click.UsageError(
            "给出一份复核表，或者 --finding/--month 加一个动作 give a sheet, or --finding or --month with one step"
        )


def _data(verb: str, amount: str | None, way: str, witness: str | None) -> dict[str, object]:
    if verb == "serve":
        return {"way": way, **({"witness": witness} if witness else {})}
    if verb not in ("confirm", "adjust") or amount is None:
        return {}
    return {"fen": fen_of(amount)}


def _steps(
    ledger: Ledger,
    verb: str,
    findings: tuple[str, ...],
    month: str | None,
    by: str,
    on: str | None,
    reason: str,
    data: dict[str, object],
    lang: Lang,
) -> list[Step]:
    from checker.ledger.cases import fold
    from checker.ledger.entries import Step

    book, at = fold(ledger.entries()), day(on)
    cases = (
        chosen(list(book.cases.values()), findings) if findings else _of_month(book, verb, month or "", lang)
    )
    return [Step(verb, at, by, one.finding, reason, data) for one in cases]  # type: ignore[arg-type]


def _of_month(book: Book, verb: str, month: str, lang: Lang) -> list[Case]:
    """Give the findings of a month whose next step this may be; what the rules hold back is told and stays."""
    from checker.ledger.steps import FROM, held

    found = [one for one in book.cases.values() if one.month == month and one.state in FROM[verb]]  # type: ignore[index]
    left = [one for one in found if verb == "approve" and held(one)]
    if not found:
        message = Text(
            f"{month} 没有可以这样处理的发现", f"{month} has no finding for which this is the next step"
        )
        raise CheckerError([Diagnostic("no-finding", "error", Place(""), message)])
    for one in left:
        why = "、".join(held(one))
        say(
            f"未批准 {one.finding[:12]}：规则暂缓此项扣款（{why}）"
            if lang == "zh"
            else f"not approved {one.finding[:12]}: the rules hold this fine back ({why})"
        )
    return [one for one in found if one not in left]


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
