"""`checker archive`: logs in, one Parquet file a log and month out."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import click

from checker import diagnostics
from checker.cli.check import refuse_unread
from checker.cli.shared import default_pack, deliver, lang_option, remember_lang, rules_option, say
from checker.diagnostics import UsageError
from checker.model import Lang, Text

if TYPE_CHECKING:
    from checker.logs.archive import Written


@click.command(short_help="存成 Parquet Keep logs as Parquet, a file a month")
@click.argument("logs", nargs=-1, type=click.Path(path_type=Path), required=True)
@click.option(
    "--to",
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    help="存档的文件夹 folder of the archive, new or to be brought up to date",
)
@rules_option
@click.option("--replace-months", is_flag=True, help="整月替换 months in LOGS replace those from other files")
@click.option("--add-rows", is_flag=True, help="只补充 LOGS only add rows to months of other files")
@click.option("--replace-files", is_flag=True, help="同名即更正 a file of a known name is its correction")
@lang_option
def archive(
    logs: tuple[Path, ...],
    to: Path,
    rules: Path | None,
    replace_months: bool,
    add_rows: bool,
    replace_files: bool,
    lang: Lang,
) -> None:
    """存成 Parquet Keep LOGS (files or folders) as typed Parquet, which `check` reads in their stead."""
    remember_lang(lang)
    if replace_months and add_rows:
        raise click.UsageError("--replace-months, --add-rows: 二选一 one of them")
    _apart(to, logs)
    from checker.database import connect
    from checker.language import load_pack
    from checker.logs import gather
    from checker.logs.archive import archive as write
    from checker.logs.archive_months import Choice

    pack = load_pack(rules or default_pack())
    with connect() as db:
        read = gather(list(logs), pack, db)
        refuse_unread(read.parts.problems)
        written = write(read, to, Choice(replace_files, replace_months, add_rows))
    for note in written.notes:
        say(note.pick(lang))
    deliver(_said(written).pick(lang) + "\n", None)


def _apart(to: Path, logs: tuple[Path, ...]) -> None:
    """Refuse an archive among the inputs, which are never changed, or inputs inside the archive."""
    target = to.resolve()
    for one in logs:
        place = one.resolve()
        if target == place or place in target.parents or target in place.parents:
            raise UsageError.of(
                "output-is-input",
                Text("--to 与输入的台账在一处", "--to and the inputs lie in one another"),
                Text("请换一个文件夹", "choose another folder"),
                diagnostics.shown_path(to),
            )


def _said(written: Written) -> Text:
    made = written.manifest
    rows, logs = sum(one.rows for one in made.parts), len({one.input.log for one in made.entries})
    levels = Counter(one.level for one in made.problems)
    return Text(
        f"存档共 {logs} 种台账，{len(made.parts)} 个月份文件，{rows} 行；"
        f"错误 {levels['error']}，警告 {levels['warning']}，提示 {levels['note']}",
        f"the archive has {logs} logs, {len(made.parts)} files of a month, {rows} rows; "
        f"{levels['error']} errors, {levels['warning']} warnings, {levels['note']} notes",
    )
