"""Tallies of pack.yaml: their unit, clause and rules exist, thresholds rise, and something says for how long."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from checker.diagnostics import Diagnostic
from checker.language.lint_names import fault, placeholder_names, strings, unknown
from checker.language.pack import Pack, Parameter, Tally
from checker.language.params import params_in
from checker.language.places import Path
from checker.language.suggest import did_you_mean
from checker.language.terms import units_of
from checker.model import Text

PLACEHOLDERS = ("unit", "total", "threshold", "events", "since", "findings", "at", "region")


def tallies_are_sound(pack: Pack, _: object) -> Iterator[Diagnostic]:
    """Every name that a tally uses exists, and its id is no rule's."""
    for tally in pack.tallies.values():
        path: Path = ("tallies", tally.id)
        if pack.rule(tally.id) is not None:
            said = Text(f"规则和累计同名 `{tally.id}`", f"a rule and a tally are both called `{tally.id}`")
            yield fault("duplicate-rule", tally.place, said, "", tally.id)
        if tally.clause not in pack.clauses:
            said = Text(f"没有条款 `{tally.clause}`", f"there is no clause `{tally.clause}`")
            place = pack.places.of((*path, "clause"))
            yield unknown("unknown-clause", place, tally.clause, pack.clauses, said)
        yield from _units(pack, tally, path)
        yield from _sources(pack, tally, path)
        yield from _names(pack, tally, path)


def _units(pack: Pack, tally: Tally, path: Path) -> Iterator[Diagnostic]:
    uses: list[tuple[Path, str, Any]] = [((*path, "unit"), tally.unit, pack.places.of)]
    for at, step in enumerate(tally.steps):
        uses += [
            ((*path, "steps", at, "units", name), name, pack.places.key) for name in step.get("units", {})
        ]
    for where, name, place in uses:
        if name not in pack.units:
            said = Text(f"units 没有 `{name}`", f"`units` has no `{name}`")
            yield unknown("unknown-unit", place(where), name, pack.units, said)
    givers = [rule.id for rule in pack.rules if rule.penalty and tally.unit in units_of(rule.penalty)]
    if tally.unit in pack.units and not givers:
        said = Text(f"没有规则给出 `{tally.unit}`", f"no rule gives any `{tally.unit}`")
        hint = Text("在规则的 penalty 里写 units", "write `units` in the penalty of a rule")
        yield fault("empty-tally", pack.places.of((*path, "unit")), said, "", tally.unit, hint)
    for at, name in enumerate(tally.rules):
        if name not in givers:
            said = Text(f"规则 `{name}` 不给出 {tally.unit}", f"the rule `{name}` gives no {tally.unit}")
            yield unknown("unknown-rule", pack.places.of((*path, "rules", at)), name, givers, said)


def _sources(pack: Pack, tally: Tally, path: Path) -> Iterator[Diagnostic]:
    for per, there in (("person", pack.people), ("region", pack.regions)):
        if tally.per == per and there is None:
            said = Text(
                f"累计按 {per}，而 pack.yaml 没有写", f"the tally is per {per}, which pack.yaml lacks"
            )
            yield fault("missing-source", tally.place, said, "people" if per == "person" else "regions")
    if tally.within is None and not tally.reset:
        said = Text("没有写多长时间内，或何时从头算起", "nothing says for how long amounts add up")
        yield fault("missing-window", tally.place, said, "within, reset")
    if (
        tally.per != "person"
        and (at := next((i for i, s in enumerate(tally.steps) if "fine" in s), None)) is not None
    ):
        said = Text("没有责任人，不能罚款", "a fine needs a liable person")
        yield fault("fine-without-person", pack.places.key((*path, "steps", at, "fine")), said, "per: person")


