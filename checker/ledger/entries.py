"""One entry of the ledger: who decided what, on which day, why; its canonical bytes and its place in the chain."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

Kind = Literal[
    "run", "propose", "gone", "confirm", "reject", "doubt", "return", "waive", "approve", "notice", "serve", "appeal",
    "uphold", "adjust", "revoke", "release", "deduct", "credit", "close", "export",
]  # fmt: skip
FIRST = "0" * 64
"""What the first entry of a ledger is chained to."""
_ENCODE = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True, allow_nan=False).encode


@dataclass(frozen=True)
class Step:
    """What somebody wants to enter; `finding` is a fingerprint, or "" for what concerns a whole run or month.

    `on` is the day the person gives. `data` is JSON-ready and without floats; amounts in it are integers of fen.
    """

    kind: Kind
    on: date
    by: str
    finding: str = ""
    reason: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Entry:
    """A step as it stands in the ledger: `seq` counts from 1, `prev` is the hash of the entry before."""

    seq: int
    step: Step
    prev: str
    hash: str


def canonical(step: Step) -> str:
    """Give the one text of a step, the same on every machine: JSON, keys sorted, no blanks.

    >>> canonical(Step("approve", date(2026, 11, 6), "李敏", "ab", "属实"))
    '{"by":"李敏","data":{},"finding":"ab","kind":"approve","on":"2026-11-06","reason":"属实"}'
    """
    return _ENCODE(
        {
            "kind": step.kind,
            "on": step.on.isoformat(),
            "by": step.by,
            "finding": step.finding,
            "reason": step.reason,
            "data": dict(step.data),
        }
    )


def parse(text: str) -> Step:
    """Give the step of a canonical text.

    Raises:
        ValueError: it is not the text of a step.
    """
    raw = json.loads(text)
    try:
        on = date.fromisoformat(raw["on"])
        return Step(raw["kind"], on, raw["by"], raw["finding"], raw["reason"], raw["data"])
    except (KeyError, TypeError) as error:
        raise ValueError(f"not a step: {error}") from None


def chained(seq: int, step: Step, prev: str) -> Entry:
    """Give the entry that follows the one whose hash is `prev`.

    >>> chained(1, Step("run", date(2026, 11, 6), "李敏"), FIRST).hash[:12]
    '87dfebb6368f'
    """
    digest = hashlib.sha256(f"{prev}\n{seq}\n{canonical(step)}".encode()).hexdigest()
    return Entry(seq, step, prev, digest)
