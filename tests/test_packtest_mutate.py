"""Mutants: what is changed, what the tests of the shipped pack notice, and which survivors are excused."""

from __future__ import annotations

from pathlib import Path

import pytest

from checker.database import connect
from checker.language.yaml_loader import load_text
from checker.packtest.mutate.edits import apply, dropped, renamed, replaced
from checker.packtest.mutate.mutants import OPERATORS
from checker.packtest.mutate.run import Lab, run
from checker.packtest.mutate.summary import summary
from checker.packtest.mutate.survivors import load_excuses
from checker.packtest.mutate.walk import spots

PACK = Path(__file__).parents[1] / "rules" / "after-sales"


def made(text: str) -> list[object]:
    root = load_text(text).root
    edits = [edit for spot in spots(root) for operator in OPERATORS.values() for edit in operator(spot)]
    return [apply(root, edit).value for edit in edits]


def test_a_limit_moves_by_one_either_way_and_flips_at_its_boundary():
    assert made("where: {n: {more_than: 30}}") == [
        {},
        {"where": {"n": {"more_than": 31}}},
        {"where": {"n": {"more_than": 29}}},
        {"where": {"n": {"at_least": 30}}},
    ]


def test_an_edit_leaves_the_original_as_it_is():
    root = load_text("{a: [1, 2], b: 3}").root
    assert apply(root, dropped(("a", 0), 1)).value == {"a": [2], "b": 3}
    assert apply(root, renamed(("b",), "c")).value == {"a": [1, 2], "c": 3}
    assert apply(root, replaced(("b",), 3, 4)).value == {"a": [1, 2], "b": 4}
    assert root.value == {"a": [1, 2], "b": 3}


def test_the_tests_notice_every_change_of_the_rule_on_phones():
    with connect() as db:
        db.expect_little()
        lab = Lab(PACK, db)
        tried = [lab.try_one(one) for one in lab.mutants if one.owner == "phone-off-unreported"]
    assert [one.mutant.said.zh for one in tried if one.fate == "survived"] == []
    assert sum(one.fate == "killed" for one in tried) > 20


@pytest.mark.slow  # two to three minutes
def test_the_tests_of_the_shipped_pack_notice_95_of_100_changes():
    found = summary(run(PACK), load_excuses(PACK), PACK)
    assert found.share >= 95, [one.said.zh for one in found.open]
    assert found.stale == ()
