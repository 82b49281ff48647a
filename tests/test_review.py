"""Review and decide, from the month's logs to the ledger, as the clerks do it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest
import xlsxwriter

from checker.cli.shared import write_paper
from checker.diagnostics import UsageError
from checker.ledger.cases import Case, fold
from checker.ledger.entries import Step
from checker.ledger.store import FIRST, Ledger, broken
from checker.papers import filled, review
from checker.papers.workbook import LONGEST, wrapped_lines
from tests.papers_support import VISITS, Desk, cells_of, filled_in, said

HEADS = [
    "发现编号", "条款", "工号", "姓名", "时间", "事实", "证据位置", "判定方式", "建议金额", "允许范围", "现状",
    "复核结论", "核定金额", "理由", "复核人", "日期", "片区", "规则", "措施", "数据指纹",
]  # fmt: skip
V1, V3, V2, V4 = "f2f026c82f44", "47bcd867d72f", "72ac202206a2", "abd3510e821c"  # in the order of the sheet


@pytest.fixture(scope="module")
def reviewed(tmp_path_factory) -> Path:
    """Give the folder of a desk whose review sheet was written."""
    desk = Desk(tmp_path_factory.mktemp("reviewed"))
    assert desk.review().exit_code == 0
    return desk.folder


@pytest.fixture
def desk(reviewed, tmp_path) -> Desk:
    shutil.copytree(reviewed, tmp_path / "desk")
    return Desk(tmp_path / "desk")


def hand_in(desk: Desk, rows: dict, name: str = "交.xlsx", of: Path | None = None):
    """Fill in the rows named by their numbers and hand the sheet in."""
    sheet = filled_in(of or desk.sheet, desk.folder / name, lambda cells: rows.get(cells["发现编号"]))
    return desk.decide(sheet)


def steps(desk: Desk) -> list[tuple]:
    """Give what people entered: kind, number, who, day, reason, fen."""
    found = [one.step for one in Ledger(desk.ledger).entries()]
    return [
        (one.kind, one.finding[:12], one.by, one.on, one.reason, one.data.get("fen"))
        for one in found
        if one.kind not in ("run", "propose", "gone", "export")
    ]


def states(desk: Desk) -> dict[str, str]:
    return {one.finding[:12]: one.state for one in fold(Ledger(desk.ledger).entries()).cases.values()}


NOTE = said(核定金额="")
ENTERED = ("confirm", V1, "李敏", date(2026, 11, 6), "查过", 2000)


# The sheet


def test_the_sheet_has_a_row_a_finding_with_its_place_amount_and_range_and_empty_cells_to_fill_in(desk):
    rows = cells_of(desk.sheet)
    assert rows[0][0] == "2026-10 复核表"
    assert rows[2] == HEADS
    assert [row[:-1] for row in rows[3:]] == [
        [V1, "一.1", "E1", "张伟", "2026-10-08", "走访 V1（甲公司）只有 5", "走访记录.csv 第2行", "需人工", "10.00",
         "10.00~50.00", "拟处理", "", "", "", "", "", "东区", "走访太短", ""],
        [V3, "一.1", "E1", "张伟", "2026-10-10", "走访 V3（丙公司）只有 20", "走访记录.csv 第4行", "需人工", "10.00",
         "10.00~50.00", "拟处理", "", "", "", "", "", "东区", "走访太短", ""],
        [V2, "一.1", "E2", "李娜", "2026-10-09", '走访 V2（=HYPERLINK("http://x")）只有 10', "走访记录.csv 第3行",
         "需人工", "10.00", "10.00~50.00", "拟处理", "", "", "", "", "", "西区", "走访太短", ""],
        [V4, "一.2", "E2", "李娜", "2026-10-12", "走访 V4 没有备注", "走访记录.csv 第5行", "自动", "", "", "拟处理",
         "", "", "", "", "", "西区", "没有备注", ""],
    ]  # fmt: skip


def test_the_same_run_gives_the_same_bytes_and_enters_nothing_a_second_time(desk):
    first, entries = desk.sheet.read_bytes(), Ledger(desk.ledger).entries()
    done = desk.review(desk.folder / "再.xlsx")
    assert done.stderr == "发现 4 条；新记入或数据有变 0 条，消失 0 条；已决定而数据变了的 0 条\n"
    assert (desk.folder / "再.xlsx").read_bytes() == first
    assert Ledger(desk.ledger).entries() == entries


def case(number: int, message: str = "超时", **proposal) -> Case:
    one = {
        "clause": "一.1", "title": "走访", "person": f"E{number}", "name": "张伟", "region": "东区", "at": "2026-10-08",
        "period": None, "message": message, "evidence": [{"file": "a.csv", "sheet": None, "row": number + 2}],
        "holds": [], "fine": {"min": 1000, "max": 5000, "proposed": 1000}, "measures": [], "subject": {}, **proposal,
    }  # fmt: skip
    return Case(f"{number:064x}"[::-1], one, "2026-10", "e")


def sheet_of(cases, tmp_path) -> Path:
    path = tmp_path / "表.xlsx"
    book = replace(fold(()), cases={one.finding: one for one in cases})
    path.write_bytes(review.render(book, "2026-10", FIRST, "1"))
    return path


def test_what_people_typed_is_text_on_the_sheet_and_never_a_formula_a_link_or_an_escape(tmp_path):
    nasty = [
        '=HYPERLINK("http://x")',
        "+1+1",
        "@SUM(A1)",
        "http://x.cn",
        "_x0041_甲",
        "{=1}",
        "a\x07b",
        "007",
    ]
    path = sheet_of([case(i, text, name=text) for i, text in enumerate(nasty)], tmp_path)
    shown = {row[5]: row[3] for row in cells_of(path)[3:]}
    assert shown == {text.replace("\x07", " "): text.replace("\x07", " ") for text in nasty}
    shutil.unpack_archive(path, tmp_path / "open", "zip")
    xml = (tmp_path / "open" / "xl" / "worksheets" / "sheet1.xml").read_text(encoding="utf-8")
    assert "<f>" not in xml
    assert "hyperlink" not in xml


def test_a_message_longer_than_a_cell_is_cut_and_says_so_and_its_row_can_still_be_handed_in(tmp_path):
    long = case(1, "长" * 40_000)
    path = sheet_of([long], tmp_path)
    text = cells_of(path)[3][5]
    assert len(text) <= LONGEST
    assert text.endswith("……（余下从略）")
    sheet = filled_in(path, tmp_path / "交.xlsx", lambda cells: said())
    found = filled.read(sheet, replace(fold(()), cases={long.finding: long}), {})
    assert found.refused == ()
    assert [step.finding for _, step in found.steps] == [long.finding]


def test_evidence_names_each_file_once_and_of_many_rows_the_first():
    rows = [{"file": "a.xlsx", "sheet": "10月", "row": n} for n in range(2, 10)]
    both = [rows[0], {"file": "b.csv", "sheet": None, "row": 5}, rows[1]]
    assert review.fixed(case(1, evidence=both))[6] == "a.xlsx[10月] 第2行、第3行；b.csv 第5行"
    many = "a.xlsx[10月] 第2行、第3行、第4行、第5行、第6行、第7行；……共 8 行"
    assert review.fixed(case(1, evidence=rows))[6] == many


@pytest.mark.parametrize(
    ("text", "width", "lines"), [("", 9, 1), ("字" * 4, 9, 1), ("字" * 5, 9, 2), ("a\n\nb", 9, 3)]
)
def test_a_row_is_as_high_as_its_longest_wrapped_text(text, width, lines):
    assert wrapped_lines(text, width) == lines


def test_a_sheet_that_is_open_elsewhere_is_written_beside_it(desk, monkeypatch):
    held = desk.sheet.read_bytes()
    move = Path.replace

    def locked(self, target):
        if Path(target) == desk.sheet:
            raise PermissionError(13, "Permission denied")
        return move(self, target)

    monkeypatch.setattr(Path, "replace", locked)
    for number in (2, 3):
        done = desk.review()
        assert done.exit_code == 0
        assert f"写到了 {desk.folder}/复核表 ({number}).xlsx" in done.stderr
        assert (desk.folder / f"复核表 ({number}).xlsx").read_bytes() == held
    assert desk.sheet.read_bytes() == held
    assert sorted(one.name for one in desk.folder.glob("*.xlsx*")) == [
        "复核表 (2).xlsx",
        "复核表 (3).xlsx",
        "复核表.xlsx",
    ]


def test_a_folder_that_is_not_there_is_no_file_that_is_open(tmp_path):
    with pytest.raises(UsageError):
        write_paper(tmp_path / "没有" / "表.xlsx", b"x", "zh")


# Handing it in


def test_a_filled_in_sheet_is_entered_row_by_row_and_blank_rows_wait(desk):
    done = hand_in(desk, {V1: said(), V2: said(复核结论="不属实", 核定金额="", 理由="登记有误"), V4: NOTE})
    assert (done.exit_code, done.stderr) == (0, "已记入 3 行；以前已记入的 0 行；还没有填的 1 行\n")
    assert steps(desk) == [
        ENTERED,
        ("reject", V2, "李敏", date(2026, 11, 6), "登记有误", None),
        ("confirm", V4, "李敏", date(2026, 11, 6), "查过", None),
    ]
    assert states(desk) == {V1: "reviewed", V2: "rejected", V3: "proposed", V4: "reviewed"}


@pytest.mark.parametrize("amount", [20, 20.0, "20", "20元", "￥20.00", " 20.00 "])
@pytest.mark.parametrize(
    "day", ["2026-11-06", date(2026, 11, 6), datetime(2026, 11, 6), "2026年11月6日", "2026/11/6", 46332]
)
def test_amounts_and_days_are_taken_as_people_and_excel_write_them(desk, amount, day):
    done = hand_in(desk, {V1: said(核定金额=amount, 日期=day)})
    assert done.exit_code == 0, done.stderr
    assert steps(desk) == [ENTERED]


REFUSED = [
    (said(核定金额=5), "金额 5.00 不在 10.00 至 50.00 元之内"),
    (said(核定金额=50.01), "金额 50.01 不在 10.00 至 50.00 元之内"),
    (said(核定金额=""), "没有写核定金额"),
    (said(核定金额="二十"), "核定金额：不是金额"),
    (said(核定金额=-20), "核定金额：不是金额"),
    (said(核定金额=20.005), "核定金额：不是金额"),
    (said(复核结论="不属实"), "核定金额：结论是“不属实”，却填了金额"),
    (said(理由=""), "理由：没有填写"),
    (said(复核人=" "), "复核人：没有填写"),
    (said(复核人="张伟"), "不能决定自己的事"),
    (said(日期=""), "日期：没有写日期，或读不懂"),
    (said(日期="周五"), "日期：没有写日期，或读不懂"),
    (said(日期="11月6日"), "日期：没有写日期，或读不懂"),
    (said(复核结论="是"), "复核结论：不是可选的结论"),
    (said(复核结论=""), "复核结论：没有写结论"),
    (said(建议金额="20.00"), "建议金额：这一格被改过"),
    (said(允许范围="10.00~500.00"), "允许范围：这一格被改过"),
    (said(工号="E2"), "工号：这一格被改过"),
    (said(事实="走访 V1 只有 29"), "事实：这一格被改过"),
    (said(发现编号="000000000000"), "发现编号：决定台账里没有这个发现"),
    (said(发现编号=""), "发现编号：决定台账里没有这个发现"),
    (said(发现编号=V3), "数据变了"),
    (said(数据指纹="0" * 64), "数据变了"),
]


@pytest.mark.parametrize(("cells", "why"), REFUSED)
def test_one_bad_row_is_named_and_nothing_of_the_sheet_is_entered(desk, cells, why):
    done = hand_in(desk, {V1: cells, V4: NOTE})
    assert done.exit_code == 2
    assert "[复核表] 第 4 行" in done.stderr
    assert why in done.stderr
    assert steps(desk) == []


def test_an_amount_where_there_is_no_fine_is_refused(desk):
    done = hand_in(desk, {V4: said()})
    assert (done.exit_code, steps(desk)) == (2, [])
    assert "此项没有扣款，不能填金额" in done.stderr


def test_every_bad_row_is_told_at_once(desk):
    done = hand_in(desk, {V1: said(理由=""), V3: said(核定金额=5), V2: said(复核人=""), V4: NOTE})
    assert (done.exit_code, steps(desk)) == (2, [])
    assert [f"第 {row} 行" in done.stderr for row in (4, 5, 6, 7)] == [True, True, True, False]


def test_the_same_finding_in_two_rows_is_refused(desk):
    whole = {head: cell for head, cell in zip(HEADS, cells_of(desk.sheet)[3], strict=True)}
    done = hand_in(desk, {V1: said(), V3: {**whole, **said(核定金额=30)}})
    assert (done.exit_code, steps(desk)) == (2, [])
    assert "[复核表] 第 5 行 发现编号：与第 4 行是同一个发现" in done.stderr


def test_the_same_sheet_handed_in_twice_changes_nothing_even_after_the_approval(desk):
    rows = {V1: said(), V4: NOTE}
    assert hand_in(desk, rows).exit_code == 0
    assert (
        desk.decide("--month", "2026-10", "--approve", "--by", "王主管", "--on", "2026-11-07").exit_code == 0
    )
    before = Ledger(desk.ledger).entries()
    done = hand_in(desk, rows)
    assert (done.exit_code, done.stderr) == (0, "已记入 0 行；以前已记入的 2 行；还没有填的 2 行\n")
    assert Ledger(desk.ledger).entries() == before


def test_a_sheet_that_is_filled_in_bit_by_bit_may_come_in_again_and_again(desk):
    assert hand_in(desk, {V1: said()}).exit_code == 0
    done = hand_in(desk, {V1: said(), V3: said(核定金额=30)})
    assert done.stderr == "已记入 1 行；以前已记入的 1 行；还没有填的 2 行\n"
    done = hand_in(desk, {V1: said(核定金额=25), V3: said(核定金额=30)})
    assert done.stderr == "已记入 1 行；以前已记入的 1 行；还没有填的 2 行\n"
    assert [(kind, finding, fen) for kind, finding, *_, fen in steps(desk)] == [
        ("confirm", V1, 2000), ("confirm", V3, 3000), ("confirm", V1, 2500),
    ]  # fmt: skip


def test_two_clerks_hand_in_two_halves_of_one_sheet(desk):
    assert hand_in(desk, {V1: said(), V3: said()}, "甲.xlsx").exit_code == 0
    assert hand_in(desk, {V2: said(复核人="周宁"), V4: NOTE}, "乙.xlsx").exit_code == 0
    assert set(states(desk).values()) == {"reviewed"}


def test_a_clerk_does_not_write_over_what_another_decided_after_her_sheet_was_made(desk):
    assert hand_in(desk, {V1: said()}, "甲.xlsx").exit_code == 0
    done = hand_in(desk, {V1: said(复核结论="不属实", 核定金额="", 复核人="周宁")}, "乙.xlsx")
    assert (done.exit_code, steps(desk)) == (2, [ENTERED])
    assert "李敏 已复核这一项（现为“已复核，待批准 20.00 元”）" in done.stderr
    fresh = desk.folder / "新.xlsx"
    assert desk.review(fresh).exit_code == 0
    done = hand_in(desk, {V1: said(复核结论="不属实", 核定金额="", 复核人="周宁")}, "乙.xlsx", fresh)
    assert (done.exit_code, states(desk)[V1]) == (0, "rejected")


def test_two_sheets_handed_in_at_the_same_moment_are_both_entered_and_the_chain_holds(desk):
    halves = [
        filled_in(
            desk.sheet,
            desk.folder / f"{i}.xlsx",
            lambda cells, i=i: said(**amount(cells)) if row(cells) % 2 == i else None,
        )
        for i in (0, 1)
    ]
    command = [
        sys.executable,
        "-m",
        "checker",
        "decide",
        "--rules",
        str(desk.pack),
        "--ledger",
        str(desk.ledger),
    ]
    running = [subprocess.Popen([*command, str(one)], stderr=subprocess.PIPE) for one in halves]
    assert [(one.wait(60), one.stderr.close()) for one in running] == [(0, None), (0, None)]
    assert set(states(desk).values()) == {"reviewed"}
    assert len(steps(desk)) == 4
    assert broken(Ledger(desk.ledger).entries()) is None


def row(cells) -> int:
    return (V1, V3, V2, V4).index(cells["发现编号"])


def amount(cells) -> dict:
    return {} if cells["建议金额"] else {"核定金额": ""}


# The logs change in between


def test_a_row_whose_data_changed_after_the_sheet_was_made_is_refused_and_the_new_sheet_takes_it(desk):
    desk.change("走访记录.csv", "东区,5,", "东区,15,")
    fresh = desk.folder / "新.xlsx"
    assert (
        desk.review(fresh).stderr == "发现 4 条；新记入或数据有变 1 条，消失 0 条；已决定而数据变了的 0 条\n"
    )
    done = hand_in(desk, {V1: said(), V3: said()})
    assert (done.exit_code, steps(desk)) == (2, [])
    assert "第 4 行：复核表生成之后，这一项的台账数据变了" in done.stderr
    assert hand_in(desk, {V1: said(), V3: said()}, of=fresh).exit_code == 0


def test_rows_entered_before_the_data_changed_do_not_hold_up_the_rest_of_the_sheet(desk):
    assert hand_in(desk, {V1: said()}).exit_code == 0
    desk.change("走访记录.csv", "东区,5,", "东区,15,")
    assert desk.review(desk.folder / "新.xlsx").stderr.endswith("已决定而数据变了的 1 条\n")
    assert cells_of(desk.folder / "新.xlsx")[3][10] == "已复核，待批准 20.00 元；数据已变"
    done = hand_in(desk, {V1: said(), V3: said()})
    assert (done.exit_code, done.stderr) == (0, "已记入 1 行；以前已记入的 1 行；还没有填的 2 行\n")
    refused = desk.decide("--finding", V1, "--approve", "--by", "王主管", "--on", "2026-11-07")
    assert "复核之后数据变了，须重新复核" in refused.stderr


def test_a_finding_that_a_correction_removed_is_marked_and_cannot_be_confirmed(desk):
    desk.change("走访记录.csv", "东区,5,", "东区,35,")
    fresh = desk.folder / "新.xlsx"
    assert (
        desk.review(fresh).stderr == "发现 4 条；新记入或数据有变 0 条，消失 1 条；已决定而数据变了的 0 条\n"
    )
    done = hand_in(desk, {V1: said()}, of=fresh)
    assert (done.exit_code, steps(desk)) == (2, [])
    assert hand_in(desk, {V1: said(复核结论="不属实", 核定金额="")}, of=fresh).exit_code == 0


def test_saving_or_sorting_a_log_again_changes_no_finding(desk):
    lines = VISITS.splitlines(keepends=True)
    (desk.logs / "走访记录.csv").write_text("".join([lines[0], *reversed(lines[1:])]), encoding="utf-8")
    done = desk.review(desk.folder / "新.xlsx")
    assert done.stderr == "发现 4 条；新记入或数据有变 0 条，消失 0 条；已决定而数据变了的 0 条\n"


# Files that are no sheet


@pytest.mark.parametrize(
    ("name", "data", "why"),
    [
        ("没有.xlsx", None, "没有这个文件"),
        ("空.xlsx", b"", "文件损坏，无法读取"),
        ("文字.xlsx", "编号,结论\n".encode(), "文件损坏，无法读取"),
        ("坏.xlsx", b"PK\x03\x04junk", "文件损坏，无法读取"),
    ],
)
def test_a_file_that_is_no_workbook_is_refused(desk, name, data, why):
    if data is not None:
        (desk.folder / name).write_bytes(data)
    done = desk.decide(desk.folder / name)
    assert (done.exit_code, steps(desk)) == (2, [])
    assert why in done.stderr


def test_a_workbook_without_the_heads_of_a_review_sheet_is_refused(desk):
    path = filled_in(desk.sheet, desk.folder / "表.xlsx", lambda cells: None)
    rows = cells_of(path)
    rows[2][11] = "结论"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("复核表")
        for number, cells in enumerate(rows):
            sheet.write_row(number, 0, cells)
    done = desk.decide(path)
    assert (done.exit_code, steps(desk)) == (2, [])
    assert "这不是复核表" in done.stderr


# From the command line


def test_a_finding_goes_all_the_way_from_the_command_line(desk):
    def take(*args: str) -> str:
        done = desk.decide("--finding", V1, *args)
        assert done.exit_code == 0, done.stderr
        return states(desk)[V1]

    way = [
        take("--confirm", "--amount", "20元", "--reason", "查过", "--by", "李敏", "--on", "2026-11-06"),
        take("--return", "--reason", "再查", "--by", "王主管", "--on", "2026-11-06"),
        take("--confirm", "--amount", "30", "--reason", "查过", "--by", "李敏", "--on", "2026-11-06"),
        take("--approve", "--by", "王主管", "--on", "2026-11-06"),
        take("--serve", "--way", "refused", "--witness", "周宁", "--by", "李敏", "--on", "2026-11-07"),
        take("--appeal", "--reason", "信号不好", "--by", "张伟", "--on", "2026-11-08"),
        take("--adjust", "--amount", "15", "--reason", "部分属实", "--by", "赵总", "--on", "2026-11-09"),
    ]
    assert way == ["reviewed", "proposed", "reviewed", "confirmed", "served", "appealed", "adjusted"]
    assert (
        fold(Ledger(desk.ledger).entries()).cases[Ledger(desk.ledger).entries()[-1].step.finding].fen == 1500
    )


CONFIRM = ("--confirm", "--amount", "20", "--reason", "查过", "--by", "李敏", "--on", "2026-11-06")


@pytest.mark.parametrize(
    ("args", "why"),
    [
        (("--approve", "--by", "李敏", "--on", "2026-11-06"), "批准人不能是复核人（李敏）"),
        (("--serve", "--by", "李敏", "--on", "2026-11-06"), "现为“已复核，待批准”，不能登记送达"),
        (("--approve", "--by", " ", "--on", "2026-11-06"), "--by 要写姓名"),
        (("--approve", "--by", "王主管"), "--on 要写一个日期；本程序不读系统时钟"),
        (("--confirm", "--amount", "二十", "--by", "李敏", "--on", "2026-11-06"), "--amount 不是金额"),
        (
            ("--confirm", "--amount", "60", "--reason", "x", "--by", "李敏", "--on", "2026-11-06"),
            "不在 10.00 至 50.00 元之内",
        ),
        (("--reject", "--by", "李敏", "--on", "2026-11-06"), "没有写理由"),
        (("--adjust", "--amount", "5", "--reason", "x", "--by", "赵总", "--on", "2026-11-06"), "不能变更"),
    ],
)
def test_a_step_that_may_not_be_taken_is_refused_with_its_reason(desk, args, why):
    assert desk.decide("--finding", V1, *CONFIRM).exit_code == 0
    done = desk.decide("--finding", V1, *args)
    assert (done.exit_code, steps(desk)) == (2, [ENTERED])
    assert why in done.stderr


def test_a_number_that_fits_no_finding_or_a_verb_without_one_is_refused(desk):
    assert "编号 zz：没有这样的发现" in desk.decide("--finding", "zz", *CONFIRM).stderr
    assert desk.decide(*CONFIRM).exit_code == 2
    assert desk.decide(desk.sheet, *CONFIRM).exit_code == 2
    assert desk.decide("--finding", V1, "--month", "2026-10", *CONFIRM).exit_code == 2
    assert "2026-09 没有可以这样处理的发现" in desk.decide("--month", "2026-09", *CONFIRM).stderr
    assert steps(desk) == []


def test_one_bad_finding_of_several_keeps_all_of_them_out(desk):
    done = desk.decide("--finding", V1, "--finding", V4, *CONFIRM)
    assert (done.exit_code, steps(desk)) == (2, [])
    assert f"{V4} 此项没有扣款，不能填金额" in done.stderr


@pytest.mark.slow
def test_ten_thousand_findings_fit_on_a_sheet_and_come_back_from_it(tmp_path):
    cases = [case(number, f"第 {number} 项走访超时，缺少备注和回访记录") for number in range(10_000)]
    path = sheet_of(cases, tmp_path)
    book = replace(fold(()), cases={one.finding: one for one in cases})
    sheet = filled_in(path, tmp_path / "交.xlsx", lambda cells: said())
    found = filled.read(sheet, book, {})
    assert (len(found.steps), found.refused, found.blank) == (10_000, (), 0)
    assert found.steps[0][1] == Step(
        "confirm",
        date(2026, 11, 6),
        "李敏",
        found.steps[0][1].finding,
        "查过",
        {"evidence": "e", "fen": 2000},
    )


def test_a_sheet_with_conclusions_that_nobody_handed_in_is_not_written_over(desk):
    filled = filled_in(
        desk.sheet, desk.folder / "填好.xlsx", lambda cells: {V1: said()}.get(cells["发现编号"])
    )
    before = filled.read_bytes()
    done = desk.review(to=filled)
    assert (done.exit_code, done.stderr) == (
        2,
        f"{filled}: error[review-unsaved]: 复核表里有 1 处还没有记入\n"
        "  建议：先 checker decide 这份复核表，或用 --to 写到别的文件名\n",
    )
    assert filled.read_bytes() == before
    assert desk.decide(filled).exit_code == 0
    assert desk.review(to=filled).exit_code == 0


def test_a_reviewer_is_the_same_person_with_blanks_or_a_post_beside_the_name(desk):
    hand_in(desk, {V1: said()})
    one = ["--finding", V1, "--approve", "--on", "2026-11-07", "--by"]
    for name in ("李 敏", "李敏（质检部）"):
        refused = desk.decide(*one, name)
        assert (refused.exit_code, "批准人不能是复核人（李敏）" in refused.stderr) == (2, True)
    assert desk.decide(*one, "李敏敏").exit_code == 0
