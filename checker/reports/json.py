"""JSON: one object, one finding a line; new keys are only added at the end, so that scripts go on working."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from checker.model import Figures, Finding, Input, Penalty, Problem, Report, RunInfo
from checker.reports.options import Options, cut_off, shown, yuan

LINES = 5_000
_encode = json.JSONEncoder(ensure_ascii=False, separators=(", ", ": ")).encode


def render(report: Report, options: Options) -> str:
    """Give the report as JSON; the same report gives the same bytes."""
    return "".join(pieces(report, options))


def pieces(report: Report, options: Options) -> Iterator[str]:
    """Give the report as JSON piece by piece, for those that are too long to be held whole."""
    yield '{"run": ' + _encode(_run(report.run, report)) + ',\n "findings": '
    yield from _list(_encode(finding(one, options)) for one in shown(report, options))
    yield ',\n "problems": '
    yield from _list(_encode(_problem(one, options)) for one in report.problems)
    yield ',\n "statistics": '
    yield from _tables(report.statistics, options)
    yield ',\n "by_rule": ' + _encode(report.by_rule) + "}\n"


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


def finding(one: Finding, options: Options) -> dict[str, Any]:
    """Give one finding, JSON-ready, its keys in the order of the report."""
    lang = options.lang
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
    }


def _penalty(penalty: Penalty | None) -> dict[str, Any] | None:
    if penalty is None:
        return None
    fine = penalty.fine
    return {
        "fine": fine and {"min": yuan(fine.min), "max": yuan(fine.max), "proposed": yuan(fine.proposed)},
        "measures": penalty.measures,
        "liable": penalty.liable,
        "by": penalty.by,
        "holds": penalty.holds,
        "released": (fine is not None or bool(penalty.measures)) and not penalty.holds,
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
