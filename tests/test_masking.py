"""Telephone numbers are masked wherever they are shown and whole wherever they are judged; only the option decides."""

from __future__ import annotations

import json
import shutil
from datetime import datetime
from pathlib import Path

import pytest

from checker import pipeline
from checker.calendar import parse_period
from checker.dossier import rows
from checker.language import load_pack
from checker.logs.written import Written
from checker.reports import REPORTS, Options

ROOT = Path(__file__).parents[1]
AFTER_SALES = load_pack(ROOT / "rules" / "after-sales")
RULE = """rules:
- id: phones-differ
  title: {zh: 电话不一致, en: Phones differ}
  clause: 一.1.a
  kind: duty
  status: active
  severity: minor
  effective: {from: 2026-01-01}
  check:
    each: {log: visit, require: {same: {is: true}}}
  show: [phone, office]
  message: {zh: "{phone} 与 {office} 不同", en: "{phone} is not {office}"}
"""
VISITS = "编号,工号,日期,电话,办公电话\nV1,A1,2026-10-08,13812345678,13899995678\nV2,A1,2026-10-09,13812345678,13812345678\n"


@pytest.fixture(scope="module")
def pack(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pack") / "mini"
    shutil.copytree(ROOT / "tests" / "packs" / "mini", folder)
    logs = (folder / "logs.yaml").read_text("utf-8")
    more = """      phone: {type: text, header: 电话, mask: true}
      office: {type: text, header: 办公电话, mask: true}
      same: {type: bool, formula: "phone = office"}
      note: {type: text, header: 备注}
"""
    (folder / "logs.yaml").write_text(logs.replace("      note: {type: text, header: 备注}\n", more), "utf-8")
    (folder / "rules" / "phones.yaml").write_text(RULE, "utf-8")
    return load_pack(folder)


def judged(pack, visits):
    return pipeline.check_inline(
        pack,
        {"staff": "工号,姓名,岗位,片区,起\nA1,甲,服务人员,东,2026-01-01\n", "visit": visits},
        period=parse_period("2026-10"),
        as_of=datetime(2026, 11, 6),
        rules={"phones-differ"},
    )


def test_a_rule_compares_whole_numbers_and_reports_show_masked_ones(pack):
    report = judged(pack, VISITS)
    assert [(one.outcome, one.record["key"]) for one in report.findings] == [("fail", "V1"), ("pass", "V2")]
    one = report.findings[0]
    assert one.values == {"same": False, "phone": "138****5678", "office": "138****5678"}
    assert one.message.zh == "138****5678 与 138****5678 不同"
    for form, render in REPORTS.items():
        text = render(report, Options(all=True))
        text = text if isinstance(text, str) else text.decode()
        assert "13812345678" not in text, form
        assert "13899995678" not in text, form


def test_a_number_that_cannot_be_read_is_told_masked_with_its_row(pack):
    report = judged(pack, VISITS.replace("13899995678", "1389999\ufffd678"))
    told = json.loads(REPORTS["json"](report, Options()))["problems"]
    found = [(one["code"], one["row"], one["column"], one["found"]) for one in told]
    assert found == [("bad-text", 2, "办公电话", "138****\ufffd678")]
    assert [one.outcome for one in report.findings] == ["undetermined", "pass"]


def test_every_telephone_number_of_the_shipped_pack_is_masked_and_nothing_else_is():
    masked = {
        (log.id, name) for log in AFTER_SALES.logs.values() for name, one in log.fields.items() if one.mask
    }
    assert masked == {
        ("staff_roster", "phone"),
        ("service_record", "contact_phone"),
        ("customer_archive", "contact_phone"),
        ("phone_report", "alt_contact"),
        ("phone_followup", "phone"),
        ("complaint", "contact_phone"),
    }


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("13812345678", "138****5678"),
        ("1381", "****"),
        ("/", "/"),
        ("无", "无"),
        ("待补", "待补"),
        ("#N/A", "#N/A"),
        ("\ufffd812345", "****\ufffd"),
        ("联系\n电话", "联系\n电话"),
        (None, ""),
    ],
)
def test_a_masked_cell_of_a_pack_of_evidence_stays_blank_unreadable_or_a_title(written, shown):
    titles, columns = ("记录编号", "联系电话"), {"record_id": 0, "contact_phone": 1}
    source = Written("记录.csv", None, "service_record", "", titles, columns, ((2, ("J1", written)),))
    assert rows.shown(source, ("J1", written), AFTER_SALES, True) == ["J1", shown]
