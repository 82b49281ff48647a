"""What can be said about YAML that does not parse, in words for people who type Chinese.

The commonest slip is a full-width colon, comma or quote from a Chinese keyboard; YAML then complains a line
later, about something else. Here the slip itself is pointed at.
"""

from __future__ import annotations

import re
from typing import Any

from checker.diagnostics import Diagnostic
from checker.language import load_width
from checker.model import Place, Text

_KEY = re.compile(r" +([^\s:#][^:#]*?)(?=\s*:(?:\s|$))")
_GLUED = re.compile(r" *(?:- +)*([^\s:#\"']+):\S")
_CONTROL = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufeff\ufffe\uffff\ud800-\udfff\t\u2028\u2029\x85]"
)
_PROBLEMS: tuple[tuple[str, Text, Text], ...] = (
    (
        "mapping values are not allowed",
        Text("这里不能有冒号", "a colon cannot stand here"),
        Text("检查缩进；含冒号的文字加引号", "check the indentation; quote text that holds a colon"),
    ),
    (
        "could not find expected ':'",
        Text("键后面缺冒号，或冒号后面缺空格", "a key lacks its colon, or the colon a space after it"),
        Text("写成 `键: 值`，冒号后有空格", "write `key: value`, with a space after the colon"),
    ),
    (
        "found unexpected end of stream",
        Text("引号没有配对", "a quote is not closed"),
        Text("补上引号", "close the quote"),
    ),
    (
        "cannot start any token",
        Text("这个字符不能开始一个值", "a value cannot begin with this character"),
        Text("给文字加引号", "quote the text"),
    ),
    (
        "did not find expected ',' or",
        Text(
            "花括号或方括号里缺逗号，或没有配对",
            "a comma is missing in braces or brackets, or they are not closed",
        ),
        Text(
            "检查逗号与括号；含标点的文字加引号",
            "check commas and brackets; quote text that holds punctuation",
        ),
    ),
    (
        "did not find expected key",
        Text("缩进与上文不一致，或缺键", "the indentation does not match, or a key is missing"),
        Text("同一层的键左边对齐", "keys of one level begin in one column"),
    ),
    (
        "did not find expected '-' indicator",
        Text("列表项应以 `- ` 开头", "an item of a list begins with `- `"),
        Text("检查缩进", "check the indentation"),
    ),
)
_SAME = (
    ("expected ',' or", "did not find expected ',' or"),
    ("expected <block end>", "did not find expected key"),
)


def text_faults(text: str, file: str) -> tuple[Diagnostic, ...]:
    """Give the first tab and the first control character of each kind, with their places."""
    seen: dict[str, Diagnostic] = {}
    for found in _CONTROL.finditer(text):
        char = found.group()
        if char not in seen:
            seen[char] = _bad_character(char, _place(text, found.start(), file))
    return tuple(seen.values())


def _bad_character(char: str, place: Place) -> Diagnostic:
    if char == "\t":
        said = Text("YAML 里不能用制表符（Tab）", "a tab cannot be used in YAML")
        return Diagnostic("tab", "error", place, said, hint=Text("换成空格", "use spaces"))
    said = Text(f"不可见的控制字符 U+{ord(char):04X}", f"a control character, U+{ord(char):04X}")
    return Diagnostic("control-character", "error", place, said, hint=Text("删去它", "remove it"))


def fault_of(error: Exception, text: str, file: str) -> tuple[Diagnostic, ...]:
    """Say what is wrong with text that does not parse (a YAMLError); full-width punctuation that explains it goes first."""
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    line = mark.line + 1 if mark is not None else 1
    lines = text.split("\n")
    slips = load_width.in_lines(lines, file)
    blamed = [one for one in slips if one.place.line <= line + 1]
    blamed = blamed or load_width.around(lines, _first_line(error, line) - 1, line - 1, file)
    if blamed:
        return tuple(dict.fromkeys((*blamed, *slips)))
    return (_said(error, mark, lines, line, file), *slips)


def _first_line(error: Exception, line: int) -> int:
    """Give the line where the braces or brackets open that YAML complains of; else the line of the complaint."""
    opened = getattr(error, "context_mark", None)
    return opened.line + 1 if opened is not None and "flow" in str(getattr(error, "context", "")) else line


def _said(error: Exception, mark: Any, lines: list[str], line: int, file: str) -> Diagnostic:
    problem = str(getattr(error, "problem", "") or error)
    opened = getattr(error, "context_mark", None)
    if "unexpected end of stream" in problem and opened is not None:
        mark, line = opened, opened.line + 1
    place = Place(file, line, mark.column + 1 if mark is not None else 1)
    if "mapping values" in problem and (deeper := _too_deep(lines, line, place, file)) is not None:
        return deeper
    if "could not find expected ':'" in problem and (glued := _glued(lines, line, file)) is not None:
        place = glued
    for start, said, hint in _PROBLEMS:
        if start in _normal(problem):
            note = _opened(opened, file) if "expected ',' or" in problem else ()
            return Diagnostic("yaml-syntax", "error", place, said, hint=hint, related=note)
    said = Text("YAML 语法错误", "this is not valid YAML")
    return Diagnostic("yaml-syntax", "error", place, said, found=problem)


def _glued(lines: list[str], line: int, file: str) -> Place | None:
    """Give the colon of the key above that no space follows: YAML complains only of the line after it."""
    above = next((at for at in range(line - 1, 0, -1) if lines[at - 1].strip()), 0)
    found = _GLUED.match(lines[above - 1]) if above else None
    return Place(file, above, found.end(1) + 1, found.end(1) + 2) if found else None


def _too_deep(lines: list[str], line: int, place: Place, file: str) -> Diagnostic | None:
    """Point at a key that begins right of the keys above it and so became a part of the value above."""
    source = lines[line - 1]
    found = _KEY.match(source)
    above = next((at for at in range(line - 1, 0, -1) if lines[at - 1].strip()), 0)
    if found is None or found.end(1) + 1 != place.column or not above:
        return None
    before = lines[above - 1]
    start = len(before) - len(before.lstrip(" -"))
    note = Place(file, above, start + 1, len(before.rstrip()) + 1)
    return Diagnostic(
        "yaml-syntax",
        "error",
        Place(file, line, found.start(1) + 1, found.end(1) + 1),
        Text(
            "缩进太深，这一行成了上一行的值的一部分",
            "indented too deep: this line became part of the value above",
        ),
        hint=Text("与上面的键左边对齐", "let it begin in the column of the keys above"),
        related=((note, Text("上面的值从这里开始", "the value above is here")),),
    )


def _opened(mark: Any, file: str) -> tuple[tuple[Place, Text], ...]:
    place = Place(file, mark.line + 1, mark.column + 1, mark.column + 2)
    return ((place, Text("括号从这里开始", "the bracket opens here")),)


def _normal(problem: str) -> str:
    return next((ours for theirs, ours in _SAME if problem.startswith(theirs)), problem)


def _place(text: str, offset: int, file: str) -> Place:
    column = offset - (text.rfind("\n", 0, offset) + 1) + 1
    return Place(file, text.count("\n", 0, offset) + 1, column, column + 1)
