"""One greppable line a finding and a problem; never cut, never wrapped."""

from __future__ import annotations

from checker.model import Finding, Problem, Report
from checker.reports.options import Options, flat, interval, place, shown, when, who, word
from checker.reports.sums import rewarded, said, shares_said
from checker.reports.waived import told


def render(report: Report, options: Options) -> str:
    """Give `file:row: outcome[rule] clause subject period amount message` lines, problems, totals."""
    lines = [_finding(one, options) for one in shown(report, options)]
    lines += [_reward(one, options) for one in rewarded(report)]
    lines += [_problem(one, options) for one in report.problems]
    lines += map(flat, told(report, options))
    lines.append(" ".join(f"{word(name, options)} {count}" for name, count in report.totals.items()))
    return "\n".join(lines) + "\n"


def _finding(one: Finding, options: Options) -> str:
    first = place(one.evidence[0]) if one.evidence else "-"
    fine = one.penalty.fine if one.penalty else None
    parts = [
        f"{first}: {one.outcome}[{one.rule}]",
        one.clause,
        who(one),
        one.record["key"] if one.record else "",
        when(one),
        f"￥{interval(fine)}" if fine else "",
        " ".join(shares_said(one.penalty)),
        " ".join(said(one.penalty.units, options)) if one.penalty else "",
        " ".join(one.penalty.measures) if one.penalty else "",
        one.message.pick(options.lang),
        *(f"[{name}]" for name in (one.penalty.holds if one.penalty else ())),
    ]
    return flat(" ".join(parts))


def _reward(one: Finding, options: Options) -> str:
    """Give a reward on a line of its own, so that no sum over lines takes it for a fine."""
    reward = one.reward
    assert reward is not None
    parts = [
        f"{place(one.evidence[0]) if one.evidence else '-'}: reward[{one.rule}]",
        one.clause,
        who(one),
        when(one),
        f"+￥{interval(reward.credit)}" if reward.credit else "",
        " ".join(said(reward.units, options, "+")),
        " ".join(reward.measures),
        one.message.pick(options.lang),
        *(f"[{name}]" for name in reward.holds),
    ]
    return flat(" ".join(parts))


def _problem(one: Problem, options: Options) -> str:
    column = f" [{one.column}]" if one.column else ""
    found = f" ({one.found})" if one.found else ""
    hint = one.hint.pick(options.lang)
    line = f"{place(one)}: {one.level}[{one.code}]{column} {one.message.pick(options.lang)}{found}"
    return flat(line + (f" → {hint}" if hint else ""))
