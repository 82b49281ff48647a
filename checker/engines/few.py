"""Which rules of a plan have so little data that they are judged in Python, and how both parts become one result."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from checker.engines.base import EngineTables, Result
from checker.engines.rows import Judged, judge_rows
from checker.model import Hit
from checker.plan.columns import logs_of
from checker.plan.nodes import Grid, Plan, RulePlan, Step

LITTLE = 4_000
"""Rows of all logs of a rule together up to which Python is quicker than planning statements, as measured."""
PAIRS = 200_000
"""Pairs of rows a rule may compare in Python: a fifth of a second, then a join is the better way after all."""


def judge_few(plan: Plan, tables: EngineTables, every: bool, few: int) -> dict[str, Judged]:
    """Give hits and counts of the rules that have little data."""
    rules = [rule for rule in plan.rules if _size(rule, plan, tables) <= few]
    return judge_rows(plan_of(plan, rules), tables, every, PAIRS) if rules and few else {}


def _size(rule: RulePlan, plan: Plan, tables: EngineTables) -> int:
    """Give how many rows a rule reads, or how many subjects it has if that is more."""
    rows: dict[str, int] = {
        name: tables.logs[name].rows for name in _reads(rule, plan) if name in tables.logs
    }
    if not isinstance(rule.source, Grid):
        return sum(rows.values())
    periods = next(len(table.rows) for table in plan.small if table.name == rule.source.periods)
    return max(sum(rows.values()), periods * rows.get(rule.source.log or "", 1))


def merged(plan: Plan, some: Mapping[str, Judged], others: Result) -> Result:
    """Give one result, in plan order."""
    if not some:
        return others
    hits: dict[str, list[Hit]] = {rule: list(found) for rule, (found, _) in some.items()}
    for hit in others.hits:
        hits.setdefault(hit.rule, []).append(hit)
    names = [rule.rule for rule in plan.rules]
    counts = {rule: some[rule][1] if rule in some else others.counts[rule] for rule in names}
    return Result([hit for rule in names for hit in hits.get(rule, ())], counts, others.listed)


def plan_of(plan: Plan, rules: Sequence[RulePlan]) -> Plan:
    """Give a plan of some of the rules, without the views and little tables that only others read."""
    used = {name for rule in rules for name in _reads(rule, plan)}
    grids = [rule.source for rule in rules if isinstance(rule.source, Grid)]
    small = {name for grid in grids for name in (grid.periods, grid.changes)}
    return replace(
        plan,
        rules=tuple(rules),
        views=tuple(view for view in plan.views if view.name in used),
        small=tuple(table for table in plan.small if table.name in small),
    )


def _reads(rule: RulePlan, plan: Plan) -> set[str]:
    """Give the logs and views a rule reads, and those that its views read."""
    views = {view.name: view for view in plan.views}
    open_names, found = [rule.source.log, *_logs(rule.steps)], set[str]()
    while open_names:
        name = open_names.pop()
        if name and name not in found:
            found.add(name)
            view = views.get(name)
            open_names += [view.log, *_logs(view.steps)] if view else []
    return found


def _logs(steps: Iterable[Step]) -> Iterator[str]:
    return (log for step in steps for log in sorted(logs_of(step)))
