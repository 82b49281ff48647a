"""Small edits of a YAML file by place: everything that is not edited stays as it is, byte for byte."""

from __future__ import annotations

import codecs
import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass

from checker.model import Place

_LINE_END = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True)
class Edit:
    """Put `new` where `old` stands; `place` is from 1, on one line, its end not included."""

    place: Place
    old: str
    new: str


def edited(data: bytes, edits: Iterable[Edit]) -> bytes:
    """Give the bytes of a file with edits made, from the bottom up; one that does not fit, or overlaps, is left out.

    >>> edited(b"at: 22:00\\r\\n", [Edit(Place("x", 1, 5, 10), "22:00", '"22:00"')])
    b'at: "22:00"\\r\\n'
    """
    mark = codecs.BOM_UTF8 if data.startswith(codecs.BOM_UTF8) else b""
    text = data[len(mark) :].decode("utf-8")
    starts = [0, *(found.end() for found in _LINE_END.finditer(text))]
    last = len(text)
    for one in sorted(set(edits), key=lambda one: (one.place.line, one.place.column), reverse=True):
        if not 1 <= one.place.line <= len(starts):
            continue
        start = starts[one.place.line - 1] + one.place.column - 1
        end = start + len(one.old)
        if end <= last and text[start:end] == one.old:
            text = text[:start] + one.new + text[end:]
            last = start
    return mark + text.encode("utf-8")


def unified(before: bytes, after: bytes, file: str) -> str:
    """Give the difference as a unified diff, without dates; empty where there is none."""
    old, new = (one.decode("utf-8-sig").splitlines(keepends=True) for one in (before, after))
    lines = difflib.unified_diff(old, new, f"a/{file}", f"b/{file}")
    return "".join(
        line if line.endswith("\n") else line + "\n\\ No newline at end of file\n" for line in lines
    )
