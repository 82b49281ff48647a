"""Dated values and calendars: no version that never holds, no gap between versions, no day said twice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from itertools import pairwise

from checker.diagnostics import Diagnostic, Severity
from checker.language.lint_names import parameter_uses
from checker.language.pack import Pack, Parameter
from checker.language.params import parse_date
from checker.language.places import Path, Places
from checker.language.yaml_loader import Document
from checker.model import Place, Text

Documents = Mapping[str, tuple[Document, ...]]
Span = tuple[date, date]


def versions_hold(pack: Pack, _: object) -> Iterator[Diagnostic]:
    """Every version of a parameter holds on some day of a rule that uses it, and says something new."""
    spans: dict[str, list[Span]] = {name: [] for name in pack.parameters}
    for rule in pack.rules:
        span = (rule.effective.start, rule.effective.end or date.max)
        for name, parameter in rule.params.items():
            yield from _versions(parameter, [span], rule.places, ("params", name))
        for name in {name for _, name, _ in parameter_uses(rule)} - set(rule.params):
            spans.get(name, []).append(span)
    for name, parameter in pack.parameters.items():
        yield from _versions(parameter, spans[name], pack.places, ("parameters", name))


def _versions(parameter: Parameter, spans: list[Span], places: Places, path: Path) -> Iterator[Diagnostic]:
    values = parameter.values
    name = parameter.name
    for at, (start, value) in enumerate(values):
        key = (*path, start.isoformat())
        end = values[at + 1][0] - timedelta(days=1) if at + 1 < len(values) else date.max
        if spans and not any(start <= last and end >= first for first, last in spans):
            said = Text(
                f"参数 `{name}` 从 {start} 起的值从不生效", f"the value of `{name}` from {start} never holds"
            )
            hint = Text(
                "它在用到它的规则生效之前已被取代，或在其失效之后才开始；检查日期",
                "it is replaced before, or begins after, the rules that use it are in force: check the dates",
            )
            yield _at("dead-version", "note", places, key, said, hint)
        elif at and value == values[at - 1][1]:
            said = Text(
                f"参数 `{name}` 从 {start} 起的值与前一个相同", f"`{name}` does not change on {start}"
            )
            yield _at(
                "same-version", "note", places, key, said, Text("删去，或改值", "remove it, or change it")
            )
        elif at and value is None and at + 1 < len(values):
            said = Text(
                f"参数 `{name}` 从 {start} 到 {end} 没有值", f"`{name}` has no value from {start} to {end}"
            )
            hint = Text(
                "补上值；其间的结果都会是 undetermined", "give a value; until then all is undetermined"
            )
            yield _at("version-hole", "warning", places, key, said, hint)


def _at(code: str, severity: Severity, places: Places, path: Path, said: Text, hint: Text) -> Diagnostic:
    return Diagnostic(code, severity, places.key(path), said, hint=hint)


def calendar_days_differ(pack: Pack, documents: Documents) -> Iterator[Diagnostic]:
    """No day of the calendars is off twice, worked twice, or both."""
    seen: dict[date, tuple[str, Place]] = {}
    for document in documents["calendar"]:
        for word, path, first, last in _spans(document):
            place = document.places.of(path)
            days = [first + timedelta(days=at) for at in range((last - first).days + 1)]
            said_before = next((day for day in days if day in seen), None)
            if said_before is not None:
                yield _twice(said_before, word, place, *seen[said_before])
            seen |= {day: (word, place) for day in days if day not in seen}


def _twice(day: date, word: str, place: Place, before: str, first: Place) -> Diagnostic:
    both = word != before
    said = Text(
        f"{day} 既是休息日又是上班日" if both else f"{day} 写了两次",
        f"{day} is both off and worked" if both else f"{day} is given twice",
    )
    hint = Text("上班日优先；删去其中一个", "the working day wins: remove one of them")
    if not both:
        hint = Text("删去其中一个，或改日期", "remove one of them, or change its dates")
    note = ((first, Text("第一次在这里", "first given here")),)
    return Diagnostic("calendar-overlap", "warning", place, said, hint=hint, related=note)


def _spans(document: Document) -> Iterator[tuple[str, Path, date, date]]:
    for word, begin, finish in (("off", "from", "to"), ("working", "date", "date")):
        for at, one in enumerate(document.value.get(word, ())):
            first, last = parse_date(one[begin]), parse_date(one.get(finish, one[begin]))
            if first is not None and last is not None and (last - first).days < 400:
                yield word, (word, at), first, last


def calendars_follow(pack: Pack, documents: Documents) -> Iterator[Diagnostic]:
    """The calendars of a pack leave out no year between two others."""
    calendars = sorted(documents["calendar"], key=lambda one: int(one.value["year"]))
    for before, document in pairwise(calendars):
        year, later = before.value["year"], document.value["year"]
        if later > year + 1:
            missing = "、".join(str(one) for one in range(year + 1, later))
            said = Text(f"缺 {missing} 年的日历", f"there is no calendar for {missing}")
            hint = Text(
                "补上；缺的年份只按周一至周五计算", "add it: without one only Monday to Friday is known"
            )
            yield _at("calendar-gap", "warning", document.places, ("year",), said, hint)
