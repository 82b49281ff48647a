"""Large texts of one shape are read together, in order, and kept where a locked database can still read them."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from checker.database import DatabaseError, Execute, connect
from checker.logs import bigtext, bulk_store, duplicates, texts
from tests.logs.support import found, put, read

HEADER = "记录编号,工号,走访日期,客户名称,数量\n"


@pytest.fixture(autouse=True)
def every_text_is_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(texts, "SMALL", 0)
    monkeypatch.setattr(bulk_store, "PACKED", 0)


def months(count: int, rows: int) -> dict[str, str | bytes]:
    return {
        f"visit{month:02}.csv": HEADER
        + "".join(
            f"V{month:02}{n:06},FW{n % 7:04},2026-{month:02}-08,某某水泥有限公司,{n}.5\n" for n in range(rows)
        )
        for month in range(1, count + 1)
    }


def test_many_threads_keep_the_order_of_many_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bigtext, "LINE", 1 << 15)
    monkeypatch.setattr(bigtext, "BUFFER", 1 << 16)
    with connect(threads=4) as db:
        tables = read(put(tmp_path, months(5, 4000)), db)
        expected = [(f"V{month:02}{n:06}", month - 1, n + 2) for month in range(1, 6) for n in range(4000)]
        assert tables.rows("visit", ["record_id", "_src", "_row"]) == expected
    assert [one.rows for one in tables.inputs] == [4000] * 5


def test_rows_kept_in_a_file_are_read_when_the_database_is_locked(tmp_path: Path) -> None:
    with connect() as db:
        tables = read(put(tmp_path, months(2, 3)), db)
        db.lock()
        assert len(tables.rows("visit", ["record_id", "customer"])) == 6
        assert list(db.folder.glob("*.parquet"))


def test_each_file_keeps_its_own_rows_problems_and_oddities(tmp_path: Path) -> None:
    files = months(4, 3)
    files["visit02.csv"] = HEADER + "V2,FW1,十月八日,甲,1\n合计,,,,1\nV3,FW1,2026-02-09,乙,一吨\n"
    files["visit03.csv"] = (
        HEADER + 'V4,FW1,2026-03-08,甲\n\nV5,FW1,2026-03-09,"乙\n丙",2\n'
    )  # ragged, and a blank line
    files["visit04.csv"] = (
        HEADER + "V6,FW1,4月8日,甲,1\nV7,FW1,2026-04-09,乙,2\n"
    )  # a day that needs the year of its file
    tables = read(put(tmp_path, files))
    rows = tables.rows("visit", ["record_id", "visit_date", "_src", "_row", "_bad"])
    assert [(row[0], str(row[1]), *row[2:]) for row in rows[3:]] == [
        ("V2", "None", 1, 2, ",visit_date,"),
        ("V3", "2026-02-09", 1, 4, ",qty,"),
        ("V4", "2026-03-08", 2, 2, ",qty,"),
        ("V5", "2026-03-09", 2, 4, None),
        ("V6", "2026-04-08", 3, 2, None),
        ("V7", "2026-04-09", 3, 3, None),
    ]
    assert [one.rows for one in tables.inputs] == [3, 2, 2, 2]
    assert found(tables, "bad-date", "bad-number", "ragged-row", "rows-left-out") == [
        ("note", "rows-left-out", "visit02.csv", None, None, None),
        ("error", "bad-date", "visit02.csv", 2, "走访日期", "十月八日"),
        ("error", "bad-number", "visit02.csv", 4, "数量", "一吨"),
        ("note", "rows-left-out", "visit03.csv", None, None, None),
        ("error", "ragged-row", "visit03.csv", 2, None, None),
    ]


def test_a_copy_of_a_file_is_left_out_of_those_read_together(tmp_path: Path) -> None:
    files = months(3, 3)
    files["visit02.csv"] = files["visit01.csv"]
    tables = read(put(tmp_path, files))
    assert [one.file for one in tables.inputs] == ["visit01.csv", "visit03.csv"]
    assert tables.rows("visit", ["record_id", "_src"]) == [
        (f"V{month:02}{n:06}", src) for src, month in enumerate((1, 3)) for n in range(3)
    ]
    assert tables.logs["visit"].rows == 6


def test_a_file_whose_name_reads_as_a_pattern_is_read_alone(tmp_path: Path) -> None:
    files = months(2, 3)
    files["visit0[1].csv"] = HEADER + "V9,FW1,2026-01-08,甲,1\n"
    tables = read(put(tmp_path, files))
    assert {row[0] for row in tables.rows("visit", ["record_id"])} == {
        "V9", *(f"V{month:02}{n:06}" for month in (1, 2) for n in range(3)),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("keys", "rising"),
    [
        (["a1", "a2", "a3"], 3),
        (["a8", "a9", "a10", "a11"], 4),
        (["a1", "a3", "a2"], None),
        (["a1", "a1", "a2"], None),
        (["a10", "a9", "a10"], None),
        ([None, "a1", None, "a2"], 2),
        ([], 0),
    ],
)
def test_keys_that_rise_are_counted_and_others_are_not(keys: list[str | None], rising: int | None) -> None:
    with connect() as db:
        db.fill("t", [("k", "VARCHAR")], [[one] for one in keys])
        assert duplicates._rising(db, "t", "k") == rising


def test_jobs_at_once_see_one_database_and_leave_its_threads_as_they_were() -> None:
    with connect(threads=3) as db:
        db.run("create table t (n integer)")
        seen: list[int] = []

        def job(number: int, execute: Execute) -> None:
            execute(f"insert into t values ({number})")
            seen.append(execute("select current_setting('threads')")[0][0])

        db.at_once([partial(job, number) for number in range(5)])
        assert db.execute("from t order by n") == [(0,), (1,), (2,), (3,), (4,)]
        assert seen == [1] * 5
        assert db.execute("select current_setting('threads')") == [(3,)]


def test_a_job_that_is_refused_is_told_and_leaves_the_threads_as_they_were() -> None:
    with connect(threads=2) as db:
        with pytest.raises(DatabaseError, match="nowhere"):
            db.at_once([lambda execute: None, lambda execute: [*execute("from nowhere")] and None])
        assert db.execute("select current_setting('threads')") == [(2,)]


def test_a_cell_that_is_not_its_own_value_is_found_wherever_it_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk_store, "GROUP", 1)
    monkeypatch.setattr(bulk_store, "FIRST", 2)
    files = months(4, 5)
    files["visit03.csv"] = str(files["visit03.csv"]).replace("V03000003,FW0003", "V03000003,fw0003 ")
    files["visit04.csv"] = str(files["visit04.csv"]).replace("司,4.5", "司\u3000,4.5")
    tables = read(put(tmp_path, files))
    rows = tables.rows("visit", ["employee_id", "customer"])
    assert rows == [(f"FW{n % 7:04}", "某某水泥有限公司") for _ in range(4) for n in range(5)]
