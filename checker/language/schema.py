"""The JSON Schemas of a pack's files: where they lie, and a quick answer to "is this valid?".

A schema is checked in two steps. `fits` is a plain walk compiled from the schema, many times faster than
jsonschema; it only says yes or no. Where it says no, `load_faults` asks jsonschema what is wrong and where. A
test holds the two to the same answers.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from checker.diagnostics import UsageError
from checker.language.suggest import closest, one_of
from checker.model import Text

SCHEMAS = ("pack", "logs", "clauses", "rules", "calendar", "tests", "waivers", "survivors")
Schema = Mapping[str, Any]
Check = Callable[[Any], bool]
_PACKAGE = Path(__file__).resolve().parent.parent


def schemas_folder() -> Path:
    """Give the folder of the schemas: inside the installed package, or beside it in a checkout."""
    inside = _PACKAGE / "_schemas"
    return inside if inside.is_dir() else _PACKAGE.parent / "schemas"


def packs_folder() -> Path:
    """Give the folder of the packs that are shipped."""
    inside = _PACKAGE / "_packs"
    return inside if inside.is_dir() else _PACKAGE.parent / "rules"


def builtin_pack(name: str = "after-sales") -> Path:
    """Give the folder of a shipped pack.

    Raises:
        UsageError: there is no such pack; it names those there are.
    """
    folder = packs_folder() / name
    if re.fullmatch(r"[A-Za-z0-9_-]+", name) and (folder / "pack.yaml").is_file():
        return folder
    names = sorted(path.parent.name for path in packs_folder().glob("*/pack.yaml"))
    near = closest(name, names)
    listed = one_of(names)
    hint = (
        Text(f"是否想写 {near}？", f"did you mean {near}?") if near else Text(f"应为{listed.zh}", listed.en)
    )
    raise UsageError.of("unknown-pack", Text(f"没有制度包 {name}", f"there is no pack {name}"), hint)


@cache
def load_schema(name: str) -> dict[str, Any]:
    """Give the generic schema of one kind of file, a name of `SCHEMAS`; do not change it."""
    text = (schemas_folder() / f"{name}.schema.json").read_text(encoding="utf-8")
    schema: dict[str, Any] = json.loads(text)
    return schema


@cache
def fits(name: str, *path: str) -> Check:
    """Give a function that tells whether a value is valid for the schema, or for the part of it at `path`."""
    root = load_schema(name)
    part: Any = root
    for step in path:
        part = part[step]
    return Compiled(root).check(part)


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float, Decimal)) and not isinstance(value, bool)


_TYPES: dict[str, Check] = {
    "object": lambda value: isinstance(value, dict),
    "array": lambda value: isinstance(value, list),
    "string": lambda value: isinstance(value, str),
    "integer": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "number": _is_number,
    "boolean": lambda value: isinstance(value, bool),
    "null": lambda value: value is None,
}
_SILENT = {
    "$schema",
    "$id",
    "title",
    "description",
    "definitions",
    "default",
    "examples",
    "format",
    "defaultSnippets",
    "enumDescriptions",
    "errorMessage",
}


class Compiled:
    """Turns a draft-07 schema of the keywords we use into functions; an unknown keyword is a KeyError."""

    def __init__(self, root: Schema) -> None:
        self.root = root
        self.made: dict[str, list[Check]] = {}

    def check(self, schema: Schema | bool) -> Check:
        """Give the check of one schema."""
        if isinstance(schema, bool):
            return lambda value: schema
        if "$ref" in schema:
            return self._ref(schema["$ref"])
        checks = [
            _KEYWORDS[word](self, schema)
            for word in schema
            if word not in _SILENT and word not in _WITH_PROPERTIES
        ]
        if "additionalProperties" in schema or "properties" in schema or "patternProperties" in schema:
            checks.append(_members(self, schema))
        return _each_of(checks)

    def _ref(self, ref: str) -> Check:
        if ref not in self.made:
            made = self.made[ref] = []
            made.append(self.check(self.root["definitions"][ref.removeprefix("#/definitions/")]))
        found = self.made[ref]
        return found[0] if found else lambda value: found[0](value)  # a definition may stand in itself


def _each_of(checks: Sequence[Check]) -> Check:
    if len(checks) == 1:
        return checks[0]

    def check(value: Any) -> bool:
        for one in checks:  # noqa: SIM110 (`all` over a generator takes twice as long; every value is asked)
            if not one(value):
                return False
        return True

    return check


def _type(_: Compiled, schema: Schema) -> Check:
    wanted = schema["type"]
    tests = [_TYPES[one] for one in ([wanted] if isinstance(wanted, str) else wanted)]
    return tests[0] if len(tests) == 1 else lambda value: any(test(value) for test in tests)


def _enum(_: Compiled, schema: Schema) -> Check:
    allowed = [(isinstance(one, bool), one) for one in schema["enum"]]
    texts = {one for one in schema["enum"] if isinstance(one, str)}
    return lambda value: (
        value in texts if isinstance(value, str) else (isinstance(value, bool), value) in allowed
    )


def _pattern(_: Compiled, schema: Schema) -> Check:
    search = re.compile(schema["pattern"]).search
    return lambda value: not isinstance(value, str) or search(value) is not None


def _size(
    kind: type[str] | type[list[Any]] | type[dict[str, Any]], word: str, sign: int
) -> Callable[[Compiled, Schema], Check]:
    def make(_: Compiled, schema: Schema) -> Check:
        limit = schema[word] * sign
        return lambda value: not isinstance(value, kind) or len(value) * sign <= limit

    return make


def _minimum(_: Compiled, schema: Schema) -> Check:
    least = schema["minimum"]
    return lambda value: not _is_number(value) or value >= least


def _maximum(_: Compiled, schema: Schema) -> Check:
    most = schema["maximum"]
    return lambda value: not _is_number(value) or value <= most


def _unique(_: Compiled, schema: Schema) -> Check:
    return lambda value: (
        not isinstance(value, list) or all(one not in value[:at] for at, one in enumerate(value))
    )


def _items(compiled: Compiled, schema: Schema) -> Check:
    check = compiled.check(schema["items"])
    return lambda value: not isinstance(value, list) or all(check(one) for one in value)


def _required(_: Compiled, schema: Schema) -> Check:
    keys = schema["required"]
    return lambda value: not isinstance(value, dict) or all(key in value for key in keys)


def _names(compiled: Compiled, schema: Schema) -> Check:
    check = compiled.check(schema["propertyNames"])
    return lambda value: not isinstance(value, dict) or all(check(key) for key in value)


def _members(compiled: Compiled, schema: Schema) -> Check:
    named = {key: compiled.check(one) for key, one in schema.get("properties", {}).items()}
    shaped = [
        (re.compile(key).search, compiled.check(one))
        for key, one in schema.get("patternProperties", {}).items()
    ]
    other = compiled.check(schema.get("additionalProperties", True))
    if not shaped:
        return _named(named, other)

    def member(key: str, value: Any) -> bool:
        checks = [check for search, check in shaped if search(key)]
        if (mine := named.get(key)) is not None:
            checks.append(mine)
        return all(check(value) for check in checks) if checks else other(value)

    return lambda value: not isinstance(value, dict) or all(member(key, one) for key, one in value.items())


def _named(named: Mapping[str, Check], other: Check) -> Check:
    def check(value: Any) -> bool:
        if isinstance(value, dict):
            for key, one in value.items():
                if not named.get(key, other)(one):
                    return False
        return True

    return check


_WITH_PROPERTIES = {"properties", "patternProperties", "additionalProperties"}
_KEYWORDS: dict[str, Callable[[Compiled, Schema], Check]] = {
    "type": _type,
    "enum": _enum,
    "pattern": _pattern,
    "minimum": _minimum,
    "maximum": _maximum,
    "minLength": _size(str, "minLength", -1),
    "minItems": _size(list, "minItems", -1),
    "maxItems": _size(list, "maxItems", 1),
    "minProperties": _size(dict, "minProperties", -1),
    "maxProperties": _size(dict, "maxProperties", 1),
    "uniqueItems": _unique,
    "items": _items,
    "required": _required,
    "propertyNames": _names,
}
