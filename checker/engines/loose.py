"""A two-valued filter "may be not false": plain AND and OR that DuckDB runs by selection, and a safe superset.

Pushes `IS NOT FALSE` down the condition tree: exact where all columns are known. A part that cannot be told from
them simply counts as "may be"; what is kept is judged exactly afterwards.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from checker.engines.sql import Writer
from checker.plan.build import not_
from checker.plan.columns import columns_of
from checker.plan.nodes import Call, Col, Expr, Lit, Present

_DUAL = {"eq": "ne", "ne": "eq", "lt": "ge", "ge": "lt", "gt": "le", "le": "gt"}
Exists = Callable[[str], str | None]


@dataclass(frozen=True)
class Loose:
    """Writes the filter for rows of one table whose stored columns are `stored`.

    `exists` gives, for the name of a related count, the SQL that says whether a certain match exists, if it can.
    """

    writer: Writer
    stored: frozenset[str]
    exists: Exists = lambda name: None

    def maybe(self, expr: Expr) -> str:
        """Give SQL that holds wherever `expr` is true or null."""
        if isinstance(expr, Present):
            return self._presence(expr)
        if isinstance(expr, Lit):
            return "FALSE" if expr.value is False else "TRUE"
        if isinstance(expr, Call):
            if expr.fn in ("and", "or"):
                return self._join(expr.fn, [self.maybe(a) for a in expr.args])
            if expr.fn == "not":
                return self.maybe_not(expr.args[0])
            if expr.fn == "if" and expr.type == "bool":
                return self._branches(expr, self.maybe)
            if expr.fn == "is_true":
                return self._surely(expr.args[0], self.maybe, self.maybe_not)
            if expr.fn == "is_false":
                return self._surely(expr.args[0], self.maybe_not, self.maybe)
            if self._has_match(expr):
                return f"({self.exists(_name(expr))})"
        return self._leaf(expr)

    def maybe_not(self, expr: Expr) -> str:
        """Give SQL that holds wherever `expr` is false or null."""
        if isinstance(expr, Present):
            return f"{self._cell(expr)} IS NULL" if self._known(expr) else "TRUE"
        if isinstance(expr, Lit):
            return "FALSE" if expr.value is True else "TRUE"
        if isinstance(expr, Call):
            if expr.fn in ("and", "or"):
                return self._join("or" if expr.fn == "and" else "and", [self.maybe_not(a) for a in expr.args])
            if expr.fn == "not":
                return self.maybe(expr.args[0])
            if expr.fn == "if" and expr.type == "bool":
                return self._branches(expr, self.maybe_not)
            if expr.fn in ("is_true",):
                return self.maybe_not(expr.args[0])
            if expr.fn == "is_false":
                return self.maybe(expr.args[0])
            if expr.fn in _DUAL and not self._has_match(expr):
                return self._leaf(Call(_DUAL[expr.fn], expr.args, "bool"))
            if self._has_match(expr):
                return f"(NOT {self.exists(_name(expr))})"
        return self._leaf(not_(expr))

    def _surely(self, expr: Expr, way: Callable[[Expr], str], other: Callable[[Expr], str]) -> str:
        """Give what is certain as the opposite of what may be otherwise; of columns not known, what may be."""
        if not self._known(expr):
            return way(expr)
        doubt = other(expr)
        return {"TRUE": "FALSE", "FALSE": "TRUE"}.get(doubt, f"(NOT {doubt})")

    def _branches(self, expr: Call, way: Callable[[Expr], str]) -> str:
        cond, then, other = expr.args
        parts = [
            self._join("and", [self.maybe(cond), way(then)]),
            self._join("and", [self.maybe_not(cond), way(other)]),
        ]
        if not (
            isinstance(cond, Call)
            and (cond.fn in ("is_true", "is_false", "is_null") or self._has_match(cond))
        ):
            parts.append(self._null(cond))
        return self._join("or", parts)

    def _presence(self, expr: Present) -> str:
        """Give SQL that holds where a cell has a value or cannot be read."""
        return (
            f"({self._cell(expr)} IS NOT NULL OR {self.writer.unread(expr)})" if self._known(expr) else "TRUE"
        )

    def _cell(self, expr: Present) -> str:
        return self.writer.sql(Col(expr.name, "text", expr.side))

    def _null(self, cond: Expr) -> str:
        return f"(({self.writer.sql(cond)}) IS NULL)" if self._known(cond) else "TRUE"

    def _leaf(self, expr: Expr) -> str:
        if not self._known(expr):
            return "TRUE"
        if isinstance(expr, Call) and expr.fn in _DUAL:
            test = self.writer.sql(expr)
            blanks = [f"{self.writer.sql(a)} IS NULL" for a in expr.args if isinstance(a, Col)]
            if all(
                isinstance(a, Col | Lit) and not (isinstance(a, Lit) and a.value is None) for a in expr.args
            ):
                return self._join("or", [test, *blanks])
        if isinstance(expr, Call) and expr.fn == "is_null":
            return self.writer.sql(expr)
        return f"(({self.writer.sql(expr)}) IS NOT FALSE)"

    def _known(self, expr: Expr) -> bool:
        return all(side == "this" and name in self.stored for side, name in columns_of([expr]))

    def _has_match(self, expr: Expr) -> bool:
        """Tell whether this asks for at least one certain match of a step that can be answered by EXISTS."""
        return bool(_name(expr)) and self.exists(_name(expr)) is not None

    @staticmethod
    def _join(word: str, parts: list[str]) -> str:
        stop, skip = ("FALSE", "TRUE") if word == "and" else ("TRUE", "FALSE")
        if stop in parts:
            return stop
        rest = list(dict.fromkeys(part for part in parts if part != skip))
        return skip if not rest else rest[0] if len(rest) == 1 else "(" + f" {word.upper()} ".join(rest) + ")"


def _name(expr: Expr) -> str:
    if (
        isinstance(expr, Call)
        and expr.fn == "ge"
        and isinstance(expr.args[0], Col)
        and expr.args[1] == Lit(1, "int")
    ):
        return expr.args[0].name
    return ""
