"""Spoils the clean month in known places; the keys of `_case` are those of the table in cases.py."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from generator.company import DEALERS, EAST, NORTH, SOUTH, Row, at, october
from generator.registers import WEEKS, score_cells
from generator.services import Services, tons


@dataclass
class Month:
    """All registers of the month that is checked, by log name."""

    services: Services
    logs: dict[str, list[Row]]


def plant(month: Month) -> None:
    """Put every case into the registers; rows are changed in place."""
    _services(month)
    _weekly(month.logs["weekly_summary"])
    _surveys(month.logs["satisfaction_survey"])
    _volumes(month.logs["record_volume"])
    _department(month)
    _complaints(month.logs["complaint"])
    _ledger(month.logs["product_ledger"])
    _checks(month.logs["spot_check"])
    month.logs["attestation"] = _attestations(month)


def _mark(row: Row, case: str, **cells: Any) -> Row:
    """Change cells of a row and note the case; one row may carry several."""
    row.update(cells)
    row["_case"] = f"{row['_case']} {case}" if row.get("_case") else case
    return row


def _first(rows: list[Row], fits: Callable[[Row], bool]) -> Row:
    return next(row for row in rows if fits(row))


def _of(services: Services, person: str, day: int) -> Row:
    """Give the first record of a person on a day of October."""
    return _first(services.records, lambda r: (r["employee_id"], r["service_date"]) == (person, october(day)))


def _card(services: Services, record: Row) -> Row:
    return _first(services.cards, lambda c: c["record_id"] == record["record_id"])


def _services(month: Month) -> None:
    made = month.services
    _mark(_of(made, "FW0022", 14), "R1", contact=None, contact_phone="/", product_model="待补")
    _without_record(made, _of(made, "FW0033", 16))
    without = _mark(_of(made, "FW0013", 20), "R3")
    made.cards.remove(_card(made, without))
    unsent = {"copy2_sent_on": None, "copy2_received_on": None, "copy2_received_by": None}
    for person, day, case, cells in (
        ("FW0014", 5, "R4", unsent),
        ("FW0021", 20, "R5", unsent),
        ("FW0031", 3, "R10", {"copy2_received_on": 10.2}),
    ):
        record = _mark(_of(made, person, day), case)
        _mark(_card(made, record), case, **cells)
    for person, day, case in (("FW0025", 13, "R6"), ("FW0015", 15, "R7"), ("FW0034", 12, "R11")):
        _mark(_of(made, person, day), case)
    _mark(_of(made, "FW0031", 22), "R8", service_date="2026年9月31日")
    _mark(_of(made, "FW0032", 26), "R9", service_mode="现厂")
    _mark(_of(made, "FW0024", 19), "R12", entered_at=at(october(22), "19:05"))
    _swap_order(made)
    cancelled = dict(made.tasks[-1]) | {"task_id": "RW-202610-323", "status": "取消", "_case": "R14"}
    made.tasks.append(cancelled | dict.fromkeys(("departed_at", "arrived_at", "finished_at")))
    old, young = _of(made, "FW0031", 3), _of(made, "FW0032", 20)
    _mark(old, "D1")
    _mark(young, "D2")
    missing = (old["record_id"], young["record_id"])
    made.archive[:] = [row for row in made.archive if row["record_id"] not in missing]


def _without_record(made: Services, record: Row) -> None:
    """Keep the finished task and lose what should have followed it."""
    task = _first(made.tasks, lambda t: t["task_id"] == record["task_id"])
    _mark(task, "R2")
    made.records.remove(record)
    made.cards[:] = [row for row in made.cards if row["record_id"] != record["record_id"]]
    made.archive[:] = [row for row in made.archive if row["record_id"] != record["record_id"]]


def _swap_order(made: Services) -> None:
    """Number the two services of one day against their times."""
    second = _first(made.records, lambda r: r["seq_no"] == 2 and r["service_date"] > october(12))
    first = _of(made, second["employee_id"], second["service_date"].day)
    first["seq_no"], second["seq_no"] = 2, 1
    _mark(first, "R13")


def _weekly(rows: list[Row]) -> None:
    def summary(person: str, week: int) -> Row:
        return _first(rows, lambda r: r["employee_id"] == person and r["week_start"] == WEEKS[week])

    rows.remove(summary("FW0013", 42))
    times = (
        ("FW0021", 42, "W2", datetime(2026, 10, 17)),
        ("FW0015", 43, "W3", at(october(26), "09:10")),
        ("FW0034", 40, "W5", at(october(8), "23:50")),
        ("FW0031", 40, "W6", at(october(9), "08:10")),
        ("FW0032", 44, "W8", "周五下午"),
        ("FW0024", 44, "W9", at(date(2026, 11, 2), "09:00")),
        ("FW0026", 44, "W10", at(october(28), "18:20")),
        ("FW0033", 41, "W12", at(october(9), "23:59")),
    )
    for person, week, case, moment in times:
        _mark(summary(person, week), case, submitted_at=moment)
    _mark(summary("FW0018", 42), "W11")
    _mark(summary("FW0027", 43), "W7", employee_id=None)
    again = dict(summary("FW0026", 44)) | {"submitted_at": at(october(31), "10:00")}
    rows.insert(rows.index(summary("FW0026", 44)) + 1, again)


def _surveys(rows: list[Row]) -> None:
    """Third quarter: three fail, one for the third time, one unattested; one has no valid form."""

    def forms(person: str) -> list[Row]:
        return [row for row in rows if row["employee_id"] == person]

    scores = (
        ("FW0023", "S1", (52, 48, 56)),
        ("FW0025", "S2", (58, 55, 57)),
        ("FW0033", "S3 S9", (50, 54, 58)),
    )
    for person, case, values in (*scores, ("FW0014", "S4", (50, 60, 70))):
        for row, value in zip(forms(person), values, strict=True):
            _mark(row, case, **score_cells(value))
    for row in forms("FW0034"):
        _mark(row, "S5", valid=False)
    late = forms("FW0026")[0]
    _mark(late, "S8", returned_on=october(13))
    lost = DEALERS[-1].id
    rows[:] = [row for row in rows if row["dealer_id"] != lost]


def earlier_failures(rows: list[Row]) -> None:
    """First and second quarter: the person of case S3 fails there as well."""
    for row, value in zip([r for r in rows if r["employee_id"] == "FW0033"], (52, 58, 55), strict=True):
        row.update(score_cells(value))


def _volumes(rows: list[Row]) -> None:
    def old(person: str, month: str, case: str, **cells: Any) -> Row:
        return {
            "volume_no": f"{person}-{month}",
            "record_kind": "用户服务记录表",
            "volume_month": month,
            "held_by": person,
            "bound_on": date.fromisoformat(f"{month}-28"),
            "page_count": 20,
            "location": "柜1-1",
            "condition": "完好",
            "disposal_approved_by": "赵国强",
            "witnesses": "李敏、周敏",
            "_case": case,
        } | cells

    rows.append(old("FW0012", "2025-03", "V2", disposed_on=october(12)))
    rows.append(old("FW0013", "2025-04", "V1", disposed_on=october(20)))
    rows.append(old("FW0021", "2025-02", "V3", disposed_on=october(12), hold_reason="客户理赔未结"))
    spoilt = _first(rows, lambda r: r["volume_no"] == "FW0014-2026-09")
    _mark(spoilt, "V4 V6", condition="受潮", inspected_on=october(14))
    late = _first(rows, lambda r: r["volume_no"] == "FW0022-2026-09")
    _mark(late, "V5", bound_on=october(20))


def _department(month: Month) -> None:
    reports = month.logs["dept_report"]
    weekly = _first(reports, lambda r: r["period"] == "2026-W43")
    _mark(weekly, "D3", submitted_at=at(october(26), "15:10"))
    rows = month.logs["attendance"]
    rows.remove(_first(rows, lambda r: r["employee_id"] == "FW0023" and r["date"] == october(29)))
    reports.remove(_first(reports, lambda r: r["period"] == "2026-10-21"))
    visit = _first(month.logs["visit"], lambda r: r["region"] == SOUTH)
    _mark(visit, "I1", met_person=None)
    _mark(_first(month.logs["visit"], lambda r: r["visit_date"] == october(8)), "I2", visit_date=10.8)
    enquiry = _first(month.logs["training_consult"], lambda r: r["record_id"] == "PX-202610-05")
    _mark(enquiry, "E1", replied_at=None, replied_by=None)


def _complaints(rows: list[Row]) -> None:
    _first(rows, lambda r: "C4" in (r["_case"] or ""))["preventive_action"] = None
    unanswered = _first(rows, lambda r: "C6" in (r["_case"] or ""))
    at_close = "corrective_action preventive_action result handler reply_rating replied_on closed_on"
    unanswered.update(dict.fromkeys(at_close.split()))


def _ledger(rows: list[Row]) -> None:
    wrong = [r for r in rows if r["location"] == NORTH and r["product_model"].startswith("ZM-1")][-1]
    _mark(wrong, "L1", closing=tons(round(float(wrong["closing"]) * 1000) - 500))
    gap = [r for r in rows if r["location"] == SOUTH and r["product_model"].startswith("ZM-2")][-1]
    moved = {key: tons(round(float(gap[key]) * 1000) + 1000) for key in ("opening", "closing")}
    _mark(gap, "L2", **moved)
    stranger = _first(rows, lambda r: r["location"] == EAST and r["date"] > october(20))
    _mark(stranger, "L3", handled_by="FW0015")
    mover = _first(rows, lambda r: r["location"] == EAST and r["date"] >= october(16))
    _mark(mover, "L4", handled_by="FW0026")


def _checks(rows: list[Row]) -> None:
    breach = _first(rows, lambda r: r["checked_on"] == october(21))
    cells = {"result": "不合格", "finding_type": "违反规定", "finding": "服务卡未当场填写,事后补填"}
    _mark(breach, "K1", **cells, fix_due=october(30))
    for day, case in ((28, "K2"), (13, "K3"), (21, "K4")):
        _mark(next(row for row in rows if row["checked_on"] == october(day)), case)


def _attestations(month: Month) -> list[Row]:
    def record(person: str, day: int) -> str:
        return str(_of(month.services, person, day)["record_id"])

    plan = (
        ("二.11.c", "FW0023@2026Q3", "属实", 20, "李敏", "赵国强", "服务水平低", "S1"),
        ("二.11.c", "FW0033@2026Q3", "属实", 20, "李敏", "赵国强", "业务技能差", "S3 S9"),
        ("二.4.d", record("FW0025", 13), "属实", 22, "李敏", "赵国强", None, "R6"),
        ("二.4.d", record("FW0015", 15), "属实", 22, "李敏", None, None, "R7"),
        ("二.4.d", record("FW0034", 12), "不属实", 22, "李敏", "赵国强", None, "R11"),
        ("二.5.d", "FW0014-2026-09", "属实", 16, "陈建军", "赵国强", None, "V4"),
    )
    return [
        {
            "attestation_no": f"QR-202610-{number:02d}",
            "clause_ref": clause,
            "subject_id": subject,
            "conclusion": conclusion,
            "reason": "现场核对与客户电话核实" if cause is None else "三份问卷均指出同一原因,本人已陈述",
            "evidence": "记录原件、客户确认、照片" if cause is None else "问卷、谈话记录",
            "attested_by_1": one,
            "attested_by_2": two,
            "attested_on": october(day),
            "fail_cause": cause,
            "_case": case,
        }
        for number, (clause, subject, conclusion, day, one, two, cause, case) in enumerate(plan, 1)
    ]
