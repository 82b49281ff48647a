"""Waivers meet findings: a valid one marks the finding and never deletes it; any other is a warning."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

from checker.findings import waiver_checks as checks
from checker.findings.drafts import Draft
from checker.findings.frames import tally_frame
from checker.findings.waiver_checks import Names
from checker.findings.waivers import Waiver
from checker.language.pack import Rule
from checker.model import Problem

if TYPE_CHECKING:
    from checker.language.compile import Compiled
    from checker.logs.tables import Tables


def apply(
    drafts: Iterable[Draft],
    waivers: Sequence[Waiver],
    rules: Mapping[str, Rule],
    as_of: date,
    names: Names | None = None,
) -> tuple[Problem, ...]:
    """Mark the drafts that a valid waiver covers, and tell what came of every waiver that was not used.

    A warning for each that no cut-off mends, and for each that would have covered a finding but may not; a note for
    each that holds at the cut-off and fits no finding. `names`: of the people, by staff number in small letters.
    """
    problems: list[Problem] = []
    sound: list[Waiver] = []
    for waiver in waivers:
        faults = list(checks.lasting_faults(waiver, rules.get(waiver.rule)))
        problems += faults
        if not faults:
            sound.append(waiver)
    holding = [one for one in sound if checks.not_now(one, as_of) is None]
    again = dict(_by_identity(checks.twice(holding)))
    problems += again.values()
    by_rule: dict[str, list[Waiver]] = defaultdict(list)
    for waiver in sound:
        if id(waiver) not in again:
            by_rule[waiver.rule].append(waiver)
    met: set[int] = set()
    for draft in drafts:
        if draft.outcome not in ("pass", "not_applicable"):
            problems += _meet(draft, by_rule.get(draft.frame.rule.id, ()), as_of, names or {}, met)
    problems += [checks.unused(one) for one in holding if id(one) not in met and id(one) not in again]
    return tuple(dict.fromkeys(problems))


def _by_identity(pairs: Iterable[tuple[Waiver, Problem]]) -> Iterable[tuple[int, Problem]]:
    return ((id(one), said) for one, said in pairs)


def _meet(draft: Draft, waivers: Sequence[Waiver], as_of: date, names: Names, met: set[int]) -> list[Problem]:
    """Mark a draft with the first waiver that may be used; else give what stands against each that fits."""
    against: list[Problem] = []
    for waiver in waivers:
        if not checks.covers(waiver, draft):
            continue
        met.add(id(waiver))
        why = checks.not_now(waiver, as_of) or checks.objection(waiver, draft, names)
        if why is None:
            draft.waiver = waiver.as_json()
            return []
        against.append(why)
    return against


def apply_to_tallies(
    trips: Sequence[Draft], waivers: Sequence[Waiver], compiled: Compiled, names: Names | None = None
) -> tuple[Problem, ...]:
    """Mark the thresholds that a valid waiver covers, as any other finding."""
    tallies = compiled.pack.tallies
    mine = tuple(one for one in waivers if one.rule in tallies)
    rules = {name: tally_frame(compiled, tallies[name]).rule for name in {one.rule for one in mine}}
    problems = apply(trips, mine, rules, compiled.as_of.date(), names)
    for one in trips:
        if one.waiver is not None and "waived" not in one.holds:
            one.holds += ("waived",)
    return problems


def names_of(compiled: Compiled, tables: Tables | None) -> Names:
    """Give the names of the people on the roster, so that nobody waives for himself under his name."""
    people = compiled.pack.people
    if people is None or people.name is None or tables is None or people.log not in tables.logs:
        return {}
    found: dict[str, set[str]] = defaultdict(set)
    for key, name in tables.rows(people.log, [people.key, people.name]):
        if key and name:
            found[str(key).casefold()].add(str(name).casefold())
    return {key: frozenset(some) for key, some in found.items()}
