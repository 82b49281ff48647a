from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from checker.cli import main
from checker.impact.compare import Row, Side, compare
from checker.impact.guard import Limits, Stop, stops
from checker.impact.packs import edits
from checker.language import load_pack
from checker.model import Figures, Fine, Penalty, Report, Text
from tests.test_reports_formats import REPORT, finding

ROOT = Path(__file__).parents[1]
PACK = ROOT / "rules" / "after-sales"
GOLDEN = ROOT / "tests" / "golden_impact"
RUN = ["--period", "2026-10", "--as-of", "2026-11-06"]


def report(*findings, figures=(), people=10) -> Report:
    return replace(REPORT, findings=findings, statistics=figures, people=people)


def fined(fen, **changes):
    return finding(penalty=Penalty(Fine(fen, fen, fen), (), "FW0012", "财务部"), **changes)


# What the two runs are compared by


def test_the_same_run_twice_differs_in_nothing():
    found = compare(REPORT, REPORT, "employee_id")
    assert (found.changes, found.rows(), dict(found.figures), found.people_touched) == ((), (), {}, 0)


def test_a_finding_only_the_new_rules_give_appears_with_its_fine():
    found = compare(report(), report(fined(5000)), "employee_id")
    assert found.rows() == (Row("phone-off-unreported", "2026-10", 1, 0, 0, 1, 5000),)
    assert (found.old, found.new) == (Side("2026.1", 0, 0, 0), Side("2026.1", 1, 1, 5000))


def test_a_finding_that_passes_now_vanishes_and_takes_its_fine_away():
    found = compare(report(fined(5000)), report(finding(outcome="pass", penalty=None)), "employee_id")
    assert found.rows() == (Row("phone-off-unreported", "2026-10", 0, 1, 0, 1, -5000),)


def test_another_amount_outcome_or_hold_is_a_change_and_other_words_alone_are_none():
    old = report(fined(5000))
    assert compare(old, report(fined(6000)), "employee_id").rows() == (
        Row("phone-off-unreported", "2026-10", 0, 0, 1, 1, 1000),
    )
    held = finding(penalty=Penalty(Fine(5000, 5000, 5000), (), "FW0012", "财务部", ("decision",)))
    assert compare(old, report(held), "employee_id").count("changes") == 1
    assert compare(old, report(fined(5000, message=Text("换个说法"))), "employee_id").changes == ()


def test_a_waived_fine_counts_for_nothing_on_either_side():
    waived = fined(5000, waiver={"approver": "质检部", "reason": "检修"})
    assert compare(report(waived), report(fined(5000)), "employee_id").rows()[0].fen == 5000


def test_rules_and_months_have_a_row_each_and_a_person_counts_once_a_row():
    new = report(
        fined(5000, fingerprint="a"),
        fined(5000, fingerprint="b"),
        fined(5000, fingerprint="c", at="2026-11-02"),
        fined(1000, fingerprint="d", rule="other"),
    )
    assert compare(report(), new, "employee_id").rows() == (
        Row("other", "2026-10", 1, 0, 0, 1, 1000),
        Row("phone-off-unreported", "2026-10", 2, 0, 0, 1, 10000),
        Row("phone-off-unreported", "2026-11", 1, 0, 0, 1, 5000),
    )


def test_figures_are_compared_by_subject_and_period_whatever_their_columns_order():
    def figures(columns, *rows):
        return (Figures("seen", "一.1", Text("统计"), columns, rows, False),)

    old = report(figures=figures(("region", "period", "outcome", "actual"), ("豫北", "2026-10", None, 3)))
    moved = report(figures=figures(("region", "period", "actual", "outcome"), ("豫北", "2026-10", 3, None)))
    other = report(figures=figures(("region", "period", "outcome", "actual"), ("豫北", "2026-10", None, 4)))
    assert dict(compare(old, moved, None).figures) == {}
    assert dict(compare(old, other, None).figures) == {"seen": 1}
    assert dict(compare(old, report(), None).figures) == {"seen": 1}


