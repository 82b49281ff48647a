"""Fails that stand alone are settled once for all of their like, and no finding differs from the long way."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checker.findings import Built, Waiver, build, standing
from checker.findings.frames import frame
from checker.language.adding import Cap
from checker.language.pack import Parameter, PolicyDocument
from checker.model import Hit, Text
from tests.findings_support import RUN, compiled, hit, pack, parameter, rule

OLD, NEW = date(2026, 10, 1), date(2026, 10, 15)
RAISED = Parameter("much", ((date(2026, 1, 1), 20), (NEW, Decimal("30.5"))))
UNSET, OFF = parameter("much", None), parameter("on", False)


def told(
    rules: Any, hits: list[Hit], waived: tuple[Waiver, ...] = (), policy: PolicyDocument | None = None
) -> Built:
    of = pack(*rules) if policy is None else replace(pack(*rules), policy=policy)
    return build(compiled(*rules, of=of), hits, None, RUN, waived)


def the_long_way(rules: Any, hits: list[Hit], **more: Any) -> Built:
    with patch.object(standing, "stands_alone", lambda frame: False):
        return told(rules, hits, **more)


RULES = st.fixed_dictionaries(
    {
        "penalty": st.sampled_from(
            [
                None,
                {"fine": {"fixed": 50}, "by": "财务部"},
                {"fine": {"fixed": "$much"}, "measures": ["通报"]},
                {"fine": {"fixed": 10}, "enabled": "$on"},
                {"fine": {"fixed": 10}, "enabled": False},
                {"measures": ["通报", "约谈"], "from": "owner"},
                {"fine": {"fixed": 20}, "cap": {"per": "month", "max": 30}},
                {"fine": {"fixed": 20}, "escalation": {"steps": [{"from": 2, "fine": {"fixed": 90}}]}},
                {"fine": {"range": {"min": 10, "max": 50, "propose": 20}}},
            ]
        ),
        "status": st.sampled_from(["active", "trial"]),
        "params": st.sampled_from(
            [{"much": RAISED, "on": OFF}, {"much": UNSET, "on": parameter("on", True)}]
        ),
    }
)
HIT = st.fixed_dictionaries(
    {
        "rule_id": st.sampled_from(["one", "two"]),
        "outcome": st.sampled_from(["fail", "fail", "fail", "undetermined", "pass"]),
        "day": st.sampled_from([OLD, date(2026, 10, 14), NEW]),
        "who": st.sampled_from(["FW0012", "FW0013", ""]),
        "record": st.integers(1, 6).map(str),
        "no_deduction": st.sampled_from([True, False, None]),
        "liable": st.sampled_from([None, "FW0013"]),
        "judged": st.booleans(),
    }
)
WAIVABLE = {"by": ["经理"], "keys": ["employee_id"], "max_days": 90}
WAIVER = Waiver("one", {"employee_id": "FW0012"}, "核实", "经理", date(2026, 10, 20), date(2026, 12, 31))


@given(RULES, RULES, st.lists(HIT, max_size=8), st.booleans(), st.booleans())
def test_what_stands_alone_is_settled_as_everything_else(one, two, raw, waived, approved):
    rules = [rule("one", **one, waivable=WAIVABLE), rule("two", **two, waivable=WAIVABLE)]
    more: dict[str, Any] = {"waived": (WAIVER,) if waived else ()}
    if not approved:
        more["policy"] = PolicyDocument(Text("制度"))
    hits = [hit(**some) for some in raw]
    assert told(rules, hits, **more) == the_long_way(rules, hits, **more)


def test_a_number_of_a_new_version_is_not_that_of_the_fail_before():
    some = [rule("one", penalty={"fine": {"fixed": "$much"}}, params={"much": RAISED})]
    done = told(some, [hit("one", day=OLD), hit("one", day=NEW)])
    assert [one.penalty.fine.proposed for one in done.findings] == [2000, 3050]


def test_who_is_liable_waived_or_spared_is_told_apart():
    hits = [
        hit(record="1", who=""),
        hit(record="2"),
        hit(record="3", who="FW0013"),
        hit(record="4", no_deduction=True),
    ]
    some = [rule("one", waivable=WAIVABLE, penalty={"fine": {"fixed": 50}})]
    done = told(some, [replace(one, rule="one") for one in hits], (WAIVER,))
    assert [one.penalty.holds for one in done.findings] == [
        ("unassigned",),
        ("waived",),
        ("no-deduction", "waived"),
        (),
    ]
    assert [one.penalty.liable for one in done.findings] == [None, "FW0012", "FW0012", "FW0013"]


def test_fails_of_one_rule_share_what_they_have_in_common_and_no_list():
    done = told([rule()], [hit(record=str(at), who=f"FW{at % 2}") for at in range(4)])
    assert [one.penalty.liable for one in done.findings] == ["FW0", "FW0", "FW1", "FW1"]
    assert done.findings[0].penalty is done.findings[1].penalty


@pytest.mark.parametrize(
    ("changes", "alone"),
    [
        ({}, True),
        ({"penalty": None}, True),
        ({"penalty": {"measures": ["通报"], "from_duty": "值班"}}, True),
        ({"penalty": {"fine": {"fixed": 1}, "cap": {"each": 5}}}, False),
        ({"penalty": {"fine": {"fixed": 1}, "units": {"points": {"fixed": 1}}}}, False),
        ({"penalty": {"fine": {"fixed": 1}, "share": {"among": ["a"]}}}, False),
        ({"penalty": {"fine": {"formula": "1"}}}, False),
        ({"overlaps": "blank"}, False),
        ({"kind": "merit", "penalty": None, "reward": {"credit": {"fixed": 1}}}, False),
        ({"kind": "goal", "penalty": None}, False),
    ],
)
def test_only_a_fixed_amount_without_anything_beside_it_stands_alone(changes, alone):
    some = compiled(rule("one", **changes))
    assert standing.stands_alone(frame(some, "one")) is alone


def test_a_cap_over_several_rules_lets_none_of_them_stand_alone():
    of = replace(pack(rule("one"), rule("two")), caps={"all": Cap("all", "month", 100, ("one",))})
    some = compiled(rule("one"), rule("two"), of=of)
    assert [standing.stands_alone(frame(some, name)) for name in ("one", "two")] == [False, True]