def _names(pack: Pack, tally: Tally, path: Path) -> Iterator[Diagnostic]:
    raw = {"within": tally.within, "reset": tally.reset, "steps": list(tally.steps)}
    for below, text in strings(raw, path):
        for name in sorted(params_in(text)):
            if name not in pack.parameters:
                said = Text(f"没有参数 `${name}`", f"there is no parameter `${name}`")
                allowed = [f"${one}" for one in pack.parameters]
                yield unknown("unknown-parameter", pack.places.of(below), f"${name}", allowed, said)
            elif (start := _start(pack, tally)) and not pack.parameters[name].covers(start):
                said = Text(
                    f"参数 `${name}` 从 {start} 起还没有值", f"`${name}` has no value from {start} on"
                )
                yield fault("parameter-gap", pack.places.of(below), said, f"<= {start}", f"${name}")
    people = pack.logs.get(pack.people.log) if pack.people else None
    known = {*PLACEHOLDERS, *(people.columns() if people else ()), *pack.parameters}
    for lang, text in (("zh", tally.message.zh), ("en", tally.message.en)):
        for name in placeholder_names(text):
            if name not in known:
                said = Text(f"`{{{name}}}` 没有对应的值", f"`{{{name}}}` stands for nothing")
                place = pack.places.of((*path, "message", lang))
                hint = did_you_mean(name, sorted(known))
                yield fault("unknown-placeholder", place, said, ", ".join(PLACEHOLDERS), name, hint)


def caps_are_sound(pack: Pack, _: object) -> Iterator[Diagnostic]:
    """A cap over several rules names rules that exist and an amount of money that is set."""
    ids = [rule.id for rule in pack.rules]
    for cap in pack.caps.values():
        path: Path = ("caps", cap.name)
        for at, name in enumerate(cap.rules):
            if name not in ids:
                said = Text(f"没有规则 `{name}`", f"there is no rule `{name}`")
                yield unknown("unknown-rule", pack.places.of((*path, "rules", at)), name, ids, said)
        parameter = _parameter(pack, cap.max)
        if isinstance(cap.max, str) and parameter is None:
            said = Text(f"没有参数 `{cap.max}`", f"there is no parameter `{cap.max}`")
            allowed = [f"${one}" for one in pack.parameters]
            yield unknown("unknown-parameter", pack.places.of((*path, "max")), cap.max, allowed, said)
        for value in [one for _, one in parameter.values] if parameter else [cap.max]:
            if isinstance(value, (int, Decimal)) and value * 100 % 1:
                said = Text(f"`{value}` 不是金额", f"`{value}` is not an amount of money")
                words = Text("元，最多两位小数", "yuan, at most two decimals")
                yield fault("bad-money", pack.places.of((*path, "max")), said, words, str(value))


def _start(pack: Pack, tally: Tally) -> date | None:
    """Give the first day on which anything may be added."""
    givers = [one for one in pack.rules if one.penalty and tally.unit in units_of(one.penalty)]
    first = min((one.effective.start for one in givers), default=None)
    return max(first, tally.start) if first and tally.start else first


def thresholds_rise(pack: Pack, _: object) -> Iterator[Diagnostic]:
    """Thresholds are above nothing and rise from step to step, on every day on which they have a value."""
    for tally in pack.tallies.values():
        for at, step in enumerate(tally.steps):
            place = pack.places.of(("tallies", tally.id, "steps", at, "at"))
            days = {day for raw in _ats(tally) for day in _days(pack, raw)}
            for day in sorted(days):
                own, before = (
                    _on(pack, raw, day) for raw in (step["at"], tally.steps[at - 1]["at"] if at else 0)
                )
                if own is not None and before is not None and own <= before:
                    said = Text("各档须从低到高，且大于零", "the thresholds must rise, from above zero")
                    yield fault("bad-thresholds", place, said, f"> {before}", str(own))
                    break


def _ats(tally: Tally) -> list[Any]:
    return [step["at"] for step in tally.steps]


def _parameter(pack: Pack, raw: Any) -> Parameter | None:
    return pack.parameters.get(raw[1:]) if isinstance(raw, str) else None


def _days(pack: Pack, raw: Any) -> list[date]:
    found = _parameter(pack, raw)
    return [date.max, *(day for day, _ in found.values)] if found else [date.max]


def _on(pack: Pack, raw: Any, day: date) -> Any:
    found = _parameter(pack, raw)
    value = found.at(day) if found else raw
    return None if isinstance(value, str) else value
