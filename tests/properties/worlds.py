"""Little random worlds: one fixed pack of logs, random rows with blanks and unreadable cells, random rules."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

import yaml

from checker.database import Database
from checker.language import load_build
from checker.language.pack import Pack
from checker.language.places import Places
from checker.logs.tables import TYPES, TableInfo, Tables, sql_type, stored

LOGS = yaml.safe_load("""
staff:
  title: {zh: 花名册, en: staff}
  key: [pid]
  region: area
  fields:
    pid: {type: id, header: 工号, required: true}
    name: {type: text, header: 姓名}
    area: {type: list, header: 片区}
    post: {type: enum, header: 岗位, values: [甲, 乙]}
    from: {type: date, header: 起}
    to: {type: date, header: 止}
    left: {type: date, header: 离职}
    duties: {type: list, header: 职责}
regions:
  title: {zh: 片区, en: regions}
  key: [region]
  fields:
    region: {type: text, header: 片区}
    opened: {type: date, header: 设立}
    closed: {type: date, header: 撤销}
cases:
  title: {zh: 记录, en: cases}
  key: ['no']
  date: opened
  person: pid
  person_name: name
  region: region
  fields:
    'no': {type: id, header: 编号, required: true}
    pid: {type: id, header: 工号, required: true}
    name: {type: text, header: 姓名}
    region: {type: text, header: 片区}
    opened: {type: datetime, header: 开始, required: true}
    closed: {type: datetime, header: 结束}
    day: {type: date, header: 日期}
    amount: {type: decimal, places: 2, header: 金额}
    n: {type: int, header: 数量}
    level: {type: enum, header: 级别, values: [高, 中, 低]}
    ok: {type: bool, header: 合格}
    tags: {type: list, header: 标签}
    'off': {type: duration, unit: minutes, formula: 'longest_overlap(opened, if_blank(closed, as_of()), "07:00", "22:00")'}
    whole: {type: duration, unit: minutes, formula: 'total_overlap(opened, closed, "08:00", "21:00")'}
    mark: {type: datetime, formula: 'first_reach(opened, if_blank(closed, as_of()), "07:00", "22:00", 30 minutes)'}
    length: {type: int, formula: 'days_between(date_of(opened), day)'}
    due: {type: date, formula: 'date_of(opened) + 2 workdays'}
    end_of: {type: date, formula: 'month_end(day) + 18 months'}
    ratio: {type: decimal, formula: 'amount / n'}
    works: {type: bool, formula: 'is_workday(day)'}
    double: {type: decimal, formula: 'if n > 1 then amount * 2 else amount - n'}
  links:
    first_answer: {log: answers, match: ['no'], take: {answer_kind: kind, answer_score: score}}
    who: {log: staff, match: [pid], at: day, take: {who_post: post, who_area: area}}
    before: {previous: [pid], order: [day, n], take: {n_before: n}}
    many: {log: answers, match: ['no'], count: answer_count}
answers:
  title: {zh: 答复, en: answers}
  key: [ano]
  date: at
  person: pid
  person_name: name
  fields:
    ano: {type: id, header: 编号}
    'no': {type: id, header: 记录编号}
    pid: {type: id, header: 工号}
    name: {type: text, header: 姓名}
    at: {type: datetime, header: 时间}
    month: {type: month, header: 月份}
    kind: {type: enum, header: 类型, values: [是, 否]}
    score: {type: decimal, places: 1, header: 分}
  links:
    case: {log: cases, match: ['no'], take: {case_level: level}}
leave:
  title: {zh: 请假, en: leave}
  key: [lid]
  person: pid
  date: start
  fields:
    lid: {type: id, header: 编号}
    pid: {type: id, header: 工号}
    start: {type: datetime, header: 起}
    end: {type: datetime, header: 止}
    status: {type: enum, header: 状态, values: [批准, 待批]}
attests:
  title: {zh: 确认单, en: attestations}
  key: [aid]
  date: signed_on
  fields:
    aid: {type: id, header: 编号}
    clause: {type: text, header: 条款}
    subject: {type: text, header: 对象}
    verdict: {type: enum, header: 结论, values: [属实, 不属实]}
    s1: {type: text, header: 确认人1}
    s2: {type: text, header: 确认人2}
    signed_on: {type: date, header: 日期}
