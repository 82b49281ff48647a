"""pytest collects `*.test.yaml` of a pack (a folder above it holds pack.yaml): one test item a test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from checker.language.pack import Pack
    from checker.packtest.cases import Case


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Collect a test file of a pack; other YAML is left alone."""
    if not file_path.name.endswith(".test.yaml"):
        return None
    folder = pack_of(file_path)
    return PackFile.from_parent(parent, path=file_path, folder=folder) if folder else None


def pack_of(path: Path) -> Path | None:
    """Give the nearest folder above that holds pack.yaml."""
    return next((one for one in path.parents if (one / "pack.yaml").is_file()), None)


class PackFile(pytest.File):
    """One test file; its pack is loaded once a session."""

    def __init__(self, *, folder: Path, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.folder = folder

    def collect(self) -> Iterator[pytest.Item]:
        """Give an item for each test."""
        from checker.diagnostics import CheckerError
        from checker.packtest.cases import load_cases

        try:
            for case in load_cases(self.path, lambda: self.pack().periods):
                yield PackItem.from_parent(self, name=case.name, case=case)
        except CheckerError as error:
            raise self.CollectError(str(error)) from error

    def pack(self) -> Pack:
        """Give the pack, loaded on first use."""
        from checker import language

        loaded: dict[Path, Pack] = self.session.stash.setdefault(_PACKS, {})
        if self.folder not in loaded:
            loaded[self.folder] = language.load_pack(self.folder)
        return loaded[self.folder]


_PACKS: pytest.StashKey[dict[Path, Any]] = pytest.StashKey()


class Unmet(Exception):
    """A test of a pack that did not come out as it says."""


class PackItem(pytest.Item):
    """One test of a pack."""

    parent: PackFile

    def __init__(self, *, case: Case, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.case = case

    def runtest(self) -> None:
        """Run it as `checker test` does."""
        from checker.packtest.run import run_case

        result = run_case(self.parent.pack(), self.case)
        said = "\n".join(detail.zh for detail in result.details)
        if result.status == "skip":
            pytest.skip(said)
        if result.status == "todo":
            pytest.xfail(said)
        if result.status != "pass":
            raise Unmet(said)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """Show the difference and nothing of our code; anything else is a bug and keeps its traceback."""
        if isinstance(excinfo.value, Unmet):
            place = self.case.place
            return f"{place.file}:{place.line}: {self.case.rule}: {self.case.name}\n{excinfo.value}"
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int, str]:
        """Point at the test's own line."""
        return self.path, max(self.case.place.line - 1, 0), self.case.name
