"""Faults in our own input (rules, options, files) as data; never a finding about a person.

The exception tree::

    CheckerError            carries every Diagnostic found; raised at the edge, exit status 2
    └── UsageError          a bad option, or an input that cannot be opened

Anything else that is raised is a bug.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Literal

from checker.model import Lang, Place, Text
from checker.nouns import dataclass

Severity = Literal["error", "warning", "note"]
NO_TEXT = Text("")
WORDS: dict[str, Text] = {
    "error": Text("错误", "error"),
    "warning": Text("警告", "warning"),
    "note": Text("提示", "note"),
    "expected": Text("应为", "expected"),
    "found": Text("实为", "found"),
    "hint": Text("建议", "hint"),
    "see": Text("另见", "see"),
}


@dataclass(frozen=True)
class Diagnostic:
    """One fault that a user can repair: where, what is wrong, what was expected and found, what to do."""

    code: str
    severity: Severity
    place: Place
    message: Text
    expected: Text | str = ""
    found: str = ""
    hint: Text = NO_TEXT
    related: tuple[tuple[Place, Text], ...] = ()


class CheckerError(Exception):
    """The job could not be done; `diagnostics` says why, sorted by place.

    >>> str(CheckerError([Diagnostic("x", "error", Place("a.yaml", 2, 1), Text("坏", "bad"))]))
    'a.yaml:2:1: error[x]: bad'
    """

    def __init__(self, diagnostics: Iterable[Diagnostic]) -> None:
        self.diagnostics: tuple[Diagnostic, ...] = in_order(diagnostics)
        super().__init__("\n".join(concise(one, "en") for one in self.diagnostics))


class UsageError(CheckerError):
    """A bad option, or an input that cannot be opened."""

    @classmethod
    def of(cls, code: str, message: Text, hint: Text = NO_TEXT, file: str = "") -> UsageError:
        """Give the error for one plain message."""
        return cls([Diagnostic(code, "error", Place(file), message, hint=hint)])


def in_order(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Sort by place, then code; equal faults are kept once."""
    unique = dict.fromkeys(diagnostics)
    return tuple(sorted(unique, key=lambda one: (one.place, one.code, one.message.zh)))


def has_errors(diagnostics: Iterable[Diagnostic]) -> bool:
    """Tell whether anything is an error, not only a warning or a note."""
    return any(one.severity == "error" for one in diagnostics)


def where(place: Place) -> str:
    """Give `file:line:column`, as far as it is known.

    >>> where(Place("pack.yaml", 3, 7)), where(Place("pack.yaml")), where(Place(""))
    ('pack.yaml:3:7', 'pack.yaml', '')
    """
    return ":".join(str(part) for part in (place.file, place.line, place.column) if part)


def headline(one: Diagnostic, lang: Lang) -> str:
    """Give `path:line:col: error[code]: message`; severity and code are the same in both languages."""
    start = where(one.place)
    return f"{start}{': ' if start else ''}{one.severity}[{one.code}]: {one.message.pick(lang)}"


def concise(one: Diagnostic, lang: Lang = "zh") -> str:
    """Give one greppable line: the headline, then the hint or what was expected."""
    more = one.hint.pick(lang) or labelled("expected", text_in(one.expected, lang), lang)
    line = headline(one, lang) + (f" → {more}" if more else "")
    return line.replace("\n", " ")


def as_json(one: Diagnostic, lang: Lang | None = None) -> dict[str, Any]:
    """Give a JSON-ready map; texts are {zh, en} maps, or plain strings when `lang` is given."""

    def said(text: Text | str) -> Any:
        if lang is not None or isinstance(text, str):
            return text_in(text, lang or "zh")
        return {"zh": text.pick("zh"), "en": text.pick("en")}

    return {
        "code": one.code,
        "severity": one.severity,
        **_place_json(one.place),
        "message": said(one.message),
        "expected": said(one.expected),
        "found": one.found,
        "hint": said(one.hint),
        "related": [{**_place_json(place), "message": said(text)} for place, text in one.related],
    }


def _place_json(place: Place) -> dict[str, Any]:
    return {"file": place.file, "line": place.line, "column": place.column, "end_column": place.end_column}


def text_in(text: Text | str, lang: Lang) -> str:
    """Give a text in `lang`; a plain string is the same in both."""
    return text if isinstance(text, str) else text.pick(lang)


def labelled(word: str, said: str, lang: Lang) -> str:
    """Give `expected: …` in `lang`, or nothing when nothing is said."""
    if not said:
        return ""
    label = WORDS[word].pick(lang)
    return f"{label}：{said}" if lang == "zh" else f"{label + ':':<9} {said}"


def shown_path(path: Path) -> str:
    """Give the path as messages print it: forward slashes on every system."""
    return os.fspath(path).replace("\\", "/")
