from __future__ import annotations

import random
from datetime import date, datetime
from decimal import Decimal

from checker.language.pack import Duration, PolicyDocument
from checker.model import Evidence, Finding, Fine, Penalty, Text
from tests.findings_support import fines, hit, holds, pack, parameter, rule, run


def test_a_failed_duty_becomes_a_whole_finding():
    (found,) = run(rule(), hit()).findings
    assert found == Finding(
        fingerprint=found.fingerprint,
        rule="phone-off",
        clause="二.6",
        kind="duty",
        outcome="fail",
        severity="minor",
        subject={"employee_id": "FW0012", "employee_name": "张伟", "region": "豫北片区"},
        period=None,
        at="2026-10-13",
        record={"log": "phone_status", "key": "P1013"},
        values={"minutes_off": 57},
        penalty=Penalty(Fine(5000, 5000, 5000), (), "FW0012", "财务部", ()),
        message=Text("张伟 关机 57 分钟", "张伟 off 57 min"),
        title=Text("关机", "phone off"),
        evidence=(Evidence("phone.csv", None, 2, "phone_status", ""),),
    )


def test_nothing_but_the_fail_of_a_duty_is_ever_fined():
    others = ("pass", "pending", "undetermined", "not_checked", "not_applicable", "no_data")
    for outcome in others:
        assert run(rule(), hit(outcome=outcome)).findings[0].penalty is None
    assert run(rule(kind="goal"), hit()).findings[0].penalty is None
    assert run(rule(kind="statistic"), hit()).findings[0].penalty is None


def test_a_duty_without_a_fine_has_an_empty_penalty():
    assert run(rule(penalty=None), hit()).findings[0].penalty == Penalty(None, ())


def test_measures_are_kept_without_a_fine():
    found = run(rule(penalty={"measures": ["transfer_of_post"]}), hit()).findings[0]
    assert found.penalty == Penalty(None, ("transfer_of_post",), "FW0012")


def test_the_order_of_hits_changes_nothing():
    rules = (
        rule(),
        rule("late", clause="二.7", penalty={"fine": {"fixed": 20}, "cap": {"per": "month", "max": 50}}),
    )
    hits = [
        hit(one.id, day=date(2026, 10, day), who=who) for one in rules for day in range(1, 9) for who in "AB"
    ]
    first = run(rules, *hits)
    for seed in range(5):
        random.Random(seed).shuffle(hits)
        assert run(rules, *hits) == first


def test_findings_are_sorted_by_clause_then_subject_then_period_then_record():
    rules = (rule("a", clause="二.7"), rule("b", clause="二.4.d"))
    built = run(
        rules,
        hit("a"),
        hit("b", who="FW2"),
        hit("b", who="FW1", record="P2"),
        hit("b", who="FW1", record="P10"),
    )
    assert [(f.clause, f.subject["employee_id"], f.record["key"]) for f in built.findings] == [
        ("二.4.d", "FW1", "P10"),
        ("二.4.d", "FW1", "P2"),
        ("二.4.d", "FW2", "P1013"),
        ("二.7", "FW0012", "P1013"),
    ]


def test_a_fingerprint_depends_on_subject_and_record_but_not_on_names_regions_rows_or_outcome():
    first = run(rule(), hit()).findings[0].fingerprint
    same = hit(
        subject__employee_name="张维",
        subject__region="新乡",
        evidence=(("phone_status", 0, 99),),
        value__minutes_off=1,
    )
    assert run(rule(), same).findings[0].fingerprint == first
    assert run(rule(), hit(who="FW0013")).findings[0].fingerprint != first
    assert run(rule(), hit(record="P9")).findings[0].fingerprint != first
    assert run(rule(), hit(period="2026-10")).findings[0].fingerprint != first
    assert len(first) == 32


def test_a_record_entered_twice_makes_one_finding_with_both_rows_as_evidence():
    built = run(
        rule(),
        hit(),
        hit(outcome="pass", evidence=(("phone_status", 0, 3),)),
        hit(evidence=(("phone_status", 0, 1),)),
    )
    assert fines(built) == [("2026-10-13", 5000, 5000, 5000)]
    assert [e.row for e in built.findings[0].evidence] == [1, 2, 3]
    assert built.totals["fail"] == 1


def test_records_without_a_key_stay_apart():
    hits = [hit(record=None, evidence=(("phone_status", 0, row),)) for row in (2, 3, 4)]
    built = run(rule(), *hits)
    assert len(built.findings) == len({f.fingerprint for f in built.findings}) == 3
    assert run(rule(), *reversed(hits)) == built