amounts = st.lists(
    st.tuples(st.sampled_from("abcdef"), st.integers(0, 3)), max_size=6, unique_by=lambda one: one[0]
)


@given(amounts, amounts)
def test_the_other_way_round_what_appeared_vanishes_and_every_sum_turns_its_sign(old, new):
    one, two = (report(*(fined(fen, fingerprint=name) for name, fen in side)) for side in (old, new))
    there, back = compare(one, two, "employee_id"), compare(two, one, "employee_id")
    assert there.count("appears") == back.count("vanishes")
    assert there.count("changes") == back.count("changes")
    assert [row.fen for row in there.rows()] == [-row.fen for row in back.rows()]
    assert there.new.fen - there.old.fen == sum(row.fen for row in there.rows())


# The safety stop


@pytest.mark.parametrize(
    ("limits", "stopped"),
    [
        (Limits(), False),
        (Limits(people=1), False),
        (Limits(people=0), True),
        (Limits(percent=Fraction(10)), False),
        (Limits(percent=Fraction("9.99")), True),
    ],
)
def test_a_rule_stops_only_beyond_the_limit(limits, stopped):
    found = compare(report(), report(fined(5000)), "employee_id")
    assert stops(found, limits) == ((Stop("phone-off-unreported", 1, 10),) if stopped else ())


def test_without_a_roster_no_share_is_known_and_only_the_number_can_stop():
    found = compare(report(), report(fined(5000), people=None), "employee_id")
    assert stops(found, Limits(percent=Fraction(0))) == ()
    assert stops(found, Limits(people=0)) == (Stop("phone-off-unreported", 1, None),)


def test_a_rule_that_hits_the_same_people_as_before_is_no_news():
    same = report(fined(5000))
    assert stops(compare(same, same, "employee_id"), Limits(people=0)) == ()


# What was edited


def changed_pack(folder: Path, edits_of: dict[str, tuple[str, str]]) -> Path:
    shutil.copytree(PACK, folder)
    for name, (old, new) in edits_of.items():
        path = folder / name
        text = path.read_text(encoding="utf-8")
        assert old in text, f"{name} has changed: {old}"
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return folder


@pytest.fixture
def dearer(tmp_path) -> Path:
    """The shipped pack with 60 yuan instead of 50 from October, and one rule on trial."""
    return changed_pack(
        tmp_path / "new",
        {
            "rules/phone.yaml": ("fine: {2026-01-01: 50,", "fine: {2026-01-01: 50, 2026-10-01: 60,"),
            "rules/records.yaml": ("status: active", "status: trial"),
        },
    )


def test_edits_name_the_rule_the_number_and_the_day_it_moves_on(dearer):
    assert [(one.rule, one.text.zh, one.text.en) for one in edits(load_pack(PACK), load_pack(dearer))] == [
        ("finished-task-without-record", "改了状态：active → trial", "changed: status active → trial"),
        (
            "phone-off-unreported",
            "参数 $fine，2026-10-01 起：50 → 60 元",
            "parameter $fine from 2026-10-01: 50 → 60 元",
        ),
    ]


def test_moving_lines_and_rewording_titles_is_no_edit(tmp_path):
    other = changed_pack(tmp_path / "new", {"rules/phone.yaml": ("rules:", "\n# moved\nrules:")})
    assert edits(load_pack(PACK), load_pack(other)) == ()


# The command


def call(*args):
    return CliRunner().invoke(main, ["impact", *map(str, args)], env={"COLUMNS": "120"})


