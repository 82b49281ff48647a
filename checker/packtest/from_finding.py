"""A real finding → a test of its pack: only the rows that matter, people under other names, run before it is given."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from checker import logs, pipeline
from checker.calendar import parse_as_of, parse_period
from checker.database import connect
from checker.diagnostics import UsageError
from checker.findings.numbers import fingerprint_of, meant, short
from checker.language import load_pack
from checker.language.pack import Field, Pack
from checker.logs.tables import Tables, stored
from checker.model import Finding, Period, Text
from checker.packtest.masks import Masks

MOST = 3_000
"""Rows to choose from; more are cut down to those that name the subject first."""
UNREADABLE = "读不出"
Table = list[dict[str, str]]
World = dict[str, Table]


@dataclass(frozen=True)
class Specimen:
    """A finding and the rows that give it: by log, each row by field name, the cells as text."""

    pack: Pack
    finding: Finding
    world: World
    period: Period
    as_of: datetime
    beside: tuple[str, ...]
    others: frozenset[str] = frozenset()


def specimen(paths: Sequence[Path], rules: Path, period: str, as_of: str, prefix: str) -> Specimen:
    """Give the finding whose fingerprint begins with `prefix`, and as few rows as still give it, under masks.

    Raises:
        CheckerError: logs, rules or options cannot be used; there is no such finding; it cannot be repeated.
    """
    pack, moment = load_pack(rules), parse_as_of(as_of)
    span = parse_period(period, pack.periods if ":" in period else None)
    with connect() as db:
        tables = logs.read(list(paths), pack, db)
        report = pipeline.judge(pack, tables, span, moment, every=True)
        found = _named(report.findings, prefix)
        world = {name: _rows(tables, pack, name) for name in sorted(tables.logs)}
    beside = tuple(sorted(_overlapping(pack, found)))
    whole = Specimen(pack, found, world, span, moment, beside)
    others = frozenset(name for name, other in _again(whole, world).items() if _speaks(whole, other))
    whole = replace(whole, others=others)
    if not _gives(whole, world):
        raise _cannot(found)
    return _masked(replace(whole, world=_least(whole)))


def _named(findings: Sequence[Finding], said: str) -> Finding:
    hint = Text("编号见 check --format json 的 fingerprint", "see `fingerprint` in check --format json")
    return meant(findings, [fingerprint_of(said)], lambda one: one.fingerprint, hint)[0]


def _cannot(found: Finding) -> UsageError:
    return UsageError.of(
        "finding-not-repeated",
        Text(
            f"{short(found.fingerprint)} 不能单独重现，没有写成测试",
            f"{short(found.fingerprint)} cannot be repeated alone; no test",
        ),
        Text(
            "它可能依赖测试写不出的内容，如重复的表",
            "it may rest on what a test cannot say, such as a table twice",
        ),
    )


def _overlapping(pack: Pack, found: Finding) -> set[str]:
    own = pack.rule(found.rule)
    group = own.overlaps if own else None
    return {one.id for one in pack.rules if group and one.overlaps == group and one.id != found.rule}


def _rows(tables: Tables, pack: Pack, log: str) -> Table:
    fields = stored(pack.logs[log])
    found = tables.rows(log, [*fields, "_bad"])
    return [
        {
            name: _cell(fields[name], value, f",{name}," in (row[-1] or ""))
            for name, value in zip(fields, row, strict=False)
        }
        for row in found
    ]


def _cell(field: Field, value: Any, bad: bool) -> str:
    """Give a value as a clerk would type it; what could not be read is some text that cannot be read either."""
    if bad:
        return "" if field.type in ("text", "id") else UNREADABLE
    if value is None:
        return ""
    if isinstance(value, tuple):
        return "、".join(value)
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M:%S}".removesuffix(":00")
    if isinstance(value, bool):
        return "是" if value else "否"
    if field.type in ("time", "duration") and isinstance(value, int):
        return _clock(value, field)
    return f"{value:%Y-%m}" if field.type == "month" and isinstance(value, date) else _plain(value)


def _plain(value: Any) -> str:
    return format(value, "f") if isinstance(value, Decimal) else str(value)


def _clock(micro: int, field: Field) -> str:
    seconds = micro // 1_000_000
    if field.type == "duration":
        size = {"seconds": 1, "minutes": 60, "hours": 3600, "days": 86_400}.get(field.unit or "minutes", 60)
        return _plain(Decimal(seconds) / size)
    text = f"{seconds // 3600:02}:{seconds // 60 % 60:02}"
    return text + (f":{seconds % 60:02}" if seconds % 60 else "")


def _gives(one: Specimen, world: World) -> bool:
    """Tell whether these rows give the finding as it is, and nothing else that the whole logs do not give."""
    found = _again(one, world)
    same = _facts(found.get(one.finding.fingerprint)) == _facts(one.finding)
    return same and {name for name, other in found.items() if _speaks(one, other)} <= one.others


def _speaks(one: Specimen, found: Finding) -> bool:
    return found.rule == one.finding.rule and found.outcome not in ("pass", "not_applicable")


def _again(one: Specimen, world: World) -> dict[str, Finding]:
    report = pipeline.check_inline(
        one.pack,
        texts(one.pack, world),
        period=one.period,
        as_of=one.as_of,
        rules={one.finding.rule, *one.beside},
    )
    return {found.fingerprint: found for found in report.findings}


def _facts(found: Finding | None) -> tuple[Any, ...] | None:
    if found is None:
        return None
    fine = found.penalty.fine if found.penalty else None
    measures = found.penalty.measures if found.penalty else ()
    return (found.outcome, fine, measures, found.period, found.at, bool(found.superseded_by))


def _least(one: Specimen) -> World:
    """Give as few rows as still give the finding: rounds over all logs, until a round leaves out nothing more."""
    world = dict(one.world)
    while True:
        before = world
        for name in list(world):
            world = _less(one, world, name)
        if world == before:
            return world


def _less(one: Specimen, world: World, name: str) -> World:
    """Leave out a log, else rows of it in ever smaller pieces, then columns that nothing asks for."""
    rest = {log: rows for log, rows in world.items() if log != name}
    if _gives(one, rest):
        return rest
    rows = _shrunk(world[name], lambda rows: _gives(one, {**world, name: rows}))
    return {**world, name: _narrow(one, {**world, name: rows}, name)}


def _shrunk(rows: Table, holds: Callable[[Table], bool]) -> Table:
    """Drop pieces of rows as long as the rest holds, halving the pieces: what is left needs every row of it."""
    size = max(1, len(rows) // 2)
    while True:
        at, dropped = 0, False
        while at < len(rows):
            rest = rows[:at] + rows[at + size :]
            if holds(rest):
                rows, dropped = rest, True
            else:
                at += size
        if size == 1 and not dropped:
            return rows
        size = max(1, size // 2)


def _narrow(one: Specimen, world: World, name: str) -> Table:
    """Leave out columns that nothing asks for; those of the key stay, so that a reader sees which row is which."""
    log, rows = one.pack.logs[name], world[name]
    for column in list(rows[0]) if rows else ():
        rest = [{field: cell for field, cell in row.items() if field != column} for row in rows]
        if column not in log.key and _gives(one, {**world, name: rest}):
            rows = rest
            world = {**world, name: rows}
    return rows


def _masked(one: Specimen) -> Specimen:
    """Put other names and ids in the place of people's; the finding must come out the same.

    Raises:
        UsageError: it does not.
    """
    masks = Masks.of(one.pack, one.world)
    world = {name: [masks.row(one.pack.logs[name], row) for row in rows] for name, rows in one.world.items()}
    wanted = _identity(one, one.finding, masks)
    for found in _again(one, world).values():
        if found.rule == one.finding.rule and _identity(one, found, None) == wanted:
            return replace(one, world=world, finding=found)
    raise _cannot(one.finding)


def _identity(one: Specimen, found: Finding, masks: Masks | None) -> tuple[Any, ...]:
    """Give what makes it the same finding under masks: its facts, its person, its record."""
    key = one.pack.people.key if one.pack.people else ""
    said = (str(found.subject.get(key) or ""), found.record["key"] if found.record else "")
    return (_facts(found), *(masks.text(text) if masks else text for text in said))


def texts(pack: Pack, world: World) -> dict[str, str | None]:
    """Give the logs as the CSV texts of a test, their heads as the clerks know them."""
    return {name: _csv(pack, name, rows) for name, rows in world.items()}


def _csv(pack: Pack, name: str, rows: Table) -> str:
    fields = pack.logs[name].fields
    columns = list(rows[0]) if rows else [next(iter(stored(pack.logs[name])))]
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([fields[column].header or column for column in columns])
    writer.writerows([row[column] for column in columns] for row in rows)
    return out.getvalue()


def written(one: Specimen, name: str) -> str:
    """Give the test as YAML, with the file's head: `as_of` and `period`."""
    return (
        "\n".join([f"as_of: {_moment(one.as_of)}", f"period: {one.period.text}", "tests:", *item(one, name)])
        + "\n"
    )


