"""A rule that lint says can never fire never gives a fail, one that always fires never a pass, on random logs."""

from __future__ import annotations

import os
from collections import Counter
from datetime import datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from checker import facts
from checker.calendar import parse_period
from checker.database import Database, connect
from checker.engines.reference import ReferenceEngine
from checker.language.compile import compile_pack
from checker.language.lint_firing import conditions_make_sense
from checker.language.schedule import RunSpec
from tests.properties.rules import BASE, P, Raw
from tests.properties.worlds import fill, pack_with, world_of

CASES = int(os.environ.get("CHECKER_CASES", "2000"))
WORLDS = 6


@pytest.fixture(scope="module")
def db() -> Any:
    with connect(threads=1) as one:
        yield one


@st.composite
def suspicious(draw: st.DrawFn) -> Raw:
    """Give a rule whose `require` has much to do with its `where`."""
    one, other = draw(P), draw(P)
    where = draw(st.sampled_from([one, {"all_of": [one, other]}, {"all_of": [one, {"not": other}]}]))
    require = draw(
        st.sampled_from(
            [one, {"not": one}, other, {"any_of": [one, other]}, {"all_of": [other, {"not": one}]}]
        )
    )
    check: Raw = {"log": "cases", "where": where, "require": require}
    if draw(st.booleans()):
        check["at"] = "day"
    rule: Raw = {**BASE, "check": {"each": check}}
    if draw(st.booleans()):
        rule["effective"] = {"from": draw(st.sampled_from(["2026-09-28", "2026-10-08"])), "to": "2026-11-10"}
    return rule


def outcomes(db: Database, rule: Raw, world: int) -> set[str]:
    pack = pack_with([rule])
    tables = fill(db, pack, world_of(world))
    spec = RunSpec(
        parse_period("2026-10"),
        datetime(2026, 11, 3),
        facts.work_calendar(pack, tables),
        facts.leave_spans(pack, tables),
    )
    result = ReferenceEngine().run(compile_pack(pack, spec).plan, tables, True).taken()
    return {hit.outcome for hit in result.hits}


REFUTED_BY = {"rule-never-fires": "fail", "rule-always-fires": "pass", "condition-never-true": "fail"}


def test_never_is_never_and_always_is_always(db: Database) -> None:
    said: Counter[str] = Counter()

    @settings(
        max_examples=CASES // 5, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True
    )
    @given(suspicious(), st.integers(0, 2**32))
    def claims_hold(rule: Raw, seed: int) -> None:
        claims = {one.code for one in conditions_make_sense(pack_with([rule]), None)}
        said.update(claims or {"nothing"})
        for world in range(seed, seed + WORLDS) if claims else ():
            assert {REFUTED_BY[one] for one in claims}.isdisjoint(outcomes(db, rule, world))

    claims_hold()
    assert {*REFUTED_BY, "nothing"} <= set(said)
