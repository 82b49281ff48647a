"""Faults as SARIF 2.1.0, the OASIS form that code scanning reads.

Columns are code points, paths are relative to the working folder (`%SRCROOT%`, whose own place is not told, as it
differs between machines). Each code that occurs is a rule with its help from the catalogue.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from checker import __version__, catalogue
from checker.catalogue.page import PAGE
from checker.diagnostics import Diagnostic
from checker.model import Lang, Place, Text
from checker.outputs.common import details, fingerprints, local

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_ROOT = "%SRCROOT%"
_ROOT_MEANS = Text("运行 checker 的文件夹", "the folder in which checker was run")


def render(found: Sequence[Diagnostic], lang: Lang) -> str:
    """Give the log of one run."""
    codes = sorted({one.code for one in found})
    results = [
        _result(one, codes.index(one.code), name, lang)
        for one, name in zip(found, fingerprints(found), strict=True)
    ]
    driver = {"name": "policy-checker", "version": __version__, "language": "zh-CN" if lang == "zh" else "en"}
    run = {
        "tool": {"driver": {**driver, "rules": [_rule(code, lang) for code in codes]}},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {_ROOT: {"description": {"text": _ROOT_MEANS.pick(lang)}}},
        "results": results,
    }
    return (
        json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, ensure_ascii=False, indent=1)
        + "\n"
    )


def _rule(code: str, lang: Lang) -> dict[str, Any]:
    entry = catalogue.entry(code)
    anchor = f"{PAGE}#{code}"
    if entry is None:
        return {"id": code, "properties": {"docs": anchor}}
    title, why = entry.title.pick(lang), entry.why.pick(lang)
    text = "\n\n".join([f"{title}. {why}" if lang == "en" else f"{title}。{why}", f"checker explain {code}"])
    return {
        "id": code,
        "shortDescription": {"text": title},
        "fullDescription": {"text": why},
        "help": {"text": text, "markdown": f"{text}\n\n[{anchor}]({anchor})"},
        "properties": {"tags": [entry.group], "docs": anchor},
    }


def _result(one: Diagnostic, rule: int, fingerprint: str, lang: Lang) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": one.code,
        "ruleIndex": rule,
        "level": one.severity,
        "message": {"text": "\n".join([one.message.pick(lang), *details(one, lang)])},
        "partialFingerprints": {"codeFileMessage/v1": fingerprint},
    }
    if one.place.file:
        result["locations"] = [{"physicalLocation": _physical(one.place)}]
    if one.related:
        result["relatedLocations"] = [
            {"id": number, "physicalLocation": _physical(place), "message": {"text": text.pick(lang)}}
            for number, (place, text) in enumerate(one.related, 1)
        ]
    return result


def _physical(place: Place) -> dict[str, Any]:
    physical: dict[str, Any] = {"artifactLocation": _artifact(local(place.file))}
    if place.line:
        region = {"startLine": place.line, "startColumn": place.column, "endColumn": place.end_column}
        physical["region"] = {name: number for name, number in region.items() if number}
    return physical


def _artifact(path: str) -> dict[str, str]:
    """Give where a file is: relative to the working folder, or absolute when it lies elsewhere."""
    uri = quote(path, safe="/", errors="surrogateescape")
    if path.startswith("/"):
        return {"uri": f"file://{uri}"}
    if path[1:3] == ":/":
        return {"uri": "file:///" + quote(path, safe="/:", errors="surrogateescape")}
    return {"uri": uri, "uriBaseId": _ROOT}
