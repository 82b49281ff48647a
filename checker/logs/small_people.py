"""Who a record is about, for rows that Python holds: what `people` does in SQL, with the same words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from functools import cached_property
from typing import Any

from checker.language.pack import Log, Pack
from checker.logs.people import NARROW, WIDE, Look, SourceOf, Stranger, looks_said, strangers_said
from checker.logs.tables import Records, stored
from checker.model import Problem
from checker.nouns import dataclass

_TO_NARROW = str.maketrans(WIDE, NARROW)
_GAPS = re.compile("[\t\n\f\r \u3000\u00a0]+")


@dataclass(frozen=True)
class Person:
    """One row of the people log: from when to when, null for always, and in which regions, null for all."""

    id: str
    name: str | None
    starts: datetime | None
    ends: datetime | None
    regions: tuple[str, ...] | None


@dataclass(frozen=True)
class HeldRoster:
    """The people log in Python, names in compared form."""

    people: tuple[Person, ...]

    @cached_property
    def ids(self) -> frozenset[str]:
        """All ids."""
        return frozenset(one.id for one in self.people)

    @cached_property
    def pairs(self) -> frozenset[tuple[str, str | None]]:
        """All ids, each with the names it has."""
        return frozenset((one.id, one.name) for one in self.people)

    @cached_property
    def named(self) -> dict[str | None, list[Person]]:
        """The people of each name."""
        found: dict[str | None, list[Person]] = {}
        for one in self.people:
            found.setdefault(one.name, []).append(one)
        return found

    @cached_property
    def bare(self) -> dict[str, set[str]]:
        """The ids by what is left of them without zeros in front."""
        found: dict[str, set[str]] = {}
        for one in self.ids:
            found.setdefault(one.lstrip("0"), set()).add(one)
        return found


def held_roster(pack: Pack, records: Records) -> HeldRoster | None:
    """Give the people log to look names up in, or None if it has no names."""
    people = pack.people
    if people is None or people.name is None:
        return None
    at = records.index
    starts = [at[one] for one in (people.start, people.hired) if one]
    ends = [at[one] for one in (people.end, people.left) if one]
    region = at[people.region] if people.region else None
    found: dict[Person, None] = {}
    for row in records.rows:
        if (key := row[at[people.key]]) is not None:
            where = None if region is None else row[region]
            regions = where if where is None or isinstance(where, tuple) else (where,)
            first = max((_moment(row[i]) for i in starts if row[i] is not None), default=None)
            last = min((_moment(row[i]) for i in ends if row[i] is not None), default=None)
            found[Person(key, compared(row[at[people.name]]), first, last, regions)] = None
    return HeldRoster(tuple(found))


def resolve_held(
    log: Log, records: Records, known: HeldRoster, source_of: SourceOf
) -> tuple[Records, list[Problem]]:
    """Give the rows with blank ids filled in from names, and the problems."""
    if log.person is None:
        return records, []
    problems = list(strangers_said(log, _strangers(log, records, known), source_of))
    if log.person_name is None or log.person_name not in stored(log):
        return records, problems
    found = list(_looks(log, records, known))
    problems += looks_said(log, [look for _, look in found], source_of)
    return _patched(log, records, found) if found else records, problems


def compared(name: str | None) -> str | None:
    """Give a name as it is compared: in one width, without spaces."""
    return None if name is None else _GAPS.sub("", name.translate(_TO_NARROW))


def _moment(value: date | datetime) -> datetime:
    return value if isinstance(value, datetime) else datetime.combine(value, time())


def _strangers(log: Log, records: Records, known: HeldRoster) -> Iterable[Stranger]:
    """Give the ids that nobody has, by id, each with how often and where it first stands."""
    person, src, row = (records.index[one] for one in (log.person or "", "_src", "_row"))
    found: dict[str, list[tuple[int, int]]] = {}
    for one in records.rows:
        if one[person] is not None and one[person] not in known.ids:
            found.setdefault(one[person], []).append((one[src], one[row]))
    for name in sorted(found):
        close = sorted(known.bare.get(name.lstrip("0"), ()))
        yield Stranger(name, len(found[name]), *min(found[name]), close)


def _looks(log: Log, records: Records, known: HeldRoster) -> Iterable[tuple[int, Look]]:
    """Give the rows whose id is blank, or is not the id of the name beside it, with their place in `records`."""
    at = records.index
    person, name, bad = at[log.person or ""], at[log.person_name or ""], f",{log.person},"
    for i, row in enumerate(records.rows):
        written, claimed = row[name], row[person]
        if written is None:
            continue
        place = (row[at["_src"]], row[at["_row"]])
        if claimed is None:
            if bad not in (row[at["_bad"]] or ""):
                yield i, Look(*place, written, None, _ids(log, row, at, known))
        elif claimed in known.ids and (claimed, compared(written)) not in known.pairs:
            yield i, Look(*place, written, claimed, None)


def _ids(log: Log, row: Sequence[Any], at: dict[str, int], known: HeldRoster) -> list[str] | None:
    day = row[at[log.date]] if log.date in at else None
    region = row[at[log.region]] if log.region in at else None
    if isinstance(region, tuple):
        region = region[0] if region else None
    when = None if day is None else datetime.combine(day, time())
    found = {
        one.id
        for one in known.named.get(compared(row[at[log.person_name or ""]]), ())
        if (when is None or _valid(one, when))
        and (region is None or one.regions is None or region in one.regions)
    }
    return sorted(found) or None


def _valid(one: Person, when: datetime) -> bool:
    return (one.starts is None or one.starts <= when) and (one.ends is None or one.ends >= when)


def _patched(log: Log, records: Records, found: Iterable[tuple[int, Look]]) -> Records:
    rows = list(records.rows)
    person, bad = records.index[log.person or ""], records.index["_bad"]
    for i, look in found:
        row = list(rows[i])
        row[person] = look.ids[0] if look.ids and len(look.ids) == 1 else None
        if row[person] is None:
            row[bad] = f"{row[bad] or ','}{log.person},"
        rows[i] = tuple(row)
    return Records(records.columns, tuple(rows))
