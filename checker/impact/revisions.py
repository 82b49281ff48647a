"""A version of a pack: a folder, or a revision of the git repository the new version lies in."""

from __future__ import annotations

import io
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from checker.diagnostics import CheckerError, UsageError, shown_path
from checker.language import load_pack
from checker.language.pack import Pack
from checker.model import Place, Text


@contextmanager
def version_at(said: str, beside: Path) -> Iterator[tuple[Path, Pack]]:
    """Give the folder and the pack that `said` names: a folder, `REVISION`, or `REVISION:path/of/the/pack`.

    A revision is looked up in the repository that holds `beside`, at the same path; nothing is checked out, the files
    go to a temporary folder. Faults in it name the revision.

    Raises:
        CheckerError: there is neither such a folder nor such a revision, or the pack in it is at fault.
    """
    if Path(said).is_dir():
        yield Path(said), load_pack(Path(said))
        return
    revision, _, path = said.partition(":")
    git = _Git(said, beside)
    inside = path or shown_path(beside.resolve().relative_to(git.top.resolve()))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _unpack(git("archive", "--format=tar", revision, "--", inside), folder)
        try:
            pack = load_pack(folder / inside)
        except CheckerError as error:
            raise _named(error, shown_path(folder), revision) from None
        yield folder / inside, pack


class _Git:
    """The git repository that holds a folder; `said` is what the user asked for, named when git refuses."""

    def __init__(self, said: str, beside: Path) -> None:
        self.said = said
        self.program = shutil.which("git")
        if self.program is None:
            raise _no_version(said, "没有装 git", "git is not installed")
        self.top = beside
        self.top = Path(self("rev-parse", "--show-toplevel").decode().strip())

    def __call__(self, *args: str) -> bytes:
        done = subprocess.run(
            [self.program or "git", "-C", self.top, *args], capture_output=True, check=False
        )
        if done.returncode:
            last = (done.stderr.decode(errors="replace").strip().splitlines() or [""])[-1]
            raise _no_version(self.said, f"git：{last}", f"git: {last}")
        return done.stdout


def _unpack(data: bytes, folder: Path) -> None:
    with tarfile.open(fileobj=io.BytesIO(data)) as archive:
        archive.extractall(folder, filter="data")


def _no_version(said: str, zh: str, en: str) -> UsageError:
    return UsageError.of(
        "no-version",
        Text(
            f"“{said}”既不是文件夹，也不是 git 版本（{zh}）",
            f"'{said}' is no folder and no git revision ({en})",
        ),
        Text(
            "写旧规则包的文件夹，或 git 版本，例如 --against HEAD~1",
            "name the folder of the old pack, or a git revision such as --against HEAD~1",
        ),
    )


def _named(error: CheckerError, folder: str, revision: str) -> CheckerError:
    """Give the faults with the revision in the place of the temporary folder."""

    def moved(place: Place) -> Place:
        return replace(place, file=place.file.replace(f"{folder}/", f"{revision}:"))

    return CheckerError(
        replace(one, place=moved(one.place), related=tuple((moved(at), text) for at, text in one.related))
        for one in error.diagnostics
    )
