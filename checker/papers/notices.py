"""处罚通知单: who is told what, from the ledger alone; the layout is `notices_html` and `notices_xlsx`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from rich.cells import cell_len

from checker.language.pack import Papers
from checker.ledger.cases import Book, Case, fold
from checker.ledger.entries import Entry
from checker.ledger.store import head
from checker.papers.notice_numbers import is_noticed, numbers, written

BLANK = "______"
STANDING = ("confirmed", "served", "appealed", "upheld", "adjusted", "released")
"""States of an approved finding that nobody has taken back."""
FACT, TIME = 42, 16
"""Widths of the columns in cells, a Chinese character being two: what pages are reckoned by."""
FULL, LAST = 36, 19
"""Lines of the table that a page holds, and a page that is signed."""


@dataclass(frozen=True)
class Line:
    """One finding on a notice; `fen` None: no amount, only measures."""

    at: str
    fact: str
    evidence: str
    clause: str
    fen: int | None

    @property
    def height(self) -> int:
        """Give the lines of text it takes."""
        return max(
            rows(self.fact, FACT) + (rows(self.evidence, FACT) if self.evidence else 0), rows(self.at, TIME)
        )


@dataclass(frozen=True)
class Notice:
    """One notice. `pages` are its lines, split so that every page fits A4; `executors` and `versions` may be empty."""

    number: str
    person: str
    name: str
    region: str
    pages: tuple[tuple[Line, ...], ...]
    executors: str
    versions: str

    @property
    def fen(self) -> int:
        """Give the sum."""
        return sum(line.fen or 0 for page in self.pages for line in page)


@dataclass(frozen=True)
class Notices:
    """The notices of a month by region, each in the order of ids; `left_out`: approved, but on data since changed."""

    month: str
    regions: Mapping[str, tuple[Notice, ...]]
    left_out: tuple[Case, ...]
    head: str


def gather(entries: Sequence[Entry], month: str, papers: Papers) -> Notices:
    """Give all notices of a month."""
    book, given = fold(entries), numbers(entries, month)
    versions = _versions(entries)
    standing = [
        case
        for finding, case in book.cases.items()
        if finding in given and case.state in STANDING and is_noticed(case)
    ]
    left_out = tuple(case for case in standing if case.data_changed and case.state == "confirmed")
    held = {case.finding for case in left_out}
    by_number: dict[int, list[Case]] = {}
    for case in standing:
        if case.finding not in held:
            by_number.setdefault(given[case.finding], []).append(case)
    made = [
        _notice(written(papers.notice_prefix, month, number), cases, book, versions)
        for number, cases in sorted(by_number.items())
    ]
    regions: dict[str, tuple[Notice, ...]] = {}
    for one in sorted(made, key=lambda one: (one.region, one.person, one.number)):
        regions[one.region] = (*regions.get(one.region, ()), one)
    return Notices(month, regions, left_out, head(entries))


def rows(text: str, width: int) -> int:
    """Give the lines a text takes in a column.

    >>> rows("一二三四五", 4), rows("", 4), rows("a\\nb", 4)
    (3, 1, 2)
    """
    return sum(max(1, -(-cell_len(part) // width)) for part in text.split("\n"))


def split(lines: Iterable[Line]) -> tuple[tuple[Line, ...], ...]:
    """Give the lines page by page, the last with room to sign below."""
    pages: list[list[Line]] = [[]]
    for line in lines:
        if pages[-1] and sum(one.height for one in pages[-1]) + line.height > FULL:
            pages.append([])
        pages[-1].append(line)
    while len(pages[-1]) > 1 and sum(one.height for one in pages[-1]) > LAST:
        moved: list[Line] = []
        while len(pages[-1]) > 1 and not moved:
            moved.append(pages[-1].pop())
        pages.append(moved)
    return tuple(map(tuple, pages))


def _notice(number: str, cases: Sequence[Case], book: Book, versions: Mapping[str, str]) -> Notice:
    first = cases[0].proposal
    ordered = sorted(cases, key=lambda one: (_when(one), one.proposal["clause"], one.finding))
    name, region = _who(first["person"], [*cases, *book.cases.values()])
    return Notice(
        number,
        first["person"],
        name,
        region,
        split(map(_line, ordered)),
        _joined(one.proposal.get("by") for one in ordered),
        _joined(versions.get(one.finding) for one in ordered),
    )


def _who(person: str, cases: Iterable[Case]) -> tuple[str, str]:
    """Give name and region of an id. A finding about somebody else, for which this person pays, has no name."""
    own = [one.proposal for one in cases if one.proposal.get("person") == person and one.proposal.get("name")]
    return (own[0]["name"], own[0].get("region") or "") if own else ("", "")


def _line(case: Case) -> Line:
    one = case.proposal
    measures = "、".join(one.get("measures", ()))
    fact = one["message"] + (f"\n措施：{measures}" if measures else "")
    places = [_place(row) for row in one["evidence"][:3]]
    evidence = "；".join(places) + (f"；等 {len(one['evidence'])} 处" if len(one["evidence"]) > 3 else "")
    return Line(_when(case), fact, f"（{evidence}）" if evidence else "", one["clause"], case.fen or None)


def _when(case: Case) -> str:
    return str(case.proposal["at"] or case.proposal["period"] or "")


def _place(row: Mapping[str, object]) -> str:
    return f"{row['file']}{'/' + str(row['sheet']) if row['sheet'] else ''}/第{row['row']}行"


def _joined(values: Iterable[str | None]) -> str:
    return "、".join(dict.fromkeys(value for value in values if value))


def _versions(entries: Iterable[Entry]) -> dict[str, str]:
    """Give, by finding, the version of the rules by which it was last proposed."""
    found: dict[str, str] = {}
    version = ""
    for one in entries:
        if one.step.kind == "run":
            version = str(one.step.data.get("version", ""))
        elif one.step.kind == "propose":
            found[one.step.finding] = version
    return found
