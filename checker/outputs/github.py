"""Faults as annotations of a GitHub workflow: one command a line.

GitHub shows about ten annotations of each level of a step and says nothing of the rest; so the count stands below,
and above as well when there are more.
"""

from __future__ import annotations

from collections.abc import Sequence

from checker.diagnostics import Diagnostic
from checker.model import Lang
from checker.outputs.common import counts, details, local, total

SHOWN = 10
_COMMANDS = {"error": "error", "warning": "warning", "note": "notice"}
_TOO_MANY = {
    "zh": "；GitHub 每级只显示约 10 条，其余见本步骤的日志",
    "en": "; GitHub shows about 10 of each level, the log of this step has them all",
}


def render(found: Sequence[Diagnostic], lang: Lang) -> str:
    """Give the workflow commands, then the count as a plain line."""
    lines = [_annotation(one, lang) for one in found]
    if max(counts(found).values()) > SHOWN:
        lines.insert(0, f"::warning title=checker lint::{_data(total(found, lang) + _TOO_MANY[lang])}")
    return "\n".join([*lines, total(found, lang)]) + "\n"


def _annotation(one: Diagnostic, lang: Lang) -> str:
    at = one.place
    where = {"file": local(at.file), "line": at.line, "endLine": at.line, "col": at.column}
    where |= {"endColumn": at.end_column, "title": one.code}
    properties = ",".join(f"{name}={_property(str(value))}" for name, value in where.items() if value)
    said = "\n".join([one.message.pick(lang), *details(one, lang)])
    return f"::{_COMMANDS[one.severity]} {properties}::{_data(said)}"


def _data(text: str) -> str:
    """Give a message as a command holds it.

    >>> _data("50% 以上\\n第二行")
    '50%25 以上%0A第二行'
    """
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    """Give the value of a property, in which a colon or comma would end it.

    >>> _property("C:/a,b.yaml")
    'C%3A/a%2Cb.yaml'
    """
    return _data(text).replace(":", "%3A").replace(",", "%2C")
