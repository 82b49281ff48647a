"""Unquoted values that another reader of YAML would change: 22:00 becomes 1320, NO false, 00123 another number.

Here they stay the text that was written; an editor, a script or a converter that saves the file may not keep them.
Dates are left alone: they are dates for all readers, and stand unquoted all over a pack.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from checker.diagnostics import Diagnostic
from checker.language.places import Node, Span
from checker.language.yaml_loader import Document
from checker.model import Place, Text

Documents = Mapping[str, tuple[Document, ...]]
_OURS = {"off"}  # a key of calendars
_CHANGED: tuple[tuple[re.Pattern[str], Text], ...] = (
    (re.compile(r"[-+]?[0-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)?\Z"), Text("六十进制的数", "a number in base 60")),
    (re.compile(r"(?i:y|yes|n|no|on|off)\Z"), Text("true 或 false", "true or false")),
    (re.compile(r"(True|TRUE|False|FALSE)\Z"), Text("true 或 false", "true or false")),
    (re.compile(r"(~|Null|NULL)\Z"), Text("空", "nothing")),
    (re.compile(r"[-+]?0[0-9_]+\Z"), Text("八进制数，或去掉前导零的数", "an octal number, or one without its zeros")),
    (re.compile(r"[-+]?0[xob][0-9a-fA-F_]+\Z"), Text("一个数", "a number")),
    (re.compile(r"[-+]?[0-9][0-9_]*_[0-9_]*(\.[0-9_]*)?\Z|\+[0-9]+(\.[0-9]+)?\Z"), Text("一个数", "a number")),
    (re.compile(r"[-+]?(\.[0-9]+|[0-9]+\.|[0-9]+(\.[0-9]*)?[eE][-+]?[0-9]+)\Z"), Text("一个数", "a number")),
    (re.compile(r"[-+]?\.(inf|Inf|INF)\Z|\.(nan|NaN|NAN)\Z"), Text("一个数", "a number")),
)  # fmt: skip


_FIRST = frozenset("-+.~0123456789yYnNoOtTfF")


def scalars_are_quoted(_: object, documents: Documents) -> Iterator[Diagnostic]:
    """Text that another reader of YAML takes for something else stands in quotes."""
    for group in documents.values():
        for document in group:
            yield from bare_scalars(document)


def bare_scalars(document: Document) -> Iterator[Diagnostic]:
    """Give the unquoted texts of one file that another reader would change, keys too."""
    lines = document.text.split("\n")
    for value, span in _scalars(document.root):
        if (
            isinstance(value, str)
            and value not in _OURS
            and (meant := changed(value))
            and _source(lines, span) == value
        ):
            said = Text(
                f"`{value}` 没有引号，别的程序会读成 {meant.zh}",
                f"`{value}` has no quotes: other programs read it as {meant.en}",
            )
            hint = Text(
                f'加引号："{value}"；checker lint --fix 会加', f'quote it: "{value}"; checker lint --fix does'
            )
            place = Place(document.file, *span)
            yield Diagnostic("bare-scalar", "warning", place, said, f'"{value}"', value, hint)


def changed(text: str) -> Text | None:
    """Give what another reader of YAML makes of an unquoted text, or None where it stays that text.

    >>> changed("22:00").en, changed("2026-01-31"), changed("NO").en, changed("No.5")
    ('a number in base 60', None, 'true or false', None)
    """
    if text[:1] not in _FIRST or len(text) > 40:
        return None
    return next((meant for shape, meant in _CHANGED if shape.match(text)), None)


def _source(lines: list[str], span: Span) -> str:
    line, start, end = span
    return lines[line - 1][start - 1 : end - 1]


def _scalars(root: Node | None) -> Iterator[tuple[object, Span]]:
    stack = [root] if root is not None else []
    while stack:
        node = stack.pop()
        if isinstance(node.children, dict):
            yield from (node.keys or {}).items()
            stack.extend(node.children.values())
        elif isinstance(node.children, list):
            stack.extend(node.children)
        else:
            yield node.value, node.span
