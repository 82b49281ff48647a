"""A rule of the plan as a ruleset of the network: one rule a word, so that exactly one fires for each subject."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from string import ascii_letters
from typing import Any

from checker.engines.base import Unsupported
from checker.engines.durable.atoms import Fields, Test
from checker.engines.durable.conditions import opened
from checker.engines.durable.states import NEVER, WIDEST, All, Cond, F, Formula, Is, N, One, T, all_of, one_of

HEARTBEAT = "beat"
DEPTH, SIBLINGS, MEETINGS, RULES, JOINS = 200, 400, 100, 60, 15
Rules = dict[str, Any]
ALL_FACTS: Test = {"k": 1}


@dataclass(frozen=True)
class Label:
    """What a rule of the network says: the outcome and whether the subject is judged; `word` None is out of scope."""

    word: str | None
    judged: bool = False


@dataclass(frozen=True)
class Choice:
    """A word where a condition is true, another (or a choice) where it is false."""

    cond: Cond
    then: Word
    other: Word


Word = str | Choice


@dataclass(frozen=True)
class Settled:
    """The conditions of a rule, settled."""

    scope: Cond
    judged: Cond
    outcome: Word


def labelled(rule: Settled) -> dict[Label, Formula]:
    """Give, for each label, when it is the right one; one and only one is."""
    within = Is(rule.scope, T | N)
    ways: dict[Label, list[Formula]] = {Label(None): [Is(rule.scope, F)]}
    for word, when in _outcomes(rule.outcome, [within]):
        for judged, states in ((True, T), (False, F | N)):
            ways.setdefault(Label(word, judged), []).append(all_of([when, Is(rule.judged, states)]))
    found = {label: opened(one_of(parts), {}) for label, parts in ways.items()}
    return {label: formula for label, formula in found.items() if formula != NEVER}


def _outcomes(word: Word, path: list[Formula]) -> Iterable[tuple[str, Formula]]:
    if isinstance(word, str):
        yield word, all_of(path)
    else:
        yield from _outcomes(word.then, [*path, Is(word.cond, T)])
        yield from _outcomes(word.other, [*path, Is(word.cond, F)])


def rulesets(formulas: Mapping[Label, Formula], fields: Fields) -> tuple[list[Rules], dict[str, Label]]:
    """Give the network's JSON and the label of each letter; a rule's name is its label's letter and a number.

    Most plan rules need one ruleset. One with many alternatives gets more, and each fact goes to all of them.

    Raises:
        Unsupported: the network would be deeper or wider than durable_rules can be trusted with.
    """
    letters = dict(zip(ascii_letters, formulas, strict=False))
    tests: list[tuple[str, Test]] = []
    for letter, label in letters.items():
        for number, test in enumerate(_pieces(formulas[label], fields)):
            tests.append((f"{letter}{number}", test))
            if len(tests) > WIDEST:
                raise Unsupported(f"> {WIDEST} alternatives")
    found = [_ruleset(tests[at : at + RULES - 1]) for at in range(0, len(tests), RULES - 1)]
    return found, letters


def _ruleset(tests: Sequence[tuple[str, Test]]) -> Rules:
    shape = Shape()
    for _, test in tests:
        shape.add(test)
    beat = {HEARTBEAT: {"all": [{"m": {HEARTBEAT: 1}}]}}
    return {**beat, **{name: {"all": [{"m": test}]} for name, test in tests}}


def _pieces(formula: Formula, fields: Fields) -> Iterator[Test]:
    """Give tests that exclude each other, each small enough for one rule."""
    joins = _joins_of(formula, fields)
    if joins <= JOINS:
        test = _test(formula, fields)
        yield from () if test is None else (test,)
        return
    parts = formula.parts if isinstance(formula, All) else (formula,)
    ways: dict[Formula, One] = {part: part for part in parts if isinstance(part, One)}
    if not ways:
        ways = {p: _apart(p) for p in parts if isinstance(p, Is) and _joins_of(p, fields)}
    chosen = _narrowest(ways, joins, fields)
    rest = [part for part in parts if part is not chosen]
    for way in ways[chosen].parts:
        yield from _pieces(all_of([*rest, way]), fields)


def _apart(part: Is) -> One:
    return One(tuple(Is(part.cond, state) for state in (T, F, N) if part.states & state))


def _narrowest(ways: Mapping[Formula, One], joins: int, fields: Fields) -> Formula:
    """Give the part to spell out: that of the fewest ways that makes every piece small enough, else of the most."""
    for part, one in sorted(ways.items(), key=lambda way: len(way[1].parts)):
        own = max((_joins_of(way, fields) for way in one.parts), default=0)
        if joins - _joins_of(part, fields) + own <= JOINS:
            return part
    return max(ways, key=lambda part: len(ways[part].parts))


def _joins_of(formula: Formula, fields: Fields) -> int:
    """Give at most how many `$and` and `$or` a formula takes; a rule has room for few."""
    if isinstance(formula, Is):
        return _joins(_tested(formula, fields))
    return 1 + sum(_joins_of(part, fields) for part in formula.parts)


def _joins(test: Test | None) -> int:
    inner = next((test[word] for word in ("$and", "$or") if word in test), None) if test else None
    return 0 if inner is None else 1 + sum(map(_joins, inner))


def _tested(part: Is, fields: Fields) -> Test | None:
    if part not in fields.made:
        rows = fields.tests(part.cond.expr, part.states)
        fields.made[part] = _joined("$or", [_joined("$and", row) for row in rows]) if rows else None
    return fields.made[part]


def _test(formula: Formula, fields: Fields) -> Test | None:
    """Give the test for a formula; None for one that never holds."""
    if isinstance(formula, Is):
        return _tested(formula, fields)
    if isinstance(formula, One):
        found = [test for part in formula.parts if (test := _test(part, fields)) is not None]
        return _joined("$or", found) if found else None
    tests = [_test(part, fields) for part in formula.parts]
    whole = sorted((test for test in tests if test is not None), key=_late)
    return None if len(whole) < len(tests) else _joined("$and", whole) if whole else ALL_FACTS


def _late(test: Test) -> tuple[int, str]:
    """Put plain tests first and in one order everywhere, so that rules share the nodes of the network."""
    return _joins(test), repr(test)


def _joined(word: str, tests: list[Test]) -> Test:
    flat = [inner for test in tests for inner in test.get(word, [test])]
    return flat[0] if len(flat) == 1 else {word: flat}


@dataclass
class Shape:
    """The network as durable_rules will build it, to refuse what overflows its tables: it does not notice itself."""

    tests: dict[str, Shape] = field(default_factory=dict)
    met: int = 0

    def add(self, test: Test, depth: int = 0) -> Shape:
        """Build the nodes of a test below this one; give the last."""
        if depth > DEPTH:
            raise Unsupported(f"nesting > {DEPTH}")
        if "$and" in test:
            node = self
            for part in test["$and"]:
                node = node.add(part, depth + 2)
            return node
        if "$or" in test:
            return self._meet([self.add(part, depth + 2) for part in test["$or"]])
        return self._next(repr(test))

    def _next(self, key: str) -> Shape:
        found = self.tests.setdefault(key, Shape())
        if len(self.tests) > SIBLINGS:
            raise Unsupported(f"> {SIBLINGS} tests side by side")
        return found

    @staticmethod
    def _meet(ends: list[Shape]) -> Shape:
        for end in ends:
            end.met += 1
            if end.met > MEETINGS:
                raise Unsupported(f"> {MEETINGS} alternatives meet")
        return Shape()
