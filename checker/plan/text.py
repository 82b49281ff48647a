"""A plan as text that people can read: one line a step, expressions in infix."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime

from checker.plan.nodes import (
    Col,
    Coverage,
    Derive,
    Expr,
    Grid,
    Lit,
    Lookup,
    Match,
    Pairing,
    Present,
    Previous,
    Related,
    RulePlan,
    Run,
    Step,
)

_INFIX = {
    "and": " and ", "or": " or ", "eq": " = ", "ne": " != ", "lt": " < ", "le": " <= ", "gt": " > ", "ge": " >= ",
    "add": " + ", "sub": " - ", "mul": " * ", "div": " / ",
}  # fmt: skip


def show(plan: RulePlan) -> str:
    """Give the whole plan of a rule, a line a part."""
    source = plan.source
    if isinstance(source, Grid):
        lines = [f"subjects  {source.key or 'company'} of {source.log or '-'} x periods {source.periods}"]
    else:
        lines = [f"subjects  records of {source.log}"]
    lines.append(f"scope     {show_expr(plan.scope)}")
    lines += [_step(step) for step in plan.steps]
    lines += [f"applies   {show_expr(plan.applies)}", f"suspect   {show_expr(plan.suspect)}"]
    lines += [f"outcome   {show_expr(plan.outcome)}", "keep      " + ", ".join(name for name, _ in plan.keep)]
    return _numbered("\n".join(lines))


def _numbered(text: str) -> str:
    """Number the unnamed parts, whose own names only say what they hold, in order of appearance."""
    names = dict.fromkeys(re.findall(r"~[0-9a-f]{12}", text))
    for number, name in enumerate(names, 1):
        text = text.replace(name, f"part{number}")
    return text


def show_expr(expr: Expr) -> str:
    """Give an expression in infix.

    >>> from checker.plan.build import compare, lit
    >>> show_expr(compare("gt", Col("n", "int"), lit(3)))
    '(n > 3)'
    """
    if isinstance(expr, Lit):
        return _literal(expr)
    if isinstance(expr, Col):
        return expr.name if expr.side == "this" else f"other.{expr.name}"
    if isinstance(expr, Present):
        return f"present({'other.' if expr.side == 'other' else ''}{expr.name})"
    parts = [show_expr(arg) for arg in expr.args]
    if expr.fn in _INFIX:
        return "(" + _INFIX[expr.fn].join(parts) + ")"
    return f"{expr.fn}({', '.join(parts)})"


def _literal(expr: Lit) -> str:
    if expr.type == "duration" and isinstance(expr.value, int):
        return f"{expr.value / 60_000_000:g}min"
    if isinstance(expr.value, str):
        return f"'{expr.value}'"
    return expr.value.isoformat() if isinstance(expr.value, date | datetime) else str(expr.value).lower()


def _step(step: Step) -> str:
    if isinstance(step, Derive):
        return f"derive    {step.name} := {show_expr(step.expr)}"
    if isinstance(step, Related):
        takes = "".join(f", {t.name} := {t.fn}({show_expr(t.expr) if t.expr else ''})" for t in step.takes)
        what = "exists" if step.exists else "count"
        return f"related   {step.name} := {what} {step.log} where {_matches(step.match)} and {show_expr(step.where)}{takes}"
    if isinstance(step, Lookup):
        at = f" at {show_expr(step.at)}" if step.at else ""
        return f"lookup    {step.name} := {step.log} by {_matches(step.match)}{at}"
    if isinstance(step, Coverage):
        return "\n".join(_coverage(step))
    if isinstance(step, Pairing):
        pair = f"{_matches(step.match)} and {show_expr(step.where)}"
        by = ", ".join(show_expr(e) for e in step.by) or "all"
        return f"pairing   {step.name} of {show_expr(step.at)} with {step.log} at {show_expr(step.time)} by {by} where {pair}"
    by = ", ".join(show_expr(e) for e in step.by)
    order = ", ".join(show_expr(e) for e in step.order)
    if isinstance(step, Previous):
        return f"previous  {step.name} by {by} in order of {order}"
    assert isinstance(step, Run)
    return f"run       {step.name} of {show_expr(step.failed)} by {by} in order of {order}, gap: {step.gap}"


def _coverage(step: Coverage) -> Iterator[str]:
    windows = f" in {len(step.windows)} windows" if step.windows else ""
    span = f"from {show_expr(step.low)} to {show_expr(step.high)}{windows}"
    yield f"coverage  {step.name} := {step.take} {span}"
    for part in step.parts:
        when = f"from {show_expr(part.start)} to {show_expr(part.end)}"
        yield f"  {part.role:<7} {part.log} {when} where {_matches(part.match)} and {show_expr(part.where)}"


def _matches(matches: tuple[Match, ...]) -> str:
    return " and ".join(f"{show_expr(m.this)} = {show_expr(m.other)}" for m in matches) or "all"
