"""Penalties and rewards: who is liable, in what parts, from the how-manieth on, and forms that are half written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from checker.diagnostics import Diagnostic
from checker.language.lint_names import fault, unknown
from checker.language.lint_uses import fines, judged_log, parts, subject_log, unit_amounts, values_of
from checker.language.pack import Log, Pack, Rule
from checker.language.places import Path
from checker.language.terms import NOBODY
from checker.model import Text

_LIABLE = ("from", "from_duty", "from_cause", "share")


def merits_are_rewarded(pack: Pack, _: object) -> Iterator[Diagnostic]:
    """A merit says what it earns, and only a merit earns anything."""
    for rule in pack.rules:
        if rule.kind == "merit" and rule.reward is None:
            said = Text("merit 没有写奖励", "a merit without a reward")
            hint = Text("加上 reward: {credit: {fixed: 200}}", "add reward: {credit: {fixed: 200}}")
            yield fault("missing-reward", rule.places.key(("kind",)), said, "reward", "", hint)
        if rule.kind != "merit" and rule.reward is not None:
            said = Text("只有 kind: merit 才有奖励", "only a `kind: merit` has a reward")
            yield fault("reward-without-merit", rule.places.key(("reward",)), said, "kind: merit", rule.kind)


def units_exist(pack: Pack, _: object) -> Iterator[Diagnostic]:
    """Every unit is declared in pack.yaml, and an amount has no more decimals than its unit."""
    for rule in pack.rules:
        for path, amount in unit_amounts(rule):
            name = str(path[-1])
            if name not in pack.units:
                said = Text(f"pack.yaml 的 units 没有 `{name}`", f"`units` of pack.yaml has no `{name}`")
                yield unknown("unknown-unit", rule.places.key(path), name, pack.units, said)
            elif "fixed" in amount:
                places = pack.units[name].places
                for value in versions(pack, rule, amount["fixed"]):
                    if not _fits(value, places):
                        said = Text(f"`{value}` 不是 {name} 的数量", f"`{value}` is not an amount of {name}")
                        words = Text(f"数字，最多 {places} 位小数", f"a number, at most {places} decimals")
                        yield fault("bad-amount", rule.places.of((*path, "fixed")), said, words, str(value))


def _fits(value: Any, places: int) -> bool:
    number = isinstance(value, (int, Decimal)) and not isinstance(value, bool)
    return number and value >= 0 and value * 10**places % 1 == 0


def forms_are_complete(pack: Pack, _: object) -> Iterator[Diagnostic]:
    """Every band says one amount, every step which fails it is for, a cap both its span and its limit."""
    for rule in pack.rules:
        for path, amount in (*fines(rule), *unit_amounts(rule)):
            for form, words in (("bands", ("fine", "rate", "each")), ("marginal", ("rate", "each"))):
                for at, band in enumerate(amount.get(form, {}).get("table", ())):
                    yield from _one_of(rule, (*path, form, "table", at), band, words)
        for path, part in parts(rule):
            cap = part.get("cap", {})
            if ("per" in cap) != ("max" in cap):
                said = Text("cap 的 per 与 max 须同时写", "`per` and `max` of a cap go together")
                yield fault("bad-cap", rule.places.key((*path, "cap")), said, "per, max", ", ".join(cap))
        escalation = (rule.penalty or {}).get("escalation", {})
        base: Path = ("penalty", "escalation")
        for at, step in enumerate(escalation.get("steps", ())):
            yield from _one_of(rule, (*base, "steps", at), step, ("nth", "from", "each"))
        if escalation and not ("within" in escalation or "reset" in escalation):
            said = Text("没有写多长时间内，或何时从头算起", "nothing says for how long a fail is remembered")
            yield fault("missing-window", rule.places.key(base), said, "within, reset")


def _one_of(rule: Rule, path: Path, part: Mapping[str, Any], words: tuple[str, ...]) -> Iterator[Diagnostic]:
    found = [word for word in words if word in part]
    if len(found) != 1:
        said = Text("须写其中恰好一个", "exactly one of these must be there")
        yield fault("bad-form", rule.places.of(path), said, ", ".join(words), ", ".join(found))


def liable_is_one_thing(pack: Pack, _: object) -> Iterator[Diagnostic]:
    """Who is liable is said in one way; a shared fine knows no Nth time, since nobody alone did it."""
    for rule in pack.rules:
        penalty = rule.penalty or {}
        ways = [word for word in _LIABLE if word in penalty]
        if len(ways) > 1:
            said = Text("由谁承担只能有一种写法", "who is liable is said in one way only")
            yield fault("two-liable", rule.places.key(("penalty", ways[1])), said, ways[0], ", ".join(ways))
        if "share" in penalty and "escalation" in penalty:
            said = Text("分摊的罚款不能按次数加重", "a shared fine cannot escalate")
            hint = Text("用 units 与 tallies 按人累计", "count by person with `units` and `tallies`")
            yield fault("shared-escalation", rule.places.key(("penalty", "escalation")), said, "", "", hint)


def causes_are_whole(pack: Pack, _: object) -> Iterator[Diagnostic]:
    """Every value of the cause has somebody liable, or `nobody`, and every line of the table is such a value."""
    for rule in pack.rules:
        raw = (rule.penalty or {}).get("from_cause")
        if raw is None:
            continue
        path: Path = ("penalty", "from_cause", "table")
        allowed = _values(pack, rule, raw["by"])
        for cause in raw["table"] if allowed else ():
            if cause not in allowed:
                said = Text(
                    f"`{cause}` 不是字段 {raw['by']} 的值", f"`{cause}` is not a value of {raw['by']}"
                )
                yield unknown("unknown-cause", rule.places.key((*path, cause)), cause, allowed, said)
        for cause in allowed:
            if cause not in raw["table"]:
                said = Text(f"原因 `{cause}` 没有写由谁承担", f"nothing says who is liable for `{cause}`")
                hint = Text(f"无人承担写 {cause}: {NOBODY}", f"if nobody is, write {cause}: {NOBODY}")
                place = rule.places.key(path)
                yield fault("missing-cause", place, said, cause, ", ".join(raw["table"]), hint)


def shares_add_up(pack: Pack, _: object) -> Iterator[Diagnostic]:
    """Percentages come to 100, and there is one for each who shares."""
    for rule in pack.rules:
        raw = (rule.penalty or {}).get("share")
        if raw is None:
            continue
        if "percent" in raw and "weights" in raw:
            said = Text("percent 与 weights 只写一个", "either `percent` or `weights`")
            yield fault("bad-shares", rule.places.key(("penalty", "share", "weights")), said)
        for word in ("percent", "weights"):
            for told in versions(pack, rule, raw[word]) if word in raw else ():
                yield from _shares(pack, rule, raw["among"], word, told)


def _shares(pack: Pack, rule: Rule, among: list[str], word: str, told: Any) -> Iterator[Diagnostic]:
    place = rule.places.of(("penalty", "share", word))
    numbers = list(told) if isinstance(told, (list, tuple)) else []
    known = all(isinstance(one, (int, Decimal)) and not isinstance(one, bool) and one >= 0 for one in numbers)
    if not numbers or not known or not sum(numbers):
        said = Text("分摊须是一列数字", "shares are a list of numbers")
        yield fault("bad-shares", place, said, "[50, 30, 20]", str(told))
        return
    if word == "percent" and sum(numbers) != 100:
        said = Text(
            f"百分比合计 {sum(numbers)}，不是 100", f"the percentages come to {sum(numbers)}, not 100"
        )
        yield fault("bad-shares", place, said, "100", str(sum(numbers)))
    lists = any(_type(pack, rule, name) == "list" for name in among)
    if not lists and len(numbers) != len(among):
        said = Text("每个分摊的人须有一个数", "there is one number for each who shares")
        yield fault("bad-shares", place, said, str(len(among)), str(len(numbers)))


def versions(pack: Pack, rule: Rule, raw: Any) -> list[Any]:
    """Give a literal, or every value of a `$parameter` that is set."""
    if not (isinstance(raw, str) and raw.startswith("$")):
        return [raw]
    found = pack.parameter(rule, raw[1:])
    return [value for _, value in found.values if value is not None] if found else []


def _values(pack: Pack, rule: Rule, name: str) -> tuple[str, ...]:
    return next((found for log in _logs(pack, rule) if (found := values_of(pack, log, name))), ())


def _type(pack: Pack, rule: Rule, name: str) -> str:
    return next((log.fields[name].type for log in _logs(pack, rule) if name in log.fields), "")


def _logs(pack: Pack, rule: Rule) -> list[Log]:
    return [pack.logs[one] for one in (judged_log(rule), subject_log(rule, pack)) if one and one in pack.logs]
