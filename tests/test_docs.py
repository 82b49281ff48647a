"""What the documents say is what the program is: commands, check kinds, functions, examples, links."""

from __future__ import annotations

import json
import re
import shlex
import shutil
from pathlib import Path

import click
import pytest

from checker.cli import main
from checker.language import lint_pack
from checker.language.formula.functions import FUNCTIONS
from checker.language.kinds import KINDS
from checker.language.pack import CheckKind

ROOT = Path(__file__).parents[1]
PACK = ROOT / "rules" / "after-sales"
README = (ROOT / "README.md").read_text(encoding="utf-8")
LANGUAGE = (ROOT / "docs" / "language.md").read_text(encoding="utf-8")
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "samples").glob("*.md")])


def blocks(text: str, language: str = "") -> list[str]:
    """Give the fenced code blocks of one language, in order."""
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)


def scratch(tmp_path: Path) -> Path:
    """Give a copy of the pack without its tests."""
    return Path(shutil.copytree(PACK, tmp_path / "after-sales", ignore=shutil.ignore_patterns("tests")))


def said(folder: Path) -> list[str]:
    return [f"{one.code}: {one.message.pick('en')}" for one in lint_pack(folder)]


@pytest.mark.parametrize("command", sorted(main.commands))
def test_every_command_is_in_the_readme_and_has_help(command):
    assert f"`checker {command}" in README
    assert main.commands[command].help
    assert main.commands[command].short_help


def test_the_readme_names_no_command_that_does_not_exist():
    assert set(re.findall(r"`checker ([a-z]+)", README)) <= set(main.commands)


@pytest.mark.parametrize("kind", KINDS)
def test_every_check_kind_has_its_section(kind):
    assert f"\n### `{kind}`" in LANGUAGE


def test_the_schema_the_pack_and_the_registry_name_the_same_check_kinds():
    schema = json.loads((ROOT / "schemas" / "rules.schema.json").read_text(encoding="utf-8"))
    check = schema["properties"]["rules"]["items"]["properties"]["check"]["properties"]
    assert list(check) == list(KINDS) == list(CheckKind.__args__)


def test_every_key_of_a_check_is_in_its_documents():
    schema = json.loads((ROOT / "schemas" / "rules.schema.json").read_text(encoding="utf-8"))
    check = schema["properties"]["rules"]["items"]["properties"]["check"]["properties"]
    keys = {key for kind in check.values() for key in kind["properties"]}
    assert {key for key in keys if not re.search(rf"\b{key}\b", LANGUAGE)} == set()


def test_the_table_of_functions_is_the_registry():
    table = LANGUAGE[LANGUAGE.index("| function | gives |") : LANGUAGE.index("## Check kinds")]
    listed = {
        name for row in table.split("\n") for name in re.findall(r"`([a-z_]+)\(", row.rpartition("|")[0])
    }
    assert listed == set(FUNCTIONS)


def test_the_first_rule_of_the_readme_has_eight_lines_and_no_fault(tmp_path):
    rule = blocks(README, "yaml")[0]
    assert len(rule.splitlines()) == 8
    pack = scratch(tmp_path)
    other = rule.replace("weekly-summary-missing", "first-rule-of-the-readme")
    (pack / "rules" / "readme.yaml").write_text("rules:\n" + other, encoding="utf-8")
    assert said(pack) == []


def test_the_five_steps_of_the_readme_make_a_rule_that_passes_its_tests(tmp_path):
    from checker.packtest.run import run_pack

    _, clause, log, rule, tests = blocks(README, "yaml")
    pack = scratch(tmp_path)
    for name, text in (("clauses.yaml", clause), ("logs.yaml", log)):
        with (pack / name).open("a", encoding="utf-8") as file:
            file.write(text)
    (pack / "rules" / "tools.yaml").write_text(rule, encoding="utf-8")
    (pack / "tests").mkdir()
    (pack / "tests" / "tools.test.yaml").write_text(tests, encoding="utf-8")
    assert said(pack) == []
    assert [(one.status, one.details) for one in run_pack(pack)] == [("pass", ())] * 3


def test_the_editor_of_the_chinese_readme_can_change_an_amount_and_a_deadline(tmp_path):
    from checker.packtest.run import run_pack

    fine, due_time, tests = blocks((ROOT / "README.zh-CN.md").read_text(encoding="utf-8"), "yaml")
    pack = scratch(tmp_path)
    file = pack / "rules" / "reports.yaml"
    text = file.read_text(encoding="utf-8")
    for line in (fine, due_time):
        name = line.partition(":")[0]
        text = re.sub(rf"^{name}:.*\n", line, text, count=1, flags=re.MULTILINE)
    file.write_text(text, encoding="utf-8")
    (pack / "tests").mkdir()
    (pack / "tests" / "weekly-2027.test.yaml").write_text(tests, encoding="utf-8")
    assert [(one.status, one.details) for one in run_pack(pack)] == [("pass", ())]


def test_the_two_commands_of_the_readme_are_those_of_ci():
    start = README[README.index("## Start") : README.index("## Add a rule")]
    ran = re.findall(r'^bash -euc "(.*)"$', (ROOT / ".ci" / "run").read_text(encoding="utf-8"), re.MULTILINE)
    assert [block.strip() for block in blocks(start)[:2]] == ran


def typed(path: Path) -> list[str]:
    """Give every command line that a document shows in a block, without the remark behind it."""
    lines = [line for block in blocks(path.read_text(encoding="utf-8")) for line in block.splitlines()]
    found = [line.strip().removeprefix("$ ") for line in lines]
    return [re.split(r"\s{2,}|\s#", line)[0] for line in found if line.startswith("checker ")]


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_command_line_of_a_document_is_one_that_the_program_takes(path, monkeypatch):
    monkeypatch.chdir(ROOT)
    refused = []
    for line in typed(path):
        words = shlex.split(line)[1:]
        command = main
        try:
            while isinstance(command, click.Group) and words and words[0] in command.commands:
                command, words = command.commands[words[0]], words[1:]
            parser = command.make_parser(click.Context(command))
            parser.parse_args(list(words))
        except click.UsageError as fault:
            refused.append((line, fault.format_message()))
        if isinstance(command, click.Group) and words and not words[0].startswith("-"):
            refused.append((line, "no such command"))
    assert refused == []


def anchors(path: Path) -> set[str]:
    """Give the names that headings of a document can be linked by."""
    heads = re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_links_inside_the_project_lead_somewhere(path):
    text = re.sub(r"```.*?```|`[^`\n]*`", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    broken = []
    for link in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"[a-z]+:", link):
            continue
        file, _, anchor = link.partition("#")
        target = (path.parent / file) if file else path
        if not target.exists() or (anchor and anchor not in anchors(target)):
            broken.append(link)
    assert broken == []


def test_decisions_are_numbered_without_gap_and_have_three_parts():
    files = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    assert [file.name[:4] for file in files] == [f"{n:04d}" for n in range(1, len(files) + 1)]
    for file in files:
        text = file.read_text(encoding="utf-8")
        assert text.startswith(f"# {file.name[:4]} ")
        assert [part for part in ("**Context.**", "**Choice.**", "**Cost.**") if part not in text] == []
