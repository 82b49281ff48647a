"""The list of data problems, the files that were expected, and what changed since the last run."""

from __future__ import annotations

import csv
import io
import shutil
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from checker.database import connect
from checker.language import load_pack
from checker.language.compile import compile_pack
from checker.language.schedule import RunSpec
from checker.logs import read
from checker.model import Period, Problem, Text
from checker.papers.expected import expected, versions
from checker.papers.problems import Listed, as_csv, as_text, cells, in_order, workbook
from checker.papers.since import compare, months
from checker.papers.since import read as read_list
from tests.papers_support import LOGS, VISIT_HEAD, VISITS, Desk, cells_of, written

HEADS = ["级别", "文件", "工作表", "行", "列", "读到的内容", "问题", "建议处理", "影响的条款", "代码", "期间"]
BAD = LOGS | {
    "走访记录.csv": VISITS + "V6,E1,周五,东区,40,戊公司,看样\nV7,E1,2026-10-15,东区,很久,戊公司,看样\n"
}
SUMMARY = "数据问题：错误 2、提醒 0、说明 0；台账没有交或月份不对 0 种，疑似交了两份 0 种"
LINES = [
    "错误[bad-date] 走访记录.csv:7 走访日期 周五 读不懂“周五”：不是日期 → 请写成 2026-10-08 这样的日期",
    "错误[bad-time] 走访记录.csv:8 分钟 很久",
]


@pytest.fixture
def desk(tmp_path) -> Desk:
    return Desk(tmp_path, BAD)


def problem(
    row=5, file="a/x.csv", sheet="10月", column="日期", found="周五", code="bad-date", **more
) -> Problem:
    return Problem("error", code, file, Text("读不懂", "bad"), sheet, row, column, found, Text("改"), **more)


def listed_rows(*found: Problem) -> list[tuple[str, ...]]:
    return [cells(one, "2026-10") for one in found]


# What the list says


def test_errors_come_before_warnings_and_notes_then_each_file_row_by_row():
    made = [
        replace(problem(row, file), level=level)
        for row, file, level in [
            (2, "a.csv", "note"),
            (9, "b.csv", "error"),
            (1, "a.csv", "warning"),
            (3, "b.csv", "error"),
        ]
    ]
    places = [(one.level, one.file, one.row) for one in in_order(made)]
    assert places == [
        ("error", "b.csv", 3), ("error", "b.csv", 9), ("warning", "a.csv", 1), ("note", "a.csv", 2),
    ]  # fmt: skip


def test_the_list_has_a_row_a_problem_with_its_place_what_was_read_and_what_to_do(desk):
    done = desk.check("--problems", desk.folder / "清单.xlsx")
    assert (done.exit_code, done.stderr) == (0, f"{SUMMARY} → {desk.folder}/清单.xlsx\n")
    rows = cells_of(desk.folder / "清单.xlsx", "数据问题清单")
    assert rows[0][0] == "2026-10 数据问题清单"
    assert rows[1][0].splitlines()[0] == SUMMARY
    assert rows[2] == HEADS
    assert [row[:6] + row[8:] for row in rows[3:]] == [
        ["错误", "走访记录.csv", "", 7.0, "走访日期", "周五", "一.1、一.2", "bad-date", "2026-10"],
        ["错误", "走访记录.csv", "", 8.0, "分钟", "很久", "一.1", "bad-time", "2026-10"],
    ]


def test_problems_stand_by_file_sheet_and_row_whatever_the_order_in_which_they_were_met():
    found = [problem(10), problem(9), problem(None), problem(2, file="b.csv"), problem(3, sheet="09月")]
    rows = list(
        csv.reader(io.StringIO(as_csv(Listed(tuple(found), (), "2026-10"), "zh").decode("utf-8-sig")))
    )
    assert [(row[1], row[2], row[3]) for row in rows[1:]] == [
        ("a/x.csv", "09月", "3"), ("a/x.csv", "10月", ""), ("a/x.csv", "10月", "9"), ("a/x.csv", "10月", "10"),
        ("b.csv", "10月", "2"),
    ]  # fmt: skip


