"""What a suspicion becomes when bits stand for a count: never false where it was true or not known."""

from __future__ import annotations

from itertools import product

import pytest

from checker.engines.settled import Asked, bit_of, weaker
from checker.plan.build import FALSE, TRUE, and_, compare, if_, is_true, lit, not_, or_
from checker.plan.evaluate import evaluate
from checker.plan.nodes import Call, Col, Expr, Grid, Lit, Related, RulePlan

FOUND, UNKNOWN, OTHER = Col("found", "int"), Col("found_unknown", "int"), Col("other", "bool")
SOME = compare("ge", FOUND, lit(1))
MAYBE = compare("ge", Call("add", (FOUND, UNKNOWN), "int"), lit(1))
NULL = Lit(None, "bool")
SUSPICIONS = {
    "none": not_(SOME),
    "some": SOME,
    "certainly some": is_true(SOME),
    "certainly none": not_(is_true(SOME)),
    "none, three values": not_(if_(SOME, TRUE, if_(MAYBE, NULL, FALSE))),
    "some, three values": if_(SOME, TRUE, if_(MAYBE, NULL, FALSE)),
    "certain of what may be": is_true(MAYBE),
    "not certain of what may be": not_(is_true(MAYBE)),
    "some and another": and_([SOME, OTHER]),
    "none or another": or_([not_(SOME), OTHER]),
    "two of them": compare("ge", FOUND, lit(2)),
}


def weakened(suspicion: Expr) -> Expr:
    step = Related("found", "log", (), TRUE)
    rule = RulePlan("r", Grid("periods"), (step,), TRUE, TRUE, suspicion, lit("pass"), ())
    return weaker(rule, [Asked(step, {"found": TRUE}, (), (), ())]).suspect


@pytest.mark.parametrize("name", SUSPICIONS)
def test_a_suspect_stays_one_whatever_the_bits_have_seen(name: str) -> None:
    suspicion = SUSPICIONS[name]
    weak = weakened(suspicion)
    for found, unknown, other in product((0, 1, 2), (0, 1), (True, False, None)):
        row = {"found": found, "found_unknown": unknown, "other": other}
        for bit in {False, found > 0}:  # a bit that is not set says nothing
            seen = evaluate(weak, {"other": other, bit_of("found"): bit})
            assert seen is not False or evaluate(suspicion, row) is False, (row, bit)


def test_who_certainly_has_a_row_is_no_suspect_any_more() -> None:
    weak = weakened(SUSPICIONS["none, three values"])
    assert [evaluate(weak, {bit_of("found"): bit}) for bit in (True, False)] == [False, None]
