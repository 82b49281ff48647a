"""logs.yaml and pack.yaml: keys, links, computed fields and sources name fields that exist."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from checker.diagnostics import Diagnostic
from checker.language.lint_names import fault, unknown
from checker.language.pack import Link, Log, Pack
from checker.language.places import Path, Places
from checker.language.suggest import did_you_mean
from checker.language.yaml_loader import Document
from checker.model import Place, Text

Documents = Mapping[str, tuple[Document, ...]]
_NAME = re.compile(r"[^\W\d]\w*")
_QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'|\$[A-Za-z][\w-]*")
_SOURCES: dict[str, tuple[str, ...]] = {
    "people": ("key", "name", "region", "from", "to", "hired", "left", "duties", "department"),
    "regions": ("key", "from", "to"),
    "calendar": ("date", "type"),
    "leave": ("person", "from", "to"),
    "attestations": ("clause", "subject", "conclusion", "signers"),
}


def logs_are_sound(pack: Pack, documents: Documents) -> Iterator[Diagnostic]:
    """Keys, dates and persons are fields; stored fields have a header of their own; enums have values."""
    places = documents["logs"][0].places
    for log in pack.logs.values():
        path: Path = ("logs", log.id)
        for word in ("key", "date", "person", "person_name", "region"):
            named = getattr(log, word)
            for at, name in enumerate(named) if word == "key" else ((None, named),):
                where = (*path, word, *(() if at is None else (at,)))
                if name is not None:
                    yield from _column(log, name, places, where)
        yield from _fields(log, places, path)
        yield from _new_names(log, places, path)


def _column(log: Log, name: str, places: Places, path: Path) -> Iterator[Diagnostic]:
    if name not in log.columns():
        said = Text(f"台账 {log.id} 没有字段 `{name}`", f"log {log.id} has no field `{name}`")
        yield unknown("unknown-field", places.of(path), name, log.columns(), said)


def _fields(log: Log, places: Places, path: Path) -> Iterator[Diagnostic]:
    headers: dict[str, str] = {}
    for name, field in log.fields.items():
        where = (*path, "fields", name)
        if field.formula is None and not field.header:
            said = Text(f"字段 `{name}` 没有表头", f"the field `{name}` has no header")
            yield fault(
                "missing-header",
                places.key(where),
                said,
                Text("header，或 formula", "`header`, or `formula`"),
            )
        if field.type == "enum" and not field.values and field.formula is None:
            said = Text(f"enum 字段 `{name}` 没有 values", f"the enum field `{name}` has no `values`")
            yield fault("missing-values", places.key(where), said, "values: […]")
        for form, value in field.alias.items():
            if field.values and value not in field.values:
                said = Text(
                    f"`{value}` 不是字段 {name} 的值", f"`{value}` is not a value of the field {name}"
                )
                yield unknown(
                    "unknown-enum-value", places.of((*where, "alias", form)), value, field.values, said
                )
        for header in (field.header, *field.aliases) if field.formula is None else ():
            other = headers.setdefault(header, name)
            if header and other != name:
                said = Text(
                    f"表头 `{header}` 同时属于 {other} 和 {name}",
                    f"the header `{header}` belongs to both {other} and {name}",
                )
                first = places.key((*path, "fields", other))
                note = ((first, Text("另一个字段在这里", "the other field is here")),)
                yield replace(fault("duplicate-header", places.key(where), said, "", header), related=note)


def _new_names(log: Log, places: Places, path: Path) -> Iterator[Diagnostic]:
    seen = {name: places.key((*path, "fields", name)) for name in log.fields}
    for link in log.links.values():
        for name in link.columns:
            words = ("take", "earliest", "latest", "total")
            part = next(((w, name) for w in words if name in getattr(link, w)), ("count",))
            place = places.key((*path, "links", link.name, *part))
            if name in seen:
                said = Text(f"列名 `{name}` 已经用了", f"the column `{name}` exists already")
                note = ((seen[name], Text("第一次在这里", "first used here")),)
                yield replace(fault("duplicate-column", place, said, "", name), related=note)
            seen.setdefault(name, place)


def links_are_sound(pack: Pack, documents: Documents) -> Iterator[Diagnostic]:
    """A link names a log and fields that exist, and is either a match, a count or a previous row."""
    places = documents["logs"][0].places
    for log in pack.logs.values():
        for link in log.links.values():
            path: Path = ("logs", log.id, "links", link.name)
            if not link.log or not (link.match or link.previous):
                said = Text(
                    "关联要写 log 与 match，或 previous", "a link has `log` and `match`, or `previous`"
                )
                yield fault("bad-link", link.place, said, "log, match / previous")
            elif link.log not in pack.logs:
                said = Text(f"没有台账 `{link.log}`", f"there is no log `{link.log}`")
                yield unknown("unknown-log", places.of((*path, "log")), link.log, pack.logs, said)
            else:
                yield from _link(log, pack.logs[link.log], link, places, path)


def _link(log: Log, other: Log, link: Link, places: Places, path: Path) -> Iterator[Diagnostic]:
    for at, (theirs, ours) in enumerate(link.match):
        where = (*path, "match", at)
        yield from _in_match(_column(other, theirs, places, where), places.under(where), 0)
        yield from _in_match(_column(log, ours, places, where), places.under(where), -1)
    for word in ("take", "earliest", "latest", "total"):
        for new, theirs in getattr(link, word).items():
            yield from _column(other, theirs, places, (*path, word, new))
    for theirs, _, ours in link.compare:
        yield from _column(other, theirs, places, (*path, "match"))
        yield from _column(log, ours, places, (*path, "match"))
    yield from _figures(log, other, link, places, path)
    for word in ("previous", "order"):
        for at, name in enumerate(getattr(link, word)):
            yield from _column(log, name, places, (*path, word, at))
    if link.at is not None:
        yield from _column(log, link.at, places, (*path, "at"))


def _in_match(faults: Iterable[Diagnostic], match: Places, side: int) -> Iterator[Diagnostic]:
    """Let the caret stand under the one side of `theirs = ours` that is meant."""
    text = match.value()
    for one in faults:
        part = text.split("=")[side].strip() if isinstance(text, str) else ""
        start = text.rfind(part) if side else 0
        quotes = one.place.end_column - one.place.column - len(text or "")
        if part and quotes in (0, 2):
            column = one.place.column + quotes // 2 + start
            yield replace(one, place=Place(one.place.file, one.place.line, column, column + len(part)))
        else:
            yield one


def _figures(log: Log, other: Log, link: Link, places: Places, path: Path) -> Iterator[Diagnostic]:
    """A figure over all matching rows stands alone: beside it, a link takes nothing from a single row."""
    alone = not (link.take or link.at or link.previous)
    if ((link.figures or link.count or link.compare) and not alone) or (
        link.compare and not link.figures and not link.count
    ):
        said = Text(
            "比较条件和 count、earliest、latest、total 一起用，不与 take、at、previous 混用",
            "comparisons go with count, earliest, latest and total, and these not with take, at or previous",
        )
        yield fault("bad-link", link.place, said, "count / earliest / latest / total")
    for new, (fn, theirs) in link.figures.items():
        field = other.fields.get(theirs)
        if field is not None and fn == "sum" and field.type not in ("int", "decimal", "duration"):
            said = Text(f"`{theirs}` 不是数字，不能合计", f"`{theirs}` is no number and has no total")
            yield fault("type", places.of((*path, "total", new)), said, "int, decimal, duration", field.type)


def sources_are_sound(pack: Pack, documents: Documents) -> Iterator[Diagnostic]:
    """The people, regions, calendar, leave and attestations of pack.yaml are logs and fields that exist."""
    document = documents["pack"][0]
    if not _is_time_zone(pack.time_zone):
        said = Text(f"没有时区 `{pack.time_zone}`", f"there is no time zone `{pack.time_zone}`")
        place = document.places.of(("time_zone",))
        hint = did_you_mean(pack.time_zone, ("Asia/Shanghai", "UTC"))
        yield fault("unknown-time-zone", place, said, "Asia/Shanghai", pack.time_zone, hint)
    for word, keys in _SOURCES.items():
        raw = document.value.get(word)
        if raw is None:
            continue
        if raw["log"] not in pack.logs:
            said = Text(f"没有台账 `{raw['log']}`", f"there is no log `{raw['log']}`")
            yield unknown("unknown-log", document.places.of((word, "log")), raw["log"], pack.logs, said)
            continue
        log = pack.logs[raw["log"]]
        for key in keys:
            yield from _named(log, raw.get(key), document.places, (word, key))
        yield from _kinds_of_day(log, word, raw, document.places)


def _is_time_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def _named(log: Log, raw: Any, places: Places, path: Path) -> Iterator[Diagnostic]:
    for at, name in enumerate(raw) if isinstance(raw, list) else ((None, raw),):
        if name is not None:
            yield from _column(log, name, places, (*path, *(() if at is None else (at,))))


def _kinds_of_day(log: Log, word: str, raw: Mapping[str, Any], places: Places) -> Iterator[Diagnostic]:
    """Values that pack.yaml expects in a field are values of that field."""
    wanted = {
        "calendar": ("type", ("working", "resting")),
        "attestations": ("conclusion", ("confirmed", "denied")),
    }
    if word not in wanted:
        return
    name, keys = wanted[word]
    field = log.fields.get(raw[name])
    for key in keys if field and field.values else ():
        for at, value in enumerate(raw[key]) if isinstance(raw[key], list) else ((None, raw[key]),):
            if field and value not in field.values:
                said = Text(
                    f"`{value}` 不是字段 {field.name} 的值",
                    f"`{value}` is not a value of the field {field.name}",
                )
                path = (word, key, *(() if at is None else (at,)))
                yield unknown("unknown-enum-value", places.of(path), value, field.values, said)


def formulas_end(pack: Pack, documents: Documents) -> Iterator[Diagnostic]:
    """No computed field needs itself, through other computed fields or links of its log."""
    for log in pack.logs.values():
        needs = {
            name: _formula_names(field.formula)
            for name, field in log.fields.items()
            if field.formula is not None
        }
        for name, field in log.fields.items():
            if name in needs and (loop := _loop(name, needs)):
                said = Text(
                    f"计算字段绕成了圈：{' → '.join(loop)}",
                    f"computed fields go in a circle: {' → '.join(loop)}",
                )
                yield fault("formula-cycle", field.formula_place, said, "", name)


def _formula_names(formula: str | None) -> set[str]:
    return set(_NAME.findall(_QUOTED.sub(" ", formula or "")))


def _loop(start: str, needs: Mapping[str, set[str]]) -> list[str]:
    """Give the way from a field back to itself, or nothing."""
    trails, seen = [[start]], set()
    while trails:
        trail = trails.pop()
        for name in sorted(needs.get(trail[-1], ())):
            if name == start:
                return [*trail, start]
            if name in needs and name not in seen:
                seen.add(name)
                trails.append([*trail, name])
    return []
