"""What stands in a cell of the findings page: each function reads one thing off a finding."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from checker.model import Finding, Penalty, Reward, Text, UnitAmount
from checker.reports.options import QUIET, WORDS, Options, hold

NOT_JUDGED = ("undetermined", "not_checked", "no_data", "pending")
"""Outcomes that say nothing against anybody."""
_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])(?!\d)")


def outcome(one: Finding) -> str:
    """Give the outcome; a goal that was missed is no violation, and what earns a reward is more than a pass."""
    if one.kind == "goal" and one.outcome == "fail":
        return "missed"
    return "reward" if one.reward is not None and one.outcome in QUIET else one.outcome


def month(one: Finding) -> str | None:
    """Give the month of a finding: of its day, else of the period if that lies in one month; None for neither."""
    found = _MONTH.match(one.at or one.period or "")
    return found[0] if found else None


def state(one: Finding) -> str | None:
    """Give where the fine, measure or reward stands; what is waived or held is not for paying out."""
    if one.waiver is not None:
        return "waived"
    part = _part(one)
    money = part.credit if isinstance(part, Reward) else part.fine if part else None
    if part is None or not (money or part.measures or part.units):
        return None
    return "held" if part.holds else "free"


def marks(one: Finding) -> Text | None:
    """Give all marks as one text."""
    if not one.marks:
        return None
    return Text("；".join(m.pick("zh") for m in one.marks), "; ".join(m.pick("en") for m in one.marks))


def fine(part: str) -> Callable[[Finding], int | None]:
    """Give how to read a part of the fine, in fen."""
    return lambda one: getattr(one.penalty.fine, part) if one.penalty and one.penalty.fine else None


def credit(part: str) -> Callable[[Finding], int | None]:
    """Give how to read a part of the reward, in fen."""
    return lambda one: getattr(one.reward.credit, part) if one.reward and one.reward.credit else None


def attached(part: str) -> Callable[[Finding], Any]:
    """Give how to read what penalties and rewards have both."""
    return lambda one: getattr(_part(one), part, None) or None


def liable(one: Finding) -> str | None:
    """Give who would pay; of a shared fine the shares say it."""
    return one.penalty.liable if one.penalty else None


def earner(one: Finding) -> str | None:
    """Give who would get the reward."""
    return one.reward.to if one.reward else None


def shares(one: Finding) -> list[tuple[str, int]] | None:
    """Give who would pay what of a shared fine, in fen."""
    return [
        (share.liable, share.fine.proposed) for share in (one.penalty.shares if one.penalty else ())
    ] or None


def units(side: str) -> Callable[[Finding], Any]:
    """Give how to read what is no money: unit, decimals, then least, most and proposed in its smallest parts."""

    def cell(one: Finding) -> Any:
        return [
            (unit.unit, unit.places, unit.amount.min, unit.amount.max, unit.amount.proposed)
            for unit in _units(one, side)
        ] or None

    return cell


def unit_words(side: str) -> Callable[[Finding], Mapping[str, Text]]:
    """Give how units are called."""
    return lambda one: {unit.unit: unit.title for unit in _units(one, side)}


def hold_words(one: Finding) -> Mapping[str, Text]:
    """Give the words of what holds a penalty or a reward."""
    part = _part(one)
    names = part.holds if part else ()
    return {name: Text(hold(name, Options("zh")), hold(name, Options("en"))) for name in names}


def words(said: Mapping[str, Text], cell: Callable[[Finding], str | None]) -> Callable[[Finding], Any]:
    """Give how to read the word of a cell that is one code."""
    return lambda one: {code: said[code]} if (code := cell(one)) is not None and code in said else {}


def _part(one: Finding) -> Penalty | Reward | None:
    return one.penalty or one.reward


def _units(one: Finding, side: str) -> tuple[UnitAmount, ...]:
    part: Penalty | Reward | None = getattr(one, side)
    return part.units if part else ()


_ORDER = (
    "fail",
    "missed",
    "pending",
    "undetermined",
    "not_checked",
    "no_data",
    "reward",
    "pass",
    "not_applicable",
)
OUTCOMES = {name: {**WORDS, "reward": Text("建议奖励", "reward")}[name] for name in _ORDER}
"""What the page says of each outcome, in the order in which it lists them."""
STATES = {
    "free": Text("无需再核", "nothing left to settle"),
    "held": Text("暂缓", "held"),
    "waived": Text("已豁免", "waived"),
}
SEVERITIES = {
    "note": Text("提示", "note"),
    "minor": Text("轻微", "minor"),
    "major": Text("严重", "major"),
    "critical": Text("重大", "critical"),
}
KINDS = {
    "duty": Text("义务", "duty"),
    "goal": Text("目标", "goal"),
    "statistic": Text("统计", "statistic"),
    "merit": Text("奖励", "merit"),
    "tally": Text("累计", "tally"),
}
