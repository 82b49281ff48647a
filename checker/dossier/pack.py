"""An evidence pack: findings, the rows and rules they rest on, what was decided, and enough to judge them anew."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from checker.calendar import parse_as_of, parse_period
from checker.dossier import again, rows
from checker.dossier.clause import paper, rule_as_written
from checker.dossier.container import FORMAT
from checker.findings.numbers import fingerprint_of
from checker.language.compile import compile_pack
from checker.language.load import pack_files
from checker.language.pack import Pack
from checker.language.schedule import RunSpec
from checker.language.usage import fields_read
from checker.ledger.entries import Entry
from checker.ledger.lines import export
from checker.ledger.store import head
from checker.logs.written import Written
from checker.model import Finding, Report

EVIDENCE, LEDGER, PAGE = "evidence.json", "ledger.jsonl", "index.html"
Proof = set[tuple[str, str | None, int]]


@dataclass(frozen=True)
class Asked:
    """Period and cut-off as the command line took them."""

    period: str
    as_of: str


@dataclass(frozen=True)
class Gathered:
    """The rows of a pack as CSV members, and for each finding how it came out when it was judged from them alone."""

    kept: Sequence[rows.Kept]
    members: Mapping[str, bytes]
    differs: Mapping[str, str]


def members(
    report: Report,
    findings: Sequence[Finding],
    sources: Sequence[Written],
    pack: Pack,
    asked: Asked,
    entries: Sequence[Entry] | None,
) -> tuple[dict[str, bytes], dict[str, Any]]:
    """Give the members of a pack but its page, and the evidence as data, from which the page is made."""
    rules = rule_members(pack)
    found = gather(findings, sources, pack, asked, rules)
    excerpt = about(entries or (), {one.fingerprint for one in findings}, report)
    texts = {one.id: rule_as_written(one, pack) for one in pack.rules}
    decisions = _numbers(excerpt)
    data = {
        "format": FORMAT,
        "pack": {"id": pack.id, "version": pack.version, "sha256": pack.sha256},
        "policy": _policy(pack),
        "asked": {"period": asked.period, "as_of": asked.as_of},
        "rules": sorted(again.together((one.rule for one in findings), pack)),
        "files": _files(report),
        "rows": [_rows(one) for one in found.kept],
        "ledger": None if entries is None else {"entries": len(entries), "head": head(entries)},
        "findings": [
            {
                **paper(one, pack, report, sources, texts.get(one.rule, "")),
                "facts": again.facts(one),
                "reproduced": one.fingerprint not in found.differs,
                "differs": found.differs.get(one.fingerprint),
                "decisions": decisions.get(one.fingerprint, []),
            }
            for one in findings
        ],
    }
    text = json.dumps(data, ensure_ascii=False, indent=1) + "\n"
    made = {**rules, **found.members, EVIDENCE: text.encode("utf-8", "replace")}
    if entries is not None:
        made[LEDGER] = export(excerpt).encode()
    return made, data


def gather(
    findings: Sequence[Finding],
    sources: Sequence[Written],
    pack: Pack,
    asked: Asked,
    rules: Mapping[str, bytes],
) -> Gathered:
    """Give as few rows as judge the findings the same: those of the person or record, then of the whole subject, and
    only where that is not enough, the whole of the logs a rule reads.
    """
    reads = logs_of(pack, asked)
    only = again.together((one.rule for one in findings), pack)
    relevant = [
        one
        for one in sources
        if one.log in set().union(*(reads.get(rule, set()) for rule in only)) | _always(pack)
    ]
    proof: Proof = {(row.file, row.sheet, row.row) for one in findings for row in one.evidence}
    whole = {source.log for source in (pack.calendar, pack.regions) if source}
    wide: set[str] = set()
    keys = rows.keys_at(relevant, proof, pack)
    for last in (False, False, True):
        words = set().union(*(rows.tokens(one, keys, pack, one.fingerprint in wide) for one in findings))
        kept, made = rows.kept(relevant, words, proof, whole, pack)
        differs = _differences(findings, {**rules, **made}, asked, only)
        if not differs or last:
            break
        for one in findings:
            if one.fingerprint in differs and one.fingerprint in wide:
                whole |= set().union(*(reads.get(rule, set()) for rule in again.together([one.rule], pack)))
        wide |= set(differs)
    return Gathered(kept, made, differs)


def logs_of(pack: Pack, asked: Asked) -> dict[str, set[str]]:
    """Give, by rule, the logs it reads."""
    compiled = compile_pack(pack, RunSpec(parse_period(asked.period), parse_as_of(asked.as_of)))
    return {
        name: {log for log, _ in fields_read(one.plan, compiled.plan)} | set(one.needs)
        for name, one in compiled.rules.items()
    }


def rule_members(pack: Pack) -> dict[str, bytes]:
    """Give the YAML files of a pack as they are."""
    paths = {one for group in pack_files(pack.folder).values() for one in group if one.is_file()}
    return {f"rules/{one.relative_to(pack.folder).as_posix()}": one.read_bytes() for one in sorted(paths)}


def about(entries: Iterable[Entry], findings: set[str], report: Report) -> list[Entry]:
    """Give the entries about these findings, the runs of the same period and the closing of its month."""
    month = f"{report.run.period.start:%Y-%m}"
    return [
        one
        for one in entries
        if fingerprint_of(one.step.finding) in findings
        or (one.step.kind == "run" and one.step.data.get("period") == report.run.period.text)
        or (one.step.kind == "close" and one.step.data.get("month") == month)
    ]


def _files(report: Report) -> list[dict[str, str]]:
    digests = sorted({(one.file, one.sha256) for one in report.run.inputs})
    return [{"file": file, "sha256": digest} for file, digest in digests]


def _numbers(entries: Iterable[Entry]) -> dict[str, list[int]]:
    """Give the numbers of the entries about each finding, or about a share of it."""
    found: dict[str, list[int]] = {}
    for entry in entries:
        found.setdefault(fingerprint_of(entry.step.finding), []).append(entry.seq)
    return found


def _differences(
    findings: Sequence[Finding], made: Mapping[str, bytes], asked: Asked, only: set[str]
) -> dict[str, str]:
    found = again.judged(made, asked.period, asked.as_of, only)
    said = {
        one.fingerprint: again.difference(again.facts(one) or {}, again.facts(found.get(one.fingerprint)))
        for one in findings
    }
    return {name: why.zh for name, why in said.items() if why is not None}


def _always(pack: Pack) -> set[str]:
    """Give the logs that every rule may rest on: people, regions, leave, the calendar, attestations."""
    sources = (pack.people, pack.regions, pack.leave, pack.calendar, pack.attestations)
    return {one.log for one in sources if one is not None}


def _policy(pack: Pack) -> dict[str, Any]:
    one = pack.policy
    days = {"approved_on": one.approved_on, "published_on": one.published_on}
    return {
        "name": one.name.zh,
        "approved_by": one.approved_by,
        **{name: day.isoformat() if day else None for name, day in days.items()},
    }


def _rows(one: rows.Kept) -> dict[str, Any]:
    source = one.source
    return {
        "member": one.member,
        "file": source.file,
        "sheet": source.sheet,
        "log": source.log,
        "sha256": source.sha256,
        "whole": one.whole,
        "numbers": list(one.numbers),
    }
