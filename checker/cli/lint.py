"""`checker lint`: all that is wrong with a pack, at once, each with its place."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import click

from checker import diagnostics
from checker.cli.shared import FORMATS_OF_DIAGNOSTICS, deliver, lang_option, packs, remember_lang
from checker.model import Lang

if TYPE_CHECKING:
    from checker.diagnostics import Diagnostic


@click.command(short_help="检查规则包 Find all that is wrong with a pack")
@click.argument("rules", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--format",
    "form",
    type=click.Choice(FORMATS_OF_DIAGNOSTICS),
    default="pretty",
    show_default=True,
    help="格式",
)
@lang_option
def lint(rules: tuple[Path, ...], form: str, lang: Lang) -> None:
    """检查规则包 Lint packs (RULES: folders; default rules/after-sales)."""
    remember_lang(lang)
    folders = packs(rules)
    from checker import language

    found = [one for folder in folders for one in language.lint_pack(folder)]
    deliver(render(found, form, lang), None, utf8=form == "json")
    if diagnostics.has_errors(found):
        click.get_current_context().exit(1)


def render(found: list[Diagnostic], form: str, lang: Lang) -> str:
    """Give diagnostics in one of the three formats, with a count."""
    count = Counter(one.severity for one in found)
    if form == "json":
        import json

        totals = {level: count[level] for level in ("error", "warning", "note")}
        lines = ",\n  ".join(json.dumps(diagnostics.as_json(one, lang), ensure_ascii=False) for one in found)
        return f'{{"totals": {json.dumps(totals)},\n "diagnostics": [{lines}]}}\n'
    show = diagnostics.concise if form == "concise" else diagnostics.pretty
    lines_of = [show(one, lang) + ("" if form == "concise" else "\n") for one in found]
    total = (
        f"错误 {count['error']}，警告 {count['warning']}，提示 {count['note']}"
        if lang == "zh"
        else f"{count['error']} errors, {count['warning']} warnings, {count['note']} notes"
    )
    return "\n".join([*lines_of, total]) + "\n"
