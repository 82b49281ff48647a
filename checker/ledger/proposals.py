"""A run's findings → what the ledger learns of them: new ones, ones whose data changed, ones that are gone."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from checker.ledger.cases import Book
from checker.ledger.entries import Step
from checker.ledger.parts import Part, amounts, kept, parts, whole_said
from checker.ledger.roster import Roster
from checker.model import Finding, Penalty, Period, Report

BY = "checker"


@dataclass(frozen=True)
class Names:
    """The fields of a subject that hold a person's id and name, as the pack calls them, its region, and who people are.

    Rules put the region of whoever is judged into `region`, whatever the log calls its field.
    """

    key: str = ""
    name: str = ""
    region: str = "region"
    roster: Roster = field(default_factory=Roster)


def steps(report: Report, book: Book, on: date, names: Names) -> Iterator[Step]:
    """Give the steps that bring a ledger up to date with a run; none when it says nothing new."""
    month = month_of(report.run.period)
    found = {part.number: (one, part) for one in report.findings if is_proposed(one) for part in parts(one)}
    day = report.run.period.end
    made = [_step(one, part, month, on, _proposal(one, part, names, day)) for one, part in found.values()]
    new = [step for step in made if _is_new(step, book)]
    gone = [
        Step("gone", on, BY, case.finding)
        for case in book.cases.values()
        if case.month == month and case.finding not in found and not case.gone
    ]
    if new or gone:
        yield Step("run", on, BY, data=_run(report, month))
    yield from new
    yield from gone


def is_proposed(one: Finding) -> bool:
    """Tell whether a person has to decide: a failed duty that no overlap has taken over, or a threshold reached."""
    held = one.penalty.holds if one.penalty else ()
    return (
        one.outcome == "fail"
        and one.kind in ("duty", "tally")
        and one.superseded_by is None
        and "trial" not in held
    )


def month_of(period: Period) -> str:
    """Give the month of a run, `2026-10`; of any other period its days.

    >>> month_of(Period(date(2026, 10, 1), date(2026, 10, 31))), month_of(Period(date(2026, 10, 1), date(2026, 12, 31)))
    ('2026-10', '2026-10-01/2026-12-31')
    """
    from checker.calendar import period_of

    whole = period_of(period.start, "month") == period
    return f"{period.start:%Y-%m}" if whole else period.text


def evidence_of(one: Finding) -> str:
    """Give the hash of all a finding rests on: values, amounts, the keys of its rows; not where the rows stand.

    Sorting or saving a file again leaves it alone, any other figure in a row that counts does not.
    """
    rows = sorted({(row.log, row.key) for row in one.evidence})
    parts = [
        one.outcome,
        one.subject,
        one.period,
        one.at,
        one.record,
        one.values,
        {**_amounts(one), **_shares(one)},
        rows,
    ]
    text = json.dumps(parts, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def _step(one: Finding, part: Part, month: str, on: date, proposal: dict[str, Any]) -> Step:
    data = {"month": month, "evidence": evidence_of(one), "proposal": proposal}
    return Step("propose", on, BY, part.number, data=data)


def _is_new(step: Step, book: Book) -> bool:
    """Tell whether the ledger does not say this already; only other evidence makes a decision stale.

    Until shares were decided one by one, a fine with a single share was kept with its `shares` and without a person.
    """
    known, said = book.cases.get(step.finding), step.data
    if known is None or known.gone or known.evidence != said["evidence"] or "shares" in known.proposal:
        return True
    return bool(known.proposal.get("department") != said["proposal"].get("department"))


def _proposal(one: Finding, part: Part, names: Names, last: date) -> dict[str, Any]:
    """Give what the ledger keeps of a part. `person` is who pays; of another than the judged the roster has the name.

    `last`: the day on which the roster is asked about a finding that has no day of its own.
    """
    judged = one.subject.get(names.key)
    person = part.liable or judged
    day = date.fromisoformat(one.at[:10]) if one.at else last
    own = one.subject.get(names.name) if person == judged else names.roster.name(person, day)
    department = names.roster.department(person, day)
    return {
        "person": _plain(person),
        "name": _plain(own),
        **({"department": department} if department else {}),
        "region": _plain(one.subject.get(names.region)),
        "rule": one.rule,
        "title": one.title.zh,
        "clause": one.clause,
        "severity": one.severity,
        "subject": _plain(one.subject),
        "period": one.period,
        "at": one.at,
        "record": _plain(one.record),
        "values": _plain(one.values),
        "message": (one.message.zh or one.title.zh) + whole_said(part),
        "evidence": [
            {"file": row.file, "sheet": row.sheet, "row": row.row, "log": row.log, "key": row.key}
            for row in one.evidence
        ],
        "waiver": _plain(one.waiver),
        **_amounts(one),
        "fine": amounts(part.fine) if part.fine else None,
        "liable": part.liable,
        **kept(part),
    }


def _amounts(one: Finding) -> dict[str, Any]:
    penalty = one.penalty
    fine = penalty.fine if penalty else None
    return {
        "fine": amounts(fine) if fine else None,
        "measures": list(penalty.measures) if penalty else [],
        "liable": penalty.liable if penalty else None,
        "by": penalty.by if penalty else None,
        "holds": list(penalty.holds) if penalty else [],
        **_units(penalty),
    }


def _shares(one: Finding) -> dict[str, Any]:
    """Give what only some findings have, so that the hashes of all others stay as they are."""
    shares = one.penalty.shares if one.penalty else ()
    said = [{"liable": share.liable, "fen": share.fine.proposed} for share in shares]
    return {"shares": said} if said else {}


def _units(penalty: Penalty | None) -> dict[str, Any]:
    units = [
        {"unit": one.unit, "places": one.places, "amount": one.amount.proposed}
        for one in (penalty.units if penalty else ())
    ]
    return {"units": units} if units else {}


def _run(report: Report, month: str) -> dict[str, Any]:
    run = report.run
    inputs = [[one.file, one.sheet, one.log, one.rows, one.sha256] for one in run.inputs]
    return {
        "pack": run.pack,
        "version": run.version,
        "rules_sha256": run.rules_sha256,
        "month": month,
        "period": run.period.text,
        "as_of": run.as_of,
        "inputs": inputs,
    }


def _plain(value: Any) -> Any:
    """Give a value with floats as text: the ledger's canonical form has none, as they print differently elsewhere."""
    if isinstance(value, float):
        return repr(value)
    if isinstance(value, Mapping):
        return {str(name): _plain(one) for name, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(one) for one in value]
    return value
