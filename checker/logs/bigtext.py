"""Large delimited text, read by DuckDB in parallel, no row of it by Python; unless it is broken.

First strictly; where rows are ragged, with padding; where even that fails (mixed line ends, stray quotes, bytes
that are no text), Python reads the file record by record, slowly and with bounded memory. All three agree.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import chain, islice
from pathlib import Path

from checker.database import Database, literal
from checker.logs.cells import LOST, SPACES
from checker.logs.headers import Header
from checker.logs.rows import BROKEN, fit, lines_of, records, without_tail
from checker.logs.sources import Raw
from checker.logs.texts import Scan

_EXTRA = 8
HELD = 300_000
"""How many cells of a source Python reads itself; from there on the database is faster."""
LINE = 4 << 20
BUFFER: int | None = None
"""Bytes a thread of DuckDB reads at a time, None for its default."""


def quick(path: Path, scan: Callable[[], Scan], mark: str, header: Header) -> Iterator[Raw]:
    """Give the two ways DuckDB may read a UTF-8 file below its header, the faster first."""
    skip = header.row + header.rows
    lines = lines_below(scan, skip + header.breaks)
    for sql in (strict(path, mark, len(header.names), skip), _padded(path, mark, header, skip)):
        yield Raw(sql, len(header.names), None, skip + 1, lines)


def lines_below(scan: Callable[[], Scan], above: int) -> Callable[[], int]:
    """Give what tells how many lines there are below the header; a negative number: do not trust DuckDB with this file."""

    def lines() -> int:
        one = scan()
        body = one.ends + (not one.closed) - one.tail - above
        return -1 if one.nul or one.odd_ends or one.open_quote else body

    return lines


def together(paths: Sequence[Path], mark: str, width: int, skip: int, first: int = 0) -> str:
    """Give the FROM item of many files of one shape, with `_f`, the number of the file from `first` on; odd lines are
    passed over.
    """
    listed = ", ".join(literal(path.as_posix()) for path in paths)
    read = _columns(_reader(f"[{listed}]", mark, skip), width)
    return f"(select *, (file_index + {first})::integer as _f from {read}, ignore_errors = true))"


def strict(path: Path, mark: str, width: int, skip: int) -> str:
    """Give the FROM item of one file, which must fit its header in every line."""
    return f"{_columns(_reader(literal(path.as_posix()), mark, skip), width)})"


def _columns(reader: str, width: int) -> str:
    listed = ", ".join(f"'c{i}': 'VARCHAR'" for i in range(width))
    return f"{reader}, columns = {{{listed}}}"


def all_there(db: Database, raw: Raw, rows: int) -> bool:
    """Tell whether every line is accounted for, so that row numbers are right.

    DuckDB drops blank lines without a word, and they would shift every number after them; line breaks inside quoted
    cells are no rows.
    """
    expected = raw.lines() if raw.lines else rows
    if rows == expected or expected < 0:
        return rows == expected
    inner = (f"coalesce(sum(length(c{i}) - length(replace(c{i}, chr(10), ''))), 0)" for i in range(raw.width))
    return rows + int(db.execute(f"select {' + '.join(inner)} from {raw.sql}")[0][0]) == expected


def rows_raw(db: Database, cells: Iterator[tuple[int, list[str | None]]], width: int) -> Raw:
    """Give raw cells that Python has read: few are held, many go into the database."""
    first = list(islice(cells, HELD // max(width, 1)))
    rest = next(cells, None)
    if rest is None and HELD:
        return Raw("", width, held=first)
    table = db.name("raw")
    columns = [("n", "BIGINT"), *((f"c{i}", "VARCHAR") for i in range(width))]
    every = chain(first, [] if rest is None else [rest], cells)
    db.fill(table, columns, ([number, *row] for number, row in every))
    return Raw(table, width, "n")


def needed_width(header: Header) -> int:
    """Give how many cells a record must have at least: up to the last column with a header."""
    return max((i + 1 for i, name in enumerate(header.names) if name.strip()), default=0)


def slow(db: Database, path: Path, mark: str, header: Header) -> Raw:
    """Give the raw cells of any text, read by Python record by record."""
    width, least = len(header.names), needed_width(header)

    def cells() -> Iterator[tuple[int, list[str | None]]]:
        with path.open(encoding="utf-8-sig", errors="replace", newline=None) as stream:
            for one in records(without_tail(line.replace("\0", LOST) for line in lines_of(stream)), mark):
                if one.number > header.row + header.rows:
                    yield one.number, [BROKEN] * width if one.broken else fit(one.cells, width, least)[0]

    return rows_raw(db, cells(), width)


def _padded(path: Path, mark: str, header: Header, skip: int) -> str:
    """Give the FROM item that pads short rows: missing cells and rows too long hold the mark of broken records."""
    names = [f"c{i}" for i in range(len(header.names))]
    more = [f"e{i}" for i in range(_EXTRA)]
    columns = ", ".join(f"'{name}': 'VARCHAR'" for name in names + more)
    source = f"{_reader(literal(path.as_posix()), mark, skip)}, columns = {{{columns}}}, null_padding = true, nullstr = '\x01', parallel = false)"
    broken = literal(BROKEN)
    long, any_cell = (f"trim(concat({', '.join(one)}), {literal(SPACES)}) <> ''" for one in (more, names))
    least = needed_width(header)
    short = [
        f" when {name} is null and {any_cell} then {broken}" if i < least else ""
        for i, name in enumerate(names)
    ]
    cells = [
        f"case when {long} then {broken}{cut} else nullif({name}, '') end as {name}"
        for name, cut in zip(names, short, strict=True)
    ]
    return f"(select {', '.join(cells)} from {source})"


def _reader(paths: str, mark: str, skip: int) -> str:
    buffer = f", buffer_size = {BUFFER}" if BUFFER else ""
    options = (
        "header = false, auto_detect = false, quote = '\"', escape = '\"', hive_partitioning = false,"
        f" max_line_size = {LINE}{buffer}"
    )
    return f"read_csv({paths}, {options}, delim = {literal(mark)}, skip = {skip}"
