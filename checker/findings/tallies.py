"""Amounts of one unit that add up, person by person; each threshold that is reached is a finding of its own.

A threshold is reached by the event that lifts the sum from below it to it or beyond; so it trips once, and again
only after the sum has fallen below it (older events leave the window, a reset). Only the events themselves decide:
running an earlier month again, or months in any order, gives the same. Where an event may or may not count, or its
amount cannot be told, a threshold that it may reach is `undetermined`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from checker.findings import liability, units
from checker.findings.drafts import Draft
from checker.findings.fines import fine_of, parts
from checker.findings.frames import Frame, tally_frame
from checker.findings.layouts import Layout
from checker.findings.windows import first_counted
from checker.language.pack import Tally
from checker.model import Hit, Outcome
from checker.nouns import dataclass

if TYPE_CHECKING:
    from checker.language.compile import Compiled

_PASSED_ON = ("assumed:", "no-log:")


@dataclass(frozen=True)
class _Event:
    """One fail that adds to a tally: at least `low` parts; at most `high`, None if that cannot be told."""

    draft: Draft
    day: date
    low: int
    high: int | None


@dataclass(frozen=True)
class _Sum:
    """What the events of a window add up to; `high` None stands for anything."""

    low: int
    high: int | None

    @staticmethod
    def of(events: Sequence[_Event]) -> _Sum:
        highs = [one.high for one in events]
        known = [one for one in highs if one is not None]
        return _Sum(sum(one.low for one in events), sum(known) if len(known) == len(highs) else None)

    def may_reach(self, at: int) -> bool:
        return self.high is None or self.high >= at


def drafts(compiled: Compiled, settled: Sequence[Draft], unknown: Sequence[Draft]) -> list[Draft]:
    """Give a draft for every threshold that was, or may have been, reached by something this run judges.

    Args:
        compiled: the rules that ran and the pack whose tallies are asked for.
        settled: fails with their amounts, waived ones too.
        unknown: what may be a fail.
    """
    found: list[Draft] = []
    for tally in compiled.pack.tallies.values():
        frame = tally_frame(compiled, tally)
        for key, events in sorted(_by_who(tally, settled, unknown).items()):
            found += _trips(tally, frame, key, events)
    return found


def _by_who(tally: Tally, settled: Sequence[Draft], unknown: Sequence[Draft]) -> Mapping[str, list[_Event]]:
    found: dict[str, list[_Event]] = defaultdict(list)
    for one in sorted((*settled, *unknown), key=Draft.in_time):
        if one.at is None or not _adds(tally, one):
            continue
        amount = one.units.get(tally.unit)
        certain = one.outcome == "fail" and amount is not None
        event = _Event(one, one.at, amount.min if amount and certain else 0, amount.max if amount else None)
        for who in _whose(tally, one):
            found[who].append(event)
    return found


def _adds(tally: Tally, one: Draft) -> bool:
    """Tell whether a draft may add to a tally: its rule has amounts of the unit, and nothing takes them away."""
    inside = (tally.start or date.min) <= (one.at or date.min) <= (tally.end or date.max)
    asked = one.frame.rule.kind == "duty" and (not tally.rules or one.frame.rule.id in tally.rules)
    barred = (
        one.frame.rule.status == "trial"
        or not one.frame.pack.policy.approved
        or "disabled" in one.holds
        or one.nobody == liability.NOBODY_LIABLE
    )
    return inside and asked and not barred and tally.unit in one.units and one.waiver is None


def _whose(tally: Tally, one: Draft) -> list[str]:
    if tally.per == "company":
        return [one.frame.pack.id]
    if tally.per == "region":
        region = one.subject.get("region")
        return [str(region)] if region not in (None, "") else []
    return list(dict.fromkeys(one.among)) if one.among else [one.liable] if one.liable else []


def _trips(tally: Tally, frame: Frame, who: str, events: Sequence[_Event]) -> Iterator[Draft]:
    """Give what the events of one subject, in order, trip."""
    cleared = 0
    for at, event in enumerate(events):
        within = _in_force(tally.within, frame, event.day)
        reset = {word: _in_force(value, frame, event.day) for word, value in tally.reset.items()}
        days = [one.day for one in events[cleared : at + 1]]
        active = events[cleared + first_counted(days, within, reset, frame.pack.periods) : at + 1]
        before, after = _Sum.of(active[:-1]), _Sum.of(active)
        for step in tally.steps:
            limit = _threshold(step, tally, frame, event.day)
            outcome = _outcome(before, after, limit) if limit is not None else None
            if outcome and any(one.draft.judged for one in active):
                yield _draft(tally, frame, who, step, active, outcome)
            if outcome == "fail" and step.get("clears"):
                cleared = at + 1


def _threshold(step: Mapping[str, Any], tally: Tally, frame: Frame, day: date) -> int | None:
    return parts(_in_force(step["at"], frame, day), frame.pack.units[tally.unit].places)


def _in_force(raw: Any, frame: Frame, day: date) -> Any:
    return frame.param(raw, day) if isinstance(raw, str) and raw.startswith("$") else raw


def _outcome(before: _Sum, after: _Sum, limit: int) -> Outcome | None:
    if before.low < limit <= after.low:
        return "fail"
    newly = after.may_reach(limit) and not before.may_reach(limit)
    return "undetermined" if newly and after.low < limit else None


def _draft(
    tally: Tally, frame: Frame, who: str, step: Mapping[str, Any], active: Sequence[_Event], outcome: Outcome
) -> Draft:
    last, unit = active[-1], frame.pack.units[tally.unit]
    subject = _subject(tally, frame, who, active)
    limit = _threshold(step, tally, frame, last.day) or 0
    scale = 10**unit.places
    row: dict[str, Any] = {
        **{f"subject.{name}": value for name, value in subject.items()},
        "version_date": last.day,
        "value.unit": tally.unit,
        "value.total": Decimal(_Sum.of(active).low) / scale,
        "value.threshold": Decimal(limit) / scale,
        "value.events": len(active),
        "value.since": active[0].day,
        "value.findings": tuple(one.draft.fingerprint for one in active),
    }
    marked = {"at": last.day.isoformat(), "step": str(step["at"])}
    named = Layout(frame, [*row, *(f"subject.{name}" for name in marked)])
    draft = Draft(
        Hit(tally.id, outcome, row),
        frame,
        outcome,
        True,
        subject,
        Layout(frame, row),
        who if tally.per == "person" else None,
        None,
        None,
        last.day,
        named.fingerprint({**subject, **marked}, None, None),
        tuple(sorted({row for one in active for row in one.draft.evidence})),
    )
    _consequences(draft, step, active)
    return draft


def _subject(tally: Tally, frame: Frame, who: str, active: Sequence[_Event]) -> dict[str, Any]:
    """Give the subject, with the name and region that the latest event about this very person shows, if any does."""
    if tally.per == "company":
        return {}
    if tally.per == "region":
        return {"region": who}
    about = [one.draft.subject for one in active if one.draft.person == who]
    people = frame.pack.people
    names = {people.name: None} if people and people.name else {}
    more = {name: value for name, value in (about[-1] if about else {}).items() if name in frame.names}
    return {frame.person_key or "person": who, **names, **more}


def _consequences(draft: Draft, step: Mapping[str, Any], active: Sequence[_Event]) -> None:
    """Set what the threshold brings, and hand on what makes the events themselves doubtful."""
    if draft.outcome != "fail":
        return
    draft.liable = draft.person
    draft.measures = tuple(step.get("measures", ()))
    draft.units = units.amounts(step, draft)
    if "fine" in step:
        draft.fine = fine_of(step["fine"], draft)
        draft.holds += () if draft.liable else ("unassigned",)
        draft.fine = draft.fine if draft.liable else None
        if draft.liable and draft.fine is None:
            draft.holds += ("amount-unknown",)
    holds = [hold for one in active for hold in one.draft.holds]
    passed = [hold for hold in holds if hold.startswith(_PASSED_ON)]
    if draft.fine is not None and "no-deduction" in holds:
        passed.append("no-deduction")
    draft.holds += tuple(dict.fromkeys([*passed, *(f"assumed:{name}" for name in draft.frame.assumed)]))
    if draft.fine is not None and draft.fine.min != draft.fine.max:
        draft.holds += ("decision",)
