"""The catalogue of codes: complete, in two languages, and its examples say what they claim when they are run."""

from __future__ import annotations

import ast
import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from checker import catalogue
from checker.catalogue import page
from checker.cli import main
from checker.diagnostics import CheckerError, Diagnostic
from checker.language import lint_pack
from checker.language.load import read_checked
from checker.packtest.cases import load_cases

ROOT = Path(__file__).parents[1]
SOURCES = [one for one in sorted((ROOT / "checker").rglob("*.py")) if "catalogue" not in one.parts]
MINI = Path(__file__).parent / "packs" / "mini"
ENTRIES = catalogue.entries()
RUN = [one for one in ENTRIES if one.bad and one.where not in ("csv", "shell")]
HYPHENED = re.compile("[a-z]+(-[a-z0-9]+)+")
# Words with a hyphen in `language` and `logs` that nobody is shown as a code: encodings, marks of records.
NO_CODES = {
    "due-unknown",
    "not-due",
    "after-sales",
    "cell-too-large",
    "unclosed-quote",
    "utf-16",
    "utf-16-be",
    "utf-16-le",
    "utf-8",
    "utf-8-sig",
}
COMPOSED = {"unknown-function"}  # "unknown-" and what is unknown in a formula
# Functions that take a code, and which argument it is.
TAKERS = {
    "Diagnostic": 0, "UsageError.of": 0, "fault": 0, "_fault": 0, "unknown": 0, "_stop": 0, "_refused": 2,
    "problem": 1, "_problem": 1, "Problem": 1, "Cell": 1, "Unreadable": 0, "BadWorkbook": 0,
}  # fmt: skip
BASE = """\
id: case
title: {zh: 例, en: Case}
clause: 一.1
kind: duty
effective: {from: 2026-01-01}
check:
  each: {log: visit, require: {note: {present: true}}}
message: {zh: 例, en: case}
"""


def strings(path: Path) -> Iterator[tuple[str, int]]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value, node.lineno


def handed_over(path: Path) -> Iterator[tuple[str, int]]:
    """Give every code that is handed to a function that takes one."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            found = [word.value for word in node.keywords if word.arg == "code"]
            name = ast.unparse(node.func)
            at = TAKERS.get(name, TAKERS.get(name.rpartition(".")[2]))
            found += node.args[at : at + 1] if at is not None else []
            yield from ((one.value, one.lineno) for one in found if isinstance(one, ast.Constant))


def test_every_code_in_the_source_is_in_the_catalogue():
    known = {*catalogue.codes(), *NO_CODES}
    strange = {
        f"{path.relative_to(ROOT)}:{line}: {text}"
        for path in SOURCES
        for text, line in [
            *handed_over(path),
            *(
                (text, line)
                for text, line in strings(path)
                if HYPHENED.fullmatch(text) and {"language", "logs"} & {*path.parts}
            ),
        ]
        if text not in known
    }
    assert sorted(strange) == []


def test_every_entry_is_used_in_the_source():
    words = {text for path in SOURCES for text, _ in strings(path)} | COMPOSED
    assert [code for code in catalogue.codes() if code not in words] == []


def test_a_code_is_explained_once_and_in_a_group():
    codes = catalogue.codes()
    assert [code for code in codes if codes.count(code) > 1] == []
    assert {one.group for one in ENTRIES} == set(catalogue.GROUPS)
    assert {one.where for one in ENTRIES} <= {"", *catalogue.WHERE}


@pytest.mark.parametrize("one", ENTRIES, ids=lambda one: one.code)
def test_an_entry_says_what_and_why_in_both_languages(one):
    for text in (one.title, one.why):
        assert re.search("[\u4e00-\u9fff]", text.zh) or one.group == "logs"
        assert text.en.isascii() or re.search("[是否]", text.en)
    assert not one.title.zh.endswith("。") and not one.title.en.endswith(".")
    assert one.why.zh.endswith("。") and one.why.en.endswith(".")
    assert not one.good or one.bad


def chunks(text: str) -> dict[str, list[str]]:
    """Give the parts of a YAML map by key: each line that is not indented begins one."""
    found: dict[str, list[str]] = {}
    key = ""
    for line in text.rstrip("\n").split("\n"):
        if line[:1].strip() and not line.startswith(("-", "}", "?")):
            key = re.split("[:：]", line)[0].strip("\"'")
        found.setdefault(key, []).append(line)
    return found


def over(base: str, fragment: str, indent: str = "") -> str:
    """Give the base with the keys of a fragment in place of its own."""
    kept = [line for key, lines in chunks(base).items() if key not in chunks(fragment) for line in lines]
    lines = [*kept, *fragment.rstrip("\n").split("\n")]
    return "".join(f"{indent}{line}\n" if line.strip() else "\n" for line in lines)


def written(where: str, example: str) -> str:
    """Put an example where it belongs in the small pack; give the file it went to."""
    shutil.copytree(MINI, "pack", dirs_exist_ok=True)
    file = {
        "rule": "rules/case.yaml", "rules": "rules/case.yaml", "log": "logs.yaml", "clause": "clauses.yaml",
        "pack": "pack.yaml", "calendar": "calendars/2026.yaml", "tests": "tests/case.test.yaml",
        "waivers": "waivers.yaml",
    }[where]  # fmt: skip
    path = Path("pack") / file
    if where == "rule":
        text = over(BASE, example, "  ")
        text = "rules:\n- " + text.removeprefix("  ")
    elif where in ("log", "clause"):
        head, _, body = path.read_text(encoding="utf-8").partition("\n")
        text = head + "\n" + over("\n".join(line[2:] for line in body.split("\n")), example, "  ")
    elif where == "pack":
        text = over(path.read_text(encoding="utf-8"), example)
    else:
        text = example
    path.write_text(text, encoding="utf-8")
    return path.as_posix()


def said(where: str, file: str) -> list[Diagnostic]:
    if where == "waivers":
        return list(read_checked(Path(file), "waivers").diagnostics)
    if where != "tests":
        return lint_pack(Path("pack"))
    try:
        load_cases(Path(file))
    except CheckerError as error:
        return list(error.diagnostics)
    return []


def pointed_at(one: Diagnostic) -> str:
    line = Path(one.place.file).read_text(encoding="utf-8").split("\n")[one.place.line - 1]
    return line[one.place.column - 1 : max(one.place.end_column - 1, one.place.column)]


@pytest.mark.parametrize("one", RUN, ids=lambda one: one.code)
def test_a_broken_example_gives_its_code_at_the_place_marked(one, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    file = written(one.where, catalogue.without_marks(one.bad))
    found = [fault for fault in said(one.where, file) if fault.place.file in (file, "")]
    marks = [text for _, _, text in catalogue.marked(one.bad) if text]
    assert marks or one.code == "empty-file"
    told = [(fault.code, pointed_at(fault) if fault.place.line else "") for fault in found]
    for mark in marks:
        assert (one.code, mark) in told
    assert one.code in [code for code, _ in told]


@pytest.mark.parametrize("one", [one for one in RUN if one.good], ids=lambda one: one.code)
def test_a_repaired_example_has_no_error(one, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    file = written(one.where, catalogue.without_marks(one.good))
    found = [fault for fault in said(one.where, file) if fault.severity == "error" or fault.code == one.code]
    assert [str((fault.code, fault.place, fault.message.en)) for fault in found] == []


def test_the_page_of_codes_is_up_to_date():
    """Write it by `python -m checker.catalogue.page > docs/diagnostics.md`."""
    assert (ROOT / page.PAGE).read_text(encoding="utf-8") == page.page()


def test_the_page_has_an_anchor_for_each_code_and_links_to_it():
    text = page.page()
    assert re.findall(r"^### `(.*)`$", text, re.MULTILINE) == [one.code for one in ENTRIES]
    assert re.findall(r"\(#(.*?)\)", text) == [one.code for one in ENTRIES]


def explain(*arguments: str) -> tuple[int, str]:
    done = CliRunner().invoke(main, ["explain", *arguments])
    return done.exit_code, done.stdout + done.stderr


def test_explain_says_what_a_code_means():
    assert explain("unknown-key", "--lang", "en") == (
        0,
        """\
