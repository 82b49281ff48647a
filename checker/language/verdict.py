"""From a draft to a finished rule plan: who, unless, until when, who pays, and the outcome in words.

A violation is `applies and not require`, in three-valued logic: a failure is only certain when everything it rests
on is known, and a requirement that is certainly met is a pass whatever else is unreadable.
"""

from __future__ import annotations

import re

from checker.language.anatomy import Anatomy, Rung
from checker.language.confirmation import confirmed
from checker.language.formula import compile_formula
from checker.language.formula.typing import Env, Fault
from checker.language.kinds.common import report_fields, same_person, text_of, unit_of
from checker.language.kinds.context import Context, Draft, at_least, col
from checker.language.liability import exemption, payers, who_pays
from checker.language.params import params_in
from checker.language.predicates import compile_predicate
from checker.language.schedule import PERIOD_COLUMNS
from checker.language.scope import Scope, day_expr, day_lit, ordered, validity
from checker.language.terms import rested_on
from checker.model import Text
from checker.nouns import dataclass
from checker.plan import build as b
from checker.plan.columns import added_by, logs_of, pruned
from checker.plan.nodes import (
    Call,
    Col,
    Derive,
    Expr,
    Grid,
    Lit,
    Lookup,
    Match,
    Present,
    Records,
    Related,
    RulePlan,
    Step,
    Type,
)


@dataclass(frozen=True)
class Finished:
    """A rule plan and what reporting must know of it."""

    plan: RulePlan
    columns: dict[str, tuple[Type, str | None]]
    fine_formula: Expr | None
    subject_kind: str
    penalty_params: set[str]
    needs: tuple[str, ...]
    anatomy: Anatomy


@dataclass
class _Parts:
    """The plan while it grows."""

    ctx: Context
    draft: Draft
    steps: list[Step]
    applies: list[Expr]
    soft: set[str]
    people: Scope | None = None


def finish(ctx: Context, draft: Draft) -> Finished:
    """Add to a draft what all rules share, and give the finished plan."""
    parts = _Parts(ctx, draft, list(draft.steps), list(draft.applies), set())
    marks = _marks(parts)
    _shown(parts)
    liable = who_pays(ctx, draft, parts.steps, parts.soft)
    _person(parts)
    who = _applies_to(parts) if ctx.rule.applies_to else b.TRUE
    leave = _on_leave(parts) if ctx.rule.exempt else b.FALSE
    parts.applies += [who, b.not_(leave)]
    confirm = confirmed(ctx, draft, parts.steps, parts.soft)
    formula = _fine_formula(parts)
    applies = b.and_([_effective(ctx, draft), draft.scope, *parts.applies])
    violation = b.and_([applies, b.not_(draft.require)])
    suspect = b.or_([violation, *(condition for condition, _ in draft.given), *_open(ctx, draft)])
    parts.steps += [Derive("_applies", applies), Derive("_violation", violation)]
    ladder = _ladder(parts, Col("_applies", "bool"), Col("_violation", "bool"), confirm)
    outcome = b.cases([(rung.condition, b.lit(rung.word)) for rung in ladder], b.lit("fail"))
    keep = _keep(parts, liable, marks)
    links = ordered(draft.names.steps) if draft.names else []
    _no_clash(draft, parts.steps)
    steps = (*links, *parts.steps)
    columns = {name: (expr.type, unit) for name, (expr, unit) in draft.values.items()}
    plan = RulePlan(
        ctx.rule.id, draft.source, steps, b.and_([_effective(ctx, draft), draft.scope]), applies, suspect, outcome, tuple(keep),
        isinstance(draft.source, Records), ctx.rule.kind in ("statistic", "merit"),
    )  # fmt: skip
    return Finished(
        pruned(plan),
        columns,
        formula,
        _subject_kind(ctx, draft),
        params_in(ctx.rule.terms),
        _needs(parts, steps),
        Anatomy(
            plan, _effective(ctx, draft), draft.scope, tuple(draft.applies), who, leave, draft.require, draft.due,
            tuple(ladder), ctx.params.notes,
        ),
    )  # fmt: skip


def _no_clash(draft: Draft, steps: list[Step]) -> None:
    """Refuse a field of the log judged that is called as a column which the plan adds: one would be taken for the other."""
    if draft.names is None:
        return
    added = {name for step in steps for name in added_by(step)}
    if isinstance(draft.source, Grid):
        added |= {name for name, _ in PERIOD_COLUMNS} | {"member", "waived"}
    for name in sorted(added & draft.names.log.fields.keys()):
        log = draft.names.log.id
        raise Fault(
            Text(
                f"字段名“{name}”（{log}）与规则自用的列同名，会被混淆",
                f"the field '{name}' of '{log}' is called as a column that the rule adds itself",
            ),
            path=("check",),
            code="reserved-name",
            found=name,
            hint=Text("请改字段名，表头可以不变", "rename the field; its header may stay"),
        )


