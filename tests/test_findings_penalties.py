from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from checker.diagnostics import UsageError
from checker.findings.escalation import window_start
from checker.language.pack import Overlap, Parameter
from checker.plan.nodes import Call, Col, Lit
from tests.findings_support import fines, hit, holds, pack, parameter, rule, run

LOSS = {"loss": ("decimal", None), "level": ("text", None)}


def amount(penalty, *, params=None, **values):
    """Give (min, max, proposed) and the holds of one fail under a penalty."""
    built = run(rule(penalty=penalty, params=params or {}), hit(**values), columns=LOSS)
    return fines(built)[0] and fines(built)[0][1:], holds(built)[0]


def test_a_fixed_fine_is_exact_to_the_fen():
    assert amount({"fine": {"fixed": 20}}) == ((2000, 2000, 2000), ())
    assert amount({"fine": {"fixed": Decimal("0.05")}}) == ((5, 5, 5), ())


def test_a_fine_from_a_parameter_takes_the_value_of_the_day_of_the_event():
    dated = {"fine": Parameter("fine", ((date(2026, 1, 1), 50), (date(2026, 10, 14), 60)))}
    assert amount({"fine": {"fixed": "$fine"}}, params=dated)[0] == (5000, 5000, 5000)
    assert amount({"fine": {"fixed": "$fine"}}, params=dated, version_date=date(2026, 10, 14))[0] == (
        6000,
        6000,
        6000,
    )


def test_a_parameter_that_is_not_set_is_no_amount():
    assert amount({"fine": {"fixed": "$fine"}}, params={"fine": parameter("fine", None)}) == (
        None,
        ("amount-unknown",),
    )
    assert amount({"fine": {"fixed": "$nowhere"}}) == (None, ("amount-unknown",))


def test_a_range_stays_an_interval_until_a_person_decides():
    wide = {"min": 10, "max": 50, "decided_by": "质检部"}
    assert amount({"fine": {"range": wide}}) == ((1000, 5000, 1000), ("decision",))
    assert amount({"fine": {"range": {**wide, "propose": "max"}}})[0] == (1000, 5000, 5000)
    assert amount({"fine": {"range": {**wide, "propose": 30}}})[0] == (1000, 5000, 3000)
    assert amount({"fine": {"range": {**wide, "propose": 80}}})[0] == (1000, 5000, 5000)
    assert amount({"fine": {"range": {**wide, "max": 10}}}) == ((1000, 1000, 1000), ())


def test_a_grade_that_is_blank_or_not_in_the_table_is_never_guessed():
    graded = {"fine": {"graded": {"by": "level", "table": {"一般": 50, "严重": 200}}}}
    assert amount(graded, value__level="严重")[0] == (20000, 20000, 20000)
    assert amount(graded, value__level=None) == (None, ("amount-unknown",))
    assert amount(graded, value__level="特别严重") == (None, ("amount-unknown",))


@pytest.mark.parametrize(
    ("loss", "fine"),
    [("0", 1000), ("50", 1000), ("50.01", 5000), ("500", 5000), ("500.01", 10000)],
)
def test_bands_include_their_upper_end(loss, fine):
    bands = [{"up_to": 50, "fine": 10}, {"up_to": 500, "fine": 50}, {"fine": 100}]
    assert (
        amount({"fine": {"bands": {"by": "loss", "table": bands}}}, value__loss=Decimal(loss))[0]
        == (fine,) * 3
    )


def test_a_value_above_closed_bands_or_unknown_has_no_amount():
    bands = {"fine": {"bands": {"by": "loss", "table": [{"up_to": 50, "fine": 10}]}}}
    assert amount(bands, value__loss=Decimal(51)) == (None, ("amount-unknown",))
    assert amount(bands, value__loss=None) == (None, ("amount-unknown",))


def test_a_formula_rounds_half_a_fen_up_and_is_unknown_when_its_values_are():
    tenth = Call("mul", (Col("loss", "decimal"), Lit(Decimal("0.1"), "decimal")), "decimal")
    one = rule(penalty={"fine": {"formula": "loss * 0.1"}})
    built = run(
        one,
        hit(value__loss=Decimal("100.25")),
        hit(record="P2", value__loss=None),
        columns=LOSS,
        formula=tenth,
    )
    assert fines(built) == [("2026-10-13", 1003, 1003, 1003), None]
    assert holds(built) == [(), ("amount-unknown",)]


