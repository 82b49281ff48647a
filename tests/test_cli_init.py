"""`checker init`: a new pack runs at once, a pack that is there is only added to, and nothing is lost."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from checker.cli import main
from checker.cli.editor import VSCODE
from checker.cli.init import STARTER
from checker.language import lint_pack, load_pack, pack_schema
from checker.language.schema import SCHEMAS, load_schema

MINI = Path(__file__).parent / "packs" / "mini"
MODELINE = "# yaml-language-server: $schema="


def call(*args: object) -> Result:
    return CliRunner().invoke(main, [str(arg) for arg in args])


def files(folder: Path) -> dict[str, bytes]:
    return {
        one.relative_to(folder).as_posix(): one.read_bytes() for one in folder.rglob("*") if one.is_file()
    }


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    """Give a pack without editor settings."""
    return Path(shutil.copytree(MINI, tmp_path / "mini"))


def test_a_new_pack_lints_clean_passes_its_tests_and_finds_one_thing_in_its_sample(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "tool-policy"
    assert call("init", folder).exit_code == 0
    assert lint_pack(folder) == []
    assert call("lint", folder).stdout == "错误 0，警告 0，提示 0\n"
    tested = call("test", folder)
    assert (tested.exit_code, tested.stdout) == (0, "通过 5\n")
    checked = call("check", folder / "samples" / "2026-10", "--rules", folder, "--period", "2026-10", "--as-of", "2026-11-06", "--format", "json")  # fmt: skip
    report = json.loads(checked.stdout)
    assert (checked.exit_code, checked.stderr) == (0, "")
    assert [(one["rule"], one["outcome"], one["values"]["tool"]) for one in report["findings"]] == [
        ("tool-returned-late", "fail", "万用表")
    ]
    assert load_pack(folder).id == "tool-policy"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_it_says_what_was_written_and_its_commands_work_as_they_are_printed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lang: str
) -> None:
    import shlex

    monkeypatch.chdir(tmp_path)
    said = call("init", "制度 一", "--lang", lang).stdout
    for name in files(tmp_path / "制度 一"):
        assert name in said or name.startswith(".checker/"), name
    commands = [line.strip() for line in said.splitlines() if line.startswith("  checker ")]
    assert len(commands) == 3
    for line in commands:
        assert call(*shlex.split(line, comments=True)[1:]).exit_code == 0, line


def test_the_schemas_beside_a_pack_are_its_own_and_every_file_names_its_schema(tmp_path: Path) -> None:
    folder = tmp_path / "new"
    call("init", folder)
    pack = load_pack(folder)
    for name in SCHEMAS:
        written = json.loads((folder / ".checker" / f"{name}.schema.json").read_text(encoding="utf-8"))
        assert written == pack_schema(pack, name)
    for path in folder.rglob("*.yaml"):
        first = path.read_text(encoding="utf-8").splitlines()[0]
        assert first.startswith(MODELINE)
        assert (path.parent / first.removeprefix(MODELINE)).is_file()
    for schema in json.loads((folder / ".vscode" / "settings.json").read_bytes())["yaml.schemas"]:
        assert (folder / schema).is_file()


def test_the_same_command_twice_writes_the_same_bytes(tmp_path: Path) -> None:
    folder = tmp_path / "new"
    call("init", folder)
    first = files(folder)
    assert call("init", folder).exit_code == 0
    assert files(folder) == first


def test_a_pack_that_is_there_keeps_every_byte_below_the_first_line(pack: Path) -> None:
    before = files(pack)
    assert call("init", pack).exit_code == 0
    after = files(pack)
    assert set(after) - set(before) == {
        ".vscode/settings.json", ".vscode/extensions.json", *(f".checker/{name}.schema.json" for name in SCHEMAS)
    }  # fmt: skip
    for name, data in before.items():
        line, _, rest = after[name].partition(b"\n")
        assert (line.startswith(MODELINE.encode()), rest) == (True, data)
    assert lint_pack(pack) == []


def test_a_mark_at_the_start_and_windows_line_ends_stay_as_they_are(pack: Path) -> None:
    path = pack / "clauses.yaml"
    body = path.read_bytes().replace(b"\n", b"\r\n")
    path.write_bytes(b"\xef\xbb\xbf" + body)
    call("init", pack)
    line = MODELINE.encode() + b".checker/clauses.schema.json\r\n"
    assert path.read_bytes() == b"\xef\xbb\xbf" + line + body


def test_files_that_name_a_schema_and_files_one_wants_left_alone_are_left_alone(pack: Path) -> None:
    rules = pack / "rules" / "base.yaml"
    rules.write_bytes(b"# yaml-language-server: $schema=https://example.com/x.json\n" + rules.read_bytes())
    kept = rules.read_bytes()
    logs = (pack / "logs.yaml").read_bytes()
    assert call("init", pack, "--no-modelines").exit_code == 0
    assert ((pack / "logs.yaml").read_bytes(), rules.read_bytes()) == (logs, kept)
    assert call("init", pack).exit_code == 0
    assert rules.read_bytes() == kept


def test_settings_that_are_there_stay(pack: Path) -> None:
    (pack / ".vscode").mkdir()
    mine = {"editor.fontSize": 16, "yaml.schemaStore.enable": True, "yaml.schemas": {"./mine.json": "x.yaml"}}
    (pack / ".vscode" / "settings.json").write_text(json.dumps(mine), encoding="utf-8")
    (pack / ".vscode" / "extensions.json").write_text('{"recommendations": ["a.b"]}', encoding="utf-8")
    call("init", pack)
    settings = json.loads((pack / ".vscode" / "settings.json").read_bytes())
    assert settings == {**VSCODE, **mine, "yaml.schemas": {"./mine.json": "x.yaml", **VSCODE["yaml.schemas"]}}
    extensions = json.loads((pack / ".vscode" / "extensions.json").read_bytes())
    assert extensions == {"recommendations": ["a.b", "redhat.vscode-yaml"]}


def test_settings_with_comments_are_not_touched_but_shown(pack: Path) -> None:
    (pack / ".vscode").mkdir()
    text = '{\n  // mine\n  "editor.fontSize": 16\n}\n'
    (pack / ".vscode" / "settings.json").write_text(text, encoding="utf-8")
    done = call("init", pack)
    assert (done.exit_code, (pack / ".vscode" / "settings.json").read_text(encoding="utf-8")) == (0, text)
    assert json.dumps(VSCODE, ensure_ascii=False, indent=2) in done.stdout


def test_a_pack_with_errors_gets_the_generic_schemas_and_is_told(pack: Path) -> None:
    rules = pack / "rules" / "base.yaml"
    rules.write_text(
        rules.read_text(encoding="utf-8").replace("clause: 一.1.a", "clause: 九.9"), encoding="utf-8"
    )
    done = call("init", pack, "--lang", "en")
    assert done.exit_code == 0
    assert "the pack has errors, so these are the generic ones" in done.stdout
    written = json.loads((pack / ".checker" / "rules.schema.json").read_text(encoding="utf-8"))
    assert written == load_schema("rules")


def test_a_folder_with_files_of_a_pack_but_no_pack_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "logs.yaml").write_text("mine", encoding="utf-8")
    done = call("init", tmp_path, "--lang", "en")
    assert done.exit_code == 2
    assert "error[not-empty]: there is logs.yaml, but no pack.yaml" in done.stderr
    assert files(tmp_path) == {"logs.yaml": b"mine"}


def test_a_place_that_cannot_be_written_to_is_a_message(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    done = call("init", tmp_path / "file" / "pack")
    assert done.exit_code == 2
    assert "error[cannot-write]" in done.stderr.replace("\n", " ")
    assert files(tmp_path) == {"file": b""}


def test_the_starter_that_is_shipped_is_itself_a_pack_without_a_fault() -> None:
    assert lint_pack(STARTER) == []
    assert not [name for name in files(STARTER) if Path(name).name.startswith(".")]


@pytest.mark.parametrize("name", SCHEMAS)
def test_the_schema_of_every_kind_of_file_is_printed(name: str) -> None:
    done = call("schema", MINI, "--file", name)
    assert (done.exit_code, json.loads(done.stdout)) == (0, pack_schema(load_pack(MINI), name))
