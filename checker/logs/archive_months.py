"""What stays of an archive and what the given files replace: by name, by their bytes, or by month if that is asked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from checker.diagnostics import CheckerError, Diagnostic
from checker.logs.archive_manifest import NO_MONTH, Entry, Manifest
from checker.model import Place, Problem, Text

Month = tuple[str, str]
"""A log and a month of it."""


@dataclass(frozen=True)
class Choice:
    """What a person said of rows that are in the archive already; as a rule nothing."""

    replace_files: bool = False
    replace_months: bool = False
    add_rows: bool = False


@dataclass(frozen=True)
class Settled:
    """The new archive: entries that stay with the months left to them, and the given ones with their numbers.

    `lost` are the months from which rows went away; `notes` say what was replaced.
    """

    stay: tuple[Entry, ...]
    fresh: tuple[Entry, ...]
    lost: frozenset[Month]
    notes: tuple[Text, ...]
    gone: tuple[Entry, ...] = field(default=())

    @property
    def entries(self) -> tuple[Entry, ...]:
        """Give all entries in the order of a check."""
        return tuple(sorted((*self.stay, *self.fresh), key=lambda one: one.input.file))


def settle(old: Manifest | None, fresh: Sequence[Entry], files: Collection[str], choice: Choice) -> Settled:
    """Decide what stays; `files` are the names of all given files, also of those that hold no record.

    Raises:
        CheckerError: a file or a month may be another one than it seems, and nobody said so.
    """
    entries = old.entries if old else ()
    other = [] if choice.replace_files else list(_other_files(entries, fresh, files))
    stay, notes = _by_name(entries, fresh, files)
    clashes = _clashes(entries, stay, fresh)
    if other or (clashes and not (choice.replace_months or choice.add_rows)):
        raise CheckerError([*other, *(_clash(*one) for one in clashes if not other)])
    if choice.replace_months:
        stay, more = _without_months(stay, {month for month, _, _ in clashes})
        notes += more
    numbered = _numbered(entries, stay, fresh)
    left = {one.src: set(_months(one)) for one in stay}
    lost = {month for one in entries for month in set(_months(one)) - left.get(one.src, set())}
    gone = tuple(one for one in entries if one.src not in left)
    return Settled(tuple(stay), numbered, frozenset(lost), tuple(notes), gone)


def problems_left(old: Manifest | None, settled: Settled, files: Collection[str]) -> Iterator[Problem]:
    """Give the problems of what stays: not of files given again, nor of those of which nothing is left."""
    gone = {(one.input.file, one.input.sheet, one.input.log) for one in settled.gone}
    empty = {one.input.file for one in settled.gone} - {one.input.file for one in settled.stay}
    for one in old.problems if old else ():
        if one.file not in files and one.file not in empty and (one.file, one.sheet, one.log) not in gone:
            yield one


def _months(one: Entry) -> Iterator[Month]:
    return ((one.input.log, month) for month in one.months)


def _by_file(entries: Sequence[Entry]) -> dict[str, Counter[Month]]:
    counts: dict[str, Counter[Month]] = {}
    for one in entries:
        own = counts.setdefault(one.input.file, Counter())
        own.update({(one.input.log, month): rows for month, rows in one.months.items()})
    return counts


def _other_files(
    entries: Sequence[Entry], fresh: Sequence[Entry], files: Collection[str]
) -> Iterator[Diagnostic]:
    """Give the files of a known name that seem to be of another month: a correction has most of the old rows.

    Monthly files under one name are common; taking one for the correction of another would lose a month.
    """
    given = _by_file(fresh)
    for name, rows in _by_file(entries).items():
        if name in files and rows:
            most = max(rows, key=lambda month: (rows[month], month))
            if 2 * given.get(name, Counter())[most] < rows[most]:
                yield _other_file(name, most, rows[most], given.get(name, Counter())[most])


def _other_file(name: str, month: Month, before: int, now: int) -> Diagnostic:
    zh, en = _month(month)
    said = Text(
        f"存档里已有同名文件，其中 {zh}有 {before} 行，这一份只有 {now} 行：不像是它的更正",
        f"the archive has a file of this name with {before} rows of {en}; this one has {now}: hardly its correction",
    )
    hint = Text(
        "另一个月的文件请改名，或连同上级文件夹一起给出；确是更正请加 --replace-files",
        "rename a file of another month, or give the folder above; if it is a correction, say --replace-files",
    )
    return Diagnostic("archive-same-name", "error", Place(name), said, hint=hint)


def _by_name(
    entries: Sequence[Entry], fresh: Sequence[Entry], files: Collection[str]
) -> tuple[list[Entry], list[Text]]:
    """Leave out files given again, under their name or, with the same bytes, under another one."""
    same = {_bytes(one): one.input.file for one in fresh}
    stay: list[Entry] = []
    notes: dict[Text, None] = {}
    now = {one.input.file: one.input.sha256 for one in fresh}
    for one in entries:
        name = one.input.file
        if name in files:
            if now.get(name) != one.input.sha256:
                notes[Text(f"替换同名文件 {name}", f"replaced {name}, a file of the same name")] = None
        elif _bytes(one) in same:
            new = same[_bytes(one)]
            notes[Text(f"{name} 改名为 {new}，内容相同", f"{name} is now {new}, with the same bytes")] = None
        else:
            stay.append(one)
    return stay, list(notes)


def _bytes(one: Entry) -> tuple[str, str | None, str]:
    return one.input.sha256, one.input.sheet, one.input.log


def _clashes(
    entries: Sequence[Entry], stay: Sequence[Entry], fresh: Sequence[Entry]
) -> list[tuple[Month, str, str]]:
    """Give the months of which other files of the archive have rows, with the name of such a file and of the given one.

    A file that had rows of the month before, under its name or its bytes, corrects its own rows only.
    """
    before = {
        (key, month) for one in entries for key in (one.input.file, _bytes(one)) for month in _months(one)
    }
    found: dict[Month, tuple[str, str]] = {}
    for one in fresh:
        for month in _months(one):
            if (one.input.file, month) not in before and (_bytes(one), month) not in before:
                other = next((kept.input.file for kept in stay if month in set(_months(kept))), None)
                if other is not None:
                    found.setdefault(month, (other, one.input.file))
    return [(month, *found[month]) for month in sorted(found)]


def _clash(month: Month, other: str, name: str) -> Diagnostic:
    zh, en = _month(month)
    said = Text(
        f"存档里 {zh}的记录已来自 {other}，再存会重复计算",
        f"the archive has rows of {en} from {other}: they would count twice",
    )
    hint = Text(
        f"若这是 {other} 的更正：用原来的文件名，或加 --replace-months 整月替换；若只是补充：加 --add-rows",
        f"if this corrects {other}: give it that name, or say --replace-months; if it only adds rows: --add-rows",
    )
    return Diagnostic("archive-same-month", "error", Place(name), said, hint=hint)


def _without_months(stay: Sequence[Entry], months: Collection[Month]) -> tuple[list[Entry], list[Text]]:
    left, notes = [], []
    for one in stay:
        out = [month for month in _months(one) if month in months]
        for month in out:
            zh, en = _month(month)
            rows, name = one.months[month[1]], one.input.file
            notes.append(
                Text(f"替换 {zh}来自 {name} 的 {rows} 行", f"replaced {rows} rows of {en} from {name}")
            )
        rest = {month: rows for month, rows in one.months.items() if (one.input.log, month) not in months}
        if rest or not out:
            left.append(replace(one, months=rest, input=replace(one.input, rows=sum(rest.values()))))
    return left, notes


def _numbered(entries: Sequence[Entry], stay: Sequence[Entry], fresh: Sequence[Entry]) -> tuple[Entry, ...]:
    """Give each given file and sheet the number it had in the archive, else a new one."""
    named: Mapping[object, int] = {_place(one): one.src for one in entries}
    same: Mapping[object, int] = {_bytes(one): one.src for one in entries}
    taken = {one.src for one in stay} | {named[_place(one)] for one in fresh if _place(one) in named}
    new = max((one.src for one in entries), default=-1) + 1
    found = []
    for one in fresh:
        src = named.get(_place(one))
        if src is None:
            src = same.get(_bytes(one))
            if src is None or src in taken:
                src, new = new, new + 1
            taken.add(src)
        found.append(replace(one, src=src))
    return tuple(found)


def _place(one: Entry) -> tuple[str, str | None, str]:
    return one.input.file, one.input.sheet, one.input.log


def _month(month: Month) -> tuple[str, str]:
    log, when = month
    if when == NO_MONTH:
        return f"{log}（无日期）", f"{log} without a date"
    return f"{log} {when} ", f"{log} {when}"
