"""Which findings may be handed to finance this month, and why others may not yet."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date

from checker.findings.numbers import person_key, short
from checker.guards.months import day_of
from checker.language.pack import Guards
from checker.ledger.cases import Book, Case
from checker.ledger.entries import Step
from checker.ledger.steps import FROM, Procedure, refusal
from checker.model import Text
from checker.money import yuan


@dataclass(frozen=True)
class Held:
    """A finding with an amount that is not released, and why."""

    case: Case
    why: Text


@dataclass(frozen=True)
class Choice:
    """The steps that release what is ready, and what is held back."""

    steps: tuple[Step, ...]
    held: tuple[Held, ...]


def choose(
    book: Book,
    month: str,
    by: str,
    on: date,
    procedure: Procedure,
    guards: Guards,
    named: Collection[str] = (),
) -> Choice:
    """Give what is released into a month, oldest first: served and past the time to appeal, or decided after one.

    `named` are fingerprints that somebody looked at although their person has many.
    """
    steps: list[Step] = []
    held: list[Held] = []
    sent, counts = _Sent(book), _counts(book)
    for case in sorted(_waiting(book), key=lambda one: (day_of(one), one.finding)):
        step = Step("release", on, by, case.finding, data={"month": month})
        why = refusal(book, step, procedure) or _guarded(case, sent, counts, guards, named)
        if why is None:
            steps.append(step)
            sent.add(case)
        else:
            held.append(Held(case, why))
    return Choice(tuple(steps), tuple(held))


class _Sent:
    """What is with finance already or goes there in this run: the acts, and fen by person, rule and month."""

    def __init__(self, book: Book) -> None:
        self.acts: dict[tuple[str, str, str], str] = {}
        self.fen: Counter[tuple[str, str, str]] = Counter()
        for one in book.cases.values():
            if one.state == "released" and one.fen:
                self.add(one)

    def add(self, case: Case) -> None:
        """Count one more."""
        self.acts.setdefault(_act(case), case.finding)
        self.fen[_bucket(case)] += (case.fen or 0) - case.credited


def _counts(book: Book) -> Counter[tuple[str, str]]:
    """Count the fines of each person in each month that somebody may still have to pay."""
    return Counter(
        (person_key(one.proposal["person"]), one.month)
        for one in book.cases.values()
        if one.fen and one.state not in ("rejected", "doubted", "waived", "revoked")
    )


def _waiting(book: Book) -> Iterator[Case]:
    """Give approved findings with an amount; what nobody approved is no business of finance."""
    yield from (one for one in book.cases.values() if one.state in (*FROM["release"], "appealed") and one.fen)


def _guarded(
    case: Case, sent: _Sent, counts: Counter[tuple[str, str]], guards: Guards, named: Collection[str]
) -> Text | None:
    twin = sent.acts.get(_act(case))
    if twin is not None:
        other = short(twin)
        return Text(
            f"与 {other} 是同一人的同一件事，已移交", f"the same act of the same person as {other}, released"
        )
    return _many(case, counts, guards, named) or _over(case, sent, guards)


def _act(case: Case) -> tuple[str, str, str]:
    """Give what makes two findings one act: who pays, under which rule, for which record, moment or period."""
    one = case.proposal
    act = one["record"] or [one["subject"], one["at"], one["period"]]
    return person_key(one["person"]), one["rule"], json.dumps(act, sort_keys=True, ensure_ascii=False)


def _many(
    case: Case, counts: Counter[tuple[str, str]], guards: Guards, named: Collection[str]
) -> Text | None:
    count = counts[person_key(case.proposal["person"]), case.month]
    if count <= guards.review_above or case.finding in named:
        return None
    return Text(
        f"此人 {case.month} 有 {count} 笔，多于 {guards.review_above} 笔：看过后用 --finding 点名移交",
        f"{count} fines of this person in {case.month}, more than {guards.review_above}: name it by --finding",
    )


def _over(case: Case, sent: _Sent, guards: Guards) -> Text | None:
    most = guards.max_per_rule_month
    if most is None:
        return None
    total = (case.fen or 0) + sent.fen[_bucket(case)]
    if total <= most:
        return None
    return Text(
        f"同一规则 {case.month} 合计将达 {yuan(total)} 元，超过上限 {yuan(most)} 元",
        f"this rule would come to {yuan(total)} in {case.month}, above the most of {yuan(most)}",
    )


def _bucket(case: Case) -> tuple[str, str, str]:
    return person_key(case.proposal["person"]), case.proposal["rule"], case.month
