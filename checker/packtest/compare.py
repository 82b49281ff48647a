"""Findings against expectations: only the named keys, one expectation a finding, a readable difference."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from checker.model import Finding, Report, Text
from checker.packtest.cases import Case

FIGURE = "figure"
LOUD = frozenset({"fail", "pending", "undetermined", "not_checked", "no_data"})
MISSING = object()


def differences(case: Case, findings: Sequence[Finding]) -> list[Text]:
    """Give what is not as the case says, empty when all is well.

    Every expectation needs a finding of its own. Every finding that is not a pass or not applicable needs an
    expectation; a `no_data` too, since a test that hands in no log would else pass without checking anything.
    With `exactly` only the number of those is fixed.
    """
    mine = [one for one in findings if one.rule == case.rule]
    expected = case.expect or ()
    pairs = assign(expected, mine)
    taken = set(pairs.values())
    found = [
        _unmet(case, index, [one for i, one in enumerate(mine) if i not in taken])
        for index in range(len(expected))
        if index not in pairs
    ]
    loud = {i for i, one in enumerate(mine) if one.outcome in LOUD or one.reward}
    if case.exactly is not None and len(loud | taken) != case.exactly:
        found.append(
            Text(
                f"应有 {case.exactly} 条结果，实有 {len(loud | taken)} 条",
                f"expected {case.exactly} findings, found {len(loud | taken)}",
            )
        )
    if (case.exactly is None and case.expect is not None) or found:
        found += [_unexpected(mine[i]) for i in sorted(loud - taken)]
    return found + [_unwanted(one) for want in case.absent for one in mine if _is(want, one)]


def _is(want: Mapping[str, Any], one: Finding) -> bool:
    """Tell whether a finding is what must not be there."""
    named = "outcome" in want or FIGURE in want
    return (named or one.outcome != "not_applicable") and not mismatches(want, one)


def found_in(report: Report) -> tuple[Finding, ...]:
    """Give the findings of a report; those of a statistic carry `figure`, the figure that stands in its table.

    A statistic has no verdict, so nothing else tells who is counted from who is not.
    """
    figures: dict[tuple[Any, ...], Any] = {}
    for table in report.statistics:
        at = {name: i for i, name in enumerate(table.columns)}
        width = at["period"] + 1
        for row in table.rows:
            if row[at["outcome"]] is None and "actual" in at:
                figures[(table.rule, *row[:width])] = row[at["actual"]]
    return tuple(_with_figure(one, figures) for one in report.findings)


def _with_figure(one: Finding, figures: Mapping[tuple[Any, ...], Any]) -> Finding:
    key = (one.rule, *one.subject.values(), one.period)
    return replace(one, values={**one.values, FIGURE: figures[key]}) if key in figures else one


def assign(expected: Sequence[Mapping[str, Any]], findings: Sequence[Finding]) -> dict[int, int]:
    """Give expectation → finding, as many as can be, each finding once (augmenting paths)."""
    fits = [[i for i, one in enumerate(findings) if not mismatches(want, one)] for want in expected]
    owner: dict[int, int] = {}

    def place(index: int, seen: set[int]) -> bool:
        for target in fits[index]:
            if target not in seen:
                seen.add(target)
                if target not in owner or place(owner[target], seen):
                    owner[target] = index
                    return True
        return False

    for index in range(len(expected)):
        place(index, set())
    return {index: target for target, index in owner.items()}


def mismatches(want: Mapping[str, Any], finding: Finding) -> list[str]:
    """Give the keys of an expectation that the finding does not meet."""
    return [name for name, value in want.items() if not same(value, actual(name, finding))]


def actual(name: str, one: Finding) -> Any:
    """Give what a finding has under a key of an expectation: its own keys, amounts, subject, then values."""
    penalty, fine = one.penalty, one.penalty.fine if one.penalty else None
    own: dict[str, Any] = {
        "outcome": one.outcome,
        "clause": one.clause,
        "kind": one.kind,
        "severity": one.severity,
        "period": one.period,
        "at": one.at,
        "record": one.record["key"] if one.record else None,
        "message": one.message.zh,
        "fine": Decimal(fine.proposed) / 100 if fine else None,
        "fine_min": Decimal(fine.min) / 100 if fine else None,
        "fine_max": Decimal(fine.max) / 100 if fine else None,
        "measures": list(penalty.measures) if penalty else [],
        "holds": list(penalty.holds) if penalty else [],
        "liable": penalty.liable if penalty else None,
        "by": penalty.by if penalty else None,
        "marks": [mark.zh for mark in one.marks],
        "evidence": len(one.evidence),
        "waived": one.waiver is not None,
        "superseded": one.superseded_by is not None,
        **_reward(one),
    }
    units = one.reward.units if one.reward else penalty.units if penalty else ()
    amounts = {unit.unit: Decimal(unit.amount.proposed).scaleb(-unit.places) for unit in units}
    for place in (own, one.subject, one.values, amounts):
        if name in place:
            return place[name]
    return MISSING


def _reward(one: Finding) -> dict[str, Any]:
    """Give what is said of a reward and of shares, where there are any."""
    reward, shares = one.reward, one.penalty.shares if one.penalty else ()
    found: dict[str, Any] = {"reward": None}
    if shares:
        found["shares"] = {one.liable: Decimal(one.fine.proposed) / 100 for one in shares}
    if reward:
        credit = Decimal(reward.credit.proposed) / 100 if reward.credit else None
        found |= {"reward": credit, "to": reward.to, "by": reward.by}
        found |= {"measures": list(reward.measures), "holds": list(reward.holds)}
    return found


def same(want: Any, have: Any) -> bool:
    """Tell whether a value written in YAML means what the finding holds.

    >>> same(50, Decimal("50.00")), same("2026-10-17 00:00", "2026-10-17T00:00:00+08:00"), same(2026, "2026")
    (True, True, True)
    >>> same("2026-10-16 24:00", "2026-10-17T00:00:00+08:00")
    True
    >>> same(0.9524 and Decimal("0.9524"), 20 / 21), same(True, 1), same(None, MISSING)
    (True, False, False)
    """
    if (
        have is MISSING
        or isinstance(want, bool) != isinstance(have, bool)
        or (want is None) != (have is None)
    ):
        return False
    if isinstance(want, Mapping) and isinstance(have, Mapping):
        return want.keys() == have.keys() and all(same(value, have[key]) for key, value in want.items())
    if isinstance(want, (list, tuple)) or isinstance(have, (list, tuple)):
        return (
            isinstance(want, (list, tuple))
            and isinstance(have, (list, tuple))
            and len(want) == len(have)
            and all(map(same, want, have))
        )
    if (
        isinstance(want, (int, Decimal))
        and isinstance(have, (int, float, Decimal))
        and not isinstance(want, bool)
    ):
        return _same_number(Decimal(want), Decimal(str(have)))
    return want == have or str(want) == str(have) or _same_time(str(want), str(have))


def _same_number(want: Decimal, have: Decimal) -> bool:
    """Compare exactly; a fraction that does not end is compared at the places written, four at least."""
    places = -int(want.as_tuple().exponent)
    if places >= 4 and -int(have.as_tuple().exponent) > places:
        return round(have, places) == want
    return want == have


def _same_time(want: str, have: str) -> bool:
    try:
        left, right = _moment(want), datetime.fromisoformat(have)
    except ValueError:
        return False
    if len(want) <= 10 or len(have) <= 10:
        return False
    return left == (right if left.tzinfo else right.replace(tzinfo=None))


def _moment(text: str) -> datetime:
    """Give a moment as people write it; 24:00 of a day is the start of the next.

    >>> _moment("2026-10-16 24:00")
    datetime.datetime(2026, 10, 17, 0, 0)
    """
    day, mark, rest = text.replace("T", " ").partition(" 24:00")
    if mark and rest in ("", ":00"):
        return datetime.fromisoformat(day) + timedelta(days=1)
    return datetime.fromisoformat(text)


def _unmet(case: Case, index: int, left: Sequence[Finding]) -> Text:
    """Tell which expectation has no finding, and how the nearest one differs."""
    want = case.expect[index] if case.expect else {}
    place = case.expect_places[index] if index < len(case.expect_places) else case.place
    at = f"{place.file}:{place.line}"
    lines = _table(want, min(left, key=lambda one: len(mismatches(want, one)), default=None))
    none = "" if left else "（没有别的结果）"
    none_en = "" if left else " (there is no other finding)"
    return Text(
        f"第 {index + 1} 条预期没有对应的结果 {at}{none}\n{lines}",
        f"expectation {index + 1} has no finding {at}{none_en}\n{lines}",
    )


def _table(want: Mapping[str, Any], near: Finding | None) -> str:
    """Give one line a key: `-` expected, `+` found instead."""
    width = max(map(len, want), default=0)
    lines = []
    for name, value in want.items():
        have = actual(name, near) if near else MISSING
        if near and same(value, have):
            lines.append(f"    {name:<{width}}  {show(value)}")
            continue
        lines.append(f"  - {name:<{width}}  {show(value)}")
        if near:
            said = show(have) if have is not MISSING else f"? ({', '.join((*near.subject, *near.values))})"
            said += _held(near) if name == "fine" and have is None else ""
            lines.append(f"  + {name:<{width}}  {said}")
    return "\n".join(lines)


def _held(one: Finding) -> str:
    """Give what holds the fine of a finding back, which is why it has no amount."""
    holds = one.penalty.holds if one.penalty else ()
    return f"  ({', '.join(holds)})" if holds else ""


def show(value: Any) -> str:
    """Give a value as YAML would write it."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(map(show, value))}]"
    if isinstance(value, Decimal):
        try:
            return str(
                value.quantize(Decimal(1)) if value == value.to_integral_value() else value.normalize()
            )
        except InvalidOperation:
            return str(value)
    return str(value)


def _unexpected(one: Finding) -> Text:
    line = _line(one)
    return Text(f"多出的结果：{line}", f"unexpected finding: {line}")


def _unwanted(one: Finding) -> Text:
    line = _line(one)
    return Text(f"不得有的结果：{line}", f"a finding that must not be: {line}")


def _line(one: Finding) -> str:
    who = " ".join(str(value) for value in one.subject.values() if value not in (None, ""))
    fine = actual("fine", one)
    parts = [one.outcome, who, one.record["key"] if one.record else "", one.period or one.at or ""]
    return " ".join(filter(None, [*parts, f"fine {show(fine)}" if fine is not None else "", one.message.zh]))
