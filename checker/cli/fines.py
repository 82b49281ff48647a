"""`checker fines`: what is ready goes to finance, with what may be kept of each wage, on one sheet."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from checker.cli.decisions import (
    by_option,
    chosen,
    day,
    enter,
    ledger_option,
    money_mode,
    named,
    note,
    on_option,
    opened,
    procedure,
)
from checker.cli.shared import (
    default_pack,
    lang_option,
    protect,
    remember_lang,
    rules_option,
    say,
    write_paper,
)
from checker.diagnostics import UsageError, shown_path
from checker.model import Lang, Text

if TYPE_CHECKING:
    from checker.guards.amounts import Wage
    from checker.guards.hold import Choice
    from checker.guards.months import Line
    from checker.language.pack import Pack
    from checker.language.pack_guards import MoneyMode
    from checker.ledger.cases import Case
    from checker.ledger.entries import Entry
    from checker.ledger.store import Ledger
    from checker.papers.fines import Frame


@click.command(short_help="扣款移交财务 Hand fines to finance, with the sheet")
@click.option("--month", help="计入哪个月的工资 the month of wages, 2026-11")
@click.option(
    "--wages",
    type=click.Path(path_type=Path),
    help="工资 wages, .xlsx or .csv with 工号, 应发工资, 月最低工资; 已有其他扣款, 用于比较最低工资的金额, 工资月份 if kept",
)
@click.option(
    "--finding",
    "findings",
    multiple=True,
    help="点名移交（可多次） release this one though its person has many",
)
@click.option("--only-show", is_flag=True, help="只出表，不移交、不登记扣款 write the sheet, release nothing")
@rules_option
@click.option(
    "--to",
    "output",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    help="员工扣款明细表 the sheet, .xlsx",
)
@by_option
@on_option
@ledger_option
@lang_option
def fines(
    month: str | None,
    wages: Path | None,
    findings: tuple[str, ...],
    only_show: bool,
    rules: Path | None,
    output: Path,
    by: str | None,
    on: str | None,
    ledger_path: Path,
    lang: Lang,
) -> None:
    """扣款移交财务 Release what is served and past the time to appeal into a month, and write finance's sheet.

    With --wages the cap and the minimum wage bound what is deducted, the oldest first, and the rest is carried on;
    the ledger notes the fen deducted of each finding, never a wage. The same again enters nothing and writes the same.
    """
    remember_lang(lang)
    protect(output, [ledger_path, *([wages] if wages else [])])
    from checker.language import load_pack
    from checker.ledger.exports import export, people

    asked = _Asked(_month(month), named(by), day(on), wages, only_show)
    pack = load_pack(rules or default_pack())
    money, ledger = money_mode(pack.guards), opened(ledger_path, lang)
    choice = _choice(pack, ledger, asked, findings)
    paid = money == "propose"
    sheet, cases = _paid(pack, ledger, asked, choice) if paid else _unpaid(pack, ledger, asked, choice, money)
    note(ledger, export("fines", asked.on, asked.by, sheet, people(cases), len(cases), asked.month))
    write_paper(output, sheet, lang)
    _tell(choice, len(choice.steps) if paid and not only_show else 0, lang)


@dataclass(frozen=True)
class _Asked:
    month: str
    by: str
    on: date
    wages: Path | None
    only_show: bool


def _choice(pack: Pack, ledger: Ledger, asked: _Asked, findings: tuple[str, ...]) -> Choice:
    from checker.guards.hold import choose
    from checker.ledger.cases import fold

    book = fold(ledger.entries())
    looked = {one.finding for one in chosen(list(book.cases.values()), findings)}
    return choose(book, asked.month, asked.by, asked.on, procedure(pack), pack.guards, looked)


def _paid(pack: Pack, ledger: Ledger, asked: _Asked, choice: Choice) -> tuple[bytes, list[Case]]:
    """Release, note what is deducted, and give the sheet of the month and the findings on it; wages are read before anything is entered."""
    from checker.guards.months import outcomes
    from checker.ledger.exports import decided
    from checker.papers.fines import render
    from checker.papers.wages import read

    known = read(asked.wages, asked.month, pack.guards) if asked.wages else None
    how = procedure(pack)
    if not asked.only_show:
        enter(ledger, choice.steps, how)
        found = _lines(pack, ledger, asked.month, known)
        enter(ledger, list(outcomes(found, asked.month, asked.by, asked.on)), how)
    entries = decided(ledger.entries())
    found = _lines(pack, ledger, asked.month, known)
    sheet = render(found, entries, _frame(pack, entries, asked.month, asked.wages))
    return sheet, list({one.case.finding: one.case for one in found}.values())


def _lines(pack: Pack, ledger: Ledger, month: str, known: Mapping[str, Wage] | None) -> list[Line]:
    from checker.guards.months import lines
    from checker.ledger.cases import fold

    entries = ledger.entries()
    return lines(fold(entries), entries, month, known, pack.guards)


def _unpaid(
    pack: Pack, ledger: Ledger, asked: _Asked, choice: Choice, money: MoneyMode
) -> tuple[bytes, list[Case]]:
    """Give the sheet of points or warnings and the findings on it; nothing is released, as nothing is paid."""
    from checker.guards.notice import notice
    from checker.ledger.cases import fold
    from checker.ledger.exports import decided
    from checker.papers.unpaid import render

    entries = decided(ledger.entries())
    book = fold(entries)
    cases = [book.cases[step.finding] for step in choice.steps]
    return render(cases, entries, asked.month, money, pack.guards, notice(pack.guards).zh), cases


def _month(text: str | None) -> str:
    if text and re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", text):
        return text
    message = Text(f"--month 不是月份：{text or ''}", f"--month is no month: {text or ''}")
    raise UsageError.of(
        "missing-option", message, Text("例如 --month 2026-11", "for example --month 2026-11")
    )


def _frame(pack: Pack, entries: tuple[Entry, ...], month: str, wages: Path | None) -> Frame:
    from checker.guards.months import totals
    from checker.guards.notice import notice
    from checker.ledger.store import head
    from checker.papers.fine_sources import sources
    from checker.papers.fines import Frame

    title = pack.policy.name.zh or pack.title.zh
    foot = f"制度版本 {pack.version}　决定台账 {head(entries)[:16]}"
    said = sources(pack, entries, month)
    if wages:
        from hashlib import sha256

        said.append(("工资文件", f"{shown_path(wages)}　SHA-256 {sha256(wages.read_bytes()).hexdigest()}"))
    total = totals(entries, month)
    return Frame(title, month, total, notice(pack.guards).zh, foot, wages is not None, said)


def _tell(choice: Choice, released: int, lang: Lang) -> None:
    from checker.findings.numbers import short

    for one in choice.held:
        say(f"{short(one.case.finding)} {one.case.proposal['person']} {one.why.pick(lang)}")
    held, ready = len(choice.held), len(choice.steps)
    if lang == "zh":
        say(f"移交 {released} 笔（可移交 {ready} 笔）；暂不移交 {held} 笔")
    else:
        say(f"{released} released ({ready} ready), {held} held back")
