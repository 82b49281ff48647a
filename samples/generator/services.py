"""The clean service month: tasks, records, cards and archive entries that belong together."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random

from generator.company import (
    CUSTOMERS,
    DEALERS,
    FIRST,
    LAST,
    PRODUCTS,
    USERS,
    Person,
    Row,
    at,
    at_work,
    october,
    serving,
    workdays,
)

# Two calls in the holiday: the only services older than 30 days at the cut-off of 2026-11-06.
HOLIDAY_CALLS = ((october(3), "FW0031"), (october(5), "FW0014"))
CONTENTS = (
    "磨机产量下降,调整助磨剂掺量",
    "检查计量泵流量并重新标定",
    "水泥细度波动,现场取样分析",
    "指导更换助磨剂喷嘴",
    "跟踪3天强度数据,优化配比",
    "储罐液位计故障,协助检修",
    "新批次产品上机试用跟踪",
    "讲解助磨剂存放与使用要求",
)


@dataclass
class Services:
    """One stretch of service work; the four registers refer to one another by number."""

    tasks: list[Row] = field(default_factory=list)
    records: list[Row] = field(default_factory=list)
    cards: list[Row] = field(default_factory=list)
    archive: list[Row] = field(default_factory=list)


def october_services(rng: Random) -> Services:
    """Give the month that is checked: one or two services a person and working day."""
    calls = [
        (day, person, number)
        for day in workdays(FIRST, LAST)
        for person in serving(day)
        for number in _calls(rng, day, person)
    ]
    calls += [(day, person, 1) for day, who in HOLIDAY_CALLS for person in serving(day) if person.id == who]
    return _services(rng, calls, "202610", 8101)


def september_services(rng: Random) -> Services:
    """Give the three last days of September, which the summary of week 40 also covers."""
    last = workdays(date(2026, 9, 28), date(2026, 9, 30))
    return _services(rng, [(day, p, 1) for day in last for p in serving(day)][::2], "202609", 8051)


def _calls(rng: Random, day: date, person: Person) -> list[int]:
    if not at_work(person.id, day):
        return []
    return [1, 2] if rng.random() < 0.15 else [1]


def _services(rng: Random, calls: list[tuple[date, Person, int]], month: str, first_card: int) -> Services:
    made = Services()
    ordered = sorted(calls, key=lambda call: (call[0], call[1].region or "", call[1].id, call[2]))
    for number, (day, person, seq) in enumerate(ordered, 1):
        record = _record(rng, day, person, seq, f"FWJL-{month}-{number:04d}", f"RW-{month}-{number:03d}")
        made.records.append(record)
        made.tasks.append(_task(rng, record))
        made.cards.append(_card(rng, record, f"FWK-{first_card + number:07d}"))
        made.archive.append(_archive(rng, record))
    return made


def _record(rng: Random, day: date, person: Person, seq: int, record_id: str, task_id: str) -> Row:
    customer = rng.choice([c for c in USERS if c.region == person.region])
    start = at(day, "08:30" if seq == 1 else "14:10") + timedelta(minutes=5 * rng.randrange(20))
    end = start + timedelta(minutes=50 + 5 * rng.randrange(14))
    return {
        "record_id": record_id,
        "seq_no": seq,
        "service_date": day,
        "start_time": start.time(),
        "end_time": end.time(),
        "task_id": task_id,
        "employee_id": person.id,
        "employee_name": person.name,
        "region": person.region,
        "customer_id": customer.id,
        "customer_name": customer.name,
        "contact": customer.contact,
        "contact_phone": customer.phone,
        "product_model": rng.choice(PRODUCTS),
        "batch_no": f"202609{10 + rng.randrange(20)}-{1 + rng.randrange(4)}",
        "qty_t": f"{2 + rng.randrange(28) / 2:.3f}",
        "service_mode": rng.choices(("现场", "电话", "远程"), (8, 2, 1))[0],
        "content": rng.choice(CONTENTS),
        "result": rng.choices(("已解决", "未解决", "转质检部"), (20, 1, 1))[0],
        "customer_opinion": rng.choices(("很满意", "满意", "一般"), (9, 10, 1))[0],
        "customer_signed": True,
        "entered_at": at(day, "18:00") + timedelta(minutes=rng.randrange(210)),
        "staff_signed": True,
    }


def _moment(record: Row, clock: str) -> datetime:
    return datetime.combine(record["service_date"], record[clock])


def _task(rng: Random, record: Row) -> Row:
    arrived = _moment(record, "start_time")
    issued = arrived - timedelta(minutes=40 + rng.randrange(30))
    return {
        "task_id": record["task_id"],
        "source": rng.choices(("用户报修", "主动走访", "质检部指令"), (12, 4, 1))[0],
        "source_no": None,
        "issued_at": issued,
        "issued_by": "赵国强",
        "employee_id": record["employee_id"],
        "employee_name": record["employee_name"],
        "accepted_at": issued + timedelta(minutes=2 + rng.randrange(6)),
        "departed_at": issued + timedelta(minutes=10 + rng.randrange(10)),
        "arrived_at": arrived,
        "finished_at": _moment(record, "end_time"),
        "status": "完成",
        "customer_id": record["customer_id"],
        "customer_name": record["customer_name"],
    }


def _card(rng: Random, record: Row, card_no: str) -> Row:
    day = record["service_date"]
    received = min(day + timedelta(4 + rng.randrange(4)), date(2026, 11, 5))
    return {
        "card_no": card_no,
        "record_id": record["record_id"],
        "issued_on": day,
        "copies": 3,
        "copy1_held_by": "用户",
        "copy2_sent_on": min(day + timedelta(1 + rng.randrange(3)), received),
        "copy2_received_on": received,
        "copy2_received_by": "李敏",
        "copy3_held_by": "服务人员",
        "archive_no": f"DA-{day:%Y-%m}",
        "location": f"柜3-{1 + rng.randrange(4)}",
    }


def _archive(rng: Random, record: Row) -> Row:
    customer = next(c for c in CUSTOMERS if c.id == record["customer_id"])
    next_days = at(record["service_date"], "09:00") + timedelta(days=1 + rng.randrange(3))
    entered = min(next_days, at(date(2026, 11, 4), "09:00"))
    return {
        "customer_id": customer.id,
        "customer_name": customer.name,
        "kind": customer.kind,
        "region": customer.region,
        "contact": customer.contact,
        "contact_phone": customer.phone,
        "created_on": customer.created,
        "status": "有效",
        "record_id": record["record_id"],
        "entered_at": entered + timedelta(minutes=rng.randrange(480)),
        "entered_by": "YW0004",
        "last_service_on": record["service_date"],
    }


def dealer_rows() -> list[Row]:
    """Give the dealers as the archive holds them; they have no service record of their own."""
    return [
        {
            "customer_id": c.id,
            "customer_name": c.name,
            "kind": c.kind,
            "region": c.region,
            "contact": c.contact,
            "contact_phone": c.phone,
            "created_on": c.created,
            "status": "有效" if c.active else "停用",
        }
        for c in CUSTOMERS
        if c.kind == "经销商"
    ]


def visit_rows(rng: Random, services: Services) -> list[Row]:
    """Give four visits a person, on days the person works in the region."""
    rows: list[Row] = []
    for person_id in sorted({record["employee_id"] for record in services.records}):
        worked = sorted({r["service_date"] for r in services.records if r["employee_id"] == person_id})
        for day in sorted(rng.sample([d for d in worked if d >= october(8)], min(4, len(worked) - 1))):
            rows.append(_visit(rng, person_id, day))
    rows.sort(key=lambda row: (row["visit_date"], row["employee_id"]))
    for number, row in enumerate(rows, 1):
        row["record_id"] = f"ZF-202610-{number:03d}"
    return rows


def _visit(rng: Random, person_id: str, day: date) -> Row:
    person = next(p for p in serving(day) if p.id == person_id)
    customer = rng.choice([c for c in (*USERS, *DEALERS) if c.region == person.region])
    start = at(day, "16:00") + timedelta(minutes=5 * rng.randrange(12))
    return {
        "employee_id": person.id,
        "employee_name": person.name,
        "region": person.region,
        "visit_date": day,
        "visit_start": start.time(),
        "visit_end": (start + timedelta(minutes=45)).time(),
        "customer_id": customer.id,
        "customer_name": customer.name,
        "met_person": customer.contact,
        "content": rng.choice(("了解产品使用情况", "征求服务意见", "核对本月用量与库存")),
        "opinion": rng.choice(("满意", "希望加快送货", "希望增加培训")),
        "handling": "已记录并反馈业务部",
        "customer_signed": True,
    }


def ledger_rows(rng: Random, regions: tuple[str, ...]) -> list[Row]:
    """Give a ledger that balances: one movement every second working day, region and product."""
    rows: list[Row] = []
    moves: Counter[str] = Counter()
    for region in regions:
        for product in PRODUCTS[:2]:
            stock = 40_000 + 500 * rng.randrange(30)
            for day in workdays(FIRST, LAST)[:: 3 if product == PRODUCTS[0] else 2]:
                stock = _movement(rng, rows, moves, region, product, day, stock)
    rows.sort(key=lambda row: (row["date"], row["location"], row["product_model"]))
    for number, row in enumerate(rows, 1):
        row["record_id"] = f"TZ-202610-{number:03d}"
    return rows


def _movement(
    rng: Random, rows: list[Row], moves: Counter[str], region: str, product: str, day: date, stock: int
) -> int:
    kind = rng.choices(("发货", "换货", "退货", "维护"), (8, 2, 1, 1))[0]
    came = 12_000 if stock < 12_000 else 500 * rng.randrange(1, 4) if kind == "退货" else 0
    went = 0 if came else 500 * rng.randrange(1, 9)
    keeper = next(p for p in serving(day) if p.region == region and at_work(p.id, day))
    code = f"CK-{day:%m%d}"
    moves[code] += 1
    row = {
        "date": day,
        "location": region,
        "product_model": product,
        "batch_no": f"202609{10 + rng.randrange(20)}-{1 + rng.randrange(4)}",
        "unit": "吨",
        "opening": tons(stock),
        "in_qty": tons(came),
        "out_qty": tons(went),
        "closing": tons(stock + came - went),
        "kind": kind,
        "doc_no": f"{code}-{moves[code]:02d}",
        "handled_by": keeper.id,
        "entered_at": at(day, "17:30") + timedelta(minutes=rng.randrange(40)),
    }
    rows.append(row)
    return stock + came - went


def tons(kilograms: int) -> str:
    """Write kilograms as tonnes with three decimals."""
    return f"{kilograms / 1000:.3f}"
