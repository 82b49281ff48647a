"""`streak`: N failures in a row; a pass resets, a gap is skipped or breaks. Looks back over earlier periods."""

from __future__ import annotations

from checker.calendar import add_months
from checker.language.formula.typing import Fault
from checker.language.kinds.common import fields_in, grid, in_run, named, report_fields, start_record
from checker.language.kinds.context import Context, Draft, col
from checker.language.kinds.measure import LIMITS, measured
from checker.language.schedule import span_rows
from checker.model import Text
from checker.plan import build as b
from checker.plan.nodes import Call, Col, Expr, Run

YEARS_BACK = 5


def compile_streak(ctx: Context) -> Draft:
    """Give the plan of a `streak` check, over periods (`every`) or over records (`order`, `require`)."""
    if ("every" in ctx.check) == ("require" in ctx.check):
        raise Fault(
            Text(
                "streak 要么写 every，要么写 order 和 require",
                "a streak has either `every`, or `order` and `require`",
            ),
            path=ctx.path,
            code="streak-form",
        )
    draft = _over_periods(ctx) if "every" in ctx.check else _over_records(ctx)
    length = ctx.limit("length")
    draft.values["length"] = (Col("streak", "int"), None)
    draft.values["limit"] = (length, None)
    sure, most = (b.compare("lt", Col(name, "int"), length) for name in ("streak", "streak_most"))
    draft.require = b.if_(sure, b.if_(most, b.TRUE, b.UNKNOWN), b.FALSE)
    return draft


def _runs(
    ctx: Context, draft: Draft, by: tuple[Expr, ...], order: tuple[Expr, ...], gap: Expr, met: Expr
) -> None:
    """Count the run twice: with every unknown result as a pass, and as a failure; between the two lies the truth."""
    for name, failed in (("streak", b.is_false(met)), ("streak_most", b.not_(b.is_true(met)))):
        known = b.if_(b.is_true(gap), b.UNKNOWN, failed)
        draft.steps.append(Run(name, by, order, known, ctx.check.get("gap", "skip")))


def _over_periods(ctx: Context) -> Draft:
    check = ctx.check
    first = min(ctx.look_back, add_months(ctx.spec.period.start.replace(day=1), -12 * YEARS_BACK))
    ctx.look_back = first
    draft, _ = grid(ctx, check["per"], span_rows(ctx.schedule(), ctx.spec, first))
    ctx.params.on = col("period_end", "date")
    figure = measured(ctx, draft)
    met = b.and_(figure.holds(op, ctx.limit(op)) for op in LIMITS if op in check)
    closed = b.compare("le", col("due_at", "datetime"), ctx.as_of)
    nothing = b.compare("eq", Call("add", (figure.n, figure.unknown), "int"), b.lit(0))
    key = [e for e in (draft.person, *draft.subject.values()) if e is not None][:1]
    _runs(ctx, draft, tuple(key), (col("period_start", "date"),), b.or_([b.not_(closed), nothing]), met)
    draft.due = col("due_at", "datetime")
    draft.values = {"actual": (figure.actual, None)}
    return draft


def _over_records(ctx: Context) -> Draft:
    check = ctx.check
    log = ctx.log(check["log"], (*ctx.path, "log"))
    draft, names = start_record(ctx, log, check.get("at"))
    ctx.params.on = b.date_of(draft.at) if draft.at.type != "null" else None
    chosen = ctx.where(check.get("where"), names, "where")
    met = ctx.where(check["require"], names, "require")
    order = tuple(
        named(names, name, (*ctx.path, "order"))
        for name in check.get("order", [log.date] if log.date else [])
    )
    who = {"person": draft.person, "region": draft.subject.get("region"), "company": b.lit("")}.get(
        check["per"]
    )
    if who is None:
        raise Fault(
            Text(f"“{log.id}”没有 {check['per']}", f"'{log.id}' has no {check['per']}"),
            path=(*ctx.path, "per"),
            code="unknown-field",
        )
    # A record that `where` leaves out is no result; one of which that is not known may be either.
    _runs(
        ctx,
        draft,
        (who,),
        order,
        b.is_false(chosen),
        b.or_([met, b.if_(b.is_null(chosen), b.UNKNOWN, b.FALSE)]),
    )
    draft.applies.append(chosen)
    # What may be a failure of somebody who is not known may end anybody's run.
    stray = b.and_([b.is_null(who), b.compare("gt", Col("streak_most", "int"), b.lit(0))])
    draft.given += [] if stray == b.FALSE else [(stray, "undetermined")]
    ctx.look_back = min(ctx.look_back, add_months(ctx.spec.period.start.replace(day=1), -12 * YEARS_BACK))
    in_run(ctx, draft)
    report_fields(draft, fields_in(check["require"], log.columns()), ctx.path)
    return draft
