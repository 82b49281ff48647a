"""What the solver calls impossible never happens, and in its own fragment it finds all that is impossible."""

from __future__ import annotations

import os
from datetime import date
from decimal import Decimal
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checker.language.solver import Known, columns_in, few_branches, possible
from checker.plan import build as b
from checker.plan.evaluate import evaluate
from checker.plan.nodes import Call, Col, Expr, Lit, Present

CASES = int(os.environ.get("CHECKER_CASES", "600"))
N, M, D, T, F, B = (
    Col("n", "int"),
    Col("m", "int"),
    Col("d", "decimal"),
    Col("t", "text"),
    Col("f", "text"),
    Col("b", "bool"),
)
KNOWN = Known({"t": ("一般", "严重")})
CELLS: dict[str, list[Any]] = {
    "n": [*range(-1, 8), None, "?"],
    "m": [*range(-1, 8), None, "?"],
    "d": [Decimal(one) / 4 for one in range(-1, 14)] + [None, "?"],
    "t": ["一般", "严重", None, "?"],
    "f": ["", "a", "ab", "b", "c", "一般", "一般a", "严重", "龥", None, "?"],
    "b": [True, False, None, "?"],
}
OPS = st.sampled_from(["eq", "ne", "lt", "le", "gt", "ge"])


def atoms() -> st.SearchStrategy[Expr]:
    """Give comparisons of columns with constants and each other, tests of presence, and parts that are opaque."""
    numbers = st.builds(lambda op, n: b.compare(op, N, b.lit(n)), OPS, st.integers(0, 6))
    halves = st.builds(lambda op, n: b.compare(op, D, b.lit(Decimal(n) / 2)), OPS, st.integers(0, 5))
    levels = st.builds(
        lambda op, one: b.compare(op, T, b.lit(one)),
        st.sampled_from(["eq", "ne"]),
        st.sampled_from(["一般", "严重"]),
    )
    return st.one_of(
        numbers,
        halves,
        levels,
        OPS.map(lambda op: b.compare(op, N, M)),
        OPS.map(lambda op: b.compare(op, T, F)),
        st.builds(lambda op, n: b.compare(op, M, b.lit(n)), OPS, st.integers(0, 6)),
        st.sampled_from(["a", "b"]).map(lambda one: b.compare("eq", F, b.lit(one))),
        st.just(b.bool_("in", T, b.lit("一般"), b.lit("严重"))),
        st.just(b.bool_("starts_with", F, b.lit("a"))),
        st.just(b.bool_("contains", T, b.lit("一"))),
        st.just(b.compare("gt", Call("add", (N, b.lit(1)), "int"), b.lit(3))),
        st.just(b.compare("eq", B, b.lit(True))),
        st.sampled_from(["n", "d", "t", "f"]).map(Present),
        st.sampled_from([b.TRUE, b.FALSE, b.UNKNOWN]),
    )


def conditions() -> st.SearchStrategy[Expr]:
    """Give conditions of a few atoms."""
    return st.recursive(
        atoms(),
        lambda inner: st.one_of(
            st.lists(inner, min_size=2, max_size=3).map(lambda parts: b.bool_("and", *parts)),
            st.lists(inner, min_size=2, max_size=3).map(lambda parts: b.bool_("or", *parts)),
            inner.map(lambda part: b.bool_("not", part)),
            st.tuples(st.sampled_from(["is_true", "is_false", "is_null"]), inner).map(
                lambda pair: b.bool_(pair[0], pair[1])
            ),
            st.tuples(inner, inner, inner).map(lambda three: Call("if", three, "bool")),
        ),
        max_leaves=6,
    )


def columns(expr: Expr) -> set[str]:
    if isinstance(expr, Col | Present):
        return {expr.name}
    return set().union(*(columns(arg) for arg in expr.args)) if isinstance(expr, Call) else set()


def outcomes(expr: Expr) -> set[bool | None]:
    """Give all that a condition comes out as over every row of the little world."""
    names = sorted(columns(expr))
    found = set()
    for cells in product(*(CELLS[name] for name in names)):
        row = {name: None if cell == "?" else cell for name, cell in zip(names, cells, strict=True)}
        bad = [name for name, cell in zip(names, cells, strict=True) if cell == "?"]
        row["_bad"] = f",{','.join(bad)}," if bad else ""
        found.add(evaluate(expr, row))
    return found


