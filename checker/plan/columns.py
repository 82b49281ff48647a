"""Which columns expressions and steps read, and a plan without the columns that nothing reads."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from checker.plan.nodes import (
    Call,
    Col,
    Coverage,
    Derive,
    Expr,
    Grid,
    Lookup,
    Pairing,
    Present,
    Previous,
    Related,
    RulePlan,
    Run,
    Step,
)

COVERED = ("low", "high", "asked", "from", "to")
"""What a `Coverage` adds beside its counts: `name_low` and so on."""


def columns_of(exprs: Iterable[Expr | None]) -> set[tuple[str, str]]:
    """Give the (side, name) of every column that expressions read; presence reads `_bad` too.

    >>> from checker.plan.build import compare, lit
    >>> sorted(columns_of([compare("gt", Col("n", "int"), Col("m", "int", "other"))]))
    [('other', 'm'), ('this', 'n')]
    """
    found: set[tuple[str, str]] = set()
    stack = [e for e in exprs if e is not None]
    while stack:
        expr = stack.pop()
        if isinstance(expr, Col):
            found.add((expr.side, expr.name))
        elif isinstance(expr, Present):
            found |= {(expr.side, expr.name), (expr.side, "_bad")}
        elif isinstance(expr, Call):
            stack.extend(expr.args)
    return found


def exprs_of(step: Step) -> list[Expr | None]:
    """Give every expression a step evaluates over the working row."""
    if isinstance(step, Related):
        takes = [e for t in step.takes for e in (t.expr, t.filter)]
        return [*(e for m in step.match for e in (m.this, m.if_null)), step.where, *takes, *step.order]
    if isinstance(step, Lookup):
        return [*(m.this for m in step.match), step.at]
    if isinstance(step, Derive):
        return [step.expr]
    if isinstance(step, Coverage):
        return [step.low, step.high, *(e for part in relations_of(step) for e in exprs_of(part))]
    if isinstance(step, Pairing):
        return [step.at, step.among, *step.by, *exprs_of(step.related)]
    extra = [step.failed] if isinstance(step, Run) else [c for _, c in step.columns]
    return [*step.by, *step.order, *extra]


def relations_of(step: Step) -> tuple[Related, ...]:
    """Give how a step looks at rows of other logs."""
    if isinstance(step, Related):
        return (step,)
    if isinstance(step, Coverage):
        return tuple(step.related(i) for i in range(len(step.parts)))
    return (step.related,) if isinstance(step, Pairing) else ()


def evidence_of(step: Step) -> list[tuple[str, str]]:
    """Give the lists of places that a step adds to the evidence: a name, and the log they are in."""
    return [(one.name, one.log.split("+")[0]) for one in relations_of(step) if one.evidence]


def logs_of(step: Step) -> set[str]:
    """Give the logs or views that a step looks into."""
    return {step.log} if isinstance(step, Lookup) else {one.log for one in relations_of(step)}


def added_by(step: Step) -> set[str]:
    """Give the names of the columns a step adds."""
    if isinstance(step, Related):
        return {step.name, f"{step.name}_unknown", *(t.name for t in step.takes)}
    if isinstance(step, Coverage):
        return {step.name, *(f"{step.name}_{part}" for part in ("unknown", *COVERED))}
    if isinstance(step, Pairing):
        return {step.name, f"{step.name}_at"}
    if isinstance(step, Lookup | Previous):
        return {f"{step.name}.found", *(f"{step.name}.{out}" for out, _ in step.columns)}
    return {step.name}


def this_names(exprs: Iterable[Expr | None]) -> set[str]:
    """Give the names of the columns of the row judged that expressions read."""
    return {name for side, name in columns_of(exprs) if side == "this"}


def pruned(plan: RulePlan) -> RulePlan:
    """Give the plan without looked-up and subject columns that nothing reads."""
    used = this_names([plan.scope, plan.applies, plan.suspect, plan.outcome, *(e for _, e in plan.keep)])
    used |= this_names(e for step in plan.steps for e in exprs_of(step))
    steps = tuple(_pruned(step, used) for step in plan.steps)
    source = plan.source
    if isinstance(source, Grid):
        used |= this_names([source.where, *source.start, *source.end]) | {source.key or ""}
        source = replace(source, columns=tuple(c for c in source.columns if c.name in used))
    return replace(plan, steps=steps, source=source)


def _pruned(step: Step, used: set[str]) -> Step:
    if isinstance(step, Lookup | Previous):
        return replace(step, columns=tuple(c for c in step.columns if f"{step.name}.{c[0]}" in used))
    return step
