"""The clean registers beside the services: summaries, attendance, reports, volumes, surveys and checks."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from random import Random

from generator.company import (
    DEALERS,
    EAST,
    FIRST,
    LAST,
    NAMES,
    NORTH,
    SERVICE,
    SOUTH,
    USERS,
    Row,
    at,
    away,
    days,
    october,
    serving,
    workdays,
)

WEEKS = {40 + n: date(2026, 9, 28) + timedelta(7 * n) for n in range(5)}


def weekly_rows(rng: Random, records: list[Row], visits: list[Row]) -> list[Row]:
    """Give one summary a person and week, in time; week 40 is due on the first working day, 10-08."""
    rows: list[Row] = []
    for week, monday in WEEKS.items():
        due = october(8) if week == 40 else monday + timedelta(4)
        for person in serving(due):
            if all(away(person.id, day) not in (None, "出差") for day in workdays(monday, due)):
                continue
            span = (monday, monday + timedelta(6))
            rows.append(
                {
                    "week_label": f"2026年第{week}周",
                    "week_start": monday,
                    "employee_id": person.id,
                    "employee_name": person.name,
                    "region": person.region,
                    "submitted_at": at(due, "14:00") + timedelta(minutes=rng.randrange(420)),
                    "channel": rng.choice(("微信", "邮件", "OA")),
                    "received_by": "孙丽华",
                    "service_count": _count(records, "service_date", person.id, span),
                    "visit_count": _count(visits, "visit_date", person.id, span),
                    "issues": rng.choice(("无", "个别用户掺量偏低", "回款偏慢")),
                    "plan": rng.choice(("按计划走访", "跟踪新批次使用", "配合质检部取样")),
                }
            )
    return rows


def _count(rows: Iterable[Row], day: str, person: str, span: tuple[date, date]) -> int:
    return sum(r["employee_id"] == person and span[0] <= r[day] <= span[1] for r in rows)


def attendance_rows() -> list[Row]:
    """Give a status for every service person on every working day."""
    rows: list[Row] = []
    for day in workdays(FIRST, LAST):
        for person in serving(day):
            kind = away(person.id, day)
            status = "出勤" if kind is None else "出差" if kind == "出差" else "请假"
            rows.append(
                {
                    "date": day,
                    "employee_id": person.id,
                    "employee_name": person.name,
                    "status": status,
                    "registered_by": "周敏",
                }
            )
    return rows


def report_rows(rng: Random) -> list[Row]:
    """Give the reports of 业务部, all in time: daily, weekly (next Monday noon), monthly (the 5th)."""
    rows = [
        _report("日统计", "日服务情况统计", f"{day}", at(day, "18:30") + timedelta(minutes=rng.randrange(60)))
        for day in days(FIRST, LAST)
    ]
    weekly = {40: at(date(2026, 9, 30), "17:20")} | {
        week: at(monday + timedelta(7), "09:30") + timedelta(minutes=rng.randrange(90))
        for week, monday in WEEKS.items()
        if week > 40
    }
    rows += [_report("周报", "业务部周报", f"2026-W{week}", sent) for week, sent in weekly.items()]
    for month, sent in (("2026-09", at(october(5), "10:20")), ("2026-10", at(date(2026, 11, 4), "15:40"))):
        rows.append(_report("月报", "业务部月报", month, sent))
        rows.append(_report("产品售后服务报表", "产品售后服务报表", month, sent + timedelta(minutes=25)))
    rows.sort(key=lambda row: (row["submitted_at"], row["kind"]))
    for number, row in enumerate(rows, 1):
        row["record_id"] = f"BB-202610-{number:02d}"
    return rows


def _report(kind: str, name: str, period: str, sent: datetime) -> Row:
    return {
        "report_name": name,
        "kind": kind,
        "period": period,
        "submitted_at": sent,
        "prepared_by": "YW0004" if kind == "日统计" else "YW0003",
        "reviewed_by": "赵国强",
        "received_by": "质检部",
    }


def volume_rows(rng: Random, month: date) -> list[Row]:
    """Give the volumes of one month: a log volume a service person, one volume of second copies."""
    after = (month.replace(day=28) + timedelta(4)).replace(day=1)
    due = workdays(after, after + timedelta(20))[:4]
    holders = sorted({p.id for p in SERVICE if p.hired < after and (p.left or date.max) >= month})
    rows = [_volume(rng, holder, month, rng.choice(due)) for holder in holders]
    for row in rows:
        left = next((p.left for p in SERVICE if p.id == row["held_by"] and p.left), None)
        if left and left < row["bound_on"]:
            row["bound_on"] = left
    copies = _volume(rng, "ZJ0001", month, rng.choice(due)) | {"record_kind": "售后服务卡第二联"}
    copies["volume_no"] = f"FWK2-{month:%Y-%m}"
    return [*rows, copies]


def _volume(rng: Random, holder: str, month: date, bound: date) -> Row:
    return {
        "volume_no": f"{holder}-{month:%Y-%m}",
        "record_kind": "用户服务记录表",
        "volume_month": f"{month:%Y-%m}",
        "held_by": holder,
        "bound_on": bound,
        "page_count": 12 + rng.randrange(18),
        "location": f"柜{1 + rng.randrange(3)}-{1 + rng.randrange(4)}",
        "condition": "完好",
        "inspected_on": bound,
        "inspected_by": "陈建军",
    }


_ITEMS = ("score_skill", "score_attitude", "score_timeliness", "score_integrity", "score_conduct")


def survey_rows(rng: Random, quarter: int) -> list[Row]:
    """Give the forms of a quarter: every active dealer appraises every service person of its region."""
    first = date(2026, 3 * quarter - 2, 1)
    rows: list[Row] = []
    for dealer in DEALERS:
        for person in serving(first):
            if person.region != dealer.region:
                continue
            sent = workdays(first, first + timedelta(24))[3 + rng.randrange(8)]
            score = 82 + rng.randrange(16)
            rows.append(
                {
                    "form_no": f"DC-2026Q{quarter}-{len(rows) + 1:03d}",
                    "quarter": f"2026Q{quarter}",
                    "dealer_id": dealer.id,
                    "dealer_name": dealer.name,
                    "region": dealer.region,
                    "sent_on": sent,
                    "method": rng.choice(("邮寄", "当面", "微信")),
                    "returned_on": sent + timedelta(6 + rng.randrange(20)),
                    "employee_id": person.id,
                    "employee_name": person.name,
                    "valid": True,
                    "signed": True,
                }
                | score_cells(score)
            )
    return rows


def score_cells(score: int) -> Row:
    """Give the cells of a form whose five items average `score` exactly, with the matching grade."""
    steps = (-2, 1, 0, 2, -1)
    grades = ((90, "很满意"), (75, "满意"), (60, "基本满意"), (40, "不太满意"), (0, "不满意"))
    cells: Row = {item: score + step for item, step in zip(_ITEMS, steps, strict=True)}
    cells["score_total"] = f"{score:.1f}"
    cells["overall"] = next(grade for least, grade in grades if score >= least)
    cells["reason"] = None if score >= 60 else "服务不及时,现场判断不准"
    return cells


def check_rows() -> list[Row]:
    """Give the spot checks of the year so far: 7 in the north, 6 in the south, 3 in the east."""
    plan = {
        NORTH: ("01-14", "03-11", "04-22", "06-10", "07-15", "08-19", "10-13"),
        SOUTH: ("02-05", "03-25", "05-20", "07-22", "09-16", "10-21"),
        EAST: ("03-18", "08-12", "10-28"),
    }
    rows: list[Row] = [
        {
            "checked_on": date.fromisoformat(f"2026-{day}"),
            "dept": ("质检部", "业务部", "联合")[n % 3],
            "region": region,
            "mode": "定期" if n % 2 else "不定期",
            "item": "服务记录、服务卡填写与保管",
            "result": "合格",
            "finding_type": "无",
            "checkers": "李敏、陈建军" if n % 3 != 1 else "赵国强、韩雪",
            "staff_signed": True,
        }
        for region, dates in plan.items()
        for n, day in enumerate(dates)
    ]
    rows.sort(key=lambda row: row["checked_on"])
    for number, row in enumerate(rows, 1):
        person = [p for p in serving(row["checked_on"]) if p.region == row["region"]][number % 3]
        row |= {"check_no": f"CC-2026-{number:03d}", "employee_id": person.id, "employee_name": person.name}
    return rows


def followup_rows(rng: Random, records: list[Row]) -> list[Row]:
    """Give 24 follow-up calls, each about a service of some days before."""
    older = [record for record in records if record["service_date"] <= october(26)]
    chosen = sorted(rng.sample(older, 24), key=lambda record: str(record["record_id"]))
    rows: list[Row] = []
    for number, record in enumerate(chosen, 1):
        day = next(d for d in workdays(record["service_date"] + timedelta(2), date(2026, 11, 3)))
        connected = number % 8 != 0
        rows.append(
            {
                "call_no": f"HF-202610-{number:02d}",
                "called_at": datetime.combine(day, time(9, 0)) + timedelta(minutes=7 * rng.randrange(60)),
                "customer_id": record["customer_id"],
                "customer_name": record["customer_name"],
                "phone": record["contact_phone"],
                "connected": connected,
                "record_id": record["record_id"],
                "content": "询问服务是否及时、问题是否解决" if connected else "无人接听",
                "rating": rng.choice(("非常满意", "满意")) if connected else None,
                "caller_id": "YW0005",
            }
        )
    return rows


def training_rows() -> list[Row]:
    """Give trainings and enquiries of the month, all enquiries answered."""
    plan = (
        ("客户培训", 9, "助磨剂储存与使用培训", None),
        ("客户咨询", 12, "咨询冬季掺量如何调整", "10-12 16:20"),
        ("客户咨询", 15, "咨询ZM-3与熟料适应性", "10-16 09:40"),
        ("员工培训", 17, "新版服务记录表填写要求", None),
        ("客户咨询", 20, "咨询计量泵校准周期", "10-20 11:05"),
        ("客户培训", 22, "现场取样方法培训", None),
        ("客户咨询", 27, "咨询产品检验报告索取方式", "10-27 15:30"),
    )
    rows: list[Row] = []
    for number, (kind, day, content, replied) in enumerate(plan, 1):
        customer = USERS[(5 * number) % len(USERS)]
        own = kind == "员工培训"
        rows.append(
            {
                "record_id": f"PX-202610-{number:02d}",
                "kind": kind,
                "received_at": at(october(day), "09:30"),
                "customer_id": None if own else customer.id,
                "customer_name": "本公司" if own else customer.name,
                "content": content,
                "replied_at": datetime.fromisoformat(f"2026-{replied}") if replied else None,
                "replied_by": "徐明" if replied else None,
                "attendees": None if replied else "12人,签到表见附件",
            }
        )
    return rows


def policy_rows() -> tuple[list[Row], list[Row]]:
    """Give the version in force and the receipts of the staff, joiner included."""
    version = {
        "version": "V2026.1",
        "approved_by": "总经理",
        "approved_on": date(2025, 12, 22),
        "consulted_on": date(2025, 12, 12),
        "published_on": date(2025, 12, 26),
        "publish_method": "公告栏及OA公示",
        "effective_from": date(2026, 1, 1),
        "references": "JC/T667-2004《水泥助磨剂》",
    }
    hired = {p.id: p.hired for p in SERVICE}
    receipts = [
        {
            "employee_id": person,
            "employee_name": NAMES[person],
            "version": "V2026.1",
            "received_on": max(hired[person], date(2025, 12, 29)),
            "method": "纸质签收",
        }
        for person in sorted(hired)
    ]
    return [version], receipts


def call_test_rows() -> list[Row]:
    """Give a few test calls, all connected but one."""
    tests = (
        ("FW0012", 13, "12:30", "关机"),
        ("FW0023", 16, "10:00", "接通"),
        ("FW0034", 20, "15:00", "接通"),
    )
    return [
        {
            "called_at": at(october(day), clock),
            "employee_id": person,
            "employee_name": NAMES[person],
            "result": result,
            "tested_by": "李敏",
        }
        for person, day, clock, result in tests
    ]
