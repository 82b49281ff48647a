"""The measure of all figures: what it costs only to read the columns that the rules read, from the same files."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path

import duckdb

from checker.calendar import WorkCalendar
from checker.language.compile import compile_pack
from checker.language.pack import Field, Pack
from checker.language.schedule import RunSpec
from checker.language.usage import fields_read
from checker.model import Period

_CSV_TYPES = {"int": "BIGINT", "date": "DATE", "datetime": "TIMESTAMP", "time": "TIME"}


def needed(pack: Pack, first: date, last: date, as_of: date) -> dict[str, set[str]]:
    """Give the fields that the rules of a pack read, by log."""
    working = {day: entry.working for day, entry in pack.calendar_days.items()}
    moment = datetime.combine(as_of, datetime.min.time())
    compiled = compile_pack(pack, RunSpec(Period(first, last), moment, WorkCalendar(working)))
    found: dict[str, set[str]] = {}
    for one in compiled.rules.values():
        for log, name in fields_read(one.plan, compiled.plan):
            if log in pack.logs and name in pack.logs[log].fields and not pack.logs[log].fields[name].formula:
                found.setdefault(log, set()).add(name)
    return found


def queries(pack: Pack, fields: Mapping[str, set[str]], folder: Path, form: str) -> list[str]:
    """Give one query a log that counts every needed column of its files."""
    found = []
    for log in sorted(fields):
        files = sorted([*folder.glob(f"{log}.{form}"), *folder.glob(f"{log}/*/*.{form}")])
        if not files:
            continue
        known = {
            (one.name if form == "parquet" else one.header): one for one in pack.logs[log].fields.values()
        }
        listed = "[" + ", ".join(f"'{one.as_posix()}'" for one in files) + "]"
        columns = _columns(files[0], form)
        taken = [name for name in columns if name in known and known[name].name in fields[log]]
        counts = ", ".join(f'count("{name}")' for name in taken) or "count(*)"
        found.append(f"select {counts} from {_source(listed, form, columns, known, set(taken))}")
    return found


def _columns(file: Path, form: str) -> list[str]:
    if form == "csv":
        with file.open(encoding="utf-8") as stream:
            return stream.readline().strip().split(",")
    rows = duckdb.connect().execute(f"describe from read_parquet('{file.as_posix()}')").fetchall()
    return [row[0] for row in rows]


def _source(listed: str, form: str, columns: list[str], known: Mapping[str, Field], taken: set[str]) -> str:
    if form == "parquet":
        return f"read_parquet({listed})"
    kinds = {name: _csv_type(known.get(name)) if name in taken else "VARCHAR" for name in columns}
    typed = ", ".join(f"'{name}': '{kind}'" for name, kind in kinds.items())
    # `ignore_errors` for the few planted cells that cannot be read
    return f"read_csv({listed}, header = true, auto_detect = false, delim = ',', quote = '\"', escape = '\"', ignore_errors = true, columns = {{{typed}}})"


def _csv_type(field: Field | None) -> str:
    if field is not None and field.type == "decimal":
        return f"DECIMAL(18,{field.places})"
    return _CSV_TYPES.get(field.type, "VARCHAR") if field else "VARCHAR"
