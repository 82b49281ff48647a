"""员工扣款明细表 read back: its lines, sums and papers, and that it says what the ledger says."""

from __future__ import annotations

import re
import zipfile
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner
from python_calamine import CalamineWorkbook

from checker.cli import main
from checker.guards.months import totals
from checker.ledger.cases import fold
from checker.ledger.entries import Step
from checker.ledger.exports import decided
from checker.ledger.store import Ledger
from tests.test_guards import pack_with, released, to_served

WAGES = "工号,姓名,应发工资,月最低工资\nFW0012,张伟,2500,2200\nFW0031,张伟,3000,2200\n"
HEADS = [
    "序号", "通知单号", "工号", "姓名", "部门", "片区", "发生日期", "条款", "扣款事由", "核定金额", "送达日期", "申诉状态",
    "本月可扣", "本月实扣", "结转下月", "上月结转", "备注", "发现编号",
]  # fmt: skip


@pytest.fixture
def ledger(tmp_path) -> Ledger:
    made = Ledger(tmp_path / "ledger.sqlite")
    steps = [
        *to_served("a1", 48_000),
        *to_served("a2", 2_000, at="2026-10-16", rule="weekly-summary"),
        *to_served("b1", 5_000, person="FW0031", region="鲁西片区"),
        *to_served("c1", 5_000, person="FW0033", name="马超", region="鲁西片区", served=date(2026, 11, 11)),
        *released("d1", 3_000, "2026-10", person="FW0040", name="徐明", region="豫南片区"),
        Step("credit", date(2026, 11, 12), "陈总", "d1", "误罚", {"month": "2026-11", "fen": 1_000}),
    ]
    made.append(lambda known: steps)
    return made


def run(*args: object, status: int = 0) -> str:
    done = CliRunner().invoke(main, ["fines", *map(str, args)])
    assert done.exit_code == status, done.output
    return done.output


def fines(
    ledger: Ledger, *more: object, month: str = "2026-11", on: str = "2026-11-12", status: int = 0
) -> Path:
    out = ledger.path.with_name("sheet.xlsx")
    run(
        "--ledger",
        ledger.path,
        "--month",
        month,
        "--on",
        on,
        "--by",
        "王芳",
        "--to",
        out,
        *more,
        status=status,
    )
    return out


def sheet(path: Path, name: str) -> list[list]:
    return CalamineWorkbook.from_path(str(path)).get_sheet_by_name(name).to_python()


def wages(ledger: Ledger, text: str = WAGES) -> Path:
    path = ledger.path.with_name("工资.csv")
    path.write_text(text, encoding="utf-8")
    return path


def cells(rows: list[list], *names: str) -> list[list]:
    heads = next(row for row in rows if "片区" in row)
    start = rows.index(heads) + 1
    end = next(at for at, row in enumerate(rows) if row[0] == "合计")
    return [[row[heads.index(name)] for name in names] for row in rows[start:end]]


def test_only_what_is_final_is_listed_each_credit_below_0_and_staff_numbers_as_text(ledger):
    rows = sheet(fines(ledger), "扣款明细")
    assert rows[2] == HEADS
    assert cells(rows, "工号", "姓名", "核定金额", "备注", "发现编号") == [
        ["FW0012", "张伟", 480.0, "", "a1"],
        ["FW0012", "张伟", 20.0, "", "a2"],
        ["FW0040", "徐明", -10.0, "冲减：误罚", "d1"],
        ["FW0031", "张伟", 50.0, "", "b1"],
    ]
    assert cells(rows, "部门") == [[""]] * 4  # no roster was asked
    assert cells(rows, "通知单号", "送达日期", "申诉状态")[0] == ["ZJ-a1", "2026-11-06", "未申诉"]
    states = {key: one.state for key, one in fold(ledger.entries()).cases.items()}
    assert states == {"a1": "released", "a2": "released", "b1": "released", "c1": "served", "d1": "released"}


def test_without_wages_the_columns_of_finance_stay_empty(ledger):
    rows = sheet(fines(ledger), "扣款明细")
    assert {cell for row in cells(rows, "本月可扣", "本月实扣", "结转下月", "上月结转") for cell in row} == {
        ""
    }
    assert not [one for one in ledger.entries() if one.step.kind == "deduct"]


