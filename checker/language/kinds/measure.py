"""Figures over groups: what `aggregate` and `streak` have in common.

A mean or share is compared without dividing: `sum > limit x count`, exact to the last digit.
"""

from __future__ import annotations

from dataclasses import replace

from checker.language.formula.functions import arithmetic
from checker.language.formula.typing import Fault
from checker.language.kinds.common import during, named, period_match, subject_condition, subject_match
from checker.language.kinds.context import Context, Draft
from checker.language.scope import TYPES, Scope
from checker.model import Text
from checker.nouns import dataclass
from checker.plan import build as b
from checker.plan.nodes import Call, Col, Expr, Lit, Related, Take

LIMITS = ("at_least", "at_most", "more_than", "less_than")
SHOWN = {"at_least": "min", "at_most": "max", "more_than": "more_than", "less_than": "less_than"}


@dataclass(frozen=True)
class Figure:
    """A measured figure: how to show it, and how to compare it (null where unknown rows could decide)."""

    actual: Expr
    values: dict[str, tuple[Expr, str | None]]
    empty: Expr
    n: Expr
    unknown: Expr
    low: Expr
    high: Expr
    weight: Expr
    unit: str | None = None

    def holds(self, op: str, limit: Expr) -> Expr:
        """Give whether the figure meets a limit; share limits are in percent."""
        scaled = arithmetic("mul", limit, self.weight) if self.weight != b.lit(1) else limit
        if op in ("at_least", "more_than"):
            test = "ge" if op == "at_least" else "gt"
            sure, maybe = b.compare(test, self.low, scaled), b.compare(test, self.high, scaled)
        else:
            test = "le" if op == "at_most" else "lt"
            sure, maybe = b.compare(test, self.high, scaled), b.compare(test, self.low, scaled)
        if sure == maybe:
            return sure
        return b.if_(
            b.is_true(sure),
            b.TRUE,
            b.if_(b.is_true(maybe), b.UNKNOWN, b.if_(b.is_null(maybe), b.UNKNOWN, b.FALSE)),
        )


def measured(ctx: Context, draft: Draft) -> Figure:
    """Add the step that measures, and give its figure."""
    check = ctx.check
    log = ctx.log(check["log"], (*ctx.path, "log"))
    scope = ctx.other(log)
    at = (
        named(scope, check.get("at") or str(log.date), (*ctx.path, "at"))
        if check.get("at") or log.date
        else Lit(None, "date")
    )
    matches = subject_match(ctx, draft, check["per"], scope)
    where = [ctx.where(check.get("where"), scope, "where"), subject_condition(draft, check["per"], scope)]
    if "during" in check:
        where.append(during(ctx, scope, check["during"]))
    else:
        matches = (*matches, period_match(ctx, scope, check.get("period"), at))
    take = check.get("take", "count")
    takes = _TAKES[take](ctx, scope)
    draft.steps.append(
        Related("counted", scope.table, matches, b.and_(where), takes, evidence=ctx.rule.kind != "statistic")
    )
    figure = _FIGURES[take]()
    entry = scope.field(str(check.get("of", "")))
    return (
        _timed(figure, entry.unit)
        if entry and TYPES[entry.type] == "duration" and take in ("sum", "mean")
        else figure
    )


def _timed(figure: Figure, unit: str | None) -> Figure:
    """Give a figure of lengths of time: whole microseconds, shown in the field's unit."""
    actual = Call("round_int", (figure.actual,), "duration")
    shown = {
        name: (actual, unit) if name in ("mean", "sum") else value for name, value in figure.values.items()
    }
    return replace(figure, actual=actual, values=shown, unit=unit)


def _of(ctx: Context, scope: Scope) -> Expr:
    if "of" not in ctx.check:
        raise Fault(
            Text("要用 of 说明取哪个字段", "say with `of` which field"), path=ctx.path, code="missing-of"
        )
    return named(scope, ctx.check["of"], (*ctx.path, "of"))


