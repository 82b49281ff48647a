"""A run's findings → what the ledger learns of them: new ones, ones whose data changed, ones that are gone."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from checker.ledger.cases import Book
from checker.ledger.entries import Step
from checker.model import Finding, Penalty, Period, Report

BY = "checker"


@dataclass(frozen=True)
class Names:
    """The fields of a subject that hold a person's id, name and region, as the pack calls them."""

    key: str = ""
    name: str = ""
    region: str = ""


def steps(report: Report, book: Book, on: date, names: Names) -> Iterator[Step]:
    """Give the steps that bring a ledger up to date with a run; none when it says nothing new."""
    month = month_of(report.run.period)
    found = {one.fingerprint: one for one in report.findings if is_proposed(one)}
    new = [step for one in found.values() for step in _propose(one, book, month, on, names)]
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
    parts = [one.outcome, one.subject, one.period, one.at, one.record, one.values, _amounts(one), rows]
    text = json.dumps(parts, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def _propose(one: Finding, book: Book, month: str, on: date, names: Names) -> Iterator[Step]:
    evidence, known = evidence_of(one), book.cases.get(one.fingerprint)
    if known is None or known.evidence != evidence or known.gone:
        data = {"month": month, "evidence": evidence, "proposal": _proposal(one, names)}
        yield Step("propose", on, BY, one.fingerprint, data=data)


def _proposal(one: Finding, names: Names) -> dict[str, Any]:
    """Give what the ledger keeps of a finding. `person` is who pays; the name is left out where that is another."""
    judged = one.subject.get(names.key)
    shares = one.penalty.shares if one.penalty else ()
    person = None if shares else (one.penalty.liable if one.penalty else None) or judged
    return {
        "person": _plain(person),
        "name": _plain(one.subject.get(names.name)) if person == judged else None,
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
        "message": one.message.zh or one.title.zh,
        "evidence": [
            {"file": row.file, "sheet": row.sheet, "row": row.row, "log": row.log, "key": row.key}
            for row in one.evidence
        ],
        "waiver": _plain(one.waiver),
        **_amounts(one),
    }


def _amounts(one: Finding) -> dict[str, Any]:
    penalty = one.penalty
    fine = penalty.fine if penalty else None
    return {
        "fine": {"min": fine.min, "max": fine.max, "proposed": fine.proposed} if fine else None,
        "measures": list(penalty.measures) if penalty else [],
        "liable": penalty.liable if penalty else None,
        "by": penalty.by if penalty else None,
        "holds": list(penalty.holds) if penalty else [],
        **_more(penalty),
    }


def _more(penalty: Penalty | None) -> dict[str, Any]:
    """Give what only some findings have, so that the hashes of all others stay as they are."""
    shares = [{"liable": one.liable, "fen": one.fine.proposed} for one in (penalty.shares if penalty else ())]
    units = [
        {"unit": one.unit, "places": one.places, "amount": one.amount.proposed}
        for one in (penalty.units if penalty else ())
    ]
    return {name: found for name, found in (("shares", shares), ("units", units)) if found}


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
