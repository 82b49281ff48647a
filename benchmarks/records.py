"""One made-up log of service records for rules that judge a record by itself: the same rows for the same size.

Some records in a hundred are faulty (three if not told otherwise), each in one of ten ways, and by a level: half of the faulty have level 1, a
quarter level 2, and so on. A stricter and a laxer rule over the same field so find fewer and fewer, and with any number
of rules about the same records are found. A few cells are blank.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

from benchmarks.registers import MACROS

FIRST, LAST = date(2026, 1, 1), date(2027, 12, 31)
DAYS = (LAST - FIRST).days + 1
PERIOD, AS_OF = f"{FIRST}/{LAST}", "2028-02-10"
LEVELS = 30
KINDS, RATINGS = ("例行", "安装", "维修", "培训", "投诉"), ("满意", "基本满意", "一般")
BAD_RATINGS = tuple(f"差{level}" for level in range(1, LEVELS + 1))
FIELDS: dict[str, dict[str, object]] = {
    "record_no": {"type": "id", "required": True},
    "employee_id": {"type": "id", "required": True},
    "employee_name": {"type": "text", "required": True},
    "region": {"type": "text", "required": True},
    "kind": {"type": "enum", "values": [*KINDS], "required": True},
    "service_date": {"type": "date", "required": True},
    "arrived_at": {"type": "datetime", "required": True},
    "left_at": {"type": "datetime", "required": True},
    "filed_on": {"type": "date", "required": True},
    "quantity": {"type": "decimal", "places": 3, "required": True},
    "price": {"type": "decimal", "places": 2, "required": True},
    "slump": {"type": "int", "required": True},
    "temperature": {"type": "int"},
    "score": {"type": "int"},
    "rating": {"type": "enum", "values": [*RATINGS, *BAD_RATINGS], "required": True},
    "signed": {"type": "bool"},
    "phone": {"type": "text"},
    "model": {"type": "text", "required": True},
    "visits": {"type": "int", "required": True},
    "disposed_on": {"type": "date"},
    "remark": {"type": "text"},
}
FAULTY = 3.0
"""Faulty records in a hundred, if not told otherwise."""
_CELLS = {
    "record_no": "'R' || lpad(i::varchar, 9, '0')",
    "employee_id": "person(mix(i, 2) % 1000)",
    "employee_name": "called(mix(i, 2) % 1000)",
    "region": "area(mix(i, 3) % 300)",
    "kind": "case when low then '投诉' when hot then '例行' else {kinds}[mix(i, 4) % 5 + 1] end",
    "service_date": "day",
    "arrived_at": "arrived",
    "left_at": "arrived + to_minutes((case when long then 480 + level * 10 else 20 + mix(i, 6) % 460 end)::bigint)",
    "filed_on": "day + (case when late then 3 + level else mix(i, 7) % 4 end)::int",
    "quantity": "(case when big then 60 + level * 0.5 when unsigned then 40 + level else mix(i, 8) % 60000 / 1000 end)::decimal(12, 3)",
    "price": "(100 + mix(i, 9) % 90000 / 100)::decimal(12, 2)",
    "slump": "(case when stiff then 260 + level else 80 + mix(i, 10) % 181 end)::integer",
    "temperature": "(case when hot then 35 + level when rare(i, 32, 50) then null else mix(i, 11) % 36 end)::integer",
    "score": "(case when low then 60 - level when rare(i, 31, 100) then null else 60 + mix(i, 12) % 41 end)::integer",
    "rating": "case when poor then '差' || level else {ratings}[mix(i, 13) % 3 + 1] end",
    "signed": "case when unsigned then (case when i % 2 = 0 then false end) else true end",
    "phone": "case when not mute then '13' || lpad((mix(i, 14) % 1000000000)::varchar, 9, '0') end",
    "model": "'ZM-' || mix(i, 15) % 7",
    "visits": "(case when mute or early then level else 1 + mix(i, 16) % 30 end)::integer",
    "disposed_on": "(case when early then day + interval 18 month - interval 1 day * level when rare(i, 33, 2000) then day + interval 18 month + interval 1 day * (mix(i, 17) % 90) end)::date",
    "remark": "'第' || i || '次记录，现场一切正常'",
}  # fmt: skip
_FAULTS = ("stiff", "big", "poor", "mute", "long", "late", "low", "unsigned", "early", "hot")


def records(data: Path, rows: int, faulty: float = FAULTY) -> Path:
    """Give the folder of the log with so many records, a Parquet file a month; made if it is not there yet."""
    name = f"records-{rows}" if faulty == FAULTY else f"records-{rows}-{faulty:g}"
    folder, done = data / name, data / f"{name}.done"
    if not done.exists():
        write(folder, rows, faulty)
        done.touch()
    return folder


def write(folder: Path, rows: int, faulty: float = FAULTY) -> None:
    """Write the log; `faulty` is in a hundred, at most 100 in steps of 0.01."""
    import duckdb

    con = duckdb.connect()
    con.execute("set threads = 2")
    con.execute(MACROS)
    for year, month in ((year, month) for year in (2026, 2027) for month in range(1, 13)):
        begin = (date(year, month, 1) - FIRST).days
        end = (date(year + month // 12, month % 12 + 1, 1) - FIRST).days
        low, high = (-(-days * rows // DAYS) for days in (begin, end))
        target = folder / "service" / f"month={year}-{month:02}" / "part.parquet"
        target.parent.mkdir(parents=True, exist_ok=True)
        con.execute(
            f"copy ({_select(rows, low, high, round(faulty * 100))}) to '{target.as_posix()}' (format parquet, compression zstd)"
        )


def _select(rows: int, low: int, high: int, share: int) -> str:
    """Give the query for some rows; each fault has `share` of 100,000 records."""
    faults = ", ".join(
        f"fault between {at * share} and {at * share + share - 1} as {name}"
        for at, name in enumerate(_FAULTS)
    )
    drawn = (
        f"select range as i, date '{FIRST}' + (range * {DAYS} // {rows})::int as day, mix(range, 20) % 100000 as fault, "
        f"least({LEVELS}, 1 + floor(-log2((mix(range, 21) + 1) / 2147483648.0)))::int as level from range({low}, {high})"
    )
    known = f"select *, moment(day, 480 + mix(i, 5) % 480) as arrived, {faults} from ({drawn})"
    cells = ", ".join(f'{sql} as "{name}"' for name, sql in _CELLS.items())
    return f"select {cells.format(kinds=[*KINDS], ratings=[*RATINGS])} from ({known})"
