"""Rules over people and regions by periods that ask for at least one row: most of those are settled by bits."""

from __future__ import annotations

import os
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checker.database import Database, connect
from checker.engines.duckdb import DuckDBEngine
from checker.engines.job import Job
from tests.properties.rules import BASE, A, P, measure
from tests.properties.test_engines_agree import cases, same, same_of_all

CASES = int(os.environ.get("CHECKER_CASES", "2000")) // 2
Raw = dict[str, Any]
maybe = st.booleans()
BY = {"week": {"day": "friday"}, "month": {"workday": 2, "of": "next"}, "workday": {"time": "18:00"}}


@pytest.fixture(scope="module")
def db() -> Any:
    with connect(threads=1) as one:
        yield one


@st.composite
def filed(draw: st.DrawFn) -> Raw:
    every = draw(st.sampled_from(sorted(BY)))
    check: Raw = {"log": "answers", "per": "person", "every": every, "by": {**BY[every], "shift": "none"}}
    check["leave"] = draw(st.sampled_from(["first_day_back", "still_due", "waive"]))
    if every == "month" and draw(maybe):
        check["period"] = "month"
    if draw(maybe):
        check["where"] = draw(A)
    if draw(maybe):
        check["only_if"] = {"log": "cases", "at": "day"}
    return {"due": check}


@st.composite
def owned(draw: st.DrawFn) -> Raw:
    check: Raw = {"log": "staff", "per": "region", "every": draw(st.sampled_from(["day", "week"]))}
    check |= {"take": "count", "at_least": 1, "during": {"from": "from", "to": "to"}}
    return {"aggregate": {**check, **({"where": {"post": {"is": "甲"}}} if draw(maybe) else {})}}


@st.composite
def counted(draw: st.DrawFn) -> Raw:
    check: Raw = {"log": "cases", "at": "day", "take": "count", "at_least": 1}
    check["per"] = draw(st.sampled_from(["person", "region"]))
    check["every"] = draw(st.sampled_from(["day", "week", "month"]))
    return {"aggregate": {**check, **({"where": draw(P)} if draw(maybe) else {})}}


@st.composite
def grids(draw: st.DrawFn) -> Raw:
    rule = {**BASE, "check": draw(st.one_of(filed(), owned(), counted())), "params": {}}
    return {**rule, **({"penalty": {"fine": {"fixed": 20}}} if draw(maybe) else {})}


@pytest.mark.slow
@cases(CASES)
@given(grids(), st.integers(0, 2**32))
def test_what_bits_settle_is_what_the_reference_gives(db: Database, rule: Raw, seed: int) -> None:
    same(db, DuckDBEngine(few=0, many=0), rule, seed, False)


@st.composite
def statistics(draw: st.DrawFn) -> list[Raw]:
    """Give several statistics, most of them over one grid."""
    found = []
    base = draw(measure())
    for number in range(draw(st.integers(2, 4))):
        check = {
            **draw(measure()),
            **({k: base[k] for k in ("per", "every")} if draw(st.integers(0, 4)) else {}),
        }
        if draw(maybe):
            check = {
                k: v for k, v in check.items() if k not in ("at_least", "at_most", "more_than", "less_than")
            }
        rule = {**BASE, "id": f"r{number}", "kind": "statistic", "check": {"aggregate": check}, "params": {}}
        if check["per"] == "person" and draw(maybe):
            rule["applies_to"] = {"post": {"is": "甲"}}
        found.append(rule)
    return found


@pytest.mark.slow
@pytest.mark.parametrize("many", [0, 1000])
@cases(CASES)
@given(statistics(), st.integers(0, 2**32))
def test_statistics_asked_together_are_what_the_reference_gives(
    db: Database, many: int, rules: list[Raw], seed: int
) -> None:
    same_of_all(db, DuckDBEngine(few=0, many=many), rules, seed)


def test_grids_are_settled_both_ways(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else the test above would say nothing: some grids leave few to be judged, others too many."""
    found = set[bool]()
    plain = Job._settled

    def watched(self: Job, *args: Any) -> bool:
        told = plain(self, *args)
        found.add(told)
        return told

    monkeypatch.setattr(Job, "_settled", watched)
    for seed in range(40):
        check = {
            "aggregate": {"log": "staff", "per": "region", "every": "day", "take": "count", "at_least": 1}
        }
        check["aggregate"]["during"] = {"from": "from", "to": "to"}
        same(db, DuckDBEngine(few=0, many=0), {**BASE, "check": check, "params": {}}, seed, False)
    assert found == {True, False}
