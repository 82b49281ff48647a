"""The schemas with a pack's own words in them, for editors: logs, fields, values, parameters, clauses, rule ids.

A map that names a log (`log: phone_status`) is given one case a log (`if log is this then …`), in which fields,
predicates and values are those of that log. A map of subjects has one case a value of `per`. Elsewhere a field
may be of any log. What the lints accept is valid here, and what the generic schema refuses is refused here too.
"""

from __future__ import annotations

import json
from typing import Any

from checker.calendar import UNITS
from checker.language.pack import Pack
from checker.language.schema import load_schema
from checker.language.schema_cases import PREDICATE, Json, filled, split
from checker.language.schema_names import bilingual, define, enum, offer_parameters, parameters
from checker.model import Text

OWN = ("rules", "tests", "waivers", "pack")
FIXED = {"person": "人员 / people", "region": "片区 / regions", "company": "公司 / the company"}
_OTHER_FIELDS = ("date", "at", "period", "record")  # what a waiver may name beside fields
_SUBJECTS = Text("对象：人员、片区、公司或一种台账", "the subjects: people, regions, the company or a log")


def pack_schema(pack: Pack, name: str = "rules") -> Json:
    """Give a schema of `schema.SCHEMAS` with this pack's own words; logs, clauses and calendars have none.

    It is stricter than the generic one, never laxer. Do not hold on to it: it is as old as the pack.
    """
    schema: Json = json.loads(json.dumps(load_schema(name)))
    if name not in OWN:
        return schema
    words = schema.setdefault("definitions", {})
    offer_parameters(schema, pack)
    if "fieldName" in words:
        split(schema, pack)
        define(words, pack)
        _waivable(schema, words)
    {"rules": _rules, "tests": _tests, "waivers": _waivers, "pack": _pack}[name](schema, pack)
    return schema


def _rules(schema: Json, pack: Pack) -> None:
    words, rule = schema["definitions"], schema["properties"]["rules"]["items"]["properties"]
    words["periodName"] = {"description": words["periodName"]["description"], "type": "string"}
    words["periodName"]["enum"] = [*UNITS, "occurrence", *pack.periods]
    words["clauseRef"] |= enum({ref: bilingual(one.title) for ref, one in pack.clauses.items()})
    logs = dict(zip(words["logName"]["enum"], words["logName"]["enumDescriptions"], strict=True))
    words["subjectsName"] = {"description": bilingual(_SUBJECTS), "type": "string", **enum(FIXED | logs)}
    for kind in rule["check"]["properties"].values():
        if "per" in kind["properties"]:
            kind["properties"]["per"]["$ref"] = "#/definitions/subjectsName"
    if pack.people:
        rule["applies_to"]["$ref"] = filled(PREDICATE, pack.people.log)
    _units(rule, pack)
    if pack.overlaps:
        rule["overlaps"] = {**_plain(rule["overlaps"]), "enum": list(pack.overlaps)}


def _units(schema: Any, pack: Pack) -> None:
    """Offer the units of the pack wherever amounts of units stand."""
    for key, one in schema.items() if isinstance(schema, dict) else ():
        if key == "units" and pack.units:
            amount = one["additionalProperties"]
            named = {
                name: {**amount, "description": bilingual(unit.title)} for name, unit in pack.units.items()
            }
            one |= {"propertyNames": {"enum": list(named)}, "properties": named}
        else:
            _units(one, pack)


def _plain(schema: Json) -> Json:
    """Leave out the form of a name: its message would stand in place of the list of names."""
    return {key: one for key, one in schema.items() if key not in ("pattern", "errorMessage")}


def _waivable(schema: Any, words: Json) -> None:
    """Let waivers name the fields of any log, and what a finding has beside."""
    for key, one in schema.items() if isinstance(schema, dict) else ():
        if key == "waivable":
            fields = words["fieldName"]
            about = dict(zip(fields["enum"], fields["enumDescriptions"], strict=True))
            named = about | {name: f"结果的 {name} / `{name}` of the finding" for name in _OTHER_FIELDS}
            one["properties"]["keys"]["items"] = {"type": "string", **enum(named)}
        else:
            _waivable(one, words)


def _rule_id(schema: Json, pack: Pack) -> Json:
    named = {rule.id: bilingual(rule.title) for rule in pack.rules}
    named |= {tally.id: bilingual(tally.title) for tally in pack.tallies.values()}
    return {**_plain(schema), **enum(named)}


def _tests(schema: Json, pack: Pack) -> None:
    one = schema["properties"]["tests"]["items"]["properties"]
    one["rule"] = _rule_id(one["rule"], pack)
    for part in (schema["properties"], one):
        part["logs"] |= {
            "propertyNames": {"enum": list(pack.logs)},
            "properties": {
                log.id: {**part["logs"]["additionalProperties"], "description": bilingual(log.title)}
                for log in pack.logs.values()
            },
        }
        values = part["params"]["additionalProperties"]
        part["params"] |= {
            "propertyNames": {"enum": list(parameters(pack))},
            "properties": {name: values for name in parameters(pack)},
        }


def _waivers(schema: Json, pack: Pack) -> None:
    one = schema["properties"]["waivers"]["items"]["properties"]
    one["rule"] = _rule_id(one["rule"], pack)


def _pack(schema: Json, pack: Pack) -> None:
    group = schema["properties"]["overlaps"]["additionalProperties"]["properties"]
    group["prefer"]["items"] = _rule_id(group["prefer"]["items"], pack)
    tally = schema["properties"]["tallies"]["additionalProperties"]["properties"]
    tally["rules"]["items"] = _rule_id(tally["rules"]["items"], pack)
    _units(tally["steps"]["items"]["properties"], pack)
    if pack.units:
        units = enum({name: bilingual(unit.title) for name, unit in pack.units.items()})
        tally["unit"] = {**_plain(tally["unit"]), **units}
    if pack.people:
        people = schema["properties"]["people"]["properties"]["no_deduction"]
        people["$ref"] = filled(PREDICATE, pack.people.log)