def test_rows_that_are_only_looked_back_at_are_not_reported_or_counted():
    built = run(rule(), hit(day=date(2026, 9, 30), judged=False), hit())
    assert [f.at for f in built.findings] == ["2026-10-13"]
    assert built.totals["fail"] == 1


def test_totals_hold_every_outcome_and_every_rule_is_counted():
    built = run(
        (rule(), rule("silent")), hit(), hit(outcome="pass", record="P2"), hit(outcome="no_data", record=None)
    )
    assert built.totals == {
        "fail": 1, "pending": 0, "undetermined": 0, "no_data": 1, "pass": 1, "not_checked": 0, "not_applicable": 0,
    }  # fmt: skip
    assert built.by_rule == {"phone-off": {"fail": 1, "no_data": 1, "pass": 1}, "silent": {}}


def test_passes_need_not_be_built_to_be_counted():
    from checker.findings import build
    from tests.findings_support import RUN, compiled

    built = build(
        compiled(rule()),
        [hit(), hit(outcome="pass", record="P2")],
        None,
        RUN,
        all_findings=False,
        counts={"phone-off": {"pass": 9}},
    )
    assert [f.outcome for f in built.findings] == ["fail"]
    assert (built.totals["pass"], built.totals["fail"]) == (10, 1)


def test_statistics_stand_apart_and_never_fail():
    built = run(rule(kind="statistic"), hit())
    (table,) = built.statistics
    assert (table.rule, table.clause, table.personal) == ("phone-off", built.findings[0].clause, True)
    assert [dict(zip(table.columns, row, strict=True))["outcome"] for row in table.rows] == [None]
    assert built.totals["not_applicable"] == 1


def test_a_statistic_without_data_is_said_so():
    built = run(rule(kind="statistic"), hit(outcome="no_data"))
    assert [f.outcome for f in built.findings] == ["no_data"]


def test_values_are_written_in_their_units_with_the_offset_of_the_pack():
    columns = {
        "off_at": ("datetime", None),
        "day": ("date", None),
        "share": ("decimal", None),
        "hours": ("duration", "hours"),
        "phone": ("text", None),
        "names": ("list", None),
        "blank": ("int", None),
    }
    found = run(
        rule(message=Text("{off_at} {day} {share} {hours} {phone} {names} [{blank}]")),
        hit(
            due_at=datetime(2026, 10, 17),
            value__off_at=datetime(2026, 10, 13, 12, 5),
            value__day=date(2026, 10, 13),
            value__share=Decimal("95.50"),
            value__hours=5_400_000_000,
            value__phone="13812345678",
            value__names=("a", "b"),
            value__blank=None,
        ),
        columns=columns,
    ).findings[0]
    assert found.values == {
        "due_at": "2026-10-17T00:00:00+08:00",
        "off_at": "2026-10-13T12:05:00+08:00",
        "day": "2026-10-13",
        "share": 95.5,
        "hours": 1.5,
        "phone": "138****5678",
        "names": ["a", "b"],
        "blank": None,
    }
    assert found.message.zh == "2026-10-13 12:05 2026-10-13 95.5 1.5 138****5678 a、b [—]"


def test_a_template_looks_up_names_and_can_do_nothing_else():
    text = Text(
        "{nobody} {employee_id.__class__} {employee_id!r} {minutes_off:>99} {0} {} {limit} {period}",
        "{limit}",
    )
    limit = {"limit": parameter("limit", Duration(30, "minutes"))}
    found = run(rule(message=text, params=limit), hit(period="2026-10")).findings[0]
    assert found.message == Text(
        "{nobody} {employee_id.__class__} {employee_id!r} {minutes_off:>99} {0} {} 30 分钟 2026-10",
        "30 minutes",
    )


def test_a_draft_policy_fines_nothing_and_says_so():
    one = rule()
    built = run(one, hit(), of=pack(one, policy=PolicyDocument(Text("草案"))))
    assert built.findings[0].penalty == Penalty(None, (), "FW0012", "财务部", ("draft-rule",))
    assert [mark.zh[:4] for mark in built.findings[0].marks] == ["草案规则"]


def test_a_rule_on_trial_is_reported_but_never_fined():
    built = run(rule(status="trial"), hit())
    assert (fines(built), holds(built)) == ([None], [("trial",)])


def test_marks_of_the_rule_are_added_where_their_condition_holds():
    marks = ({"when": {}, "text": {"zh": "休息日", "en": "rest day"}}, {"when": {}, "text": {"zh": "夜间"}})
    found = run(rule(marks=marks), hit(mark__0=True, mark__1=False)).findings[0]
    assert found.marks == (Text("休息日", "rest day"),)
