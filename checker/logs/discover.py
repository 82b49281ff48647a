"""Files and folders → the files to read, in an order and under names that do not depend on the machine."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal

from checker.diagnostics import UsageError
from checker.logs.archive_manifest import is_archive, load
from checker.logs.sources import Found, problem
from checker.model import Problem, Text

Kind = Literal["zip", "ole", "parquet", "html", "text", "other"]
_QUIET = {".py", ".yaml", ".yml"}
_MAGIC: tuple[tuple[bytes, Kind], ...] = (
    (b"PK\x03\x04", "zip"), (b"PK\x05\x06", "zip"), (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ole"), (b"PAR1", "parquet"),
    (b"%PDF", "other"), (b"\xff\xd8\xff", "other"), (b"\x89PNG", "other"), (b"GIF8", "other"), (b"BM", "other"),
    (b"Rar!", "other"), (b"7z\xbc\xaf", "other"), (b"\x1f\x8b", "other"), (b"{\\rtf", "other"), (b"SQLite format", "other"),
    (b"\x7fELF", "other"), (b"MZ", "other"), (b"II*\x00", "other"), (b"MM\x00*", "other"),
)  # fmt: skip
_BINARY_NAMES = {".pdf", ".jpg", ".jpeg", ".png", ".gif", ".bmp", ".doc", ".docx", ".zip", ".rar", ".7z"}


def discover(paths: Sequence[Path]) -> tuple[list[Found], list[Problem]]:
    """Give the files under `paths`, sorted by the name shown, and what was passed over; `archives` are left out.

    The name shown is relative to the argument, with forward slashes; arguments whose files would get the same name
    are told apart by the argument's own name.

    Raises:
        UsageError: a path does not exist.
    """
    listed: list[tuple[Path, str, str]] = []
    for path in paths:
        if path.is_file():
            listed.append((path, path.name, path.parent.name))
        elif path.is_dir():
            owner = path.resolve().name
            listed += [(one, one.relative_to(path).as_posix(), owner) for one in _files(path)]
        else:
            said = Text(f"没有这个文件或文件夹：{path}", f"there is no file or folder {path}")
            raise UsageError.of("no-such-input", said, Text("请核对路径", "check the path"), str(path))
    found, problems, seen = [], [], set[Path]()
    real = {path: path.resolve() for path, _, _ in listed}
    for path, shown in _named(listed, real):
        if real[path] in seen:
            continue
        seen.add(real[path])
        passed = _passed_over(path, shown)
        if passed is None:
            found.append(Found(path, shown))
        elif passed:
            problems.append(passed[0])
    return found, problems


def archives(paths: Sequence[Path]) -> list[Path]:
    """Give the folders that are archives, among `paths` or under them, sorted and each once."""
    found: dict[Path, Path] = {}
    for path in paths:
        for place, folders, _ in os.walk(path):
            if is_archive(Path(place)):
                found.setdefault(Path(place).resolve(), Path(place))
                folders.clear()
            folders[:] = _entered(folders)
    return [found[real] for real in sorted(found, key=lambda real: (real.name, real))]


def size(paths: Sequence[Path]) -> int:
    """Give the bytes of all files under `paths`; for an archive, of the files it was made of.

    Raises:
        UsageError: an archive is damaged.
    """
    loose = sum(
        one.stat().st_size
        for path in paths
        for one in (_files(path) if path.is_dir() else [path])
        if one.is_file()
    )
    return loose + sum(sum(load(folder).files.values()) for folder in archives(paths))


def kind_of(head: bytes) -> Kind:
    """Tell what a file is by its first bytes; names lie.

    >>> kind_of(b"PAR1..."), kind_of(b"<html><table>"), kind_of("工号,姓名".encode())
    ('parquet', 'html', 'text')
    """
    for magic, kind in _MAGIC:
        if head.startswith(magic):
            return kind if magic not in (b"BM", b"MZ") or b"\0" in head[:512] else "text"
    start = head[:2048].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<html", b"<!doctype", b"<table", b"<?xml", b"<meta", b"<head")):
        return "html"
    return "text"


def _files(folder: Path) -> Iterator[Path]:
    for place, folders, names in os.walk(folder):
        if is_archive(Path(place)):
            folders.clear()
            continue
        folders[:] = _entered(folders)
        for name in sorted(names):
            yield Path(place) / name


def _entered(folders: Sequence[str]) -> list[str]:
    return sorted(one for one in folders if not one.startswith(".") and one != "__pycache__")


def _named(listed: list[tuple[Path, str, str]], real: dict[Path, Path]) -> list[tuple[Path, str]]:
    uses = Counter(shown for _, shown, _ in {(real[path], shown, "") for path, shown, _ in listed})
    named = [(path, shown if uses[shown] == 1 else f"{owner}/{shown}") for path, shown, owner in listed]
    again = Counter(shown for _, shown in {(real[path], shown) for path, shown in named})
    counts: Counter[str] = Counter()
    result = []
    for path, shown in named:
        counts[shown] += again[shown] > 1
        result.append((path, f"{shown}#{counts[shown]}" if counts[shown] > 1 else shown))
    return sorted(result, key=lambda one: one[1])


def _passed_over(path: Path, shown: str) -> tuple[Problem, ...] | None:
    """Give None for a file to read; a problem, or nothing to say, for one that is passed over."""
    name = path.name
    if name.startswith("~$"):
        said = Text(
            "这是打开中的文件留下的锁文件，已跳过", "a lock file of a workbook that is open: passed over"
        )
        return (
            problem(
                "note", "lock-file", shown, said, hint=Text("请确认原文件已保存关闭", "save and close it")
            ),
        )
    if name.startswith(".") or name in ("Thumbs.db", "desktop.ini"):
        said = Text("隐藏文件，已跳过", "a hidden file: passed over")
        return (problem("note", "hidden-file", shown, said),)
    if path.suffix.lower() in _QUIET or name.lower() == "readme.md":
        return ()
    if path.stat().st_size == 0:
        said = Text("空文件，已跳过", "an empty file: passed over")
        hint = Text("没有发生的，请保留表头", "if nothing happened, keep the header row")
        return (problem("warning", "empty-file", shown, said, hint=hint),)
    return None


def is_other(path: Path, kind: Kind) -> bool:
    """Tell whether a file is of no use here: a picture, a letter, an archive."""
    return kind == "other" or path.suffix.lower() in _BINARY_NAMES
