"""A whole made-up archive of two years, written by DuckDB as Parquet or CSV: the same bytes every time.

Nothing but logs of the after-sales pack is made; field names, types and headers come from its logs.yaml.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from pathlib import Path

from benchmarks.registers import MACROS, Register, Size, registers
from checker.language import load_pack
from checker.language.pack import Field, Pack

FIRST, LAST = date(2026, 1, 1), date(2027, 12, 31)
PERIOD, AS_OF = f"{FIRST}/{LAST}", "2028-02-10"
BY_MONTH = 40_000
"""Logs with so many rows are written as one file a month, smaller ones as one file."""
RULES = Path("rules/after-sales")
_SQL = {
    "int": "bigint", "bool": "boolean", "date": "date", "month": "date", "quarter": "date", "time": "time",
    "datetime": "timestamp", "list": "varchar[]",
}  # fmt: skip
_CSV = {
    "bool": "case when ({x})::boolean then '是' when not ({x})::boolean then '否' end",
    "datetime": "strftime(({x})::timestamp, '%Y-%m-%d %H:%M:%S')",
    "month": "strftime(({x})::date, '%Y-%m')",
    "quarter": "year(({x})::date) || 'Q' || quarter(({x})::date)",
    "list": "array_to_string(({x})::varchar[], '、')",
}


def archive(data: Path, rows: int, form: str) -> Path:
    """Give the folder of an archive, made if it is not there yet."""
    folder, done = data / f"{form}-{rows}", data / f"{form}-{rows}.done"
    if not done.exists():
        write(folder, rows, form)
        done.touch()
    return folder


def write(folder: Path, rows: int, form: str) -> None:
    """Write an archive of `rows` service records; `form` is parquet or csv."""
    import duckdb

    pack = load_pack(RULES)
    con = duckdb.connect()
    con.execute("set threads = 2")
    con.execute(MACROS)
    ticks = _ticks(pack)
    for name, days in (ticks | {"bound": _bound(ticks)}).items():
        con.execute(f"set variable {name} = [{', '.join(f'''DATE '{day}' ''' for day in days)}]")
    for name, group in _by_log(registers(Size(rows))).items():
        total = sum(_count(one, ticks) for one in group)
        for month, selects in _files(group, ticks, total >= BY_MONTH):
            target = folder / name / f"month={month}" / f"part.{form}" if month else folder / f"{name}.{form}"
            target.parent.mkdir(parents=True, exist_ok=True)
            body = " union all ".join(_select(pack, one, ticks, lo, hi, form) for one, lo, hi in selects)
            options = "format parquet, compression zstd" if form == "parquet" else "format csv, header true"
            con.execute(f"copy ({body}) to '{target.as_posix()}' ({options})")


def _ticks(pack: Pack) -> dict[str, list[date]]:
    """Give the ticks of each kind, in order; a week is its Monday and may begin before the first day."""
    days = [FIRST + timedelta(days=i) for i in range((LAST - FIRST).days + 1)]
    working = [
        d for d in days if (pack.calendar_days[d].working if d in pack.calendar_days else d.weekday() < 5)
    ]
    monday = FIRST - timedelta(days=FIRST.weekday())
    weeks = [monday + timedelta(days=7 * i) for i in range((LAST - monday).days // 7 + 1)]
    months = [d for d in days if d.day == 1]
    quarters = [d for d in months if d.month % 3 == 1]
    return {"workday": working, "week": weeks, "month": months, "quarter": quarters, "none": [FIRST]}


def _bound(ticks: Mapping[str, list[date]]) -> list[date]:
    """Give for each month the first working day of the next, when its records are bound."""
    ends = [m + timedelta(days=calendar.monthrange(m.year, m.month)[1]) for m in ticks["month"]]
    return [next((d for d in ticks["workday"] if d >= end), date(2028, 1, 3)) for end in ends]


def _by_log(listed: list[Register]) -> dict[str, list[Register]]:
    found: dict[str, list[Register]] = {}
    for one in listed:
        found.setdefault(one.log, []).append(one)
    return found


def _count(one: Register, ticks: Mapping[str, list[date]]) -> int:
    return one.rows or one.each_tick * len(ticks[one.tick])


def _files(
    group: list[Register], ticks: Mapping[str, list[date]], monthly: bool
) -> Iterator[tuple[str, list[tuple[Register, int, int]]]]:
    """Give the files of a log: the month (or "" for one file), and the rows from and to of each register."""
    if not monthly:
        yield "", [(one, 0, _count(one, ticks)) for one in group]
        return
    for month in sorted({d.strftime("%Y-%m") for one in group for d in ticks[one.tick]}):
        spans = []
        for one in group:
            days, n = ticks[one.tick], _count(one, ticks)
            inside = [t for t, d in enumerate(days) if d.strftime("%Y-%m") == month]
            if inside:
                lo, hi = (-(-t * n // len(days)) for t in (inside[0], inside[-1] + 1))
                spans.append((one, lo, hi))
        yield month, spans


def _select(pack: Pack, one: Register, ticks: Mapping[str, list[date]], lo: int, hi: int, form: str) -> str:
    count, n = len(ticks[one.tick]), _count(one, ticks)
    rows = f"select range as i, {count} as ticks, tick_of(range, {n}, {count}) as t from range({lo}, {hi})"
    source = f"select *, getvariable('{one.tick}')[t + 1] as day, i - tick_start(t, {n}, {count}) as k from ({rows})"
    for lets in one.lets:
        source = f"select *, {', '.join(f'{sql} as {name}' for name, sql in lets.items())} from ({source})"
    fields = pack.logs[one.log].fields
    cells = [_cell(fields[name], sql, one.spoilt.get(name), form) for name, sql in one.columns.items()]
    return f"(select {', '.join(cells)} from ({source}) where {one.keep})"


def _cell(field: Field, sql: str, spoilt: str | None, form: str) -> str:
    if form == "parquet":
        kind = f"decimal(18,{field.places})" if field.type == "decimal" else _SQL.get(field.type, "varchar")
        return f'({sql})::{kind} as "{field.name}"'
    kinds = {"decimal": f"::decimal(18,{field.places})", "date": "::date", "time": "::time"}
    cell = _CSV[field.type].format(x=sql) if field.type in _CSV else f"({sql}){kinds.get(field.type, '')}"
    if spoilt:
        cell = f"case when {spoilt} then '昨天' else {cell} end"
    return f'{cell} as "{field.header}"'
