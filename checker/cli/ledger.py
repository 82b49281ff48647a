"""`checker ledger`: is the chain whole, give it as text, and what happened to a finding."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from checker.cli.decisions import by_option, chosen, day, ledger_option, note, on_option, opened
from checker.cli.ledger_open import open_items
from checker.cli.shared import deliver, lang_option, protect, remember_lang
from checker.diagnostics import CheckerError, Diagnostic, UsageError, shown_path
from checker.model import Lang, Place, Text

if TYPE_CHECKING:
    from checker.ledger.cases import Case
    from checker.ledger.entries import Entry
    from checker.ledger.lines import Break

EXPORTS = "exports"


@click.group(short_help="核对、导出、查看决定台账 Verify, export or read the ledger")
def ledger() -> None:
    """核对、导出、查看决定台账 Verify, export or read the ledger of decisions."""


ledger.add_command(open_items)


@ledger.command(short_help="核对链条 Check that no entry was changed")
@click.option("--head", help="纸上印的校验值 a hash printed on paper, or its first 8 digits or more")
@ledger_option
@lang_option
def verify(head: str | None, ledger_path: Path, lang: Lang) -> None:
    """核对链条 Check that every entry follows from the one before it; a ledger, or what `export` wrote.

    Exit status 1: an entry is broken, or no entry has the hash of --head.
    """
    remember_lang(lang)
    entries, fault = read(ledger_path, lang)
    from checker.ledger.lines import holds
    from checker.ledger.store import head as last

    said = [_count(len(entries), last(entries), fault, lang)]
    bad = fault is not None
    if head is not None:
        at = holds(entries, head)
        said.append(_head(head, at, len(entries), lang))
        bad = bad or at is None
    deliver("".join(f"{one}\n" for one in said), None)
    if bad:
        click.get_current_context().exit(1)


@ledger.command(short_help="导出为 JSON 行 Write the entries as JSON lines")
@click.option("--to", "output", type=click.Path(path_type=Path, dir_okay=False), help="文件 a file, .jsonl")
@by_option
@on_option
@ledger_option
@lang_option
def export(output: Path | None, by: str | None, on: str | None, ledger_path: Path, lang: Lang) -> None:
    """导出为 JSON 行 Write the entries as JSON lines, the same bytes for the same ledger; `verify` reads them back.

    The ledger notes who took them (--by, --on); notes after the last decision are not among them.
    """
    remember_lang(lang)
    protect(output, [ledger_path])
    from checker.ledger import lines

    entries, fault = read(ledger_path, lang)
    if fault is not None:
        raise UsageError.of("ledger-broken", _broken(fault), file=shown_path(ledger_path))
    from checker.ledger.exports import decided

    text = lines.export(decided(entries))
    _note(ledger_path, entries, "ledger", text, by, on, len(decided(entries)))
    deliver(text, output, utf8=True)


@ledger.command(short_help="一条发现或一个月的经过 What happened to a finding, or in a month")
@click.argument("which")
@click.option("--to", "output", type=click.Path(path_type=Path, dir_okay=False), help="文件 a file, .txt")
@by_option
@on_option
@ledger_option
@lang_option
def history(
    which: str, output: Path | None, by: str | None, on: str | None, ledger_path: Path, lang: Lang
) -> None:
    """一条发现或一个月的经过 Tell who did what, when and why, about a finding (its first digits) or a month (2026-10).

    `exports` tells who took papers out. With --to the ledger notes who took this one (--by, --on).
    """
    remember_lang(lang)
    protect(output, [ledger_path])
    from checker.ledger.cases import fold
    from checker.ledger.history import about, is_month, said

    entries, fault = read(ledger_path, lang)
    if fault is not None:
        raise UsageError.of("ledger-broken", _broken(fault), file=shown_path(ledger_path))
    book = fold(entries)
    cases: list[Case] = (
        []
        if which == EXPORTS
        else [one for one in book.cases.values() if one.month == which]
        if is_month(which)
        else chosen(list(book.cases.values()), [which], together=True)
    )
    told = about(entries, cases, which if is_month(which) else "")
    if which == EXPORTS:
        told = [one for one in entries if one.step.kind == "export"]
    if not told:
        message = Text(f"{which} 在台账里没有记录", f"the ledger has nothing about {which}")
        raise CheckerError([Diagnostic("no-finding", "error", Place(""), message)])
    text = "".join(f"{said(one, book, lang)}\n" for one in told)
    if output is not None:
        month = which if is_month(which) else ""
        _note(ledger_path, entries, "history", text, by, on, len(told), cases, month)
    deliver(text, output)


def _note(
    path: Path,
    entries: Sequence[Entry],
    paper: str,
    text: str,
    by: str | None,
    on: str | None,
    rows: int,
    cases: Sequence[Case] | None = None,
    month: str = "",
) -> None:
    """Note who took entries out; without a day, on that of the last entry. What was exported takes no note."""
    from checker.ledger.cases import fold
    from checker.ledger.exports import decided, people
    from checker.ledger.exports import export as noted
    from checker.ledger.store import Ledger

    if not is_ledger(path) or not entries:
        return
    at = day(on) if on or not decided(entries) else decided(entries)[-1].step.on
    some = fold(entries).cases.values() if cases is None else cases
    note(Ledger(path), noted(paper, at, by or "", text.encode(), people(some), rows, month))


def is_ledger(path: Path) -> bool:
    """Tell whether a file is a ledger itself, and not JSON lines exported from one."""
    with path.open("rb") as file:
        return file.read(1) != b"{"


def read(path: Path, lang: Lang) -> tuple[Sequence[Entry], Break | None]:
    """Give the sound entries of a ledger, or of JSON lines exported from one, and the first that is broken."""
    from checker.ledger.lines import Row, check, rows_of

    found = opened(path, lang)
    if not is_ledger(path):
        return check(rows_of(path.read_bytes().decode("utf-8", "replace")))
    return check(Row(at, *one) for at, one in enumerate(found.rows(), 1))


def _count(count: int, head: str, fault: Break | None, lang: Lang) -> str:
    if fault is not None:
        return f"{_broken(fault).pick(lang)}\n" + (
            f"完好的 {count} 笔，至 {head}"
            if lang == "zh"
            else f"{count} sound entries before it, up to {head}"
        )
    return (
        f"链条完好：{count} 笔，末笔 {head}"
        if lang == "zh"
        else f"the chain holds: {count} entries, head {head}"
    )


def _broken(fault: Break) -> Text:
    zh, en = fault.why.zh, fault.why.en
    number = fault.seq if isinstance(fault.seq, int) else "?"
    return Text(
        f"第 {fault.place} 笔（编号 {number}）断链：{zh}",
        f"entry {fault.place} (number {number}) is broken: {en}",
    )


def _head(digest: str, at: int | None, count: int, lang: Lang) -> str:
    if at is None:
        return (
            f"纸上的校验值 {digest} 不属于这份台账（须至少 8 位）"
            if lang == "zh"
            else f"no entry of this ledger has the hash {digest} (give 8 digits or more)"
        )
    after = count - at
    if lang == "zh":
        return f"纸上的校验值是第 {at} 笔，其后又记入 {after} 笔；它以前的都没有改过"
    return f"the printed hash is entry {at}, {after} more were entered since; nothing up to it was changed"
