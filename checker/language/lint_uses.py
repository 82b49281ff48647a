"""Which names a rule uses, and of which log, so that every lint walks a rule the same way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from checker.language.pack import Log, Pack, Rule
from checker.language.places import Path
from checker.language.terms import named
from checker.nouns import dataclass

GRIDS = ("due", "aggregate", "streak", "coverage", "timetable")
WORDS = ("person", "region", "company")
FIGURES = {
    "due": ("actual", "min"),
    "aggregate": ("actual", "count", "sum", "mean", "percent", "numerator", "denominator"),
    "streak": ("length", "actual"),
    "respond": ("actual", "min"),
}
"""What a check works out itself, which an amount may go by as well as by a field."""


@dataclass(frozen=True)
class FieldUse:
    """A field named at `path` (in key position for a predicate); it must be a column of one of `logs`."""

    path: Path
    name: str
    logs: tuple[str, ...]
    is_key: bool = False


@dataclass(frozen=True)
class ConditionUse:
    """A condition `{op: value}` at `path` on a field of one of `logs`."""

    path: Path
    name: str
    condition: Mapping[str, Any]
    logs: tuple[str, ...]


Use = FieldUse | ConditionUse


def log_names(rule: Rule) -> Iterator[tuple[Path, str]]:
    """Give every log the check names, with its path; `per` only where it is no fixed word."""
    base = ("check", rule.check_kind)
    for path in ((), ("to",), ("plan",), ("with",), ("only_if",), *_listed(rule)):
        part = _at(rule.check, path)
        if isinstance(part, Mapping) and "log" in part:
            yield (*base, *path, "log"), part["log"]
    per = rule.check.get("per")
    if per is not None and per not in WORDS:
        yield (*base, "per"), per


def judged_log(rule: Rule) -> str | None:
    """Give the log whose rows the check judges or counts."""
    parts = (rule.check.get(word) for word in ("to", "plan"))
    part = next((one for one in parts if isinstance(one, Mapping)), rule.check)
    log = part.get("log")
    return log if isinstance(log, str) else None


def subject_log(rule: Rule, pack: Pack) -> str | None:
    """Give the log of the subjects, for a check over subjects and periods."""
    per = rule.check.get("per")
    if per == "person":
        return pack.people.log if pack.people else None
    if per == "region":
        return pack.regions.log if pack.regions else None
    return None if per == "company" else per


def clause_names(rule: Rule) -> Iterator[tuple[Path, str]]:
    """Give every clause a rule cites, with its path."""
    yield ("clause",), rule.clause
    for at, ref in enumerate(rule.supports):
        yield ("supports", at), ref
    if rule.confirmed_by:
        yield ("confirmed_by", "clause"), rule.confirmed_by["clause"]
    if "clause" in rule.check:
        yield ("check", rule.check_kind, "clause"), rule.check["clause"]


def uses(rule: Rule, pack: Pack) -> Iterator[Use]:
    """Give every field name and condition of a rule, with the logs it may belong to."""
    base: Path = ("check", rule.check_kind)
    mine = _logs(judged_log(rule))
    yield from _part(rule.check, base, mine)
    yield from _part(rule.check.get("to"), (*base, "to"), mine)
    yield from _part(rule.check.get("plan"), (*base, "plan"), mine)
    for path in (("with",), ("only_if",), *_listed(rule)):
        part = _at(rule.check, path)
        yield from _part(part, (*base, *path), _logs((part or {}).get("log")))
    yield from _subjects(rule, pack, base)
    yield from _matches(rule, base)
    yield from _around(rule, pack, _logs(judged_log(rule), subject_log(rule, pack)))


def _listed(rule: Rule) -> list[Path]:
    """Give the paths of the further logs that a coverage names."""
    return [(word, at) for word in ("minus", "within") for at in range(_length(rule.check.get(word)))]


def _length(raw: Any) -> int:
    return len(raw) if isinstance(raw, list) else 0


def _part(part: Any, path: Path, logs: tuple[str, ...]) -> Iterator[Use]:
    """Give the uses of one map that has a `log`, or inherits it."""
    if not isinstance(part, Mapping) or not logs:
        return
    for word in ("where", "require", "that", "hold"):
        yield from predicate(part.get(word), (*path, word), logs)
    for word in ("at", "of", "from", "to", "day", "period", "start", "disposed"):
        if isinstance(part.get(word), str):
            yield FieldUse((*path, word), part[word], logs)
    for at, name in enumerate(part.get("order", ())):
        yield FieldUse((*path, "order", at), name, logs)


def _subjects(rule: Rule, pack: Pack, base: Path) -> Iterator[Use]:
    subjects = rule.check.get("subjects")
    logs = _logs(subject_log(rule, pack))
    if not subjects or not logs:
        return
    path = (*base, "subjects")
    yield from predicate(subjects.get("where"), (*path, "where"), logs)
    for word in ("key", "region", "from", "to"):
        if word in subjects:
            yield FieldUse((*path, word), subjects[word], logs)


def _matches(rule: Rule, base: Path) -> Iterator[Use]:
    for at, text in enumerate(rule.check.get("match", ())):
        theirs, _, ours = (part.strip() for part in text.partition("="))
        yield FieldUse((*base, "match", at), theirs, _logs(rule.check["with"]["log"]))
        yield FieldUse((*base, "match", at), ours or theirs, _logs(judged_log(rule)))


def _around(rule: Rule, pack: Pack, logs: tuple[str, ...]) -> Iterator[Use]:
    """Give the uses outside the check: who, leave, penalty, marks, show."""
    if pack.people:
        yield from predicate(rule.applies_to, ("applies_to",), (pack.people.log,))
    if not logs:
        return
    for at, name in enumerate((rule.exempt or {}).get("leave", ())):
        yield FieldUse(("exempt", "leave", at), name, logs)
    for at, name in enumerate(rule.show):
        yield FieldUse(("show", at), name, logs)
    for at, mark in enumerate(rule.marks):
        yield from predicate(mark["when"], ("marks", at, "when"), logs)
    yield from _payers(rule, logs)
    for path, fine in (*fines(rule), *unit_amounts(rule)):
        for form, spec in fine.items():
            for word in ("by", "of") if isinstance(spec, Mapping) else ():
                if word in spec and spec[word] not in FIGURES.get(rule.check_kind, ()):
                    yield FieldUse((*path, form, word), spec[word], logs)


def _payers(rule: Rule, logs: tuple[str, ...]) -> Iterator[Use]:
    """Give the uses of fields that say who is liable, or who is rewarded."""
    for side, word, raw in (("penalty", "from", rule.penalty), ("reward", "to", rule.reward)):
        if raw and word in raw:
            yield FieldUse((side, word), raw[word], logs)
    penalty = rule.penalty or {}
    if "from_cause" in penalty:
        yield FieldUse(("penalty", "from_cause", "by"), penalty["from_cause"]["by"], logs)
    for name, path in named(penalty):
        yield FieldUse(("penalty", *path), name, logs)


def fines(rule: Rule) -> Iterator[tuple[Path, Mapping[str, Any]]]:
    """Give every amount of money of a rule: the fine, those of escalation steps, the credit of a reward."""
    for path, part in parts(rule):
        for word in ("fine", "credit"):
            if word in part:
                yield (*path, word), part[word]


def unit_amounts(rule: Rule) -> Iterator[tuple[Path, Mapping[str, Any]]]:
    """Give every amount of a rule that is no money; its path ends with the unit."""
    for path, part in parts(rule):
        for name, amount in part.get("units", {}).items():
            yield (*path, "units", name), amount


def parts(rule: Rule) -> Iterator[tuple[Path, Mapping[str, Any]]]:
    """Give every map of a rule that may hold amounts: penalty, its escalation steps, reward."""
    penalty = rule.penalty or {}
    yield ("penalty",), penalty
    for at, step in enumerate(penalty.get("escalation", {}).get("steps", ())):
        yield ("penalty", "escalation", "steps", at), step
    yield ("reward",), rule.reward or {}


def predicate(raw: Any, path: Path, logs: tuple[str, ...]) -> Iterator[Use]:
    """Give the uses of a predicate, through `any_of`, `all_of` and `not`."""
    for key, value in (raw or {}).items():
        if key in ("any_of", "all_of"):
            for at, one in enumerate(value):
                yield from predicate(one, (*path, key, at), logs)
        elif key == "not":
            yield from predicate(value, (*path, key), logs)
        elif key == "complete":
            if value != ["required"]:
                yield from (FieldUse((*path, key, at), name, logs) for at, name in enumerate(value))
        else:
            yield FieldUse((*path, key), key, logs, True)
            yield ConditionUse((*path, key), key, value, logs)
            yield from _references((*path, key), value, logs)


def _references(path: Path, condition: Mapping[str, Any], logs: tuple[str, ...]) -> Iterator[Use]:
    for op, value in condition.items():
        for at, one in enumerate(value) if isinstance(value, list) else ((None, value),):
            if isinstance(one, Mapping) and "field" in one:
                yield FieldUse((*path, op, *(() if at is None else (at,)), "field"), one["field"], logs)


def columns(pack: Pack, logs: tuple[str, ...]) -> list[str]:
    """Give the columns of these logs, each once, in order."""
    return list(dict.fromkeys(name for log in logs if log in pack.logs for name in pack.logs[log].columns()))


def by_header(pack: Pack, logs: tuple[str, ...]) -> dict[str, str]:
    """Give the fields of these logs by what people call them: headers and their other names."""
    fields = [one for log in logs if log in pack.logs for one in pack.logs[log].fields.values()]
    return {word: one.name for one in reversed(fields) for word in (one.header, *one.aliases) if word}


def values_of(pack: Pack, log: Log, name: str, depth: int = 4) -> tuple[str, ...]:
    """Give the allowed values of a column, through links; nothing where it is free."""
    if (field := log.fields.get(name)) is not None:
        return field.values
    for link in log.links.values():
        if name in link.take and depth and link.log in pack.logs:
            return values_of(pack, pack.logs[link.log], link.take[name], depth - 1)
    return ()


def _logs(*names: Any) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name in names if isinstance(name, str)))


def _at(raw: Mapping[str, Any], path: Path) -> Any:
    here: Any = raw
    for step in path:
        if isinstance(here, list) and isinstance(step, int):
            here = here[step]
        else:
            here = here.get(step) if isinstance(here, Mapping) else None
    return here
