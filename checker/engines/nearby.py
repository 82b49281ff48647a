"""The rows of large logs that a few suspects are linked to, fetched once for all the rules that look at them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from checker.database import Database
from checker.database import quote as quoted
from checker.engines.relations import Chain, Link, link_of, may_lack
from checker.engines.shared import is_known
from checker.engines.sql import Writer
from checker.plan.columns import columns_of, exprs_of
from checker.plan.nodes import Expr, Lookup, Match, Related, RulePlan


def nearby(
    db: Database,
    chain: Chain,
    suspects: str,
    columns: frozenset[str],
    rules: Sequence[RulePlan],
    large: Iterable[str],
) -> dict[Link, str]:
    """Give, for each link of some rules into a large log by columns of the suspects, a table of the rows linked.

    `suspects` names a table, `columns` what it holds. Rows that lack a key stay where a rule might count them.
    """
    found: dict[Link, str] = {}
    for link, steps in _links(rules, columns, frozenset(large)).items():
        name = quoted(db.name(f"near {link[0]}"))
        db.run(f"CREATE TEMP TABLE {name} AS {_rows(chain, suspects, steps)}")
        found[link] = name
    return found


def _links(
    rules: Sequence[RulePlan], columns: frozenset[str], large: frozenset[str]
) -> Mapping[Link, list[Related | Lookup]]:
    found: dict[Link, list[Related | Lookup]] = {}
    linked = (step for rule in rules for step in rule.steps if isinstance(step, Related | Lookup))
    for step in linked:
        if step.log in large and step.match and is_known([m.this for m in step.match], columns):
            found.setdefault(link_of(step), []).append(step)
    return found


def _rows(chain: Chain, suspects: str, steps: Sequence[Related | Lookup]) -> str:
    log, matches = steps[0].log, steps[0].match
    ours, theirs = Writer("t", "o", chain.zone), Writer("o", "o", chain.zone)
    listed = ", ".join(f"o.{quoted(c)}" for c in sorted(_columns(steps)))
    keys = [f"({ours.sql(m.this)}) AS k{i}" for i, m in enumerate(matches)]
    same = " AND ".join(f"({theirs.sql(m.other)}) = s.k{i}" for i, m in enumerate(matches))
    linked = f"SELECT {listed} FROM {chain.tables[log]} o SEMI JOIN (SELECT {', '.join(keys)} FROM {suspects} t) s ON {same}"
    every: list[Match] = [m for step in steps if isinstance(step, Related) for m in step.match]
    lacking = list(dict.fromkeys(may_lack(m) for m in every if chain.lacking(log, m)))
    if not lacking:
        return linked
    whole = " AND ".join(f"({theirs.sql(m.other)}) IS NOT NULL" for m in matches)
    return f"{linked} UNION ALL SELECT {listed} FROM {chain.tables[log]} o WHERE NOT ({whole}) AND ({' OR '.join(lacking)})"


def _columns(steps: Sequence[Related | Lookup]) -> set[str]:
    """Give the columns of the other log that some steps read."""
    exprs: list[Expr | None] = [e for step in steps for e in exprs_of(step)]
    for step in steps:
        exprs += [match.other for match in step.match]
        if isinstance(step, Lookup):
            exprs += [*(c for _, c in step.columns), *step.start, *step.end]
    return {name for side, name in columns_of(exprs) if side == "other"} | {"_src", "_row", "_bad"}
