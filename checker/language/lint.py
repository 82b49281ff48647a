"""What a valid pack may still say wrongly: names that do not exist, clauses without rules, gaps in dates.

Each check is a plain function `(pack, documents) → faults`; `CHECKS` is the list of them: add one there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from checker.diagnostics import Diagnostic
from checker.language.pack import Pack
from checker.language.yaml_loader import Document

Documents = Mapping[str, tuple[Document, ...]]
LintCheck = Callable[[Pack, Documents], Iterable[Diagnostic]]

CHECKS: tuple[LintCheck, ...] = ()


def lint(pack: Pack, documents: Documents) -> list[Diagnostic]:
    """Give the faults of all checks, in no order."""
    return [fault for check in CHECKS for fault in check(pack, documents)]
