from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from checker.diagnostics import CheckerError
from checker.findings import Waiver, load_waivers
from checker.model import Place
from tests.findings_support import fines, hit, holds, rule, run

WAIVABLE = {"keys": ["employee_id", "date"], "approver": "质检部", "max_days": 30}
PLACE = Place("waivers.yaml", 2, 3)


def waiver(**changes):
    base = {
        "rule": "phone-off",
        "keys": {"employee_id": "fw0012", "date": "2026-10-13"},
        "reason": "基站故障",
        "approver": "质检部 李敏",
        "approved_on": date(2026, 10, 20),
        "expires": date(2026, 11, 19),
        "place": PLACE,
    }
    return Waiver(**{**base, **changes})


def codes(built):
    return [one.code for one in built.problems]


def test_a_waiver_marks_the_finding_and_holds_the_fine_but_keeps_both():
    built = run(rule(waivable=WAIVABLE), hit(), hit(day=date(2026, 10, 14)), waivers=(waiver(),))
    assert [f.outcome for f in built.findings] == ["fail", "fail"]
    assert built.findings[0].waiver == {
        "reason": "基站故障",
        "approver": "质检部 李敏",
        "approved_on": "2026-10-20",
        "expires": "2026-11-19",
    }
    assert (fines(built)[0], holds(built)) == (("2026-10-13", 5000, 5000, 5000), [("waived",), ()])
    assert (built.findings[1].waiver, built.problems) == (None, ())


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"expires": date(2026, 11, 5)}, "waiver-expired"),
        ({"approved_on": date(2026, 11, 7)}, "waiver-not-yet"),
        ({"expires": date(2026, 12, 20)}, "waiver-length"),
        ({"keys": {"employee_id": "FW0012"}}, "waiver-keys"),
        ({"keys": {"employee_id": "FW0012", "date": "2026-10-13", "record": "P"}}, "waiver-keys"),
        ({"rule": "nothing"}, "waiver-rule"),
        ({"approver": "总经理"}, "waiver-approver"),
        ({"approver": "质检部李敏"}, "waiver-approver"),
        ({"approver": "质检部 张伟"}, "waiver-self"),
        ({"approver": "张伟（质检部）"}, "waiver-self"),
        ({"approver": "质检部/fw0012"}, "waiver-self"),
        ({"beside": {"employee_name": "李四"}}, "waiver-name"),
        ({"keys": {"employee_id": "FW0099", "date": "2026-10-13"}}, "waiver-unused"),
    ],
)
def test_a_waiver_that_cannot_be_used_is_a_warning_and_the_fine_stays(change, code):
    built = run(rule(waivable=WAIVABLE), hit(), waivers=(waiver(**change),))
    assert codes(built) == [code]
    assert built.problems[0].level == ("note" if code == "waiver-unused" else "warning")
    assert (built.problems[0].file, built.problems[0].row) == ("waivers.yaml", 2)
    assert (built.findings[0].waiver, holds(built)) == (None, [()])


def test_a_rule_that_may_not_be_waived_is_not():
    built = run(rule(), hit(), waivers=(waiver(),))
    assert (codes(built), built.findings[0].waiver) == (["not-waivable"], None)


def test_an_event_after_the_last_day_of_a_waiver_is_not_covered():
    keys = {"keys": ["employee_id"], "approver": "质检部"}
    built = run(
        rule(waivable=keys),
        hit(day=date(2026, 11, 8)),
        waivers=(waiver(keys={"employee_id": "FW0012"}, expires=date(2026, 11, 7)),),
    )
    assert (codes(built), built.findings[0].waiver) == (["waiver-dates"], None)


def test_a_waiver_by_period_or_record_finds_its_finding():
    by_record = rule(waivable={"keys": ["record"], "approver": "质检部"})
    assert run(by_record, hit(), waivers=(waiver(keys={"record": "P1013"}),)).findings[0].waiver
    by_period = rule(waivable={"keys": ["period"], "approver": "质检部"})
    built = run(
        by_period, hit(record=None, period="2026-W42"), waivers=(waiver(keys={"period": "2026-W42"}),)
    )
    assert built.findings[0].waiver


def test_a_waived_fine_uses_up_no_cap_and_a_waived_fail_is_not_remembered():
    steps = {"within": "12 months", "steps": [{"from": 2, "fine": {"fixed": 100}}]}
    penalty = {"fine": {"fixed": 50}, "cap": {"per": "month", "max": 60}, "escalation": steps}
    built = run(
        rule(waivable=WAIVABLE, penalty=penalty), hit(), hit(day=date(2026, 10, 20)), waivers=(waiver(),)
    )
    assert [f[3] for f in fines(built)] == [5000, 5000]


def test_a_pass_is_not_waived():
    assert run(rule(waivable=WAIVABLE), hit(outcome="pass"), waivers=(waiver(),)).findings[0].waiver is None


def test_whoever_would_pay_cannot_waive_neither_alone_nor_as_one_of_several():
    payer = rule(waivable=WAIVABLE, penalty={"fine": {"fixed": 50}, "from": "manager", "by": "财务部"})
    built = run(payer, hit(liable="GL0001"), waivers=(waiver(approver="质检部 gl0001"),))
    assert (codes(built), built.findings[0].waiver) == (["waiver-self"], None)
    shared = rule(
        waivable=WAIVABLE,
        penalty={"fine": {"fixed": 50}, "share": {"among": ["first", "second"]}, "by": "财务部"},
    )
    two = {"liable.first": "FW0012", "liable.second": "GL0001"}
    built = run(shared, hit(**two), waivers=(waiver(approver="GL0001（质检部）"),))
    assert (codes(built), built.findings[0].waiver) == (["waiver-self"], None)


def test_of_two_waivers_of_one_thing_the_first_is_used_and_the_other_told():
    built = run(rule(waivable=WAIVABLE), hit(), waivers=(waiver(id="A"), waiver(id="B", place=Place("w", 9))))
    assert built.findings[0].waiver["id"] == "A"
    assert [(one.code, one.row, one.message.zh) for one in built.problems] == [
        ("waiver-twice", 9, "与第 2 行的豁免重复：规则与各键相同，期间重叠；用先写的一条")
    ]


GOOD = """waivers:
- rule: phone-off
  keys: {employee_id: FW0012, date: 2026-10-13}
  reason: 基站故障
  approver: 质检部 李敏
  approved_on: 2026-10-20
  expires: 2026-11-19
"""


def test_a_file_of_waivers_is_read_with_its_places(tmp_path: Path):
    path = tmp_path / "waivers.yaml"
    path.write_text(GOOD, encoding="utf-8")
    (one,) = load_waivers(path)
    assert one == waiver(keys={"employee_id": "FW0012", "date": "2026-10-13"})
    assert one.place.line == 2
    assert load_waivers(None) == ()


def test_every_fault_of_a_file_of_waivers_is_told_at_once(tmp_path: Path):
    path = tmp_path / "waivers.yaml"
    path.write_text(
        GOOD.replace("2026-10-20", "2026-10-32").replace("2026-11-19", "2026-13-01"), encoding="utf-8"
    )
    with pytest.raises(CheckerError) as error:
        load_waivers(path)
    assert [(one.code, one.place.line) for one in error.value.diagnostics] == [
        ("bad-date", 6),
        ("bad-date", 7),
    ]
    path.write_text(GOOD.replace("reason", "raeson"), encoding="utf-8")
    with pytest.raises(CheckerError):
        load_waivers(path)
