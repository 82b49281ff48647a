"""The parts of each log → one table: joined, people looked up, copies left out, in Python or in the database."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import field, replace
from functools import cached_property
from typing import TYPE_CHECKING

from checker.database import Database, literal, quote
from checker.language.pack import Log, Pack
from checker.logs import parquet
from checker.logs.coerce import absent
from checker.logs.duplicates import DROPPED, MOST, duplicates
from checker.logs.people import Roster, resolve, roster
from checker.logs.small_copies import without_copies
from checker.logs.small_people import HeldRoster, held_roster, resolve_held
from checker.logs.sources import Part, Source
from checker.logs.tables import TYPES, Records, TableInfo, put, stored
from checker.model import Problem, Text

if TYPE_CHECKING:
    from checker.logs.archive_reading import Kept
    from checker.logs.bulk import Bulk
from checker.nouns import dataclass

_BIG = 200_000
_OWN = ("_src", "_row", "_bad")


@dataclass
class Parts:
    """All that was read: the parts of each log and its archives, with the places of their sources."""

    db: Database
    pack: Pack
    sources: Sequence[Source]
    parts: Mapping[str, Sequence[tuple[int, Part]]]
    archives: Sequence[tuple[parquet.Archive, Sequence[int]]]
    bulks: Sequence[tuple[Bulk, Sequence[int | None]]] = ()
    problems: list[Problem] = field(default_factory=list)
    kept: Sequence[tuple[Kept, Mapping[int, int | None], int]] = ()
    """What stays in archives of ours: with the place of each input by its number there, and how many rows count."""
    wanted: Callable[[Log], frozenset[str] | None] = lambda log: None
    """The fields of a log that are read, or None for all of them."""

    def archives_of(self, log: str) -> list[tuple[parquet.Archive, Sequence[int]]]:
        """Give the archives of one log."""
        return [one for one in self.archives if one[0].header.log == log]

    def bulks_of(self, log: str) -> list[tuple[Bulk, Sequence[int | None]]]:
        """Give the texts of one log that were read together."""
        return [
            one for one in self.bulks if one[0].source.log.id == log and any(at is not None for at in one[1])
        ]

    def kept_of(self, log: str) -> list[tuple[Kept, Mapping[int, int | None], int]]:
        """Give what stays in archives of ours of one log."""
        return [one for one in self.kept if one[0].log.id == log]

    def stays(self, log: str) -> bool:
        """Tell whether rows of a log are left where they are."""
        return bool(self.archives_of(log) or self.bulks_of(log) or self.kept_of(log))

    @property
    def ids(self) -> list[str]:
        """Give the logs of which something was read, in the order of the pack."""
        return [one for one in self.pack.logs if one in self.parts or self.stays(one)]


@dataclass(frozen=True)
class _People:
    """The people log in the two forms in which names are looked up, each made when it is first wanted."""

    db: Database
    pack: Pack
    info: TableInfo

    @cached_property
    def held(self) -> HeldRoster | None:
        columns = (*self.info.columns, *_OWN)
        records = self.info.records
        if records is None:
            listed = ", ".join(map(quote, columns))
            rows = self.db.execute(f"select {listed} from {self.info.sql}")
            plain = (tuple(tuple(cell) if isinstance(cell, list) else cell for cell in row) for row in rows)
            records = Records(columns, tuple(plain))
        return held_roster(self.pack, records)

    @cached_property
    def sql(self) -> Roster | None:
        return roster(self.db, self.pack, self.info.sql)


def tables(read: Parts) -> dict[str, TableInfo]:
    """Give one table a log, in the order of the pack; what is wrong with people and copies goes to the problems."""
    pack = read.pack
    people = pack.people.log if pack.people and pack.people.name else None
    known: _People | None = None
    made: dict[str, TableInfo] = {}
    for name in sorted(read.ids, key=lambda one: (one != people, one)):
        log = pack.logs[name]
        parts = read.parts.get(name, ())
        held = not read.stays(name) and all(part.held is not None for _, part in parts)
        made[name] = _held(read, log, known) if held else _stored(read, log, known)
        if name == people:
            known = _People(read.db, pack, made[name])
    return {name: made[name] for name in pack.logs if name in made}


def _held(read: Parts, log: Log, known: _People | None) -> TableInfo:
    """Give the table of a log whose rows Python holds."""
    records = _records(log, read.parts[log.id])
    if known is not None and known.held is not None:
        records, problems = resolve_held(log, records, known.held, read.sources.__getitem__)
        read.problems += problems
    records, problems = without_copies(log, records, read.sources.__getitem__)
    read.problems += problems
    name = quote(f"log_{log.id}")
    read.db.later(name, lambda: put(read.db, name, log, records))
    return _info(read, log, len(records.rows), records)


def _records(log: Log, parts: Sequence[tuple[int, Part]]) -> Records:
    cut = len(stored(log))
    rows = tuple(
        (*row[:cut], src, *row[cut:])
        for src, part in sorted(parts, key=lambda one: one[0])
        for row in part.held or ()
    )
    return Records((*stored(log), *_OWN), rows)


def _info(read: Parts, log: Log, rows: int, records: Records | None) -> TableInfo:
    own = tuple(i for i, source in enumerate(read.sources) if source.log.id == log.id)
    columns = {one: TYPES[field.type] for one, field in stored(log).items()}
    return TableInfo(log.id, quote(f"log_{log.id}"), columns, rows, own, records)


def _stored(read: Parts, log: Log, known: _People | None) -> TableInfo:
    """Give the table of a log whose rows the database holds."""
    db = read.db
    table, rows = joined(read, log)
    as_read = table
    if known is not None and known.sql is not None:
        patch, problems = resolve(db, log, table, known.sql, read.sources.__getitem__)
        read.problems += problems
        table = _patched(db, log, table, rows, patch, _person_patch) if patch else table
    table, rows, unique = _without_copies(read, log, table, rows)
    db.run(f"create view {quote(f'log_{log.id}')} as select * from {table}")
    info = replace(_info(read, log, rows, None), unique=unique)
    return _in_files(read, info) if table == as_read else info


def _in_files(read: Parts, info: TableInfo) -> TableInfo:
    """Name the files of a log whose rows all stand in one archive, and nothing was changed in them."""
    kept = read.kept_of(info.name)
    if len(kept) != 1 or info.name in read.parts or read.archives_of(info.name) or read.bulks_of(info.name):
        return info
    group, places, _ = kept[0]
    if None in places.values():
        return info
    listed = tuple(places.get(src) for src in range(max(places) + 1))
    return replace(info, parquet_files=tuple(one.as_posix() for one in group.paths), parquet_places=listed)


def _without_copies(read: Parts, log: Log, table: str, rows: int) -> tuple[str, int, str | None]:
    """Give the table and its number of rows without copies, and a column seen to be unique."""
    db = read.db
    if rows > MOST:
        said = Text("记录太多，没有查找重复登记", "too many rows: not searched for records entered twice")
        first = next(one for one in read.sources if one.log.id == log.id)
        read.problems.append(first.problem("note", "duplicates-not-searched", said))
        return table, rows, None
    found = duplicates(db, log, table, rows, read.sources.__getitem__)
    read.problems += found.problems
    if found.patch is None:
        return table, rows, found.unique
    copies = db.execute(f"select count(*) from {found.patch} p where {DROPPED}")[0][0]
    return _patched(db, log, table, rows, found.patch, _twice_patch), rows - int(copies), None


def joined(read: Parts, log: Log) -> tuple[str, int]:
    """Give one table or view with all the rows of a log as read, and their number; large parts stay where they are."""
    db = read.db
    fields = [quote(name) for name in stored(log)]
    small: list[str] = []
    selects: list[str] = []
    kept = [_kept(db, log, src, part) for src, part in read.parts.get(log.id, ())]
    for src, part in kept:
        sql = f"select {', '.join(fields)}, {src}::integer as _src, _row, _bad from ({part.select})"
        (selects if part.rows >= _BIG else small).append(sql)
    for group, indexes in read.archives_of(log.id):
        selects.append(_archive_select(read, log, group, indexes))
    selects += [bulk.select(places) for bulk, places in read.bulks_of(log.id)]
    selects += [kept.select(places, read.wanted(log)) for kept, places, _ in read.kept_of(log.id)]
    if len(small) == 1:
        selects.append(small[0])
    elif small:
        table = db.name("log")
        db.run(f"create table {table} as {' union all '.join(small)}")
        for _, part in kept:
            if part.rows < _BIG and part.table:
                db.run(f"drop table {part.table}")
        selects.append(f"select * from {table}")
    view = db.name("all")
    db.run(f"create view {view} as {' union all '.join(selects)}")
    return view, _count(read, log)


def _count(read: Parts, log: Log) -> int:
    parts = sum(part.rows for _, part in read.parts.get(log.id, ()))
    archives = sum(sum(group.rows) for group, _ in read.archives_of(log.id))
    bulks = sum(bulk.count(places) for bulk, places in read.bulks_of(log.id))
    return parts + archives + bulks + sum(rows for _, _, rows in read.kept_of(log.id))


def _kept(db: Database, log: Log, src: int, part: Part) -> tuple[int, Part]:
    """Give the part with its rows in the database."""
    if part.held is None:
        return src, part
    table = db.name("held")
    put(db, table, log, _records(log, [(src, part)]))
    listed = ", ".join(map(quote, [*stored(log), "_row", "_bad"]))
    return src, replace(part, select=f"select {listed} from {table}", table=table, held=None)


def _archive_select(read: Parts, log: Log, group: parquet.Archive, indexes: Sequence[int]) -> str:
    missing = [one.name for one in absent(log, dict(group.header.columns))]
    bad = f",{','.join(missing)}," if missing else None
    wanted = read.wanted(log)
    names = frozenset(stored(log) if wanted is None else wanted)
    odd = parquet.odd_fields(read.db, log, group, names)
    typed = parquet.in_place(log, group, bad, read.pack.time_zone, names, odd)
    fields = ", ".join(quote(name) for name in stored(log))
    return f"select {fields}, [{', '.join(map(str, indexes))}][_file + 1]::integer as _src, _row, _bad from ({typed})"


def _patched(
    db: Database, log: Log, table: str, rows: int, patch: str, columns: Callable[[Log], tuple[str, str]]
) -> str:
    """Give the log with a patch joined to it: copied when small, a view when large."""
    changed, where = columns(log)
    name = db.name("all")
    kind = "table" if rows < _BIG else "view"
    db.run(
        f"create {kind} {name} as select t.* replace ({changed}) from {table} t"
        f" left join {patch} p on t._src = p._src and t._row = p._row where {where}"
    )
    return name


def _person_patch(log: Log) -> tuple[str, str]:
    person = quote(log.person or "")
    flagged = f"coalesce(t._bad, ',') || {literal((log.person or '') + ',')}"
    return (
        f"case when p._row is null then t.{person} else p.person end as {person},"
        f" case when p.bad then {flagged} else t._bad end as _bad",
        "true",
    )


def _twice_patch(log: Log) -> tuple[str, str]:
    """One row a record stays; what its rows contradict is unreadable: nobody is fined or passed on a contradiction."""
    changed, flags = [], []
    for name in stored(log):
        if name not in log.key:
            clash = f"contains(coalesce(p.fields, ''), {literal(f',{name},')})"
            changed.append(f"case when {clash} then null else t.{quote(name)} end as {quote(name)}")
            known = f"contains(coalesce(t._bad, ''), {literal(f',{name},')})"
            flags.append(f"case when {clash} and not {known} then {literal(name + ',')} else '' end")
    flag = f"nullif(concat(coalesce(t._bad, ','), {', '.join(flags) or literal('')}), ',') as _bad"
    return ", ".join([*changed, flag]), f"p._row is null or not ({DROPPED})"
