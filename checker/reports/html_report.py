"""The findings as one page that needs nothing but itself: search, facets, charts, details, print, export.

The findings travel by columns, each with a dictionary of its distinct cells; a long report is packed as well.
"""

from __future__ import annotations

import base64
import json
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from checker.model import Evidence, Figures, Finding, Problem, Report, Text
from checker.reports.html import page
from checker.reports.html_cells import NOT_JUDGED, OUTCOMES, outcome
from checker.reports.html_columns import COLUMNS, Column
from checker.reports.html_words import LEVELS, NAMES, SAID
from checker.reports.options import QUIET, Options, cut_off

PARTS = ("data", "choice", "frame", "grid", "detail", "charts", "tables", "paper", "start")
"""The script of the page, one subject a file, in the order in which they stand in it."""
STYLES = ("base", "frame", "grid", "charts", "narrow", "paper")
"""The style sheets of the page; those for narrow windows and for paper come last and win."""
SMALL = 256 * 1024
"""Data of up to so many bytes stand in the page as they are, readable in any browser and any text editor."""
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def render(report: Report, options: Options) -> bytes:
    """Give the page in UTF-8; the same report and options give the same bytes."""
    text = _encode(content(report, options))
    data = text.encode("utf-8", "replace")
    packed = len(data) > SMALL
    made = page(
        "report/page.html",
        styles=[f"report/{name}.css" for name in STYLES],
        scripts=[f"report/{name}.js" for name in PARTS],
        lang=options.lang,
        name=f"{report.run.pack} {report.run.version}",
        period=report.run.period.text,
        form="application/octet-stream" if packed else "application/json",
        data=pack(data) if packed else _inert(text),
    )
    return made.encode("utf-8", "replace")


def pack(data: bytes) -> str:
    """Give bytes deflated, in base64; the zlib form holds neither a time nor the name of a system, as gzip would."""
    return base64.b64encode(zlib.compress(data, 9)).decode()


def _inert(text: str) -> str:
    """Give JSON that cannot end the element it stands in, nor open a comment there."""
    return text.replace("<", "\\u003c")


def content(report: Report, options: Options) -> dict[str, Any]:
    """Give all that the page shows as what JSON can hold; texts are pairs, Chinese and English."""
    findings = _listed(report, options)
    places = _Places()
    run = report.run
    return {
        "lang": options.lang,
        "run": {
            "pack": run.pack,
            "version": run.version,
            "rules_sha256": run.rules_sha256,
            "period": run.period.text,
            "as_of": cut_off(report),
            "engine": run.engine,
            "notes": [_pair(note) for note in run.notes],
            "inputs": [[one.file, one.sheet, one.log, one.rows, one.sha256] for one in run.inputs],
        },
        "people": report.people,
        "totals": list(_totals(report, findings)),
        "not_judged": NOT_JUDGED,
        "count": len(findings),
        "columns": [_column(one, findings, places) for one in COLUMNS],
        "places": places.known,
        "problems": [_problem(one) for one in report.problems],
        "statistics": [_figures(one) for one in report.statistics],
        "outcomes": {name: _pair(text) for name, text in OUTCOMES.items()},
        "names": {name: _pair(text) for name, text in NAMES.items()},
        "levels": {name: _pair(text) for name, text in LEVELS.items()},
        "said": {name: _pair(text) for name, text in SAID.items()},
    }


def _listed(report: Report, options: Options) -> list[Finding]:
    """Give the findings to list, those that earn a reward among them; violations come first, each outcome together."""
    listed = (one for one in report.findings if options.all or one.outcome not in QUIET or one.reward)
    order = {name: at for at, name in enumerate(OUTCOMES)}
    return sorted(listed, key=lambda one: order[outcome(one)])


def _totals(report: Report, findings: Iterable[Finding]) -> Iterator[tuple[str, int]]:
    """Give how many were judged how: missed goals apart from violations, and rewards besides what passes."""
    listed = Counter(map(outcome, findings))
    counts = {**report.totals, "missed": listed["missed"], "reward": listed["reward"]}
    counts["fail"] = counts.get("fail", 0) - listed["missed"]
    return ((name, counts[name]) for name in OUTCOMES if counts.get(name) or name in report.totals)


def distinct(cells: Iterable[Any]) -> tuple[list[Any], list[int] | None]:
    """Give the distinct cells as they first come, and for each cell which it is; None where all differ.

    >>> distinct(["a", "b", "a"]), distinct(["a", None])
    ((['a', 'b'], [0, 1, 0]), (['a', None], None))
    """
    seen: dict[str, int] = {}
    values: list[Any] = []
    indices: list[int] = []
    for cell in cells:
        key = _encode(cell)
        if key not in seen:
            seen[key] = len(values)
            values.append(cell)
        indices.append(seen[key])
    return values, None if len(values) == len(indices) else indices


class _Places:
    """The files and sheets that evidence stands in, each once."""

    def __init__(self) -> None:
        self.known: list[tuple[str, str | None, str]] = []
        self._index: dict[tuple[str, str | None, str], int] = {}

    def row(self, one: Evidence) -> list[Any]:
        place = (one.file, one.sheet, one.log)
        if place not in self._index:
            self._index[place] = len(self.known)
            self.known.append(place)
        return [self._index[place], one.row, one.key]


def _column(column: Column, findings: Sequence[Finding], places: _Places) -> dict[str, Any]:
    def cell(one: Finding) -> Any:
        value = column.cell(one)
        if column.kind == "evidence" and value is not None:
            return [places.row(row) for row in value]
        return _pair(value) if isinstance(value, Text) else value

    values, indices = distinct(map(cell, findings))
    words = {code: _pair(text) for one in findings for code, text in column.words(one).items()}
    return {
        "key": column.key,
        "title": _pair(column.title),
        "kind": column.kind,
        "table": column.table,
        "facet": column.facet,
        "words": words,
        "cells": values,
        "index": indices,
    }


def _pair(text: Text) -> tuple[str, str]:
    return text.pick("zh"), text.pick("en")


def _problem(one: Problem) -> dict[str, Any]:
    return {
        "level": one.level,
        "code": one.code,
        "file": one.file,
        "sheet": one.sheet,
        "row": one.row,
        "column": one.column,
        "found": one.found,
        "message": _pair(one.message),
        "hint": _pair(one.hint),
        "clauses": one.clauses,
    }


def _figures(one: Figures) -> dict[str, Any]:
    return {
        "rule": one.rule,
        "clause": one.clause,
        "title": _pair(one.title),
        "columns": one.columns,
        "personal": one.personal,
        "rows": list(one.rows),
    }
