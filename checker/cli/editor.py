"""What an editor needs beside a pack: schemas in .checker/, settings in .vscode/, a first line in each YAML file.

All of it works offline. An editor that knows the YAML language server reads the first line; VS Code also reads
its settings when the folder of the pack is what is open.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from checker.diagnostics import CheckerError
from checker.model import Text

SCHEMAS = ".checker"
_MODELINE = re.compile(r"^\s*#\s*yaml-language-server\s*:", re.MULTILINE)
_FILES = {  # schema → the files of a pack that it is for, as VS Code names them
    "pack": ["pack.yaml"],
    "logs": ["logs.yaml"],
    "clauses": ["clauses.yaml"],
    "rules": ["rules/**/*.yaml", "rules/**/*.yml"],
    "calendar": ["calendars/*.yaml", "calendars/*.yml"],
    "tests": ["tests/**/*.test.yaml", "tests/**/*.test.yml"],
    "waivers": ["waivers/**/*.yaml", "waivers*.yaml"],
}
VSCODE: dict[str, Any] = {
    "yaml.schemas": {f"./{SCHEMAS}/{name}.schema.json": files for name, files in _FILES.items()},
    "yaml.schemaStore.enable": False,
    "yaml.format.enable": False,
    "[yaml]": {"editor.insertSpaces": True, "editor.tabSize": 2, "editor.quickSuggestions": {"strings": True}},
    "files.readonlyInclude": {f"{SCHEMAS}/**": True},
}  # fmt: skip
EXTENSIONS = {"recommendations": ["redhat.vscode-yaml"]}


def settings(folder: Path, modelines: bool = True) -> Iterator[Text]:
    """Write all of it for the pack in a folder; give a line on each thing done.

    Raises:
        OSError: a file cannot be read or written.
    """
    yield from _schemas(folder)
    yield from _merged(folder / ".vscode" / "settings.json", VSCODE)
    yield from _merged(folder / ".vscode" / "extensions.json", EXTENSIONS)
    if modelines:
        yield from _modelines(folder)


def _schemas(folder: Path) -> Iterator[Text]:
    """Write the schemas with the pack's own words, or the generic ones while the pack has errors."""
    from checker import language
    from checker.language.schema import SCHEMAS as NAMES
    from checker.language.schema import load_schema

    try:
        pack = language.load_pack(folder)
    except CheckerError:
        pack = None
    (folder / SCHEMAS).mkdir(parents=True, exist_ok=True)
    for name in NAMES:
        schema = load_schema(name) if pack is None else language.pack_schema(pack, name)
        text = json.dumps(schema, ensure_ascii=False, indent=1)
        (folder / SCHEMAS / f"{name}.schema.json").write_bytes(f"{text}\n".encode())
    own = Text("这部制度自己的台账、字段、条款都能补全", "its own logs, fields and clauses complete")
    generic = Text(
        "规则包有错误，暂用通用的；改好后再运行 checker init",
        "the pack has errors, so these are the generic ones; run checker init again once it has none",
    )
    said = generic if pack is None else own
    yield Text(f"  {SCHEMAS + '/*.schema.json':<31}{said.zh}", f"  {SCHEMAS + '/*.schema.json':<31}{said.en}")


def _merged(path: Path, wanted: Mapping[str, Any]) -> Iterator[Text]:
    """Add settings to a JSON file; what is set there stays. A file that is not plain JSON is left alone."""
    name = f"{path.parent.name}/{path.name}"
    found: Any = {}
    if path.exists():
        try:
            found = json.loads(path.read_bytes().decode("utf-8-sig"))
        except ValueError:
            found = None
    if not isinstance(found, dict):
        lines = json.dumps(wanted, ensure_ascii=False, indent=2)
        said = Text(
            "读不懂（有注释？），没有改；请自己加上：", "not plain JSON (comments?), left alone; please add:"
        )
        yield Text(f"  {name:<31}{said.zh}\n{lines}", f"  {name:<31}{said.en}\n{lines}")
        return
    whole = _added(found, wanted)
    if whole != found or not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes((json.dumps(whole, ensure_ascii=False, indent=2) + "\n").encode())
    said = Text("VS Code 设置", "settings of VS Code")
    yield Text(f"  {name:<31}{said.zh}", f"  {name:<31}{said.en}")


def _added(found: Any, wanted: Any) -> Any:
    """Give `found` with what it lacks of `wanted`, in maps and lists at any depth."""
    if isinstance(found, dict) and isinstance(wanted, Mapping):
        return {**found, **{key: _added(found.get(key, one), one) for key, one in wanted.items()}}
    if isinstance(found, list) and isinstance(wanted, list):
        return [*found, *(one for one in wanted if one not in found)]
    return found


def _modelines(folder: Path) -> Iterator[Text]:
    """Put the schema into the first line of each YAML file of the pack that names none."""
    from checker.language.load import pack_files, test_files

    files = {**pack_files(folder), "tests": test_files(folder)}
    changed = []
    for name, paths in files.items():
        for path in paths:
            if path.is_file() and _add_modeline(path, folder / SCHEMAS / f"{name}.schema.json"):
                changed.append(path)
    if changed:
        said = Text(
            f"{len(changed)} 个 YAML 文件的第一行写明了 schema（一行注释）",
            f"the first line of {len(changed)} YAML files now names its schema (a comment)",
        )
        yield Text(f"  {'*.yaml':<31}{said.zh}", f"  {'*.yaml':<31}{said.en}")


def _add_modeline(path: Path, schema: Path) -> bool:
    data = path.read_bytes()
    mark = b"\xef\xbb\xbf" if data.startswith(b"\xef\xbb\xbf") else b""
    text = data.removeprefix(mark)
    if _MODELINE.search(text.decode(errors="replace")):
        return False
    end = b"\r\n" if b"\r\n" in text else b"\n"
    line = f"# yaml-language-server: $schema={Path(os.path.relpath(schema, path.parent)).as_posix()}"
    path.write_bytes(mark + line.encode() + end + text)
    return True
