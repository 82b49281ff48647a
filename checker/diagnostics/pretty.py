"""A fault as people read it at a terminal: the line meant, carets under the text, what was expected, what to do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from checker.diagnostics.excerpt import CELLS, excerpt
from checker.diagnostics.faults import WORDS, Diagnostic, headline, labelled, text_in, where
from checker.model import Lang, Place
from checker.nouns import dataclass

_COLORS = {"error": "1;31", "warning": "1;33", "note": "1;36", "place": "1", "margin": "34", "label": "1"}


@dataclass(frozen=True)
class Look:
    """How a console shows things: with colours or without, the characters it can print, the cells for a source line."""

    color: bool = False
    charset: str = "utf-8"
    cells: int = CELLS

    def paint(self, text: str, role: str) -> str:
        """Give the text in the colour of its role, or as it is."""
        return f"\x1b[{_COLORS[role]}m{text}\x1b[0m" if self.color and text else text


PLAIN = Look()


def pretty(
    one: Diagnostic, lang: Lang = "zh", sources: Mapping[str, str] | None = None, look: Look = PLAIN
) -> str:
    """Give the headline, the source line with carets under the token, then expected, found and hint.

    `sources` maps file names to their text; a file that is not there is read from disk.
    """
    lines = [_headline(one, lang, look), *_marked(one.place, "^", one.severity, sources, look)]
    for place, text in one.related:
        lines.append(f"  {WORDS['see'].pick(lang)} {where(place)}: {text.pick(lang)}")
        lines += _marked(place, "-", "margin", sources, look)
    for word, said in (("expected", one.expected), ("found", one.found), ("hint", one.hint)):
        if line := labelled(word, text_in(said, lang), lang):
            label = len(WORDS[word].pick(lang)) + 1
            lines.append("  " + look.paint(line[:label], "label") + line[label:])
    return "\n".join(lines)


def _headline(one: Diagnostic, lang: Lang, look: Look) -> str:
    if not look.color:
        return headline(one, lang)
    start = look.paint(where(one.place), "place")
    level = look.paint(f"{one.severity}[{one.code}]", one.severity)
    return f"{start}{': ' if start else ''}{level}: {one.message.pick(lang)}"


def _marked(
    place: Place, mark: str, role: str, sources: Mapping[str, str] | None, look: Look
) -> Iterator[str]:
    """Give the numbered source line and the line of marks, or nothing when it cannot be shown."""
    shown = excerpt(place, mark, sources, look.charset, look.cells)
    if shown is None:
        return
    line, marks = shown
    yield look.paint(f"{place.line:>5} |", "margin") + f" {line}".rstrip()
    if marks:
        room = len(marks) - len(marks.lstrip())
        yield look.paint("      |", "margin") + " " * (1 + room) + look.paint(marks.lstrip(), role)