def test_the_ending_of_the_file_chooses_its_form_and_a_dash_the_terminal(desk):
    desk.check("--problems", desk.folder / "清单.csv")
    raw = (desk.folder / "清单.csv").read_bytes()
    assert raw.startswith("\ufeff级别,文件".encode())
    desk.check("--problems", desk.folder / "清单.txt")
    text = (desk.folder / "清单.txt").read_text(encoding="utf-8")
    assert [
        line.startswith(start) for line, start in zip(text.splitlines(), [*LINES, SUMMARY], strict=True)
    ] == [True] * 3
    assert desk.check("--problems", "-").stderr == text
    assert desk.check("--problems", desk.folder / "清单.pdf").exit_code == 2


def test_the_list_is_written_even_where_no_report_can_be_given(desk):
    (desk.logs / "坏.xlsx").write_bytes(b"PK\x03\x04junk")
    done = desk.check("--problems", desk.folder / "清单.csv")
    assert done.exit_code == 2
    assert "坏.xlsx,,,,,文件损坏" in (desk.folder / "清单.csv").read_text(encoding="utf-8-sig")


def test_the_same_run_gives_the_same_bytes(desk, tmp_path):
    for name in ("一.xlsx", "二.xlsx"):
        desk.check("--problems", tmp_path / name)
    assert (tmp_path / "一.xlsx").read_bytes() == (tmp_path / "二.xlsx").read_bytes()


def test_what_was_read_is_never_a_formula_and_control_characters_never_reach_a_terminal(tmp_path):
    found = (problem(found="=HYPERLINK(1)\x1b[31m"),)
    listed = Listed(found, (), "2026-10")
    assert b"'=HYPERLINK(1)" in as_csv(listed, "zh")
    assert "\x1b" not in as_text(listed, "zh")
    (tmp_path / "l.xlsx").write_bytes(workbook(listed, "zh", "1"))
    shutil.unpack_archive(tmp_path / "l.xlsx", tmp_path / "open", "zip")
    assert "<f>" not in (tmp_path / "open/xl/worksheets/sheet1.xml").read_text(encoding="utf-8")


def test_the_english_list_is_english_and_is_read_back_like_the_chinese_one(desk):
    done = desk.check("--problems", desk.folder / "list.xlsx", "--lang", "en")
    assert done.stderr.startswith("data problems: 2 errors, 0 warnings, 0 notes; 0 logs missing")
    assert "新增 0、已消失 0、未变 2" in desk.check("--problems", desk.folder / "list.xlsx").stderr


# What changed


@pytest.mark.parametrize("ending", ["xlsx", "csv"])
def test_a_list_that_is_written_over_tells_what_is_new_gone_and_unchanged(desk, ending):
    target = desk.folder / f"清单.{ending}"
    desk.check("--problems", target)
    assert "与上次相比：新增 0、已消失 0、未变 2" in desk.check("--problems", target).stderr
    desk.change("走访记录.csv", "V6,E1,周五", "V6,E1,2026-10-16")
    desk.change("走访记录.csv", "V1,E1,2026-10-08", "V1,E1,十月八")
    assert "与上次相比：新增 1、已消失 1、未变 1" in desk.check("--problems", target).stderr
    assert "与上次相比：新增 0、已消失 0、未变 2" in desk.check("--problems", target).stderr


def test_the_third_sheet_lists_the_changes_new_ones_first(desk):
    first, second = desk.folder / "第一次.xlsx", desk.folder / "第二次.xlsx"
    desk.check("--problems", first)
    kept = first.read_bytes()
    desk.change("走访记录.csv", "V6,E1,周五", "V6,E1,2026-10-16")
    desk.change("走访记录.csv", "V1,E1,2026-10-08", "V1,E1,十月八")
    desk.check("--problems", second, "--last-problems", first)
    rows = cells_of(second, "与上次相比")
    assert rows[1][0] == f"与 {first} 相比"
    assert [(row[0], row[4], row[6]) for row in rows[3:]] == [
        ("新增", 2.0, "十月八"), ("已消失", 7.0, "周五"), ("未变", 8.0, "很久"),
    ]  # fmt: skip
    assert first.read_bytes() == kept


