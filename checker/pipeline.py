"""The whole run on one screen: load pack → read logs → compile → evaluate → findings."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from checker import facts, findings, logs
from checker.calendar import parse_as_of, parse_period
from checker.database import Database, connect, quote
from checker.diagnostics import UsageError
from checker.engines import Engine, build
from checker.engines.base import Result, Unsupported
from checker.findings.values import mask
from checker.findings.waivers import load as load_waivers
from checker.language import load_pack
from checker.language.compile import Compiled, compile_pack
from checker.language.pack import Pack, Parameter
from checker.language.schedule import RunSpec
from checker.language.usage import clauses_by_field, fields_read, logs_read
from checker.logs.inline import inline_table, read_texts
from checker.logs.tables import Tables
from checker.model import Hit, Period, Problem, Report, RunInfo, Text
from checker.plan.nodes import Plan

Progress = Callable[[str, int, int], None]
STEPS = 4
LITTLE = 3_000_000
"""Bytes of input below which a run is dominated by the planning of its statements."""


def check(
    paths: Sequence[Path],
    *,
    rules: Path | Pack,
    period: str,
    as_of: str,
    engine: str = "duckdb",
    waivers: Path | None = None,
    progress: Progress | None = None,
    all_findings: bool = False,
    master: str | None = None,
    look: Callable[[Compiled, Tables], None] | None = None,
) -> Report:
    """Check logs against the pack in the folder `rules`, or one that is loaded; `period` and `as_of` as the command line takes them.

    `look` is called with the compiled rules and what was read, while it can still be asked.

    Raises:
        CheckerError: the rules, an option or all of the input cannot be used; it says everything that is wrong.
    """
    said = progress or (lambda step, done, of: None)
    moment = parse_as_of(as_of)
    runner = build(engine, master)
    said("rules", 0, STEPS)
    pack = rules if isinstance(rules, Pack) else load_pack(rules)
    span = parse_period(period, pack.periods)
    waived = load_waivers(waivers, pack)
    with connect() as db:
        said("logs", 1, STEPS)
        tables = _read(paths, pack, db, span, moment)
        said("check", 2, STEPS)
        report = judge(
            pack, tables, span, moment, engine=engine, waived=waived, every=all_findings, runner=runner
        )
        if look is not None:
            look(compile_pack(pack, RunSpec(span, moment)), tables)
    said("done", STEPS, STEPS)
    return report


def _read(paths: Sequence[Path], pack: Pack, db: Database, period: Period, as_of: datetime) -> Tables:
    """Give what was read, with the database locked to the files of the run."""
    inputs = list(files(paths))
    little = logs.size(paths) < LITTLE
    if little:
        db.expect_little()
    # Little data is read whole, so that every unreadable cell is listed; of much, what some rule reads.
    tables = logs.read(list(paths), pack, db, None if little else needed(pack, period, as_of))
    db.lock(form for file in inputs for form in (file, file.resolve()))
    return tables


def needed(pack: Pack, period: Period, as_of: datetime) -> dict[str, set[str]]:
    """Give, by log, the fields that some rule reads, and those that leave and the calendar rest on."""
    compiled = compile_pack(pack, RunSpec(period, as_of))
    found: dict[str, set[str]] = {name: set() for name in pack.logs}
    for rule in compiled.rules.values():
        for log, name in fields_read(rule.plan, compiled.plan):
            found[log].add(name)
    for source in (pack.leave, pack.calendar, pack.people, pack.regions, pack.attestations):
        if source is not None:
            found[source.log] = {
                name for name, entry in pack.logs[source.log].fields.items() if not entry.formula
            }
    for cause in pack.papers.report.causes:
        found[cause.log] |= {name for name, one in pack.logs[cause.log].fields.items() if not one.formula}
    return found


def files(paths: Iterable[Path]) -> Iterator[Path]:
    """Give every file meant: those named, and all below the folders named."""
    for path in paths:
        yield from (file for file in (path.rglob("*") if path.is_dir() else [path]) if file.is_file())


def judge(
    pack: Pack,
    tables: Tables,
    period: Period,
    as_of: datetime,
    *,
    engine: str = "duckdb",
    only: Iterable[str] | None = None,
    waived: Sequence[Any] = (),
    every: bool = False,
    given: Collection[str] | None = None,
    runner: Engine | None = None,
) -> Report:
    """Judge typed tables; the part of a run that knows no file. `given`: the logs handed in (default: the tables).

    `runner` is the engine of that name, where it has been made already.
    """
    compiled, missing, elsewhere = compile_for(pack, tables, period, as_of, only, given)
    runnable = tuple(plan for plan in compiled.plan.rules if plan.rule not in missing)
    ready = with_empty_logs(tables, compiled)
    plan = replace(compiled.plan, rules=runnable)
    result = _run(runner or build(engine), plan, ready, every, engine)
    hits = [*result.hits, *_no_data(compiled, missing, elsewhere)]
    run = RunInfo(pack.id, pack.version, pack.sha256, period, as_of.isoformat(), engine, tables.inputs, ())
    counts, listed = {} if every else _quiet(compiled, result.counts), result.listed
    del result
    built = findings.build(
        compiled, _drained(hits), ready, run, waived, all_findings=every, counts=counts, listed=listed
    )
    problems = tuple(_with_clauses([*tables.problems, *built.problems], compiled))
    people = facts.head_count(pack, tables, period)
    return Report(run, built.totals, built.findings, problems, built.statistics, built.by_rule, people)


def _drained(hits: list[Hit]) -> Iterator[Hit]:
    """Give the hits in order and let go of them: the findings take their place in memory."""
    hits.reverse()
    while hits:
        yield hits.pop()


def compile_for(
    pack: Pack,
    tables: Tables,
    period: Period,
    as_of: datetime,
    only: Iterable[str] | None = None,
    given: Collection[str] | None = None,
) -> tuple[Compiled, dict[str, list[str]], set[str]]:
    """Give the rules of a run over these tables; for each that cannot speak, the logs it lacks; and the logs of which
    only other months were handed in.
    """
    spec = RunSpec(period, as_of, facts.work_calendar(pack, tables), facts.leave_spans(pack, tables))
    handed_in = set(tables.logs) if given is None else set(given)
    compiled = _without_leave(compile_pack(pack, spec, only), handed_in)
    elsewhere = _other_months(compiled, tables)
    return compiled, _missing(compiled, handed_in - elsewhere), elsewhere


def check_inline(
    pack: Pack,
    texts: Mapping[str, str | None],
    *,
    period: Period,
    as_of: datetime,
    params: Mapping[str, Any] | None = None,
    rules: set[str] | None = None,
    engine: str = "duckdb",
    db: Database | None = None,
    waived: Sequence[Any] = (),
) -> Report:
    """Check logs given as CSV text, as the tests of a pack do; a log that is not given holds no record.

    A log given as `None` was not handed in at all.
    """
    changed = with_params(pack, params or {})
    given = set(pack.logs) - {name for name, text in texts.items() if text is None}
    with connect() if db is None else nullcontext(db) as base:
        tables = read_texts({name: text for name, text in texts.items() if text is not None}, changed, base)
        return judge(
            changed, tables, period, as_of, engine=engine, only=rules, waived=waived, every=True, given=given
        )


def with_params(pack: Pack, params: Mapping[str, Any]) -> Pack:
    """Give the pack with some parameters set to other values, from the beginning of time.

    Raises:
        CheckerError: a name is no parameter of the pack or of one of its rules.
    """
    if not params:
        return pack
    from checker.language.params import parse_value

    def changed(old: Parameter) -> Parameter:
        value = parse_value(params[old.name]) if old.name in params else None
        return replace(old, values=((date(1900, 1, 1), value),)) if old.name in params else old

    rules = tuple(replace(r, params={n: changed(p) for n, p in r.params.items()}) for r in pack.rules)
    return replace(pack, rules=rules, parameters={n: changed(p) for n, p in pack.parameters.items()})


def with_empty_logs(tables: Tables, compiled: Compiled) -> Tables:
    """Give the tables with an empty one for every log that a rule reads and nobody handed in."""
    found = dict(tables.logs)
    for name in sorted(logs_read(compiled.plan) - set(found)):
        found[name] = inline_table(compiled.pack.logs[name], (), tables.db)
    return replace(tables, logs=found)


def _run(runner: Engine, plan: Plan, tables: Tables, every: bool, name: str) -> Result:
    try:
        return runner.run(plan, tables, every)
    except Unsupported as error:
        raise UsageError.of(
            "engine-cannot-express",
            Text(
                f"引擎 {name} 无法准确表达：{error}",
                f"the engine {name} cannot express this exactly: {error}",
            ),
            Text("请用 --engine duckdb", "use --engine duckdb"),
        ) from None


def _quiet(compiled: Compiled, counts: Mapping[str, Mapping[str, int]]) -> dict[str, dict[str, int]]:
    """Give, by rule, the counts of the outcomes that an engine does not list."""
    told = {rule: found for rule, found in counts.items() if not compiled.rules[rule].plan.lists_all}
    words = ("pass", "not_applicable")
    return {rule: {word: found[word] for word in found if word in words} for rule, found in told.items()}


def _without_leave(compiled: Compiled, handed_in: set[str]) -> Compiled:
    """Hold back what leave might excuse when no list of leave was handed in: shown, never released."""
    leave = compiled.pack.leave
    if leave is None or leave.log in handed_in:
        return compiled
    rules = {
        name: replace(one, doubts=(f"no-log:{leave.log}",)) if one.asks_leave else one
        for name, one in compiled.rules.items()
    }
    return replace(compiled, rules=rules)


def _other_months(compiled: Compiled, tables: Tables) -> set[str]:
    """Give the logs filed every month of which only other months were handed in: a file was forgotten.

    A file with nothing but its header says that nothing happened; so does no file of that log, in a test.
    """
    found = set()
    for name, log in compiled.pack.logs.items():
        if log.filed != "monthly" or not log.date or name not in tables.logs or tables.has_empty_file(name):
            continue
        if not _has_row_from(compiled.period.start, tables, name, log.date):
            found.add(name)
    return found


def _has_row_from(first: date, tables: Tables, log: str, column: str) -> bool:
    """Tell whether a log has a row on or after a day, or one without a day."""
    info = tables.logs[log]
    if info.records is not None:
        start = datetime.combine(first, datetime.min.time())
        days = (day for (day,) in tables.rows(log, [column]))
        return any(day is None or day >= (start if isinstance(day, datetime) else first) for day in days)
    name = quote(column)
    own = f"SELECT 1 FROM {info.sql} WHERE {name} IS NULL OR {name} >= DATE '{first}' LIMIT 1"
    return bool(tables.db.execute(own))


def _missing(compiled: Compiled, given: Collection[str]) -> dict[str, list[str]]:
    """Give, for each rule that cannot speak, the logs that were not handed in."""
    found = {rule: [log for log in one.needs if log not in given] for rule, one in compiled.rules.items()}
    return {rule: absent for rule, absent in found.items() if absent}


def _no_data(compiled: Compiled, missing: Mapping[str, list[str]], elsewhere: set[str]) -> list[Hit]:
    hits: list[Hit] = []
    for rule_id, absent in missing.items():
        rule = compiled.rules[rule_id].rule
        if (
            rule.effective.start > compiled.period.end
            or (rule.effective.end or date.max) < compiled.period.start
        ):
            continue
        titles = [
            f"{compiled.pack.logs[name].title.zh}({name}{'，只有其他月份的记录' if name in elsewhere else ''})"
            for name in absent
        ]
        logs_said = "、".join(titles)
        values = {
            "period": compiled.period.text,
            "at": None,
            "record": None,
            "judged": True,
            "missing_logs": logs_said,
        }
        hits.append(Hit(rule_id, "no_data", values))
    return hits


def _with_clauses(problems: Iterable[Problem], compiled: Compiled) -> Iterable[Problem]:
    """Name, for each problem, the clauses whose rules read what could not be read; cells of masked fields are masked."""
    touched = clauses_by_field(compiled)
    logs = compiled.pack.logs
    for one in problems:
        clauses = one.clauses or touched.get((one.log or "", one.field or ""), ())
        field = logs[one.log].fields.get(one.field or "") if one.log in logs and one.log else None
        hidden = bool(one.found) and field is not None and field.mask
        yield (
            replace(one, clauses=clauses, found=mask(one.found or ""))
            if hidden
            else replace(one, clauses=clauses)
        )
