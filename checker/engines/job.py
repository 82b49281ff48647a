"""One run of a plan as DuckDB SQL, out of core.

Rules over the records of one log share one pass that marks the rows some rule may object to (`marks`); each rule then
judges only those few, exactly. Passes are counted, not listed. Large grids are marked too; small ones are judged whole.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from checker.database import quote as quoted
from checker.engines.base import EngineTables, Result
from checker.engines.marks import Marks, Totals
from checker.engines.nearby import nearby
from checker.engines.passes import Pass, Subjects, judged_of
from checker.engines.pieces import WHOLE, Piece, cut_by, pieces
from checker.engines.prepared import Prepared
from checker.engines.relations import Chain, Link
from checker.engines.settled import bit_of, settling, weaker, write_bits
from checker.engines.shared import needed_steps
from checker.engines.sql import Writer
from checker.engines.together import Listed, alike, grid_of, listed
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
LITTLE = 1_000
"""Subjects up to which fetching all of them is quicker than counting in the database."""


class Job(Prepared):
    """One run: what has been found so far."""

    def __init__(self, plan: Plan, tables: EngineTables, every: bool, many: int, piece: int) -> None:
        super().__init__(plan, tables, every)
        self.many, self.piece = many, piece
        self.found: dict[str, list[Hit]] = defaultdict(list)
        self.counts: dict[str, dict[str, int]] = {}
        self.waiting: list[Listed] = []

    def run(self) -> Result:
        """Judge every subject of every rule."""
        together = {} if self.every else self._together()
        for rule in self.plan.rules:
            if rule.rule in together:
                self.counts[rule.rule] = {}
            elif isinstance(rule.source, Grid):
                self._grid(rule, rule.source)
            elif self.lists(rule) or _of_time(rule):
                self._whole(rule, f"SELECT *, row_number() OVER () AS _id FROM {self.names[rule.source.log]}")
        waiting = [rule for one in self.waiting for rule, _ in one.places]
        self.grids.keep([rule.source for rule in waiting if isinstance(rule.source, Grid)])
        for (log, _), group in self._groups().items():
            self._marked(group, self._records(log))
        hits = [hit for rule in self.plan.rules for hit in self.found[rule.rule]]
        return Result(hits, self.counts, self._listed())

    def _listed(self) -> Iterator[HitBatch | HitTable]:
        """Give the hits of rules that list all their rows, by columns or as a table: there may be very many."""
        for one in self.waiting:
            sql = one.chain.text(f"SELECT * FROM {one.chain.current}")
            if not one.chain.evidence and all(isinstance(rule.source, Grid) for rule, _ in one.places):
                yield from self._tables(one, sql)
                continue
            for found in self.db.stream(sql):
                yield from (self.batch(rule, rows, one.chain) for rule, rows in one.rows(found))
        self.grids.keep([])

    def _tables(self, one: Listed, sql: str) -> Iterator[HitTable]:
        """Give the hits of each rule as a table of its own; it stands until the next is asked for."""
        whole, name = (quoted(self.db.name(stem)) for stem in ("listed", "hits"))
        self.db.run(f"CREATE TEMP TABLE {whole} AS {sql}")
        held = list(self.db.columns(f"SELECT * FROM {whole}"))
        for rule, places in one.places:
            names = ["_outcome", *(kept for kept, _ in rule.keep), "_src", "_row"]
            listed = ", ".join(
                f"{quoted(held[at])} AS {quoted(said)}" for at, said in zip(places, names, strict=True)
            )
            self.db.run(f"CREATE OR REPLACE TEMP VIEW {name} AS SELECT {listed} FROM {whole}")
            columns = self.db.columns(f"SELECT * FROM {name}")
            yield HitTable(rule.rule, self.db, name, columns, partial(self.batch, rule, chain=one.chain))
        self.db.run(f"DROP VIEW {name}")
        self.db.run(f"DROP TABLE {whole}")

    def _together(self) -> set[str]:
        """Ask several rules that list all rows of one grid in one statement; give those that are."""
        groups: dict[Any, Group] = defaultdict(list)
        for rule in self.plan.rules:
            if isinstance(rule.source, Grid) and (key := alike(rule, rule.source, self.names)) is not None:
                groups[key].append(rule)
        several = [group for group in groups.values() if len(group) > 1]
        for group in several:
            grid = grid_of(group)
            chain = self.chain().start(self.grids.sql(grid))
            self.waiting.append(listed(chain, group, self._stored(grid)))
        return {rule.rule for group in several for rule in group}

    def _stored(self, grid: Grid) -> frozenset[str]:
        """Give the columns of a grid."""
        periods = next(t for t in self.plan.small if t.name == grid.periods)
        names = [*(name for name, _ in periods.columns), *(c.name for c in grid.columns), "member", "_bad"]
        return frozenset([*names, "_src", "_row", *(["waived"] if grid.changes else [])])

    def _large(self) -> Iterator[str]:
        """Give the logs and views that are worth looking into only once."""
        base = {view.name: view.log for view in self.plan.views}
        yield from (name for name in self.names if self._rows(base.get(name, name)) > self.many)

    def _rows(self, log: str) -> int:
        return self.tables.logs[log].rows if log in self.tables.logs else 0

    def _records(self, log: str) -> Subjects:
        sql = f"SELECT * FROM {self.names[log]}"
        return Subjects(
            sql,
            self.columns[log],
            ("_src", "_row"),
            lambda chosen: sql,
            log=log,
            large=self._rows(log) > self.piece,
        )

    def _grid(self, rule: RulePlan, grid: Grid) -> None:
        sql = self.grids.sql(grid)
        if self._size(rule) <= self.many or self.lists(rule) or _neighbours(rule) or _of_time(rule):
            self._whole(rule, sql)
            return

        def again(chosen: str) -> str:
            return self.grids.sql(grid, chosen)

        subjects = Subjects(sql, self._stored(grid), ("_src", "_row", "period"), again, bounded=True)
        if not self._settled(rule, grid, subjects):
            self._marked([rule], subjects)

    def _settled(self, rule: RulePlan, grid: Grid, subjects: Subjects) -> bool:
        """Judge a grid by the rows that certainly belong to its subjects; tell whether that left few to be judged."""
        base = {view.name: view.log for view in self.plan.views}
        periods = next(t for t in self.plan.small if t.name == grid.periods)
        count, names = len(periods.rows), frozenset(name for name, _ in periods.columns)
        asked = settling(rule, grid, names, lambda log: self._rows(base.get(log, log)) * count)
        if not asked:
            return False
        bits = [write_bits(self.db, self.zone, self.names, grid, one) for one in asked]
        rule = weaker(rule, asked)
        stored = subjects.columns | {bit_of(name) for one in asked for name in one.names}
        bare = not needed_steps(rule, [rule.scope, judged_of(rule), rule.applies, rule.suspect], stored)
        sql = self.grids.sql(grid, settled=bits)
        found = self._marked([rule], replace(subjects, sql=sql, columns=stored, bounded=not bare), hasty=True)
        for one in bits:
            self.db.run(f"DROP TABLE {one.table}")
        return found

    def _whole(self, rule: RulePlan, source: str) -> None:
        """Judge every subject: grids, rules that look at neighbours, and runs that list everything."""
        chain = self.chain().start(source)
        added = {name for step in rule.steps for name in added_by(step)}
        if not _neighbours(rule) and not any(name in added for _, name in columns_of([rule.scope])):
            chain.then(
                f"SELECT w.* FROM {chain.current} w WHERE ({Writer('w', 'o', self.zone).sql(rule.scope)}) IS NOT FALSE"
            )
        self._judge(rule, chain, small=self._size(rule) <= min(self.many, LITTLE) or self.lists(rule))

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
            width = len(rule.keep) + 3 + len(chain.evidence)
            self.waiting.append(Listed(chain, ((rule, tuple(range(width))),)))
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
        """Fetch only what is listed, and the number of the others: many rows, one statement."""
        quiet, found = " OR ".join(f"_outcome = '{word}'" for word in QUIET), chain.current
        others = f"SELECT _outcome, count(*) AS _n FROM {found} WHERE ({quiet}) AND judged GROUP BY _outcome"
        listed = f"SELECT *, 1 AS _n FROM {found} WHERE ({quiet}) IS NOT TRUE"
        rows = self.db.execute(chain.text(f"FROM ({listed} UNION ALL BY NAME {others}) ORDER BY _src, _row"))
        at = 1 + [name for name, _ in rule.keep].index("judged")
        counted = Counter[str]()
        for row in rows:
            counted[row[0]] += row[-1] if row[0] in QUIET or row[at] else 0
        return [row[:-1] for row in rows if row[0] not in QUIET], counted

    def _groups(self) -> dict[tuple[str, bool], Group]:
        """Give the rules over the same records; those that look at neighbours sort all rows, so they are apart."""
        groups: dict[tuple[str, bool], Group] = defaultdict(list)
        for rule in self.plan.rules:
            if isinstance(rule.source, Records) and not self.lists(rule) and not _of_time(rule):
                groups[rule.source.log, _neighbours(rule)].append(rule)
        return groups

    def _marked(self, rules: Group, subjects: Subjects, thorough: bool = False, hasty: bool = False) -> bool:
        """Mark the subjects in one pass, then judge each rule on those it may object to.

        If `hasty`, nothing is judged when those are more than the others; tell whether it was.
        """
        used = frozenset(name for rule in rules for name in self._used(rule)) & subjects.columns
        marks = Marks(self.db, self._beside, self._pieces, subjects, rules, used, thorough)
        totals = marks.totals()
        if hasty and any(one.suspects > one.judged for one in totals.values()):
            marks.drop()
            return False
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
        return True

    def _beside(self, near: Mapping[Link, str] | None = None) -> Chain:
        return self.chain(near=near)

    def _pieces(self, one_pass: Pass, rules: Sequence[RulePlan]) -> Sequence[Piece]:
        """Cut the records of a large log to which others are joined."""
        log, steps = one_pass.subjects.log, one_pass.linked
        if log is None or not one_pass.subjects.large or not steps:
            return WHOLE
        cut = cut_by(self.tables.logs[log].columns, rules, steps)
        if cut is None:
            return WHOLE
        return pieces(
            self.db, self.chain(), log, one_pass.subjects.columns, cut, steps, self._large(), self.piece
        )

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
