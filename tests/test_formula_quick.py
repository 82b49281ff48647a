"""Formulas read without lark give lark's trees, and what they leave to lark is told as before."""

from __future__ import annotations

import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checker.language.formula import compile_formula, parse_fully
from checker.language.formula.quick import read
from checker.language.formula.typing import Env, Fault

CASES = settings(max_examples=int(os.environ.get("CHECKER_CASES", "200")))
ATOMS = [
    "a",
    "通话",
    "iffy",
    "days",
    "true",
    "false",
    "$a",
    "$a-b",
    "12",
    "1.5",
    "3 days",
    "3个工作日",
    "'x, y'",
    "f()",
]
SIGNS = [*("+", "-", "*", "/", "<", "<=", ">", ">=", "=", "==", "!="), " and ", " or ", "\nor\t"]


def larger(part: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        st.tuples(part, st.sampled_from(SIGNS), part).map("".join),
        st.lists(part, min_size=1, max_size=3).map(lambda parts: f"g({', '.join(parts)})"),
        st.tuples(part, part, part).map(lambda parts: "if {} then {} else {}".format(*parts)),
        st.tuples(st.sampled_from(["not ", "-"]), part).map("".join),
        part.map("({})".format),
    )


FORMULAS = st.recursive(st.sampled_from(ATOMS), larger, max_leaves=8)
PIECES = [
    *(
        "a",
        "days",
        "day",
        "天",
        "个月",
        "工作日",
        "if",
        "then",
        "else",
        "and",
        "or",
        "not",
        "true",
        "false",
        "ifx",
    ),
    *(
        "f(",
        "(",
        ")",
        ",",
        "+",
        "-",
        "*",
        "/",
        "<",
        "<=",
        "=",
        "==",
        "!=",
        "!",
        "1",
        "2.5",
        "3.",
        ".5",
        "'x'",
    ),
    *('"y"', "'", "$a", "$a-b", "$", " ", " ", " ", " ", "\n", "\t", "\u3000", "\v", "é", "_", "１"),
]
JUNK = st.lists(st.sampled_from(PIECES), max_size=9).map("".join)


def lark_reads(text: str) -> object:
    try:
        return parse_fully(text)
    except Fault:
        return None


@CASES
@given(FORMULAS)
def test_what_is_put_together_by_the_grammar_is_read_as_lark_reads_it(text):
    assert read(text) in (None, lark_reads(text))


@CASES
@given(JUNK)
def test_of_words_in_any_order_nothing_is_read_that_lark_reads_otherwise(text):
    assert read(text) in (None, lark_reads(text))


@pytest.mark.parametrize(
    "text",
    [
        "adopted_on + 60 days",
        "if ((a)) then f() else g(a, (b) + 1, 'x, y')",
        "not (a or b and not c) and (1.5 * (x - -2)) / y >= $limit-2",
        "3个工作日 + 2天=5",
        "通话时长 > 60 minutes or iffy\n and true",
        "a + b - (c * d) / 2 - e",
        "days > 3 days and month = months",
    ],
)
def test_common_forms_need_no_lark_and_every_part_stands_where_lark_says(text):
    assert read(text) is not None
    assert read(text) == parse_fully(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a b",
        "a andb",
        "1 = 2 = 3",
        "f(a,)",
        "a + if b then c else d",
        "a = not b",
        "3 dayz",
        "#",
        "(" * 26 + "a" + ")" * 26,
    ],
)
def test_what_is_wrong_odd_or_deep_is_left_to_lark(text):
    assert read(text) is None


def test_signs_that_stand_in_each_other_too_deeply_are_a_fault_however_they_are_spaced():
    env = Env(name=dict().__getitem__, parameter=dict().__getitem__, names=list, parameters=list, as_of=None)
    for space in (" ", "\n", "\t"):
        with pytest.raises(Fault, match="too deeply nested"):
            compile_formula(f"not{space}" * 400 + "true", env)
