"""The report for people at a terminal: findings by outcome, statistics, data problems, amounts.

Only characters that a Chinese Windows console (GBK) has; wording stays a proposal, never a verdict in law.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from checker.model import OUTCOMES, Figures, Finding, Fine, Problem, Report, Text
from checker.reports.options import (
    QUIET,
    Options,
    clean,
    cut_off,
    hold,
    interval,
    place,
    shown,
    when,
    who,
    word,
    yuan,
)
from checker.reports.sums import alive, rewarded, said, shares_said, total, units_of
from checker.reports.table import Column, table
from checker.reports.waived import told

FIRST_PROBLEMS = 20
FEW_ROWS = 3
_COLORS = {
    "fail": "31",
    "undetermined": "33",
    "pending": "36",
    "not_checked": "33",
    "no_data": "35",
    "pass": "32",
}
_LEVELS = {"error": ("错误", "errors"), "warning": ("警告", "warnings"), "note": ("提示", "notes")}
_HEADS = (
    (Text("条款", "clause"), None),
    (Text("对象", "subject"), 12),
    (Text("期间/日期", "period"), None),
    (Text("说明", "message"), 24),
    (Text("依据", "evidence"), 18),
    (Text("建议扣款", "proposed fine"), None),
)


def render(report: Report, options: Options) -> str:
    """Give the whole report as terminal text, wrapped to `options.width`."""
    findings = list(shown(report, options))
    lines = [*_head(report, options)]
    for outcome in OUTCOMES:
        group = [one for one in findings if one.outcome == outcome and not _is_figure(one)]
        if group:
            title = f"{word(outcome, options)} {len(group)}"
            lines += ["", _paint(title, _COLORS.get(outcome), options), *_findings(group, options)]
    if rewards := rewarded(report):
        title = f"{_say(options, '建议奖励', 'Proposed rewards')} {len(rewards)}"
        lines += ["", _paint(title, "32", options), *_rewards(rewards, options)]
    lines += _statistics(report, options)
    lines += _problems(report.problems, options)
    lines += _summary(report, options)
    return "\n".join(lines) + "\n"


def _say(options: Options, zh: str, en: str) -> str:
    return Text(zh, en).pick(options.lang)


def _paint(text: str, color: str | None, options: Options) -> str:
    return f"\x1b[1;{color}m{text}\x1b[0m" if options.color and color else text


def _head(report: Report, options: Options) -> Iterator[str]:
    run = report.run
    span = f"{run.period.start} ~ {run.period.end}"
    yield _say(
        options,
        f"{run.pack} {run.version}  期间 {span}  截止 {cut_off(report)}",
        f"{run.pack} {run.version}  period {span}  as of {cut_off(report)}",
    )
    for note in run.notes:
        yield clean(note.pick(options.lang))


def _findings(group: Sequence[Finding], options: Options) -> list[str]:
    columns = [
        Column(text.pick(options.lang), least, right=index == 5) for index, (text, least) in enumerate(_HEADS)
    ]
    rows = [_row(one, options) for one in group]
    used = [i for i in range(len(columns)) if any(row[i] for row in rows)]
    return table([columns[i] for i in used], [[row[i] for i in used] for row in rows], options.width)


def _rewards(group: Sequence[Finding], options: Options) -> list[str]:
    heads = [*_HEADS[:5], (Text("建议奖励", "proposed reward"), None)]
    columns = [Column(text.pick(options.lang), least, right=i == 5) for i, (text, least) in enumerate(heads)]
    rows = [[*_row(replace(one, penalty=None), options)[:5], _reward(one, options)] for one in group]
    return table(columns, rows, options.width)


def _reward(one: Finding, options: Options) -> str:
    reward = one.reward
    credit = f"+￥{interval(reward.credit)}".replace(" ", "\n") if reward and reward.credit else ""
    more = said(reward.units, options, "+") if reward else []
    return "\n".join(filter(None, [credit, *more, *(reward.measures if reward else ())]))


def _row(one: Finding, options: Options) -> list[str]:
    return [
        one.clause,
        "\n".join(filter(None, (who(one), one.record["key"] if one.record else ""))),
        when(one) if when(one) == (one.at or when(one)) else f"{when(one)}\n{one.at}",
        "\n".join((_message(one, options), *(f"[{mark}]" for mark in _marks(one, options)))),
        "\n".join(_evidence(one)),
        "\n".join(filter(None, [_fine(one), *shares_said(one.penalty), *_units(one, options)])),
    ]


def _message(one: Finding, options: Options) -> str:
    return f"{one.message.pick(options.lang) or one.title.pick(options.lang)} ({one.rule})"


def _marks(one: Finding, options: Options) -> Iterator[str]:
    if one.kind == "goal" and one.outcome == "fail":
        yield word("missed", options)
    yield from (mark.pick(options.lang) for mark in one.marks)
    if one.penalty:
        yield from one.penalty.measures
        yield from (hold(name, options) for name in one.penalty.holds)
    if one.reward:
        yield from (hold(name, options) for name in one.reward.holds)
    if one.waiver:
        yield f"{one.waiver.get('approver')}: {one.waiver.get('reason')}"
    if one.superseded_by:
        yield _say(options, f"已由 {one.superseded_by[:8]} 处理", f"covered by {one.superseded_by[:8]}")


def _evidence(one: Finding) -> Iterator[str]:
    """Give a line a row; many rows of one sheet as ranges of row numbers."""
    if len(one.evidence) <= FEW_ROWS:
        yield from (f"{place(row)} {row.key}".rstrip() for row in one.evidence)
        return
    sheets: dict[str, list[int]] = {}
    for row in one.evidence:
        sheets.setdefault(place(replace(row, row=0)), []).append(row.row)
    yield from (f"{sheet}:{ranges(rows)}" for sheet, rows in sheets.items())


def ranges(numbers: Sequence[int]) -> str:
    """Give numbers as ranges.

    >>> ranges([5, 3, 4, 9])
    '3-5,9'
    """
    spans: list[list[int]] = []
    for number in sorted(set(numbers)):
        if spans and number == spans[-1][1] + 1:
            spans[-1][1] = number
        else:
            spans.append([number, number])
    return ",".join(str(first) if first == last else f"{first}-{last}" for first, last in spans)


def _fine(one: Finding) -> str:
    fine = one.penalty.fine if one.penalty else None
    return f"￥{interval(fine)}".replace(" ", "\n") if fine else ""


def _units(one: Finding, options: Options) -> list[str]:
    return said(one.penalty.units, options) if one.penalty else []


def _is_figure(one: Finding) -> bool:
    """Tell whether a finding is a figure to show; a statistic that lacks its log is not."""
    return one.kind == "statistic" and one.outcome in QUIET


def _statistics(report: Report, options: Options) -> list[str]:
    """Give the figures; those about single people only on request."""
    tables = [one for one in report.statistics if options.all or not one.personal]
    rows = [row for one in tables for row in _figure_rows(one, options)]
    more = sum(len(one.rows) for one in report.statistics if one not in tables)
    if not rows and not more:
        return []
    heads = (
        ("条款", "clause"),
        ("统计", "statistic"),
        ("对象", "subject"),
        ("期间", "period"),
        ("数值", "figures"),
    )
    columns = [Column(_say(options, *head), 12 if i in (1, 2, 4) else None) for i, head in enumerate(heads)]
    lines = ["", _paint(_say(options, "统计", "Statistics"), "36", options)]
    if rows:
        lines += table(columns, rows, options.width)
    if more:
        lines.append(
            _say(options, f"另有 {more} 条个人统计，见 --all", f"{more} more about single people: see --all")
        )
    return lines


def _figure_rows(one: Figures, options: Options) -> Iterator[list[str]]:
    at = one.columns.index("period")
    for row in one.rows:
        cells = dict(zip(one.columns, row, strict=True))
        if cells["outcome"] is None:
            subject = " ".join(str(cell) for cell in row[:at] if cell not in (None, ""))
            title = f"{one.title.pick(options.lang)} ({one.rule})"
            yield [one.clause, title, subject, str(cells["period"] or ""), _figure(cells, options)]


def _figure(cells: Mapping[str, Any], options: Options) -> str:
    """Give the figure itself, and whether its target was reached; the parts it is made of stand in the JSON."""
    reached, actual = cells.get("target_reached"), cells.get("actual")
    lines = [
        "—"
        if actual is None
        else f"{actual:.4f}".rstrip("0").rstrip(".")
        if isinstance(actual, float)
        else str(actual)
    ]
    if reached is not None:
        lines.append(_say(options, "达到" if reached else "未达到", "reached" if reached else "not reached"))
    return "\n".join(lines)


def _problems(problems: Sequence[Problem], options: Options) -> list[str]:
    if not problems:
        return []
    count = Counter[str](one.level for one in problems)
    said = _say(options, "，", ", ").join(
        f"{_say(options, *words)} {count[level]}" for level, words in _LEVELS.items() if level in count
    )
    lines = [
        "",
        _paint(_say(options, f"台账问题（{said}）", f"Problems in the logs ({said})"), "33", options),
    ]
    heads = (
        ("位置", "place"),
        ("列", "column"),
        ("内容", "found"),
        ("问题与处理", "problem, and what to do"),
    )
    columns = [Column(_say(options, *head), 14 if i != 1 else 6) for i, head in enumerate(heads)]
    worst = sorted(
        (one for one in problems if one.level != "note" or len(problems) <= FEW_ROWS),
        key=lambda one: list(_LEVELS).index(one.level),
    )[:FIRST_PROBLEMS]
    lines += table(columns, [_problem(one, options) for one in worst], options.width)
    more = len(problems) - len(worst)
    if more > 0:
        lines.append(
            _say(options, f"另有 {more} 条，见 --format json", f"and {more} more: see --format json")
        )
    return lines


def _problem(one: Problem, options: Options) -> list[str]:
    said = (one.message.pick(options.lang), one.hint.pick(options.lang))
    return [place(one), one.column or "", one.found or "", "\n".join(filter(None, said))]


def _summary(report: Report, options: Options) -> Iterator[str]:
    counts = "  ".join(f"{word(name, options)} {count}" for name, count in report.totals.items())
    yield ""
    yield _paint(_say(options, "合计", "Totals") + f"  {counts}", "1", options)
    fined = [one for one in report.findings if one.penalty and one.penalty.fine]
    alive = [one for one in fined if one.waiver is None]
    label = _say(options, "建议扣款", "Proposed fines")
    yield f"{label}  {_sum(alive)}" + _say(options, f"（{len(alive)} 条）", f" ({len(alive)} findings)")
    free = [one for one in alive if one.penalty and not one.penalty.holds]
    if len(free) != len(alive):
        yield _say(options, "其中无需再核  ", "of these, nothing left to settle  ") + _sum(free)
    yield from _other_sums(report, options)
    yield from map(clean, told(report, options))
    holds = Counter(name for one in report.findings if one.penalty for name in one.penalty.holds)
    for name, number in sorted(holds.items()):
        yield _say(
            options, f"暂缓：{hold(name, options)}  {number} 条", f"held: {hold(name, options)}  {number}"
        )


def _other_sums(report: Report, options: Options) -> Iterator[str]:
    """Give units and rewards, each on a line of its own: a reward is never taken from the fines."""
    some = list(alive(report))
    for line in said(units_of(one.penalty for one in some).values(), options):
        yield _say(options, f"建议另计  {line}", f"Proposed besides  {line}")
    rewards = [one.reward for one in some if one.reward]
    if rewards:
        credit = total(one.credit for one in rewards)
        yield (
            _say(options, "建议奖励", "Proposed rewards")
            + f"  ￥{yuan(credit.proposed)}"
            + _say(
                options,
                f"（{len(rewards)} 条，未与扣款相抵）",
                f" ({len(rewards)}, not set off against fines)",
            )
        )
    for line in said(units_of(rewards).values(), options, "+"):
        yield _say(options, f"建议奖励  {line}", f"Proposed rewards  {line}")


def _sum(findings: Sequence[Finding]) -> str:
    fines = [one.penalty.fine for one in findings if one.penalty and one.penalty.fine]
    total = Fine(sum(f.min for f in fines), sum(f.max for f in fines), sum(f.proposed for f in fines))
    if total.min == total.max:
        return f"￥{yuan(total.proposed)}"
    return f"￥{yuan(total.proposed)} (￥{yuan(total.min)}~￥{yuan(total.max)})"
