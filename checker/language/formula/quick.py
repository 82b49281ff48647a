"""The tree of a formula, and a quick way to it: making lark's tables takes longer than reading a pack.

The grammar is `grammar.lark`, and every function of `_Reader` is one of its rules. What this reads, lark reads as the
same tree, which a test holds it to; what it does not understand it leaves to lark, which says what is wrong.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection

from checker.language.formula.typing import CALENDAR, ELAPSED, UNITS
from checker.nouns import dataclass

_WORDS = re.compile(
    r"(?P<NUMBER>\d+(?:\.\d+)?)|(?P<NAME>[^\W\d]\w*)|(?P<PARAM>\$[A-Za-z][A-Za-z0-9_]*(?:-[A-Za-z0-9_]+)*)"
    r"""|(?P<STRING>"[^"\n]*"|'[^'\n]*')|(?P<OP>[<>=!]=|[-+*/()<>=,])|(?P<SPACE>[ \t\f\r\n]+)|(?P<ODD>.)"""
)
_KEYWORDS = {"if", "then", "else", "and", "or", "not", "true", "false"}
_UNITS = {word + end for word in (*ELAPSED, *CALENDAR) for end in ("", "s")} | UNITS.keys()
_COMPARE = {"<", "<=", ">", ">=", "=", "==", "!="}
_NESTING = {
    "(",
    "-",
    "not",
    "if",
}  # each may open a level: lark's stack is its own, this reader's is Python's
_DEEP = 15


@dataclass(frozen=True)
class Node:
    """A part of a formula: the rule of the grammar, its parts and words, and the characters it covers."""

    rule: str
    parts: tuple[Node | str, ...]
    start: int
    end: int


Word = tuple[str, str, int, int]
"""Its kind (a terminal of the grammar, or the keyword or sign itself), its text, its first character and its end."""


class _Odd(Exception):
    """Something that is left to lark."""


def read(text: str) -> Node | None:
    """Give the tree of a formula; None where lark must be asked.

    >>> read("(late or x)")
    Node(rule='disjunction', parts=(Node(rule='name', parts=('late',), start=1, end=5), Node(rule='name', parts=('x',), start=9, end=10)), start=1, end=10)
    >>> read("late or") is None
    True
    """
    try:
        words = _words(text)
        if sum(word[0] in _NESTING for word in words) > _DEEP:
            return None
        reader = _Reader(words)
        tree = reader.expr()
    except _Odd:
        return None
    return tree if reader.kind == "$END" else None


def _words(text: str) -> list[Word]:
    found: list[Word] = []
    for match in _WORDS.finditer(text):
        kind, word = match.lastgroup or "", match[0]
        if kind == "SPACE":
            continue
        if kind == "NAME" and word in _UNITS and found and found[-1][0] == "NUMBER":
            kind = "UNIT"
        elif kind == "OP" or (kind == "NAME" and word in _KEYWORDS):
            kind = word
        found.append((kind, word, match.start(), match.end()))
    return [*found, ("$END", "", len(text), len(text))]


class _Reader:
    """Reads word after word; each method gives the tree of what it read."""

    def __init__(self, words: list[Word]) -> None:
        self.words, self.at, self.kind = words, 0, words[0][0]

    def take(self, *kinds: str) -> str:
        """Give the text of the word that is next, and go on; of these kinds, if any are named."""
        if kinds and self.kind not in kinds:
            raise _Odd
        word = self.words[self.at][1]
        self.at += 1
        self.kind = self.words[self.at][0]
        return word

    def node(self, rule: str, first: int, *parts: Node | str) -> Node:
        return Node(rule, parts, self.words[first][2], self.words[self.at - 1][3])

    def chain(self, rule: str, part: Callable[[], Node], signs: Collection[str], keep: bool) -> Node:
        first, parts = self.at, list[Node | str]([part()])
        while self.kind in signs:
            sign = self.take()
            parts += [sign, part()] if keep else [part()]
        alone = parts[0]
        return alone if len(parts) == 1 and isinstance(alone, Node) else self.node(rule, first, *parts)

    def expr(self) -> Node:
        first = self.at
        if self.kind != "if":
            return self.disjunction()
        parts = []
        for word in ("if", "then", "else"):
            self.take(word)
            parts.append(self.expr())
        return self.node("if_then_else", first, *parts)

    def disjunction(self) -> Node:
        return self.chain("disjunction", self.conjunction, ("or",), keep=False)

    def conjunction(self) -> Node:
        return self.chain("conjunction", self.negation, ("and",), keep=False)

    def negation(self) -> Node:
        return self.prefixed("negate", "not", self.negation, self.comparison)

    def comparison(self) -> Node:
        first, left = self.at, self.sum()
        if self.kind not in _COMPARE:
            return left
        return self.node("comparison", first, left, self.take(), self.sum())

    def sum(self) -> Node:
        return self.chain("sum", self.product, ("+", "-"), keep=True)

    def product(self) -> Node:
        return self.chain("product", self.unary, ("*", "/"), keep=True)

    def unary(self) -> Node:
        return self.prefixed("minus", "-", self.unary, self.atom)

    def prefixed(self, rule: str, sign: str, same: Callable[[], Node], next_: Callable[[], Node]) -> Node:
        first = self.at
        if self.kind != sign:
            return next_()
        self.take()
        return self.node(rule, first, same())

    def atom(self) -> Node:
        first, kind = self.at, self.kind
        if kind in ("true", "false"):
            self.take()
            return self.node(kind, first)
        word = self.take("NUMBER", "STRING", "PARAM", "NAME", "(")
        if kind == "(":
            inner = self.expr()
            self.take(")")
            return inner
        if kind == "NUMBER" and self.kind == "UNIT":
            return self.node("span", first, word, self.take())
        if kind == "NAME" and self.kind == "(":
            return self.node("call", first, word, *self.arguments())
        rules = {"NUMBER": "number", "STRING": "string", "PARAM": "parameter", "NAME": "name"}
        return self.node(rules[kind], first, word)

    def arguments(self) -> list[Node]:
        self.take("(")
        parts = [] if self.kind == ")" else [self.expr()]
        while self.kind == ",":
            self.take()
            parts.append(self.expr())
        self.take(")")
        return parts
