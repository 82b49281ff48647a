"""`checker ledger open`: what is still open about a person, for instance on the last day of somebody who leaves."""

from __future__ import annotations

from pathlib import Path

import click

from checker.cli.decisions import ledger_option, opened
from checker.cli.shared import deliver, lang_option, remember_lang
from checker.diagnostics import CheckerError, Diagnostic
from checker.model import Lang, Place, Text


@click.command("open", short_help="某人还没有办完的 What is still open about a person")
@click.argument("person")
@ledger_option
@lang_option
def open_items(person: str, ledger_path: Path, lang: Lang) -> None:
    """某人还没有办完的 List what is still open about PERSON (a staff number): undecided, frozen, to come, not deducted.

    For the final pay of somebody who leaves. Amounts without a decision are the most that may be set.
    """
    remember_lang(lang)
    from checker.ledger.cases import fold
    from checker.ledger.unsettled import known, told, unsettled

    book = fold(opened(ledger_path, lang).entries())
    if not known(book, person):
        message = Text(f"台账里没有工号 {person}", f"the ledger has nothing about the staff number {person}")
        hint = Text("写工号，不写姓名", "give the staff number, not the name")
        raise CheckerError([Diagnostic("no-finding", "error", Place(""), message, hint=hint)])
    lines = told(unsettled(book, person), lang)
    nothing = f"{person} 没有未办结的" if lang == "zh" else f"nothing is open about {person}"
    deliver("".join(f"{one}\n" for one in lines or [nothing]), None)
