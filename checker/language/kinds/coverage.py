"""`coverage`: how much time records cover, or leave uncovered: downtime, presence, gaps between readings.

Records are moments (`at`) or last (`from`, `to`). Overlapping ones count once; time that `minus` covers, or that lies
outside the daily window or outside `within`, does not count.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from checker.calendar import Unit
from checker.language.formula.typing import Fault
from checker.language.kinds.common import grid, named, subject_condition, subject_match
from checker.language.kinds.context import Context, Draft, col
from checker.language.kinds.measure import LIMITS, SHOWN, Figure
from checker.language.pack import Duration
from checker.language.params import parse_duration
from checker.language.periods import bucket
from checker.language.predicates import literal
from checker.language.schedule import span_rows
from checker.language.scope import Scope
from checker.model import Text
from checker.plan import build as b
from checker.plan.nodes import Call, Coverage, Expr, Lit, Match, Present, Stretches

DAY = 86_400_000_000
Window = tuple[int, int]
"""Opening and closing time since midnight in microseconds; one that closes the next day closes after 24 hours."""


def compile_coverage(ctx: Context) -> Draft:
    """Give the plan of a `coverage` check; it is pending until its period, and the window in it, is over."""
    check, window = ctx.check, daily(ctx)
    rows = span_rows(ctx.schedule(), ctx.spec, max(ctx.look_back, ctx.rule.effective.start))
    draft, _ = grid(ctx, check["per"], rows)
    by_start = ctx.rule.effective.version_by == "period_start"
    ctx.params.on = col("period_start" if by_start else "period_end", "date")
    points = "at" in check
    if points == ("from" in check) or points == ("to" in check):
        said = Text("coverage 要么写 at，要么写 from 和 to", "coverage has either `at`, or `from` and `to`")
        raise Fault(said, path=ctx.path, code="coverage-form")
    low, high = _edge("period_start", window[0]), _edge("period_end", window[1])
    parts = [_of(ctx, draft, window, (low, high))]
    parts += [_part(ctx, draft, role, i, window, (low, high)) for role, i in _others(check)]
    windows = _windows(ctx, window)
    step = Coverage("covered", low, high, tuple(parts), _take(ctx, points), points, windows)
    draft.steps.append(step)
    figure = _figure(step)
    draft.values = {"actual": (figure.actual, _unit(ctx)), "count": (col("covered"), None)}
    draft.values |= {"least": (figure.low, _unit(ctx)), "most": (figure.high, _unit(ctx))}
    if step.pieces:
        edges = (("since", "covered_from"), ("until", "covered_to"))
        draft.values |= {name: (col(column, "datetime"), None) for name, column in edges}
    tests: list[Expr] = []
    for op in (op for op in LIMITS if op in check):
        limit = length(ctx, op)
        draft.values |= {"limit": (limit, _unit(ctx)), SHOWN[op]: (limit, _unit(ctx))}
        tests.append(figure.holds(op, limit))
    draft.require = b.and_(tests)
    draft.due = Call("greatest", (col("due_at", "datetime"), high), "datetime")
    draft.applies.append(b.compare("gt", col("covered_asked", "duration"), Lit(0, "duration")))
    if not tests:
        draft.given.append((b.is_null(figure.actual), "undetermined"))
    return draft


def daily(ctx: Context) -> Window:
    """Give the daily window of a check: the whole day without `between`."""
    raw = ctx.schedule().get("between")
    if raw is None:
        return 0, DAY
    opens, closes = (_clock(one) for one in raw)
    return opens, closes if closes > opens else closes + DAY


def _clock(text: Any) -> int:
    value = literal("24:00" if text == "24:00" else text, "duration").value
    assert isinstance(value, int)
    return value


def _edge(day: str, since: int) -> Expr:
    """Give a moment of the first or last day of the period; after 24 hours it is on the day after."""
    start: Expr = col(day, "date")
    if since >= DAY:
        start, since = b.add_days(start, b.lit(1)), since - DAY
    return Call("at_time", (start, Lit(since, "duration")), "datetime")


def _windows(ctx: Context, window: Window) -> tuple[tuple[datetime, datetime], ...]:
    """Give every window of the run, where a period has several or days of rest do not count."""
    workdays = ctx.check.get("days") == "workday"
    if ctx.unit in ("day", "workday") and not workdays:
        return ()
    if window == (0, DAY) and not workdays:
        return ()
    rows = ctx.small[f"periods of {ctx.rule.id}"].rows
    days = sorted({day for row in rows for day in _days(row[1], row[2])})
    chosen = [day for day in days if not workdays or ctx.spec.calendar.is_workday(day)]
    midnights = [datetime.combine(day, datetime.min.time()) for day in chosen]
    edges = [timedelta(microseconds=one) for one in window]
    nothing = datetime(1900, 1, 1)
    return tuple((day + edges[0], day + edges[1]) for day in midnights) or ((nothing, nothing),)


def _days(first: Any, last: Any) -> list[date]:
    return [first + timedelta(days=i) for i in range((last - first).days + 1)]


def _take(ctx: Context, points: bool) -> Any:
    take = ctx.check.get("take", "longest_gap" if points else "covered")
    if points and take != "longest_gap":
        said = Text(
            "时刻没有长短：用 at 时只能取 longest_gap", "moments have no length: with `at` take longest_gap"
        )
        raise Fault(said, path=(*ctx.path, "take"), code="coverage-form", found=str(take))
    return take


def _others(check: Mapping[str, Any]) -> list[tuple[Any, int]]:
    return [(role, i) for role in ("minus", "within") for i in range(len(check.get(role, ())))]


def _of(ctx: Context, draft: Draft, window: Window, bounds: tuple[Expr, Expr]) -> Stretches:
    """Give the records that are measured."""
    check = ctx.check
    scope = ctx.other(ctx.log(check["log"], (*ctx.path, "log")))
    matches = subject_match(ctx, draft, check["per"], scope)
    chosen = [ctx.where(check.get("where"), scope, "where"), subject_condition(draft, check["per"], scope)]
    if "at" not in check:
        start, end = _lasting(ctx, scope, check, ctx.path, bounds[1])
        return _stretches("of", scope, matches, chosen, (start, end), bounds)
    at = b.start_of_day(named(scope, check["at"], (*ctx.path, "at")))
    matches = (*matches, Match(col("period_start", "date"), _placed(ctx.unit, window, at)))
    return _stretches("of", scope, matches, chosen, (at, at), bounds)


def _placed(unit: Unit, window: Window, at: Expr) -> Expr:
    """Give the first day of the period in which a moment lies; before a night window opens it is still the day before."""
    day = b.date_of(at)
    if window[1] > DAY:
        early = b.compare("lt", Call("time_of", (at,), "duration"), Lit(window[0], "duration"))
        day = b.if_(early, b.add_days(day, b.lit(-1)), day)
    return bucket(unit, day)


def _part(
    ctx: Context, draft: Draft, role: Any, index: int, window: Window, bounds: tuple[Expr, Expr]
) -> Stretches:
    """Give the records of another log that take time away, or to which time is confined."""
    raw, path = ctx.check[role][index], (*ctx.path, role, index)
    scope = ctx.other(ctx.log(raw["log"], (*path, "log")))
    matches: tuple[Match, ...] = ()
    chosen = [ctx.where(raw.get("where"), scope, role, index, "where")]
    if not raw.get("everyone"):
        matches = subject_match(ctx, draft, ctx.check["per"], scope)
        chosen.append(subject_condition(draft, ctx.check["per"], scope))
    if ("day" in raw) == ("from" in raw):
        said = Text("要么写 day，要么写 from 和 to", "say either `day`, or `from` and `to`")
        raise Fault(said, path=path, code="coverage-form")
    if "day" not in raw:
        return _stretches(role, scope, matches, chosen, _lasting(ctx, scope, raw, path, bounds[1]), bounds)
    day = b.date_of(named(scope, raw["day"], (*path, "day")))
    after = b.add_days(day, b.lit(1)) if window[1] >= DAY else day
    edges = ((day, window[0]), (after, window[1] % DAY if window[1] >= DAY else window[1]))
    start, end = (Call("at_time", (one, Lit(since, "duration")), "datetime") for one, since in edges)
    return _stretches(role, scope, matches, chosen, (start, end), bounds)


def _lasting(ctx: Context, scope: Scope, raw: Mapping[str, Any], path: Any, high: Expr) -> tuple[Expr, Expr]:
    """Give start and end of a record that lasts: a day lasts until its end, a blank end is open.

    One that ends before it starts contradicts itself: its end is not known.
    """
    start, end = (named(scope, raw[word], (*path, word)) for word in ("from", "to"))
    finish = b.start_of_day(b.add_days(end, b.lit(1))) if end.type == "date" else end
    entry = scope.log.fields.get(raw["to"])
    if entry is not None and not entry.formula:
        finish = b.if_(b.is_false(Present(raw["to"], "other")), high, finish)
    start = b.start_of_day(start)
    backwards = b.compare("lt", finish, start)
    return start, b.if_(b.is_true(backwards), Lit(None, "datetime"), finish)


def _stretches(
    role: Any,
    scope: Scope,
    matches: tuple[Match, ...],
    chosen: list[Expr],
    edges: tuple[Expr, Expr],
    bounds: tuple[Expr, Expr],
) -> Stretches:
    inside = [b.compare("le", edges[0], bounds[1]), b.compare("ge", edges[1], bounds[0])]
    return Stretches(role, scope.table, matches, b.and_([*chosen, *inside]), *edges)


def _figure(step: Coverage) -> Figure:
    low, high = col("covered_low", "duration"), col("covered_high", "duration")
    actual = b.if_(b.compare("eq", low, high), low, Lit(None, "duration"))
    return Figure(actual, {}, b.FALSE, col("covered"), col("covered_unknown"), low, high, b.lit(1))


def length(ctx: Context, key: str) -> Expr:
    """Give a limit that is a length of elapsed time: `20 hours`, or a `$parameter`."""
    raw = ctx.check[key]
    try:
        if isinstance(raw, str) and raw.startswith("$"):
            ctx.parameter(raw[1:], key)  # an unknown one is told there
            return ctx.params.each(raw[1:], _duration)
        return _duration(raw)
    except Fault as fault:
        fault.path = fault.path or (*ctx.path, key)
        raise


def _duration(value: Any) -> Lit:
    return Lit(None, "duration") if value is None else literal(value, "duration")


def _unit(ctx: Context) -> str:
    """Give the unit in which the limits are written, in which the figure is shown as well."""
    for raw in (ctx.check[op] for op in LIMITS if op in ctx.check):
        named_ = isinstance(raw, str) and raw.startswith("$")
        values = [value for _, value in ctx.params.find(raw[1:]).values] if named_ else [parse_duration(raw)]
        units = [value.unit for value in values if isinstance(value, Duration)]
        if units:
            return units[-1]
    return "minutes"
