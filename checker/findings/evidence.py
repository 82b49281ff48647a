"""The rows that prove findings: file, sheet, row and key, fetched with one query a log."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from checker.language.pack import Pack
from checker.model import Evidence, Input
from checker.plan.nodes import Col, Records, RulePlan

if TYPE_CHECKING:
    from checker.findings.drafts import Draft
    from checker.logs.tables import Records as Held
    from checker.logs.tables import Tables

Row = tuple[str, int, int]
NOTHING: Mapping[Row, str] = {}


def resolve(
    rows: Iterable[Row],
    pack: Pack,
    tables: Tables | None,
    inputs: tuple[Input, ...],
    known: Mapping[Row, str] = NOTHING,
) -> dict[Row, Evidence]:
    """Give the evidence of each (log, source, row), every row once; `known` are keys that need not be looked up."""
    keys: dict[Row, str] = {}
    asked: dict[str, dict[tuple[int, int], Row]] = defaultdict(dict)
    for row in rows:
        if row not in keys:
            keys[row] = known.get(row, "")
            if row not in known:
                asked[row[0]][row[1:]] = row
    for log, places in asked.items():
        for place, key in _keys(log, list(places), pack, tables).items():
            keys[places[place]] = key
    files = {at: (one.file, one.sheet) for at, one in enumerate(inputs)}
    return {row: Evidence(*files.get(row[1], ("", None)), row[2], row[0], key) for row, key in keys.items()}


def own_keys(drafts: Iterable[Draft], pack: Pack, tables: Tables | None) -> dict[Row, str]:
    """Give the keys of rows that a hit has brought along: the row judged, where its log has one key field of text."""
    carried: dict[str, bool] = {}
    found: dict[Row, str] = {}
    for one in drafts:
        rule = one.frame.rule.id
        if rule not in carried:
            carried[rule] = _carries_key(one.frame.compiled.plan, pack, tables)
        if carried[rule] and one.hit.evidence:
            found[one.hit.evidence[0]] = one.record or ""
    return found


def _carries_key(plan: RulePlan, pack: Pack, tables: Tables | None) -> bool:
    """Tell whether the record that a hit of a rule names is the key of the first row that proves it."""
    if not isinstance(plan.source, Records) or not plan.evidence_record or tables is None:
        return False
    log, info = pack.logs.get(plan.source.log), tables.logs.get(plan.source.log)
    if log is None or info is None or len(log.key) != 1:
        return False
    name = log.key[0]
    return info.columns.get(name) == "text" and dict(plan.keep).get("record") == Col(name, "text")


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
    records: Held, places: set[tuple[int, int]], names: tuple[str, ...]
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
