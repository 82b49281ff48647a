"""What policy repositories copy into their CI is run here as it stands, with the wheel in an environment of its own:
the hooks by pre-commit itself, the steps of the GitHub action and the GitLab job by their own shell lines."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

from checker.cli import main
from tests.test_wheel import source, wheel  # noqa: F401  (a fixture)

ROOT = Path(__file__).parents[1]
SITE = sysconfig.get_path("purelib")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.name == "nt" or not shutil.which("bash"), reason="bash is not installed"),
    pytest.mark.skipif(not shutil.which("git"), reason="git is not installed"),
]
OFFLINE = {  # what pip installs is a wheel or a folder; what that needs is already here
    "PIP_NO_DEPS": "1",
    "PIP_NO_INDEX": "1",
    "PIP_NO_BUILD_ISOLATION": "0",  # as pip reads it: no isolation
    "PIP_DISABLE_PIP_VERSION_CHECK": "1",
}
GIT = {
    f"GIT_{who}_{what}": value
    for who in ("AUTHOR", "COMMITTER")
    for what, value in (("NAME", "test"), ("EMAIL", "test@example.com"))
}


def load(path: str) -> Any:
    return yaml.safe_load((ROOT / path).read_text(encoding="utf-8"))


def environment(**more: str) -> dict[str, str]:
    """Give the environment of a child: nothing of the Python that runs the tests, and no one's settings of git."""
    kept = {
        key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "PIP_", "VIRTUAL"))
    }
    return {**kept, **OFFLINE, **GIT, "GIT_CONFIG_GLOBAL": os.devnull, "PYTHONIOENCODING": "utf-8", **more}


def run(args: list[str], cwd: Path, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        args, cwd=cwd, env=environment(**env), capture_output=True, check=False, encoding="utf-8", errors="replace"
    )  # fmt: skip


def git(folder: Path, *args: str) -> None:
    done = run(["git", *args], folder)
    assert done.returncode == 0, done.stderr


def committed(folder: Path) -> Path:
    """Make a git repository of a folder, with everything in one commit."""
    git(folder, "init", "-q", "-b", "main")
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "all")
    return folder


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """Give a git repository with a new pack in `packs/loans`."""
    folder = tmp_path / "policies"
    assert CliRunner().invoke(main, ["init", str(folder / "packs" / "loans")]).exit_code == 0
    return committed(folder)


def broken(repository: Path) -> str:
    """Break a rule and one of its tests; give where the lint must point."""
    path = repository / "packs" / "loans" / "rules" / "first.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("clause: 一.1", "clause: 一.9"), encoding="utf-8")
    git(repository, "add", "-A")
    return f"rules/first.yaml:{text[: text.index('clause:')].count(chr(10)) + 1}:11: error[unknown-clause]"


def laxer(repository: Path) -> None:
    """Change a number of the rule, so that one test fails, and nothing else is wrong."""
    path = repository / "packs" / "loans" / "rules" / "first.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("7 days", "8 days"), encoding="utf-8")
    git(repository, "add", "-A")


@pytest.fixture
def clean(tmp_path: Path) -> dict[str, str]:
    """Give the variables under which a shell has a Python of its own: our dependencies, but not the checker."""
    folder = tmp_path / "venv"
    venv.create(folder, with_pip=True)
    own = sysconfig.get_path("purelib", "venv", {"base": str(folder), "platbase": str(folder)})
    (Path(own) / "dependencies.pth").write_text(SITE + "\n", encoding="utf-8")
    env = {"PATH": f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}"}
    alone = run(
        ["bash", "-c", "python -c 'import duckdb' && ! python -c 'import checker.cli' 2>/dev/null"],
        tmp_path,
        **env,
    )
    assert alone.returncode == 0, "the environment is not clean, or lacks what the checker needs"
    return env


def shell(lines: list[tuple[str, dict[str, str]]], cwd: Path, env: dict[str, str]) -> tuple[int, str]:
    """Run the lines as a CI does, each under `bash -eo pipefail`, until one fails; give its code and all output."""
    said = ""
    for line, more in lines:
        done = run(["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", line], cwd, **{**env, **more})
        said += done.stdout + done.stderr
        if done.returncode:
            return done.returncode, said
    return 0, said


# ---- the GitHub action


def filled(text: str, inputs: dict[str, str]) -> str:
    """Fill in the two kinds of expression that the action's variables use."""

    def value(found: re.Match[str]) -> str:
        for part in found.group(1).split("||"):
            name = part.strip()
            if name == "github.action_path":
                return str(ROOT)
            if picked := inputs[name.removeprefix("inputs.")]:
                return picked
        return ""

    return re.sub(r"\$\{\{ *(.*?) *\}\}", value, text)


def action(**given: str) -> list[tuple[str, dict[str, str]]]:
    """Give the shell lines of the action with their variables, for these inputs."""
    spec = load("action.yml")
    inputs = {name: one["default"] for name, one in spec["inputs"].items()} | given
    steps = [step for step in spec["runs"]["steps"] if "run" in step]
    assert all("${{" not in step["run"] for step in steps), "an input would be run as shell"
    kept = [step for step in steps if inputs["test"] == "true" or "inputs.test" not in step.get("if", "")]
    return [(s["run"], {key: filled(one, inputs) for key, one in s["env"].items()}) for s in kept]


