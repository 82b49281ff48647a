"""What people install is what lies here: the packs and schemas travel, and the report has the same bytes."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
WHEN = ("--period", "2026-10", "--as-of", "2026-11-06", "--format", "json")
pytestmark = pytest.mark.slow


def run(python: Path, *args: object, cwd: Path, **more: str) -> subprocess.CompletedProcess[bytes]:
    env = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    return subprocess.run(
        [str(python), *map(str, args)], cwd=cwd, env={**env, **more}, capture_output=True, check=False
    )


def source(folder: Path) -> Path:
    """Copy what a checkout holds, so that building leaves nothing behind."""
    folder /= "source"
    for one in ("checker", "rules", "schemas"):
        shutil.copytree(ROOT / one, folder / one, ignore=shutil.ignore_patterns("__pycache__", ".*"))
    for one in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / one, folder)
    return folder


def builder() -> list[str]:
    """Give the command that builds a wheel with what is installed, or skip."""
    if importlib.util.find_spec("build") is None and importlib.util.find_spec("pip") is None:
        pytest.skip("neither build nor pip is installed")
    own = ["--no-isolation"] if importlib.util.find_spec("hatchling") else []
    if importlib.util.find_spec("build"):
        return ["-m", "build", "--wheel", *own, "--outdir", "{out}", "{source}"]
    return ["-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", "{out}", "{source}"]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    """Give the wheel, built from a copy of the checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    out, here = folder / "out", source(folder)
    args = [one.format(out=out, source=here) for one in builder()]
    done = run(Path(sys.executable), *args, cwd=folder)
    if done.returncode and b"hatchling" in done.stderr and b"No matching distribution" in done.stderr:
        pytest.skip("hatchling is neither installed nor to be had")
    assert done.returncode == 0, (done.stdout + done.stderr).decode(errors="replace")[-3000:]
    (made,) = out.glob("*.whl")
    return made


def fresh(folder: Path) -> Path:
    """Give the Python of a new environment that sees our dependencies, but not this checkout."""
    venv.create(folder, with_pip=False, symlinks=os.name != "nt")
    place = {"base": str(folder), "platbase": str(folder)}
    site = Path(
        sysconfig.get_path("purelib", "venv" if "venv" in sysconfig.get_scheme_names() else None, place)
    )
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    return (
        folder / ("Scripts" if os.name == "nt" else "bin") / ("python.exe" if os.name == "nt" else "python")
    )


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory) -> Path:
    """Give the Python of an environment with the wheel in it, and nothing of the checkout."""
    folder = tmp_path_factory.mktemp("installed")
    python = fresh(folder / "venv")
    pip = run(Path(sys.executable), "-m", "pip", "--version", cwd=folder)
    if pip.returncode:
        pytest.skip("pip is not installed")
    done = run(
        Path(sys.executable), "-m", "pip", "--python", python, "install", "--quiet", "--no-deps", "--no-index", wheel, cwd=folder
    )  # fmt: skip
    assert done.returncode == 0, done.stderr.decode(errors="replace")
    where = run(python, "-c", "import checker; print(checker.__file__)", cwd=folder)
    assert Path(where.stdout.decode().strip()).is_relative_to(folder), where
    return python


def test_rules_and_schemas_travel_inside(wheel):
    with zipfile.ZipFile(wheel) as made:
        inside = {one: made.read(one) for one in made.namelist()}
    for here, there in (("rules", "checker/_packs"), ("schemas", "checker/_schemas")):
        files = [one for one in (ROOT / here).rglob("*") if one.is_file()]
        kept = {f"{there}/{one.relative_to(ROOT / here).as_posix()}": one.read_bytes() for one in files}
        assert kept and {name: inside.get(name) for name in kept} == kept
    assert "checker/language/formula/grammar.lark" in inside
    assert "checker/py.typed" in inside
    entries = (ROOT / "checker" / "catalogue" / "entries").rglob("*.toml")
    assert {one.relative_to(ROOT).as_posix() for one in entries} <= set(inside)
    assert not [
        one for one in inside if one.startswith(("tests/", "samples/", "benchmarks/")) or "__pycache__" in one
    ]


def test_the_installed_program_does_what_the_checkout_does(installed, tmp_path):
    month = tmp_path / "2026-10"
    shutil.copytree(ROOT / "samples" / "2026-10", month)
    program = installed.with_name("checker" + (".exe" if os.name == "nt" else ""))
    assert program.is_file()
    told = run(installed, "-m", "checker", "check", month, *WHEN, cwd=tmp_path)
    here = run(Path(sys.executable), "-m", "checker", "check", month, *WHEN, cwd=ROOT, PYTHONPATH=str(ROOT))
    assert (told.returncode, told.stderr) == (0, b"")
    assert told.stdout == here.stdout
    assert sorted(one.name for one in tmp_path.iterdir()) == ["2026-10"]


@pytest.mark.parametrize(
    "command",
    [
        ("lint",),
        ("lint", "--format", "sarif"),
        ("test",),
        ("schema",),
        ("explain", "duplicate-key"),
        ("--version",),
        ("--help",),
    ],
)
def test_every_command_runs_in_an_empty_folder(installed, tmp_path, command):
    done = run(installed, "-m", "checker", *command, cwd=tmp_path)
    assert done.returncode == 0, (done.stdout + done.stderr).decode(errors="replace")[-3000:]
    assert done.stdout
    assert list(tmp_path.iterdir()) == []


def test_a_new_pack_is_started_from_what_is_installed(installed, tmp_path):
    made = run(installed, "-m", "checker", "init", "my-policy", cwd=tmp_path)
    assert (made.returncode, made.stderr) == (0, b"")
    sample = ("my-policy/samples/2026-10", "--rules", "my-policy", *WHEN)
    for command in (("lint", "my-policy"), ("test", "my-policy"), ("check", *sample)):
        done = run(installed, "-m", "checker", *command, cwd=tmp_path)
        assert (done.returncode, done.stderr) == (0, b""), done.stdout.decode(errors="replace")
    assert done.stdout.count(b'"outcome": "fail"') == 1


def test_an_editable_install_finds_rules_and_schemas_of_the_checkout(tmp_path):
    if not importlib.util.find_spec("hatchling") or not importlib.util.find_spec("editables"):
        pytest.skip("hatchling and editables are not installed")
    python, here = fresh(tmp_path / "venv"), source(tmp_path)
    done = run(
        Path(sys.executable), "-m", "pip", "--python", python, "install", "--quiet", "--no-deps", "--no-build-isolation",
        "--editable", here, cwd=tmp_path,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr.decode(errors="replace")
    (tmp_path / "empty").mkdir()
    linted = run(python, "-m", "checker", "lint", cwd=tmp_path / "empty")
    assert linted.returncode == 0, (linted.stdout + linted.stderr).decode(errors="replace")
