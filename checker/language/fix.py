"""What `checker lint --fix` mends by itself, and only that which cannot mean anything else.

Quotes around text that another reader would change, that stands as a number, or that a comma cuts in two; a
full-width colon, comma or quote where YAML needs the narrow one; a key that differs only in capitals or hyphens; the
lock of translations. A file is changed only if it then loads, and the pack has no error that it did not have.
"""

from __future__ import annotations

import re
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from checker.diagnostics import Diagnostic, has_errors, shown_path
from checker.language.edits import Edit, edited, unified
from checker.language.lint_words import LOCK, lock_text, read_lock
from checker.language.load import lint_pack, pack_files, read_sources, test_files
from checker.language.load_width import FULL_WIDTH
from checker.language.suggest import folded
from checker.language.yaml_loader import load_bytes
from checker.model import Place, Text

_ROUNDS = 40  # a file that does not parse shows one fault at a time


@dataclass(frozen=True)
class Fixed:
    """What would be written: content by path, and the diff that shows it."""

    files: Mapping[Path, bytes]
    diff: str


def fix_pack(folder: Path) -> Fixed:
    """Give the safe repairs of a pack and its tests; nothing is written."""
    with tempfile.TemporaryDirectory() as place:
        copy = Path(shutil.copytree(folder, Path(place) / "pack"))
        _mend(copy)
        _write_lock(copy)
        names = [path.relative_to(copy) for path in (*_yaml_files(copy), copy / LOCK)]
        there = [name for name in names if (folder / name).is_file()]
        pairs = {name: ((folder / name).read_bytes(), (copy / name).read_bytes()) for name in there}
    changed = {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}
    diff = "".join(unified(was, now, shown_path(folder / name)) for name, (was, now) in changed.items())
    return Fixed({folder / name: now for name, (_, now) in changed.items()}, diff)


def _yaml_files(folder: Path) -> list[Path]:
    found = [path for group in pack_files(folder).values() for path in group if path.is_file()]
    return [*found, *test_files(folder)]


def _mend(copy: Path) -> None:
    """Mend the files of a copy round by round; a round that brings a new error is taken back, and is the last."""
    original = {path: path.read_bytes() for path in _yaml_files(copy)}
    whole, found = _faults(copy)
    for _ in range(_ROUNDS):
        before = {path: path.read_bytes() for path in original}
        after = {path: now for path, data in before.items() if (now := _repaired(path, data, found)) != data}
        _write(after)
        now_whole, again = _faults(copy) if after else (whole, found)
        parsed = {path for path in after if _parses(before[path])}
        # A pack whose structure is at fault was not asked for its meaning: what is said of that now is not new.
        if not after or (whole == now_whole and _new_errors(found, again, parsed)) or whole > now_whole:
            _write({path: before[path] for path in after})
            break
        whole, found = now_whole, again
    _write({path: data for path, data in original.items() if not _parses(path.read_bytes())})


def _faults(copy: Path) -> tuple[bool, list[Diagnostic]]:
    """Give whether the files of a pack fit their schemas, and all that is wrong."""
    return not has_errors(read_sources(copy).diagnostics), lint_pack(copy)


def _write(files: Mapping[Path, bytes]) -> None:
    for path, data in files.items():
        path.write_bytes(data)


def _parses(data: bytes) -> bool:
    return load_bytes(data, "").root is not None


def _new_errors(before: Iterable[Diagnostic], after: Iterable[Diagnostic], parsed: set[Path]) -> bool:
    """Tell whether files that could be read before have errors they did not have; others show theirs only now."""
    told = Counter((one.code, one.message.zh) for one in before if one.severity == "error")
    now = Counter(
        (one.code, one.message.zh)
        for one in after
        if one.severity == "error" and Path(one.place.file) in parsed
    )
    return bool(now - told)


def _repaired(path: Path, data: bytes, found: Iterable[Diagnostic]) -> bytes:
    """Give a file with its faults repaired; as it was where that would not load, or changes what quotes should keep."""
    mine = [one for one in found if one.place.file == shown_path(path) and one.code in REPAIRS]
    was = load_bytes(data, shown_path(path))
    lines = was.text.split("\n")
    now = edited(data, [edit for one in mine for edit in REPAIRS[one.code](one, lines)])
    read = load_bytes(now, shown_path(path))
    if was.root is not None and read.root is None:
        return data
    only_quotes = all(one.code == "bare-scalar" for one in mine)
    return data if only_quotes and was.value != read.value else now


def _write_lock(copy: Path) -> None:
    path = copy / LOCK
    sources = read_sources(copy)
    if path.is_file() and not has_errors(sources.diagnostics):
        path.write_bytes(lock_text(sources.documents, read_lock(path)).encode())


def _source(one: Diagnostic, lines: list[str]) -> str:
    place = one.place
    line = lines[place.line - 1] if 0 < place.line <= len(lines) else ""
    return line[place.column - 1 : place.end_column - 1]


def _quote(one: Diagnostic, lines: list[str]) -> Iterator[Edit]:
    if (source := _source(one, lines)) == one.found:
        yield Edit(one.place, source, f'"{source}"')


def _quote_number(one: Diagnostic, lines: list[str]) -> Iterator[Edit]:
    """Quote a number where the schema takes text alone: what was written is the text that was meant."""
    if isinstance(one.expected, Text) and one.expected.en == "text" and re.match(r"-?[0-9.]+\Z", one.found):
        yield from _quote(one, lines)


def _narrow(one: Diagnostic, lines: list[str]) -> Iterator[Edit]:
    """Put the narrow colon, comma or pair of quotes in place of the full-width one."""
    line, at = lines[one.place.line - 1], one.place.column - 1
    char, rest = line[at], line[at + 1 :]
    if char in "：，":
        space = "" if rest[:1] in ("", " ") else " "
        yield Edit(one.place, char, FULL_WIDTH[char] + space)
    inner, closing, _ = rest.partition("”")
    if char == "“" and closing and not re.search(r'["\\“]', inner):
        yield Edit(one.place, f"“{inner}”", f'"{inner}"')


def _respell(one: Diagnostic, lines: list[str]) -> Iterator[Edit]:
    """Spell a key as it is spelt here, where only capitals, hyphens, underscores or spaces differ."""
    meant = re.search("`(.+)`", one.hint.en or "")
    if meant and folded(meant[1]) == folded(one.found) and _source(one, lines) == one.found:
        yield Edit(one.place, one.found, meant[1])


def _quote_text(one: Diagnostic, lines: list[str]) -> Iterator[Edit]:
    """Quote a text in braces that a comma cut in two: from its key to the next key or the closing brace."""
    line, at = lines[one.place.line - 1], one.place.column - 1
    key = list(re.finditer(r"[{,]\s*\w+: +(?=\S)", line[:at]))
    end = re.compile(r"\s*(?:,\s*\w+:\s|\})").search(line, at)
    if key and end and not re.search(r"[\"'{}\[\]\\#&*]", text := line[key[-1].end() : end.start()]):
        start = key[-1].end() + 1
        yield Edit(Place(one.place.file, one.place.line, start, start + len(text)), text, f'"{text}"')


REPAIRS: Mapping[str, Callable[[Diagnostic, list[str]], Iterator[Edit]]] = {
    "bare-scalar": _quote,
    "wrong-type": _quote_number,
    "full-width-punctuation": _narrow,
    "unknown-key": _respell,
    "unknown-operator": _respell,
    "unquoted-comma": _quote_text,
}
