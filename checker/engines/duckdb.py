"""The default engine: a plan as DuckDB SQL, out of core.

Rules over the records of one log share one scan: a two-valued filter keeps the rows some rule may object to, and
each rule judges only those few. Passes are counted, not listed. Grids (duties, aggregates) are small and run whole.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from checker.database import quote as quoted
from checker.engines.base import EngineTables, Result
from checker.engines.loose import Loose
from checker.engines.relations import Chain, grid_sql, is_plain_count, plain_count
from checker.engines.scan import Base, asks_links, derived_base
from checker.engines.sql import SQL_TYPES, Writer, literal
from checker.engines.zones import changing
from checker.model import Hit
from checker.plan.columns import added_by, columns_of, exprs_of, this_names
from checker.plan.nodes import (
    Derive,
    Expr,
    Grid,
    Lookup,
    Plan,
    Previous,
    Records,
    Related,
    RulePlan,
    Run,
    SmallTable,
    Step,
)

Group = list[RulePlan]
QUIET = ("pass", "not_applicable")
FEW = 20_000


class DuckDBEngine:
    """Runs a plan in the database that holds the tables."""

    def run(self, plan: Plan, tables: EngineTables, every: bool = False) -> Result:
        """Judge every subject of every rule, in plan order."""
        return _Job(plan, tables, every).run()


class _Job:
    """One run: names of tables, and what has been found so far."""

    def __init__(self, plan: Plan, tables: EngineTables, every: bool) -> None:
        self.plan, self.tables, self.every, self.db = plan, tables, every, tables.db
        self.zone = changing(plan.time_zone)
        self.names = {log: table.sql for log, table in tables.logs.items()}
        self.columns = {
            log: frozenset([*table.columns, "_src", "_row", "_bad"]) for log, table in tables.logs.items()
        }
        self.hits: dict[str, list[Hit]] = defaultdict(list)
        self.counts: dict[str, dict[str, int]] = {}
        self.plain: dict[Lookup, bool] = {}
        self.lacking: dict[tuple[str, Expr], bool] = {}

    def run(self) -> Result:
        self._calendar()
        for table in self.plan.small:
            self._small(table)
        for view in self.plan.views:
            self._view(view.name, view.log, view.steps)
        for rule in self.plan.rules:
            if isinstance(rule.source, Grid):
                self._whole(rule, grid_sql(rule.source, self.names, self.zone))
            elif self._lists(rule) or _neighbours(rule):
                self._whole(rule, f"SELECT *, row_number() OVER () AS _id FROM {self.names[rule.source.log]}")
        for log, group in self._groups().items():
            self._shared(log, group)
        return Result([hit for rule in self.plan.rules for hit in self.hits[rule.rule]], self.counts)

    def _calendar(self) -> None:
        """Put the working days where expressions find them, if any asks."""
        if not _mentions_calendar(self.plan):
            return
        first = date.fromisoformat(self.plan.calendar.first)
        flags = self.plan.calendar.working
        days = [first + timedelta(days=i) for i, works in enumerate(flags) if works]
        ordinal, seen = [], 0
        for works in flags:
            seen += works
            ordinal.append(seen)
        values = {
            "first": f"DATE '{first}'",
            "last": f"DATE '{first + timedelta(days=len(flags) - 1)}'",
            "working": "[" + ",".join("true" if f else "false" for f in flags) + "]::BOOLEAN[]",
            "ordinal": "[" + ",".join(map(str, ordinal)) + "]::BIGINT[]",
            "workdays": "[" + ",".join(f"'{d}'" for d in days) + "]::DATE[]",
        }
        for name, value in values.items():
            self.db.run(f"SET VARIABLE checker_{name} = {value}")

    def _small(self, table: SmallTable) -> None:
        name = quoted(f"small {table.name}")
        self.names[table.name] = name
        self.db.run(f"DROP TABLE IF EXISTS {name}")
        self.db.fill(name, [(column, SQL_TYPES[kind]) for column, kind in table.columns], table.rows)

    def _view(self, name: str, log: str, steps: tuple[Step, ...]) -> None:
        chain = self._chain().start(f"SELECT *, row_number() OVER () AS _id FROM {self.names[log]}")
        chain.add(steps)
        self.names[name] = quoted(f"view {name}")
        drop = ", ".join(["_id", *(column for column, _ in chain.evidence)])
        body = chain.text(f"SELECT * EXCLUDE ({drop}) FROM {chain.current}")
        self.db.run(f"CREATE OR REPLACE TEMP TABLE {self.names[name]} AS {body}")

    def _chain(self, prefix: str = "w") -> Chain:
        return Chain(self.names, self.zone, self._is_simple, self._is_lacking, prefix=prefix)

    def _whole(self, rule: RulePlan, source: str) -> None:
        """Judge every subject: grids, rules that look at neighbours, and runs that list everything."""
        chain = self._chain().start(source)
        added = {name for step in rule.steps for name in added_by(step)}
        if not _neighbours(rule) and not any(name in added for _, name in columns_of([rule.scope])):
            chain._then(
                f"SELECT w.* FROM {chain.current} w WHERE ({Writer('w', 'o', self.zone).sql(rule.scope)}) IS NOT FALSE"
            )
        self._judge(rule, chain, small=self._size(rule) <= FEW)

    def _size(self, rule: RulePlan) -> int:
        """Give at most how many subjects a rule has, as far as table sizes tell."""
        rows: dict[str, int] = {name: table.rows for name, table in self.tables.logs.items()}
        subjects = rows.get(rule.source.log or "", 1)
        if isinstance(rule.source, Grid):
            return subjects * next(len(t.rows) for t in self.plan.small if t.name == rule.source.periods)
        return subjects

    def _judge(
        self,
        rule: RulePlan,
        chain: Chain,
        passed: tuple[int, int] | None = None,
        small: bool = True,
        steps: Iterable[Step] | None = None,
    ) -> None:
        """Add the steps, word the outcomes, fetch the hits and count.

        `passed` is (judged, not applicable) of all subjects, when the chain holds only the suspects; `steps` are
        those still to add.
        """
        chain.add(rule.steps if steps is None else steps)
        writer = Writer("w", "o", self.zone)
        kept = ", ".join(f"({writer.sql(expr)}) AS {quoted(name)}" for name, expr in rule.keep)
        evidence = "".join(f", w.{name}" for name, _ in chain.evidence)
        outcome, scope = writer.sql(rule.outcome), f"({writer.sql(rule.scope)}) IS NOT FALSE"
        chain._then(
            f"SELECT ({outcome}) AS _outcome, {kept}, w._src, w._row{evidence} FROM {chain.current} w WHERE {scope}"
        )
        rows, counted = self._fetched(rule, chain) if small else self._sifted(rule, chain)
        if passed is not None:
            others = sum(n for word, n in counted.items() if word not in QUIET)
            counted |= {"not_applicable": passed[1], "pass": passed[0] - passed[1] - others}
        self.counts[rule.rule] = {word: int(n) for word, n in counted.items() if n}
        self.hits[rule.rule] = [self._hit(rule, row, chain) for row in rows]

    def _fetched(self, rule: RulePlan, chain: Chain) -> tuple[list[tuple[Any, ...]], dict[str, int]]:
        """Fetch everything judged and count it here: few rows, one statement."""
        rows = self.db.execute(chain.text(f"SELECT * FROM {chain.current} ORDER BY _src, _row"))
        at = 1 + [name for name, _ in rule.keep].index("judged")
        counted = Counter(row[0] for row in rows if row[at])
        return [row for row in rows if self._lists(rule) or row[0] not in QUIET], dict(counted)

    def _sifted(self, rule: RulePlan, chain: Chain) -> tuple[list[tuple[Any, ...]], dict[str, int]]:
        """Count in the database and fetch only what is listed: many rows."""
        table = quoted(f"judged {rule.rule}")
        self.db.run(f"CREATE OR REPLACE TEMP TABLE {table} AS {chain.text(f'SELECT * FROM {chain.current}')}")
        counted = dict(
            self.db.execute(f"SELECT _outcome, count(*) FROM {table} WHERE judged GROUP BY _outcome")
        )
        only = "" if self._lists(rule) else " WHERE _outcome NOT IN ('pass', 'not_applicable')"
        rows = self.db.execute(f"SELECT * FROM {table}{only} ORDER BY _src, _row")
        self.db.run(f"DROP TABLE {table}")
        return rows, counted

    def _hit(self, rule: RulePlan, row: tuple[Any, ...], chain: Chain) -> Hit:
        count = len(rule.keep)
        values = {
            name: tuple(v) if isinstance(v, list) else v
            for (name, _), v in zip(rule.keep, row[1 : count + 1], strict=True)
        }
        found: list[tuple[str, int, int]] = []
        if rule.evidence_record and isinstance(rule.source, Records):
            found.append((rule.source.log, row[count + 1], row[count + 2]))
        for (_, log), rows in zip(chain.evidence, row[count + 3 :], strict=True):
            found += [(log, entry["s"], entry["r"]) for entry in rows or ()]
        return Hit(rule.rule, row[0], values, tuple(dict.fromkeys(found)))

    def _lists(self, rule: RulePlan) -> bool:
        return self.every or rule.lists_all

    def _groups(self) -> dict[str, Group]:
        groups: dict[str, Group] = defaultdict(list)
        for rule in self.plan.rules:
            if isinstance(rule.source, Records) and not self._lists(rule) and not _neighbours(rule):
                groups[rule.source.log].append(rule)
        return groups

    def _shared(self, log: str, group: Group) -> None:
        """Judge all rules over the records of one log with one scan for the suspects and one for the counts."""
        linked = [rule for rule in group if asks_links(rule)]
        for rule in linked:
            base = self._linked_base(log, rule)
            self._suspects(base, [rule], [self._filter(base, rule)], self._totals(base, [rule]))
        group = [rule for rule in group if rule not in linked]
        base = self._base(log, group)
        totals = self._totals(base, group)
        filters = {rule.rule: self._filter(base, rule) for rule in group}
        together = [r for r in group if "EXISTS" not in filters[r.rule]]
        alone = [r for r in group if "EXISTS" in filters[r.rule]]
        for rules in [together, *([r] for r in alone)]:
            if rules:
                self._suspects(base, rules, [filters[r.rule] for r in rules], totals)

    def _suspects(
        self, base: Base, rules: Group, filters: list[str], totals: Mapping[str, tuple[int, int]]
    ) -> None:
        """Keep the rows some rule may object to, then judge each rule on those it may object to."""
        table = quoted(f"suspects {rules[0].rule}")
        columns = ", ".join(f"t.{quoted(c)}" for c in sorted(self._read(base, rules)))
        either = " OR ".join(f"({f})" for f in filters)
        self.db.run(
            f"CREATE OR REPLACE TEMP TABLE {table} AS SELECT {columns} FROM {base.sql} t WHERE {either}"
        )
        counts = (
            ", ".join(f"count(*) FILTER (WHERE {f})" for f in filters) if len(filters) > 1 else "count(*)"
        )
        found = self.db.execute(f"SELECT {counts} FROM {table} t")[0]
        for rule, condition, number in zip(rules, filters, found, strict=True):
            if not number:
                judged, other = totals[rule.rule]
                self.counts[rule.rule] = {
                    w: n for w, n in (("pass", judged - other), ("not_applicable", other)) if n
                }
                continue
            where = f" WHERE {condition}" if len(rules) > 1 else ""
            chain = self._chain().start(f"SELECT t.*, row_number() OVER () AS _id FROM {table} t{where}")
            steps = [step for step in rule.steps if step.name not in base.derived]
            self._judge(rule, chain, totals[rule.rule], number <= FEW, steps)
        self.db.run(f"DROP TABLE {table}")

    def _base(self, log: str, group: Group) -> Base:
        return derived_base(self.names[log], self.columns[log], group, self._used(group), self.zone)

    def _linked_base(self, log: str, rule: RulePlan) -> Base:
        """Give the log with the columns that plain joins can add, so that few rows are suspects."""
        reads = self._used([rule]) & self.columns[log] | {"_src", "_row", "_bad"}
        chain = self._chain("b").start(
            f"SELECT {', '.join(quoted(c) for c in sorted(reads))} FROM {self.names[log]}"
        )
        known, done = set(self.columns[log]), set[str]()
        for step in rule.steps:
            if step.name == "person" or step.name.startswith("_") or not this_names(exprs_of(step)) <= known:
                continue
            if isinstance(step, Related) and is_plain_count(chain, step):
                plain_count(chain, step)
            elif isinstance(step, Derive) or self._is_simple(step):
                chain.add([step])
            else:
                continue
            known |= added_by(step)
            done.add(step.name)
        return Base(f"({chain.text(f'SELECT * FROM {chain.current}')})", frozenset(known), frozenset(done))

    def _filter(self, base: Base, rule: RulePlan) -> str:
        related = {s.name: s for s in rule.steps if isinstance(s, Related)}
        writer = Writer("t", "o", self.zone)

        def exists(name: str) -> str | None:
            step = related.get(name)
            reads = [*(m.this for m in step.match), step.where] if step else []
            if step is None or not all(side == "other" or c in base.columns for side, c in columns_of(reads)):
                return None
            keys = [f"{writer.sql(m.this)} = {writer.sql(m.other)}" for m in step.match]
            cond = " AND ".join([*keys, f"({writer.sql(step.where)})"])
            return f"EXISTS (SELECT 1 FROM {self.names[step.log]} o WHERE {cond})"

        scope = Loose(writer, base.columns).maybe(rule.scope)
        return f"{scope} AND {Loose(writer, base.columns, exists).maybe(rule.suspect)}"

    @staticmethod
    def _used(rules: Iterable[RulePlan]) -> set[str]:
        """Give every column of the row judged that the rules read."""
        names = {"_src", "_row", "_bad"}
        for rule in rules:
            exprs = [rule.scope, rule.applies, rule.suspect, rule.outcome, *(e for _, e in rule.keep)]
            exprs += [e for step in rule.steps for e in exprs_of(step) if e is not None]
            names |= this_names(exprs)
        return names

    def _read(self, base: Base, rules: Iterable[RulePlan]) -> set[str]:
        return self._used(rules) & base.columns

    def _totals(self, base: Base, group: Group) -> dict[str, tuple[int, int]]:
        """Count, for every rule, the subjects judged and those the rule does not apply to."""
        found: dict[str, tuple[int, int]] = {}
        by_steps: dict[tuple[Step, ...], Group] = defaultdict(list)
        for rule in group:
            by_steps[_steps_for(rule, [rule.scope, rule.applies, _judged(rule)], base.columns)].append(rule)
        for steps, rules in by_steps.items():
            chain = self._chain()
            plain = all(isinstance(s, Derive) or self._is_simple(s) for s in steps)
            number = "" if plain else ", row_number() OVER () AS _id"
            reads = this_names(e for r in rules for e in (r.scope, r.applies, _judged(r)))
            reads |= this_names(e for s in steps for e in exprs_of(s)) | {"_src", "_row", "_bad"}
            listed = ", ".join(f"t.{quoted(c)}" for c in sorted(reads & base.columns))
            chain.start(f"SELECT {listed}{number} FROM {base.sql} t").add(steps)
            writer = Writer("w", "o", self.zone)
            parts = []
            for rule in rules:
                judged = f"({writer.sql(rule.scope)}) IS NOT FALSE AND ({writer.sql(_judged(rule))})"
                parts += [f"count(*) FILTER (WHERE {judged})"]
                parts += [f"count(*) FILTER (WHERE {judged} AND ({writer.sql(rule.applies)}) IS FALSE)"]
            row = self.db.execute(chain.text(f"SELECT {', '.join(parts)} FROM {chain.current} w"))[0]
            found |= {rule.rule: (row[2 * i], row[2 * i + 1]) for i, rule in enumerate(rules)}
        return found

    def _is_simple(self, step: Step) -> bool:
        """Tell whether a lookup finds at most one row by a plain join; asked of the data once."""
        if not isinstance(step, Lookup):
            return False
        if step not in self.plain:
            self.plain[step] = self._ask_simple(step)
        return self.plain[step]

    def _is_lacking(self, log: str, key: Expr) -> bool:
        """Tell whether some row of a log has no value in a key; asked of the data once."""
        if (log, key) not in self.lacking:
            column = Writer("o", "o", self.zone).sql(key)
            found = self.db.execute(f"SELECT 1 FROM {self.names[log]} o WHERE ({column}) IS NULL LIMIT 1")
            self.lacking[log, key] = bool(found)
        return self.lacking[log, key]

    def _ask_simple(self, step: Lookup) -> bool:
        keys = [Writer("o", "o", self.zone).sql(m.other) for m in step.match]
        table = self.names[step.log]
        if step.at is None:
            sql = f"SELECT 1 FROM {table} o GROUP BY {', '.join(keys)} HAVING count(*) > 1 LIMIT 1"
            return not self.db.execute(sql)
        unread = (
            " OR ".join(
                f"contains(o._bad, {literal(f',{c.name},', 'text')})" for c in (*step.start, *step.end)
            )
            or "FALSE"
        )
        begins = (
            "greatest("
            + ", ".join(
                [f"coalesce(o.{quoted(c.name)}, DATE '0001-01-01')" for c in step.start]
                or ["DATE '0001-01-01'"]
            )
            + ")"
        )
        ends = (
            "least("
            + ", ".join(
                [f"coalesce(o.{quoted(c.name)}, DATE '9999-12-31')" for c in step.end]
                or ["DATE '9999-12-31'"]
            )
            + ")"
        )
        spans = f"SELECT {', '.join(f'{k} AS k{i}' for i, k in enumerate(keys))}, {begins} AS b, {ends} AS e, ({unread}) AS bad FROM {table} o"
        part = ", ".join(f"k{i}" for i in range(len(keys)))
        clash = f"SELECT bad, b <= max(e) OVER (PARTITION BY {part} ORDER BY b, e ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS hit FROM ({spans})"
        return not self.db.execute(f"SELECT 1 FROM ({clash}) WHERE bad OR hit LIMIT 1")


def _neighbours(rule: RulePlan) -> bool:
    return any(isinstance(step, Run | Previous) for step in rule.steps)


def _judged(rule: RulePlan) -> Expr:
    return dict(rule.keep)["judged"]


def _steps_for(rule: RulePlan, exprs: Sequence[Expr], stored: frozenset[str]) -> tuple[Step, ...]:
    """Give the steps that some expressions need, directly or through other steps."""
    wanted = {name for side, name in columns_of(exprs) if side == "this"} - stored
    chosen: list[Step] = []
    for step in reversed(rule.steps):
        if any(name in added_by(step) for name in wanted):
            chosen.insert(0, step)
            wanted |= {name for side, name in columns_of(exprs_of(step)) if side == "this"} - stored
    return tuple(chosen)


def _mentions_calendar(plan: Plan) -> bool:
    text = repr(plan.rules) + repr(plan.views)
    return "'is_workday'" in text or "'add_workdays'" in text
