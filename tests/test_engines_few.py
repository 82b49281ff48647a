"""Rules over little data are judged in Python, the others in SQL; a report does not show which."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from checker import engines, pipeline
from checker.database import Database, connect
from checker.engines import few, job
from checker.engines.duckdb import DuckDBEngine
from checker.engines.reference import ReferenceEngine
from checker.language import load_pack
from checker.language.pack import Pack
from checker.model import Report
from checker.packtest.cases import Case, load_cases
from checker.packtest.cases import test_files as files_of
from checker.reports.json import render
from checker.reports.options import Options

ROOT = Path(__file__).parents[1]
RULES = ROOT / "rules" / "after-sales"


def month(every: bool = False) -> str:
    sample = [ROOT / "samples" / "2026-10"]
    report = pipeline.check(sample, rules=RULES, period="2026-10", as_of="2026-11-06", all_findings=every)
    return render(report, Options())


@pytest.fixture(scope="module", params=[False, True], ids=["suspects", "all"])
def expected(request) -> tuple[bool, str]:
    """Give the month as the reference judges it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(engines.ENGINES, "duckdb", ReferenceEngine)
        return request.param, month(request.param)


@pytest.mark.slow
@pytest.mark.parametrize("limit", [0, 360, few.LITTLE], ids=["in SQL", "in both", "in Python"])
def test_the_sample_month_is_the_same_however_it_is_judged(expected, limit, monkeypatch):
    monkeypatch.setitem(engines.ENGINES, "duckdb", lambda: DuckDBEngine(few=limit))
    assert month(expected[0]) == expected[1]


@pytest.mark.slow
def test_rules_that_compare_many_rows_are_left_to_the_database(expected, monkeypatch):
    left: list[str] = []
    judging = job.Job
    monkeypatch.setattr(few, "PAIRS", 300)
    monkeypatch.setattr(
        job, "Job", lambda plan, *more: left.extend(r.rule for r in plan.rules) or judging(plan, *more)
    )
    assert month(expected[0]) == expected[1]
    assert {"archive-entry-missing", "region-without-owner"} <= set(left)
    assert len(left) < 20


def test_the_sample_month_needs_no_statement_to_be_judged(monkeypatch):
    monkeypatch.setattr(job, "Job", None)
    assert '"engine": "duckdb"' in month()


@pytest.fixture(scope="module")
def pack() -> Pack:
    return load_pack(RULES)


def report_of(pack: Pack, case: Case, db: Database) -> Report:
    said = {"period": case.period, "as_of": case.as_of, "params": dict(case.params), "rules": {case.rule}}
    return pipeline.check_inline(pack, dict(case.logs), **said, db=db)


@pytest.mark.slow
@pytest.mark.parametrize("file", files_of(RULES), ids=lambda path: path.stem)
def test_the_tests_of_the_pack_say_the_same_in_memory_and_in_the_database(file, pack, monkeypatch):
    cases = load_cases(file)
    with connect() as db:
        db.expect_little()
        in_memory = [report_of(pack, case, db) for case in cases]
        monkeypatch.setattr(pipeline, "inline_table", in_database(pipeline.inline_table))
        monkeypatch.setattr("checker.logs.inline.inline_table", in_database(pipeline.inline_table))
        monkeypatch.setitem(engines.ENGINES, "duckdb", lambda: DuckDBEngine(few=0))
        assert [report_of(pack, case, db) for case in cases] == in_memory


def in_database(make):
    """Give a maker of tables that hide the rows they have at hand."""

    def made(*args):
        return replace(make(*args), records=None)

    return made


def test_tables_wait_until_a_statement_is_run():
    with connect() as db:
        db.later("t", lambda: db.run("create table t as select 1 as a"))
        db.later("t", lambda: db.run("create table t as select 2 as a"))
        assert db.execute("select a from t") == [(2,)]
        assert db.execute("select a from t") == [(2,)]


def test_a_plan_of_some_rules_holds_no_view_that_only_others_read(pack):
    from datetime import datetime

    from checker.calendar import parse_period
    from checker.language.compile import compile_pack
    from checker.language.schedule import RunSpec

    plan = compile_pack(pack, RunSpec(parse_period("2026-10"), datetime(2026, 11, 6))).plan
    some = {rule.rule: rule for rule in plan.rules}
    visits = few.plan_of(plan, [some["visit-count"]])
    assert (visits.views, [table.name for table in visits.small]) == ((), ["periods of visit-count"])
    grievances = few.plan_of(plan, [some["too-many-grievances"]])
    assert [view.log for view in grievances.views] == ["complaint"]
    assert few.plan_of(plan, plan.rules) == plan
