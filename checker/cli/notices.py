"""`checker notices`: what was approved in a month, one notice a person, to print, sign and serve."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from checker.cli.decisions import (
    by_option,
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
    make_folder,
    protect,
    remember_lang,
    rules_option,
    say,
    write_paper,
)
from checker.diagnostics import shown_path
from checker.model import Lang, Text

if TYPE_CHECKING:
    from datetime import date

    from checker.language.pack import Pack
    from checker.ledger.entries import Entry
    from checker.ledger.store import Ledger
    from checker.papers.notices import Notice, Notices


_NO_FOLDER = (
    Text("建不了文件夹", "the folder cannot be made"),
    Text("检查 --to 的路径", "check the path of --to"),
)


@click.command(short_help="处罚通知单 Issue the notices of a month")
@click.option("--month", required=True, help="核查的月份 the month that was checked, 2026-10")
@click.option(
    "--to",
    "folder",
    type=click.Path(path_type=Path),
    required=True,
    help="文件夹 a folder; one file a region",
)
@click.option("--format", "form", type=click.Choice(["html", "xlsx"]), default="html", show_default=True)
@click.option("--only-show", is_flag=True, help="只重印已编号的 print what has a number, give no new ones")
@rules_option
@by_option
@on_option
@ledger_option
@lang_option
def notices(
    month: str,
    folder: Path,
    form: str,
    only_show: bool,
    rules: Path | None,
    by: str | None,
    on: str | None,
    ledger_path: Path,
    lang: Lang,
) -> None:
    """处罚通知单 Number the approved findings of a month, one notice a person, and write the notices to print.

    A number is entered in the ledger and never changes: the same again prints the same notices, and what is approved
    later stands on further ones. Where amounts become points or warnings, no notice speaks of a deduction.
    """
    remember_lang(lang)
    from checker.language import load_pack
    from checker.ledger.exports import decided
    from checker.papers import notice_list
    from checker.papers.notices import gather

    pack, ledger = load_pack(rules or default_pack()), opened(ledger_path, lang)
    asked, how = _month(month), money_mode(pack.guards)
    who = None if only_show else (named(by), day(on))
    make_folder(folder, *_NO_FOLDER)  # before any number is given
    new = len(_issued(ledger, asked, pack, *who)) if who else 0
    entries = decided(ledger.entries())
    found = gather(entries, asked, pack, how)
    papers = [(f"{name}.{form}", own, _data(found, own, form)) for name, own in _files(found)]
    numbered = notice_list.given(entries, asked)
    listed = notice_list.render(numbered, entries, asked, found.frame, how) if numbered else b""
    _noted(ledger, found, entries, [data for *_, data in papers] + [listed], (by or "", on))
    for name, own, data in papers:
        written = _written(folder / name, data, ledger_path, lang)
        say(f"{shown_path(written)}：{len(own)} 张" if lang == "zh" else f"{shown_path(written)}: {len(own)}")
    if numbered:
        _written(folder / f"通知单登记表-{_plain(asked)}.xlsx", listed, ledger_path, lang)
    _told(found, new, lang)


def _month(text: str) -> str:
    from checker.calendar import parse_period
    from checker.ledger.proposals import month_of

    return month_of(parse_period(text))


def _issued(ledger: Ledger, month: str, pack: Pack, by: str, on: date) -> tuple[Entry, ...]:
    """Enter the new numbers; nobody else can enter any between the look at the last one and the next."""
    from checker.papers.notice_numbers import steps

    return enter(
        ledger, lambda known: list(steps(known, month, pack.papers.notice_prefix, by, on)), procedure(pack)
    )


def _noted(
    ledger: Ledger, found: Notices, entries: Sequence[Entry], papers: list[bytes], who: tuple[str, str | None]
) -> None:
    """Note who took the notices out; without a day, on that of the last decision."""
    from checker.ledger.exports import export

    if made := found.all:
        by, on = who
        at = day(on) if on else entries[-1].step.on
        lines, people = sum(one.lines for one in made), {one.person for one in made}
        note(ledger, export("notices", at, by, papers, len(people), lines, found.month))


def _files(found: Notices) -> Iterator[tuple[str, tuple[Notice, ...]]]:
    """Give the names of the files; regions whose names differ only in what no file name may hold share one."""
    files: dict[str, tuple[Notice, ...]] = {}
    for region, own in found.regions.items():
        said = re.sub(r"[^\w-]", "_", region)[:40] or "未写片区"
        name = f"处罚通知单-{_plain(found.month)}-{said}"
        files[name] = (*files.get(name, ()), *own)
    yield from files.items()


def _plain(month: str) -> str:
    return month.replace("/", "-")


def _written(path: Path, data: bytes, ledger_path: Path, lang: Lang) -> Path:
    protect(path, [ledger_path])
    return write_paper(path, data, lang)


def _data(found: Notices, own: tuple[Notice, ...], form: str) -> bytes:
    from checker.papers import notices_html, notices_xlsx

    if form == "html":
        return notices_html.render(own, found.frame).encode()
    return notices_xlsx.render(own, found.frame)


def _told(found: Notices, new: int, lang: Lang) -> None:
    """Tell what is on no notice and why, and the totals that the papers must add up to."""
    from checker.findings.numbers import short
    from checker.money import yuan

    for case, why in found.left_out:
        say(f"{short(case.finding)} {case.proposal['person'] or ''} {why.pick(lang)}")
    made = found.all
    total = yuan(sum(one.fen for one in made))
    lines, left = sum(one.lines for one in made), len(found.left_out)
    if lang == "zh":
        say(f"通知单 {len(made)} 张，{lines} 项，合计 {total} 元；本次新编入 {new} 项，没有编入 {left} 项")
    else:
        say(f"{len(made)} notices, {lines} findings, {total} yuan; {new} findings new, {left} on none")
