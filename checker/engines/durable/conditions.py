"""What it takes for a three-valued condition to be in a state, down to the conditions a network can test."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from checker.engines.durable.states import (
    ALWAYS,
    ANY,
    NEVER,
    All,
    F,
    Formula,
    Is,
    Known,
    N,
    One,
    T,
    all_of,
    conjuncts,
    first_of,
    one_of,
    told_of,
)
from checker.plan.nodes import Call, Expr, Lit

_LOWERED = {"is_true": T, "is_false": F, "is_null": N}


def opened(formula: Formula, known: Known) -> Formula:
    """Give the formula over conditions that have no parts; `known` holds wherever it is asked."""
    formula = told_of(formula, known)
    if isinstance(formula, Is):
        below = _below(formula)
        return formula if below is None else opened(below, known)
    if isinstance(formula, One):
        return one_of(opened(part, known) for part in formula.parts)
    return _all_opened(formula, known)


def _all_opened(formula: All, known: Known) -> Formula:
    """Open what gives more certainties first, so that the alternatives are told of them."""
    below = {part: _below(part) for part in formula.parts if isinstance(part, Is)}
    easy = {part: more for part, more in below.items() if more is not None and not isinstance(more, One)}
    if easy:
        return opened(all_of(_of(easy, part) for part in formula.parts), known)
    units = [part for part, more in below.items() if more is None]
    told = {**known, **{part.expr: part.states for part in below}}
    rest = [_of(below, part) for part in formula.parts if part not in units]
    return all_of([*units, *(opened(part, told) for part in rest)])


def _of(below: Mapping[Is, Formula | None], part: Formula) -> Formula:
    return (below.get(part) or part) if isinstance(part, Is) else part


def _below(part: Is) -> Formula | None:
    """Give what a condition of parts comes to, one level down; None for one that a network tests."""
    expr, states = part.expr, part.states
    if isinstance(expr, Lit):
        state = N if expr.value is None else T if expr.value else F
        return ALWAYS if state & states else NEVER
    if not isinstance(expr, Call):
        return None
    if expr.fn in _LOWERED and expr.args[0].type == "bool":
        return _lowered(expr.args[0], _LOWERED[expr.fn], states)
    opener = _PARTS.get(expr.fn) if expr.type == "bool" else None
    return opener(expr, states) if opener else None


def _lowered(arg: Expr, asked: int, states: int) -> Formula:
    wanted = (asked if states & T else 0) | (ANY & ~asked if states & F else 0)
    return ALWAYS if wanted == ANY else Is(arg, wanted) if wanted else NEVER


def _not(expr: Call, states: int) -> Formula:
    turned = (F if states & T else 0) | (T if states & F else 0) | (states & N)
    return Is(expr.args[0], turned)


def _and(expr: Call, states: int) -> Formula:
    return _joined(conjuncts(expr), states, T, F)


def _or(expr: Call, states: int) -> Formula:
    return _joined(list(expr.args), states, F, T)


def _joined(parts: list[Expr], states: int, neutral: int, decisive: int) -> Formula:
    """Give the state of parts of which one decisive decides, and all neutral are neutral."""
    some = first_of(Is(part, decisive) for part in parts)
    whole = all_of(Is(part, neutral) for part in parts)
    if states == neutral:
        return whole
    if states == decisive:
        return some
    if states == neutral | N:
        return all_of(Is(part, neutral | N) for part in parts)
    if states == decisive | N:
        return first_of(Is(part, decisive | N) for part in parts)
    if states == T | F:
        return one_of([whole, some])
    return one_of(_first_unknown(parts, at, neutral) for at in range(len(parts)))


def _first_unknown(parts: list[Expr], at: int, neutral: int) -> Formula:
    before = [Is(part, neutral) for part in parts[:at]]
    after = [Is(part, neutral | N) for part in parts[at + 1 :]]
    return all_of([*before, Is(parts[at], N), *after])


def _if(expr: Call, states: int) -> Formula:
    cond, then, other = expr.args
    ways = [all_of([Is(cond, T), Is(then, states)]), all_of([Is(cond, F), Is(other, states)])]
    return one_of([*ways, Is(cond, N)] if states & N else ways)


def _coalesce(expr: Call, states: int) -> Formula:
    first, rest = expr.args[0], expr.args[1:]
    if not rest:
        return Is(first, states)
    more = Is(Call("coalesce", rest, "bool") if len(rest) > 1 else rest[0], states)
    known = states & (T | F)
    ways: list[Formula] = [all_of([Is(first, N), more])]
    return one_of([Is(first, known), *ways] if known else ways)


_PARTS: dict[str, Callable[[Call, int], Formula]] = {
    "and": _and,
    "or": _or,
    "not": _not,
    "if": _if,
    "coalesce": _coalesce,
}
