"""What makes a waiver useless whatever is found, what stands against using it for one finding, and how that is told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Literal

from checker.findings import liability
from checker.findings.drafts import Draft
from checker.findings.waiver_cells import words_of
from checker.findings.waivers import Waiver
from checker.language.pack import Rule
from checker.model import Problem, Text

Names = Mapping[str, frozenset[str]]
"""The names of each person, by staff number in small letters."""
_NO_EFFECT = Text("这条豁免未生效", "the waiver has no effect")
_MEND = Text("改正或删去这条豁免", "correct or remove the waiver")


def lasting_faults(waiver: Waiver, rule: Rule | None) -> Iterator[Problem]:
    """Give what no cut-off mends: no such rule, not waivable, wrong keys, too long, approved by the wrong people."""
    if rule is None:
        zh, en = f"没有正在执行的规则“{waiver.rule}”", f"no rule '{waiver.rule}' is in force"
        yield problem(waiver, "waiver-rule", zh, en)
        return
    if rule.waivable is None:
        zh, en = f"规则“{rule.id}”不允许豁免", f"rule '{rule.id}' does not allow waivers"
        yield problem(waiver, "not-waivable", zh, en)
        return
    wanted = tuple(rule.waivable.get("keys", ()))
    if set(wanted) != set(waiver.keys):
        yield problem(
            waiver,
            "waiver-keys",
            f"豁免须写明且只写明：{'、'.join(wanted)}；实为：{'、'.join(waiver.keys)}",
            f"a waiver of this rule names exactly {', '.join(wanted)}; found {', '.join(waiver.keys)}",
        )
    yield from _wrong_approver(waiver, str(rule.waivable.get("approver", "")))
    yield from _too_long(waiver, rule.waivable.get("max_days"))


def _wrong_approver(waiver: Waiver, allowed: str) -> Iterator[Problem]:
    """Compare word by word: 质检部 李敏 and 李敏（质检部） are 质检部, 质检部李敏 is not known to be."""
    if allowed and not set(words_of(allowed)) <= set(words_of(waiver.approver)):
        yield problem(
            waiver,
            "waiver-approver",
            f"须由“{allowed}”批准，实为“{waiver.approver}”",
            f"'{allowed}' has to approve it; found '{waiver.approver}'",
            Text(
                f"批准人写成“{allowed}”或“{allowed} 姓名”",
                f"write the approver as '{allowed}' or '{allowed} name'",
            ),
        )


def _too_long(waiver: Waiver, longest: int | None) -> Iterator[Problem]:
    days = (waiver.expires - waiver.approved_on).days
    if days < 0 or (longest is not None and days > longest):
        yield problem(
            waiver,
            "waiver-length",
            f"豁免从批准日 {waiver.approved_on} 到失效日 {waiver.expires} 共 {days} 天"
            + (f"，最长 {longest} 天" if longest is not None else ""),
            f"the waiver runs {days} days, {waiver.approved_on} to {waiver.expires}"
            + (f"; at most {longest}" if longest is not None else ""),
        )


def not_now(waiver: Waiver, as_of: date) -> Problem | None:
    """Give why a waiver does not hold at the cut-off: it has expired, or is approved only later."""
    if as_of > waiver.expires:
        return problem(
            waiver,
            "waiver-expired",
            f"豁免已于 {waiver.expires} 失效，截止日为 {as_of}",
            f"the waiver expired on {waiver.expires}; the cut-off is {as_of}",
        )
    if as_of < waiver.approved_on:
        return problem(
            waiver,
            "waiver-not-yet",
            f"豁免 {waiver.approved_on} 才批准，截止日为 {as_of}",
            f"the waiver was approved on {waiver.approved_on}, after the cut-off {as_of}",
        )
    return None


def covers(waiver: Waiver, draft: Draft) -> bool:
    """Tell whether every key of the waiver agrees with the finding; letter case does not matter."""
    return all(_same(_value(name, draft), wanted) for name, wanted in waiver.keys.items())


def objection(waiver: Waiver, draft: Draft, names: Names) -> Problem | None:
    """Give why a waiver that names this finding still does not cover it."""
    if draft.at is not None and draft.at > waiver.expires:
        return problem(
            waiver,
            "waiver-dates",
            f"事件日期 {draft.at} 晚于豁免失效日 {waiver.expires}",
            f"the event of {draft.at} is later than the last day of the waiver, {waiver.expires}",
        )
    for name, said in waiver.beside.items():
        if not _same(_value(name, draft), said):
            found = _value(name, draft)
            return problem(
                waiver,
                "waiver-name",
                f"豁免单写的是“{said}”，台账里是“{found}”",
                f"the waiver says '{said}', the logs say '{found}'",
                Text("核对工号与姓名", "check the number against the name"),
            )
    if mine := _concerned(draft, names) & {waiver.approver.casefold(), *words_of(waiver.approver)}:
        return problem(
            waiver,
            "waiver-self",
            f"批准人“{waiver.approver}”就是当事人，不能豁免自己（{'、'.join(sorted(mine))}）",
            f"the approver '{waiver.approver}' is the person concerned ({', '.join(sorted(mine))})",
            Text(
                "请另一人批准；只是同名时写工号",
                "let another approve; of two with one name, write the number",
            ),
        )
    return None


def _concerned(draft: Draft, names: Names) -> set[str]:
    """Give the numbers and names of whom the finding is about and of all who would pay, in small letters."""
    payers = replace(draft)  # who pays is settled later; here it is asked for without touching the draft
    liability.settle(payers)
    values = [*draft.subject.values(), draft.liable, payers.liable, *draft.among, *payers.among]
    found = {str(one).casefold() for one in values if one}
    return found | {name for one in found for name in names.get(one, ())}


def _same(one: str, other: str) -> bool:
    return one.casefold() == other.casefold()


def _value(name: str, draft: Draft) -> str:
    if name == "date":
        return draft.at.isoformat() if draft.at else ""
    if name in ("period", "record"):
        return (draft.period if name == "period" else draft.record) or ""
    value = draft.subject.get(name, draft.row.get(f"value.{name}"))
    return "" if value is None else str(value)


def twice(waivers: Sequence[Waiver]) -> Iterator[tuple[Waiver, Problem]]:
    """Give the waivers that say the same as an earlier one, of one rule and one set of keys; the first is used."""
    first: dict[tuple[str, frozenset[tuple[str, str]]], Waiver] = {}
    for one in waivers:
        key = one.rule, frozenset((name, value.casefold()) for name, value in one.keys.items())
        if (before := first.setdefault(key, one)) is not one:
            zh = f"与第 {before.place.line} 行的豁免重复：规则与各键相同，期间重叠；用先写的一条"
            en = f"the waiver of line {before.place.line} has the same rule and keys; the first is used"
            hint = Text("只留一条", "keep one of them")
            yield one, problem(one, "waiver-twice", zh, en, hint, effect=False)


def unused(waiver: Waiver) -> Problem:
    """Tell of a waiver that holds at the cut-off and met no finding."""
    zh, en = "这次核查里没有与它相符的发现，没有用到", "no finding of this run fits it: it was not used"
    hint = Text(
        "核对规则、各键和期间；已办完的可删去", "check rule, keys and period; remove it once it is done with"
    )
    return problem(waiver, "waiver-unused", zh, en, hint, level="note", effect=False)


def problem(
    waiver: Waiver,
    code: str,
    zh: str,
    en: str,
    hint: Text = _MEND,
    *,
    level: Literal["warning", "note"] = "warning",
    effect: bool = True,
) -> Problem:
    """Give what is wrong with a waiver, at its place; `effect`: say that it has none."""
    said = Text(f"{zh}；{_NO_EFFECT.zh}", f"{en}; {_NO_EFFECT.en}") if effect else Text(zh, en)
    return Problem(
        level,
        code,
        waiver.place.file,
        said,
        sheet=waiver.sheet,
        row=waiver.place.line or None,
        found=f"{waiver.rule} {' '.join(f'{k}={v}' for k, v in waiver.keys.items())}",
        hint=hint,
        log="waivers",
    )
