"""A pack's own schemas: they accept what the pack says, refuse what is not in it, and are never laxer than the generic ones."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checker.language import builtin_pack, load, load_pack, pack_schema
from checker.language.lint_uses import WORDS
from checker.language.schema import SCHEMAS, load_schema
from checker.language.schema_pack import FIXED, OWN
from checker.language.yaml_loader import load_file
from tests.test_language_schemas import ODD

MINI = Path(__file__).parent / "packs" / "mini"
PACKS = (MINI, builtin_pack(), builtin_pack("complaint-handling"))
RULES = load_file(MINI / "rules" / "base.yaml").value


def own(folder: Path, name: str) -> Any:
    return jsonschema.Draft7Validator(pack_schema(load_pack(folder), name))


def files(folder: Path, name: str) -> list[Path]:
    return {**load.pack_files(folder), "tests": load.test_files(folder)}.get(name, [])


@pytest.mark.parametrize("name", SCHEMAS)
@pytest.mark.parametrize("folder", PACKS, ids=lambda folder: folder.name)
def test_what_the_pack_says_is_valid_in_its_own_schema(folder: Path, name: str) -> None:
    schema = own(folder, name)
    jsonschema.Draft7Validator.check_schema(schema.schema)
    found = [
        (path.name, list(error.absolute_path), error.message)
        for path in files(folder, name)
        for error in schema.iter_errors(load_file(path).value)
    ]
    assert found == []


def test_files_that_hold_no_names_of_the_pack_keep_the_generic_schema() -> None:
    pack = load_pack(MINI)
    assert {name for name in SCHEMAS if pack_schema(pack, name) == load_schema(name)} == set(SCHEMAS) - set(
        OWN
    )


def test_the_fixed_subjects_are_those_of_the_lint() -> None:
    assert tuple(FIXED) == WORDS


STRANGE: dict[str, tuple[tuple[str | int, ...], Any]] = {
    "a log": (("check", "each", "log"), "visits"),
    "a field of another log": (("check", "each", "where"), {"replied_at": {"present": True}}),
    "a date of another log": (("check", "each", "at"), "replied_at"),
    "a value": (("check", "each", "where", "level", "is"), "轻微"),
    "a value in a list": (("applies_to", "post"), {"in": ["经理"]}),
    "a value below any_of": (("check", "each", "where"), {"any_of": [{"level": {"is": "轻微"}}]}),
    "a field to compare with": (("check", "each", "where"), {"minutes": {"is": {"field": "replied_at"}}}),
    "a field of the people": (("applies_to",), {"level": {"is": "严重"}}),
    "a clause": (("clause",), "一.9"),
    "a group of overlaps": (("overlaps",), "two-visits"),
    "a field in waivable": (("waivable",), {"keys": ["visit_no"], "approver": "甲"}),
    "a field who is liable": (("penalty", "from"), "visit_no"),
    "subjects": (("check",), {"due": {"log": "visit", "per": "team", "every": "week"}}),
    "a field of subjects": (
        ("check",),
        {"due": {"log": "visit", "per": "staff", "subjects": {"key": "record_id"}, "every": "week"}},
    ),
    "a field of a response": (
        ("check",),
        {"respond": {"to": {"log": "visit"}, "with": {"log": "reply", "at": "visited_on"}, "match": ["record"]}},
    ),
    "a field where no log is named": (
        ("check",), {"attest": {"clause": "一.2", "where": {"nothing": {"present": True}}}},
    ),
}  # fmt: skip
KNOWN: dict[str, tuple[tuple[str | int, ...], Any]] = {
    "a number": (("penalty", "fine", "fixed"), 20),
    "a parameter that is new": (("penalty", "fine", "fixed"), "$new"),
    "a parameter for a value": (("check", "each", "where", "level", "is"), "$levels"),
    "a formula for a value": (("check", "each", "where", "level", "is"), {"formula": "note"}),
    "a column of a link": (("check", "each", "where"), {"their_post": {"is": "司机"}}),
    "a computed field": (("check", "each", "where"), {"long": {"is": True}}),
    "a field of the log of subjects": (
        ("check",),
        {"due": {"log": "visit", "per": "staff", "subjects": {"key": "employee_id", "where": {"post": {"is": "司机"}}}, "every": "week"}},
    ),
    "the period of a finding": (("waivable",), {"keys": ["employee_id", "period"], "approver": "甲"}),
    "people": (("check",), {"due": {"log": "visit", "per": "person", "every": "week"}}),
    "all that is required": (("check", "each", "require"), {"complete": ["required"]}),
}  # fmt: skip


def changed(path: tuple[str | int, ...], value: Any) -> Any:
    rules = copy.deepcopy(RULES)
    here = rules["rules"][0]
    for step in path[:-1]:
        here = here[step]
    here[path[-1]] = value
    return rules


@pytest.mark.parametrize("what", STRANGE)
def test_a_name_that_the_pack_does_not_have_is_refused(what: str) -> None:
    rules = changed(*STRANGE[what])
    generic = jsonschema.Draft7Validator(load_schema("rules"))
    assert (generic.is_valid(rules), own(MINI, "rules").is_valid(rules)) == (True, False)


@pytest.mark.parametrize("what", KNOWN)
def test_what_the_pack_has_and_what_is_not_a_name_is_accepted(what: str) -> None:
    assert [error.message for error in own(MINI, "rules").iter_errors(changed(*KNOWN[what]))] == []


GENERIC = jsonschema.Draft7Validator(load_schema("rules"))
OWN_RULES = own(builtin_pack(), "rules")
GOOD = [rule for path in files(builtin_pack(), "rules") for rule in load_file(path).value["rules"]]


@st.composite
def damaged(draw: st.DrawFn) -> Any:
    """A rule of the pack with one value replaced, or one key renamed or removed."""
    rule = copy.deepcopy(draw(st.sampled_from(GOOD)))
    here: Any = rule
    while isinstance(here, (dict, list)) and here:
        key = draw(st.sampled_from(list(here) if isinstance(here, dict) else range(len(here))))
        if not isinstance(here[key], (dict, list)) or not here[key] or draw(st.integers(0, 4)) == 0:
            change = draw(st.sampled_from(["value", "key", "gone"]))
            if change == "value":
                here[key] = draw(ODD)
            elif change == "key" and isinstance(here, dict):
                here[draw(st.sampled_from(["x", "log", "where", "is", "per", "field"]))] = here.pop(key)
            else:
                here.pop(key)
            break
        here = here[key]
    return {"rules": [rule]}


FLEET = load_pack(Path(__file__).parent / "packs" / "truck-fleet")


def part_of(schema: Any, *path: str) -> Any:
    """Give a validator of a part of a schema."""
    part = schema["properties"]
    for step in path:
        part = part[step]
    return jsonschema.Draft7Validator({**part, "definitions": schema["definitions"]})


@pytest.mark.parametrize("unit", ["demerit", "demerits"])
def test_only_the_units_of_a_pack_stand_in_penalties_and_tallies(unit: str) -> None:
    amount, there = {unit: {"fixed": 3}}, unit in FLEET.units
    penalty = ("rules", "items", "properties", "penalty")
    tally = ("tallies", "additionalProperties", "properties")
    rules, pack = pack_schema(FLEET, "rules"), pack_schema(FLEET, "pack")
    assert part_of(load_schema("rules"), *penalty).is_valid({"units": amount})
    assert part_of(rules, *penalty).is_valid({"units": amount}) == there
    assert part_of(pack, *tally, "unit").is_valid(unit) == there
    assert part_of(pack, *tally, "steps").is_valid([{"at": 6, "units": amount}]) == there


def test_units_are_told_with_their_names() -> None:
    rule = pack_schema(FLEET, "rules")["properties"]["rules"]["items"]["properties"]
    names = {
        name: one["description"] for name, one in rule["penalty"]["properties"]["units"]["properties"].items()
    }
    assert names == {
        "demerit": "记分 / demerit points",
        "training_hours": "培训学时 / hours of training",
        "off_days": "停班天数 / days off duty",
        "honour": "荣誉分 / honour points",
    }


@given(damaged())
@settings(max_examples=300, deadline=None, derandomize=True)
def test_a_packs_own_schema_is_never_laxer_than_the_generic_one(rules: Any) -> None:
    assert GENERIC.is_valid(rules) or not OWN_RULES.is_valid(rules)
