"""Other names for people: ids, names and telephone numbers, the same everywhere in one test."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from checker.language.pack import Log, Pack

_PHONE = re.compile(r"(?<!\d)1\d{10}(?!\d)")
_LETTERS = "甲乙丙丁戊己庚辛壬癸"


@dataclass(frozen=True)
class Masks:
    """What stands for whom: real id → other id, real name → other name."""

    ids: Mapping[str, str]
    names: Mapping[str, str]

    @classmethod
    def of(cls, pack: Pack, world: Mapping[str, list[dict[str, str]]]) -> Masks:
        """Give masks for everybody who stands in these rows, in the order of their ids and names."""
        ids: set[str] = set()
        names: set[str] = set()
        for name, rows in world.items():
            log, people = pack.logs[name], pack.people
            keys = {log.person, people.key if people and people.log == name else None}
            called = {log.person_name, people.name if people and people.log == name else None}
            for row in rows:
                ids |= {row[one] for one in keys if one and row.get(one)}
                names |= {row[one] for one in called if one and row.get(one)}
        return cls(
            {one: f"P{number:03d}" for number, one in enumerate(sorted(ids), 1)},
            {one: f"员工{_letter(number)}" for number, one in enumerate(sorted(names))},
        )

    def row(self, log: Log, row: Mapping[str, str]) -> dict[str, str]:
        """Give a row under masks."""
        return {name: self._cell(log, name, cell) for name, cell in row.items()}

    def text(self, text: str) -> str:
        """Give a text in which everybody has the other id and name, also inside longer words such as `FW0012-2025-04`."""
        if text in self.ids:
            return self.ids[text]
        for real in sorted((one for one in self.ids if len(one) > 3), key=len, reverse=True):
            text = text.replace(real, self.ids[real])
        for real in sorted(self.names, key=len, reverse=True):
            text = text.replace(real, self.names[real])
        return text

    def _cell(self, log: Log, name: str, cell: str) -> str:
        field = log.fields[name]
        if field.mask and cell:
            return "0" * len(cell) if cell.isdigit() else "略"
        if field.type not in ("text", "id", "list"):
            return cell
        return _PHONE.sub("13800000000", self.text(cell))


def _letter(number: int) -> str:
    return _LETTERS[number] if number < len(_LETTERS) else str(number + 1)
