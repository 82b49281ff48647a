"""Files of every sort with the same content give the same typed rows; what cannot be read is named."""

import shutil
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from checker.database import connect
from checker.diagnostics import UsageError
from checker.logs import texts
from checker.model import Input
from tests.logs.support import STAFF_CSV, found, jsonl, ods, put, read, table, xls, xlsx

HEADER = ["记录编号", "工号", "走访日期", "开始时间", "客户名称", "数量", "方式", "客户签字", "填表时间"]
ROWS = [
    HEADER,
    ["V1", "FW0012", "2026-10-08", "09:30", "青山水泥", "12.5", "现场", "是", "2026-10-08 20:40"],
    ["V2", "fw0013", "2026年10月9日", "下午3点", "华信, 建材", "1,200.00", "上门", "×", "2026/10/9 8:05"],
    ["V3", "FW0014", "2026年9月31日", "", "—", "/", "", "", ""],
]
FIELDS = (
    "record_id",
    "employee_id",
    "visit_date",
    "start_time",
    "customer",
    "qty",
    "mode",
    "signed",
    "entered_at",
    "_bad",
)
HOUR = 3_600_000_000
TYPED = [
    ("V1", "FW0012", date(2026, 10, 8), 9 * HOUR + HOUR // 2, "青山水泥", Decimal("12.500"), "现场", True,
     datetime(2026, 10, 8, 20, 40), None),
    ("V2", "FW0013", date(2026, 10, 9), 15 * HOUR, "华信, 建材", Decimal("1200.000"), "现场", False,
     datetime(2026, 10, 9, 8, 5), None),
    ("V3", "FW0014", None, None, None, None, None, None, None, ",visit_date,"),
]  # fmt: skip
CSV = "\n".join(",".join(f'"{cell}"' if "," in cell else cell for cell in row) for row in ROWS) + "\n"


def parquet(path: Path) -> None:
    source = path.with_suffix(".tmp.csv")
    source.write_text(CSV, encoding="utf-8")
    connect().run(
        f"copy (from read_csv('{source.as_posix()}', all_varchar = true)) to '{path.as_posix()}' (format parquet)"
    )
    source.unlink()


WRITERS: dict[str, Callable[[Path], Any]] = {
    "a.csv": lambda path: path.write_text(CSV, encoding="utf-8"),
    "bom.csv": lambda path: path.write_text(CSV, encoding="utf-8-sig"),
    "gbk.csv": lambda path: path.write_bytes(CSV.encode("gbk")),
    "utf16.csv": lambda path: path.write_bytes(CSV.encode("utf-16")),
    "utf16-without-bom.csv": lambda path: path.write_bytes(CSV.encode("utf-16-le")),
    "crlf.csv": lambda path: path.write_bytes(CSV.replace("\n", "\r\n").encode()),
    "cr.csv": lambda path: path.write_bytes(CSV.replace("\n", "\r").encode()),
    "tab.tsv": lambda path: path.write_text("\n".join("\t".join(row) for row in ROWS), encoding="utf-8"),
    "semicolon.csv": lambda path: path.write_text("\n".join(";".join(row) for row in ROWS), encoding="utf-8"),
    "lines.jsonl": lambda path: path.write_text(jsonl(ROWS), encoding="utf-8"),
    "csv-called.xls": lambda path: path.write_bytes(CSV.encode("gbk")),
    "csv-called.xlsx": lambda path: path.write_text(CSV, encoding="utf-8"),
    "a.xlsx": lambda path: xlsx(path, {"走访": ROWS}),
    "xlsx-called.csv": lambda path: shutil.move(xlsx(path.with_suffix(".xlsx"), {"走访": ROWS}), path),
    "a.xls": lambda path: xls(path, "走访", ROWS),
    "a.ods": lambda path: ods(path, "走访", ROWS),
    "a.parquet": parquet,
}


@pytest.mark.parametrize("name", list(WRITERS))
def test_the_same_content_gives_the_same_typed_rows_whatever_the_file(tmp_path: Path, name: str) -> None:
    WRITERS[name](tmp_path / name)
    tables = read(tmp_path)
    assert table(tables, "visit", *FIELDS) == TYPED
    first = 1 if name in ("a.parquet", "lines.jsonl") else 2
    assert table(tables, "visit", "_src", "_row") == [(0, first), (0, first + 1), (0, first + 2)]
    assert found(tables, "bad-date") == [("error", "bad-date", name, first + 2, "走访日期", "2026年9月31日")]


