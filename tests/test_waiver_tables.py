"""Waivers as tables: the same waivers as the YAML file, and every cell that cannot be taken is told."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from checker.diagnostics import CheckerError, concise
from checker.findings import Waiver, load_waivers
from checker.language import load_pack
from checker.pipeline import check

ROOT = Path(__file__).parents[1]
PACK = load_pack(ROOT / "rules" / "after-sales")
HEADS = (
    "编号",
    "规则",
    "工号",
    "姓名",
    "日期",
    "期间",
    "记录编号",
    "任务单号",
    "理由",
    "批准部门",
    "批准人",
    "批准日期",
    "失效日期",
)
ROWS = (
    ("HM-1", "phone-off-unreported", "FW0012", "张伟", "2026-10-13", "", "", "", "基站故障", "质检部", "李敏", "2026-10-20", "2026-11-19"),
    ("", "finished-task-without-record", "", "", "", "", "", "RW-9", "系统停机", "", "质检部", "2026/10/20", "2026年11月1日"),
    ("HM-3", "weekly-summary-missing", "fw0013", "", "", "2026-W42", "", "", "住院", "", "李敏（质检部）", "20261020", "46327"),
)  # fmt: skip
WAIVERS = (
    Waiver("phone-off-unreported", {"employee_id": "FW0012", "date": "2026-10-13"}, "基站故障", "质检部 李敏",
           date(2026, 10, 20), date(2026, 11, 19), "HM-1", {"employee_name": "张伟"}),
    Waiver("finished-task-without-record", {"task_id": "RW-9"}, "系统停机", "质检部", date(2026, 10, 20), date(2026, 11, 1)),
    Waiver("weekly-summary-missing", {"employee_id": "FW0013", "period": "2026-W42"}, "住院", "李敏（质检部）",
           date(2026, 10, 20), date(2026, 11, 1), "HM-3"),
)  # fmt: skip


def csv(rows, heads=HEADS, mark=","):
    return "\n".join(mark.join(row) for row in (heads, *rows)) + "\n"


def workbook(path, *sheets, hidden=()):
    with xlsxwriter.Workbook(path) as book:
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for number, (name, rows) in enumerate(sheets):
            sheet = book.add_worksheet(name)
            for at, row in enumerate(rows):
                for column, cell in enumerate(row):
                    is_day = isinstance(cell, date)
                    sheet.write(at, column, cell, day) if is_day else sheet.write(at, column, cell)
            if number in hidden:
                sheet.hide()
    return path


def refused(path, *said, lang="zh"):
    with pytest.raises(CheckerError) as error:
        load_waivers(path, PACK)
    found = [concise(one, lang).replace(str(path), "W") for one in error.value.diagnostics]
    assert found == list(said)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "utf-16"])
@pytest.mark.parametrize("mark", [",", "\t", ";"])
def test_a_csv_of_any_encoding_and_mark_gives_the_waivers(tmp_path, encoding, mark):
    path = tmp_path / "豁免.csv"
    path.write_bytes(csv(ROWS, mark=mark).encode(encoding))
    found = load_waivers(path, PACK)
    assert found == WAIVERS
    assert [(one.place.line, one.sheet) for one in found] == [(2, None), (3, None), (4, None)]


def test_a_workbook_gives_them_from_every_sheet_with_titles_above_and_dates_as_excel_holds_them(tmp_path):
    typed = [list(row) for row in ROWS]
    typed[0][4], typed[0][11], typed[0][12] = date(2026, 10, 13), date(2026, 10, 20), date(2026, 11, 19)
    first = [["豁免登记表（2026 年）"], [], list(HEADS), typed[0], [], list(HEADS), typed[1]]
    path = workbook(
        tmp_path / "豁免.xlsx", ("说明", [["请逐行填写"]]), ("10月", first), ("周报", [HEADS, typed[2]])
    )
    found = load_waivers(path, PACK)
    assert found == WAIVERS
    assert [(one.place.line, one.sheet) for one in found] == [(4, "10月"), (7, "10月"), (2, "周报")]


def test_heads_may_be_english_and_keys_technical_names(tmp_path):
    path = tmp_path / "w.csv"
    heads = "Rule,employee_id,date,Reason,Approver,Approved on,Expires"
    path.write_text(
        f"{heads}\nphone-off-unreported,fw0012,13/10/2026,flood,质检部,2026-10-20,2026-11-19\n", "utf-8"
    )
    expected = Waiver("phone-off-unreported", {"employee_id": "FW0012", "date": "2026-10-13"}, "flood", "质检部",
                      date(2026, 10, 20), date(2026, 11, 19))  # fmt: skip
    assert load_waivers(path, PACK) == (expected,)


def test_a_rule_may_be_named_by_its_title_and_a_month_may_have_become_a_day_in_excel(tmp_path):
    rule = next(one for one in PACK.rules if one.id == "monthly-report-missing")
    row = [rule.title.zh, datetime(2026, 9, 1), "停电", "质检部", date(2026, 10, 20), date(2026, 11, 19)]
    path = workbook(
        tmp_path / "w.xlsx", ("豁免", [["规则", "期间", "理由", "批准人", "批准日期", "失效日期"], row])
    )
    (one,) = load_waivers(path, PACK)
    assert (one.rule, one.keys) == ("monthly-report-missing", {"period": "2026-09"})


def test_a_filled_column_that_the_rule_does_not_ask_for_is_a_key_too_many_and_other_columns_are_left_alone(
    tmp_path,
):
    path = tmp_path / "w.csv"
    row = (
        "finished-task-without-record",
        "RW-9",
        "FW0012",
        "电话里说的",
        "停机",
        "质检部",
        "2026-10-20",
        "2026-11-01",
    )
    heads = ("规则", "任务单号", "工号", "随便写写", "理由", "批准人", "批准日期", "失效日期")
    path.write_text(csv([row], heads), "utf-8")
    assert [one.keys for one in load_waivers(path, PACK)] == [{"task_id": "RW-9", "employee_id": "FW0012"}]


def test_every_cell_that_cannot_be_taken_is_told_at_once_and_none_of_the_waivers_is_used(tmp_path):
    rows = (
        ROWS[0],
        (
            "",
            "phone-off-unreported",
            "FW0012",
            "",
            "2026-10-32",
            "",
            "",
            "",
            "",
            "",
            "质检部",
            "2026-10-20",
            "",
        ),
        ("", "", "", "", "", "", "", "", "停机", "", "质检部", "下周", "2026-11-01"),
        (
            "",
            "phone-off-unreported",
            "#N/A",
            "",
            "2026-10-13",
            "",
            "",
            "",
            "x",
            "",
            "质检部",
            "2026-10-20",
            "11月1日",
        ),
        (*ROWS[1], "多"),
    )
    path = tmp_path / "w.csv"
    path.write_text(csv(rows), "utf-8")
    mend = "改好这一格再查；读不懂的豁免不生效"
    refused(
        path,
        "W:3: error[waiver-cell]: 第 3 行 失效日期：没有填写 → " + mend,
        "W:3: error[waiver-cell]: 第 3 行 日期：没有2026年10月32日这一天 → 请写成 2026-10-08 这样的日期",
        "W:3: error[waiver-cell]: 第 3 行 理由：没有填写 → " + mend,
        "W:4: error[waiver-cell]: 第 4 行 批准日期：不是日期 → 请写成 2026-10-08 这样的日期",
        "W:4: error[waiver-cell]: 第 4 行 规则：没有填写 → " + mend,
        "W:4: error[waiver-cell]: 第 4 行：一个键也没有写 → 写明工号、日期、期间、记录编号等键",
        "W:5: error[waiver-cell]: 第 5 行 失效日期：没有写年份，文件里也找不到唯一的年份 → 请写成 2026-10-08 这样的日期",
        "W:5: error[waiver-cell]: 第 5 行 工号：公式出错 → 请改正公式或直接填写内容",
        "W:6: error[waiver-cell]: 第 6 行：比表头多出 1 格，不知哪一格错了位（内容里有分隔符时请加引号） → "
        + mend,
    )


def test_a_fault_of_a_workbook_names_its_sheet_and_two_columns_of_one_key_may_not_differ(tmp_path):
    heads = ["规则", "任务单号", "task_id", "理由", "批准人", "批准日期", "失效日期"]
    row = ["finished-task-without-record", "RW-9", "RW-8", "停机", "质检部", date(2026, 10, 20), "以后"]
    path = workbook(tmp_path / "w.xlsx", ("豁免", [heads, row]))
    refused(
        path,
        "W:2: error[waiver-cell]: [豁免] row 2 task_id: the same key as '任务单号', another value → write one of them",
        "W:2: error[waiver-cell]: [豁免] row 2 失效日期: not a date → write the date as 2026-10-08",
        lang="en",
    )


def test_a_file_without_the_heads_or_that_is_no_table_is_refused(tmp_path):
    hint = "表头须有：规则、理由、批准人、批准日期、失效日期，以及各键（工号、日期、期间、记录编号等）"
    path = tmp_path / "w.csv"
    path.write_text("规则,理由,批准人,批准日期\na,b,c,2026-10-20\n", "utf-8")
    refused(path, f"W: error[waiver-file]: 第 1 行缺表头：失效日期 → {hint}")
    path.write_text("工号,姓名\n1,2\n", "utf-8")
    refused(path, f"W: error[waiver-file]: 这里没有豁免表：找不到表头 → {hint}")
    path.write_bytes(b"")
    refused(path, f"W: error[waiver-file]: 这里没有豁免表：找不到表头 → {hint}")
    path.write_bytes("规则,理由\n".encode() + b"\xff\xfe\x80")
    refused(path, f"W: error[waiver-file]: 读不懂文件的编码 → {hint}")
    path = tmp_path / "w.xlsx"
    path.write_bytes(b"%PDF-1.4")
    refused(path, f"W: error[waiver-file]: 不是表格文件 → {hint}")
    path.write_bytes(b"PK\x03\x04 nothing")
    with pytest.raises(CheckerError, match="waiver-file"):
        load_waivers(path, PACK)
    refused(tmp_path / "none.csv", f"W: error[waiver-file]: 打不开文件：No such file or directory → {hint}")


def test_a_hidden_sheet_of_waivers_is_refused_since_nobody_would_see_it(tmp_path):
    path = workbook(tmp_path / "w.xlsx", ("看得见", [["甲"]]), ("暗", [HEADS, ROWS[0]]), hidden=(1,))
    refused(path, "W: error[waiver-file]: 工作表“暗”是隐藏的 → 取消隐藏，或删去它")


def test_a_table_with_only_heads_holds_no_waiver(tmp_path):
    path = tmp_path / "w.csv"
    path.write_text(csv(()), "utf-8")
    assert load_waivers(path, PACK) == ()


TEXT = st.text("甲乙ab1（）# ", min_size=1, max_size=8).filter(lambda text: text.strip(" #") != "")
DAY = st.dates(date(2026, 1, 1), date(2027, 12, 31))
ROW = st.tuples(TEXT, TEXT, DAY, DAY, st.sampled_from(["FW0012", "YW0003"]), DAY)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(st.lists(ROW, max_size=5))
def test_yaml_csv_and_workbook_give_the_same_waivers(tmp_path_factory, some):
    folder = tmp_path_factory.mktemp("w")
    heads = ("规则", "工号", "日期", "理由", "批准人", "批准日期", "失效日期")
    rows = [
        (
            "phone-off-unreported",
            who,
            str(day),
            " ".join(why.split()),
            " ".join(by.split()),
            str(start),
            str(end),
        )
        for why, by, start, end, who, day in some
    ]
    (folder / "w.csv").write_bytes(csv(rows, heads).encode("gb18030"))
    book = workbook(folder / "w.xlsx", ("豁免", [heads, *rows]))
    listed = "".join(
        f"- {{rule: {rule}, keys: {{employee_id: {who}, date: {day}}}, reason: '{why}', approver: '{by}', "
        f"approved_on: {start}, expires: {end}}}\n"
        for rule, who, day, why, by, start, end in rows
    )
    (folder / "w.yaml").write_text(f"waivers:\n{listed}" if rows else "waivers: []\n", "utf-8")
    expected = load_waivers(folder / "w.yaml")
    assert load_waivers(folder / "w.csv", PACK) == expected
    assert load_waivers(book, PACK) == expected


LOGS = {
    "staff_roster.csv": "工号,姓名,部门,岗位,片区,用工形式,入职日期,离职日期,生效日期,失效日期,承担职责\n"
    "FW0012,张伟,业务部,服务人员,豫北片区,正式,2024-03-04,,2024-03-04,,\n",
    "leave.csv": "记录编号,工号,姓名,类别,开始时间,结束时间,审批状态\n",
    "phone_report.csv": "工号,汇报时间,汇报对象,备用联系方式\n",
    "phone_status.csv": "记录编号,工号,姓名,状态,开始时间,恢复时间,发现方式\n"
    "P1,FW0012,张伟,关机,2026-10-13 09:00,2026-10-13 12:00,拨测\n",
}


def run(tmp_path, table):
    for name, text in LOGS.items():
        (tmp_path / name).write_text(text, "utf-8")
    waivers = tmp_path.parent / f"{tmp_path.name}.csv"
    waivers.write_text(table, "utf-8")
    report = check(
        [tmp_path],
        rules=ROOT / "rules" / "after-sales",
        period="2026-10",
        as_of="2026-11-06",
        waivers=waivers,
    )
    mine = [one for one in report.findings if one.rule == "phone-off-unreported"]
    told = [(one.level, one.code, one.row) for one in report.problems if one.log == "waivers"]
    return [one.waiver is not None for one in mine], told


HEAD = "编号,规则,工号,姓名,日期,理由,批准人,批准日期,失效日期\n"
GOOD = "HM-1,phone-off-unreported,FW0012,{name},2026-10-13,基站故障,{by},{start},{end}\n"


@pytest.mark.parametrize(
    ("changes", "waived", "told"),
    [
        ({}, True, []),
        ({"by": "质检部 李敏"}, True, []),
        ({"by": "总经理"}, False, [("warning", "waiver-approver", 2)]),
        ({"by": "质检部 张伟"}, False, [("warning", "waiver-self", 2)]),
        ({"name": "张玮"}, False, [("warning", "waiver-name", 2)]),
        ({"end": "2026-11-05"}, False, [("warning", "waiver-expired", 2)]),
        ({"end": "2026-11-06"}, True, []),
        ({"start": "2026-11-07"}, False, [("warning", "waiver-not-yet", 2)]),
        ({"end": "2026-11-20"}, False, [("warning", "waiver-length", 2)]),
    ],
)
def test_a_table_meets_the_same_checks_as_the_yaml_file(tmp_path, changes, waived, told):
    row = GOOD.format(
        **{"name": "张伟", "by": "质检部", "start": "2026-10-20", "end": "2026-11-19", **changes}
    )
    assert run(tmp_path, HEAD + row) == ([waived], told)


def test_an_expired_waiver_beside_its_renewal_is_no_warning_and_a_double_is(tmp_path):
    old = GOOD.format(name="", by="质检部", start="2026-09-20", end="2026-10-19")
    new = GOOD.format(name="", by="质检部", start="2026-10-20", end="2026-11-19")
    assert run(tmp_path, HEAD + old + new) == ([True], [])
    assert run(tmp_path, HEAD + old + new + new) == ([True], [("warning", "waiver-twice", 4)])


def test_a_waiver_that_fits_nothing_is_told_while_it_holds_and_is_history_afterwards(tmp_path):
    other = GOOD.replace("FW0012", "FW0099")
    good = GOOD.format(name="", by="质检部", start="2026-10-20", end="2026-11-19")
    holds = other.format(name="", by="质检部", start="2026-10-20", end="2026-11-19")
    gone = other.format(name="", by="质检部", start="2026-09-20", end="2026-10-19")
    assert run(tmp_path, HEAD + good + holds + gone) == ([True], [("note", "waiver-unused", 3)])
