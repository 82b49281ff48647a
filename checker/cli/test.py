"""`checker test`: the tests of packs."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from checker.cli.shared import deliver, lang_option, packs, remember_lang
from checker.diagnostics import UsageError
from checker.model import Lang, Text

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
@click.option(
    "--coverage", is_flag=True, help="测试覆盖了什么 which outcomes, values and penalties tests touch"
)
@click.option(
    "--mutate", is_flag=True, help="改一处规则，看有没有测试发现 change the rules a little: who notices?"
)
@click.option(
    "--jobs", type=click.IntRange(1, 64), default=1, show_default=True, help="进程数 processes, with --mutate"
)
@click.option(
    "--fail-under",
    type=click.FloatRange(0, 100),
    help="百分比低于此值返回 1  [default: 95 with --mutate, else 0]",
)
@click.option(
    "--from",
    "finding",
    help="发现编号：写成测试，后接台账 fingerprint of a finding: written as a test, LOGS follow",
)
@click.option("--rules", "pack", type=click.Path(path_type=Path), help="规则包 the pack, with --from")
@click.option("--period", help="期间 with --from")
@click.option("--as-of", help="截止日 with --from")
@click.option("--to", type=click.Path(path_type=Path, dir_okay=False), help="测试文件 new file, with --from")
@lang_option
def test(
    rules: tuple[Path, ...],
    form: str,
    coverage: bool,
    mutate: bool,
    jobs: int,
    fail_under: float | None,
    finding: str | None,
    pack: Path | None,
    period: str | None,
    as_of: str | None,
    to: Path | None,
    lang: Lang,
) -> None:
    """运行规则包的测试 Run the tests of packs (RULES: folders; default rules/after-sales)."""
    remember_lang(lang)
    if finding is not None:
        from checker.cli.test_from import from_finding

        from_finding(finding, rules, pack, period, as_of, to)
        return
    folders = packs(rules)
    from checker.packtest.run import run_pack

    results = [one for folder in folders for one in run_pack(folder)]
    failed = any(one.status in ("fail", "error") for one in results)
    if failed or not (coverage or mutate):
        deliver(RENDER[form](results, lang), None, utf8=form in ("json", "junit"))
    elif mutate:
        failed = _mutate(folders, form, lang, jobs, 95.0 if fail_under is None else fail_under)
    else:
        failed = _coverage(folders, form, lang, fail_under or 0.0)
    if failed:
        click.get_current_context().exit(1)


def _mutate(folders: Sequence[Path], form: str, lang: Lang, jobs: int, least: float) -> bool:
    """Tell of the mutants that no test notices; True when too few are noticed."""
    from checker.packtest.mutate.report import RENDER as MUTANTS
    from checker.packtest.mutate.run import run
    from checker.packtest.mutate.summary import merged, summary
    from checker.packtest.mutate.survivors import load_excuses

    excuses = {folder: load_excuses(folder) for folder in folders}
    parts = [summary(run(folder, jobs), excuses[folder], folder) for folder in folders]
    whole = merged(parts)
    deliver(MUTANTS[form](whole, lang), None, utf8=form in ("json", "junit"))
    return float(whole.share) < least


def _coverage(folders: Sequence[Path], form: str, lang: Lang, least: float) -> bool:
    """Tell what the tests touch; True when too few rules have a pass and a fail."""
    if form == "junit":
        raise UsageError.of(
            "coverage-format",
            Text("--coverage 没有 junit 格式", "--coverage has no junit format"),
            Text("用 --format pretty、concise 或 json", "use --format pretty, concise or json"),
        )
    from checker.packtest.coverage import coverage
    from checker.packtest.coverage_report import as_json, as_text, covered_share

    parts = [coverage(folder) for folder in folders]
    text = as_json(parts) if form == "json" else as_text(parts, lang, every=form == "pretty")
    deliver(text, None, utf8=form == "json")
    return float(covered_share(parts)) < least


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
