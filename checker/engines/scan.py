"""What a scan of one log looks at: its stored columns, those that can be derived from them, and links."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from checker.database import quote as quoted
from checker.engines.relations import levels
from checker.engines.sql import Writer
from checker.plan.columns import added_by, columns_of, exprs_of, this_names
from checker.plan.nodes import Derive, Expr, Lookup, Related, RulePlan


@dataclass(frozen=True)
class Base:
    """A log to scan: `sql` gives its columns; `derived` names the steps that are already in them."""

    sql: str
    columns: frozenset[str]
    derived: frozenset[str]


def derived_base(
    table: str, stored: frozenset[str], group: Sequence[RulePlan], used: set[str], zone: str | None
) -> Base:
    """Give a log with the columns that rest on its own; a name that two rules mean differently is left out."""
    steps = _shared_steps(stored, group)
    names = frozenset(step.name for step in steps)
    reads = ({n for s in steps for _, n in columns_of([s.expr])} | used) & stored | {"_src", "_row", "_bad"}
    sql = f"SELECT {', '.join(quoted(c) for c in sorted(reads))} FROM {table}"
    writer = Writer("t", "o", zone)
    for level in levels(steps):
        added = ", ".join(f"({writer.sql(step.expr)}) AS {quoted(step.name)}" for step in level)
        sql = f"SELECT t.*, {added} FROM ({sql}) t"
    return Base(f"({sql})", stored | names, names)


def _shared_steps(stored: frozenset[str], group: Sequence[RulePlan]) -> list[Derive]:
    derived: dict[str, Expr] = {}
    clash: set[str] = set()
    for rule in group:
        for step in rule.steps:
            if not isinstance(step, Derive) or step.name.startswith("_"):
                continue
            known = stored | derived.keys() - clash
            outside = any(name not in known for _, name in columns_of([step.expr]))
            if outside or derived.setdefault(step.name, step.expr) != step.expr:
                clash.add(step.name)
    steps = [Derive(name, expr) for name, expr in derived.items() if name not in clash]
    while broken := [s for s in steps if any(n in clash for _, n in columns_of([s.expr]))]:
        clash |= {s.name for s in broken}
        steps = [s for s in steps if s.name not in clash]
    return steps


def asks_links(rule: RulePlan) -> bool:
    """Tell whether the suspicion rests on a linked row or a count of linked rows: then nearly all rows would be suspects."""
    wanted = this_names([rule.suspect])
    for step in reversed(rule.steps):
        if not wanted & added_by(step):
            continue
        if isinstance(step, Lookup) and step.name != "person":
            return True
        if isinstance(step, Related) and not step.evidence and not step.exists:
            return True
        if isinstance(step, Derive):
            wanted |= this_names(exprs_of(step))
    return False
