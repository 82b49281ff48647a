from __future__ import annotations

import csv
import io
import json
import os
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from checker.model import Evidence, Figures, Finding, Fine, Penalty, Problem, Report, RunInfo, Text
from checker.reports import REPORTS, Options
from checker.reports.table import Column, table, wrap
from tests.findings_support import INPUTS, OCTOBER

GOLDEN = Path(__file__).parent / "golden_reports"
ZH = Text(
    "张伟 10-13 12:05 起关机 57 分钟，未在 60 分钟内汇报",
    "张伟 off 57 minutes from 10-13 12:05, no report within 60",
)


def finding(**changes):
    base = Finding(
        fingerprint="0123456789abcdef0123456789abcdef",
        rule="phone-off-unreported",
        clause="二.6.b",
        kind="duty",
        outcome="fail",
        severity="minor",
        subject={"employee_id": "FW0012", "employee_name": "张伟", "region": "豫北片区"},
        period=None,
        at="2026-10-13",
        record={"log": "phone_status", "key": "P1"},
        values={"minutes_off": 57, "off_at": "2026-10-13T12:05:00+08:00"},
        penalty=Penalty(Fine(5000, 5000, 5000), (), "FW0012", "财务部"),
        message=ZH,
        title=Text("关机未汇报", "phone off, not reported"),
        evidence=(Evidence("通讯状态.xlsx", "10月", 18, "phone_status", "P1"),),
    )
    return replace(base, **changes)


REPORT = Report(
    RunInfo("after-sales", "2026.1", "cc", OCTOBER, "2026-11-06", "duckdb", INPUTS, (Text("提示一", "a note"),)),
    {"fail": 4, "pending": 0, "undetermined": 1, "no_data": 1, "pass": 311, "not_checked": 0, "not_applicable": 1},
    (
        finding(),
        finding(
            rule="record-incomplete",
            clause="二.4.d",
            record={"log": "service_record", "key": "FW-1|2"},
            message=Text("缺 3 项", "3 blanks"),
            penalty=Penalty(Fine(1000, 5000, 1000), (), "FW0012", "财务部", ("assumed:pass-mark", "decision")),
            evidence=(Evidence("a.csv", None, 2, "service_record", "FW-1|2"), Evidence("a.csv", None, 3, "service_record", "")),
            marks=(Text("休息日，待复核", "rest day, review"),),
        ),
        finding(
            outcome="fail",
            penalty=Penalty(Fine(2000, 2000, 2000), ("training",), "FW0012", None, ("waived",)),
            waiver={"reason": "基站故障", "approver": "质检部 李敏", "approved_on": "2026-10-20", "expires": "2026-11-19"},
        ),
        finding(kind="goal", penalty=None, subject={"region": "豫北片区"}, record=None, at=None, period="2026-10", evidence=(), message=Text("抱怨 4 次", "4 grievances")),
        finding(outcome="undetermined", penalty=None, message=Text("=cmd|' /C calc'!A0 看不清", "unreadable")),
        finding(outcome="no_data", penalty=None, subject={}, record=None, at=None, evidence=(), message=Text("没有交来台账", "no log")),
        finding(outcome="pass", penalty=None),
        finding(outcome="not_applicable", penalty=None, superseded_by="feedfacefeedfacefeedfacefeedface"),
    ),
    (
        Problem("error", "bad-date", "服务记录.xlsx", Text("日历上没有这一天", "no such day"), "10月", 18, "服务日期", "2026年9月31日", Text("改为 9 月 30 日或核对原件", "correct the day"), "service_record", "service_date", ("二.4",)),
        Problem("note", "skipped-file", "~$a.xlsx", Text("锁文件，已跳过", "lock file, skipped")),
    ),
    (
        Figures("visits", "二.2.a", Text("走访次数", "visits"), ("employee_id", "period", "outcome", "actual"), (("FW0012", "2026-10", None, 12), ("FW0013", "2026-10", "undetermined", None)), True),
        Figures("complaint-count", "二.1.3b", Text("投诉次数", "complaints"), ("region", "period", "outcome", "actual", "target_reached"), (("豫北片区", "2026-10", None, 0.5, False),), False),
    ),
    {"phone-off-unreported": {"fail": 2, "pass": 311}, "visits": {}},
)  # fmt: skip

SHOWN = {
    "report.zh.json": ("json", Options()),
    "report.all.en.json": ("json", Options("en", all=True)),
    "report.zh.csv": ("csv", Options(all=True)),
    "report.zh.concise.txt": ("concise", Options()),
    "report.en.concise.txt": ("concise", Options("en", all=True)),
    "report.zh.pretty.txt": ("pretty", Options(width=120)),
    "report.en.pretty.txt": ("pretty", Options("en", all=True, width=150)),
    "report.zh.narrow.txt": ("pretty", Options(width=40)),
}


