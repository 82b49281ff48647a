"""What differs between two versions of a pack, as its editor wrote it: rules, numbers, logs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from checker.language.pack import Pack, Parameter, Rule
from checker.model import Text

_ASIDE = {"id", "place", "places", "params", "title", "message", "readings", "supports"}
_SAID: dict[str, Text] = {
    "clause": Text("条款", "clause"),
    "kind": Text("性质", "kind"),
    "status": Text("状态", "status"),
    "severity": Text("程度", "severity"),
    "effective": Text("生效期", "effective dates"),
    "check_kind": Text("检查方式", "kind of check"),
    "check": Text("检查内容", "check"),
    "applies_to": Text("适用对象", "applies_to"),
    "exempt": Text("请假免除", "exempt"),
    "confirmed_by": Text("人工确认", "confirmed_by"),
    "penalty": Text("处罚", "penalty"),
    "overlaps": Text("竞合", "overlaps"),
    "waivable": Text("豁免条件", "waivable"),
    "marks": Text("标注", "marks"),
    "show": Text("显示字段", "show"),
}


@dataclass(frozen=True)
class Edit:
    """One difference between two versions: `rule` is "" for what all rules of a pack share."""

    rule: str
    text: Text


def edits(old: Pack, new: Pack) -> tuple[Edit, ...]:
    """Give the differences that can move a finding, sorted by rule; wording alone is none."""
    return tuple([*_shared(old, new), *_rules(old, new)])


def _shared(old: Pack, new: Pack) -> Iterator[Edit]:
    yield from (Edit("", text) for text in _parameters(old.parameters, new.parameters))
    for name, zh, en in (
        ("people", "人员花名册的定义", "what the roster is"),
        ("regions", "片区的定义", "what the regions are"),
        ("leave", "请假的定义", "what leave is"),
        ("attestations", "人工确认的定义", "what an attestation is"),
        ("calendar_days", "节假日日历", "the calendar of holidays"),
        ("time_zone", "时区", "the time zone"),
    ):
        if getattr(old, name) != getattr(new, name):
            yield Edit("", Text(f"改了{zh}", f"changed: {en}"))
    for name in sorted(old.logs.keys() | new.logs.keys()):
        if _bare(old.logs.get(name)) != _bare(new.logs.get(name)):
            yield Edit("", Text(f"改了台账 {name} 的定义", f"changed: the log {name}"))


def _rules(old: Pack, new: Pack) -> Iterator[Edit]:
    before, after = ({rule.id: rule for rule in pack.rules} for pack in (old, new))
    for name in sorted(before.keys() | after.keys()):
        was, now = before.get(name), after.get(name)
        if was is None or now is None:
            yield Edit(
                name, Text("新增规则", "rule added") if was is None else Text("删除规则", "rule removed")
            )
            continue
        yield from (Edit(name, text) for text in (*_slots(was, now), *_parameters(was.params, now.params)))


def _slots(was: Rule, now: Rule) -> Iterator[Text]:
    for one in fields(Rule):
        before, after = getattr(was, one.name), getattr(now, one.name)
        if one.name not in _ASIDE and before != after:
            said = _SAID.get(one.name, Text(one.name))
            brief = isinstance(before, str) and isinstance(after, str)
            more = f"：{before} → {after}" if brief else ""
            yield Text(f"改了{said.zh}{more}", f"changed: {said.pick('en')}{more.replace('：', ' ')}")


def _parameters(old: Mapping[str, Parameter], new: Mapping[str, Parameter]) -> Iterator[Text]:
    for name in sorted(old.keys() | new.keys()):
        was, now = old.get(name), new.get(name)
        if was is None or now is None:
            zh, en = ("新增", "added") if was is None else ("删除", "removed")
            yield Text(f"{zh}参数 ${name}", f"parameter ${name} {en}")
            continue
        yield from _values(name, was, now)
        if was.holds_back_fines != now.holds_back_fines:
            yield _confirmed(name, now)


def _values(name: str, was: Parameter, now: Parameter) -> Iterator[Text]:
    unit = f" {now.unit}" if now.unit else ""
    for day in sorted({start for start, _ in (*was.values, *now.values)}):
        before, after = _said(was, day), _said(now, day)
        if before != after:
            yield Text(
                f"参数 ${name}，{day} 起：{before} → {after}{unit}",
                f"parameter ${name} from {day}: {before} → {after}{unit}",
            )


def _said(one: Parameter, day: date) -> str:
    value: Any = one.at(day)
    if value is None:
        return "—"
    return "、".join(map(str, value)) if isinstance(value, tuple) else str(value)


def _confirmed(name: str, now: Parameter) -> Text:
    if now.holds_back_fines:
        return Text(
            f"参数 ${name} 改为假定值：相关扣款暂缓", f"parameter ${name} is assumed now: its fines are held"
        )
    return Text(
        f"参数 ${name} 已确认：相关扣款不再暂缓", f"parameter ${name} is confirmed now: its fines are free"
    )


def _bare(log: Any) -> Any:
    """Give a log without the places it was said at, which move with every line above it."""
    from dataclasses import replace

    from checker.language.pack import NOWHERE

    if log is None:
        return None
    own = {name: replace(one, place=NOWHERE, formula_place=NOWHERE) for name, one in log.fields.items()}
    links = {name: replace(one, place=NOWHERE) for name, one in log.links.items()}
    return replace(log, fields=own, links=links, place=NOWHERE)
