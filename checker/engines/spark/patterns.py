"""Regular expressions as Java reads them: only those that mean the same in Python, RE2 and Java."""

from __future__ import annotations

import re

from checker.engines.base import Unsupported

_CLASS = r"\[\^?(?:[^\[\]\\&~|^-]|\\[dswDSWntr]|\\[^\w\s]|(?<=[^\[^])-)+\]"
_PART = re.compile(
    rf"{_CLASS}|\\[dswDSWntr]|\\[^\w\s]|\(\?:|\((?!\?)|[)|^$.]|[^\\\[\](){{}}*+?|^$.]|(?:[*+?]|\{{\d+(?:,\d*)?\}})\??(?![*+?{{])"
)


def java_pattern(pattern: str) -> str:
    r"""Give the Java pattern that matches a whole text as Python's does.

    In Java a dot stops at more line ends and a dollar looks over the last one, hence the flag and `\z`.

    >>> java_pattern(r"[A-Z]{2}\d+")
    '(?d)\\A(?:[A-Z]{2}\\d+)\\z'

    Raises:
        Unsupported: the pattern holds something that Java reads differently, or may.
    """
    at = 0
    while at < len(pattern):
        found = _PART.match(pattern, at)
        if found is None:
            raise Unsupported(f"pattern {pattern!r} at {at + 1}")
        at = found.end()
    return rf"(?d)\A(?:{pattern})\z"
