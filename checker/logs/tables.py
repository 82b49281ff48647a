"""What reading gives: one typed DuckDB table a log, the inputs, and every problem met on the way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field
from datetime import date, datetime
from functools import cached_property
from typing import Any

from checker.database import BATCH, Database, quote
from checker.language.pack import Field, Log
from checker.language.scope import TYPES as TYPES
from checker.model import Input, Problem
from checker.nouns import dataclass
from checker.plan.nodes import Type

_SQL: dict[str, str] = {
    "text": "VARCHAR",
    "int": "BIGINT",
    "bool": "BOOLEAN",
    "date": "DATE",
    "datetime": "TIMESTAMP",
    "duration": "BIGINT",
    "list": "VARCHAR[]",
}


def sql_type(one: Field) -> str:
    """Give the DuckDB type of a stored field.

    >>> sql_type(Field("qty", "decimal", places=3)), sql_type(Field("off_at", "datetime"))
    ('DECIMAL(18,3)', 'TIMESTAMP')
    """
    if one.type == "decimal":
        return f"DECIMAL(18,{one.places})"
    return _SQL[TYPES[one.type]]


def stored(log: Log) -> dict[str, Field]:
    """Give the fields that stand in files, without the computed ones."""
    return {name: one for name, one in log.fields.items() if one.formula is None}


@dataclass(frozen=True)
class Records:
    """Typed rows that Python holds, in file order: the fields of the log, then `_src`, `_row`, `_bad`.

    Lists are tuples, times and durations whole microseconds, as `Tables.rows` gives them.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]

    @cached_property
    def index(self) -> dict[str, int]:
        """Give the place of each column."""
        return {name: i for i, name in enumerate(self.columns)}


@dataclass(frozen=True)
class TableInfo:
    """The typed rows of one log.

    `sql` names a table or view with the columns of `columns`, then `_src` INTEGER (index into the inputs), `_row`
    BIGINT (as Excel shows it, from 1) and `_bad` VARCHAR (null, or the unreadable fields as `,off_at,on_at,`).
    File order is the order of (`_src`, `_row`). `records` has the same rows where Python holds them anyway.
    `parquet_files` are named when the rows stand in such files as they are, with the same columns; `parquet_places`
    then gives the index into the inputs for each `_src` in them, as a rule itself, null for a number that is not there.
    `unique` is a column that reading has seen to hold a value in every row, and none twice.
    """

    name: str
    sql: str
    columns: Mapping[str, Type]
    rows: int
    sources: tuple[int, ...]
    records: Records | None = None
    parquet_files: tuple[str, ...] = ()
    parquet_places: tuple[int | None, ...] = ()
    unique: str | None = None


@dataclass(frozen=True)
class Tables:
    """All that was read; a log has a table only if some file or sheet of it was handed in."""

    db: Database
    logs: Mapping[str, TableInfo]
    inputs: tuple[Input, ...]
    problems: tuple[Problem, ...]
    files: tuple[str, ...] = ()
    dates: Mapping[str, str] = field(default_factory=dict)

    def source(self, index: int) -> Input:
        """Give the input a row's `_src` points to."""
        return self.inputs[index]

    def rows(self, log: str, columns: Sequence[str], where_sql: str | None = None) -> list[tuple[Any, ...]]:
        """Give the named columns of a log in file order, as Python values; [] when the log was not handed in.

        Lists come as tuples, times and durations as integer microseconds. For small results only.
        """
        info = self.logs.get(log)
        if info is None:
            return []
        if info.records is not None and where_sql is None:
            at = [info.records.index[name] for name in columns]
            return [tuple(row[i] for i in at) for row in info.records.rows]
        chosen = ", ".join(quote(name) for name in columns)
        where = f" where {where_sql}" if where_sql else ""
        found = self.db.execute(f"select {chosen} from {info.sql}{where} order by _src, _row")
        return [tuple(tuple(cell) if isinstance(cell, list) else cell for cell in row) for row in found]

    def months_with_rows(self, log: str) -> set[date]:
        """Give the first days of the months in which the log has at least one dated row."""
        info, dated = self.logs.get(log), self.dates.get(log)
        if info is None or dated is None:
            return set()
        sql = f"select distinct date_trunc('month', {quote(dated)}) from {info.sql} where {quote(dated)} is not null"
        return {_day(row[0]) for row in self.db.execute(sql)}

    def has_empty_file(self, log: str) -> bool:
        """Tell whether a file of this log held its header and no row: data, not a lack of it."""
        return any(one.log == log and one.rows == 0 for one in self.inputs)


def put(db: Database, table: str, log: Log, records: Records) -> None:
    """Put held rows into a table of the database, in the place of one of that name."""
    kinds = [sql_type(one) for one in stored(log).values()] + ["INTEGER", "BIGINT", "VARCHAR"]
    lists = [i for i, kind in enumerate(kinds) if kind.endswith("[]")]
    rows: Any = records.rows
    if lists:
        rows = [[list(cell) if isinstance(cell, tuple) else cell for cell in row] for row in rows]
    if len(rows) > BATCH:
        db.run(f"drop table if exists {table}")
        db.fill(table, list(zip(records.columns, kinds, strict=True)), rows)
        return
    # Made and filled in one statement: of small tables the planning is what costs.
    named = zip(records.columns, kinds, strict=True)
    columns = ", ".join(f"unnest(${i}::{kind}[]) as {quote(name)}" for i, (name, kind) in enumerate(named, 1))
    db.run(
        f"create or replace table {table} as select {columns}",
        [list(one) for one in zip(*rows, strict=True)] or [[]] * len(kinds),
    )


def _day(value: date | datetime) -> date:
    return value.date() if isinstance(value, datetime) else value
