"""One case a log: what a schema says of fields and predicates, said again for each log that a map may name.

A map with `log` gets `if log is this then …` for each log, a map with `subjects` one for each value of `per`. The
definitions they lead to, such as `fieldName:visit`, are made in `schema_names`; `fieldName` alone is any log's.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from checker.language.pack import Pack

Json = dict[str, Any]
FIELD, PREDICATE, LOG = (f"#/definitions/{name}" for name in ("fieldName", "predicate", "logName"))


def split(schema: Any, pack: Pack) -> None:
    """Give every map that names a log, or says who the subjects are, its cases."""
    if not isinstance(schema, dict):
        return
    properties = schema.get("properties", {})
    for one in (*properties.values(), *schema.get("definitions", {}).values()):
        split(one, pack)
    for word in ("items", "additionalProperties"):
        split(schema.get(word), pack)
    if "subjects" in properties and "per" in properties:
        _cases(schema, "per", _subject_logs(pack), {"subjects": _taken(properties["subjects"])})
    if properties.get("log", {}).get("$ref") == LOG:
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
    if schema.get("$ref") in (FIELD, PREDICATE):
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
        cases.append({"if": is_it, "then": {"properties": filled(taken, log)}})
    if key not in schema.get("required", ()):
        cases.append({"if": {"required": [key]}, "else": {"properties": filled(taken, "")}})


def filled(taken: Any, log: str) -> Any:
    """Give what was taken, with the names of one log in place of all."""
    if isinstance(taken, str):
        return f"{taken}:{log}" if log else taken
    return {key: filled(one, log) for key, one in taken.items()}
