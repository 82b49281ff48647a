"""The schemas with a pack's own words in them, for editors: logs, fields, values, parameters, clauses, rule ids.

A map that names a log (`log: phone_status`) is given one case a log (`if log is this then …`), in which fields,
predicates and values are those of that log. A map of subjects has one case a value of `per`. Elsewhere a field
may be of any log. What the lints accept is valid here, and what the generic schema refuses is refused here too.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from checker.language.lint_uses import WORDS, columns, values_of
from checker.language.pack import Duration, Log, Pack, Parameter
from checker.language.schema import load_schema
from checker.model import Text

Json = dict[str, Any]
OWN = ("rules", "tests", "waivers", "pack")
_FIELD, _PREDICATE, _LOG = (f"#/definitions/{name}" for name in ("fieldName", "predicate", "logName"))
_OTHER_FIELDS = ("date", "at", "period", "record")  # what a waiver may name beside fields
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
_SUBJECTS = Text("对象：人员、片区、公司或一种台账", "the subjects: people, regions, the company or a log")


def pack_schema(pack: Pack, name: str = "rules") -> Json:
    """Give a schema of `schema.SCHEMAS` with this pack's own words; logs, clauses and calendars have none.

    It is stricter than the generic one, never laxer. Do not hold on to it: it is as old as the pack.
    """
    schema: Json = json.loads(json.dumps(load_schema(name)))
    if name not in OWN:
        return schema
    words = schema.setdefault("definitions", {})
    _offer_parameters(schema, pack)
    if "fieldName" in words:
        _split(schema, pack)
        _define(words, pack)
    {"rules": _rules, "tests": _tests, "waivers": _waivers, "pack": _pack}[name](schema, pack)
    return schema


def _parameters(pack: Pack) -> dict[str, Parameter]:
    own = {name: one for rule in pack.rules for name, one in rule.params.items()}
    return {**pack.parameters, **own}


def _names(pack: Pack, *kinds: type) -> list[str]:
    """Give the `$names` of the parameters with a value of these kinds, or without any value yet."""
    return [
        f"${name}"
        for name, one in _parameters(pack).items()
        if all(value is None or isinstance(value, kinds) for _, value in one.values)
    ]


def _offer_parameters(schema: Any, pack: Pack) -> None:
    """Offer `$names` wherever a `$parameter` may stand; what else may stand there stays allowed."""
    for one in schema.values() if isinstance(schema, dict) else schema if isinstance(schema, list) else ():
        _offer_parameters(one, pack)
    if isinstance(schema, dict) and r"\$" in str(schema.get("pattern", "")):
        if "分钟" in schema["pattern"]:
            kinds: tuple[type, ...] = (Duration,)
        else:
            kinds = next((_KINDS[word] for word in _KINDS if word in schema["type"]), (str, Duration))
        schema["examples"] = _names(pack, *kinds)


# ---- one case a log


def _split(schema: Any, pack: Pack) -> None:
    """Give every map that names a log, or says who the subjects are, its cases."""
    if not isinstance(schema, dict):
        return
    properties = schema.get("properties", {})
    for one in (*properties.values(), *schema.get("definitions", {}).values()):
        _split(one, pack)
    for word in ("items", "additionalProperties"):
        _split(schema.get(word), pack)
    if "subjects" in properties and "per" in properties:
        _cases(schema, "per", _subject_logs(pack), {"subjects": _taken(properties["subjects"])})
    if properties.get("log", {}).get("$ref") == _LOG:
        logs = {log: log for log in pack.logs}
        _cases(
            schema, "log", logs, {key: _taken(one) for key, one in properties.items() if key != "subjects"}
        )


def _subject_logs(pack: Pack) -> dict[str, str]:
    """Give the log of the subjects by what `per` says; "" is any log."""
    fixed = {
        "person": pack.people.log if pack.people else "",
        "region": pack.regions.log if pack.regions else "",
        "company": "",
    }
    return {**fixed, **{log: log for log in pack.logs}}


def _taken(schema: Any) -> Json:
    """Take the names of fields and the predicates out of a schema; give where they were, as `_filled` wants it."""
    if not isinstance(schema, dict):
        return {}
    if schema.get("$ref") in (_FIELD, _PREDICATE):
        return {"$ref": schema.pop("$ref")}
    found: Json = {}
    if items := _taken(schema.get("items")):
        found["items"] = items
    if "log" not in schema.get("properties", {}):
        inside = {key: _taken(one) for key, one in schema.get("properties", {}).items()}
        found |= {"properties": kept} if (kept := {key: one for key, one in inside.items() if one}) else {}
    return found


def _cases(schema: Json, key: str, logs: Mapping[str, str], taken: Json) -> None:
    taken = {name: one for name, one in taken.items() if one}
    if not taken:
        return
    cases = schema.setdefault("allOf", [])
    for word, log in logs.items():
        is_it = {"properties": {key: {"const": word}}, "required": [key]}
        cases.append({"if": is_it, "then": {"properties": _filled(taken, log)}})
    if key not in schema.get("required", ()):
        cases.append({"if": {"required": [key]}, "else": {"properties": _filled(taken, "")}})


def _filled(taken: Any, log: str) -> Any:
    """Give what was taken, with the names of one log in place of all."""
    if isinstance(taken, str):
        return f"{taken}:{log}" if log else taken
    return {key: _filled(one, log) for key, one in taken.items()}


# ---- the definitions


def _define(words: Json, pack: Pack) -> None:
    """Put the names of each log, and of all logs together, in place of the generic definitions."""
    for log in pack.logs.values():
        words[f"fieldName:{log.id}"] = _fields([log], pack)
        words[f"predicate:{log.id}"] = _predicate(words, [log], pack)
    words["condition"] = _loose(words["condition"])
    words["predicate"] = _predicate(words, list(pack.logs.values()), pack)
    words["fieldName"] = _fields(list(pack.logs.values()), pack)
    titles = {log.id: _bilingual(log.title) for log in pack.logs.values()}
    words["logName"] = {"description": words["logName"]["description"], "type": "string", **_enum(titles)}


def _loose(condition: Json) -> Json:
    """Give the form of a condition without what an overlay says better: which fields, and what this is."""
    for one in condition["properties"].values():
        for part in (one, one.get("items", {})):
            part.get("properties", {}).get("field", {}).pop("$ref", None)
    return {key: one for key, one in condition.items() if key not in ("title", "description")}


def _fields(logs: list[Log], pack: Pack) -> Json:
    names = {name: _about(logs, name) for name in columns(pack, tuple(log.id for log in logs))}
    return {"description": "字段名 / a field", "type": "string", **_enum(names)}


def _predicate(words: Json, logs: list[Log], pack: Pack) -> Json:
    """Give the schema of predicates over these logs; over several, a field may have the values of each."""
    generic: Json = words["predicate"] if "any_of" in words["predicate"]["properties"] else {}
    own = logs[0].id if len(logs) == 1 else ""
    properties = {key: _filled_refs(generic["properties"][key], own) for key in ("any_of", "all_of", "not")}
    names = columns(pack, tuple(log.id for log in logs))
    complete = {key: one for key, one in generic["properties"]["complete"].items() if key != "items"}
    allowed = {
        **{name: _about(logs, name) for name in names},
        "required": "全部必填字段 / all required fields",
    }
    properties["complete"] = {**complete, "items": {"type": "string", **_enum(allowed)}}
    for name in names:
        properties[name] = {"description": _about(logs, name), "allOf": _condition(words, logs, name, pack)}
    kept = {key: generic[key] for key in ("description", "type", "minProperties")}
    return {**kept, "properties": properties, "additionalProperties": False}


def _filled_refs(schema: Any, log: str) -> Any:
    if isinstance(schema, dict):
        return {key: _filled_refs(one, log) for key, one in schema.items()}
    return f"{schema}:{log}" if schema == _PREDICATE and log else schema


def _condition(words: Json, logs: list[Log], name: str, pack: Pack) -> list[Json]:
    """Give the parts that a condition on a field must meet: its form, its fields, its values."""
    own = f"condition:{logs[0].id}" if len(logs) == 1 else "condition:"
    words.setdefault(own, _compared(words["condition"], logs))
    parts = [{"$ref": "#/definitions/condition"}, {"$ref": f"#/definitions/{own}"}]
    holders = [log for log in logs if name in log.columns()]
    values = [values_of(pack, log, name) for log in holders]
    known = tuple(dict.fromkeys(one for some in values for one in some)) if all(values) else ()
    kinds = {field.type for log in holders if (field := log.fields.get(name))}
    params = _names(pack, *(_HOLDS.get(kinds.pop(), (str,)) if len(kinds) == 1 else (object,)))
    return [*parts, _shared(words, _compared_with(known, params))]


def _compared(condition: Json, logs: list[Log]) -> Json:
    """Give the overlay in which `{field: …}` is a field of these logs."""
    field = {"properties": {"field": {"$ref": _filled(_FIELD, logs[0].id if len(logs) == 1 else "")}}}
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


def _enum(said: Mapping[str, str]) -> Json:
    return {"enum": list(said), "enumDescriptions": list(said.values())}


def _bilingual(text: Text) -> str:
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


# ---- what each file has beside


def _rules(schema: Json, pack: Pack) -> None:
    words, rule = schema["definitions"], schema["properties"]["rules"]["items"]["properties"]
    words["clauseRef"] |= _enum({ref: _bilingual(one.title) for ref, one in pack.clauses.items()})
    fixed = {"person": "人员 / people", "region": "片区 / regions", "company": "公司 / the company"}
    assert set(fixed) == set(WORDS)
    logs = dict(zip(words["logName"]["enum"], words["logName"]["enumDescriptions"], strict=True))
    words["subjectsName"] = {"description": _bilingual(_SUBJECTS), "type": "string", **_enum(fixed | logs)}
    for kind in rule["check"]["properties"].values():
        if "per" in kind["properties"]:
            kind["properties"]["per"]["$ref"] = "#/definitions/subjectsName"
    if pack.people:
        rule["applies_to"]["$ref"] = _filled(_PREDICATE, pack.people.log)
    fields = words["fieldName"]
    about = dict(zip(fields["enum"], fields["enumDescriptions"], strict=True))
    named = about | {name: f"结果的 {name} / `{name}` of the finding" for name in _OTHER_FIELDS}
    rule["waivable"]["properties"]["keys"]["items"] = {"type": "string", **_enum(named)}
    if pack.overlaps:
        rule["overlaps"]["enum"] = list(pack.overlaps)


def _rule_ids(pack: Pack) -> Json:
    return _enum({rule.id: _bilingual(rule.title) for rule in pack.rules})


def _tests(schema: Json, pack: Pack) -> None:
    one = schema["properties"]["tests"]["items"]["properties"]
    one["rule"] |= _rule_ids(pack)
    for part in (schema["properties"], one):
        part["logs"] |= {
            "propertyNames": {"enum": list(pack.logs)},
            "properties": {
                log.id: {**part["logs"]["additionalProperties"], "description": _bilingual(log.title)}
                for log in pack.logs.values()
            },
        }
        values = part["params"]["additionalProperties"]
        part["params"] |= {
            "propertyNames": {"enum": list(_parameters(pack))},
            "properties": {name: values for name in _parameters(pack)},
        }


def _waivers(schema: Json, pack: Pack) -> None:
    schema["properties"]["waivers"]["items"]["properties"]["rule"] |= _rule_ids(pack)


def _pack(schema: Json, pack: Pack) -> None:
    group = schema["properties"]["overlaps"]["additionalProperties"]["properties"]
    group["prefer"]["items"] |= _rule_ids(pack)
    if pack.people:
        people = schema["properties"]["people"]["properties"]["no_deduction"]
        people["$ref"] = _filled(_PREDICATE, pack.people.log)
