"""What the log of people says of a person on a day: name and department, for papers; nothing is judged by it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from checker.language.pack import People
from checker.logs.tables import Tables


@dataclass(frozen=True)
class Member:
    """One row of a person; `start` and `end` inclusive, None is open."""

    name: str | None
    department: str | None
    start: date | None = None
    end: date | None = None


@dataclass(frozen=True)
class Roster:
    """The rows of every person, by id."""

    members: Mapping[str, tuple[Member, ...]] = field(default_factory=dict)

    def name(self, person: object, day: date) -> str | None:
        """Give a person's name on a day; None where the rows do not agree, or say nothing."""
        return _only(one.name for one in self._on(person, day))

    def department(self, person: object, day: date) -> str | None:
        """Give a person's department on a day; None where the rows do not agree, or say nothing."""
        return _only(one.department for one in self._on(person, day))

    def _on(self, person: object, day: date) -> list[Member]:
        """Give the rows valid on a day; of somebody who has left, those that ended last."""
        begun = [one for one in self.members.get(str(person), ()) if one.start is None or one.start <= day]
        valid = [one for one in begun if one.end is None or one.end >= day]
        last = max((one.end for one in begun if one.end is not None), default=None)
        return valid or [one for one in begun if one.end == last]


def read(tables: Tables, people: People) -> Roster:
    """Give the roster of the log of people as it was read."""
    names = [people.key, people.name, people.department, people.start, people.end]
    columns = list(dict.fromkeys(name for name in names if name))
    found: dict[str, tuple[Member, ...]] = {}
    for row in tables.rows(people.log, columns):
        cells = dict(zip(columns, row, strict=True))
        key, *said = (cells[name] if name else None for name in names)
        if key is not None:
            name, department, start, end = said
            row_of = Member(_text(name), _text(department), _day(start), _day(end))
            found[str(key)] = (*found.get(str(key), ()), row_of)
    return Roster(found)


def _only(values: Iterable[str | None]) -> str | None:
    said = {one for one in values if one}
    return said.pop() if len(said) == 1 else None


def _text(value: Any) -> str | None:
    if isinstance(value, tuple):
        return "、".join(map(str, value)) or None
    return None if value in (None, "") else str(value)


def _day(value: Any) -> date | None:
    return value.date() if isinstance(value, datetime) else value if isinstance(value, date) else None
