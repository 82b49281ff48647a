"""The pieces of a log hold every row once, and beside each piece stand all rows that it can meet."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checker.database import Database, connect
from checker.engines.pieces import WHOLE, pieces
from checker.engines.relations import Chain, link_of
from checker.plan.nodes import Col, Lookup, Match

STEP = Lookup("card", "cards", (Match(Col("key", "text"), Col("key", "text", "other")),), ())
CHAIN = Chain({"visits": "visits", "cards": "cards"}, None, lambda step: True, lambda log, match: False)
DAYS = st.none() | st.sampled_from(["2026-01-01", "2026-01-02", "2026-01-03", "2026-01-04", "2062-01-01"])
KEYS = st.none() | st.text("0123456789一", max_size=2)


@pytest.fixture(scope="module")
def db() -> Any:
    with connect(threads=1) as one:
        yield one


def cut(db: Database, rows: list[tuple[str | None, str | None]], size: int) -> Any:
    db.run("drop table if exists visits")
    db.fill("visits", [("day", "DATE"), ("key", "VARCHAR")], rows)
    return pieces(db, CHAIN, "visits", frozenset({"day", "key"}), "day", [STEP], ["cards"], size)


def count(db: Database, sql: str) -> int:
    return int(db.execute(f"select count(*) from {sql}")[0][0])


@settings(max_examples=300, derandomize=True, deadline=None)
@given(st.lists(st.tuples(DAYS, KEYS), max_size=12), st.integers(1, 4), st.lists(KEYS, max_size=8))
def test_every_row_is_in_one_piece_and_meets_there_what_it_meets_in_the_whole(
    db: Database, rows: list[tuple[str | None, str | None]], size: int, cards: list[str | None]
) -> None:
    found = cut(db, sorted(rows, key=lambda row: (row[0] or "", row[1] or "")), size)
    db.run("drop table if exists cards")
    db.fill("cards", [("key", "VARCHAR")], [(key,) for key in cards])
    met = [
        count(db, f"(select * from visits t where {one.where}) t join {one.near.get(link_of(STEP), 'cards')} o using (key)")
        for one in found
    ]  # fmt: skip
    assert sum(count(db, f"visits t where {one.where}") for one in found) == len(rows)
    assert sum(met) == count(db, "visits join cards using (key)")


def test_registers_in_the_order_of_time_are_cut_at_days_and_rows_without_one_stay_apart(db: Database) -> None:
    rows = [(f"2026-01-0{day}", f"R{day}{n}") for day in (1, 2, 3) for n in range(2)]
    found = cut(db, [*rows, (None, "R99")], 2)
    assert [one.where for one in found] == [
        't."day" IS NULL',
        't."day" IS NOT NULL AND t."day" < DATE \'2026-01-02\'',
        't."day" IS NOT NULL AND t."day" >= DATE \'2026-01-02\' AND t."day" < DATE \'2026-01-03\'',
        't."day" IS NOT NULL AND t."day" >= DATE \'2026-01-03\'',
    ]
    assert [one.near[link_of(STEP)] for one in found][:2] == [
        '(SELECT * FROM cards o WHERE (o."key") IN (SELECT t."key" FROM visits t WHERE t."day" IS NULL))',
        "(SELECT * FROM cards o WHERE (o.\"key\") >= 'R10' AND (o.\"key\") <= 'R11')",
    ]


@pytest.mark.parametrize(
    ("day", "key"), [("10000-01-01", "R1"), ("infinity", "R1"), ("-infinity", "R1"), ("2026-01-01", "R\0")]
)
def test_a_log_with_a_day_or_a_key_that_cannot_be_said_again_is_taken_whole(
    db: Database, day: str, key: str
) -> None:
    db.run("drop table if exists visits")
    db.run("create table visits as select day::date as day, 'R' || i as key from (values (date '2026-01-01', 1), (date '2026-01-02', 2)) v(day, i)")  # fmt: skip
    db.run("insert into visits values (?::date, ?)", [day, key])
    assert pieces(db, CHAIN, "visits", frozenset({"day", "key"}), "day", [STEP], ["cards"], 1) is WHOLE
