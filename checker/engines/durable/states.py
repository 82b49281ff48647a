"""Conditions of two values over the states of conditions of three.

`Is(expr, states)` says that a three-valued condition is in one of some states. Everything else is built of it with
`All` and `One`. The parts of `One` exclude each other, so a network fires once where it holds.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from checker.plan.nodes import Call, Expr

T, F, N = 1, 2, 4
ANY = T | F | N


@dataclass(frozen=True)
class Is:
    """The condition is true (T), false (F) or not known (N): one of the bits of `states`."""

    expr: Expr
    states: int


@dataclass(frozen=True)
class All:
    """Every part holds; of no parts: always."""

    parts: tuple[Formula, ...] = ()


@dataclass(frozen=True)
class One:
    """Exactly one part holds, and never two; of no parts: never."""

    parts: tuple[Formula, ...] = ()


Formula = Is | All | One
Known = Mapping[Expr, int]
ALWAYS, NEVER = All(), One()


def all_of(parts: Iterable[Formula]) -> Formula:
    """Give the conjunction: states of one condition are intersected, and the other parts told of them."""
    return _conjoined(parts, {})


def _conjoined(parts: Iterable[Formula], known: Known) -> Formula:
    units, rest = _sorted_out(parts, known)
    if not all(units.values()):
        return NEVER
    told = [told_of(part, {**known, **units}) for part in rest]
    if NEVER in told:
        return NEVER
    given = [Is(e, s) for e, s in units.items() if s != known.get(e, ANY)]
    if any(not isinstance(part, One) for part in told):
        return _conjoined([*given, *told], known)
    given = [part for part in given if not _follows(part.expr, part.states, units)]
    return _joined([*given, *told])


def _sorted_out(parts: Iterable[Formula], known: Known) -> tuple[dict[Expr, int], list[One]]:
    """Give the states of single conditions, and the parts that are alternatives."""
    units: dict[Expr, int] = {}
    waiting, rest = list(reversed(list(parts))), list[One]()
    while waiting:
        part = waiting.pop()
        if isinstance(part, All):
            waiting += reversed(part.parts)
        elif isinstance(part, Is):
            units[part.expr] = units.get(part.expr, known.get(part.expr, ANY)) & part.states
        else:
            rest.append(part)
    return units, list(dict.fromkeys(rest))


def _joined(parts: list[Formula]) -> Formula:
    return parts[0] if len(parts) == 1 else All(tuple(parts))


def _follows(expr: Expr, states: int, known: Known) -> bool:
    """Tell whether a conjunction is false anyway, because a shorter one of some of its parts is."""
    if states != F or not isinstance(expr, Call) or expr.fn != "and":
        return False
    mine = set(conjuncts(expr))
    return any(
        other != expr and s == F and len(found := conjuncts(other)) < len(mine) and set(found) < mine
        for other, s in known.items()
    )


def conjuncts(expr: Expr) -> list[Expr]:
    """Give the parts of a conjunction, however it is nested.

    >>> from checker.plan.nodes import Col
    >>> a, b, c = (Col(name, "bool") for name in "abc")
    >>> [part.name for part in conjuncts(Call("and", (a, Call("and", (b, c), "bool")), "bool"))]
    ['a', 'b', 'c']
    """
    if isinstance(expr, Call) and expr.fn == "and":
        return [part for arg in expr.args for part in conjuncts(arg)]
    return [expr]


def told_of(formula: Formula, known: Known) -> Formula:
    """Give a formula that holds in the same cases, as long as `known` does."""
    if isinstance(formula, Is):
        given = known.get(formula.expr, ANY)
        states = formula.states & given
        return NEVER if not states else ALWAYS if states == given else Is(formula.expr, states)
    if isinstance(formula, All):
        return _conjoined(formula.parts, known)
    return one_of(told_of(part, known) for part in formula.parts)


def one_of(parts: Iterable[Formula]) -> Formula:
    """Give the disjunction of parts that exclude each other."""
    flat: list[Formula] = []
    for part in dict.fromkeys(parts):
        if part == ALWAYS:
            return ALWAYS
        flat += part.parts if isinstance(part, One) else [part]
    return flat[0] if len(flat) == 1 else One(tuple(flat))


def first_of(parts: Iterable[Formula]) -> Formula:
    """Give the disjunction of any parts: the first that holds, so that only one does."""
    listed = sorted(parts, key=size)
    before: list[Formula] = []
    ways = []
    for part in listed:
        ways.append(all_of([*before, part]))
        before.append(opposite(part))
    return one_of(way for way in ways if way != NEVER)


def opposite(formula: Formula) -> Formula:
    """Give what holds where the formula does not."""
    if isinstance(formula, Is):
        return Is(formula.expr, ANY & ~formula.states)
    if isinstance(formula, All):
        return first_of(opposite(part) for part in formula.parts)
    return all_of(opposite(part) for part in formula.parts)


def size(formula: Formula | Expr) -> int:
    """Give about how much there is to test."""
    if isinstance(formula, Is):
        return size(formula.expr)
    parts = formula.parts if isinstance(formula, All | One) else getattr(formula, "args", ())
    return 1 + sum(size(part) for part in parts)
