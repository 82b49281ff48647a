"""What a plan reads, put where Spark can read it: logs as Parquet, small tables and the calendar as constants."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from checker.database import literal as db_literal
from checker.database import quote as db_quoted
from checker.engines.base import Unsupported
from checker.engines.spark.expressions import SQL_TYPES, literal, quoted, text_literal
from checker.plan.nodes import Calendar, SmallTable

PLACE: tuple[tuple[str, str], ...] = (("_src", "INT"), ("_row", "BIGINT"), ("_bad", "STRING"))
_SPARK = {"VARCHAR": "STRING", "VARCHAR[]": "ARRAY<STRING>", "TIMESTAMP": "TIMESTAMP_NTZ", "INTEGER": "INT"}


class Store:
    """Reads the typed tables of a run into one Spark session; every name it gives stands for a view there.

    With `whole`, each table is one partition: little data then needs no exchange between stages.
    """

    def __init__(self, spark: Any, db: Any, whole: bool) -> None:
        self.spark, self.db = spark, db
        self.whole = whole
        self._count = 0
        self._small: dict[tuple[Any, Any], str] = {}

    def log(self, table: Any, fields: Collection[str]) -> str:
        """Give the view of a log with `fields` (of those it has), `_src`, `_row` and `_bad`.

        The files of an archive that hold the rows as they are, places and all (`parquet_files` of the table), are read
        where they lie; otherwise DuckDB writes the columns to Parquet, beside its own temporary files.
        """
        columns = [*(name for name in table.columns if name in fields), *(name for name, _ in PLACE)]
        as_they_are = all(here == there for here, there in enumerate(getattr(table, "parquet_places", ())))
        files = list(getattr(table, "parquet_files", ())) if as_they_are else []
        listed = ", ".join(map(db_quoted, columns))
        types = self.db.columns(f"select {listed} from {table.sql}")
        paths = [str(path) for path in files] or [self._written(f"select {listed} from {table.sql}")]
        schema = ", ".join(f"{quoted(name)} {_spark_type(types[name])}" for name in columns)
        frame = self.spark.read.schema(schema).parquet(*paths).select(*map(quoted, columns))
        return self.view(frame.coalesce(1) if self.whole else frame)

    def small(self, table: SmallTable) -> str:
        """Give the variable that holds the rows of a small table; equal tables share one."""
        if any(kind == "list" for _, kind in table.columns):
            raise Unsupported("a list in a small table")
        if (table.columns, table.rows) not in self._small:
            name = f"checker_small_{len(self._small)}"
            self.spark.sql(_variable(name, *small_sql(table)))
            self._small[table.columns, table.rows] = name
        return self._small[table.columns, table.rows]

    def calendar(self, calendar: Calendar) -> None:
        """Put the working days where expressions find them: variables of the session, constants of every plan."""
        for statement in calendar_sql(calendar):
            self.spark.sql(statement)

    def view(self, frame: Any) -> str:
        """Give a fresh name for a frame."""
        self._count += 1
        name = f"checker_{self._count}"
        frame.createOrReplaceTempView(name)
        return name

    def _written(self, query: str) -> str:
        folder: Path = self.db.folder / "spark"
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{self.db.name('log')}.parquet"
        self.db.run(f"COPY ({query}) TO {db_literal(path.as_posix())} (FORMAT parquet)")
        return str(path)


def small_sql(table: SmallTable) -> tuple[str, str]:
    """Give the type of a small table as an array of rows, and its value: the rows travel as one text."""
    rows = [{f"c{i}": _cell(value) for i, value in enumerate(row)} for row in table.rows]
    read = ", ".join(f"c{i}: STRING" for i in range(len(table.columns)))
    typed = ", ".join(f"{quoted(name)}: {SQL_TYPES[kind]}" for name, kind in table.columns)
    cells = ", ".join(
        f"{text_literal(name)}, CAST(x.c{i} AS {SQL_TYPES[kind]})"
        for i, (name, kind) in enumerate(table.columns)
    )
    packed = text_literal(json.dumps(rows, ensure_ascii=False))
    value = f"transform(from_json({packed}, 'ARRAY<STRUCT<{read}>>'), x -> named_struct({cells}))"
    return f"ARRAY<STRUCT<{typed}>>", value


def calendar_sql(calendar: Calendar) -> list[str]:
    """Give the statements that hold the first day, and by day number whether it works and how many did so far."""
    first = date.fromisoformat(calendar.first)
    seen, ordinal = 0, []
    for works in calendar.working:
        seen += works
        ordinal.append(seen)
    days = [(first + timedelta(days=i)).isoformat() for i, works in enumerate(calendar.working) if works]
    return [
        _variable("checker_first", "DATE", literal(first, "date")),
        _variable(
            "checker_working", "ARRAY<BOOLEAN>", _packed(("false", "true")[w] for w in calendar.working)
        ),
        _variable("checker_ordinal", "ARRAY<INT>", _packed(map(str, ordinal))),
        _variable("checker_workdays", "ARRAY<DATE>", _packed(days)),
    ]


def _variable(name: str, kind: str, value: str) -> str:
    return f"DECLARE OR REPLACE VARIABLE {name} {kind} DEFAULT CAST({value} AS {kind})"


def _packed(items: Iterable[str]) -> str:
    text = ",".join(items)
    return f"split('{text}', ',')" if text else "array()"


def _cell(value: Any) -> str | None:
    return None if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def _spark_type(kind: str) -> str:
    return _SPARK.get(kind, kind)
