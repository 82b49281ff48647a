"""Ids over time: a former id is not taken again, and what still cites it is told its new name."""

from __future__ import annotations

from collections.abc import Iterator

from checker.diagnostics import Diagnostic
from checker.language.lint_names import no_such_rule, unknown
from checker.language.pack import Pack
from checker.language.yaml_loader import Document
from checker.model import Text


def former_ids_are_free(pack: Pack, _: object) -> Iterator[Diagnostic]:
    """An id that a rule once had belongs to no other rule, or findings of two rules would be one."""
    ids = {rule.id: rule for rule in pack.rules}
    claimed = dict(ids)
    for rule in pack.rules:
        for at, name in enumerate(rule.formerly):
            other = claimed.setdefault(name, rule)
            if other is not rule or name == rule.id:
                said = Text(
                    f"标识 `{name}` 已归规则 {other.id}", f"the id `{name}` belongs to rule {other.id}"
                )
                note = ((other.place, Text("那条规则在这里", "that rule is here")),)
                hint = Text("从前用过的标识不能再用", "an id that was once used is not used again")
                place = rule.places.of(("formerly", at))
                yield Diagnostic("reused-id", "error", place, said, "", name, hint, note)


def tests_name_rules(pack: Pack, document: Document) -> Iterator[Diagnostic]:
    """A test is of a rule that is there, and hands in logs that are."""
    raw = document.value
    for path, named in (((), raw), *((("tests", at), one) for at, one in enumerate(raw["tests"]))):
        for log in named.get("logs", ()):
            if log not in pack.logs:
                said = Text(f"没有台账 `{log}`", f"there is no log `{log}`")
                yield unknown("unknown-log", document.places.key((*path, "logs", log)), log, pack.logs, said)
        if path and named["rule"] not in pack.tallies and pack.rule(named["rule"]) is None:
            yield no_such_rule(pack, named["rule"], document.places.of((*path, "rule")))
