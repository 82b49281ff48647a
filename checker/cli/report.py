"""`checker report`: the monthly quality report, as a page and as a workbook that can be edited."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from checker.cli.check import no_clock, refuse_unread
from checker.cli.shared import (
    default_pack,
    lang_option,
    make_folder,
    protect,
    remember_lang,
    rules_option,
    say,
    waivers_option,
    write_paper,
)
from checker.diagnostics import shown_path
from checker.model import Lang, Text

if TYPE_CHECKING:
    from checker.ledger.entries import Entry


@click.command(short_help="质量月报 Write the monthly quality report")
@click.argument("logs", nargs=-1, type=click.Path(path_type=Path), required=True)
@rules_option
@click.option("--period", help="月份 the month, 2026-10")
@click.option("--as-of", help="截止日 the cut-off, 2026-11-10; no clock is read")
@waivers_option
@click.option(
    "--ledger",
    "ledger_path",
    type=click.Path(path_type=Path, dir_okay=False),
    help="决定台账 the ledger; without it penalties are proposals",
)
@click.option(
    "--to",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    help="文件夹 the folder for the page (.html) and the workbook (.xlsx)",
)
@click.option(
    "--months",
    type=click.IntRange(1, 36),
    default=12,
    show_default=True,
    help="趋势图几个月 months that the trends show",
)
@lang_option
def report(
    logs: tuple[Path, ...],
    rules: Path | None,
    period: str | None,
    as_of: str | None,
    waivers: Path | None,
    ledger_path: Path | None,
    folder: Path,
    months: int,
    lang: Lang,
) -> None:
    """质量月报 Check LOGS for a month and those before it, and write what the figures add up to; it names nobody."""
    remember_lang(lang)
    no_clock(period, as_of)
    from checker.monthly import Asked, month_paper
    from checker.monthly.build import month_start
    from checker.papers import month_html, month_xlsx

    paths = [folder / f"质量月报-{month_start(period or ''):%Y-%m}{ending}" for ending in (".html", ".xlsx")]
    for path in paths:
        protect(path, (*logs, *([waivers] if waivers else []), *([ledger_path] if ledger_path else [])))
    asked = Asked(logs, rules or default_pack(), period or "", as_of or "", months, waivers, lang)
    paper, checked = month_paper(asked, _entries(ledger_path, lang))
    refuse_unread(checked.problems)
    make_folder(
        folder,
        Text("无法写入报告", "the report cannot be written"),
        Text("检查 --to 的文件夹能否建立", "check that the folder of --to can be made"),
    )
    if ledger_path is None:
        zh, en = (
            "没有给出 --ledger：处罚一节是建议，不是决定",
            "no --ledger: penalties are proposals, not decisions",
        )
        say(zh if lang == "zh" else en)
    for path, data in zip(paths, (month_html.render(paper).encode(), month_xlsx.render(paper)), strict=True):
        say(f"{shown_path(write_paper(path, data, lang))}")


def _entries(path: Path | None, lang: Lang) -> tuple[Entry, ...] | None:
    if path is None:
        return None
    from checker.cli.decisions import opened
    from checker.ledger.exports import decided

    return decided(opened(path, lang).entries())
