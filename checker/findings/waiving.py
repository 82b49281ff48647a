"""Waivers meet findings: a valid one marks the finding and never deletes it; any other is a warning."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

from checker.findings.drafts import Draft
from checker.findings.frames import tally_frame
from checker.findings.waivers import Waiver
from checker.language.pack import Rule
from checker.model import Problem, Text

if TYPE_CHECKING:
    from checker.language.compile import Compiled


def apply(
    drafts: Sequence[Draft], waivers: Sequence[Waiver], rules: Mapping[str, Rule], as_of: date
) -> tuple[Problem, ...]:
    """Mark the drafts that a valid waiver covers; give one warning for each waiver that could not be used."""
    problems: list[Problem] = []
    by_rule: dict[str, list[Waiver]] = defaultdict(list)
    for waiver in waivers:
        faults = list(_faults(waiver, rules.get(waiver.rule), as_of))
        problems += faults
        if not faults:
            by_rule[waiver.rule].append(waiver)
    for draft in drafts:
        for waiver in by_rule.get(draft.frame.rule.id, ()):
            if draft.outcome in ("pass", "not_applicable") or not _covers(waiver, draft):
                continue
            if problem := _objection(waiver, draft):
                problems.append(problem)
                continue
            draft.waiver = waiver.as_json()
            break
    return tuple(dict.fromkeys(problems))


def apply_to_tallies(
    trips: Sequence[Draft], waivers: Sequence[Waiver], compiled: Compiled
) -> tuple[Problem, ...]:
    """Mark the thresholds that a valid waiver covers, as any other finding."""
    tallies = compiled.pack.tallies
    mine = tuple(one for one in waivers if one.rule in tallies)
    rules = {name: tally_frame(compiled, tallies[name]).rule for name in {one.rule for one in mine}}
    problems = apply(trips, mine, rules, compiled.as_of.date())
    for one in trips:
        if one.waiver is not None and "waived" not in one.holds:
            one.holds.append("waived")
    return problems


def _faults(waiver: Waiver, rule: Rule | None, as_of: date) -> Iterator[Problem]:
    """Give what makes a waiver useless whatever the findings: unknown rule, wrong keys, too long, expired."""
    if rule is None:
        yield _problem(
            waiver,
            "waiver-rule",
            f"没有正在执行的规则“{waiver.rule}”",
            f"no rule '{waiver.rule}' is in force",
        )
        return
    if rule.waivable is None:
        yield _problem(
            waiver, "not-waivable", f"规则“{rule.id}”不允许豁免", f"rule '{rule.id}' does not allow waivers"
        )
        return
    wanted = tuple(rule.waivable.get("keys", ()))
    if set(wanted) != set(waiver.keys):
        yield _problem(
            waiver,
            "waiver-keys",
            f"豁免须写明且只写明：{'、'.join(wanted)}；实为：{'、'.join(waiver.keys)}",
            f"a waiver of this rule names exactly {', '.join(wanted)}; found {', '.join(waiver.keys)}",
        )
    yield from _date_faults(waiver, rule, as_of)


def _date_faults(waiver: Waiver, rule: Rule, as_of: date) -> Iterator[Problem]:
    longest = (rule.waivable or {}).get("max_days")
    days = (waiver.expires - waiver.approved_on).days
    if days < 0 or (longest is not None and days > longest):
        yield _problem(
            waiver,
            "waiver-length",
            f"豁免从批准日 {waiver.approved_on} 到失效日 {waiver.expires} 共 {days} 天"
            + (f"，最长 {longest} 天" if longest is not None else ""),
            f"the waiver runs {days} days, {waiver.approved_on} to {waiver.expires}"
            + (f"; at most {longest}" if longest is not None else ""),
        )
    if as_of > waiver.expires:
        yield _problem(
            waiver,
            "waiver-expired",
            f"豁免已于 {waiver.expires} 失效，截止日为 {as_of}",
            f"the waiver expired on {waiver.expires}; the cut-off is {as_of}",
        )
    if as_of < waiver.approved_on:
        yield _problem(
            waiver,
            "waiver-not-yet",
            f"豁免 {waiver.approved_on} 才批准，截止日为 {as_of}",
            f"the waiver was approved on {waiver.approved_on}, after the cut-off {as_of}",
        )


def _covers(waiver: Waiver, draft: Draft) -> bool:
    """Tell whether every key of the waiver agrees with the finding; letter case does not matter."""
    return all(_value(name, draft).casefold() == wanted.casefold() for name, wanted in waiver.keys.items())


def _value(name: str, draft: Draft) -> str:
    if name == "date":
        return draft.at.isoformat() if draft.at else ""
    if name in ("period", "record"):
        return (draft.period if name == "period" else draft.record) or ""
    value = draft.subject.get(name, draft.row.get(f"value.{name}"))
    return "" if value is None else str(value)


def _objection(waiver: Waiver, draft: Draft) -> Problem | None:
    """Give why a waiver that names this finding still does not cover it."""
    if draft.at is not None and draft.at > waiver.expires:
        return _problem(
            waiver,
            "waiver-dates",
            f"事件日期 {draft.at} 晚于豁免失效日 {waiver.expires}",
            f"the event of {draft.at} is later than the last day of the waiver, {waiver.expires}",
        )
    concerned = {str(value).casefold() for value in (*draft.subject.values(), draft.liable) if value}
    if waiver.approver.casefold() in concerned:
        return _problem(
            waiver,
            "waiver-self",
            f"批准人“{waiver.approver}”就是当事人，不能豁免自己",
            f"the approver '{waiver.approver}' is the person concerned",
        )
    return None


def _problem(waiver: Waiver, code: str, zh: str, en: str) -> Problem:
    return Problem(
        "warning",
        code,
        waiver.place.file,
        Text(f"{zh}；这条豁免未生效", f"{en}; the waiver has no effect"),
        row=waiver.place.line or None,
        found=f"{waiver.rule} {' '.join(f'{k}={v}' for k, v in waiver.keys.items())}",
        hint=Text("改正或删去这条豁免", "correct or remove the waiver"),
        log="waivers",
    )
