"""A made-up pack of any number of rules over the made-up records: ten kinds of condition, each stricter and laxer."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from benchmarks.records import BAD_RATINGS, FIELDS, RATINGS

Check = Mapping[str, Any]
MOST = 300
CHECKS: dict[str, Callable[[int], Check]] = {
    "slump": lambda j: {"require": {"slump": {"between": [80, 260 + j]}}},
    "quantity": lambda j: {"require": {"quantity": {"at_most": f"{60 + j * 0.5:g}"}}},
    "rating": lambda j: {"require": {"rating": {"in": [*RATINGS, *BAD_RATINGS[:j]]}}},
    "phone": lambda j: {**_scope(_visits(j)), "require": {"phone": {"present": True}}},
    "stay": lambda j: {"require": {"stay": {"at_most": {"formula": f"{480 + j * 10} minutes"}}}},
    "filed": lambda j: {"require": {"filed_on": {"at_most": {"formula": f"service_date + {3 + j} days"}}}},
    "score": lambda j: {"where": {"kind": {"is": "投诉"}}, "require": {"score": {"at_least": 60 - j}}},
    "signed": lambda j: {
        "where": {"quantity": {"more_than": 40 + j}},
        "require": {"signed": {"present": True, "is": True}},
    },
    "disposed": lambda j: {
        "where": {"disposed_on": {"present": True}, **_visits(j)},
        "require": {"disposed_on": {"at_least": {"formula": "service_date + 18 months"}}},
    },
    "heat": lambda j: {
        "require": {"any_of": [{"temperature": {"at_most": 35 + j}}, {"kind": {"is": "培训"}}]}
    },
}
"""By name the check of a rule of a strictness: 0 finds most, every further one about half as many."""


def _scope(where: Check) -> Check:
    return {"where": where} if where else {}


def _visits(j: int) -> dict[str, Any]:
    return {"visits": {"more_than": j}} if j else {}


def write_pack(folder: Path, count: int) -> Path:
    """Write a pack of so many rules, 1 to 300, and give its folder."""
    if not 1 <= count <= MOST:
        raise ValueError(f"1 to {MOST} rules, not {count}")
    names = [*CHECKS]
    rules = [_rule(names[at % len(names)], at // len(names)) for at in range(count)]
    files: dict[str, Any] = {
        "pack.yaml": _PACK,
        "logs.yaml": {"logs": {"service": _log()}},
        "clauses.yaml": {"clauses": {"1": {"handling": "automated", "title": {"zh": "条", "en": "clause"}}}},
        "rules/rules.yaml": {"rules": rules},
    }
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(json.dumps(content, ensure_ascii=False, indent=1), encoding="utf-8")
    return folder


_PACK = {
    "id": "many-rules",
    "title": {"zh": "测速", "en": "Benchmark"},
    "version": "1",
    "time_zone": "Asia/Shanghai",
    "currency": "CNY",
    "policy": {
        "name": {"zh": "测速制度", "en": "Benchmark policy"},
        "approved_by": "总经理",
        "approved_on": "2025-12-20",
        "published_on": "2025-12-22",
    },
}


def _log() -> dict[str, Any]:
    fields = {name: {**field, "header": name} for name, field in FIELDS.items()}
    stay = {"type": "duration", "unit": "minutes", "formula": "elapsed(arrived_at, left_at)"}
    return {
        "title": {"zh": "服务记录", "en": "Service records"},
        "key": ["record_no"],
        "date": "service_date",
        "person": "employee_id",
        "person_name": "employee_name",
        "fields": {**fields, "stay": stay},
    }


def _rule(name: str, j: int) -> dict[str, Any]:
    return {
        "id": f"{name}-{j}",
        "title": {"zh": f"{name} {j}", "en": f"{name} {j}"},
        "clause": "1",
        "kind": "duty",
        "status": "active",
        "severity": "minor",
        "effective": {"from": "2026-01-01"},
        "check": {"each": {"log": "service", **CHECKS[name](j)}},
        "penalty": {"fine": {"fixed": 20}},
        "message": {"zh": "记录 {record} 不合要求", "en": "record {record} does not comply"},
    }
