"""`checker credit`: what was taken too much is given back in a month that is still open."""

from __future__ import annotations

from pathlib import Path

import click

from checker.cli.close import real_month
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
from checker.cli.shared import default_pack, deliver, lang_option, remember_lang, rules_option
from checker.model import Lang


@click.command(short_help="冲减 Give back what was taken too much")
@click.option("--finding", required=True, help="发现编号 number of the finding, or its first digits")
@click.option("--amount", required=True, help="金额（元） amount in yuan")
@click.option("--reason", default="", help="理由 why")
@click.option("--month", required=True, help="记入哪个月 the month it goes into, 2026-11; never a closed one")
@rules_option
@by_option
@on_option
@ledger_option
@lang_option
def credit(
    finding: str,
    amount: str,
    reason: str,
    month: str,
    rules: Path | None,
    by: str | None,
    on: str | None,
    ledger_path: Path,
    lang: Lang,
) -> None:
    """冲减 Enter a credit for a finding whose amount was handed to finance; the month it was in stays as it is."""
    remember_lang(lang)
    from checker.language import load_pack
    from checker.ledger.cases import fold
    from checker.ledger.entries import Step
    from checker.money import yuan

    real_month(month)
    ledger, fen = opened(ledger_path, lang), fen_of(amount)
    case = chosen(list(fold(ledger.entries()).cases.values()), [finding])[0]
    step = Step("credit", day(on), named(by), case.finding, reason, {"fen": fen, "month": month})
    made = enter(ledger, [step], procedure(load_pack(rules or default_pack())))
    zh = f"已记入第 {made[0].seq} 笔：{month} 冲减 {yuan(fen)} 元"
    deliver((zh if lang == "zh" else f"entry {made[0].seq}: {yuan(fen)} credited in {month}") + "\n", None)
