"""Random expressions of every function, and rows with blanks and unreadable cells for them."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from checker.plan.nodes import Call, Col, Expr, Lit, Present, Type

DAYS = st.integers(0, 400).map(lambda n: date(2026, 1, 1) + timedelta(days=n))
VALUES: dict[Type, st.SearchStrategy[Any]] = {
    "text": st.sampled_from(["", "a", "ab", "b、", "张伟"]),
    "int": st.integers(-3, 12),
    "decimal": st.decimals(-50, 50, places=2),
    "bool": st.booleans(),
    "date": DAYS,
    "datetime": st.builds(
        lambda d, m: datetime(d.year, d.month, d.day) + timedelta(minutes=m), DAYS, st.integers(0, 1439)
    ),
    "duration": st.integers(-5, 200).map(lambda n: n * 60_000_000),
    "list": st.lists(st.sampled_from(["a", "ab", "张伟"]), max_size=2, unique=True).map(tuple),
}
TYPES = st.sampled_from(sorted(VALUES))
# What each function takes and gives; `*` repeats the last, `?` is any one type, the same throughout.
SIGNATURES: dict[str, list[tuple[str, str]]] = {
    "and": [("bool*", "bool")], "or": [("bool*", "bool")], "not": [("bool", "bool")], "if": [("bool ? ?", "?")],
    "is_true": [("bool", "bool")], "is_false": [("bool", "bool")], "is_null": [("?", "bool")], "coalesce": [("?*", "?")],
    **{fn: [("? ?", "bool")] for fn in ("eq", "ne", "lt", "le", "gt", "ge")},
    "in": [("? ?*", "bool")], "greatest": [("?*", "?")], "least": [("?*", "?")],
    **{fn: [("int int", "int"), ("decimal int", "decimal"), ("duration duration", "duration")] for fn in ("add", "sub")},
    "mul": [("int int", "int"), ("decimal int", "decimal")], "div": [("int int", "decimal"), ("decimal decimal", "decimal")],
    "ceil_div": [("int int", "int")], "round_int": [("decimal", "int")], "date_of": [("datetime", "date")],
    "start_of_day": [("date", "datetime")], "at_time": [("date duration", "datetime")], "time_of": [("datetime", "duration")],
    "add_days": [("date int", "date"), ("datetime int", "datetime")], "add_months": [("date int bool", "date"), ("datetime int bool", "datetime")],
    **{fn: [("date", "int")] for fn in ("weekday", "year", "month")},
    **{fn: [("date", "date")] for fn in ("week_start", "month_start", "quarter_start", "year_start", "month_end")},
    **{fn: [("date", "text")] for fn in ("week_label", "month_label", "quarter_label")},
    "days_between": [("date date", "int")], "text": [("int", "text"), ("date", "text"), ("datetime", "text")],
    "join": [("list", "text")], "concat": [("text*", "text")], "trim_list": [("text", "text")], "length": [("text", "int")],
    "upper": [("text", "text")], "has": [("list text", "bool")],
    **{fn: [("text text", "bool")] for fn in ("contains", "starts_with", "matches")},
    "is_workday": [("date", "bool")], "add_workdays": [("date int", "date"), ("datetime int", "datetime")],
    "elapsed": [("datetime datetime", "duration")], "add_elapsed": [("datetime duration", "datetime")],
}  # fmt: skip


@st.composite
def exprs(draw: st.DrawFn, kind: Type, depth: int = 4) -> Expr:
    side = draw(st.sampled_from(["this", "other"]))
    leaf = draw(st.integers(0, depth))
    if leaf == 0 or depth == 0:
        return Col(kind, kind, side)
    if leaf == 1:
        return Lit(draw(st.none() | VALUES[kind]), kind)
    if kind == "bool" and leaf == 2:
        return Present(draw(TYPES), side)
    fn, takes = draw(st.sampled_from(MAKING[kind]))
    chosen: Type = kind if takes.endswith("?") or "?*" in takes else draw(TYPES)
    return Call(fn, tuple(draw(exprs(one, depth - 1)) for one in draw(_arguments(takes, chosen))), kind)


@st.composite
def calls(draw: st.DrawFn, fn: str) -> Expr:
    """Give calls of one function over columns, constants and small expressions."""
    takes, gives = draw(st.sampled_from(SIGNATURES[fn]))
    chosen: Type = draw(TYPES)
    args = tuple(draw(exprs(one, 1)) for one in draw(_arguments(takes, chosen)))
    return Call(fn, args, chosen if gives == "?" else _TYPE[gives])


_TYPE: dict[str, Type] = {kind: kind for kind in VALUES}


def _arguments(takes: str, chosen: Type) -> st.SearchStrategy[list[Type]]:
    *fixed, last = [part.replace("?", chosen) for part in takes.split()]
    if not last.endswith("*"):
        return st.just([*fixed, last])
    return st.integers(1, 3).map(lambda n: [*fixed, *[last[:-1]] * n])


MAKING: dict[Type, list[tuple[str, str]]] = {
    kind: [(fn, takes) for fn, forms in SIGNATURES.items() for takes, gives in forms if gives in (kind, "?")]
    for kind in VALUES
}


@st.composite
def rows(draw: st.DrawFn) -> dict[str, Any]:
    row = {kind: draw(st.none() | values) for kind, values in VALUES.items()}
    bad = [kind for kind, value in row.items() if value is None and draw(st.booleans())]
    return {**row, "_bad": f",{','.join(bad)}," if bad else None}