@pytest.mark.parametrize(
    "name", ["a.csv", "gbk.csv", "utf16.csv", "crlf.csv", "tab.tsv", "semicolon.csv", "cr.csv"]
)
def test_a_large_text_file_reads_like_a_small_one(
    tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(texts, "SMALL", 0)
    WRITERS[name](tmp_path / name)
    tables = read(tmp_path)
    assert table(tables, "visit", *FIELDS, "_row") == [(*row, number) for number, row in enumerate(TYPED, 2)]
    assert found(tables) == [("error", "bad-date", name, 4, "走访日期", "2026年9月31日")]


RAGGED = """走访记录 2026年10月

记录编号,工号,走访日期,客户名称
V1,FW0012,2026-10-08,甲

V2,FW0012
V3,FW0012,2026-10-08,乙,丙
V4,FW0012,2026-10-08,"丁
戊"
V5,FW0012,2026-10-08,己,
记录编号,工号,走访日期,客户名称
合计,,,4
制表：李敏,,审核：王芳,
"""
RAGGED_ROWS = [
    ("V1", date(2026, 10, 8), "甲", None, 4),
    ("V2", None, None, ",visit_date,customer,", 6),
    (None, None, None, ",record_id,employee_id,visit_date,customer,", 7),
    ("V4", date(2026, 10, 8), "丁\n戊", None, 8),
    ("V5", date(2026, 10, 8), "己", None, 9),
]


@pytest.mark.parametrize("small", [0, 1 << 20])
def test_rows_keep_their_numbers_past_titles_blank_lines_line_breaks_and_ragged_rows(
    tmp_path: Path, small: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(texts, "SMALL", small)
    tables = read(put(tmp_path, {"a.csv": RAGGED}))
    assert table(tables, "visit", "record_id", "visit_date", "customer", "_bad", "_row") == RAGGED_ROWS
    assert found(tables, "ragged-row", "rows-left-out") == [
        ("note", "rows-left-out", "a.csv", None, None, None),
        ("error", "ragged-row", "a.csv", 6, None, None),
        ("error", "ragged-row", "a.csv", 7, None, None),
    ]
    assert [one.message.zh for one in tables.problems if one.code == "rows-left-out"] == [
        "不作为记录：空行 1 行、重复表头 1 行、合计或签字行 2 行"
    ]


def test_ragged_rows_without_blank_lines_are_read_by_the_database_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(texts, "SMALL", 0)
    text = "记录编号,工号,走访日期,客户名称\nV1,FW0012,2026-10-08,甲\nV2,FW0012\nV3,FW0012,2026-10-08,乙,丙\nV5,FW0012,2026-10-08,己,\n"
    tables = read(put(tmp_path, {"a.csv": text}))
    assert table(tables, "visit", "record_id", "customer", "_bad", "_row") == [
        ("V1", "甲", None, 2),
        ("V2", None, ",visit_date,customer,", 3),
        (None, None, ",record_id,employee_id,visit_date,customer,", 4),
        ("V5", "己", None, 5),
    ]


def test_an_unclosed_quote_spoils_its_own_row_only(tmp_path: Path) -> None:
    text = '记录编号,工号,走访日期,客户名称\nV1,FW0012,2026-10-08,"甲\nV2,FW0012,2026-10-09,乙\nV3,FW0012,2026-10-10,丙\n'
    tables = read(put(tmp_path, {"a.csv": text}))
    assert table(tables, "visit", "record_id", "_row") == [(None, 2), ("V2", 3), ("V3", 4)]
    assert found(tables, "ragged-row") == [("error", "ragged-row", "a.csv", 2, None, None)]


def test_a_cell_of_two_million_letters_spoils_its_own_row_only(tmp_path: Path) -> None:
    text = (
        f"记录编号,工号,走访日期,客户名称\nV1,FW0012,2026-10-08,{'x' * 5_000_000}\nV2,FW0012,2026-10-09,乙\n"
    )
    tables = read(put(tmp_path, {"a.csv": text}))
    assert table(tables, "visit", "record_id", "_row") == [(None, 2), ("V2", 3)]


def test_bytes_that_are_no_text_spoil_their_own_cells_only(tmp_path: Path) -> None:
    text = (
        "记录编号,工号,走访日期,客户名称\nV1,FW0012,2026-10-08,甲".encode()
        + b"\xff\xfe\nV2,FW0012,2026-10-09,\0b\n"
    )
    tables = read(put(tmp_path, {"a.csv": text}))
    assert table(tables, "visit", "record_id", "customer", "_bad") == [
        ("V1", None, ",customer,"),
        ("V2", None, ",customer,"),
    ]
    assert found(tables) == [
        ("error", "bad-encoding", "a.csv", None, None, None),
        ("error", "bad-text", "a.csv", 2, "客户名称", "甲��"),
        ("error", "bad-text", "a.csv", 3, "客户名称", "�b"),
    ]


def test_headers_are_found_under_titles_in_any_order_and_spelling(tmp_path: Path) -> None:
    text = "某公司2026年10月走访记录,,,,\n单位：吨,,,,\n 数量（吨）,用户名称,编号,日 期,员工编号\n12.5,甲,V1,2026-10-08,FW0012\n"
    tables = read(put(tmp_path, {"x.csv": text}))
    assert table(tables, "visit", "record_id", "employee_id", "visit_date", "customer", "qty", "_row") == [
        ("V1", "FW0012", date(2026, 10, 8), "甲", Decimal("12.500"), 4)
    ]


def test_field_names_are_accepted_as_headers(tmp_path: Path) -> None:
    tables = read(put(tmp_path, {"x.csv": "record_id,employee_id,visit_date\nV1,FW0012,2026-10-08\n"}))
    assert table(tables, "visit", "record_id", "visit_date") == [("V1", date(2026, 10, 8))]


def test_two_row_headers_with_merged_cells_are_joined(tmp_path: Path) -> None:
    rows: list[list[Any]] = [
        ["走访记录表"],
        ["记录编号", "工号", "走访日期", "服务时间", "", "客户\n名称"],
        ["", "", "", "开始", "结束", ""],
        ["V1", "FW0012", date(2026, 10, 8), "9:30", "11:10", "甲"],
    ]
    merges = [(1, 0, 2, 0, "记录编号"), (1, 3, 1, 4, "服务时间"), (1, 5, 2, 5, "客户\n名称")]
    xlsx(tmp_path / "a.xlsx", {"S": rows}, merges)
    assert table(read(tmp_path), "visit", "record_id", "start_time", "end_time", "customer", "_row") == [
        ("V1", 9 * HOUR + HOUR // 2, 11 * HOUR + HOUR // 6, "甲", 4)
    ]


def test_merged_cells_are_filled_down_and_rows_count_as_excel_shows_them(tmp_path: Path) -> None:
    rows: list[list[Any]] = [
        [], [], ["", *HEADER[:3], "客户名称"],
        ["", "V1", "FW0012", "", "甲"], ["", "V2", "FW0012", "", "乙"], [], ["", "V3", "FW0012", date(2026, 10, 9), "丙"],
        ["", "合计", "", "", 3], ["", "制表：李敏", "", "", ""], ["", "以上数据截至10月31日，未含退货。"],
    ]  # fmt: skip
    xlsx(tmp_path / "a.xlsx", {"S": rows}, [(3, 3, 4, 3, "2026-10-08")])
    tables = read(tmp_path)
    assert table(tables, "visit", "record_id", "visit_date", "_row") == [
        ("V1", date(2026, 10, 8), 4), ("V2", date(2026, 10, 8), 5), ("V3", date(2026, 10, 9), 7),
    ]  # fmt: skip
    assert found(tables) == [
        ("note", "rows-left-out", "a.xlsx", None, None, None),
        ("warning", "note-row", "a.xlsx", 10, None, None),
    ]


def test_cells_of_a_workbook_come_typed(tmp_path: Path) -> None:
    rows: list[list[Any]] = [
        HEADER,
        [100037, 12, date(2026, 10, 8), (0.3125,), "甲", 12.3, "现场", True, datetime(2026, 10, 8, 7, 30)],
        ["V2", "0012", 46303, "7:30", 5, 0.1 + 0.2, "现场", 0, 46303.3125],
        ["V3", "FW1", 10.8, "", "", "", "", "", ""],
        ["V4", "FW1", 10.1, "", "", "", "", "", ""],
    ]
    xlsx(tmp_path / "2026年.xlsx", {"S": rows})
    day, clock = date(2026, 10, 8), 7 * HOUR + HOUR // 2
    assert table(read(tmp_path), "visit", *FIELDS) == [
        (
            "100037",
            "12",
            day,
            clock,
            "甲",
            Decimal("12.300"),
            "现场",
            True,
            datetime(2026, 10, 8, 7, 30),
            None,
        ),
        ("V2", "0012", day, clock, "5", Decimal("0.300"), "现场", False, datetime(2026, 10, 8, 7, 30), None),
        ("V3", "FW1", day, None, None, None, None, None, None, None),
        ("V4", "FW1", None, None, None, None, None, None, None, ",visit_date,"),
    ]


def test_formula_errors_of_a_workbook_are_unreadable_not_blank(tmp_path: Path) -> None:
    import xlsxwriter

    book = xlsxwriter.Workbook(str(tmp_path / "a.xlsx"))
    sheet = book.add_worksheet("S")
    sheet.write_row(0, 0, ["记录编号", "工号", "走访日期", "客户名称"])
    sheet.write_row(1, 0, ["V1", "FW0012", "2026-10-08"])
    sheet.write_formula(1, 3, "=NA()", None, "#N/A")
    sheet.write_row(2, 0, ["V2", "FW0012"])
    sheet.write_formula(2, 2, "=1/0", None, "#DIV/0!")
    book.close()
    tables = read(tmp_path)
    assert table(tables, "visit", "record_id", "customer", "visit_date", "_bad") == [
        ("V1", None, date(2026, 10, 8), ",customer,"), ("V2", None, None, ",visit_date,"),
    ]  # fmt: skip
    assert found(tables) == [
        ("error", "cell-error", "a.xlsx", 2, "客户名称", "#N/A"),
        ("error", "cell-error", "a.xlsx", 3, "走访日期", "#DIV/0!"),
    ]


def test_every_sheet_is_read_hidden_ones_are_named_others_too(tmp_path: Path) -> None:
    import xlsxwriter

    book = xlsxwriter.Workbook(str(tmp_path / "a.xlsx"))
    for name, number, hidden in (("9月", 1, True), ("10月", 2, False)):
        sheet = book.add_worksheet(name)
        sheet.write_row(0, 0, HEADER[:3])
        sheet.write_row(1, 0, [f"V{number}", "FW0012", "2026-10-08"])
        if hidden:
            sheet.hide()
    book.add_worksheet("空")
    book.add_worksheet("说明").write_row(0, 0, ["品名", "单价", "走访日期"])
    book.get_worksheet_by_name("10月").activate()
    book.close()
    tables = read(tmp_path)
    assert [(one.file, one.sheet, one.log, one.rows) for one in tables.inputs] == [
        ("a.xlsx", "9月", "visit", 1), ("a.xlsx", "10月", "visit", 1),
    ]  # fmt: skip
    assert [(one.level, one.code, one.sheet) for one in tables.problems if one.level == "warning"] == [
        ("warning", "hidden-sheet", "9月"), ("warning", "not-recognised", "说明"),
    ]  # fmt: skip


def test_a_missing_needed_column_is_unreadable_in_every_row_and_an_optional_one_blank(tmp_path: Path) -> None:
    tables = read(
        put(
            tmp_path,
            {
                "a.csv": "记录编号,工号,客户名称\nV1,FW0012,甲\nV2,FW0013,乙\n",
                "走访记录.csv": "记录编号,工号\nV3,FW0012\n",
            },
        )
    )
    assert table(tables, "visit", "record_id", "visit_date", "signed", "_bad") == [
        ("V1", None, None, ",visit_date,"), ("V2", None, None, ",visit_date,"), ("V3", None, None, ",visit_date,"),
    ]  # fmt: skip
    assert found(tables, "missing-column")[0] == ("error", "missing-column", "a.csv", None, "走访日期", None)


def test_unknown_and_double_columns_are_named(tmp_path: Path) -> None:
    text = "记录编号,工号,走访日期,天气,日期\nV1,FW0012,2026-10-08,晴,2026-10-09\n"
    tables = read(put(tmp_path, {"a.csv": text}))
    assert table(tables, "visit", "visit_date") == [(date(2026, 10, 8),)]
    said = [(one.level, one.code, one.message.zh) for one in tables.problems]
    assert [one for one in said if one[1] in ("double-column", "unknown-columns")] == [
        ("warning", "double-column", "列“日期”与另一列重复，只用更合适的一列"),
        ("note", "unknown-columns", "不使用这些列：天气"),
    ]


def test_totals_and_signatures_are_left_out_whatever_stands_in_their_date_column(tmp_path: Path) -> None:
    rows = [
        "V1,FW0012,2026-10-08,甲",
        "合计,,共121条,9",
        "总计：,,,",
        "制表：李敏,,审核：王芳,",
        "Total,,,3",
        "审核,FW0012,2026年10月8日,丙",
    ]
    tables = read(put(tmp_path, {"a.csv": "记录编号,工号,走访日期,客户名称\n" + "\n".join(rows)}))
    assert table(tables, "visit", "record_id", "visit_date", "_row") == [
        ("V1", date(2026, 10, 8), 2),
        ("审核", date(2026, 10, 8), 7),
    ]


def test_the_name_of_file_or_sheet_settles_a_tie(tmp_path: Path) -> None:
    text = "记录编号,工号,开始时间,结束时间\nX1,FW0012,2026-10-08 08:00,2026-10-08 18:00\n"
    tables = read(put(tmp_path, {"请假记录.csv": text, "sub/leave.csv": text.replace("X1", "X2")}))
    assert [one.log for one in tables.inputs] == ["leave", "leave"]


def test_what_is_passed_over_is_named_and_the_rest_is_read(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "花名册.csv": STAFF_CSV, "~$花名册.xlsx": b"x", ".hidden.csv": STAFF_CSV, "空.csv": b"", "a.pdf": b"%PDF-1.7", "b.jpg": b"\xff\xd8\xff\xe0",
        "c.docx": b"PK\x03\x04zz", "README.md": "x", "make.py": "x", "rules.yaml": "x", "d.xls": "<html><table><tr><td>工号",
        "e.xlsx": b"PK\x03\x04 not a zip", "f.xls": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "g.parquet": b"PAR1 no", "h.csv": "品名,单价\n水泥,3\n",
        "sub/~$x.xlsx": b"x",
    }  # fmt: skip
    tables = read(put(tmp_path, files))
    assert found(tables) == [
        ("note", "hidden-file", ".hidden.csv", None, None, None),
        ("warning", "unsupported-file", "a.pdf", None, None, None),
        ("warning", "unsupported-file", "b.jpg", None, None, None),
        ("warning", "unsupported-file", "c.docx", None, None, None),
        ("error", "html-file", "d.xls", None, None, None),
        ("error", "bad-workbook", "e.xlsx", None, None, None),
        ("error", "bad-workbook", "f.xls", None, None, None),
        ("error", "bad-parquet", "g.parquet", None, None, None),
        ("warning", "not-recognised", "h.csv", None, None, "品名、单价"),
        ("note", "lock-file", "sub/~$x.xlsx", None, None, None),
        ("note", "lock-file", "~$花名册.xlsx", None, None, None),
        ("warning", "empty-file", "空.csv", None, None, None),
    ]
    assert [one.log for one in tables.inputs] == ["staff_roster"]


def test_no_log_at_all_is_a_usage_error(tmp_path: Path) -> None:
    for files in ({}, {"h.csv": "品名,单价\n水泥,3\n"}):
        with pytest.raises(UsageError, match="no-logs"):
            read(put(tmp_path, files))
    with pytest.raises(UsageError, match="no-such-input"):
        read(tmp_path / "nothing")


def test_a_zip_bomb_and_a_stray_far_cell_are_refused(tmp_path: Path) -> None:
    import zipfile

    put(tmp_path, {"花名册.csv": STAFF_CSV})
    with zipfile.ZipFile(tmp_path / "bomb.xlsx", "w", zipfile.ZIP_DEFLATED) as out:
        out.writestr("xl/workbook.xml", "<x/>")
        with out.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as part:
            for _ in range(120):
                part.write(b" " * (1 << 20))
    xlsx(tmp_path / "far.xlsx", {"S": [HEADER]})
    import xlsxwriter

    book = xlsxwriter.Workbook(str(tmp_path / "far.xlsx"))
    sheet = book.add_worksheet("S")
    sheet.write_row(0, 0, HEADER)
    sheet.write(1_048_575, 16_383, "x")
    book.close()
    assert found(read(tmp_path)) == [
        ("error", "zip-bomb", "bomb.xlsx", None, None, None), ("error", "zip-bomb", "far.xlsx", None, None, None),
    ]  # fmt: skip


def test_names_shown_are_relative_to_the_argument_and_sorted(tmp_path: Path) -> None:
    one = "记录编号,工号,走访日期\n{0},FW0012,2026-10-08\n"
    put(
        tmp_path,
        {"九月/v.csv": one.format("A"), "十月/v.csv": one.format("B"), "十月/x/w.csv": one.format("C")},
    )
    assert [i.file for i in read([tmp_path]).inputs] == ["九月/v.csv", "十月/v.csv", "十月/x/w.csv"]
    tables = read([tmp_path / "十月", tmp_path / "九月", tmp_path / "九月" / "v.csv"])
    assert [i.file for i in tables.inputs] == ["x/w.csv", "九月/v.csv", "十月/v.csv"]
    assert table(tables, "visit", "record_id") == [("C",), ("A",), ("B",)]


def test_an_empty_file_with_a_header_is_data(tmp_path: Path) -> None:
    tables = read(put(tmp_path, {"走访记录.csv": ",".join(HEADER) + "\n", "花名册.csv": STAFF_CSV}))
    assert tables.logs["visit"].rows == 0
    assert (tables.has_empty_file("visit"), tables.has_empty_file("staff_roster")) == (True, False)
    assert [one.rows for one in tables.inputs] == [3, 0]


def test_months_with_rows_are_their_first_days(tmp_path: Path) -> None:
    tables = read(
        put(
            tmp_path,
            {"a.csv": "记录编号,工号,走访日期\nV1,FW0012,2026-10-08\nV2,FW0012,2026-08-31\nV3,FW0012,\n"},
        )
    )
    assert tables.months_with_rows("visit") == {date(2026, 8, 1), date(2026, 10, 1)}
    assert tables.months_with_rows("leave") == set()


def test_a_copy_of_a_file_is_read_once(tmp_path: Path) -> None:
    tables = read(put(tmp_path, {"a.csv": CSV, "a(1)(最终版).csv": CSV}))
    assert [(one.file, one.rows) for one in tables.inputs] == [("a(1)(最终版).csv", 3)]
    assert found(tables, "same-file") == [("warning", "same-file", "a.csv", None, None, None)]


def test_inputs_name_their_bytes(tmp_path: Path) -> None:
    import hashlib

    tables = read(put(tmp_path, {"a.csv": CSV}))
    assert tables.inputs == (Input("a.csv", None, "visit", 3, hashlib.sha256(CSV.encode()).hexdigest()),)
    assert tables.source(0) == tables.inputs[0]


def test_only_the_needed_fields_are_loaded(tmp_path: Path) -> None:
    tables = read(put(tmp_path, {"a.csv": CSV}), needed={"visit": {"qty"}})
    assert table(tables, "visit", "record_id", "qty", "customer")[:1] == [("V1", Decimal("12.500"), None)]


def test_a_day_without_a_time_is_noted_once_a_column(tmp_path: Path) -> None:
    tables = read(
        put(
            tmp_path,
            {
                "a.csv": "记录编号,工号,走访日期,填表时间\nV1,FW0012,2026-10-08,2026-10-08\nV2,FW0012,2026-10-08,2026-10-09\n"
            },
        )
    )
    assert table(tables, "visit", "entered_at") == [(datetime(2026, 10, 8),), (datetime(2026, 10, 9),)]
    assert found(tables) == [("note", "day-without-time", "a.csv", None, "填表时间", None)]


def test_no_more_than_a_thousand_bad_cells_of_a_column_are_listed_but_all_are_marked(tmp_path: Path) -> None:
    body = "".join(f"V{i},FW0012,坏{i}\n" for i in range(1500))
    tables = read(put(tmp_path, {"a.csv": f"记录编号,工号,走访日期\n{body}"}))
    assert tables.db.execute(
        f"select count(*) from {tables.logs['visit'].sql} where _bad = ',visit_date,'"
    ) == [(1500,)]
    assert len(found(tables, "bad-date")) == 1000
    assert [one.message.zh for one in tables.problems if one.code == "more-like-this"] == [
        "这一列共有 1500 个读不懂的单元格，只列出前 1000 个"
    ]


def test_typed_parquet_of_many_files_is_read_in_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from checker.logs import parquet as archive

    monkeypatch.setattr(archive, "LARGE", 0)
    with connect() as db:
        for month, first in (("2026-09", 1), ("2026-10", 3)):
            path = tmp_path / f"month={month}" / "part.parquet"
            path.parent.mkdir()
            db.run(
                f"copy (select 'V' || (i + {first}) as record_id, 'FW0012' as employee_id, date '{month}-08' as visit_date,"
                f" time '09:30' as start_time, 12.5::decimal(10,2) as qty, if(i = 0, '现场', '到店') as mode,"
                f" timestamp '{month}-08 20:40' as entered_at from range(2) t(i)) to '{path.as_posix()}' (format parquet)"
            )
    tables = read(tmp_path)
    clock = 9 * HOUR + HOUR // 2
    assert table(
        tables, "visit", "record_id", "visit_date", "start_time", "qty", "mode", "_src", "_row", "_bad"
    ) == [
        ("V1", date(2026, 9, 8), clock, Decimal("12.500"), "现场", 0, 1, None),
        ("V2", date(2026, 9, 8), clock, Decimal("12.500"), None, 0, 2, ",mode,"),
        ("V3", date(2026, 10, 8), clock, Decimal("12.500"), "现场", 1, 1, None),
        ("V4", date(2026, 10, 8), clock, Decimal("12.500"), None, 1, 2, ",mode,"),
    ]
    assert [(one.file, one.rows) for one in tables.inputs] == [
        ("month=2026-09/part.parquet", 2),
        ("month=2026-10/part.parquet", 2),
    ]


@pytest.mark.parametrize("texts", ["客户' || (i % 3) || '", "客户' || i || '", "龥' || i || '一"])
@pytest.mark.parametrize("mark", ["''", "'/'", "'无'", "'同上'"])
def test_one_mark_of_a_blank_among_many_texts_of_a_parquet_file_is_a_blank(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, texts: str, mark: str
) -> None:
    from checker.logs import parquet as archive

    monkeypatch.setattr(archive, "LARGE", 0)
    with connect() as db:
        db.run(
            f"copy (select 'V' || i as record_id, 'FW0012' as employee_id, date '2026-10-08' as visit_date,"
            f" if(i = 2500, {mark}, '{texts}') as customer, if(i = 2700, '到店', '现场') as mode"
            f" from range(3000) t(i)) to '{(tmp_path / 'a.parquet').as_posix()}' (format parquet, row_group_size 2048)"
        )
    tables = read(tmp_path)
    blank = f"select _row, _bad from {tables.logs['visit'].sql} where customer is null or mode is null"
    assert sorted(tables.db.execute(blank)) == [(2501, None), (2701, ",mode,")]


def test_reading_twice_gives_the_same_and_changes_no_file(tmp_path: Path) -> None:
    put(tmp_path, {"a.csv": RAGGED, "花名册.csv": STAFF_CSV})
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}
    one, two = read(tmp_path), read(tmp_path)
    assert (one.problems, one.inputs) == (two.problems, two.inputs)
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_many_threads_keep_the_order_of_a_large_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from checker.logs import bigtext

    monkeypatch.setattr(texts, "SMALL", 0)
    monkeypatch.setattr(bigtext, "BUFFER", 1 << 17)
    monkeypatch.setattr(bigtext, "LINE", 1 << 16)
    body = "".join(f"V{i:06},FW0012,2026-10-08,客户{i % 977}公司,现场,是\n" for i in range(120_000))
    put(tmp_path, {"a.csv": f"记录编号,工号,走访日期,客户名称,方式,客户签字\n{body}"})
    tables = read(tmp_path, connect(threads=4))
    wrong = f"select count(*) from {tables.logs['visit'].sql} where record_id[2:]::int <> _row - 2"
    assert tables.db.execute(wrong) == [(0,)]
    assert tables.logs["visit"].rows == 120_000
