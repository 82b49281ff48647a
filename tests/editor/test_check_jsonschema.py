"""check-jsonschema, which knows nothing of this project, gives the same answers as the language server and the lint."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest

from checker.language import builtin_pack, load, load_pack, pack_schema
from checker.language.schema import SCHEMAS, schemas_folder
from tests.editor.slips import GOOD, SLIPS, slipped

MINI = Path(__file__).parents[1] / "packs" / "mini"
PACKS = (MINI, builtin_pack(), builtin_pack("complaint-handling"))
NOT_OF_THE_SCHEMA = {"a key twice"}  # YAML itself refuses it, and the reader of check-jsonschema says so


@pytest.fixture(scope="module", autouse=True)
def tool() -> None:
    if importlib.util.find_spec("check_jsonschema") is None:
        assert not os.environ.get("CHECKER_REQUIRE_EDITOR"), "check-jsonschema is not installed"
        pytest.skip("check-jsonschema is not installed")


def run(*args: object) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-m", "check_jsonschema", *map(str, args)],
        env={**os.environ, "PYTHONIOENCODING": "utf-8", "PYTHONUTF8": "1"},
        capture_output=True,
        check=False,
        encoding="utf-8",
    )
    return done.returncode, done.stdout + done.stderr


def own(folder: Path, name: str, tmp_path: Path) -> Path:
    """Give the schema of a pack as a file."""
    import json

    path = tmp_path / f"{name}.schema.json"
    path.write_text(json.dumps(pack_schema(load_pack(folder), name)), encoding="utf-8")
    return path


def test_every_schema_is_a_schema() -> None:
    assert run("--check-metaschema", *sorted(schemas_folder().glob("*.json"))) == (
        0,
        "ok -- validation done\n",
    )


@pytest.mark.parametrize("name", ["pack", "logs", "clauses", "rules", "calendar", "tests"])
def test_the_files_of_our_packs_are_valid(name: str, tmp_path: Path) -> None:
    assert name in SCHEMAS
    for folder in PACKS:
        paths = {**load.pack_files(folder), "tests": load.test_files(folder)}[name]
        for schema in (schemas_folder() / f"{name}.schema.json", own(folder, name, tmp_path)):
            if paths:
                assert run("--schemafile", schema, *paths) == (0, "ok -- validation done\n")


def test_every_slip_is_refused_and_the_good_file_is_not(tmp_path: Path) -> None:
    schema = own(builtin_pack(), "rules", tmp_path)
    good = tmp_path / "good.yaml"
    good.write_text(GOOD, encoding="utf-8")
    assert run("--schemafile", schema, good) == (0, "ok -- validation done\n")
    paths = {}
    for at, slip in enumerate(SLIPS):
        paths[slip] = tmp_path / f"slip-{at:02}.yaml"
        paths[slip].write_text(slipped(slip)[0], encoding="utf-8")
    code, said = run("--schemafile", schema, *paths.values())
    assert code == 1
    assert [slip for slip, path in paths.items() if path.name not in said] == []
