"""What a formula may stand on, and how it fails: names, spans of calendar time, and errors with a place."""

from __future__ import annotations

from collections.abc import Callable

from checker.model import Place, Text
from checker.nouns import dataclass
from checker.plan.nodes import Expr, Lit

ELAPSED = {"second": 1_000_000, "minute": 60_000_000, "hour": 3_600_000_000}
CALENDAR = ("day", "week", "month", "quarter", "year", "workday")
UNITS = {
    "秒": "second", "分钟": "minute", "小时": "hour", "天": "day", "周": "week", "个月": "month", "年": "year",
    "工作日": "workday", "个工作日": "workday",
}  # fmt: skip


@dataclass(frozen=True)
class Span:
    """An amount of calendar time (days, months, working days): added to dates, never a value by itself."""

    amount: Expr
    unit: str


Typed = Expr | Span


class Fault(Exception):
    """A mistake in a rule, before it has a file: `start` and `length` count characters inside the text at `path`.

    `home` is where that text stands when it is not in the rule (the formula of a computed field).
    """

    def __init__(
        self,
        message: Text,
        *,
        path: tuple[str | int, ...] = (),
        home: Place | None = None,
        start: int | None = None,
        length: int = 1,
        hint: Text | None = None,
        code: str = "formula",
        found: str = "",
        expected: str = "",
    ) -> None:
        super().__init__(message.en or message.zh)
        self.message, self.path, self.start, self.length = message, path, start, length
        self.home = home
        self.hint, self.code, self.found, self.expected = hint or Text(""), code, found, expected


@dataclass(frozen=True)
class Env:
    """What names and `$parameters` stand for; both raise KeyError with the known names when they do not know one.

    `let` gives a name to a part that is used more than once, where the row can hold it; `blank` says whether a value
    certainly is not there.
    """

    name: Callable[[str], Expr]
    parameter: Callable[[str], Typed]
    names: Callable[[], list[str]]
    parameters: Callable[[], list[str]]
    as_of: Expr
    keep_month_end: bool = True
    let: Callable[[Expr], Expr] = lambda expr: expr
    blank: Callable[[Expr], Expr] = lambda expr: Lit(False, "bool")


def unit_of(word: str) -> str:
    """Give the unit a word names, in the singular.

    >>> unit_of("minutes"), unit_of("个月")
    ('minute', 'month')
    """
    return UNITS.get(word) or (word[:-1] if word.endswith("s") else word)
