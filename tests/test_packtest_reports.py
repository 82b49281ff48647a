"""What `checker test --coverage` and `--mutate` say of a small pack, word for word: the new pack of `checker init`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from checker.cli import main
from checker.database import connect
from checker.packtest.coverage import Coverage, Covered, coverage
from checker.packtest.mutate.run import Lab

LATER = "days: {2026-01-01: 7 days, 2026-12-01: 5 days, "
FINED = """  penalty: {fine: {fixed: 10}, measures: [talk]}
  waivable: {keys: [record], approver: 质检部, max_days: 30}
  message:
"""
EXCUSES = """survivors:
- {in: tool-returned-late, path: effective.from, change: "2026-01-01 → *", reason: 制度自己写明的施行日}
- {in: tool-returned-late, path: check.nowhere, reason: 早已改掉}
"""


@pytest.fixture
def pack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a new pack, named from the folder it stands in."""
    monkeypatch.chdir(tmp_path)
    run("init", "tools")
    return Path("tools")


def run(*words: str, status: int = 0) -> str:
    done = CliRunner().invoke(main, words)
    assert done.exit_code == status, done.output
    return done.output


def change(file: Path, *pairs: tuple[str, str]) -> None:
    text = file.read_text("utf-8")
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    file.write_text(text, "utf-8")


def only_the_pass(pack: Path) -> None:
    """Leave one test, and give the rule a second value, a penalty and a waiver that nothing tests."""
    change(pack / "rules/first.yaml", ("days: {2026-01-01: 7 days, ", LATER), ("  message:\n", FINED))
    tests = pack / "tests/first.test.yaml"
    tests.write_text(tests.read_text("utf-8").split("- name: 第八天")[0], "utf-8")


def test_coverage_names_each_outcome_value_penalty_and_waiver_that_no_test_shows(pack):
    only_the_pass(pack)
    missing = ("fail", "pending", "undetermined")
    rule = Covered(
        "tool-returned-late", 1, ("pass",), missing, ("days@2026-12-01",), ("fixed", "measure:talk"), True
    )
    assert coverage(pack) == Coverage((rule,), ())


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        (
            "zh",
            "tool-returned-late: 1 个测试, pass; 没有测到: fail pending undetermined; 没有用到的参数值: days@2026-12-01; "
            "没有测到的处罚: fixed measure:talk; 没有测过豁免\n规则 1，既有符合又有违反（统计为有数）的 0（0.0%）\n",
        ),
        (
            "en",
            "tool-returned-late: 1 tests, pass; not seen: fail pending undetermined; values not touched: days@2026-12-01; "
            "penalties not seen: fixed measure:talk; no waiver seen\n1 rules, 0 with a pass and a fail, or a figure (0.0%)\n",
        ),
    ],
)
def test_coverage_is_told_a_line_a_rule_and_too_little_of_it_is_status_1(pack, lang, said):
    only_the_pass(pack)
    assert run("test", "tools", "--coverage", "--lang", lang) == said
    assert run("test", "tools", "--coverage", "--lang", lang, "--fail-under", "1", status=1) == said


def test_coverage_as_json(pack):
    assert json.loads(run("test", "tools", "--coverage", "--format", "json")) == {
        "totals": {"rules": 1, "enough": 1, "percent": 100.0},
        "parameters_untouched": [],
        "rules": [
            {
                "rule": "tool-returned-late",
                "tests": 5,
                "seen": ["pass", "fail", "pending", "undetermined"],
                "missing": [],
                "enough": True,
                "parameters_untouched": [],
                "penalties_unseen": [],
                "waiver_unseen": False,
            }
        ],
    }


def test_what_a_rule_cannot_give_is_not_asked_for(pack):
    """Where every record chosen is a violation there is no pass; a merit has no fail, a statistic only a figure."""
    rules = pack / "rules/first.yaml"
    change(
        rules,
        ("      log: tool_loan\n", "      log: tool_loan\n      where: {returned_on: {present: false}}\n"),
    )
    assert coverage(pack).rules[0].seen + coverage(pack).rules[0].missing == (
        "fail",
        "pending",
        "undetermined",
    )
    assert coverage(pack).rules[0].enough
    change(rules, ("      where: {returned_on: {present: false}}\n", ""), ("kind: duty", "kind: merit"))
    change(rules, ("  message:\n", "  reward: {credit: {fixed: 5}}\n  message:\n"))
    assert coverage(pack).rules[0].missing == ()
    assert coverage(pack).rules[0].seen == ("pass", "pending", "undetermined")


def fates(pack: Path) -> list[tuple[str, str, str]]:
    with connect() as db:
        db.expect_little()
        lab = Lab(pack, db)
        return [(one.path, one.change, lab.try_one(one).fate) for one in lab.mutants]


