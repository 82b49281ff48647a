"""What an editor shows: every key, value and shape is explained in two languages, every map has a snippet that fits,
and the words of the schemas are those of the code."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, get_args, get_type_hints

import jsonschema
import pytest

from checker.cli import words
from checker.findings.fines import FINES
from checker.language.kinds import KINDS
from checker.language.kinds.measure import _TAKES, LIMITS
from checker.language.lint_names import _PREDICATE_WORDS
from checker.language.pack import CheckKind, Clause, Effective, FieldType, Overlap, Rule
from checker.language.params import _ABOUT
from checker.language.predicates import OPS
from checker.language.schema import SCHEMAS, load_schema
from checker.language.scope import TYPES
from checker.plan.nodes import Run

Found = tuple[str, str, dict[str, Any]]
BILINGUAL = re.compile(r"[\u4e00-\u9fff].* / .*[A-Za-z]")


def subschemas(schema: Any, path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    if not isinstance(schema, dict):
        return
    yield path, schema
    for word in ("properties", "patternProperties", "definitions"):
        for name, one in schema.get(word, {}).items():
            yield from subschemas(one, f"{path}/{word}/{name}")
    for word in ("items", "additionalProperties", "propertyNames"):
        yield from subschemas(schema.get(word), f"{path}/{word}")


ALL: list[Found] = [(name, path, one) for name in SCHEMAS for path, one in subschemas(load_schema(name))]
KEY_TAGGED = [
    (name, path, one)
    for name, path, one in ALL
    if "properties" in one and one.get("minProperties") == one.get("maxProperties") == 1
]
SNIPPETS = [
    (name, path, one, snippet) for name, path, one in ALL for snippet in one.get("defaultSnippets", ())
]


def test_every_property_says_in_both_languages_what_it_is() -> None:
    silent = [
        (name, f"{path}/{word}/{key}")
        for name, path, one in ALL
        for word in ("properties", "patternProperties")
        for key, prop in one.get(word, {}).items()
        if not BILINGUAL.search(prop.get("description", ""))
    ]
    assert silent == []


def test_every_value_of_an_enum_is_explained_in_both_languages() -> None:
    silent = [
        (name, path)
        for name, path, one in ALL
        if "enum" in one
        and [bool(BILINGUAL.search(text)) for text in one.get("enumDescriptions", ())]
        != [True] * len(one["enum"])
    ]
    assert silent == []


def test_every_pattern_says_in_both_languages_what_was_expected() -> None:
    silent = [
        (name, path) for name, path, one in ALL if "pattern" in one and not BILINGUAL.search(one.get("errorMessage", ""))
    ]  # fmt: skip
    assert silent == []


def test_a_message_stands_only_where_it_hides_no_better_one() -> None:
    """In an editor the message of a map is shown in place of the name of the key that is wrong; a text has only two."""
    maps = [
        (name, path)
        for name, path, one in ALL
        if "errorMessage" in one and "properties" in one and "pattern" not in one
    ]
    assert {path for _, path in maps} == {"/definitions/text"}


def test_every_key_tagged_map_has_a_snippet_for_each_of_its_keys() -> None:
    assert len(KEY_TAGGED) > 10
    for name, path, one in KEY_TAGGED:
        starts = {next(iter(snippet["body"])) for snippet in one.get("defaultSnippets", ())}
        assert starts == set(one["properties"]), (name, path)


def filled(body: Any) -> Any:
    """Give a snippet as it is inserted: `${1:text}` is `text`, and what looks like a number is one."""
    if isinstance(body, dict):
        return {filled(key): filled(value) for key, value in body.items()}
    if isinstance(body, list):
        return [filled(one) for one in body]
    if not isinstance(body, str):
        return body
    text = re.sub(r"\$\{[0-9]+:((?:[^}\\]|\\.)*)\}", r"\1", body).replace("\\}", "}")
    return int(text) if re.fullmatch("[0-9]+", text) else text


@pytest.mark.parametrize(
    ("name", "part", "snippet"),
    [pytest.param(name, one, snippet, id=f"{name}{path}-{snippet['label']}") for name, path, one, snippet in SNIPPETS],
)  # fmt: skip
def test_a_snippet_is_valid_where_it_is_offered(name: str, part: dict[str, Any], snippet: Any) -> None:
    schema = {"definitions": load_schema(name).get("definitions", {}), **part}
    assert [
        error.message for error in jsonschema.Draft7Validator(schema).iter_errors(filled(snippet["body"]))
    ] == []
    assert BILINGUAL.search(snippet["description"])


# ---- the words of the schemas are the words of the code

RULE = load_schema("rules")["properties"]["rules"]["items"]["properties"]
DEFINED = load_schema("rules")["definitions"]
CHECK = RULE["check"]["properties"]
FIELD = load_schema("logs")["properties"]["logs"]["additionalProperties"]["properties"]["fields"]["additionalProperties"]  # fmt: skip


def literals(owner: type, name: str) -> tuple[str, ...]:
    return get_args(get_type_hints(owner)[name])


EQUAL = {
    "check kinds": (tuple(CHECK), tuple(KINDS)),
    "check kinds of a rule": (tuple(CHECK), get_args(CheckKind)),
    "check kinds explained": (tuple(CHECK), tuple(words.KINDS)),
    "operators": (tuple(DEFINED["condition"]["properties"]), OPS),
    "operators explained": (tuple(DEFINED["condition"]["properties"]), (*words.OPS, "present")),
    "words of predicates": (tuple(DEFINED["predicate"]["properties"]), _PREDICATE_WORDS),
    "field types": (tuple(FIELD["properties"]["type"]["enum"]), get_args(FieldType)),
    "field types compiled": (tuple(FIELD["properties"]["type"]["enum"]), tuple(TYPES)),
    "kind": (tuple(RULE["kind"]["enum"]), tuple(one for one in literals(Rule, "kind") if one != "tally")),
    "status": (tuple(RULE["status"]["enum"]), literals(Rule, "status")),
    "severity": (tuple(RULE["severity"]["enum"]), literals(Rule, "severity")),
    "version_by": (
        tuple(RULE["effective"]["properties"]["version_by"]["enum"]),
        literals(Effective, "version_by"),
    ),
    "handling": (
        tuple(
            load_schema("clauses")["properties"]["clauses"]["additionalProperties"]["properties"]["handling"]["enum"]
        ),
        literals(Clause, "handling"),
    ),
    "overlaps": (
        tuple(load_schema("pack")["properties"]["overlaps"]["additionalProperties"]["properties"]["policy"]["enum"]),
        literals(Overlap, "policy"),
    ),
    "gap": (tuple(CHECK["streak"]["properties"]["gap"]["enum"]), literals(Run, "gap")),
    "takes": (tuple(CHECK["aggregate"]["properties"]["take"]["enum"]), tuple(_TAKES)),
    "limits": (tuple(CHECK["aggregate"]["properties"]["target"]["properties"]), LIMITS),
    "forms of fine": (tuple(DEFINED["fine"]["properties"]), tuple(FINES)),
    "keys of a parameter": (tuple(DEFINED["parameter"]["properties"]), _ABOUT),
}  # fmt: skip


@pytest.mark.parametrize("what", EQUAL)
def test_the_schemas_and_the_code_know_the_same_words(what: str) -> None:
    schema, code = EQUAL[what]
    assert sorted(schema) == sorted(code)
    assert len(set(schema)) == len(schema)
