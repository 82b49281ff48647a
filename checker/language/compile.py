"""Rules → plan: every rule of a pack for one run, all faults at once.

The only step that knows both the rule language and the plan. Who is meant, leave, attestation, deadlines and duty
holders are added here, once for all check kinds.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta

from checker.diagnostics import CheckerError, Diagnostic
from checker.language import memory
from checker.language.anatomy import Anatomy
from checker.language.formula.typing import Fault
from checker.language.kinds import KINDS
from checker.language.kinds.context import Context
from checker.language.pack import Pack, Rule
from checker.language.schedule import RunSpec
from checker.language.scope import Params
from checker.language.verdict import Finished, finish
from checker.model import Period, Place, Text
from checker.nouns import dataclass
from checker.plan.nodes import Calendar, Expr, Lit, Plan, RulePlan, SmallTable, Type, View


@dataclass(frozen=True)
class CompiledRule:
    """One rule, ready to run and to report.

    `columns`: type and unit of every reported value. `needs`: logs without which the rule says `no_data`; `doubts`:
    what holds every fine of this run back. `anatomy`: its conditions as they were written, for whoever explains it.
    """

    rule: Rule
    plan: RulePlan
    columns: Mapping[str, tuple[Type, str | None]]
    fine_formula: Expr | None
    uses_params: tuple[str, ...]
    subject_kind: str
    record_log: str | None
    needs: tuple[str, ...]
    doubts: tuple[str, ...] = ()
    anatomy: Anatomy | None = None

    @property
    def asks_leave(self) -> bool:
        """Tell whether leave would excuse a person from this rule."""
        check = self.rule.check
        moved = (
            self.rule.check_kind == "due"
            and check.get("per") == "person"
            and check.get("leave", "still_due") != "still_due"
        )
        return bool(self.rule.exempt) or moved


@dataclass(frozen=True)
class Compiled:
    """All rules of one run."""

    pack: Pack
    period: Period
    as_of: datetime
    plan: Plan
    rules: Mapping[str, CompiledRule]


def compile_pack(pack: Pack, spec: RunSpec, only: Iterable[str] | None = None) -> Compiled:
    """Give the plan of every rule that is active or on trial (or just those named).

    Raises:
        CheckerError: with every fault found in any rule, at its place.
    """
    wanted = set(only) if only is not None else {r.id for r in pack.rules if r.status in ("active", "trial")}
    faults: list[Diagnostic] = []
    rules: dict[str, CompiledRule] = {}
    views: dict[str, View] = {}
    small: dict[str, SmallTable] = {}
    for rule in pack.rules:
        if rule.id not in wanted:
            continue
        try:
            done = compile_rule(pack, rule, spec)
        except Fault as fault:
            faults.append(diagnostic(rule, fault, pack))
            continue
        rules[rule.id] = done[0]
        views |= done[1].views
        small |= done[1].small
    if faults:
        raise CheckerError(faults)
    plan = Plan(
        tuple(r.plan for r in rules.values()),
        tuple(views.values()),
        tuple(small.values()),
        calendar_of(spec),
        pack.time_zone,
    )
    return Compiled(pack, spec.period, spec.as_of, plan, rules)


def compile_rule(pack: Pack, rule: Rule, spec: RunSpec) -> tuple[CompiledRule, Context]:
    """Give one rule compiled, and what it needs beside its plan.

    Raises:
        Fault: a mistake in the rule, with its path.
    """
    params = Params(pack, rule, Lit(spec.as_of, "datetime"))
    ctx = Context(pack, rule, spec, params, look_back=memory.look_back(pack, rule, spec))
    draft = KINDS[rule.check_kind](ctx)
    done: Finished = finish(ctx, draft)
    compiled = CompiledRule(
        rule, done.plan, done.columns, done.fine_formula, tuple(sorted(params.used | done.penalty_params)),
        done.subject_kind, draft.record_log, done.needs, (), done.anatomy,
    )  # fmt: skip
    return compiled, ctx


def check_rules(pack: Pack) -> list[Diagnostic]:
    """Give every fault that only compiling finds, in rules of any status."""
    day = max((r.effective.start for r in pack.rules), default=date(2026, 1, 1))
    midnight = datetime.combine(day + timedelta(days=40), datetime.min.time())
    spec = RunSpec(Period(day, day + timedelta(days=6)), midnight)
    found: list[Diagnostic] = []
    for rule in pack.rules:
        try:
            compile_rule(pack, rule, spec)
        except Fault as fault:
            found.append(diagnostic(rule, fault, pack))
    return found


def diagnostic(rule: Rule, fault: Fault, pack: Pack) -> Diagnostic:
    """Give a fault as a diagnostic at its place; inside a text, the caret goes to the character meant."""
    place = fault.home or rule.places.of(fault.path)
    if (
        fault.home is None
        and fault.path
        and fault.path[-1] in ("where", "require")
        and fault.code == "unknown-field"
    ):
        place = rule.places.key(fault.path)
    if fault.start is not None and place.line:
        place = _within(place, _formula(rule, fault, pack), fault.start, fault.length)
    message = Text(f"规则 {rule.id}：{fault.message.zh}", f"rule {rule.id}: {fault.message.pick('en')}")
    return Diagnostic(fault.code, "error", place, message, fault.expected, fault.found, fault.hint)


def _formula(rule: Rule, fault: Fault, pack: Pack) -> str:
    """Give the text in which a fault counts its characters."""
    if fault.home is None:
        value = rule.places.under(fault.path).value()
        return value if isinstance(value, str) else ""
    fields = (field for log in pack.logs.values() for field in log.fields.values())
    return next((one.formula or "" for one in fields if one.formula_place == fault.home), "")


def _within(place: Place, text: str, start: int, length: int) -> Place:
    """Give the place of some characters of a text on one line, plain or quoted without escapes; else the text."""
    quotes = place.end_column - place.column - len(text)
    if quotes not in (0, 2):
        return place
    column = place.column + quotes // 2 + min(start, len(text))
    return Place(place.file, place.line, column, column + max(1, length))


def calendar_of(spec: RunSpec) -> Calendar:
    """Give the working days around the run, as flags."""
    first = date(spec.period.start.year - 6, 1, 1)
    last = date(max(spec.period.end.year, spec.as_of.year) + 2, 12, 31)
    return Calendar(first.isoformat(), spec.calendar.flags(first, last))
