"""A trace from files or tables: the same reading and compiling as a check, then one rule, one subject, step by step."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from checker import logs, pipeline
from checker.calendar import parse_as_of, parse_period
from checker.database import connect
from checker.language.compile import Compiled
from checker.language.pack import Pack, Rule
from checker.language.usage import logs_read
from checker.logs.tables import Tables
from checker.model import Finding, Period
from checker.plan.nodes import Grid
from checker.trace.cases import case
from checker.trace.changes import comply
from checker.trace.model import Case, Trace
from checker.trace.subjects import Subjects, Wanted
from checker.trace.world import Row, World

SEARCHED = 5
WRONG = ("fail", "pending", "undetermined", "not_checked")


def trace(
    paths: Sequence[Path],
    *,
    pack: Pack,
    rule: str,
    period: str,
    as_of: str,
    subject: str | None,
    record: str | None,
) -> Trace:
    """Trace a rule of a pack over logs; `period` and `as_of` as the command line takes them.

    Raises:
        CheckerError: the rules, an option or the input cannot be used, or nobody is called so.
    """
    span, moment = parse_period(period), parse_as_of(as_of)
    with connect() as db:
        little = logs.size(list(paths)) < pipeline.LITTLE
        if little:
            db.expect_little()
        tables = logs.read(list(paths), pack, db, None if little else pipeline.needed(pack, span, moment))
        found = list(pipeline.files(paths))
        db.lock(form for file in found for form in (file, file.resolve()))
        return trace_tables(pack, tables, rule, span, moment, subject=subject, record=record)


def trace_tables(
    pack: Pack,
    tables: Tables,
    rule_id: str,
    period: Period,
    as_of: datetime,
    *,
    subject: str | None = None,
    record: str | None = None,
    given: Collection[str] | None = None,
    search: int = SEARCHED,
) -> Trace:
    """Trace a rule over typed tables; `search`: for how many cases the smallest change is looked for."""
    compiled, missing, _ = pipeline.compile_for(pack, tables, period, as_of, [rule_id], given)
    ready = pipeline.with_empty_logs(tables, compiled)
    rule = compiled.rules[rule_id].rule
    if absent := missing.get(rule_id):
        return _trace(compiled, rule, ready, Wanted(subject), record, (), (), tuple(absent))
    world = World(compiled, rule_id, ready)
    subjects = Subjects(world)
    wanted = subjects.find(subject)
    rows, elsewhere = _rows(world, subjects, wanted, record)
    cases = [case(world, row) for row in rows]
    found = _findings(pack, tables, rule, period, as_of, given)
    cases = [_checked(one, rule, found) for one in cases]
    order = sorted(range(len(cases)), key=lambda i: (not cases[i].judged, cases[i].outcome not in WRONG, i))
    _comply(world, rows, cases, order, search)
    told = tuple(cases[i] for i in order if cases[i].judged or record is not None)
    if not isinstance(world.plan.source, Grid):
        elsewhere += len(cases) - len(told)
    silent = () if any(one.judged for one in cases) else tuple(_silent(world, elsewhere or len(rows), wanted))
    return replace(_trace(compiled, rule, ready, wanted, record, told, silent, ()), elsewhere=elsewhere)


def _rows(world: World, subjects: Subjects, wanted: Wanted, record: str | None) -> tuple[list[Row], int]:
    """Give the rows of the subject, and how many more are not of this run, where that can be told at once."""
    early, elsewhere = world.scope_is_plain and record is None, 0

    def in_question(row: Row) -> bool:
        nonlocal elsewhere
        mine = subjects.is_wanted(row, wanted, record)
        away = mine and early and not world.in_scope(row)
        elsewhere += away
        return mine and not away

    return world.rows(in_question), elsewhere


def _comply(world: World, rows: list[Row], cases: list[Case], order: list[int], search: int) -> None:
    """Add the smallest changes to the first cases that want one; a figure passes and fails nothing."""
    wrong = [i for i in order if cases[i].judged and cases[i].outcome in WRONG]
    for i in [] if world.one.rule.kind == "statistic" else wrong[:search]:
        cases[i] = replace(cases[i], changes=comply(world, rows[i]), searched=True)


def _trace(
    compiled: Compiled,
    rule: Rule,
    tables: Tables,
    wanted: Wanted,
    record: str | None,
    cases: tuple[Case, ...],
    silent: tuple[tuple[str, str, int], ...],
    missing: tuple[str, ...],
) -> Trace:
    read = {name.split("+")[0] for name in logs_read(compiled.plan)}
    inputs = tuple(one for one in tables.inputs if one.log in read)
    return Trace(
        compiled.pack, rule, compiled.period, compiled.as_of, wanted.said, record, wanted.people, inputs, cases,
        silent, missing, tables.problems,
    )  # fmt: skip


def _findings(
    pack: Pack, tables: Tables, rule: Rule, period: Period, as_of: datetime, given: Collection[str] | None
) -> list[Finding]:
    """Give what the default engine finds, of this rule and of those it overlaps with."""
    runs = {r.id for r in pack.rules if r.status in ("active", "trial")}
    group = {r.id for r in pack.rules if rule.overlaps and r.overlaps == rule.overlaps and r.id in runs}
    report = pipeline.judge(pack, tables, period, as_of, only={rule.id, *group}, every=True, given=given)
    return [one for one in report.findings if one.rule == rule.id]


def _checked(one: Case, rule: Rule, findings: Sequence[Finding]) -> Case:
    """Give the case with its finding; a trace that says other than the finding is a bug, and no trace is given."""
    if not one.judged:
        return one
    mine = [found for found in findings if _same(one, found)]
    exact = [found for found in mine if found.outcome == one.outcome or found.superseded_by]
    figure = rule.kind == "statistic" and one.outcome in ("pass", "fail")
    if not exact and not figure and any(_alone(one, found) for found in mine):
        words = sorted({found.outcome for found in mine})
        raise AssertionError(f"the trace says {one.outcome}, the finding {words}: {one.record or one.period}")
    return replace(one, finding=exact[0]) if exact else one


def _alone(one: Case, finding: Finding) -> bool:
    """Tell whether a finding is of this row alone; of rows with one key the worst is the finding."""
    return one.spot is None or sum(row.log == one.spot.log for row in finding.evidence) == 1


def _same(one: Case, finding: Finding) -> bool:
    """Tell whether a finding is about this case: its row and record, or its subject and period."""
    spot = one.spot
    if spot is not None:
        key = finding.record["key"] if finding.record else None
        rows = ((row.file, row.sheet, row.row, row.log) for row in finding.evidence)
        return key == one.record and (spot.file, spot.sheet, spot.row, spot.log) in rows
    return finding.period == one.period and all(
        finding.subject.get(name) == value for name, value in one.subject.items() if isinstance(value, str)
    )


def _silent(world: World, rows: int, wanted: Wanted) -> Iterator[tuple[str, str, int]]:
    """Say why there is nothing to judge: no row of the subject, none in this run, or not there in the period."""
    source = world.plan.source
    if not isinstance(source, Grid):
        count = len(world.stored(source.log))
        yield ("no-record", source.log, count) if not rows else ("not-in-run", source.log, rows)
        return
    if source.log is None or source.key is None:
        yield ("no-period", "", 0)
        return
    own = [row for row in world.stored(source.log) if str(row.get(source.key) or "").upper() in wanted.ids]
    if not own:
        yield ("not-listed", source.log, len(world.stored(source.log)))
    else:
        yield ("no-period" if rows else "not-there", source.log, len(own))
