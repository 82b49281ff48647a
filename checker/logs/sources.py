"""The nouns between files and tables: a file found, a source of raw cells, a text that many may be read with, and the
typed part made of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from checker.language.pack import Field, Log
from checker.model import Problem, Text
from checker.nouns import dataclass


@dataclass(frozen=True)
class Found:
    """A file to read: where it is, and the name reports show, the same on every machine."""

    path: Path
    shown: str


@dataclass(frozen=True)
class Raw:
    """Raw cells in DuckDB: `sql` is a FROM item with VARCHAR columns c0, c1, …

    With `number` null, a record's number is its place among the rows plus `first`; else it names a column of `sql`.
    `lines`, called after the reading, tells how many rows there must be; a negative number means: do not trust it.
    """

    sql: str
    width: int
    number: str | None = None
    first: int = 1
    lines: Callable[[], int] | None = None
    held: Sequence[tuple[int, Sequence[str | None]]] | None = None
    """The numbered cells themselves where Python holds them; `sql` is empty then."""


@dataclass(frozen=True)
class Source:
    """One file or sheet recognised as a log: which column is which field, and what to call things in messages."""

    file: str
    sheet: str | None
    log: Log
    raw: Raw
    columns: Mapping[str, int]
    titles: tuple[str, ...]
    header_lines: tuple[tuple[str, ...], ...] = ()
    years: frozenset[int] = frozenset()

    def problem(
        self,
        level: str,
        code: str,
        message: Text,
        *,
        row: int | None = None,
        field: Field | None = None,
        found: str | None = None,
        hint: Text = Text(""),
    ) -> Problem:
        """Give a problem at this source; a field is named by the header it has in the file."""
        column = None
        if field is not None:
            at = self.columns.get(field.name)
            column = (
                self.titles[at] if at is not None and at < len(self.titles) else field.header or field.name
            )
        return problem(
            level, code, self.file, message, sheet=self.sheet, row=row, column=column, found=found, hint=hint,
            log=self.log.id, field=field.name if field else None,
        )  # fmt: skip


@dataclass(frozen=True)
class Member:
    """A text file that DuckDB may be able to read as it stands: UTF-8, one mark, `skip` lines down to its data.

    `lines` waits for the scan and tells how many rows there must be; negative: do not trust it.
    """

    source: Source
    path: Path
    size: int
    mark: str
    skip: int
    returns: bool
    lines: Callable[[], int]

    @property
    def shape(self) -> tuple[object, ...]:
        """Give what files must have in common to be read together."""
        one = self.source
        return (
            one.log.id,
            one.titles,
            tuple(one.columns.items()),
            one.header_lines,
            self.mark,
            self.skip,
            self.returns,
        )


@dataclass(frozen=True)
class Part:
    """The typed rows of one source: `select` gives the fields in the log's order, then `_row` and `_bad`.

    `read` counts the rows before those that are no records were left out; `table` is where the rows are kept.
    `held` has the rows themselves, with the columns of `select`, which is empty then.
    """

    source: Source
    select: str
    rows: int
    problems: tuple[Problem, ...]
    read: int = 0
    table: str = ""
    held: tuple[tuple[Any, ...], ...] | None = None


def problem(
    level: str,
    code: str,
    file: str,
    message: Text,
    *,
    sheet: str | None = None,
    row: int | None = None,
    column: str | None = None,
    found: str | None = None,
    hint: Text = Text(""),
    log: str | None = None,
    field: str | None = None,
) -> Problem:
    """Give a problem; what was found is cut to 200 characters and made printable."""
    if level not in ("error", "warning", "note"):
        raise ValueError(level)
    shown = None if found is None else "".join(ch if ch.isprintable() else " " for ch in found[:200])
    return Problem(level, code, file, message, sheet, row, column, shown, hint, log, field)  # type: ignore[arg-type]


def by_place(one: Problem) -> tuple[object, ...]:
    """Order problems by file, sheet, row, column, then code."""
    return (
        one.file,
        one.sheet or "",
        one.row or 0,
        one.column or "",
        one.code,
        one.found or "",
        one.message.zh,
    )
