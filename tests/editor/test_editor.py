"""The real YAML language server, driven over LSP, on a pack as `checker init` leaves it: completion, hover, faults."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from checker.cli import main
from tests.editor.lsp import Server
from tests.editor.slips import GOOD, SLIPS, slipped

ROOT = Path(__file__).parents[2]
SERVER = Path(__file__).parent / "node_modules" / "yaml-language-server" / "bin" / "yaml-language-server"
pytestmark = pytest.mark.editor


def command() -> list[str]:
    """Give how the language server is started; skip where it cannot be, fail where it must be."""
    node = shutil.which("node")
    if node and SERVER.is_file():
        return [node, str(SERVER), "--stdio"]
    why = "node is not installed" if not node else "the server is not: run `npm ci` in tests/editor"
    assert not os.environ.get("CHECKER_REQUIRE_EDITOR"), why
    pytest.skip(why)


def without_modeline(text: str) -> str:
    lines = text.splitlines(keepends=True)
    return "".join(lines[1:] if "yaml-language-server" in lines[0] else lines)


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the after-sales pack in a folder with a Chinese name, with its editor settings."""
    folder = tmp_path_factory.mktemp("work") / "制度 A"
    shutil.copytree(ROOT / "rules" / "after-sales", folder)
    for path in folder.rglob("*.yaml"):
        path.write_text(without_modeline(path.read_text(encoding="utf-8")), encoding="utf-8")
    done = CliRunner().invoke(main, ["init", str(folder)])
    assert done.exit_code == 0, done.output
    return folder


def settings(folder: Path) -> dict[str, Any]:
    """Give the settings of VS Code as its extension hands them to the server: `a.b: 1` is `a: {b: 1}`."""
    given: dict[str, Any] = {}
    for key, value in json.loads((folder / ".vscode" / "settings.json").read_text(encoding="utf-8")).items():
        section, _, name = key.partition(".")
        given.setdefault(section, {})[name] = value
    return given


@pytest.fixture(scope="module")
def server(pack: Path) -> Iterator[Server]:
    """Give a server at work on the pack with the settings that init wrote."""
    with Server(command(), pack, settings(pack)) as running:
        yield running


def named(pack: Path, kind: str, name: str) -> Path:
    """Give a path nobody else opens, of a file of this kind."""
    files = {"rules": f"rules/{name}.yaml", "tests": f"tests/{name}.test.yaml", "logs": f"{name}/logs.yaml"}
    return pack / files[kind]


def labels(server: Server, path: Path, marked: str) -> list[str]:
    """Give what is offered where `|` stands."""
    text, offset = marked.replace("|", "", 1), marked.index("|")
    server.open(path, text)
    return [item["label"] for item in server.complete(path, text, offset)]


def changed(old: str, new: str) -> str:
    assert GOOD.count(old) == 1
    return GOOD.replace(old, new)


EACH = GOOD[GOOD.index("    each:") : GOOD.index("  penalty:")]
OFFERED: dict[str, tuple[str, str, set[str], set[str]]] = {
    # place → file, text with the cursor, what must be offered, what must not
    "a check kind": (
        "rules", changed(EACH, "    |\n"),
        {"each 每条记录", "due 按期提交", "aggregate 汇总", "streak 连续", "respond 响应", "retain 保存", "attest 认定"}, {"phone_status"},
    ),
    "a log": ("rules", changed("log: phone_status", "log: |"), {"phone_status", "service_record"}, {"person"}),
    "subjects": ("rules", changed("per: person", "per: |"), {"person", "region", "company", "phone_status"}, set()),
    "a field in a predicate": (
        "rules", changed("where: {status: {is: 关机}}", "where:\n        |"),
        {"status", "minutes_off", "any_of", "complete"}, {"submitted_at", "fee_type"},
    ),
    "a field by itself": ("rules", changed("      at: off_at", "      at: |"), {"off_at", "on_at"}, {"submitted_at"}),
    "a field of the people": ("rules", changed("applies_to: {post: {in: [服务人员]}}", "applies_to:\n    |"), {"post", "employment_type"}, {"off_at"}),
    "an operator": ("rules", changed("{status: {is: 关机}}", "\n        status:\n          |"), {"is", "is_not", "in", "between", "present"}, {"field"}),
    "a value": ("rules", changed("{is: 关机}", "{is: |}"), {"关机", "停机", "无信号"}, {"服务人员"}),
    "a value in a list": ("rules", changed("[服务人员]", "\n      - |"), {"服务人员"}, {"关机"}),
    "a $parameter in a condition": ("rules", changed("at_most: $limit", "at_most: |"), {"$phone-off-limit"}, {"关机"}),
    "a $parameter for an amount": ("rules", changed("fixed: $fine", "fixed: |"), {"$fine"}, {"$phone-off-limit"}),
    "a clause": ("rules", changed("clause: 二.6.b", "clause: |"), {"二.6.b", "二.7"}, set()),
    "a kind of rule": ("rules", changed("  kind: duty\n  status", "  kind: |\n  status"), {"duty", "goal", "statistic"}, set()),
    "a form of fine": ("rules", changed("{fixed: $fine}", "\n      |"), {"fixed 固定金额", "bands 分档"}, set()),
    "a whole rule": ("rules", GOOD + "- |\n", {"新规则 / new rule"}, set()),
    "the rule of a test": (
        "tests", "as_of: 2026-11-06\ntests:\n- name: 一句话\n  rule: |\n",
        {"weekly-summary-missing"}, {"weekly_summary"},
    ),
    "the logs of a test": (
        "tests", "as_of: 2026-11-06\ntests:\n- name: 一句话\n  rule: weekly-summary-missing\n  logs:\n    |\n",
        {"weekly_summary", "phone_status"}, set(),
    ),
    "a type of field": (
        "logs", "logs:\n  visit:\n    title: {zh: 走访}\n    key: [no]\n    fields:\n      no:\n        type: |\n",
        {"id", "text", "datetime"}, set(),
    ),
}  # fmt: skip


