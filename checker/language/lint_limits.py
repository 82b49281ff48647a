"""Limits that a figure or a field cannot reach: a share above 100, a count below 0, 25 o'clock."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from checker.diagnostics import Diagnostic
from checker.language.formula.typing import Fault
from checker.language.lint_names import fault
from checker.language.lint_uses import ConditionUse, uses
from checker.language.lint_values import versions
from checker.language.pack import Field, Pack, Rule
from checker.language.places import Path
from checker.language.predicates import literal
from checker.language.scope import TYPES
from checker.language.yaml_loader import Document
from checker.model import Text

Documents = Mapping[str, tuple[Document, ...]]
_LIMITS = ("at_least", "more_than", "at_most", "less_than")
_OPS = (*_LIMITS, "is", "is_not", "between", "in", "not_in")
_COUNTED = ("count", "distinct")
_DAY = 24 * 60 * 60 * 1_000_000


@dataclass(frozen=True)
class Range:
    """The least and the most a column can hold, both included; None is open. Lengths of time in microseconds."""

    type: str
    least: Any = None
    most: Any = None

    def beyond(self, op: str, limit: Any) -> bool:
        """Tell whether a limit lies outside, so that the comparison always comes out the same."""
        if self.least is not None and (limit < self.least or (op == "less_than" and limit == self.least)):
            return True
        return self.most is not None and (limit > self.most or (op == "more_than" and limit == self.most))

    def vacuous(self, op: str, limit: Any) -> bool:
        """Tell whether every value is within the limit."""
        return (op == "at_least" and limit == self.least) or (op == "at_most" and limit == self.most)

    def __str__(self) -> str:
        return f"{_shown(self, self.least)} … {_shown(self, self.most)}".strip()


def _shown(one: Range, value: Any) -> str:
    if value is None:
        return ""
    return (
        f"{value // 3_600_000_000:02}:{value // 60_000_000 % 60:02}" if one.type == "duration" else str(value)
    )


def range_of(pack: Pack, log_name: str, name: str, depth: int = 4) -> Range | None:
    """Give the range of a column: declared by `min` and `max`, a time of day, the number of rows of a link."""
    log = pack.logs[log_name]
    if (field := log.fields.get(name)) is not None:
        return _declared(field)
    for link in log.links.values():
        if name == link.count:
            return Range("int", 0)
        if name in link.take and depth and link.log in pack.logs:
            return range_of(pack, link.log, link.take[name], depth - 1)
    return None


def _declared(field: Field) -> Range | None:
    kind = TYPES[field.type]
    least, most = (_typed(one, kind) for one in (field.least, field.most))
    if field.type == "time":
        least, most = 0 if least is None else least, _DAY if most is None else most
    return Range(kind, least, most) if least is not None or most is not None else None


def _typed(raw: Any, kind: str) -> Any:
    if raw is None or isinstance(raw, dict):
        return None
    try:
        return literal(raw, kind).value
    except Fault:
        return None


def ranges_of_fields(pack: Pack, documents: Documents) -> Iterator[Diagnostic]:
    """The `min` and `max` of a field are values of its type, and the least is not above the most."""
    places = documents["logs"][0].places
    for log in pack.logs.values():
        for field in log.fields.values():
            path: Path = ("logs", log.id, "fields", field.name)
            for word, raw in (("min", field.least), ("max", field.most)):
                if raw is not None and _typed(raw, TYPES[field.type]) is None:
                    said = Text(f"`{raw}` 不是 {field.type} 的值", f"`{raw}` is not a value of {field.type}")
                    yield fault("bad-limit", places.of((*path, word)), said, field.type, str(raw))
            found = _declared(field)
            if found and found.least is not None and found.most is not None and found.least > found.most:
                said = Text("最小值大于最大值", "the least is above the most")
                hint = Text("对调 min 与 max", "swap `min` and `max`")
                place = places.of((*path, "min"))
                yield fault("bad-range", place, said, f"<= {field.most}", str(field.least), hint)


def limits_are_within(pack: Pack, _: object) -> Iterator[Diagnostic]:
    """A limit lies inside what its field or figure can be; outside it decides nothing."""
    for rule in pack.rules:
        for use in uses(rule, pack):
            if isinstance(use, ConditionUse):
                yield from _condition(pack, rule, use)
        yield from _figure(pack, rule)


def _condition(pack: Pack, rule: Rule, use: ConditionUse) -> Iterator[Diagnostic]:
    logs = [name for name in use.logs if name in pack.logs and use.name in pack.logs[name].columns()]
    found = range_of(pack, logs[0], use.name) if len(logs) == 1 else None
    if found is None:
        return
    for op in _OPS:
        raw = use.condition.get(op)
        for at, one in enumerate(raw) if isinstance(raw, list) else ((None, raw),):
            for value in _values(pack, rule, one):
                limit = _typed(value, found.type)
                if limit is not None and found.beyond(op, limit):
                    path = (*use.path, op, *(() if at is None else (at,)))
                    yield _outside(rule, path, use.name, str(value), found)


def _values(pack: Pack, rule: Rule, raw: Any) -> list[Any]:
    """Give every value a limit has over time."""
    found = versions(pack, rule, raw) if isinstance(raw, str) and raw.startswith("$") else [raw]
    return [one for each in found for one in (each if isinstance(each, tuple) else (each,))]


def _figure(pack: Pack, rule: Rule) -> Iterator[Diagnostic]:
    """Judge the limits of an aggregate or streak, and how many a `due` or `respond` asks for."""
    check = rule.check
    take = check.get("take", "count" if rule.check_kind in ("due", "respond") else "")
    found = Range("decimal", 0) if take in _COUNTED else Range("decimal", 0, 100) if take == "share" else None
    if take == "mean" and check.get("of") and check.get("log") in pack.logs:
        found = range_of(pack, check["log"], check["of"])
    if found is None or found.type not in ("int", "decimal"):
        return
    target = check.get("target")
    parts = [((), check), (("target",), target if isinstance(target, dict) else {})]
    for path, raw in parts:
        for op in _LIMITS:
            for value in _values(pack, rule, raw.get(op)) if op in raw else ():
                limit = _typed(value, "decimal")
                judged = not path and rule.kind != "statistic"
                if limit is not None and (found.beyond(op, limit) or (judged and found.vacuous(op, limit))):
                    where: Path = ("check", rule.check_kind, *path, op)
                    yield _outside(rule, where, take, str(value), found)


def _outside(rule: Rule, path: Path, name: str, limit: str, found: Range) -> Diagnostic:
    said = Text(
        f"界限 {limit} 不起作用：{name} 总在 {found} 之内",
        f"the limit {limit} has no effect: {name} is always within {found}",
    )
    hint = Text(
        "改界限：这样写，条件不是总成立就是永不成立",
        "change it: as it stands, the condition always holds or never does",
    )
    return Diagnostic("limit-outside-range", "warning", rule.places.of(path), said, str(found), limit, hint)
