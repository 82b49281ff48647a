"""Conditions without parts, as tests of a fact's fields: certainly true, certainly false, not known.

A comparison is true or false only where every value is there: the value's field is then in the fact, and only
then does the network meet the comparison. Not known is the mark of a missing value.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from checker.engines.base import Unsupported
from checker.engines.durable.fields import FIELDS, Codes, Kind, Measure, number
from checker.engines.durable.settle import COMPARISONS
from checker.engines.durable.states import F, Is, N, T
from checker.plan.nodes import Call, Expr, Lit

Test = dict[str, Any]
Rows = list[list[Test]]
"""Alternatives that exclude each other, each a list of tests that must all hold."""
_MIRROR = {"eq": "eq", "ne": "ne", "lt": "gt", "gt": "lt", "le": "ge", "ge": "le"}
_DUAL = {"eq": "ne", "ne": "eq", "lt": "ge", "ge": "lt", "gt": "le", "le": "gt"}
_WORDS = {"ne": "$neq", "lt": "$lt", "le": "$lte", "gt": "$gt", "ge": "$gte"}
OPTIONS = 100
_NUMBERS = ("int", "duration", "decimal")


@dataclass
class Fields:
    """The fields of one rule's facts, numbered as they are asked for."""

    codes: Codes
    places: Callable[[Expr], int]
    names: dict[Measure, str] = field(default_factory=dict)
    made: dict[Is, Test | None] = field(default_factory=dict)

    def name(self, measure: Measure) -> str:
        """Give the number of a field.

        Raises:
            Unsupported: a fact would hold more fields than an object of the network may.
        """
        if measure not in self.names:
            if len(self.names) == FIELDS:
                raise Unsupported(f"> {FIELDS} values")
            self.names[measure] = str(len(self.names))
        return self.names[measure]

    def tests(self, atom: Expr, states: int) -> Rows:
        """Give the tests for an atom to be in one of some states."""
        if isinstance(atom, Call) and atom.fn == "is_null":
            return self._null(atom.args[0], states)
        kind = comparable(atom)
        if kind is None:
            return self._truth(atom, states)
        assert isinstance(atom, Call)
        scale = self._scale(atom.args) if kind == "decimal" else 0
        if atom.fn == "in":
            return self._among(atom, kind, scale, states)
        left, right = atom.args
        if isinstance(left, Lit):
            return self.tests(Call(_MIRROR[atom.fn], (right, left), "bool"), states)
        return self._compared(atom.fn, self.name(Measure(left, kind, scale)), right, kind, scale, states)

    def _compared(self, fn: str, left: str, right: Expr, kind: Kind, scale: int, states: int) -> Rows:
        if isinstance(right, Lit):
            value: Any = number(right.value, kind, scale, self.codes)
            whole, lacking = [_here(left)], [[_gone(left)]]
        else:
            name = self.name(Measure(right, kind, scale))
            value = {"$m": f"a{name}"}
            whole, lacking = [_here(left), _here(name)], [[_gone(left)], [_here(left), _gone(name)]]
        true, false = (_test(op, f"a{left}", value) for op in (fn, _DUAL[fn]))
        return _rows(states, [[*whole[1:], true]], [[*whole[1:], false]], lacking, whole)

    def _among(self, atom: Call, kind: Kind, scale: int, states: int) -> Rows:
        name = self.name(Measure(atom.args[0], kind, scale))
        options = {number(o.value, kind, scale, self.codes) for o in atom.args[1:] if isinstance(o, Lit)}
        listed = sorted(options)
        true = [[{f"a{name}": option}] for option in listed]
        false = [[{"$neq": {f"a{name}": option}} for option in listed]]
        return _rows(states, true, false, [[_gone(name)]], [_here(name)])

    def _truth(self, atom: Expr, states: int) -> Rows:
        """A measured truth is always there: 1 true, 0 false, 2 not known."""
        name = f"a{self.name(Measure(atom, 'bool'))}"
        codes = [code for state, code in ((T, 1), (F, 0), (N, 2)) if states & state]
        if len(codes) == 2:
            return [[{"$neq": {name: 3 - sum(codes)}}]]
        return [[{name: code}] for code in codes]

    def _null(self, value: Expr, states: int) -> Rows:
        name = f"a{self.name(Measure(value, 'there'))}"
        return [[{name: code}] for state, code in ((T, 0), (F, 1)) if states & state]

    def _scale(self, values: Sequence[Expr]) -> int:
        return max(self.places(value) for value in values)


def comparable(atom: Expr) -> Kind | None:
    """Give as what two values are compared, or None for a condition that is measured before."""
    if not isinstance(atom, Call) or atom.fn not in (*COMPARISONS, "in"):
        return None
    values = atom.args
    if all(isinstance(value, Lit) for value in values):
        return None
    constants = all(isinstance(value, Lit) and value.value is not None for value in values[1:])
    if atom.fn == "in" and not (constants and len(values) <= OPTIONS):
        return None
    kinds = {value.type for value in values}
    if kinds == {"text"}:
        return "text" if atom.fn in ("eq", "ne", "in") else None
    if kinds <= {*_NUMBERS}:
        return "decimal" if "decimal" in kinds else "int"
    return "date" if kinds == {"date"} else "datetime" if kinds == {"datetime"} else None


def _rows(states: int, true: Rows, false: Rows, lacking: Rows, whole: list[Test]) -> Rows:
    if states & (T | F) == T | F and whole:
        return [whole, *(lacking if states & N else [])]
    ways = ((T, true), (F, false), (N, lacking))
    return [tests for state, rows in ways if states & state for tests in rows]


def _test(op: str, name: str, value: Any) -> Test:
    return {name: value} if op == "eq" else {_WORDS[op]: {name: value}}


def _here(name: str) -> Test:
    return {"$ex": {f"a{name}": 1}}


def _gone(name: str) -> Test:
    return {f"z{name}": 1}
