"""The chain as it stands in a ledger or in an exported file of JSON lines, and the first entry of it that is broken."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from checker.ledger.entries import FIRST, Entry, canonical, chained, parse
from checker.model import Text

_ENCODE = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True, allow_nan=False).encode
_KEYS = {"seq", "step", "prev", "hash"}


@dataclass(frozen=True)
class Row:
    """An entry as it was found, before anybody believes it: `step` is its text, `place` counts from 1."""

    place: int
    seq: Any
    step: str
    prev: Any
    hash: Any


@dataclass(frozen=True)
class Break:
    """The first entry that does not follow: its place in the file, the number it bears, and why."""

    place: int
    seq: Any
    why: Text


def line(entry: Entry) -> str:
    """Give an entry as one line of JSON, the same on every machine."""
    step = json.loads(canonical(entry.step))
    return _ENCODE({"seq": entry.seq, "step": step, "prev": entry.prev, "hash": entry.hash})


def export(entries: Iterable[Entry]) -> str:
    """Give a ledger as JSON lines, one entry a line; `rows_of` reads them back."""
    return "".join(f"{line(one)}\n" for one in entries)


def rows_of(text: str) -> Iterator[Row]:
    """Give the entries of JSON lines as they stand; what is none comes with an empty step."""
    for place, one in enumerate(text.splitlines(), 1):
        try:
            raw = json.loads(one)
            fits = isinstance(raw, dict) and set(raw) == _KEYS and _ENCODE(raw) == one
        except (ValueError, RecursionError):
            raw, fits = None, False
        if fits:
            yield Row(place, raw["seq"], _ENCODE(raw["step"]), raw["prev"], raw["hash"])
        else:
            yield Row(place, raw.get("seq") if isinstance(raw, dict) else None, "", None, None)


def entry_of(row: Row) -> Entry | None:
    """Give the entry a row stands for; None where its text is not the one text of a step.

    >>> entry_of(Row(1, 1, "{}", FIRST, "ab")) is None
    True
    """
    try:
        step = parse(row.step)
        same = canonical(step) == row.step
    except (ValueError, TypeError, AttributeError, RecursionError):
        return None
    return Entry(row.seq, step, row.prev, row.hash) if same else None


def check(rows: Iterable[Row]) -> tuple[tuple[Entry, ...], Break | None]:
    """Give the entries up to the first that is broken, and that one; None when the whole chain holds."""
    sound: list[Entry] = []
    prev = FIRST
    for row in rows:
        why = _why(row, len(sound) + 1, prev)
        if why is not None:
            return tuple(sound), Break(row.place, row.seq, why)
        entry = entry_of(row)
        assert entry is not None
        sound.append(entry)
        prev = entry.hash
    return tuple(sound), None


def _why(row: Row, seq: int, prev: str) -> Text | None:
    entry = entry_of(row)
    if entry is None:
        return Text("内容不是完好的一笔", "its text is not a sound entry")
    if row.seq != seq:
        return Text(
            f"编号应为 {seq}，有缺漏、重复或调换",
            f"its number should be {seq}: something is missing or moved",
        )
    if row.prev != prev:
        return Text("没有接在前一笔之后", "it is not chained to the entry before it")
    if chained(seq, entry.step, prev).hash != row.hash:
        return Text("内容与校验值不符，被改过", "its content does not fit its hash: it was changed")
    return None


def holds(entries: Sequence[Entry], digest: str) -> int | None:
    """Give the number of the entry whose hash starts with `digest` (as printed on paper); None when there is none."""
    wanted = digest.strip().lower()
    fitting = [one.seq for one in entries if len(wanted) >= 8 and one.hash.startswith(wanted)]
    return fitting[0] if len(fitting) == 1 else None
