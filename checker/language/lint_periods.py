"""Periods of a policy's own: what pack.yaml declares, and the rules that name them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from itertools import pairwise
from typing import Any

from checker.calendar import UNITS
from checker.diagnostics import Diagnostic
from checker.language.lint_names import fault, unknown
from checker.language.pack import Pack
from checker.language.params import parse_date
from checker.language.places import Path, Places
from checker.language.yaml_loader import Document
from checker.model import Text

Documents = Mapping[str, tuple[Document, ...]]
_FORMS = ("months", "months_from_day", "days", "weeks_from", "spans")
_NEEDS = {"from_month": "months", "from_day": "months", "from": "days"}
_NAME = re.compile("[a-z][a-z0-9_]*")
_CAPS = ("occurrence", "day", "month")


def periods_are_sound(pack: Pack, documents: Documents) -> Iterator[Diagnostic]:
    """A period is declared in one way, under a name of its own; listed spans run forward and do not overlap."""
    document = documents["pack"][0]
    for name, raw in (document.value.get("periods") or {}).items():
        path: Path = ("periods", name)
        if name in (*UNITS, "occurrence"):
            said = Text(f"周期名 `{name}` 已有含义", f"`{name}` is the name of a period already")
            yield fault("duplicate-period", document.places.key(path), said, "", name)
        forms = [word for word in _FORMS if word in raw]
        if len(forms) != 1:
            said = Text("周期要用一种方式说明", "say in one way how long the period is")
            yield fault("period-form", document.places.key(path), said, " | ".join(_FORMS), ", ".join(forms))
            continue
        yield from _own_keys(raw, forms[0], document.places, path)
        if "spans" in raw:
            yield from _spans(raw["spans"], document.places, (*path, "spans"))


def _own_keys(raw: Mapping[str, Any], form: str, places: Places, path: Path) -> Iterator[Diagnostic]:
    for word, owner in _NEEDS.items():
        if word in raw and form != owner:
            said = Text(f"`{word}` 只与 {owner} 一起用", f"`{word}` goes with `{owner}`")
            yield fault("period-form", places.key((*path, word)), said, owner, form)
    if form == "days" and "from" not in raw:
        said = Text("按天数的周期要写某一期的第一天", "say on which day one of the periods begins")
        yield fault("period-form", places.key(path), said, "from: 2026-01-05")
    if "from" in raw and parse_date(raw["from"]) is None:
        said = Text(f"没有 {raw['from']} 这一天", f"there is no day {raw['from']}")
        yield fault("bad-date", places.of((*path, "from")), said, "", raw["from"])


def _spans(raw: Mapping[str, Any], places: Places, path: Path) -> Iterator[Diagnostic]:
    whole: list[tuple[date, date, str]] = []
    for label, texts in raw.items():
        days = [parse_date(text) for text in texts]
        for at, (day, text) in enumerate(zip(days, texts, strict=True)):
            if day is None:
                said = Text(f"没有 {text} 这一天", f"there is no day {text}")
                yield fault("bad-date", places.of((*path, label, at)), said, "", text)
        first, last = days
        if first is not None and last is not None:
            whole.append((first, last, label))
            if last < first:
                said = Text("末日早于首日", "the span ends before it begins")
                yield fault("bad-range", places.of((*path, label, 1)), said, f">= {first}", str(last))
    for (_, end, one), (start, _, two) in pairwise(sorted(whole)):
        if start <= end:
            said = Text(f"`{one}` 与 `{two}` 重叠", f"`{one}` and `{two}` overlap")
            yield fault("period-overlap", places.key((*path, two)), said, f"> {end}", str(start))


def periods_exist(pack: Pack, _: object) -> Iterator[Diagnostic]:
    """Every period that a rule names is one of the calendar or of pack.yaml."""
    for rule in pack.rules:
        penalty = rule.penalty or {}
        cap = (penalty.get("cap") or {}).get("per")
        within = (penalty.get("escalation") or {}).get("within")
        named = within if isinstance(within, str) and _NAME.fullmatch(within) else None
        for path, name, known in (
            (("check", rule.check_kind, "every"), rule.check.get("every"), UNITS),
            (("penalty", "cap", "per"), cap, _CAPS),
            (("penalty", "escalation", "within"), named, ()),
        ):
            allowed = [*known, *pack.periods]
            if name is not None and name not in allowed:
                said = Text(f"没有周期 `{name}`", f"there is no period `{name}`")
                yield unknown("unknown-period", rule.places.of(path), str(name), allowed, said)
