"""The same record twice, for rows that Python holds: what `duplicates` does in SQL, with the same words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from checker.language.pack import Log
from checker.logs.duplicates import SourceOf, Twice, twice_said
from checker.logs.tables import Records, stored
from checker.model import Problem

_Row = tuple[Any, ...]


def without_copies(log: Log, records: Records, source_of: SourceOf) -> tuple[Records, list[Problem]]:
    """Give one row a record, what its rows contradict made unreadable, and the problems."""
    again = _again(log, records)
    if not again:
        return records, []
    judged = {i: one for places in again for i, one in _judge(log, records, places)}
    if not judged:
        return records, []
    rows = []
    for i, row in enumerate(records.rows):
        one = judged.get(i)
        if one is None:
            rows.append(row)
        elif one.stays:
            rows.append(_unproven(records, row, one.fields))
    return Records(records.columns, tuple(rows)), list(twice_said(log, list(judged.values()), source_of))


def _again(log: Log, records: Records) -> list[list[int]]:
    """Give the places of the rows of each key that occurs more than once."""
    fields = stored(log)
    if not log.key or any(name not in fields for name in log.key):
        return []
    columns = [[row[records.index[name]] for row in records.rows] for name in log.key]
    keys = list(zip(*columns, strict=True))
    if len(set(keys)) == len(keys):
        return []
    found: dict[_Row, list[int]] = {}
    for i, key in enumerate(keys):
        if None not in key:
            found.setdefault(key, []).append(i)
    return [places for places in found.values() if len(places) > 1]


def _judge(log: Log, records: Records, places: Sequence[int]) -> list[tuple[int, Twice]]:
    at = records.index
    src, number, bad = at["_src"], at["_row"], at["_bad"]
    rest = [name for name in stored(log) if name not in log.key]
    firsts: dict[_Row, int] = {}
    found: list[tuple[int, Twice]] = []
    shown = " ".join(_shown(records.rows[places[0]][at[name]]) for name in log.key)
    for i in sorted(places, key=lambda i: (records.rows[i][src], records.rows[i][number])):
        row = records.rows[i]
        first = records.rows[firsts.setdefault((*(row[at[name]] for name in rest), row[bad]), i)]
        if first is not row:
            found.append((i, Twice(row[src], row[number], True, shown, ",", first[src], first[number])))
    kept = [records.rows[i] for i in firsts.values()]
    differ = [name for name in rest if len({_said(row, at[name], name, row[bad]) for row in kept}) > 1]
    if differ:
        fields = f",{','.join(differ)},"
        found += [
            (i, Twice(row[src], row[number], False, shown, fields, kept[0][src], kept[0][number]))
            for i, row in zip(firsts.values(), kept, strict=True)
        ]
    return found


def _said(row: _Row, column: int, name: str, bad: str | None) -> tuple[Any, bool]:
    return row[column], f",{name}," in (bad or "")


def _unproven(records: Records, row: _Row, fields: str) -> _Row:
    cells, at = list(row), records.index
    flags = row[at["_bad"]] or ","
    for name in fields.strip(",").split(","):
        cells[at[name]] = None
        if f",{name}," not in flags:
            flags += f"{name},"
    cells[at["_bad"]] = flags
    return tuple(cells)


def _shown(value: Any) -> str:
    """Give a part of a key as DuckDB writes it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        text = value.isoformat(sep=" ")
        return text.rstrip("0") if value.microsecond else text
    if isinstance(value, tuple):
        return f"[{', '.join(value)}]"
    return str(value)
