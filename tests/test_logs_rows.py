"""Lines that need no care are split without the reader of CSV, into the very cells it would give."""

from __future__ import annotations

import csv
import os

from hypothesis import given, settings
from hypothesis import strategies as st

from checker.logs.rows import records
from checker.logs.texts import MARKS

CASES = settings(max_examples=int(os.environ.get("CHECKER_CASES", "300")))
LINE = st.text("ab1, ,,;|\t'\"\\\r\0\u3000\u2028\x85\x0b中", max_size=10)


def by_csv(line: str, mark: str) -> list[str] | None:
    try:
        return next(
            csv.reader([f"{line}\n"], delimiter=mark, strict=True, skipinitialspace=mark != "\t"), None
        )
    except csv.Error:
        return None


@CASES
@given(LINE, st.sampled_from(MARKS))
def test_a_line_has_the_cells_that_the_reader_of_csv_finds(line, mark):
    [found] = records([line], mark)
    cells = by_csv(line, mark) if line else []
    assert (found.cells, found.broken) == (((), "unclosed-quote") if cells is None else (cells, ""))
