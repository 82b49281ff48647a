"""The smallest change that would have complied: tried on the data and judged again by the same plan, never guessed.

Single edits first: a cell of the row judged, a cell of a row that nearly counted, a row added or removed. If none of
them gives `pass`, several cells of one row. What is given has been judged over all rows, and it passed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from checker.engines.reference import belongs, matched
from checker.language.pack import Log
from checker.logs.tables import stored
from checker.model import Value
from checker.plan.columns import exprs_of, this_names
from checker.plan.nodes import Expr, Grid, Lookup, Previous, Related, Run
from checker.trace.edits import applied, between, candidates, distance, pool
from checker.trace.gaps import gaps
from checker.trace.model import Edit, Gap
from checker.trace.others import nearby, reads
from checker.trace.solve import additions
from checker.trace.trees import conjuncts
from checker.trace.world import Row, World, related_steps

SHOWN, TRIES, ROWS, TIMES = 3, 1500, 8, 20
_SETTLED = ("duty", "leave_whole", "leave_part")
Way = tuple[Edit, ...]


def comply(world: World, row: Row) -> tuple[Way, ...]:
    """Give the smallest changes after which the row passes, the smallest first; none: none was found."""
    search = Search(world, row)
    found = search.singles() or search.several() or search.pairs()
    ranked = sorted(found, key=lambda pair: pair[0])
    sure = (way for _, way in ranked if search.passes(way, everything=True))
    kept: dict[Any, Way] = {}
    for way in sure:
        kept.setdefault(tuple((e.act, e.log, e.source, tuple(e.values)) for e in way), way)
        if len(kept) == SHOWN:
            break
    return tuple(kept.values())


class Search:
    """Tries changes on one row and what it is held against."""

    def __init__(self, world: World, row: Row) -> None:
        self.world, self.row, self.tries = world, row, 0
        self.near = world.with_rows(_near_rows(world, row))
        self.steps = [step for step in related_steps(world.plan) if step.name not in _SETTLED]

    def outcome(self, way: Iterable[Edit], everything: bool = False) -> tuple[str, Row | None]:
        """Give the word, and the row, after a change."""
        base, changed = (self.world if everything else self.near), dict[str, list[Row]]()
        for edit in way:
            rows = changed.get(edit.log) or base.house.log(edit.log)
            changed[edit.log] = applied(rows, edit, self.world.compiled.pack.logs[edit.log])
        self.tries += 1
        after = base.with_rows(changed)
        rows = [one for one in after.rows(self._same_group) if self._is_it(one)]
        return (after.outcome(rows[0]), rows[0]) if rows and after.in_scope(rows[0]) else ("", None)

    def passes(self, way: Iterable[Edit], everything: bool = False) -> bool:
        """Tell whether the row passes after a change."""
        return self.outcome(way, everything)[0] == "pass"

    def _same_group(self, one: Row) -> bool:
        source = self.world.plan.source
        if isinstance(source, Grid):
            return source.key is None or one[source.key] == self.row[source.key]
        return bool((one["_src"], one["_row"]) == (self.row["_src"], self.row["_row"]))

    def _is_it(self, one: Row) -> bool:
        return self._same_group(one) and one.get("period") == self.row.get("period")

    def singles(self) -> list[tuple[Any, Way]]:
        """Give the single edits that comply, with their rank."""
        found: list[tuple[Any, Way]] = []
        for log, row, name, values in self._cells():
            if way := self._first(log, row, name, values):
                found.append(((1, 0, distance(row.get(name), way.values[name]), log.id, name), (way,)))
        for step in self.steps:
            found += self._added(step)
            found += self._removed(step)
        for link in self.world.plan.steps:
            if isinstance(link, Lookup):
                found += self._linked(link)
        return found

    def pairs(self) -> list[tuple[Any, Way]]:
        """Give two edits that comply: a cell that is not known, then whatever the row lacks with it."""
        found: list[tuple[Any, Way]] = []
        for log, row, name in list(self._gap_cells()):
            values = pool(self.world, _parts(self.world), self.row, {}) | self._ids(log, row, name)
            for value in candidates(log.fields[name], values, row.get(name), self._days(log, name))[:4]:
                edit = _cell(log, row, name, value)
                word, after = self.outcome([edit])
                if after is not None and word in ("fail", "pending", "not_checked"):
                    found += self._then(edit, after)
                if found:
                    return found
        return found

    def _then(self, edit: Edit, after: Row) -> list[tuple[Any, Way]]:
        logs = self.world.compiled.pack.logs
        rows = applied(self.world.house.log(edit.log), edit, logs[edit.log])
        more = Search(self.world.with_rows({edit.log: rows}), after).singles()
        return [((2, *rank), (edit, *way)) for rank, way in more if way[0].log != edit.log]

    def _first(self, log: Log, row: Row, name: str, values: list[Value]) -> Edit | None:
        """Give the nearest value of a cell that complies."""
        for value in values:
            if self.tries > TRIES:
                return None
            edit = _cell(log, row, name, value)
            if self.passes([edit]):
                return self._nearest(log, row, name, value)
        return None

    def _nearest(self, log: Log, row: Row, name: str, value: Value) -> Edit:
        now, entry = row.get(name), log.fields[name]
        while now is not None and (middle := between(now, value, entry)) != value:
            good = self.passes([_cell(log, row, name, middle)])
            now, value = (now, middle) if good else (middle, value)
        free = now is None and entry.type in ("text", "id") and not entry.values and value in ("X", "Y")
        return _cell(log, row, name, value, (name,) if free else ())

    def _cells(self) -> Iterator[tuple[Log, Row, str, list[Value]]]:
        """Give the cells on which the outcome rests, each with the values worth trying."""
        logs = self.world.compiled.pack.logs
        own = None if isinstance(self.world.plan.source, Grid) else logs[str(self.row["_log"])]
        goals = [self.world.anatomy.require, *self.world.anatomy.chosen, self.world.anatomy.applies_to]
        if own is not None:
            for name in self._own_names(own):
                values = pool(self.world, [*goals, *self._asking(name)], self.row, {})
                yield own, self.row, name, candidates(own.fields[name], values, self.row.get(name))
        for log, row, name in self._gap_cells():
            values = pool(self.world, goals, self.row, {}) | self._ids(log, row, name)
            yield log, row, name, candidates(log.fields[name], values, row.get(name), self._days(log, name))
        for step in self.steps:
            yield from self._other_cells(step)

    def _own_names(self, log: Log) -> list[str]:
        names = _stored_names(self.world, this_names([self.world.anatomy.require]))
        return [name for name in stored(log) if name in names]

    def _asking(self, name: str) -> Iterator[Expr]:
        """Give what related rows are asked that rests on a cell of this row."""
        for step in self.steps:
            if name in _stored_names(self.world, this_names(exprs_of(step))):
                yield step.where

    def _gap_cells(self) -> Iterator[tuple[Log, Row, str]]:
        """Give the unreadable and blank cells that leave the outcome unknown."""
        anatomy, seen = self.world.anatomy, set[Any]()
        for expr in (anatomy.scope, *anatomy.chosen, anatomy.applies_to, anatomy.leave, anatomy.require):
            for gap in gaps(self.world, expr, self.row):
                row = self._row_of(gap)
                if row is not None and gap.field and (gap.spot, gap.field) not in seen:
                    seen.add((gap.spot, gap.field))
                    yield self.world.compiled.pack.logs[str(gap.log)], row, gap.field

    def _row_of(self, gap: Gap) -> Row | None:
        if gap.spot is None or gap.log is None:
            return None
        places = [(one.file, one.sheet, one.log) for one in self.world.tables.inputs]
        where = (gap.spot.file, gap.spot.sheet, gap.log)
        source = places.index(where) if where in places else 0
        rows = self.near.house.log(gap.log)
        return next((one for one in rows if (one["_src"], one["_row"]) == (source, gap.spot.row)), None)

    def _ids(self, log: Log, row: Row, name: str) -> set[Value]:
        """Give who a row without an id may be about: people of its name, and the subject."""
        people = self.world.compiled.pack.people
        if people is None or name != log.person or not people.name:
            return set()
        called = row.get(log.person_name or "")
        return {one[people.key] for one in self.world.stored(people.log) if one.get(people.name) == called}

    def _days(self, log: Log, name: str) -> list[Value]:
        """Give days of the run for a date that is missing."""
        span = self.world.compiled.period
        return candidates(log.fields[name], [span.start, span.end], None)

    def _other_cells(self, step: Related) -> Iterator[tuple[Log, Row, str, list[Value]]]:
        log = self.world.compiled.pack.logs[self.world.base(step.log)]
        takes = [e for take in step.takes for e in (take.expr, take.filter) if e is not None]
        goals = [e for m in step.match for e in (m.this, m.other)] + [step.where, *takes]
        names = set[str]().union(*(reads(one, "other") for one in [*goals]))
        limits = [self.world.anatomy.require]
        shown = list(nearby(self.near, step, self.row))
        shown.sort(
            key=lambda one: -sum(self.world.value(p, self.row, one) is True for p in conjuncts(step.where))
        )
        for other in shown[:ROWS]:
            for name in (one for one in stored(log) if one in names):
                values = pool(self.world, [*goals, *limits], self.row, other)
                yield (
                    log,
                    other,
                    name,
                    candidates(log.fields[name], values, other.get(name), _steps(other.get(name))),
                )

    def _added(self, step: Related) -> Iterator[tuple[Any, Way]]:
        for edit in additions(self.near, step, self.row):
            for times in range(1, TIMES + 1):
                way = (_times(edit, times),)
                if self.passes(way):
                    yield ((times, 1, 0.0, edit.log, ""), way)
                    return
                if times == 2 and not self._counts(step):
                    break

    def _counts(self, step: Related) -> bool:
        """Tell whether more than one row may be what is wanted."""
        return step.name in ("counted", "filed", "answers") and not step.exists

    def _removed(self, step: Related) -> Iterator[tuple[Any, Way]]:
        if any(take.fn in ("sum", "first") or take.name == "good" for take in step.takes):
            return
        log = self.world.base(step.log)
        rows = [
            one for one in nearby(self.near, step, self.row) if belongs(self.near.house, step, self.row, one)
        ]
        way: Way = ()
        for other in reversed(rows[-TIMES:]):
            way = (*way, Edit("remove", log, {}, self.world.spot(other), (other["_src"], other["_row"])))
            if self.passes(way):
                yield ((len(way), 2, 0.0, log, ""), way)
                return

    def _linked(self, step: Lookup) -> Iterator[tuple[Any, Way]]:
        """Try a row in a log from which a column is taken and that has none for this row."""
        if step.at is not None or self.row.get(f"{step.name}.found") is True:
            return
        log = self.world.compiled.pack.logs[self.world.base(step.log)]
        keys = {
            m.other.name: self.world.value(m.this, self.row) for m in step.match if hasattr(m.other, "name")
        }
        if None in keys.values() or not set(keys) <= set(stored(log)):
            return
        free = [
            column.name
            for _, column in step.columns
            if column.name in stored(log) and column.name not in keys
        ]
        filled = {name: candidates(log.fields[name], [], None, self._days(log, name))[0] for name in free}
        edit = Edit("add", log.id, {**filled, **keys}, free=tuple(free))
        if self.passes((edit,)):
            yield ((1, 1, 0.0, log.id, ""), (edit,))

    def several(self) -> list[tuple[Any, Way]]:
        """Give changes of several cells of one row: each time the cell that helps most, until it passes."""
        cells: dict[tuple[str, int, int], list[tuple[Log, Row, str, list[Value]]]] = {}
        for log, row, name, values in self._cells():
            cells.setdefault((log.id, row["_src"], row["_row"]), []).append((log, row, name, values))
        found: list[tuple[Any, Way]] = []
        for group in cells.values():
            if way := self._climb(group):
                found.append(((way.size, 0, 0.0, way.log, ""), (way,)))
        return found

    def _climb(self, group: list[tuple[Log, Row, str, list[Value]]]) -> Edit | None:
        log, row = group[0][:2]
        values: dict[str, Value] = {}
        best = self._score(log, row, values)
        while self.tries <= 2 * TRIES:
            trials = [
                (self._score(log, row, {**values, name: value}), name, value)
                for _, _, name, options in group
                if name not in values
                for value in options[:12]
            ]
            if not trials:
                return None
            score, name, value = max(trials, key=lambda trial: trial[0])
            if score <= best:
                return None
            best, values = score, {**values, name: value}
            if self.passes([_cells(log, row, values)]):
                return _cells(log, row, values)
        return None

    def _score(self, log: Log, row: Row, values: Mapping[str, Value]) -> int:
        """Give how many single conditions hold after a change of cells."""
        after = self.outcome([_cells(log, row, values)] if values else [])[1]
        if after is None:
            return -1
        wanted = [one.expr for one in self.world.anatomy.notes.conditions.values() if one.side == "this"]
        held = sum(self.world.value(expr, after) is True for expr in wanted)
        unknown = sum(len(gaps(self.world, part, after)) for part in _parts(self.world))
        return 100 * held - unknown + self._others_score(row, values)

    def _others_score(self, row: Row, values: Mapping[str, Value]) -> int:
        for step in self.steps:
            if self.world.base(step.log) == row.get("_log"):
                changed: Row = {**row, **values}
                return 10 * sum(self.world.value(p, self.row, changed) is True for p in conjuncts(step.where))
        return 0


def _parts(world: World) -> list[Expr]:
    anatomy = world.anatomy
    return [*anatomy.chosen, anatomy.applies_to, anatomy.leave, anatomy.require]


def _cell(log: Log, row: Row, name: str, value: Value, free: tuple[str, ...] = ()) -> Edit:
    return _cells(log, row, {name: value}, free)


def _cells(log: Log, row: Row, values: Mapping[str, Value], free: tuple[str, ...] = ()) -> Edit:
    before = {name: row.get(name) for name in values}
    return Edit("set", log.id, dict(values), None, (row["_src"], row["_row"]), free, before)


def _times(edit: Edit, times: int) -> Edit:
    return Edit(edit.act, edit.log, edit.values, edit.spot, edit.source, edit.free, edit.before, times)


def _steps(now: Value) -> list[Value]:
    """Give numbers ever further away, for a sum or mean that a single figure can mend."""
    if isinstance(now, bool) or not isinstance(now, int | Decimal):
        return []
    return [now + sign * 4**i for i in range(6) for sign in (1, -1)]


def _stored_names(world: World, names: set[str]) -> set[str]:
    """Give the stored columns behind names, through what is computed from them."""
    found, waiting = set[str](), list(names)
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        found.add(name)
        if name in world.derived:
            waiting += this_names([world.derived[name]])
    return found


def _near_rows(world: World, row: Row) -> dict[str, list[Row]]:
    """Give, by log, the rows that can matter for one row; a log that is needed whole is not among them."""
    kept: dict[str, set[tuple[int, int]]] = {}
    whole: set[str] = {
        world.base(s.log) for v in world.whole.views for s in v.steps if isinstance(s, Related | Lookup)
    }
    source = world.plan.source
    if source.log:
        if isinstance(source, Grid) or not any(isinstance(s, Previous | Run) for s in world.plan.steps):
            kept[source.log] = _own_rows(world, row)
        else:
            whole.add(source.log)
    for step in world.plan.steps:
        if isinstance(step, Related | Lookup):
            base = world.base(step.log)
            rows = None if _open_key(world, step, row) else _theirs(world, step, row)
            if rows is None or step.name in _SETTLED:
                whole.add(base)
            else:
                kept.setdefault(base, set()).update(rows)
    return {
        log: [one for one in world.house.log(log) if (one["_src"], one["_row"]) in places]
        for log, places in kept.items()
        if log not in whole
    }


def _own_rows(world: World, row: Row) -> set[tuple[int, int]]:
    source = world.plan.source
    if isinstance(source, Grid):
        rows = [
            one for one in world.house.log(str(source.log)) if one[source.key or ""] == row[source.key or ""]
        ]
        return {(one["_src"], one["_row"]) for one in rows}
    return {(row["_src"], row["_row"])}


def _open_key(world: World, step: Related | Lookup, row: Row) -> bool:
    return any(world.value(match.this, row) is None for match in step.match) or not step.match


def _theirs(world: World, step: Related | Lookup, row: Row) -> set[tuple[int, int]]:
    if isinstance(step, Related):
        return {(one["_src"], one["_row"]) for one in nearby(world, step, row)}
    return {
        (one["_src"], one["_row"])
        for one in world.house.log(step.log)
        if all(matched(world.house, match, row, one) is not False for match in step.match)
    }