def without_folders(text: str) -> str:
    """Give a report without what differs between machines: the hash of a copied pack."""
    return re.sub(r"[0-9a-f]{64}", "<sha256>", text)


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("text.zh.txt", ["--format", "text"]),
        ("text.en.txt", ["--format", "text", "--lang", "en"]),
        ("json.zh.json", ["--format", "json"]),
        ("page.zh.html", ["--format", "html"]),
    ],
)
def test_the_whole_report_is_as_agreed(name, options, dearer, monkeypatch):
    monkeypatch.chdir(ROOT)
    done = call("samples/2026-10", "--rules", dearer, "--against", "rules/after-sales", *RUN, *options)
    assert (done.exit_code, done.stderr) == (0, "")
    found, path = without_folders(done.stdout), GOLDEN / name
    if os.environ.get("CHECKER_UPDATE_GOLDEN"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(found, encoding="utf-8")
    assert found == path.read_text(encoding="utf-8")


def test_beyond_the_limit_the_report_is_still_given_and_the_status_is_1(dearer, tmp_path, monkeypatch):
    monkeypatch.chdir(ROOT)
    out = tmp_path / "r.json"
    done = call(
        "samples/2026-10", "--rules", dearer, "--against", PACK, *RUN, "--max-people", 5, "--output", out
    )
    assert done.exit_code == 1
    assert json.loads(out.read_text(encoding="utf-8"))["stops"] == [
        {"rule": "phone-off-unreported", "people": 6, "of": 25}
    ]


def git(folder: Path, *args: str) -> None:
    author = ["-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", "-C", folder, *author, *args], check=True, capture_output=True)


@pytest.fixture
def repository(tmp_path, dearer) -> Path:
    """A git repository whose last commit has the shipped pack, and whose working folder the dearer one."""
    if shutil.which("git") is None:
        pytest.skip("git is not installed")
    folder = tmp_path / "repository"
    shutil.copytree(PACK, folder / "policies" / "after-sales")
    git(tmp_path, "init", "-q", str(folder))
    git(folder, "add", ".")
    git(folder, "commit", "-qm", "first")
    shutil.copytree(dearer, folder / "policies" / "after-sales", dirs_exist_ok=True)
    return folder


@pytest.mark.parametrize("against", ["HEAD", "HEAD:policies/after-sales"])
def test_a_git_revision_is_compared_without_touching_the_working_folder(repository, against):
    pack = repository / "policies" / "after-sales"
    before = {path: path.read_bytes() for path in repository.rglob("*") if path.is_file()}
    done = call(ROOT / "samples" / "2026-10", "--rules", pack, "--against", against, *RUN, "--format", "json")
    assert done.exit_code == 0
    assert json.loads(done.stdout)["totals"]["yuan"] == "50.00"
    assert {path: path.read_bytes() for path in repository.rglob("*") if path.is_file()} == before


def test_a_fault_in_an_old_version_is_told_with_its_revision(repository):
    rules = repository / "policies" / "after-sales" / "rules" / "phone.yaml"
    good = rules.read_text(encoding="utf-8")
    rules.write_text(good.replace("kind: duty", "kind: dut", 1), encoding="utf-8")
    git(repository, "commit", "-qam", "broken")
    rules.write_text(good, encoding="utf-8")
    done = call("x", "--rules", repository / "policies" / "after-sales", "--against", "HEAD", *RUN)
    assert done.exit_code == 2
    assert done.stderr.startswith("HEAD:policies/after-sales/rules/phone.yaml:")


def test_what_is_neither_folder_nor_revision_is_said_so(repository):
    done = call("x", "--rules", repository / "policies" / "after-sales", "--against", "no-such", *RUN)
    assert (done.exit_code, done.stdout) == (2, "")
    assert "error[no-version]" in done.stderr and "“no-such”既不是文件夹，也不是 git 版本" in done.stderr


def test_two_different_packs_cannot_be_compared(tmp_path):
    other = changed_pack(tmp_path / "other", {"pack.yaml": ("id: after-sales", "id: another")})
    done = call("x", "--rules", PACK, "--against", other, *RUN)
    assert done.exit_code == 2
    assert "error[different-packs]" in done.stderr


def test_an_unreadable_file_stops_the_comparison_as_it_stops_a_check(tmp_path, dearer):
    (tmp_path / "坏.xlsx").write_bytes(b"PK\x03\x04 broken")
    shutil.copy(ROOT / "samples" / "2026-10" / "服务人员花名册.xlsx", tmp_path / "花名册.xlsx")
    done = call(tmp_path / "坏.xlsx", tmp_path / "花名册.xlsx", "--rules", dearer, "--against", PACK, *RUN)
    assert done.exit_code == 2
    assert "坏.xlsx" in done.stderr
