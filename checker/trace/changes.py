"""The smallest change that would have complied: tried on the data and judged again by the same plan, never guessed.

Single edits first: a cell of the row judged, a cell of a row that nearly counted, a row added or removed. If none of
them gives `pass`, several cells of one row. What is given has been judged over all rows, and it passed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from checker.engines.reference import belongs, matched
from checker.language.pack import Log
from checker.logs.tables import stored
from checker.model import Value
from checker.plan.build import FALSE
from checker.plan.nodes import Grid, Lookup, Previous, Related, Run
from checker.trace.cells import Cell, cells, days, judging, unknown_cells
from checker.trace.edits import applied, between, candidates, distance, unlike
from checker.trace.gaps import gaps
from checker.trace.model import Change, Edit
from checker.trace.others import nearby
from checker.trace.solve import additions
from checker.trace.trees import conjuncts
from checker.trace.world import Row, World, related_steps

SHOWN, TRIES, TIMES = 3, 1500, 20
_SETTLED = ("duty", "leave_whole", "leave_part")
Way = tuple[Edit, ...]


def comply(world: World, row: Row) -> tuple[Change, ...]:
    """Give the smallest changes after which the row passes, the smallest first; none: none was found.

    Where none passes, those after which all that is required is met and the rule therefore speaks no more.
    """
    if world.value(next((r.condition for r in world.anatomy.ladder if r.reason == "open"), FALSE), row):
        return ()  # the period is not over: nothing can be said yet, whatever the data
    for then in ("pass", "not_applicable"):
        search = Search(world, row, then)
        found = search.singles() or search.several() or search.pairs()
        if kept := _sure(search, sorted(found, key=lambda pair: pair[0])):
            return tuple(Change(tuple(_at_place(world, edit) for edit in way), then) for way in kept)
    return ()


def _sure(search: Search, ranked: list[tuple[Any, Way]]) -> list[Way]:
    """Give the first few, of each kind one, that hold over all rows of all logs."""
    kept: dict[Any, Way] = {}
    for _, way in ranked:
        kind = tuple((e.act, e.log, e.source, tuple(e.values)) for e in way)
        if kind not in kept and search.passes(way, everything=True):
            kept[kind] = way
        if len(kept) == SHOWN:
            break
    return list(kept.values())


class Search:
    """Tries changes on one row and what it is held against."""

    def __init__(self, world: World, row: Row, then: str = "pass") -> None:
        self.world, self.row, self.then, self.tries = world, row, then, 0
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
        """Tell whether a change has the outcome that is looked for."""
        word, after = self.outcome(way, everything)
        met = after is not None and self.world.value(self.world.anatomy.require, after) is True
        return word == self.then and (word == "pass" or met)

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
        for log, row, name, values in cells(self.near, self.row, self.steps):
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
        for log, row, name, values in unknown_cells(self.near, self.row):
            for value in values[:4]:
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
        more = Search(self.world.with_rows({edit.log: rows}), after, self.then).singles()
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
        free = now is None and self._any_would_do(log, row, name, value)
        return _cell(log, row, name, value, (name,) if free else ())

    def _any_would_do(self, log: Log, row: Row, name: str, value: Value) -> bool:
        """Tell whether quite other values comply as well, so that it is only wanted that there is one."""
        others = unlike(value, log.fields[name])
        return bool(others) and all(self.passes([_cell(log, row, name, other)]) for other in others)

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
        filled = {name: _any_value(self.world, log, name) for name in free}
        edit = Edit("add", log.id, {**filled, **keys}, free=tuple(free))
        if self.passes((edit,)):
            yield ((1, 1, 0.0, log.id, ""), (edit,))

    def several(self) -> list[tuple[Any, Way]]:
        """Give changes of several cells of one row: each time the cell that helps most, until it passes."""
        by_row: dict[tuple[str, int, int], list[Cell]] = {}
        for cell in cells(self.near, self.row, self.steps):
            by_row.setdefault((cell[0].id, cell[1]["_src"], cell[1]["_row"]), []).append(cell)
        found: list[tuple[Any, Way]] = []
        for group in by_row.values():
            if way := self._climb(group):
                found.append(((way.size, 0, 0.0, way.log, ""), (way,)))
        return found

    def _climb(self, group: list[Cell]) -> Edit | None:
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
        unknown = sum(len(gaps(self.world, part, after)) for part in judging(self.world))
        return 100 * held - unknown + self._others_score(row, values)

    def _others_score(self, row: Row, values: Mapping[str, Value]) -> int:
        for step in self.steps:
            if self.world.base(step.log) == row.get("_log"):
                changed: Row = {**row, **values}
                return 10 * sum(self.world.value(p, self.row, changed) is True for p in conjuncts(step.where))
        return 0


def _at_place(world: World, edit: Edit) -> Edit:
    """Give an edit that says where its row stands."""
    if edit.source is None or edit.spot is not None:
        return edit
    rows = (one for one in world.house.log(edit.log) if (one["_src"], one["_row"]) == edit.source)
    return replace(edit, spot=next((world.spot(one, edit.log) for one in rows), None))


def _any_value(world: World, log: Log, name: str) -> Value:
    options = candidates(log.fields[name], [], None, days(world, log.fields[name]))
    return options[0] if options else None


def _cell(log: Log, row: Row, name: str, value: Value, free: tuple[str, ...] = ()) -> Edit:
    return _cells(log, row, {name: value}, free)


def _cells(log: Log, row: Row, values: Mapping[str, Value], free: tuple[str, ...] = ()) -> Edit:
    before = {name: row.get(name) for name in values}
    unread = tuple(name for name in values if f",{name}," in (row.get("_bad") or ""))
    return Edit("set", log.id, dict(values), None, (row["_src"], row["_row"]), free, before, 1, unread)


def _times(edit: Edit, times: int) -> Edit:
    return replace(edit, times=times)


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
        for one in world.others(step)
        if all(matched(world.house, match, row, one) is not False for match in step.match)
    }
