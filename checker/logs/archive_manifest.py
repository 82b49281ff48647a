"""What an archive says of itself: its parts, the files their rows came from, and what could not be read in these."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from checker.diagnostics import UsageError, shown_path
from checker.language.pack import Log, Pack
from checker.logs.tables import stored
from checker.model import Input, Problem, Text
from checker.nouns import dataclass

NAME = "manifest.json"
NO_MONTH = "none"
"""The month of rows without a date."""
VERSION = 1
_HEAD = '{"format": "checker-archive"'
_SEAL = ' "seal": '
# Programs take `name=value` in a path for a column, before one of that name in the file; no field begins with `_`.
PART = re.compile(r"[a-z][a-z0-9_]*/_month=(\d{4,}-\d\d|none)/[0-9a-f]{16}\.parquet")


@dataclass(frozen=True)
class Entry:
    """One file or sheet in an archive: `src` is its number in the parts, `months` counts its rows by month.

    `headers` are the fields it has a column for, each with the header as written.
    """

    src: int
    input: Input
    headers: Mapping[str, str]
    months: Mapping[str, int]


@dataclass(frozen=True)
class PartFile:
    """The rows of one log and month; `file` is relative to the archive."""

    log: str
    month: str
    file: str
    sha256: str
    rows: int


@dataclass(frozen=True)
class Manifest:
    """An archive: entries in the order of a check, `files` with their sizes in bytes, `definitions` by log."""

    pack: str
    definitions: Mapping[str, str]
    files: Mapping[str, int]
    entries: tuple[Entry, ...]
    parts: tuple[PartFile, ...]
    problems: tuple[Problem, ...]


def is_archive(folder: Path) -> bool:
    """Tell whether a folder says that it is an archive; other folders may hold a `manifest.json` too."""
    try:
        with (folder / NAME).open("rb") as file:
            return file.read(len(_HEAD)) == _HEAD.encode()
    except OSError:
        return False


def definition(pack: Pack, log: Log) -> str:
    """Give the SHA-256 of all that decides what the cells of a log are read as; rules and formulas do not."""
    fields = [
        [f.name, f.type, f.header, f.aliases, f.required, f.values, sorted(f.alias.items()), f.places, f.unit, f.column]
        for f in stored(log).values()
    ]  # fmt: skip
    ends = pack.leave.end if pack.leave and pack.leave.log == log.id else None
    said = [pack.time_zone, log.id, log.key, log.date, log.person, log.person_name, ends, fields]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()


def render(manifest: Manifest) -> bytes:
    """Give the bytes of `manifest.json`: one thing a line, the last line a hash of all before it."""
    lists: list[tuple[str, Iterable[Any]]] = [
        ("files", ({"file": name, "bytes": size} for name, size in sorted(manifest.files.items()))),
        ("inputs", map(_entry, manifest.entries)),
        ("parts", (vars(one) for one in manifest.parts)),
        ("problems", map(_problem, manifest.problems)),
    ]
    lines = [
        f'{_HEAD}, "version": {VERSION}, "pack": {_line(manifest.pack)},',
        f' "definitions": {_line(dict(sorted(manifest.definitions.items())))},',
        *(f' "{key}": [{",".join(chr(10) + "  " + _line(one) for one in items)}],' for key, items in lists),
    ]
    body = "\n".join(lines) + "\n"
    return f'{body}{_SEAL}"{_hash(body)}"\n}}\n'.encode()


def load(folder: Path) -> Manifest:
    """Give the manifest of an archive.

    Raises:
        UsageError: it is damaged, or of another version of the format.
    """
    try:
        text = (folder / NAME).read_bytes().decode()
        said = json.loads(text)
        if said["version"] != VERSION:
            raise _other_version(folder, said["version"])
        if _hash(text[: text.rindex(_SEAL)]) != said["seal"]:
            raise damaged(folder, NAME)
        return _parsed(said)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise damaged(folder, NAME) from error


def damaged(folder: Path, file: str) -> UsageError:
    """Give the error of an archive that is not as it was written."""
    said = Text(
        f"存档损坏：{file} 与清单记下的不一致",
        f"the archive is damaged: {file} is not what was written",
    )
    hint = Text(
        "请从备份恢复，或用原始台账重新存档到新文件夹",
        "restore it from a copy, or archive the original files again into a new folder",
    )
    return UsageError.of("archive-damaged", said, hint, shown_path(folder))


def sha256_of(path: Path) -> str:
    """Give the SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _other_version(folder: Path, found: object) -> UsageError:
    said = Text(
        f"存档的格式是第 {found} 版，本程序读第 {VERSION} 版",
        f"the format of the archive is version {found}; this program reads version {VERSION}",
    )
    hint = Text(
        "请用写出它的程序版本，或用原始台账重新存档",
        "use the program that wrote it, or archive the original files again",
    )
    return UsageError.of("archive-version", said, hint, shown_path(folder))


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _line(value: Any) -> str:
    """Give JSON on one line; a name that is no text (bytes of another encoding) is escaped."""
    text = json.dumps(value, ensure_ascii=False)
    return text if text.encode(errors="ignore").decode() == text else json.dumps(value)


def _entry(one: Entry) -> dict[str, Any]:
    return {"src": one.src, **vars(one.input), "headers": one.headers, "months": one.months}


def _problem(one: Problem) -> dict[str, Any]:
    said = {**vars(one), "message": asdict(one.message), "hint": asdict(one.hint)}
    del said["clauses"]
    return said


def _parsed(said: Mapping[str, Any]) -> Manifest:
    parts = tuple(PartFile(**one) for one in said["parts"])
    if not all(PART.fullmatch(one.file) for one in parts):
        raise ValueError("a part outside the archive")
    return Manifest(
        said["pack"],
        said["definitions"],
        {one["file"]: int(one["bytes"]) for one in said["files"]},
        tuple(map(_as_entry, said["inputs"])),
        parts,
        tuple(map(_as_problem, said["problems"])),
    )


def _as_entry(one: Mapping[str, Any]) -> Entry:
    own = Input(one["file"], one["sheet"], one["log"], one["rows"], one["sha256"])
    return Entry(int(one["src"]), own, one["headers"], one["months"])


def _as_problem(one: Mapping[str, Any]) -> Problem:
    return Problem(**{**one, "message": Text(**one["message"]), "hint": Text(**one["hint"])})


def files_of(entries: Sequence[Entry]) -> set[str]:
    """Give the names of the files that some entry came from."""
    return {one.input.file for one in entries}
