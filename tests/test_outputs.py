"""Faults in every format: exact bytes for one pack with faults of all kinds, and what each reader of a format asks.

`UPDATE_EXPECTED=1 pytest tests/test_outputs.py` writes tests/golden_faults, to be read.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import jsonschema
import pytest
from click.testing import CliRunner

from checker import outputs
from checker.catalogue import codes
from checker.cli import main
from checker.cli.check import FORMATS
from checker.cli.shared import FORMATS_OF_DIAGNOSTICS
from checker.diagnostics import Diagnostic, in_order
from checker.language import lint_pack
from checker.model import Place, Text
from checker.outputs import OUTPUTS, github
from checker.outputs.common import local

HERE = Path(__file__).parent
GOLDEN = HERE / "golden_faults"
SCHEMA = json.loads((HERE / "data" / "sarif-schema-2.1.0.json").read_text(encoding="utf-8"))
RULES = """\
rules:
- id: visit-untrue
  title: {zh: 走访要有备注, en: Visits have notes}
  clause: 一.9
  kind: goal
  effective: {from: 2025-01-01}
  params: {unused: {2026-01-01: 5}, late: {2026-07-01: 30 minutes}}
  check:
    each: {log: visit, where: {level: {is: 严重的}}, require: {minutes: {at_most: $late}, notes: {present: true}}}
  penalty: {fine: {range: {min: 50, max: 10}}}
  message: {zh: "𠮷野家 {nam} 100% 不符：见附件, 第 2 页", en: "{nam}: 100%, see page 2"}
