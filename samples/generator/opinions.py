"""What customers said and what followed: complaints, accountability, suggestions, products, phones."""

from __future__ import annotations

from datetime import date, timedelta

from generator.company import CUSTOMERS, EAST, NAMES, NORTH, SOUTH, USERS, Row, at, october
from generator.services import Services

# region, day of the task that answers it, class, validity, cause, case of the planted table
_COMPLAINTS: tuple[tuple[str, int, str, str, str, str | None], ...] = (
    (NORTH, 9, "抱怨", "有效", "服务质量", None),
    (NORTH, 13, "投诉", "有效", "服务质量", "C3"),
    (NORTH, 21, "抱怨", "有效", "产品质量", None),
    (SOUTH, 12, "抱怨", "有效", "运输", "C1"),
    (SOUTH, 15, "抱怨", "有效", "产品质量", "C1 C4"),
    (SOUTH, 20, "抱怨", "有效", "服务质量", "C1 C5"),
    (SOUTH, 30, "抱怨", "有效", "其他", "C1 C6"),
    (EAST, 10, "抱怨", "有效", "产品质量", "C2"),
    (EAST, 14, "抱怨", "撤销", "其他", "C2"),
    (EAST, 19, "抱怨", "有效", "其他", "C2"),
    (EAST, 26, "抱怨", "有效", "产品质量", "C2"),
    (EAST, 28, "建议", "有效", "其他", None),
)
_TEXTS = {
    "服务质量": "服务人员到场迟,现场解释不清楚",
    "产品质量": "本批产品使用后强度波动",
    "运输": "送货比约定晚一天",
    "其他": "电话多次占线,希望增加联系方式",
}


def complaint_rows(services: Services) -> list[Row]:
    """Give the complaint register; each valid grievance or complaint sent a service person out."""
    rows = [_complaint(services, *entry) for entry in _COMPLAINTS]
    rows.sort(key=lambda row: row["received_at"])
    for number, row in enumerate(rows, 1):
        row["complaint_no"] = f"TS-202610-{number:03d}"
        task = row.pop("_task")
        if task and row["validity"] == "有效" and row["type"] in ("抱怨", "投诉"):
            task["source"] = f"顾客{row['type']}"
            task["source_no"] = row["complaint_no"]
    _escalate(rows)
    return rows


def _complaint(
    services: Services, region: str, day: int, kind: str, validity: str, cause: str, case: str | None
) -> Row:
    record = next(r for r in services.records if r["region"] == region and r["service_date"] == october(day))
    task = next(t for t in services.tasks if t["task_id"] == record["task_id"])
    customer = next(c for c in CUSTOMERS if c.id == record["customer_id"])
    received = task["issued_at"] - timedelta(minutes=25)
    closed = october(day) + timedelta(5)
    return {
        "_task": task,
        "_case": case,
        "type": kind,
        "received_at": received,
        "channel": "电话",
        "received_by": "韩雪",
        "customer_id": customer.id,
        "customer_name": customer.name,
        "contact": customer.contact,
        "contact_phone": customer.phone,
        "region": region,
        "employee_id": record["employee_id"],
        "content": _TEXTS[cause],
        "demand": "尽快解决并答复",
        "validity": validity,
        "escalated_from": None,
        "cause": cause,
        "responsible_dept": "业务部",
        "responsible_id": record["employee_id"],
        "corrective_action": "当日上门处理并说明原因",
        "preventive_action": "列入月度培训,月底复查",
        "result": "已解决,客户认可",
        "handler": "李敏",
        "reply_rating": "满意",
        "replied_on": closed - timedelta(1),
        "closed_on": closed,
    }


def _escalate(rows: list[Row]) -> None:
    """Let the first grievance of the north grow into its complaint: it then counts only there (A14)."""
    first = next(r for r in rows if r["region"] == NORTH and r["type"] == "抱怨")
    grown = next(r for r in rows if r["region"] == NORTH and r["type"] == "投诉")
    grown["escalated_from"] = first["complaint_no"]
    first["_case"] = "C3"
    for key in ("customer_id", "customer_name", "contact", "contact_phone"):
        grown[key] = first[key]


