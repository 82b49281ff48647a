"""The meaning of a plan in plain loops: slow, obvious, and what every other engine must equal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from checker.engines.base import EngineTables, Result
from checker.engines.reference_time import Candidate, Stretch, covered, elapsed, paired
from checker.model import Hit, Outcome
from checker.plan.columns import COVERED
from checker.plan.evaluate import World, evaluate
from checker.plan.nodes import (
    Col,
    Coverage,
    Derive,
    Expr,
    Grid,
    Lookup,
    Match,
    Pairing,
    Plan,
    Previous,
    Related,
    RulePlan,
    Run,
    SmallTable,
    Step,
    Take,
)

Row = dict[str, Any]
EVIDENCE = 20
QUIET = ("pass", "not_applicable")
_NO_DAY = date(1, 1, 1)


class ReferenceEngine:
    """Runs a plan row by row."""

    def run(self, plan: Plan, tables: EngineTables, every: bool = False) -> Result:
        """Judge every subject of every rule, in plan order."""
        house = _House(plan, tables)
        hits: list[Hit] = []
        counts: dict[str, dict[str, int]] = {}
        for rule in plan.rules:
            judged = [_judge(rule, row, house) for row in house.rows(rule)]
            counts[rule.rule] = dict(Counter(h.outcome for h in judged if h and h.values["judged"]))
            hits += [h for h in judged if h and (every or rule.lists_all or h.outcome not in QUIET)]
        return Result(hits, counts)


def _judge(rule: RulePlan, row: Row, house: _House) -> Hit | None:
    if house.value(rule.scope, row) is False:
        return None
    outcome: Outcome = house.value(rule.outcome, row)
    values = {name: house.value(expr, row) for name, expr in rule.keep}
    own = [(row["_log"], row["_src"], row["_row"])] if rule.evidence_record else []
    return Hit(rule.rule, outcome, values, tuple(dict.fromkeys([*own, *row["_evidence"]])))


class _House:
    """The tables as lists of rows, read once, and the world the expressions live in."""

    def __init__(self, plan: Plan, tables: EngineTables) -> None:
        self.plan, self.tables = plan, tables
        self.world = World(plan.calendar, plan.time_zone)
        self.small = {table.name: table for table in plan.small}
        self.views = {view.name: view for view in plan.views}
        self.read: dict[str, list[Row]] = {}

    def value(self, expr: Expr, this: Row, other: Row | None = None) -> Any:
        return evaluate(expr, this, other or {}, self.world)

    def log(self, name: str) -> list[Row]:
        """Give the rows of a log or view, in file order."""
        if name not in self.read:
            if name in self.views:
                view = self.views[name]
                rows = [dict(row) for row in self.log(view.log)]
                self.read[name] = self.after(view.steps, rows)
            else:
                self.read[name] = self._stored(name)
        return self.read[name]

    def _stored(self, name: str) -> list[Row]:
        table = self.tables.logs[name]
        columns = [*table.columns, "_src", "_row", "_bad"]
        listed = ", ".join(f'"{column}"' for column in columns)
        found = self.tables.db.execute(f"SELECT {listed} FROM {table.sql} ORDER BY _src, _row")
        rows = [dict(zip(columns, map(_plain, row), strict=True)) for row in found]
        return [{**row, "_log": name, "_evidence": []} for row in rows]

    def rows(self, rule: RulePlan) -> list[Row]:
        """Give the subjects of a rule with the columns of all its steps."""
        source = rule.source
        rows = (
            self.grid(source)
            if isinstance(source, Grid)
            else [{**row, "_evidence": []} for row in self.log(source.log)]
        )
        return self.after(rule.steps, rows)

    def after(self, steps: Iterable[Step], rows: list[Row]) -> list[Row]:
        """Give the rows with the columns of the steps added."""
        for step in steps:
            _STEPS[type(step)](self, step, rows)
        return rows

    def grid(self, grid: Grid) -> list[Row]:
        """Give subjects x periods, one row a key and period."""
        periods = _records(self.small[grid.periods])
        if grid.log is None:
            rows = [
                {**p, "member": True, "_bad": None, "_src": 0, "_row": 0, "_log": None, "_evidence": []}
                for p in periods
            ]
        else:
            found = [self._member(grid, s, p) for s in self._subjects(grid) for p in periods]
            rows = _one_each(grid, [row for row in found if row["member"] is not False])
        return [self._changed(grid, row) for row in rows]

    def _subjects(self, grid: Grid) -> list[Row]:
        assert grid.log and grid.key
        return [
            r
            for r in self.log(grid.log)
            if r[grid.key] is not None and self.value(grid.where, r) is not False
        ]

    def _member(self, grid: Grid, subject: Row, period: Row) -> Row:
        sure = [self.value(grid.where, subject)]
        sure += [_bounded(subject, c, lambda v: v <= period["enter_by"]) for c in grid.start]
        sure += [_bounded(subject, c, lambda v: v >= period["stay_until"]) for c in grid.end]
        member = False if False in sure else None if None in sure else True
        return {**subject, **period, "member": member, "_evidence": []}

    def _changed(self, grid: Grid, row: Row) -> Row:
        if grid.changes is None or grid.key is None:
            return row
        for change in _records(self.small[grid.changes]):
            if change["key"] == row[grid.key] and change["period"] == row["period"]:
                return {**row, "waived": change["waived"], "due_at": change["due_at"] or row["due_at"]}
        return {**row, "waived": False}


def _plain(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _records(table: SmallTable) -> list[Row]:
    names = [name for name, _ in table.columns]
    return [dict(zip(names, row, strict=True)) for row in table.rows]


def _bounded(row: Row, col: Col, test: Callable[[Any], bool]) -> bool | None:
    """Test a bound of validity: blank is open, unreadable is unknown."""
    if row[col.name] is not None:
        return test(row[col.name])
    return None if f",{col.name}," in (row["_bad"] or "") else True


def _one_each(grid: Grid, rows: list[Row]) -> list[Row]:
    best: dict[tuple[Any, Any], Row] = {}
    first = grid.start[0].name if grid.start else None

    def rank(row: Row) -> tuple[Any, ...]:
        return (row["member"] is True, (row[first] if first else None) or _NO_DAY, row["_src"], row["_row"])

    for row in rows:
        key = (row[grid.key or ""], row["period"])
        if key not in best or rank(row) > rank(best[key]):
            best[key] = row
    return list(best.values())


def _matched(house: _House, match: Match, this: Row, other: Row) -> bool | None:
    theirs = house.value(match.other, {}, other)
    if theirs is None:
        answer: bool | None = house.value(match.if_null, this, other)
        return answer
    return bool(house.value(match.this, this) == theirs)


def _belongs(house: _House, step: Related, this: Row, other: Row) -> bool | None:
    parts = [_matched(house, m, this, other) for m in step.match]
    if False in parts:
        return False
    parts.append(house.value(step.where, this, other))
    return False if False in parts else None if None in parts else True


def _known_keys(house: _House, step: Related, row: Row) -> bool:
    return all(house.value(m.this, row) is not None for m in step.match)


def _belonging(house: _House, step: Related, row: Row) -> tuple[list[Row], list[Row]]:
    """Give the rows that belong to this row and those that may, and note them as evidence."""
    if not _known_keys(house, step, row):
        return [], []
    found = [(other, _belongs(house, step, row, other)) for other in house.log(step.log)]
    sure = [r for r, holds in found if holds]
    doubtful = [r for r, holds in found if holds is None]
    if step.evidence:
        log = step.log.split("+")[0]
        row["_evidence"] = row["_evidence"] + [
            (log, r["_src"], r["_row"]) for r in (sure + doubtful)[:EVIDENCE]
        ]
    return sure, doubtful


def _related(house: _House, step: Step, rows: list[Row]) -> None:
    assert isinstance(step, Related)
    for row in rows:
        known = _known_keys(house, step, row)
        sure, doubtful = _belonging(house, step, row)
        unknown = len(doubtful) if known else 1
        row[f"{step.name}_unknown"] = min(unknown, 1) if step.exists else unknown
        row[step.name] = min(len(sure), 1) if step.exists else len(sure)
        for take in step.takes:
            row[take.name] = _take(house, take, step, row, sure)


def _take(house: _House, take: Take, step: Related, row: Row, sure: list[Row]) -> Any:
    rows = [r for r in sure if take.filter is None or house.value(take.filter, row, r) is True]
    if take.fn == "count":
        return len(rows)
    assert take.expr is not None
    if take.fn == "first":
        ranked = sorted(rows, key=lambda r: [_last_if_null(house.value(e, row, r)) for e in step.order])
        return house.value(take.expr, row, ranked[0]) if ranked else None
    values = [v for v in (house.value(take.expr, row, r) for r in rows) if v is not None]
    if take.fn == "distinct":
        return len(set(values))
    if not values:
        return None
    return sum(values) if take.fn == "sum" else min(values) if take.fn == "min" else max(values)


def _last_if_null(value: Any) -> tuple[bool, Any]:
    return (value is None, 0 if value is None else value)


def _lookup(house: _House, step: Step, rows: list[Row]) -> None:
    assert isinstance(step, Lookup)
    for row in rows:
        known, doubtful, best = False, None, None
        day = house.value(step.at, row) if step.at else None
        for other in house.log(step.log):
            if not all(_matched(house, m, row, other) is True for m in step.match):
                continue
            known = True
            valid = _valid(step, other, day)
            if valid is None and (doubtful is None or _rank(step, other) > _rank(step, doubtful)):
                doubtful = other
            if valid and (best is None or _rank(step, other) > _rank(step, best)):
                best = other
        if best is not None and doubtful is not None and _rank(step, doubtful) > _rank(step, best):
            best = None  # the row that may be valid would then be the one meant
        row[f"{step.name}.found"] = True if best is not None else None if doubtful or not known else False
        for out, column in step.columns:
            row[f"{step.name}.{out}"] = best[column.name] if best is not None else None


def _valid(step: Lookup, other: Row, day: Any) -> bool | None:
    if step.at is None:
        return True
    if day is None:
        return None
    parts = [_bounded(other, c, lambda v: v <= day) for c in step.start]
    parts += [_bounded(other, c, lambda v: v >= day) for c in step.end]
    return False if False in parts else None if None in parts else True


def _rank(step: Lookup, other: Row) -> tuple[Any, ...]:
    place = (other["_src"], other["_row"])
    if step.at is None:
        return (-place[0], -place[1])
    first = step.start[0].name if step.start else ""
    unread = f",{first}," in (other["_bad"] or "")
    return (other.get(first) or (date.max if unread else _NO_DAY), *place)


def _previous(house: _House, step: Step, rows: list[Row]) -> None:
    assert isinstance(step, Previous)
    last: dict[tuple[Any, ...], Row] = {}
    keyed = []
    for row in rows:
        by = tuple(house.value(e, row) for e in step.by)
        order = tuple(house.value(e, row) for e in step.order)
        row[f"{step.name}.found"] = False
        row.update({f"{step.name}.{out}": None for out, _ in step.columns})
        if None not in by and None not in order:
            keyed.append((by, order, row))
    for by, _, row in sorted(keyed, key=lambda item: item[1]):
        if by in last:
            row[f"{step.name}.found"] = True
            row.update({f"{step.name}.{out}": last[by][column.name] for out, column in step.columns})
        last[by] = row


def _run(house: _House, step: Step, rows: list[Row]) -> None:
    assert isinstance(step, Run)
    length: dict[tuple[Any, ...], int] = {}

    def order(row: Row) -> list[Any]:
        return [_last_if_null(house.value(e, row)) for e in step.order]

    for row in sorted(rows, key=order):
        by = tuple(house.value(e, row) for e in step.by)
        failed = house.value(step.failed, row)
        if failed:
            length[by] = length.get(by, 0) + 1
        elif failed is False or step.gap == "break":
            length[by] = 0
        row[step.name] = length[by] if failed else 0


def _derive(house: _House, step: Step, rows: list[Row]) -> None:
    assert isinstance(step, Derive)
    for row in rows:
        row[step.name] = house.value(step.expr, row)


def _coverage(house: _House, step: Step, rows: list[Row]) -> None:
    assert isinstance(step, Coverage)
    for row in rows:
        low, high = house.value(step.low, row), house.value(step.high, row)
        known = low is not None and high is not None
        found: list[Stretch] = []
        for i, part in enumerate(step.parts):
            related = step.related(i)
            known = known and _known_keys(house, related, row)
            sure, doubtful = _belonging(house, related, row)
            for certain, others in ((True, sure), (False, doubtful)):
                edges = (
                    (house.value(part.start, row, other), house.value(part.end, row, other))
                    for other in others
                )
                found += [Stretch(part.role, begins, ends, certain) for begins, ends in edges]
        figures = covered(step, house.world, low, high, found) if known else {}
        row[step.name] = sum(one.certain for one in found if one.role == "of")
        row[f"{step.name}_unknown"] = sum(not one.certain for one in found)
        row.update({f"{step.name}_{name}": figures.get(name) for name in COVERED})


def _pairing(house: _House, step: Step, rows: list[Row]) -> None:
    assert isinstance(step, Pairing)
    candidates: list[Candidate] = []
    loose: set[int] = set()
    for place, row in enumerate(rows):
        row["_at"], row["_among"] = house.value(step.at, row), house.value(step.among, row)
        if row["_among"] is False:
            continue
        by = tuple(house.value(e, row) for e in step.by)
        sure, doubtful = _belonging(house, step.related, row)
        for certain, others in ((True, sure), (False, doubtful)):
            for other in others:
                time = house.value(step.time, row, other)
                if time is None or row["_at"] is None:
                    loose.add(place)
                    continue
                length = abs(elapsed(house.world, row["_at"], time))
                rank = (length, row["_at"], row["_src"], row["_row"], other["_src"], other["_row"])
                partner = (by, other["_src"], other["_row"])
                candidates.append(Candidate(rank, place, partner, certain, time))
    least = paired([one for one in candidates if one.certain])
    most = paired([one for one in candidates if rows[one.place]["_among"]])
    for place, row in enumerate(rows):
        at, among = row.pop("_at"), row.pop("_among")
        unsure = not among or place in most or place in loose or not _known_keys(house, step.related, row)
        found = place in least and at is not None
        row[step.name] = True if found else None if unsure and among is not False else False
        row[f"{step.name}_at"] = least[place] if found else None


_STEPS: dict[type, Callable[[_House, Step, list[Row]], None]] = {
    Related: _related,
    Lookup: _lookup,
    Previous: _previous,
    Run: _run,
    Coverage: _coverage,
    Pairing: _pairing,
    Derive: _derive,
}

# A trace explains a finding with the very steps that give it.
House, belongs, matched, valid = _House, _belongs, _matched, _valid
