"""`timetable`: each planned moment has a record of its own, near enough; the nearest pairs are made first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from checker.language.formula.typing import Fault
from checker.language.kinds.common import (
    fields_in,
    grid,
    in_run,
    named,
    report_fields,
    same_person,
    start_record,
    subject_condition,
    subject_match,
)
from checker.language.kinds.context import Context, Draft, col
from checker.language.kinds.coverage import length
from checker.language.pack import Duration
from checker.language.params import parse_duration
from checker.language.predicates import literal
from checker.language.scope import Scope, day_lit, key_match
from checker.model import Text, Value
from checker.plan import build as b
from checker.plan.nodes import Call, Expr, Grid, Lit, Match, Pairing

_DAY = timedelta(days=1)
_MIDNIGHT = datetime.min.time()


def compile_timetable(ctx: Context) -> Draft:
    """Give the plan of a `timetable` check: of times of day for each subject (`per`), or of a log that holds the plan."""
    if ("plan" in ctx.check) == ("per" in ctx.check):
        said = Text(
            "timetable 要么写 plan 和 match，要么写 per",
            "a timetable has either `plan` and `match`, or `per`",
        )
        raise Fault(said, path=ctx.path, code="timetable-form")
    with_ = ctx.check["with"]
    scope = ctx.other(ctx.log(with_["log"], (*ctx.path, "with", "log")))
    draft, matches, chosen, at = _planned(ctx, scope) if "plan" in ctx.check else _daily(ctx, scope)
    name = with_.get("at") or scope.log.date
    time = b.start_of_day(named(scope, str(name), (*ctx.path, "with", "at")))
    early, late = (_tolerance(ctx, key) for key in ("early", "late"))
    last = Call("add_elapsed", (at, late), "datetime")
    first = Call("add_elapsed", (at, Call("sub", (Lit(0, "duration"), early), "duration")), "datetime")
    where = b.and_(
        [
            ctx.where(with_.get("where"), scope, "with", "where"),
            *chosen,
            b.compare("ge", time, first),
            b.compare("le", time, last),
        ]
    )
    among = b.and_(draft.applies)
    draft.steps.append(
        Pairing("paired", scope.table, matches, where, at, time, among, _groups(draft, matches))
    )
    draft.require = col("paired", "bool")
    draft.due = Call("add_elapsed", (last, Lit(1, "duration")), "datetime")
    if "plan" in ctx.check:
        in_run(ctx, draft)
    actual = col("paired_at", "datetime")
    draft.values = {"planned_at": (at, None), "actual": (actual, None), **draft.values}
    return draft


def _groups(draft: Draft, matches: tuple[Match, ...]) -> tuple[Expr, ...]:
    """Give what rows share that compete for records: the subject, or what a plan is matched by."""
    if isinstance(draft.source, Grid) and draft.names is not None and draft.source.key:
        return (draft.names.name(draft.source.key),)
    return tuple(match.this for match in matches)


def _planned(ctx: Context, scope: Scope) -> tuple[Draft, tuple[Match, ...], list[Expr], Expr]:
    """Give a draft over the records of the plan."""
    plan = ctx.check["plan"]
    log = ctx.log(plan["log"], (*ctx.path, "plan", "log"))
    draft, names = start_record(ctx, log, plan.get("at"))
    ctx.params.on = b.date_of(draft.at)
    draft.applies.append(ctx.where(plan.get("where"), names, "plan", "where"))
    matches: list[Match] = []
    for i, pair in enumerate(ctx.check.get("match", ())):
        theirs, _, ours = (part.strip() for part in pair.partition("="))
        path = (*ctx.path, "match", i)
        left, right = named(names, ours or theirs, path), named(scope, theirs, path)
        if theirs == scope.log.person and (ours or theirs) == log.person:
            matches.append(same_person(left, draft.person_name, scope))
        else:
            stored = theirs in scope.log.fields
            matches.append(key_match(left, scope, theirs) if stored else Match(left, right))
    report_fields(draft, fields_in(plan.get("where"), log.columns()), ctx.path)
    return draft, tuple(matches), [], b.start_of_day(draft.at)


def _daily(ctx: Context, scope: Scope) -> tuple[Draft, tuple[Match, ...], list[Expr], Expr]:
    """Give a draft over subjects and the moments of each day; the days beside the run compete for records as well."""
    first = max(ctx.look_back, ctx.rule.effective.start)
    draft, _ = grid(ctx, ctx.check["per"], tuple(_moments(ctx, first)))
    if ctx.look_back < ctx.spec.period.start:
        draft.scope = b.compare("le", col("on", "date"), day_lit(ctx.spec.period.end))
    ctx.params.on = col("on", "date")
    matches = subject_match(ctx, draft, ctx.check["per"], scope)
    chosen = [subject_condition(draft, ctx.check["per"], scope)]
    return draft, matches, chosen, col("accept_from", "datetime")


def _moments(ctx: Context, first: date) -> Iterator[tuple[Value, ...]]:
    """Give a row for each planned moment, named by day and time: `2026-10-05 08:00`."""
    spec, every = ctx.spec, ctx.check.get("every", "day")
    times = list(_times(ctx))
    if not times:
        said = Text("从 first 到 last 没有一个时刻", "there is no moment from `first` to `last`")
        raise Fault(said, path=(*ctx.path, "last"), code="timetable-form")
    day, last = min(first, spec.period.start) - _DAY, spec.period.end + _DAY
    day = max(day, ctx.rule.effective.start)
    while day <= last:
        judged = spec.period.start <= day <= spec.period.end
        for time in times if every == "day" or spec.calendar.is_workday(day) else ():
            at = datetime.combine(day, _MIDNIGHT) + timedelta(microseconds=time)
            label = f"{day} {time // 3_600_000_000:02d}:{time // 60_000_000 % 60:02d}"
            yield (label, day, day, day, day, day, at, at, judged)
        day += _DAY


def _times(ctx: Context) -> Iterator[int]:
    """Give the times of day, since midnight: listed, or every `step` from `first` to `last`."""
    check: Mapping[str, Any] = ctx.schedule()
    if "times" in check:
        yield from sorted(_micros(one) for one in check["times"])
        return
    if not {"first", "last", "step"} <= check.keys():
        said = Text("要写 times，或 first、step 和 last", "say `times`, or `first`, `step` and `last`")
        raise Fault(said, path=ctx.path, code="timetable-form")
    step = check["step"] if isinstance(check["step"], Duration) else parse_duration(str(check["step"]))
    time, last = _micros(check["first"]), _micros(check["last"])
    by = _micros(step)
    while by > 0 and time <= last:
        yield time
        time += by


def _micros(raw: Any) -> int:
    value = literal(raw, "duration").value
    assert isinstance(value, int)
    return value


def _tolerance(ctx: Context, key: str) -> Expr:
    """Give how much earlier or later still counts; the limit itself does."""
    for name in (key, "tolerance"):
        if name in ctx.check:
            return length(ctx, name)
    return Lit(0, "duration")
