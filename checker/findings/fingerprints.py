"""Who a finding is about and the stable name it has between runs."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from checker.findings import values
from checker.findings.frames import Frame
from checker.model import Value

_ENCODE = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode


def subject_of(row: Mapping[str, Value]) -> dict[str, Any]:
    """Give the subject of a hit, JSON-ready, in the engine's order."""
    return {
        name[8:]: value if isinstance(value, str) else values.plain(value)
        for name, value in row.items()
        if name.startswith("subject.")
    }


def keys_of(subject: Mapping[str, Any], frame: Frame) -> dict[str, Any]:
    """Give the part of the subject that identifies it: no names, a region only where it is the subject."""
    return {name: value for name, value in subject.items() if name not in frame.names}


def fingerprint(
    frame: Frame, keys: Mapping[str, Any], period: str | None, record: str | None, nth: int = 1
) -> str:
    """Give 32 hex digits over pack, rule, subject and period or record; no row, file or order in it."""
    parts = [frame.pack.id, frame.rule.id, keys, period, record]
    text = _ENCODE(parts if nth == 1 else [*parts, nth])
    return hashlib.sha256(text.encode()).hexdigest()[:32]
