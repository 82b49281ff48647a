"""The files of this folder → packs, logs and cases. Nothing here knows an engine.

A file names a pack and holds groups; a group is one run (period, cut-off, logs) and its cases one rule each, so that
an engine may judge all rules of a group at once.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from checker.calendar import parse_as_of, parse_period
from checker.language import load_build as build
from checker.language.load_faults import faults
from checker.language.pack import Pack
from checker.language.places import Places
from checker.language.yaml_loader import load_file, load_text
from checker.model import Period, Text

FOLDER = Path(__file__).parent
FILES = sorted(path.stem for path in FOLDER.glob("*.yaml"))
GROUP_KEYS = {"about", "pack", "period", "as_of", "settings", "fields", "links", "logs", "cases"}
CASE_KEYS = {"name", "why", "todo", "rule", "expect", "refused"}
RULE = {"clause": "一", "kind": "duty", "effective": {"from": "2000-01-01"}, "message": {"zh": "不符"}}
SETTINGS = {
    "id": "world", "title": {"zh": "世界"}, "version": "1", "time_zone": "Asia/Shanghai", "currency": "CNY", "policy": {"name": {"zh": "制度"}},
}  # fmt: skip


@dataclass(frozen=True)
class Case:
    """One rule and all that it gives: `header` names the columns of the table, `rows` are their cells as written.

    `todo`: why an engine, by name or `all`, does not give this yet.
    """

    file: str
    name: str
    rule: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    todo: Mapping[str, str]


@dataclass(frozen=True)
class Refused:
    """One rule that must not compile, and the code of the fault that says why."""

    file: str
    name: str
    rule: str
    code: str


@dataclass(frozen=True)
class Group:
    """One run: a pack whose rules are those of the cases, logs as CSV text, period and cut-off."""

    pack: Pack
    logs: Mapping[str, str]
    period: Period
    as_of: datetime
    cases: tuple[Case, ...]
    refused: tuple[Refused, ...]


@cache
def groups_of(file: str) -> tuple[Group, ...]:
    """Give the groups of a file."""
    raw = load_file(FOLDER / f"{file}.yaml").value
    known(raw, {"pack", "about", "groups"}, file)
    return tuple(_group(file, _base(one.get("pack", raw["pack"])), one) for one in raw["groups"])


@cache
def _base(pack: str) -> Mapping[str, Any]:
    value: Mapping[str, Any] = load_file(FOLDER / "packs" / f"{pack}.yaml").value
    return value


def all_cases() -> Iterator[Case]:
    """Give every case of every file, in order."""
    for file in FILES:
        for group in groups_of(file):
            yield from group.cases


def known(raw: Mapping[str, Any], keys: set[str], place: str) -> None:
    """Refuse a key that nobody reads: a slip there would be a test that says less than it seems to."""
    assert raw.keys() <= keys, f"{place}: {sorted(raw.keys() - keys)}"


def _group(file: str, base: Mapping[str, Any], raw: Mapping[str, Any]) -> Group:
    known(raw, GROUP_KEYS, f"{file}: {raw.get('about')}")
    rules = [_rule(number, one, file) for number, one in enumerate(raw["cases"], 1)]
    pairs = list(zip((rule["id"] for rule in rules), raw["cases"], strict=True))
    cases = tuple(_case(file, rule, one) for rule, one in pairs if "refused" not in one)
    refused = tuple(
        Refused(file, one["name"], rule, one["refused"]) for rule, one in pairs if "refused" in one
    )
    pack, as_of = _pack(base, raw, rules), parse_as_of(str(raw["as_of"]))
    period = parse_period(str(raw["period"]), pack.periods)
    return Group(pack, raw.get("logs", {}), period, as_of, cases, refused)


def _rule(number: int, raw: Mapping[str, Any], file: str) -> dict[str, Any]:
    known(raw, CASE_KEYS, f"{file}: {raw.get('name')}")
    return {**RULE, "id": f"case-{number}", "title": {"zh": raw["name"]}, **raw["rule"]}


def _case(file: str, rule: str, raw: Mapping[str, Any]) -> Case:
    lines = [tuple(cell.strip() for cell in line.split("|")) for line in raw["expect"].strip().splitlines()]
    header, *rows = lines
    assert all(len(row) == len(header) for row in rows), (
        f"{file}: {raw['name']}: a row has too few or too many cells"
    )
    todo = raw.get("todo", {})
    return Case(
        file, raw["name"], rule, header, tuple(rows), {"all": todo} if isinstance(todo, str) else todo
    )


def _pack(base: Mapping[str, Any], raw: Mapping[str, Any], rules: list[dict[str, Any]]) -> Pack:
    logs = {name: _log(name, one, raw) for name, one in base["logs"].items()}
    settings = _checked("pack", {**SETTINGS, **base.get("settings", {}), **raw.get("settings", {})})
    typed = _checked("rules", {"rules": rules})["rules"]
    nowhere = Places()
    return Pack(
        settings["id"], Text("世界"), "1", settings["time_zone"], "CNY", build.policy(settings["policy"]),
        build.logs(_checked("logs", {"logs": logs})["logs"], nowhere), {}, tuple(build.rule(one, nowhere) for one in typed),
        people=build.people(settings.get("people")), regions=build.regions(settings.get("regions")),
        calendar=build.calendar_source(settings.get("calendar")), leave=build.leave(settings.get("leave")),
        attestations=build.attestations(settings.get("attestations")),
        parameters=build.parameters(settings.get("parameters"), nowhere, ()),
        units=build.units(settings.get("units"), nowhere), tallies=build.tallies(settings.get("tallies"), nowhere),
        caps=build.caps(settings.get("caps"), nowhere),
        periods=build.periods(settings.get("periods")),
        calendar_days=build.calendar_days([_checked("calendar", one) for one in base.get("calendars", ())]),
    )  # fmt: skip


def _log(name: str, base: Mapping[str, Any], raw: Mapping[str, Any]) -> dict[str, Any]:
    more = {part: {**base.get(part, {}), **raw.get(part, {}).get(name, {})} for part in ("fields", "links")}
    return {**base, **{part: entries for part, entries in more.items() if entries}}


def _checked(schema: str, value: Any) -> Any:
    """Give a part of a pack as the loader of packs would read it; a fault in its structure is a fault of the case."""
    document = load_text(json.dumps(value, ensure_ascii=False, default=float), schema)
    found = [*document.diagnostics, *(faults(document.root, schema, schema) if document.root else ())]
    assert not found, "; ".join(f"{one.message.en} in {one.found}" for one in found)
    return document.value
