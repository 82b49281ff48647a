"""Values of all rules as text in one column, and back: a union of rules needs one shape."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from checker.engines.spark.expressions import micros
from checker.model import Hit
from checker.plan.columns import evidence_of
from checker.plan.nodes import Records, RulePlan, Type

_EPOCH = datetime(1970, 1, 1)


def said(sql: str, kind: Type) -> str:
    """Give a value as text that `READ` reads back."""
    if kind == "datetime":
        return f"CAST({micros(sql)} AS STRING)"
    return f"to_json({sql})" if kind == "list" else f"CAST({sql} AS STRING)"


def _whole(text: str) -> Any:
    return Decimal(text) if "." in text else int(text)


READ: dict[Type, Callable[[str], Any]] = {
    "text": str,
    "int": _whole,
    "duration": _whole,
    "decimal": Decimal,
    "bool": lambda text: text == "true",
    "date": date.fromisoformat,
    "datetime": lambda text: _EPOCH + timedelta(microseconds=int(text)),
    "list": lambda text: tuple(json.loads(text)),
    "null": lambda text: None,
}


def read_hit(rule: RulePlan, outcome: Any, found: Any) -> Hit:
    """Give a hit as other engines do, from what `rule_sql` calls one."""
    values = {
        name: None if text is None else READ[expr.type](text)
        for (name, expr), text in zip(rule.keep, found["v"], strict=True)
    }
    places: list[tuple[str, int, int]] = []
    if rule.evidence_record and isinstance(rule.source, Records):
        places.append((rule.source.log, found["s"], found["r"]))
    logs = [log for step in rule.steps for _, log in evidence_of(step)]
    for log, rows in zip(logs, found["e"], strict=True):
        places += [(log, one["s"], one["r"]) for one in rows or ()]
    return Hit(rule.rule, outcome, values, tuple(dict.fromkeys(places)))
