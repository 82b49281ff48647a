"""What it takes for a three-valued condition to be in a state, down to the conditions a network can test."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from checker.engines.durable.states import (
    ALWAYS,
    ANY,
    NEVER,
    All,
    Cond,
    F,
    Formula,
    Is,
    Known,
    N,
    One,
    T,
    all_of,
    first_of,
    one_of,
    told_of,
)
from checker.plan.nodes import Lit


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
    told = {**known, **{part.cond: part.states for part in below}}
    rest = [_of(below, part) for part in formula.parts if part not in units]
    return all_of([*units, *(opened(part, told) for part in rest)])


def _of(below: Mapping[Is, Formula | None], part: Formula) -> Formula:
    return (below.get(part) or part) if isinstance(part, Is) else part


def _below(part: Is) -> Formula | None:
    """Give what a condition of parts comes to, one level down; None for one that a network tests."""
    return _PARTS[part.cond.fn](part.cond, part.states) if part.cond.fn in _PARTS else None


def _constant(cond: Cond, states: int) -> Formula:
    value = cond.expr.value if isinstance(cond.expr, Lit) else None
    return ALWAYS if states & (N if value is None else T if value else F) else NEVER


def _asking(asked: int) -> Callable[[Cond, int], Formula]:
    def lowered(cond: Cond, states: int) -> Formula:
        wanted = (asked if states & T else 0) | (ANY & ~asked if states & F else 0)
        return ALWAYS if wanted == ANY else Is(cond.args[0], wanted) if wanted else NEVER

    return lowered


def _not(cond: Cond, states: int) -> Formula:
    turned = (F if states & T else 0) | (T if states & F else 0) | (states & N)
    return Is(cond.args[0], turned)


def _and(cond: Cond, states: int) -> Formula:
    return _decided(cond.args, states, T, F)


def _or(cond: Cond, states: int) -> Formula:
    return _decided(cond.args, states, F, T)


def _decided(parts: Sequence[Cond], states: int, neutral: int, decisive: int) -> Formula:
    """Give the state of parts of which one decisive decides, and all neutral are neutral."""
    if states == neutral | N:
        return all_of(Is(part, neutral | N) for part in parts)
    if states == decisive | N:
        return first_of(Is(part, decisive | N) for part in parts)
    if states == N:
        return one_of(_first_unknown(parts, at, neutral) for at in range(len(parts)))
    ways: list[Formula] = []
    if states & neutral:
        ways.append(all_of(Is(part, neutral) for part in parts))
    if states & decisive:
        ways.append(first_of(Is(part, decisive) for part in parts))
    return one_of(ways)


def _first_unknown(parts: Sequence[Cond], at: int, neutral: int) -> Formula:
    before = [Is(part, neutral) for part in parts[:at]]
    after = [Is(part, neutral | N) for part in parts[at + 1 :]]
    return all_of([*before, Is(parts[at], N), *after])


def _if(cond: Cond, states: int) -> Formula:
    test, then, other = cond.args
    ways = [all_of([Is(test, T), Is(then, states)]), all_of([Is(test, F), Is(other, states)])]
    return one_of([*ways, Is(test, N)] if states & N else ways)


def _coalesce(cond: Cond, states: int) -> Formula:
    first, second = cond.args
    known = states & (T | F)
    ways: list[Formula] = [all_of([Is(first, N), Is(second, states)])]
    return one_of([Is(first, known), *ways] if known else ways)


_PARTS: dict[str, Callable[[Cond, int], Formula]] = {
    "constant": _constant,
    "and": _and,
    "or": _or,
    "not": _not,
    "if": _if,
    "coalesce": _coalesce,
    "is_true": _asking(T),
    "is_false": _asking(F),
    "is_null": _asking(N),
}