@settings(derandomize=True, max_examples=CASES, deadline=None)
@given(conditions().filter(lambda expr: len(columns(expr)) <= 3))
def test_what_a_row_shows_is_never_called_impossible(expr: Expr) -> None:
    shown = outcomes(expr)
    assert [want for want in shown if not possible([(expr, want)], KNOWN)] == []


def exact(expr: Expr) -> bool:
    if isinstance(expr, Call):
        opaque = expr.fn in ("starts_with", "add")
        return not opaque and all(exact(arg) for arg in expr.args)
    return True


@settings(derandomize=True, max_examples=CASES, deadline=None)
@given(conditions().filter(lambda expr: len(columns(expr)) <= 3 and exact(expr)), st.booleans())
def test_what_no_row_shows_is_found_impossible(expr: Expr, want: bool) -> None:
    assert possible([(expr, want)], KNOWN) is (want in outcomes(expr))


@pytest.mark.parametrize(
    ("parts", "can"),
    [
        ([b.compare("gt", N, b.lit(3)), b.compare("lt", N, b.lit(5))], True),
        ([b.compare("gt", N, b.lit(3)), b.compare("lt", N, b.lit(4))], False),
        ([b.compare("gt", D, b.lit(3)), b.compare("lt", D, b.lit(4))], True),
        ([b.compare("lt", N, M), b.compare("lt", M, N)], False),
        ([b.compare("lt", N, M), b.compare("le", M, b.lit(3)), b.compare("ge", N, b.lit(3))], False),
        ([b.compare("eq", T, b.lit("严重")), b.compare("eq", T, b.lit("一般"))], False),
        ([b.bool_("contains", T, b.lit("无"))], False),
        ([Present("n"), b.is_null(N)], False),
        ([b.not_(Present("n")), b.is_null(N)], True),
        ([b.compare("eq", Col("x", "date"), b.lit(date.max)), b.compare("gt", Col("x", "date"), b.lit(date.max))], False),
    ],
)  # fmt: skip
def test_a_conjunction_is_possible_or_not(parts: list[Expr], can: bool) -> None:
    assert possible([(part, True) for part in parts], KNOWN) is can


def test_a_blank_and_an_unreadable_cell_are_told_apart() -> None:
    unread = (Present("n"), None)
    assert possible([unread, (b.is_null(N), True)], KNOWN)
    assert not possible([unread, (Present("n"), False)], KNOWN)
    assert not possible([unread, (b.compare("ge", N, b.lit(0)), True)], KNOWN)


def test_a_computed_column_is_its_expression() -> None:
    known = Known({}, {"long": b.compare("gt", N, b.lit(60))})
    long, short = Col("long", "bool"), b.compare("lt", N, b.lit(50))
    assert not possible([(long, True), (short, True)], known)
    assert possible([(long, False), (short, True)], known)


def test_what_is_too_much_to_try_is_held_possible() -> None:
    many = [Col(f"c{at}", "int") for at in range(12)]
    ring = [b.compare("lt", one, two) for one, two in zip(many, [*many[1:], many[0]], strict=True)]
    assert possible([(part, True) for part in ring], KNOWN)
    choices = [b.or_([b.compare("eq", one, b.lit(at)) for at in range(9)]) for one in many]
    clash = [b.compare("gt", many[0], b.lit(20)), Lit(False, "bool")]
    assert not possible([(part, True) for part in clash], KNOWN)
    assert possible(
        [(part, True) for part in (*choices, b.compare("gt", Call("add", (N, M), "int"), b.lit(1)))], KNOWN
    )


def test_branches_name_the_columns_that_decide() -> None:
    missing = b.not_(b.and_([Present("n"), Present("m"), b.compare("eq", T, b.lit("严重"))]))
    assert [columns_in(one) for one in few_branches([(missing, True)], KNOWN)] == [{"n"}, {"m"}, {"t"}]
