"""Conditions as the network shall see them: derived truth values spelled out, constants folded, choices pulled up.

`x > if(c, a, b)` becomes `if(c, x > a, x > b)`: choosing is deciding, and deciding is the network's work.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeGuard

from checker.engines.durable.states import Cond
from checker.plan.build import and_, is_false, is_null, is_true, not_, or_
from checker.plan.columns import columns_of
from checker.plan.evaluate import World, evaluate
from checker.plan.nodes import Call, Col, Expr, Lit

COMPARISONS = ("eq", "ne", "lt", "le", "gt", "ge")
_JOINS = ("and", "or", "not", "if", "coalesce", "is_true", "is_false")


@dataclass
class Settler:
    """Settles the conditions of one rule; `derived` are the columns its steps compute from the row alone."""

    derived: Mapping[str, Expr]
    world: World
    done: dict[Expr, Expr] = field(default_factory=dict)

    def condition(self, expr: Expr) -> Expr:
        """Give the same condition over parts that are tests of measured values."""
        if expr not in self.done:
            self.done[expr] = self._condition(expr)
        return self.done[expr]

    def _condition(self, expr: Expr) -> Expr:
        if isinstance(expr, Col) and expr.name in self.derived:
            return self.condition(self.derived[expr.name])
        if not isinstance(expr, Call):
            return expr
        if constant(expr):
            return Lit(evaluate(expr, {}, {}, self.world), "bool")
        if expr.fn in _JOINS and all(arg.type in ("bool", "null") for arg in expr.args):
            return rejoined(expr.fn, [self.condition(arg) for arg in expr.args])
        if expr.fn == "is_null":
            return self._null(expr.args[0])
        return self._compared(expr) if expr.fn in COMPARISONS else expr

    def _null(self, arg: Expr) -> Expr:
        if arg.type == "bool":
            return is_null(self.condition(arg))
        value = self.value(arg)
        if not _chooses(value):
            return is_null(value)
        cond, then, other = value.args
        cond = self.condition(cond)
        ways = [(is_true(cond), then), (is_false(cond), other)]
        return or_([is_null(cond), *(and_([on, self._null(branch)]) for on, branch in ways)])

    def _compared(self, expr: Call) -> Expr:
        left, right = expr.args
        if {left.type, right.type} == {"bool"}:
            return self._same(expr.fn, self.condition(left), self.condition(right))
        left, right = self.value(left), self.value(right)
        if Lit(None, left.type) == left or Lit(None, right.type) == right:
            return Lit(None, "bool")
        if isinstance(left, Lit) and isinstance(right, Lit):
            return Lit(evaluate(Call(expr.fn, (left, right), "bool"), {}), "bool")
        if _chooses(left):
            cond, then, other = left.args
            return self._either(
                cond, Call(expr.fn, (then, right), "bool"), Call(expr.fn, (other, right), "bool")
            )
        if _chooses(right):
            cond, then, other = right.args
            return self._either(
                cond, Call(expr.fn, (left, then), "bool"), Call(expr.fn, (left, other), "bool")
            )
        return Call(expr.fn, (left, right), "bool")

    def _either(self, cond: Expr, then: Expr, other: Expr) -> Expr:
        return rejoined("if", [self.condition(part) for part in (cond, then, other)])

    def _same(self, fn: str, left: Expr, right: Expr) -> Expr:
        if fn not in ("eq", "ne"):
            return Call(fn, (left, right), "bool")
        same = or_([and_([left, right]), and_([not_(left), not_(right)])])
        return same if fn == "eq" else not_(same)

    def value(self, expr: Expr) -> Expr:
        """Give a value with a choice on top, if it is one; constants as they come out."""
        if isinstance(expr, Col) and expr.side == "this" and expr.name in self.derived:
            inner = self.value(self.derived[expr.name])
            return inner if isinstance(inner, Lit) or _chooses(inner) else expr
        if isinstance(expr, Call) and constant(expr):
            return Lit(evaluate(expr, {}, {}, self.world), expr.type)
        return expr


def rejoined(fn: str, args: list[Expr]) -> Expr:
    """Give a call on truth values, simplified as the compile step does."""
    if fn in ("and", "or"):
        return and_(args) if fn == "and" else or_(args)
    if fn in ("not", "is_true", "is_false"):
        return {"not": not_, "is_true": is_true, "is_false": is_false}[fn](args[0])
    return Call(fn, tuple(args), "bool")


def constant(expr: Expr) -> bool:
    """Tell whether an expression reads no column."""
    return not columns_of([expr])


@dataclass
class Conds:
    """The conditions of one rule, one object each, however often one is part of others."""

    known: dict[Expr, Cond] = field(default_factory=dict)

    def of(self, expr: Expr) -> Cond:
        """Give the condition for a settled expression."""
        if expr not in self.known:
            self.known[expr] = self._made(expr)
        return self.known[expr]

    def _made(self, expr: Expr) -> Cond:
        if isinstance(expr, Lit):
            return Cond("constant", (), expr)
        if not isinstance(expr, Call) or expr.fn not in (*_JOINS, "is_null") or expr.type != "bool":
            return Cond("test", (), expr)
        if any(arg.type not in ("bool", "null") for arg in expr.args):
            return Cond("test", (), expr)
        args = [self.of(arg) for arg in expr.args]
        if expr.fn == "coalesce" and len(args) != 2:
            rest = Call("coalesce", expr.args[1:], "bool")
            return args[0] if len(args) == 1 else self.of(Call("coalesce", (expr.args[0], rest), "bool"))
        return Cond(expr.fn, tuple(args), expr, 1 + sum(arg.size for arg in args))

    def tests(self) -> list[Expr]:
        """Give the conditions that a network must test."""
        return [cond.expr for cond in self.known.values() if cond.fn == "test"]


def _chooses(expr: Expr) -> TypeGuard[Call]:
    return isinstance(expr, Call) and expr.fn == "if" and expr.type != "bool"