""")
PACK = {
    "people": {"log": "staff", "key": "pid", "name": "name", "region": "area", "from": "from", "to": "to", "left": "left", "duties": "duties"},
    "regions": {"log": "regions", "key": "region", "from": "opened", "to": "closed"},
    "leave": {"log": "leave", "person": "pid", "from": "start", "to": "end", "where": {"status": {"is": "批准"}}},
    "attestations": {"log": "attests", "clause": "clause", "subject": "subject", "conclusion": "verdict", "signers": ["s1", "s2"], "confirmed": "属实", "denied": "不属实"},
}  # fmt: skip
DAY = date(2026, 9, 20)
IDS, NAMES, REGIONS = ["P1", "P2", "P3"], ["张伟", "李敏"], ["南", "北"]


def pack_with(rules: list[dict[str, Any]]) -> Pack:
    nowhere = Places()
    from checker.model import Text

    return Pack(
        "world", Text("世界"), "1", "Asia/Shanghai", "CNY", load_build.policy({"name": {"zh": "x"}}),
        load_build.logs(LOGS, nowhere), {}, tuple(load_build.rule(rule, nowhere) for rule in rules),
        people=load_build.people(PACK["people"]), regions=load_build.regions(PACK["regions"]),
        leave=load_build.leave(PACK["leave"]), attestations=load_build.attestations(PACK["attestations"]),
        parameters=load_build.parameters({"shared": {"2026-01-01": 2, "2026-10-01": 3}, "levels": {"2026-01-01": ["高", "低"]}}, nowhere, ()),
    )  # fmt: skip


CLOCK = [0, 6 * 60 + 30, 7 * 60, 7 * 60 + 31, 12 * 60, 21 * 60 + 40, 22 * 60, 24 * 60 - 1]
CELLS: dict[str, Callable[[Random], Any]] = {
    "pid": lambda r: r.choice(IDS), "name": lambda r: r.choice(NAMES), "region": lambda r: r.choice(REGIONS),
    "no": lambda r: r.choice(["C1", "C2", "C3", "C4"]),
    "subject": lambda r: r.choice(["C1", "C2", "C3", "P1@2026-10", "P2@2026-10", "P3@2026-10", "P1@2026Q3", "P1@2026-W42"]),
    "clause": lambda r: r.choice(["一", "一", "二"]), "s1": lambda r: r.choice(NAMES), "s2": lambda r: r.choice(NAMES),
    "area": lambda r: tuple(r.sample(REGIONS, r.randint(1, 2))), "duties": lambda r: tuple(r.sample(["周报", "月报"], r.randint(0, 2))),
    "from": lambda r: DAY - timedelta(days=r.choice([5, 400])), "opened#regions": lambda r: DAY - timedelta(days=r.choice([5, 60, 400])),
    "to": lambda r: DAY + timedelta(days=r.choice([20, 400])), "left": lambda r: DAY + timedelta(days=r.choice([30, 400])),
    "post": lambda r: r.choice(["甲", "甲", "乙"]), "verdict": lambda r: r.choice(["属实", "属实", "不属实"]),
}  # fmt: skip
KINDS: dict[str, Callable[[Random], Any]] = {
    "date": lambda r: DAY + timedelta(days=r.randint(0, 60)),
    "datetime": lambda r: datetime.combine(DAY, datetime.min.time()) + timedelta(days=r.randint(0, 50), minutes=r.choice(CLOCK)),
    "int": lambda r: r.randint(0, 4), "bool": lambda r: r.random() < 0.5,
    "decimal": lambda r: r.choice([Decimal(x) for x in ("0", "1.5", "2", "59.9", "60", "95")]),
    "month": lambda r: date(2026, r.randint(9, 11), 1), "list": lambda r: tuple(r.sample(["a", "b"], r.randint(0, 2))),
    "id": lambda r: f"K{r.randint(1, 99)}", "text": lambda r: r.choice(["x", "y"]),
}  # fmt: skip
BLANKS = {"to": 0.6, "left": 0.7, "closed#regions": 0.8}


def world_of(seed: int) -> dict[str, list[tuple[Any, ...]]]:
    """Give rows for every log; some worlds are clean, some hold many blanks and unreadable cells."""
    luck = Random(seed)
    blank, unread = luck.choice([(0.0, 0.0), (0.05, 0.03), (0.2, 0.1)])
    return {log: _rows(log, luck, blank, unread) for log in LOGS}


def _rows(log: str, luck: Random, blank: float, unread: float) -> list[tuple[Any, ...]]:
    fields = {n: f for n, f in LOGS[log]["fields"].items() if "formula" not in f}
    rows = []
    for number in range(luck.choice([0, 2, 4, 8, 8])):
        row, bad = [], []
        for name, entry in fields.items():
            cell = (
                CELLS.get(f"{name}#{log}")
                or CELLS.get(name)
                or KINDS.get(entry["type"])
                or (lambda r, e=entry: r.choice(e["values"]))
            )
            draw = luck.random()
            row.append(
                None
                if draw < max(BLANKS.get(f"{name}#{log}", BLANKS.get(name, blank)), unread)
                else cell(luck)
            )
            if draw < unread:
                bad.append(name)
        rows.append((*row, 0, number + 2, f",{','.join(bad)}," if bad else None))
    return rows


def _unique(names: list[str], rows: list[tuple[Any, ...]]) -> str | None:
    """Give a column that tells rows apart, as reading does where it sees one."""
    cells = {name: [row[at] for row in rows] for at, name in enumerate(names)}
    apart = (name for name, own in cells.items() if None not in own and len(set(own)) == len(own) > 0)
    return next(apart, None)


def fill(db: Database, pack: Pack, data: dict[str, list[tuple[Any, ...]]]) -> Tables:
    infos = {}
    for name, log in pack.logs.items():
        fields = stored(log)
        columns = [
            *((f'"{n}"', sql_type(f)) for n, f in fields.items()),
            ("_src", "INTEGER"),
            ("_row", "BIGINT"),
            ("_bad", "VARCHAR"),
        ]
        db.run(f'CREATE OR REPLACE TABLE "{name}" ({", ".join(f"{n} {t}" for n, t in columns)})')
        for row in data.get(name, []):
            marks = ", ".join("?" for _ in row)
            db.run(
                f'INSERT INTO "{name}" VALUES ({marks})',
                [list(v) if isinstance(v, tuple) else v for v in row],
            )
        kinds, rows = {n: TYPES[f.type] for n, f in fields.items()}, data.get(name, [])
        infos[name] = TableInfo(name, f'"{name}"', kinds, len(rows), (0,), unique=_unique(list(fields), rows))
    return Tables(db, infos, (), ())
