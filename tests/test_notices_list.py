"""通知单登记表: every number of a month with what became of its notice, and sums that are the ledger's."""

from __future__ import annotations

import zipfile

from python_calamine import CalamineWorkbook

from checker.ledger.cases import fold
from checker.ledger.entries import Step
from tests.notices_support import DAY, Office, approved

HEADS = [
    "通知单号", "签发日期", "制单", "工号", "姓名", "部门/片区", "项数", "金额（元）", "送达情况", "送达日期", "见证人", "申诉", "备注",
]  # fmt: skip
STEPS = [
    *approved("a1", 5_000),
    *approved("a2", 2_000, at="2026-10-16"),
    *approved("b1", 5_000, {"department": "业务部"}, person="FW0031"),
    *approved("c1", 1_000, person="FW0032", name="马超"),
    *approved("d1", 1_055, person="FW0033", name="=1+1"),
]


def rows(office: Office) -> list[list]:
    path = office.to / "通知单登记表-2026-10.xlsx"
    return CalamineWorkbook.from_path(str(path)).get_sheet_by_name("登记表").to_python()


def decide(office: Office, *args: object, by: str = "李敏", on: str = "2026-11-07") -> None:
    done = office.decide(*args, "--by", by, "--on", on)
    assert done.exit_code == 0, done.stderr


def test_it_lists_every_number_with_service_appeal_and_what_still_stands(tmp_path):
    office = Office(tmp_path, STEPS)
    office.notices()
    decide(
        office, "--serve", "--notice", "ZJ-202610-002", "--way", "refused", "--witness", "周宁 13812345678"
    )
    decide(office, "--serve", "--finding", "a1")
    decide(office, "--appeal", "--finding", "a1", "--reason", "有汇报", by="张伟", on="2026-11-08")
    decide(office, "--revoke", "--finding", "a1", "--reason", "确有汇报", by="陈总", on="2026-11-09")
    decide(office, "--waive", "--finding", "c1", "--reason", "因公", by="陈总", on="2026-11-09")
    office.notices()
    found = rows(office)
    assert found[:7] == [
        ["豫鲁建材有限公司　2026-10 处罚通知单登记表", *[""] * 12],
        HEADS,
        ["ZJ-202610-001", "2026-11-06", "李敏", "FW0012", "张伟", "豫北片区", 1.0, 20.0,
         "签收（部分）", "2026-11-07", "", "撤销", ""],
        ["ZJ-202610-002", "2026-11-06", "李敏", "FW0031", "张伟", "业务部／豫北片区", 1.0, 50.0,
         "拒签", "2026-11-07", "周宁 138****5678", "", ""],
        ["ZJ-202610-003", "2026-11-06", "李敏", "FW0032", "马超", "豫北片区", 0.0, "", "", "", "", "", "全部撤销或豁免"],
        ["ZJ-202610-004", "2026-11-06", "李敏", "FW0033", "=1+1", "豫北片区", 1.0, 10.55, "未送达", "", "", "", ""],
        ["合计　4 张　　人民币捌拾元伍角伍分", "", "", "", "", "", 3.0, 80.55, "", "", "", "", ""],
    ]  # fmt: skip
    standing = [one for one in fold(office.ledger.entries()).cases.values() if one.state != "waived"]
    assert sum(one.fen for one in standing) == 8_055


def test_its_sums_follow_a_filter_and_nothing_typed_is_a_formula(tmp_path):
    office = Office(tmp_path, STEPS)
    office.notices()
    with zipfile.ZipFile(office.to / "通知单登记表-2026-10.xlsx") as book:
        part = book.read("xl/worksheets/sheet1.xml").decode()
    assert part.count("<f>") == 2
    assert "<f>SUBTOTAL(9,G3:G6)</f><v>5</v>" in part
    assert "<f>SUBTOTAL(9,H3:H6)</f><v>140.55</v>" in part
    assert 'paperSize="9"' in part and 'orientation="landscape"' in part


def test_where_no_yuan_are_deducted_it_names_none(tmp_path):
    office = Office(tmp_path, STEPS, "guards: {region: 广东}\n")
    office.notices()
    found = rows(office)
    assert {row[7] for row in found[2:7]} == {""}
    assert found[6][0] == "合计　4 张"


def test_a_month_whose_notices_are_all_waived_still_has_its_register(tmp_path):
    office = Office(tmp_path, approved("a1"))
    office.notices()
    (office.to / "通知单登记表-2026-10.xlsx").unlink()
    office.enter(Step("waive", DAY, "陈总", "a1", "因公"))
    office.notices()
    assert [row[0] for row in rows(office)[2:4]] == ["ZJ-202610-001", "合计　1 张　　人民币零元整"]
