from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest
from click.testing import CliRunner

from checker.cli import main
from checker.diagnostics import CheckerError, Diagnostic
from checker.model import Place, Report, Text
from checker.reports import REPORTS, Options
from tests.findings_support import RUN
from tests.test_reports_formats import REPORT

ROOT = Path(__file__).parents[1]
ASKED = ["check", "logs", "--period", "2026-10", "--as-of", "2026-11-06"]


@pytest.fixture
def asked(monkeypatch):
    """Stand in for the pipeline; gives what it was asked."""
    calls: list[dict] = []

    def check(paths, **options):
        calls.append({"paths": paths, **options})
        return REPORT

    module = ModuleType("checker.pipeline")
    module.check = check
    monkeypatch.setitem(sys.modules, "checker.pipeline", module)
    monkeypatch.setattr("checker.pipeline", module, raising=False)
    monkeypatch.chdir(ROOT)
    return calls


def call(*args, env=None):
    return CliRunner().invoke(main, [str(arg) for arg in args], env=env)


def test_check_asks_the_pipeline_once_and_prints_the_report(asked):
    result = call(*ASKED, "--format", "json")
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == REPORTS["json"](REPORT, Options())
    (one,) = asked
    del one["progress"]
    assert one == {
        "paths": [Path("logs")],
        "rules": Path("rules/after-sales"),
        "period": "2026-10",
        "as_of": "2026-11-06",
        "engine": "duckdb",
        "waivers": None,
        "all_findings": False,
        "master": None,
        "look": None,
    }


def test_off_a_terminal_the_format_is_concise_and_a_file_is_told_by_its_ending(asked, tmp_path):
    assert call(*ASKED).stdout == REPORTS["concise"](REPORT, Options())
    for name, form in (("r.json", "json"), ("r.csv", "csv"), ("r.txt", "concise")):
        assert call(*ASKED, "--output", tmp_path / name).stdout == ""
        made = REPORTS[form](REPORT, Options())
        assert (tmp_path / name).read_bytes() == (made if isinstance(made, bytes) else made.encode())
    assert sorted(one.name for one in tmp_path.iterdir()) == ["r.csv", "r.json", "r.txt"]


def test_no_clock_is_read_so_period_and_cut_off_must_be_given(asked):
    result = call("check", "logs")
    assert (result.exit_code, result.stdout, asked) == (2, "", [])
    assert "--period" in result.stderr and "--as-of" in result.stderr and "时钟" in result.stderr
    assert "no clock is read" in call("check", "logs", "--period", "2026-10", "--lang", "en").stderr


def test_findings_are_a_success_unless_asked_to_fail(asked):
    assert call(*ASKED).exit_code == 0
    assert call(*ASKED, "--fail-on", "violation").exit_code == 1


def test_goals_waived_and_trial_findings_are_no_violations(monkeypatch, asked):
    quiet = tuple(one for one in REPORT.findings if one.outcome != "fail" or one.kind == "goal" or one.waiver)
    monkeypatch.setattr(sys.modules["checker.pipeline"], "check", lambda *a, **k: Report(RUN, {}, quiet, ()))
    assert call(*ASKED, "--fail-on", "violation").exit_code == 0


def test_faults_of_the_input_are_told_on_stderr_with_status_2(monkeypatch, asked):
    fault = Diagnostic(
        "bad", "error", Place("a.yaml", 3, 7), Text("坏了", "broken"), hint=Text("修好", "mend it")
    )

    def fail(*_, **__):
        raise CheckerError([fault])

    monkeypatch.setattr(sys.modules["checker.pipeline"], "check", fail)
    result = call(*ASKED)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == "a.yaml:3:7: error[bad]: 坏了\n  建议：修好\n"
    assert call(*ASKED, "--lang", "en").stderr.startswith("a.yaml:3:7: error[bad]: broken\n")


def test_a_report_never_replaces_an_input(asked, tmp_path):
    log = tmp_path / "a.csv"
    log.write_text("工号\n", encoding="utf-8")
    for logs in (log, tmp_path):
        result = call("check", logs, "--period", "2026-10", "--as-of", "2026-11-06", "--output", log)
        assert (result.exit_code, asked) == (2, [])
    assert log.read_text(encoding="utf-8") == "工号\n"


