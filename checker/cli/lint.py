"""`checker lint`: all that is wrong with a pack, at once, each with its place."""

from __future__ import annotations

from datetime import datetime
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
    write_whole,
)
from checker.diagnostics import UsageError
from checker.model import Lang, Text

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
@click.option("--fix", is_flag=True, help="改好能放心改的 mend what is safe to mend, and show the diff")
@click.option("--dry-run", is_flag=True, help="与 --fix 同用：只显示 with --fix: only show")
@click.option("--diff", is_flag=True, help="只显示 --fix 会改什么 only show what --fix would change")
@click.option(
    "--as-of",
    type=click.DateTime(["%Y-%m-%d"]),
    help="到这一天复审是否逾期 which reviews are overdue on this day",
)
@lang_option
@color_option
def lint(
    rules: tuple[Path, ...],
    form: str,
    fix: bool,
    dry_run: bool,
    diff: bool,
    as_of: datetime | None,
    lang: Lang,
    color: str,
) -> None:
    """检查规则包 Lint packs (RULES: folders; default rules/after-sales)."""
    remember_lang(lang)
    folders = packs(rules)
    from checker import language, outputs

    machine = form in outputs.MACHINES
    if diff or fix:
        changed = mend(folders, write=fix and not (dry_run or diff), aside=machine and not diff)
        if diff or dry_run:
            click.get_current_context().exit(1 if changed else 0)
    day = {"as_of": as_of.date()} if as_of else {}
    found = [one for folder in folders for one in language.lint_pack(folder, **day)]
    deliver(render(found, form, lang, look(color)), None, utf8=machine)
    if diagnostics.has_errors(found):
        click.get_current_context().exit(1)


def mend(folders: list[Path], write: bool, aside: bool) -> bool:
    """Show what can safely be mended in packs, on stdout or aside on stderr, write it if asked; tell if there is any.

    Raises:
        UsageError: a pack to be written to came with the program.
    """
    from checker.language.fix import fix_pack
    from checker.language.schema import packs_folder

    changed = False
    for folder in folders:
        if write and packs_folder().name == "_packs" and packs_folder() in folder.resolve().parents:
            raise UsageError.of(
                "pack-is-shipped",
                Text("随程序安装的规则包不能改", "a pack that came with the program is not changed"),
                Text("先复制到自己的文件夹", "copy it to a folder of your own"),
                diagnostics.shown_path(folder),
            )
        fixed = fix_pack(folder)
        changed = changed or bool(fixed.files)
        click.echo(fixed.diff, nl=False, err=aside)
        for path, data in fixed.files.items() if write else ():
            mode = path.stat().st_mode
            write_whole(path.resolve(), [data])
            path.chmod(mode)
    return changed


def render(found: list[Diagnostic], form: str, lang: Lang, look: Look) -> str:
    """Give diagnostics in one of the formats of `checker.outputs`, with a count."""
    from checker import outputs

    return (
        outputs.pretty.render(found, lang, look) if form == "pretty" else outputs.OUTPUTS[form](found, lang)
    )
