"""`retain`: what is kept may not be destroyed before `start` + N calendar months, nor while it is on hold."""

from __future__ import annotations

from checker.language.formula.functions import shift
from checker.language.formula.typing import Fault, Span, Typed
from checker.language.kinds.common import in_run, named, report_fields, start_record
from checker.language.kinds.context import Context, Draft
from checker.model import Text
from checker.plan import build as b
from checker.plan.nodes import Expr, Present


def compile_retain(ctx: Context) -> Draft:
    """Give the plan of a `retain` check: kept through the last day of the term; destroyed the day after is allowed."""
    check = ctx.check
    log = ctx.log(check["log"], (*ctx.path, "log"))
    draft, names = start_record(ctx, log, check["disposed"], "disposed")
    ctx.params.on = b.date_of(draft.at)
    draft.applies.append(ctx.where(check.get("where"), names, "where"))
    keep_through = _until(ctx, draft)
    late_enough = b.compare("gt", b.date_of(draft.at), keep_through)
    held = ctx.where(check["hold"], names, "hold") if "hold" in check else b.FALSE
    gone = (
        Present(check["disposed"])
        if not log.fields[check["disposed"]].formula
        else b.not_(b.is_null(draft.at))
    )
    draft.require = b.or_([b.not_(gone), b.and_([late_enough, b.not_(held)])])
    in_run(ctx, draft)
    draft.values = {"keep_through": (keep_through, None), "on_hold": (held, None)}
    report_fields(draft, [check["disposed"]], ctx.path)
    named(names, check["disposed"], (*ctx.path, "disposed"))
    return draft


def _until(ctx: Context, draft: Draft) -> Expr:
    """Give the last day to keep: `start` + `keep`, or what the formula `until` says."""
    check = ctx.check
    if ("until" in check) == ("start" in check) or ("until" in check) == ("keep" in check):
        said = Text(
            "retain 要么写 start 和 keep，要么写 until", "retain has either `start` and `keep`, or `until`"
        )
        raise Fault(said, path=ctx.path, code="retain-form")
    if "until" not in check:
        term = _term(ctx, draft)
        return shift(b.date_of(_start(ctx, draft)), term, 1, bool(check.get("keep_month_end", True)))
    assert draft.names is not None
    try:
        until = draft.names.formula(str(check["until"]))
    except Fault as fault:
        fault.path = fault.path or (*ctx.path, "until")
        raise
    if until.type not in ("date", "datetime"):
        said = Text("until 要是日期", "`until` must be a date")
        raise Fault(said, path=(*ctx.path, "until"), code="type", found=until.type)
    return b.date_of(until)


def _start(ctx: Context, draft: Draft) -> Expr:
    assert draft.names is not None
    raw = str(ctx.check["start"])
    return draft.names.name(raw) if raw in draft.names.log.columns() else draft.names.formula(raw)


def _term(ctx: Context, draft: Draft) -> Span:
    from checker.language.formula import compile_typed

    assert draft.names is not None
    term: Typed = compile_typed(str(ctx.check["keep"]), draft.names.env())
    if isinstance(term, Span):
        return term
    raise Fault(
        Text("keep 要写成月数或年数，如 18 months", "write `keep` as months or years, such as 18 months"),
        path=(*ctx.path, "keep"),
        code="type",
    )
