"""Names in rules: logs, fields, enum values, parameters, overlaps, placeholders, rule ids."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from checker.diagnostics import Diagnostic
from checker.language.lint_uses import (
    GRIDS,
    WORDS,
    ConditionUse,
    FieldUse,
    by_header,
    columns,
    log_names,
    subject_log,
    uses,
    values_of,
)
from checker.language.pack import Pack, Rule
from checker.language.places import Path, Places
from checker.language.suggest import did_you_mean, one_of
from checker.model import Place, Text

_PARAM = re.compile(r"\$([A-Za-z][A-Za-z0-9_]*(?:-[A-Za-z0-9_]+)*)")
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_PREDICATE_WORDS = ("any_of", "all_of", "not", "complete")
_EQUALITY = ("is", "is_not", "in", "not_in", "contains")
COMPUTED = (
    "name", "employee_id", "employee_name", "region", "subject", "clause", "record", "key", "log",
    "date", "at", "count", "actual", "limit", "min", "max", "share", "mean", "sum", "due_at",
    "period", "period_start", "period_end", "missing", "late", "submitted_at", "answered_at",
    "keep_through", "length", "gap", "percent", "numerator", "denominator", "target", "within",
    "early", "at_least", "at_most", "more_than", "less_than", "streak", "amount", "fine", "as_of",
    "start", "keep", "disposed", "signers", "conclusion", "expected", "since", "until", "least", "most", "planned_at",
)  # fmt: skip


def fault(
    code: str,
    place: Place,
    message: Text,
    expected: Text | str = "",
    found: str = "",
    hint: Text | None = None,
) -> Diagnostic:
    """Give an error."""
    return Diagnostic(code, "error", place, message, expected, found, hint or Text(""))


def unknown(code: str, place: Place, name: str, allowed: Iterable[str], said: Text) -> Diagnostic:
    """Give the error for a name that does not exist, with the names that do."""
    words = list(allowed)
    return fault(code, place, said, one_of(words), name, did_you_mean(name, words))


def logs_exist(pack: Pack, _: object) -> Iterator[Diagnostic]:
    """Every log that a rule names is in logs.yaml."""
    for rule in pack.rules:
        for path, name in log_names(rule):
            if name not in pack.logs:
                allowed = [*WORDS, *pack.logs] if path[-1] == "per" else list(pack.logs)
                said = Text(f"没有台账 `{name}`", f"there is no log `{name}`")
                yield unknown("unknown-log", rule.places.of(path), name, allowed, said)


def sources_exist(pack: Pack, _: object) -> Iterator[Diagnostic]:
    """A rule over people, regions, leave or attestations needs pack.yaml to say where they are kept."""
    for rule in pack.rules:
        for path, word, there in _needs(rule, pack):
            if not there:
                said = Text(
                    f"规则需要 `{word}`，而 pack.yaml 没有写",
                    f"the rule needs `{word}`, which pack.yaml does not have",
                )
                hint = Text(f"在 pack.yaml 里加上 `{word}`", f"add `{word}` to pack.yaml")
                yield fault("missing-source", rule.places.key(path), said, f"`{word}`", "", hint)


def _needs(rule: Rule, pack: Pack) -> Iterator[tuple[Path, str, object]]:
    base: Path = ("check", rule.check_kind)
    per = rule.check.get("per")
    if rule.applies_to:
        yield ("applies_to",), "people", pack.people
    if per == "person":
        yield (*base, "per"), "people", pack.people
    if per == "region":
        yield (*base, "per"), "regions", pack.regions
    if rule.exempt:
        yield ("exempt",), "leave", pack.leave
    if "leave" in rule.check:
        yield (*base, "leave"), "leave", pack.leave
    if rule.confirmed_by:
        yield ("confirmed_by",), "attestations", pack.attestations
    if rule.check_kind == "attest":
        yield base, "attestations", pack.attestations
    if "from_duty" in (rule.penalty or {}):
        yield ("penalty", "from_duty"), "people", pack.people


def fields_exist(pack: Pack, _: object) -> Iterator[Diagnostic]:
    """Every field that a rule names is a column of its log."""
    for rule in pack.rules:
        for use in uses(rule, pack):
            if isinstance(use, FieldUse):
                yield from _field(pack, use, rule.places)


def _field(pack: Pack, use: FieldUse, places: Places) -> Iterator[Diagnostic]:
    allowed = columns(pack, use.logs)
    if use.name in allowed or not allowed:
        return
    place = places.key(use.path) if use.is_key else places.of(use.path)
    logs = "/".join(use.logs)
    said = Text(f"台账 {logs} 没有字段 `{use.name}`", f"log {logs} has no field `{use.name}`")
    words = [*allowed, *_PREDICATE_WORDS] if use.is_key else allowed
    yield unknown("unknown-field", place, use.name, words, said)


def enum_values(pack: Pack, _: object) -> Iterator[Diagnostic]:
    """A value that a field is compared with is one of the field's values; else the condition never holds."""
    for rule in pack.rules:
        for use in uses(rule, pack):
            if isinstance(use, ConditionUse):
                yield from _condition_values(pack, rule, use)
    if pack.leave:
        from checker.language.lint_uses import predicate

        for use in predicate(pack.leave.where, ("leave", "where"), (pack.leave.log,)):
            if isinstance(use, FieldUse):
                yield from _field(pack, use, pack.places)
            else:
                yield from _values(pack, use, pack.places, lambda name: pack.parameters.get(name))


