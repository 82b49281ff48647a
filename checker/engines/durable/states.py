"""Conditions of two values over the states of conditions of three.

`Is(cond, states)` says that a three-valued condition is in one of some states. Everything else is built of it with
`All` and `One`. The parts of `One` exclude each other, so a network fires once where it holds.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from checker.engines.base import Unsupported
from checker.plan.nodes import Expr

T, F, N = 1, 2, 4
ANY = T | F | N
WIDEST = 2000


@dataclass(frozen=True, eq=False)
class Cond:
    """A three-valued condition: `fn` of conditions, or "test" of measured values. One object a condition, made by `conds`."""

    fn: str
    args: tuple[Cond, ...]
    expr: Expr
    size: int = 1


@dataclass(frozen=True)
class Is:
    """The condition is true (T), false (F) or not known (N): one of the bits of `states`."""

    cond: Cond
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
Known = Mapping[Cond, int]
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
    given = [Is(c, s) for c, s in units.items() if s != known.get(c, ANY)]
    if any(not isinstance(part, One) for part in told):
        return _conjoined([*given, *told], known)
    given = [part for part in given if not _follows(part.cond, part.states, units)]
    return _joined([*given, *told])


def _sorted_out(parts: Iterable[Formula], known: Known) -> tuple[dict[Cond, int], list[One]]:
    """Give the states of single conditions, and the parts that are alternatives."""
    units: dict[Cond, int] = {}
    waiting, rest = list(reversed(list(parts))), list[One]()
    while waiting:
        part = waiting.pop()
        if isinstance(part, All):
            waiting += reversed(part.parts)
        elif isinstance(part, Is):
            units[part.cond] = units.get(part.cond, known.get(part.cond, ANY)) & part.states
        else:
            rest.append(part)
    return units, list(dict.fromkeys(rest))


def _joined(parts: list[Formula]) -> Formula:
    return parts[0] if len(parts) == 1 else All(tuple(parts))


def _follows(cond: Cond, states: int, known: Known) -> bool:
    """Tell whether a conjunction is false anyway, because a shorter one of some of its parts is."""
    if states != F or cond.fn != "and":
        return False
    mine = set(cond.args)
    shorter = (o.args if o.fn == "and" else (o,) for o, s in known.items() if s == F and o is not cond)
    return any(len(found) < len(mine) and mine.issuperset(found) for found in shorter)


def told_of(formula: Formula, known: Known) -> Formula:
    """Give a formula that holds in the same cases, as long as `known` does."""
    if isinstance(formula, Is):
        given = known.get(formula.cond, ANY)
        states = formula.states & given
        return NEVER if not states else ALWAYS if states == given else Is(formula.cond, states)
    if isinstance(formula, All):
        return _conjoined(formula.parts, known)
    return one_of(told_of(part, known) for part in formula.parts)


def one_of(parts: Iterable[Formula]) -> Formula:
    """Give the disjunction of parts that exclude each other.

    Raises:
        Unsupported: they are so many that the rule would not be ready in a reasonable time.
    """
    flat: list[Formula] = []
    for part in parts:
        if part == ALWAYS:
            return ALWAYS
        flat += part.parts if isinstance(part, One) else [part]
        if len(flat) > WIDEST:
            raise Unsupported(f"> {WIDEST} alternatives")
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
        return Is(formula.cond, ANY & ~formula.states)
    if isinstance(formula, All):
        return first_of(opposite(part) for part in formula.parts)
    return all_of(opposite(part) for part in formula.parts)


def size(formula: Formula) -> int:
    """Give about how much there is to test."""
    if isinstance(formula, Is):
        return formula.cond.size
    return 1 + sum(size(part) for part in formula.parts)
