"""The manifest with which a month is closed: files, rules, parameters, decisions, and what is still open."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from checker.language.load import pack_files
from checker.language.pack import Pack, Parameter
from checker.ledger.cases import SETTLED, STATES, Book, Case
from checker.ledger.entries import Entry
from checker.ledger.store import head
from checker.logs.discover import discover

FORMAT = "checker-month/1"


def manifest(
    entries: Sequence[Entry], book: Book, month: str, pack: Pack, files: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    """Give what a month rests on, as JSON; amounts in fen. `head` is of the ledger before it is closed."""
    cases = [one for one in book.cases.values() if one.month == month]
    return {
        "format": FORMAT,
        "month": month,
        "ledger": {"entries": len(entries), "head": head(entries)},
        "rules": {"pack": pack.id, "version": pack.version, "sha256": pack.sha256, "files": rule_files(pack)},
        "parameters": parameters(pack),
        "files": list(files),
        "runs": [
            dict(one.step.data)
            for one in entries
            if one.step.kind == "run" and one.step.data["month"] == month
        ],
        "decisions": [_decision(one) for one in cases],
        "credits": [_credit(one) for one in entries if _is_credit(one, month)],
        "open": [one.finding for one in still_open(cases)],
    }


def text_of(value: Mapping[str, Any]) -> str:
    """Give a manifest as the text that is written and hashed."""
    return json.dumps(value, ensure_ascii=False, indent=1, default=str) + "\n"


def sha256_of(text: str | bytes) -> str:
    """Give the SHA-256 of a text in UTF-8, or of bytes."""
    return hashlib.sha256(text.encode() if isinstance(text, str) else text).hexdigest()


def still_open(cases: Iterable[Case]) -> list[Case]:
    """Give the cases of which somebody still has to do something: not served, under appeal, not handed to finance."""
    return [one for one in cases if one.state not in SETTLED and not (one.gone and one.state == "proposed")]


def hashed(paths: Sequence[Path]) -> list[dict[str, Any]]:
    """Give name, bytes and SHA-256 of every file meant, by the names reports show.

    Raises:
        UsageError: a path does not exist.
    """
    found = []
    for one in discover(paths)[0]:
        digest = hashlib.sha256()
        with one.path.open("rb") as file:
            while chunk := file.read(1 << 20):
                digest.update(chunk)
        size = one.path.stat().st_size
        found.append({"file": one.shown, "bytes": size, "sha256": digest.hexdigest()})
    return found


def of_the_last_run(entries: Sequence[Entry], month: str) -> list[dict[str, Any]]:
    """Give name and SHA-256 of the files of the month's last run, where nobody handed them in again."""
    runs = [
        one.step.data for one in entries if one.step.kind == "run" and one.step.data.get("month") == month
    ]
    listed = {name: digest for name, _, _, _, digest in (runs[-1]["inputs"] if runs else ())}
    return [{"file": name, "bytes": None, "sha256": digest} for name, digest in sorted(listed.items())]


def rule_files(pack: Pack) -> dict[str, str]:
    """Give the SHA-256 of every YAML file of a pack, its tests left out."""
    paths = [one for found in pack_files(pack.folder).values() for one in found]
    return {
        one.relative_to(pack.folder).as_posix(): sha256_of(one.read_bytes()) for one in sorted(set(paths))
    }


def parameters(pack: Pack) -> list[dict[str, Any]]:
    """Give every parameter with its dated values, and whether it is assumed and by whom confirmed."""
    listed: list[tuple[str | None, Parameter]] = [(None, one) for one in pack.parameters.values()]
    listed += [(rule.id, one) for rule in pack.rules for one in rule.params.values()]
    return [
        {
            "rule": rule,
            "name": one.name,
            "values": {day.isoformat(): as_written(value) for day, value in one.values},
            "assumed": one.assumed,
            "confirmed_by": one.confirmed_by,
        }
        for rule, one in listed
    ]


def as_written(value: Any) -> Any:
    """Give a parameter's value fit for JSON: durations and decimals as text, lists as lists."""
    if isinstance(value, tuple | list):
        return [as_written(one) for one in value]
    return value if value is None or isinstance(value, bool | int | str) else str(value)


def _decision(case: Case) -> dict[str, Any]:
    return {
        "finding": case.finding,
        "rule": case.proposal.get("rule"),
        "clause": case.proposal.get("clause"),
        "person": case.proposal.get("person"),
        "state": case.state,
        "said": STATES[case.state].zh,
        "fen": case.fen,
        "credited": case.credited,
        "reviewer": case.reviewer,
        "approver": case.approver,
        "decider": case.decider,
        "served_on": case.served_on and case.served_on.isoformat(),
        "released_in": case.released_in,
        "evidence": case.evidence,
        "decided_on": case.decided_on,
        "data_changed": case.data_changed,
        "entries": list(case.history),
    }


def _is_credit(entry: Entry, month: str) -> bool:
    return entry.step.kind == "credit" and entry.step.data.get("month") == month


def _credit(entry: Entry) -> dict[str, Any]:
    step = entry.step
    return {
        "finding": step.finding,
        "fen": step.data["fen"],
        "by": step.by,
        "on": step.on.isoformat(),
        "reason": step.reason,
    }
