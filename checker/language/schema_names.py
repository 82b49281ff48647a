"""The names of a pack as schema definitions: the fields of each log, predicates over them, values, `$parameters`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from checker.language.lint_uses import columns, values_of
from checker.language.pack import Duration, Log, Pack, Parameter
from checker.language.schema_cases import FIELD, PREDICATE, Json, filled
from checker.model import Text

_KINDS: dict[str, tuple[type, ...]] = {
    "array": (tuple,),
    "number": (int, Decimal),
    "integer": (int, Decimal),
    "boolean": (bool,),
}
_HOLDS: dict[str, tuple[type, ...]] = {  # what a field is compared with
    "int": (int, Decimal),
    "decimal": (int, Decimal),
    "bool": (bool,),
    "duration": (Duration, str),
    "time": (Duration, str),
}
_EQUAL, _ORDER = (
    ("is", "is_not", "contains"),
    ("more_than", "at_least", "less_than", "at_most", "starts_with"),
)


def parameters(pack: Pack) -> dict[str, Parameter]:
    """Give the parameters of the pack and of all its rules, by name."""
    own = {name: one for rule in pack.rules for name, one in rule.params.items()}
    return {**pack.parameters, **own}


def parameter_names(pack: Pack, *kinds: type) -> list[str]:
    """Give the `$names` of the parameters with a value of these kinds, or without any value yet."""
    return [
        f"${name}"
        for name, one in parameters(pack).items()
        if all(value is None or isinstance(value, kinds) for _, value in one.values)
    ]


def offer_parameters(schema: Any, pack: Pack) -> None:
    """Offer `$names` wherever a `$parameter` may stand; what else may stand there stays allowed."""
    for one in schema.values() if isinstance(schema, dict) else schema if isinstance(schema, list) else ():
        offer_parameters(one, pack)
    pattern = schema.get("pattern") if isinstance(schema, dict) else None
    if isinstance(pattern, str) and r"\$" in pattern:
        if "分钟" in pattern:
            kinds: tuple[type, ...] = (Duration,)
        else:
            kinds = next((_KINDS[word] for word in _KINDS if word in schema.get("type", ())), (str, Duration))
        schema["examples"] = parameter_names(pack, *kinds)


def define(words: Json, pack: Pack) -> None:
    """Put the names of each log, and of all logs together, in place of the generic definitions."""
    for log in pack.logs.values():
        words[f"fieldName:{log.id}"] = _fields([log], pack)
        words[f"predicate:{log.id}"] = _predicate(words, [log], pack)
    words["condition"] = _loose(words["condition"])
    words["predicate"] = _predicate(words, list(pack.logs.values()), pack)
    words["fieldName"] = _fields(list(pack.logs.values()), pack)
    titles = {log.id: bilingual(log.title) for log in pack.logs.values()}
    words["logName"] = {"description": words["logName"]["description"], "type": "string", **enum(titles)}


def _loose(condition: Json) -> Json:
    """Give the form of a condition without what an overlay says better: which fields, and what this is."""
    for one in condition["properties"].values():
        for part in (one, one.get("items", {})):
            part.get("properties", {}).get("field", {}).pop("$ref", None)
    return {key: one for key, one in condition.items() if key not in ("title", "description")}


def _fields(logs: list[Log], pack: Pack) -> Json:
    names = {name: _about(logs, name) for name in columns(pack, tuple(log.id for log in logs))}
    return {"description": "字段名 / a field", "type": "string", **enum(names)}


def _predicate(words: Json, logs: list[Log], pack: Pack) -> Json:
    """Give the schema of predicates over these logs; over several, a field may have the values of each."""
    generic: Json = words["predicate"]
    own = logs[0].id if len(logs) == 1 else ""
    properties = {key: _filled_refs(generic["properties"][key], own) for key in ("any_of", "all_of", "not")}
    names = columns(pack, tuple(log.id for log in logs))
    complete = {key: one for key, one in generic["properties"]["complete"].items() if key != "items"}
    allowed = {
        **{name: _about(logs, name) for name in names},
        "required": "全部必填字段 / all required fields",
    }
    properties["complete"] = {**complete, "items": {"type": "string", **enum(allowed)}}
    for name in names:
        properties[name] = {"description": _about(logs, name), "allOf": _condition(words, logs, name, pack)}
    kept = {key: generic[key] for key in ("description", "type", "minProperties")}
    return {**kept, "properties": properties, "additionalProperties": False}


def _filled_refs(schema: Any, log: str) -> Any:
    if isinstance(schema, dict):
        return {key: _filled_refs(one, log) for key, one in schema.items()}
    return f"{schema}:{log}" if schema == PREDICATE and log else schema


def _condition(words: Json, logs: list[Log], name: str, pack: Pack) -> list[Json]:
    """Give the parts that a condition on a field must meet: its form, its fields, its values."""
    own = f"condition:{logs[0].id}" if len(logs) == 1 else "condition:"
    words.setdefault(own, _compared(words["condition"], logs))
    parts = [{"$ref": "#/definitions/condition"}, {"$ref": f"#/definitions/{own}"}]
    holders = [log for log in logs if name in log.columns()]
    values = [values_of(pack, log, name) for log in holders]
    known = tuple(dict.fromkeys(one for some in values for one in some)) if all(values) else ()
    kinds = {field.type for log in holders if (field := log.fields.get(name))}
    params = parameter_names(pack, *(_HOLDS.get(kinds.pop(), (str,)) if len(kinds) == 1 else (object,)))
    return [*parts, _shared(words, _compared_with(known, params))]


def _compared(condition: Json, logs: list[Log]) -> Json:
    """Give the overlay in which `{field: …}` is a field of these logs."""
    field = {"properties": {"field": {"$ref": filled(FIELD, logs[0].id if len(logs) == 1 else "")}}}
    with_field = [op for op, one in condition["properties"].items() if "field" in one.get("properties", {})]
    in_items = [
        op
        for op, one in condition["properties"].items()
        if "field" in one.get("items", {}).get("properties", {})
    ]
    return _overlay({tuple(with_field): field, tuple(in_items): {"items": field}})


def _compared_with(values: tuple[str, ...], params: list[str]) -> Json:
    """Give the overlay that offers values and `$names`; where there are values, a literal is one of them."""
    one: Json = {"examples": [*values, *params]}
    if not values:
        return _overlay({_EQUAL: one, _ORDER: {"examples": params}})
    one |= {"if": {"type": "string", "pattern": "^[^$]"}, "then": {"enum": list(values)}}
    return _overlay({_EQUAL: one, _ORDER: {"examples": params}, ("in", "not_in"): {"items": one}})


def _overlay(parts: Mapping[tuple[str, ...], Json]) -> Json:
    """Say more of some keys; an editor offers them once, and not a second time for the overlay."""
    return {"properties": {key: {"doNotSuggest": True, **one} for keys, one in parts.items() for key in keys}}


def _shared(words: Json, overlay: Json) -> Json:
    """Give a reference to an overlay; equal ones are kept once."""
    same = (name for name, one in words.items() if name.startswith("values:") and one == overlay)
    name = next(same, f"values:{sum(name.startswith('values:') for name in words)}")
    words.setdefault(name, overlay)
    return {"$ref": f"#/definitions/{name}"}


def enum(said: Mapping[str, str]) -> Json:
    """Give the keywords for a choice of words, each explained."""
    return {"enum": list(said), "enumDescriptions": list(said.values())}


def bilingual(text: Text) -> str:
    """Give a text as schemas say everything: `中文 / English`."""
    return f"{text.pick('zh')} / {text.pick('en')}"


def _about(logs: Iterable[Log], name: str) -> str:
    """Give what is known of a column: its header or title, its type, the log it is taken from."""
    for log in logs:
        if (field := log.fields.get(name)) is not None:
            said = field.title.zh or field.header or name
            more = f", {field.unit}" if field.unit else ""
            return f"{said} ({field.type}{more}) / {field.title.en or name}"
        for link in log.links.values():
            if name in link.columns:
                source = link.log or log.id
                return f"取自 {source} / from {source}"
    return name
