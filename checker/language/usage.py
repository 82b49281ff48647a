"""Which fields of which logs a rule reads: what a problem in a log touches."""

from __future__ import annotations

from checker.language.compile import Compiled
from checker.plan.nodes import Call, Col, Expr, Grid, Lookup, Plan, Present, Related, RulePlan, Step

Reads = set[tuple[str, str]]


def clauses_by_field(compiled: Compiled) -> dict[tuple[str, str], tuple[str, ...]]:
    """Give, for (log, field) and (log, "") for the whole log, the clauses that rest on it, in clause order."""
    found: dict[tuple[str, str], set[str]] = {}
    for one in compiled.rules.values():
        for log, name in fields_read(one.plan, compiled.plan):
            found.setdefault((log, name), set()).add(one.rule.clause)
            found.setdefault((log, ""), set()).add(one.rule.clause)
    order = {ref: i for i, ref in enumerate(compiled.pack.clauses)}
    return {key: tuple(sorted(refs, key=lambda r: order.get(r, len(order)))) for key, refs in found.items()}


def logs_read(plan: Plan) -> set[str]:
    """Give every log the rules of a plan read."""
    names = {rule.source.log for rule in plan.rules} | {view.log for view in plan.views}
    steps = [step for rule in plan.rules for step in rule.steps] + [
        s for view in plan.views for s in view.steps
    ]
    names |= {step.log for step in steps if isinstance(step, Related | Lookup)}
    return {name for name in names if name} - {view.name for view in plan.views}


def fields_read(rule: RulePlan, plan: Plan) -> Reads:
    """Give the stored fields a rule plan reads, by log; columns that steps add are left out."""
    views = {view.name: view for view in plan.views}
    source = rule.source.log or ""
    exprs = [rule.scope, rule.applies, rule.suspect, rule.outcome, *(e for _, e in rule.keep)]
    reads = {(source, name) for e in exprs for side, name in _names(e) if side == "this"}
    if isinstance(rule.source, Grid):
        reads |= {(source, c.name) for c in (*rule.source.start, *rule.source.end)} | {
            (source, rule.source.key or "")
        }
    for step in rule.steps:
        reads |= _step_reads(step, source)
    for log, _ in list(reads):
        if log in views:
            reads |= {r for s in views[log].steps for r in _step_reads(s, views[log].log)}
    named = {(views[log].log if log in views else log, name) for log, name in reads}
    return {(log, name) for log, name in named if log and name and "." not in name}


def _step_reads(step: Step, source: str) -> Reads:
    mine: list[Expr] = []
    theirs: Reads = set()
    if isinstance(step, Related):
        takes = [e for t in step.takes for e in (t.expr, t.filter) if e is not None]
        both = [e for m in step.match for e in (m.this, m.other, m.if_null)] + [
            step.where,
            *takes,
            *step.order,
        ]
        theirs = {(step.log, name) for e in both for side, name in _names(e) if side == "other"}
        mine = both
    elif isinstance(step, Lookup):
        keys = [m.other for m in step.match] + [*step.start, *step.end, *(c for _, c in step.columns)]
        theirs = {(step.log, name) for e in keys for _, name in _names(e)}
        mine = [m.this for m in step.match] + ([step.at] if step.at is not None else [])
    else:
        mine = [step.expr] if hasattr(step, "expr") else [*step.by, *step.order]
    return theirs | {(source, name) for e in mine for side, name in _names(e) if side == "this"}


def _names(expr: Expr) -> set[tuple[str, str]]:
    if isinstance(expr, Col | Present):
        return {(expr.side, expr.name)}
    return {pair for arg in expr.args for pair in _names(arg)} if isinstance(expr, Call) else set()
