"""The invented company: work calendar, people, regions, customers, leave. No chance in here."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

Row = dict[str, Any]

COMPANY = "豫鲁建材助剂有限公司"
FIRST, LAST = date(2026, 10, 1), date(2026, 10, 31)
NORTH, SOUTH, EAST = "豫北片区", "豫南片区", "鲁西片区"
REGIONS = (NORTH, SOUTH, EAST)
TRANSFER_DAY = date(2026, 10, 15)

# The official calendar of 2026: days off that are not weekends as such, and weekends that are worked.
_OFF = (
    ((1, 1), (1, 3)),
    ((2, 15), (2, 23)),
    ((4, 4), (4, 6)),
    ((5, 1), (5, 5)),
    ((6, 19), (6, 21)),
    ((9, 25), (9, 27)),
    ((10, 1), (10, 7)),
)
_MAKE_UP = ((1, 4), (2, 14), (2, 28), (5, 9), (9, 20), (10, 10))


def days(start: date, end: date) -> list[date]:
    """Give every day from `start` through `end`."""
    return [start + timedelta(n) for n in range((end - start).days + 1)]


def is_workday(day: date) -> bool:
    """Say whether `day` (of 2026) is worked, make-up Saturdays included."""
    short = (day.month, day.day)
    if short in _MAKE_UP:
        return True
    return day.weekday() < 5 and not any(first <= short <= last for first, last in _OFF)


def workdays(start: date, end: date) -> list[date]:
    """Give the working days from `start` through `end`."""
    return [day for day in days(start, end) if is_workday(day)]


def at(day: date, clock: str) -> datetime:
    """Give `day` at `clock`, for example `09:30`; `24:00` is the next midnight."""
    hour, minute = (int(part) for part in clock.split(":"))
    return datetime.combine(day, time()) + timedelta(hours=hour, minutes=minute)


def october(day: int) -> date:
    """Give a day of the month that is checked."""
    return date(2026, 10, day)


@dataclass(frozen=True)
class Person:
    """One dated row of the roster."""

    id: str
    name: str
    dept: str
    post: str
    region: str | None
    hired: date
    employment: str = "正式"
    left: date | None = None
    start: date = date(2026, 1, 1)
    end: date | None = None
    manager: str = "YW0001"
    duties: str | None = None

    def on(self, day: date) -> bool:
        """Say whether this row holds on `day` and the person is employed."""
        return self.start <= day <= (self.end or self.left or date.max) and self.hired <= day


def _service(number: int, name: str, region: str, hired: date, **more: Any) -> Person:
    post = "技术员" if number % 3 == 0 else "服务人员"
    return Person(f"FW{number:04d}", name, "业务部", more.pop("post", post), region, hired, **more)


_KAI = _service(26, "郑凯", SOUTH, date(2024, 5, 6), end=TRANSFER_DAY - timedelta(1))
SERVICE: tuple[Person, ...] = (
    _service(12, "张伟", NORTH, date(2024, 3, 4)),
    _service(13, "刘洋", NORTH, date(2023, 7, 3)),
    _service(14, "王磊", NORTH, date(2022, 4, 11)),
    _service(15, "赵鹏", NORTH, date(2024, 9, 2)),
    _service(18, "林浩", NORTH, october(14), employment="试用", start=october(14)),
    _service(27, "张伟", NORTH, date(2025, 6, 2)),
    _service(21, "陈刚", SOUTH, date(2021, 3, 1)),
    _service(22, "杨帆", SOUTH, date(2023, 2, 6)),
    _service(23, "黄勇", SOUTH, date(2024, 1, 8)),
    _service(24, "周涛", SOUTH, date(2025, 8, 4), employment="劳务派遣"),
    _service(25, "吴斌", SOUTH, date(2022, 10, 10)),
    _KAI,
    replace(_KAI, region=EAST, start=TRANSFER_DAY, end=None),
    _service(31, "徐明", EAST, date(2020, 6, 1)),
    _service(32, "孙浩", EAST, date(2023, 5, 8)),
    _service(33, "马超", EAST, date(2024, 2, 19)),
    _service(34, "朱峰", EAST, date(2022, 8, 1)),
    _service(35, "何军", EAST, date(2023, 11, 6), left=october(15)),
)
OFFICE: tuple[Person, ...] = (
    Person("YW0001", "赵国强", "业务部", "业务部负责人", None, date(2018, 3, 1), manager="GL0001"),
    Person("YW0003", "孙丽华", "业务部", "内勤统计", None, date(2019, 7, 1), duties="周报、月报、台帐"),
    Person("YW0004", "周敏", "业务部", "内勤统计", None, date(2021, 9, 6), duties="档案录入、日统计"),
    Person("YW0005", "韩雪", "业务部", "内勤统计", None, date(2024, 4, 1)),
    Person("ZJ0001", "李敏", "质检部", "质检员", None, date(2017, 5, 8), manager="GL0001"),
    Person("ZJ0002", "陈建军", "质检部", "质检员", None, date(2020, 3, 2), manager="ZJ0001"),
    Person("CW0001", "王芳", "财务部", "财务", None, date(2016, 8, 1), manager="GL0001"),
    Person("CW0002", "郭静", "财务部", "财务", None, date(2022, 1, 4), manager="CW0001"),
)
PEOPLE = (*OFFICE, *SERVICE)
OWNERS = {NORTH: "FW0012", SOUTH: "FW0021", EAST: "FW0031"}
NAMES = {person.id: person.name for person in PEOPLE}


def serving(day: date) -> list[Person]:
    """Give the roster rows of the service staff that hold on `day`."""
    return [person for person in SERVICE if person.on(day)]


def region_of(employee_id: str, day: date) -> str:
    """Give the region of a service person on `day`."""
    return next(p.region for p in SERVICE if p.id == employee_id and p.on(day) and p.region)


@dataclass(frozen=True)
class Customer:
    """An end user (KH-…) or a dealer (JX-…)."""

    id: str
    name: str
    region: str
    contact: str
    phone: str
    created: date
    active: bool = True

    @property
    def kind(self) -> str:
        """Give the customer class as the archive names it."""
        return "经销商" if self.id.startswith("JX") else "终端用户"


_CITIES = {NORTH: "安阳、鹤壁、新乡", SOUTH: "南阳、信阳、驻马店", EAST: "聊城、菏泽、济宁"}
_USERS = {
    NORTH: "青山水泥有限公司 太行建材有限公司 淇河水泥有限公司 安彰新材料公司 卫源水泥公司 龙山粉磨站",
    SOUTH: "伏牛水泥有限公司 宛城建材有限公司 淮源水泥有限公司 天中水泥有限公司 桐柏粉磨站 白河建材公司",
    EAST: "东昌水泥有限公司 运河建材有限公司 曹州水泥有限公司 微山粉磨站 阳谷新材料公司 金堤水泥公司",
}
_DEALERS = {
    NORTH: "华信建材经营部 新源商贸有限公司 恒通建材商行",
    SOUTH: "宏达建材经营部 南方商贸有限公司 鑫盛建材商行",
    EAST: "鲁兴建材经营部 齐源商贸有限公司 聚丰建材商行 老河口建材商行",
}
_SURNAMES = "刘李王马郭段秦宋冯丁邓曹彭田董潘袁蔡蒋余杜叶程魏苏吕任沈姚卢"


def _customers() -> tuple[Customer, ...]:
    made: list[Customer] = []
    for prefix, names, title, created in (
        ("KH", _USERS, "工", date(2025, 2, 10)),
        ("JX", _DEALERS, "经理", date(2025, 3, 3)),
    ):
        number = 0
        for region in REGIONS:
            for name in names[region].split():
                number += 1
                contact = _SURNAMES[len(made) % len(_SURNAMES)] + title
                phone = f"13{number % 10}****{1000 + 37 * len(made)}"
                made.append(Customer(f"{prefix}-{number:04d}", name, region, contact, phone, created))
    # The last dealer gave up trading: no questionnaire is due from it.
    return (*made[:-1], replace(made[-1], active=False))


CUSTOMERS = _customers()
USERS = tuple(c for c in CUSTOMERS if c.kind == "终端用户")
DEALERS = tuple(c for c in CUSTOMERS if c.kind == "经销商" and c.active)
PRODUCTS = ("ZM-1 粉体助磨剂", "ZM-2 液体助磨剂", "ZM-3 增强型助磨剂")


def _leave_rows() -> list[Row]:
    rows: list[tuple[str, str, str, str, str]] = [
        ("FW0032", "出差", "2026-10-13 08:00", "2026-10-14 18:00", "已批准"),
        ("FW0022", "年休假", "2026-10-19 00:00", "2026-10-23 24:00", "已批准"),
        ("FW0033", "病假", "2026-10-22 00:00", "2026-10-22 24:00", "已批准"),
        ("FW0015", "年休假", "2026-10-23 00:00", "2026-10-23 24:00", "已批准"),
        ("FW0014", "事假", "2026-10-27 08:00", "2026-10-27 12:00", "已批准"),
        ("FW0025", "事假", "2026-10-28 14:00", "2026-10-28 18:00", "驳回"),
        ("YW0005", "年休假", "2026-10-29 00:00", "2026-10-30 24:00", "已批准"),
    ]
    made: list[Row] = []
    for number, (employee_id, kind, start, end, status) in enumerate(rows, 1):
        first = date.fromisoformat(start[:10])
        made.append(
            {
                "record_id": f"QJ-202610-{number:02d}",
                "employee_id": employee_id,
                "employee_name": NAMES[employee_id],
                "leave_type": kind,
                "start_at": at(first, start[11:]),
                "end_at": at(date.fromisoformat(end[:10]), end[11:]),
                "status": status,
                "approved_by": "赵国强",
                "approved_on": first - timedelta(2),
            }
        )
    return made


LEAVE = _leave_rows()


def away(employee_id: str, day: date) -> str | None:
    """Give the kind of approved leave or trip that covers the whole of `day`, or None."""
    for row in LEAVE:
        if row["employee_id"] != employee_id or row["status"] != "已批准":
            continue
        covers = row["start_at"] <= at(day, "08:00") and row["end_at"] >= at(day, "18:00")
        if covers:
            return str(row["leave_type"])
    return None


def at_work(employee_id: str, day: date) -> bool:
    """Say whether a person works on `day`: no leave, or away on business."""
    return away(employee_id, day) in (None, "出差")


def roster_rows() -> list[Row]:
    """Give the roster, one row a person and span of validity."""
    return [
        {
            "employee_id": p.id,
            "employee_name": p.name,
            "dept": p.dept,
            "post": p.post,
            "region": p.region,
            "employment_type": p.employment,
            "hired_on": p.hired,
            "left_on": p.left,
            "valid_from": p.start,
            "valid_to": p.end,
            "manager_id": p.manager,
            "duties": p.duties,
            "phone": f"138****{p.id[2:]}",
        }
        for p in PEOPLE
    ]


def region_rows() -> list[Row]:
    """Give the three regions."""
    return [
        {
            "region": r,
            "opened_on": date(2025, 1, 1),
            "closed_on": None,
            "cities": _CITIES[r],
            "owner_id": OWNERS[r],
        }
        for r in REGIONS
    ]


def calendar_rows() -> list[Row]:
    """Give the days round the National Day that differ from an ordinary week."""
    holiday = [{"date": day, "day_type": "法定节假日", "name": "国庆节"} for day in days(FIRST, october(7))]
    return [*holiday, {"date": october(10), "day_type": "调休上班", "name": "国庆节调休"}]
