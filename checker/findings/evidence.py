"""The rows that prove findings: file, sheet, row and key, fetched with one query a log."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from checker.language.pack import Pack
from checker.model import Evidence, Input

if TYPE_CHECKING:
    from checker.logs.tables import Tables

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
    if records is not None:
        at, wanted = [list(info.columns).index(name) for name in names], set(places)
        chosen = (record for record in records if record[-3:-1] in wanted)
        return {record[-3:-1]: "|".join(_said(record[i]) for i in at) for record in chosen}
    parts = ", ".join(f"coalesce(CAST(t.\"{name}\" AS VARCHAR), '')" for name in names)
    sql = (
        f"SELECT t._src, t._row, concat_ws('|', {parts}) FROM {info.sql} t "
        "JOIN (SELECT unnest(CAST(? AS INTEGER[])) s, unnest(CAST(? AS BIGINT[])) r) e "
        "ON t._src = e.s AND t._row = e.r"
    )
    found = tables.db.execute(sql, [[source for source, _ in places], [row for _, row in places]])
    return {(int(source), int(row)): str(key) for source, row, key in found}


def _said(value: Any) -> str:
    """Give a value as the database writes it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple):
        return f"[{', '.join(value)}]"
    return "" if value is None else format(value, "f") if isinstance(value, Decimal) else str(value)
