"""The rows that prove findings: file, sheet, row and key, fetched with one query a log."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from checker.language.pack import Pack
from checker.model import Evidence, Input

if TYPE_CHECKING:
    from checker.logs.tables import Records, Tables

Row = tuple[str, int, int]


def resolve(
    rows: Iterable[Row], pack: Pack, tables: Tables | None, inputs: tuple[Input, ...]
) -> dict[Row, Evidence]:
    """Give the evidence of each (log, source, row), every row once."""
    by_log: dict[str, dict[tuple[int, int], None]] = defaultdict(dict)
    for log, source, row in rows:
        by_log[log][source, row] = None
    found: dict[Row, Evidence] = {}
    for log, places in by_log.items():
        keys = _keys(log, list(places), pack, tables)
        for source, row in places:
            file = inputs[source] if 0 <= source < len(inputs) else None
            found[log, source, row] = Evidence(
                file.file if file else "", file.sheet if file else None, row, log, keys.get((source, row), "")
            )
    return found


def _keys(
    log: str, places: list[tuple[int, int]], pack: Pack, tables: Tables | None
) -> Mapping[tuple[int, int], str]:
    """Give the key text of rows: the key fields joined by `|`, a blank one as nothing."""
    names = pack.logs[log].key if log in pack.logs else ()
    info = tables.logs.get(log) if tables else None
    names = tuple(name for name in names if info and name in info.columns)
    if not names or info is None or tables is None:
        return {}
    records = getattr(info, "records", None)
    if records is not None and all(info.columns[name] != "list" for name in names):
        return _held_keys(records, set(places), names)
    parts = ", ".join(f"coalesce(CAST(t.\"{name}\" AS VARCHAR), '')" for name in names)
    sql = (
        f"SELECT t._src, t._row, concat_ws('|', {parts}) FROM {info.sql} t "
        "JOIN (SELECT unnest(CAST(? AS INTEGER[])) s, unnest(CAST(? AS BIGINT[])) r) e "
        "ON t._src = e.s AND t._row = e.r"
    )
    found = tables.db.execute(sql, [[source for source, _ in places], [row for _, row in places]])
    return {(int(source), int(row)): str(key) for source, row, key in found}


def _held_keys(
    records: Records, places: set[tuple[int, int]], names: tuple[str, ...]
) -> Mapping[tuple[int, int], str]:
    """Give the same keys from rows that are in memory anyway."""
    source, row, *at = (records.index[name] for name in ("_src", "_row", *names))
    held = (one for one in records.rows if (one[source], one[row]) in places)
    return {(one[source], one[row]): "|".join(_said(one[i]) for i in at) for one in held}


def _said(value: Any) -> str:
    """Give a value as the database writes it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, datetime) and value.microsecond:
        return str(value).rstrip("0")
    return "" if value is None else str(value)
