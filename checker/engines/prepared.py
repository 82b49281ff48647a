"""A plan made ready in the database: working days, small tables and views where statements find them.

What engines share that measure in SQL; which rows they look at, and who decides, is their own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from checker.calendar import changing
from checker.database import quote as quoted
from checker.engines.base import EngineTables
from checker.engines.grids import Grids, period_rows, slim
from checker.engines.lookups import validity_bounds
from checker.engines.relations import Chain, Link, may_lack
from checker.engines.sql import SQL_TYPES, Writer, literal
from checker.model import Hit, HitBatch
from checker.plan.nodes import Col, Grid, Lookup, Match, Plan, Records, RulePlan, SmallTable, Step

Proof = tuple[tuple[str, int, int], ...]


class Prepared:
    """The names under which a run's tables are found, and what is known of their keys (asked of the data once)."""

    def __init__(self, plan: Plan, tables: EngineTables, every: bool) -> None:
        plan = replace(plan, rules=tuple(slim(rule) for rule in plan.rules))
        self.plan, self.tables, self.every, self.db = plan, tables, every, tables.db
        self.zone = changing(plan.time_zone)
        self.names = {log: table.sql for log, table in tables.logs.items()}
        self.columns = {
            log: frozenset([*table.columns, "_src", "_row", "_bad"]) for log, table in tables.logs.items()
        }
        self.plain: dict[tuple[Any, ...], bool] = {}
        self.lacking: dict[tuple[str, str], bool] = {}
        self.shared: dict[tuple[Any, ...], str] = {}
        grids = [rule.source for rule in plan.rules if isinstance(rule.source, Grid)]
        unique = {log: table.unique for log, table in tables.logs.items()}
        self.periods = {grid.periods for grid in grids}
        self.grids = Grids(self.db, self.names, self.zone, grids, unique)
        self._calendar()
        for table in plan.small:
            self._small(table)
        for view in plan.views:
            self._view(view.name, view.log, view.steps)

    def subjects(self, rule: RulePlan) -> Chain:
        """Give all the subjects of a rule, to which steps can be added."""
        source = slim(rule).source
        if isinstance(source, Grid):
            return self.chain().start(self.grids.sql(source))
        return self.chain().start(f"SELECT *, row_number() OVER () AS _id FROM {self.names[source.log]}")

    def chain(self, few: bool = False, near: Mapping[Link, str] | None = None) -> Chain:
        """Begin a chain; `near` holds the rows of other logs that its few working rows are linked to."""
        return Chain(
            self.names, self.zone, self.is_simple, self.is_lacking, self.grids.unique, few, near or {}
        )

    def lists(self, rule: RulePlan) -> bool:
        """Tell whether passes are listed too."""
        return self.every or rule.lists_all

    def hit(self, rule: RulePlan, row: tuple[Any, ...], chain: Chain) -> Hit:
        """Give the hit for a row: the word, the kept values, source and row, and the evidence of the chain."""
        return next(self.hits(rule, (row,), chain))

    @staticmethod
    def hits(rule: RulePlan, rows: Iterable[tuple[Any, ...]], chain: Chain) -> Iterator[Hit]:
        """Give the hits for many rows of one rule, as `hit` does."""
        names, end = tuple(name for name, _ in rule.keep), len(rule.keep) + 1
        lists = tuple(name for name, expr in rule.keep if expr.type == "list")
        own = rule.source.log if rule.evidence_record and isinstance(rule.source, Records) else None
        logs = tuple(log for _, log in chain.evidence)
        for row in rows:
            values = dict(zip(names, row[1:end], strict=True))
            for name in lists:
                values[name] = values[name] if values[name] is None else tuple(values[name])
            proof: Proof = ((own, row[end], row[end + 1]),) if own is not None else ()
            if logs:
                proof = _proof(proof, zip(logs, row[end + 2 :], strict=True))
            yield Hit(rule.rule, row[0], values, proof)

    def batch(self, rule: RulePlan, rows: list[tuple[Any, ...]], chain: Chain) -> HitBatch:
        """Give at least one row of a rule as a batch of hits, by columns."""
        outcomes, *cells = zip(*rows, strict=True)
        columns = {name: column for (name, _), column in zip(rule.keep, cells, strict=False)}
        for name, expr in rule.keep:
            if expr.type == "list":
                columns[name] = tuple(one and tuple(one) for one in columns[name])
        return HitBatch(rule.rule, outcomes, columns, lambda at: self.hit(rule, rows[at], chain))

    def is_simple(self, step: Step) -> bool:
        """Tell whether a lookup finds at most one row by a plain join; asked of the data once."""
        if not isinstance(step, Lookup):
            return False
        key = (step.log, tuple(m.other for m in step.match), step.start, step.end, step.at is None)
        if key not in self.plain:
            self.plain[key] = self._ask_simple(step)
        return self.plain[key]

    def is_lacking(self, log: str, match: Match) -> bool:
        """Tell whether some row of a log has no value in a key and may belong all the same; asked once."""
        condition = may_lack(match)
        if (log, condition) not in self.lacking:
            asked = f"SELECT 1 FROM {self.names[log]} o WHERE {condition} LIMIT 1"
            never = condition == "FALSE" or self._is_unique(log, [match])
            self.lacking[log, condition] = not never and bool(self.db.execute(asked))
        return self.lacking[log, condition]

    def _ask_simple(self, step: Lookup) -> bool:
        keys = [Writer("o", "o", self.zone).sql(m.other) for m in step.match]
        table = self.names[step.log]
        if step.at is None:
            if self._is_unique(step.log, step.match):
                return True
            sql = f"SELECT 1 FROM {table} o GROUP BY {', '.join(keys)} HAVING count(*) > 1 LIMIT 1"
            return not self.db.execute(sql)
        bounds = (f"contains(o._bad, {literal(f',{c.name},', 'text')})" for c in (*step.start, *step.end))
        unread = " OR ".join(bounds) or "FALSE"
        begins, ends = validity_bounds(step)
        named = ", ".join(f"{key} AS k{i}" for i, key in enumerate(keys))
        spans = f"SELECT {named}, {begins} AS b, {ends} AS e, ({unread}) AS bad FROM {table} o"
        part = ", ".join(f"k{i}" for i in range(len(keys)))
        before = f"PARTITION BY {part} ORDER BY b, e ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING"
        clash = f"SELECT bad, b <= max(e) OVER ({before}) AS hit FROM ({spans})"
        return not self.db.execute(f"SELECT 1 FROM ({clash}) WHERE bad OR hit LIMIT 1")

    def _is_unique(self, log: str, match: Iterable[Match]) -> bool:
        """Tell whether reading has seen already that no two rows of a log agree in a key."""
        known = self.tables.logs[log].unique if log in self.tables.logs else None
        return any(isinstance(m.other, Col) and m.other.name == known for m in match)

    def _calendar(self) -> None:
        """Put the working days where expressions find them, if any asks."""
        if not _mentions_calendar(self.plan):
            return
        first = date.fromisoformat(self.plan.calendar.first)
        flags = "".join("1" if works else "0" for works in self.plan.calendar.working)
        # Lists of thousands of constants take longer to parse than to make.
        days = f"(SELECT i, substr('{flags}', i + 1, 1) = '1' AS works FROM range({len(flags)}) t(i))"
        seen = f"(SELECT i, count(*) FILTER (WHERE works) OVER (ORDER BY i) AS n FROM {days})"
        chosen = f"list(DATE '{first}' + CAST(i AS INTEGER) ORDER BY i) FILTER (WHERE works)"
        values = {
            "first": f"DATE '{first}'",
            "last": f"DATE '{first + timedelta(days=len(flags) - 1)}'",
            "working": f"(SELECT coalesce(list(works ORDER BY i), []) FROM {days})",
            "ordinal": f"(SELECT coalesce(list(n ORDER BY i), []) FROM {seen})",
            "workdays": f"(SELECT coalesce({chosen}, []) FROM {days})",
        }
        for name, value in values.items():
            self.db.run(f"SET VARIABLE checker_{name} = {value}")

    def _small(self, table: SmallTable) -> None:
        """Write a small table; equal ones are one."""
        columns, rows = period_rows(table) if table.name in self.periods else (table.columns, table.rows)
        alike = (tuple(columns), table.rows)
        if alike not in self.shared:
            self.shared[alike] = name = quoted(f"small {table.name}")
            self.db.run(f"DROP TABLE IF EXISTS {name}")
            self.db.fill(name, [(column, SQL_TYPES[kind]) for column, kind in columns], rows)
        self.names[table.name] = self.shared[alike]

    def _view(self, name: str, log: str, steps: tuple[Step, ...]) -> None:
        chain = self.chain().start(f"SELECT *, row_number() OVER () AS _id FROM {self.names[log]}")
        chain.add(steps)
        self.names[name] = quoted(f"view {name}")
        drop = ", ".join(["_id", *(column for column, _ in chain.evidence)])
        body = chain.text(f"SELECT * EXCLUDE ({drop}) FROM {chain.current}")
        self.db.run(f"CREATE OR REPLACE TEMP TABLE {self.names[name]} AS {body}")


def _proof(first: Proof, found: Iterable[tuple[str, Iterable[Mapping[str, int]] | None]]) -> Proof:
    """Give the rows that prove a hit, each once: its own, then those that each step found, by log."""
    rest = ((log, entry["s"], entry["r"]) for log, entries in found for entry in entries or ())
    return tuple(dict.fromkeys([*first, *rest]))


def _mentions_calendar(plan: Plan) -> bool:
    text = repr(plan.rules) + repr(plan.views)
    return "'is_workday'" in text or "'add_workdays'" in text
