"""`due`: each subject must file a record every period; a subject with no record at all is judged as well."""

from __future__ import annotations

from checker.language.kinds.common import grid, named, period_match, subject_condition, subject_match
from checker.language.kinds.context import Context, Draft, at_least, col
from checker.language.schedule import due_rows, leave_changes
from checker.language.scope import Scope
from checker.plan import build as b
from checker.plan.nodes import Call, Col, Expr, Grid, Lit, Match, Related, Take


def compile_due(ctx: Context) -> Draft:
    """Give the plan of a `due` check: late and missing are the same single failure."""
    check = ctx.check
    rows = due_rows(ctx.schedule(), ctx.spec, max(ctx.look_back, ctx.rule.effective.start))
    draft, _ = grid(ctx, check["per"], rows)
    ctx.params.on = {
        "period_start": col("period_start", "date"),
        "period_end": col("period_end", "date"),
    }.get(ctx.rule.effective.version_by, col("on", "date"))
    if check["per"] == "person" and check.get("leave", "still_due") != "still_due" and ctx.pack.leave:
        _leave(ctx, draft, rows)
    log = ctx.log(check["log"], (*ctx.path, "log"))
    scope = ctx.other(log)
    at = named(scope, check.get("at") or str(log.date), (*ctx.path, "at"))
    draft.steps.append(_filed(ctx, draft, scope, at))
    if "only_if" in check:
        _only_if(ctx, draft)
    on_time, unknown = col("on_time"), Call("add", (col("filed_unknown"), col("on_time_unknown")), "int")
    needed = ctx.limit("at_least") if "at_least" in check else b.lit(1)
    draft.require = at_least(on_time, unknown, needed)
    draft.due = too_late(ctx)
    draft.values = {
        "due_at": (col("due_at", "datetime"), None),
        "actual": (on_time, None),
        "min": (needed, None),
        "submitted_at": (col("submitted_at", at.type), None),
    }
    return draft


def too_late(ctx: Context) -> Expr:
    """Give the first moment that is too late: 24:00 itself is the next day, any other time of day is still met."""
    by = ctx.schedule().get("by") or {}
    due_at = col("due_at", "datetime")
    if str(by.get("time", "24:00")) == "24:00":
        return due_at
    return Call("add_elapsed", (due_at, Lit(1, "duration")), "datetime")


def _filed(ctx: Context, draft: Draft, scope: Scope, at: Expr) -> Related:
    check = ctx.check
    matches = list(subject_match(ctx, draft, check["per"], scope))
    window = b.and_([b.compare("ge", at, col("accept_from", "datetime")), b.compare("lt", at, too_late(ctx))])
    where = [ctx.where(check.get("where"), scope, "where"), subject_condition(draft, check["per"], scope)]
    by = ctx.schedule().get("by") or {}
    if check.get("period"):
        match = period_match(ctx, scope, check["period"], at)
        either = b.or_([window, match.if_null])
        matches.append(Match(match.this, match.other, either))
        where.append(b.compare("ge", at, col("accept_from", "datetime")))
    elif by.get("of") == "next" or by.get("shift", "none") != "none":
        where.append(
            b.or_(
                [
                    window,
                    b.compare(
                        "eq",
                        period_match(ctx, scope, None, at).other,
                        col("period_start", "date"),
                    ),
                ]
            )
        )
        where.append(b.compare("ge", at, col("accept_from", "datetime")))
    else:
        matches.append(period_match(ctx, scope, None, at))
        where.append(b.compare("ge", at, col("accept_from", "datetime")))
    in_time = b.compare("lt", at, too_late(ctx))
    takes = (
        Take("on_time", "count", None, in_time),
        Take("on_time_unknown", "count", None, b.is_null(in_time)),
        Take("submitted_at", "min", at, None, at.type),
    )
    return Related("filed", scope.table, tuple(matches), b.and_(where), takes)


def _leave(ctx: Context, draft: Draft, rows: tuple[object, ...]) -> None:
    name = f"leave of {ctx.rule.id}"
    ctx.small[name] = leave_changes(name, rows, ctx.schedule(), ctx.spec)  # type: ignore[arg-type]
    source = draft.source
    assert isinstance(source, Grid)
    draft.source = Grid(
        source.periods, source.log, source.key, source.columns, source.where, source.start, source.end, name
    )
    draft.applies.append(b.not_(col("waived", "bool")))


def _only_if(ctx: Context, draft: Draft) -> None:
    raw = ctx.check["only_if"]
    log = ctx.log(raw["log"], (*ctx.path, "only_if", "log"))
    scope = ctx.other(log)
    at = named(scope, raw.get("at") or str(log.date), (*ctx.path, "only_if", "at"))
    matches = (
        *subject_match(ctx, draft, ctx.check["per"], scope),
        period_match(ctx, scope, None, at),
    )
    where = ctx.where(raw.get("where"), scope, "only_if", "where")
    draft.steps.append(Related("had", scope.table, matches, where, exists=True, evidence=False))
    draft.applies.append(at_least(Col("had", "int"), Col("had_unknown", "int"), b.lit(1)))
