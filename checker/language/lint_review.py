"""Reviews that are overdue, as of a day that the caller names: nothing here reads the clock."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from checker.calendar import add_months
from checker.diagnostics import Diagnostic
from checker.language.pack import Duration, Pack
from checker.model import Place, Text

_DAYS = {"days": 1, "weeks": 7}
_MONTHS = {"months": 1, "quarters": 3, "years": 12}


def reviews_are_due(pack: Pack, as_of: date) -> Iterator[Diagnostic]:
    """Warn of a policy, or of a rule with a `reviewed_on` of its own, whose review is overdue on a day."""
    every = pack.policy.review_every
    if every is None:
        return
    reviewed = pack.policy.reviewed_on or pack.policy.approved_on
    if reviewed is not None:
        word = "reviewed_on" if pack.policy.reviewed_on else "approved_on"
        yield from _overdue(reviewed, every, as_of, pack.places.of(("policy", word)))
    for rule in pack.rules:
        if rule.reviewed_on is not None and rule.status != "retired":
            yield from _overdue(rule.reviewed_on, every, as_of, rule.places.of(("reviewed_on",)))


def _overdue(reviewed: date, every: Duration, as_of: date, place: Place) -> Iterator[Diagnostic]:
    due = next_review(reviewed, every)
    if due is not None and due < as_of:
        said = Text(f"应在 {due} 前复审", f"a review was due by {due}")
        hint = Text("复审后改 reviewed_on", "review it, then change `reviewed_on`")
        yield Diagnostic("review-overdue", "warning", place, said, f">= {as_of}", str(reviewed), hint)


def next_review(reviewed: date, every: Duration) -> date | None:
    """Give the last day on which the next review is in time; None for a length that is no calendar time.

    >>> next_review(date(2026, 1, 31), Duration(1, "months")), next_review(date(2026, 1, 31), Duration(2, "hours"))
    (datetime.date(2026, 2, 28), None)
    """
    if every.unit in _MONTHS:
        return add_months(reviewed, every.amount * _MONTHS[every.unit], False)
    return reviewed + timedelta(days=every.amount * _DAYS[every.unit]) if every.unit in _DAYS else None
