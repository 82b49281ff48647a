"""Spark gives the same findings as the reference and the default engine; one session serves the whole module."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from checker import facts
from checker.calendar import parse_period
from checker.database import connect
from checker.engines.reference import ReferenceEngine
from checker.engines.spark import session as door
from checker.engines.spark.engine import SparkEngine
from checker.language.compile import compile_pack
from checker.language.schedule import RunSpec
from tests.properties.rules import rules
from tests.properties.test_engines_agree import seen
from tests.properties.worlds import fill, pack_with, world_of

pytestmark = [pytest.mark.spark, pytest.mark.slow]
ROOT = Path(__file__).parents[1]
WORLDS, RULES = 20, 10


@pytest.fixture(scope="module")
def spark() -> Any:
    fault = door.missing()
    if fault is not None and not os.environ.get("CHECKER_REQUIRE_SPARK"):
        pytest.skip(f"{fault}; set CHECKER_REQUIRE_SPARK to make this a failure")
    session = door.Session("local[2]", little=True)
    yield session
    session.close()


def drawn(number: int) -> list[dict[str, Any]]:
    """Give random rules, the same at every run."""
    found: list[dict[str, Any]] = []

    @settings(max_examples=number, database=None, derandomize=True, phases=[Phase.generate], suppress_health_check=list(HealthCheck), deadline=None)
    @given(rules())
    def draw(rule: dict[str, Any]) -> None:
        found.append(rule)

    draw()
    return found


@pytest.fixture(scope="module")
def many_rules() -> list[dict[str, Any]]:
    found = drawn(WORLDS * RULES)
    Random(7).shuffle(found)
    return [{**rule, "id": f"r{i}"} for i, rule in enumerate(found)]


@pytest.mark.parametrize("world", range(WORLDS))
def test_spark_equals_the_reference_on_random_rules_and_logs(spark, many_rules, world):
    pack = pack_with(many_rules[world * RULES : (world + 1) * RULES])
    with connect(threads=1) as db:
        tables = fill(db, pack, world_of(world))
        spec = RunSpec(parse_period("2026-10"), datetime(2026, 11, 3), facts.work_calendar(pack, tables), facts.leave_spans(pack, tables))
        plan = compile_pack(pack, spec).plan
        every = world % 2 == 0
        expected, actual = ReferenceEngine().run(plan, tables, every), SparkEngine("local[2]").run(plan, tables, every)
    for rule in plan.rules:
        assert [h for h in seen(actual) if h[0] == rule.rule] == [h for h in seen(expected) if h[0] == rule.rule], rule
    assert actual.counts == expected.counts
