"""Who a record is about, and records entered twice."""

from datetime import date
from pathlib import Path

from tests.logs.support import STAFF_CSV, found, put, read, table

HEADER = "记录编号,工号,姓名,片区,走访日期,客户名称\n"


def visits(folder: Path, *rows: str, staff: str = STAFF_CSV) -> Path:
    return put(folder, {"花名册.csv": staff, "走访记录.csv": HEADER + "".join(row + "\n" for row in rows)})


def test_a_blank_id_is_filled_from_the_one_person_of_that_name_region_and_day(tmp_path: Path) -> None:
    tables = read(visits(tmp_path, "V1,,李　娜,豫北片区,2026-03-01,甲", "V2,,张伟,豫南片区,2026-03-01,乙"))
    assert table(tables, "visit", "record_id", "employee_id", "_bad") == [
        ("V1", "FW0013", None),
        ("V2", "FW0014", None),
    ]
    assert found(tables) == [
        ("note", "matched-by-name", "走访记录.csv", 2, "姓名", "李 娜"),
        ("note", "matched-by-name", "走访记录.csv", 3, "姓名", "张伟"),
    ]


def test_two_people_of_one_name_are_never_guessed(tmp_path: Path) -> None:
    tables = read(visits(tmp_path, "V1,,张伟,,2026-03-01,甲"))
    assert table(tables, "visit", "employee_id", "_bad") == [(None, ",employee_id,")]
    assert [(one.code, one.row, one.message.zh) for one in tables.problems if one.level == "error"] == [
        ("ambiguous-name", 2, "“张伟”有多人（FW0012、FW0014），不能认定是谁")
    ]


def test_a_name_nobody_has_on_that_day_stays_unknown(tmp_path: Path) -> None:
    tables = read(
        visits(
            tmp_path,
            "V1,,王五,,2026-03-01,甲",
            "V2,,李娜,,2026-10-01,甲",
            "V3,,张伟(大),,2026-03-01,甲",
            "V4,,,,2026-03-01,甲",
        )
    )
    assert table(tables, "visit", "employee_id", "_bad") == [(None, ",employee_id,")] * 3 + [(None, None)]
    assert [one[1:4] for one in found(tables)] == [("unknown-name", "走访记录.csv", row) for row in (2, 3, 4)]


def test_a_missing_id_column_is_made_up_by_names(tmp_path: Path) -> None:
    text = "记录编号,姓名,走访日期\nV1,李娜,2026-03-01\nV2,,2026-03-01\n"
    tables = read(put(tmp_path, {"花名册.csv": STAFF_CSV, "走访记录.csv": text}))
    assert table(tables, "visit", "record_id", "employee_id") == [("V1", "FW0013"), ("V2", None)]


def test_an_id_that_disagrees_with_its_name_is_unreadable(tmp_path: Path) -> None:
    tables = read(visits(tmp_path, "V1,FW0012,李娜,,2026-03-01,甲", "V2,fw0012,张 伟,,2026-03-01,甲"))
    assert table(tables, "visit", "employee_id", "_bad") == [(None, ",employee_id,"), ("FW0012", None)]
    assert found(tables) == [("warning", "name-mismatch", "走访记录.csv", 2, "工号", "FW0012")]


def test_an_id_nobody_has_is_named_with_the_likely_one(tmp_path: Path) -> None:
    staff = "工号,姓名,生效日期\n0012,张伟,2026-01-01\n"
    tables = read(
        visits(
            tmp_path, "V1,12,,,2026-03-01,甲", "V2,XX,,,2026-03-01,甲", "V3,XX,,,2026-03-02,甲", staff=staff
        )
    )
    assert [
        (one.code, one.row, one.found, one.hint.zh) for one in tables.problems if one.level == "warning"
    ] == [
        ("unknown-person", 2, "12", "是不是 0012？"),
        ("unknown-person", 3, "XX", "请核对工号，或补登花名册"),
    ]
    assert table(tables, "visit", "employee_id") == [("12",), ("XX",), ("XX",)]


def test_a_record_copied_into_two_files_counts_once(tmp_path: Path) -> None:
    row = "V1,FW0012,,,2026-03-01,甲\n"
    tables = read(
        put(tmp_path, {"a.csv": HEADER + row + row, "b.csv": HEADER + "V2,FW0012,,,2026-03-01,甲\n" + row})
    )
    assert table(tables, "visit", "record_id", "_src", "_row") == [("V1", 0, 2), ("V2", 1, 2)]
    assert [
        (one.code, one.file, one.row, one.message.zh)
        for one in tables.problems
        if one.code == "duplicate-row"
    ] == [
        ("duplicate-row", "a.csv", 3, "与 a.csv 第 2 行完全相同，只算一次"),
        ("duplicate-row", "b.csv", 3, "与 a.csv 第 2 行完全相同，只算一次"),
    ]
    assert [one.rows for one in tables.inputs] == [2, 2]


def test_rows_that_contradict_each_other_are_one_record_and_prove_nothing_where_they_differ(
    tmp_path: Path,
) -> None:
    tables = read(
        visits(
            tmp_path, "V1,FW0012,,,2026-03-01,甲", "V1,FW0012,,,2026-03-02,甲", "V2,FW0012,,,2026-03-01,甲"
        )
    )
    assert table(tables, "visit", "record_id", "employee_id", "visit_date", "customer", "_bad") == [
        ("V1", "FW0012", None, "甲", ",visit_date,"),
        ("V2", "FW0012", date(2026, 3, 1), "甲", None),
    ]
    assert [(one.code, one.row, one.message.zh) for one in tables.problems if one.level == "error"] == [
        ("duplicate-key", 2, "“V1”登记了不止一次，内容不一致：走访日期"),
        ("duplicate-key", 3, "“V1”登记了不止一次，内容不一致：走访日期（另见 走访记录.csv 第 2 行）"),
    ]


def test_records_without_their_key_are_no_duplicates(tmp_path: Path) -> None:
    tables = read(visits(tmp_path, ",FW0012,,,2026-03-01,甲", ",FW0012,,,2026-03-01,甲"))
    assert len(table(tables, "visit", "record_id")) == 2
