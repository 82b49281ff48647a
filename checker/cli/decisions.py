"""What the commands about decisions share: the ledger meant, the procedure of the pack, and how refusals are told."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from checker import diagnostics
from checker.cli.shared import say
from checker.diagnostics import CheckerError, Diagnostic, UsageError
from checker.model import Lang, Place, Text

if TYPE_CHECKING:
    from datetime import date

    from checker.language.pack import Guards, Pack
    from checker.language.pack_guards import MoneyMode
    from checker.ledger.cases import Case
    from checker.ledger.entries import Entry, Step
    from checker.ledger.steps import Procedure
    from checker.ledger.store import Ledger, Plan

ledger_option = click.option(
    "--ledger",
    "ledger_path",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("decisions.sqlite"),
    show_default=True,
    help="决定台账 file of the ledger of decisions",
)
by_option = click.option("--by", help="谁 who decides or enters")
on_option = click.option("--on", help="日期 the day, 2026-11-06; no clock is read")


def opened(path: Path, lang: Lang, must_exist: bool = True) -> Ledger:
    """Give the ledger at a path; a network share is warned of.

    Raises:
        CheckerError: there is no such file, and there must be one.
    """
    from checker.ledger.shares import warning
    from checker.ledger.store import Ledger

    if must_exist and not path.exists():
        raise CheckerError(
            [
                Diagnostic(
                    "no-ledger",
                    "error",
                    Place(diagnostics.shown_path(path)),
                    Text("没有这个决定台账", "there is no such ledger"),
                    hint=Text(
                        "先运行 checker review，或写对 --ledger",
                        "run `checker review` first, or mend --ledger",
                    ),
                )
            ]
        )
    if (warned := warning(path)) is not None:
        say(diagnostics.concise(warned, lang))
    return Ledger(path)


def day(text: str | None, option: str = "--on") -> date:
    """Give the day a person named.

    Raises:
        CheckerError: none was named, or it is none.
    """
    from datetime import date

    try:
        return date.fromisoformat(text or "")
    except ValueError:
        message = Text(
            f"{option} 要写一个日期；本程序不读系统时钟", f"{option} needs a day; no clock is read"
        )
        hint = Text(f"例如 {option} 2026-11-06", f"for example {option} 2026-11-06")
        fault = Diagnostic("missing-option", "error", Place(""), message, found=text or "", hint=hint)
        raise CheckerError([fault]) from None


def named(text: str | None) -> str:
    """Give the person named by `--by`.

    Raises:
        CheckerError: nobody was named.
    """
    if text and text.strip():
        return text.strip()
    message = Text(
        "--by 要写姓名：台账里每一笔都要有人负责", "--by needs a name: somebody answers for every entry"
    )
    raise CheckerError([Diagnostic("missing-option", "error", Place(""), message)])


def procedure(pack: Pack) -> Procedure:
    """Give how this company decides, with the working days of the pack's calendars."""
    from checker.calendar import WorkCalendar
    from checker.ledger.steps import Procedure

    days = {one: entry.working for one, entry in pack.calendar_days.items()}
    how = pack.procedure
    return Procedure(how.appeal_days, how.notice_required, how.second_person, WorkCalendar(days))


def money_mode(guards: Guards) -> MoneyMode:
    """Give what becomes of amounts.

    Raises:
        UsageError: the company has to choose, or points are asked for without a table of them.
    """
    from checker.guards.notice import mode, notice

    found = mode(guards)
    if found is None:
        said = notice(guards)
        message = Text(
            f"须在 pack.yaml 的 guards 里选定 money_mode。{said.zh}",
            f"pack.yaml has to choose `money_mode` in `guards`. {said.en}",
        )
        hint = Text("money_mode: propose、score 或 off", "money_mode: propose, score or off")
        raise UsageError.of("money-mode", message, hint)
    if found == "score" and not guards.points:
        message = Text(
            "money_mode 是 score，却没有 points 表", "money_mode is score, but there is no table of points"
        )
        hint = Text("例如 points: [{up_to: 20, points: 1}]", "for example points: [{up_to: 20, points: 1}]")
        raise UsageError.of("money-mode", message, hint)
    return found


def enter(ledger: Ledger, steps: Sequence[Step] | Plan, how: Procedure) -> tuple[Entry, ...]:
    """Enter steps, all or none; or those that follow from what the ledger holds when nobody else can write to it.

    Raises:
        CheckerError: says of every step that may not be taken why.
    """
    from checker.ledger.steps import taken

    def plan(known: Sequence[Entry]) -> Sequence[Step]:
        wanted = list(steps(known)) if callable(steps) else steps
        said = taken(known, wanted, how)
        refused = [_refused(step, why) for step, why in zip(wanted, said, strict=True) if why]
        if refused:
            raise CheckerError(refused)
        return wanted

    return ledger.append(plan)


def note(ledger: Ledger, step: Step) -> None:
    """Note that a paper with names leaves, before it is written: none leaves unnoted.

    Raises:
        UsageError: the ledger cannot be written to; then nothing may leave.
    """
    from checker.ledger.exports import unnoted

    ledger.append(lambda known: unnoted(known, step))


def _refused(step: Step, why: Text) -> Diagnostic:
    from checker.findings.numbers import short

    about = short(step.finding)
    message = Text(f"{about} {why.zh}".strip(), f"{about} {why.pick('en')}".strip())
    return Diagnostic("decision-refused", "error", Place(""), message)


def chosen(cases: Sequence[Case], said: Sequence[str], together: bool = False) -> list[Case]:
    """Give the findings, or shares of one, that first digits of their numbers name.

    `together`: digits alone may mean all shares of a finding.

    Raises:
        CheckerError: a number names none, or several.
    """
    from checker.findings.numbers import meant

    hint = Text("用 checker ledger history 查编号", "look it up with `checker ledger history`")
    return meant(cases, said, lambda one: one.finding, hint, together)


def fen_of(amount: str) -> int:
    """Give an amount in fen.

    Raises:
        CheckerError: it is no amount.
    """
    from checker.money import parse_yuan

    fen = parse_yuan(amount)
    if fen is None:
        message = Text("--amount 不是金额", "--amount is no amount")
        hint = Text("写成 20 或 20.00", "write it as 20 or 20.00")
        raise CheckerError(
            [Diagnostic("not-an-amount", "error", Place(""), message, found=amount, hint=hint)]
        )
    return fen
