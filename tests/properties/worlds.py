"""Little random worlds: one fixed pack of logs, random rows with blanks and unreadable cells, random rules."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import yaml
from hypothesis import strategies as st

from checker.database import Database
from checker.language import load_build
from checker.language.pack import Pack
from checker.language.places import Places
from checker.logs.tables import TYPES, TableInfo, Tables, sql_type, stored

LOGS = yaml.safe_load("""
staff:
  title: {zh: 花名册, en: staff}
  key: [pid]
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
    off: {type: duration, unit: minutes, formula: 'longest_overlap(opened, if_blank(closed, as_of()), "07:00", "22:00")'}
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


days = st.integers(0, 60).map(lambda i: DAY + timedelta(days=i))
clock = st.sampled_from([0, 6 * 60 + 30, 7 * 60, 7 * 60 + 31, 12 * 60, 21 * 60 + 40, 22 * 60, 24 * 60 - 1])
moments = st.builds(lambda d, m: datetime.combine(d, datetime.min.time()) + timedelta(minutes=m), days, clock)
CELLS: dict[str, st.SearchStrategy[Any]] = {
    "pid": st.sampled_from(IDS), "name": st.sampled_from(NAMES), "region": st.sampled_from(REGIONS),
    "no": st.sampled_from(["C1", "C2", "C3", "C4"]), "subject": st.sampled_from(["C1", "C2", "P1@2026-10", "P2@2026-10", "P1@2026Q4"]),
    "clause": st.sampled_from(["一", "二"]), "s1": st.sampled_from(NAMES), "s2": st.sampled_from(NAMES),
    "area": st.lists(st.sampled_from(REGIONS), min_size=1, max_size=2).map(tuple),
    "duties": st.lists(st.sampled_from(["周报", "月报"]), max_size=2).map(tuple),
}  # fmt: skip
KINDS: dict[str, st.SearchStrategy[Any]] = {
    "date": days, "datetime": moments, "int": st.integers(0, 4), "bool": st.booleans(),
    "decimal": st.sampled_from([Decimal(x) for x in ("0", "1.5", "2", "59.9", "60", "95")]),
    "month": days.map(lambda d: d.replace(day=1)), "list": st.lists(st.sampled_from(["a", "b"]), max_size=2).map(tuple),
    "id": st.sampled_from(["K1", "K2", "K3"]), "text": st.sampled_from(["x", "y"]),
}  # fmt: skip


@st.composite
def rows_of(draw: st.DrawFn, log: str, most: int = 6) -> list[tuple[Any, ...]]:
    fields = {n: f for n, f in LOGS[log]["fields"].items() if "formula" not in f}
    rows = []
    for number in range(draw(st.integers(0, most))):
        row, bad = [], []
        for name, entry in fields.items():
            cell = CELLS[name] if name in CELLS else st.sampled_from(entry["values"]) if entry["type"] == "enum" else KINDS[entry["type"]]
            luck = draw(st.integers(0, 9))
            row.append(None if luck < 2 else draw(cell))
            if luck == 0:
                bad.append(name)
        rows.append((*row, 0, number + 2, f",{','.join(bad)}," if bad else None))
    return rows


def fill(db: Database, pack: Pack, data: dict[str, list[tuple[Any, ...]]]) -> Tables:
    infos = {}
    for name, log in pack.logs.items():
        fields = stored(log)
        columns = [*((f'"{n}"', sql_type(f)) for n, f in fields.items()), ("_src", "INTEGER"), ("_row", "BIGINT"), ("_bad", "VARCHAR")]
        db.run(f'CREATE OR REPLACE TABLE "{name}" ({", ".join(f"{n} {t}" for n, t in columns)})')
        for row in data.get(name, []):
            marks = ", ".join("?" for _ in row)
            db.run(f'INSERT INTO "{name}" VALUES ({marks})', [list(v) if isinstance(v, tuple) else v for v in row])
        infos[name] = TableInfo(name, f'"{name}"', {n: TYPES[f.type] for n, f in fields.items()}, len(data.get(name, [])), (0,))
    return Tables(db, infos, (), ())
