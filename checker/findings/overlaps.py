"""One act under several clauses: which finding stays when rules of one `overlaps` group fail the same thing.

"The same" is one record of one log, or, where no record is judged, one person in one period (A25).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from checker.findings.drafts import Draft
from checker.language.pack import Overlap

Thing = tuple[object, ...]


def resolve(fails: Sequence[Draft]) -> None:
    """Mark every fail that another of its group displaces; it becomes not applicable and names the one kept.

    A rule on trial displaces nothing and is not displaced: it must not change what is fined.
    """
    groups: dict[Thing, list[Draft]] = defaultdict(list)
    for one in fails:
        overlap = _overlap(one)
        if overlap is None or overlap.policy == "sum" or one.frame.rule.status == "trial":
            continue
        groups[overlap.name, *_thing(one)].append(one)
    for group in groups.values():
        if len(group) > 1:
            _keep_one(group, _overlap(group[0]))


def _overlap(draft: Draft) -> Overlap | None:
    name = draft.frame.rule.overlaps
    return draft.frame.pack.overlaps.get(name) if name else None


def _thing(draft: Draft) -> Thing:
    if draft.record is not None:
        return ("record", draft.frame.compiled.record_log, draft.record)
    who = draft.person or tuple(sorted(draft.keys.items()))
    return ("period", who, draft.period or draft.at)


def _keep_one(group: list[Draft], overlap: Overlap | None) -> None:
    """Keep the fails of the best rule: the most preferred, or with `max` the dearest, then the preferred."""
    if overlap is None:
        return

    def rank(one: Draft) -> tuple[int, int, int, str]:
        rule = one.frame.rule.id
        place = overlap.prefer.index(rule) if rule in overlap.prefer else len(overlap.prefer)
        dear = one.fine.proposed if one.fine and overlap.policy == "max" else 0
        return (-dear, place, one.frame.order, rule)

    kept = min(group, key=rank)
    for one in group:
        if one.frame.rule.id != kept.frame.rule.id:
            one.superseded_by = kept.fingerprint
            one.outcome = "not_applicable"
