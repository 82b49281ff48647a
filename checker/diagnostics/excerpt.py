"""A source line as a terminal shows it, with marks exactly under the text meant, however wide its characters are.

Widths are counted character by character, as terminals do. What they disagree on is taken out of the line shown:
variation selectors and skin tones are left out, flags become their two letters, joiners and controls a sign of their own.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from checker.model import Place

CELLS = 140
"""How many cells of a source line are shown at most; a Chinese character takes two."""
_CUT = "..."  # no `…`: its width depends on the terminal
_FLAGS = range(0x1F1E6, 0x1F200)
_LEFT_OUT = {0xFE0E, 0xFE0F, *range(0x1F3FB, 0x1F400)}


def excerpt(
    place: Place,
    mark: str,
    sources: Mapping[str, str] | None = None,
    charset: str = "utf-8",
    cells_shown: int = CELLS,
) -> tuple[str, str] | None:
    """Give the source line of a place and the line of marks below it; None where the line cannot be shown.

    `sources` maps file names to their text; a file that is not there is read from disk. `charset`: what the
    console can print; any other character is shown as `?`. A line of more than `cells_shown` is cut around the
    place. No mark where no column is known.
    """
    source = _source_line(place, sources)
    if source is None:
        return None
    cells = [_shown(char, charset) for char in source]
    start = min(max(place.column - 1, 0), len(cells))
    end = min(max(place.end_column - 1, start + 1), len(cells))
    left, right = _window(cells, start, cells_shown)
    head, tail = _CUT if left else "", _CUT if right < len(cells) else ""
    line = head + "".join(cells[left:right]) + tail
    if not place.column:
        return line.rstrip(), ""
    before = width(head + "".join(cells[left:start]))
    return line.rstrip(), " " * before + mark * max(1, width("".join(cells[start : min(end, right)])))


def _window(cells: list[str], start: int, room: int) -> tuple[int, int]:
    """Give which part of a line to show: all of it, or what fits around `start`."""
    if width("".join(cells)) <= room:
        return 0, len(cells)
    room -= 2 * len(_CUT)
    after = min(width("".join(cells[start:])), room // 2)
    left, used = start, after
    while left > 0 and (used := used + width(cells[left - 1])) <= room:
        left -= 1
    right, used = left, 0
    while right < len(cells) and (used := used + width(cells[right])) <= room:
        right += 1
    return left, right


def _source_line(place: Place, sources: Mapping[str, str] | None) -> str | None:
    if place.line < 1 or not place.file:
        return None
    text = (sources or {}).get(place.file)
    if text is None:
        text = source_text(place.file)
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return lines[place.line - 1] if text and place.line <= len(lines) else None


def source_text(file: str) -> str:
    """Give the text of a file of ours; nothing when it cannot be read or is not UTF-8."""
    try:
        return Path(file).read_bytes().decode("utf-8-sig")
    except (OSError, UnicodeDecodeError, ValueError):
        return ""


def _shown(char: str, charset: str) -> str:
    """Give a character as it can be printed: a tab as one space, controls as `\ufffd`, what has no glyph as `?`."""
    if char.isascii() and char.isprintable():
        return char
    if char == "\t":
        return " "
    if ord(char) in _LEFT_OUT:
        return ""
    if ord(char) in _FLAGS:
        return chr(ord("A") + ord(char) - _FLAGS.start)
    seen = char if char.isprintable() or char == "\u3000" else "\ufffd"
    return seen.encode(charset, "replace").decode(charset)


def visible(text: str) -> str:
    """Give a text as it can be printed."""
    return "".join(_shown(char, "utf-8") for char in text)


def width(text: str) -> int:
    """Give how many cells a text takes on a terminal."""
    if text.isascii():
        return len(text)
    from rich.cells import cell_len  # a terminal table of 40 kB, needed only when a fault is shown

    return sum(map(cell_len, text))
