"""Which rows a finding needs to be judged again, and the CSV files that hold them as they were written."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from checker.findings.values import mask
from checker.language.pack import Field, Pack
from checker.logs.cells import BLANK, LOST, Context, read_cell
from checker.logs.headers import normal
from checker.logs.written import Cells, Written
from checker.model import Finding

Place = tuple[str, str | None]
BOM = "\ufeff"


@dataclass(frozen=True)
class Kept:
    """A CSV of a pack: rows of one file or sheet, the first of them in line 2; `numbers` are those of the original."""

    member: str
    source: Written
    numbers: tuple[int, ...]
    whole: bool


def keys_at(
    sources: Iterable[Written], proof: set[tuple[str, str | None, int]], pack: Pack
) -> dict[tuple[str, str | None, int], frozenset[str]]:
    """Give the texts of the keys and the person of each row that is evidence, by file, sheet and row."""
    found: dict[tuple[str, str | None, int], frozenset[str]] = {}
    for source in sources:
        log = pack.logs[source.log]
        own = [source.columns[name] for name in (*log.key, log.person) if name and name in source.columns]
        for number, cells in source.rows:
            at = (source.file, source.sheet, number)
            if at in proof:
                found[at] = found.get(at, frozenset()) | {_plain(cells[i]) for i in own}
    return found


def tokens(
    one: Finding, keys: Mapping[tuple[str, str | None, int], frozenset[str]], pack: Pack, wide: bool
) -> set[str]:
    """Give the texts that tie rows to a finding: the person, the record and the keys of its evidence.

    `wide`: all of the subject, so that a region brings its rows; else, where a person is meant, the person alone.
    """
    key = pack.people.key if pack.people else ""
    subject = one.subject if wide or key not in one.subject else {key: one.subject[key]}
    found = {_plain(value) for value in (*subject.values(), *(one.record or {}).values())}
    for row in one.evidence:
        found |= keys.get((row.file, row.sheet, row.row), frozenset())
    return {text for text in found if text and not re.fullmatch(r"[\d.:/\- ]{1,3}|\d{4}-\d\d-\d\d", text)}


def chosen(
    source: Written, words: set[str], proof: set[tuple[str, str | None, int]], whole: set[str]
) -> tuple[tuple[int, Cells], ...]:
    """Give the rows of a source to keep: evidence, rows that name what is meant, or all where the log is in `whole`."""
    if source.log in whole:
        return source.rows
    return tuple(
        (number, cells)
        for number, cells in source.rows
        if (source.file, source.sheet, number) in proof
        or any(_plain(cell) in words for cell in cells if cell)
    )


def kept(
    sources: Iterable[Written],
    words: set[str],
    proof: set[tuple[str, str | None, int]],
    whole: set[str],
    pack: Pack,
) -> tuple[list[Kept], dict[str, bytes]]:
    """Give the CSV files of the rows kept, by the name of their member; masked fields are masked in them."""
    listed: list[Kept] = []
    members: dict[str, bytes] = {}
    for one in sources:
        rows = chosen(one, words, proof, whole)
        name = _name(one, members)
        listed.append(Kept(name, one, tuple(number for number, _ in rows), one.log in whole))
        members[name] = _csv(
            one.titles,
            [shown(one, cells, pack, (one.file, one.sheet, number) in proof) for number, cells in rows],
        )
    return listed, members


def shown(source: Written, cells: Cells, pack: Pack, proof: bool) -> list[str]:
    """Give the cells of a row, those of masked fields masked.

    Of a row that proves nothing itself, columns that the pack does not know are hidden too: nobody needs them.
    """
    fields = pack.logs[source.log].fields
    known = {at: fields[name] for name, at in source.columns.items() if name in fields}
    titles = [*source.titles, *[""] * (len(cells) - len(source.titles))]
    return [
        _hidden(cell, title, known.get(at), proof)
        for at, (cell, title) in enumerate(zip(cells, titles, strict=False))
    ]


def _hidden(cell: str | None, title: str, field: Field | None, proof: bool) -> str:
    """Give a cell as it may be shown. A masked one still says whether it was blank or unreadable, as rules ask that."""
    if not cell or (field is None and proof) or (field is not None and not field.mask):
        return cell or ""
    if field is None or normal(cell) == normal(title):  # a title that stands among the rows once more
        return cell if field is not None else "****"
    said = read_cell(field, cell, Context())
    if said == BLANK or said.code == "cell-error":
        return cell
    return mask(cell) + (LOST if LOST in cell and LOST not in mask(cell) else "")


def read(data: bytes) -> list[list[str]]:
    """Give the rows of a CSV of a pack, its titles first."""
    return list(csv.reader(io.StringIO(data.decode("utf-8").removeprefix(BOM), newline="")))


def _csv(titles: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(titles)
    writer.writerows(rows)
    return (BOM + out.getvalue()).encode("utf-8", "replace")


def _name(source: Written, taken: Mapping[str, Any]) -> str:
    """Give a name that says which file and sheet it was: the year of a date may be known from it alone."""
    text = source.file + (f".{source.sheet}" if source.sheet else "")
    parts = [_safe(part) for part in text.split("/")]
    name = "rows/" + "/".join(parts)
    ending, count = ".csv", 1
    while name + ending in taken:
        count += 1
        ending = f".{count}.csv"
    return name + ending


def _safe(part: str) -> str:
    cleaned = re.sub(r"[\\:*?\"<>|\x00-\x1f\x7f]", "_", part)[:150].strip(" .")
    return cleaned.encode("utf-8", "replace").decode() or "_"


def _plain(value: Any) -> str:
    return "" if value is None else str(value).strip()
