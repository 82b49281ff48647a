"""A trace says why a rule did, or did not, fire, and never anything but what the finding says."""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from checker import language, pipeline
from checker.calendar import parse_period
from checker.database import Database, connect
from checker.diagnostics import UsageError
from checker.engines.duckdb import DuckDBEngine
from checker.language.pack import Pack
from checker.logs.inline import inline_table, read_texts
from checker.logs.tables import Tables, stored
from checker.model import Finding
from checker.packtest import cases as packtests
from checker.trace import Trace, trace_tables
from checker.trace.edits import applied
from checker.trace.model import Case, Change, Node
from tests.properties.rules import rules
from tests.properties.worlds import fill, pack_with, world_of

ROOT = Path(__file__).parents[1]
PACK = ROOT / "rules" / "after-sales"
FILES = [path.name for path in packtests.test_files(PACK)]
CASES = int(os.environ.get("CHECKER_CASES", "300"))
NOT_IN_APPLIES = ("require", "deadline-over", "hold")


@pytest.fixture(scope="module")
def pack() -> Pack:
    return language.load_pack(PACK)


@pytest.fixture(scope="module")
def db() -> Any:
    with connect(threads=1) as one:
        yield one


class Run:
    """A test of the pack: its tables, its trace, and what the default engine finds."""

    def __init__(self, pack: Pack, test: packtests.Case, db: Database, search: int = 0) -> None:
        self.pack, self.test, self.db = pipeline.with_params(pack, dict(test.params)), test, db
        self.given = set(pack.logs) - {name for name, text in test.logs.items() if text is None}
        self.tables = read_texts({n: t for n, t in test.logs.items() if t is not None}, self.pack, db)
        self.trace = trace_tables(
            self.pack, self.tables, test.rule, test.period, test.as_of, given=self.given, search=search
        )

    def findings(self, tables: Tables | None = None) -> tuple[Finding, ...]:
        return pipeline.judge(
            self.pack, tables or self.tables, self.test.period, self.test.as_of, only={self.test.rule}, every=True,
            given=self.given,
        ).findings  # fmt: skip

    def after(self, change: Change) -> Tables:
        logs = dict(pipeline.with_empty_logs(self.tables, compiled(self.trace, self)).logs)
        for edit in change.edits:
            log = self.pack.logs[edit.log]
            rows = [
                dict(zip([*stored(log), "_src", "_row", "_bad"], row, strict=True))
                for row in logs[log.id].records.rows
            ]
            names = [*stored(log), "_src", "_row", "_bad"]
            made = [tuple(row[name] for name in names) for row in applied(rows, edit, log)]
            logs[log.id] = inline_table(log, made, self.db)
        return replace(self.tables, logs=logs)


def compiled(trace: Trace, run: Run) -> Any:
    return pipeline.compile_for(run.pack, run.tables, trace.period, trace.as_of, [trace.rule.id], run.given)[
        0
    ]


def cases_in(name: str) -> list[packtests.Case]:
    (path,) = [path for path in packtests.test_files(PACK) if path.name == name]
    return [one for one in packtests.load_cases(path) if not one.skip and not one.todo]


def told(trace: Trace) -> Counter[str]:
    """Count the outcomes of a trace as findings have them: a statistic passes or fails nothing."""
    statistic = trace.rule.kind == "statistic"
    judged = [one for one in trace.cases if one.judged]
    return Counter(
        "not_applicable" if statistic and one.outcome in ("pass", "fail") else one.outcome for one in judged
    )


def follows(case: Case) -> bool:
    """Tell whether the outcome follows from the answers shown."""
    applies = [one.truth for one in case.asked if one.role not in NOT_IN_APPLIES]
    met = next((one.truth for one in case.asked if one.role == "require"), True)
    if case.reason == "exempt":
        return False in applies
    if case.reason == "complies":
        return met is True or False in applies
    if case.reason == "unknown":
        return False not in applies and met is not True and None in [*applies, met]
    if case.reason in ("fails", "confirmed", "denied", "unconfirmed"):
        return all(truth is True for truth in applies) and met is False
    return case.reason in ("open", "given", "not-due", "due-unknown")


def agrees(node: Node) -> bool:
    """Tell whether the truth of every condition shown is made of the truths of its parts."""
    from checker.trace.trees import both, either

    truths = [part.truth for part in node.parts]
    whole = {
        "leaf": node.truth,
        "all": both(truths),
        "any": either(truths),
        "not": None if not truths or truths[0] is None else not truths[0],
    }[node.kind]
    return whole is node.truth and all(map(agrees, node.parts))


