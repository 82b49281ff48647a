"""Faults as JSON for programs: the counts, then one fault a line; keys are stable."""

from __future__ import annotations

from collections.abc import Sequence
from json import dumps

from checker.diagnostics import Diagnostic, as_json
from checker.model import Lang
from checker.outputs.common import counts


def render(found: Sequence[Diagnostic], lang: Lang) -> str:
    """Give `{"totals": …, "diagnostics": […]}`; texts are in one language."""
    lines = ",\n  ".join(dumps(as_json(one, lang), ensure_ascii=False) for one in found)
    return f'{{"totals": {dumps(counts(found))},\n "diagnostics": [{lines}]}}\n'
