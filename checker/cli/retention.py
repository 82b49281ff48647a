"""`checker retention`: which records may be destroyed, and which must be kept and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from checker.cli.check import no_clock
from checker.cli.shared import default_pack, deliver, lang_option, remember_lang, rules_option, say
from checker.model import Lang, Text

if TYPE_CHECKING:
    from checker.dossier.retention import Record

_WHY: Mapping[str, Text] = {
    "may-go": Text("可以销毁", "may be destroyed"),
    "too-early": Text("未满保存期", "its term is not over"),
    "on-hold": Text("冻结中", "on hold"),
    "open-case": Text("有未办结的发现", "an open finding rests on it"),
    "evidence": Text("是已作决定的证据，未满最短保存期", "evidence of a decision, to be kept longer"),
    "unknown": Text("无法判定，不能销毁", "cannot be told: keep it"),
}


@click.command(short_help="可销毁的册子 Propose which records may be destroyed")
@click.argument("logs", nargs=-1, type=click.Path(path_type=Path), required=True)
@rules_option
@click.option("--as-of", help="哪一天 the day on which they would go, 2026-11-06; no clock is read")
@click.option(
    "--ledger",
    "ledger_path",
    type=click.Path(path_type=Path, dir_okay=False),
    help="决定台账 file of the ledger of decisions",
)
@click.option(
    "--evidence-months",
    type=click.IntRange(min=0),
    default=24,
    show_default=True,
    help="决定的证据至少再保存几个月 months for which the evidence of a decision is kept after its last entry",
)
@lang_option
def retention(
    logs: tuple[Path, ...],
    rules: Path | None,
    as_of: str | None,
    ledger_path: Path | None,
    evidence_months: int,
    lang: Lang,
) -> None:
    """可销毁的册子 List what may be destroyed on a day by the `retain` rules of the pack, and what must be kept.

    A proposal; people decide. Without --ledger nobody can tell which records a decision rests on.
    """
    remember_lang(lang)
    no_clock("given", as_of)
    from checker.cli.evidence import sound_entries
    from checker.database import connect
    from checker.dossier.retention import proposal, without_column
    from checker.language import load_pack
    from checker.ledger.cases import fold
    from checker.logs.written import written

    pack, entries = load_pack(rules or default_pack()), sound_entries(ledger_path, lang) or ()
    with connect() as db:
        sources = written(list(logs), pack, db)
    last = {one.step.finding: one.step.on for one in entries if one.step.finding}
    found = proposal(sources, pack, as_of or "", fold(entries), last, evidence_months)
    for one in without_column(sources, pack):
        say(f"{one.file}：没有销毁日期一列，未列入" if lang == "zh" else f"{one.file}: no day of destruction")
    if ledger_path is None:
        say(_NO_LEDGER.pick(lang))
    deliver(
        "".join(
            f"{one}\n"
            for one in [*map(lambda one: _line(one, lang), found), *_foot(found, evidence_months, lang)]
        ),
        None,
    )


_NO_LEDGER = Text(
    "没有给出 --ledger：不知道哪些记录是未办结的发现或已作决定的证据，销毁前必须核对",
    "no --ledger: which records decisions rest on is not known; find out before anything is destroyed",
)


def _line(one: Record, lang: Lang) -> str:
    from checker.findings.numbers import short

    sheet = f"[{one.sheet}]" if one.sheet else ""
    through = one.keep_through.isoformat() if one.keep_through else "?"
    kept = f"保存至 {through}" if lang == "zh" else f"kept through {through}"
    cases = " ".join(short(case) for case in one.cases[:3]) + (" …" if len(one.cases) > 3 else "")
    parts = (_WHY[one.status].pick(lang), one.key, kept, f"{one.file}{sheet}:{one.row}", one.rule, cases)
    return "  ".join(part for part in parts if part)


def _foot(found: list[Record], months: int, lang: Lang) -> list[str]:
    counts = Counter[str](one.status for one in found)
    mark = "：" if lang == "zh" else ": "
    said = [f"{_WHY[status].pick(lang)}{mark}{counts[status]}" for status in _WHY if counts[status]]
    if counts["may-go"]:
        zh = f"提醒：制度的保存期可能短于证据所需；扣款决定的依据应至少保存 {months} 个月（工资记录须存 2 年以上）"
        en = f"note: the policy's term may be shorter than evidence needs: keep what a deduction rests on {months} months"
        said.append(zh if lang == "zh" else en)
    return said or ["没有可列的记录" if lang == "zh" else "there is nothing to list"]
