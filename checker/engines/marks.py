"""One pass over the rows of a log (or a grid): which rules judge a row, apply to it, may object to it.

All rules over the same rows share the pass, and every step that several of them need is done once. Counting the bits
gives the totals; the suspects are judged exactly afterwards.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from checker.database import Database
from checker.database import quote as quoted
from checker.engines.bits import Asked, Bits, one_number
from checker.engines.passes import Pass, Subjects
from checker.engines.relations import Chain
from checker.plan.nodes import RulePlan

Masks = Sequence[tuple[int, int]]
"""How many subjects have which bits."""


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
    the totals are counted apart; else it has the identity and the bits of every subject.
    """

    def __init__(
        self,
        db: Database,
        chain: Callable[[], Chain],
        subjects: Subjects,
        rules: Sequence[RulePlan],
        used: frozenset[str],
        thorough: bool = False,
    ) -> None:
        self.db, self.chain, self.subjects, self.rules, self.used = db, chain, subjects, rules, used
        self.table = quoted(db.name(f"marks {rules[0].rule}"))
        one_pass = Pass(chain(), subjects, rules, thorough, used)
        self.whole = subjects.bounded or not one_pass.plain
        if self.whole:
            one_pass = Pass(chain(), subjects, rules, thorough)
        self.hasty = one_pass.hasty
        bits = one_pass.bits if one_pass.plain else Bits("_m")
        self.asked = {rule.rule: one_pass.ask(rule, bits) for rule in rules}
        self.names = bits.names()
        columns = self.names if one_pass.plain else bits.columns()
        kept = subjects.identity if self.whole else sorted(used)
        listed = ", ".join([*(f"w.{quoted(name)}" for name in kept), *columns])
        only = "" if self.whole else f" WHERE {_either(one.condition for one in self.asked.values())}"
        body = one_pass.chain.text(f"SELECT {listed} FROM {one_pass.chain.current} w{only}")
        db.run(f"CREATE OR REPLACE TEMP TABLE {self.table} AS {body}")

    def totals(self) -> dict[str, Totals]:
        """Count, for every rule."""
        marked = self._grouped(self.table, self.names)
        found = {rule: _totals(asked, marked) for rule, asked in self.asked.items()}
        return found if self.whole else self._and_the_rest(found, marked)

    def _and_the_rest(self, found: Mapping[str, Totals], marked: Masks) -> dict[str, Totals]:
        """Count all subjects by what the totals ask, and take the suspects from them."""
        one_pass = Pass(self.chain(), self.subjects, self.rules, suspects=False)
        everyone = {rule.rule: one_pass.ask(rule, one_pass.bits) for rule in self.rules}
        chain, names = one_pass.chain, one_pass.bits.names()
        by = f" GROUP BY {', '.join(names)}" if names else ""
        rows = self._masks(chain.text(f"SELECT {', '.join(['count(*)', *names])} FROM {chain.current} w{by}"))
        return {rule: _without(_totals(everyone[rule], rows), self.asked[rule], marked) for rule in found}

    def _grouped(self, table: str, names: Sequence[str]) -> Masks:
        by = f" GROUP BY {', '.join(names)}" if names else ""
        return self._masks(f"SELECT {', '.join(['count(*)', *names])} FROM {table}{by}")

    def _masks(self, sql: str) -> Masks:
        return [(count, one_number(masks)) for count, *masks in self.db.execute(sql)]

    def suspects(self, conditions: Iterable[str]) -> str:
        """Give the query for the subjects that some condition holds of: the columns that judging reads, and the bits."""
        either = _either(conditions)
        if not self.whole:
            return f"SELECT * FROM {self.table} WHERE {either}"
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