def _condition_values(pack: Pack, rule: Rule, use: ConditionUse) -> Iterator[Diagnostic]:
    yield from _values(pack, use, rule.places, lambda name: pack.parameter(rule, name))


def _values(pack: Pack, use: ConditionUse, places: Places, parameter: Any) -> Iterator[Diagnostic]:
    holders = [
        pack.logs[log] for log in use.logs if log in pack.logs and use.name in pack.logs[log].columns()
    ]
    sets = [values_of(pack, log, use.name) for log in holders]
    if not sets or not all(sets):
        return
    allowed = list(dict.fromkeys(value for one in sets for value in one))
    for op in _EQUALITY:
        operand = use.condition.get(op)
        for at, value in enumerate(operand) if isinstance(operand, list) else ((None, operand),):
            path = (*use.path, op, *(() if at is None else (at,)))
            for text in _texts(value, parameter):
                if text not in allowed:
                    said = Text(
                        f"`{text}` 不是字段 {use.name} 的值",
                        f"`{text}` is not a value of the field {use.name}",
                    )
                    yield unknown("unknown-enum-value", places.of(path), text, allowed, said)


def _texts(value: Any, parameter: Any) -> list[str]:
    """Give the texts that a literal, or any version of a `$parameter`, stands for."""
    if not isinstance(value, str):
        return []
    if not value.startswith("$"):
        return [value]
    found = parameter(value[1:])
    versions = [one for _, one in found.values] if found else []
    return [
        text
        for one in versions
        for text in (one if isinstance(one, tuple) else (one,))
        if isinstance(text, str)
    ]


def strings(raw: Any, path: Path = ()) -> list[tuple[Path, str]]:
    """Give every text in a raw value, with its path.

    >>> strings({"of": ["a", 1], "by": "b"}, ("check",))
    [(('check', 'of', 0), 'a'), (('check', 'by'), 'b')]
    """
    found: list[tuple[Path, str]] = []
    _add_strings(raw, path, found)
    return found


def _add_strings(raw: Any, path: Path, found: list[tuple[Path, str]]) -> None:
    if isinstance(raw, str):
        found.append((path, raw))
    elif isinstance(raw, Mapping):
        for key, one in raw.items():
            _add_strings(one, (*path, key), found)
    elif isinstance(raw, (list, tuple)):
        for at, one in enumerate(raw):
            _add_strings(one, (*path, at), found)


def parameter_uses(rule: Rule) -> Iterator[tuple[Path, str, str]]:
    """Give every `$name` in a rule: the path of the text that holds it, the name, the text."""
    parts: tuple[tuple[Path, Any], ...] = (
        (("applies_to",), rule.applies_to),
        (("check", rule.check_kind), rule.check),
        (("penalty",), rule.penalty),
        (("reward",), rule.reward),
        (("marks",), rule.marks),
    )
    for path, raw in parts:
        for below, text in strings(raw, path):
            for found in _PARAM.finditer(text) if "$" in text else ():
                yield below, found.group(1), text