def test_a_fine_that_is_switched_off_is_not_proposed():
    penalty = {"fine": {"fixed": 20}, "enabled": "$on"}
    assert amount(penalty, params={"on": parameter("on", False)}) == (None, ("disabled",))
    assert amount(penalty, params={"on": parameter("on", None)}) == (None, ("disabled",))
    assert amount(penalty, params={"on": parameter("on", True)}) == ((2000, 2000, 2000), ())


def test_an_assumed_parameter_holds_the_fine_back_until_somebody_confirms_it():
    assumed = {"limit": parameter("limit", 60, assumed=True)}
    built = run(rule(params=assumed), hit(), uses=("limit",))
    assert (fines(built), holds(built)) == ([("2026-10-13", 5000, 5000, 5000)], [("assumed:limit",)])
    confirmed = {"limit": parameter("limit", 60, assumed=True, confirmed_by="总经理")}
    assert holds(run(rule(params=confirmed), hit(), uses=("limit",))) == [()]


def test_the_holder_of_a_duty_pays_and_nobody_pays_when_there_is_none():
    penalty = {"fine": {"fixed": 20}, "from_duty": "档案录入"}
    one = run(rule(penalty=penalty), hit(liable="FW0099"), hit(record="P2", liable=None))
    assert [f.penalty.liable for f in one.findings] == ["FW0099", None]
    assert (fines(one)[1], holds(one)) == (None, [(), ("unassigned",)])


def test_a_fine_on_a_region_with_nobody_named_is_unassigned():
    built = run(rule(), hit(subject__employee_id=None))
    assert (fines(built), holds(built)) == ([None], [("unassigned",)])


def test_a_cap_cuts_what_a_person_pays_in_a_month_earliest_first():
    one = rule(penalty={"fine": {"fixed": 50}, "cap": {"per": "month", "max": 120}})
    days = [date(2026, 10, 1), date(2026, 10, 2), date(2026, 10, 31), date(2026, 11, 1)]
    built = run(one, *(hit(day=day) for day in days), hit(day=date(2026, 10, 31), who="FW0013"))
    assert [(f.subject["employee_id"], f.at, f.penalty.fine.proposed) for f in built.findings] == [
        ("FW0012", "2026-10-01", 5000),
        ("FW0012", "2026-10-02", 5000),
        ("FW0012", "2026-10-31", 2000),
        ("FW0012", "2026-11-01", 5000),
        ("FW0013", "2026-10-31", 5000),
    ]


def test_a_cap_narrows_an_interval_by_what_was_proposed_before():
    one = rule(penalty={"fine": {"range": {"min": 10, "max": 50}}, "cap": {"per": "day", "max": 60}})
    built = run(one, hit(record="P1"), hit(record="P2"), hit(record="P3"))
    assert [f[1:] for f in fines(built)] == [(1000, 5000, 1000), (1000, 5000, 1000), (1000, 4000, 1000)]


def test_a_cap_counts_fines_of_earlier_days_of_the_month_that_are_only_looked_back_at():
    one = rule(penalty={"fine": {"fixed": 50}, "cap": {"per": "month", "max": 60}})
    built = run(one, hit(day=date(2026, 10, 1), judged=False), hit())
    assert fines(built) == [("2026-10-13", 1000, 1000, 1000)]


def test_a_cap_per_occurrence_is_a_ceiling():
    assert amount({"fine": {"fixed": 500}, "cap": {"per": "occurrence", "max": 200}})[0] == (
        20000,
        20000,
        20000,
    )


STEPS = {
    "within": "12 months",
    "steps": [
        {"from": 3, "fine": {"fixed": 100}, "measures": ["training"]},
        {"each": 2, "measures": ["talk"]},
    ],
}