def is_sound(trace: Trace) -> None:
    """Hold every case to its own answers; an unknown one names at least one reason."""
    for case in trace.cases:
        assert follows(case), case
        for one in case.asked:
            assert one.tree is None or (one.tree.truth is one.truth and agrees(one.tree)), one
            reasons = [
                *one.gaps,
                *(gap for leaf in (one.tree.leaves() if one.tree else ()) for gap in leaf.gaps),
            ]
            assert one.truth is not None or reasons, (case.record, case.period, one)


@pytest.mark.parametrize("name", FILES)
def test_every_finding_of_the_packs_tests_has_a_trace_that_ends_in_its_outcome(pack, db, name):
    for test in cases_in(name):
        run = Run(pack, test, db)
        if not run.trace.missing:
            found = Counter(one.outcome for one in run.findings())
            assert told(run.trace) == found, test.name
            is_sound(run.trace)


@pytest.mark.parametrize("name", FILES)
def test_each_change_shown_really_complies_when_it_is_made(pack, db, name):
    for test in cases_in(name):
        run = Run(pack, test, db, search=3)
        for case in run.trace.cases:
            for change in case.changes:
                assert outcome_of(case, run.findings(run.after(change))) == change.then, (test.name, change)


def outcome_of(case: Case, findings: tuple[Finding, ...]) -> str | None:
    """Give the outcome of the one finding about the thing of a case."""
    if case.spot is not None:
        mine = [
            f for f in findings if any((e.row, e.log) == (case.spot.row, case.spot.log) for e in f.evidence)
        ]
        own = [f for f in mine if f.record is None or f.record["key"] == case.record]
        return (own or mine)[0].outcome if mine else None
    ids = {name: value for name, value in case.subject.items() if isinstance(value, str)}
    mine = [f for f in findings if f.period == case.period and f.subject.items() >= ids.items()]
    return mine[0].outcome if mine else None


def in_world(
    db: Database, rule: dict[str, Any], data: dict[str, Any], search: int = 0
) -> tuple[Trace, Tables]:
    tables = fill(db, pack_with([rule]), data)
    found = trace_tables(
        pack_with([rule]), tables, "r", parse_period("2026-10"), datetime(2026, 11, 3), search=search
    )
    return found, tables


def cases(count: int) -> settings:
    return settings(
        max_examples=count, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True
    )


@pytest.mark.slow
@cases(CASES)
@given(rules(), st.integers(0, 2**32))
def test_on_random_logs_the_trace_ends_in_what_the_default_engine_finds(db, rule, seed):
    trace, tables = in_world(db, rule, world_of(seed))
    plan = pipeline.compile_for(trace.pack, tables, trace.period, trace.as_of, ["r"])[0].plan
    hits = [
        hit
        for hit in DuckDBEngine().run(plan, tables, True).taken().hits
        if hit.values["judged"] is not False
    ]
    expected = Counter((hit.outcome, hit.values["period"], hit.values["record"]) for hit in hits)
    assert Counter((one.outcome, one.period, one.record) for one in trace.cases if one.judged) == expected
    is_sound(trace)


@pytest.mark.slow
@cases(CASES // 3)
@given(rules(), st.integers(0, 2**32))
def test_on_random_logs_a_change_that_is_shown_complies_when_it_is_made(db, rule, seed):
    data = world_of(seed)
    trace, _ = in_world(db, rule, data, search=2)
    for case in trace.cases:
        for change in case.changes:
            after = dict(data)
            for edit in change.edits:
                log = trace.pack.logs[edit.log]
                names = [*stored(log), "_src", "_row", "_bad"]
                rows = [dict(zip(names, row, strict=True)) for row in after[log.id]]
                after[log.id] = [tuple(row[name] for name in names) for row in applied(rows, edit, log)]
            again, _ = in_world(db, rule, after)
            mine = [
                one
                for one in again.cases
                if (one.spot and one.spot.row, one.period) == (case.spot and case.spot.row, case.period)
            ]
            assert change.then in {one.outcome for one in mine}, change


def test_nobody_of_that_name_gives_those_who_are_nearly_called_so(pack, db):
    (test,) = [one for one in cases_in(FILES[0])][:1] or [None]
    logs = {
        "staff_roster": "工号,姓名,生效日期\nFW0012,张伟,2026-01-01\nFW0027,张伟,2026-01-01\nFW0013,刘洋,2026-01-01"
    }
    tables = read_texts(logs, pack, db)
    for said, hint in (("张伟", "请用工号：FW0012 张伟、FW0027 张伟"), ("FW0O13", "是否想写：FW0013 刘洋")):
        with pytest.raises(UsageError) as error:
            trace_tables(
                pack,
                tables,
                "weekly-summary-missing",
                test.period,
                test.as_of,
                subject=said,
                given=set(pack.logs),
            )
        assert error.value.diagnostics[0].hint.zh.startswith(hint)
