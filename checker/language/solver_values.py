"""The values worth trying for a column: constants, their neighbours, blank, unreadable.

Between two constants that follow each other a comparison cannot change, so that one value there stands for all of
them; where several columns are compared with each other, as many values as there are columns.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal, localcontext
from itertools import pairwise
from math import ceil, floor
from typing import Any

from checker.model import Value

UNREADABLE: Any = object()
"""A cell that holds something which could not be read."""
_SOME: dict[str, Value] = {
    "text": "", "int": 0, "duration": 0, "decimal": Decimal(0), "date": date(2026, 1, 1),
    "datetime": datetime(2026, 1, 1), "list": (),
}  # fmt: skip


def candidates(
    kind: str | None, values: tuple[str, ...] | None, constants: Iterable[Value], columns: int
) -> list[Value]:
    """Give the values to try for a column of a type (None: of no matter which), blank and unreadable last.

    `values`: all that it can hold; `columns`: how many columns are compared with each other.

    >>> candidates("int", None, [5], 1)[:-2]
    [4, 5, 6]
    """
    blank: list[Value] = [None, UNREADABLE]
    if values is not None:
        return [*values, *blank]
    if kind == "bool":
        return [True, False, *blank]
    if kind is None or kind in ("list", "null"):
        return ["", *blank]
    fitting = {one for each in constants for one in _fitting(kind, each)} or {_SOME[kind]}
    return [*sorted(_around(kind, fitting, columns)), *blank]  # type: ignore[type-var]


def _fitting(kind: str, constant: Value) -> list[Any]:
    """Give a constant as values of the type; a number with decimals lies between two whole ones."""
    if constant is None or isinstance(constant, bool):
        return []
    if kind in ("int", "duration") and isinstance(constant, int | Decimal):
        return [floor(constant), ceil(constant)]
    if kind == "decimal" and isinstance(constant, int | Decimal):
        return [Decimal(constant)]
    wanted = {"text": str, "date": date, "datetime": datetime}.get(kind)
    return [constant] if wanted is not None and type(constant) is wanted else []


def _around(kind: str, constants: set[Any], columns: int) -> set[Value]:
    near = range(-columns, columns + 1)
    if kind == "text":
        return {"", *(one + "\0" * at for one in constants for at in near if at >= 0)}
    if kind == "decimal":
        with localcontext() as exact:
            exact.prec = 80
            step = _step(sorted(constants), columns)
            return {one + step * at for one in constants for at in near}
    unit: Any = {"date": timedelta(days=1), "datetime": timedelta(microseconds=1)}.get(kind, 1)
    return {moved for one in constants for at in near if (moved := _moved(one, unit * at)) is not None}


def _step(constants: list[Decimal], columns: int) -> Decimal:
    """Give a step so small that `columns` of them stay clear of the next constant."""
    gaps = [two - one for one, two in pairwise(constants)]
    return min([Decimal(1), *gaps]) / (2 * columns + 2)


def _moved(one: Any, by: Any) -> Any:
    try:
        return one + by
    except OverflowError:
        return None
