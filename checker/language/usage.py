"""Which fields of which logs a rule reads: what a problem in a log touches."""

from __future__ import annotations

from checker.language.compile import Compiled
from checker.plan.columns import columns_of, exprs_of, logs_of, relations_of
from checker.plan.nodes import Coverage, Expr, Grid, Lookup, Pairing, Plan, Related, RulePlan, Step

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
    names |= {log for step in steps for log in logs_of(step)}
    return {name for name in names if name} - {view.name for view in plan.views}


def fields_read(rule: RulePlan, plan: Plan) -> Reads:
    """Give the stored fields a rule plan reads, by log; columns that steps add are left out."""
    views = {view.name: view for view in plan.views}
    source = rule.source.log or ""
    exprs = [rule.scope, rule.applies, rule.suspect, rule.outcome, *(e for _, e in rule.keep)]
    reads = {(source, name) for e in exprs for side, name in _names(e) if side == "this"}
    if isinstance(rule.source, Grid):
        bounds = (rule.source.where, *rule.source.start, *rule.source.end)
        reads |= {(source, name) for e in bounds for _, name in _names(e)} | {(source, rule.source.key or "")}
    for step in rule.steps:
        reads |= _step_reads(step, source)
    for log, _ in list(reads):
        if log in views:
            reads |= {r for s in views[log].steps for r in _step_reads(s, views[log].log)}
    named = {(views[log].log if log in views else log, name) for log, name in reads}
    return {(log, name) for log, name in named if log and name and "." not in name}


def _step_reads(step: Step, source: str) -> Reads:
    """Give what a step reads of the row judged and of the other logs."""
    if isinstance(step, Coverage | Pairing):
        own = [step.low, step.high] if isinstance(step, Coverage) else [step.at, step.among, *step.by]
        read = set().union(*(_step_reads(one, source) for one in relations_of(step)))
        return read | {(source, name) for e in own for _, name in _names(e)}
    exprs = exprs_of(step)
    if isinstance(step, Related | Lookup):
        exprs += [match.other for match in step.match]
    if isinstance(step, Lookup):
        exprs += [*step.start, *step.end, *(column for _, column in step.columns)]
    other = step.log if isinstance(step, Related | Lookup) else source
    pairs = {pair for e in exprs if e is not None for pair in _names(e)}
    return {(source if side == "this" else other, name) for side, name in pairs}


def _names(expr: Expr) -> set[tuple[str, str]]:
    return {(side, name) for side, name in columns_of([expr]) if name != "_bad"}
