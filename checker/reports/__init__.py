"""Report → text, one file a format; knows nothing about rules, files or terminals.

`REPORTS[name](report, options)` gives the whole report; CSV and HTML come as bytes, always in UTF-8.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from checker.model import Report
from checker.reports import concise, csv, json, pretty
from checker.reports.options import Options as Options

Render = Callable[[Report, Options], str | bytes]
IN_PIECES: dict[str, Callable[[Report, Options], Iterator[str]]] = {"json": json.pieces}
"""Formats that can be written piece by piece; together the pieces are what `REPORTS` gives."""


def _html(report: Report, options: Options) -> bytes:
    """Give the page; what it needs comes in late, since the other formats do without."""
    from checker.reports import html_report

    return html_report.render(report, options)


REPORTS: dict[str, Render] = {
    "pretty": pretty.render,
    "concise": concise.render,
    "json": json.render,
    "csv": csv.render,
    "html": _html,
}
