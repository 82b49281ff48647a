"""Which number a notice gets: given once, entered in the ledger, and read from there by all papers.

Within one run the numbers follow region and staff number; a later run goes on after the highest number of the month.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from checker.findings.numbers import person_key
from checker.guards.months import day_of
from checker.ledger.cases import Book, Case, fold
from checker.ledger.entries import Entry, Step
from checker.papers.fines import region


def steps(entries: Sequence[Entry], month: str, prefix: str, by: str, on: date) -> Iterator[Step]:
    """Give the steps that issue a notice to everybody with approved findings of a month that stand on none yet.

    One notice a person of a run, whatever the person is called: people are told apart by staff number.
    """
    people: dict[str, list[Case]] = {}
    book = fold(entries)
    for case in book.cases.values():
        if is_due(case, month):
            people.setdefault(person_key(case.proposal["person"]), []).append(case)
    last = _last(entries, book, month)
    ordered = sorted(people.items(), key=lambda one: (whose(one[1])[1], one[0]))
    for number, (_, cases) in enumerate(ordered, last + 1):
        data = {"notice": written(prefix, month, number), "number": number}
        for case in cases:
            yield Step("notice", on, by, case.finding, data=data)


def is_due(case: Case, month: str) -> bool:
    """Tell whether a finding of a month is approved, to be told to a person, and on no notice yet."""
    approved = case.month == month and case.state == "confirmed" and not case.notice
    return approved and has_person(case) and is_noticed(case) and not case.data_changed


def is_noticed(case: Case) -> bool:
    """Tell whether anything follows from a finding that a person is told of: yuan, points or a measure."""
    return bool(case.fen or case.proposal.get("measures") or case.proposal.get("units"))


def has_person(case: Case) -> bool:
    """Tell whether somebody answers for a finding."""
    return bool(person_key(case.proposal.get("person")))


def order(case: Case) -> tuple[str, str, str]:
    """Give what the lines of a notice are sorted by: day, clause, and what tells equal ones apart."""
    return day_of(case), str(case.proposal["clause"]), case.finding


def whose(cases: Iterable[Case]) -> tuple[str, str]:
    """Give name and region of one person's findings; of a finding about somebody else, neither is theirs."""
    own = [one for one in sorted(cases, key=order) if one.proposal.get("name")]
    return (str(own[0].proposal["name"]), region(own[0])) if own else ("", "")


def written(prefix: str, month: str, number: int) -> str:
    """Give a number as papers carry it; `month` as the ledger writes it, also longer periods.

    >>> written("ZJ", "2026-10", 7), written("ZJ", "2026-10-01/2026-12-31", 1)
    ('ZJ-202610-007', 'ZJ-20261001-20261231-001')
    """
    return f"{prefix}-{month.replace('-', '').replace('/', '-')}-{number:03d}"


def _last(entries: Iterable[Entry], book: Book, month: str) -> int:
    """Give the highest number of a month so far, also of notices that no longer stand."""
    given = [
        int(one.step.data["number"])
        for one in entries
        if one.step.kind == "notice" and book.cases[one.step.finding].month == month
    ]
    return max(given, default=0)
