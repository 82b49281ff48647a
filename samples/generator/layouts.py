"""Which register goes into which file, and how that file looks."""

from __future__ import annotations

from datetime import date
from random import Random

from generator import columns as head
from generator.company import (
    COMPANY,
    EAST,
    LEAVE,
    NORTH,
    REGIONS,
    SOUTH,
    Row,
    calendar_rows,
    region_rows,
    roster_rows,
)
from generator.planted import Month, earlier_failures
from generator.registers import check_rows, policy_rows, survey_rows, volume_rows
from generator.services import september_services
from generator.sheets import Folder, Sheet

_SIGNED = ("制表:周敏", "", "", "审核:赵国强", "", "", "批准:")


def write_month(folder: Folder, month: Month) -> None:
    """Write the files of the month that is checked."""
    _people(folder)
    _service_files(folder, month)
    _duty_files(folder, month.logs)
    _quality_files(folder, month.logs)
    # What Excel leaves beside a workbook that is still open: its owner's name, nothing to read.
    owner = "Zhou Min".ljust(54).encode("ascii")
    folder.path("~$用户服务记录表-2026年10月.xlsx").write_bytes(b"\x08" + owner + b"\x08" + b"\x00 " * 55)


def _people(folder: Folder) -> None:
    roster = Sheet(
        head.ROSTER, roster_rows(), "花名册", f"{COMPANY}员工花名册(2026年10月)", ("iso", "excel", "slash")
    )
    folder.book("服务人员花名册.xlsx", roster)
    folder.text("片区表.csv", Sheet(head.REGION, region_rows()), "utf-8-sig")
    folder.text("工作日历.csv", Sheet(head.CALENDAR, calendar_rows(), dates=("loose",)), "gbk")
    folder.book(
        "请假记录.xlsx", Sheet(head.LEAVE, LEAVE, "10月", "2026年10月请假、休假、出差登记表", foot=(_SIGNED,))
    )
    versions, receipts = policy_rows()
    folder.text("制度版本登记.csv", Sheet(head.VERSION, versions), "utf-8")
    folder.text("制度公示签收.csv", Sheet(head.RECEIPT, receipts, dates=("dot",)), "gbk")


def _service_files(folder: Folder, month: Month) -> None:
    made = month.services
    parts = {region: [r for r in made.records if r["region"] == region] for region in REGIONS}
    total = {region: ("合计", f"共{len(rows)}条") for region, rows in parts.items()}
    north = Sheet(
        head.RECORD_NORTH,
        parts[NORTH],
        NORTH,
        f"{COMPANY}2026年10月用户服务记录表({NORTH})",
        ("iso", "slash", "wide"),
        "√",
        "×",
        merged=("service_date", "employee_id", "employee_name"),
        foot=(total[NORTH], _SIGNED),
    )
    south = Sheet(
        head.RECORD_SOUTH,
        parts[SOUTH],
        SOUTH,
        f"{COMPANY}10月用户服务记录表",
        ("dot", "cn", "loose"),
        "有",
        "无",
        page=40,
        foot=(total[SOUTH], _SIGNED),
    )
    east = Sheet(head.RECORD_EAST, parts[EAST], EAST, dates=("excel",), yes="是", foot=(_SIGNED,))
    folder.book("用户服务记录表-2026年10月.xlsx", north, south, east)
    title = "2026年10月售后服务卡登记(第二联收件)"
    cards = Sheet(head.CARD, made.cards, "卡登记", title, ("excel", "slash", "iso"), page=60, foot=(_SIGNED,))
    folder.book("售后服务卡登记.xlsx", cards)
    folder.text("服务任务单.csv", Sheet(head.TASK, made.tasks, dates=("slash", "slash", "iso")), "gbk")
    folder.text("客户服务档案.csv", Sheet(head.ARCHIVE, [*month.logs["dealers"], *made.archive]), "utf-8-sig")


