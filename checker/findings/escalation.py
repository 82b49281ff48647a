"""Dearer the third time: steps that count a person's fails of one rule within a window, or until a reset.

Waived and superseded fails do not count: what was not held against a person must not make a later fine dearer.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from checker.findings import units
from checker.findings.drafts import Draft
from checker.findings.fines import fine_of, resolved
from checker.findings.windows import first_counted
from checker.findings.windows import window_start as window_start


def apply(fails: Sequence[Draft]) -> None:
    """Let every step that holds change fine, units and measures; `fails` in order of time."""
    seen: dict[tuple[str, str], list[date]] = defaultdict(list)
    for one in fails:
        raw = one.frame.rule.terms.get("escalation")
        if raw is None or one.who is None or one.at is None or one.waiver is not None:
            continue
        days = seen[one.frame.rule.id, one.who]
        days.append(one.at)
        count = len(days) - first_counted(
            days, resolved(raw.get("within"), one), reset_of(raw, one), one.frame.pack.periods
        )
        for step in raw["steps"]:
            _step(step, count, one)


def reset_of(raw: Mapping[str, Any], draft: Draft) -> dict[str, Any]:
    """Give `reset` with its parameters resolved."""
    return {word: resolved(value, draft) for word, value in raw.get("reset", {}).items()}


def _step(step: Mapping[str, Any], count: int, draft: Draft) -> None:
    """Apply one step: the last one with a fine wins, measures add up."""
    if not _holds(step, count, draft):
        return
    if "fine" in step:
        draft.fine = fine_of(step["fine"], draft)
    draft.units = {**draft.units, **units.amounts(step, draft)}
    draft.measures += tuple(name for name in step.get("measures", ()) if name not in draft.measures)


def _holds(step: Mapping[str, Any], count: int, draft: Draft) -> bool:
    """Tell whether a step holds for the fail of this number: exactly the Nth, from the Nth on, every Nth."""
    nth, first, every = (resolved(step.get(word), draft) for word in ("nth", "from", "each"))
    return (
        (isinstance(nth, int) and count == nth)
        or (isinstance(first, int) and count >= first)
        or (isinstance(every, int) and count % every == 0)
    )
