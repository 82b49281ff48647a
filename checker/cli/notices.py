"""`checker notices`: what was approved in a month, one notice a person, to print, sign and serve."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import click

from checker.cli.decisions import ledger_option, opened, procedure
from checker.cli.shared import default_pack, lang_option, protect, remember_lang, say, write_whole
from checker.diagnostics import UsageError
from checker.model import Lang, Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from checker.papers.notices import Notice, Notices


@click.command(short_help="处罚通知单 Write the notices of a month")
@click.option("--month", required=True, help="月份 2026-10")
@click.option(
    "--rules", type=click.Path(path_type=Path), help="规则包 folder of the pack  [default: rules/after-sales]"
)
@click.option(
    "--to",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    help="文件夹 a folder; one file a region",
)
@click.option("--format", "form", type=click.Choice(["html", "xlsx"]), default="html", show_default=True)
@ledger_option
@lang_option
def notices(month: str, rules: Path | None, folder: Path, form: str, ledger_path: Path, lang: Lang) -> None:
    """处罚通知单 Write a notice for every person with approved findings of a month; nothing is decided here."""
    remember_lang(lang)
    _month(month)
    from checker.language import load_pack
    from checker.papers import notices_html, notices_xlsx
    from checker.papers.notices import gather

    pack = load_pack(rules or default_pack())
    found = gather(opened(ledger_path, lang).entries(), month, pack.papers)
    _left_out(found, lang)
    if not found.regions:
        say(
            f"{month} 没有可以发通知的已批准发现"
            if lang == "zh"
            else f"nothing approved to notify of in {month}"
        )
        return
    days = procedure(pack).appeal_days
    folder.mkdir(parents=True, exist_ok=True)
    for name, own in _files(found):
        path = folder / f"{name}.{form}"
        protect(path, [ledger_path])
        data = (
            notices_html.render(own, pack.papers, days, found.head).encode()
            if form == "html"
            else notices_xlsx.render(own, pack.papers, days, found.head)
        )
        write_whole(path, [data])
        say(f"{path}：{len(own)} 张" if lang == "zh" else f"{path}: {len(own)} notices")


def _month(text: str) -> None:
    if not re.fullmatch(r"20\d\d-(0[1-9]|1[0-2])", text):
        raise UsageError.of(
            "bad-period",
            Text(f"--month “{text}”不是月份；请写成 2026-10", f"'{text}' is no month; write 2026-10"),
        )


def _files(found: Notices) -> Iterator[tuple[str, tuple[Notice, ...]]]:
    """Give the names of the files; regions whose names differ only in what no file name may hold share one."""
    files: dict[str, tuple[Notice, ...]] = {}
    for region, own in found.regions.items():
        said = re.sub(r"[^\w-]", "_", region)[:40] or "未写片区"
        name = f"处罚通知单-{found.month}-{said}"
        files[name] = (*files.get(name, ()), *own)
    yield from files.items()


def _left_out(found: Notices, lang: Lang) -> None:
    if found.left_out:
        listed = " ".join(one.finding[:12] for one in found.left_out)
        say(
            f"{len(found.left_out)} 项批准后数据变了，没有写进通知单，须先复核：{listed}"
            if lang == "zh"
            else f"{len(found.left_out)} left out, their data changed after the approval, review them: {listed}"
        )
