"""Can a condition come out true, false or unknown at all? A small exhaustive check, used by lint alone.

A condition is taken apart into branches, each a set of wishes such as "minutes > 30 is true"; a branch holds when
every column can be given a value that grants its wishes. The values tried are the constants the column is compared
with, their neighbours, the values of an enum, blank and unreadable: no other value could tell them apart. Each wish
is put to `plan.evaluate`, so that the meaning is that of the engines.

The answer errs to one side only. What is not taken apart (formulas, patterns, lists) may be anything, and where there
would be too much to try, all is held to be possible. So "impossible" is certain, and "possible" is not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import product
from math import prod

from checker.language.solver_values import UNREADABLE, candidates
from checker.model import Value
from checker.plan.columns import columns_of
from checker.plan.evaluate import WORLDLY, evaluate
from checker.plan.nodes import Call, Col, Expr, Lit, Present

MAX_STEPS = 600
MAX_COMBINATIONS = 4_000
Wish = tuple[Expr, bool | None]
"""A condition and what it should come out as."""
Branch = tuple[Wish, ...]
Ways = list[list[Wish]]
_Named = tuple[Wish, frozenset[str]]
"""A simple wish and the columns it is about."""
_COMPARE = {"eq", "ne", "lt", "le", "gt", "ge", "in"}
_TRUTHS = (True, False, None)
_ASKS = {"is_true": True, "is_false": False, "is_null": None}


@dataclass(frozen=True)
class Known:
    """What is known of columns: the only values of some, and the expressions that others stand for."""

    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    meant: Mapping[str, Expr] = field(default_factory=dict)

    def __or__(self, other: Known) -> Known:
        """Give what is known of the columns of both."""
        return Known({**self.values, **other.values}, {**self.meant, **other.meant})


class TooMany(Exception):
    """There is more to try than a lint should."""


def possible(wishes: Iterable[Wish], known: Known) -> bool:
    """Tell whether all wishes may be granted by one row; False is certain.

    >>> from checker.plan.build import and_, compare, lit
    >>> n = Col("n", "int")
    >>> both = and_([compare("gt", n, lit(3)), compare("lt", n, lit(4))])
    >>> possible([(both, True)], Known()), possible([(both, False)], Known()), possible([(both, None)], Known())
    (False, True, True)
    """
    try:
        return next(branches(wishes, known), None) is not None
    except TooMany:
        return True


def branches(wishes: Iterable[Wish], known: Known) -> Iterator[Branch]:
    """Give the sets of simple wishes that may be granted, each of which grants all of `wishes`.

    Raises:
        TooMany: after `MAX_STEPS` steps.
    """
    todo = [(_inlined(expr, known.meant), want) for expr, want in wishes]
    yield from _Search(known).go(todo, [], ())


def few_branches(wishes: Iterable[Wish], known: Known, most: int = 24) -> list[Branch]:
    """Give the first branches; nothing when there is too much to try."""
    found: list[Branch] = []
    try:
        for one in branches(wishes, known):
            found.append(one)
            if len(found) == most:
                break
    except TooMany:
        return []
    return found


class _Search:
    """One walk through the branches, counting its steps."""

    def __init__(self, known: Known) -> None:
        self.known = known
        self.steps = 0

    def go(self, todo: list[Wish], choices: list[Ways], have: tuple[_Named, ...]) -> Iterator[Branch]:
        """Give the branches that grant what is to do, one way of each choice, and what is wished already."""
        while todo:
            self.steps += 1
            if self.steps > MAX_STEPS:
                raise TooMany
            expr, want = todo.pop()
            ways = _ways(expr, want)
            if ways is None:
                simple = _simple(expr, self.known)
                new = ((simple, want), frozenset(name for name, _ in _columns(simple)))
                if not self._grants(_linked(new, have)):
                    return
                have = (*have, new)
            elif len(ways) == 1:
                todo = [*todo, *ways[0]]
            else:
                choices = [*choices, ways]
        if not choices:
            yield tuple(wish for wish, _ in have)
            return
        for way in choices[0]:
            yield from self.go(list(way), choices[1:], have)

    def _grants(self, wishes: Branch) -> bool:
        """Tell whether some values of the columns grant these wishes; yes where there is too much to try."""
        types = {name: kind for expr, _ in wishes for name, kind in _columns(expr) if kind is not None}
        names = sorted({name for expr, _ in wishes for name, _ in _columns(expr)})
        constants = [arg.value for expr, _ in wishes for arg in getattr(expr, "args", ()) if type(arg) is Lit]
        if len({types.get(name) for name in names}) > 1 or any(_vast(one) for one in constants):
            return True
        constants += [one for name in names for one in self.known.values.get(name, ())]
        tried = [
            candidates(types.get(name), self.known.values.get(name), constants, len(names)) for name in names
        ]
        if prod(len(one) for one in tried) > MAX_COMBINATIONS:
            return True
        return any(_granted(wishes, names, values) for values in product(*tried))


def _vast(number: Value) -> bool:
    """Tell whether a number has more digits than its neighbours could be told apart with."""
    return isinstance(number, int | Decimal) and not -(10**30) < number < 10**30


def _granted(wishes: Branch, names: list[str], values: tuple[Value, ...]) -> bool:
    row = dict(zip(names, values, strict=True))
    bad = ",".join(name for name, value in row.items() if value is UNREADABLE)
    known = {name: None if value is UNREADABLE else value for name, value in row.items()}
    known["_bad"] = f",{bad}," if bad else ""
    return all(evaluate(expr, known) is want for expr, want in wishes)


def _linked(new: _Named, have: tuple[_Named, ...]) -> Branch:
    """Give the wishes that share a column with the new one, at first or at second hand."""
    found, names, left = [new[0]], new[1], list(have)
    while near := [one for one in left if not names.isdisjoint(one[1])]:
        left = [one for one in left if names.isdisjoint(one[1])]
        names = names.union(*(one[1] for one in near))
        found += [wish for wish, _ in near]
    return tuple(found)


def _ways(expr: Expr, want: bool | None) -> Ways | None:
    """Give the ways to grant a wish, each a few wishes to grant together; None when it is not to be taken apart."""
    if isinstance(expr, Lit):
        return [[]] if expr.value is want else []
    if not isinstance(expr, Call):
        return None
    if expr.fn in ("and", "or"):
        if want is (expr.fn == "and"):  # `and` is true, `or` is false, only together
            return [[(part, want) for part in expr.args]]
        return [[(part, want)] for part in expr.args]
    if expr.fn == "not":
        return [[(expr.args[0], None if want is None else not want)]]
    if expr.fn in _ASKS and expr.args[0].type == "bool":
        wanted = [] if want is None else [one for one in _TRUTHS if (one is _ASKS[expr.fn]) is want]
        return [[(expr.args[0], one)] for one in wanted]
    if expr.fn == "if":
        cond, then, other = expr.args
        ways: Ways = [[(cond, True), (then, want)], [(cond, False), (other, want)]]
        return [*ways, [(cond, None)]] if want is None else ways
    return None


def _simple(expr: Expr, known: Known) -> Expr:
    """Give a condition over columns and constants alone; what else it holds becomes a column that may be anything."""
    if not isinstance(expr, Call):
        return expr
    if expr.fn in _COMPARE or expr.fn == "is_null":
        return Call(expr.fn, tuple(_term(arg) for arg in expr.args), "bool")
    if all(isinstance(arg, Lit) or (isinstance(arg, Col) and arg.name in known.values) for arg in expr.args):
        return expr
    return Col(f"?{expr!r}", "bool")


def _term(expr: Expr) -> Expr:
    if not isinstance(expr, Call):
        return expr
    if not columns_of([expr]) and not _worldly(expr):
        return Lit(evaluate(expr, {}), expr.type)
    return Col(f"?{expr!r}", expr.type)


def _worldly(expr: Expr) -> bool:
    return isinstance(expr, Call) and (expr.fn in WORLDLY or any(_worldly(arg) for arg in expr.args))


def _inlined(expr: Expr, meant: Mapping[str, Expr]) -> Expr:
    """Give the expression with computed columns written out."""
    if isinstance(expr, Col) and expr.side == "this" and expr.name in meant:
        return _inlined(meant[expr.name], meant)
    if isinstance(expr, Call) and meant:
        return Call(expr.fn, tuple(_inlined(arg, meant) for arg in expr.args), expr.type)
    return expr


def _columns(expr: Expr) -> list[tuple[str, str | None]]:
    """Give the columns of a simple condition with their types; `Present` does not tell the type."""
    if isinstance(expr, Col):
        return [(expr.name, expr.type)]
    if isinstance(expr, Present):
        return [(expr.name, None)]
    return [one for arg in expr.args for one in _columns(arg)] if isinstance(expr, Call) else []


def columns_in(branch: Branch) -> set[str]:
    """Give the names of the columns that a branch wishes something of."""
    return {name for expr, _ in branch for name, _ in _columns(expr) if not name.startswith("?")}