def test_with_wages_the_bounds_hold_and_two_people_of_one_name_stay_apart(ledger):
    path = fines(ledger, "--wages", wages(ledger))
    found = cells(
        sheet(path, "扣款明细"), "发现编号", "核定金额", "本月可扣", "本月实扣", "结转下月", "上月结转"
    )
    assert found == [
        ["a1", 480.0, 300.0, 300.0, 180.0, 0.0],
        ["a2", 20.0, 300.0, 0.0, 20.0, 0.0],
        ["d1", "", "", "", "", ""],
        ["d1", -10.0, "", "", "", ""],
        ["b1", 50.0, 600.0, 50.0, 0.0, 0.0],
    ]
    people = cells(
        sheet(path, "按人汇总"),
        "工号",
        "姓名",
        "笔数",
        "本月核定",
        "冲减",
        "本月可扣",
        "本月实扣",
        "结转下月",
    )
    assert people == [
        ["FW0012", "张伟", 2.0, 500.0, 0.0, 300.0, 300.0, 200.0],
        ["FW0040", "徐明", 1.0, 0.0, -10.0, "", "", ""],
        ["FW0031", "张伟", 1.0, 50.0, 0.0, 600.0, 50.0, 0.0],
    ]


def test_the_next_month_lists_what_is_carried_in_and_counts_it_only_once(ledger):
    fines(ledger, "--wages", wages(ledger))
    path = fines(
        ledger, "--wages", wages(ledger, WAGES.replace("2500", "3000")), month="2026-12", on="2026-12-10"
    )
    found = cells(sheet(path, "扣款明细"), "发现编号", "核定金额", "本月实扣", "上月结转", "备注")
    assert found == [
        ["a1", "", 180.0, 180.0, "2026-11 结转"],
        ["a2", "", 20.0, 20.0, "2026-11 结转"],
        ["d1", "", "", "", "2026-10 移交，实扣未登记，本月不扣"],
        ["c1", 50.0, 0.0, 0.0, "无工资或最低工资数据，本月不扣"],
    ]


def test_its_sums_are_the_control_totals_of_the_ledger_and_also_stand_in_capitals(ledger):
    path = fines(ledger, "--wages", wages(ledger))
    said = totals(ledger.entries(), "2026-11")
    assert (said.count, said.people, said.fen) == (4, 3, 54_000)
    detail, cross = sheet(path, "扣款明细"), sheet(path, "片区×规则")
    amounts = [row for row in cells(detail, "工号", "核定金额") if row[1] != ""]
    total = next(row for row in detail if row[0] == "合计")
    assert total[HEADS.index("核定金额")] == 540.0
    assert (len(amounts), len({who for who, _ in amounts}), sum(fen for _, fen in amounts)) == (4, 3, 540.0)
    assert any(
        row[0]
        == "合计（大写）人民币伍佰肆拾元整\u3000\u3000笔数 4\u3000\u3000人数 3\u3000\u3000本月实扣（大写）人民币叁佰伍拾元整"
        for row in detail
    )
    assert [row[2:] for row in cross if row[0] == "合计"] == [[4.0, 500.0, -10.0, 50.0, 540.0]]
    assert ["控制总数：核定金额减冲减", "540.00"] in sheet(path, "来源与版本")


def test_sums_are_formulas_that_follow_the_filter_and_every_list_can_be_signed_and_printed(ledger):
    with zipfile.ZipFile(fines(ledger)) as book:
        parts = [book.read(f"xl/worksheets/sheet{at}.xml").decode() for at in (1, 2, 3)]
        strings = book.read("xl/sharedStrings.xml").decode()
    assert "<f>SUBTOTAL(9,J4:J7)</f><v>540.0</v>" in parts[0]
    for part in parts:
        assert 'paperSize="9"' in part and 'orientation="landscape"' in part and 'fitToHeight="0"' in part
        assert "SUBTOTAL(9," in part
    assert re.findall('mergeCell ref="([^"]*)"', parts[0]) == [
        "A1:R1",
        "A2:R2",
        "A9:R9",
        "A10:R10",
        "A11:R11",
    ]
    assert "财务签收" in strings


