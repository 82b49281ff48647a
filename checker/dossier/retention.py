"""What may be destroyed on a day: records whose term is over, that are on no hold and that no decision rests on.

The pack's own `retain` rules answer, asked as if every record still kept were destroyed on that day: what they would
find fault with has to be kept. Records that a rule does not speak of are not proposed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Literal

from checker import logs
from checker.calendar import add_months, parse_as_of
from checker.database import connect
from checker.dossier import again, rows
from checker.dossier.month import still_open
from checker.dossier.pack import rule_members
from checker.language.pack import Pack, Rule
from checker.ledger.cases import Book, Case
from checker.logs.tables import Tables
from checker.logs.written import Cells, Written
from checker.model import Finding, Period
from checker.pipeline import judge

Status = Literal["may-go", "too-early", "on-hold", "open-case", "evidence", "unknown"]


@dataclass(frozen=True)
class Record:
    """One record still kept: where it stands, through which day it must be kept, and why it may not go.

    `keep_through` is None where it could not be told; `cases` are findings that rest on it.
    """

    rule: str
    log: str
    key: str
    file: str
    sheet: str | None
    row: int
    keep_through: date | None
    status: Status
    cases: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Row:
    person: Any
    month: tuple[int, int] | None


def proposal(
    sources: Sequence[Written], pack: Pack, as_of: str, book: Book, last: Mapping[str, date], floor: int
) -> list[Record]:
    """Give every record of a `retain` rule that is still kept. `last` is the day of the last entry about a finding,
    `floor` the months for which the evidence of a decision is kept from then on.
    """
    day = parse_as_of(as_of).date()
    found: list[Record] = []
    for rule in retaining(pack):
        disposed = rule.check["disposed"]
        own = [one for one in sources if one.log == rule.check["log"] and disposed in one.columns]
        gone = {
            name for one in own for name, cells in _named(one, pack) if _says(cells, one.columns[disposed])
        }
        kept = [_as_if(one, one.columns[disposed], day, pack, gone) for one in own]
        findings, typed, places = _judged(rule, pack, kept, as_of, day)
        for one in findings:
            record = _record(one, rule, typed, places)
            if record is not None:
                found.append(_against_cases(record, typed[_at(one)], book, last, floor, day))
    return sorted(
        strictest(found),
        key=lambda one: (one.status != "may-go", one.file, one.sheet or "", one.row, one.rule),
    )


def strictest(found: Iterable[Record]) -> list[Record]:
    """Give one of each record: where several rules or files speak of it, what keeps it, and for longest."""
    kept: dict[tuple[str, str], Record] = {}
    for one in found:
        at = (one.log, one.key or f"{one.file} {one.sheet} {one.row}")
        if at not in kept or _weight(one) > _weight(kept[at]):
            kept[at] = one
    return list(kept.values())


def _weight(one: Record) -> tuple[bool, date]:
    return one.status != "may-go", one.keep_through or date.max


def retaining(pack: Pack) -> list[Rule]:
    """Give the `retain` rules in use whose day of destruction is a column of the log."""
    return [
        one
        for one in pack.rules
        if one.check_kind == "retain"
        and one.status in ("active", "trial")
        and not pack.logs[one.check["log"]].fields[one.check["disposed"]].formula
    ]


def without_column(sources: Iterable[Written], pack: Pack) -> list[Written]:
    """Give the files of such logs that have no column for the day of destruction: nobody can tell what is left."""
    asked = {rule.check["log"]: rule.check["disposed"] for rule in retaining(pack)}
    return [one for one in sources if one.log in asked and asked[one.log] not in one.columns]


def _named(source: Written, pack: Pack) -> list[tuple[tuple[str, ...], Cells]]:
    """Give the rows with the key of each as it is written; () where the file has no column for it."""
    own = [source.columns.get(name) for name in pack.logs[source.log].key]
    at = [] if None in own else [i for i in own if i is not None]
    return [(tuple((cells[i] or "").strip() for i in at), cells) for _, cells in source.rows]


def _says(cells: Cells, at: int) -> bool:
    return bool((cells[at] or "").strip())


def _as_if(source: Written, at: int, day: date, pack: Pack, gone: set[tuple[str, ...]]) -> Written:
    """Give the rows still kept as if they were destroyed on a day; one that any file calls gone is not kept."""
    kept = tuple(
        (number, (*cells[:at], day.isoformat(), *cells[at + 1 :]))
        for (number, cells), (name, _) in zip(source.rows, _named(source, pack), strict=True)
        if not _says(cells, at) and not (any(name) and name in gone)
    )
    return replace(source, rows=kept)


def _judged(
    rule: Rule, pack: Pack, sources: Sequence[Written], as_of: str, day: date
) -> tuple[list[Finding], dict[tuple[str, int], _Row], dict[tuple[str, int], tuple[Written, int]]]:
    kept, members = rows.kept(sources, set(), set(), {rule.check["log"]}, pack)
    if not any(one.numbers for one in kept):
        return [], {}, {}
    with again.unpacked({**rule_members(pack), **members}) as folder, connect() as db:
        tables = logs.read([folder / "rows"], pack, db)
        report = judge(pack, tables, Period(day, day), parse_as_of(as_of), only={rule.id}, every=True)
        typed = _typed(tables, pack, rule)
    places = {
        (one.member.removeprefix("rows/"), line): (one.source, number)
        for one in kept
        for line, number in enumerate(one.numbers, 2)
    }
    return [one for one in report.findings if one.evidence], typed, places


def _typed(tables: Tables, pack: Pack, rule: Rule) -> dict[tuple[str, int], _Row]:
    log = pack.logs[rule.check["log"]]
    own = [name for name in (log.person, log.date) if name]
    found = {}
    for row in tables.rows(log.id, [*own, "_src", "_row"]):
        values = dict(zip(own, row, strict=False))
        when = values.get(log.date or "")
        month = (when.year, when.month) if isinstance(when, date | datetime) else None
        found[(tables.source(row[-2]).file, row[-1])] = _Row(values.get(log.person or ""), month)
    return found


def _at(one: Finding) -> tuple[str, int]:
    return one.evidence[0].file, one.evidence[0].row


def _record(
    one: Finding,
    rule: Rule,
    typed: Mapping[tuple[str, int], _Row],
    places: Mapping[tuple[str, int], tuple[Written, int]],
) -> Record | None:
    if one.outcome == "not_applicable" or _at(one) not in places or _at(one) not in typed:
        return None
    source, number = places[_at(one)]
    through = one.values.get("keep_through")
    held = one.values.get("on_hold")
    status: Status = "unknown"
    if one.outcome == "pass":
        status = "may-go"
    elif one.outcome == "fail":
        status = "on-hold" if held is True else "too-early"
    day = date.fromisoformat(through[:10]) if isinstance(through, str) else None
    return Record(rule.id, source.log, one.evidence[0].key, source.file, source.sheet, number, day, status)


def _against_cases(
    record: Record, row: _Row, book: Book, last: Mapping[str, date], floor: int, day: date
) -> Record:
    """Keep what a decision rests on: while it is open, and for `floor` months after the last entry about it."""
    resting = [one for one in book.cases.values() if _rests_on(one, record, row)]
    open_ = tuple(one.finding for one in still_open(resting))
    if open_:
        return replace(record, status="open-case", cases=open_)
    young = tuple(one.finding for one in resting if add_months(last[one.finding], floor) >= day)
    return replace(record, status="evidence", cases=young) if young and record.status == "may-go" else record


def _rests_on(case: Case, record: Record, row: _Row) -> bool:
    """Tell whether a case rests on a record: by its evidence, or by its month, where the person is the same or unknown.

    A volume holds the records of a month, which the ledger names by other logs: so it is the month that ties them.
    """
    named = {(one.get("log"), one.get("key")) for one in case.proposal.get("evidence", ())}
    if (record.log, record.key) in named:
        return True
    person = case.proposal.get("person")
    return _month(case) == row.month and (row.person is None or person is None or person == row.person)


def _month(case: Case) -> tuple[int, int] | None:
    text = str(case.proposal.get("at") or case.month)
    try:
        return int(text[:4]), int(text[5:7])
    except ValueError:
        return None