unknown-key  There is no such key
What it means
    It is probably misspelt. Were it let pass, its author would believe in it while it does nothing.
Wrong (keys of a rule)
    severty: minor
    ^^^^^^^
Instead
    severity: minor
All codes: docs/diagnostics.md#unknown-key
""",
    )


def test_a_rule_of_the_name_goes_before_a_code(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    file = written("rule", "id: unknown-key")
    assert Path(file).is_file()
    status, text = explain("unknown-key", "--rules", "pack")
    assert (status, text.split("\n")[0]) == (0, "unknown-key  例")


def test_a_code_is_explained_even_when_the_pack_is_broken(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    written("rule", "severty: minor")
    assert explain("unknown-key", "--rules", "pack")[0] == 0
    assert explain("visit-untrue", "--rules", "pack")[0] == 2


def test_a_misspelt_code_or_rule_gets_a_suggestion():
    assert explain("duplicat-key", "--lang", "en") == (
        2,
        "error[unknown-rule]: there is no rule, tally or code 'duplicat-key'\n"
        "  hint:     did you mean: duplicate-key, duplicate-row, duplicate-rule\n",
    )
    assert "weekly-summary-missing" in explain("weekly-summary-missin")[1]


def test_further_problems_of_a_code_are_explained_with_it():
    assert catalogue.entry("more-unknown-name") == catalogue.entry("unknown-name")
    assert catalogue.entry("../escape") is None


@pytest.mark.parametrize("one", ENTRIES, ids=lambda one: one.code)
def test_a_gbk_console_can_print_an_entry(one):
    shown = page.sheet(one, "zh") + page.sheet(one, "en")
    assert shown.replace("\ufffd", "?").encode("gbk")


LOGS = [one for one in ENTRIES if one.bad and one.where == "csv"]


def problems(text: str) -> list[tuple[str, str]]:
    """Give code and content of every problem of a log, read by the program."""
    Path("logs").mkdir(exist_ok=True)
    Path("logs/走访.csv").write_text(text, encoding="utf-8")
    Path("logs/片区.csv").write_text("片区\n华东\n", encoding="utf-8")
    options = ["--rules", str(MINI), "--period", "2026-10", "--as-of", "2026-11-06", "--format", "json"]
    done = CliRunner().invoke(main, ["check", "logs", *options])
    if done.exit_code:
        return re.findall(r"error\[(.*?)\]()", done.stderr)
    return [(one["code"], one["found"] or "") for one in json.loads(done.stdout)["problems"]]


@pytest.mark.parametrize("one", LOGS, ids=lambda one: one.code)
def test_a_broken_log_gives_its_code_and_a_repaired_one_does_not(one, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    found = problems(catalogue.without_marks(one.bad))
    assert one.code in [code for code, _ in found]
    marks = [text for _, _, text in catalogue.marked(one.bad) if text]
    cells = [text for code, text in found if code == one.code]
    assert not marks or one.code in ("ragged-row", "broken-record") or cells == marks
    assert one.code not in [code for code, _ in problems(catalogue.without_marks(one.good))]
