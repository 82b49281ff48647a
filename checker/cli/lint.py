"""`checker lint`: all that is wrong with a pack, at once, each with its place."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from checker import diagnostics
from checker.cli.shared import (
    FORMATS_OF_DIAGNOSTICS,
    color_option,
    deliver,
    lang_option,
    look,
    packs,
    remember_lang,
)
from checker.model import Lang

if TYPE_CHECKING:
    from checker.diagnostics import Diagnostic, Look


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
@color_option
def lint(rules: tuple[Path, ...], form: str, lang: Lang, color: str) -> None:
    """检查规则包 Lint packs (RULES: folders; default rules/after-sales)."""
    remember_lang(lang)
    folders = packs(rules)
    from checker import language, outputs

    found = [one for folder in folders for one in language.lint_pack(folder)]
    deliver(render(found, form, lang, look(color)), None, utf8=form in outputs.MACHINES)
    if diagnostics.has_errors(found):
        click.get_current_context().exit(1)


def render(found: list[Diagnostic], form: str, lang: Lang, look: Look) -> str:
    """Give diagnostics in one of the formats of `checker.outputs`, with a count."""
    from checker import outputs

    return (
        outputs.pretty.render(found, lang, look) if form == "pretty" else outputs.OUTPUTS[form](found, lang)
    )
