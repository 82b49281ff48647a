"""JSON: one object, one finding a line; new keys are only added at the end, so that scripts go on working."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from checker.model import (
    Figures,
    Finding,
    Fine,
    Input,
    Penalty,
    Problem,
    Report,
    Reward,
    RunInfo,
    UnitAmount,
)
from checker.reports.options import Options, cut_off, shown, yuan
from checker.reports.sums import alive, amount, goes_beyond_money, rewarded, total, units_of

LINES = 5_000
_encode = json.JSONEncoder(ensure_ascii=False, separators=(", ", ": ")).encode


def render(report: Report, options: Options) -> str:
    """Give the report as JSON; the same report gives the same bytes."""
    return "".join(pieces(report, options))


def pieces(report: Report, options: Options) -> Iterator[str]:
    """Give the report as JSON piece by piece, for those that are too long to be held whole."""
    yield '{"run": ' + _encode(_run(report.run, report)) + ',\n "findings": '
    yield from _list(_encode(_finding(one, options)) for one in shown(report, options))
    yield ',\n "problems": '
    yield from _list(_encode(_problem(one, options)) for one in report.problems)
    yield ',\n "statistics": '
    yield from _tables(report.statistics, options)
    yield ',\n "by_rule": ' + _encode(report.by_rule)
    if goes_beyond_money(report):
        yield ',\n "rewards": '
        yield from _list(_encode(_finding(one, options)) for one in rewarded(report))
        yield ',\n "sums": ' + _encode(_sums(report))
    yield "}\n"


def _list(items: Iterable[str], indent: str = "  ") -> Iterator[str]:
    """Give a list, one item a line, many lines a piece."""
    waiting, first = iter(items), True
    while batch := list(islice(waiting, LINES)):
        yield (f"[\n{indent}" if first else f",\n{indent}") + f",\n{indent}".join(batch)
        first = False
    yield "[]" if first else "]"


def _tables(tables: Iterable[Figures], options: Options) -> Iterator[str]:
    """Give one object a statistic, one row of figures a line."""
    opening = "[\n  "
    for one in tables:
        yield opening + _head(one, options)[:-1] + ', "rows": '
        yield from _list(map(_encode, one.rows), "    ")
        yield "}"
        opening = ",\n  "
    yield "]" if opening != "[\n  " else "[]"


def _head(one: Figures, options: Options) -> str:
    return _encode(
        {
            "rule": one.rule,
            "clause": one.clause,
            "title": one.title.pick(options.lang),
            "columns": one.columns,
        }
    )


def _run(run: RunInfo, report: Report) -> dict[str, Any]:
    return {
        "pack": run.pack,
        "version": run.version,
        "rules_sha256": run.rules_sha256,
        "period": run.period.text,
        "as_of": cut_off(report),
        "engine": run.engine,
        "inputs": [_input(one) for one in run.inputs],
        "totals": dict(report.totals),
        "notes": [{"zh": note.zh, "en": note.en} for note in run.notes],
    }


def _input(one: Input) -> dict[str, Any]:
    return {"file": one.file, "sheet": one.sheet, "log": one.log, "rows": one.rows, "sha256": one.sha256}


def _sums(report: Report) -> dict[str, Any]:
    """Give what is not waived added up: fines, rewards and each unit apart."""
    some = list(alive(report))
    fines = [one.penalty.fine for one in some if one.penalty]
    earned = [one.reward.credit for one in some if one.reward]
    return {
        "fines": _fine(total(fines)),
        "units": _units(units_of(one.penalty for one in some).values()),
        "rewards": _fine(total(earned)),
        "reward_units": _units(units_of(one.reward for one in some).values()),
    }


def _finding(one: Finding, options: Options) -> dict[str, Any]:
    lang = options.lang
    reward = {} if one.reward is None else {"reward": _reward(one.reward)}
    return {
        "fingerprint": one.fingerprint,
        "rule": one.rule,
        "clause": one.clause,
        "kind": one.kind,
        "outcome": one.outcome,
        "severity": one.severity,
        "subject": one.subject,
        "period": one.period,
        "at": one.at,
        "record": one.record,
        "values": one.values,
        "penalty": _penalty(one.penalty),
        "message": one.message.pick(lang),
        "evidence": [
            {"file": e.file, "sheet": e.sheet, "row": e.row, "log": e.log, "key": e.key} for e in one.evidence
        ],
        "waiver": one.waiver,
        "title": one.title.pick(lang),
        "marks": [mark.pick(lang) for mark in one.marks],
        "superseded_by": one.superseded_by,
        **reward,
    }


def _penalty(penalty: Penalty | None) -> dict[str, Any] | None:
    if penalty is None:
        return None
    fine, something = penalty.fine, bool(penalty.measures or penalty.units)
    found: dict[str, Any] = {
        "fine": _fine(fine),
        "measures": penalty.measures,
        "liable": penalty.liable,
        "by": penalty.by,
        "holds": penalty.holds,
        "released": (fine is not None or something) and not penalty.holds,
    }
    if penalty.units:
        found["units"] = _units(penalty.units)
    if penalty.shares:
        found["shares"] = [{"liable": one.liable, "fine": _fine(one.fine)} for one in penalty.shares]
    return found


def _reward(reward: Reward) -> dict[str, Any]:
    something = bool(reward.measures or reward.units)
    return {
        "credit": _fine(reward.credit),
        "units": _units(reward.units),
        "measures": reward.measures,
        "to": reward.to,
        "by": reward.by,
        "holds": reward.holds,
        "released": (reward.credit is not None or something) and not reward.holds,
    }


def _fine(fine: Fine | None) -> dict[str, str] | None:
    if fine is None:
        return None
    return {"min": yuan(fine.min), "max": yuan(fine.max), "proposed": yuan(fine.proposed)}


def _units(units: Iterable[UnitAmount]) -> dict[str, dict[str, str]]:
    return {
        one.unit: {
            "min": amount(one.amount.min, one.places),
            "max": amount(one.amount.max, one.places),
            "proposed": amount(one.amount.proposed, one.places),
        }
        for one in units
    }


def _problem(one: Problem, options: Options) -> dict[str, Any]:
    return {
        "level": one.level,
        "file": one.file,
        "sheet": one.sheet,
        "row": one.row,
        "column": one.column,
        "found": one.found,
        "code": one.code,
        "message": one.message.pick(options.lang),
        "hint": one.hint.pick(options.lang),
        "clauses": one.clauses,
        "log": one.log,
        "field": one.field,
    }
