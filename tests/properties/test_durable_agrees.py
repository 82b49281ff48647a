"""The second opinion gives the same hits as the reference on random logs and random rules of every kind."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checker.database import Database, connect
from checker.engines.durable.engine import DurableEngine
from checker.engines.durable.network import Network
from tests.properties.rules import rules
from tests.properties.test_engines_agree import cases, same

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
@cases(CASES)
@given(rules(), st.integers(0, 2**32), st.booleans())
def test_the_second_opinion_equals_the_reference(
    db: Database, network: Network, rule: dict[str, Any], seed: int, every: bool
) -> None:
    same(db, DurableEngine(network), rule, seed, every)
