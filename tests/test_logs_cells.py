"""What people type into cells, and what is made of it (policy report 6.3)."""

from datetime import date, datetime
from pathlib import Path

import pytest

from checker.logs.cells import BLANK, BLANKS, Context, read_cell
from tests.logs.support import SURVEY, VISIT, column

DAY = date(2026, 10, 8)
MINUTE = 60_000_000
DATES = {
    "2026-10-8": DAY,
    "2026-10-08": DAY,
    "2026/10/8": DAY,
    "2026.10.8": DAY,
    "2026 10 8": DAY,
    "20261008": DAY,
    "2026年10月8日": DAY,
    "2026年10月8号": DAY,
    "２０２６年１０月８日": DAY,
    " 2026-10-8　": DAY,
    "2026-10-08 00:00:00": DAY,
    "2026-10-08T09:30": DAY,
    "2026年10月8日 下午3点": DAY,
    "2026年10月8日(星期四)": DAY,
    "46303": DAY,
    "46303.0": DAY,
    "13/10/2026": date(2026, 10, 13),
    "10/13/2026": date(2026, 10, 13),
    "9/9/2026": date(2026, 9, 9),
}
NO_DATES = [
    "2026年9月31日", "2026-02-29", "8/10/2026", "26-10-8", "10月", "2026-13-01", "abc", "123", "infinity", "epoch",
    "2026-10-08 (BC)", "12026-10-08", "2026年10月8日(星期五)", "#N/A", "99999999", "今天", "1899-12-31",
]  # fmt: skip


def test_every_written_form_of_a_date_gives_the_day(tmp_path: Path) -> None:
    values, codes = column(tmp_path, "visit", "visit_date", list(DATES))
    assert values == list(DATES.values())
    assert codes == [None] * len(DATES)


def test_what_is_no_certain_date_is_unreadable_and_named(tmp_path: Path) -> None:
    values, codes = column(tmp_path, "visit", "visit_date", NO_DATES)
    assert values == [None] * len(NO_DATES)
    assert codes == ["cell-error" if text == "#N/A" else "bad-date" for text in NO_DATES]


def test_a_date_without_a_year_takes_the_only_year_the_file_names(tmp_path: Path) -> None:
    texts = ["10月8日", "10.8", "10-8", "10/8", "10.10", "10.1", "10.3", "2月30日"]
    values, codes = column(tmp_path, "visit", "visit_date", texts, "2026年10月")
    assert values == [DAY, DAY, DAY, DAY, date(2026, 10, 10), None, None, None]
    assert codes == [None, None, None, None, None, "bad-date", "bad-date", "bad-date"]


def test_a_date_without_a_year_takes_the_year_all_other_rows_share(tmp_path: Path) -> None:
    assert column(tmp_path, "visit", "visit_date", ["2026-10-07", "10月8日"])[0] == [date(2026, 10, 7), DAY]
    assert column(tmp_path, "visit", "visit_date", ["2026年10月7日", "10月8日"])[0] == [
        date(2026, 10, 7),
        DAY,
    ]


@pytest.mark.parametrize("others", [[], ["2026-10-07", "2025-10-07"]])
def test_a_date_without_a_year_is_unreadable_where_the_year_is_not_certain(
    tmp_path: Path, others: list[str]
) -> None:
    values, codes = column(tmp_path, "visit", "visit_date", [*others, "10月8日"])
    assert (values[-1], codes[-1]) == (None, "bad-date")


def test_every_written_form_of_a_time_gives_microseconds_since_midnight(tmp_path: Path) -> None:
    texts = {
        "7:30": 450, "07:30": 450, "07:30:00": 450, "7：30": 450, "７:30": 450, "7点半": 450, "7点": 420, "7点5分": 425,
        "7时30分": 450, "下午3点": 900, "下午3:20": 920, "下午12点": 720, "晚9点": 1260, "晚上9点半": 1290, "早7点": 420,
        "中午12点半": 750, "上午9:30": 570, "凌晨0:30": 30, "24:00": 1440, "0.3125": 450, "9:05 PM": 1265, "12:30 am": 30,
        "1900-01-01 07:30:00": 450, "7点三刻": 465,
    }  # fmt: skip
    values, codes = column(tmp_path, "visit", "start_time", list(texts))
    assert values == [minutes * MINUTE for minutes in texts.values()]
    assert set(codes) == {None}


