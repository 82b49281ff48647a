"""What the programs of this folder share: their arguments, the rows of the files, the lines they write."""

from __future__ import annotations

import sys
from calendar import monthrange
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any, TextIO

COLUMNS = (
    "record_no", "kind", "service_date", "arrived_at", "left_at", "filed_on", "quantity", "slump", "temperature",
    "score", "rating", "signed", "phone", "disposed_on",
)  # fmt: skip
RATINGS = ("满意", "基本满意", "一般")


def files(folder: str) -> list[str]:
    """Give the files of the log, in order of time."""
    return [str(one) for one in sorted(Path(folder).glob("service/*/*.parquet"))]


def rows(folder: str, most: int) -> Iterator[tuple[Any, ...]]:
    """Give the first rows as tuples of COLUMNS, read by DuckDB in parts."""
    import duckdb

    listed = ", ".join(f"'{one}'" for one in files(folder))
    # the few exact decimals are read as floats, which are faster in all of these programs and exact enough here
    columns = ", ".join("quantity::double" if one == "quantity" else one for one in COLUMNS)
    cursor = duckdb.connect().execute(f"select {columns} from read_parquet([{listed}]) limit {most}")
    while part := cursor.fetchmany(10_000):
        yield from part


def months_later(day: date, months: int) -> date:
    """Give the same day so many months later; the last of a month stays the last of a month.

    >>> months_later(date(2026, 8, 31), 18), months_later(date(2026, 2, 28), 18)
    (datetime.date(2028, 2, 29), datetime.date(2027, 8, 31))
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = monthrange(year, month + 1)[1]
    is_last = day.day == monthrange(day.year, day.month)[1]
    return date(year, month + 1, last if is_last else min(day.day, last))


def arguments() -> tuple[str, int]:
    """Give the folder and how many of its rows to judge."""
    return sys.argv[1], int(sys.argv[3])


def output() -> TextIO:
    """Give the file for the findings."""
    return Path(sys.argv[2]).open("w", encoding="utf-8")


def list_all(out: TextIO, rule: str, outcome: str, numbers: Iterable[str]) -> None:
    """Write the records of one rule and outcome."""
    out.writelines(f"{rule}\t{outcome}\t{number}\n" for number in numbers)
