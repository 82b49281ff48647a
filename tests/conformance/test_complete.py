"""The tables leave nothing out: every check kind and outcome, every node, every primitive and every function of formulas."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest

from checker.database import connect
from checker.language.formula.functions import FUNCTIONS
from checker.language.kinds import KINDS
from checker.language.schema import load_schema
from checker.plan import evaluate
from checker.plan.nodes import (
    Call,
    Coverage,
    Derive,
    Expr,
    Grid,
    Lookup,
    Pairing,
    Plan,
    Previous,
    Records,
    Related,
    Run,
    Step,
    Take,
    View,
)
from tests.conformance.cases import FILES, FOLDER, Case, all_cases, groups_of
from tests.conformance.running import compiled

LANGUAGE = (Path(__file__).parents[2] / "docs" / "language.md").read_text(encoding="utf-8")
COMMON = {"pass", "fail", "undetermined", "not_applicable", "not_checked"}
OUTCOMES = {
    "each": COMMON | {"pending"},
    "due": COMMON | {"pending"},
    "aggregate": COMMON | {"pending", "no_data"},
    "streak": COMMON | {"pending"},
    "respond": COMMON | {"pending"},
    "retain": COMMON,  # what is destroyed is destroyed: there is no deadline to wait for
    "attest": COMMON | {"pending"},
    "coverage": COMMON | {"pending"},
    "timetable": COMMON | {"pending"},
}


@pytest.fixture(scope="module")
def plans() -> list[Plan]:
    """Give the plans of all groups."""
    with connect(threads=1) as db:
        db.expect_little()
        return [compiled(group, db)[0].plan for file in FILES for group in groups_of(file)]


def steps_of(plan: Plan) -> Iterator[Step]:
    yield from (step for rule in plan.rules for step in rule.steps)
    yield from (step for view in plan.views for step in view.steps)


def parts_of(thing: Any) -> Iterator[Any]:
    """Give a node and everything below it."""
    yield thing
    for part in (
        thing
        if isinstance(thing, tuple)
        else vars(thing).values()
        if hasattr(thing, "__dataclass_fields__")
        else ()
    ):
        yield from parts_of(part)


def kind_of(case: Case) -> str:
    group = next(g for g in groups_of(case.file) if case in g.cases)
    return next(rule.check_kind for rule in group.pack.rules if rule.id == case.rule)


def formulas() -> Iterator[str]:
    for path in FOLDER.glob("*.yaml"):
        yield from re.findall(r"formula: *(.*)", path.read_text(encoding="utf-8"))


def test_every_check_kind_of_the_schema_has_a_file_and_cases():
    kinds = load_schema("rules")["properties"]["rules"]["items"]["properties"]["check"]["properties"].keys()
    assert kinds == KINDS.keys() == OUTCOMES.keys()
    assert kinds <= {kind_of(case) for case in all_cases() if case.file == kind_of(case)}


def test_every_check_kind_has_each_of_its_outcomes():
    found: dict[str, set[str]] = defaultdict(set)
    for case in all_cases():
        found[kind_of(case)] |= {row[case.header.index("outcome")] for row in case.rows}
    assert found == OUTCOMES


def test_every_node_of_a_plan_has_a_file_and_is_met(plans: list[Plan]):
    nodes = {Records, Grid, Related, Lookup, Previous, Run, Coverage, Pairing, Derive, View}
    assert nodes == {*get_args(Step), Records, Grid, View}
    assert {node.__name__.lower() for node in nodes} <= set(FILES)
    met = {type(step) for plan in plans for step in steps_of(plan)}
    met |= {type(rule.source) for plan in plans for rule in plan.rules}
    assert met | {View for plan in plans if plan.views} == nodes


def test_every_kind_of_expression_and_figure_is_met(plans: list[Plan]):
    parts = [part for plan in plans for thing in (*plan.rules, *plan.views) for part in parts_of(thing)]
    assert {type(part) for part in parts if isinstance(part, Expr)} == set(get_args(Expr))
    figures = set(get_args(get_type_hints(Take)["fn"]))
    met = {part.fn for part in parts if isinstance(part, Take)}
    assert met == figures


def test_every_primitive_is_met(plans: list[Plan]):
    known = {*evaluate.STRICT, *evaluate._LAZY, *evaluate.WORLDLY}
    met = {
        p.fn for plan in plans for t in (*plan.rules, *plan.views) for p in parts_of(t) if isinstance(p, Call)
    }
    assert met == known


def test_every_function_of_formulas_is_called():
    called = {name for text in formulas() for name in re.findall(r"([a-z_]+)\(", text)}
    assert FUNCTIONS.keys() <= called
    table = LANGUAGE[LANGUAGE.index("| function | gives |") : LANGUAGE.index("## Check kinds")]
    assert set(re.findall(r"`([a-z_]+)\(", table)) == FUNCTIONS.keys()


def test_every_name_of_a_case_is_its_own():
    names = [(case.file, case.name) for case in all_cases()]
    assert len(names) == len(set(names))
