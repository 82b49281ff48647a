"""Who a record is about: ids against the people log, names where the id is blank; two of one name are never guessed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice

from checker.database import Database, literal, quote
from checker.language.pack import Log, Pack, People
from checker.logs.said import SHOWN
from checker.logs.sources import Source
from checker.logs.tables import stored
from checker.model import Problem, Text
from checker.nouns import dataclass

WIDE = "".join(chr(code) for code in range(0xFF01, 0xFF5F))
NARROW = "".join(chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F))
SourceOf = Callable[[int], Source]


@dataclass(frozen=True, order=True)
class Look:
    """A row that names its person: as written, beside the id `claimed` or, without one, the `ids` it may mean."""

    src: int
    row: int
    written: str
    claimed: str | None
    ids: list[str] | None

    @property
    def code(self) -> str:
        """Give what is to be said of it."""
        if self.claimed is not None:
            return "name-mismatch"
        return (
            "unknown-name" if not self.ids else "matched-by-name" if len(self.ids) == 1 else "ambiguous-name"
        )


@dataclass(frozen=True)
class Stranger:
    """An id that the people log lacks: in how many rows, where first, and which known ids differ only in zeros."""

    id: str
    count: int
    src: int
    row: int
    close: Sequence[str] | None


@dataclass(frozen=True)
class Roster:
    """A table (id, name, starts, ends, regions) of the people log, names in compared form."""

    table: str


def roster(db: Database, pack: Pack, table: str) -> Roster | None:
    """Give the people log as a small table to look names up in."""
    people = pack.people
    if people is None or people.name is None:
        return None
    name = db.name("roster")
    log = pack.logs[people.log]
    starts = _bound("greatest", people.start, people.hired)
    ends = _bound("least", people.end, people.left)
    regions = _regions(log, people)
    db.run(
        f"create table {name} as select distinct {quote(people.key)} as id, {_name(quote(people.name))} as name,"
        f" {starts} as starts, {ends} as ends, {regions} as regions from {table} where {quote(people.key)} is not null"
    )
    return Roster(name)


def resolve(
    db: Database, log: Log, table: str, known: Roster, source_of: SourceOf
) -> tuple[str | None, list[Problem]]:
    """Give a patch table (_src, _row, person, bad) for the rows that need one, or None, and the problems."""
    if log.person is None:
        return None, []
    strange, unlike = _doubts(db, log, table, known)
    problems = list(_unknown(db, log, table, known, source_of)) if strange else []
    if not unlike:
        return None, problems
    patch = _who(db, log, table, known)
    if not db.execute(f"select count(*) from {patch}")[0][0]:
        return None, problems
    problems += _reported(db, log, patch, source_of)
    final = db.name("patch")
    db.run(
        f"create table {final} as select _src, _row, case when len(ids) = 1 then ids[1] end as person,"
        f" len(ids) is distinct from 1 as bad from {patch}"
    )
    return final, problems


def _doubts(db: Database, log: Log, table: str, known: Roster) -> tuple[bool, bool]:
    """Tell whether an id is unknown, and whether a row has a name that its id, or no id, stands beside.

    Each pair of id and name is looked at once: as a rule there is no doubt, and no row is.
    """
    named = log.person_name is not None and log.person_name in stored(log)
    written = quote(log.person_name or "") if named else "null::varchar"
    strange, unlike = db.execute(
        f"select count(*) filter (p.person is not null and i.id is null), count(*) filter (p.written is not null"
        f" and (p.person is null or i.id is not null and q.id is null)) from"
        f" (select distinct {quote(log.person or '')} as person, {written} as written from {table}) p"
        f" left join (select distinct id from {known.table}) i on i.id = p.person"
        f" left join (select distinct id, name from {known.table}) q on q.id = p.person and q.name = {_name('p.written')}"
    )[0]
    return strange > 0, unlike > 0


def _who(db: Database, log: Log, table: str, known: Roster) -> str:
    """Make the table of rows whose id is blank, or is not the id of the name beside it."""
    assert log.person and log.person_name
    person, name = quote(log.person), _name(quote(log.person_name))
    blank = f"{person} is null and {quote(log.person_name)} is not null and not contains(coalesce(_bad, ''), {literal(f',{log.person},')})"
    # Names are compared once for each pair of id and name as written, not once a row.
    pairs, written = db.name("pairs"), quote(log.person_name)
    db.run(
        f"create table {pairs} as select person, written from (select distinct {person} as person, {written} as written,"
        f" from {table} where {person} is not null and {written} is not null) u"
        f" where person in (select id from {known.table})"
        f" and (person, {_name('written')}) not in (select (id, name) from {known.table} where name is not null)"
    )
    unlike = db.execute(f"select count(*) from {pairs}")[0][0]
    other = f"({person}, {written}) in (select (person, written) from {pairs})" if unlike else "false"
    patch = db.name("who")
    day = _day(log)
    db.run(
        f"create table {patch} as with need as (select _src, _row, {name} as name, {quote(log.person_name)} as written,"
        f" {day} as day, {_region(log)} as region from {table} where {blank})"
        f" select n._src, n._row, any_value(n.written) as written, null::varchar as claimed,"
        f" list_sort(list(distinct r.id) filter (r.id is not null)) as ids from need n left join {known.table} r on r.name = n.name"
        f" and (n.day is null or coalesce(r.starts <= n.day, true) and coalesce(r.ends >= n.day, true))"
        f" and (n.region is null or r.regions is null or list_contains(r.regions, n.region)) group by n._src, n._row"
        f" union all select _src, _row, {quote(log.person_name)}, {person}, null from {table} where {other}"
    )
    return patch


def _reported(db: Database, log: Log, patch: str, source_of: SourceOf) -> Iterator[Problem]:
    kinds = {
        "matched-by-name": "len(ids) = 1",
        "ambiguous-name": "len(ids) > 1",
        "unknown-name": "ids is null and claimed is null or len(ids) = 0",
        "name-mismatch": "claimed is not null",
    }
    for code, where in kinds.items():
        total = db.execute(f"select count(*) from {patch} where {where}")[0][0]
        rows = f"select _src, _row, written, claimed, ids from {patch} where {where} order by _src, _row limit {SHOWN}"
        yield from _listed(log, code, [Look(*one) for one in db.execute(rows)], total, source_of)


def looks_said(log: Log, looks: Sequence[Look], source_of: SourceOf) -> Iterator[Problem]:
    """Give the problems of the rows that name their person, the first `SHOWN` of each kind."""
    for code in ("matched-by-name", "ambiguous-name", "unknown-name", "name-mismatch"):
        own = sorted((one for one in looks if one.code == code), key=lambda one: (one.src, one.row))
        yield from _listed(log, code, own[:SHOWN], len(own), source_of)


def _listed(log: Log, code: str, looks: Sequence[Look], total: int, source_of: SourceOf) -> Iterator[Problem]:
    for one in looks:
        yield _said(source_of(one.src), log, code, one)
    if total > SHOWN:
        more = Text(
            f"这样的行共 {total} 行，只列出前 {SHOWN} 行",
            f"{total} such rows; the first {SHOWN} are listed",
        )
        yield source_of(looks[0].src).problem("warning", f"more-{code}", more)


def _said(source: Source, log: Log, code: str, one: Look) -> Problem:
    field = log.fields[log.person_name if code != "name-mismatch" else log.person]  # type: ignore[index]
    written, claimed, ids, row = one.written, one.claimed, one.ids, one.row
    listed = "、".join(ids or ())
    texts = {
        "matched-by-name": (
            "note",
            Text(
                f"没有工号，按姓名“{written}”认定为 {listed}",
                f"no id: taken for {listed} by the name {written}",
            ),
            Text("请补填工号", "write the id"),
        ),
        "ambiguous-name": (
            "error",
            Text(
                f"“{written}”有多人（{listed}），不能认定是谁",
                f"{written} may be any of {listed}: not guessed",
            ),
            Text("请填写工号", "write the id"),
        ),
        "unknown-name": (
            "error",
            Text(f"花名册当时没有“{written}”", f"nobody called {written} is in the people log at that time"),
            Text("请填写工号，或核对花名册", "write the id, or check the people log"),
        ),
        "name-mismatch": (
            "warning",
            Text(
                f"工号 {claimed} 与姓名“{written}”不是同一人",
                f"the id {claimed} and the name {written} do not belong together",
            ),
            Text("请核对工号和姓名", "check the id and the name"),
        ),
    }
    level, message, hint = texts[code]
    return source.problem(level, code, message, row=row, field=field, found=claimed or written, hint=hint)


def _unknown(db: Database, log: Log, table: str, known: Roster, source_of: SourceOf) -> Iterator[Problem]:
    person = quote(log.person or "")
    found = db.execute(
        f"select person, n, src, (select min(_row) from {table} t where t.{person} = u.person and t._src = u.src),"
        f" (select list_sort(list(distinct id)) from {known.table} r where ltrim(r.id, '0') = ltrim(u.person, '0')) from"
        f" (select {person} as person, count(*) as n, min(_src) as src from {table} t where {person} is not null"
        f" and not exists (select 1 from {known.table} r where r.id = t.{person}) group by 1) u order by person limit {SHOWN}"
    )
    yield from strangers_said(log, [Stranger(*one) for one in found], source_of)


def strangers_said(log: Log, strangers: Iterable[Stranger], source_of: SourceOf) -> Iterator[Problem]:
    """Give the problems of ids that the people log lacks, the first `SHOWN` of them."""
    field = log.fields[log.person or ""]
    for one in islice(strangers, SHOWN):
        hint = Text("请核对工号，或补登花名册", "check the id, or enter the person in the people log")
        if one.close and len(one.close) == 1:
            hint = Text(f"是不是 {one.close[0]}？", f"is it {one.close[0]}?")
        message = Text(
            f"花名册里没有工号 {one.id}（{one.count} 行）",
            f"the id {one.id} is not in the people log ({one.count} rows)",
        )
        yield source_of(one.src).problem(
            "warning", "unknown-person", message, row=one.row, field=field, found=one.id, hint=hint
        )


def _name(column: str) -> str:
    narrow = f"translate({column}, {literal(WIDE)}, {literal(NARROW)})"
    return rf"regexp_replace({narrow}, '[\s\x{{3000}}\x{{00a0}}]+', '', 'g')"


def _bound(pick: str, first: str | None, second: str | None) -> str:
    names = [quote(one) for one in (first, second) if one]
    return f"{pick}({', '.join(names)})" if names else "null::date"


def _regions(log: Log, people: People) -> str:
    if people.region is None:
        return "null::varchar[]"
    column = quote(people.region)
    return (
        column
        if log.fields[people.region].type == "list"
        else f"case when {column} is not null then [{column}] end"
    )


def _region(log: Log) -> str:
    if log.region is None or log.region not in stored(log):
        return "null::varchar"
    column = quote(log.region)
    return f"{column}[1]" if log.fields[log.region].type == "list" else column


def _day(log: Log) -> str:
    if log.date is None or log.date not in stored(log):
        return "null::date"
    return f"{quote(log.date)}::date"