@pytest.mark.parametrize("name", SHOWN)
def test_a_report_is_as_its_golden_file(name):
    """Set GOLDEN=write to write the files anew, then read the difference."""
    form, options = SHOWN[name]
    text = REPORTS[form](REPORT, options)
    data = text if isinstance(text, bytes) else text.encode()
    if os.environ.get("GOLDEN") == "write":
        (GOLDEN / name).write_bytes(data)
    assert data == (GOLDEN / name).read_bytes()


def test_json_has_the_keys_of_the_contract_in_their_order():
    made = json.loads(REPORTS["json"](REPORT, Options()))
    assert list(made)[:3] == ["run", "findings", "problems"]
    assert list(made["run"])[:8] == [
        "pack",
        "version",
        "rules_sha256",
        "period",
        "as_of",
        "engine",
        "inputs",
        "totals",
    ]
    assert list(made["run"]["inputs"][0]) == ["file", "sheet", "log", "rows", "sha256"]
    assert list(made["findings"][0])[:15] == [
        "fingerprint", "rule", "clause", "kind", "outcome", "severity", "subject", "period", "at", "record", "values",
        "penalty", "message", "evidence", "waiver",
    ]  # fmt: skip
    assert list(made["findings"][0]["penalty"])[:2] == ["fine", "measures"]
    assert made["findings"][0]["penalty"]["fine"] == {"min": "50.00", "max": "50.00", "proposed": "50.00"}
    assert list(made["problems"][0])[:10] == [
        "level", "file", "sheet", "row", "column", "found", "code", "message", "hint", "clauses",
    ]  # fmt: skip


def test_passes_and_what_does_not_apply_are_only_shown_when_asked_for():
    outcomes = [one["outcome"] for one in json.loads(REPORTS["json"](REPORT, Options()))["findings"]]
    assert outcomes == ["fail", "fail", "fail", "fail", "undetermined", "no_data"]
    assert len(json.loads(REPORTS["json"](REPORT, Options(all=True)))["findings"]) == 8


def test_an_empty_report_is_valid_json():
    empty = Report(REPORT.run, REPORT.totals, (), ())
    assert json.loads(REPORTS["json"](empty, Options()))["findings"] == []


def test_csv_opens_in_excel_and_runs_no_formula():
    data = REPORTS["csv"](REPORT, Options(all=True))
    assert data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))
    assert {len(row) for row in rows} == {len(rows[0])}
    assert not [cell for row in rows for cell in row if cell[:1] in ("=", "+", "-", "@", "\t", "\r")]


def test_the_sum_of_proposed_fines_is_an_interval_and_leaves_waived_ones_out():
    text = REPORTS["pretty"](REPORT, Options(width=120))
    assert "建议扣款  ￥60.00 (￥60.00~￥100.00)（2 条）" in text
    assert "其中无需再核  ￥50.00" in text


def test_color_only_adds_codes():
    import re

    plain = REPORTS["pretty"](REPORT, Options(width=120))
    assert re.sub(r"\x1b\[[0-9;]*m", "", REPORTS["pretty"](REPORT, Options(width=120, color=True))) == plain


@pytest.mark.parametrize("form", ["pretty", "concise"])
def test_a_gbk_console_can_show_everything(form):
    REPORTS[form](REPORT, Options(all=True)).encode("gbk")


def test_escape_codes_in_data_do_not_reach_the_terminal():
    nasty = finding(message=Text("a\x1b[31mb\u202ec\r\n第二行"), subject={"employee_id": "\x1b]0;x\x07"})
    report = Report(REPORT.run, REPORT.totals, (nasty,), ())
    for form in ("pretty", "concise"):
        text = REPORTS[form](report, Options())
        assert not {"\x1b", "\u202e", "\x07", "\r"} & set(text)
    assert len(REPORTS["concise"](report, Options()).splitlines()) == 2


WORDS = st.text(
    st.characters(
        codec="utf-8",
        exclude_categories=("Cs", "Cc", "Mn", "Me", "Mc", "Zl", "Zp", "Cf", "Co", "Cn", "Lm", "Sk"),
    ),
    max_size=60,
)


@given(WORDS, st.integers(4, 50))
def test_wrapping_keeps_every_character_and_every_line_fits(text, width):
    lines = wrap(text, width)
    assert "".join("".join(lines).split()) == "".join("".join(wrap(text, 10_000)).split())
    assert all(cell_len(line) <= width for line in lines)


@given(
    st.lists(st.tuples(WORDS, WORDS, st.integers(0, 10**12).map(str)), min_size=1, max_size=5),
    st.integers(20, 120),
)
def test_a_table_never_drops_a_character_and_is_never_too_wide(rows, width):
    columns = [Column("说明", 12), Column("b", 8), Column("￥", right=True)]
    lines = table(columns, rows, width)
    shown, wanted = (
        Counter("".join(lines)),
        Counter("".join(wrap("".join("".join(row) for row in rows), 10**6))),
    )
    assert not [ch for ch, n in wanted.items() if not ch.isspace() and shown[ch] < n]
    assert all(cell_len(line) <= width for line in lines)
