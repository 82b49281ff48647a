"""The schemas: valid draft-07, no unions, every property described in two languages, and one meaning in both checkers."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checker.language import builtin_pack, load_pack, pack_schema
from checker.language.load import pack_files
from checker.language.load_faults import faults
from checker.language.schema import SCHEMAS, fits, load_schema, schemas_folder
from checker.language.yaml_loader import load_file

BAD = Path(__file__).parent / "bad"
MINI = Path(__file__).parent / "packs" / "mini"
UNIONS = {"oneOf", "anyOf", "allOf", "not", "if", "then", "else", "dependencies"}


def subschemas(schema: Any, path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Give every schema inside a schema, with its path; property names are not schemas."""
    if not isinstance(schema, dict):
        return
    yield path, schema
    for word in ("properties", "patternProperties", "definitions"):
        for name, one in schema.get(word, {}).items():
            yield from subschemas(one, f"{path}/{word}/{name}")
    for word in ("items", "additionalProperties", "propertyNames"):
        yield from subschemas(schema.get(word), f"{path}/{word}")


ALL = [(name, path, one) for name in SCHEMAS for path, one in subschemas(load_schema(name))]


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_schema_is_valid_draft_07(name: str) -> None:
    jsonschema.Draft7Validator.check_schema(load_schema(name))
    assert load_schema(name)["$schema"] == "http://json-schema.org/draft-07/schema#"


def test_no_schema_file_is_without_a_name() -> None:
    files = sorted(path.name for path in schemas_folder().glob("*.schema.json"))
    assert set(files) >= {f"{name}.schema.json" for name in SCHEMAS}


def test_no_schema_uses_a_union_as_unions_blur_messages() -> None:
    assert [(name, path) for name, path, one in ALL if UNIONS & set(one)] == []


def test_every_map_with_named_keys_refuses_others() -> None:
    loose = [
        (name, path)
        for name, path, one in ALL
        if "properties" in one
        and one.get("additionalProperties") is not False
        and not path.endswith(("/predicate", "/expect/items", "/absent/items"))
    ]
    assert loose == []


def test_every_property_is_described_in_chinese_and_english() -> None:
    plain = [
        (name, f"{path}/{key}")
        for name, path, one in ALL
        for key, prop in one.get("properties", {}).items()
        if not re.search(r"[\u4e00-\u9fff].* / .*[a-z]", prop.get("description", ""))
    ]
    assert plain == []


def test_predicates_mean_the_same_in_a_rule_and_in_the_pack() -> None:
    rules, pack = load_schema("rules")["definitions"], load_schema("pack")["definitions"]
    assert {name: rules[name] for name in pack} == pack


def valid(schema: dict[str, Any], value: Any) -> bool:
    return jsonschema.Draft7Validator(schema).is_valid(value)


GOOD = [
    (kind, load_file(path).value)
    for folder in (MINI, builtin_pack())
    for kind, paths in pack_files(folder).items()
    for path in paths
]


@pytest.mark.parametrize(("kind", "value"), GOOD, ids=lambda one: one if isinstance(one, str) else "")
def test_the_packs_are_valid_in_both_checkers(kind: str, value: Any) -> None:
    assert (fits(kind)(value), valid(load_schema(kind), value)) == (True, True)


def test_both_checkers_refuse_the_same_broken_files() -> None:
    for case in sorted(BAD.glob("*.yaml")):
        kind = case.stem.partition("-")[0]
        document = load_file(case)
        if document.root is not None:
            assert fits(kind)(document.value) == valid(load_schema(kind), document.value), case.stem
            assert fits(kind)(document.value) == (faults(document.root, kind, "x") == []), case.stem


ODD = st.sampled_from(
    [None, True, 0, -1, 5, "", "x", "$x", "30 minutes", "2026-01-01", "$", [], ["a"], ["a", "a"], {}, {"zh": "x"}, {"is": 1}, [{}]]
)  # fmt: skip


@st.composite
def damaged(draw: st.DrawFn) -> tuple[str, Any]:
    """A valid file with one value replaced, one key renamed or one key removed."""
    kind, value = draw(st.sampled_from(GOOD))
    value = copy.deepcopy(value)
    here = value
    while isinstance(here, (dict, list)) and here:
        keys = list(here) if isinstance(here, dict) else list(range(len(here)))
        key = draw(st.sampled_from(keys))
        if not isinstance(here[key], (dict, list)) or not here[key] or draw(st.integers(0, 4)) == 0:
            change = draw(st.sampled_from(["value", "key", "gone"]))
            old = here.pop(key)
            if change == "value" and isinstance(here, dict):
                here[key] = draw(ODD)
            elif change == "value":
                here.insert(key, draw(ODD))
            elif change == "key" and isinstance(here, dict):
                here[
                    draw(st.sampled_from(["x", "X-1", "any_of", "2026-01-01", "zh", "is", "log", "中文"]))
                ] = old
            break
        here = here[key]
    return kind, value


@given(damaged())
@settings(max_examples=300, deadline=None)
def test_the_quick_check_and_jsonschema_always_agree(case: tuple[str, Any]) -> None:
    kind, value = case
    assert fits(kind)(value) == valid(load_schema(kind), value)


def test_the_schema_of_a_pack_knows_its_own_words() -> None:
    schema = pack_schema(load_pack(MINI))
    jsonschema.Draft7Validator.check_schema(schema)
    json.dumps(schema)
    logs = ["staff", "region", "leave", "attestation", "visit", "reply"]
    assert schema["definitions"]["logName"]["enum"] == logs
    assert schema["definitions"]["subjectsName"]["enum"] == list(
        dict.fromkeys(["person", "region", "company", *logs])
    )
    rules = load_file(MINI / "rules" / "base.yaml").value
    assert valid(schema, rules)
    rules["rules"][0]["check"]["each"]["log"] = "visits"
    assert (valid(schema, rules), valid(load_schema("rules"), rules)) == (False, True)


def test_every_key_of_a_rule_and_every_operator_is_in_the_language_document() -> None:
    said = (Path(__file__).parents[1] / "docs" / "language.md").read_text(encoding="utf-8")
    rule = load_schema("rules")["properties"]["rules"]["items"]["properties"]
    words = [
        *rule,
        *rule["check"]["properties"],
        *load_schema("rules")["definitions"]["condition"]["properties"],
    ]
    words += [key for kind in rule["check"]["properties"].values() for key in kind["properties"]]
    assert [word for word in words if not re.search(rf"\b{word}\b", said)] == []