def accountability_rows(complaints: list[Row]) -> list[Row]:
    """Give one case a complaint about service, but for the planted one, and two loss cases."""
    rows = [
        _decision(
            "顾客抱怨投诉",
            row["complaint_no"],
            row["responsible_id"],
            row["closed_on"] - timedelta(2),
            row["content"],
        )
        for row in complaints
        if row["cause"] == "服务质量" and "C5" not in (row["_case"] or "")
    ]
    loss = {"kind": "赔偿", "opinion": "按责任比例赔偿"}
    rows.append(
        _decision("损失处理", "SS-202610-01", "FW0013", october(16), "卸货未核对数量,短少0.5吨")
        | loss
        | {"loss_amount": "1850.00", "amount": "300.00"}
    )
    rows.append(
        _decision("损失处理", "SS-202610-02", "FW0032", october(27), "计量泵参数设置错误,产品报废")
        | loss
        | {"loss_amount": "960.00", "amount": "200.00", "employee_statement": None, "_case": "X1"}
    )
    for number, row in enumerate(rows, 1):
        row["case_no"] = f"ZR-202610-{number:02d}"
    return rows


def _decision(source: str, number: str, person: str, day: date, facts: str) -> Row:
    return {
        "source_type": source,
        "source_no": number,
        "responsible_dept": "业务部",
        "employee_id": person,
        "facts": facts,
        "evidence": "服务记录、照片、客户确认单",
        "loss_amount": None,
        "employee_statement": "情况属实,今后改正",
        "opinion": "批评教育并跟踪一个月",
        "kind": "批评教育",
        "amount": None,
        "decided_by": "李敏",
        "decided_on": day,
        "served_on": day + timedelta(1),
    }


def suggestion_rows() -> list[Row]:
    """Give five suggestions: one rewarded, one adopted without reward yet, others not adopted or open."""
    plan = (
        (9, "FW0014", "员工", "服务车配备便携式细度仪", "采纳", 16, "现金", "200.00", 23, None),
        (12, "FW0031", "员工", "用户服务记录表增加照片栏", "采纳", 20, None, None, None, "G1"),
        (14, USERS[3].name, "客户", "送货前一天短信通知", "不采纳", None, None, None, None, None),
        (19, "JX-0005", "经销商", "增加季度技术交流会", "部分采纳", 26, "通报表扬", None, 28, None),
        (27, "FW0022", "员工", "片区间共享备件清单", "待评审", None, None, None, None, "G2"),
    )
    return [
        {
            "suggestion_no": f"JY-202610-{number:02d}",
            "proposed_on": october(day),
            "proposer": proposer,
            "source": source,
            "content": content,
            "status": status,
            "adopted_on": october(adopted) if adopted else None,
            "reward_type": reward,
            "reward_amount": amount,
            "rewarded_on": october(paid) if paid else None,
            "_case": case,
        }
        for number, entry in enumerate(plan, 1)
        for day, proposer, source, content, status, adopted, reward, amount, paid, case in [entry]
    ]


def product_rows() -> list[Row]:
    """Give six cases of problem products."""
    ours = ("公司运输", "市产品质量监督检验所")
    own = ("客户自运", "质检部")
    plan: tuple[tuple[int, str, str, tuple[str, str], str | None, str | None, str, str | None], ...] = (
        (9, "包退", "质量", ours, "不合格", "公司", "退货", None),
        (12, "包退", "质量", ours, "合格", "客户", "维持", None),
        (14, "包退", "质量", own, "合格", "公司", "维持", "Q1"),
        (16, "包换", "计量短少", ours, None, None, "换货", None),
        (20, "包换", "计量短少", ours, None, None, "维持", "Q2"),
        (23, "赔偿", "运输破损", own, None, None, "维持", "Q3"),
    )
    return [_product(number, *entry) for number, entry in enumerate(plan, 1)]


