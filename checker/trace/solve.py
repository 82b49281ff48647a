"""A row of another log that would have counted: each of its cells set so that what the rule asks of it holds."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from checker.language.pack import Log
from checker.logs.tables import stored
from checker.model import Value
from checker.plan.nodes import Call, Col, Expr, Related
from checker.trace.cells import just_any
from checker.trace.edits import NEW, as_moment, candidates, distance, pool
from checker.trace.model import Edit
from checker.trace.others import reads
from checker.trace.trees import conjuncts
from checker.trace.world import Row, World, is_period


def additions(world: World, step: Related, row: Row) -> Iterator[Edit]:
    """Give rows to add that belong to this row for certain, as late as is allowed; one for each figure taken."""
    goals = [Call("eq", (match.this, match.other), "bool") for match in step.match]
    goals += [part for part in conjuncts(step.where)]  # type: ignore[misc]
    filters = [take.filter for take in step.takes if take.filter is not None and not _is_doubt(take.filter)]
    for extra in [*([one] for one in filters), []]:
        wanted: list[Expr] = [*goals, *(part for one in extra for part in conjuncts(one))]
        if (made := _Row(world, step, row, wanted).solved()) is not None:
            yield made


def _is_doubt(expr: Expr) -> bool:
    return isinstance(expr, Call) and expr.fn == "is_null"


class _Row:
    """A row in the making."""

    def __init__(self, world: World, step: Related, row: Row, goals: list[Expr]) -> None:
        self.world, self.step, self.row, self.goals = world, step, row, goals
        self.log: Log = world.compiled.pack.logs[world.base(step.log)]
        self.new: Row = dict.fromkeys(stored(self.log))
        self.free: set[str] = set()
        takes = [take.expr for take in step.takes if take.expr is not None]
        names = set[str]().union(*(reads(one, "other") for one in [*goals, *takes]))
        self.names = [name for name in stored(self.log) if name in names]

    def solved(self) -> Edit | None:
        """Give the row as an edit once all goals hold."""
        for match in self.step.match:
            if isinstance(match.other, Col) and match.other.name in self.new:
                self.new[match.other.name] = self.world.value(match.this, self.row)
        while (held := self.held()) < len(self.goals):
            best = max(self._trials(), default=None, key=lambda trial: trial[0])
            if best is None or best[0] <= held:
                return None
            self._set(best[1], best[2])
        for take in self.step.takes:
            if take.expr is not None:
                self._figure(take.expr)
        for name in self._dating():
            self._as_late_as_can_be(name)
        self._key()
        values = {name: value for name, value in self.new.items() if value is not None}
        return Edit("add", self.log.id, values, free=tuple(sorted(self.free)))

    def held(self) -> int:
        """Give how many goals hold; what is not known does not."""
        full = self._viewed()
        return sum(self.world.value(goal, self.row, full) is True for goal in self.goals)

    def _viewed(self) -> Row:
        full = {**self.new, "_src": NEW, "_row": 1, "_bad": None, "_log": self.log.id, "_evidence": []}
        view = self.world.house.views.get(self.step.log)
        return self.world.house.after(view.steps, [full])[0] if view else full

    def _trials(self) -> Iterator[tuple[int, str, Value]]:
        for name in self.names:
            now = self.new[name]
            for value in self._options(name):
                self.new[name] = value
                yield self.held(), name, value
            self.new[name] = now

    def _dating(self) -> set[str]:
        """Give the cells that say when the row happened."""
        takes = [take.expr for take in self.step.takes if take.expr is not None and take.fn == "min"]
        return set[str]().union(*(reads(one, "other") for one in takes)) or {self.log.date or ""}

    def _options(self, name: str) -> list[Value]:
        entry = self.log.fields[name]
        if just_any(self.goals, name, "other"):
            day = self.row.get("period_end") or self.world.value(self.world.keep["at"], self.row)
            return candidates(entry, () if entry.type in ("text", "id") or day is None else [day], None)[:1]
        values = pool(self.world, [*self.goals, *self._until()], self.row, self._viewed())
        days = [
            value for key, value in self.row.items() if not key.startswith("_") and isinstance(value, date)
        ]
        options = candidates(entry, values, None, candidates(entry, days, None))
        options.sort(key=lambda value: value != self.row.get("period_start"))
        return options if name in self._naming_periods() else self._from_the_event_on(options)

    def _naming_periods(self) -> set[str]:
        """Give the cells that say which period the row is for: there its first day stays first."""
        return set[str]().union(
            *(reads(match.other, "other") for match in self.step.match if is_period(match))
        )

    def _from_the_event_on(self, options: list[Value]) -> list[Value]:
        """Put days and moments in the order of their distance from the event; other values stay as they are."""
        event = self.row.get("period_end") or self.world.value(self.world.keep["at"], self.row)
        if event is None or not all(isinstance(one, date) for one in options):
            return options
        return sorted(options, key=lambda one: distance(event, one))

    def _until(self) -> list[Expr]:
        return [self.world.anatomy.due] if self.world.anatomy.due is not None else []

    def _set(self, name: str, value: Value) -> None:
        self.new[name] = value
        if value in ("X", "Y") and not self.log.fields[name].values:
            self.free.add(name)

    def _as_late_as_can_be(self, name: str) -> None:
        """Move a day or moment to the last one that is allowed."""
        if not isinstance(self.new.get(name), date):
            return
        last = next((self.world.value(one, self.row) for one in self._until()), None) or datetime.max
        options = [v for v in self._options(name) if isinstance(v, date) and as_moment(v) <= last]
        for value in sorted(options, reverse=True):
            now, self.new[name] = self.new[name], value
            if self.held() == len(self.goals):
                return
            self.new[name] = now

    def _figure(self, expr: Expr) -> None:
        """Fill in the figure that is taken from the row, where nothing else has settled it."""
        for name in reads(expr, "other"):
            if name in self.new and self.new[name] is None:
                options = self._options(name)
                if options:
                    self._set(name, options[0])

    def _key(self) -> None:
        """Give the row a key of its own."""
        for name in self.log.key:
            entry = self.log.fields[name]
            if name in self.new and self.new[name] is None and entry.type in ("id", "text"):
                self._set(name, "X")