def test_the_github_action_passes_a_good_pack(repository, clean, wheel):  # noqa: F811
    code, said = shell(action(package=str(wheel), rules="packs"), repository, clean)
    assert (code, said) == (0, "错误 0，警告 0，提示 0\n通过 5\n")


def test_the_github_action_fails_on_a_fault_and_on_a_test(repository, clean, wheel):  # noqa: F811
    laxer(repository)
    code, said = shell(action(package=str(wheel), rules="packs/loans"), repository, clean)
    assert (code, "失败 1" in said) == (1, True), said
    place = broken(repository)
    code, said = shell(action(package=str(wheel), rules="packs/loans", test="false"), repository, clean)
    file, line, column = place.split(":")[:3]
    spot = rf"::error file=packs/loans/{file},line={line},endLine={line},col={column},.*unknown-clause::"
    assert (code, bool(re.search(spot, said))) == (1, True), said


def test_the_github_action_takes_its_own_repository_by_default():
    (install, variables), *_ = action()
    assert variables == {"PACKAGE": str(ROOT)}
    assert '"$PACKAGE"' in install


# ---- the GitLab job


def job(wheel: Path, rules: str) -> list[tuple[str, dict[str, str]]]:  # noqa: F811
    spec = load("docs/ci/gitlab-ci.yml")["checker"]
    variables = {**spec["variables"], "PACKAGE": str(wheel), "RULES": rules}
    return [(line, variables) for line in spec["script"]]


def test_the_gitlab_job_passes_a_good_pack_and_leaves_its_report(repository, clean, wheel):  # noqa: F811
    code, said = shell(job(wheel, "packs"), repository, clean)
    assert (code, said) == (0, "")
    reports = load("docs/ci/gitlab-ci.yml")["checker"]["artifacts"]["reports"]
    assert (repository / reports["junit"]).read_text(encoding="utf-8").count("<testcase") == 5
    assert json.loads((repository / reports["codequality"]).read_text(encoding="utf-8")) == []


def test_the_gitlab_job_fails_on_a_fault_and_on_a_test(repository, clean, wheel):  # noqa: F811
    laxer(repository)
    assert shell(job(wheel, "packs/loans"), repository, clean)[0] == 1
    report = (repository / "checker-tests.xml").read_text(encoding="utf-8")
    assert report.count("<failure") == 1
    place = broken(repository)
    code, said = shell(job(wheel, "packs/loans"), repository, clean)
    assert (code, place in said) == (1, True), said


# ---- pre-commit


@pytest.fixture(scope="module")
def hooks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a git repository with what this one holds that pre-commit needs."""
    if importlib.util.find_spec("pre_commit") is None or importlib.util.find_spec("hatchling") is None:
        pytest.skip("pre-commit or hatchling is not installed")
    folder = source(tmp_path_factory.mktemp("hooks"))
    shutil.copy(ROOT / ".pre-commit-hooks.yaml", folder)
    return committed(folder)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("pre-commit")


def pre_commit(repository: Path, hooks: Path, home: Path, args: str = "[packs]") -> tuple[int, str]:
    """Let pre-commit install both hooks from the repository and run them on what is staged."""
    commit = run(["git", "rev-parse", "HEAD"], hooks).stdout.strip()
    both = "".join(f"  - {{id: {one['id']}, args: {args}}}\n" for one in load(".pre-commit-hooks.yaml"))
    config = f"repos:\n- repo: {hooks.as_uri()}\n  rev: {commit}\n  hooks:\n{both}"
    (repository / ".pre-commit-config.yaml").write_text(config, encoding="utf-8")
    git(repository, "add", "-A")
    # the environment pre-commit makes has no index; hatchling and what the checker needs are found here
    done = run(
        [sys.executable, "-m", "pre_commit", "run", "--color=never"],
        repository, PRE_COMMIT_HOME=str(home), PYTHONPATH=SITE,
    )  # fmt: skip
    return done.returncode, done.stdout + done.stderr


def test_the_hooks_of_pre_commit_pass_a_good_pack(repository, hooks, home):
    (repository / "packs" / "loans" / "clauses.yaml").open("a").write("# more\n")
    code, said = pre_commit(repository, hooks, home)
    assert (code, said.count("Passed")) == (0, 2), said


def test_the_hooks_of_pre_commit_stop_a_fault_and_a_test(repository, hooks, home):
    laxer(repository)
    code, said = pre_commit(repository, hooks, home)
    assert (code, said.count("Passed"), said.count("Failed"), "失败 1" in said) == (1, 1, 1, True), said
    place = broken(repository)
    code, said = pre_commit(repository, hooks, home)
    assert (code, place in said) == (1, True), said


def test_the_hooks_of_pre_commit_do_not_run_where_no_pack_was_touched(repository, hooks, home):
    (repository / "readme.md").write_text("x", encoding="utf-8")
    code, said = pre_commit(repository, hooks, home)
    assert (code, said.count("Skipped")) == (0, 2), said


def test_the_hooks_of_pre_commit_fail_where_there_is_no_pack(repository, hooks, home):
    laxer(repository)
    code, said = pre_commit(repository, hooks, home, args='["."]')
    assert (code, "not-a-pack" in said) == (1, True), said
