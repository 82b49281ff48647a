"""Small constructors for plan expressions, so that compiled rules read like sentences."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from checker.model import Value
from checker.plan.nodes import Call, Col, Expr, Lit, Present, Type

TRUE = Lit(True, "bool")
FALSE = Lit(False, "bool")
UNKNOWN = Lit(None, "bool")
DAY_US = 86_400_000_000


def lit(value: Value) -> Lit:
    """Give a constant with its natural type.

    >>> lit(3).type
    'int'
    """
    if isinstance(value, bool):
        return Lit(value, "bool")
    if isinstance(value, int):
        return Lit(value, "int")
    if isinstance(value, str):
        return Lit(value, "text")
    if isinstance(value, datetime):
        return Lit(value, "datetime")
    if isinstance(value, date):
        return Lit(value, "date")
    if isinstance(value, tuple):
        return Lit(value, "list")
    return Lit(value, "null" if value is None else "decimal")


def bool_(fn: str, *args: Expr) -> Expr:
    """Give a call that yields a truth value."""
    return Call(fn, args, "bool")


def and_(parts: Iterable[Expr]) -> Expr:
    """Give the conjunction, simplified where a part is a constant."""
    flat: list[Expr] = []
    for part in parts:
        if part == FALSE:
            return FALSE
        flat += part.args if isinstance(part, Call) and part.fn == "and" else [part] if part != TRUE else []
    unique = list(dict.fromkeys(flat))
    return TRUE if not unique else unique[0] if len(unique) == 1 else Call("and", tuple(unique), "bool")


def or_(parts: Iterable[Expr]) -> Expr:
    """Give the disjunction, simplified where a part is a constant."""
    flat: list[Expr] = []
    for part in parts:
        if part == TRUE:
            return TRUE
        flat += part.args if isinstance(part, Call) and part.fn == "or" else [part] if part != FALSE else []
    unique = list(dict.fromkeys(flat))
    return FALSE if not unique else unique[0] if len(unique) == 1 else Call("or", tuple(unique), "bool")


def not_(part: Expr) -> Expr:
    """Give the negation."""
    if isinstance(part, Lit):
        return Lit(None if part.value is None else not part.value, "bool")
    if isinstance(part, Call) and part.fn == "not":
        return part.args[0]
    return bool_("not", part)


def if_(cond: Expr, then: Expr, other: Expr) -> Expr:
    """Give `then` where `cond` is true, `other` where it is false, null where it is not known."""
    if cond == TRUE or then == other:
        return then
    return other if cond == FALSE else Call("if", (cond, then, other), _common(then.type, other.type))


def cases(pairs: Iterable[tuple[Expr, Expr]], default: Expr) -> Expr:
    """Give the first value whose condition is certainly true, else `default`."""
    result = default
    for cond, value in reversed(list(pairs)):
        result = if_(is_true(cond), value, result)
    return result


def is_true(part: Expr) -> Expr:
    """Give true or false, never unknown: is `part` certainly true."""
    return (
        part if part in (TRUE, FALSE) or _is(part) else FALSE if part == UNKNOWN else bool_("is_true", part)
    )


def is_false(part: Expr) -> Expr:
    """Give true or false, never unknown: is `part` certainly false."""
    return (
        not_(part)
        if part in (TRUE, FALSE) or _is(part)
        else FALSE
        if part == UNKNOWN
        else bool_("is_false", part)
    )


def is_null(part: Expr) -> Expr:
    """Give true or false: is the value missing, unreadable or unknown."""
    if isinstance(part, Lit):
        return lit(part.value is None)
    return FALSE if _is(part) else bool_("is_null", part)


def compare(op: str, left: Expr, right: Expr) -> Expr:
    """Give a comparison (eq ne lt le gt ge); a date against a date and time counts as its midnight."""
    if {left.type, right.type} == {"date", "datetime"}:
        left, right = (start_of_day(x) if x.type == "date" else x for x in (left, right))
    return bool_(op, left, right)


def start_of_day(day: Expr) -> Expr:
    """Give midnight at the start of `day`; a datetime stays."""
    if day.type == "datetime":
        return day
    if isinstance(day, Lit) and isinstance(day.value, date):
        return Lit(datetime.combine(day.value, datetime.min.time()), "datetime")
    return Call("start_of_day", (day,), "datetime")


def date_of(moment: Expr) -> Expr:
    """Give the day of a moment; a date stays."""
    return moment if moment.type == "date" else Call("date_of", (moment,), "date")


def add_days(day: Expr, days: Expr) -> Expr:
    """Give the same wall-clock moment `days` calendar days later."""
    if (
        isinstance(day, Lit)
        and isinstance(day.value, date)
        and isinstance(days, Lit)
        and isinstance(days.value, int)
    ):
        return Lit(day.value + timedelta(days=days.value), day.type)
    return Call("add_days", (day, days), day.type)


def present(name: str, side: str = "this") -> Expr:
    """Give whether a stored cell holds a value."""
    return Present(name, "other" if side == "other" else "this")


def other(col: Col) -> Col:
    """Give the column seen from the other log's side."""
    return Col(col.name, col.type, "other", col.nullable)


def _is(part: Expr) -> bool:
    return isinstance(part, Call) and part.fn in {"is_true", "is_false", "is_null"}


def _common(left: Type, right: Type) -> Type:
    if left == "null":
        return right
    return "decimal" if {left, right} == {"int", "decimal"} else left
