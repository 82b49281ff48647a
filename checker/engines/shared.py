"""The steps of several rules over one row set, each once under a name of its own.

Rules name their columns freely: two may mean different things by one name, or the same by two. Here equal steps are
one step, and an expression of a rule is read with the columns renamed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from checker.plan.columns import added_by, columns_of, exprs_of, this_names
from checker.plan.nodes import Call, Col, Derive, Expr, Lookup, Match, Previous, Related, RulePlan, Run, Step

Names = dict[str, str]


@dataclass
class _Shared:
    """One step under its new name, and the looked-up columns or figures that some rule takes from it."""

    bare: Step
    name: str
    taken: dict[Any, str] = field(default_factory=dict)

    def step(self) -> Step:
        if isinstance(self.bare, Related):
            takes = tuple(replace(take, name=name) for take, name in self.taken.items())
            return replace(self.bare, name=self.name, takes=takes)
        if isinstance(self.bare, Lookup | Previous):
            return replace(self.bare, name=self.name, columns=tuple((n, c) for c, n in self.taken.items()))
        return replace(self.bare, name=self.name)


@dataclass
class SharedSteps:
    """Steps admitted so far, in order; equal ones are one, which gives all the columns that any of them asks for."""

    _shared: dict[Step, _Shared] = field(default_factory=dict)

    @property
    def steps(self) -> list[Step]:
        """Give the steps in order."""
        return [one.step() for one in self._shared.values()]

    def admit(self, step: Step, names: Names) -> str:
        """Take a step in and give its name here; `names` learns what its columns are called here."""
        bare = _bare(renamed_step(step, names))
        one = self._shared.setdefault(bare, _Shared(bare, f"s{len(self._shared)}"))
        names[step.name] = one.name
        if isinstance(step, Related):
            names[f"{step.name}_unknown"] = f"{one.name}_unknown"
            for take in step.takes:
                mine = replace(take, name="", expr=_of(take.expr, names), filter=_of(take.filter, names))
                names[take.name] = one.taken.setdefault(mine, f"{one.name}.{len(one.taken)}")
        elif isinstance(step, Lookup | Previous):
            names[f"{step.name}.found"] = f"{one.name}.found"
            for out, column in step.columns:
                names[f"{step.name}.{out}"] = f"{one.name}.{one.taken.setdefault(column, column.name)}"
        return one.name


def needed_steps(rule: RulePlan, exprs: Sequence[Expr], stored: frozenset[str]) -> tuple[Step, ...]:
    """Give the steps that some expressions need, directly or through other steps, without their evidence."""
    wanted = this_names(exprs) - stored
    chosen: list[Step] = []
    for step in reversed(rule.steps):
        if wanted & added_by(step):
            chosen.insert(0, _lean(step, wanted))
            wanted |= this_names(exprs_of(chosen[0])) - stored
    return tuple(chosen)


def renamed(expr: Expr, names: Mapping[str, str]) -> Expr:
    """Give an expression with the columns of the row judged renamed."""
    if isinstance(expr, Col):
        return replace(expr, name=names.get(expr.name, expr.name)) if expr.side == "this" else expr
    if isinstance(expr, Call):
        return replace(expr, args=tuple(renamed(arg, names) for arg in expr.args))
    return expr


def renamed_step(step: Step, names: Mapping[str, str]) -> Step:
    """Give a step that reads renamed columns; its own name and what is taken from it stay."""

    def all_of(exprs: Sequence[Expr]) -> tuple[Expr, ...]:
        return tuple(renamed(one, names) for one in exprs)

    if isinstance(step, Derive):
        return replace(step, expr=renamed(step.expr, names))
    if isinstance(step, Lookup):
        return replace(step, match=_matches(step.match, names), at=step.at and renamed(step.at, names))
    if isinstance(step, Run):
        return replace(step, by=all_of(step.by), order=all_of(step.order), failed=renamed(step.failed, names))
    if isinstance(step, Previous):
        return replace(step, by=all_of(step.by), order=all_of(step.order))
    assert isinstance(step, Related), "rules that measure or pair time are judged whole"
    where, order = renamed(step.where, names), all_of(step.order)
    return replace(step, match=_matches(step.match, names), where=where, order=order)


def is_known(exprs: Sequence[Expr | None], columns: frozenset[str] | set[str]) -> bool:
    """Tell whether expressions over the row judged read only these columns."""
    return all(side == "other" or name in columns for side, name in columns_of(exprs))


def _matches(matches: Sequence[Match], names: Mapping[str, str]) -> tuple[Match, ...]:
    return tuple(replace(m, this=renamed(m.this, names), if_null=renamed(m.if_null, names)) for m in matches)


def _lean(step: Step, wanted: set[str]) -> Step:
    """Give a step with only the columns that are wanted, and no evidence."""
    if isinstance(step, Related):
        return replace(step, evidence=False, takes=tuple(t for t in step.takes if t.name in wanted))
    if isinstance(step, Lookup | Previous):
        return replace(step, columns=tuple(c for c in step.columns if f"{step.name}.{c[0]}" in wanted))
    return step


def _bare(step: Step) -> Step:
    """Give a step without its name and without what is taken from it, so that equal ones are equal."""
    if isinstance(step, Related):
        return replace(step, name="", takes=())
    return (
        replace(step, name="", columns=()) if isinstance(step, Lookup | Previous) else replace(step, name="")
    )


def _of(expr: Expr | None, names: Mapping[str, str]) -> Expr | None:
    return None if expr is None else renamed(expr, names)
