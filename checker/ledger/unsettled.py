"""What is still open about one person: what is undecided, frozen by an appeal, to come, or not deducted yet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal

from checker.findings.numbers import person_key, short
from checker.ledger.cases import SETTLED, STATES, Book, Case, State
from checker.model import Lang, Text
from checker.money import yuan

Group = Literal["undecided", "to_come", "frozen", "left"]
_AFTER_ALL = "9999-12"
GROUPS: Mapping[Group, Text] = {
    "undecided": Text("未定，最多", "undecided, at most"),
    "to_come": Text("已批准，待移交", "approved, to be handed over"),
    "frozen": Text("申诉中，冻结", "frozen by an appeal"),
    "left": Text("已移交，未扣", "handed over, not deducted"),
}
_OF: Mapping[State, Group] = {
    "proposed": "undecided", "reviewed": "undecided", "doubted": "undecided", "appealed": "frozen",
    "confirmed": "to_come", "served": "to_come", "upheld": "to_come", "adjusted": "to_come", "released": "left",
}  # fmt: skip


def known(book: Book, person: str) -> bool:
    """Tell whether anything was ever entered about a person; letters of a staff number in either case."""
    return any(_theirs(one, person) for one in book.cases.values())


def unsettled(book: Book, person: str) -> list[Case]:
    """Give what is open about a person, the oldest first.

    A finding that is settled is open only while money of it is still to be deducted or paid back.
    """
    found = [one for one in book.cases.values() if _theirs(one, person) and not one.gone]
    kept = [one for one in found if one.state not in SETTLED or one.due(_AFTER_ALL)]
    return sorted(kept, key=lambda one: (one.month, str(one.proposal["at"]), one.finding))


def fen_of(case: Case) -> int:
    """Give what a case may still cost, in fen; below 0 where it is to be paid back; 0 without a fine."""
    if case.state == "released":
        return case.due(_AFTER_ALL)
    if case.fen is not None:
        return case.fen
    fine = case.proposal.get("fine")
    return int(fine["max"]) if fine else 0


def sums(cases: Iterable[Case]) -> dict[Group, int]:
    """Give the fen of each group that has any."""
    found: dict[Group, int] = {}
    for one in cases:
        if fen_of(one) and one.state in _OF:
            found[_OF[one.state]] = found.get(_OF[one.state], 0) + fen_of(one)
    return {group: found[group] for group in GROUPS if group in found}


def told(cases: Iterable[Case], lang: Lang) -> list[str]:
    """Give a line a case and one of sums: number, clause, when, where it stands, yuan."""
    shown = list(cases)
    unit = "元" if lang == "zh" else "yuan"
    lines = [_line(one, lang) + (f"  {yuan(fen)} {unit}" if (fen := fen_of(one)) else "") for one in shown]
    parts = [f"{GROUPS[group].pick(lang)} {yuan(fen)} {unit}" for group, fen in sums(shown).items()]
    return [*lines, ("；" if lang == "zh" else "; ").join(parts)] if parts else lines


def _line(case: Case, lang: Lang) -> str:
    one = case.proposal
    when = one["at"] or one["period"] or case.month
    return "  ".join([short(case.finding), str(one["clause"]), str(when), _stands(case, lang)])


def _stands(case: Case, lang: Lang) -> str:
    return GROUPS["left"].pick(lang) if case.state == "released" else STATES[case.state].pick(lang)


def _theirs(case: Case, person: str) -> bool:
    return person_key(case.proposal["person"]) == person_key(person)
