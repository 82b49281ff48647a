"""One pass over the rows of a log (or a grid): which rules judge a row, apply to it, may object to it.

All rules over the same rows share the pass, and every step that several of them need is done once. What comes out is
a narrow table of identities and bits: counting it gives the totals, its suspects are judged exactly afterwards.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from checker.database import Database
from checker.database import quote as quoted
from checker.engines.bits import Asked, Bits
from checker.engines.passes import Pass, Subjects
from checker.engines.relations import Chain
from checker.plan.nodes import RulePlan


@dataclass(frozen=True)
class Totals:
    """Of one rule: suspects and the condition that finds them; of the rest, those judged, and those of them it does
    not apply to."""

    suspects: int
    condition: str
    judged: int
    other: int


class Marks:
    """The marks of some rules over the same subjects; `table` has the identity and the bits of every subject."""

    def __init__(
        self,
        db: Database,
        chain: Chain,
        subjects: Subjects,
        rules: Sequence[RulePlan],
        thorough: bool = False,
    ) -> None:
        self.db, self.subjects = db, subjects
        self.table = quoted(db.name(f"marks {rules[0].rule}"))
        bits = Bits("_m")
        one_pass = Pass(chain, subjects, rules, thorough)
        self.hasty = one_pass.hasty
        self._asked = {rule.rule: one_pass.ask(rule, bits) for rule in rules}
        self.names = bits.names()
        listed = ", ".join([*(f"w.{quoted(name)}" for name in subjects.identity), *bits.columns()])
        body = chain.text(f"SELECT {listed} FROM {chain.current} w")
        db.run(f"CREATE OR REPLACE TEMP TABLE {self.table} AS {body}")

    def totals(self) -> dict[str, Totals]:
        """Count, for every rule."""
        by = f" GROUP BY {', '.join(self.names)}" if self.names else ""
        rows = self.db.execute(f"SELECT {', '.join(['count(*)', *self.names])} FROM {self.table}{by}")
        return {rule: _totals(asked, rows) for rule, asked in self._asked.items()}

    def suspects(self, conditions: Iterable[str], columns: Iterable[str]) -> str:
        """Give the query for the subjects that some condition holds of: some columns, and the bits."""
        either = " OR ".join(f"({condition})" for condition in conditions)
        same = " AND ".join(f"t.{quoted(name)} = m.{quoted(name)}" for name in self.subjects.identity)
        listed = ", ".join([*(f"t.{quoted(c)}" for c in columns), *(f"m.{name}" for name in self.names)])
        chosen = f"SELECT * FROM {self.table} WHERE {either}"
        return f"SELECT {listed} FROM ({self.subjects.again(chosen)}) t JOIN ({chosen}) m ON {same}"

    def drop(self) -> None:
        """Let the marks go."""
        self.db.run(f"DROP TABLE {self.table}")


def _totals(asked: Asked, rows: Iterable[tuple[int, ...]]) -> Totals:
    judged = other = suspects = 0
    for count, *masks in rows:
        scope, judges, applies, suspect = asked.read(masks)
        if not scope:
            continue
        if suspect:
            suspects += count
        elif judges:
            judged += count
            other += 0 if applies else count
    return Totals(suspects, asked.condition, judged, other)
