"""Which notice a finding stands on: read off the ledger, so that a number once given is given for ever.

Numbers follow the order of approval, which nothing that is entered later can change: no run has to keep them.
"""

from __future__ import annotations

from collections.abc import Iterable

from checker.ledger.cases import Case, after
from checker.ledger.entries import Entry


def numbers(entries: Iterable[Entry], month: str) -> dict[str, int]:
    """Give the number of the notice of every finding of a month that was ever approved and concerns a person.

    One notice a person, keyed by id; what is approved after that notice was served stands on a further one.
    """
    cases: dict[str, Case] = {}
    given: dict[str, int] = {}
    running: dict[str, int] = {}
    last = 0
    for one in entries:
        finding = one.step.finding
        if not finding:
            continue
        cases[finding] = case = after(cases.get(finding), one.step, one.seq)
        person = str(case.proposal.get("person") or "")
        if case.month != month or not is_noticed(case):
            continue
        if one.step.kind == "approve" and finding not in given:
            if person not in running:
                running[person] = last = last + 1
            given[finding] = running[person]
        elif one.step.kind == "serve" and running.get(person) == given.get(finding):
            running.pop(person, None)
    return given


def is_noticed(case: Case) -> bool:
    """Tell whether a finding is something a person is told of: an amount or a measure against somebody."""
    return bool(case.proposal.get("person")) and bool(case.fen or case.proposal.get("measures"))


def written(prefix: str, month: str, number: int) -> str:
    """Give a number as papers carry it.

    >>> written("ZJ", "2026-10", 7)
    'ZJ-202610-007'
    """
    return f"{prefix}-{month.replace('-', '')}-{number:03d}"
