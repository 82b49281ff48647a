"""The conditions of a rule as plan expressions, each alone, for the lints that ask what they can come out as."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from checker.language.formula.typing import Fault
from checker.language.lint_uses import judged_log, subject_log
from checker.language.pack import Log, Pack, Rule
from checker.language.places import Path
from checker.language.predicates import compile_predicate
from checker.language.scope import Params, Scope, day_lit
from checker.language.solver import Known, Wish
from checker.plan import build as b
from checker.plan.nodes import Col, Derive, Expr

AS_OF = Col("?as_of", "datetime")
WHO = "?who."
Closed = dict[tuple[str, str], dict[str, tuple[str, ...]]]
"""By log and prefix: the columns that hold one of a few texts."""


@dataclass(frozen=True)
class Condition:
    """One predicate of a rule: where it stands, as an expression, and what is known of its columns."""

    path: Path
    expr: Expr
    known: Known


@dataclass(frozen=True)
class Conditions:
    """All predicates of a rule by path; `held` are wishes that every judged row grants (the rule is in force)."""

    rule: Rule
    found: Mapping[Path, Condition]
    held: tuple[Wish, ...] = ()

    def of_check(self, word: str) -> Condition:
        """Give the predicate of the check under a word such as `where`; true where there is none."""
        path = ("check", self.rule.check_kind, word)
        return self.found.get(path) or Condition(path, b.TRUE, Known())


def conditions_of(pack: Pack, rule: Rule, closed: Closed) -> Conditions | None:
    """Give the conditions of a rule; None where one of them does not compile, which is told elsewhere.

    `closed` keeps what is found out about logs from rule to rule.
    """
    on = _version_day(pack, rule)
    params = Params(pack, rule, AS_OF, on)
    found: dict[Path, Condition] = {}
    for path, raw, log, prefix in predicates(pack, rule):
        if log is None or log not in pack.logs:
            continue
        scope = Scope(pack, pack.logs[log], params, prefix=prefix)
        try:
            expr = compile_predicate(raw, scope, path)
        except (Fault, KeyError):
            return None
        meant = {step.name: step.expr for step in scope.steps.values() if isinstance(step, Derive)}
        if (log, prefix) not in closed:
            closed[log, prefix] = closed_columns(pack, pack.logs[log], prefix)
        found[path] = Condition(path, expr, Known(closed[log, prefix], meant))
    held: list[Wish] = []
    if on is not None:
        held.append((b.compare("ge", on, day_lit(rule.effective.start)), True))
        if rule.effective.end:
            held.append((b.compare("le", on, day_lit(rule.effective.end)), True))
    return Conditions(rule, found, tuple(held))


def _version_day(pack: Pack, rule: Rule) -> Expr | None:
    """Give the day that picks the version of a parameter; None where the last version always holds."""
    log = pack.logs.get(judged_log(rule) or "")
    to = rule.check.get("to")  # of a coverage it is a field
    start = to.get("from") if isinstance(to, Mapping) else None
    named = (rule.check.get("at"), rule.check.get("disposed"), start)
    at = next((one for one in named if one), log.date if log else None)
    if at is None and "every" not in rule.check:
        return None
    return Col(f"?day {at}", "date")


def predicates(pack: Pack, rule: Rule) -> Iterator[tuple[Path, Mapping[str, Any], str | None, str]]:
    """Give every predicate that a rule writes: path, raw map, log, prefix of its columns."""
    base: Path = ("check", rule.check_kind)
    mine = judged_log(rule)
    for part, log in (("", mine), ("to", mine), ("plan", mine), ("with", None), ("only_if", None)):
        raw = rule.check.get(part) if part else rule.check
        if not isinstance(raw, Mapping):
            continue
        path = (*base, part) if part else base
        for word in ("where", "require", "that", "hold"):
            if isinstance(raw.get(word), Mapping):
                yield (*path, word), raw[word], raw.get("log", log), ""
    subjects = rule.check.get("subjects", {})
    if subjects.get("where"):
        yield (*base, "subjects", "where"), subjects["where"], subject_log(rule, pack), ""
    if rule.applies_to and pack.people:
        yield ("applies_to",), rule.applies_to, pack.people.log, WHO
    marked = mine if rule.check_kind not in ("due", "aggregate") else subject_log(rule, pack)
    for at, mark in enumerate(rule.marks):
        yield ("marks", at, "when"), mark["when"], marked, ""


def closed_columns(pack: Pack, log: Log, prefix: str = "") -> dict[str, tuple[str, ...]]:
    """Give the columns of a log that hold one of a few texts, or are blank or unreadable."""
    found = {prefix + f.name: f.values for f in log.fields.values() if f.type == "enum" and not f.formula}
    for link in log.links.values():
        for new, theirs in link.take.items():
            field_ = pack.logs[link.log].fields.get(theirs) if link.log in pack.logs else None
            if field_ is not None and field_.type == "enum":
                found[f"{link.name}.{new}"] = field_.values
    return {name: values for name, values in found.items() if values}
