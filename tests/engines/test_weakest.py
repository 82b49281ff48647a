"""The weakest of many conditions keeps whatever any of them keeps."""

from __future__ import annotations

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from checker.engines.weakest import weakest
from checker.plan.build import add_days, and_, compare, lit, not_, or_
from checker.plan.evaluate import evaluate
from checker.plan.nodes import Call, Col, Expr, Lit

N, DAY, SINCE, WORD = Col("n", "int"), Col("day", "date"), Col("since", "date"), Col("word", "text")


def over(bound: int) -> Expr:
    return compare("gt", N, lit(bound))


def among(*words: str) -> Expr:
    return Call("in", (WORD, *(Lit(word, "text") for word in words)), "bool")


def test_of_conditions_alike_the_weakest_bound_stays():
    assert weakest([over(40), over(30), over(50)]) == [over(30)]


def test_below_a_not_the_strictest_bound_is_the_weakest_condition():
    assert weakest([Call("not", (over(30),), "bool"), Call("not", (over(50),), "bool")]) == [
        Call("not", (over(50),), "bool")
    ]


def test_conditions_of_other_columns_stay_apart():
    later = [compare("gt", DAY, add_days(SINCE, lit(days))) for days in (5, 3)]
    assert weakest([over(1), *later, over(2)]) == [over(1), later[1]]


def test_options_are_joined_and_below_a_not_those_of_all_stay():
    assert weakest([among("a"), among("b")]) == [among("a", "b")]
    assert weakest([not_(among("a", "b")), not_(among("b", "c"))]) == [not_(among("b"))]


def test_a_constant_that_is_not_known_is_no_bound():
    unknown = Call("gt", (N, Lit(None, "int")), "bool")
    assert weakest([unknown, over(1)]) == [unknown, over(1)]


BOUNDS = st.integers(-2, 2)
ATOMS = st.one_of(
    st.builds(lambda op, n: compare(op, N, lit(n)), st.sampled_from(["lt", "le", "gt", "ge", "eq"]), BOUNDS),
    st.builds(lambda op, n: compare(op, DAY, add_days(SINCE, lit(n))), st.sampled_from(["lt", "ge"]), BOUNDS),
    st.builds(among, st.sampled_from("abc"), st.sampled_from("abc")),
)
CONDITIONS = st.recursive(
    ATOMS,
    lambda part: st.one_of(
        st.builds(lambda a, b: and_([a, b]), part, part),
        st.builds(lambda a, b: or_([a, b]), part, part),
        st.builds(
            lambda fn, a: Call(fn, (a,), "bool"), st.sampled_from(["not", "is_true", "is_false"]), part
        ),
    ),
    max_leaves=3,
)
DAYS = [None, *(date(2026, 10, day) for day in (1, 2, 3))]
ROWS = st.fixed_dictionaries(
    {
        "n": st.sampled_from([None, -2, -1, 0, 1, 2]),
        "day": st.sampled_from(DAYS),
        "since": st.sampled_from(DAYS),
        "word": st.sampled_from([None, "a", "b", "c", "d"]),
        "_bad": st.none(),
    }
)


@settings(derandomize=True, max_examples=400, deadline=None)
@given(st.lists(CONDITIONS, min_size=2, max_size=6), st.lists(ROWS, min_size=1, max_size=8))
def test_what_any_condition_may_keep_the_weakest_may_keep(conditions, rows):
    few = weakest(conditions)
    for row in rows:
        if any(evaluate(one, row) is not False for one in conditions):
            assert any(evaluate(one, row) is not False for one in few), row
