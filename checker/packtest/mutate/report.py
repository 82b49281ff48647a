"""The summary of a mutation run as text: pretty, concise, json, junit; the same bytes for the same summary."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree as Xml

from checker.model import Lang, Place, Text
from checker.packtest.mutate.mutants import Mutant
from checker.packtest.mutate.summary import Summary
from checker.packtest.mutate.survivors import Excuse


def _at(place: Place) -> str:
    return f"{place.file}:{place.line}:{place.column}"


def _survivor(one: Mutant, lang: Lang) -> str:
    return f"{_at(one.place)}: {one.said.pick(lang)}"


def _stale(one: Excuse, lang: Lang) -> str:
    said = Text(
        f"这一条已没有对应的变异，请删去：{one.home} {one.path} {one.change}",
        f"this entry covers no survivor any more; remove it: {one.home} {one.path} {one.change}",
    )
    return f"{_at(one.place)}: {said.pick(lang)}"


def _total(one: Summary, lang: Lang) -> str:
    counts = one.counts
    return Text(
        f"变异 {sum(counts.values())}：被发现 {one.killed}（{one.share}%），没有测试发现 {len(one.open)}，"
        f"已说明理由 {len(one.excused)}，与原文同义 {counts['same']}，不成立 {counts['invalid']}",
        f"{sum(counts.values())} mutants: {one.killed} noticed ({one.share}%), {len(one.open)} not, "
        f"{len(one.excused)} excused, {counts['same']} mean the same, {counts['invalid']} invalid",
    ).pick(lang)


def pretty(one: Summary, lang: Lang) -> str:
    """Give each survivor with its place and what to do, the excused ones with their reasons, then the count."""
    lines = [_survivor(mutant, lang) for mutant in one.open]
    if lines:
        lines += ["", Text(
            "为每条补一个测试；确实不必测的写进 tests/survivors.yaml（in、path、change、reason）",
            "write a test for each; what needs none goes into tests/survivors.yaml (in, path, change, reason)",
        ).pick(lang), ""]  # fmt: skip
    for mutant, excuse in one.excused:
        lines.append(
            f"{_at(mutant.place)}: {mutant.owner or ''} {mutant.path}: {mutant.change}".replace(":  ", ": ")
        )
        lines.append(f"  {Text('理由', 'reason').pick(lang)}: {excuse.reason}")
    lines += [_stale(excuse, lang) for excuse in one.stale]
    return "\n".join([*lines, _total(one, lang)]) + "\n"


def concise(one: Summary, lang: Lang) -> str:
    """Give one line a survivor or stale entry, then the count."""
    lines = [_survivor(mutant, lang) for mutant in one.open] + [_stale(excuse, lang) for excuse in one.stale]
    return "\n".join([*lines, _total(one, lang)]) + "\n"


def as_json(one: Summary, lang: Lang) -> str:
    """Give counts, survivors with the reasons of those excused, and stale entries, one a line."""
    totals = {
        **one.counts, "mutants": sum(one.counts.values()), "excused": len(one.excused),
        "open": len(one.open), "killed_percent": float(one.share),
    }  # fmt: skip
    reasons = {id(mutant): excuse.reason for mutant, excuse in one.excused}
    rows = [
        {**_row(mutant), "reason": reasons.get(id(mutant)), "message": mutant.said.pick(lang)}
        for mutant in (*one.open, *(mutant for mutant, _ in one.excused))
    ]
    stale = [
        {
            "file": old.place.file,
            "line": old.place.line,
            "in": old.home,
            "path": old.path,
            "change": old.change,
        }
        for old in one.stale
    ]
    parts = (f'"totals": {_json(totals)}', f'"survivors": {_listed(rows)}', f'"stale": {_listed(stale)}')
    return "{" + ",\n ".join(parts) + "}\n"


def _row(one: Mutant) -> dict[str, Any]:
    return {
        "file": one.place.file, "line": one.place.line, "column": one.place.column, "rule": one.owner,
        "path": one.path, "operator": one.operator, "change": one.change,
    }  # fmt: skip


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _listed(rows: list[dict[str, Any]]) -> str:
    return f"[{','.join(f'{chr(10)}  {_json(row)}' for row in rows)}]"


def junit(one: Summary, lang: Lang) -> str:
    """Give a suite with a failed case a survivor and a skipped one a survivor with a reason."""
    numbers = {
        "tests": one.killed + len(one.open) + len(one.excused),
        "failures": len(one.open),
        "errors": 0,
        "skipped": len(one.excused),
    }
    root = Xml.Element("testsuites")
    suite = Xml.SubElement(root, "testsuite", {"name": "mutate", **{k: str(n) for k, n in numbers.items()}})
    for mutant, tag, said in _cases(one, lang):
        place = mutant.place
        name = f"{mutant.path}: {mutant.change}"
        home = mutant.owner or place.file
        case = Xml.SubElement(
            suite, "testcase", name=name, classname=home, file=place.file, line=str(place.line)
        )
        Xml.SubElement(case, tag, message=said)
    Xml.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + Xml.tostring(root, encoding="unicode") + "\n"


def _cases(one: Summary, lang: Lang) -> Iterator[tuple[Mutant, str, str]]:
    yield from ((mutant, "failure", mutant.said.pick(lang)) for mutant in one.open)
    yield from ((mutant, "skipped", excuse.reason) for mutant, excuse in one.excused)


RENDER = {"pretty": pretty, "concise": concise, "json": as_json, "junit": junit}
