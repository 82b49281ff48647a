"""`respond`: how the records of one case or person relate: after A a B must follow, or come before, or not come."""

from __future__ import annotations

from checker.language.formula.functions import add, shift
from checker.language.formula.typing import Span, Typed
from checker.language.kinds.common import (
    fields_in,
    in_run,
    named,
    report_fields,
    same_person,
    start_record,
)
from checker.language.kinds.context import Context, Draft, at_least, col
from checker.language.kinds.each import deadline
from checker.language.scope import Scope, key_match
from checker.plan import build as b
from checker.plan.nodes import Call, Expr, Lit, Match, Related, Take


def compile_respond(ctx: Context) -> Draft:
    """Give the plan of a `respond` check; a deadline met at the exact limit is met."""
    check, to, with_ = ctx.check, ctx.check["to"], ctx.check["with"]
    log = ctx.log(to["log"], (*ctx.path, "to", "log"))
    draft, names = start_record(ctx, log, to.get("at"))
    ctx.params.on = b.date_of(draft.at) if draft.at.type != "null" else None
    draft.applies.append(ctx.where(to.get("where"), names, "to", "where"))
    scope = ctx.other(ctx.log(with_["log"], (*ctx.path, "with", "log")))
    start = named(names, to["from"], (*ctx.path, "to", "from")) if "from" in to else draft.at
    draft.due = _due(ctx, names, start)
    in_run(ctx, draft)
    needed = ctx.limit("at_least") if "at_least" in check else b.lit(1)
    at = _with_date(ctx, scope)
    matches = tuple(_match(ctx, pair, i, draft, names, scope) for i, pair in enumerate(check["match"]))
    window = _window(ctx, names, start, at)
    chosen = ctx.where(with_.get("where"), scope, "with", "where")
    when = Take("answered_at", "min", at, None, at.type) if at.type != "null" else None
    if check.get("next"):
        step = Related(
            "answers",
            scope.table,
            matches,
            window,
            (Take("good", "first", chosen, None, "bool"), *([when] if when else [])),
            (at,),
        )
        draft.require = b.if_(b.compare("gt", col("answers"), b.lit(0)), col("good", "bool"), b.FALSE)
        # A record whose time or key cannot be read might be the very next.
        surely = b.compare("eq", col("answers_unknown"), b.lit(0))
        draft.require = b.if_(surely, draft.require, b.UNKNOWN)
    else:
        where = b.and_([window, chosen])
        step = Related(
            "answers",
            scope.table,
            matches,
            where,
            (when,) if when else (),
            (),
            needed == b.lit(1) and when is None,
        )
        enough = at_least(
            col("answers"), col("answers_unknown"), needed if check.get("expect") != "none" else b.lit(1)
        )
        draft.require = _none_yet(ctx, draft.due, enough) if check.get("expect") == "none" else enough
    draft.steps.append(step)
    draft.values = {"actual": (col("answers"), None), "min": (needed, None)}
    if check.get("expect") == "none":
        draft.values = {"actual": (col("answers"), None), "max": (b.lit(0), None)}
    if draft.due is not None:
        draft.values["due_at"] = (draft.due, None)
    if when:
        draft.values["answered_at"] = (col("answered_at", at.type), None)
    report_fields(draft, fields_in(to.get("where"), log.columns()), ctx.path)
    return draft


def _none_yet(ctx: Context, due: Expr | None, some: Expr) -> Expr:
    """Give whether there was none: before the time is over only that there was one can be known."""
    none = b.not_(some)
    if due is None:
        return none
    over = b.is_false(b.compare("gt", due, ctx.as_of))
    return b.if_(over, none, b.and_([none, b.UNKNOWN]))


def _with_date(ctx: Context, scope: Scope) -> Expr:
    name = ctx.check["with"].get("at") or scope.log.date
    return named(scope, name, (*ctx.path, "with", "at")) if name else Lit(None, "date")


def _match(ctx: Context, pair: str, index: int, draft: Draft, names: Scope, scope: Scope) -> Match:
    theirs, _, ours = (part.strip() for part in pair.partition("="))
    path = (*ctx.path, "match", index)
    left, right = named(names, ours or theirs, path), named(scope, theirs, path)
    if theirs == scope.log.person and (ours or theirs) == names.log.person:
        return same_person(left, draft.person_name, scope)
    return key_match(left, scope, theirs) if theirs in scope.log.fields else Match(left, right)


def _length(ctx: Context, names: Scope, key: str) -> Typed | None:
    from checker.language.formula import compile_typed
    from checker.language.formula.typing import Fault

    raw = ctx.check.get(key)
    if raw is None:
        return None
    try:
        return compile_typed(str(raw), names.env())
    except Fault as fault:
        fault.path = fault.path or (*ctx.path, key)
        raise


def _moved(names: Scope, start: Expr, length: Typed, sign: int) -> Expr:
    env = names.env()
    if isinstance(length, Span):
        return shift(start, length, sign, env.keep_month_end)
    moved = add(env, "+" if sign == 1 else "-", start, length)
    assert not isinstance(moved, Span)
    return moved


def _due(ctx: Context, names: Scope, start: Expr) -> Expr | None:
    """Give the first moment that is too late; the limit itself is met, a day until its end."""
    if "due" in ctx.check:
        return deadline(names.formula(str(ctx.check["due"])))
    within = _length(ctx, names, "within")
    if within is None or ctx.check.get("direction") == "before":
        return None
    last = _moved(names, start, within, 1)
    if last.type == "date":
        return b.start_of_day(b.add_days(last, b.lit(1)))
    return last


def _window(ctx: Context, names: Scope, start: Expr, at: Expr) -> Expr:
    within, early = _length(ctx, names, "within"), _length(ctx, names, "early")
    direction = ctx.check.get("direction", "after")
    parts: list[Expr] = []
    if direction == "before":
        parts.append(b.compare("le", at, start))
        if within is not None:
            parts.append(b.compare("ge", at, _moved(names, start, within, -1)))
        return b.and_(parts)
    if within is not None:
        parts.append(_not_after(at, _moved(names, start, within, 1)))
    if direction == "either":
        parts += [b.compare("ge", at, _moved(names, start, within, -1))] if within is not None else []
    elif early is not None:
        parts.append(b.compare("ge", at, _moved(names, start, early, -1)))
    elif within is not None or ctx.check.get("next"):
        parts.append(b.compare("ge" if not ctx.check.get("next") else "gt", at, start))
    elif ctx.check.get("expect") == "none":
        parts.append(b.compare("gt", at, start))
    return b.and_(parts)


def _not_after(at: Expr, last: Expr) -> Expr:
    if last.type == "date":
        return Call("le", (b.date_of(at), last), "bool")
    return b.compare("le", at, last)