def test_a_row_that_moved_a_folder_that_was_renamed_and_another_wording_are_no_change():
    old = listed_rows(problem(5), problem(9, found="周六"))
    new = listed_rows(
        problem(6, file="十月/x.csv"), problem(12, file="十月/x.csv", found="周六", clauses=("一.1",))
    )
    assert compare("l", old, new).counts == {"new": 0, "gone": 0, "same": 2}


@pytest.mark.parametrize(
    "other",
    [
        problem(file="y.csv"),
        problem(sheet="9月"),
        problem(column="时间"),
        problem(found="周六"),
        problem(code="bad-enum"),
    ],
)
def test_another_file_sheet_column_text_or_kind_of_problem_is_another_problem(other):
    since = compare("l", listed_rows(problem()), listed_rows(other))
    assert since.counts == {"new": 1, "gone": 1, "same": 0}


def test_of_equal_problems_the_same_row_pairs_first_and_only_the_surplus_is_new_or_gone():
    since = compare(
        "l", listed_rows(problem(5), problem(7)), listed_rows(problem(7), problem(9), problem(11))
    )
    assert [row[3] for row in since.new] == ["11"]
    assert (since.gone, [row[3] for row in since.same]) == ((), ["7", "9"])


ANY = st.builds(
    problem,
    row=st.none() | st.integers(1, 4),
    file=st.sampled_from(["a/x.csv", "b/x.csv", "y.xlsx"]),
    found=st.none() | st.text(max_size=6) | st.sampled_from(["=1", "'=1", "007", "1,5", "_x0041_", "甲\n乙"]),
    column=st.sampled_from([None, "日期"]),
)


@given(st.lists(ANY, max_size=6), st.lists(ANY, max_size=6))
def test_every_problem_of_both_runs_is_counted_once(old, new):
    since = compare("l", listed_rows(*old), listed_rows(*new))
    assert len(since.new) + len(since.same) == len(new)
    assert len(since.gone) + len(since.same) == len(old)


@example([problem(found="\t0")], "csv")  # the mark against formulas comes to stand before the blank
@given(st.lists(ANY, max_size=5), st.sampled_from(["xlsx", "csv"]))
def test_a_list_that_was_written_and_read_back_is_unchanged(tmp_path_factory, found, ending):
    path = tmp_path_factory.mktemp("list") / f"l.{ending}"
    listed = Listed(tuple(found), (), "2026-10")
    path.write_bytes(workbook(listed, "zh", "1") if ending == "xlsx" else as_csv(listed, "zh"))
    assert compare("l", read_list(path), listed_rows(*found)).counts == {
        "new": 0,
        "gone": 0,
        "same": len(found),
    }


def test_a_list_that_excel_saved_in_its_chinese_encoding_is_read(desk):
    target = desk.folder / "清单.csv"
    desk.check("--problems", target)
    target.write_bytes(target.read_text(encoding="utf-8-sig").encode("gb18030"))
    assert "未变 2" in desk.check("--problems", target).stderr


def test_the_list_of_another_month_is_replaced_but_not_compared(desk):
    target = desk.folder / "清单.csv"
    target.write_bytes(as_csv(Listed((problem(),), (), "2026-09"), "zh"))
    done = desk.check("--problems", target)
    assert done.stderr.splitlines()[0] == "原有的清单是 2026-09 的，没有比较"
    assert "与上次相比" not in done.stderr
    assert months(read_list(target)) == {"2026-10"}


def test_a_file_that_is_no_list_is_never_replaced_nor_compared_with(desk):
    other = desk.folder / "工资.csv"
    other.write_text("姓名,工资\n张伟,1\n", encoding="utf-8")
    done = desk.check("--problems", other)
    assert (done.exit_code, other.read_text(encoding="utf-8")) == (2, "姓名,工资\n张伟,1\n")
    assert "不是数据问题清单，没有覆盖它" in done.stderr
    done = desk.check("--problems", desk.folder / "清单.csv", "--last-problems", other)
    assert (done.exit_code, (desk.folder / "清单.csv").exists()) == (2, False)
    assert (
        desk.check("--problems", desk.folder / "l.csv", "--last-problems", desk.folder / "没有.csv").exit_code
        == 2
    )
    assert desk.check("--last-problems", desk.folder / "清单.csv").exit_code == 2
    assert desk.check("--problems", desk.logs / "走访记录.csv").exit_code == 2