def test_the_same_again_enters_nothing_and_writes_the_same_bytes(ledger):
    given = wages(ledger)
    first = fines(ledger, "--wages", given).read_bytes()
    entries = ledger.entries()
    assert fines(ledger, "--wages", given).read_bytes() == first
    assert ledger.entries() == entries


def test_only_show_enters_nothing_but_that_the_sheet_was_taken(ledger):
    before = ledger.entries()
    rows = sheet(fines(ledger, "--only-show", "--wages", wages(ledger)), "扣款明细")
    assert cells(rows, "发现编号", "核定金额") == [["d1", ""], ["d1", -10.0]]
    assert decided(ledger.entries()) == before
    assert [one.step.kind for one in ledger.entries()[len(before) :]] == ["export"]


def test_a_closed_month_takes_no_release_and_its_sheet_can_still_be_printed(ledger):
    first = fines(ledger)
    ledger.append(lambda known: [Step("close", date(2026, 11, 13), "王芳", data={"month": "2026-11"})])
    out = run(
        "--ledger", ledger.path, "--month", "2026-11", "--on", "2026-11-20", "--by", "王芳", "--to", first
    )
    assert "c1 FW0033 2026-11 已经关账，请记入下一个月" in out
    assert [row[0] for row in cells(sheet(first, "扣款明细"), "发现编号")] == ["a1", "a2", "d1", "b1"]


def test_a_month_without_lines_is_a_sheet_of_0(ledger):
    path = fines(ledger, month="2026-09", on="2026-11-07")
    rows = sheet(path, "扣款明细")
    assert cells(rows, "发现编号") == []
    assert any("人民币零元整" in str(row[0]) for row in rows)


def test_where_no_region_is_named_the_notice_is_on_the_sheet(ledger):
    assert any(str(row[0]).startswith("【用工地区未填写】") for row in sheet(fines(ledger), "扣款明细"))


def test_in_guangdong_nothing_is_deducted_and_the_lines_are_warnings(ledger, tmp_path):
    before = ledger.entries()
    path = fines(
        ledger, "--rules", pack_with(tmp_path, "\nguards: {region: 广东}\n"), "--wages", wages(ledger)
    )
    rows = sheet(path, "处理明细")
    heads = rows[1]
    assert "核定金额" not in heads
    assert [(row[heads.index("工号")], row[heads.index("处理")]) for row in rows[2:5]] == [
        ("FW0012", "警告"),
        ("FW0012", "警告"),
        ("FW0031", "警告"),
    ]
    assert rows[5][0].startswith("【广东】")
    assert decided(ledger.entries()) == before
    assert [one.step.kind for one in ledger.entries()[len(before) :]] == ["export"]


def test_points_stand_in_place_of_amounts(ledger, tmp_path):
    said = "\nguards: {region: 河南, money_mode: score, points: [{up_to: 20, points: 1}, {up_to: 50, points: 3}]}\n"
    rows = sheet(fines(ledger, "--rules", pack_with(tmp_path, said)), "处理明细")
    at = rows[1].index("处理")
    assert [row[at] for row in rows[2:5]] == ["绩效扣分由人工定", "绩效扣 1 分", "绩效扣 3 分"]


@pytest.mark.parametrize(
    ("guards", "said"),
    [
        ("{region: 深圳}", "须在 pack.yaml 的 guards 里选定 money_mode"),
        ("{money_mode: score}", "money_mode 是 score，却没有 points 表"),
    ],
)
def test_a_choice_that_is_the_companys_is_asked_for(ledger, tmp_path, guards, said):
    rules = pack_with(tmp_path, f"\nguards: {guards}\n")
    out = ledger.path.with_name("x.xlsx")
    args = ("--ledger", ledger.path, "--month", "2026-11", "--on", "2026-11-12", "--by", "王芳", "--to", out)
    text = run(*args, "--rules", rules, status=2)
    assert "money-mode" in text and said in "".join(text.split("\n")).replace("  ", "")
    assert not out.exists()


def test_a_month_that_is_none_is_refused(ledger):
    fines(ledger, month="2026-13", status=2)
    fines(ledger, month="11", status=2)