def parameters_exist(pack: Pack, _: object) -> Iterator[Diagnostic]:
    """Every `$name` is a parameter of the rule or of the pack."""
    for rule in pack.rules:
        for path, name, text in parameter_uses(rule):
            if pack.parameter(rule, name) is None:
                word = f"${name}"
                said = Text(f"没有参数 `${name}`", f"there is no parameter `${name}`")
                allowed = [f"${one}" for one in (*rule.params, *pack.parameters)]
                place = inside(rule.places.of(path), text, word)
                yield unknown("unknown-parameter", place, word, allowed, said)


def placeholders(rule: Rule) -> Iterator[tuple[Path, str, str]]:
    """Give every `{name}` of a rule's texts: the path of the text, the name, the text."""
    texts: list[tuple[Path, str]] = [
        (("message", "zh"), rule.message.zh),
        (("message", "en"), rule.message.en),
    ]
    if rule.confirmed_by:
        texts.append((("confirmed_by", "subject"), rule.confirmed_by["subject"]))
    for path, text in texts:
        yield from ((path, name, text) for name in _PLACEHOLDER.findall(text))


def placeholder_names(text: str) -> list[str]:
    """Give every `{name}` of a text, each once."""
    return list(dict.fromkeys(_PLACEHOLDER.findall(text)))


def placeholders_exist(pack: Pack, _: object) -> Iterator[Diagnostic]:
    """Every `{name}` of a text is something that a finding can hold."""
    people = pack.people.log if pack.people else ""
    for rule in pack.rules:
        attested = pack.attestations if rule.check_kind == "attest" or rule.confirmed_by else None
        logs = (*(name for _, name in log_names(rule)), subject_log(rule, pack) or "", people)
        known = columns(pack, (*logs, attested.log if attested else ""))
        params = [*rule.params, *pack.parameters]
        allowed = {*COMPUTED, *known, *params, *(name.replace("-", "_") for name in params)}
        for path, name, text in dict.fromkeys(placeholders(rule)):
            if name not in allowed:
                said = Text(f"`{{{name}}}` 没有对应的字段或参数", f"`{{{name}}}` is no field or parameter")
                place = inside(rule.places.of(path), text, f"{{{name}}}")
                words = Text("字段、参数或算出的名字", "a field, a parameter or a computed name")
                hint = did_you_mean(by_header(pack, logs).get(name, name), sorted(allowed))
                yield fault("unknown-placeholder", place, said, words, name, hint)


def inside(place: Place, text: str, word: str) -> Place:
    """Give the place of a word inside a text on one line, plain or quoted without escapes; else the text."""
    quotes = place.end_column - place.column - len(text)
    if quotes not in (0, 2) or word not in text:
        return place
    start = place.column + quotes // 2 + text.index(word)
    return Place(place.file, place.line, start, start + len(word))


def waivable_keys_exist(pack: Pack, _: object) -> Iterator[Diagnostic]:
    """A waiver names the subject, a date or period, or fields of the record."""
    for rule in pack.rules:
        people = pack.people.log if pack.people else ""
        logs = (*(name for _, name in log_names(rule)), subject_log(rule, pack) or "", people)
        allowed = dict.fromkeys((*columns(pack, logs), "date", "at", "period", "record"))
        for at, name in enumerate((rule.waivable or {}).get("keys", ())):
            if name not in allowed:
                said = Text(f"结果里没有 `{name}`", f"a finding has no `{name}`")
                yield unknown("unknown-field", rule.places.of(("waivable", "keys", at)), name, allowed, said)