def _product(
    number: int,
    day: int,
    claim: str,
    cause: str,
    way: tuple[str, str],
    inspected: str | None,
    bearer: str | None,
    action: str,
    case: str | None,
) -> Row:
    customer = USERS[(3 * number) % len(USERS)]
    return {
        "case_no": f"WT-202610-{number:02d}",
        "received_on": october(day),
        "customer_id": customer.id,
        "customer_name": customer.name,
        "product_model": "ZM-2 液体助磨剂",
        "batch_no": f"202609{10 + number}-1",
        "qty": f"{number + 0.5:.3f}",
        "claim_type": claim,
        "cause": cause,
        "transport_mode": way[0],
        "assistance_given": "已提供三家运输企业信息" if way[0] == "客户自运" else None,
        "assisted_by": "YW0005" if way[0] == "客户自运" else None,
        "inspection_body": way[1] if inspected else None,
        "inspection_no": f"JY2026-10{day:02d}" if inspected else None,
        "inspection_result": inspected,
        "inspection_fee": "600.00" if inspected else None,
        "fee_bearer": bearer,
        "action": action,
        "compensation_amount": None,
        "closed_on": october(day + 6),
        "_case": case,
    }


# person, state, day, off, on, found by, case
_PHONES: tuple[tuple[str, str, int, str, str, str, str], ...] = (
    ("FW0026", "关机", 8, "12:00", "13:10", "本人申报", "T5"),
    ("FW0023", "关机", 9, "06:30", "07:31", "客户反映", "T2"),
    ("FW0032", "关机", 12, "06:30", "07:30", "客户反映", "T3"),
    ("FW0012", "关机", 13, "12:05", "13:02", "拨测", "T1"),
    ("FW0022", "无信号", 14, "09:00", "11:00", "客户反映", "T10"),
    ("FW0014", "关机", 15, "12:00", "13:10", "本人申报", "T4"),
    ("FW0021", "关机", 16, "21:40", "22:20", "运营商", "T9"),
    ("FW0034", "关机", 18, "09:00", "11:00", "客户反映", "T6"),
    ("FW0031", "关机", 20, "10:00", "12:30", "本人申报", "T13"),
    ("", "关机", 21, "12:00", "13:00", "客户反映", "T11"),
    ("FW0033", "关机", 22, "09:00", "11:00", "客户反映", "T7"),
    ("FW0013", "关机", 26, "15:00", "#N/A", "客户反映", "T12"),
    ("FW0025", "关机", 28, "14:30", "15:40", "客户反映", "T8"),
)


def phone_rows() -> list[Row]:
    """Give the register of phones that could not be reached."""
    return [
        {
            "record_id": f"GJ-202610-{number:02d}",
            "employee_id": person or None,
            "employee_name": NAMES[person] if person else "张伟",
            "status": state,
            "off_at": at(october(day), off),
            "on_at": on if on.startswith("#") else at(october(day), on),
            "found_by": found,
            "registered_by": "周敏",
            "_case": case,
        }
        for number, (person, state, day, off, on, found, case) in enumerate(_PHONES, 1)
    ]


def phone_report_rows() -> list[Row]:
    """Give what was reported about phones switched off."""
    plan = (
        ("FW0026", 8, "12:50", "手机没电", None, None),
        ("FW0014", 15, "12:50", "手机维修", "0372-****518", "座机"),
        ("FW0031", 20, "11:45", "车间屏蔽信号,关机充电", "同事手机139****0032", "其他手机"),
    )
    return [
        {
            "employee_id": person,
            "employee_name": NAMES[person],
            "reported_at": at(october(day), clock),
            "reported_to": "赵国强",
            "reason": reason,
            "alt_contact": contact,
            "alt_kind": kind,
        }
        for person, day, clock, reason, contact, kind in plan
    ]
