"""A trace for people: what was read, each judged row with its conditions, rows held against it, and the least change.

Only characters that a Chinese Windows console (GBK) has, aligned by their width on a terminal.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from checker.cli.trace_words import MARKS, Teller, input_name, shown_values
from checker.model import Text
from checker.reports.options import Options, hold, interval, word
from checker.reports.table import pad, wrap
from checker.trace.model import Asked, Case, Counted, Node, Trace

FULL, LINES = 5, 20
WRONG = ("fail", "pending", "undetermined", "not_checked", "no_data")
_ROLES: dict[str, Text] = {
    "effective": Text("规则在执行期内", "the rule is in force"),
    "run": Text("属于本期", "belongs to this run"),
    "member": Text("当期在册", "was there in the period"),
    "off": Text("没有请假或放假免除", "not excused by leave or days off"),
    "only-if": Text("当期有应办的事", "there was something to do"),
    "about": Text("找到所指的记录", "the record meant was found"),
    "where": Text("属于所查的记录", "is one of the records checked"),
    "applies-to": Text("规则对此人适用", "the rule is about this person"),
    "no-leave": Text("没有批准的请假覆盖", "no approved leave covers it"),
    "hold": Text("在冻结中", "is on hold"),
    "require": Text("达到要求", "meets the requirement"),
    "deadline-over": Text("期限已过", "the deadline has passed"),
}
_REASONS: dict[str, Text] = {
    "exempt": Text("不属于本规则的情形", "the rule does not apply"),
    "open": Text("期间还没有结束，到期再判", "the period is still open"),
    "complies": Text("达到要求，或确定不构成违反", "the requirement is met, or it is certainly no violation"),
    "not-due": Text("期限在截止日之后，到期再判", "the deadline is after the cut-off"),
    "due-unknown": Text("期限算不出来", "the deadline cannot be told"),
    "unknown": Text(
        "有读不出或不能确定的，不判违反也不判符合", "something cannot be read or told: neither fail nor pass"
    ),
    "confirmed": Text("未达要求，经人员确认", "the requirement is not met, and people confirmed it"),
    "denied": Text("未达要求，但人员确认不属实", "the requirement is not met, but people denied it"),
    "unconfirmed": Text(
        "未达要求，尚缺人员确认", "the requirement is not met, and nobody has confirmed it yet"
    ),
    "fails": Text("规则适用而要求未达到", "the rule applies and the requirement is not met"),
}
_GIVEN: dict[str, Text] = {
    "not_checked": Text(
        "尚缺人员确认，或确认不足、互相矛盾",
        "nobody has confirmed it, or too few, or they contradict each other",
    ),
    "undetermined": Text(
        "有读不出或不能确定的，不判违反也不判符合", "something cannot be read or told: neither fail nor pass"
    ),
    "no_data": Text("没有可以计算的记录", "there is no record to reckon with"),
    "not_applicable": Text("没有可以计算的记录", "there is no record to reckon with"),
}
_SILENT: dict[str, Text] = {
    "no-record": Text(
        "{log}（共 {n} 条）里没有该对象的记录", "{log} ({n} rows) has no record of the subject"
    ),
    "not-in-run": Text(
        "{log}里该对象的 {n} 条记录都不在本期",
        "none of the {n} rows of the subject in {log} is in this period",
    ),
    "not-listed": Text("{log}（共 {n} 条）里没有该对象", "the subject is not in {log} ({n} rows)"),
    "not-there": Text(
        "{log}里有该对象，但在本期应办的日子里不在册",
        "the subject is in {log}, but was not there when this was due",
    ),
    "no-period": Text("本期没有到期的期间", "no period of this rule ends or falls due in this run"),
}


def render(trace: Trace, teller: Teller, width: int = 100) -> str:
    """Give the whole trace as text."""
    lines = [*_head(trace, teller), "", *_read(trace, teller)]
    full, brief = _sorted(trace)
    for case in full:
        lines += ["", *_case(case, teller)]
    if brief or (trace.elsewhere and full):
        lines += ["", teller.say("其余", "The rest"), *_brief(brief, teller, trace)]
    lines += _silent(trace, teller)
    return "\n".join(_wrapped(lines, width)) + "\n"


def _wrapped(lines: Sequence[str], width: int) -> Iterator[str]:
    for line in lines:
        indent = len(line) - len(line.lstrip())
        first, *more = wrap(line.strip(), max(30, width - indent)) or [""]
        yield (" " * indent + first).rstrip()
        yield from (
            " " * (indent + 4) + part for piece in more for part in wrap(piece, max(30, width - indent - 4))
        )


def _head(trace: Trace, teller: Teller) -> Iterator[str]:
    rule = trace.rule
    yield f"{rule.id}  {rule.title.pick(teller.lang)}  {rule.clause}"
    names = " ".join(part for pair in trace.names[:1] for part in pair if part)
    who = names or trace.wanted or teller.say("全部", "everyone")
    as_of = trace.as_of.isoformat().removesuffix("T00:00:00")
    span = f"{trace.period.start} ~ {trace.period.end}"
    yield teller.say(f"对象 {who}  期间 {span}  截止 {as_of}", f"subject {who}  period {span}  as of {as_of}")
    if rule.status not in ("active", "trial"):
        yield teller.say(
            f"本规则状态为 {rule.status}，check 不会执行", f"the rule is {rule.status}: check does not run it"
        )


def _read(trace: Trace, teller: Teller) -> Iterator[str]:
    yield teller.say("读了什么", "What was read")
    rows = [(teller.speak.log(one.log), input_name(one), one.rows) for one in trace.read if one.rows]
    merged = Counter[tuple[str, str]]()
    for log, name, count in rows:
        merged[log, name] += count
    wide = max((_cells(log) for log, _ in merged), default=0)
    for (log, name), count in sorted(merged.items()):
        yield f"    {pad(log, wide)}  {name}  {teller.say(f'{count} 行', f'{count} rows')}"
    for log in trace.missing:
        yield f"    {teller.speak.log(log)}  {teller.say('没有交来，无法核对（缺台账）', 'not handed in: no data')}"


def _cells(text: str) -> int:
    from rich.cells import cell_len

    return cell_len(text)


def _sorted(trace: Trace) -> tuple[list[Case], list[Case]]:
    """Give the cases to tell in full, and those to tell in a line."""
    judged = [one for one in trace.cases if one.judged]
    wrong = [one for one in judged if one.outcome in WRONG]
    full = (
        judged if trace.record else wrong or [c for c in judged if c.outcome == "pass"][:1] or judged[:1]
    )[:FULL]
    if trace.record and not full:
        full = list(trace.cases[:FULL])
    return full, [one for one in trace.cases if not any(one is other for other in full)]


def _title(case: Case, teller: Teller) -> str:
    who = " ".join(str(value) for value in case.subject.values() if value not in (None, ""))
    parts = [
        who,
        case.period or "",
        case.record or "",
        "" if case.period else teller.value(case.at) if case.at else "",
    ]
    place = teller.place(case.spot) if case.spot else ""
    return "  ".join(part for part in (*parts, place) if part)


def _case(case: Case, teller: Teller) -> Iterator[str]:
    options = Options(teller.lang)
    yield f"[{word(case.outcome, options)}] {_title(case, teller)}"
    if not case.judged:
        yield "  " + teller.say("不在本期，不判", "not in this run, not judged")
    yield "  " + teller.say("逐条核对", "Step by step")
    for one in case.asked:
        yield from _asked(one, case, teller)
    for counted in case.counted:
        yield from _counted(counted, case, teller)
    if case.run:
        yield "  " + teller.say("连续情况", "Results in order")
        yield "    " + "  ".join(
            f"{one.label} {_RUN[one.result].pick(teller.lang)}" for one in case.run[-LINES:]
        )
    figures = [f"{name} {said}" for name, said in shown_values(teller, case)]
    if figures:
        yield "  " + teller.say("数值", "Values")
        yield "    " + teller.say("；", "; ").join(figures)
    yield "  " + teller.say("结论", "Outcome")
    because = _GIVEN.get(case.outcome) if case.reason == "given" else _REASONS[case.reason]
    said = because.pick(teller.lang) if because else ""
    yield f"    {word(case.outcome, options)}{teller.say('：', ': ')}{said}"
    yield from _finding(case, teller)
    yield from _changes(case, teller)


_RUN = {
    "fail": Text("不合格", "fail"),
    "pass": Text("合格", "pass"),
    "skip": Text("无结果", "none"),
    "maybe": Text("不能确定", "not known"),
}


def _asked(one: Asked, case: Case, teller: Teller) -> Iterator[str]:
    yield f"    {MARKS[one.truth]} {_ROLES[one.role].pick(teller.lang)}"
    if one.tree is not None:
        yield from _node(one.tree, case, teller, 6)
    if one.role == "require" and one.tree is None and (met := list(_met(case, teller))):
        yield f"        {teller.say('，', ', ').join(met)}"
    if one.tree is None or (one.truth is None and not any(leaf.gaps for leaf in one.tree.leaves())):
        yield from (f"        {teller.gap(gap)}" for gap in one.gaps)


_MET: dict[str, Text] = {
    "actual": Text("实际", "actual"),
    "length": Text("连续", "in a row"),
    "min": Text("至少", "at least"),
    "max": Text("至多", "at most"),
    "more_than": Text("须大于", "more than"),
    "less_than": Text("须小于", "less than"),
    "limit": Text("限值", "limit"),
    "keep_through": Text("保存至", "kept through"),
    "conclusion": Text("结论", "conclusion"),
}


def _met(case: Case, teller: Teller) -> Iterator[str]:
    """Give the figures that the requirement compares."""
    told = dict(shown_values(teller, case))
    if len(told.keys() & {"min", "max", "more_than", "less_than"}) == 1:
        told.pop("limit", None)
    yield from (f"{word.pick(teller.lang)} {told[name]}" for name, word in _MET.items() if name in told)


def _node(node: Node, case: Case, teller: Teller, indent: int) -> Iterator[str]:
    space = " " * indent
    if node.kind == "leaf":
        met = teller.actual(node)
        yield f"{space}{MARKS[node.truth]} {teller.condition(node, case.version)}{teller.say('    实际：', '    found: ')}{met}"
        return
    if node.kind != "all" or indent > 6:
        said = {"any": ("任一即可", "any of"), "all": ("同时", "all of"), "not": ("并非", "not")}[node.kind]
        yield f"{space}{MARKS[node.truth]} {teller.say(*said)}"
        indent += 2
    for part in node.parts:
        yield from _node(part, case, teller, indent)


def _counted(one: Counted, case: Case, teller: Teller) -> Iterator[str]:
    if one.name == "leave_whole" or (one.name == "leave_part" and not one.rows):
        return  # leave that covers a part is told; what covers the whole is among it
    head = f"  {teller.speak.log(one.log)}{teller.say('：', ': ')}"
    said = [teller.say(f"算数 {one.sure} 条", f"{one.sure} count")]
    said += [teller.say(f"不能确定 {one.doubtful} 条", f"{one.doubtful} may count")] if one.doubtful else []
    said += [teller.say(f"另有 {one.more} 条不算", f"{one.more} more do not")] if one.more else []
    yield head + teller.say("，", ", ").join(said)
    for other in one.rows:
        when = f"  {teller.value(other.at)}" if other.at is not None else ""
        why = teller.say("；", "; ").join(teller.hurdle(hurdle, case.version) for hurdle in other.hurdles)
        yield f"    {MARKS[other.truth]} {teller.place(other.spot)}{when}{'  ' + why if why else ''}"


def _finding(case: Case, teller: Teller) -> Iterator[str]:
    one, options = case.finding, Options(teller.lang)
    if one is None:
        return
    if one.superseded_by:
        yield "    " + teller.say(
            "同一行为已由另一条规则处理，本条不适用", "the same act is covered by another rule"
        )
    if one.outcome not in ("pass", "not_applicable"):
        yield f"    {one.message.pick(teller.lang)}"
    penalty = one.penalty
    if penalty is not None and penalty.fine is not None:
        yield "    " + teller.say("建议扣款 ", "proposed fine ") + f"￥{interval(penalty.fine)}"
    if penalty is not None and penalty.holds:
        yield (
            "    "
            + teller.say("暂缓：", "held: ")
            + teller.say("；", "; ").join(hold(h, options) for h in penalty.holds)
        )


def _changes(case: Case, teller: Teller) -> Iterator[str]:
    if not case.searched:
        return
    if case.reason == "open":
        return
    yield "  " + teller.say(
        "最少怎样就符合（逐一改数据重判所得）", "Least change that complies (tried and judged again)"
    )
    if not case.changes:
        yield "    " + teller.say(
            "没有找到改一两处就能符合的办法", "no change of one or two places was found"
        )
    for number, change in enumerate(case.changes, 1):
        yield f"    {number}. {teller.change(change)}"


def _which(case: Case, teller: Teller, one_subject: bool) -> str:
    who = "" if one_subject else next((str(value) for value in case.subject.values() if value), "")
    return case.record or f"{who} {case.period or ''}".strip() or _title(case, teller)


def _brief(cases: Sequence[Case], teller: Teller, trace: Trace) -> Iterator[str]:
    options = Options(teller.lang)
    groups: dict[tuple[str, str], list[Case]] = {}
    for one in cases:
        name = word(one.outcome, options) if one.judged else teller.say("不在本期", "not in this run")
        groups.setdefault((name, _why(one, teller)), []).append(one)
    for (name, why), group in list(groups.items())[:LINES]:
        which = teller.say("、", ", ").join(_which(c, teller, trace.wanted is not None) for c in group[:6])
        rest = (
            teller.say(f" 等 {len(group)} 条", f" and others, {len(group)} in all") if len(group) > 6 else ""
        )
        yield f"    {name}  {which}{rest}{'  ' + why if why else ''}"
    if len(groups) > LINES:
        yield "    " + teller.say(
            f"另有 {len(groups) - LINES} 组，见 --format json", f"{len(groups) - LINES} more: --format json"
        )
    yield from _elsewhere(trace, teller)


def _elsewhere(trace: Trace, teller: Teller) -> Iterator[str]:
    if trace.elsewhere:
        yield "    " + teller.say(f"不在本期  {trace.elsewhere} 条", f"not in this run  {trace.elsewhere}")


def _why(case: Case, teller: Teller) -> str:
    """Give the first thing that decided a quiet case."""
    if not case.judged or case.outcome != "not_applicable":
        return ""
    for one in case.asked:
        if one.role in ("require", "deadline-over", "run") or one.truth is not False:
            continue
        leaves = [leaf for leaf in one.tree.leaves() if leaf.truth is False] if one.tree else []
        if leaves:
            return f"× {teller.condition(leaves[0], case.version)}{teller.say('    实际：', '    found: ')}{teller.actual(leaves[0])}"
        return f"{MARKS[one.truth]} {_ROLES[one.role].pick(teller.lang)}"
    return ""


def _silent(trace: Trace, teller: Teller) -> Iterator[str]:
    for reason, log, count in trace.silent:
        yield ""
        said = _SILENT[reason].pick(teller.lang)
        yield teller.say("没有发现：", "Nothing fired: ") + said.format(log=teller.speak.log(log), n=count)
