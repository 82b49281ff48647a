"""The rule's own plan in the reference engine's hands, for the rows of one subject."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import cached_property
from typing import Any

from checker.engines.reference import House
from checker.language.compile import Compiled
from checker.logs.tables import Tables
from checker.plan.columns import added_by, this_names
from checker.plan.nodes import (
    Call,
    Col,
    Derive,
    Expr,
    Grid,
    Lookup,
    Match,
    Plan,
    Previous,
    Related,
    RulePlan,
    Run,
    Step,
)
from checker.trace.model import Spot

Row = dict[str, Any]
_PLACE = (("_src", Col("_src", "int", "other")), ("_row", Col("_row", "int", "other")))


class World:
    """One rule, its tables, and how its rows come out; `changed` replaces the rows of some logs."""

    def __init__(
        self, compiled: Compiled, rule_id: str, tables: Tables, read: Mapping[str, list[Row]] | None = None
    ) -> None:
        one = compiled.rules[rule_id]
        if one.anatomy is None:
            raise AssertionError("a compiled rule has its anatomy")
        self.compiled, self.tables, self.one, self.anatomy = compiled, tables, one, one.anatomy
        self.plan = replace(one.anatomy.plan, steps=tuple(_placed(s) for s in one.anatomy.plan.steps))
        self.whole: Plan = replace(compiled.plan, rules=(self.plan,))
        self.house = House(self.whole, tables)
        self.house.read |= dict(read or {})
        self.steps = {step.name: step for step in self.plan.steps}
        self.keep = dict(self.plan.keep)
        self.narrow: dict[str, list[Row]] = {}

    def value(self, expr: Expr, row: Row, other: Row | None = None) -> Any:
        """Give the value of an expression over a row, as the engine gives it."""
        return self.house.value(expr, row, other)

    def stored(self, log: str) -> list[Row]:
        """Give the rows of a log (of the log itself, where a view of it is named)."""
        return self.house.log(self.base(log))

    def base(self, log: str) -> str:
        """Give the log under a view."""
        return log.split("+")[0]

    def with_rows(self, changed: Mapping[str, list[Row]]) -> World:
        """Give the same rule over other rows of some logs; all else is shared."""
        logs = {name: rows for name, rows in self.house.read.items() if name not in self.house.views}
        return World(self.compiled, self.plan.rule, self.tables, {**logs, **changed})

    @cached_property
    def derived(self) -> dict[str, Expr]:
        """Give the columns that are computed from the row itself."""
        return {step.name: step.expr for step in self.plan.steps if isinstance(step, Derive)}

    def rows(self, wanted: Callable[[Row], bool]) -> list[Row]:
        """Give the wanted rows with the columns of every step; the steps that need it see all rows."""
        cut = self._cut()
        source, steps = self.plan.source, self.plan.steps
        seen = self.house.grid(source) if isinstance(source, Grid) else self.house.log(source.log)
        if cut:
            seen = self.house.after(steps[:cut], [{**row, "_evidence": []} for row in seen])
        chosen = [{**row, "_evidence": [*row["_evidence"]]} for row in seen if wanted(row)]
        for step in steps[cut:]:
            self._take(step, chosen)
        if any(isinstance(step, Run) for step in steps):
            for row in chosen:
                row["~group"] = chosen if isinstance(source, Grid) else seen
        return chosen

    def _take(self, step: Step, rows: list[Row]) -> None:
        """Take one step; it goes through only those rows of the other log whose key may be that of a row."""
        if not isinstance(step, Related | Lookup):
            self.house.after([step], rows)
            return
        whole = self.house.log(step.log)
        self.house.read[step.log] = self.narrow[step.name] = self._may_match(step, rows, whole)
        self.house.after([step], rows)
        self.house.read[step.log] = whole

    def _may_match(self, step: Related | Lookup, rows: list[Row], others: list[Row]) -> list[Row]:
        for match in step.match:
            if not is_period(match):
                mine = {self.value(match.this, row) for row in rows}
                theirs = ((one, self.value(match.other, {}, one)) for one in others)
                others = [one for one, key in theirs if key is None or key in mine]
        return others

    def others(self, step: Related | Lookup) -> list[Row]:
        """Give the rows of the other log whose key may be that of a row asked for."""
        return self.narrow[step.name] if step.name in self.narrow else self.house.log(step.log)

    @cached_property
    def scope_is_plain(self) -> bool:
        """Tell whether what belongs to the run can be told before any step."""
        added = set[str]().union(*map(added_by, self.plan.steps))
        return not isinstance(self.plan.source, Grid) and not this_names([self.plan.scope]) & added

    @cached_property
    def identity(self) -> dict[str, Expr]:
        """Give what tells whose a row is: `person` (and `name`, as the row itself has it), else its keys; `record`."""
        people, keep = self.compiled.pack.people, self.keep
        if people is None or f"subject.{people.key}" not in keep:
            return {name: keep[name] for name in keep if name.startswith("subject.") or name == "record"}
        found = {"person": keep[f"subject.{people.key}"], "record": keep["record"]}
        name = keep.get(f"subject.{people.name or 'name'}")
        if isinstance(name, Call) and name.fn == "coalesce":
            name = name.args[-1]  # the first is the name in the people log, which takes a look-up
        if name is not None and not any(one.startswith("person.") for one in this_names([name])):
            found["name"] = name
        return found

    def _cut(self) -> int:
        """Give after how many steps rows may be chosen: who they are about is known, and no neighbour is needed."""
        needs, last = this_names(self.identity.values()), 0
        for index in reversed(range(len(self.plan.steps))):
            step = self.plan.steps[index]
            if needs & added_by(step):
                last = max(last, index + 1)
                needs |= this_names(_reads(step))
            # On a grid a run belongs to its subject, whose rows stay together.
            if isinstance(step, Previous) or (
                isinstance(step, Run) and not isinstance(self.plan.source, Grid)
            ):
                last = max(last, index + 1)
        return last

    def outcome(self, row: Row) -> str:
        """Give the word of the plan for a row."""
        return str(self.value(self.plan.outcome, row))

    def in_scope(self, row: Row) -> bool:
        """Tell whether the engine would list the row at all."""
        return self.value(self.plan.scope, row) is not False

    def spot(self, row: Mapping[str, Any], log: str | None = None) -> Spot | None:
        """Give where a row stands."""
        name = log or row.get("_log")
        return self.spot_at(name, row.get("_src"), row.get("_row"), row) if name else None

    def spot_at(
        self, log: str, source: int | None, number: int | None, row: Mapping[str, Any]
    ) -> Spot | None:
        """Give the place of a row of a log; `row` holds its key, where that is known."""
        if source is None or number is None:
            return None
        inputs, base = self.tables.inputs, self.base(log)
        file = inputs[source] if 0 <= source < len(inputs) else None
        entry = self.compiled.pack.logs.get(base)
        key = "|".join(
            "" if row.get(name) is None else str(row[name]) for name in (entry.key if entry else ())
        )
        return Spot(file.file if file else "", file.sheet if file else None, number, base, key)


def _reads(step: Step) -> Iterable[Expr | None]:
    from checker.plan.columns import exprs_of

    return exprs_of(step)


def _placed(step: Step) -> Step:
    """Give a lookup that also says which row it found."""
    if not isinstance(step, Lookup):
        return step
    return replace(step, columns=(*step.columns, *_PLACE))


def is_period(match: Match) -> bool:
    """Tell whether a match is that of a period."""
    return isinstance(match.this, Col) and match.this.name in ("period", "period_start")


def related_steps(plan: RulePlan) -> list[Related]:
    """Give the steps that count rows of other logs."""
    return [step for step in plan.steps if isinstance(step, Related)]
