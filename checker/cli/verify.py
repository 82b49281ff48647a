"""`checker verify`: an evidence pack checked alone, on any machine."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from checker.cli.shared import deliver, lang_option, remember_lang
from checker.diagnostics import UsageError, shown_path
from checker.model import Lang, Text

if TYPE_CHECKING:
    from checker.dossier.checks import Verdict


@click.command(short_help="核对证据包 Check an evidence pack")
@click.argument("pack", type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--logs", multiple=True, type=click.Path(path_type=Path), help="原始文件（可多次） the original files"
)
@click.option(
    "--ledger",
    "ledger_path",
    type=click.Path(path_type=Path, dir_okay=False),
    help="决定台账 the ledger, or its export",
)
@lang_option
def verify(pack: Path, logs: tuple[Path, ...], ledger_path: Path | None, lang: Lang) -> None:
    """核对证据包 Check every byte of PACK, its excerpt of the ledger, and judge its findings anew.

    Exit status 1: something does not hold.
    """
    remember_lang(lang)
    from checker.cli.evidence import sound_entries
    from checker.dossier.checks import verify as checked

    data = _bytes(pack)
    found = checked(data, list(logs) or None, sound_entries(ledger_path, lang))
    deliver("".join(f"{one}\n" for one in _told(found, lang)), None)
    if found.faults:
        click.get_current_context().exit(1)


def _bytes(path: Path) -> bytes:
    from checker.dossier.container import LARGEST

    try:
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
    except OSError as error:
        said = Text(f"打不开证据包：{error.strerror}", f"the pack cannot be opened: {error.strerror}")
        raise UsageError.of("evidence-pack", said, file=shown_path(path)) from error
    if not data.startswith(b"PK") and b"PK\x05\x06" not in data:
        said = Text("这不是证据包", "this is no evidence pack")
        hint = Text("给出 checker evidence 写的 .zip", "give the .zip that `checker evidence` wrote")
        raise UsageError.of("evidence-pack", said, hint, shown_path(path))
    return data


def _told(found: Verdict, lang: Lang) -> list[str]:
    zh = lang == "zh"
    holds, open_, bad = ("已核对", "不能在此核对", "不符") if zh else ("checked", "not checked here", "WRONG")
    said = [f"{bad}  {one.member}: {one.why.pick(lang)}" for one in found.faults]
    said += [f"{holds}  {one.pick(lang)}" for one in found.holds]
    said += [f"{open_}  {one.pick(lang)}" for one in found.open]
    if found.manifest:
        said.append(f"{'清单校验值' if zh else 'SHA-256 of the manifest'}  {found.manifest}")
    end = (
        ("有不符之处" if zh else "something does not hold")
        if found.faults
        else ("相符" if zh else "it holds")
    )
    return [*said, end]
