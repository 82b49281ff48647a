"""The ledger's findings of one month of wages: what is released and credited in it, and what each person owes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from checker.findings.numbers import person_key
from checker.guards.amounts import Wage, allot, allowed
from checker.language.pack import Guards
from checker.ledger.cases import Book, Case
from checker.ledger.entries import Entry, Step


@dataclass(frozen=True)
class Line:
    """A line of the sheet: a finding released (`new`), one carried in (`carried`), or a credit (`credit`).

    Amounts in fen. `amount` is what the line adds to the month's total: below 0 for a credit, 0 for one carried in.
    `due` is what is to be deducted for the finding, told once a finding. None where no wage says anything.
    """

    kind: str
    case: Case
    amount: int
    due: int | None = None
    carried_in: int | None = None
    allowed: int | None = None
    deducted: int | None = None
    lapsed: int | None = None
    note: str = ""

    @property
    def carried_on(self) -> int | None:
        """Give what goes to the next month; None where nothing was deducted from a known wage."""
        if self.due is None or self.deducted is None:
            return None
        return max(self.due - self.deducted - (self.lapsed or 0), 0)


@dataclass(frozen=True)
class Totals:
    """What a sheet must add up to: lines that count, the people of them, and their sum in fen."""

    count: int
    people: int
    fen: int


def totals(entries: Iterable[Entry], month: str) -> Totals:
    """Give the control totals of a month straight from the ledger's entries, by another way than the sheet's.

    An amount is the last that a review or an appeal set; every credit counts as one line.
    """
    person: dict[str, str] = {}
    amount: dict[str, int] = {}
    found: list[tuple[str, int]] = []
    for one in (entry.step for entry in entries):
        if one.kind == "propose":
            person[one.finding] = str(one.data["proposal"]["person"])
        elif one.kind in ("confirm", "adjust"):
            amount[one.finding] = one.data.get("fen") or 0
        elif one.kind == "release" and one.data["month"] == month and amount.get(one.finding):
            found.append((person[one.finding], amount[one.finding]))
        elif one.kind == "credit" and one.data.get("month") == month:
            found.append((person[one.finding], -one.data["fen"]))
    return Totals(len(found), len({who for who, _ in found}), sum(fen for _, fen in found))


def credits_of(entries: Iterable[Entry]) -> list[Step]:
    """Give the credits in the order of the ledger."""
    return [one.step for one in entries if one.step.kind == "credit"]


def lines(
    book: Book, entries: Sequence[Entry], month: str, wages: Mapping[str, Wage] | None, guards: Guards
) -> list[Line]:
    """Give the lines of a month, by region, person and day; with wages, what is deducted of each finding.

    `wages` are by `person_key`; a person it does not name has nothing deducted. Without wages nothing is carried in.
    """
    credited = [step for step in credits_of(entries) if step.data.get("month", "") <= month]
    found = list(_lines(book, credited, month))
    if wages is None:
        found = [one for one in found if one.kind != "carried"]
    else:
        found = [one for each in _people(found) for one in _reckoned(each, credited, month, wages, guards)]
    return sorted(found, key=_order)


def outcomes(found: Iterable[Line], month: str, by: str, on: date) -> Iterator[Step]:
    """Give the steps that note what was deducted; none for what the ledger says already."""
    for one in found:
        data: dict[str, Any] = {"month": month, "fen": one.deducted, "lapsed": one.lapsed or 0}
        known = (one.case.deducted.get(month), one.case.lapsed.get(month))
        if one.deducted is not None and known != (data["fen"], data["lapsed"]):
            yield Step("deduct", on, by, one.case.finding, one.note, data)


def months_between(first: str, last: str) -> int:
    """Give how many months `last` is after `first`.

    >>> months_between("2026-11", "2027-02")
    3
    """
    (year, month), (then, other) = (map(int, one.split("-")) for one in (first, last))
    return (then - year) * 12 + other - month


def _lines(book: Book, credited: Sequence[Step], month: str) -> Iterator[Line]:
    for case in book.cases.values():
        if case.state == "released" and case.released_in == month and case.fen:
            yield Line("new", case, case.fen)
        elif case.state == "released" and case.fen and case.released_in < month:
            yield Line("carried", case, 0)
    for step in credited:
        if step.data["month"] == month and step.finding in book.cases:
            yield Line("credit", book.cases[step.finding], -step.data["fen"], note=step.reason)


def _people(found: Iterable[Line]) -> list[list[Line]]:
    people: dict[str, list[Line]] = {}
    for one in found:
        people.setdefault(person_key(one.case.proposal["person"]), []).append(one)
    return list(people.values())


def _reckoned(
    found: Sequence[Line],
    credited: Sequence[Step],
    month: str,
    wages: Mapping[str, Wage],
    guards: Guards,
) -> Iterator[Line]:
    """Deduct one person's dues, oldest first; credits stand by themselves, as they lower what is due."""
    most = allowed(wages.get(person_key(found[0].case.proposal["person"])), guards)
    owed = sorted((one for one in found if one.kind != "credit"), key=_oldest)
    dues = [_due(one.case, credited, month) for one in owed]
    before = [
        _due(one.case, [step for step in credited if step.data["month"] < month], month) for one in owed
    ]
    known = [one.kind == "new" or _noted_before(one.case, month) for one in owed]
    kept = allot([due if told else 0 for due, told in zip(dues, known, strict=True)], most or 0)
    for one, due, was, told, part in zip(owed, dues, before, known, kept, strict=True):
        if not told:
            yield from _unknown(one, due)
        elif due or was or one.kind == "new":
            carried = was if one.kind == "carried" else 0
            yield replace(_deducted(one, due, part, most, month, guards), carried_in=carried)
    yield from (one for one in found if one.kind == "credit")


def _due(case: Case, credited: Sequence[Step], month: str) -> int:
    return case.due(month, sum(step.data["fen"] for step in credited if step.finding == case.finding))


def _noted_before(case: Case, month: str) -> bool:
    return any(then < month for then in case.deducted)


def _unknown(one: Line, due: int) -> Iterator[Line]:
    """A finding released in an earlier month whose outcome nobody noted may have been paid: it is not deducted."""
    if due:
        note = f"{one.case.released_in} 移交，实扣未登记，本月不扣"
        yield replace(one, note=note)


def _deducted(one: Line, due: int, part: int, most: int | None, month: str, guards: Guards) -> Line:
    left = due - part
    over = not guards.carry or months_between(one.case.released_in, month) >= guards.carry_max_months
    lapsed = left if most is not None and left > 0 and over else 0
    notes = [
        f"{one.case.released_in} 结转" if one.kind == "carried" else "",
        "无工资或最低工资数据，本月不扣" if most is None else "",
        "退还" if part < 0 else "",
        "余额核销" if lapsed else "",
    ]
    return replace(
        one,
        due=due,
        allowed=most,
        deducted=part,
        lapsed=lapsed,
        note="；".join(filter(None, notes)),
    )


def day_of(case: Case) -> str:
    """Give the day of a finding, or its period."""
    return str(case.proposal["at"] or case.proposal["period"] or "")


def _oldest(one: Line) -> tuple[str, str, str]:
    return (one.case.released_in, day_of(one.case), one.case.finding)


_KINDS = ("carried", "new", "credit")


def _order(one: Line) -> tuple[object, ...]:
    case = one.case
    who = (str(case.proposal["region"] or ""), person_key(case.proposal["person"]))
    return (*who, _KINDS.index(one.kind), *_oldest(one), one.amount)
