"""A plan as Spark jobs: one that asks which keys have gaps, a few that judge. Only hits and counts leave Spark."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from checker.calendar import changing
from checker.engines.base import EngineTables, Result, Unsupported
from checker.engines.spark.chain import ALWAYS, Chain, Data
from checker.engines.spark.expressions import Writer, quoted, text_literal
from checker.engines.spark.grid import grid_sql
from checker.engines.spark.hits import read_hit
from checker.engines.spark.judge import rule_sql
from checker.engines.spark.pairs import mask
from checker.engines.spark.session import MASTER, Session, missing
from checker.engines.spark.steps import add
from checker.engines.spark.store import Store
from checker.model import Hit
from checker.plan.columns import added_by, columns_of, exprs_of, logs_of, relations_of
from checker.plan.nodes import Expr, Grid, Lookup, Match, Plan, RulePlan, Step, View

LITTLE = 200_000
"""Rows in all logs below which a run is dominated by the planning of its jobs."""
FEW = 20_000
"""Rows of a log that are sent whole to every core."""
TOGETHER = 16
"""Rules judged in one job, at most: the time to plan a job grows faster than the rules in it."""


class SparkEngine:
    """Runs a plan in Spark, here (`local[2]`) or on a cluster (`spark://host:7077`)."""

    def __init__(self, master: str | None = None) -> None:
        """Look whether Spark is there at all, before any log is read.

        Raises:
            UsageError: PySpark or Java is missing.
        """
        if (fault := missing()) is not None:
            raise fault
        self.master = master or MASTER

    def run(self, plan: Plan, tables: EngineTables, every: bool = False) -> Result:
        """Judge every subject of every rule, in plan order.

        Raises:
            UsageError: Spark cannot be started.
        """
        little = sum(table.rows for table in tables.logs.values()) < LITTLE
        session = Session(self.master, little)
        try:
            return _Job(plan, tables, every, session, little).run()
        finally:
            session.close()


class _Job:
    """One run: the views made so far, and what is known of their keys."""

    def __init__(self, plan: Plan, tables: EngineTables, every: bool, session: Session, little: bool) -> None:
        self.plan, self.tables, self.every, self.session = plan, tables, every, session
        self.spark = session.spark
        self.store = Store(self.spark, tables.db, whole=little)
        self.much = not little
        self.together = TOGETHER if little else min(TOGETHER, max(4, 2 * session.cores))
        self.small = {table.name: table for table in plan.small}
        self.gaps: dict[tuple[str, tuple[Expr, ...]], tuple[int, ...]] = {}
        rows = {name: int(table.rows) for name, table in tables.logs.items()}
        rows |= {view.name: rows[view.log] for view in plan.views if view.log in rows}
        self.views: dict[str, str] = {}
        self.columns: dict[str, tuple[str, ...]] = {}
        self.data = Data(self.views, rows, self._gaps_of, changing(plan.time_zone), 0 if little else FEW)

    def run(self) -> Result:
        self._load()
        for view in self.plan.views:
            self._ask(
                [step for one in self.plan.views for step in one.steps]
                + [s for r in self.plan.rules for s in r.steps]
            )
            self._view(view)
        self._ask([step for rule in self.plan.rules for step in rule.steps])
        counts: dict[str, dict[str, int]] = {rule.rule: {} for rule in self.plan.rules}
        hits: dict[str, list[Hit]] = defaultdict(list)
        for start in range(0, len(self.plan.rules), self.together):
            rules = self.plan.rules[start : start + self.together]
            for number, outcome, judged, found, times in self._judged(rules):
                rule = rules[number]
                if judged:
                    counts[rule.rule][outcome] = counts[rule.rule].get(outcome, 0) + times
                if found is not None:
                    hits[rule.rule] += [read_hit(rule, outcome, found)] * times
        return Result([hit for rule in self.plan.rules for hit in hits[rule.rule]], counts)

    def _load(self) -> None:
        """Bring every log that is read, with the columns that are read, and the small tables."""
        reads = _fields_read(self.plan)
        used = _logs_read(self.plan)
        for name, table in self.tables.logs.items():
            if name in used:
                self.views[name] = self.store.log(table, reads)
                self.columns[name] = (*(c for c in table.columns if c in reads), *sorted(ALWAYS))
        for small in self.plan.small:
            self.views[small.name] = self.store.small(small)
        self.store.calendar(self.plan.calendar)

    def _view(self, view: View) -> None:
        chain = Chain(self.data, f"SELECT * FROM {self.views[view.log]}", self.columns[view.log])
        added = {name for step in view.steps for name in added_by(step)}
        add(chain, view.steps, (), {*self.columns[view.log], *added})
        names = tuple(c for c in chain.columns if c not in chain.evidence.values())
        frame = self.spark.sql(f"SELECT {', '.join(map(quoted, names))} FROM ({chain.sql})").cache()
        self.views[view.name], self.columns[view.name] = self.store.view(frame), names

    def _gaps_of(self, log: str, match: tuple[Match, ...]) -> tuple[int, ...]:
        return self.gaps[log, tuple(m.other for m in match)]

    def _ask(self, steps: Iterable[Step]) -> None:
        """Ask, in one job, which keys of the logs are null together; of views only once they are there."""
        asked: dict[str, list[tuple[Expr, ...]]] = defaultdict(list)
        for step in steps:
            for one in relations_of(step):
                if not one.match or one.log not in self.views:
                    continue
                keys = tuple(m.other for m in one.match)
                if len(keys) > 5:
                    raise Unsupported("more than five keys")
                if (one.log, keys) not in self.gaps and keys not in asked[one.log]:
                    asked[one.log].append(keys)
        queries = [self._gap_query(log, keys) for log, keys in asked.items() if keys]
        if not queries:
            return
        for log, found in self.session.collect(" UNION ALL ".join(queries)):
            for keys, bits in zip(asked[log], found, strict=True):
                self.gaps[log, keys] = tuple(i for i in range(1, 64) if (bits or 0) >> i & 1)

    def _gap_query(self, log: str, asked: Sequence[tuple[Expr, ...]]) -> str:
        """Look at each key once, however many rules join on it."""
        writer, names = Writer("o", "o", self.data.zone), dict[Expr, str]()
        for key in (key for keys in asked for key in keys):
            names.setdefault(key, f"CASE WHEN k{len(names)} THEN NULL ELSE 1 END")
        tests = ", ".join(f"({writer.sql(key)}) IS NULL AS k{i}" for i, key in enumerate(names))
        masks = (mask([names[key] for key in keys]) for keys in asked)
        found = ", ".join(f"bit_or(shiftleft(CAST(1 AS BIGINT), {one}))" for one in masks)
        rows = f"SELECT DISTINCT {tests} FROM {self.views[log]} o"
        return f"SELECT {text_literal(log)} AS log, array({found}) AS found FROM ({rows})"

    def _judged(self, rules: Sequence[RulePlan]) -> Iterator[Any]:
        union = " UNION ALL ".join(self._rule(rule, number) for number, rule in enumerate(rules))
        query = f"SELECT rule, outcome, judged, hit, count(*) AS times FROM ({union}) GROUP BY rule, outcome, judged, hit"
        yield from sorted(self.session.collect(query), key=_place)

    def _rule(self, rule: RulePlan, number: int) -> str:
        listed = self.every or rule.lists_all
        return rule_sql(rule, number, lambda: self._subjects(rule), listed, self.much)

    def _subjects(self, rule: RulePlan) -> Chain:
        """Give the rows that a rule judges, before any step."""
        source = rule.source
        if isinstance(source, Grid):
            sql, columns = grid_sql(source, self.small, self.views, self.data.zone)
            own = {"period", *([source.key] if source.key else [])}
            return Chain(self.data, sql, columns, ALWAYS | own)
        return Chain(self.data, f"SELECT * FROM {self.views[source.log]}", self.columns[source.log])


def _place(row: Any) -> tuple[Any, ...]:
    """Order what was found by rule, then file order; rows of one place by their values."""
    hit = row["hit"]
    return (row["rule"], *((0, 0, "") if hit is None else (hit["s"], hit["r"], repr(hit["v"]))))


def _fields_read(plan: Plan) -> set[str]:
    """Give every name of a column that something reads, of whatever log."""
    names: set[str] = set()
    for rule in plan.rules:
        names |= _names([rule.scope, rule.applies, rule.suspect, rule.outcome, *(e for _, e in rule.keep)])
        if isinstance(rule.source, Grid):
            grid = rule.source
            names |= (
                {c.name for c in (*grid.columns, *grid.start, *grid.end)}
                | _names([grid.where])
                | {grid.key or ""}
            )
    for step in [s for r in plan.rules for s in r.steps] + [s for v in plan.views for s in v.steps]:
        names |= _names(exprs_of(step))
        matched = (step,) if isinstance(step, Lookup) else relations_of(step)
        names |= _names(m.other for one in matched for m in one.match)
        if isinstance(step, Lookup):
            names |= {c.name for c in (*step.start, *step.end, *(c for _, c in step.columns))}
    return names


def _names(exprs: Iterable[Expr | None]) -> set[str]:
    return {name for _, name in columns_of(exprs)}


def _logs_read(plan: Plan) -> set[str]:
    steps = [s for r in plan.rules for s in r.steps] + [s for v in plan.views for s in v.steps]
    sources = {r.source.log for r in plan.rules if r.source.log} | {v.log for v in plan.views}
    return sources | {log for step in steps for log in logs_of(step)}
