from __future__ import annotations

import importlib
import shutil
import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest

from checker.diagnostics import UsageError
from checker.model import Problem, Report, Text
from checker.packtest.cases import load_cases
from tests.findings_support import RUN, pack, rule
from tests.test_reports_formats import finding

ROOT = Path(__file__).parents[1]
FILE = """as_of: 2026-11-06
tests:
- {name: 一, rule: phone-off-unreported, expect: [{fine: 50}]}
- {name: 二, rule: phone-off-unreported, expect: [{fine: 20}]}
- {name: 三, rule: phone-off-unreported, expect: [], skip: 以后再说}
- {name: 四, rule: phone-off-unreported, expect: [], todo: 尚未实现}
- {name: 五, rule: phone-off-unreported, expect: [{fine: 50}], todo: 尚未实现}
- {name: 六, rule: unknown, expect: []}
"""


@pytest.fixture
def cases(tmp_path):
    path = tmp_path / "a.test.yaml"
    path.write_text(FILE, encoding="utf-8")
    return load_cases(path)


@pytest.fixture
def run_case(monkeypatch):
    """Give `run_case` over a pipeline that always finds one fine of 50."""
    calls: list[dict] = []
    problem = Problem(
        "error", "bad-date", "x", Text("没有这一天", "no such day"), row=3, column="日期", log="leave"
    )

    def check_inline(of, logs, **options):
        calls.append({"logs": logs, **options})
        return Report(RUN, {}, (finding(),), (problem,))

    module = ModuleType("checker.pipeline")
    module.check_inline = check_inline
    monkeypatch.setitem(sys.modules, "checker.pipeline", module)
    monkeypatch.setattr("checker.pipeline", module, raising=False)
    monkeypatch.delitem(sys.modules, "checker.packtest.run", raising=False)
    run = importlib.import_module("checker.packtest.run")
    one = pack(rule("phone-off-unreported"))
    yield SimpleNamespace(run=lambda case: run.run_case(one, case), calls=calls, module=module)
    sys.modules.pop("checker.packtest.run", None)


def test_a_test_passes_fails_is_skipped_or_stays_to_do(run_case, cases):
    results = [run_case.run(case) for case in cases]
    assert [one.status for one in results] == ["pass", "fail", "skip", "todo", "fail", "fail"]
    assert [one.place.line for one in results] == [3, 4, 5, 6, 7, 8]
    assert results[4].details == (Text("已能通过，请删去 todo", "it passes now: remove `todo`"),)
    assert results[5].details == (Text("规则包里没有规则“unknown”", "the pack has no rule 'unknown'"),)


def test_a_failure_also_tells_what_was_wrong_with_the_logs_of_the_test(run_case, cases):
    assert run_case.run(cases[1]).details[-1] == Text(
        "台账 leave:3 日期：没有这一天", "log leave:3 日期: no such day"
    )


def test_only_the_rule_of_the_test_is_run(run_case, cases):
    run_case.run(cases[0])
    (asked,) = run_case.calls
    assert (asked["rules"], asked["period"].text) == ({"phone-off-unreported"}, "2026-10-01/2026-10-31")


def test_what_cannot_be_run_is_an_error_and_the_others_go_on(run_case, cases):
    def refuse(*_, **__):
        raise UsageError.of("no", Text("不行", "no"))

    run_case.module.check_inline = refuse
    assert [run_case.run(case).status for case in cases[:3]] == ["error", "error", "skip"]


def test_pytest_collects_the_tests_of_a_pack_and_nothing_else(tmp_path):
    folder = tmp_path / "pack"
    shutil.copytree(ROOT / "rules" / "after-sales", folder, ignore=shutil.ignore_patterns("*.test.yaml"))
    (folder / "tests" / "zz.test.yaml").write_text(FILE, encoding="utf-8")
    (tmp_path / "stray.test.yaml").write_text("anything", encoding="utf-8")
    installed = any(entry.name == "checker" for entry in entry_points(group="pytest11"))
    plugin = [] if installed else ["-p", "checker.packtest.pytest_plugin"]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *plugin, "--collect-only", "-q", "-p", "no:cacheprovider", str(tmp_path)],
        cwd=tmp_path,
        env={"PYTHONPATH": str(ROOT), "PATH": "", "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        check=False,
    )  # fmt: skip
    assert "zz.test.yaml::一" in done.stdout.decode("utf-8")
    assert "stray.test.yaml::" not in done.stdout.decode("utf-8")
