"""Figures that the database writes as JSON are those that Python writes of the same hits, or are not written so."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checker.database import Database, connect, quote
from checker.findings import build
from checker.findings.figures import Gathered
from checker.findings.frames import Frame, frame
from checker.model import Hit, HitBatch, HitTable
from checker.packed import JsonRows
from checker.reports.json_lines import row_lines
from tests.findings_support import RUN, compiled, rule

TYPES = {
    "_outcome": "VARCHAR",
    "subject.employee_id": "VARCHAR",
    "subject.name": "VARCHAR",
    "period": "VARCHAR",
    "judged": "BOOLEAN",
    "value.count": "BIGINT",
    "value.share": "DECIMAL(38,6)",
    "value.score": "DECIMAL(9,2)",
    "value.whole": "DECIMAL(20,0)",
    "value.minutes": "BIGINT",
    "value.hours": "BIGINT",
    "value.seconds": "BIGINT",
    "value.met": "BOOLEAN",
    "value.note": "VARCHAR",
    "_src": "INTEGER",
    "_row": "BIGINT",
}
COLUMNS: dict[str, tuple[Any, str | None]] = {
    "count": ("int", None),
    "share": ("decimal", None),
    "score": ("decimal", None),
    "whole": ("decimal", None),
    "minutes": ("duration", None),
    "hours": ("duration", "hours"),
    "seconds": ("duration", "seconds"),
    "met": ("bool", None),
    "note": ("text", None),
}
PLAIN: tuple[Any, ...] = (
    "pass", "FW0012", "张伟", "2026-10", True, 3, Decimal("0.5"), Decimal("95"), Decimal(7), 57_000_000,
    5_400_000_000, 1_000_000, True, "无",
)  # fmt: skip


def framed() -> Frame:
    pack = compiled(rule("calls", kind="statistic", check_kind="measure", penalty=None))
    one = pack.rules["calls"]
    columns = {name: kind for name, kind in COLUMNS.items()}
    return frame(replace(pack, rules={"calls": replace(one, columns=columns, record_log=None)}), "calls")


FRAME = framed()


@pytest.fixture(scope="module")
def db():
    with connect() as made:
        yield made


def table(db: Database, rows: list[tuple[Any, ...]], types: dict[str, str] = TYPES) -> HitTable:
    name = quote(db.name("hits"))
    placed = [(*row, 0, at) for at, row in enumerate(rows)]
    db.fill(name, list(types.items()), placed)
    kept = [column for column in types if column[0] != "_"]

    def batch(some: list[tuple[Any, ...]]) -> HitBatch:
        hits = [Hit("calls", row[0], dict(zip(kept, row[1:], strict=False))) for row in some]
        columns = {column: [hit.values[column] for hit in hits] for column in kept}
        return HitBatch("calls", [hit.outcome for hit in hits], columns, hits.__getitem__)

    return HitTable("calls", db, name, db.columns(f"SELECT * FROM {name}"), batch)


def both(db: Database, rows: list[tuple[Any, ...]], types: dict[str, str] = TYPES) -> tuple[Any, Any]:
    """Give the figures of a table and those of the same hits by columns."""
    hits = table(db, rows, types)
    quick, slow = Gathered({"calls": FRAME}), Gathered({"calls": FRAME})
    quick.add_table(hits)
    for some in hits.batches():
        slow.add_batch(some)
    return quick.tables(), slow.tables()


def lines(tables: Any) -> list[str]:
    return [line for one in tables for line in row_lines(one.rows)]


def written(tables: Any) -> list[str]:
    return [line for one in tables for text in one.rows.texts() for line in text.split("\n")]


TEXTS = st.none() | st.sampled_from(["", "FW1", "FW10", "张伟", "𠮷", "é", "　", "\x7f", "null"])
ODD = st.sampled_from(['"', "\\", "\n", "\x00", "a\tb", "\x1f"])
MICROS = st.none() | st.integers(-(2**63), 2**63 - 1) | st.integers(-10_000_000_000, 10_000_000_000)


def decimals(digits: int, places: int) -> st.SearchStrategy[Decimal | None]:
    top = 10**digits - 1
    whole = st.integers(-top, top) | st.integers(-200, 200) | st.integers(-9, 9).map(lambda n: n * 10**places)
    return st.none() | whole.map(lambda n: Decimal(n).scaleb(-places))


ROW = st.tuples(
    st.sampled_from(["pass", "fail", "undetermined", "not_applicable", "no_data"]),
    TEXTS,
    TEXTS,
    TEXTS,
    st.sampled_from([True, False, None]),
    st.none() | st.integers(-(2**63), 2**63 - 1),
    decimals(20, 6),
    decimals(9, 2),
    decimals(20, 0),
    MICROS,
    MICROS,
    MICROS,
    st.none() | st.booleans(),
    TEXTS,
)


@given(st.lists(ROW, max_size=8))
def test_figures_of_a_table_are_those_of_its_hits(db, rows):
    quick, slow = both(db, rows)
    assert quick == slow
    assert lines(quick) == lines(slow)
    for one in quick:
        if isinstance(one.rows, JsonRows):
            assert written([one]) == lines(slow)


@given(decimals(12, 6), decimals(9, 2), st.integers(-(10**12), 10**12))
def test_numbers_of_the_usual_size_are_written_by_the_database(db, share, score, minutes):
    tiny = share is not None and share % 1 and abs(share) < Decimal("0.0001")
    row = (*PLAIN[:6], None if tiny else share, score, Decimal(7), minutes * 6_000, *PLAIN[10:])
    quick, slow = both(db, [row])
    assert isinstance(quick[0].rows, JsonRows)
    assert written(quick) == lines(slow)


@given(ODD, st.sampled_from([1, 2, 3, 13]))
def test_a_text_to_be_escaped_is_left_to_python(db, odd, at):
    row = (*PLAIN[:at], f"a{odd}", *PLAIN[at + 1 :])
    quick, slow = both(db, [PLAIN, row])
    assert not isinstance(quick[0].rows, JsonRows)
    assert quick == slow


@pytest.mark.parametrize(
    ("name", "kind", "value"),
    [
        ("value.note", "DATE", date(2026, 10, 13)),
        ("value.note", "TIMESTAMP", datetime(2026, 10, 13, 12)),
        ("value.count", "DECIMAL(9,2)", Decimal("3.50")),
        ("value.hours", "HUGEINT", 3_600_000_000),
        ("subject.name", "INTEGER", 3),
    ],
)
def test_a_column_of_another_type_is_left_to_python(db, name, kind, value):
    at = list(TYPES).index(name)
    hits = table(db, [(*PLAIN[:at], value, *PLAIN[at + 1 :])], {**TYPES, name: kind})
    gathered = Gathered({"calls": FRAME})
    gathered.add_table(hits)
    assert not isinstance(gathered.tables()[0].rows, JsonRows)


def test_the_numbers_of_json_are_written_as_python_writes_them(db):
    shares = ["0", "-0.5", "100", "0.1", "0.952381", "0.0001", "-12345678.123456", "123456789"]
    rows = [(*PLAIN[:3], f"{at}", True, 1, Decimal(text), *PLAIN[7:]) for at, text in enumerate(shares)]
    quick, _ = both(db, rows)
    assert [line.split(", ")[5] for line in written(quick)] == shares


@pytest.mark.parametrize("share", ["0.00001", "0.000099", "1234567890.123456"])
def test_a_part_of_a_number_that_python_may_write_otherwise_is_left_to_it(db, share):
    quick, slow = both(db, [(*PLAIN[:6], Decimal(share), *PLAIN[7:])])
    assert not isinstance(quick[0].rows, JsonRows)
    assert quick == slow


@pytest.mark.parametrize(
    ("micros", "said"),
    [(30, "0"), (90, "2e-06"), (57_000_000, "0.95"), (600_000_030, "10"), (600_000_090, "10.000002")],
)
def test_half_a_millionth_of_a_minute_goes_to_the_even_one(db, micros, said):
    quick, slow = both(db, [(*PLAIN[:9], micros, *PLAIN[10:])])
    assert [line.split(", ")[8] for line in lines(slow)] == [said]
    assert quick == slow
    assert isinstance(quick[0].rows, JsonRows) == ("e" not in said)


def test_a_table_without_figures_is_no_statistic(db):
    quick, slow = both(db, [("not_applicable", *PLAIN[1:]), (*PLAIN[:4], False, *PLAIN[5:])])
    assert quick == slow == ()


def test_a_statistic_as_a_table_is_counted_and_what_cannot_be_told_is_a_finding(db):
    words = ["pass", "fail", "not_applicable", "undetermined", "pass"]
    rows = [(word, f"FW001{at}", *PLAIN[2:]) for at, word in enumerate(words)]
    rows[-1] = (*rows[-1][:4], False, *rows[-1][5:])
    pack = compiled(rule("calls", kind="statistic", check_kind="measure", penalty=None))
    done = build(pack, [], None, RUN, listed=[table(db, rows)], all_findings=False)
    assert [(one.outcome, one.subject["employee_id"]) for one in done.findings] == [
        ("undetermined", "FW0013")
    ]
    assert done.by_rule == {"calls": {"undetermined": 1, "not_applicable": 3}}
    assert len(done.statistics[0].rows) == 3
