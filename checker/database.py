"""The one door to DuckDB: a connection, its private folder for temporary files, and nothing about rules or logs.

Only `execute` of the driver is used, on cursors where jobs run side by side, and nothing is ever installed or loaded
from the network.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Any

BATCH = 20_000
Execute = Callable[[str], list[tuple[Any, ...]]]
"""Runs one statement and gives all its rows."""


class DatabaseError(Exception):
    """DuckDB refused a statement; the text is its own."""


class OutOfMemory(DatabaseError):
    """What a statement must hold at once does not fit into the memory allowed, not even with files to help."""


class Database:
    """One DuckDB connection, made with the first statement. Not shared between threads; `close` removes its files."""

    def __init__(self, settings: Mapping[str, Any], folder: Path) -> None:
        self._settings = dict(settings)
        self._names = 0
        self._later: dict[str, Callable[[], None]] = {}
        self.folder = folder

    @cached_property
    def _connection(self) -> Any:
        import duckdb  # a fifth of a second, not needed to lint rules, nor to test them

        made = duckdb.connect(":memory:", config=self._settings)
        # Called from `python -c` or a notebook, DuckDB would draw a bar into the report on standard output.
        made.execute("set enable_progress_bar = false")
        # One statement after another reads the same files; it can be set only once Parquet is loaded.
        made.execute("set parquet_metadata_cache = true")
        return made

    def execute(self, sql: str, params: Sequence[Any] | None = None) -> list[tuple[Any, ...]]:
        """Run one statement and give all its rows.

        >>> connect().execute("select 1 + ?", [1])
        [(2,)]
        """
        return _rows(self._run(sql, params))

    def run(self, sql: str, params: Sequence[Any] | None = None) -> None:
        """Run one statement for its effect."""
        self._run(sql, params)

    def later(self, name: str, job: Callable[[], None]) -> None:
        """Do this just before the next statement, if there is one at all: make a table, or change settings."""
        self._later[name] = job

    def stream(self, sql: str, size: int = BATCH) -> Iterator[list[tuple[Any, ...]]]:
        """Give the rows of a query in batches; run nothing else meanwhile."""
        cursor = self._run(sql, None)
        while rows := cursor.fetchmany(size):
            yield rows

    def at_once(self, jobs: Sequence[Callable[[Execute], None]]) -> None:
        """Do jobs side by side, one a processor at a time; what threads there are is shared between them.

        For statements that keep an order: DuckDB runs one of them on one thread, or holds much in memory for more.

        Raises:
            DatabaseError: DuckDB refused a statement of a job, of the first such job in their order.
        """
        from concurrent.futures import ThreadPoolExecutor  # little data never needs it

        threads = int(self.execute("select current_setting('threads')")[0][0])
        self.run(f"set threads = {max(1, threads // max(1, len(jobs)))}")
        try:
            with ThreadPoolExecutor(threads) as pool:
                for _ in pool.map(self._beside, jobs):
                    pass
        finally:
            self.run(f"set threads = {threads}")

    def _beside(self, job: Callable[[Execute], None]) -> None:
        cursor = self._connection.cursor()
        try:
            _said(cursor, "set enable_progress_bar = false", None)
            job(lambda sql: _rows(_said(cursor, sql, None)))
        finally:
            cursor.close()

    def columns(self, sql: str) -> dict[str, str]:
        """Give the columns of a query (or table name) with their SQL types, in order.

        >>> connect().columns("select 1 as a, 'x' as b")
        {'a': 'INTEGER', 'b': 'VARCHAR'}
        """
        source = sql if " " in sql.strip() else f"from {sql}"
        return {row[0]: row[1] for row in self.execute(f"describe {source}")}

    def fill(self, table: str, columns: Sequence[tuple[str, str]], rows: Iterable[Sequence[Any]]) -> None:
        """Create `table` with (name, SQL type) columns and insert the rows in order, in batches."""
        listed = ", ".join(f"{quote(name)} {kind}" for name, kind in columns)
        self.run(f"create table {table} ({listed})")
        taken = ", ".join(f"unnest(${i + 1}::{kind}[])" for i, (_, kind) in enumerate(columns))
        for batch in _batches(rows):
            self.run(f"insert into {table} select {taken}", [list(one) for one in zip(*batch, strict=True)])

    def name(self, stem: str) -> str:
        """Give a table name not used before on this connection.

        >>> db = connect(); db.name("part"), db.name("part")
        ('part_1', 'part_2')
        """
        self._names += 1
        return f"{stem}_{self._names}"

    def expect_little(self) -> None:
        """Say that the data is small: planning statements then costs more than running them as they stand."""

        def settings() -> None:
            self.run("set threads = 1")
            self.run("pragma disable_optimizer")

        self.later("settings", settings)

    def lock(self, readable: Iterable[Path] = ()) -> None:
        """Forbid any file but `readable`, and any further change of settings: call it before rules run."""
        paths = list(readable)
        self.later("lock", lambda: self._lock(paths))

    def _lock(self, readable: Iterable[Path]) -> None:
        # A name that is no text (bytes of another encoding) cannot be said in SQL, so nothing reads it there.
        names = (
            name for path in readable if (name := path.as_posix()).encode(errors="ignore").decode() == name
        )
        allowed = ", ".join(map(literal, names))
        # Rules put their own order on what they fetch; keeping that of the files would hold whole tables in memory.
        self.run("set preserve_insertion_order = false")
        self.run(f"set allowed_paths = [{allowed}]")
        self.run(f"set allowed_directories = [{literal(self.folder.as_posix() + '/')}]")
        self.run("set enable_external_access = false")
        self.run("set lock_configuration = true")

    def close(self) -> None:
        """Close the connection and remove its temporary files."""
        if "_connection" in self.__dict__:
            self._connection.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self) -> Database:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __del__(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)

    def _run(self, sql: str, params: Sequence[Any] | None) -> Any:
        waiting, self._later = self._later, {}
        for job in waiting.values():
            job()
        return _said(self._connection, sql, params)


def _said(connection: Any, sql: str, params: Sequence[Any] | None) -> Any:
    from duckdb import Error, OutOfMemoryException

    try:
        return connection.execute(sql, params)
    except OutOfMemoryException as error:
        raise OutOfMemory(str(error)) from error
    except Error as error:
        raise DatabaseError(str(error)) from error


def _rows(said: Any) -> list[tuple[Any, ...]]:
    rows: list[tuple[Any, ...]] = said.fetchall()
    return rows


def connect(
    memory_limit: str | None = None, threads: int | None = None, temp: Path | None = None
) -> Database:
    """Give a fresh in-memory database; what does not fit into `memory_limit` ("1GB") goes to files under `temp`.

    Without a limit it takes 100 MB a processor: enough for each to work in, and an archive of any size fits a laptop.
    """
    memory_limit = memory_limit or f"{100 * max(2, threads or os.cpu_count() or 2)}MB"
    folder = Path(tempfile.mkdtemp(prefix="checker-", dir=temp))
    settings: dict[str, Any] = {"temp_directory": str(folder / "spill"), "memory_limit": memory_limit}
    if threads:
        settings["threads"] = threads
    return Database(settings, folder)


def quote(name: str) -> str:
    """Give a name as an SQL identifier.

    >>> quote('a"b')
    '"a""b"'
    """
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """Give a text as an SQL string constant.

    >>> literal("it's")
    "'it''s'"
    """
    return "'" + text.replace("'", "''") + "'"


def among(value: str, texts: Iterable[str]) -> str:
    """Give the SQL that tells whether `value` is one of the constants; null when it is null, false for no constants.

    Neither `value IN (…)` nor `list_contains`: from six constants on DuckDB plans each of them as a join, and a join
    forgets the order of the file, which is the number of the row.

    >>> connect().execute("select " + ", ".join(among(one, "ab") for one in ("'a'", "'c'", "null")))
    [(True, False, None)]
    """
    return f"(case when {value} is not null then list_position([{', '.join(map(literal, texts))}]::varchar[], {value}) is not null end)"


def _batches(rows: Iterable[Sequence[Any]]) -> Iterator[list[Sequence[Any]]]:
    batch: list[Sequence[Any]] = []
    for row in rows:
        batch.append(row)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch
