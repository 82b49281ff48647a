"""One pass over the rows of a log (or a grid): which rules judge a row, apply to it, may object to it.

All rules over the same rows share the pass, and every step that several of them need is done once. Counting the bits
gives the totals; the suspects are judged exactly afterwards.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum

from checker.database import Database, OutOfMemory
from checker.database import quote as quoted
from checker.engines.bits import Asked, Bits, one_number
from checker.engines.passes import Pass, Subjects
from checker.engines.pieces import Piece
from checker.engines.relations import Chain, Link
from checker.plan.nodes import RulePlan

Masks = Sequence[tuple[int, int]]
"""How many subjects have which bits."""


class Form(Enum):
    """What the table of marks has a row for."""

    SUSPECTS = 1
    GROUPS = 2
    EVERY = 3


@dataclass(frozen=True)
class Totals:
    """Of one rule: suspects and the condition that finds them; of the rest, those judged, and those of them it does
    not apply to."""

    suspects: int
    condition: str
    judged: int
    other: int


class Marks:
    """The marks of some rules over the same subjects.

    Where the row alone decides what may be objected to, `table` has the suspects with all that judging them reads, and
    the totals are counted apart. Else it has how many subjects have the same bits, and of the suspects among them what
    judging reads; only where those would not fit, the identity and the bits of every subject.
    """

    def __init__(
        self,
        db: Database,
        chain: Callable[[Mapping[Link, str] | None], Chain],
        cut: Callable[[Pass, Sequence[RulePlan]], Sequence[Piece]],
        subjects: Subjects,
        rules: Sequence[RulePlan],
        used: frozenset[str],
        thorough: bool = False,
    ) -> None:
        """Mark the subjects, in the pieces that `cut` gives for what is to be joined to them."""
        self.db, self.chain, self.subjects, self.rules, self.used = db, chain, subjects, rules, used
        self.thorough = thorough
        self.table = quoted(db.name(f"marks {rules[0].rule}"))
        whole = self._pass(subjects, None, used)
        self.hasty, self.listed, self.form = whole.hasty, sorted(used), Form.EVERY
        self.pieces = cut(whole, rules)
        if whole.plain and not subjects.bounded:
            self.form = Form.SUSPECTS
        elif not self.hasty and (len(self.pieces) > 1 or not subjects.large):
            self.form = Form.GROUPS
        try:
            self._fill()
        except OutOfMemory:
            if self.form is not Form.GROUPS:
                raise
            self.form = Form.EVERY
            self._fill()

    def _fill(self) -> None:
        into = f"CREATE OR REPLACE TEMP TABLE {self.table} AS"
        for piece in self.pieces:
            sql = f"SELECT * FROM ({self.subjects.sql}) t WHERE {piece.where}"
            subjects = self.subjects if piece.where == "TRUE" else replace(self.subjects, sql=sql)
            kept = frozenset[str]() if self.form is Form.EVERY else self.used
            self.db.run(f"{into} {self._body(self._pass(subjects, piece.near, kept))}")
            into = f"INSERT INTO {self.table}"

    def _pass(self, subjects: Subjects, near: Mapping[Link, str] | None, kept: frozenset[str]) -> Pass:
        one_pass = Pass(self.chain(near), subjects, self.rules, self.thorough, kept)
        bits = one_pass.bits if one_pass.plain else Bits("_m")
        self.asked = {rule.rule: one_pass.ask(rule, bits) for rule in self.rules}
        self.names = bits.names()
        self.columns = self.names if one_pass.plain else bits.columns()
        return one_pass

    def _body(self, one_pass: Pass) -> str:
        chain = one_pass.chain
        found = _either(one.condition for one in self.asked.values())
        kept = self.subjects.identity if self.form is Form.EVERY else self.listed
        cells = [f"w.{quoted(name)}" for name in kept]
        marked = f"SELECT {', '.join([*cells, *self.columns])} FROM {chain.current} w"
        if self.form is Form.EVERY:
            return chain.text(marked)
        if self.form is Form.SUSPECTS:
            return chain.text(f"{marked} WHERE {found}")
        chain.then(marked)
        row = ", ".join(f"{quoted(name)} := {quoted(name)}" for name in kept)
        figures = f"count(*) AS n, list(struct_pack({row})) FILTER (WHERE {found}) AS rows"
        by = f" GROUP BY {', '.join(self.names)}" if self.names else ""
        return chain.text(f"SELECT {', '.join([figures, *self.names])} FROM {chain.current}{by}")

    def totals(self) -> dict[str, Totals]:
        """Count, for every rule."""
        marked = self._grouped()
        found = {rule: _totals(asked, marked) for rule, asked in self.asked.items()}
        return self._and_the_rest(found, marked) if self.form is Form.SUSPECTS else found

    def _and_the_rest(self, found: Mapping[str, Totals], marked: Masks) -> dict[str, Totals]:
        """Count all subjects by what the totals ask, and take the suspects from them."""
        one_pass = Pass(self.chain(None), self.subjects, self.rules, suspects=False)
        everyone = {rule.rule: one_pass.ask(rule, one_pass.bits) for rule in self.rules}
        chain, names = one_pass.chain, one_pass.bits.names()
        by = f" GROUP BY {', '.join(names)}" if names else ""
        rows = self._masks(chain.text(f"SELECT {', '.join(['count(*)', *names])} FROM {chain.current} w{by}"))
        return {rule: _without(_totals(everyone[rule], rows), self.asked[rule], marked) for rule in found}

    def _grouped(self) -> Masks:
        if self.form is Form.GROUPS:
            return self._masks(f"SELECT {', '.join(['n', *self.names])} FROM {self.table}")
        by = f" GROUP BY {', '.join(self.names)}" if self.names else ""
        return self._masks(f"SELECT {', '.join(['count(*)', *self.names])} FROM {self.table}{by}")

    def _masks(self, sql: str) -> Masks:
        return [(count, one_number(masks)) for count, *masks in self.db.execute(sql)]

    def suspects(self, conditions: Iterable[str]) -> str:
        """Give the query for the subjects that some condition holds of: the columns that judging reads, and the bits."""
        either = _either(conditions)
        if self.form is Form.SUSPECTS:
            return f"SELECT * FROM {self.table} WHERE {either}"
        if self.form is Form.GROUPS:
            rows = ", ".join(["unnest(rows) AS r", *self.names])
            cells = ", ".join([*(f"r.{quoted(name)}" for name in self.listed), *self.names])
            return f"SELECT {cells} FROM (SELECT {rows} FROM {self.table} WHERE {either})"
        same = " AND ".join(f"t.{quoted(name)} = m.{quoted(name)}" for name in self.subjects.identity)
        listed = ", ".join(
            [*(f"t.{quoted(c)}" for c in sorted(self.used)), *(f"m.{name}" for name in self.names)]
        )
        chosen = f"SELECT * FROM {self.table} WHERE {either}"
        return f"SELECT {listed} FROM ({self.subjects.again(chosen)}) t JOIN ({chosen}) m ON {same}"

    def drop(self) -> None:
        """Let the marks go."""
        self.db.run(f"DROP TABLE {self.table}")


def _either(conditions: Iterable[str]) -> str:
    return " OR ".join(f"({condition})" for condition in dict.fromkeys(conditions))


def _without(everyone: Totals, asked: Asked, marked: Masks) -> Totals:
    """Give the totals of a rule with its suspects taken out of those judged."""
    suspects = asked.count(marked, [asked.suspect])
    judged = asked.count(marked, [asked.suspect, asked.judged])
    other = asked.count(marked, [asked.suspect, asked.judged], [asked.applies])
    return Totals(suspects, asked.condition, everyone.judged - judged, everyone.other - other)


def _totals(asked: Asked, rows: Masks) -> Totals:
    suspects = asked.count(rows, [asked.suspect])
    judged = asked.count(rows, [asked.judged], [asked.suspect])
    other = asked.count(rows, [asked.judged], [asked.suspect, asked.applies])
    return Totals(suspects, asked.condition, judged, other)
