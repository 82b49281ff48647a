"""Waivers, dated and signed decisions not to act on a finding: what they say, and the files they come in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from checker.diagnostics import CheckerError, Diagnostic, has_errors
from checker.language.load_faults import faults
from checker.language.places import Places
from checker.language.yaml_loader import load_file
from checker.model import Place, Text
from checker.nouns import dataclass

if TYPE_CHECKING:
    from checker.language.pack import Pack

NOWHERE = Place("")


@dataclass(frozen=True)
class Waiver:
    """One decision on the findings of `rule` whose `keys` agree; `expires` is its last day.

    `beside` is what a table says of the same person beyond the keys, his name: where it disagrees, nothing is waived.
    `sheet` and `place` say where it stands; in a table `place.line` is the row as Excel counts it.
    """

    rule: str
    keys: Mapping[str, str]
    reason: str
    approver: str
    approved_on: date
    expires: date
    id: str | None = None
    beside: Mapping[str, str] = field(default_factory=dict)
    place: Place = field(default=NOWHERE, compare=False)
    sheet: str | None = field(default=None, compare=False)

    def as_json(self) -> dict[str, Any]:
        """Give what a finding shows of it."""
        return {
            **({"id": self.id} if self.id else {}),
            "reason": self.reason,
            "approver": self.approver,
            "approved_on": self.approved_on.isoformat(),
            "expires": self.expires.isoformat(),
        }


def load(path: Path | None, pack: Pack | None = None) -> tuple[Waiver, ...]:
    """Give the waivers of a file, YAML or a table, in its order; no file, no waivers.

    `pack` tells what the heads of a table mean: which column is 工号, and which rule a title names.

    Raises:
        CheckerError: with everything that is wrong with the file; one waiver that cannot be read refuses all.
    """
    if path is None:
        return ()
    from checker.findings import waiver_tables

    return waiver_tables.load(path, pack) if waiver_tables.is_table(path) else _load_yaml(path)


def _load_yaml(path: Path) -> tuple[Waiver, ...]:
    document = load_file(path)
    found = list(document.diagnostics)
    if document.root is not None:
        found += faults(document.root, "waivers", document.file)
    if not has_errors(found):
        found += bad_dates(document.value, document.places)
    if has_errors(found):
        raise CheckerError(found)
    return listed(document.value["waivers"], document.places.under(("waivers",)))


def listed(items: Sequence[Mapping[str, Any]], places: Places) -> tuple[Waiver, ...]:
    """Give the waivers of a list that has passed its schema and `bad_dates`; `places` are those of the list."""
    return tuple(typed(raw, places.under((i,)).of()) for i, raw in enumerate(items))


def bad_dates(value: Mapping[str, Any], places: Places) -> Iterator[Diagnostic]:
    """Give a fault for every day in `waivers` that the calendar does not have."""
    for index, raw in enumerate(value["waivers"]):
        for name in ("approved_on", "expires"):
            try:
                date.fromisoformat(raw[name])
            except ValueError:
                place = places.of(("waivers", index, name))
                said = Text("日历上没有这一天", "there is no such day in the calendar")
                yield Diagnostic("bad-date", "error", place, said, "2026-10-31", raw[name])


def typed(
    raw: Mapping[str, Any], place: Place, sheet: str | None = None, beside: Mapping[str, str] | None = None
) -> Waiver:
    """Give the waiver that checked words stand for, whatever kind of file they come from."""
    return Waiver(
        rule=raw["rule"],
        keys={name: str(value) for name, value in raw["keys"].items()},
        reason=raw["reason"],
        approver=raw["approver"],
        approved_on=date.fromisoformat(raw["approved_on"]),
        expires=date.fromisoformat(raw["expires"]),
        id=raw.get("id"),
        beside=dict(beside or {}),
        place=place,
        sheet=sheet,
    )
