"""`checker test`: the tests of packs."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from checker.cli.shared import deliver, lang_option, packs, remember_lang
from checker.model import Lang

if TYPE_CHECKING:
    from checker.packtest.run import Result

FORMATS = ("pretty", "concise", "json", "junit")
_WORDS = {"pass": "通过", "fail": "失败", "error": "出错", "skip": "跳过", "todo": "待办"}


@click.command(short_help="运行规则包的测试 Run the tests of a pack")
@click.argument("rules", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--format",
    "form",
    type=click.Choice(FORMATS),
    default="pretty",
    show_default=True,
    help="格式",
)
@lang_option
def test(rules: tuple[Path, ...], form: str, lang: Lang) -> None:
    """运行规则包的测试 Run the tests of packs (RULES: folders; default rules/after-sales)."""
    remember_lang(lang)
    folders = packs(rules)
    from checker.packtest.run import run_pack

    results = [one for folder in folders for one in run_pack(folder)]
    deliver(RENDER[form](results, lang), None, utf8=form in ("json", "junit"))
    if any(one.status in ("fail", "error") for one in results):
        click.get_current_context().exit(1)


def _pretty(results: Sequence[Result], lang: Lang) -> str:
    lines = []
    for one in results:
        if one.status in ("fail", "error"):
            lines.append(f"{_headline(one)}")
            lines += ["  " + part for detail in one.details for part in detail.pick(lang).split("\n")]
            lines.append("")
    return "\n".join([*lines, _total(results, lang)]) + "\n"


def _concise(results: Sequence[Result], lang: Lang) -> str:
    lines = [
        " ".join(" ".join([_headline(one), *(detail.pick(lang) for detail in one.details)]).split())
        for one in results
        if one.status != "pass"
    ]
    return "\n".join([*lines, _total(results, lang)]) + "\n"


def _json(results: Sequence[Result], lang: Lang) -> str:
    rows = [
        {
            "file": one.place.file,
            "line": one.place.line,
            "rule": one.rule,
            "name": one.name,
            "status": one.status,
            "details": [detail.pick(lang) for detail in one.details],
        }
        for one in results
    ]
    lines = ",\n  ".join(json.dumps(row, ensure_ascii=False) for row in rows)
    return f'{{"totals": {json.dumps(_counts(results))},\n "tests": [{lines}]}}\n'


def _headline(one: Result) -> str:
    return f"{one.place.file}:{one.place.line}: {one.status}[{one.rule}]: {one.name}"


def _counts(results: Sequence[Result]) -> dict[str, int]:
    count = Counter(one.status for one in results)
    return {str(status): count[status] for status in ("pass", "fail", "error", "skip", "todo")}


def _total(results: Sequence[Result], lang: Lang) -> str:
    counts = _counts(results)
    said = (
        f"{_WORDS[name] if lang == 'zh' else name} {n}" for name, n in counts.items() if n or name == "pass"
    )
    return "  ".join(said)


def _junit(results: Sequence[Result], lang: Lang) -> str:
    """Give JUnit XML as CI servers read it: a suite a file; `todo` counts as skipped."""
    from xml.etree import ElementTree as Xml

    root = Xml.Element("testsuites")
    for file in dict.fromkeys(one.place.file for one in results):
        mine = [one for one in results if one.place.file == file]
        count = _counts(mine)
        numbers = {
            "tests": len(mine),
            "failures": count["fail"],
            "errors": count["error"],
            "skipped": count["skip"] + count["todo"],
        }
        suite = Xml.SubElement(root, "testsuite", {"name": file, **{k: str(n) for k, n in numbers.items()}})
        for one in mine:
            case = Xml.SubElement(
                suite, "testcase", name=one.name, classname=one.rule, file=file, line=str(one.place.line)
            )
            if one.status != "pass":
                said = "\n".join(detail.pick(lang) for detail in one.details)
                tag = {"fail": "failure", "error": "error"}.get(one.status, "skipped")
                Xml.SubElement(case, tag, message=_xml_text(said).split("\n")[0]).text = _xml_text(said)
    Xml.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + Xml.tostring(root, encoding="unicode") + "\n"


def _xml_text(text: str) -> str:
    """Leave out what XML cannot hold."""
    return "".join(ch for ch in text if ch in "\n\t" or ch >= " ")


RENDER = {"pretty": _pretty, "concise": _concise, "json": _json, "junit": _junit}
