"""Valid raw YAML → the dataclasses of pack.py. Every value here has passed its schema; nothing is judged."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from checker.calendar import WEEKDAYS, Cycle
from checker.language import pack as p
from checker.language.params import parse_date, parse_duration, parse_parameter, text_of
from checker.language.places import Path, Places
from checker.model import Text

Raw = Mapping[str, Any]
_FOREVER = date(9999, 12, 31)
_COMPARED = re.compile("(<=|>=|<|>)")
_A_MONDAY = date(2000, 1, 3)


def policy(raw: Raw) -> p.PolicyDocument:
    """Give the policy document and who approved it."""
    return p.PolicyDocument(
        text_of(raw.get("name")),
        raw.get("file"),
        raw.get("sha256"),
        raw.get("approved_by"),
        parse_date(raw.get("approved_on")),
        parse_date(raw.get("published_on")),
        parse_date(raw.get("reviewed_on")),
        parse_duration(raw.get("review_every", "")),
    )


def people(raw: Raw | None) -> p.People | None:
    """Give where the people are."""
    if raw is None:
        return None
    words = ("name", "region", "from", "to", "hired", "left", "duties", "no_deduction", "department")
    return p.People(raw["log"], raw["key"], *(raw.get(word) for word in words))


def regions(raw: Raw | None) -> p.Regions | None:
    """Give where the regions are."""
    return None if raw is None else p.Regions(raw["log"], raw["key"], raw.get("from"), raw.get("to"))


def calendar_source(raw: Raw | None) -> p.CalendarSource | None:
    """Give the log that overrides days."""
    if raw is None:
        return None
    return p.CalendarSource(
        raw["log"], raw["date"], raw["type"], tuple(raw["working"]), tuple(raw["resting"])
    )


def leave(raw: Raw | None) -> p.LeaveSource | None:
    """Give where the leave is."""
    if raw is None:
        return None
    return p.LeaveSource(raw["log"], raw["person"], raw["from"], raw["to"], raw.get("where", {}))


def attestations(raw: Raw | None) -> p.Attestations | None:
    """Give where people confirm facts."""
    if raw is None:
        return None
    words = (raw["log"], raw["clause"], raw["subject"], raw["conclusion"])
    return p.Attestations(*words, tuple(raw["signers"]), raw["confirmed"], raw["denied"])


def parameters(raw: Raw | None, places: Places, path: Path) -> dict[str, p.Parameter]:
    """Give the parameters under `path` by name."""
    return {name: parse_parameter(name, one, places, (*path, name)) for name, one in (raw or {}).items()}


def overlaps(raw: Raw | None, places: Places) -> dict[str, p.Overlap]:
    """Give the groups of overlapping rules by name."""
    return {
        name: p.Overlap(name, one["policy"], tuple(one.get("prefer", ())), places.key(("overlaps", name)))
        for name, one in (raw or {}).items()
    }


def units(raw: Raw | None, places: Places) -> dict[str, p.Unit]:
    """Give what is counted beside money, by name."""
    return {
        name: p.Unit(name, text_of(one["title"]), one.get("places", 0), places.key(("units", name)))
        for name, one in (raw or {}).items()
    }


def caps(raw: Raw | None, places: Places) -> dict[str, p.Cap]:
    """Give the caps over several rules by name."""
    return {
        name: p.Cap(name, one["per"], one["max"], tuple(one.get("rules", ())), places.key(("caps", name)))
        for name, one in (raw or {}).items()
    }


def tallies(raw: Raw | None, places: Places) -> dict[str, p.Tally]:
    """Give what adds up, by its id."""
    return {name: _tally(name, one, places) for name, one in (raw or {}).items()}


def _tally(name: str, raw: Raw, places: Places) -> p.Tally:
    effective = raw.get("effective", {})
    return p.Tally(
        id=name,
        title=text_of(raw["title"]),
        clause=raw["clause"],
        unit=raw["unit"],
        steps=tuple(raw["steps"]),
        message=text_of(raw["message"]),
        per=raw.get("per", "person"),
        within=raw.get("within"),
        reset=raw.get("reset", {}),
        rules=tuple(raw.get("rules", ())),
        severity=raw.get("severity", "minor"),
        start=parse_date(effective.get("from")),
        end=parse_date(effective.get("to")),
        by=raw.get("by"),
        waivable=raw.get("waivable"),
        place=places.key(("tallies", name)),
    )


def periods(raw: Raw | None) -> dict[str, Cycle]:
    """Give the periods that the pack declares by name; days that do not exist are reported by the lint."""
    return {name: _cycle(name, one) for name, one in (raw or {}).items()}


def _cycle(name: str, raw: Raw) -> Cycle:
    if "spans" in raw:
        days = ((label, *map(parse_date, span)) for label, span in raw["spans"].items())
        known = [(label, first, last) for label, first, last in days if first and last and first <= last]
        return Cycle(
            name, spans=tuple(sorted(known, key=lambda one: one[1])) or ((name, _FOREVER, _FOREVER),)
        )
    if "weeks_from" in raw:
        return Cycle(name, days=7, anchor=_A_MONDAY + timedelta(days=WEEKDAYS.index(raw["weeks_from"])))
    if "days" in raw:
        return Cycle(name, days=raw["days"], anchor=parse_date(raw.get("from")) or _A_MONDAY)
    first = raw.get("months_from_day", raw.get("from_day", 1))
    return Cycle(name, months=raw.get("months", 1), from_month=raw.get("from_month", 1), from_day=first)


def guards(raw: Raw | None) -> p.Guards:
    """Give the bounds on deductions, yuan as fen; what the pack does not say is as `Guards` has it."""
    said = dict(raw or {})
    if (most := said.get("max_per_rule_month")) is not None:
        said["max_per_rule_month"] = int(most * 100)
    said["points"] = tuple((int(one["up_to"] * 100), one["points"]) for one in said.get("points", ()))
    return p.Guards(**said)


def logs(raw: Raw, places: Places) -> dict[str, p.Log]:
    """Give the kinds of log by name."""
    return {name: _log(name, one, places, ("logs", name)) for name, one in raw.items()}


def _log(name: str, raw: Raw, places: Places, path: Path) -> p.Log:
    return p.Log(
        id=name,
        title=text_of(raw["title"]),
        fields={key: _field(key, one, places, (*path, "fields", key)) for key, one in raw["fields"].items()},
        aliases=tuple(raw.get("aliases", ())),
        key=tuple(raw["key"]),
        date=raw.get("date"),
        person=raw.get("person"),
        person_name=raw.get("person_name"),
        region=raw.get("region"),
        filed=raw.get("filed"),
        links={
            key: _link(key, one, places, (*path, "links", key)) for key, one in raw.get("links", {}).items()
        },
        place=places.key(path),
    )


def _field(name: str, raw: Raw, places: Places, path: Path) -> p.Field:
    return p.Field(
        name=name,
        type=raw["type"],
        header=raw.get("header", ""),
        aliases=tuple(raw.get("aliases", ())),
        required=raw.get("required", False),
        column=raw.get("column") == "needed",
        values=tuple(raw.get("values", ())),
        alias=dict(raw.get("alias", {})),
        places=raw.get("places", 2),
        unit=raw.get("unit"),
        formula=raw.get("formula"),
        mask=raw.get("mask", False),
        place=places.key(path),
        formula_place=places.of((*path, "formula")),
        title=text_of(raw.get("title")),
        least=raw.get("min"),
        most=raw.get("max"),
    )


def _link(name: str, raw: Raw, places: Places, path: Path) -> p.Link:
    return p.Link(
        name=name,
        log=raw.get("log", path[1] if "previous" in raw else ""),
        match=tuple(match_pair(one) for one in raw.get("match", ()) if not _COMPARED.search(one)),
        compare=tuple(_compared(one) for one in raw.get("match", ()) if _COMPARED.search(one)),
        earliest=dict(raw.get("earliest", {})),
        latest=dict(raw.get("latest", {})),
        total=dict(raw.get("total", {})),
        take=dict(raw.get("take", {})),
        at=raw.get("at"),
        previous=tuple(raw.get("previous", ())),
        order=tuple(raw.get("order", ())),
        count=raw.get("count"),
        place=places.key(path),
    )


def _compared(text: str) -> tuple[str, str, str]:
    """Give (theirs, operator, ours) of a `match` item such as `hours >= due_hours`."""
    theirs, op, ours = _COMPARED.split(text, maxsplit=1)
    return theirs.strip(), op, ours.strip()


def match_pair(text: str) -> tuple[str, str]:
    """Give (theirs, ours) of a `match` item.

    >>> match_pair("record_id"), match_pair("employee_id = handled_by")
    (('record_id', 'record_id'), ('employee_id', 'handled_by'))
    """
    theirs, _, ours = (part.strip() for part in text.partition("="))
    return theirs, ours or theirs


def clauses(raw: Raw, places: Places) -> dict[str, p.Clause]:
    """Give the clauses by their number."""
    return {
        ref: p.Clause(
            ref,
            one["handling"],
            text_of(one.get("title")),
            text_of(one.get("text")),
            text_of(one.get("reason")),
            tuple(one.get("readings", ())),
            places.key(("clauses", ref)),
        )
        for ref, one in raw.items()
    }


def rule(raw: Raw, places: Places) -> p.Rule:
    """Give one rule; `places` are those of its map."""
    effective = raw["effective"]
    [(kind, check)] = raw["check"].items()
    return p.Rule(
        id=raw["id"],
        title=text_of(raw["title"]),
        clause=raw["clause"],
        kind=raw["kind"],
        status=raw.get("status", "active"),
        severity=raw.get("severity", "minor"),
        effective=p.Effective(
            parse_date(effective["from"]) or _FOREVER,  # a day that does not exist is reported by the lint
            parse_date(effective.get("to")),
            effective.get("version_by", "event"),
        ),
        check_kind=kind,
        check=check,
        message=text_of(raw["message"]),
        supports=tuple(raw.get("supports", ())),
        readings=tuple(raw.get("readings", ())),
        params=parameters(raw.get("params"), places, ("params",)),
        applies_to=raw.get("applies_to", {}),
        exempt=raw.get("exempt"),
        confirmed_by=raw.get("confirmed_by"),
        penalty=raw.get("penalty"),
        overlaps=raw.get("overlaps"),
        waivable=raw.get("waivable"),
        marks=tuple(raw.get("marks", ())),
        show=tuple(raw.get("show", ())),
        formerly=tuple(raw.get("formerly", ())),
        reviewed_on=parse_date(raw.get("reviewed_on")),
        reward=raw.get("reward"),
        place=places.of(("id",)),
        places=places,
    )


def calendar_days(raws: Iterable[Raw]) -> dict[date, p.CalendarDay]:
    """Give the days that are not what their weekday says; a make-up day wins over a day off."""
    days: dict[date, p.CalendarDay] = {}
    for raw in raws:
        for one in raw.get("off", ()):
            day, last = parse_date(one["from"]), parse_date(one.get("to", one["from"]))
            while day is not None and last is not None and day <= last and day.year - last.year < 2:
                days[day] = p.CalendarDay(False, Text(one["name"]), "off")
                day += timedelta(days=1)
    for raw in raws:
        for one in raw.get("working", ()):
            if (day := parse_date(one["date"])) is not None:
                days[day] = p.CalendarDay(True, Text(one["name"]), "working")
    return dict(sorted(days.items()))
