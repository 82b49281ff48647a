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
from checker.plan.nodes import Call, Col, Run

YEARS_BACK = 5


def compile_streak(ctx: Context) -> Draft:
    """Give the plan of a `streak` check, over periods (`every`) or over records (`order`, `require`)."""
    if ("every" in ctx.check) == ("require" in ctx.check):
        raise Fault(Text("streak 要么写 every，要么写 order 和 require", "a streak has either `every`, or `order` and `require`"), path=ctx.path, code="streak-form")
    draft = _over_periods(ctx) if "every" in ctx.check else _over_records(ctx)
    length = ctx.limit("length")
    draft.values["length"] = (Col("streak", "int"), None)
    draft.values["limit"] = (length, None)
    draft.require = b.compare("lt", Col("streak", "int"), length)
    return draft


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
    failed = b.if_(b.and_([closed, b.not_(nothing)]), b.not_(met), b.UNKNOWN)
    key = [e for e in (draft.person, *draft.subject.values()) if e is not None][:1]
    draft.steps.append(Run("streak", tuple(key), (col("period_start", "date"),), failed, check.get("gap", "skip")))
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
    failed = b.if_(b.is_false(chosen), b.UNKNOWN, b.not_(met))
    order = tuple(named(names, name, (*ctx.path, "order")) for name in check.get("order", [log.date] if log.date else []))
    who = {"person": draft.person, "region": draft.subject.get("region"), "company": b.lit("")}.get(check["per"])
    if who is None:
        raise Fault(Text(f"“{log.id}”没有 {check['per']}", f"'{log.id}' has no {check['per']}"), path=(*ctx.path, "per"), code="unknown-field")
    draft.steps.append(Run("streak", (who,), order, failed, check.get("gap", "skip")))
    draft.applies.append(chosen)
    ctx.look_back = min(ctx.look_back, add_months(ctx.spec.period.start.replace(day=1), -12 * YEARS_BACK))
    in_run(ctx, draft)
    report_fields(draft, fields_in(check["require"], log.columns()), ctx.path)
    return draft

