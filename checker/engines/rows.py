"""Few rows, judged in Python: for little data this is far quicker than planning statements about it.

Expressions become functions once; a column is computed when something first asks for it; rows of other logs are found
by their keys. The hints of a rule (`scope`, `suspect`, `applies`) are asked first, so that most rows never ask for what
belongs to them. The meaning is that of `reference.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from operator import itemgetter
from typing import Any

from checker.database import quote
from checker.engines.base import EngineTables, Result
from checker.engines.closures import Fn, Maker
from checker.engines.rows_grid import grid_rows
from checker.engines.rows_related import evidence
from checker.engines.rows_steps import add_step
from checker.engines.rowsets import NOBODY, PLACE, Columns, Index, Row, RowSet
from checker.memory import collector_at_rest
from checker.model import Hit
from checker.plan.evaluate import World
from checker.plan.nodes import Expr, Grid, Plan, RulePlan

QUIET = ("pass", "not_applicable")
Judged = tuple[list[Hit], dict[str, int]]


class TooMuch(Exception):
    """A rule compares more pairs of rows than is worth while here."""


class RowsEngine:
    """Runs a whole plan over rows in memory."""

    def run(self, plan: Plan, tables: EngineTables, every: bool = False) -> Result:
        """Judge every subject of every rule, in plan order."""
        done = judge_rows(plan, tables, every)
        hits = [hit for rule in plan.rules for hit in done[rule.rule][0]]
        return Result(hits, {rule: counts for rule, (_, counts) in done.items()})


def judge_rows(
    plan: Plan, tables: EngineTables, every: bool = False, most_pairs: int | None = None
) -> dict[str, Judged]:
    """Give hits and counts by rule; a rule that compares more pairs of rows than `most_pairs` is left out."""
    with collector_at_rest():
        house = _House(plan, tables, most_pairs)
        ready = [_Judge(house, rule, every) for rule in plan.rules]
        found: dict[str, Judged] = {}
        for judge in ready:
            house.pairs = 0
            with suppress(TooMuch):
                found[judge.rule.rule] = judge.run()
        return found


class _House:
    """The logs of a run as sets of rows, their indexes, and the world the expressions live in."""

    def __init__(self, plan: Plan, tables: EngineTables, most_pairs: int | None) -> None:
        self.tables, self.most_pairs, self.pairs = tables, most_pairs, 0
        self.world = World(plan.calendar, plan.time_zone)
        self.small = {table.name: table for table in plan.small}
        self.views = {view.name: view for view in plan.views}
        self._sets: dict[str, RowSet] = {}
        self._columns: dict[str, Columns] = {}
        self._indexes: dict[Any, Callable[[], Index]] = {}

    def columns(self, log: str) -> Columns:
        """Give the columns of a log or view, to which no rule has added any."""
        if log not in self._columns:
            self._columns[log] = self._seen(log)
        known = self._columns[log]
        return Columns(known.rowset, known.added)

    def _seen(self, log: str) -> Columns:
        if log in self.views:
            view = self.views[log]
            columns = self.columns(view.log)
            for step in view.steps:
                add_step(self, step, columns)
            return columns
        if log not in self._sets:
            self._sets[log] = RowSet(log, lambda rows: _stored(self.tables, log, rows))
        return Columns(self._sets[log])

    def source(self, rule: RulePlan) -> Columns:
        """Give the subjects of a rule."""
        if not isinstance(rule.source, Grid):
            return self.columns(rule.source.log)
        subjects = self.columns(rule.source.log) if rule.source.log else None
        log = subjects.rowset.log if subjects else None
        load = grid_rows(rule.source, self.small, subjects, self.maker(subjects) if subjects else None)
        return Columns(RowSet(log, load))

    def maker(self, this: Columns, other: Columns | None = None) -> Maker:
        """Give what makes functions of expressions over these columns as they are now."""
        return Maker(self.world, Columns(this.rowset, this.added), other or this)

    def index(self, log: str, keys: tuple[Expr, ...]) -> Callable[[], Index]:
        """Give the index of a log by some keys, built when it is first used and shared by all rules."""
        known = self._indexes.get((log, keys))
        if known is None:
            columns = self.columns(log)
            maker = self.maker(columns, columns)
            known = self._indexes[log, keys] = _late(columns.rowset, [maker.make(key) for key in keys])
        return known

    def count(self, pairs: int) -> None:
        """Count compared pairs of rows."""
        self.pairs += pairs
        if self.most_pairs is not None and self.pairs > self.most_pairs:
            raise TooMuch


def _late(rowset: RowSet, keys: Sequence[Fn]) -> Callable[[], Index]:
    built: list[Index] = []

    def index() -> Index:
        if not built:
            built.append(Index(rowset.rows(), keys))
        return built[0]

    return index


def _stored(tables: EngineTables, log: str, rows: RowSet) -> Iterator[Row]:
    """Give the rows of a log with the columns that somebody reads, in file order."""
    table = tables.logs[log]
    names = [name for name in (*table.columns, *PLACE) if name in rows.wanted]
    held = getattr(table, "records", None)
    if held is not None:
        take = itemgetter(*(held.index[name] for name in names))
        return (rows.fresh(zip(names, take(one), strict=True)) for one in held.rows)
    listed = ", ".join(quote(name) for name in names)
    found = tables.db.execute(f"SELECT {listed} FROM {table.sql} ORDER BY _src, _row")
    if any(table.columns.get(name) == "list" for name in names):
        found = [tuple(tuple(v) if isinstance(v, list) else v for v in row) for row in found]
    return (rows.fresh(zip(names, one, strict=True)) for one in found)


class _Judge:
    """One rule with all its expressions as functions."""

    def __init__(self, house: _House, rule: RulePlan, every: bool) -> None:
        self.rule, self.listed = rule, every or rule.lists_all
        columns = house.source(rule)
        self.rowset = columns.rowset
        self.evidence: list[tuple[str, str]] = []
        for step in rule.steps:
            self.evidence += add_step(house, step, columns)
        make = house.maker(columns).make
        self.scope, self.suspect, self.applies = make(rule.scope), make(rule.suspect), make(rule.applies)
        self.outcome = make(rule.outcome)
        self.keep = [(name, make(expr)) for name, expr in rule.keep]
        self.judged = make(dict(rule.keep)["judged"])

    def run(self) -> Judged:
        """Give the hits and how often each word was said of a subject that was judged."""
        hits: list[Hit] = []
        counts: dict[str, int] = {}
        for row in self.rowset.rows():
            if self.scope(row, NOBODY) is False:
                continue
            word = self._word(row)
            if self.judged(row, NOBODY):
                counts[word] = counts.get(word, 0) + 1
            if self.listed or word not in QUIET:
                hits.append(self._hit(row, word))
        return hits, counts

    def _word(self, row: Row) -> Any:
        """Give the outcome; most rows are cleared by the hints alone."""
        if not self.listed and self.suspect(row, NOBODY) is False:
            return "not_applicable" if self.applies(row, NOBODY) is False else "pass"
        return self.outcome(row, NOBODY)

    def _hit(self, row: Row, word: Any) -> Hit:
        values = {name: value(row, NOBODY) for name, value in self.keep}
        log = self.rowset.log
        own = [(log, row["_src"], row["_row"])] if self.rule.evidence_record and log is not None else []
        linked = (place for log, key in self.evidence for place in evidence(log, row[key]))
        return Hit(self.rule.rule, word, values, tuple(dict.fromkeys([*own, *linked])))
