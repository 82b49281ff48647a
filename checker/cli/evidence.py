"""`checker evidence`: all that stands behind some findings, as one file that checks itself."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from checker.cli.check import Progress, no_clock, refuse_unread
from checker.cli.decisions import by_option, note
from checker.cli.shared import (
    default_pack,
    deliver,
    lang_option,
    protect,
    remember_lang,
    rules_option,
    write_paper,
)
from checker.diagnostics import CheckerError, Diagnostic, UsageError, shown_path
from checker.model import Lang, Place, Text

if TYPE_CHECKING:
    from checker.language.pack import Pack
    from checker.ledger.entries import Entry
    from checker.model import Finding, Report


@click.command(short_help="证据包 Put together the evidence of findings")
@click.argument("logs", nargs=-1, type=click.Path(path_type=Path), required=True)
@rules_option
@click.option("--period", help="期间 2026-10 | 2026-Q4 | 2026 | 2026-10-01/2026-10-31")
@click.option("--as-of", help="截止日 the cut-off, 2026-11-06; no clock is read")
@click.option(
    "--finding", "prefixes", multiple=True, help="发现编号（可多次），不写则全部 number, or its first digits"
)
@click.option(
    "--ledger",
    "ledger_path",
    type=click.Path(path_type=Path, dir_okay=False),
    help="决定台账 file of the ledger of decisions",
)
@click.option(
    "--to",
    "output",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    help="证据包 the pack, .zip",
)
@by_option
@lang_option
def evidence(
    logs: tuple[Path, ...],
    rules: Path | None,
    period: str | None,
    as_of: str | None,
    prefixes: tuple[str, ...],
    ledger_path: Path | None,
    output: Path,
    by: str | None,
    lang: Lang,
) -> None:
    """证据包 Put rows, rules, parameters, amounts and decisions of the findings in LOGS into one file.

    `checker verify` re-checks it on any machine, and judges the findings again from it alone.
    """
    remember_lang(lang)
    no_clock(period, as_of)
    protect(output, (*logs, *([ledger_path] if ledger_path else [])))
    from checker import pipeline
    from checker.database import connect
    from checker.dossier import container, pack, page
    from checker.language import load_pack
    from checker.logs.written import written

    asked = pack.Asked(period or "", as_of or "")
    loaded, entries = load_pack(rules or default_pack()), _entries(ledger_path, lang)
    with Progress() as progress:
        report = pipeline.check(
            list(logs), rules=loaded, period=asked.period, as_of=asked.as_of, progress=progress
        )
    refuse_unread(report.problems)
    findings = chosen(report, prefixes)
    with connect() as db:
        sources = written(list(logs), loaded, db)
    members, data = pack.members(report, findings, sources, loaded, asked, entries)
    made = container.write({**members, pack.PAGE: page.render(data, entries, lang)})
    _refuse_large(made, len(members) + 2, output)
    _note(ledger_path, report, findings, loaded, made, by)
    write_paper(output, made, lang)
    deliver(_told(data["findings"], len(made), lang), None)


def _note(
    path: Path | None, report: Report, findings: Sequence[Finding], pack: Pack, made: bytes, by: str | None
) -> None:
    """Note in the ledger, where one is given, who took the pack; what was exported from one takes no entries."""
    from datetime import date

    from checker.cli.ledger import is_ledger
    from checker.ledger.exports import export, persons
    from checker.ledger.proposals import month_of
    from checker.ledger.store import Ledger

    if path is None or not is_ledger(path):
        return
    on, month = date.fromisoformat(report.run.as_of[:10]), month_of(report.run.period)
    count = persons(findings, pack.people.key if pack.people else "")
    note(Ledger(path), export("evidence", on, by or "", made, count, len(findings), month))


def _refuse_large(made: bytes, count: int, output: Path) -> None:
    """Write nothing that `checker verify` would not read."""
    from checker.dossier.container import LARGEST, MOST

    if len(made) > LARGEST or count > MOST:
        said = Text("证据包过大，核对时不会读取", "the pack is too large: `checker verify` would not read it")
        hint = Text("用 --finding 分成几个", "make several with --finding")
        raise UsageError.of("evidence-pack", said, hint, shown_path(output))


def chosen(report: Report, said: Sequence[str]) -> list[Finding]:
    """Give the findings meant: those a person has to decide on, or those that numbers, also of a share, name.

    Raises:
        CheckerError: there is none, or a number names none or several.
    """
    from checker.findings.numbers import fingerprint_of, meant
    from checker.ledger.proposals import is_proposed

    if said:
        hint = Text("编号见复核表或检查报告", "numbers stand on the review sheet and in the report")
        return meant(report.findings, list(map(fingerprint_of, said)), lambda one: one.fingerprint, hint)
    if found := [one for one in report.findings if is_proposed(one)]:
        return found
    nothing = Text("这个期间没有要处理的发现", "the period has nothing to decide on")
    raise CheckerError([Diagnostic("no-finding", "error", Place(""), nothing)])


def _entries(path: Path | None, lang: Lang) -> Sequence[Entry] | None:
    from checker.ledger.exports import decided

    known = sound_entries(path, lang)
    return None if known is None else decided(known)


def sound_entries(path: Path | None, lang: Lang) -> Sequence[Entry] | None:
    """Give the entries of a ledger; None without one.

    Raises:
        UsageError: its chain is broken.
    """
    if path is None:
        return None
    from checker.cli.ledger import _broken, read

    entries, fault = read(path, lang)
    if fault is not None:
        raise UsageError.of("ledger-broken", _broken(fault), file=shown_path(path))
    return entries


def _told(findings: Sequence[dict], size: int, lang: Lang) -> str:  # type: ignore[type-arg]
    same = sum(one["reproduced"] for one in findings)
    if lang == "zh":
        return f"证据包：{len(findings)} 条发现，{size // 1024 + 1} KB；仅凭包内记录可重新判断的 {same} 条\n"
    return f"evidence of {len(findings)} findings, {size // 1024 + 1} KB; {same} can be judged anew from it\n"
