"""The second opinion gives the same hits as the default engine on random logs and random rules of every kind."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from checker import facts
from checker.calendar import parse_period
from checker.database import Database, connect
from checker.engines.duckdb import DuckDBEngine
from checker.engines.durable.engine import DurableEngine
from checker.engines.durable.network import Network
from checker.language.compile import compile_pack
from checker.language.schedule import RunSpec
from tests.properties.rules import rules
from tests.properties.test_engines_agree import seen
from tests.properties.worlds import fill, pack_with, world_of

pytest.importorskip("durable_rules_engine", reason="the extra [durable] is not installed")
CASES = min(1000, int(os.environ.get("CHECKER_CASES", "1000")))


@pytest.fixture(scope="module")
def db() -> Iterator[Database]:
    with connect(threads=1) as one:
        one.expect_little()
        yield one


@pytest.fixture(scope="module")
def network() -> Iterator[Network]:
    with Network() as one:
        yield one


@pytest.mark.slow
@settings(max_examples=CASES, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(rules(), st.integers(0, 2**32), st.booleans())
def test_the_second_opinion_equals_the_default_engine(
    db: Database, network: Network, rule: dict[str, Any], seed: int, every: bool
) -> None:
    pack = pack_with([rule])
    tables = fill(db, pack, world_of(seed))
    spec = RunSpec(
        parse_period("2026-10"),
        datetime(2026, 11, 3),
        facts.work_calendar(pack, tables),
        facts.leave_spans(pack, tables),
    )
    plan = compile_pack(pack, spec).plan
    expected = DuckDBEngine().run(plan, tables, every).taken()
    actual = DurableEngine(network).run(plan, tables, every).taken()
    assert seen(actual) == seen(expected)
    assert actual.counts == expected.counts
