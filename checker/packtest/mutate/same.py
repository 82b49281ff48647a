"""Whether a mutant says the same as the pack does: the same plan and the same penalties, on every day that counts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, cast

from checker import facts
from checker.language.compile import Compiled, CompiledRule, calendar_of, compile_pack
from checker.language.pack import Pack
from checker.language.schedule import RunSpec
from checker.model import Period, Value
from checker.packtest.bench import Prepared
from checker.packtest.mutate.edits import shown
from checker.packtest.mutate.mutants import Mutant
from checker.pipeline import with_params
from checker.plan.columns import columns_of
from checker.plan.nodes import Grid

_AFTER, _LONG = timedelta(days=40), timedelta(days=400)


def is_same(pack: Pack, other: Pack, mutant: Mutant, tests: Iterable[Prepared]) -> bool:
    """Tell whether no run can tell the two packs apart, as far as plans and penalties say.

    They are compared for every run of the tests and around every date that the change moves. What is read with the
    logs rather than compiled (people, leave, attestations) is never called the same.
    """
    if mutant.kind == "pack" and mutant.edit.path[0] not in ("parameters", "overlaps"):
        return False
    days = sorted({day for one in (pack, other) for day in dates_of(one, mutant)})
    bounds = mutant.edit.path[2:3] == ("effective",) and mutant.edit.path[-1] in ("from", "to")
    if bounds and _same_periods(pack, other, mutant.rules[0], days):
        return True
    return all(
        _meaning(pack, mutant, spec, params) == _meaning(other, mutant, _of(spec, other, one), params)
        for spec, params, one in _runs(pack, tests, days)
    )


def _same_periods(pack: Pack, other: Pack, name: str, days: Sequence[date]) -> bool:
    """Tell whether a rule over periods holds for the same of them: most bounds fall inside a period."""
    spec = RunSpec(
        Period(days[0] - _LONG, days[-1] + _LONG), datetime.combine(days[-1] + 2 * _LONG, time.min)
    )
    rows = [_periods(one, name, spec) for one in (pack, other)]
    return rows[0] is not None and rows[0] == rows[1]


def _periods(pack: Pack, name: str, spec: RunSpec) -> list[tuple[Value, ...]] | None:
    """Give the periods that a rule judges in a run; None for a rule over records."""
    compiled = compile_pack(pack, spec, [name])
    plan, rule = compiled.rules[name].plan, compiled.rules[name].rule
    if not isinstance(plan.source, Grid):
        return None
    periods = plan.source.periods
    table = next(one for one in compiled.plan.small if one.name == periods)
    at = {column: i for i, (column, _) in enumerate(table.columns)}
    by = {"period_start": "period_start", "period_end": "period_end"}.get(
        rule.effective.version_by, "on" if rule.check_kind == "due" else "period_end"
    )
    first, last = rule.effective.start, rule.effective.end or date.max
    rows = [row for row in table.rows if row[at["judged"]]]
    if ("this", by) not in columns_of([plan.scope]):
        return rows
    return [row for row in rows if first <= cast(date, row[at[by]]) <= last]


Run = tuple[RunSpec, dict[str, Any], Prepared | None]


def _runs(pack: Pack, tests: Iterable[Prepared], days: Iterable[date]) -> Iterator[Run]:
    """Give the runs to compare: those of the tests, and one around each day of interest."""
    for one in tests:
        calendar, leave = facts.work_calendar(pack, one.tables), facts.leave_spans(pack, one.tables)
        yield RunSpec(one.case.period, one.case.as_of, calendar, leave), dict(one.case.params), one
    for day in sorted(set(days)):
        if date.min + _AFTER < day < date.max - _AFTER:
            period = Period(day - timedelta(days=3), day + timedelta(days=3))
            yield RunSpec(period, datetime.combine(day + _AFTER, datetime.min.time()), _plain(pack)), {}, None


def _of(spec: RunSpec, other: Pack, one: Prepared | None) -> RunSpec:
    """Give the same run under the other pack, whose calendar may differ."""
    calendar = _plain(other) if one is None else facts.work_calendar(other, one.tables)
    return RunSpec(spec.period, spec.as_of, calendar, spec.leave)


def _plain(pack: Pack) -> Any:
    from checker.calendar import WorkCalendar

    return WorkCalendar({day: entry.working for day, entry in pack.calendar_days.items()})


def _meaning(pack: Pack, mutant: Mutant, spec: RunSpec, params: dict[str, Any]) -> Any:
    """Give all that the rules touched can do in a run."""
    if mutant.kind == "calendar":
        return calendar_of(spec)
    compiled = compile_pack(with_params(pack, params), spec, mutant.rules)
    said = [
        (one.plan, one.columns, one.fine_formula, one.needs, one.subject_kind, *_penalties(compiled, one))
        for one in compiled.rules.values()
    ]
    return said, compiled.plan.views, compiled.plan.small


def _penalties(compiled: Compiled, one: CompiledRule) -> Iterator[Any]:
    """Give what decides the penalty of a rule, marks and waivers beside its plan."""
    rule, pack = one.rule, compiled.pack
    yield (rule.kind, rule.marks, rule.waivable, rule.overlaps, rule.confirmed_by, rule.exempt)
    if not rule.penalty:
        return
    yield rule.penalty, rule.status, pack.overlaps.get(rule.overlaps or "")
    used = {name: pack.parameter(rule, name) for name in one.uses_params}
    yield {name: found.holds_back_fines for name, found in used.items() if found}
    named = [found for name, found in used.items() if found and f"${name}" in shown(rule.penalty)]
    first, last = max(compiled.period.start, rule.effective.start), compiled.period.end
    days = {first, last, *(day for found in named for day, _ in found.values)}
    yield [(day, [found.at(day) for found in named]) for day in sorted(days) if first <= day <= last]


def dates_of(pack: Pack, mutant: Mutant) -> Iterator[date]:
    """Give the days at which something changes: dated values and the bounds of the rules touched."""
    for name in mutant.rules if mutant.kind in ("rules", "pack") else ():
        rule = pack.rule(name)
        assert rule is not None
        yield rule.effective.start
        if rule.effective.end is not None:
            yield rule.effective.end
        for one in (*rule.params.values(), *pack.parameters.values()):
            yield from (day for day, _ in one.values)
