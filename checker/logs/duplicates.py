"""The same record twice: an exact copy is read once; two that contradict each other prove nothing where they differ."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from checker.database import Database, literal, quote
from checker.language.pack import Log
from checker.logs.said import SHOWN
from checker.logs.sources import Source
from checker.logs.tables import stored
from checker.model import Problem, Text
from checker.nouns import dataclass

MOST = 30_000_000
"""Logs with more rows are not searched: it would cost more than the check itself."""
_FIRST, _MANY = 2_000, 200_000
SourceOf = Callable[[int], Source]


@dataclass(frozen=True)
class Twice:
    """A row whose key stands in another row too: an exact copy, or one that contradicts it in `fields` (`,a,b,`)."""

    src: int
    row: int
    copy: bool
    key: str
    fields: str
    other_src: int
    other_row: int

    @property
    def stays(self) -> bool:
        """Tell whether it is the one row of its record that is judged: the first, if it is no copy."""
        return not self.copy and (self.src, self.row) == (self.other_src, self.other_row)


DROPPED = "(p.copy or p._src <> p.other_src or p._row <> p.other_row)"
"""Which rows `p` of a patch table go: copies, and of rows that contradict each other all but the first of the key."""


@dataclass(frozen=True)
class Copies:
    """What a search for records entered twice gives: a patch table (_src, _row, copy, fields `,a,b,` that contradict)
    or None, and the problems; `unique` is a column seen to hold a value in every row, and none twice.
    """

    patch: str | None = None
    problems: Sequence[Problem] = ()
    unique: str | None = None


def duplicates(db: Database, log: Log, table: str, rows: int, source_of: SourceOf) -> Copies:
    """Look for records entered twice in a table of so many rows."""
    key = [name for name in log.key if name in stored(log)]
    if not key or len(key) < len(log.key):
        return Copies()
    for one in key if rows >= _MANY else ():
        keys = _rising(db, table, quote(one))
        if keys is not None:  # what tells records apart by one of its columns does so by all
            return Copies(unique=one if keys == rows else None)
    quoted = [quote(name) for name in key]
    again = _again(db, table, quoted)
    if again is None:
        return Copies()
    patch = _judge(db, log, again, quoted)
    db.run(f"drop table {again}")
    if not db.execute(f"select count(*) from {patch}")[0][0]:
        return Copies()
    return Copies(patch, list(_reported(db, log, patch, source_of)))


def _again(db: Database, table: str, key: list[str]) -> str | None:
    """Give the rows whose key occurs more than once; by a hash first, which is small."""
    full = " and ".join(f"{one} is not null" for one in key)
    mark = f"hash({', '.join(key)})"
    hashes, name = db.name("hashes"), db.name("again")
    db.run(
        f"create table {hashes} as select {mark} as h from {table} where {full} group by 1 having count(*) > 1"
    )
    try:
        if not db.execute(f"select count(*) from {hashes}")[0][0]:
            return None
        db.run(
            f"create table {name} as select * from {table} where {full} and {mark} in (select h from {hashes})"
        )
        return name
    finally:
        db.run(f"drop table {hashes}")


def _rising(db: Database, table: str, key: str) -> int | None:
    """Give how many rows have a key if each is greater than the one read before it; else None.

    Then no key occurs twice, whatever the order. Numbers given out as records are written rise, as texts or by their
    length (9 and 10), and to see it is cheaper than to group a million keys.
    """
    by_length = "strlen(k) > strlen(p) or strlen(k) = strlen(p) and k > p"
    for greater in ("k > p", by_length):
        if _count(db, table, key, greater, f" limit {_FIRST}") is not None:
            found = _count(db, table, key, greater, "")
            if found is not None:
                return found
    return None


def _count(db: Database, table: str, key: str, greater: str, limit: str) -> int | None:
    """Count the keys that rise; a second one without one before it would be a gap in the chain, and proves nothing."""
    keys = f"select {key}::varchar as k from {table} where {key} is not null{limit}"
    chain = f"select k, lag(k) over () as p from ({keys})"
    count, breaks = db.execute(
        f"select count(*), count(*) filter (where p is null or not ({greater})) from ({chain})"
    )[0]
    return int(count) if breaks <= 1 else None


def _judge(db: Database, log: Log, again: str, key: list[str]) -> str:
    rest = [name for name in stored(log) if name not in log.key]
    content = ", ".join([*(quote(name) for name in rest), "_bad"])
    same = f"{', '.join(key)}, {content}"
    patch, keys = db.name("twice"), ", ".join(key)
    shown = " || ' ' || ".join(f"{one}::varchar" for one in key)
    differs = [
        f"case when count(distinct coalesce({quote(name)}::varchar, chr(1)) || contains(coalesce(_bad, ''), {literal(f',{name},')})::varchar)"
        f" over k > 1 then {literal(name + ',')} else '' end"
        for name in rest
    ]
    differing = " || ".join(["','", *differs])
    db.run(
        f"create table {patch} as with first as (select *, row_number() over (partition by {same} order by _src, _row) as nth,"
        f" first_value(_src) over (partition by {same} order by _src, _row) as src1,"
        f" first_value(_row) over (partition by {same} order by _src, _row) as row1 from {again}),"
        f" kept as (select *, {differing} as fields, count(*) over k as n, first_value(_src) over o as src2,"
        f" first_value(_row) over o as row2 from first where nth = 1 window k as (partition by {keys}), o as (partition by {keys} order by _src, _row))"
        f" select _src, _row, true as copy, ','::varchar as fields, {shown} as key, src1 as other_src, row1 as other_row from first where nth > 1"
        f" union all select _src, _row, false, fields, {shown}, src2, row2 from kept where n > 1 and fields <> ','"
    )
    return patch


def _reported(db: Database, log: Log, patch: str, source_of: SourceOf) -> Iterator[Problem]:
    for copy in (True, False):
        where = "copy" if copy else "not copy"
        total = db.execute(f"select count(*) from {patch} where {where}")[0][0]
        columns = "_src, _row, copy, key, fields, other_src, other_row"
        rows = db.execute(f"select {columns} from {patch} where {where} order by _src, _row limit {SHOWN}")
        yield from _listed(log, copy, [Twice(*one) for one in rows], total, source_of)


def twice_said(log: Log, found: Sequence[Twice], source_of: SourceOf) -> Iterator[Problem]:
    """Give the problems of records entered more than once: copies, then contradictions, the first `SHOWN` of each."""
    for copy in (True, False):
        own = sorted((one for one in found if one.copy == copy), key=lambda one: (one.src, one.row))
        yield from _listed(log, copy, own[:SHOWN], len(own), source_of)


def _listed(
    log: Log, copy: bool, found: Sequence[Twice], total: int, source_of: SourceOf
) -> Iterator[Problem]:
    for one in found:
        yield _said(source_of, log, one)
    if total > SHOWN:
        more = Text(
            f"这样的行共 {total} 行，只列出前 {SHOWN} 行",
            f"{total} such rows; the first {SHOWN} are listed",
        )
        yield source_of(found[0].src).problem("note" if copy else "error", "more-like-this", more)


def _said(source_of: SourceOf, log: Log, one: Twice) -> Problem:
    source, other = source_of(one.src), source_of(one.other_src)
    place = "/".join([other.file, *([other.sheet] if other.sheet else [])])
    field = log.fields[log.key[0]]
    if one.copy:
        said = Text(
            f"与 {place} 第 {one.other_row} 行完全相同，只算一次",
            f"the same as {place} row {one.other_row}: counted once",
        )
        return source.problem("note", "duplicate-row", said, row=one.row, field=field, found=one.key)
    names = [log.fields[name] for name in one.fields.strip(",").split(",")]
    zh, en = "、".join(one.header or one.name for one in names), ", ".join(one.name for one in names)
    where_zh = (
        ""
        if (one.src, one.row) == (one.other_src, one.other_row)
        else f"（另见 {place} 第 {one.other_row} 行）"
    )
    where_en = (
        "" if (one.src, one.row) == (one.other_src, one.other_row) else f" (see {place} row {one.other_row})"
    )
    said = Text(
        f"“{one.key}”登记了不止一次，内容不一致：{zh}{where_zh}",
        f"{one.key} is entered more than once and differs in {en}{where_en}",
    )
    hint = Text(
        "请只保留正确的一行；不一致的内容不参与判断", "keep the right row only: what differs is not used"
    )
    return source.problem("error", "duplicate-key", said, row=one.row, field=field, found=one.key, hint=hint)
