"""What all findings of one rule share, worked out once: key names, value formats, message templates."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from checker.findings import values
from checker.findings.messages import Template
from checker.language.pack import Effective, Pack, ParameterValue, Rule, Tally
from checker.language.params import params_in
from checker.nouns import dataclass
from checker.plan.nodes import Lit, Records, RulePlan, Type

if TYPE_CHECKING:
    from checker.language.compile import Compiled, CompiledRule


@dataclass(frozen=True)
class Shown:
    """One reported value: its name, the hit's key for it, how it is written in JSON and for people."""

    name: str
    source: str
    json: Callable[[object], object]
    human: Callable[[object], str]
    masked: bool = False


@dataclass(frozen=True)
class Frame:
    """One rule, ready to turn its hits into findings. `order` is the clause's place in clauses.yaml."""

    compiled: CompiledRule
    rule: Rule
    pack: Pack
    zone: ZoneInfo
    order: int
    person_key: str | None
    names: frozenset[str]
    shown: tuple[Shown, ...]
    template: Template
    assumed: tuple[str, ...]
    last_day: date

    def param(self, name: str, day: date | None) -> ParameterValue:
        """Give the value of `$name` in force on `day` (without a day: at the end of the period)."""
        parameter = self.pack.parameter(self.rule, name.removeprefix("$"))
        return parameter.at(day or self.last_day) if parameter else None


def frame(compiled: Compiled, rule_id: str) -> Frame:
    """Work out what the findings of one rule share."""
    one = compiled.rules[rule_id]
    pack, rule = compiled.pack, one.rule
    zone = ZoneInfo(pack.time_zone)
    clauses = list(pack.clauses)
    return Frame(
        compiled=one,
        rule=rule,
        pack=pack,
        zone=zone,
        order=clauses.index(rule.clause) if rule.clause in pack.clauses else len(clauses),
        person_key=pack.people.key if pack.people else None,
        names=_descriptive(pack, one),
        shown=tuple(_shown(pack, one, zone)),
        template=Template(rule.message),
        assumed=tuple(name for name in one.uses_params if _is_assumed(pack, rule, name)),
        last_day=compiled.period.end,
    )


TALLIED: dict[str, tuple[Type, str | None]] = {
    "unit": ("text", None),
    "total": ("decimal", None),
    "threshold": ("decimal", None),
    "events": ("int", None),
    "since": ("date", None),
    "findings": ("list", None),
}


def tally_frame(compiled: Compiled, tally: Tally) -> Frame:
    """Work out what the findings of one tally share: it is reported as a rule would be."""
    from checker.language.compile import Compiled, CompiledRule

    rule = Rule(
        tally.id, tally.title, tally.clause, "tally", "active", tally.severity, Effective(tally.start or date.min),
        "each", {}, tally.message, penalty={"by": tally.by}, waivable=tally.waivable,
    )  # fmt: skip
    yes, no = Lit(True, "bool"), Lit(None, "text")
    plan = RulePlan(tally.id, Records(""), (), yes, yes, yes, no, ())
    uses = tuple(sorted(params_in([tally.within, tally.reset, list(tally.steps)])))
    one = CompiledRule(rule, plan, TALLIED, None, uses, tally.per, None, ())
    rules = {tally.id: one}
    return frame(Compiled(compiled.pack, compiled.period, compiled.as_of, compiled.plan, rules), tally.id)


def _descriptive(pack: Pack, one: CompiledRule) -> frozenset[str]:
    """Give the subject's fields that describe and do not identify; they stay out of the fingerprint."""
    log = pack.logs.get(one.record_log) if one.record_log else None
    names = {pack.people.name if pack.people else None, log.person_name if log else None}
    if one.subject_kind != "region":
        names |= {"region", pack.people.region if pack.people else None, log.region if log else None}
    return frozenset(name for name in names if name)


def _shown(pack: Pack, one: CompiledRule, zone: ZoneInfo) -> Iterator[Shown]:
    log = pack.logs.get(one.record_log) if one.record_log else None
    masked = {name for known in pack.logs.values() for name, field in known.fields.items() if field.mask}
    for name, (kind, unit) in one.columns.items():
        if log and name in log.fields and log.fields[name].type == "time":
            unit = "time"
        hide = name in masked
        to_json, to_text = values.to_json(kind, unit, zone, hide), values.to_text(kind, unit, hide)
        yield Shown(name, f"value.{name}", to_json, to_text, hide)


def _is_assumed(pack: Pack, rule: Rule, name: str) -> bool:
    parameter = pack.parameter(rule, name)
    return parameter is not None and parameter.holds_back_fines