def test_every_change_of_the_new_pack_and_what_became_of_it(pack):
    assert fates(pack) == [
        ("status", "active → trial", "same"),
        ("effective.from", "2026-01-01 → 2026-01-02", "survived"),
        ("effective.from", "2026-01-01 → 2025-12-31", "invalid"),
        ("effective.from", "- from: 2026-01-01", "invalid"),
        ("params.days.2026-01-01", "7 days → 8 days", "killed"),
        ("params.days.2026-01-01", "7 days → 6 days", "killed"),
        ("params.days.2026-01-01", "2026-01-01 → 2026-01-02", "invalid"),
        ("params.days.2026-01-01", "2026-01-01 → 2025-12-31", "same"),
        ("check.each.require.returned_on.present", "true → false", "killed"),
        ("check.each.require.returned_on.present", "- present: true", "killed"),
        ("check.each.require.returned_on.at_most", "at_most → less_than", "killed"),
        ("check.each.require.returned_on.at_most", "- at_most: {formula: lent_on + $days}", "killed"),
        ("check.each.require.returned_on.at_most.formula", "+ → -", "killed"),
        ("check.each.due", "- due: lent_on + $days", "killed"),
        ("check.each.due", "+ → -", "killed"),
    ]


SURVIVOR = "tools/rules/first.yaml:11:21: 没有测试会发现：tool-returned-late 的 effective.from 由 2026-01-01 变成 2026-01-02\n"
ADVICE = "\n为每条补一个测试；确实不必测的写进 tests/survivors.yaml（in、path、change、reason）\n\n"
TOTAL = "变异 15：被发现 9（90.0%），没有测试发现 1，已说明理由 0，与原文同义 2，不成立 3\n"


def test_a_survivor_is_told_as_no_test_notices_if_and_too_many_are_status_1(pack):
    assert run("test", "tools", "--mutate", status=1) == SURVIVOR + ADVICE + TOTAL
    assert run("test", "tools", "--mutate", "--fail-under", "90") == SURVIVOR + ADVICE + TOTAL
    assert run("test", "tools", "--mutate", "--format", "concise", status=1) == SURVIVOR + TOTAL
    assert run("test", "tools", "--mutate", "--lang", "en", "--format", "concise", status=1) == (
        "tools/rules/first.yaml:11:21: no test notices if effective.from of tool-returned-late becomes 2026-01-02 "
        "in place of 2026-01-01\n15 mutants: 9 noticed (90.0%), 1 not, 0 excused, 2 mean the same, 3 invalid\n"
    )


EXCUSED_ZH = """tools/rules/first.yaml:11:21: tool-returned-late effective.from: 2026-01-01 → 2026-01-02
  理由: 制度自己写明的施行日
tools/tests/survivors.yaml:3:3: 这一条已没有对应的变异，请删去：tool-returned-late check.nowhere *
变异 15：被发现 9（100.0%），没有测试发现 0，已说明理由 1，与原文同义 2，不成立 3
"""
EXCUSED_EN = """tools/rules/first.yaml:11:21: tool-returned-late effective.from: 2026-01-01 → 2026-01-02
  reason: 制度自己写明的施行日
tools/tests/survivors.yaml:3:3: this entry covers no survivor any more; remove it: tool-returned-late check.nowhere *
15 mutants: 9 noticed (100.0%), 0 not, 1 excused, 2 mean the same, 3 invalid
"""


def test_an_excused_survivor_is_told_with_its_reason_and_an_entry_without_one_is_stale(pack):
    (pack / "tests/survivors.yaml").write_text(EXCUSES, "utf-8")
    assert run("test", "tools", "--mutate") == EXCUSED_ZH
    assert run("test", "tools", "--mutate", "--lang", "en") == EXCUSED_EN


def test_survivors_as_json_and_junit(pack):
    (pack / "tests/survivors.yaml").write_text(EXCUSES, "utf-8")
    row = {"file": "tools/rules/first.yaml", "line": 11, "column": 21, "rule": "tool-returned-late"}
    row |= {"path": "effective.from", "operator": "date", "change": "2026-01-01 → 2026-01-02"}
    row |= {"reason": "制度自己写明的施行日", "message": SURVIVOR.split(": ")[1].strip()}
    stale = {
        "file": "tools/tests/survivors.yaml",
        "line": 3,
        "in": "tool-returned-late",
        "path": "check.nowhere",
    }
    assert json.loads(run("test", "tools", "--mutate", "--format", "json")) == {
        "totals": {
            "killed": 9, "crashed": 0, "survived": 1, "same": 2, "invalid": 3, "mutants": 15, "excused": 1, "open": 0,
            "killed_percent": 100.0,
        },
        "survivors": [row],
        "stale": [{**stale, "change": "*"}],
    }  # fmt: skip
    assert run("test", "tools", "--mutate", "--format", "junit") == (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        "<testsuites>\n"
        '  <testsuite name="mutate" tests="10" failures="0" errors="0" skipped="1">\n'
        '    <testcase name="effective.from: 2026-01-01 → 2026-01-02" classname="tool-returned-late" '
        'file="tools/rules/first.yaml" line="11">\n'
        '      <skipped message="制度自己写明的施行日" />\n'
        "    </testcase>\n"
        "  </testsuite>\n"
        "</testsuites>\n"
    )
