"""`checker close`: a month is sealed with a manifest of all it rests on."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from checker.cli.decisions import by_option, day, ledger_option, named, on_option, opened, procedure
from checker.cli.shared import (
    default_pack,
    deliver,
    lang_option,
    protect,
    remember_lang,
    rules_option,
    write_paper,
)
from checker.diagnostics import CheckerError, Diagnostic, UsageError
from checker.model import Lang, Place, Text

if TYPE_CHECKING:
    from datetime import date

    from checker.language.pack import Pack
    from checker.ledger.cases import Case
    from checker.ledger.entries import Entry, Step
    from checker.ledger.steps import Procedure


@click.command(short_help="关账 Close a month with a manifest")
@click.argument("month")
@click.option(
    "--logs",
    multiple=True,
    type=click.Path(path_type=Path),
    help="当月文件（可多次） the month's files or folders",
)
@rules_option
@click.option(
    "--to",
    "output",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    help="清单 the manifest, .json",
)
@by_option
@on_option
@ledger_option
@lang_option
def close(
    month: str,
    logs: tuple[Path, ...],
    rules: Path | None,
    output: Path,
    by: str | None,
    on: str | None,
    ledger_path: Path,
    lang: Lang,
) -> None:
    """关账 Close MONTH (2026-10): write its manifest and enter its hash. A closed month is never opened again.

    Without --logs the manifest names the files of the month's last run, as that run read them.
    """
    remember_lang(lang)
    real_month(month)
    protect(output, (*logs, ledger_path))
    from checker.dossier.month import hashed
    from checker.language import load_pack

    pack = load_pack(rules or default_pack())
    ledger, who, at = opened(ledger_path, lang), named(by), day(on)
    files = hashed(list(logs)) if logs else None
    waiting: list[Case] = []

    def plan(known: Sequence[Entry]) -> Sequence[Step]:
        text, waiting[:] = _manifest(known, month, pack, files)
        step = _step(known, month, text, who, at, procedure(pack))
        # First the file: a ledger that names a manifest nobody has would be worse than a manifest too many.
        write_paper(output, text.encode(), lang)
        return [step]

    made = ledger.append(plan)
    deliver(_told(month, made[-1], waiting, lang), None)


def _manifest(
    known: Sequence[Entry], month: str, pack: Pack, files: list[dict[str, Any]] | None
) -> tuple[str, list[Case]]:
    from checker.dossier.month import manifest, of_the_last_run, still_open, text_of
    from checker.ledger.cases import fold

    book = fold(known)
    found = of_the_last_run(known, month) if files is None else files
    waiting = still_open(one for one in book.cases.values() if one.month == month)
    return text_of(manifest(known, book, month, pack, found)), waiting


def _step(known: Sequence[Entry], month: str, text: str, who: str, at: date, how: Procedure) -> Step:
    from checker.dossier.month import sha256_of
    from checker.ledger.entries import Step
    from checker.ledger.steps import taken

    step = Step("close", at, who, data={"month": month, "manifest": sha256_of(text)})
    if (why := taken(known, [step], how)[0]) is not None:
        raise CheckerError([Diagnostic("decision-refused", "error", Place(""), why)])
    return step


def real_month(text: str) -> str:
    """Give the month.

    Raises:
        UsageError: it is none.
    """
    from checker.ledger.history import is_month

    if is_month(text):
        return text
    said = Text(f"不是月份：{text}", f"not a month: {text}")
    raise UsageError.of("bad-period", said, Text("写成 2026-10", "write it as 2026-10"))


def _told(month: str, entry: Entry, waiting: list[Case], lang: Lang) -> str:
    zh, digest = lang == "zh", entry.step.data["manifest"]
    said = [
        f"{month} 已关账。清单 {digest}" if zh else f"{month} is closed. Manifest {digest}",
        f"台账末笔 {entry.hash}" if zh else f"head of the ledger {entry.hash}",
        f"仍未办结 {len(waiting)} 条：" if zh else f"{len(waiting)} still open:",
        *(f"  {_open(one, lang)}" for one in waiting),
    ]
    return "".join(f"{one}\n" for one in said)


def _open(case: Case, lang: Lang) -> str:
    from checker.findings.numbers import short
    from checker.ledger.cases import STATES

    names = (case.proposal.get(name) for name in ("person", "name", "clause"))
    return " ".join([short(case.finding), STATES[case.state].pick(lang), *(str(one) for one in names if one)])