def test_what_is_no_certain_time_is_unreadable(tmp_path: Path) -> None:
    texts = [
        "25:00",
        "7:60",
        "7:5",
        "7.30",
        "晚12点",
        "晚1点",
        "上午13点",
        "凌晨12点",
        "半夜",
        "24:30",
        "2026-10-08 07:30",
        "-1",
    ]
    values, codes = column(tmp_path, "visit", "start_time", texts)
    assert (values, codes) == ([None] * len(texts), ["bad-time"] * 10 + ["bad-time", "bad-time"])


def test_a_datetime_is_a_date_form_with_a_time_form_in_the_zone_of_the_pack(tmp_path: Path) -> None:
    texts = {
        "2026-10-08 07:30": datetime(2026, 10, 8, 7, 30),
        "2026/10/8 7:30": datetime(2026, 10, 8, 7, 30),
        "2026-10-08T07:30:15": datetime(2026, 10, 8, 7, 30, 15),
        "2026年10月8日晚9点": datetime(2026, 10, 8, 21),
        "2026.10.8 7点半": datetime(2026, 10, 8, 7, 30),
        "2026-10-08 24:00": datetime(2026, 10, 9),
        "46303.3125": datetime(2026, 10, 8, 7, 30),
        "202610080730": datetime(2026, 10, 8, 7, 30),
        "2026-10-08T07:30:00+08:00": datetime(2026, 10, 8, 7, 30),
        "2026-10-07T23:30:00Z": datetime(2026, 10, 8, 7, 30),
        "2026-10-08 07:30+09": datetime(2026, 10, 8, 6, 30),
        "2026-10-08 07:30:00.250000": datetime(2026, 10, 8, 7, 30, 0, 250000),
    }
    values, codes = column(tmp_path, "visit", "entered_at", list(texts))
    assert values == list(texts.values())
    assert set(codes) == {None}


def test_a_time_without_a_day_is_no_datetime(tmp_path: Path) -> None:
    assert column(tmp_path, "visit", "entered_at", ["07:30", "2026-10-08 25:00", "2026-10-08 傍晚"]) == (
        [None, None, None], ["bad-date", "bad-time", "bad-time"],
    )  # fmt: skip


def test_a_half_day_of_leave_starts_and_ends_at_noon_and_a_day_of_leave_ends_at_midnight(
    tmp_path: Path,
) -> None:
    starts, _ = column(tmp_path, "leave", "start_at", ["2026-10-08 上午", "2026年10月8日下午", "2026-10-08"])
    ends, _ = column(tmp_path, "leave", "end_at", ["2026-10-08 上午", "2026年10月8日下午", "2026-10-08"])
    assert starts == [datetime(2026, 10, 8), datetime(2026, 10, 8, 12), datetime(2026, 10, 8)]
    assert ends == [datetime(2026, 10, 8, 12), datetime(2026, 10, 9), datetime(2026, 10, 9)]


def test_numbers_are_exact_or_unreadable_never_rounded(tmp_path: Path) -> None:
    texts = {
        "12.5": "12.500", "1,200.00": "1200.000", "１２．５": "12.500", "12.5吨": "12.500", "12.500": "12.500", "12.5000": "12.500",
        "0": "0.000", "-3": "-3.000", "1.2E+03": "1200.000", " 7 ": "7.000", "¥50": "50.000",
    }  # fmt: skip
    values, codes = column(tmp_path, "visit", "qty", list(texts))
    assert [str(value) for value in values] == list(texts.values())
    assert set(codes) == {None}
    wrong = [
        "12.5005",
        "1,20",
        "12.5kg",
        "约12",
        "1/2",
        "1e-9",
        "9" * 30,
        "12..5",
        "NaN",
        "inf",
        "0x10",
        "1.2万",
        "50%",
    ]
    assert column(tmp_path, "visit", "qty", wrong) == ([None] * len(wrong), ["bad-number"] * len(wrong))


def test_whole_numbers_take_no_decimals(tmp_path: Path) -> None:
    texts = ["3", "3.0", "007", "1,000", "３", "2.5", "1e3", "三", "99999999999999999999"]
    values, codes = column(tmp_path, "visit", "count", texts)
    assert values == [3, 3, 7, 1000, 3, None, 1000, None, None]
    assert codes == [None, None, None, None, None, "bad-number", None, "bad-number", "bad-number"]


