"""Two rules that fine the same act, with no group of overlaps to say which of them counts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import islice

from checker.diagnostics import Diagnostic
from checker.language.conditions import Conditions
from checker.language.pack import Pack, Rule
from checker.language.solver import Branch, Known, columns_in, few_branches, possible
from checker.model import Text

_COMPARED = 40  # rules of one log that a rule is compared with; more would take long and say little
_PER_SUBJECT = ("log", "per", "every", "where", "take", "of", "subjects", "period")


def fined_twice(pack: Pack, read: Sequence[Conditions]) -> Iterator[Diagnostic]:
    """Two rules in force together that fine one person for one field of one record, or for one period, need an overlap."""
    by_act: dict[object, list[tuple[Conditions, list[Branch]]]] = {}
    for one in read:
        rule = one.rule
        if rule.status != "active" or "fine" not in (rule.penalty or {}):
            continue
        ways = _failing(one)
        mates = by_act.setdefault(_act(rule), [])
        for other, theirs in islice(mates, _COMPARED):
            if _together(one, ways, other, theirs):
                yield _twice(rule, other.rule)
                break
        mates.append((one, ways))


def _act(rule: Rule) -> object:
    """Give what two rules must share to be about one act of one person; how far it is the same is asked later."""
    penalty = rule.penalty or {}
    liable = (penalty.get("from"), penalty.get("from_duty"))
    if rule.check_kind == "each":
        return ("each", rule.check["log"], liable)
    if rule.check_kind in ("due", "aggregate"):
        return (rule.check_kind, liable, *(repr(rule.check.get(word)) for word in _PER_SUBJECT))
    return (rule.check_kind, liable, repr(rule.check))


def _failing(one: Conditions) -> list[Branch]:
    """Give the ways in which the requirement of an `each` rule is missed."""
    if one.rule.check_kind != "each":
        return []
    require = one.of_check("require")
    return few_branches([(require.expr, False)], require.known)


def _together(one: Conditions, ways: list[Branch], other: Conditions, theirs: list[Branch]) -> bool:
    if _apart(one.rule, other.rule):
        return False
    if one.rule.check_kind != "each":
        return True
    known, both = Known(), [*one.held, *other.held]
    for side in (one, other):
        for found in side.found.values():
            known |= found.known
            if found.path == ("applies_to",) or found.path[-1] == "where":
                both.append((found.expr, True))
    pairs = ((way, their) for way in ways for their in theirs if columns_in(way) & columns_in(their))
    return any(possible([*way, *their, *both], known) for way, their in islice(pairs, 60))


def _apart(one: Rule, other: Rule) -> bool:
    """Tell whether an overlap covers the two rules, or they are never in force together."""
    if one.overlaps is not None and one.overlaps == other.overlaps:
        return True
    ends = [rule.effective.end or date.max for rule in (one, other)]
    return max(one.effective.start, other.effective.start) > min(ends)


def _twice(rule: Rule, other: Rule) -> Diagnostic:
    return Diagnostic(
        "fined-twice",
        "warning",
        rule.places.key(("penalty",)),
        Text(
            f"规则 {rule.id} 与 {other.id} 会为同一行为罚两次",
            f"rules {rule.id} and {other.id} fine one act twice",
        ),
        Text("两条规则属于同一个 overlaps 组", "both rules in one group of `overlaps`"),
        "",
        Text(
            "在 pack.yaml 的 overlaps 里写一组，两条规则都引用它；确应各罚时写 policy: sum",
            "add a group to `overlaps` in pack.yaml and name it in both rules; where both fines are meant, `policy: sum`",
        ),
        ((other.place, Text("另一条规则在这里", "the other rule is here")),),
    )
