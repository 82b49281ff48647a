"""The rules of the house: types, lint, import direction, sizes, and a quick start of the program."""

from __future__ import annotations

import ast
import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCES = sorted((ROOT / "checker").rglob("*.py"))
MAX_FILE, MAX_FUNCTION = 400, 40
# Longer on purpose: each is one straight list of options, columns or steps that gains nothing by being cut.
LONG_FILES: set[str] = set()
LONG_FUNCTIONS = {
    "cli/check.py check",
    "cli/impact.py impact",
    "cli/review.py review",
    "findings/build.py build",
    "language/kinds/respond.py compile_respond",
    "language/verdict.py _keep",
}
HEAVY = ("duckdb", "jsonschema", "lark", "yaml", "python_calamine", "rich", "importlib.metadata")


def run(*args: str) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "PYTHONPATH": str(ROOT), "NO_COLOR": "1", "PYTHONIOENCODING": "utf-8"}
    return subprocess.run(
        [sys.executable, *args], cwd=ROOT, env=env, capture_output=True, check=False, encoding="utf-8"
    )


def tool(module: str) -> None:
    if importlib.util.find_spec(module) is None:
        pytest.skip(f"{module} is not installed")


def test_ruff_finds_nothing():
    tool("ruff")
    done = run("-m", "ruff", "check", "--output-format", "concise", ".")
    assert done.returncode == 0, done.stdout + done.stderr


def test_mypy_finds_nothing():
    tool("mypy")
    done = run("-m", "mypy")
    assert done.returncode == 0, done.stdout + done.stderr


def lint_imports(root: Path) -> subprocess.CompletedProcess[str]:
    code = "import sys; sys.path.insert(0, '.'); from importlinter.cli import lint_imports as lint; sys.exit(lint(no_cache=True))"
    env = {**os.environ, "PYTHONPATH": str(root), "PYTHONIOENCODING": "utf-8"}
    return subprocess.run(
        [sys.executable, "-c", code], cwd=root, env=env, capture_output=True, check=False, encoding="utf-8"
    )


def test_imports_run_one_way_and_heavy_libraries_come_in_by_one_door():
    tool("importlinter")
    done = lint_imports(ROOT)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.slow
@pytest.mark.parametrize(
    ("file", "line"),
    [
        ("findings/caps.py", "import checker.engines.duckdb"),
        ("reports/json.py", "import checker.cli.words"),
        ("plan/text.py", "import duckdb"),
        ("new_room.py", "import os"),
    ],
)
def test_an_import_the_wrong_way_is_noticed(tmp_path, file, line):
    tool("importlinter")
    for source in (*SOURCES, ROOT / ".importlinter"):
        copy = tmp_path / source.relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(source.read_bytes())
    with (tmp_path / "checker" / file).open("a", encoding="utf-8") as out:
        out.write(f"\n{line}\n")
    done = lint_imports(tmp_path)
    assert done.returncode == 1, done.stdout + done.stderr
    assert Path(file).stem in done.stdout


def name(path: Path) -> str:
    return path.relative_to(ROOT / "checker").as_posix()


def test_no_file_is_too_long_to_read_at_once():
    long = {name(path) for path in SOURCES if len(path.read_text(encoding="utf-8").splitlines()) > MAX_FILE}
    assert long <= LONG_FILES


def test_no_function_is_too_long_to_see_at_once():
    long = set()
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef) and node.end_lineno - node.lineno >= MAX_FUNCTION:
                long.add(f"{name(path)} {node.name}")
    assert long <= LONG_FUNCTIONS


def test_help_imports_no_heavy_library():
    code = (
        "import sys; from checker.cli import main\n"
        "try: main(['--help'])\nexcept SystemExit as end: code = end.code\n"
        f"print(sorted(set({HEAVY!r}) & set(sys.modules)), code)"
    )
    done = run("-c", code)
    assert done.stdout.splitlines()[-1] == "[] 0", done.stdout + done.stderr


def test_nothing_reads_the_clock():
    """A report depends on its inputs alone; only the progress line may look at a stopwatch."""
    calls = {"now", "today", "utcnow", "time", "localtime", "gmtime", "random", "uuid4", "urandom"}
    found = set()
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
                continue
            owner = node.func.value
            if node.func.attr in calls and isinstance(owner, (ast.Name, ast.Attribute)):
                owner_name = owner.id if isinstance(owner, ast.Name) else owner.attr
                if owner_name in {"datetime", "date", "time", "random", "uuid", "os", "dt"}:
                    found.add(f"{name(path)}:{node.lineno}")
    assert found == set()


def test_nothing_that_a_merge_left_lies_about():
    rooms = (
        ROOT / name for name in ("checker", "benchmarks", "docs", "rules", "samples", "schemas", "tests")
    )
    left = [
        path
        for room in rooms
        for path in room.rglob("*")
        if path.suffix in (".orig", ".rej") and "node_modules" not in path.parts
    ]
    assert left == []