@pytest.mark.parametrize("place", OFFERED)
def test_what_may_stand_at_a_place_is_offered_there(server: Server, pack: Path, place: str) -> None:
    file, marked, wanted, unwanted = OFFERED[place]
    offered = labels(server, named(pack, file, place), marked)
    assert (wanted - set(offered), unwanted & set(offered)) == (set(), set()), offered
    assert len(offered) == len(set(offered))


HOVERED = {
    "a key": ("  kind: duty\n  status", "kind", "duty 义务；goal 目标，未达不罚"),
    "a value of an enum": ("status: trial", "trial", "试行：报告但不罚 / on trial: reported, never fined"),
    "a check kind": ("    each:", "each", "每条记录都须满足 / every record must satisfy"),
    "a log": ("log: phone_status", "phone_status", "手机关机登记 / Phone status register"),
    "a field": ("minutes_off: {at_most", "minutes_off", "(duration, minutes)"),
    "a clause": ("clause: 二.6.b", "二.6.b", "`二.6.b`: 二.6 的罚款 / Fine under 二.6"),
    "a key after a character of two UTF-16 units": (
        '{zh: "𠮷 {employee_name} 迟交", en',
        "en",
        "英文；缺省时用中文",
    ),
}


@pytest.mark.parametrize("place", HOVERED)
def test_hovering_says_in_both_languages_what_a_thing_is(server: Server, pack: Path, place: str) -> None:
    around, word, said = HOVERED[place]
    path = named(pack, "rules", f"hover {place}")
    assert GOOD.count(around) == 1
    offset = GOOD.index(around) + around.rindex(word)
    server.open(path, GOOD)
    assert said in server.hover(path, GOOD, offset + 1)


@pytest.mark.parametrize("slip", SLIPS)
def test_a_slip_is_shown_once_on_its_own_line(server: Server, pack: Path, slip: str) -> None:
    text, line, message = slipped(slip)
    path = named(pack, "rules", f"slip {slip}")
    found = server.open(path, text)
    assert [one["range"]["start"]["line"] for one in found] == [line], found
    assert message in found[0]["message"]


def test_a_test_of_a_rule_that_does_not_exist_is_told_which_rules_there_are(
    server: Server, pack: Path
) -> None:
    text = "as_of: 2026-11-06\ntests:\n- name: 一句话\n  rule: weekly-summary-mising\n"
    (found,) = server.open(named(pack, "tests", "no such rule"), text)
    assert found["range"]["start"] == {"line": 3, "character": len("  rule: ")}
    assert '"weekly-summary-missing"' in found["message"]


def test_nothing_is_wrong_with_a_pack_that_lints_clean(server: Server, pack: Path) -> None:
    found = {}
    for path in [*sorted(pack.rglob("*.yaml")), pack / "rules" / "good.yaml"]:
        text = path.read_text(encoding="utf-8") if path.exists() else GOOD
        found[path.name] = [one["message"] for one in server.open(path, text)]
    assert len(found) > 20
    assert {name: messages for name, messages in found.items() if messages} == {}


def test_a_new_pack_works_in_an_editor_that_knows_only_the_first_line(tmp_path: Path) -> None:
    """Other editors read no .vscode; the first line of each file names the schema."""
    started = command()
    folder = tmp_path / "my-policy"
    assert CliRunner().invoke(main, ["init", str(folder)]).exit_code == 0
    path = folder / "rules" / "first.yaml"
    text = path.read_text(encoding="utf-8")
    with Server(started, tmp_path, {"yaml": {"schemaStore": {"enable": False}}}) as server:
        assert [server.open(one, one.read_text(encoding="utf-8")) for one in sorted(folder.rglob("*.yaml")) if one != path] == [[]] * 4  # fmt: skip
        assert server.open(path, text) == []
        wrong = text.replace("log: tool_loan", "log: tool_lone")
        assert [one["range"]["start"] for one in server.open(path.with_name("wrong.yaml"), wrong)] == [
            {"line": wrong[: wrong.index("tool_lone")].count("\n"), "character": len("      log: ")}
        ]
