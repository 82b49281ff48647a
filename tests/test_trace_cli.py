"""`checker explain RULE --logs` on the sample month, word for word; and what it says when it cannot."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from checker.cli import main

ROOT = Path(__file__).parents[1]
GOLDEN = Path(__file__).parent / "golden_trace"
MONTH = ("--logs", "samples/2026-10", "--period", "2026-10", "--as-of", "2026-11-06")
TOLD = {
    "each-pending": ("copy-two-missing", "--subject", "FW0021"),
    "each-undetermined": ("record-incomplete", "--subject", "FW0032"),
    "each-fail": ("log-entry-late",),
    "due-fail": ("weekly-summary-missing", "--subject", "FW0013"),
    "due-undetermined": ("weekly-summary-missing", "--subject", "FW0027"),
    "due-not-covered": ("weekly-summary-missing", "--subject", "周敏"),
    "aggregate-fail": ("too-many-grievances",),
    "aggregate-pass": ("too-many-grievances", "--subject", "豫北片区"),
    "aggregate-pending": ("too-few-spot-checks", "--subject", "豫北片区"),
    "streak-fail": ("appraisal-failed-three-times",),
    "respond-fail": ("phone-off-unreported", "--subject", "FW0012"),
    "respond-fail.en": ("phone-off-unreported", "--subject", "FW0012", "--lang", "en"),
    "respond-late": ("phone-off-unreported", "--subject", "FW0031"),
    "respond-no-contact": ("phone-off-unreported", "--subject", "FW0026"),
    "respond-nothing": ("phone-off-unreported", "--subject", "FW0033"),
    "retain-fail": ("volume-disposed-early", "--record", "FW0013-2025-04"),
    "attest-not-checked": ("record-untrue", "--subject", "FW0015"),
    "attest-company": ("income-procedure-unconfirmed", "--subject", "公司"),
}


@pytest.fixture(autouse=True)
def at_the_root(monkeypatch):
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("COLUMNS", "100")


def explain(*args: str) -> Result:
    return CliRunner().invoke(main, ["explain", *args])


def compare(name: str, text: str) -> None:
    """Compare with the golden file; `CHECKER_GOLDEN=write` writes it anew."""
    path = GOLDEN / name
    if os.environ.get("CHECKER_GOLDEN") == "write":
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", TOLD)
def test_a_trace_of_the_sample_month_is_told_word_for_word(name):
    done = explain(*TOLD[name], *MONTH)
    assert done.exit_code == 0, done.output
    compare(f"{name}.txt", done.stdout)
    done.stdout.encode("gbk")


def test_the_json_of_a_trace_keeps_its_keys():
    done = explain(*TOLD["respond-fail"], *MONTH, "--format", "json")
    compare("respond-fail.json", done.stdout)
    assert json.loads(done.stdout)["cases"][0]["outcome"] == "fail"


def test_an_unknown_subject_is_answered_with_those_nearly_called_so():
    done = explain("phone-off-unreported", *MONTH, "--subject", "FW0O12")
    assert done.exit_code == 2
    assert done.stderr.splitlines() == [
        "error[unknown-subject]: 台账里没有对象“FW0O12”",
        "  建议：是否想写：FW0012 张伟、FW0032 孙浩、FW0031 徐明、FW0027 张伟",
    ]


def test_a_name_of_two_people_lists_both():
    done = explain("phone-off-unreported", *MONTH, "--subject", "张伟", "--lang", "en")
    assert done.exit_code == 2
    assert done.stderr.splitlines() == [
        "error[ambiguous-subject]: several people are called '张伟'",
        "  hint:     give the id: FW0012 张伟, FW0027 张伟",
    ]


def test_what_goes_with_logs_is_refused_without_them_and_wanted_with_them():
    alone = explain("phone-off-unreported", "--subject", "FW0012")
    assert (alone.exit_code, alone.stderr.splitlines()[0]) == (
        2,
        "error[missing-option]: --subject 要与 --logs 同用",
    )
    bare = explain("phone-off-unreported", "--logs", "samples/2026-10")
    assert bare.exit_code == 2
    assert [line for line in bare.stderr.splitlines() if line.startswith("error")] == [
        "error[missing-option]: 有 --logs 时须写 --as-of",
        "error[missing-option]: 有 --logs 时须写 --period",
    ]


def test_a_log_that_nobody_handed_in_is_said_to_be_missing(tmp_path):
    (tmp_path / "关机登记.csv").write_text(
        "记录编号,工号,姓名,状态,开始时间,恢复时间\nG1,FW0012,张伟,关机,2026-10-13 12:05,2026-10-13 13:02\n",
        encoding="utf-8",
    )
    done = explain("phone-off-unreported", *MONTH[2:], "--logs", str(tmp_path), "--subject", "FW0012")
    assert done.exit_code == 0, done.output
    assert "    汇报登记  没有交来，无法核对（缺台账）" in done.stdout.splitlines()


def test_with_a_period_the_numbers_in_force_stand_beside_their_names():
    lines = explain("phone-off-unreported", "--period", "2026-10").stdout.splitlines()
    assert "      时限: 60 分钟 ($report-within)" in lines
    assert lines[-2:] == ["计划", "    引擎所执行的计划较长，加 --plan 列出"]


def test_the_plan_is_listed_on_request():
    assert "    scope" in explain("phone-off-unreported", "--plan").stdout
