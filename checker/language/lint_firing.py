"""Conditions that can never hold, rules that can never fire or always do, acts that two rules fine.

The solver errs to one side: what is said here of "never" and "always" is certain, for every dated value that is ever
in force.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from checker.diagnostics import Diagnostic, Severity
from checker.language.conditions import Closed, Condition, Conditions, conditions_of
from checker.language.lint_twice import fined_twice
from checker.language.lint_values import parameters_of
from checker.language.pack import Pack, Rule
from checker.language.solver import Wish, possible
from checker.model import Place, Text
from checker.plan import build as b

_JUDGED = ("each", "streak")


def conditions_make_sense(pack: Pack, _: object) -> Iterator[Diagnostic]:
    """Every condition can hold, every requirement can be met and missed, and no act is fined twice unawares."""
    running = [rule for rule in pack.rules if rule.status != "retired" and not _unset(pack, rule)]
    closed: Closed = {}
    read = [one for rule in running if (one := conditions_of(pack, rule, closed)) is not None]
    for one in read:
        yield from _one(one)
    yield from fined_twice(pack, read)


def _unset(pack: Pack, rule: Rule) -> bool:
    """Tell whether some number is not set yet (null), so that what rests on it is undetermined on purpose."""
    return any(value is None for parameter in parameters_of(pack, rule) for _, value in parameter.values)


def _one(found: Conditions) -> Iterator[Diagnostic]:
    never = [one for one in found.found.values() if one.path[-1] != "require" and not _can(found, one, True)]
    yield from (_never_true(found.rule, one) for one in never)
    require = found.found.get(("check", found.rule.check_kind, "require"))
    if require is not None and not never and found.rule.check_kind in _JUDGED:
        yield from _requirement(found, require)
    that = found.found.get(("check", found.rule.check_kind, "that"))
    if that is not None and not never and not (_can(found, that, False) or _can(found, that, None)):
        yield _always_true(found.rule, that)


def never_met(pack: Pack, rule: Rule) -> bool:
    """Tell whether it is certain that no record which `where` chooses can meet `require`, under any number in force."""
    found = None if rule.check_kind not in _JUDGED or _unset(pack, rule) else conditions_of(pack, rule, {})
    require = found.found.get(("check", rule.check_kind, "require")) if found else None
    return found is not None and require is not None and not _can(found, require, True)


def _can(found: Conditions, one: Condition, want: bool | None) -> bool:
    wishes: list[Wish] = [*found.held, (one.expr, want)]
    if one.path[-1] not in ("require", "that"):
        return possible(wishes, one.known)
    where = found.of_check("where")
    return possible([*wishes, (where.expr, True)], one.known | where.known)


def _never_true(rule: Rule, one: Condition) -> Diagnostic:
    return Diagnostic(
        "condition-never-true",
        "warning",
        rule.places.key(one.path),
        Text(
            f"规则 {rule.id} 的 `{one.path[-1]}` 永远不会成立",
            f"rule {rule.id}: `{one.path[-1]}` can never be true",
        ),
        Text("至少有一种记录能满足", "some record that can meet it"),
        "",
        Text(
            "其中的条件互相矛盾，或要求了字段没有的值",
            "its parts contradict each other, or ask for a value that the field cannot have",
        ),
    )


def _always_true(rule: Rule, one: Condition) -> Diagnostic:
    said = Text(
        f"规则 {rule.id} 的 `that` 总是成立，比例总是 100%",
        f"rule {rule.id}: `that` is always true, so the share is always 100",
    )
    hint = Text("改写 that，或放宽 where", "change `that`, or widen `where`")
    return Diagnostic("condition-always-true", "warning", rule.places.key(one.path), said, hint=hint)


def _requirement(found: Conditions, require: Condition) -> Iterable[Diagnostic]:
    rule, place = found.rule, found.rule.places.key(require.path)
    if require.expr != b.UNKNOWN and not _can(found, require, False):
        said = Text(
            f"规则 {rule.id} 永远不会触发：`require` 不可能不满足",
            f"rule {rule.id} can never fire: `require` cannot be missed",
        )
        hint = Text(
            "检查 where 与 require 是否写了同一件事；空白不算不满足，要查空白请写 present: true",
            "see whether `where` says the same as `require`; a blank is no miss: to catch it, say `present: true`",
        )
        yield Diagnostic("rule-never-fires", "warning", place, said, hint=hint)
    elif not _can(found, require, True):
        alone = possible([*found.held, (require.expr, True)], require.known)
        yield _always_fires(rule, place, chosen_by_where=alone)


def _always_fires(rule: Rule, place: Place, chosen_by_where: bool) -> Diagnostic:
    """Warn of a requirement that nothing meets; only note one that `where` has decided, which may be meant."""
    said = Text(
        f"规则 {rule.id} 总是触发：`require` 不可能满足",
        f"rule {rule.id} always fires: `require` can never be met",
    )
    hint = Text("其中的条件互相矛盾", "its parts contradict each other")
    if chosen_by_where:
        said = Text(
            f"规则 {rule.id} 总是触发：`where` 选出的记录都不满足 `require`",
            f"rule {rule.id} always fires: no record that `where` chooses meets `require`",
        )
        hint = Text(
            "若本意是“有这样的记录即违规”，在这一行注明 # lint: allow rule-always-fires",
            "if every such record is meant to fail, say # lint: allow rule-always-fires on this line",
        )
    severity: Severity = "note" if chosen_by_where else "warning"
    return Diagnostic("rule-always-fires", severity, place, said, hint=hint)
