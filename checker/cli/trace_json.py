"""A trace as JSON: stable keys, the same bytes for the same trace; new keys are only added at the end of an object.

Conditions are told twice, as data (field, op, operand, actual) and in words. docs/explain.md names every key.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from checker.cli.trace_words import Teller, plain
from checker.findings.values import mask
from checker.trace.model import Asked, Case, Change, Counted, Edit, Gap, Hurdle, Node, Spot, Trace


def render(trace: Trace, teller: Teller) -> str:
    """Give the whole trace as one JSON object."""
    head = {
        "rule": trace.rule.id,
        "clause": trace.rule.clause,
        "status": trace.rule.status,
        "period": trace.period.text,
        "as_of": trace.as_of.isoformat(),
        "subject": trace.wanted,
        "record": trace.record,
        "people": [{"id": who, "name": name} for who, name in trace.names],
        "read": [{"log": i.log, "file": i.file, "sheet": i.sheet, "rows": i.rows} for i in trace.read],
        "missing_logs": list(trace.missing),
        "nothing": [{"reason": why, "log": log or None, "rows": n} for why, log, n in trace.silent],
        "cases": [_case(one, teller) for one in trace.cases],
        "not_in_run": trace.elsewhere,
    }
    return json.dumps(head, ensure_ascii=False, indent=1) + "\n"


def _case(one: Case, teller: Teller) -> dict[str, Any]:
    finding = one.finding
    return {
        "subject": {name: plain(value) for name, value in one.subject.items()},
        "period": one.period,
        "record": one.record,
        "at": plain(one.at),
        "place": _spot(one.spot),
        "judged": one.judged,
        "outcome": one.outcome,
        "reason": one.reason,
        "asked": [_asked(asked, one, teller) for asked in one.asked],
        "rows": [_counted(counted, one, teller) for counted in one.counted],
        "run": [{"of": step.label, "result": step.result} for step in one.run],
        "values": {name: _figure(teller, name, *value) for name, value in one.values.items()},
        "fingerprint": finding.fingerprint if finding else None,
        "superseded_by": finding.superseded_by if finding else None,
        "searched": one.searched,
        "changes": [_change(change, teller) for change in one.changes],
    }


def _figure(teller: Teller, name: str, value: Any, kind: str, unit: str | None) -> Any:
    from checker.findings.values import in_unit

    masked = any(name in log.fields and log.fields[name].mask for log in teller.pack.logs.values())
    if value is not None and masked:
        return mask(str(value))
    return in_unit(value, unit) if kind == "duration" and value is not None else plain(value)


def _spot(one: Spot | None) -> dict[str, Any] | None:
    return (
        {"file": one.file, "sheet": one.sheet, "row": one.row, "log": one.log, "key": one.key}
        if one
        else None
    )


def _asked(one: Asked, case: Case, teller: Teller) -> dict[str, Any]:
    return {
        "role": one.role,
        "truth": one.truth,
        "condition": _node(one.tree, case, teller) if one.tree else None,
        "unknown": [_gap(gap, teller) for gap in one.gaps],
    }


def _node(node: Node, case: Case, teller: Teller) -> dict[str, Any]:
    one = node.condition
    if one is None:
        parts = [_node(part, case, teller) for part in node.parts]
        return {"kind": node.kind, "truth": node.truth, "parts": parts}
    entry = teller.entry(one.log, one.field)
    hide = entry is not None and entry.mask and node.actual is not None
    return {
        "kind": node.kind,
        "truth": node.truth,
        "path": ".".join(map(str, one.path)),
        "log": one.log,
        "field": one.field,
        "op": one.op,
        "operand": one.operand if isinstance(one.operand, Mapping) else plain(one.operand),
        "actual": mask(str(node.actual)) if hide else plain(node.actual),
        "words": teller.condition(node, case.version),
        "found": teller.actual(node),
        "unknown": [_gap(gap, teller) for gap in node.gaps],
    }


def _gap(one: Gap, teller: Teller) -> dict[str, Any]:
    entry = teller.entry(one.log, one.field) if one.field else None
    return {
        "why": one.why,
        "log": one.log,
        "field": one.field,
        "column": entry.header if entry else None,
        "place": _spot(one.spot),
        "found": mask(one.found) if one.found and entry and entry.mask else one.found,
        "words": teller.gap(one),
    }


def _counted(one: Counted, case: Case, teller: Teller) -> dict[str, Any]:
    rows = [
        {
            "place": _spot(row.spot),
            "truth": row.truth,
            "at": plain(row.at),
            "why_not": [_hurdle(hurdle, case, teller) for hurdle in row.hurdles],
        }
        for row in one.rows
    ]
    return {
        "step": one.name,
        "log": one.log,
        "count": one.sure,
        "doubtful": one.doubtful,
        "rows": rows,
        "more": one.more,
    }


def _hurdle(one: Hurdle, case: Case, teller: Teller) -> dict[str, Any]:
    return {
        "truth": one.truth,
        "condition": _node(one.node, case, teller) if one.node else None,
        "compare": one.op or None,
        "left": plain(one.left),
        "right": plain(one.right),
        "unknown": [_gap(gap, teller) for gap in one.gaps],
        "words": teller.hurdle(one, case.version),
    }


def _change(one: Change, teller: Teller) -> dict[str, Any]:
    return {
        "then": one.then,
        "edits": [_edit(edit, teller) for edit in one.edits],
        "words": teller.change(one),
    }


def _edit(one: Edit, teller: Teller) -> dict[str, Any]:
    return {
        "act": one.act,
        "log": one.log,
        "place": _spot(one.spot),
        "times": one.times,
        "cells": {name: None if name in one.free else _cell(one, name, teller) for name in one.values},
        "any_value": list(one.free),
    }


def _cell(one: Edit, name: str, teller: Teller) -> Any:
    entry, value = teller.entry(one.log, name), one.values[name]
    timed = entry is not None and entry.type in ("time", "duration")
    return (
        teller.value(value, entry)
        if value is not None and entry is not None and (timed or entry.mask)
        else plain(value)
    )