def _no_takes(ctx: Context, scope: Scope) -> tuple[Take, ...]:
    return ()


def _number_takes(ctx: Context, scope: Scope) -> tuple[Take, ...]:
    value = _of(ctx, scope)
    if value.type not in ("int", "decimal", "duration"):
        raise Fault(
            Text(f"“{ctx.check['of']}”不是数字", f"'{ctx.check['of']}' is not a number"),
            path=(*ctx.path, "of"),
            code="type",
        )
    return (Take("total", "sum", value, None, value.type), Take("blank", "count", None, b.is_null(value)))


def _distinct_takes(ctx: Context, scope: Scope) -> tuple[Take, ...]:
    value = _of(ctx, scope)
    return (Take("distinct", "distinct", value), Take("blank", "count", None, b.is_null(value)))


def _share_takes(ctx: Context, scope: Scope) -> tuple[Take, ...]:
    if "that" not in ctx.check:
        raise Fault(
            Text("share 要用 that 说明哪些算", "say with `that` which records count"),
            path=ctx.path,
            code="missing-that",
        )
    that = ctx.where(ctx.check["that"], scope, "that")
    return (Take("good", "count", None, that), Take("unsure", "count", None, b.is_null(that)))


def _int(name: str) -> Col:
    return Col(name, "int")


def _plus(one: Expr, two: Expr) -> Expr:
    return Call("add", (one, two), "int")


_N, _U = _int("counted"), _int("counted_unknown")
_NOTHING = b.compare("eq", _plus(_N, _U), b.lit(0))


def _count_figure() -> Figure:
    return Figure(_N, {"count": (_N, None)}, b.FALSE, _N, _U, _N, _plus(_N, _U), b.lit(1))


def _distinct_figure() -> Figure:
    n, unknown = _int("distinct"), _plus(_U, _int("blank"))
    return Figure(n, {"count": (n, None)}, b.FALSE, n, unknown, n, _plus(n, unknown), b.lit(1))


def _number_figure(mean: bool) -> Figure:
    unknown = _plus(_U, _int("blank"))
    total = b.if_(
        b.compare("eq", unknown, b.lit(0)),
        Call("coalesce", (Col("total", "decimal"), b.lit(0)), "decimal"),
        Lit(None, "decimal"),
    )
    if not mean:
        return Figure(
            total, {"sum": (total, None), "count": (_N, None)}, b.FALSE, _N, unknown, total, total, b.lit(1)
        )
    some = b.compare("gt", _N, b.lit(0))
    low = b.if_(some, total, Lit(None, "decimal"))
    average = arithmetic("div", low, _N)
    return Figure(
        average, {"mean": (average, None), "count": (_N, None)}, _NOTHING, _N, unknown, low, low, _N
    )


def _share_figure() -> Figure:
    good, unsure = _int("good"), _int("unsure")
    whole = _plus(_N, _U)
    some = b.compare("gt", whole, b.lit(0))
    hundred = b.lit(100)
    low = b.if_(some, Call("mul", (good, hundred), "int"), Lit(None, "int"))
    high = b.if_(some, Call("mul", (_plus(good, _plus(unsure, _U)), hundred), "int"), Lit(None, "int"))
    percent = b.if_(
        b.compare("eq", _plus(unsure, _U), b.lit(0)), arithmetic("div", low, _N), Lit(None, "decimal")
    )
    values: dict[str, tuple[Expr, str | None]] = {
        "percent": (percent, None), "share": (percent, None), "numerator": (good, None), "denominator": (_N, None),
    }  # fmt: skip
    return Figure(percent, values, _NOTHING, _N, _plus(unsure, _U), low, high, whole)


_TAKES = {
    "count": _no_takes,
    "distinct": _distinct_takes,
    "sum": _number_takes,
    "mean": _number_takes,
    "share": _share_takes,
}
_FIGURES = {
    "count": _count_figure,
    "distinct": _distinct_figure,
    "sum": lambda: _number_figure(False),
    "mean": lambda: _number_figure(True),
    "share": _share_figure,
}
