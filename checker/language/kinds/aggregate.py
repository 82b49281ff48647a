"""`aggregate`: a count, sum, mean or share over the records of a subject and period, against a limit.

Subjects without a record are judged too: they come from the people, the regions or a log of subjects.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from checker.language.formula.functions import arithmetic
from checker.language.formula.typing import Fault
from checker.language.kinds.common import first_of, grid, last_of
from checker.language.kinds.context import Context, Draft, col
from checker.language.kinds.measure import LIMITS, SHOWN, Figure, measured
from checker.language.schedule import span_rows
from checker.model import Text
from checker.plan import build as b
from checker.plan.nodes import Call, Col, Derive, Expr, Grid, Lit

MONTHS = {"month": 1, "quarter": 3, "year": 12}


def compile_aggregate(ctx: Context) -> Draft:
    """Give the plan of an `aggregate` check; it is pending until its period closes."""
    check = ctx.check
    draft, _ = grid(
        ctx, check["per"], span_rows(ctx.schedule(), ctx.spec, max(ctx.look_back, ctx.rule.effective.start))
    )
    by = {"period_start": "period_start"}.get(ctx.rule.effective.version_by, "period_end")
    ctx.params.on = col(by, "date")
    figure = measured(ctx, draft)
    if not isinstance(figure.actual, Col):
        draft.steps.append(Derive("actual", figure.actual))
        shown = {
            name: (col("actual", figure.actual.type), unit) if expr == figure.actual else (expr, unit)
            for name, (expr, unit) in figure.values.items()
        }
        figure = replace(figure, actual=col("actual", figure.actual.type), values=shown)
    draft.values = {"actual": (figure.actual, figure.unit), **figure.values}
    limits = _target(check) if "target" in check else check
    tests: list[Expr] = []
    for op in LIMITS:
        if op in limits:
            limit = _limit(ctx, draft, op, limits[op])
            if not isinstance(limit, Lit):
                draft.steps.append(Derive(f"limit_{op}", limit))
                limit = col(f"limit_{op}", limit.type)
            draft.values |= {"limit": (limit, None), SHOWN[op]: (limit, None)}
            tests.append(figure.holds(op, limit))
    draft.require = b.and_(tests)
    if "target" in check:
        draft.values["target_reached"] = (draft.require, None)
    draft.due = col("due_at", "datetime")
    if check.get("pace") and "at_least" in limits:
        _pace(draft, figure, _calendar_months(ctx, "pace"), b.lit(ctx.spec.as_of.date()))
    if not tests:
        draft.given.append((b.compare("gt", figure.unknown, b.lit(0)), "undetermined"))
    if check.get("take") in ("mean", "share"):
        _empty(draft, figure, check.get("empty", "no_data"))
    return draft


def _target(check: Mapping[str, Any]) -> Mapping[str, Any]:
    """Give the target as a limit: a bare number is at most for counts and sums, at least for means and shares."""
    target = check["target"]
    if isinstance(target, Mapping):
        return target
    return {"at_least" if check.get("take") in ("mean", "share") else "at_most": target}


def _limit(ctx: Context, draft: Draft, op: str, raw: object) -> Expr:
    limit = ctx.parameter(raw[1:], op) if isinstance(raw, str) and raw.startswith("$") else b.lit(raw)  # type: ignore[arg-type]
    if op != "at_least" or not ctx.check.get("prorate"):
        return limit
    length = _calendar_months(ctx, "prorate")
    return Call("ceil_div", (arithmetic("mul", limit, _months_there(draft, length)), b.lit(length)), "int")


def _months_there(draft: Draft, length: int) -> Expr:
    """Give in how many calendar months of the period the subject existed."""
    source = draft.source
    starts, ends = (source.start, source.end) if isinstance(source, Grid) else ((), ())
    begin = (
        b.if_(b.is_null(first_of(starts)), col("period_start", "date"), first_of(starts))
        if starts
        else col("period_start", "date")
    )
    begin = Call("greatest", (begin, col("period_start", "date")), "date")
    finish: Expr = col("period_end", "date")
    if ends:
        finish = Call("least", (b.if_(b.is_null(last_of(ends)), finish, last_of(ends)), finish), "date")
    return Call("add", (_months_between(begin, finish), b.lit(1)), "int")


def _months_between(one: Expr, two: Expr) -> Expr:
    years = Call("sub", (Call("year", (two,), "int"), Call("year", (one,), "int")), "int")
    months = Call("sub", (Call("month", (two,), "int"), Call("month", (one,), "int")), "int")
    return Call("add", (Call("mul", (years, b.lit(12)), "int"), months), "int")


def _calendar_months(ctx: Context, key: str) -> int:
    """Give how many calendar months the period has."""
    unit = ctx.check["every"]
    if unit not in MONTHS:
        said = Text(f"{key} 只用于月、季、年", f"`{key}` is for months, quarters and years")
        raise Fault(said, path=(*ctx.path, key), code="period-form", found=str(unit))
    return MONTHS[unit]


def _pace(draft: Draft, figure: Figure, length: int, as_of: Expr) -> None:
    """Say how many would be there by now at an even pace: whole months gone, rounded up."""
    gone = Call(
        "greatest",
        (
            b.lit(0),
            Call("least", (b.lit(length), _months_between(col("period_start", "date"), as_of)), "int"),
        ),
        "int",
    )
    expected = Call("ceil_div", (Call("mul", (draft.values["limit"][0], gone), "int"), b.lit(length)), "int")
    draft.values["expected_by_now"] = (expected, None)
    draft.values["behind"] = (b.compare("lt", figure.n, expected), None)


def _empty(draft: Draft, figure: Figure, policy: str) -> None:
    nothing = b.and_([figure.empty, b.compare("eq", figure.unknown, b.lit(0))])
    if policy == "pass":
        draft.require = b.if_(b.is_true(nothing), b.TRUE, draft.require)
    elif policy == "fail":
        draft.require = b.if_(b.is_true(nothing), b.FALSE, draft.require)
    else:
        draft.given.append((nothing, policy))
