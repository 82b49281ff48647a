"""`checker impact`: two versions of a pack on the same logs, and whom the difference would have hit."""

from __future__ import annotations

import shutil
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import click

from checker.cli.check import Progress, no_clock, refuse_unread
from checker.cli.shared import (
    color_option,
    default_pack,
    deliver,
    lang_option,
    protect,
    remember_lang,
    waivers_option,
)
from checker.model import Lang

if TYPE_CHECKING:
    from checker.impact.guard import Limits

FORMATS = ("text", "json", "html")


@click.command(short_help="规则改动的影响 Show whom a change of rules would have hit")
@click.argument("logs", nargs=-1, type=click.Path(path_type=Path), required=True)
@click.option(
    "--rules",
    type=click.Path(path_type=Path),
    help="新规则包 folder of the new pack  [default: rules/after-sales]",
)
@click.option(
    "--against",
    required=True,
    help="旧规则包：文件夹或 git 版本 the old pack: a folder, or a git revision such as HEAD~1",
)
@click.option("--period", help="期间 2026-10 | 2026-Q4 | 2026 | 2026-10-01/2026-10-31")
@click.option("--as-of", help="截止日 the cut-off, 2026-11-06; no clock is read")
@waivers_option
@click.option(
    "--max-people",
    type=click.IntRange(min=0),
    help="一条规则命中超过几人即停 stop when a rule hits more people",
)
@click.option(
    "--max-percent",
    type=click.FloatRange(0, 100),
    default=30,
    show_default=True,
    help="命中超过花名册百分之几即停 stop when a rule hits more of the roster, in percent",
)
@click.option("--format", "form", type=click.Choice(FORMATS), help="格式  [default: by --output, else text]")
@click.option(
    "--output", type=click.Path(path_type=Path, dir_okay=False), help="报告文件 written whole or not at all"
)
@lang_option
@color_option
def impact(
    logs: tuple[Path, ...],
    rules: Path | None,
    against: str,
    period: str | None,
    as_of: str | None,
    waivers: Path | None,
    max_people: int | None,
    max_percent: float,
    form: str | None,
    output: Path | None,
    lang: Lang,
    color: str,
) -> None:
    """规则改动的影响 Judge LOGS by two versions of a pack: which findings appear, vanish or change.

    Exit status 1: a rule hits more people than --max-people or --max-percent allows.
    """
    remember_lang(lang)
    no_clock(period, as_of)
    protect(output, (*logs, *([waivers] if waivers else [])))
    from checker.impact.run import outlook
    from checker.reports import Options

    with Progress() as progress:
        found = outlook(
            list(logs),
            rules=rules or default_pack(),
            against=against,
            period=period or "",
            as_of=as_of or "",
            limits=_limits(max_people, max_percent),
            waivers=waivers,
            progress=progress,
        )
    refuse_unread(found.problems)
    from checker.impact import html, json, text

    chosen = form or (output.suffix[1:] if output and output.suffix in (".json", ".html") else "text")
    render = {"text": text.render, "json": json.render, "html": html.render}[chosen]
    options = Options(lang, width=shutil.get_terminal_size((120, 24)).columns)
    deliver(render(found, options), output, utf8=chosen != "text")
    if found.stops:
        click.get_current_context().exit(1)


def _limits(people: int | None, percent: float) -> Limits:
    from checker.impact.guard import Limits

    return Limits(people, Fraction(str(percent)))