def _effective(ctx: Context, draft: Draft) -> Expr:
    day = ctx.params.on if ctx.params.on is not None else day_expr(draft.at)
    if day == Lit(None, "date") or day.type != "date":
        return b.TRUE
    parts = [b.compare("ge", day, day_lit(ctx.rule.effective.start))]
    if ctx.rule.effective.end:
        parts.append(b.compare("le", day, day_lit(ctx.rule.effective.end)))
    return b.and_(parts)


def _person(parts: _Parts) -> None:
    """Look up the person of a record in the people log on the day of the event."""
    ctx, draft, people = parts.ctx, parts.draft, parts.ctx.pack.people
    if people is None or draft.person is None:
        return
    log = ctx.log(people.log, ("applies_to",))
    if isinstance(draft.source, Grid):
        parts.people = ctx.this(log)
        return
    there = ctx.other(log)
    starts, ends = validity(ctx.pack, log, "other")
    columns = (
        *((f.name, there.col(f)) for f in log.fields.values() if not f.formula),
        ("_bad", Col("_bad", "text", "other")),
    )
    at = day_expr(draft.at)
    parts.steps.append(
        Lookup("person", log.id, (Match(draft.person, there.stored(people.key)),), columns, at, starts, ends)
    )
    if not ctx.rule.applies_to:
        parts.soft.add(log.id)
    parts.people = Scope(ctx.pack, log, ctx.params, "this", {}, ctx.views, "person.")


def _applies_to(parts: _Parts) -> Expr:
    ctx = parts.ctx
    if parts.people is None:
        raise Fault(
            Text("这条规则的记录里没有人员", "the records of this rule name no person"),
            path=("applies_to",),
            code="no-person",
        )
    chosen = compile_predicate(ctx.rule.applies_to, parts.people, ("applies_to",))
    if isinstance(parts.draft.source, Grid):
        return chosen
    return b.and_([Col("person.found", "bool"), chosen])


def _on_leave(parts: _Parts) -> Expr:
    """Give whether approved leave covers the event: in part is not known."""
    ctx, draft, leave = parts.ctx, parts.draft, parts.ctx.pack.leave
    fields = (ctx.rule.exempt or {}).get("leave")
    if leave is None or draft.names is None or draft.person is None or not fields:
        raise Fault(
            Text(
                "exempt 需要 pack.yaml 的 leave 和记录里的人员",
                "exempt needs `leave` in pack.yaml and a person in the record",
            ),
            path=("exempt",),
            code="no-leave",
        )
    start, end = (_moment(draft.names, name, ctx) for name in (fields[0], fields[-1]))
    scope = ctx.other(ctx.log(leave.log, ("exempt",)))
    approved = compile_predicate(leave.where, scope, ("exempt",))
    begins, ends = (b.start_of_day(scope.name(name)) for name in (leave.start, leave.end))
    match = (same_person(draft.person, draft.person_name, scope),)
    if scope.log.person is None:
        match = (Match(draft.person, scope.name(leave.person)),)
    covers = b.and_([approved, b.compare("le", begins, start), b.compare("ge", ends, end)])
    touches = b.and_([approved, b.compare("lt", begins, end), b.compare("gt", ends, start)])
    parts.steps.append(Related("leave_whole", scope.table, match, covers, exists=True))
    parts.steps.append(Related("leave_part", scope.table, match, touches, exists=True))
    parts.soft.add(leave.log)
    whole = at_least(col("leave_whole"), col("leave_whole_unknown"), b.lit(1))
    part = at_least(col("leave_part"), col("leave_part_unknown"), b.lit(1))
    return b.if_(b.is_true(whole), b.TRUE, b.if_(b.is_false(part), b.FALSE, b.UNKNOWN))


def _moment(names: Scope, name: str, ctx: Context) -> Expr:
    value = names.name(name)
    entry = names.log.fields.get(name)
    if isinstance(value, Col) and entry is not None and not entry.formula:
        return b.if_(b.is_false(Present(value.name)), ctx.as_of, b.start_of_day(value))
    return b.start_of_day(value)


def _ladder(parts: _Parts, applies: Expr, violation: Expr, confirm: list[Rung]) -> list[Rung]:
    """Give the outcome as words in order: the first whose condition is certain; none of them: `fail`."""
    draft = parts.draft
    rungs = [Rung("exempt", b.and_([b.is_false(violation), b.is_false(applies)]), "not_applicable")]
    late = b.compare("gt", draft.due, parts.ctx.as_of) if draft.due is not None else None
    still_open = _open(parts.ctx, draft)
    rungs += [Rung("open", condition, "pending") for condition in still_open]
    rungs += [Rung("given", condition, word) for condition, word in draft.given]
    rungs.append(Rung("complies", b.is_false(violation), "pass"))
    if late is not None and not still_open:
        rungs += [Rung("not-due", late, "pending"), Rung("due-unknown", b.is_null(late), draft.open_outcome)]
    return [*rungs, Rung("unknown", b.is_null(violation), "undetermined"), *confirm]


def _open(ctx: Context, draft: Draft) -> list[Expr]:
    """Give the condition under which nothing can be said yet: the period of a figure has not closed."""
    figure = isinstance(draft.source, Grid) and ctx.rule.check_kind in (
        "aggregate",
        "streak",
        "attest",
        "coverage",
    )
    return [b.compare("gt", draft.due, ctx.as_of)] if figure and draft.due is not None else []


