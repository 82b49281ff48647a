from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest

from checker.diagnostics import CheckerError
from checker.model import Fine, Penalty, Place, Text
from checker.packtest.cases import Case, load_cases
from checker.packtest.compare import differences, same
from tests.findings_support import OCTOBER
from tests.test_reports_formats import finding

RULE = "phone-off-unreported"


def case(expect=(), exactly=None, rule=RULE):
    places = tuple(Place("a.test.yaml", 10 + i, 5) for i in range(len(expect or ())))
    return Case(
        "名",
        rule,
        OCTOBER,
        datetime(2026, 11, 6),
        {},
        {},
        expect,
        exactly,
        None,
        None,
        Place("a.test.yaml", 9, 3),
        places,
    )


def said(one, *findings):
    return [text.zh for text in differences(one, findings)]


@pytest.mark.parametrize(
    "expected",
    [
        {"employee_id": "FW0012", "outcome": "fail", "fine": 50},
        {"fine_min": 50, "fine_max": Decimal("50.00"), "at": "2026-10-13", "record": "P1"},
        {"minutes_off": 57, "off_at": "2026-10-13 12:05", "liable": "FW0012", "holds": [], "measures": []},
        {"period": None, "clause": "二.6.b", "severity": "minor", "evidence": 1, "waived": False},
    ],
)
def test_only_the_named_keys_are_compared(expected):
    assert said(case((expected,)), finding()) == []


def test_a_difference_shows_expected_and_found_beside_each_other():
    assert said(case(({"employee_id": "FW0012", "fine": 20, "nonsense": 1},)), finding()) == [
        "第 1 条预期没有对应的结果 a.test.yaml:10\n"
        "    employee_id  FW0012\n"
        "  - fine         20\n"
        "  + fine         50\n"
        "  - nonsense     1\n"
        "  + nonsense     ? (employee_id, employee_name, region, minutes_off, off_at)",
        "多出的结果：fail FW0012 张伟 豫北片区 P1 2026-10-13 fine 50 " + finding().message.zh,
    ]


def test_a_fine_that_is_held_back_is_told_with_what_holds_it():
    held = finding(penalty=Penalty(None, (), None, None, ("draft-rule",)))
    assert said(case(({"outcome": "fail", "fine": 20},)), held)[0].split("\n")[1:] == [
        "    outcome  fail",
        "  - fine     20",
        "  + fine     null  (draft-rule)",
    ]


def test_two_fines_for_one_expectation_fail_the_test():
    assert said(case(({"fine": 50},)), finding(), finding()) == [
        "多出的结果：fail FW0012 张伟 豫北片区 P1 2026-10-13 fine 50 " + finding().message.zh
    ]


def test_expecting_nothing_means_nothing():
    assert (
        said(case(()), finding(outcome="pass", penalty=None), finding(outcome="not_applicable", penalty=None))
        == []
    )
    assert len(said(case(()), finding(outcome="no_data", penalty=None))) == 1
    for outcome in ("fail", "pending", "undetermined", "not_checked"):
        assert len(said(case(()), finding(outcome=outcome))) == 1


def test_findings_of_other_rules_do_not_matter():
    assert said(case((), rule="other"), finding()) == []


def test_expectations_find_their_findings_whatever_the_order():
    broad, narrow = {"outcome": "fail"}, {"outcome": "fail", "record": "P1"}
    both = (finding(record={"log": "x", "key": "P1"}), finding(record={"log": "x", "key": "P2"}))
    assert said(case((broad, narrow)), *both) == []
    assert said(case((narrow, broad)), *reversed(both)) == []


def test_an_exact_number_frees_the_others_from_being_named():
    three = [finding(record={"log": "x", "key": key}) for key in "ABC"]
    assert said(case(({"record": "B"},), exactly=3), *three) == []
    assert said(case(None, exactly=3), *three) == []
    assert said(case(None, exactly=2), *three)[0] == "应有 2 条结果，实有 3 条"


def test_a_pass_may_be_expected_but_need_not_be():
    quiet = finding(outcome="pass", penalty=None)
    assert said(case(({"outcome": "pass", "fine": None},)), quiet) == []
    assert said(case(({"outcome": "pass"},))) == [
        "第 1 条预期没有对应的结果 a.test.yaml:10（没有别的结果）\n  - outcome  pass"
    ]


def test_a_fine_of_null_means_no_fine():
    held = finding(penalty=Penalty(None, (), None, None, ("unassigned",)))
    assert said(case(({"fine": None, "holds": ["unassigned"]},)), held) == []
    assert len(said(case(({"fine": None},)), finding())) == 2
    assert said(case(({"fine": 10, "fine_max": 50},)), finding(penalty=Penalty(Fine(1000, 5000, 1000)))) == []


@pytest.mark.parametrize(
    ("want", "have", "equal"),
    [
        ("00123", "00123", True),
        (123, "00123", False),
        ("2026-W42", "2026-W42", True),
        ("2026-10-17T00:00:00+08:00", "2026-10-17T00:00:00+08:00", True),
        ("2026-10-17 00:00", "2026-10-17T00:01:00+08:00", False),
        ("2026-10-17", "2026-10-17T00:00:00+08:00", False),
        ("2026-10-16 24:00", "2026-10-17T00:00:00+08:00", True),
        ("2026-10-16 24:00", "2026-10-16T00:00:00+08:00", False),
        ("2026-10-16 24:30", "2026-10-17T00:30:00+08:00", False),
        ("24:00", "2026-10-17T00:00:00+08:00", False),
        (Decimal("0.95"), 20 / 21, False),
        (Decimal("0.9524"), 20 / 21, True),
        (95, 95.0, True),
        (True, True, True),
        (1, True, False),
        (["a", "b"], ["b", "a"], False),
        (None, None, True),
        (None, "", False),
    ],
)
def test_values_are_the_same_when_they_mean_the_same(want, have, equal):
    assert same(want, have) is equal


FILE = """as_of: 2026-11-06
logs: {staff_roster: "a", leave: "b"}
params: {x: 1, y: 2}
tests:
- name: 一
  rule: phone-off-unreported
  logs: {leave: "c"}
  params: {y: 3}
  expect:
  - {outcome: fail}
- name: 二
  rule: other
  exactly: 0
  skip: 以后再说
"""


def test_a_file_is_read_with_shared_logs_and_the_month_before_the_cut_off(tmp_path: Path):
    path = tmp_path / "a.test.yaml"
    path.write_text(FILE, encoding="utf-8")
    first, second = load_cases(path)
    assert (first.period, first.as_of) == (OCTOBER, datetime(2026, 11, 6))
    assert (first.logs, first.params) == ({"staff_roster": "a", "leave": "c"}, {"x": 1, "y": 3})
    assert (first.expect, first.exactly) == (({"outcome": "fail"},), None)
    assert (first.place.line, [place.line for place in first.expect_places]) == (5, [10])
    assert (second.expect, second.exactly, second.skip) == (None, 0, "以后再说")


def test_a_test_that_expects_nothing_at_all_is_refused(tmp_path: Path):
    path = tmp_path / "a.test.yaml"
    path.write_text(FILE.replace("  exactly: 0\n", ""), encoding="utf-8")
    with pytest.raises(CheckerError) as error:
        load_cases(path)
    assert [(one.code, one.place.line) for one in error.value.diagnostics] == [
        ("test-without-expectation", 11)
    ]


def test_differences_are_told_in_english_too():
    assert differences(case(()), [finding(message=Text("中", "en"))])[0].en.startswith(
        "unexpected finding: fail FW0012"
    )
