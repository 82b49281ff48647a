"""Whole runs over small logs given as text: what a missing, empty or wrong month's log means."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from checker import language, pipeline
from checker.calendar import parse_period
from checker.language import builtin_pack
from checker.language.pack import Pack
from checker.model import Report

ROSTER = "工号,姓名,部门,岗位,片区,用工形式,入职日期,生效日期\nFW0012,张伟,业务部,服务人员,豫北片区,正式,2024-03-04,2026-01-01"
HEADER = "周开始日期,工号,姓名,提交时间,接收人"


@pytest.fixture(scope="module")
def pack() -> Pack:
    return language.load_pack(builtin_pack("after-sales"))


def weekly(pack: Pack, summary: str | None, period: str = "2026-10") -> Report:
    texts = {"staff_roster": ROSTER, "weekly_summary": summary, "leave": None}
    return pipeline.check_inline(
        pack,
        texts,
        period=parse_period(period),
        as_of=datetime(2026, 11, 6),
        rules={"weekly-summary-missing"},
    )


def outcomes(report: Report) -> list[tuple[str, str | None]]:
    return [(one.outcome, one.period) for one in report.findings if one.outcome != "pass"]


def test_a_log_with_only_its_header_says_that_nothing_was_filed(pack: Pack) -> None:
    assert outcomes(weekly(pack, HEADER)) == [("fail", f"2026-W{week}") for week in (40, 41, 42, 43, 44)]


def test_a_log_that_was_not_handed_in_fines_nobody(pack: Pack) -> None:
    assert outcomes(weekly(pack, None)) == [("no_data", "2026-10-01/2026-10-31")]


def test_a_log_of_another_month_is_a_forgotten_file_not_a_month_of_failures(pack: Pack) -> None:
    report = weekly(pack, f"{HEADER}\n2026-09-07,FW0012,张伟,2026-09-11 17:00,周敏")
    assert outcomes(report) == [("no_data", "2026-10-01/2026-10-31")]
    assert "只有其他月份的记录" in report.findings[0].message.zh


def test_a_summary_filed_after_the_month_still_shows_that_the_log_was_handed_in(pack: Pack) -> None:
    report = weekly(pack, f"{HEADER}\n2026-10-26,FW0012,张伟,2026-11-02 09:00,周敏")
    assert ("fail", "2026-W44") in outcomes(report)


def test_the_same_deadline_moves_with_the_holiday(pack: Pack) -> None:
    found = [one for one in weekly(pack, HEADER).findings if one.period == "2026-W40"]
    assert [(one.at, one.values["due_at"]) for one in found] == [("2026-10-08", "2026-10-09T00:00:00+08:00")]


def test_a_deadline_of_an_earlier_month_is_judged_when_it_passes(pack: Pack) -> None:
    card = "卡号,记录编号,填卡日期,联数,第二联收到日期\nK1,J1,2026-10-20,3,"
    record = "记录编号,序号,服务日期,开始时间,服务人员工号,服务人员,片区\nJ1,1,2026-10-20,09:30,FW0012,张伟,豫北片区"
    texts = {"staff_roster": ROSTER, "service_card": card, "service_record": record}

    def run(period: str, as_of: datetime) -> list[tuple[str, str, bool]]:
        report = pipeline.check_inline(
            pack, texts, period=parse_period(period), as_of=as_of, rules={"copy-two-missing"}
        )
        return [(one.outcome, one.fingerprint, bool(one.marks)) for one in report.findings]

    (october,) = run("2026-10", datetime(2026, 11, 6))
    (november,) = run("2026-11", datetime(2026, 12, 6))
    assert (october[0], october[2]) == ("pending", False)
    assert (november[0], november[2]) == ("fail", True)
    assert october[1] == november[1]


def test_a_file_without_the_column_of_the_end_leaves_the_phone_undetermined(
    pack: Pack, tmp_path: Path
) -> None:
    """A blank end means that the phone is still off; a column that is not there means nothing."""
    (tmp_path / "花名册.csv").write_text(ROSTER, encoding="utf-8")
    (tmp_path / "汇报登记.csv").write_text("工号,姓名,汇报时间,汇报对象\n", encoding="utf-8")
    phone = "记录编号,工号,姓名,状态,开始时间,发现方式\nG1,FW0012,张伟,关机,2026-10-13 12:05,拨测"
    (tmp_path / "关机登记.csv").write_text(phone, encoding="utf-8")
    report = pipeline.check([tmp_path], rules=pack.folder, period="2026-10", as_of="2026-11-06")
    found = [one.outcome for one in report.findings if one.rule == "phone-off-unreported"]
    assert found == ["undetermined"]
    assert ("missing-column", "恢复时间") in [(one.code, one.column) for one in report.problems]


def test_without_a_list_of_leave_a_fine_is_shown_but_held_back(pack: Pack, tmp_path: Path) -> None:
    (tmp_path / "花名册.csv").write_text(ROSTER, encoding="utf-8")
    (tmp_path / "个人周汇总.csv").write_text(HEADER, encoding="utf-8")

    def holds() -> set[tuple[str, ...]]:
        report = pipeline.check([tmp_path], rules=pack.folder, period="2026-10", as_of="2026-11-06")
        found = [one.penalty for one in report.findings if one.rule == "weekly-summary-missing"]
        return {penalty.holds for penalty in found if penalty is not None}

    assert holds() == {("no-log:leave",)}
    (tmp_path / "请假记录.csv").write_text(
        "记录编号,工号,姓名,类别,开始时间,结束时间,审批状态\n", encoding="utf-8"
    )
    assert holds() == {()}
