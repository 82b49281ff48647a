"""`# lint: allow CODE` at the end of a line, or alone on the line above: that warning or note is meant to be so.

Errors cannot be allowed. An allowance that nothing needs is told, so that none outlives its reason.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from checker.diagnostics import Diagnostic
from checker.language.yaml_loader import Document
from checker.model import Place, Text

Documents = Mapping[str, tuple[Document, ...]]
_ALLOW = re.compile(r"(?:^|\s)#\s*lint:\s*allow\s+([a-z][a-z-]*(?:\s*,\s*[a-z][a-z-]*)*)")
Spot = tuple[str, int, str]
"""File, line, code."""


def allowed(found: Iterable[Diagnostic], documents: Documents) -> list[Diagnostic]:
    """Give the faults without those that a comment allows, and a note for each allowance that is not needed."""
    spots = {spot: place for group in documents.values() for one in group for spot, place in _spots(one)}
    left: list[Diagnostic] = []
    used: set[Place] = set()
    for one in found:
        spot = (one.place.file, one.place.line, one.code)
        if one.severity != "error" and spot in spots:
            used.add(spots[spot])
        else:
            left.append(one)
    return left + [_needless(place, code) for (_, _, code), place in spots.items() if place not in used]


def _spots(document: Document) -> Iterator[tuple[Spot, Place]]:
    if "lint:" not in document.text:
        return
    for number, line in enumerate(document.text.split("\n"), 1):
        if (found := _ALLOW.search(line)) is None:
            continue
        target = number + 1 if line.lstrip().startswith("#") else number
        for word in re.finditer(r"[a-z][a-z-]*", found[1]):
            start = found.start(1) + word.start() + 1
            place = Place(document.file, number, start, start + len(word[0]))
            yield (document.file, target, word[0]), place


def _needless(place: Place, code: str) -> Diagnostic:
    said = Text(f"这里没有 `{code}` 可放行", f"there is no `{code}` here to allow")
    return Diagnostic("needless-allow", "note", place, said, hint=Text("删去这条注释", "remove the comment"))