def _fine_formula(parts: _Parts) -> Expr | None:
    """Give the formula of the fine over the reported values, which then include every field it uses."""
    fine = parts.ctx.rule.terms.get("fine") or {}
    draft = parts.draft
    by = rested_on(parts.ctx.rule.terms)
    report_fields(draft, [name for name in by if name not in draft.values], ("penalty", "fine"))
    if "formula" not in fine:
        return None
    base = draft.names

    def value(word: str) -> Expr:
        if word not in draft.values:
            if base is None:
                raise KeyError(word)
            draft.values[word] = (base.name(word), unit_of(base.field(word)))
        return Col(word, draft.values[word][0].type)

    def known() -> list[str]:
        return [*draft.values, *(base.log.columns() if base else ())]

    env = Env(value, parts.ctx.params.typed, known, parts.ctx.params.names, parts.ctx.as_of)
    try:
        return compile_formula(str(fine["formula"]), env)
    except Fault as fault:
        fault.path = fault.path or ("penalty", "fine", "formula")
        raise


def _shown(parts: _Parts) -> None:
    report_fields(parts.draft, parts.ctx.rule.show, ("show",))
    if parts.draft.names is not None:
        message = parts.ctx.rule.message
        wanted = re.findall(r"\{(\w+)\}", message.zh + message.en)
        columns = parts.draft.names.log.columns()
        report_fields(parts.draft, [w for w in wanted if w in columns], ("message",))


def _marks(parts: _Parts) -> list[Expr]:
    """Give the conditions of the marks a finding may carry, in order."""
    conditions: list[Expr] = []
    for index, mark in enumerate(parts.ctx.rule.marks):
        if parts.draft.names is None:
            raise Fault(
                Text("这里没有可用于 marks 的记录", "there is no record here for `marks`"),
                path=("marks", index),
                code="no-record",
            )
        conditions.append(compile_predicate(mark["when"], parts.draft.names, ("marks", index, "when")))
    return conditions


def _keep(parts: _Parts, liable: Expr | None, marks: list[Expr]) -> list[tuple[str, Expr]]:
    ctx, draft, people = parts.ctx, parts.draft, parts.ctx.pack.people
    keep: list[tuple[str, Expr]] = []
    subject = dict(draft.subject)
    if people and draft.person is not None:
        keep.append((f"subject.{people.key}", draft.person))
        known = parts.people.name(people.name) if parts.people and people.name else None
        names = [e for e in (known, draft.person_name) if e is not None]
        if names:
            keep.append(
                (
                    f"subject.{people.name or 'name'}",
                    Call("coalesce", tuple(dict.fromkeys(names)), "text")
                    if len(set(names)) > 1
                    else names[0],
                )
            )
        if "region" not in subject and people.region and parts.people:
            subject["region"] = text_of(parts.people.name(people.region))
    keep += [(f"subject.{name}", expr) for name, expr in subject.items()]
    keep += [
        ("period", draft.period),
        ("at", day_expr(draft.at)),
        ("record", draft.record),
        ("judged", b.not_(b.is_false(draft.judged))),
    ]
    if liable is not None:
        keep.append(("liable", liable))
    keep += payers(ctx, draft, parts.steps)
    if liable is not None and liable != draft.person:
        keep += exemption(ctx, draft, liable, parts.steps)
    if people and people.no_deduction and parts.people and (liable is None or liable == draft.person):
        exempt = compile_predicate(people.no_deduction, parts.people, ("people", "no_deduction"))
        keep.append(("no_deduction", b.is_true(exempt)))
    version = (
        ctx.params.on if ctx.params.on is not None and ctx.params.on.type == "date" else day_expr(draft.at)
    )
    keep.append(("version_date", version))
    keep += [(f"mark.{index}", b.is_true(condition)) for index, condition in enumerate(marks)]
    if draft.due is not None:
        keep.append(("due_at", draft.due))
        if isinstance(draft.source, Records):
            keep.append(
                ("carried", b.is_true(b.compare("lt", day_expr(draft.at), day_lit(ctx.spec.period.start))))
            )
    return keep + [(f"value.{name}", expr) for name, (expr, _) in draft.values.items()]


def _subject_kind(ctx: Context, draft: Draft) -> str:
    if isinstance(draft.source, Records):
        return "record"
    per = str(ctx.check.get("per", "company"))
    return per if per in ("person", "region", "company") else "record"


def _needs(parts: _Parts, steps: tuple[Step, ...]) -> tuple[str, ...]:
    """Give the logs without which the rule has nothing to say."""
    found = {parts.draft.source.log} if parts.draft.source.log else set()
    found |= {log for step in steps for log in logs_of(step)}
    base = {view.name: view.log for view in parts.ctx.views.values()}
    logs = {base.get(name, name) for name in found if name}
    return tuple(sorted(logs - {name for name in parts.soft if name != parts.draft.source.log}))
