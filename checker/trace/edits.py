"""Changes of rows: how they are made, which values are worth trying, and how far a value is from another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from checker.calendar import start_of
from checker.language.pack import Field, Log
from checker.language.scope import TYPES
from checker.logs.tables import stored
from checker.model import Value
from checker.plan.nodes import Call, Expr, Lit
from checker.trace.model import Edit
from checker.trace.world import Row, World

NEW = 1_000_000
"""The source number of rows that do not exist."""
_MINUTE, _DAY = timedelta(minutes=1), timedelta(days=1)
_MINUTE_US = 60_000_000


def applied(rows: Sequence[Mapping[str, Any]], edit: Edit, log: Log) -> list[Row]:
    """Give the rows of a log after a change of it; the rows given stay as they are."""
    if edit.act == "add":
        return [*map(dict, rows), *(_new(edit, log, number) for number in range(1, edit.times + 1))]
    mine = [i for i, row in enumerate(rows) if (row["_src"], row["_row"]) == edit.source]
    if edit.act == "remove":
        gone = set(mine)
        return [dict(row) for i, row in enumerate(rows) if i not in gone]
    return [_set(row, edit.values) if i in mine else dict(row) for i, row in enumerate(rows)]


def _set(row: Mapping[str, Any], values: Mapping[str, Value]) -> Row:
    bad = [name for name in (row["_bad"] or "").strip(",").split(",") if name and name not in values]
    return {**row, **values, "_bad": f",{','.join(bad)}," if bad else None}


def _new(edit: Edit, log: Log, number: int) -> Row:
    """Give an added row; texts in which any value does are numbered, so that no two rows are one."""
    row: Row = {name: edit.values.get(name) for name in stored(log)}
    for name in edit.free:
        if isinstance(row[name], str) and not log.fields[name].values:
            row[name] = f"{row[name]}{number}"
    return {**row, "_src": NEW, "_row": number, "_bad": None, "_log": log.id, "_evidence": []}


def pool(world: World, exprs: Iterable[Expr], row: Row, other: Row) -> set[Value]:
    """Give every value that occurs in expressions over a row: constants, limits, columns, and what comes of them."""
    found: set[Value] = set()
    waiting, seen = list(exprs), set()
    while waiting:
        expr = waiting.pop()
        if expr in seen:
            continue
        seen.add(expr)
        value = world.value(expr, row, other)
        if value is not None:
            found.add(value)
        if isinstance(expr, Call):
            waiting += expr.args
        elif not isinstance(expr, Lit) and expr.side == "this" and expr.name in world.derived:
            waiting.append(world.derived[expr.name])
    return found


def candidates(entry: Field, values: Iterable[Value], now: Value, more: Iterable[Value] = ()) -> list[Value]:
    """Give the values of a field's type worth trying, the nearest to the present one first."""
    kind = TYPES[entry.type]
    found: dict[Value, None] = {}
    for value in values:
        found |= dict.fromkeys(_near(kind, entry, value))
    found |= dict.fromkeys([*more, *_any(kind, entry)])
    if now is not None:
        found[None] = None
        found.pop(now, None)
    return sorted(found, key=lambda value: (distance(now, value), _stable(value)))


def _near(kind: str, entry: Field, value: Value) -> Iterator[Value]:
    """Give a value as the field would hold it, and its neighbours."""
    if kind == "datetime" and isinstance(value, date):
        moment = value if isinstance(value, datetime) else datetime.combine(value, datetime.min.time())
        yield from (moment, moment - _MINUTE, moment + _MINUTE)
        if not isinstance(value, datetime):
            yield moment + _DAY - _MINUTE
    elif kind == "date" and isinstance(value, date):
        day = value.date() if isinstance(value, datetime) else value
        if entry.type in ("month", "quarter"):
            yield day.replace(day=1) if entry.type == "month" else start_of(day, "quarter")
        else:
            yield from (day, day - _DAY, day + _DAY)
    elif kind in ("int", "decimal") and isinstance(value, int | Decimal) and not isinstance(value, bool):
        step = Decimal(1).scaleb(-entry.places) if kind == "decimal" else 1
        number: Any = Decimal(value) if kind == "decimal" else int(value)
        yield from (number, number + step, number - step)
    elif kind == "duration" and isinstance(value, int) and not isinstance(value, bool):
        yield from (value, value - _MINUTE_US, value + _MINUTE_US)
    elif kind == "text" and isinstance(value, str):
        yield from [value] if not entry.values or value in entry.values else []
    elif kind in ("text", "list") and isinstance(value, tuple):
        yield from (
            (value,) if kind == "list" else (one for one in value if not entry.values or one in entry.values)
        )
    elif kind == "list" and isinstance(value, str):
        yield (value,)


def _any(kind: str, entry: Field) -> list[Value]:
    """Give values for a field that wants just any."""
    if kind == "bool":
        return [True, False]
    if entry.values:
        return [(one,) if kind == "list" else one for one in entry.values]
    return {"text": ["X", "Y"], "int": [1], "decimal": [Decimal(1)], "list": [("X",)]}.get(kind, [])  # type: ignore[return-value]


def distance(now: Value, then: Value) -> float:
    """Give how far a value is from the present one: minutes, numbers; 0.5 for another word, 1 for a blank filled."""
    if then is None:
        return 10.0**12
    if isinstance(now, date) and isinstance(then, date):
        return abs((as_moment(then) - as_moment(now)).total_seconds()) / 60
    if isinstance(now, int | Decimal) and isinstance(then, int | Decimal) and not isinstance(now, bool):
        return abs(float(then) - float(now))
    return 1.0 if now is None else 0.5


def between(now: Value, then: Value, entry: Field) -> Value:
    """Give a value half way, in whole minutes, days, or the field's places; `then` when there is none."""
    if isinstance(now, datetime) and isinstance(then, datetime):
        half = int((then - now) / 2 / _MINUTE)
        return now.replace(second=0, microsecond=0) + half * _MINUTE if abs(half) > 0 else then
    if type(now) is date and type(then) is date and entry.type == "date":
        half = (then - now).days // 2 if then > now else -((now - then).days // 2)
        return now + half * _DAY if half else then
    if isinstance(now, Decimal) and isinstance(then, Decimal):
        middle = ((now + then) / 2).quantize(Decimal(1).scaleb(-entry.places))
        return then if middle == now else middle
    if type(now) is int and type(then) is int:
        unit = _MINUTE_US if TYPES[entry.type] == "duration" else 1
        half = int((then - now) / 2 / unit)
        return now + half * unit if half else then
    return then


def unlike(value: Value, entry: Field) -> list[Value]:
    """Give values of a field far from this one, on both sides; none where its values are few."""
    if isinstance(value, date):
        return [value - 900 * _DAY, value + 900 * _DAY]
    free = isinstance(value, str) and not entry.values
    return ["X", "Y", "0"] if free and isinstance(value, str) and len(value) == 1 else []


def as_moment(day: date) -> datetime:
    """Give the first moment of a day; a moment stays."""
    return day if isinstance(day, datetime) else datetime.combine(day, datetime.min.time())


def _stable(value: Value) -> str:
    """Put equally near values in an order of their own."""
    return str(value)
