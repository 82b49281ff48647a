"""Faults as a GitLab code quality report: a JSON list.

The fingerprint does not depend on the line, so that a fault that only moved is not shown as new; it is unique in the
report, as GitLab drops what it takes for the same.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from checker.diagnostics import Diagnostic
from checker.model import Lang
from checker.outputs.common import details, fingerprints, local

_SEVERITIES = {"error": "major", "warning": "minor", "note": "info"}


def render(found: Sequence[Diagnostic], lang: Lang) -> str:
    """Give the report; a fault of no file stands at the working folder, line 1."""
    issues = [_issue(one, name, lang) for one, name in zip(found, fingerprints(found), strict=True)]
    return json.dumps(issues, ensure_ascii=False, indent=1) + "\n"


def _issue(one: Diagnostic, fingerprint: str, lang: Lang) -> dict[str, Any]:
    return {
        "description": " ".join([one.message.pick(lang), *details(one, lang)]),
        "check_name": one.code,
        "fingerprint": fingerprint,
        "severity": _SEVERITIES[one.severity],
        "location": {"path": local(one.place.file) or ".", "lines": {"begin": max(1, one.place.line)}},
    }
