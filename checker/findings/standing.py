"""What a fail brings where hardly anything can change it: worked out once, and the same for all such fails of a rule.

A fine of a fixed amount depends on the day that picks the version of a number, on whether anyone is liable, on whether
his wages may be touched, and on a waiver; nothing that happened before or beside the fail matters to it.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable

from checker.findings import liability
from checker.findings.drafts import Draft
from checker.findings.frames import Frame
from checker.model import Penalty

Settle = Callable[[Draft], Penalty]
_SIMPLE = frozenset({"fine", "measures", "by", "from", "from_duty", "enabled"})


class Standing:
    """The penalties of fails that stand alone; `settle` works one out the long way."""

    def __init__(self, settle: Settle) -> None:
        self._settle = settle
        self._alone: dict[str, bool] = {}
        self._dated: dict[str, bool] = {}
        self._first: dict[Hashable, Draft] = {}
        self._penalties: dict[Hashable, Penalty] = {}

    def stands_alone(self, one: Draft) -> bool:
        """Tell whether the penalty of a fail rests on nothing but what `apply` looks at."""
        rule = one.frame.rule.id
        if rule not in self._alone:
            self._alone[rule] = stands_alone(one.frame)
            self._dated[rule] = _is_dated(one.frame)
        return self._alone[rule]

    def apply(self, one: Draft) -> None:
        """Give a fail that stands alone what the first of its like has been given."""
        liability.settle(one)
        rule = one.frame.rule.id
        day = one.version_date if self._dated[rule] else None
        like = (rule, day, one.liable is None, one.hit.values.get("no_deduction") is True, one.waiver is None)
        first = self._first.get(like)
        if first is None:
            first = self._first[like] = one
            self._penalties[like, one.liable] = one.penalty = self._settle(one)
            return
        one.fine, one.measures, one.holds = first.fine, first.measures, first.holds
        penalty = self._penalties.get((like, one.liable))
        if penalty is None:
            old = self._penalties[like, first.liable]
            penalty = Penalty(
                old.fine, old.measures, one.liable if one.frame.rule.terms else None, old.by, old.holds
            )
            self._penalties[like, one.liable] = penalty
        one.penalty = penalty


def stands_alone(frame: Frame) -> bool:
    """Tell whether the fails of a rule have nothing to do with each other or with those of other rules.

    No overlap, no cap, no step that counts, no amount but a fixed one, and one person who is liable at most.
    """
    rule, terms = frame.rule, frame.rule.terms
    fixed = "fine" not in terms or set(terms["fine"]) == {"fixed"}
    capped = any(cap.holds_for(rule.id) for cap in frame.pack.caps.values())
    alone = rule.kind == "duty" and rule.overlaps is None and not capped
    return alone and fixed and rule.reward is None and terms.keys() <= _SIMPLE


def _is_dated(frame: Frame) -> bool:
    terms = frame.rule.terms
    named = (terms.get("fine", {}).get("fixed"), terms.get("enabled"))
    return any(isinstance(one, str) for one in named)
