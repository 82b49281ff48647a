"""One greppable line a fault, never cut; then the count."""

from __future__ import annotations

from collections.abc import Sequence

from checker.diagnostics import Diagnostic, concise
from checker.model import Lang
from checker.outputs.common import total


def render(found: Sequence[Diagnostic], lang: Lang) -> str:
    """Give `file:line:column: severity[code]: message → hint` for each fault."""
    return "\n".join([*(concise(one, lang) for one in found), total(found, lang)]) + "\n"