def _duty_files(folder: Folder, logs: dict[str, list[Row]]) -> None:
    forms = ("loose", "slash", "iso", "cn")
    folder.text(
        "个人周汇总.csv",
        Sheet(head.WEEKLY, logs["weekly_summary"], dates=forms, lower=frozenset({"employee_id"})),
        "gbk",
    )
    reports = Sheet(
        head.REPORT,
        logs["dept_report"],
        "报送登记",
        "业务部报表报送登记表",
        ("excel", "iso"),
        foot=(_SIGNED,),
    )
    folder.book("部门报表报送登记.xlsx", reports)
    phones = Sheet(
        head.PHONE, logs["phone_status"], "10月", "手机关机登记(7:00-22:00)", ("excel", "iso", "wide")
    )
    folder.book("关机登记.xlsx", phones)
    folder.text("汇报登记.csv", Sheet(head.PHONE_REPORT, logs["phone_report"], dates=("slash",)), "utf-8-sig")
    folder.text("拨测记录.tsv", Sheet(head.CALL_TEST, logs["phone_call_test"]), "utf-16-le", "\t")
    folder.book(
        "考勤表.xlsx",
        Sheet(head.ATTENDANCE, logs["attendance"], "10月考勤", "2026年10月考勤表", ("excel",), page=50),
    )
    visits = Sheet(
        head.VISIT, logs["visit"], "走访", "10月走访记录", ("slash", "dot"), "√", "×", foot=(_SIGNED,)
    )
    folder.book("走访记录.xlsx", visits)
    volumes = Sheet(
        head.VOLUME, logs["record_volume"], "装订登记", "记录装订、保管与销毁登记", ("iso", "cn", "excel")
    )
    folder.book("记录装订保管登记.xlsx", volumes)
    folder.book("售后服务产品数量台账.xlsx", _ledger(logs["product_ledger"]))


def _ledger(rows: list[Row]) -> Sheet:
    moved = [f"{sum(float(row[name]) for row in rows):.3f}" for name in ("in_qty", "out_qty")]
    total = ("合计", "", "", "", "", "", "", *moved)
    return Sheet(
        head.LEDGER, rows, "台账", f"{COMPANY}售后服务产品数量台账", ("iso", "compact"), foot=(total, _SIGNED)
    )


def _quality_files(folder: Folder, logs: dict[str, list[Row]]) -> None:
    survey = Sheet(
        head.SURVEY,
        logs["satisfaction_survey"],
        "三季度",
        "2026年第三季度顾客满意度调查汇总",
        ("excel", "slash"),
    )
    folder.book("顾客满意度调查表-2026年三季度.xlsx", survey)
    recent = [row for row in logs["spot_check"] if row["checked_on"] >= date(2026, 10, 1)]
    folder.text("服务质量抽查记录.csv", Sheet(head.CHECK, recent), "utf-8-sig")
    folder.text(
        "电话回访记录.csv",
        Sheet(head.FOLLOWUP, logs["phone_followup"], dates=("slash",), yes="Y", no="N"),
        "gbk",
    )
    complaints = Sheet(
        head.COMPLAINT, logs["complaint"], "10月", "顾客抱怨/投诉登记表", ("iso", "cn"), foot=(_SIGNED,)
    )
    folder.book("抱怨投诉登记.xlsx", complaints)
    folder.text("合理化建议.csv", Sheet(head.SUGGESTION, logs["suggestion"]), "utf-8")
    folder.book(
        "问题产品处理登记.xlsx", Sheet(head.PRODUCT, logs["product_problem"], dates=("dot",), foot=(_SIGNED,))
    )
    folder.text(
        "培训与咨询记录.csv", Sheet(head.TRAINING, logs["training_consult"], dates=("loose",)), "utf-8-sig"
    )
    folder.book(
        "责任追究.xlsx",
        Sheet(head.ACCOUNT, logs["accountability"], "责任追究", "责任追究与损失处理", ("iso",)),
    )
    folder.book("人工确认单.xlsx", Sheet(head.ATTEST, logs["attestation"], "10月", "人工确认单汇总", ("cn",)))


def write_history(folder: Folder, rng: Random) -> None:
    """Write the earlier months: only what streaks, yearly counts and references to September need."""
    for month in range(2, 10):
        before = date(2026, month - 1, 1)
        rows = volume_rows(rng, before)
        folder.text(f"history/2026-{month:02d}/记录装订登记.csv", Sheet(head.VOLUME, rows), "utf-8-sig")
    for month in range(1, 10):
        checks = [row for row in check_rows() if row["checked_on"].month == month]
        folder.text(
            f"history/2026-{month:02d}/抽查记录.csv", Sheet(head.CHECK, checks, dates=("slash",)), "gbk"
        )
    for quarter in (1, 2):
        rows = survey_rows(rng, quarter)
        earlier_failures(rows)
        file = f"history/2026-{3 * quarter:02d}/顾客满意度调查表.csv"
        folder.text(file, Sheet(head.SURVEY, rows, dates=("slash",)), "gbk")
    made = september_services(rng)
    folder.text("history/2026-09/用户服务记录表.csv", Sheet(head.RECORD_EAST, made.records), "gbk")
    folder.text("history/2026-09/售后服务卡.csv", Sheet(head.CARD, made.cards), "gbk")
    folder.text("history/2026-09/服务任务单.csv", Sheet(head.TASK, made.tasks), "gbk")
    folder.text("history/2026-09/客户服务档案.csv", Sheet(head.ARCHIVE, made.archive), "utf-8-sig")
