"""What every expression means, in plain Python: the reference that all engines must equal.

Rows are mappings from column name to value; null is `None`; the cell `_bad` names unreadable fields as `,a,b,`.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import field
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal, localcontext
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from checker.calendar import add_months, changing, label, month_end, start_of
from checker.nouns import dataclass
from checker.plan.nodes import Calendar, Col, Expr, Lit, Present

Row = Mapping[str, Any]
EMPTY: Row = {}
_US = timedelta(microseconds=1)
_MIDNIGHT = datetime.min.time()


@dataclass(frozen=True)
class World:
    """What an expression may need beside its rows: working days and the time zone."""

    calendar: Calendar = field(default_factory=Calendar)
    time_zone: str = "UTC"


def evaluate(expr: Expr, this: Row, other: Row = EMPTY, world: World | None = None) -> Any:
    """Give the value of `expr` for a row (and a row of the other log), `None` for null.

    >>> from checker.plan.build import compare, lit
    >>> evaluate(compare("gt", Col("n", "int"), lit(3)), {"n": 4}), evaluate(compare("gt", Col("n", "int"), lit(3)), {"n": None})
    (True, None)
    """
    if isinstance(expr, Lit):
        return expr.value
    if isinstance(expr, Col):
        return (this if expr.side == "this" else other).get(expr.name)
    if isinstance(expr, Present):
        return _present(expr.name, this if expr.side == "this" else other)
    if expr.fn in _LAZY:
        return _LAZY[expr.fn](*(lambda a=a: evaluate(a, this, other, world) for a in expr.args))
    values = [evaluate(arg, this, other, world) for arg in expr.args]
    if any(value is None for value in values):
        return None
    if expr.fn in WORLDLY:
        return WORLDLY[expr.fn](world or World(), *values)
    return STRICT[expr.fn](*values)


def _present(name: str, row: Row) -> bool | None:
    if row.get(name) is not None:
        return True
    return None if f",{name}," in (row.get("_bad") or "") else False


def _and(*parts: Callable[[], Any]) -> bool | None:
    values = [part() for part in parts]
    return False if False in values else None if None in values else True


def _or(*parts: Callable[[], Any]) -> bool | None:
    values = [part() for part in parts]
    return True if True in values else None if None in values else False


def _if(cond: Callable[[], Any], then: Callable[[], Any], other: Callable[[], Any]) -> Any:
    truth = cond()
    return None if truth is None else then() if truth else other()


_LAZY: dict[str, Callable[..., Any]] = {
    "and": _and,
    "or": _or,
    "if": _if,
    "is_true": lambda part: part() is True,
    "is_false": lambda part: part() is False,
    "is_null": lambda part: part() is None,
    "coalesce": lambda *parts: next((v for v in (part() for part in parts) if v is not None), None),
}


def _divide(one: Any, two: Any) -> Decimal | None:
    if two == 0:
        return None
    with localcontext() as exact:
        exact.prec = 60
        return (Decimal(one) / Decimal(two)).quantize(Decimal("0.000001"), ROUND_HALF_UP)


def _add_days(moment: Any, days: int) -> Any:
    return moment + timedelta(days=days)


def _add_months(moment: Any, months: int, keep_end: bool) -> Any:
    if isinstance(moment, datetime):
        return datetime.combine(add_months(moment.date(), months, keep_end), moment.time())
    return add_months(moment, months, keep_end)


def _combine(day: date, since_midnight: int) -> datetime:
    return datetime.combine(day, _MIDNIGHT) + since_midnight * _US


def _since_midnight(moment: datetime) -> int:
    return (moment - datetime.combine(moment.date(), _MIDNIGHT)) // _US


def capitals(text: str) -> str:
    """Give the capitals of a text, a letter for a letter, as databases do.

    >>> capitals("fw-1straße ﬁ")
    'FW-1STRAẞE ﬁ'
    """
    return "".join("ẞ" if one == "ß" else big if len(big := one.upper()) == 1 else one for one in text)


def _text(value: Any) -> str:
    if isinstance(value, Decimal):
        plain = f"{value:f}"
        short = plain.rstrip("0").rstrip(".") if "." in plain else plain
        return "0" if short in ("", "-0") else short
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S")
    return value.isoformat() if isinstance(value, date) else str(value)


STRICT: dict[str, Callable[..., Any]] = {
    "not": operator.not_,
    "eq": operator.eq,
    "ne": operator.ne,
    "lt": operator.lt,
    "le": operator.le,
    "gt": operator.gt,
    "ge": operator.ge,
    "in": lambda a, *options: a in options,
    "add": operator.add,
    "sub": operator.sub,
    "mul": operator.mul,
    "div": _divide,
    "greatest": lambda *values: max(values),
    "least": lambda *values: min(values),
    "date_of": lambda a: a.date(),
    "start_of_day": lambda a: datetime.combine(a, _MIDNIGHT),
    "at_time": _combine,
    "time_of": _since_midnight,
    "add_days": _add_days,
    "add_months": _add_months,
    "weekday": lambda a: a.isoweekday(),
    "year": lambda a: a.year,
    "month": lambda a: a.month,
    "week_start": lambda a: start_of(a, "week"),
    "month_start": lambda a: start_of(a, "month"),
    "quarter_start": lambda a: start_of(a, "quarter"),
    "year_start": lambda a: start_of(a, "year"),
    "month_end": month_end,
    "week_label": lambda a: label(start_of(a, "week"), "week"),
    "month_label": lambda a: label(a, "month"),
    "quarter_label": lambda a: label(a, "quarter"),
    "days_between": lambda a, b: (b - a).days,
    "text": _text,
    "join": "、".join,
    "concat": lambda *parts: "".join(parts),
    "trim_list": lambda text: text.rstrip("、"),
    "ceil_div": lambda a, b: -(-a // b) if b else None,
    "length": len,
    "upper": capitals,
    "round_int": lambda a: int(Decimal(a).quantize(Decimal(1), ROUND_HALF_UP)),
    "has": operator.contains,
    "contains": operator.contains,
    "starts_with": lambda a, b: a.startswith(b),
    "matches": lambda a, pattern: re.fullmatch(pattern, a, re.ASCII) is not None,  # as patterns in databases
}


@lru_cache(maxsize=8)
def _working(calendar: Calendar) -> tuple[date, list[date]]:
    first = date.fromisoformat(calendar.first)
    return first, [first + timedelta(days=i) for i, works in enumerate(calendar.working) if works]


def _is_workday(world: World, day: date) -> bool | None:
    at = (day - date.fromisoformat(world.calendar.first)).days
    return world.calendar.working[at] if 0 <= at < len(world.calendar.working) else None


def _add_workdays(world: World, moment: Any, days: int) -> Any:
    """The n-th working day after (before) the day given; from a rest day, day 1 is the next, day -1 the last one."""
    day = moment.date() if isinstance(moment, datetime) else moment
    first, workdays = _working(world.calendar)
    at = (day - first).days
    if not 0 <= at < len(world.calendar.working):
        return None
    back_from_rest = days < 0 and not world.calendar.working[at]
    index = sum(world.calendar.working[: at + 1]) - 1 + days + back_from_rest
    if not 0 <= index < len(workdays):
        return None
    found = workdays[index]
    return datetime.combine(found, moment.time()) if isinstance(moment, datetime) else found


def _instant(world: World, moment: datetime) -> datetime:
    if not changing(world.time_zone):
        return moment
    return moment.replace(tzinfo=ZoneInfo(world.time_zone)).astimezone(ZoneInfo("UTC")).replace(tzinfo=None)


def _elapsed(world: World, one: datetime, two: datetime) -> int:
    return (_instant(world, two) - _instant(world, one)) // _US


def _add_elapsed(world: World, moment: datetime, micros: int) -> datetime:
    moved = _instant(world, moment) + micros * _US
    if not changing(world.time_zone):
        return moved
    utc = moved.replace(tzinfo=ZoneInfo("UTC"))
    return utc.astimezone(ZoneInfo(world.time_zone)).replace(tzinfo=None)


WORLDLY: dict[str, Callable[..., Any]] = {
    "is_workday": _is_workday,
    "add_workdays": _add_workdays,
    "elapsed": _elapsed,
    "add_elapsed": _add_elapsed,
}