def item(one: Specimen, name: str) -> Iterator[str]:
    """Give the lines of the test as one item of `tests`."""
    import json

    yield f"- name: {json.dumps(name, ensure_ascii=False)}"
    yield f"  rule: {one.finding.rule}"
    if one.beside:
        yield f"  beside: [{', '.join(one.beside)}]"
    yield "  logs:"
    for log, text in texts(one.pack, one.world).items():
        yield f"    {log}: |"
        yield from ("      " + line for line in (text or "").splitlines())
    listed = ", ".join(json.dumps(one, ensure_ascii=False) for one in expectations(one))
    yield f"  expect: [{listed}]"


def expectations(one: Specimen) -> list[dict[str, Any]]:
    """Give what the test expects: the finding, and whatever else is found in the rows that are left."""
    others = [found for found in _again(one, one.world).values() if _speaks(one, found)]
    found = {own.fingerprint: own for own in (one.finding, *others)}
    return [_expected(one, own) for own in found.values()]


def _expected(one: Specimen, found: Finding) -> dict[str, Any]:
    people, fine = one.pack.people, found.penalty.fine if found.penalty else None
    said = {
        people.key if people else "": found.subject.get(people.key) if people else None,
        "outcome": found.outcome,
        "period": found.period,
        "record": found.record["key"] if found.record else None,
        "fine": fine.proposed / 100 if fine else None,
    }
    return {name: value for name, value in said.items() if name and value is not None}


def _moment(as_of: datetime) -> str:
    return as_of.isoformat(timespec="minutes").removesuffix("T00:00")