# What was expected


def lines(tmp_path: Path, files: dict[str, str]) -> list[tuple]:
    """Give log, region, state, rows, rows of other months, and what looks doubled, for one month of files."""
    desk = Desk(tmp_path, files)
    pack, period = load_pack(desk.pack), Period(date(2026, 10, 1), date(2026, 10, 31))
    with connect() as db:
        tables = read([desk.logs], pack, db, None)
        found = expected(compile_pack(pack, RunSpec(period, datetime(2026, 11, 6))), tables)
    return [
        (one.log, one.region, one.state, one.rows, one.others, tuple(t.zh for t in one.again))
        for one in found
    ]


def visits(*rows: str) -> str:
    return VISIT_HEAD + "".join(f"{row}\n" for row in rows)


OCT = "V1,E1,2026-10-08,东区,40,甲,好"
SEP = "V1,E1,2026-09-08,东区,40,甲,好"
WEST = "V2,E2,2026-10-08,西区,40,甲,好"


def visit_lines(tmp_path: Path, files: dict[str, str]) -> list[tuple]:
    rest = {name: text for name, text in LOGS.items() if name != "走访记录.csv"}
    return [line[1:] for line in lines(tmp_path, rest | files) if line[0] == "visit"]


def test_a_whole_month_is_listed_log_by_log_and_open_region_by_open_region(tmp_path):
    assert lines(tmp_path, LOGS) == [
        ("staff", None, "in", 2, 0, ()),
        ("region", None, "in", 3, 0, ()),
        ("visit", None, "in", 5, 0, ()),
        ("visit", "东区", "in", 2, 0, ()),
        ("visit", "西区", "in", 3, 0, ()),
        ("stock", None, "in", 1, 0, ()),
    ]


def test_a_log_that_was_not_handed_in_is_missing_whether_it_is_filed_monthly_or_a_rule_needs_it(tmp_path):
    found = lines(tmp_path, {"人员.csv": LOGS["人员.csv"]})
    assert found == [
        ("staff", None, "in", 2, 0, ()),
        ("visit", None, "missing", 0, 0, ()),
        ("stock", None, "missing", 0, 0, ()),
    ]


@pytest.mark.parametrize(
    ("rows", "states"),
    [
        ((OCT, WEST), [(None, "in", 2, 0), ("东区", "in", 1, 0), ("西区", "in", 1, 0)]),
        ((OCT,), [(None, "in", 1, 0), ("东区", "in", 1, 0), ("西区", "none", 0, 0)]),
        ((SEP, WEST), [(None, "in", 1, 1), ("东区", "other", 0, 1), ("西区", "in", 1, 0)]),
        ((SEP,), [(None, "other", 0, 1), ("东区", "other", 0, 1), ("西区", "none", 0, 0)]),
        (
            ("V1,E1,2026-11-02,东区,40,甲,好",),
            [(None, "late", 0, 1), ("东区", "late", 0, 1), ("西区", "none", 0, 0)],
        ),
        ((), [(None, "empty", 0, 0), ("东区", "none", 0, 0), ("西区", "none", 0, 0)]),
        (("V1,E1,周五,东区,40,甲,好",), [(None, "in", 1, 0), ("东区", "in", 1, 0), ("西区", "none", 0, 0)]),
        (
            (OCT, "V2,E1,2026-10-08,北区,40,甲,好", "V3,E1,2026-10-08,,40,甲,好"),
            [
                (None, "in", 3, 0),
                ("东区", "in", 1, 0),
                ("西区", "none", 0, 0),
                ("北区", "in", 1, 0),
                ("", "in", 1, 0),
            ],
        ),
    ],
)
def test_a_log_filed_monthly_is_there_empty_or_of_another_month_as_a_whole_and_by_region(
    tmp_path, rows, states
):
    assert [line[:4] for line in visit_lines(tmp_path, {"走访记录.csv": visits(*rows)})] == states


