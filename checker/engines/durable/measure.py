"""The shared measuring: the steps of a plan in the database, prepared as the default engine prepares them."""

from __future__ import annotations

from typing import Any

from checker.engines.base import EngineTables
from checker.engines.duckdb import _Job
from checker.engines.relations import Chain, grid_sql
from checker.model import Hit
from checker.plan.nodes import Grid, Plan, RulePlan


class Measured(_Job):
    """One run's working days, small tables and views, put where statements find them."""

    def __init__(self, plan: Plan, tables: EngineTables, every: bool) -> None:
        super().__init__(plan, tables, every)
        self._calendar()
        for table in plan.small:
            self._small(table)
        for view in plan.views:
            self._view(view.name, view.log, view.steps)

    def subjects(self, rule: RulePlan) -> Chain:
        """Give the subjects of a rule, to which steps can be added."""
        source = rule.source
        if isinstance(source, Grid):
            return self._chain().start(grid_sql(source, self.names, self.zone))
        return self._chain().start(f"SELECT *, row_number() OVER () AS _id FROM {self.names[source.log]}")

    def lists(self, rule: RulePlan) -> bool:
        """Tell whether passes are listed too."""
        return self._lists(rule)

    def hit(self, rule: RulePlan, row: tuple[Any, ...], chain: Chain) -> Hit:
        """Give the hit for a row: the word, the kept values, source and row, and the evidence of the chain."""
        return self._hit(rule, row, chain)