def test_yes_and_no_in_all_their_signs(tmp_path: Path) -> None:
    yes = ["是", "√", "✓", "有", "Y", "y", "对", "true", "TRUE", "1", " 是 ", "已"]
    no = ["否", "×", "无", "N", "false", "0", "x", "没有", "未"]
    values, codes = column(tmp_path, "visit", "signed", [*yes, *no, "/", "-", "", "大概", "2"])
    assert values == [True] * len(yes) + [False] * len(no) + [None] * 5
    assert codes == [None] * (len(yes) + len(no) + 3) + ["bad-bool", "bad-bool"]


def test_blank_marks_are_blank_and_not_unreadable(tmp_path: Path) -> None:
    marks = [*BLANKS, "", " ", "　", "\u00a0", " / ", " - "]
    for name in ("visit_date", "qty", "count", "customer", "entered_at", "start_time"):
        assert column(tmp_path, "visit", name, marks) == ([None] * len(marks), [None] * len(marks))


def test_a_mark_that_is_a_value_of_the_enum_is_that_value(tmp_path: Path) -> None:
    texts = ["无", "现场", "上门", "电　话", "/", "现 场", "现埸", "到店"]
    values, codes = column(tmp_path, "visit", "mode", texts)
    assert values == ["无", "现场", "现场", "电话", None, "现场", None, None]
    assert codes == [None] * 6 + ["bad-enum", "bad-enum"]
    assert read_cell(VISIT.fields["mode"], "现埸", Context()).hint.zh == "是不是“现场”？可填：现场、电话、无"


def test_ids_keep_zeros_and_lose_case_width_and_excel_tails(tmp_path: Path) -> None:
    texts = ["0012", "fw0012", "ＦＷ００１２", " FW0012 ", "FW　0012", "12.0", "NA", "NULL", "豫北-1", "a.b"]
    assert column(tmp_path, "visit", "employee_id", texts)[0] == [
        "0012", "FW0012", "FW0012", "FW0012", "FW0012", "12", "NA", "NULL", "豫北-1", "A.B",
    ]  # fmt: skip


def test_texts_are_only_trimmed(tmp_path: Path) -> None:
    texts = [" 青山水泥 ", "a　b", "\u00a0x\u00a0", "＃１", "5:30", "#N/A", "#1 号", "x\ny\n"]
    values, codes = column(tmp_path, "visit", "customer", texts)
    assert values == ["青山水泥", "a b", "x", "＃１", "5:30", None, "#1 号", "x\ny"]
    assert codes == [None, None, None, None, None, "cell-error", None, None]


def test_quarters_months_lengths_and_lists(tmp_path: Path) -> None:
    july = date(2026, 7, 1)
    assert column(tmp_path, "survey", "quarter", ["2026Q3", "2026年第三季度", "2026年3季度", "2026-Q3", "2026q3", "三季度", "2026Q5"]) == (
        [july] * 5 + [july, None], [None] * 6 + ["bad-date"],
    )  # fmt: skip
    assert column(tmp_path, "survey", "quarter", ["三季度"]) == ([None], ["bad-date"])
    september = date(2026, 9, 1)
    assert column(tmp_path, "survey", "month", ["2026-09", "2026年9月", "202609", "2026/9", "2026-09-01", "2026-13"]) == (
        [september] * 5 + [None], [None] * 5 + ["bad-date"],
    )  # fmt: skip
    assert column(tmp_path, "survey", "length", ["57", "57分钟", "1小时20分", "0:57", "很久"]) == (
        [57 * MINUTE, 57 * MINUTE, 80 * MINUTE, 57 * MINUTE, None], [None] * 4 + ["bad-time"],
    )  # fmt: skip
    assert column(tmp_path, "survey", "tags", ["周报、月报", "周报,台账", "周报；", "/", "周报、年报"]) == (
        [("周报", "月报"), ("周报", "台帐"), ("周报",), None, None], [None] * 4 + ["bad-enum"],
    )  # fmt: skip


def test_a_cell_of_any_type_is_blank_when_it_is_empty() -> None:
    for one in (*VISIT.fields.values(), *SURVEY.fields.values()):
        assert read_cell(one, "　", Context()) == BLANK
