"""What a fact holds: whole numbers within 64 bits, and a mark where a value is missing. Nothing else is ever sent.

A value stands in `aN`; where it is null, `zN` is 1 and `aN` is not there, so that null never meets a comparison.
Texts are numbered as they appear; dates are days and moments microseconds since 1970; decimals are scaled.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Literal

from checker.engines.base import Unsupported
from checker.engines.sql import Writer
from checker.plan.nodes import Expr

Kind = Literal["int", "decimal", "bool", "date", "datetime", "text", "there"]
LIMIT = 2**62
FIELDS = 200
_EPOCH = date(1970, 1, 1)
_US = timedelta(microseconds=1)


@dataclass(frozen=True)
class Measure:
    """A value to send: an expression, what it is sent as, and for decimals the places it is scaled by."""

    expr: Expr
    kind: Kind
    scale: int = 0

    def sql(self, writer: Writer) -> str:
        """Give the column that yields what `Encoder` takes."""
        text = writer.sql(self.expr)
        if self.kind == "there":
            return f"CASE WHEN ({text}) IS NULL THEN 0 ELSE 1 END"
        if self.kind == "bool":
            return f"coalesce(CAST(({text}) AS INTEGER), 2)"
        if self.kind == "date":
            return f"(CAST(({text}) AS DATE) - DATE '1970-01-01')"
        return f"epoch_us({text})" if self.kind == "datetime" else f"({text})"


class Codes(dict[str, int]):
    """Numbers for texts, in order of appearance: equal texts are equal numbers, and nothing else is compared."""

    def __missing__(self, text: str) -> int:
        self[text] = len(self) + 1
        return self[text]


def number(value: Any, kind: Kind, scale: int, codes: Codes) -> int:
    """Give a constant as facts hold it.

    >>> number(Decimal("1.50"), "decimal", 2, Codes()), number(date(1970, 1, 3), "date", 0, Codes())
    (150, 2)

    Raises:
        Unsupported: it is no whole number within 62 bits.
    """
    if kind == "text" and isinstance(value, str):
        return codes[value]
    if kind == "decimal" and isinstance(value, int | Decimal):
        return whole(Decimal(value).scaleb(scale))
    if kind == "datetime" and isinstance(value, datetime):
        return whole((value - datetime.combine(_EPOCH, datetime.min.time())) // _US)
    if kind == "date" and isinstance(value, date) and not isinstance(value, datetime):
        return whole((value - _EPOCH).days)
    if kind in ("int", "bool", "there") and isinstance(value, int):
        return whole(int(value))
    raise Unsupported(f"{value!r} ({kind})")


def whole(value: Any) -> int:
    """Give a whole number that the network can hold.

    >>> whole(3), whole(Decimal("3.00"))
    (3, 3)

    Raises:
        Unsupported: it is not whole, not finite, a float, or not within 62 bits.
    """
    if type(value) is int and -LIMIT < value < LIMIT:
        return value
    if isinstance(value, int | Decimal) and Decimal(value).is_finite():
        found = int(value)
        if found == value and -LIMIT < found < LIMIT:
            return found
    raise Unsupported(f"{value}")


def encoder(name: str, measure: Measure, codes: Codes) -> Shown:
    """Give the part of a fact for each value of one measure."""

    def sent(value: Any) -> int:
        if measure.kind == "text":
            return number(value, "text", 0, codes)
        return number(value, "decimal", measure.scale, codes) if measure.kind == "decimal" else whole(value)

    return Shown(name, sent)


class Shown(dict[Any, str]):
    """The part of a fact by value; each value is checked and written once."""

    def __init__(self, name: str, sent: Callable[[Any], int]) -> None:
        super().__init__()
        self.name, self.sent = name, sent

    def __missing__(self, value: Any) -> str:
        if len(self) > 50_000:
            self.clear()
        text = f',"z{self.name}":1' if value is None else f',"a{self.name}":{self.sent(value)}'
        self[value] = text
        return text
