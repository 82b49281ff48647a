"""A tally in plain words: what adds up, for whom, how long, and what follows at each threshold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from checker.cli.terms import SPANS, amount
from checker.cli.words import Speaker
from checker.language.adding import Tally
from checker.language.terms import units_of

_PER = {
    "person": ("每个责任人", "each liable person"),
    "region": ("每个片区", "each region"),
    "company": ("全公司", "the company"),
}


def sections(speak: Speaker, tally: Tally) -> Iterator[tuple[str, list[str]]]:
    """Give what there is to say about a tally, in the order of the sections of a rule."""
    say, clause = speak.say, speak.pack.clauses.get(tally.clause)
    severity = say("程度：", "severity: ") + tally.severity
    yield f"{tally.id}  {tally.title.pick(speak.lang)}", [say("性质：累计", "kind: tally"), severity]
    text = clause.text.pick(speak.lang) if clause else ""
    yield say("条款", "Clause"), [f"{tally.clause}  {clause.title.pick(speak.lang) if clause else ''}", text]
    yield say("对谁", "Who"), [say(*_PER[tally.per])]
    yield say("累计什么", "What adds up"), list(_added(speak, tally))
    yield say("多久以内", "Over what time"), list(_window(speak, tally))
    yield say("达到多少就怎样", "What follows"), [_step(speak, step) for step in tally.steps]
    yield say("何时起", "Since when"), list(_since(speak, tally))
    yield say("说明", "Message"), [tally.message.pick(speak.lang)]


def givers(speak: Speaker, tally: Tally) -> Iterator[str]:
    """Give the rules whose fails add to a tally, in the order of the pack."""
    for rule in speak.pack.rules:
        if (
            rule.reward is None
            and tally.unit in units_of(rule.terms)
            and rule.id in (tally.rules or (rule.id,))
        ):
            yield rule.id


def _added(speak: Speaker, tally: Tally) -> Iterator[str]:
    unit = speak.pack.units[tally.unit].title.pick(speak.lang)
    yield speak.say(f"以下规则每次违反所给的{unit}：", f"the {unit} that each fail of these rules gives:")
    for name in givers(speak, tally):
        rule = speak.pack.rule(name)
        assert rule is not None
        yield f"  {name}  {rule.title.pick(speak.lang)}: {amount(speak, rule.terms['units'][tally.unit], tally.unit)}"


def _window(speak: Speaker, tally: Tally) -> Iterator[str]:
    reset = tally.reset
    if tally.within:
        yield speak.say(f"截至当天的 {tally.within}", f"the {tally.within} that end on the day")
    if "every" in reset:
        span = SPANS.get(reset["every"], (reset["every"], reset["every"]))
        yield speak.say(*span) + speak.say("从头算起", " the sum starts anew")
    if "after" in reset:
        yield speak.say(
            f"{reset['after']} 没有再犯的，从头算起", f"anew after {reset['after']} without another"
        )


def _step(speak: Speaker, step: Mapping[str, Any]) -> str:
    parts = list(map(str, step.get("measures", ())))
    parts += [amount(speak, step["fine"])] if "fine" in step else []
    parts += [amount(speak, one, name) for name, one in step.get("units", {}).items()]
    parts += [speak.say("此后从零算起", "the sum then starts anew")] if step.get("clears") else []
    head = speak.say(f"达到 {step['at']}", f"at {step['at']}")
    return f"{head}: {speak.say('，', ', ').join(parts) or speak.say('列出', 'reported')}"


def _since(speak: Speaker, tally: Tally) -> Iterator[str]:
    if tally.start or tally.end:
        until = speak.say(f" 至 {tally.end}", f" to {tally.end}") if tally.end else ""
        yield f"{tally.start or ''}{until or speak.say(' 起', ' on')}"
    if tally.by:
        yield speak.say(f"执行：{tally.by}", f"carried out by: {tally.by}")
    if tally.waivable:
        keys = ", ".join(tally.waivable["keys"])
        yield speak.say(f"可豁免：{keys}，批准 {tally.waivable['approver']}", f"may be waived: {keys}")
