"""The functions a formula may call: each takes typed arguments and gives a plan expression.

Clock windows ("07:00" to "22:00") lie within one day and are half-open. Lengths of time are elapsed time.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from checker.language.formula.typing import Env, Fault, Span, Typed
from checker.model import Text
from checker.plan import build as b
from checker.plan.nodes import Call, Col, Expr, Lit, Present, Type

Function = Callable[[Env, list[Typed]], Typed]
FUNCTIONS: dict[str, Function] = {}


def add(env: Env, op: str, left: Typed, right: Typed) -> Typed:
    """Give left + right or left - right: numbers, lengths of time, dates with lengths of time."""
    sign = 1 if op == "+" else -1
    if isinstance(left, Span):
        raise Fault(Text("日期写在前面：日期 + 时间长度", "write the date first: date + length"))
    if isinstance(right, Span):
        return shift(left, right, sign, env.keep_month_end)
    if right.type == "null":
        return Lit(None, left.type)
    if left.type in ("datetime", "date") and right.type == "duration":
        return Call(
            "add_elapsed", (b.start_of_day(left), right if sign == 1 else negative(right)), "datetime"
        )
    if op == "-" and left.type in ("datetime", "date") and right.type in ("datetime", "date"):
        if left.type == right.type == "date":
            return Call("days_between", (right, left), "int")
        return Call("elapsed", (b.start_of_day(right), b.start_of_day(left)), "duration")
    return arithmetic("add" if op == "+" else "sub", left, right)


def shift(day: Expr, span: Span, sign: int = 1, keep_month_end: bool = True) -> Expr:
    """Give `day` moved by calendar time: days keep the clock time, months keep the month end."""
    if day.type not in ("date", "datetime"):
        raise Fault(
            Text(
                f"时间长度只能加在日期上，不是 {day.type}",
                f"calendar time is added to a date, not to {day.type}",
            )
        )
    amount = span.amount if sign == 1 else negative(span.amount)
    if span.unit == "day":
        return b.add_days(day, amount)
    if span.unit == "week":
        return b.add_days(day, times(amount, 7))
    if span.unit == "workday":
        return Call("add_workdays", (day, amount), day.type)
    months = times(amount, {"month": 1, "quarter": 3, "year": 12}[span.unit])
    return Call("add_months", (day, months, b.lit(keep_month_end)), day.type)


def negative(number: Expr) -> Expr:
    """Give minus the number."""
    if isinstance(number, Lit) and isinstance(number.value, int):
        return Lit(-number.value, number.type)
    return Call("sub", (Lit(0, number.type), number), number.type)


def times(number: Expr, factor: int) -> Expr:
    """Give the number times a constant."""
    if isinstance(number, Lit) and isinstance(number.value, int):
        return Lit(number.value * factor, number.type)
    return number if factor == 1 else Call("mul", (number, b.lit(factor)), number.type)


def arithmetic(fn: str, left: Expr, right: Expr) -> Expr:
    """Give a sum, difference, product or quotient; a quotient is rounded half up to 6 places, by zero it is null."""
    pair = (left.type, right.type)
    numbers = ("int", "decimal", "null")
    if left.type in numbers and right.type in numbers:
        result: Type = "decimal" if fn == "div" or "decimal" in pair else "int"
        return Call(fn, (left, right), result)
    if fn in ("add", "sub") and (
        pair == ("duration", "duration") or (pair == ("int", "duration") and left == b.lit(0))
    ):
        return Call(fn, (left, right), "duration")
    if fn == "mul" and set(pair) == {"int", "duration"}:
        return Call(fn, (left, right), "duration")
    raise Fault(
        Text(
            f"不能这样计算：{left.type} 与 {right.type}",
            f"cannot calculate with {left.type} and {right.type}",
        )
    )


def overlap_on(env: Env, day: Expr, start: Expr, end: Expr, window: tuple[Lit, Lit]) -> Expr:
    """Give the elapsed time of [start, end) inside the window of one day, at least zero."""
    opens, closes = (env.let(Call("at_time", (day, edge), "datetime")) for edge in window)
    begin, finish = env.let(_latest(start, opens)), env.let(_earliest(end, closes))
    length = env.let(Call("elapsed", (begin, finish), "duration"))
    return Call("greatest", (Lit(0, "duration"), length), "duration")


def _latest(one: Expr, two: Expr) -> Expr:
    return Call("greatest", (one, two), one.type)


def _earliest(one: Expr, two: Expr) -> Expr:
    return Call("least", (one, two), one.type)


def _clock(value: Typed) -> Lit:
    match = re.fullmatch(r"([01]?\d|2[0-4]):([0-5]\d)", str(value.value)) if isinstance(value, Lit) else None
    if not match or int(match[1]) * 60 + int(match[2]) > 1440:
        raise Fault(Text('时刻写成 "07:00"', 'write a time of day as "07:00"'))
    return Lit((int(match[1]) * 60 + int(match[2])) * 60_000_000, "duration")


def _window(name: str, args: list[Typed]) -> tuple[Expr, Expr, tuple[Lit, Lit]]:
    start, end = _typed(name, args[:2], "datetime", "datetime")
    window = (_clock(args[2]), _clock(args[3]))
    if int(str(window[0].value)) >= int(str(window[1].value)):
        raise Fault(
            Text("时段的起点要早于终点，且在同一天", "the window must open before it closes, on one day")
        )
    return start, end, window


@dataclass(frozen=True)
class _Overlap:
    """How [start, end) meets a clock window: on its first day, on its last if another, and on the days between."""

    start: Expr
    first_day: Expr
    last_day: Expr
    first: Expr
    last: Expr
    whole: Lit
    middle: Expr


def _overlap(env: Env, name: str, args: list[Typed]) -> _Overlap:
    start, end, window = _window(name, args)
    start, end = env.let(start), env.let(end)
    first_day, last_day = env.let(b.date_of(start)), env.let(b.date_of(end))
    days = env.let(Call("days_between", (first_day, last_day), "int"))
    nothing = Lit(0, "duration")
    later = b.if_(b.compare("gt", days, b.lit(0)), overlap_on(env, last_day, start, end, window), nothing)
    whole = Lit(int(str(window[1].value)) - int(str(window[0].value)), "duration")
    first = env.let(overlap_on(env, first_day, start, end, window))
    middle = env.let(Call("sub", (days, b.lit(1)), "int"))
    return _Overlap(start, first_day, last_day, first, env.let(later), whole, middle)


def _longest_overlap(env: Env, args: list[Typed]) -> Expr:
    found = _overlap(env, "longest_overlap", _count("longest_overlap", args, 4))
    full = b.if_(b.compare("gt", found.middle, b.lit(0)), found.whole, Lit(0, "duration"))
    return Call("greatest", (found.first, found.last, env.let(full)), "duration")


def _total_overlap(env: Env, args: list[Typed]) -> Expr:
    found = _overlap(env, "total_overlap", _count("total_overlap", args, 4))
    full = Call("mul", (Call("greatest", (b.lit(0), found.middle), "int"), found.whole), "duration")
    return Call("add", (Call("add", (found.first, found.last), "duration"), full), "duration")


def _first_reach(env: Env, args: list[Typed]) -> Expr:
    args = _count("first_reach", args, 5)
    found = _overlap(env, "first_reach", args[:4])
    (limit,) = _typed("first_reach", args[4:], "duration")
    opens = _clock(args[2])

    def mark(day: Expr) -> Expr:
        begin = _latest(found.start, env.let(Call("at_time", (day, opens), "datetime")))
        return env.let(Call("add_elapsed", (begin, limit), "datetime"))

    def over(length: Expr) -> Expr:
        return b.compare("gt", length, limit)

    in_middle = b.and_([b.compare("gt", found.middle, b.lit(0)), over(found.whole)])
    late = b.if_(over(found.last), mark(found.last_day), Lit(None, "datetime"))
    rest = b.if_(in_middle, mark(b.add_days(found.first_day, b.lit(1))), late)
    return b.if_(over(found.first), mark(found.first_day), env.let(rest))


def _if_blank(env: Env, args: list[Typed]) -> Expr:
    cell, other = _count("if_blank", args, 2)
    if isinstance(cell, Col) and not isinstance(other, Span):
        blank = b.is_false(Present(cell.name, cell.side))
        return b.if_(blank, b.start_of_day(other) if cell.type == "datetime" else other, cell)
    raise Fault(
        Text("if_blank 的第一项要是记录里的字段", "the first argument of if_blank must be a stored field")
    )


def _present(env: Env, args: list[Typed]) -> Expr:
    (cell,) = _count("present", args, 1)
    if isinstance(cell, Col):
        return Present(cell.name, cell.side)
    raise Fault(Text("present 里要是记录里的字段", "present takes a stored field"))


def _as_of(env: Env, args: list[Typed]) -> Expr:
    _count("as_of", args, 0)
    return env.as_of


def _text_list(env: Env, args: list[Typed]) -> Expr:
    parts = [a for a in args if not isinstance(a, Span)]
    return Call("concat", tuple(p if p.type == "text" else Call("text", (p,), "text") for p in parts), "text")


def _extreme(fn: str) -> Function:
    def build(env: Env, args: list[Typed]) -> Expr:
        parts = [a for a in args if not isinstance(a, Span)]
        types = {p.type for p in parts}
        if not parts or len(parts) != len(args) or (len(types) > 1 and types != {"int", "decimal"}):
            raise Fault(Text(f"{fn} 的各项类型要相同", f"the arguments of {fn} must be of one type"))
        return Call(fn, tuple(parts), "decimal" if len(types) > 1 else parts[0].type)

    return build


def _whichever(name: str, fn: str) -> Function:
    """Whichever is later (earlier) of those that are there: blank ones do not count, an unreadable one leaves doubt."""

    def build(env: Env, args: list[Typed]) -> Expr:
        parts = [arg for arg in args if not isinstance(arg, Span)]
        moments = any(part.type == "datetime" for part in parts)
        dated = [b.start_of_day(part) if moments and part.type == "date" else part for part in parts]
        if len(dated) < 2 or len(parts) != len(args) or {p.type for p in dated} - {"date", "datetime"}:
            raise Fault(Text(f"{name} 的各项要是日期", f"the arguments of {name} must be two or more dates"))
        found, none = dated[0], env.blank(parts[0])
        for part, one in zip(dated[1:], parts[1:], strict=True):
            missing = env.blank(one)
            both = Call(fn, (found, part), part.type)
            found = env.let(b.if_(b.is_true(missing), found, b.if_(b.is_true(none), part, both)))
            none = b.and_([none, missing])
        return found

    return build


def _count(name: str, args: list[Typed], wanted: int) -> list[Typed]:
    if len(args) != wanted:
        raise Fault(
            Text(
                f"{name} 要有 {wanted} 项，这里有 {len(args)} 项",
                f"{name} takes {wanted} arguments, found {len(args)}",
            )
        )
    return args


def _typed(name: str, args: list[Typed], *types: Type) -> list[Expr]:
    result: list[Expr] = []
    for arg, wanted in zip(_count(name, args, len(types)), types, strict=True):
        if not isinstance(arg, Span) and wanted == "datetime" and arg.type == "date":
            arg = b.start_of_day(arg)
        if not isinstance(arg, Span) and wanted == "date" and arg.type == "datetime":
            arg = b.date_of(arg)
        if isinstance(arg, Span) or arg.type not in (wanted, "null"):
            kind = "span" if isinstance(arg, Span) else arg.type
            raise Fault(Text(f"{name} 需要 {wanted}，这里是 {kind}", f"{name} needs {wanted}, found {kind}"))
        result.append(arg)
    return result


def _plain(name: str, result: Type, *types: Type) -> None:
    FUNCTIONS[name] = lambda env, args: Call(name, tuple(_typed(name, args, *types)), result)


for _name in ("year", "month", "weekday"):
    _plain(_name, "int", "date")
for _name in ("week_start", "month_start", "month_end", "quarter_start", "year_start"):
    _plain(_name, "date", "date")
for _name in ("month_label", "quarter_label", "week_label"):
    _plain(_name, "text", "date")
_plain("time_of", "duration", "datetime")
_plain("at_time", "datetime", "date", "duration")
_plain("is_workday", "bool", "date")
_plain("days_between", "int", "date", "date")
_plain("elapsed", "duration", "datetime", "datetime")
_plain("length", "int", "text")
_plain("has", "bool", "list", "text")
_plain("contains", "bool", "text", "text")
_plain("start_of_day", "datetime", "date")
FUNCTIONS |= {
    "longest_overlap": _longest_overlap,
    "total_overlap": _total_overlap,
    "first_reach": _first_reach,
    "if_blank": _if_blank,
    "present": _present,
    "as_of": _as_of,
    "concat": _text_list,
    "greatest": _extreme("greatest"),
    "least": _extreme("least"),
    "later_of": _whichever("later_of", "greatest"),
    "earlier_of": _whichever("earlier_of", "least"),
    "date_of": lambda env, args: (
        b.date_of(_typed("date_of", args, "datetime")[0])
        if args and _is_moment(args[0])
        else _typed("date_of", args, "date")[0]
    ),
}


def _is_moment(arg: Typed) -> bool:
    return not isinstance(arg, Span) and arg.type == "datetime"
