"""One run of a plan as DuckDB SQL, out of core.

Rules over the records of one log share one pass that marks the rows some rule may object to (`marks`); each rule then
judges only those few, exactly. Passes are counted, not listed. Large grids are marked too; small ones are judged whole.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from checker.database import quote as quoted
from checker.engines.base import EngineTables, Result
from checker.engines.grids import grid_sql
from checker.engines.marks import Marks, Totals
from checker.engines.nearby import nearby
from checker.engines.passes import Subjects
from checker.engines.prepared import Prepared
from checker.engines.relations import Chain
from checker.engines.sql import Writer
from checker.model import Hit, HitBatch, HitTable
from checker.plan.columns import added_by, columns_of, exprs_of, this_names
from checker.plan.nodes import (
    Coverage,
    Grid,
    Pairing,
    Plan,
    Previous,
    Records,
    RulePlan,
    Run,
)

Group = list[RulePlan]
QUIET = ("pass", "not_applicable")


class Job(Prepared):
    """One run: what has been found so far."""

    def __init__(self, plan: Plan, tables: EngineTables, every: bool, many: int) -> None:
        super().__init__(plan, tables, every)
        self.many = many
        self.found: dict[str, list[Hit]] = defaultdict(list)
        self.counts: dict[str, dict[str, int]] = {}
        self.waiting: list[tuple[RulePlan, Chain]] = []

    def run(self) -> Result:
        """Judge every subject of every rule."""
        for rule in self.plan.rules:
            if isinstance(rule.source, Grid):
                self._grid(rule, rule.source)
            elif self.lists(rule) or _of_time(rule):
                self._whole(rule, f"SELECT *, row_number() OVER () AS _id FROM {self.names[rule.source.log]}")
        for log, group in self._groups().items():
            self._marked(group, self._records(log))
        hits = [hit for rule in self.plan.rules for hit in self.found[rule.rule]]
        return Result(hits, self.counts, self._listed())

    def _listed(self) -> Iterator[HitBatch | HitTable]:
        """Give the hits of rules that list all their rows, by columns or as a table: there may be very many."""
        for rule, chain in self.waiting:
            sql = chain.text(f"SELECT * FROM {chain.current}")
            if isinstance(rule.source, Grid) and not chain.evidence:
                yield from self._table(rule, sql, chain)
            else:
                yield from (self.batch(rule, rows, chain) for rows in self.db.stream(sql))

    def _table(self, rule: RulePlan, sql: str, chain: Chain) -> Iterator[HitTable]:
        """Give the hits of one rule as a table; it is dropped when the next is asked for."""
        name = quoted(self.db.name(f"listed {rule.rule}"))
        self.db.run(f"CREATE TEMP TABLE {name} AS {sql}")
        columns = self.db.columns(f"SELECT * FROM {name}")
        yield HitTable(rule.rule, self.db, name, columns, lambda rows: self.batch(rule, rows, chain))
        self.db.run(f"DROP TABLE {name}")

    def _large(self) -> Iterator[str]:
        """Give the logs and views that are worth looking into only once."""
        base = {view.name: view.log for view in self.plan.views}
        yield from (name for name in self.names if self._rows(base.get(name, name)) > self.many)

    def _rows(self, log: str) -> int:
        return self.tables.logs[log].rows if log in self.tables.logs else 0

    def _records(self, log: str) -> Subjects:
        sql = f"SELECT * FROM {self.names[log]}"
        return Subjects(sql, self.columns[log], ("_src", "_row"), lambda chosen: sql)

    def _grid(self, rule: RulePlan, grid: Grid) -> None:
        sql = grid_sql(grid, self.names, self.zone)
        if self._size(rule) <= self.many or self.lists(rule) or _neighbours(rule) or _of_time(rule):
            self._whole(rule, sql)
            return
        periods = next(t for t in self.plan.small if t.name == grid.periods)
        names = [*(name for name, _ in periods.columns), *(c.name for c in grid.columns), "member", "_bad"]
        columns = frozenset([*names, "_src", "_row", *(["waived"] if grid.changes else [])])

        def again(chosen: str) -> str:
            return grid_sql(grid, self.names, self.zone, chosen)

        self._marked([rule], Subjects(sql, columns, ("_src", "_row", "period"), again, bounded=True))

    def _whole(self, rule: RulePlan, source: str) -> None:
        """Judge every subject: grids, rules that look at neighbours, and runs that list everything."""
        chain = self.chain().start(source)
        added = {name for step in rule.steps for name in added_by(step)}
        if not _neighbours(rule) and not any(name in added for _, name in columns_of([rule.scope])):
            chain.then(
                f"SELECT w.* FROM {chain.current} w WHERE ({Writer('w', 'o', self.zone).sql(rule.scope)}) IS NOT FALSE"
            )
        self._judge(rule, chain, small=self._size(rule) <= self.many or self.lists(rule))

    def _size(self, rule: RulePlan) -> int:
        """Give at most how many subjects a rule has, as far as table sizes tell."""
        subjects = self._rows(rule.source.log) if rule.source.log else 1
        if isinstance(rule.source, Grid):
            return subjects * next(len(t.rows) for t in self.plan.small if t.name == rule.source.periods)
        return subjects

    def _judge(
        self,
        rule: RulePlan,
        chain: Chain,
        small: bool = True,
        totals: Totals | None = None,
        only: str = "",
    ) -> None:
        """Add the steps, word the outcomes, fetch the hits and count.

        `totals` are those of all subjects, when the chain holds the suspects; `only` is a further condition on them.
        """
        chain.add(rule.steps)
        writer = Writer("w", "o", self.zone)
        kept = ", ".join(f"({writer.sql(expr)}) AS {quoted(name)}" for name, expr in rule.keep)
        evidence = "".join(f", w.{name}" for name, _ in chain.evidence)
        outcome, scope = writer.sql(rule.outcome), f"({writer.sql(rule.scope)}) IS NOT FALSE"
        chain.then(
            f"SELECT ({outcome}) AS _outcome, {kept}, w._src, w._row{evidence} FROM {chain.current} w WHERE {scope}{only}"
        )
        if rule.lists_all and not self.every:
            self.counts[rule.rule] = {}
            self.waiting.append((rule, chain))
            return
        rows, counted = self._fetched(rule, chain) if small else self._sifted(rule, chain)
        self._count(rule, counted, totals)
        self.found[rule.rule] = list(self.hits(rule, rows, chain))

    def _count(self, rule: RulePlan, counted: Mapping[str, int], totals: Totals | None = None) -> None:
        """Note how often each outcome came up: among those judged one by one, and among the rest."""
        found = Counter(counted)
        if totals is not None:
            found.update({"not_applicable": totals.other, "pass": totals.judged - totals.other})
        self.counts[rule.rule] = {word: int(n) for word, n in found.items() if n}

    def _fetched(self, rule: RulePlan, chain: Chain) -> tuple[list[tuple[Any, ...]], dict[str, int]]:
        """Fetch everything judged and count it here: few rows, one statement."""
        rows = self.db.execute(chain.text(f"SELECT * FROM {chain.current} ORDER BY _src, _row"))
        at = 1 + [name for name, _ in rule.keep].index("judged")
        counted = Counter(row[0] for row in rows if row[at])
        return rows if self.lists(rule) else [row for row in rows if row[0] not in QUIET], dict(counted)

    def _sifted(self, rule: RulePlan, chain: Chain) -> tuple[list[tuple[Any, ...]], dict[str, int]]:
        """Count in the database and fetch only what is listed: many rows."""
        table = quoted(f"judged {rule.rule}")
        self.db.run(f"CREATE OR REPLACE TEMP TABLE {table} AS {chain.text(f'SELECT * FROM {chain.current}')}")
        counted = dict(
            self.db.execute(f"SELECT _outcome, count(*) FROM {table} WHERE judged GROUP BY _outcome")
        )
        only = "" if self.lists(rule) else " WHERE _outcome NOT IN ('pass', 'not_applicable')"
        rows = self.db.execute(f"SELECT * FROM {table}{only} ORDER BY _src, _row")
        self.db.run(f"DROP TABLE {table}")
        return rows, counted

    def _groups(self) -> dict[str, Group]:
        groups: dict[str, Group] = defaultdict(list)
        for rule in self.plan.rules:
            if isinstance(rule.source, Records) and not self.lists(rule) and not _of_time(rule):
                groups[rule.source.log].append(rule)
        return groups

    def _marked(self, rules: Group, subjects: Subjects, thorough: bool = False) -> None:
        """Mark the subjects in one pass, then judge each rule on those it may object to."""
        used = frozenset(name for rule in rules for name in self._used(rule)) & subjects.columns
        marks = Marks(self.db, self.chain, subjects, rules, used, thorough)
        totals = marks.totals()
        again = [
            rule for rule in rules if rule.rule in marks.hasty and totals[rule.rule].suspects > self.many
        ]
        if again:
            self._marked(again, subjects, thorough=True)
            rules = [rule for rule in rules if rule not in again]
        objecting = [rule for rule in rules if totals[rule.rule].suspects]
        for rule in rules:
            if rule not in objecting:
                self._count(rule, {}, totals[rule.rule])
        if objecting:
            self._suspects(marks, objecting, totals)
        marks.drop()

    def _suspects(self, marks: Marks, rules: Group, totals: Mapping[str, Totals]) -> None:
        table = quoted(self.db.name(f"suspects {rules[0].rule}"))
        found = marks.suspects(totals[rule.rule].condition for rule in rules)
        self.db.run(f"CREATE OR REPLACE TEMP TABLE {table} AS {found}")
        small = [rule for rule in rules if totals[rule.rule].suspects <= self.many]
        near = nearby(self.db, self.chain(), table, marks.subjects.columns, small, self._large())
        for rule in rules:
            own = totals[rule.rule]
            few = own.suspects <= self.many
            chosen = f"FROM {table} t WHERE {own.condition}"
            listed = ", ".join(f"t.{quoted(c)}" for c in sorted(self._used(rule) & marks.subjects.columns))
            sql, only = f"SELECT {listed}, row_number() OVER () AS _id {chosen}", ""
            if _neighbours(rule):
                sql, only = self._groups_of(rule, listed, chosen)
            chain = self.chain(few, near if few else {})
            self._judge(rule, chain.start(sql), few, own, only)
        for name in (table, *near.values()):
            self.db.run(f"DROP TABLE {name}")

    def _groups_of(self, rule: RulePlan, used: str, chosen: str) -> tuple[str, str]:
        """Give the suspects with their neighbours, and the condition that leaves the suspects of them."""
        log, stored = self.names[rule.source.log or ""], self.columns[rule.source.log or ""]
        own = f"{_key('t._src', 't._row')} IN (SELECT {_key('t._src', 't._row')} {chosen})"
        near = [own]
        for step in rule.steps:
            if isinstance(step, Run | Previous):
                by = [Writer("t", "o", self.zone).sql(e) for e in step.by]
                known = by and this_names(step.by) <= stored
                # Rows without a key are neighbours of each other.
                near += [f"({e}) IS NULL" for e in by] if known else ["TRUE"]
                near += [f"{_key(*by)} IN (SELECT {_key(*by)} {chosen})"] if known else []
        sql = f"SELECT {used}, row_number() OVER () AS _id FROM {log} t WHERE {' OR '.join(near)}"
        return sql, f" AND {_key('w._src', 'w._row')} IN (SELECT {_key('t._src', 't._row')} {chosen})"

    @staticmethod
    def _used(rule: RulePlan) -> set[str]:
        """Give every column of the row judged that a rule reads."""
        exprs = [rule.scope, rule.outcome, *(e for _, e in rule.keep)]
        exprs += [e for step in rule.steps for e in exprs_of(step) if e is not None]
        return this_names(exprs) | {"_src", "_row", "_bad"}


def _key(*parts: str) -> str:
    return "{" + ", ".join(f"'k{i}': {part}" for i, part in enumerate(parts)) + "}"


def _neighbours(rule: RulePlan) -> bool:
    return any(isinstance(step, Run | Previous | Pairing) for step in rule.steps)


def _of_time(rule: RulePlan) -> bool:
    """Tell whether time is measured or paired: such rules are judged whole, and no other rule is slower for them."""
    return any(isinstance(step, Coverage | Pairing) for step in rule.steps)