"""
PARSED = {
    "json": json.loads,
    "gitlab": json.loads,
    "sarif": json.loads,
    "junit": ElementTree.fromstring,
}


@pytest.fixture
def found(tmp_path, monkeypatch) -> list[Diagnostic]:
    monkeypatch.chdir(tmp_path)
    shutil.copytree(HERE / "packs" / "mini", "pack")
    Path("pack/rules/走访 规则.yaml").write_text(RULES, encoding="utf-8")
    return lint_pack(Path("pack"))


def odd() -> list[Diagnostic]:
    """Give faults with everything that a format may stumble over."""
    message = Text("坏\x00字符 <b>&\r\n::error::假 100%", "bad\x1b[31m \ud800 <b>&\n::error::false 100%")
    return [
        Diagnostic("internal-error", "error", Place(""), message, "]]>", "\x07", message),
        Diagnostic("tab", "warning", Place("a,b:c%/甲 乙#.yaml", 3), message),
        Diagnostic("tab", "note", Place("/elsewhere/x.yaml", 2, 1, 1), message),
        Diagnostic("no-such-code", "error", Place("C:/规则/x.yaml", 2, 4, 9), message),
    ]


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("form", OUTPUTS)
def test_a_pack_with_many_faults_is_told_exactly(found, form, lang):
    golden = GOLDEN / f"{form}.{lang}.txt"
    text = OUTPUTS[form](found, lang)
    if os.environ.get("UPDATE_EXPECTED"):
        golden.write_text(text, encoding="utf-8")
    assert text == golden.read_text(encoding="utf-8")
    assert text == OUTPUTS[form](list(found), lang)


def test_the_pack_of_these_tests_has_faults_of_many_kinds(found):
    assert [one.code for one in found] == [
        "duplicate-rule",
        "unknown-clause",
        "effective-before-published",
        "unused-parameter",
        "unknown-enum-value",
        "parameter-gap",
        "unknown-field",
        "penalty-on-goal",
        "bad-range",
        "unknown-placeholder",
        "unknown-placeholder",
    ]


def test_the_command_line_offers_every_format_and_gives_it_byte_for_byte(found):
    assert tuple(OUTPUTS) == FORMATS_OF_DIAGNOSTICS
    for form in OUTPUTS:
        done = CliRunner().invoke(main, ["lint", "pack", "--format", form, "--lang", "en"])
        assert (done.exit_code, done.stdout) == (1, OUTPUTS[form](found, "en"))


@pytest.mark.parametrize("form", OUTPUTS)
def test_no_faults_are_told_too(form):
    assert {
        "pretty": "0 errors, 0 warnings, 0 notes\n",
        "concise": "0 errors, 0 warnings, 0 notes\n",
        "json": '{"totals": {"error": 0, "warning": 0, "note": 0},\n "diagnostics": []}\n',
        "github": "0 errors, 0 warnings, 0 notes\n",
        "gitlab": "[]\n",
    }.get(form, OUTPUTS[form]([], "en")) == OUTPUTS[form]([], "en")


@pytest.mark.parametrize("form", PARSED)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_odd_characters_break_no_format(form, lang):
    text = OUTPUTS[form](odd(), lang).encode(errors="replace").decode()
    assert PARSED[form](text) is not None


# SARIF


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_sarif_is_valid_against_the_schema_of_oasis(found, lang):
    check = jsonschema.Draft4Validator(SCHEMA, format_checker=jsonschema.Draft4Validator.FORMAT_CHECKER)
    for faults in (found, odd(), []):
        log = json.loads(OUTPUTS["sarif"](faults, lang).encode(errors="replace"))
        assert [error.message for error in check.iter_errors(log)] == []


def test_the_schema_of_oasis_notices_a_broken_log(found):
    log = json.loads(OUTPUTS["sarif"](found, "en"))
    log["runs"][0]["results"][0]["level"] = "fatal"
    assert [error.message for error in jsonschema.Draft4Validator(SCHEMA).iter_errors(log)] == [
        "'fatal' is not one of ['none', 'note', 'warning', 'error']"
    ]


def test_a_region_of_sarif_is_the_text_meant(found):
    run = json.loads(OUTPUTS["sarif"](found, "zh"))["runs"][0]
    assert run["columnKind"] == "unicodeCodePoints"
    region = run["results"][-1]["locations"][0]["physicalLocation"]["region"]
    line = RULES.split("\n")[region["startLine"] - 1]
    assert line[region["startColumn"] - 1 : region["endColumn"] - 1] == "{nam}"
    assert [run["tool"]["driver"]["rules"][one["ruleIndex"]]["id"] for one in run["results"]] == [
        one.code for one in found
    ]


def test_paths_of_sarif_are_encoded_and_relative_where_they_can_be():
    results = json.loads(OUTPUTS["sarif"](odd(), "zh").encode(errors="replace"))["runs"][0]["results"]
    places = [one["locations"][0]["physicalLocation"]["artifactLocation"] for one in results[1:]]
    assert "locations" not in results[0]
    assert places == [
        {"uri": "a%2Cb%3Ac%25/%E7%94%B2%20%E4%B9%99%23.yaml", "uriBaseId": "%SRCROOT%"},
        {"uri": "file:///elsewhere/x.yaml"},
        {"uri": "file:///C:/%E8%A7%84%E5%88%99/x.yaml"},
    ]


def test_a_conflict_has_both_places_in_sarif(found):
    related = json.loads(OUTPUTS["sarif"](found, "en"))["runs"][0]["results"][0]["relatedLocations"]
    assert related == [
        {
            "id": 1,
            "physicalLocation": {
                "artifactLocation": {"uri": "pack/rules/base.yaml", "uriBaseId": "%SRCROOT%"},
                "region": {"startLine": 18, "startColumn": 7, "endColumn": 19},
            },
            "message": {"text": "first used here"},
        }
    ]


# Fingerprints


def moved(found: list[Diagnostic]) -> list[Diagnostic]:
    path = Path("pack/rules/走访 规则.yaml")
    path.write_text("# a line more\n\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
    return lint_pack(Path("pack"))


def test_fingerprints_stay_when_lines_move_or_the_language_changes(found):
    names = [one["fingerprint"] for one in json.loads(OUTPUTS["gitlab"](found, "zh"))]
    assert len(set(names)) == len(names) == len(found)
    later = moved(found)
    assert later != found
    assert [one["fingerprint"] for one in json.loads(OUTPUTS["gitlab"](later, "en"))] == names


def test_the_same_fault_twice_in_a_file_has_two_fingerprints():
    twice = [Diagnostic("tab", "error", Place("a.yaml", line), Text("制表符")) for line in (1, 2)]
    for form, read in (
        ("gitlab", lambda log: [one["fingerprint"] for one in log]),
        ("sarif", lambda log: [str(one["partialFingerprints"]) for one in log["runs"][0]["results"]]),
    ):
        names = read(json.loads(OUTPUTS[form](twice, "zh")))
        assert len(set(names)) == 2


# GitHub

COMMAND = re.compile(r"::(error|warning|notice)(?: ([^:]*))?::(.*)")


def unescaped(text: str) -> str:
    for char, code in ((":", "%3A"), (",", "%2C"), ("\n", "%0A"), ("\r", "%0D"), ("%", "%25")):
        text = text.replace(code, char)
    return text


def test_an_annotation_read_back_is_what_was_said():
    lines = OUTPUTS["github"](odd(), "zh").split("\n")
    read = [COMMAND.fullmatch(line).groups() for line in lines[:-2]]
    assert len(read) == 4
    level, properties, data = read[1]
    values = {name: unescaped(value) for name, value in (one.split("=", 1) for one in properties.split(","))}
    assert (level, values, unescaped(data)) == (
        "warning",
        {"file": "a,b:c%/甲 乙#.yaml", "line": "3", "endLine": "3", "title": "tab"},
        odd()[1].message.zh,
    )


def test_more_than_ten_annotations_are_counted_first():
    many = [Diagnostic("tab", "error", Place("a.yaml", line), Text("制表符")) for line in range(1, 12)]
    assert len(many) > github.SHOWN
    first, *_, last, _ = OUTPUTS["github"](many, "en").split("\n")
    assert first.startswith(
        "::warning title=checker lint::11 errors, 0 warnings, 0 notes; GitHub shows about 10"
    )
    assert last == "11 errors, 0 warnings, 0 notes"
    assert OUTPUTS["github"](many[:10], "en").startswith("::error file=a.yaml,line=1,")


# JUnit


def test_junit_has_a_case_for_each_file_and_code_and_fails_for_errors_only(found):
    suite = ElementTree.fromstring(OUTPUTS["junit"](found, "en")).find("testsuite")
    cases = [(one.get("classname"), one.get("name"), one.find("failure") is not None) for one in suite]
    file = "pack/rules/走访 规则.yaml"
    assert cases == [
        (file, code, code not in ("effective-before-published", "unused-parameter"))
        for code in dict.fromkeys(one.code for one in found)
    ]
    assert (suite.get("tests"), suite.get("failures")) == ("10", "8")


# Paths


def test_paths_are_those_of_the_working_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert local(str(tmp_path / "rules" / "x.yaml")) == "rules/x.yaml"
    assert local("./rules/x.yaml") == "rules/x.yaml"
    assert local("/elsewhere/x.yaml") == "/elsewhere/x.yaml"


# What is known about people


def test_findings_have_no_way_into_formats_that_leave_the_house():
    """`check` offers no format for annotations or code scanning, and the room of these formats sees no finding."""
    assert not {"github", "gitlab", "sarif"} & set(FORMATS)
    done = CliRunner().invoke(main, ["check", "x", "--format", "sarif"])
    assert done.exit_code == 2
    for path in Path(outputs.__file__).parent.glob("*.py"):
        assert not re.search(r"import .*\b(Finding|Report|Hit)\b", path.read_text(encoding="utf-8"))


def test_colours_on_a_console_only_when_asked_for_or_on_a_terminal(found):
    run = CliRunner()
    plain = run.invoke(main, ["lint", "pack"]).stdout
    assert "\x1b" not in plain
    for arguments, env, painted in (
        (["--color", "always"], {}, True),
        (["--color", "always"], {"NO_COLOR": "1"}, True),
        (["--color", "never"], {"FORCE_COLOR": "1"}, False),
        ([], {"FORCE_COLOR": "1"}, True),
        ([], {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
        ([], {"FORCE_COLOR": "0"}, False),
    ):
        said = run.invoke(main, ["lint", "pack", *arguments], env=env).stdout
        assert ("\x1b" in said) is painted
        assert re.sub(r"\x1b\[[0-9;]*m", "", said) == plain
    for form in outputs.MACHINES:
        assert "\x1b" not in run.invoke(main, ["lint", "pack", "--format", form, "--color", "always"]).stdout


def test_faults_come_in_order_of_place(found):
    assert list(in_order(found)) == found
    assert {one.code for one in found} <= set(codes())


def on_a_console(charset: str, *arguments: str, told_in: str = "", **env: str) -> tuple[int, str, str]:
    """Run the program as on a console of another encoding."""
    root = str(HERE.parent)
    done = subprocess.run(
        [sys.executable, "-m", "checker", *arguments],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": root, "PYTHONIOENCODING": charset, **env},
        capture_output=True,
        check=False,
    )
    return done.returncode, done.stdout.decode(told_in or charset), done.stderr.decode(charset)


def test_a_gbk_console_shows_every_fault_with_its_caret_in_place(found):
    status, said, errors = on_a_console("gbk", "lint", "pack")
    assert (status, errors) == (1, "")
    lines = said.split("\n")
    at = next(number for number, line in enumerate(lines) if "?野家" in line)
    column = len(lines[at + 1].partition("^")[0].encode("gbk"))
    assert lines[at].encode("gbk")[column : column + 5] == b"{nam}"
    assert OUTPUTS["concise"](found, "zh") == on_a_console("gbk", "lint", "pack", "--format", "concise")[1]


def test_formats_for_programs_are_utf8_on_any_console(found):
    for form in outputs.MACHINES:
        done = on_a_console("gbk", "lint", "pack", "--format", form, told_in="utf-8")
        assert done == (1, OUTPUTS[form](found, "zh"), "")


def test_errors_on_stderr_are_coloured_by_the_same_rules(found):
    plain = on_a_console("utf-8", "lint", "nowhere", "--lang", "en")
    assert plain == (
        2,
        "",
        "nowhere: error[not-a-pack]: no pack here: the folder must hold pack.yaml\n",
    )
    painted = on_a_console("utf-8", "lint", "nowhere", "--lang", "en", FORCE_COLOR="1")[2]
    assert painted.startswith("\x1b[1mnowhere\x1b[0m: \x1b[1;31merror[not-a-pack]\x1b[0m")
    assert on_a_console("utf-8", "lint", "nowhere", "--lang", "en", FORCE_COLOR="1", NO_COLOR="1") == plain
    assert on_a_console("utf-8", "lint", "nowhere", "--lang", "en", "--color", "always")[2] == painted
