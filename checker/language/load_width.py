"""Full-width punctuation and digits where YAML or a rule needs the narrow ones: pointed at where they stand.

They come from a Chinese keyboard. YAML takes them for text, and complains a line later about something else, or not at
all: `[甲，乙]` is a list of one. Text in quotes may hold any of them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from checker.diagnostics import Diagnostic
from checker.model import Place, Text

FULL_WIDTH = {
    "：": ":", "，": ",", "“": '"', "”": '"', "‘": "'", "’": "'", "｛": "{", "｝": "}", "［": "[", "］": "]",
    "【": "[", "】": "]", "（": "(", "）": ")", "＃": "#", "－": "-", "＄": "$", "　": " ", "．": ".", "／": "/",
    **{chr(0xFF10 + digit): str(digit) for digit in range(10)},
}  # fmt: skip
_NARROW = str.maketrans(FULL_WIDTH)
_TWINS = {"“": "”", "‘": "’", "｛": "｝", "［": "］", "【": "】"}

# In lines that YAML could not read, or took for more of the text above.
_INDENT = re.compile(r"[ 　]*?(　+)[ 　]*(?:[-－]|[A-Za-z_$][\w$.-]*\s*[:：])")
_DASH = re.compile(r"[ 　]*(?:- +)*(－)\s*\S")
_KEY_COLON = re.compile(r"[ 　]*(?:[-－]\s*)*[\"'“]?[A-Za-z_$][\w$.-]*[\"'”]?\s*(：)")
_FLOW_COLON = re.compile(r"[{,，]\s*[\"“]?[A-Za-z_$][\w$.-]*[\"”]?\s*(：)")
_FLOW_COMMA = re.compile(r"(，)(?=\s*[\"“]?[\w$.-]+[\"”]?\s*[:：])")
_QUOTED = re.compile(r"(?:(?<=[:\[{,-] )|(?<=[\[{,]))([“‘])(?=[^“‘]*[”’])")
_OPENING = re.compile(r"(?:(?<=[:\[{,-] )|(?<=[\[{]))([“‘｛［【])|(：)(?=\s)")
_CERTAIN = (_INDENT, _DASH, _KEY_COLON, _FLOW_COLON)
_STRINGS = re.compile(r"(?<![^\s:\[{,(])(?:\"(?:[^\"\\]|\\.)*\"|'(?:[^']|'')*')|(?:^|(?<=\s))#.*")
_BLOCK = re.compile(r"(?:^|[:\-]\s+)[|>][+-]?[0-9]?[+-]?\s*(?:#.*)?$")

# In values and keys that YAML read.
_UNIT = "(?: ?(?:[A-Za-z]+|秒|分钟|小时|天|日|周|个?月|个?季度|年|个?工作日))?"
_NUMBER = re.compile(rf"[+\-－]?[0-9０-９]+(?:[.．:：/／－-][0-9０-９]+)*{_UNIT}")
_WIDE_RUN = re.compile("[０-９．：／－]+")
_IN_KEY = re.compile("[：，“”｛｝［］]|　+|^[－＃＄]")


def in_lines(lines: list[str], file: str, first: int = 0, last: int | None = None) -> list[Diagnostic]:
    """Point at each full-width character in `lines[first:last + 1]` (from 0) that can only be a slip."""
    found: dict[tuple[int, int], str] = {}
    for number, line in _outside_text(lines, first, len(lines) - 1 if last is None else last):
        for shape in _CERTAIN[:3]:
            if match := shape.match(line):
                found.setdefault((number, match.start(1)), match.group(1))
        for shape in (_FLOW_COLON, _FLOW_COMMA, _QUOTED):
            for match in shape.finditer(line):
                if shape is _FLOW_COLON or _open_braces(line[: match.start(1)]):
                    found.setdefault((number, match.start(1)), match.group(1))
    return [_slip(text, lines, at, file) for at, text in sorted(found.items())]


def around(lines: list[str], first: int, last: int, file: str) -> list[Diagnostic]:
    """Point at full-width characters in lines that YAML complains of, though they might be text elsewhere."""
    return [
        _slip(match.group(), lines, (number, match.start()), file)
        for number, line in _outside_text(lines, first, last)
        for match in _OPENING.finditer(line)
    ]


def _outside_text(lines: list[str], first: int, last: int) -> Iterator[tuple[int, str]]:
    """Give the lines that are no block of text, with comments and quoted text blanked out."""
    block: int | None = None
    for number, line in enumerate(lines[first : last + 1], first):
        depth = len(line) - len(line.lstrip(" "))
        if block is not None and (not line.strip() or depth > block):
            continue
        blank = _STRINGS.sub(lambda found: " " * len(found.group()), line)
        block = depth if _BLOCK.search(blank) else None
        if not blank.isascii():
            yield number, blank


def _open_braces(before: str) -> bool:
    return before.count("{") + before.count("[") > before.count("}") + before.count("]")


def _slip(text: str, lines: list[str], at: tuple[int, int], file: str) -> Diagnostic:
    number, column = at
    place = Place(file, number + 1, column + 1, column + 1 + len(text))
    end = lines[number].find(_TWINS[text], column) if text in _TWINS else -1
    return full_width(text, place, None if end < 0 else Place(file, number + 1, end + 1, end + 2))


def in_key(key: str, place: Place) -> Diagnostic | None:
    """Point at full-width punctuation inside an unquoted key, such as the one of `{zh：文字}`."""
    found = _IN_KEY.search(key)
    return None if found is None else full_width(found.group(), _part(place, found.start(), found.end()))


def in_value(text: str, place: Place, in_list: bool) -> Diagnostic | None:
    """Point at full-width characters in an unquoted value on one line: numbers, lists in brackets, quotes, dashes.

    `in_list`: the value is an item of a list in brackets, whose items a comma parts.
    """
    if _NUMBER.fullmatch(text) and (run := _WIDE_RUN.search(text)):
        return full_width(run.group(), _part(place, run.start(), run.end()), spaced=False)
    if text[0] == "＄" and text[1:2].isascii():
        return full_width("＄", _part(place, 0, 1))
    if text[0] == "－" and text[1:2] in " 　":
        return full_width("－", _part(place, 0, 1))
    if text[0] in "“‘" and text.find(_TWINS[text[0]]) == len(text) - 1:
        return full_width(text[0], _part(place, 0, 1), _part(place, len(text) - 1, len(text)))
    if in_list and "，" in text:
        at = text.index("，")
        return full_width("，", _part(place, at, at + 1))
    return None


def slip(found: Any, place: Place, fits: Callable[[str], bool]) -> Diagnostic | None:
    """Point at a full-width character of a value that would be accepted without; else give None."""
    if not isinstance(found, str) or found.isascii():
        return None
    narrow = found.translate(_NARROW)
    meant = narrow.strip(" \"'"), narrow.partition(" #")[0].strip()
    quotes = place.end_column - place.column - len(found)
    if narrow == found or quotes not in (0, 2) or not any(map(fits, (narrow, *meant))):
        return None
    at = next(at for at, char in enumerate(found) if char in FULL_WIDTH)
    return full_width(found[at], _part(place, at + quotes // 2, at + quotes // 2 + 1), spaced=False)


def _part(place: Place, start: int, end: int) -> Place:
    return Place(place.file, place.line, place.column + start, place.column + end)


def full_width(text: str, place: Place, twin: Place | None = None, spaced: bool = True) -> Diagnostic:
    """Give the fault of full-width characters at a place; `twin`: where the closing one stands.

    `spaced`: a colon or dash stands for one of YAML, which a space follows; else for one inside a value.
    """
    plain = text.translate(_NARROW)
    said = Text(f"这里用了全角的 `{text}`", f"a full-width `{text}` stands here")
    what = Text(f"改用半角 `{plain}`", f"type `{plain}`")
    expected: Text | str = f"`{plain}`"
    if not plain.strip():
        said = Text("这里用了全角的空格", "a full-width space stands here")
        what = Text("改用半角空格", "type narrow spaces")
        expected = Text("半角空格", "narrow spaces")
    if plain == ",":
        what = Text(f"{what.zh}；要作为文字，就加半角引号", f"{what.en}; if it belongs to the text, quote it")
    if plain in (":", "-") and spaced:
        what = Text(f"{what.zh}，后面加空格", f"{what.en} and a space")
    if twin is not None:
        what = Text(
            f"{what.zh}，两头都改；要作为文字，就给整段加半角引号",
            f"{what.en} at both ends; if it belongs to the text, quote the whole text",
        )
    return Diagnostic(
        "full-width-punctuation",
        "error",
        place,
        said,
        expected,
        f"`{text}`",
        what,
        () if twin is None else ((twin, Text("它的另一半", "its other half")),),
    )


def hint(found: Any) -> Text | None:
    """Give a hint when a value that is not accepted holds full-width punctuation."""
    for char in found if isinstance(found, str) else "":
        if char in "：，“”｛｝［］【】＄　":
            plain = FULL_WIDTH[char]
            return Text(
                f"其中有全角的 `{char}`，改用半角 `{plain}`",
                f"it holds a full-width `{char}`; type `{plain}`",
            )
    return None
