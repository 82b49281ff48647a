"""How far back the events of a rule are read: as far as an escalation, a cap or a tally remembers them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from checker.calendar import add_months, period_of
from checker.language.pack import Duration, Pack, Rule
from checker.language.params import parse_duration
from checker.language.schedule import RunSpec
from checker.language.terms import units_of

YEARS_BACK = 5
_LONGEST = {"days": 1, "workdays": 3, "weeks": 7, "months": 31, "quarters": 92, "years": 366}


def look_back(pack: Pack, rule: Rule, spec: RunSpec) -> date:
    """Give from which day on events are read: the start of the run, or earlier."""
    return min([spec.period.start, *_starts(pack, rule, spec)])


def _starts(pack: Pack, rule: Rule, spec: RunSpec) -> Iterator[date]:
    terms, first = rule.terms, spec.period.start
    if "escalation" in terms:
        yield _window(pack, rule, spec, terms["escalation"])
    per = terms.get("cap", {}).get("per", "occurrence")
    if per not in ("occurrence", "day"):
        # Read from the run's own start as well as from the cap's: a fine of the first day may be cut by one before.
        yield _start(pack, first, per)
    if "fine" in terms and rule.penalty:
        yield from (_start(pack, first, one.per) for one in pack.caps.values() if one.holds_for(rule.id))
    for tally in pack.tallies.values():
        if tally.unit in units_of(terms):
            clears = any(step.get("clears") for step in tally.steps)
            raw = {"reset": tally.reset} | ({"within": tally.within} if tally.within else {})
            yield _longest(first) if clears and "every" not in tally.reset else _window(pack, rule, spec, raw)


def _window(pack: Pack, rule: Rule, spec: RunSpec, raw: Mapping[str, Any]) -> date:
    """Give the first day that a window which ends in the run may hold; without a bound, five years back."""
    first, reset = spec.period.start, raw.get("reset", {})
    starts = []
    if raw.get("within") in pack.periods:
        starts.append(_start(pack, first, str(raw["within"])))
    elif "within" in raw and (length := _length(pack, rule, spec, raw["within"])) is not None:
        starts.append(first - timedelta(days=length.amount * _LONGEST.get(length.unit, 1) + 1))
    if "every" in reset:
        starts.append(period_of(first, str(reset["every"])).start)
    return max(starts, default=_longest(first))


def _start(pack: Pack, day: date, per: str) -> date:
    """Give the first day of the span that holds a day: a period of the calendar, or one that the pack declares."""
    cycle = pack.periods.get(per)
    period = cycle.period_of(day) if cycle else period_of(day, per)
    return period.start if period else day


def _length(pack: Pack, rule: Rule, spec: RunSpec, raw: Any) -> Duration | None:
    if isinstance(raw, str) and raw.startswith("$"):
        parameter = pack.parameter(rule, raw[1:])
        raw = parameter.at(spec.period.end) if parameter else None
    length = parse_duration(raw) if isinstance(raw, str) else raw
    return length if isinstance(length, Duration) else None


def _longest(first: date) -> date:
    return add_months(first.replace(day=1), -12 * YEARS_BACK)
