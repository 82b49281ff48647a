"""What the formats share: how many faults there are, paths from the working folder, and names for a fault."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path, PurePath

from checker.diagnostics import Diagnostic, Severity
from checker.diagnostics.faults import labelled, text_in
from checker.model import Lang

LEVELS: tuple[Severity, ...] = ("error", "warning", "note")


def counts(found: Iterable[Diagnostic]) -> dict[str, int]:
    """Give how many errors, warnings and notes there are, in this order."""
    number = Counter(one.severity for one in found)
    return {level: number[level] for level in LEVELS}


def total(found: Iterable[Diagnostic], lang: Lang) -> str:
    """Give the counts as a sentence."""
    number = counts(found)
    if lang == "zh":
        return f"错误 {number['error']}，警告 {number['warning']}，提示 {number['note']}"
    return f"{number['error']} errors, {number['warning']} warnings, {number['note']} notes"


def local(file: str) -> str:
    """Give a path as seen from the working folder, with forward slashes; one outside it stays as it is.

    >>> local("rules/after-sales/pack.yaml"), local("./pack.yaml"), local("")
    ('rules/after-sales/pack.yaml', 'pack.yaml', '')
    """
    if not file:
        return ""
    path = PurePath(file)
    here = Path.cwd()
    if path.is_absolute() and path.is_relative_to(here):
        path = path.relative_to(here)
    return path.as_posix()


def details(one: Diagnostic, lang: Lang) -> list[str]:
    """Give what was expected and found and what to do, a line each."""
    parts = (("expected", one.expected), ("found", one.found), ("hint", one.hint))
    lines = [labelled(word, text_in(said, lang), lang) for word, said in parts]
    return [" ".join(line.split()) for line in lines if line]


def fingerprints(found: Sequence[Diagnostic]) -> Iterator[str]:
    """Give a name for each fault: the same when lines move or the language changes, different within one run.

    It is made of code, file and what is said; the second fault of one name in a file is counted.
    """
    seen: Counter[str] = Counter()
    for one in found:
        name = "\0".join((one.code, local(one.place.file), one.message.zh, one.found))
        seen[name] += 1
        yield hashlib.sha256(f"{name}\0{seen[name]}".encode(errors="replace")).hexdigest()