def test_escalation_counts_the_fails_of_one_person_within_the_window():
    one = rule(penalty={"fine": {"fixed": 50}, "escalation": STEPS})
    built = run(
        one,
        hit(day=date(2025, 10, 13), judged=False),
        hit(day=date(2026, 3, 1), judged=False),
        hit(day=date(2026, 10, 13)),
        hit(day=date(2026, 10, 14)),
        hit(day=date(2026, 10, 14), who="FW0013"),
    )
    assert [(f.at, f.penalty.fine.proposed, f.penalty.measures) for f in built.findings] == [
        ("2026-10-13", 5000, ("talk",)),
        ("2026-10-14", 10000, ("training",)),
        ("2026-10-14", 5000, ()),
    ]


def test_the_anniversary_of_a_fail_is_outside_the_window():
    assert window_start(date(2026, 10, 13), "12 months") == date(2025, 10, 13)
    assert window_start(date(2026, 3, 31), "1 month") == date(2026, 2, 28)
    assert window_start(date(2026, 10, 13), "2 周") == date(2026, 9, 29)
    with pytest.raises(UsageError):
        window_start(date(2026, 10, 13), "3 workdays")


def test_fails_that_passed_or_could_not_be_judged_are_not_remembered():
    one = rule(penalty={"fine": {"fixed": 50}, "escalation": STEPS})
    others = [hit(day=date(2026, 9, d), outcome="undetermined", judged=False) for d in range(1, 9)]
    assert fines(run(one, *others, hit())) == [("2026-10-13", 5000, 5000, 5000)]


def overlapping(policy, **second):
    rules = (
        rule("second", overlaps="blank", clause="二.5.d", penalty={"fine": {"fixed": 80}}, **second),
        rule("first", overlaps="blank", clause="二.4.d", penalty={"fine": {"fixed": 10}}),
    )
    groups = {"blank": Overlap("blank", policy, ("first", "second"))}
    return run(rules, hit("first"), hit("second"), of=pack(*rules, overlaps=groups))


def test_one_defect_under_two_clauses_is_fined_once_under_the_preferred_one():
    built = overlapping("one_fine_per_defect")
    kept, gone = built.findings
    assert (kept.rule, kept.outcome, kept.penalty.fine.proposed) == ("first", "fail", 1000)
    assert (gone.rule, gone.outcome, gone.penalty, gone.superseded_by) == (
        "second",
        "not_applicable",
        None,
        kept.fingerprint,
    )
    assert (built.totals["fail"], built.totals["not_applicable"]) == (1, 1)


def test_an_overlap_may_keep_the_dearer_or_both():
    assert [f.outcome for f in overlapping("max").findings] == ["not_applicable", "fail"]
    assert [f.outcome for f in overlapping("sum").findings] == ["fail", "fail"]


def test_a_rule_on_trial_displaces_nothing():
    rules = (rule("first", overlaps="blank", status="trial"), rule("second", overlaps="blank", clause="二.7"))
    built = run(rules, hit("first"), hit("second"))
    assert [(f.rule, f.outcome) for f in built.findings] == [("first", "fail"), ("second", "fail")]


def test_different_records_do_not_overlap():
    rules = (rule("first", overlaps="blank"), rule("second", overlaps="blank"))
    assert [f.outcome for f in run(rules, hit("first"), hit("second", record="P2")).findings] == [
        "fail",
        "fail",
    ]


def test_a_person_and_period_overlap_where_no_record_is_judged():
    rules = tuple(rule(name, overlaps="blank", check_kind="due") for name in ("first", "second"))
    same = run(rules, *(hit(name, record=None, period="2026-W42") for name in ("first", "second")))
    assert [f.outcome for f in same.findings] == ["fail", "not_applicable"]
    other = run(
        rules, hit("first", record=None, period="2026-W41"), hit("second", record=None, period="2026-W42")
    )
    assert [f.outcome for f in other.findings] == ["fail", "fail"]


def test_a_displaced_fail_is_not_counted_by_its_own_escalation():
    steps = {"within": "12 months", "steps": [{"from": 2, "fine": {"fixed": 100}}]}
    rules = (
        rule("first", overlaps="blank"),
        rule("second", overlaps="blank", penalty={"fine": {"fixed": 50}, "escalation": steps}),
    )
    day = date(2026, 10, 20)
    built = run(rules, hit("first"), hit("second"), hit("second", day=day))
    assert [(f.rule, f.at, f.penalty.fine.proposed) for f in built.findings if f.penalty] == [
        ("first", "2026-10-13", 5000),
        ("second", "2026-10-20", 5000),
    ]
