"""The log of what left the ledger with names in it: who took which paper, on which day, of how many people."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from checker.ledger.cases import Case
from checker.ledger.entries import Entry, Step
from checker.model import Finding, Text

PAPERS: Mapping[str, Text] = {
    "report": Text("核查报告", "report"),
    "review": Text("复核表", "review sheet"),
    "fines": Text("员工扣款明细表", "sheet of fines"),
    "notices": Text("处罚通知单", "notices"),
    "evidence": Text("证据包", "pack of evidence"),
    "ledger": Text("决定台账全文", "the whole ledger"),
    "history": Text("决定经过", "history of decisions"),
}
UNSIGNED = "未署名 unsigned"
"""Who took a paper when nobody was named: it is noted all the same."""


def export(
    paper: str, on: date, by: str, data: bytes | Sequence[bytes], persons: int, rows: int, month: str = ""
) -> Step:
    """Give the step that notes one paper: `data` its bytes, of one file or of several in their order.

    >>> export("review", date(2026, 11, 6), "", b"x", 2, 3, "2026-10").data["persons"]
    2
    """
    digest = hashlib.sha256()
    for piece in [data] if isinstance(data, bytes) else data:
        digest.update(piece)
    told = {"paper": paper, "persons": persons, "rows": rows, "sha256": digest.hexdigest()}
    return Step("export", on, by.strip() or UNSIGNED, data={**told, **({"month": month} if month else {})})


def unnoted(known: Iterable[Entry], step: Step) -> list[Step]:
    """Give the step, or nothing when the same was noted before: the same paper by the same person on that day."""
    return [] if any(one.step == step for one in known) else [step]


def decided(entries: Sequence[Entry]) -> tuple[Entry, ...]:
    """Give the entries up to the last that is no export, which papers are made of and whose hash they print.

    So a paper that is made again is the same, byte by byte, though that it was taken has been noted since.
    """
    count = len(entries)
    while count and entries[count - 1].step.kind == "export":
        count -= 1
    return tuple(entries[:count])


def people(cases: Iterable[Case]) -> int:
    """Count the people whom cases are about."""
    return len({one.proposal.get("person") for one in cases} - {None, ""})


def persons(findings: Iterable[Finding], key: str) -> int:
    """Count the people whom findings name: by the field `key` of their subjects, and as those who would pay."""
    found: set[str] = set()
    for one in findings:
        payers = [one.penalty.liable, *(share.liable for share in one.penalty.shares)] if one.penalty else []
        found.update(str(who) for who in (one.subject.get(key), *payers) if who not in (None, ""))
    return len(found)
