"""The default engine: few rows are judged in Python, many as DuckDB SQL."""

from __future__ import annotations

from checker.engines.base import EngineTables, Result
from checker.engines.few import LITTLE, judge_few, merged, plan_of
from checker.plan.nodes import Plan

MANY = 20_000
PIECE = 500_000
"""About how many rows a piece of a large log holds at most: what is joined to them fits into little memory."""


class DuckDBEngine:
    """Runs a plan in the database that holds the tables.

    Rules over no more than `few` rows are judged in Python; more than `many` subjects are marked first and only the
    suspects judged one by one, logs of more than `piece` rows a piece at a time.
    """

    def __init__(self, few: int = LITTLE, many: int = MANY, piece: int = PIECE) -> None:
        self.few, self.many, self.piece = few, many, piece

    def run(self, plan: Plan, tables: EngineTables, every: bool = False) -> Result:
        """Judge every subject of every rule, in plan order."""
        done = judge_few(plan, tables, every, self.few)
        left = [rule for rule in plan.rules if rule.rule not in done]
        return merged(plan, done, self._in_sql(plan_of(plan, left), tables, every) if left else Result([]))

    def _in_sql(self, plan: Plan, tables: EngineTables, every: bool) -> Result:
        from checker.engines.job import Job  # a month of a small company never needs it

        return Job(plan, tables, every, self.many, self.piece).run()
