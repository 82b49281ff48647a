"""Report → text, one file a format; knows nothing about rules, files or terminals.

`REPORTS[name](report, options)` gives the whole report; CSV and HTML come as bytes, always in UTF-8.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module

from checker.model import Report
from checker.reports.options import Options as Options

Render = Callable[[Report, Options], str | bytes]


def _late(module: str) -> Render:
    """Give the `render` of one format; its module comes in with the first report, since others do without."""
    return lambda report, options: import_module(f"checker.reports.{module}").render(report, options)


def _json_pieces(report: Report, options: Options) -> Iterator[str]:
    from checker.reports import json

    return json.pieces(report, options)


IN_PIECES: dict[str, Callable[[Report, Options], Iterator[str]]] = {"json": _json_pieces}
"""Formats that can be written piece by piece; together the pieces are what `REPORTS` gives."""
_MODULES = {"pretty": "pretty", "concise": "concise", "json": "json", "csv": "csv", "html": "html_report"}
REPORTS: dict[str, Render] = {name: _late(module) for name, module in _MODULES.items()}
