"""Two reports on the same logs → what appears, vanishes and changes, by rule, month and person."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from checker.impact.stands import Stand, stand
from checker.model import Figures, Report, Text

How = Literal["appears", "vanishes", "changes"]
HOWS: tuple[How, ...] = ("appears", "vanishes", "changes")


@dataclass(frozen=True)
class Change:
    """One finding that is not the same under both versions: no `old` when it appears, no `new` when it vanishes."""

    how: How
    old: Stand | None
    new: Stand | None

    @property
    def shown(self) -> Stand:
        """Give the side to show: the new one, where there is one."""
        side = self.new or self.old
        assert side is not None
        return side

    @property
    def fen(self) -> int:
        """Give by how many fen the proposed fine rises; negative when it falls."""
        return (self.new.fen if self.new else 0) - (self.old.fen if self.old else 0)


@dataclass(frozen=True)
class Row:
    """What changes for one rule in one month; `people` counts each person once, `fen` is new minus old."""

    rule: str
    month: str
    appears: int
    vanishes: int
    changes: int
    people: int
    fen: int


@dataclass(frozen=True)
class Side:
    """One version as a whole: violations (failed duties that count), the people hit, proposed fines in fen."""

    version: str
    violations: int
    people: int
    fen: int


@dataclass(frozen=True)
class Impact:
    """The difference between two runs.

    `people` counts the people on the roster in the period, None where the pack or the logs have no roster. `hit`
    gives, by rule of the new version, how many people have a violation. `figures` gives, by rule, how many figures of
    a statistic are not the same.
    """

    old: Side
    new: Side
    changes: tuple[Change, ...]
    figures: Mapping[str, int]
    people: int | None
    hit: Mapping[str, int]
    titles: Mapping[str, Text]

    def rows(self) -> tuple[Row, ...]:
        """Give the changes by rule and month, sorted."""
        groups: dict[tuple[str, str], list[Change]] = defaultdict(list)
        for one in self.changes:
            groups[one.shown.rule, one.shown.month].append(one)
        return tuple(_row(rule, month, groups[rule, month]) for rule, month in sorted(groups))

    def count(self, how: How) -> int:
        """Give how many findings appear, vanish or change."""
        return sum(one.how == how for one in self.changes)

    @property
    def people_touched(self) -> int:
        """Give how many people have at least one finding that is not the same."""
        return _people(self.changes)


def compare(old: Report, new: Report, person_key: str | None) -> Impact:
    """Give the difference between the runs of two versions of one pack on the same logs.

    Findings are the same thing when their fingerprints are equal; what passes or does not apply counts as no finding.
    `person_key` names the field of a subject that identifies a person.
    """
    before = {one.fingerprint: stand(one, person_key) for one in old.findings if one.outcome not in _QUIET}
    after = {one.fingerprint: stand(one, person_key) for one in new.findings if one.outcome not in _QUIET}
    changes = [_change(before.get(key), after.get(key)) for key in before.keys() | after.keys()]
    return Impact(
        _side(old, before.values()),
        _side(new, after.values()),
        tuple(sorted((one for one in changes if one), key=_order)),
        _figures(old.statistics, new.statistics),
        new.people,
        _hit(after.values()),
        {one.rule: one.title for report in (old, new) for one in report.findings},
    )


_QUIET = ("pass", "not_applicable")


def _change(old: Stand | None, new: Stand | None) -> Change | None:
    if old is not None and new is not None:
        return Change("changes", old, new) if old.verdict != new.verdict else None
    return Change("vanishes", old, None) if new is None else Change("appears", None, new)


def _order(one: Change) -> tuple[Any, ...]:
    shown = one.shown
    return (shown.rule, shown.month, HOWS.index(one.how), shown.person or "", shown.finding.fingerprint)


def _row(rule: str, month: str, changes: Sequence[Change]) -> Row:
    appears, vanishes, others = (sum(one.how == how for one in changes) for how in HOWS)
    return Row(rule, month, appears, vanishes, others, _people(changes), sum(one.fen for one in changes))


def _people(changes: Iterable[Change]) -> int:
    sides = (side for one in changes for side in (one.old, one.new) if side)
    return len({side.person for side in sides} - {None})


def _side(report: Report, stands: Iterable[Stand]) -> Side:
    counted = [one for one in stands if one.violation]
    people = len({one.person for one in counted} - {None})
    return Side(report.run.version, len(counted), people, sum(one.fen for one in stands))


def _hit(stands: Iterable[Stand]) -> dict[str, int]:
    people: dict[str, set[str]] = defaultdict(set)
    for one in stands:
        if one.violation and one.person:
            people[one.rule].add(one.person)
    return {rule: len(found) for rule, found in sorted(people.items())}


def _figures(old: Iterable[Figures], new: Iterable[Figures]) -> dict[str, int]:
    """Give, by statistic, how many figures are not the same, or stand on one side only."""
    before, after = ({one.rule: dict(_rows(one)) for one in side} for side in (old, new))
    found = {}
    for rule in sorted(before.keys() | after.keys()):
        was, now = before.get(rule, {}), after.get(rule, {})
        found[rule] = sum(was.get(key) != now.get(key) for key in was.keys() | now.keys())
    return {rule: number for rule, number in found.items() if number}


def _rows(one: Figures) -> Iterable[tuple[tuple[Any, ...], dict[str, Any]]]:
    """Give each row's subject, period and record, and all its cells by name: columns may be added or moved."""
    names = one.columns[: one.columns.index("period") + 1] + tuple({"record"} & {*one.columns})
    for row in one.rows:
        cells = dict(zip(one.columns, row, strict=True))
        yield tuple(repr(cells[name]) for name in names), cells