def overlaps_exist(pack: Pack, _: object) -> Iterator[Diagnostic]:
    """Overlap groups exist, and prefer rules that exist."""
    ids = [rule.id for rule in pack.rules]
    for rule in pack.rules:
        if rule.overlaps is not None and rule.overlaps not in pack.overlaps:
            said = Text(
                f"pack.yaml 没有重叠组 `{rule.overlaps}`", f"pack.yaml has no overlap group `{rule.overlaps}`"
            )
            yield unknown(
                "unknown-overlap", rule.places.of(("overlaps",)), rule.overlaps, pack.overlaps, said
            )
    for name, group in pack.overlaps.items():
        for at, preferred in enumerate(group.prefer):
            place = pack.places.of(("overlaps", name, "prefer", at))
            if preferred not in ids:
                yield no_such_rule(pack, preferred, place)


def no_such_rule(pack: Pack, name: str, place: Place) -> Diagnostic:
    """Give the error for a rule that is not there; one that was renamed is told with its new name."""
    said = Text(f"没有规则 `{name}`", f"there is no rule `{name}`")
    now = next((rule.id for rule in pack.rules if name in rule.formerly), None)
    if now is None:
        return unknown("unknown-rule", place, name, [*(rule.id for rule in pack.rules), *pack.tallies], said)
    renamed = Text(f"规则 `{name}` 已改名为 `{now}`", f"the rule `{name}` is now called `{now}`")
    hint = Text(f"改成 `{now}`", f"write `{now}`")
    return fault("renamed-rule", place, renamed, f"`{now}`", name, hint)


def rule_ids_differ(pack: Pack, _: object) -> Iterator[Diagnostic]:
    """A rule id is used once in the pack, whatever the file."""
    seen: dict[str, Rule] = {}
    for rule in pack.rules:
        first = seen.setdefault(rule.id, rule)
        if first is not rule:
            said = Text(f"规则标识 `{rule.id}` 重复", f"the rule id `{rule.id}` is used twice")
            note = ((first.place, Text("第一次在这里", "first used here")),)
            hint = Text("标识永不更改；新规则另取名字", "an id is stable for ever; give the new rule another")
            yield Diagnostic("duplicate-rule", "error", rule.place, said, "", rule.id, hint, note)


def _coverage(rule: Rule) -> Iterator[Diagnostic]:
    limits = ("at_least", "at_most", "more_than", "less_than")
    if rule.kind != "statistic" and not any(word in rule.check for word in limits):
        said = Text("没有写与什么比较", "nothing says what the figure is compared with")
        yield fault("missing-limit", rule.places.key(("check", "coverage")), said, one_of(list(limits)))


def forms_are_whole(pack: Pack, _: object) -> Iterator[Diagnostic]:
    """An aggregate or streak says what it takes and what it compares with; a goal is never fined."""
    for rule in pack.rules:
        base: Path = ("check", rule.check_kind)
        check = rule.check
        if rule.check_kind == "coverage":
            yield from _coverage(rule)
        limited = any(word in check for word in ("at_least", "at_most", "more_than", "less_than", "target"))
        if rule.check_kind == "aggregate" and not limited and rule.kind != "statistic":
            said = Text("没有写与什么比较", "nothing says what the figure is compared with")
            words = one_of(["at_least", "at_most", "more_than", "less_than", "target"])
            yield fault("missing-limit", rule.places.key(base), said, words)
        if rule.check_kind == "streak" and not ("require" in check or (limited and "take" in check)):
            said = Text("没有写怎样算一次不满足", "nothing says what counts as a failure")
            yield fault(
                "missing-limit",
                rule.places.key(base),
                said,
                Text("require，或 take 与比较", "`require`, or `take` and a limit"),
            )
        if rule.kind != "duty" and rule.penalty is not None:
            said = Text(f"{rule.kind} 从不处罚", f"a {rule.kind} is never fined")
            hint = Text("删去 penalty，或改为 kind: duty", "remove `penalty`, or make it `kind: duty`")
            yield fault("penalty-on-goal", rule.places.key(("penalty",)), said, "kind: duty", rule.kind, hint)
        if "subjects" in check and check.get("per") in WORDS and rule.check_kind in GRIDS:
            said = Text("subjects 只用于以台账为对象的检查", "`subjects` is for checks over a log")
            yield fault(
                "needless-subjects", rule.places.key((*base, "subjects")), said, "", str(check["per"])
            )
