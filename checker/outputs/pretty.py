"""Faults for people: the marked line, what was expected and found, what to do; then the count."""

from __future__ import annotations

from collections.abc import Sequence

from checker.diagnostics import Diagnostic, Look, pretty
from checker.diagnostics.excerpt import source_text
from checker.model import Lang
from checker.outputs.common import total

_PLAIN = Look()


def render(found: Sequence[Diagnostic], lang: Lang, look: Look = _PLAIN) -> str:
    """Give each fault as a block, a blank line after it, and the count."""
    places = [place for one in found for place in (one.place, *(place for place, _ in one.related))]
    sources = {file: source_text(file) for file in sorted({place.file for place in places if place.file})}
    blocks = [pretty(one, lang, sources, look) + "\n" for one in found]
    return "\n".join([*blocks, total(found, lang), *_more(found, lang)]) + "\n"


def _more(found: Sequence[Diagnostic], lang: Lang) -> list[str]:
    if not found:
        return []
    example = f"checker explain {found[0].code}"
    return [
        f"代码的含义与例子：{example}" if lang == "zh" else f"what a code means, with an example: {example}"
    ]
