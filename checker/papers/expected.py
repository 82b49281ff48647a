"""Which files of a month were handed in: log by log and region by region, what is missing, and what came twice."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from pathlib import PurePosixPath
from typing import Any

from checker.calendar import add_months
from checker.database import quote
from checker.language.compile import Compiled
from checker.language.pack import Log
from checker.logs.tables import Tables
from checker.model import Problem, Text

IN, EMPTY, QUIET, NONE, LATE, OTHER, MISSING = "in", "empty", "quiet", "none", "late", "other", "missing"
STATES: Mapping[str, Text] = {
    IN: Text("已交", "handed in"),
    EMPTY: Text("已交，没有记录", "handed in, without rows"),
    QUIET: Text("本期没有记录", "no rows of the period"),
    NONE: Text("没有这个片区的记录", "no rows of this region"),
    LATE: Text("只有以后月份的记录", "only rows of later months"),
    OTHER: Text("只有其他月份的记录", "only rows of other months"),
    MISSING: Text("没有交", "missing"),
}
_ASKS = (LATE, OTHER, MISSING)
_WORD = r"副本|复件|copy|(?:最终|最新|修改|修订|更新)[版稿]?\d*|[终新改]版\d*|定稿|第?[一二三四五六七八九十\d]+版|final|new|v\d+(?:\.\d+)*"
_VERSION = re.compile(
    rf"[\s_-]*(?:[(（\[【]\s*(?:\d{{1,2}}|{_WORD})\s*[)）\]】]|(?<![a-z])(?:{_WORD}))[\s_-]*$", re.IGNORECASE
)
"""What people and programs add to the name of a later version of a file."""


@dataclass(frozen=True)
class Expected:
    """One line of the checklist: a log, or one region of a log. Rows are of the period and of other months.

    `region` is None on the line of a whole log. `rows` is None where rows carry no day. `again` names what looks like
    two versions of one file; `monthly`: the log is filed every month, whether something happened or not.
    """

    log: str
    title: Text
    region: str | None
    monthly: bool
    clauses: tuple[str, ...]
    state: str
    rows: int | None = 0
    others: int = 0
    files: tuple[str, ...] = ()
    again: tuple[Text, ...] = ()

    @property
    def asks(self) -> bool:
        """Tell whether somebody has to look: a log is missing or of another month, or a file came twice."""
        return self.state in _ASKS or bool(self.again) or (self.monthly and self.state == NONE)


def expected(compiled: Compiled, tables: Tables) -> tuple[Expected, ...]:
    """Give the checklist of the logs that are filed every month or that a rule needs, in the order of the pack."""
    clauses = _needed(compiled)
    wanted = [
        log for log in compiled.pack.logs.values() if log.filed or log.id in clauses or log.id in tables.logs
    ]
    return tuple(line for log in wanted for line in _lines(log, clauses.get(log.id, ()), compiled, tables))


def versions(files: Sequence[str]) -> list[tuple[str, ...]]:
    """Give the files of one folder whose names differ only in what people add to a later version.

    >>> versions(["a/记录.xlsx", "a/记录(1).xlsx", "a/记录 最终版2.csv", "b/记录.xlsx", "a/记录-10月.xlsx"])
    [('a/记录 最终版2.csv', 'a/记录(1).xlsx', 'a/记录.xlsx')]
    """
    alike: dict[tuple[str, str], list[str]] = {}
    for file in sorted(set(files)):
        path = PurePosixPath(file)
        alike.setdefault((str(path.parent), _bare(path.stem)), []).append(file)
    return [tuple(found) for found in alike.values() if len(found) > 1]


def _bare(stem: str) -> str:
    """Give a name without its marks of a version.

    >>> _bare("走访记录 (1)(最终版2)"), _bare("走访记录-副本"), _bare("10月走访"), _bare("最终版")
    ('走访记录', '走访记录', '10月走访', '最终版')
    """
    while (shorter := _VERSION.sub("", stem)) and shorter != stem:
        stem = shorter
    return stem.casefold()


def _needed(compiled: Compiled) -> dict[str, tuple[str, ...]]:
    """Give, by log, the clauses of the rules in force that say nothing without it."""
    found: dict[str, list[str]] = {}
    for one in compiled.rules.values():
        start, end = one.rule.effective.start, one.rule.effective.end or date.max
        if start <= compiled.period.end and end >= compiled.period.start:
            for log in one.needs:
                found.setdefault(log, []).append(one.rule.clause)
    order = {ref: i for i, ref in enumerate(compiled.pack.clauses)}
    return {log: tuple(sorted(set(refs), key=lambda ref: order.get(ref, 0))) for log, refs in found.items()}


def _lines(log: Log, clauses: tuple[str, ...], compiled: Compiled, tables: Tables) -> Iterator[Expected]:
    def line(region: str | None, counts: Sequence[int], files: tuple[str, ...], **more: Any) -> Expected:
        state = _state(log, region, counts, tables)
        rows, others = (counts[0] + counts[4], sum(counts[1:4])) if log.date else (sum(counts) or None, 0)
        return Expected(
            log.id, log.title, region, log.filed is not None, clauses, state, rows, others, files, **more
        )

    if log.id not in tables.logs:
        yield Expected(log.id, log.title, None, log.filed is not None, clauses, MISSING)
        return
    found = _counted(log, compiled, tables)
    files = tuple(dict.fromkeys(one.file for one in tables.inputs if one.log == log.id))
    yield line(None, _sum(counts for _, _, counts in found), files, again=tuple(_again(log, files, tables)))
    by_region: dict[str, list[tuple[str, Sequence[int]]]] = {name: [] for name in _regions(compiled, tables)}
    if not log.region or not log.date or not by_region:
        return
    for file, region, counts in found:
        by_region.setdefault(region, []).append((file, counts))
    for region, parts in by_region.items():
        own = tuple(dict.fromkeys(file for file, counts in parts if counts[0]))
        yield line(
            region, _sum(counts for _, counts in parts), own or tuple(dict.fromkeys(f for f, _ in parts))
        )


def _state(log: Log, region: str | None, counts: Sequence[int], tables: Tables) -> str:
    """Tell how a log or a region of it stands; rows without a readable day count for the period, as for the rules.

    That a log has only rows of other months says that the wrong file came in where it is filed every month, or where
    all its rows are of the month before; else nothing may have happened.
    """
    now, last, before, after, undated = counts
    if not log.date or now or undated:
        return IN
    if not (last or before or after):
        return EMPTY if region is None else NONE
    if region is None and tables.has_empty_file(log.id):
        return EMPTY
    if log.filed or (region is None and last and not before and not after):
        return OTHER if last or before else LATE
    return QUIET


def _counted(log: Log, compiled: Compiled, tables: Tables) -> list[tuple[str, str, tuple[int, ...]]]:
    """Give (file, region, rows of the period, of the month before it, earlier, later, without a day)."""
    info, region = tables.logs[log.id], quote(log.region) if log.region else "NULL"
    day = f"CAST({quote(log.date)} AS DATE)" if log.date else "CAST(NULL AS DATE)"
    first, last = compiled.period.start, compiled.period.end
    before = add_months(first, -1)
    tests = (f"{day} BETWEEN DATE '{first}' AND DATE '{last}'", f"{day} >= DATE '{before}' AND {day} < DATE '{first}'",
             f"{day} < DATE '{before}'",
             f"{day} > DATE '{last}'", f"{day} IS NULL")  # fmt: skip
    counts = ", ".join(f"count(*) FILTER (WHERE {test})" for test in tests)
    sql = f"SELECT _src, CAST({region} AS VARCHAR), {counts} FROM {info.sql} GROUP BY 1, 2 ORDER BY 1, 2 NULLS LAST"
    rows = tables.db.execute(sql)
    return [(tables.source(src).file, name or "", tuple(counts)) for src, name, *counts in rows]


def _regions(compiled: Compiled, tables: Tables) -> Iterator[str]:
    """Give the regions that are open on some day of the period, in the order of their file."""
    source = compiled.pack.regions
    if source is None:
        return
    columns = [source.key, source.start or source.key, source.end or source.key]
    for key, start, end in tables.rows(source.log, columns):
        opened = not source.start or start is None or start <= compiled.period.end
        if key is not None and opened and (not source.end or end is None or end >= compiled.period.start):
            yield str(key)


def _sum(counts: Any) -> tuple[int, ...]:
    return tuple(map(sum, zip((0, 0, 0, 0, 0), *counts, strict=True)))


def _again(log: Log, files: Sequence[str], tables: Tables) -> Iterator[Text]:
    own = [one for one in tables.problems if one.log == log.id]
    for one in own:
        if one.code == "same-file":
            yield Text(f"{one.file} {one.message.zh}", f"{one.file} {one.message.en}")
    if len(files) < 2:
        return
    for alike in versions(files):
        yield Text(
            f"像是同一份的几个版本：{'、'.join(alike)}",
            f"looks like versions of one file: {', '.join(alike)}",
        )
    for first, second, many in _shared(own):
        yield Text(
            f"{first} 与 {second} 有 {many} 个编号相同、内容不同的记录",
            f"{first} and {second} have {many} records of the same key with different contents",
        )
    copies = Counter(one.file for one in own if one.code == "duplicate-row")
    for file, count in copies.items():
        yield Text(f"{file} 有 {count} 行前面已读到", f"{count} rows of {file} were read before")


def _shared(own: Iterable[Problem]) -> Iterator[tuple[str, str, int]]:
    """Give pairs of files in which the same keys stand with different contents, as far as such rows are listed."""
    files: dict[str | None, set[str]] = {}
    for one in own:
        if one.code == "duplicate-key":
            files.setdefault(one.found, set()).add(one.file)
    found = Counter(pair for names in files.values() for pair in pairwise(sorted(names)))
    for (one_file, other), many in sorted(found.items()):
        yield one_file, other, many
