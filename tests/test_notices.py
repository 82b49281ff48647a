"""处罚通知单: one a person, a number for ever, and nothing on it but what the ledger holds as approved."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import pytest
from click.testing import CliRunner

from checker.cli import main
from checker.ledger.cases import fold
from checker.ledger.entries import Step
from checker.ledger.exports import decided
from checker.ledger.steps import Procedure, taken
from checker.money import capitals, yuan
from checker.papers.notice_numbers import steps as numbering
from tests.notices_support import DAY, Office, approved, sheets_of
from tests.papers_support import Desk, filled_in, said
from tests.test_guards import entries_of

TWO_ZHANG_WEI = [
    *approved("a1", 5_000, {"message": "手机关机 57 分钟，未见汇报"}),
    *approved("a2", 2_000, {"message": "第42周服务情况未汇总"}, at="2026-10-16", rule="weekly-summary"),
    *approved("b1", 5_000, person="FW0031", region="鲁西片区"),
    *approved("c1", 1_055, person="FW0009", name="马超", region="鲁西片区"),
]


@pytest.fixture
def office(tmp_path) -> Office:
    return Office(tmp_path, TWO_ZHANG_WEI)


def test_a_notice_says_who_what_when_by_which_clause_how_much_and_where_to_appeal(office):
    assert office.notices().exit_code == 0
    head = decided(office.ledger.entries())[-1].hash[:16]
    assert office.sheets() == [
        [
            "豫鲁建材有限公司", "处罚通知单", "日期：2026-11-06", "编号：ZJ-202610-001",
            "姓名", "张伟", "工号", "FW0012", "部门/片区", "豫北片区", "岗位", "______",
            "序", "发生时间", "违规事实（证据）", "依据条款", "金额（元）",
            "1", "2026-10-13", "手机关机 57 分钟，未见汇报", "（关机登记.xlsx/10月/第18行）", "二.6", "50.00",
            "2", "2026-10-16", "第42周服务情况未汇总", "（关机登记.xlsx/10月/第18行）", "二.7", "20.00",
            "合计", "人民币柒拾元整", "¥70.00",
            "执行：财务部，拟从 ____ 年 __ 月发放的工资中扣除。",
            "申诉：收到本通知之日起 3 个工作日内，可向总经理办公室提出书面申诉；申诉期间暂不执行。",
            "本人意见：□ 无异议 □ 有异议（说明）：", "本人签字：", "日期：", "年", "月", "日",
            "拒签说明：", "见证人：", "制单：李敏", "质检部负责人：", "批准：", "（盖章）", "年", "月", "日",
            "本单一式三份：本人、财务部、质检部存档各一份。",
            f"制度版本 ______ 决定台账 {head}", "ZJ-202610-001 第 1 页 共 1 页",
        ]
    ]  # fmt: skip


def test_two_people_of_one_name_get_a_notice_each_by_staff_number(office):
    office.notices()
    assert office.numbers() == {
        "c1": "ZJ-202610-002",
        "b1": "ZJ-202610-003",
        "a1": "ZJ-202610-001",
        "a2": "ZJ-202610-001",
    }
    [first] = office.sheets()
    second, third = office.sheets("鲁西片区")
    told = [(one[3], one[5], one[7]) for one in (first, second, third)]
    assert told == [
        ("编号：ZJ-202610-001", "张伟", "FW0012"),
        ("编号：ZJ-202610-002", "马超", "FW0009"),
        ("编号：ZJ-202610-003", "张伟", "FW0031"),
    ]


def test_staff_numbers_that_differ_only_in_case_are_one_person(tmp_path):
    office = Office(tmp_path, [*approved("a1", person="fw0012"), *approved("a2", person="FW0012 ")])
    office.notices()
    assert set(office.numbers().values()) == {"ZJ-202610-001"}


def test_sums_in_figures_and_capitals_are_those_of_the_ledger(office):
    done = office.notices()
    said = {
        sheet[3]: (sheet[at + 1], sheet[at + 2])
        for region in ("豫北片区", "鲁西片区")
        for sheet in office.sheets(region)
        for at in [sheet.index("合计")]
    }
    ledger: dict[str, int] = {}
    for case in fold(office.ledger.entries()).cases.values():
        ledger[f"编号：{case.notice}"] = ledger.get(f"编号：{case.notice}", 0) + case.fen
    assert said == {number: (capitals(fen), f"¥{yuan(fen)}") for number, fen in ledger.items()}
    assert done.stderr.splitlines()[-1] == "通知单 3 张，4 项，合计 130.55 元；本次新编入 4 项，没有编入 0 项"
    assert sum(ledger.values()) == 13_055


def test_the_same_again_enters_nothing_and_writes_the_same_bytes(office):
    office.notices()
    files = {path.name: path.read_bytes() for path in office.to.iterdir()}
    entries = office.ledger.entries()
    again = office.notices(on="2026-11-20")
    assert (
        again.stderr.splitlines()[-1] == "通知单 3 张，4 项，合计 130.55 元；本次新编入 0 项，没有编入 0 项"
    )
    assert decided(office.ledger.entries()) == decided(entries)
    taken = [(one.step.by, one.step.on, one.step.data["rows"]) for one in office.ledger.entries()[-2:]]
    assert taken == [("李敏", date(2026, 11, 6), 4), ("李敏", date(2026, 11, 20), 4)]
    assert {path.name: path.read_bytes() for path in office.to.iterdir()} == files


def test_what_is_approved_later_stands_on_a_further_notice_and_old_numbers_stay(office):
    office.notices()
    before = office.numbers()
    office.enter(
        *approved("a0", 1_000, at="2026-10-02"), *approved("d1", 1_000, person="FW0001", region="东")
    )
    office.notices(on="2026-11-09")
    assert office.numbers() == {**before, "d1": "ZJ-202610-004", "a0": "ZJ-202610-005"}
    assert [(sheet[2], sheet[3]) for sheet in office.sheets()] == [
        ("日期：2026-11-06", "编号：ZJ-202610-001"),
        ("日期：2026-11-09", "编号：ZJ-202610-005"),
    ]


def test_a_number_is_not_given_again_when_its_findings_are_waived(tmp_path):
    office = Office(tmp_path, approved("a1"))
    office.notices()
    office.enter(Step("waive", DAY, "陈总", "a1", "因公"), *approved("b1", person="FW0031"))
    office.notices()
    assert office.numbers() == {"a1": "ZJ-202610-001", "b1": "ZJ-202610-002"}
    assert [sheet[3] for sheet in office.sheets()] == ["编号：ZJ-202610-002"]


def test_another_prefix_goes_on_counting_so_that_no_number_means_two_notices(tmp_path):
    office = Office(tmp_path, approved("a1"))
    office.notices()
    path = office.pack / "pack.yaml"
    path.write_text(path.read_text("utf-8").replace("notice_prefix: ZJ", "notice_prefix: 7F"), "utf-8")
    office.enter(*approved("b1", person="FW0031"))
    office.notices()
    assert office.numbers() == {"a1": "ZJ-202610-001", "b1": "7F-202610-002"}
    assert [sheet[3] for sheet in office.sheets()] == ["编号：ZJ-202610-001", "编号：7F-202610-002"]


def test_each_month_counts_for_itself(tmp_path):
    office = Office(tmp_path, [*approved("a1"), *approved("n1", month="2026-11", at="2026-11-02")])
    office.notices()
    assert office.notices("--month", "2026-11").exit_code == 0
    assert office.numbers() == {"a1": "ZJ-202610-001", "n1": "ZJ-202611-001"}


def test_a_second_number_for_a_finding_is_refused():
    entries = entries_of(
        *approved("a1"), *numbering(entries_of(*approved("a1")), "2026-10", "ZJ", "李敏", DAY)
    )
    step = Step("notice", DAY, "李敏", "a1", data={"notice": "ZJ-202610-002", "number": 2})
    [why] = taken(entries, [step], Procedure())
    assert why is not None
    assert (why.zh, why.en) == ("已在通知单 ZJ-202610-001 上", "it stands on notice ZJ-202610-001 already")


@pytest.mark.parametrize(
    ("steps", "why"),
    [
        (approved("a1")[:2], "现为“已复核，待批准”，不能发通知单（须为：已确认）"),
        ([*approved("a1"), Step("serve", DAY, "李敏", "a1")], "现为“已送达”，不能发通知单（须为：已确认）"),
        ([*approved("a1"), Step("gone", DAY, "checker", "a1")], "复核之后数据变了，须重新复核"),
    ],
)
def test_a_number_is_given_only_between_approval_and_service_and_on_sound_data(steps, why):
    step = Step("notice", DAY, "李敏", "a1", data={"notice": "ZJ-202610-001", "number": 1})
    [said] = taken(entries_of(*steps), [step], Procedure())
    assert said is not None
    assert said.zh == why


def test_who_issues_may_be_somebody_a_notice_is_about(tmp_path):
    said = {"subject": {"employee_id": "FW0012", "employee_name": "李敏"}}
    steps = [replace(one, by="周宁") if one.kind == "confirm" else one for one in approved("a1", said=said)]
    office = Office(tmp_path, steps)
    assert office.notices().exit_code == 0
    assert office.numbers() == {"a1": "ZJ-202610-001"}


def test_only_what_was_approved_and_has_consequences_is_on_a_notice(tmp_path):
    proposed, reviewed, _ = approved("p1", person="FW0040")
    steps = [
        proposed,
        *approved("r1", person="FW0041")[:2],
        reviewed,
        *approved("z1", 0, person="FW0042"),
        *approved("m1", said={"fine": None, "measures": ["书面检讨"], "by": None}, person="FW0043"),
        *approved("u1", said={"fine": None, "units": [{"unit": "demerit", "places": 1, "amount": 35}]}, person="FW0044"),
    ]  # fmt: skip
    office = Office(tmp_path, steps)
    assert office.notices().exit_code == 0
    assert office.numbers() == {"m1": "ZJ-202610-001", "u1": "ZJ-202610-002"}
    measure, points = office.sheets()
    assert measure[measure.index("1") : measure.index("本人意见：□ 无异议 □ 有异议（说明）：")] == [
        "1", "2026-10-13", "张伟 2026-10-13 phone-off 措施：书面检讨", "（关机登记.xlsx/10月/第18行）", "二.6", "—",
        "合计", "共 1 项，不扣款", "执行：______。",
        "申诉：收到本通知之日起 3 个工作日内，可向总经理办公室提出书面申诉；申诉期间暂不执行。",
    ]  # fmt: skip
    assert "张伟 2026-10-13 phone-off 计：demerit 3.5" in points
    assert "¥" not in "".join(measure + points)


def test_a_unit_is_called_as_the_pack_calls_it(tmp_path):
    units = [{"unit": "demerit", "places": 0, "amount": 3}]
    more = "units: {demerit: {title: {zh: 扣分, en: points}}}\n"
    office = Office(tmp_path, approved("u1", said={"units": units}), more)
    office.notices()
    assert "张伟 2026-10-13 phone-off 计：扣分 3" in office.sheets()[0]


def test_a_share_is_told_to_the_person_who_bears_it_with_that_part_only(tmp_path):
    def share(who, fen, name):
        said = {
            "person": who,
            "liable": who,
            "department": "业务部",
            "message": "记录丢失（共 100.00 元，分担）",
        }
        return approved(f"5a/{who}", fen, said, person=who, name=name)

    office = Office(tmp_path, [*share("FW0012", 6_667, "张伟"), *share("FW0031", 3_333, "李娜")])
    office.notices()
    first, second = office.sheets()
    assert [(one[5], one[7], one[9], one[one.index("合计") + 2]) for one in (first, second)] == [
        ("张伟", "FW0012", "业务部／豫北片区", "¥66.67"),
        ("李娜", "FW0031", "业务部／豫北片区", "¥33.33"),
    ]


def test_a_threshold_of_points_is_told_like_any_finding(tmp_path):
    said = {"rule": "demerit-points", "message": "12 个月内扣分达到 6", "measures": ["培训"], "record": None}
    office = Office(tmp_path, approved("t1", 20_000, said))
    office.notices()
    assert "12 个月内扣分达到 6 措施：培训" in office.sheets()[0]
    assert "¥200.00" in office.sheets()[0]


def test_from_the_logs_to_the_notice_the_version_of_the_rules_stands_at_its_foot(tmp_path):
    desk = Desk(tmp_path)
    desk.review()
    typed = filled_in(
        desk.sheet, tmp_path / "交.xlsx", lambda cells: said(核定金额=20 if cells["建议金额"] else "")
    )
    assert desk.decide(typed).exit_code == 0
    desk.decide("--approve", "--month", "2026-10", "--by", "陈总", "--on", "2026-11-07")
    asked = ("--month", "2026-10", "--to", tmp_path / "单", "--by", "李敏", "--on", "2026-11-07")
    done = desk.run("notices", *asked, "--rules", desk.pack, "--ledger", desk.ledger)
    assert done.stderr.splitlines()[-1] == "通知单 2 张，3 项，合计 60.00 元；本次新编入 3 项，没有编入 0 项"
    [sheet] = sheets_of((tmp_path / "单" / "处罚通知单-2026-10-东区.html").read_text(encoding="utf-8"))
    assert sheet[0:6] == [
        "____________",
        "处罚通知单",
        "日期：2026-11-07",
        "编号：ZJ-202610-001",
        "姓名",
        "张伟",
    ]
    assert sheet[17:23] == [
        "1",
        "2026-10-08",
        "走访 V1（甲公司）只有 5",
        "（走访记录.csv/第2行）",
        "一.1",
        "20.00",
    ]
    assert sheet[-2].startswith("制度版本 1 决定台账 ")


# What is left out is said


def test_what_cannot_stand_on_a_notice_is_named_with_its_reason(tmp_path):
    changed = approved("e1" * 8, person="FW0050")
    anew = Step("propose", DAY, "checker", "e1" * 8, data={**changed[0].data, "evidence": "f"})
    nobody = approved("e2" * 8, said={"person": None, "fine": None, "measures": ["整改"]})
    unserved = approved("e3" * 8, person="FW0051")
    served = Step("serve", DAY, "李敏", "e3" * 8, data={"way": "signed"})
    office = Office(tmp_path, [*changed, anew, *nobody, *unserved, served])
    done = office.notices()
    assert done.stderr == (
        "e1e1e1e1e1e1 FW0050 批准后数据变了，须先处理\n"
        "e2e2e2e2e2e2  没有责任人的工号\n"
        "e3e3e3e3e3e3 FW0051 没有发通知单就往下办了\n"
        "通知单 0 张，0 项，合计 0.00 元；本次新编入 0 项，没有编入 3 项\n"
    )
    assert (done.exit_code, office.numbers(), list(office.to.iterdir())) == (0, {}, [])


def test_a_notice_not_served_whose_data_changed_since_is_not_printed_again(tmp_path):
    steps = [*approved("a1"), *approved("a2", 2_000, at="2026-10-16")]
    office = Office(tmp_path, steps)
    office.notices()
    office.enter(Step("propose", DAY, "checker", "a1", data={**steps[0].data, "evidence": "f"}))
    done = office.notices()
    assert done.stderr.splitlines()[1] == "a1 FW0012 批准后数据变了，须先处理"
    [sheet] = office.sheets()
    assert (sheet[3], sheet[sheet.index("合计") + 2]) == ("编号：ZJ-202610-001", "¥20.00")


def test_only_show_gives_no_number_and_prints_what_has_one(office):
    office.notices()
    office.enter(*approved("d1", person="FW0001"))
    before = office.ledger.entries()
    done = office.run("notices", "--month", "2026-10", "--to", office.to, "--only-show", lang="en")
    assert done.stderr.splitlines()[-2:] == [
        "d1 FW0001 it has no number yet",
        "3 notices, 4 findings, 130.55 yuan; 0 findings new, 1 on none",
    ]
    assert decided(office.ledger.entries()) == decided(before)


# What becomes of amounts


def test_where_points_stand_in_place_of_yuan_nothing_is_deducted(tmp_path):
    table = "guards: {region: 河南, money_mode: score, points: [{up_to: 20, points: 1}, {up_to: 50, points: 3}]}\n"
    steps = [
        *approved("a1", 5_000),
        *approved("a2", 2_000, at="2026-10-16"),
        *approved("b1", 9_000, person="FW0031"),
    ]
    office = Office(tmp_path, steps, table)
    assert office.notices().stderr.endswith(
        "通知单 2 张，3 项，合计 0.00 元；本次新编入 3 项，没有编入 0 项\n"
    )
    first, second = office.sheets()
    assert [first[at + 1] for at, text in enumerate(first) if text == "二.6"] == [
        "绩效扣 3 分",
        "绩效扣 1 分",
    ]
    assert (first[16], first[first.index("合计") + 1]) == ("处理", "绩效扣 4 分，不扣款")
    assert "执行：计入绩效扣分，不扣工资。" in first
    assert second[second.index("合计") + 1] == "绩效扣 0 分，另有由人工定的，不扣款"
    assert not [text for text in first + second if "¥" in text or "人民币" in text or "工资中扣除" in text]


def test_where_the_region_turns_fines_into_warnings_no_yuan_are_named(tmp_path):
    office = Office(tmp_path, TWO_ZHANG_WEI, "guards: {region: 广东}\n")
    office.notices()
    [sheet] = office.sheets()
    assert [sheet[at + 1] for at, text in enumerate(sheet) if text in ("二.6", "二.7")] == ["警告", "警告"]
    assert sheet[sheet.index("合计") + 1] == "共 2 项，不扣款"
    assert "执行：予以警告，不扣工资。" in sheet
    assert not [text for text in sheet if "¥" in text or "人民币" in text or "工资中扣除" in text]


@pytest.mark.parametrize(
    ("days", "said"),
    [(7, "申诉：收到本通知之日起 7 个工作日内，"), (0, "申诉：收到本通知当日，")],
)
def test_the_time_to_appeal_is_the_one_the_ledger_holds_to(tmp_path, days, said):
    office = Office(tmp_path, approved("a1"), f"procedure: {{appeal_days: {days}}}\n")
    office.notices()
    [sheet] = office.sheets()
    assert f"{said}可向总经理办公室提出书面申诉；申诉期间暂不执行。" in sheet
    assert Procedure(days).appeal_ends(date(2026, 11, 6)) == date(2026, 11, 17 if days else 6)


def test_where_the_pack_says_nothing_lines_are_left_to_fill_in(tmp_path):
    office = Office(tmp_path, approved("a1"), papers="# nothing")
    office.notices()
    [sheet] = office.sheets()
    assert sheet[0] == "____________"
    assert "申诉：收到本通知之日起 3 个工作日内，可向 ______ 提出书面申诉；申诉期间暂不执行。" in sheet


# Served by its number, and on finance's sheet


def test_a_notice_is_noted_as_served_by_its_number_with_all_its_findings(office):
    office.notices()
    done = office.decide("--serve", "--notice", "zj-202610-001", "--by", "李敏", "--on", "2026-11-07")
    assert (done.exit_code, done.stderr) == (0, "已记入 2 笔\n")
    found = [one.step for one in office.ledger.entries() if one.step.kind == "serve"]
    assert [(one.finding, dict(one.data)) for one in found] == [
        ("a1", {"way": "signed", "notice": "ZJ-202610-001"}),
        ("a2", {"way": "signed", "notice": "ZJ-202610-001"}),
    ]
    told = CliRunner().invoke(main, ["ledger", "history", "a1", "--ledger", str(office.ledger.path)])
    assert "发通知单" in told.stdout and "通知单 ZJ-202610-001" in told.stdout


def test_a_number_nobody_has_is_refused(office):
    office.notices()
    done = office.decide("--serve", "--notice", "ZJ-202610-099", "--by", "李敏", "--on", "2026-11-07")
    assert done.exit_code == 2
    assert "no-finding" in done.stderr and "ZJ-202610-099 没有可以这样处理的发现" in done.stderr
    mixed = office.decide("--serve", "--notice", "ZJ-202610-001", "--month", "2026-10", "--by", "李敏")
    assert mixed.exit_code == 2


def test_serving_what_has_no_number_is_warned_of(office):
    office.enter(*approved("z1", 0, person="FW0042"))  # of which nothing follows
    asked = ("--serve", "--finding", "a1", "--finding", "z1", "--by", "李敏", "--on", "2026-11-07")
    assert office.decide(*asked).stderr == "1 项没有通知单号：先运行 checker notices\n已记入 2 笔\n"


def test_finance_finds_the_number_on_its_sheet(office, tmp_path):
    from tests.test_fine_sheet import cells, sheet

    office.notices()
    office.decide("--serve", "--month", "2026-10", "--by", "李敏", "--on", "2026-11-07")
    out = tmp_path / "明细.xlsx"
    asked = ("fines", "--month", "2026-11", "--to", out, "--by", "王芳", "--on", "2026-11-20")
    assert office.run(*asked).exit_code == 0
    rows = cells(sheet(out, "扣款明细"), "发现编号", "通知单号", "核定金额")
    assert sorted(rows) == [
        ["a1", "ZJ-202610-001", 50.0],
        ["a2", "ZJ-202610-001", 20.0],
        ["b1", "ZJ-202610-003", 50.0],
        ["c1", "ZJ-202610-002", 10.55],
    ]


def test_a_reprint_after_an_appeal_says_what_became_of_it(office):
    office.notices()
    office.decide("--serve", "--month", "2026-10", "--by", "李敏", "--on", "2026-11-07")
    office.decide("--appeal", "--finding", "a1", "--by", "张伟", "--on", "2026-11-08", "--reason", "有汇报")
    asked = (
        "--adjust",
        "--finding",
        "a1",
        "--amount",
        "20",
        "--by",
        "陈总",
        "--on",
        "2026-11-09",
        "--reason",
        "有",
    )
    assert office.decide(*asked).exit_code == 0
    office.notices()
    [sheet] = office.sheets()
    assert "手机关机 57 分钟，未见汇报 状态：申诉后变更" in sheet
    assert sheet[sheet.index("合计") + 2] == "¥40.00"


# Refusals


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("--month", "2026-13"), "bad-period"),
        (("--month", "十月"), "bad-period"),
        (("--on", "昨天"), "--on 要写一个日期；本程序不读系统时钟"),
        (("--by", " "), "--by 要写姓名：台账里每一笔都要有人负责"),
        (("--ledger", "nowhere.sqlite"), "没有这个决定台账"),
        (("--format", "pdf"), "'pdf' is not one of 'html', 'xlsx'"),
    ],
)
def test_what_is_asked_for_wrongly_is_refused_and_nothing_is_numbered(office, args, said):
    asked = ["notices", "--month", "2026-10", "--to", office.to, "--by", "李敏", "--on", "2026-11-06"]
    done = office.run(*asked, *args) if args[0] != "--ledger" else _elsewhere(office, asked, args)
    assert (done.exit_code, said in done.stderr, office.numbers()) == (2, True, {}), done.stderr
    assert not office.to.exists()


def _elsewhere(office, asked, args):
    return CliRunner().invoke(main, [str(one) for one in (*asked, "--rules", office.pack, *args)])


def test_a_folder_that_cannot_be_made_costs_no_number(office):
    office.to.write_text("a file")
    done = office.notices()
    assert done.exit_code == 2
    assert "cannot-write" in done.stderr and "建不了文件夹" in done.stderr
    assert office.numbers() == {}


@pytest.mark.parametrize(
    ("guards", "said"),
    [
        ("{region: 深圳}", "须在pack.yaml的guards里选定money_mode"),
        ("{money_mode: score}", "却没有points表"),
    ],
)
def test_a_choice_that_is_the_companys_is_asked_for_before_any_number(tmp_path, guards, said):
    office = Office(tmp_path, approved("a1"), f"guards: {guards}\n")
    done = office.notices()
    assert done.exit_code == 2
    assert "money-mode" in done.stderr and said in "".join(done.stderr.split())
    assert office.numbers() == {}


def test_a_month_with_nothing_approved_writes_nothing(tmp_path):
    office = Office(tmp_path, [])
    office.enter(approved("a1")[0])
    done = office.notices(lang="en")
    assert done.stderr == "0 notices, 0 findings, 0.00 yuan; 0 findings new, 0 on none\n"
    assert json.dumps(list(office.to.iterdir())) == "[]"
