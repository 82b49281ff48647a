"""The difference as terminal text, only with characters that a Chinese Windows console has."""

from __future__ import annotations

from collections.abc import Iterator

from checker.impact.compare import HOWS, Change, How, Side
from checker.impact.guard import Stop
from checker.impact.run import Outlook
from checker.impact.stands import Stand
from checker.model import Text
from checker.reports.options import Options, flat, place, when, who, word, yuan
from checker.reports.table import Column, table

MOST = 200  # changes listed one by one; the JSON and the page hold all of them
HOW: dict[How, Text] = {
    "appears": Text("新增", "appears"),
    "vanishes": Text("消失", "vanishes"),
    "changes": Text("变化", "changes"),
}


def render(found: Outlook, options: Options) -> str:
    """Give the whole comparison, wrapped to `options.width`."""
    lines = [*_head(found, options), *_stops(found, options), *_edits(found, options), *_sums(found, options)]
    lines += [*_by_rule(found, options), *_one_by_one(found, options), *_figures(found, options)]
    return "\n".join(lines) + "\n"


def say(options: Options, zh: str, en: str) -> str:
    """Give the text of the language."""
    return Text(zh, en).pick(options.lang)


def signed(fen: int) -> str:
    """Give fen as yuan with their sign.

    >>> signed(500), signed(-20), signed(0)
    ('+5.00', '-0.20', '0.00')
    """
    return f"+{yuan(fen)}" if fen > 0 else yuan(fen)


def standing(side: Stand | None, options: Options) -> str:
    """Give where a finding stands in few words: outcome, amount, measures, holds."""
    if side is None:
        return "—"
    one, parts = side.finding, [word(side.finding.outcome, options)]
    if one.penalty and one.penalty.fine:
        parts.append(f"￥{yuan(one.penalty.fine.proposed)}")
    parts += [*(one.penalty.measures if one.penalty else ())]
    if one.penalty and one.penalty.holds:
        parts.append(say(options, "暂缓", "held"))
    if one.waiver:
        parts.append(say(options, "已豁免", "waived"))
    return " ".join(parts)


def _head(found: Outlook, options: Options) -> Iterator[str]:
    run, old, new = found.run, found.impact.old, found.impact.new
    span = f"{run.period.start} ~ {run.period.end}"
    cut = run.as_of.removesuffix("T00:00:00")
    yield say(
        options,
        f"{run.pack} {new.version}  对比 {found.against}（{old.version}）  期间 {span}  截止 {cut}",
        f"{run.pack} {new.version}  against {found.against} ({old.version})  period {span}  as of {cut}",
    )


def _stops(found: Outlook, options: Options) -> Iterator[str]:
    if found.stops:
        yield ""
        yield say(
            options,
            "停：下列规则命中的人太多，先核对台账和规则再用",
            "Stop: these rules hit too many people: check the log or the rule first",
        )
    for one in found.stops:
        yield f"  {one.rule}  {stop_said(one, options)}"


def stop_said(one: Stop, options: Options) -> str:
    """Give how many people a rule hits, and of how many."""
    if not one.of:
        return say(options, f"{one.people} 人", f"{one.people} people")
    share = f"{one.people * 100 / one.of:.1f} %"
    return say(
        options,
        f"{one.people} 人，占花名册 {one.of} 人的 {share}",
        f"{one.people} people, {share} of the {one.of} on the roster",
    )


def _edits(found: Outlook, options: Options) -> Iterator[str]:
    yield ""
    yield say(options, "改了什么", "What was edited")
    for one in found.edits:
        yield f"  {one.rule or say(options, '全包', 'whole pack')}  {one.text.pick(options.lang)}"
    if not found.edits:
        yield say(options, "  没有改动能影响核查结果的内容", "  nothing that could move a finding")


def _sums(found: Outlook, options: Options) -> Iterator[str]:
    impact = found.impact
    counts = say(options, "，", ", ").join(
        f"{HOW[how].pick(options.lang)} {impact.count(how)}" for how in HOWS
    )
    roster = (
        say(options, f"（花名册 {impact.people} 人）", f" ({impact.people} on the roster)")
        if impact.people
        else ""
    )
    yield ""
    yield say(
        options,
        f"影响  {counts}；涉及 {impact.people_touched} 人{roster}",
        f"Impact  {counts}; {impact.people_touched} people{roster}",
    )
    for zh, en, (old, new, more) in sums(impact.old, impact.new):
        yield f"  {say(options, zh, en)}  {old} → {new}" + (f"  ({more})" if more else "")


def sums(old: Side, new: Side) -> Iterator[tuple[str, str, tuple[str, str, str]]]:
    """Give what to compare of the two versions as a whole: its name in both languages, old, new, difference."""
    fen = new.fen - old.fen
    yield (
        "不符合",
        "violations",
        (str(old.violations), str(new.violations), _more(new.violations - old.violations)),
    )
    yield "涉及人数", "people", (str(old.people), str(new.people), _more(new.people - old.people))
    yield (
        "建议扣款",
        "proposed fines",
        (f"￥{yuan(old.fen)}", f"￥{yuan(new.fen)}", signed(fen) if fen else ""),
    )


def _more(number: int) -> str:
    return f"{number:+d}" if number else ""


def _by_rule(found: Outlook, options: Options) -> Iterator[str]:
    rows = found.impact.rows()
    if not rows:
        return
    yield ""
    yield say(options, "按规则和月份", "By rule and month")
    heads = [("规则", "rule"), ("月份", "month"), *((HOW[how].zh, HOW[how].en) for how in HOWS)]
    heads += [("人数", "people"), ("扣款差（元）", "yuan")]
    columns = [
        Column(say(options, *head), 12 if i == 0 else None, right=i > 1) for i, head in enumerate(heads)
    ]
    cells = [
        [
            one.rule,
            one.month,
            *(str(n or "") for n in (one.appears, one.vanishes, one.changes, one.people)),
            signed(one.fen),
        ]
        for one in rows
    ]
    yield from table(columns, cells, options.width)


def _one_by_one(found: Outlook, options: Options) -> Iterator[str]:
    changes = found.impact.changes
    if not changes:
        return
    yield ""
    yield say(options, "逐条", "One by one")
    heads = (
        ("变动", "change"),
        ("规则", "rule"),
        ("对象", "subject"),
        ("期间/日期", "period"),
        ("原来", "old"),
        ("现在", "new"),
        ("说明与依据", "message and evidence"),
    )
    columns = [Column(say(options, *head), 10 if i in (1, 2, 6) else None) for i, head in enumerate(heads)]
    yield from table(columns, [_change(one, options) for one in changes[:MOST]], options.width)
    if len(changes) > MOST:
        more = len(changes) - MOST
        yield say(
            options,
            f"另有 {more} 条，见 --format json 或 html",
            f"and {more} more: see --format json or html",
        )


def _change(one: Change, options: Options) -> list[str]:
    finding = one.shown.finding
    rows = [place(row) for row in finding.evidence[:3]]
    message = flat(one.shown.message.pick(options.lang))
    return [
        HOW[one.how].pick(options.lang),
        one.shown.rule,
        who(finding),
        when(finding),
        standing(one.old, options),
        standing(one.new, options),
        "\n".join([message, *rows]),
    ]


def _figures(found: Outlook, options: Options) -> Iterator[str]:
    if found.impact.figures:
        yield ""
        yield say(options, "统计有变化", "Statistics that differ")
    for rule, number in found.impact.figures.items():
        yield say(options, f"  {rule}  {number} 个数", f"  {rule}  {number} figures")
