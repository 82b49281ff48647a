"""The two-valued formulas of three-valued conditions hold exactly in their states, and by one alternative only."""

from __future__ import annotations

from itertools import product
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from checker.engines.durable.conditions import opened
from checker.engines.durable.settle import Conds
from checker.engines.durable.states import All, F, Formula, Is, N, T, all_of
from checker.plan.evaluate import evaluate
from checker.plan.nodes import Call, Col, Expr, Lit

NAMES = ("a", "b", "c", "d")
STATE = {True: T, False: F, None: N}


def call(fn: str, *args: Expr) -> Expr:
    return Call(fn, args, "bool")


LEAVES = st.one_of(
    st.sampled_from([Col(name, "bool") for name in NAMES]),
    st.sampled_from([Lit(v, "bool") for v in (True, False, None)]),
)
CONDITIONS = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.builds(
            lambda fn, args: call(fn, *args),
            st.sampled_from(["and", "or", "coalesce"]),
            st.lists(inner, min_size=1, max_size=4),
        ),
        st.builds(call, st.sampled_from(["not", "is_true", "is_false", "is_null"]), inner),
        st.builds(lambda *args: call("if", *args), inner, inner, inner),
    ),
    max_leaves=8,
)


def holds(formula: Formula, row: dict[str, Any]) -> int:
    """Give by how many ways a formula holds."""
    if isinstance(formula, Is):
        return int(bool(formula.states & STATE[evaluate(formula.cond.expr, row)]))
    ways = [holds(part, row) for part in formula.parts]
    if not isinstance(formula, All):
        return sum(ways)
    product_of = 1
    for way in ways:
        product_of *= way
    return product_of


@settings(max_examples=300, deadline=None, derandomize=True)
@given(CONDITIONS, st.integers(1, 7), CONDITIONS, st.integers(1, 7))
def test_a_formula_holds_once_exactly_where_its_conditions_are_in_their_states(one, states, two, more):
    conds = Conds()
    formula = opened(all_of([Is(conds.of(one), states), Is(conds.of(two), more)]), {})
    for values in product((True, False, None), repeat=len(NAMES)):
        row = dict(zip(NAMES, values, strict=True))
        right = bool(states & STATE[evaluate(one, row)]) and bool(more & STATE[evaluate(two, row)])
        assert holds(formula, row) == int(right)
