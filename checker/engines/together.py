"""Statistics over one grid, in one statement: its subjects and what several of them count are asked for once."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from checker.engines.passes import in_order
from checker.engines.relations import Chain
from checker.engines.shared import SharedSteps, renamed
from checker.engines.sql import Writer
from checker.plan.columns import added_by, this_names
from checker.plan.nodes import Derive, Grid, Lookup, Related, RulePlan

Rows = list[tuple[Any, ...]]


@dataclass(frozen=True)
class Listed:
    """A statement, and by rule where the outcome, the kept values and the place of its row stand in a row of it."""

    chain: Chain
    places: tuple[tuple[RulePlan, tuple[int, ...]], ...]

    def rows(self, found: Rows) -> Iterator[tuple[RulePlan, Rows]]:
        """Give rows by rule, each as if it had been asked alone."""
        columns = list(zip(*found, strict=True))
        for rule, places in self.places:
            yield rule, list(zip(*(columns[at] for at in places), strict=True))


def alike(rule: RulePlan, grid: Grid, tables: Mapping[str, str]) -> Hashable:
    """Give what rules have in common that one statement can answer; None: this one is asked alone."""
    added = {name for step in rule.steps for name in added_by(step)}
    plain = all(
        isinstance(s, Derive | Lookup) or (isinstance(s, Related) and not s.evidence) for s in rule.steps
    )
    if not rule.lists_all or not plain or this_names([rule.scope]) & added:
        return None
    return tables[grid.periods], grid.changes, rule.scope, replace(grid, periods="", changes=None, columns=())


def grid_of(rules: Sequence[RulePlan]) -> Grid:
    """Give the grid of rules that are alike, with the columns that any of them reads."""
    grids = [rule.source for rule in rules if isinstance(rule.source, Grid)]
    return replace(grids[0], columns=tuple(dict.fromkeys(c for grid in grids for c in grid.columns)))


def listed(chain: Chain, rules: Sequence[RulePlan], stored: frozenset[str]) -> Listed:
    """Fill a chain that holds the subjects, whose columns are `stored`, with what some rules that are alike ask."""
    shared, writer = SharedSteps(), Writer("w", "o", chain.zone)
    scope = f"({writer.sql(rules[0].scope)}) IS NOT FALSE"
    chain.then(f"SELECT w.* FROM {chain.current} w WHERE {scope}")
    asked: dict[str, int] = {}
    names: list[dict[str, str]] = [{} for _ in rules]
    for rule, own in zip(rules, names, strict=True):
        for step in rule.steps:
            shared.admit(step, own)
    chain.add(in_order(shared.steps, stored))
    places = []
    for rule, own in zip(rules, names, strict=True):
        cells = [writer.sql(renamed(expr, own)) for expr in (rule.outcome, *(e for _, e in rule.keep))]
        found = [asked.setdefault(cell, len(asked)) for cell in (*cells, "w._src", "w._row")]
        places.append((rule, tuple(found)))
    columns = ", ".join(f"({cell}) AS c{at}" for cell, at in asked.items())
    chain.then(f"SELECT {columns} FROM {chain.current} w")
    return Listed(chain, tuple(places))
