"""Rules → plan: every rule of a pack for one run, all faults at once.

The only step that knows both the rule language and the plan. Who is meant, leave, attestation, deadlines and duty
holders are added here, once for all check kinds.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from checker.diagnostics import CheckerError, Diagnostic
from checker.language.formula.typing import Fault
from checker.language.kinds import KINDS
from checker.language.kinds.context import Context
from checker.language.pack import Duration, Pack, Rule
from checker.language.params import parse_duration
from checker.language.schedule import RunSpec
from checker.language.scope import Params
from checker.language.verdict import Finished, finish
from checker.model import Period, Place, Text
from checker.plan.nodes import Calendar, Expr, Lit, Plan, RulePlan, SmallTable, Type, View

_LONGEST = {"days": 1, "workdays": 3, "weeks": 7, "months": 31, "quarters": 92, "years": 366}


@dataclass(frozen=True)
class CompiledRule:
    """One rule, ready to run and to report.

    `columns`: type and unit of every reported value. `needs`: logs without which the rule says `no_data`; `doubts`:
    what holds every fine of this run back.
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
    ctx = Context(pack, rule, spec, params, look_back=_memory(pack, rule, spec))
    draft = KINDS[rule.check_kind](ctx)
    done: Finished = finish(ctx, draft)
    compiled = CompiledRule(
        rule, done.plan, done.columns, done.fine_formula, tuple(sorted(params.used | done.penalty_params)),
        done.subject_kind, draft.record_log, done.needs,
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
        column = place.column + fault.start + 1
        place = Place(place.file, place.line, column, column + max(1, fault.length))
    message = Text(f"规则 {rule.id}：{fault.message.zh}", f"rule {rule.id}: {fault.message.pick('en')}")
    return Diagnostic(fault.code, "error", place, message, fault.expected, fault.found, fault.hint)


def _memory(pack: Pack, rule: Rule, spec: RunSpec) -> date:
    """Give from which day on events are read: the start of the run, or earlier where an escalation or cap remembers."""
    start = spec.period.start
    penalty = rule.penalty or {}
    within = (penalty.get("escalation") or {}).get("within")
    if isinstance(within, str) and within.startswith("$"):
        parameter = pack.parameter(rule, within[1:])
        within = parameter.at(spec.period.end) if parameter else None
    if isinstance(within, str) and within in pack.periods:
        whole = pack.periods[within].period_of(start)
        start = whole.start if whole else start
    length = parse_duration(within) if isinstance(within, str) else within
    if isinstance(length, Duration):
        start -= timedelta(days=length.amount * _LONGEST.get(length.unit, 1) + 1)
    per = (penalty.get("cap") or {}).get("per")
    if isinstance(per, str) and per in pack.periods:
        whole = pack.periods[per].period_of(spec.period.start)
        return min(start, whole.start) if whole else start
    return start.replace(day=1) if per == "month" else start


def calendar_of(spec: RunSpec) -> Calendar:
    """Give the working days around the run, as flags."""
    first = date(spec.period.start.year - 6, 1, 1)
    last = date(max(spec.period.end.year, spec.as_of.year) + 2, 12, 31)
    return Calendar(first.isoformat(), spec.calendar.flags(first, last))
