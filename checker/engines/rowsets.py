"""Rows in memory whose further columns are computed when they are first read, and indexes over them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Protocol

from checker.engines.closures import Fn, Maker
from checker.plan.nodes import Expr

PLACE = ("_src", "_row", "_bad")


class Row(dict[str, Any]):
    """One row; a column that is not there yet is made by `makers`, one that nobody makes is null."""

    __slots__ = ("makers",)
    makers: Mapping[str, Callable[[Row], Any]]

    def __missing__(self, key: str) -> Any:
        """Compute a column; whoever makes it also keeps it."""
        make = self.makers.get(key)
        return None if make is None else make(self)


Make = Callable[[Row], Any]
NOBODY = Row()
NOBODY.makers = {}


class RowSet:
    """The rows of one log or grid, shared by all rules over it. They are read after every rule was prepared.

    `wanted` collects the stored columns somebody asks for; `load` is then called once.
    """

    def __init__(self, log: str | None, load: Callable[[RowSet], Iterable[Row]]) -> None:
        self.log, self.wanted, self._load = log, set(PLACE), load
        self.makers: dict[str, Callable[[Row], Any]] = {}
        self.shared: dict[Any, str] = {}
        self._rows: list[Row] | None = None

    def rows(self) -> list[Row]:
        """Give the rows in file order."""
        if self._rows is None:
            self._rows = list(self._load(self))
        return self._rows

    def fresh(self, columns: Iterable[tuple[str, Any]]) -> Row:
        """Give a new row of this set with these columns."""
        row = Row(columns)
        row.makers = self.makers
        return row

    def place(self, what: Any, make: Callable[[str], Callable[[Row], Any]]) -> str:
        """Give the key of a computed column, the same for all rules that ask for the same thing."""
        key = self.shared.get(what)
        if key is None:
            key = self.shared[what] = f"\0{len(self.shared)}"  # no stored column can have such a name
            self.makers[key] = make(key)
        return key


class Columns:
    """The columns one rule (or view) sees: those stored, and those that its steps have added so far."""

    def __init__(self, rowset: RowSet, added: Mapping[str, str] | None = None) -> None:
        self.rowset, self.added = rowset, dict(added or {})

    def key(self, name: str) -> str:
        """Give the key under which a row keeps the column."""
        found = self.added.get(name)
        if found is None:
            self.rowset.wanted.add(name)
            return name
        return found

    def seen(self, names: Iterable[str]) -> tuple[str, ...]:
        """Give where the columns a step reads come from, so that equal steps over other columns stay apart."""
        return tuple(sorted(f"{name}={self.added[name]}" for name in names if name in self.added))


class Index:
    """Rows by the values of some keys; `lacking` are those without a value in one of them."""

    def __init__(self, rows: Iterable[Row], keys: Sequence[Fn]) -> None:
        self.found: dict[Any, list[Row]] = {}
        self.lacking: list[Row] = []
        for row in rows:
            values = tuple(key(NOBODY, row) for key in keys)
            if None in values:
                self.lacking.append(row)
            else:
                self.found.setdefault(values, []).append(row)

    def get(self, values: tuple[Any, ...]) -> Sequence[Row]:
        """Give the rows with these values, in file order."""
        return self.found.get(values, ())


class House(Protocol):
    """What steps need of a run."""

    def columns(self, log: str) -> Columns:
        """Give the columns of a log or view."""

    def maker(self, this: Columns, other: Columns | None = None) -> Maker:
        """Give what makes functions of expressions."""

    def index(self, log: str, keys: tuple[Expr, ...]) -> Callable[[], Index]:
        """Give the index of a log by some keys of its own, built on first use."""

    def count(self, pairs: int) -> None:
        """Count pairs of rows that are compared.

        Raises:
            TooMuch: there are more than this way of judging is good for.
        """


def part(columns: Columns, name: str, core: str, of: Callable[[Row, Any], Any], what: Any) -> None:
    """Add a column that is made of what the core of a step has found for the row."""

    def make(key: str) -> Make:
        def fill(row: Row) -> Any:
            row[key] = found = of(row, row[core])
            return found

        return fill

    columns.added[name] = columns.rowset.place((core, what), make)
