"""Amounts that grow, ladders with a reset, liability by cause, shares, points that add up, rewards."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checker.findings import Built, Waiver, build
from checker.findings.liability import split
from checker.findings.windows import first_counted
from checker.language.pack import Cap, Clause, Pack, Rule, Tally, Unit
from checker.model import Hit, HitBatch, Text
from tests.findings_support import RUN, compiled, fines, hit, holds, pack, parameter, rule, run

COLUMNS: dict[str, Any] = {
    "loss": ("decimal", None),
    "late": ("duration", "minutes"),
    "cause": ("text", None),
}
MINUTE = 60_000_000
DAYS = st.dates(date(2026, 1, 1), date(2026, 12, 31))
few = settings(max_examples=60, deadline=None, derandomize=True)


def fined(fine: dict[str, Any], params: Any = None, **values: Any) -> int | None:
    """Give the fen of one fail under a fine."""
    done = run(rule(penalty={"fine": fine}, params=params or {}), hit(**values), columns=COLUMNS)
    found = fines(done)[0]
    return found[3] if found else None


def late(minutes: Any, **step: Any) -> int | None:
    spec = {"by": "late", "every": "10 minutes", "amount": 20, **step}
    return fined({"step": spec}, value__late=int(Decimal(minutes) * MINUTE))


@pytest.mark.parametrize(
    ("minutes", "fen"), [("0", 0), ("0.1", 2000), ("10", 2000), ("10.1", 4000), ("20", 4000)]
)
def test_a_step_counts_once_it_has_begun(minutes, fen):
    assert late(minutes) == fen


@pytest.mark.parametrize(("minutes", "fen"), [("9.9", 0), ("10", 2000), ("19.9", 2000), ("20", 4000)])
def test_only_full_steps_count_where_the_policy_says_so(minutes, fen):
    assert late(minutes, started=False) == fen


def test_what_is_allowed_is_no_step_and_a_base_is_added_in_any_case():
    assert late("5", over="5 minutes") == 0
    assert late("6", over=5, base=10) == 3000
    assert fined({"step": {"by": "late", "every": 10, "amount": 20}}, value__late=None) is None


def test_a_step_of_no_size_or_of_months_is_no_amount():
    assert late("5", every=0) is None
    assert late("5", every="1 month") is None


def test_a_percentage_stays_between_its_least_and_its_most():
    percent = {"percent": {"of": "loss", "rate": 3, "min": 5, "max": 500}}
    told = [fined(percent, value__loss=Decimal(loss)) for loss in ("1", "333.5", "99999")]
    assert told == [500, 1001, 50000]
    assert fined(percent, value__loss=Decimal("-1")) is None
    assert fined(percent, value__loss=None) is None


def test_a_rate_is_the_one_of_the_day():
    percent = {"percent": {"of": "loss", "rate": "$rate"}}
    assert fined(percent, {"rate": parameter("rate", Decimal("2.5"))}, value__loss=Decimal(100)) == 250
    assert fined(percent, {"rate": parameter("rate", None)}, value__loss=Decimal(100)) is None


MARGINAL = {
    "marginal": {
        "by": "loss",
        "table": [{"up_to": 1000, "rate": 10}, {"up_to": 5000, "each": 1}, {"rate": 2}],
    }
}


@pytest.mark.parametrize(("loss", "fen"), [("0", 0), ("1000", 10000), ("1000.5", 10050), ("6000", 412000)])
def test_marginal_bands_charge_every_part_at_its_own_rate(loss, fen):
    assert fined(MARGINAL, value__loss=Decimal(loss)) == fen


def test_whole_bands_may_charge_a_rate_of_the_whole_value():
    bands = {
        "bands": {
            "by": "loss",
            "table": [{"up_to": 100, "fine": 5}, {"up_to": 1000, "rate": 10}, {"each": 2}],
        }
    }
    assert [fined(bands, value__loss=Decimal(x)) for x in (100, 101, 1001)] == [500, 1010, 200200]


def test_bands_over_a_length_of_time_count_in_the_unit_of_the_field():
    bands = {
        "bands": {
            "by": "late",
            "table": [{"up_to": 30, "fine": 5}, {"up_to": "1 hour", "fine": 9}, {"fine": 20}],
        }
    }
    assert [fined(bands, value__late=x * MINUTE) for x in (30, 31, 60, 61)] == [500, 900, 900, 2000]


@few
@given(st.integers(0, 10_000), st.integers(0, 10_000), st.integers(1, 500), st.booleans())
def test_more_is_never_cheaper(one, other, every, started):
    small, big = sorted((one, other))
    step = {"step": {"by": "late", "every": every, "amount": 7, "started": started}}
    for form, name, factor in ((step, "value__late", MINUTE), (MARGINAL, "value__loss", Decimal(1))):
        low, high = (fined(form, **{name: value * factor}) for value in (small, big))
        assert low is not None and high is not None and low <= high


@few
@given(st.integers(0, 10**9), st.lists(st.integers(0, 10**6), min_size=1, max_size=9).filter(any))
def test_shares_add_up_to_the_fen_and_are_within_one_of_what_is_due(amount, weights):
    shares = split(amount, weights)
    due = [amount * weight / sum(weights) for weight in weights]
    assert sum(shares) == amount
    assert all(abs(share - exact) < 1 + 1e-6 * amount for share, exact in zip(shares, due, strict=True))
    assert all(share == 0 for share, weight in zip(shares, weights, strict=True) if weight == 0)


SHARED = {"fine": {"fixed": 100}, "share": {"among": ["worker", "foreman", "boss"], "percent": [50, 30, 20]}}


def shares(built: Built) -> list[list[tuple[str, int]]]:
    return [
        [(s.liable, s.fine.proposed) for s in one.penalty.shares] for one in built.findings if one.penalty
    ]


def test_a_shared_fine_is_one_finding_with_a_part_for_each():
    one = run(rule(penalty=SHARED), hit(liable__worker="A", liable__foreman="B", liable__boss="A"))
    assert (shares(one), fines(one), holds(one)) == (
        [[("A", 7000), ("B", 3000)]],
        [("2026-10-13", 10000, 10000, 10000)],
        [()],
    )


def test_nobody_shares_where_one_of_them_is_not_known():
    one = run(rule(penalty=SHARED), hit(liable__worker="A", liable__foreman=None, liable__boss="C"))
    assert (shares(one), fines(one), holds(one)) == ([[]], [None], [("unassigned",)])


def test_percentages_that_do_not_fit_the_people_are_no_amount():
    wrong = {**SHARED, "share": {"among": ["crew"], "percent": [50, 50]}}
    one = run(rule(penalty=wrong), hit(liable__crew=("A", "B", "C")))
    assert (shares(one), fines(one), holds(one)) == ([[]], [None], [("amount-unknown",)])


def test_each_part_is_under_the_cap_of_its_own_person():
    capped = {
        "fine": {"fixed": 100},
        "share": {"among": ["crew"]},
        "cap": {"per": "month", "max": 60, "each": 90},
    }
    first = hit(day=date(2026, 10, 1), liable__crew=("A", "B"))
    second = hit(day=date(2026, 10, 2), liable__crew=("A", "C"))
    other = hit(day=date(2026, 11, 1), liable__crew=("A",))
    done = run(rule(penalty=capped), other, second, first)
    assert shares(done) == [[("A", 4500), ("B", 4500)], [("A", 1500), ("C", 4500)], [("A", 6000)]]
    assert [one and one[3] for one in fines(done)] == [9000, 6000, 6000]


CAUSE = {"fine": {"fixed": 20}, "from_cause": {"by": "cause", "table": {"人": "worker", "机": "nobody"}}}


@pytest.mark.parametrize(
    ("cause", "liable", "fen", "held"),
    [
        ("人", "A", 2000, ()),
        ("机", None, None, ("nobody-liable",)),
        (None, None, None, ("cause-unknown",)),
        ("天", None, None, ("cause-unknown",)),
    ],
)
def test_the_cause_says_who_is_liable_and_an_unknown_one_nobody(cause, liable, fen, held):
    done = run(rule(penalty=CAUSE), hit(value__cause=cause, liable__worker="A"), columns=COLUMNS)
    [one] = done.findings
    assert one.penalty is not None
    assert (one.penalty.liable, one.penalty.fine and one.penalty.fine.min, one.penalty.holds) == (
        liable,
        fen,
        held,
    )


def test_what_nobody_is_liable_for_makes_no_later_fine_dearer():
    dear = {**CAUSE, "escalation": {"within": "1 year", "steps": [{"nth": 2, "fine": {"fixed": 90}}]}}
    some = [
        hit(day=date(2026, 10, day), value__cause=cause, liable__worker="FW0012")
        for day, cause in ((1, "人"), (2, "机"), (3, None), (4, "人"))
    ]
    assert [f and f[3] for f in fines(run(rule(penalty=dear), *some, columns=COLUMNS))] == [
        2000,
        None,
        None,
        9000,
    ]


def nth(reset: dict[str, Any], *days: date, **window: Any) -> list[tuple[Any, tuple[str, ...]]]:
    steps = [
        {"nth": 1, "measures": ["warning"]},
        {"nth": 2, "fine": {"fixed": 50}},
        {"from": 3, "fine": {"fixed": 200}},
    ]
    ladder = {"escalation": {"reset": reset, "steps": steps, **window}}
    done = run(rule(penalty=ladder), *(hit(day=day) for day in days))
    return [
        (f and f[3], one.penalty.measures)
        for f, one in zip(fines(done), done.findings, strict=True)
        if one.penalty
    ]


def test_a_ladder_warns_first_and_starts_anew_after_clean_months():
    days = [date(2026, 1, 5), date(2026, 3, 5), date(2026, 4, 5), date(2026, 10, 5), date(2026, 10, 6)]
    told = [(None, ("warning",)), (5000, ()), (20000, ()), (None, ("warning",)), (5000, ())]
    assert nth({"after": "6 months"}, *days) == told


def test_a_ladder_starts_anew_with_the_year():
    days = [date(2025, 12, 31), date(2026, 1, 1), date(2026, 12, 30)]
    assert [measures for _, measures in nth({"every": "year"}, *days)] == [("warning",), (), ("warning",)]


@few
@given(st.lists(DAYS, min_size=1, max_size=12, unique=True), st.integers(1, 12))
def test_a_window_and_a_reset_only_ever_shorten_what_is_remembered(days, months):
    days = sorted(days)
    alone = first_counted(days, f"{months} months", {})
    both = first_counted(days, f"{months} months", {"after": "2 months", "every": "quarter"})
    assert 0 <= alone <= both < len(days)
    assert all(day > days[-1] - timedelta(days=31 * months + 1) for day in days[alone:])


# Tallies.

TALLY = Tally(
    "points",
    Text("记分"),
    "二.7",
    "point",
    ({"at": 6, "measures": ["training"]}, {"at": 12, "measures": ["suspension"], "fine": {"fixed": 300}}),
    Text("{total}/{threshold}"),
    within="3 months",
)
POINTED = {"units": {"point": {"fixed": 3}}}


def tallied(
    *hits: Hit, tally: Tally = TALLY, rules: tuple[Rule, ...] = (), waivers: tuple[Waiver, ...] = ()
) -> Built:
    some = rules or (rule(penalty=POINTED),)
    units = {"point": Unit("point", Text("分"))}
    of: Pack = replace(pack(*some), units=units, tallies={tally.id: tally})
    of = replace(of, clauses={**of.clauses, "二.7": Clause("二.7", "automated")})
    return build(compiled(*some, of=of), hits, None, RUN, waivers)


def trips(built: Built) -> list[tuple[Any, ...]]:
    return [
        (one.at, one.outcome, one.values["threshold"], one.values["total"])
        for one in built.findings
        if one.kind == "tally"
    ]


def october(day: int, **more: Any) -> Hit:
    return hit(day=date(2026, 10, day), **more)


def test_a_threshold_trips_once_and_is_proved_by_all_that_added_up():
    done = tallied(*(october(day, evidence=(("phone_status", 0, day),)) for day in (1, 2, 3, 4, 5)))
    assert trips(done) == [("2026-10-02", "fail", 6, 6), ("2026-10-04", "fail", 12, 12)]
    first, second = [one for one in done.findings if one.kind == "tally"]
    assert [row.row for row in second.evidence] == [1, 2, 3, 4]
    others = [one.fingerprint for one in done.findings if one.kind == "duty"]
    assert second.values["findings"] == others[:4]
    assert first.penalty is not None and second.penalty is not None
    assert (first.penalty.measures, first.penalty.liable, first.penalty.fine) == (
        ("training",),
        "FW0012",
        None,
    )
    assert (second.penalty.fine.proposed if second.penalty.fine else None, second.message.zh) == (
        30000,
        "12/12",
    )
    assert done.by_rule["points"] == {"fail": 2}


def test_what_was_waived_or_is_on_trial_or_has_nobody_adds_nothing():
    trial = rule("trial", status="trial", penalty=POINTED)
    nobody = rule("nobody", penalty={**POINTED, "from": "keeper"})
    hits = [october(1), october(2, rule_id="trial"), october(3, rule_id="nobody", liable=None)]
    assert trips(tallied(*hits, rules=(rule(penalty=POINTED), trial, nobody))) == []


def test_points_that_are_too_old_let_a_threshold_trip_again():
    old = [hit(day=date(2026, 7, day), judged=False) for day in (2, 3)]
    assert trips(tallied(*old, october(1))) == []
    assert trips(tallied(*old, october(2))) == [("2026-10-02", "fail", 6, 6)]


def test_a_step_that_clears_starts_the_sum_anew():
    clears = replace(TALLY, steps=({"at": 6, "measures": ["training"], "clears": True},))
    done = tallied(*(october(day) for day in (1, 2, 3, 4, 5)), tally=clears)
    assert trips(done) == [("2026-10-02", "fail", 6, 6), ("2026-10-04", "fail", 6, 6)]


def test_what_may_be_a_fail_leaves_a_threshold_undetermined():
    done = tallied(october(1), october(2, outcome="undetermined"), october(3))
    assert trips(done) == [("2026-10-02", "undetermined", 6, 3), ("2026-10-03", "fail", 6, 6)]
    [doubt] = [one for one in done.findings if one.kind == "tally" and one.outcome == "undetermined"]
    assert doubt.penalty is None


def test_an_amount_that_cannot_be_told_leaves_every_threshold_undetermined():
    graded = rule(penalty={"units": {"point": {"graded": {"by": "level", "table": {"重": 3}}}}})
    done = tallied(october(1, value__level="重"), october(2, value__level=None), rules=(graded,))
    assert trips(done) == [("2026-10-02", "undetermined", 6, 3), ("2026-10-02", "undetermined", 12, 3)]


def test_a_threshold_is_held_back_by_what_holds_back_its_fails():
    params = {"limit": parameter("limit", 30, assumed=True)}
    some = (rule(penalty=POINTED, params=params),)
    of = replace(pack(*some), units={"point": Unit("point", Text("分"))}, tallies={"points": TALLY})
    done = build(compiled(*some, of=of, uses=("limit",)), [october(1), october(2)], None, RUN)
    assert [one.penalty.holds for one in done.findings if one.kind == "tally" and one.penalty] == [
        ("assumed:limit",)
    ]


@few
@given(st.lists(st.tuples(DAYS, st.sampled_from(["A", "B"])), max_size=14, unique=True), st.randoms())
def test_thresholds_trip_once_whatever_the_order_of_rows_and_months(events, random):
    hits = [hit(day=day, who=who) for day, who in events]
    whole = tallied(*hits)
    random.shuffle(hits)
    assert tallied(*hits) == whole
    months = [tallied(*(judged_in(one, month) for one in hits)) for month in range(1, 13)]
    assert sorted(
        tally_of(one) for built in months for one in built.findings if one.kind == "tally"
    ) == sorted(tally_of(one) for one in whole.findings if one.kind == "tally")
    for who in ("A", "B"):
        for threshold in (6, 12):
            mine = [
                one for one in whole.findings if one.subject["employee_id"] == who and one.kind == "tally"
            ]
            days = [date.fromisoformat(one.at or "") for one in mine if one.values["threshold"] == threshold]
            assert all(first < second for first, second in pairwise(sorted(days)))


def judged_in(one: Hit, month: int) -> Hit:
    """Give a hit as the run of one month sees it: earlier ones are only remembered, later ones not yet there."""
    day = one.values["at"]
    assert isinstance(day, date)
    outcome = one.outcome if day.month <= month else "pass"
    return Hit(one.rule, outcome, {**one.values, "judged": day.month == month}, one.evidence)


def tally_of(one: Any) -> tuple[Any, ...]:
    return (one.fingerprint, one.at, one.values["threshold"], one.values["total"], one.values["findings"])


# Rewards.

MERIT = {"kind": "merit", "penalty": None, "reward": {"credit": {"fixed": 200}, "by": "财务部"}}


def test_a_merit_that_is_met_proposes_a_credit_and_one_that_is_not_fails_nobody():
    done = run(rule(**MERIT), october(1, outcome="pass"), october(2), october(3, outcome="undetermined"))
    told = [
        (one.outcome, one.penalty, one.reward and one.reward.credit and one.reward.credit.proposed)
        for one in done.findings
    ]
    assert told == [("pass", None, 20000), ("not_applicable", None, None), ("undetermined", None, None)]


def test_a_reward_of_a_draft_has_no_amount():
    some = (rule(status="trial", **MERIT),)
    [one] = run(some, october(1, outcome="pass")).findings
    assert one.reward is not None
    assert (one.reward.credit, one.reward.holds) == (None, ("trial",))


def test_a_reward_without_all_findings_is_still_there():
    some = compiled(rule(**MERIT))
    hits = [october(1, outcome="pass"), october(2)]
    both = HitBatch("phone-off", [one.outcome for one in hits], {}, hits.__getitem__)
    done = build(some, [], None, RUN, all_findings=False, listed=[both])
    assert [(one.outcome, one.reward is not None) for one in done.findings] == [("pass", True)]
    assert done.by_rule["phone-off"] == {"pass": 1, "not_applicable": 1}


def test_a_cap_that_is_not_set_leaves_the_amount_unknown():
    capped = {"fine": {"fixed": 100}, "cap": {"per": "month", "max": "$most"}}
    done = run(rule(penalty=capped, params={"most": parameter("most", None)}), october(1))
    assert (fines(done), holds(done)) == ([None], [("amount-unknown",)])


def test_a_cap_over_several_rules_counts_them_together_in_order_of_time():
    one, two = rule("one", penalty={"fine": {"fixed": 50}}), rule("two", penalty={"fine": {"fixed": 70}})
    of = replace(pack(one, two), caps={"all": Cap("all", "month", 100)})
    hits = [october(9, rule_id="one"), october(2, rule_id="two"), hit("one", day=date(2026, 11, 1))]
    done = build(compiled(one, two, of=of), hits, None, RUN)
    told = {one.at: one.penalty and one.penalty.fine and one.penalty.fine.proposed for one in done.findings}
    assert told == {"2026-10-02": 7000, "2026-10-09": 3000, "2026-11-01": 5000}


def test_a_cap_over_several_rules_leaves_the_others_alone_and_is_never_guessed():
    one, two = rule("one", penalty={"fine": {"fixed": 50}}), rule("two", penalty={"fine": {"fixed": 70}})
    of = replace(pack(one, two), caps={"some": Cap("some", "year", "$unset", ("two",))})
    done = build(compiled(one, two, of=of), [october(1, rule_id="one"), october(2, rule_id="two")], None, RUN)
    assert (fines(done), holds(done)) == ([("2026-10-01", 5000, 5000, 5000), None], [(), ("amount-unknown",)])