@pytest.mark.parametrize(
    ("day", "state"),
    [("2026-10-31", "in"), ("2026-09-30", "other"), ("2026-08-31", "quiet"), ("2026-11-01", "quiet")],
)
def test_a_log_that_is_not_filed_monthly_is_suspect_only_with_nothing_but_the_month_before(
    tmp_path, day, state
):
    found = lines(tmp_path, LOGS | {"盘点表.csv": f"盘点编号,盘点日期,盘点人\nS1,{day},周宁\n"})
    assert [one[2] for one in found if one[0] == "stock"] == [state]


@pytest.mark.parametrize(
    ("files", "again"),
    [
        (
            {"走访记录.csv": visits(OCT), "走访记录(1).csv": visits(OCT)},
            "走访记录.csv 与 走访记录(1).csv 内容完全相同，没有重复读取",
        ),
        (
            {"走访.csv": visits(OCT), "走访2.csv": visits(OCT.replace("40", "45"))},
            "走访.csv 与 走访2.csv 有 1 个编号相同、内容不同的记录",
        ),
        ({"走访.csv": visits(OCT), "西.csv": visits(OCT, WEST)}, "走访.csv 有 1 行前面已读到"),
        (
            {"走访.csv": visits(OCT), "走访 最终版.csv": visits(WEST)},
            "像是同一份的几个版本：走访 最终版.csv、走访.csv",
        ),
        ({"东.csv": visits(OCT), "西.csv": visits(WEST)}, None),
    ],
)
def test_two_versions_of_one_file_are_noticed_by_name_by_bytes_and_by_their_records(tmp_path, files, again):
    assert visit_lines(tmp_path, files)[0][-1] == ((again,) if again else ())


@pytest.mark.parametrize(
    ("names", "alike"),
    [
        (["记录.xlsx", "记录（2）.xlsx"], True), (["记录-副本.xlsx", "记录.xlsx"], True), (["记录 v2.csv", "记录 v3.csv"], True),
        (["记录(1)(最终版2).xlsx", "记录.xlsx"], True), (["记录最新.xls", "记录修改版.xls"], True),
        (["记录-9月.csv", "记录-10月.csv"], False), (["东/记录.csv", "西/记录.csv"], False), (["记录1.csv", "记录2.csv"], False),
        (["东区.csv", "西区.csv"], False), (["review.csv", "renew.csv"], False),
    ],
)  # fmt: skip
def test_names_are_alike_when_only_marks_of_a_version_differ(names, alike):
    assert bool(versions(names)) is alike


def test_the_second_sheet_shows_the_checklist_and_the_console_counts_what_is_missing(tmp_path):
    desk = Desk(tmp_path, LOGS | {"走访记录.csv": visits(SEP)})
    (desk.logs / "盘点表.csv").unlink()
    done = desk.check("--problems", desk.folder / "清单.xlsx")
    assert "台账没有交或月份不对 2 种" in done.stderr
    assert [row[:6] for row in cells_of(desk.folder / "清单.xlsx", "应交文件")[3:]] == [
        ["人员", "", "", "已交", 2.0, ""],
        ["片区表", "", "", "已交", 3.0, ""],
        ["走访记录", "", "每月报送、规则需要", "只有其他月份的记录", 0.0, 1.0],
        ["走访记录", "东区", "", "只有其他月份的记录", 0.0, 1.0],
        ["走访记录", "西区", "", "没有这个片区的记录", 0.0, ""],
        ["盘点表", "", "规则需要", "没有交", 0.0, ""],
    ]
    text = desk.check("--problems", "-").stderr
    assert (
        "走访记录：只有其他月份的记录\n走访记录（东区）：只有其他月份的记录\n走访记录（西区）：没有这个片区的记录\n盘点表：没有交\n"
        in text
    )


def test_a_pack_without_regions_lists_logs_alone(tmp_path):
    desk = Desk(tmp_path, LOGS)
    text = (desk.pack / "pack.yaml").read_text(encoding="utf-8")
    written(
        desk.pack,
        {"pack.yaml": "".join(line for line in text.splitlines(keepends=True) if "regions:" not in line)},
    )
    desk.check("--problems", desk.folder / "清单.xlsx")
    assert [row[1] for row in cells_of(desk.folder / "清单.xlsx", "应交文件")[3:]] == ["", "", "", ""]
