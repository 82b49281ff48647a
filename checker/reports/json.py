"""JSON: one object, one finding a line; new keys are only added at the end, so that scripts go on working."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from checker.model import Figures, Input, Problem, Report, RunInfo
from checker.packed import JsonRows
from checker.reports.json_lines import FindingLines, encode, fine_json, row_lines, units_json
from checker.reports.options import Options, cut_off, shown
from checker.reports.sums import alive, goes_beyond_money, rewarded, total, units_of
from checker.reports.waived import as_json, waived

LINES = 5_000


def render(report: Report, options: Options) -> str:
    """Give the report as JSON; the same report gives the same bytes."""
    return "".join(pieces(report, options))


def pieces(report: Report, options: Options) -> Iterator[str]:
    """Give the report as JSON piece by piece, for those that are too long to be held whole."""
    yield '{"run": ' + encode(_run(report.run, report)) + ',\n "findings": '
    yield from _list(map(FindingLines(options).line, shown(report, options)))
    yield ',\n "problems": '
    yield from _list(encode(_problem(one, options)) for one in report.problems)
    yield ',\n "statistics": '
    yield from _tables(report.statistics, options)
    yield ',\n "by_rule": ' + encode(report.by_rule)
    if goes_beyond_money(report):
        yield ',\n "rewards": '
        yield from _list(map(FindingLines(options).line, rewarded(report)))
        yield ',\n "sums": ' + encode(_sums(report))
    if some := waived(report):
        yield ',\n "waivers": ' + encode(as_json(some))
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
        yield from _rows(one.rows)
        yield "}"
        opening = ",\n  "
    yield "]" if opening != "[\n  " else "[]"


def _rows(rows: Sequence[tuple[Any, ...]]) -> Iterator[str]:
    """Give rows of figures, one a line; those that are kept as JSON are written as they stand."""
    if not isinstance(rows, JsonRows):
        yield from _list(row_lines(rows), "    ")
        return
    first = True
    for text in rows.texts():
        yield ("[\n    " if first else ",\n    ") + text.replace("\n", ",\n    ")
        first = False
    yield "[]" if first else "]"


def _head(one: Figures, options: Options) -> str:
    return encode(
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
        "fines": fine_json(total(fines)),
        "units": units_json(units_of(one.penalty for one in some).values()),
        "rewards": fine_json(total(earned)),
        "reward_units": units_json(units_of(one.reward for one in some).values()),
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
