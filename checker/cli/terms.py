"""Penalties and rewards in plain words: amounts, who is liable, the Nth time, caps."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from checker.cli.words import Speaker
from checker.language.terms import NOBODY

SPANS = {
    "month": ("每月初", "every month"),
    "quarter": ("每季初", "every quarter"),
    "year": ("每年初", "every year"),
}
_HEADS = {
    "measures": ("措施", "measures"),
    "from": ("由谁承担", "paid by"),
    "to": ("奖给", "given to"),
    "by": ("执行", "carried out by"),
}


def said(speak: Speaker, raw: Mapping[str, Any] | None) -> Iterator[str]:
    """Give a penalty or reward, one line a key."""
    if not raw:
        yield speak.say("没有处罚", "no penalty")
    for key, value in (raw or {}).items():
        if key in ("fine", "credit"):
            yield amount(speak, value, key)
        elif key == "units":
            yield from (amount(speak, one, name) for name, one in value.items())
        elif key in _SPECIAL:
            yield from _SPECIAL[key](speak, value)
        else:
            yield f"{speak.say(*_HEADS.get(key, (key, key)))}: {speak.value(value, None)}"


def amount(speak: Speaker, raw: Mapping[str, Any], of: str = "fine") -> str:
    """Give a fine, a credit or an amount of a unit in words."""
    kind, spec = next(iter(raw.items()))
    unit = speak.pack.units.get(of)
    name = unit.title.pick(speak.lang) if unit else speak.say("扣款", "fine")
    name = speak.say("奖励", "credit") if of == "credit" else name
    yuan, yuan_en = ("", "") if unit else (" 元", " yuan")
    say = speak.say
    if kind == "fixed":
        return say(f"每次{name} {spec}{yuan}", f"{name} {spec}{yuan_en} each time")
    if kind == "range":
        who = spec.get("decided_by", "-")
        return say(
            f"每次{name} {spec['min']} 至 {spec['max']}{yuan}，由 {who} 核定",
            f"{name} {spec['min']} to {spec['max']}{yuan_en}, decided by {who}",
        )
    if kind == "graded":
        table = say("，", ", ").join(f"{grade} {one}" for grade, one in spec["table"].items())
        return say(f"按 {spec['by']} {name}：{table}{yuan}", f"{name} by {spec['by']}: {table}{yuan_en}")
    if kind in ("bands", "marginal"):
        how = ("分档", "by") if kind == "bands" else ("分段累计", "part by part of")
        table = say("，", ", ").join(_band(speak, one) for one in spec["table"])
        return say(
            f"按 {spec['by']} {how[0]}{name}{'（元）' if yuan else ''}：{table}",
            f"{name}{' in yuan' if yuan else ''} {how[1]} {spec['by']}: {table}",
        )
    if kind == "step":
        return _step(speak, spec, name)
    if kind == "percent":
        least = say(f"，最少 {spec['min']}", f", at least {spec['min']}") if "min" in spec else ""
        most = say(f"，最多 {spec['max']}", f", at most {spec['max']}") if "max" in spec else ""
        return (
            say(f"{name}为 {spec['of']} 的 {spec['rate']}%", f"{name}: {spec['rate']}% of {spec['of']}")
            + least
            + most
        )
    return say(f"{name}按公式：{spec}", f"{name} by formula: {spec}")


def _band(speak: Speaker, band: Mapping[str, Any]) -> str:
    head = (
        speak.say("不超过 ", "up to ") + str(band["up_to"]) if "up_to" in band else speak.say("以上", "above")
    )
    if "rate" in band:
        return f"{head}: {band['rate']}%"
    return (
        f"{head}: {band['fine']}"
        if "fine" in band
        else head + speak.say(f": 每一 {band['each']}", f": {band['each']} each")
    )


def _step(speak: Speaker, spec: Mapping[str, Any], name: str) -> str:
    over = speak.say(f"超过 {spec['over']} 的部分，", f" above {spec['over']}") if "over" in spec else ""
    base = speak.say(f"{spec['base']}，另", f" {spec['base']} and") if "base" in spec else ""
    begun = spec.get("started", True)
    each = speak.say("每开始", "each started") if begun else speak.say("每满", "each full")
    return speak.say(
        f"按 {spec['by']} {name}：{base}{over}{each} {spec['every']} 计 {spec['amount']}",
        f"{name} by {spec['by']}:{base} {spec['amount']} for {each} {spec['every']}{over}",
    )


def _cap(speak: Speaker, raw: Mapping[str, Any]) -> Iterator[str]:
    if "per" in raw:
        yield speak.say(f"封顶：每 {raw['per']} {raw['max']} 元", f"at most {raw['max']} yuan a {raw['per']}")
    if "each" in raw:
        yield speak.say(f"封顶：每次 {raw['each']} 元", f"at most {raw['each']} yuan a time")


def _cause(speak: Speaker, raw: Mapping[str, Any]) -> Iterator[str]:
    nobody = speak.say("无人承担", "nobody")
    pairs = (f"{cause} → {nobody if name == NOBODY else name}" for cause, name in raw["table"].items())
    yield speak.say(f"由谁承担，看 {raw['by']}：", f"who pays, by {raw['by']}: ") + speak.say(
        "，", ", "
    ).join(pairs)


def _share(speak: Speaker, raw: Mapping[str, Any]) -> Iterator[str]:
    among = speak.value(raw["among"], None)
    parts = raw.get("percent", raw.get("weights"))
    told = speak.say("均摊", "equally") if parts is None else speak.value(parts, None)
    told += "%" if "percent" in raw else ""
    yield speak.say(f"由 {among} 分摊：{told}", f"shared by {among}: {told}")


def _escalation(speak: Speaker, raw: Mapping[str, Any]) -> Iterator[str]:
    """Give one line a step; the window stands before each, as people read single lines."""
    for step in raw["steps"]:
        word = next(word for word in ("nth", "from", "each") if word in step)
        number = step[word]
        zh = {"nth": f"第 {number} 次", "from": f"第 {number} 次起", "each": f"每 {number} 次"}[word]
        en = {"nth": f"number {number}", "from": f"from number {number}", "each": f"every {number}"}[word]
        head = (
            speak.say(f"{raw['within']} 内{zh}", f"{en} within {raw['within']}")
            if "within" in raw
            else speak.say(zh, en)
        )
        more = [amount(speak, step["fine"])] if "fine" in step else []
        more += [amount(speak, one, name) for name, one in step.get("units", {}).items()]
        yield f"{head}: " + speak.say("，", ", ").join([*more, *step.get("measures", ())])
    reset = raw.get("reset", {})
    if "every" in reset:
        yield speak.say(*SPANS[reset["every"]]) + speak.say("从头算起", " the count starts anew")
    if "after" in reset:
        yield speak.say(
            f"{reset['after']} 没有再犯的，从头算起", f"anew after {reset['after']} without another"
        )


_SPECIAL = {"cap": _cap, "from_cause": _cause, "share": _share, "escalation": _escalation}
