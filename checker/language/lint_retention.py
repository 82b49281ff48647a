"""A rule that wants records destroyed by a day on which another rule still wants them kept."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from checker.diagnostics import Diagnostic
from checker.language.lint_values import versions
from checker.language.pack import Duration, Pack, Rule
from checker.language.params import parse_value
from checker.language.places import Path
from checker.model import Text

_TERM = re.compile(r"\s*(\w+)\s*\+\s*(\$[A-Za-z][\w-]*|[0-9]+ *\w+)\s*\Z")
_DAYS = {"days": (1, 1), "weeks": (7, 7), "months": (28, 31), "quarters": (89, 92), "years": (365, 366)}
_MONTHS = {"months": 1, "quarters": 3, "years": 12}


def kept_and_destroyed(pack: Pack, _: object) -> Iterator[Diagnostic]:
    """No rule wants destroyed what a `retain` rule over the same log and dates still wants kept."""
    running = [rule for rule in pack.rules if rule.status != "retired"]
    keeping = [rule for rule in running if rule.check_kind == "retain"]
    for rule in running if keeping else ():
        if rule.check_kind != "each":
            continue
        for path, field, start, term in _destroyed_by(rule):
            for keeper in keeping:
                check = keeper.check
                same = (check["log"], check["disposed"], check["start"]) == (rule.check["log"], field, start)
                if same and _conflict(pack, rule, term, keeper):
                    yield _told(rule, path, term, keeper)


def _destroyed_by(rule: Rule) -> Iterator[tuple[Path, str, str, str]]:
    """Give each day by which a rule wants a date reached: path, the date's field, the field counted from, the term."""
    base: Path = ("check", "each")
    for path, field, raw in _latest(rule.check["require"], (*base, "require")):
        if found := _TERM.match(raw):
            yield path, field, found[1], found[2]
    found = _TERM.match(str(rule.check.get("due", "")))
    for field, condition in rule.check["require"].items() if found else ():
        if isinstance(condition, Mapping) and condition.get("present") is True and found:
            yield (*base, "due"), field, found[1], found[2]


def _latest(raw: Any, path: Path) -> Iterator[tuple[Path, str, str]]:
    for key, one in raw.items() if isinstance(raw, Mapping) else ():
        for op in ("at_most", "less_than") if isinstance(one, Mapping) else ():
            if isinstance(one.get(op), Mapping) and "formula" in one[op]:
                yield (*path, key, op), key, str(one[op]["formula"])
        for at, part in enumerate(one) if key == "all_of" and isinstance(one, list) else ():
            yield from _latest(part, (*path, key, at))


def _conflict(pack: Pack, rule: Rule, term: str, keeper: Rule) -> bool:
    """Tell whether some version of the term ends before some version of the time to keep has passed."""
    ends, keeps = ([parse_value(one) for one in versions_of(pack, one, raw)] for one, raw in (
        (rule, term), (keeper, str(keeper.check["keep"]))
    ))  # fmt: skip
    return any(
        not_longer(end, keep)
        for end in ends
        for keep in keeps
        if isinstance(end, Duration) and isinstance(keep, Duration)
    )


def versions_of(pack: Pack, rule: Rule, raw: str) -> list[Any]:
    """Give every value of a `$parameter`, or the text itself."""
    return versions(pack, rule, raw) if raw.startswith("$") else [raw]


def not_longer(one: Duration, other: Duration) -> bool:
    """Tell whether a length of calendar time is certainly no longer than another.

    >>> not_longer(Duration(12, "months"), Duration(1, "years")), not_longer(Duration(31, "days"), Duration(1, "months"))
    (True, False)
    """
    if one.unit in _MONTHS and other.unit in _MONTHS:
        return one.amount * _MONTHS[one.unit] <= other.amount * _MONTHS[other.unit]
    if one.unit not in _DAYS or other.unit not in _DAYS:
        return False
    return one.amount * _DAYS[one.unit][1] <= other.amount * _DAYS[other.unit][0]


def _told(rule: Rule, path: Path, term: str, keeper: Rule) -> Diagnostic:
    keep = str(keeper.check["keep"])
    return Diagnostic(
        "retention-conflict",
        "error",
        rule.places.of(path),
        Text(
            f"规则 {rule.id} 要求在 {term} 内销毁，规则 {keeper.id} 要求保存 {keep}",
            f"rule {rule.id} wants it destroyed within {term}, rule {keeper.id} wants it kept for {keep}",
        ),
        Text(f"长于 {keep}", f"longer than {keep}"),
        term,
        Text("两者不可能都做到；改其中一个期限", "nobody can do both: change one of the terms"),
        (
            (
                keeper.places.of(("check", "retain", "keep")),
                Text("保存期限在这里", "the time to keep is here"),
            ),
        ),
    )
