"""`checker review`: a run's findings into the ledger as proposals, and a sheet on which people decide."""

from __future__ import annotations

from pathlib import Path

import click

from checker.cli.check import Progress, no_clock, refuse_unread
from checker.cli.decisions import by_option, ledger_option, note, opened
from checker.cli.shared import (
    default_pack,
    lang_option,
    protect,
    remember_lang,
    rules_option,
    say,
    waivers_option,
    write_paper,
)
from checker.diagnostics import CheckerError, UsageError, shown_path
from checker.model import Lang, Text


@click.command(short_help="生成复核表 Write the sheet on which findings are reviewed")
@click.argument("logs", nargs=-1, type=click.Path(path_type=Path), required=True)
@rules_option
@click.option("--period", help="期间 2026-10 | 2026-Q4 | 2026 | 2026-10-01/2026-10-31")
@click.option("--as-of", help="截止日 the cut-off, 2026-11-06; no clock is read")
@waivers_option
@click.option(
    "--to",
    "output",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    help="复核表 the sheet, .xlsx",
)
@by_option
@ledger_option
@lang_option
def review(
    logs: tuple[Path, ...],
    rules: Path | None,
    period: str | None,
    as_of: str | None,
    waivers: Path | None,
    output: Path,
    by: str | None,
    ledger_path: Path,
    lang: Lang,
) -> None:
    """生成复核表 Check LOGS, enter the findings in the ledger as proposals, and write the review sheet.

    Decisions made before stay as they are; a finding whose data changed since says so. The ledger notes who (--by)
    took the sheet; the hash on it is that of the entry before.
    """
    remember_lang(lang)
    no_clock(period, as_of)
    protect(output, (*logs, *([waivers] if waivers else [])))
    from checker import pipeline
    from checker.calendar import parse_as_of
    from checker.language import load_pack
    from checker.ledger import exports, roster
    from checker.ledger.cases import fold
    from checker.ledger.exports import decided, export
    from checker.ledger.proposals import Names, month_of, steps
    from checker.ledger.store import head
    from checker.papers import review as paper

    pack = load_pack(rules or default_pack())
    people, read = pack.people, [roster.Roster()]
    with Progress() as progress:
        report = pipeline.check(
            list(logs),
            rules=pack,
            period=period or "",
            as_of=as_of or "",
            waivers=waivers,
            progress=progress,
            look=lambda _, tables: read.append(roster.read(tables, people)) if people else None,
        )
    refuse_unread(report.problems)
    _refuse_filled(output, ledger_path)
    ledger = opened(ledger_path, lang, must_exist=False)
    names = Names(people.key, people.name or "name", roster=read[-1]) if people else Names()
    day = parse_as_of(as_of or "").date()
    made = ledger.append(lambda known: steps(report, fold(known), day, names))
    entries = decided(ledger.entries())
    book, month = fold(entries), month_of(report.run.period)
    sheet = paper.render(book, month, head(entries), report.run.version)
    own = [one for one in book.cases.values() if one.month == month]
    note(ledger, export("review", day, by or "", sheet, exports.people(own), len(own), month))
    write_paper(output, sheet, lang)
    say(_told(made, book.cases.values(), month, lang))


def _refuse_filled(path: Path, ledger_path: Path) -> None:
    """Refuse to write over a sheet with conclusions that nobody has handed in.

    Raises:
        UsageError: there is such a sheet.
    """
    from checker.ledger.cases import fold
    from checker.ledger.store import Ledger
    from checker.papers import filled

    if not path.exists():
        return
    entries = Ledger(ledger_path).entries() if ledger_path.exists() else ()
    before = filled.concluded(entries)
    try:
        found = filled.read(path, fold(entries), before)
    except CheckerError:  # no review sheet: written over as any other file that --to names
        return
    count = len(filled.unsaid(found, before)[0]) + len(found.refused)
    if count:
        raise UsageError.of(
            "review-unsaved",
            Text(f"复核表里有 {count} 处还没有记入", f"{count} entries of this sheet were not handed in"),
            Text(
                "先 checker decide 这份复核表，或用 --to 写到别的文件名",
                "hand it in by `checker decide`, or name another file by --to",
            ),
            shown_path(path),
        )


def _told(made: tuple, cases: object, month: str, lang: Lang) -> str:  # type: ignore[type-arg]
    kinds = [one.step.kind for one in made]
    own = [one for one in cases if one.month == month]  # type: ignore[attr-defined]
    changed = sum(one.data_changed for one in own)
    new, gone = kinds.count("propose"), kinds.count("gone")
    if lang == "zh":
        return (
            f"发现 {len(own)} 条；新记入或数据有变 {new} 条，消失 {gone} 条；已决定而数据变了的 {changed} 条"
        )
    return (
        f"{len(own)} findings; {new} new or with changed data, {gone} gone; {changed} decided on other data"
    )