def test_a_report_that_cannot_be_written_leaves_nothing_behind(asked, tmp_path):
    result = call(*ASKED, "--output", tmp_path / "nowhere" / "r.json")
    assert result.exit_code == 2
    assert "cannot-write" in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_colours_follow_the_option_and_no_color(asked):
    assert "\x1b[" in call(*ASKED, "--format", "pretty", "--color", "always").stdout
    assert "\x1b[" not in call(*ASKED, "--format", "pretty", "--color", "never").stdout
    assert "\x1b[" not in call(*ASKED, "--format", "pretty", env={"NO_COLOR": "1"}).stdout


def test_a_bad_option_is_status_2(asked):
    assert call("check", "logs", "--engine", "fast").exit_code == 2
    assert call("chekc").exit_code == 2


def test_lint_gives_all_faults_in_three_formats(monkeypatch, tmp_path):
    (tmp_path / "pack.yaml").write_text("x: 1\n", encoding="utf-8")
    faults = [
        Diagnostic("bad", "error", Place("a.yaml", 3, 7), Text("坏", "bad")),
        Diagnostic("odd", "warning", Place("b.yaml", 1, 1), Text("怪", "odd")),
    ]
    monkeypatch.setattr("checker.language.lint_pack", lambda folder: faults)
    result = call("lint", tmp_path, "--format", "concise")
    assert result.exit_code == 1
    assert (
        result.stdout == "a.yaml:3:7: error[bad]: 坏\nb.yaml:1:1: warning[odd]: 怪\n错误 1，警告 1，提示 0\n"
    )
    made = json.loads(call("lint", tmp_path, "--format", "json").stdout)
    assert made["totals"] == {"error": 1, "warning": 1, "note": 0}
    assert [one["code"] for one in made["diagnostics"]] == ["bad", "odd"]
    faults.pop(0)
    assert call("lint", tmp_path).exit_code == 0


def test_a_folder_without_a_pack_is_status_2(tmp_path):
    for command in ("lint", "test"):
        result = call(command, tmp_path)
        assert (result.exit_code, "pack.yaml" in result.stderr) == (2, True)


def test_a_folder_of_packs_means_every_pack_in_it(monkeypatch, tmp_path):
    for name in ("b", "a"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "pack.yaml").write_text("x: 1\n", encoding="utf-8")
    seen = []
    monkeypatch.setattr("checker.language.lint_pack", lambda folder: seen.append(folder.name) or [])
    assert call("lint", tmp_path).exit_code == 0
    assert seen == ["a", "b"]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish", "powershell"])
def test_completion_prints_a_script_that_names_the_program(shell):
    result = call("completion", shell)
    assert (result.exit_code, "_CHECKER_COMPLETE" in result.stdout) == (0, True)


def run(*args, **more):
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        [sys.executable, *args], cwd=ROOT, env=env, capture_output=True, check=False, **more
    )


@pytest.mark.parametrize("module", ["checker", "checker.cli"])
def test_help_needs_no_heavy_library(module):
    code = f"import runpy, sys; sys.argv = ['checker', '--help']\ntry: runpy.run_module('{module}', run_name='__main__')\nexcept SystemExit: pass\nprint(sorted({{'duckdb', 'yaml', 'jsonschema', 'lark', 'rich', 'python_calamine'}} & set(sys.modules)))"
    done = run("-c", code)
    assert done.stdout.decode("utf-8").strip().endswith("[]")


def test_a_console_without_chinese_still_gets_the_report():
    code = "from checker.cli import main; main(['check', 'x'])"
    done = run("-X", "utf8=0", "-c", code)
    assert done.returncode == 2
    env = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "ascii"}
    again = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=env, capture_output=True, check=False)
    assert (again.returncode, b"missing-option" in again.stderr) == (2, True)


def test_a_closed_pipe_is_no_traceback():
    script = "from checker.cli import main; main(['completion', 'bash'])"
    done = subprocess.Popen(
        [sys.executable, "-c", script],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    done.stdout.close()
    assert b"Traceback" not in done.stderr.read()
    done.stderr.close()
    assert done.wait() == 2
