"""A rule in plain words, Chinese or English: predicates, checks and penalties as people would say them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from checker.language.pack import Field, Log, Pack, Rule
from checker.model import Lang, Text

OPS: dict[str, Text] = {
    "is": Text("为", "is"),
    "is_not": Text("不为", "is not"),
    "in": Text("属于", "is one of"),
    "not_in": Text("不属于", "is none of"),
    "more_than": Text("大于", "is more than"),
    "at_least": Text("不小于", "is at least"),
    "less_than": Text("小于", "is less than"),
    "at_most": Text("不大于", "is at most"),
    "between": Text("介于", "lies between"),
    "matches": Text("符合样式", "matches"),
    "contains": Text("包含", "contains"),
    "starts_with": Text("开头为", "starts with"),
}
KINDS: dict[str, Text] = {
    "each": Text("每条记录都须满足条件", "every record must meet a condition"),
    "due": Text("每个对象每期都须按时提交", "every subject must file in time, every period"),
    "aggregate": Text("按对象和期间合计后与限值比较", "figures by subject and period, compared with a limit"),
    "streak": Text("连续多次不合格", "so many failures in a row"),
    "respond": Text("有甲事则须有乙事相应", "one record must be answered by another"),
    "retain": Text("保存到规定期限", "kept until the prescribed day"),
    "attest": Text("由人员书面确认", "stated by people in writing"),
    "coverage": Text("记录盖住多少时间，或空出多少", "how much time records cover, or leave uncovered"),
    "timetable": Text("计划的每个时刻都须有各自的记录", "every planned moment needs a record of its own"),
}
NAMES: dict[str, Text] = {
    "log": Text("台账", "log"),
    "where": Text("其中", "where"),
    "require": Text("须满足", "must have"),
    "to": Text("甲事", "after"),
    "with": Text("乙事", "there must be"),
    "match": Text("对应字段", "matched by"),
    "within": Text("时限", "within"),
    "early": Text("可提前", "may come early by"),
    "per": Text("对象", "per"),
    "every": Text("每", "every"),
    "by": Text("截止", "by"),
    "at": Text("日期字段", "dated by"),
    "from": Text("起算", "from"),
    "due": Text("到期", "due"),
    "at_least": Text("不少于", "at least"),
    "at_most": Text("不超过", "at most"),
    "more_than": Text("多于", "more than"),
    "less_than": Text("少于", "less than"),
    "take": Text("取", "figure"),
    "of": Text("字段", "of"),
    "that": Text("符合者", "that"),
    "length": Text("连续次数", "in a row"),
    "period": Text("期间字段", "period field"),
    "keep": Text("保存", "keep"),
    "start": Text("起", "from"),
    "disposed": Text("销毁日期", "disposed on"),
    "clause": Text("确认条款", "attested clause"),
    "signers": Text("确认人数", "signers"),
    "between": Text("每日时段", "in the daily window"),
    "days": Text("哪些日子", "on which days"),
    "subjects": Text("对象范围", "subjects"),
    "key": Text("键", "key"),
    "minus": Text("扣除", "without"),
    "day": Text("整日", "the whole day"),
    "everyone": Text("对所有对象", "for every subject"),
    "times": Text("时刻", "at"),
    "first": Text("自", "from"),
    "step": Text("每隔", "every"),
    "last": Text("至", "until"),
    "plan": Text("计划", "planned in"),
    "tolerance": Text("前后允许", "give or take"),
    "late": Text("可推后", "may be late by"),
    "until": Text("保存到", "until"),
    "any_of": Text("任一", "any of"),
    "all_of": Text("同时", "all of"),
    "not": Text("并非", "not"),
    "complete": Text("填写齐全", "all filled in"),
}


FIELDS: dict[str, Text] = {"to": Text("止", "until"), "from": Text("起", "from")}
LISTS: dict[str, Text] = {"within": Text("只算其中", "only within"), "minus": Text("扣除", "without")}
"""What keys mean whose value is a field, or a list of records, where they mean something else besides."""


@dataclass(frozen=True)
class Speaker:
    """Says things about the rules of one pack in one language."""

    pack: Pack
    lang: Lang

    def say(self, zh: str, en: str) -> str:
        """Give the text of the language."""
        return zh if self.lang == "zh" else en

    def field(self, name: str, log: str | None) -> str:
        """Give a field as its header names it; in English its own name."""
        entry = self.pack.logs[log].fields.get(name) if log and log in self.pack.logs else None
        if entry is None and log and log in self.pack.logs:
            entry = self.linked(name, self.pack.logs[log])
        return entry.header or name if entry and self.lang == "zh" else name

    def linked(self, name: str, log: Log) -> Field | None:
        """Give the field from which a link takes a column."""
        for link in log.links.values():
            if name in link.take:
                return (log if link.previous else self.pack.logs[link.log]).fields.get(link.take[name])
        return None

    def log(self, name: str) -> str:
        """Give a log by its title."""
        entry = self.pack.logs.get(name)
        return (entry.title.pick(self.lang) or name) if entry else name

    def value(self, raw: Any, log: str | None) -> str:
        """Give an operand: a literal, a parameter, another field, a formula."""
        if isinstance(raw, Mapping):
            return self.field(raw["field"], log) if "field" in raw else str(raw.get("formula", dict(raw)))
        if isinstance(raw, (list, tuple)):
            return self.say("、", ", ").join(self.value(one, log) for one in raw)
        if isinstance(raw, bool):
            return self.say("是" if raw else "否", "yes" if raw else "no")
        return "-" if raw is None else str(raw)

    def predicate(self, raw: Mapping[str, Any] | None, log: str | None) -> str:
        """Give a predicate as one sentence."""
        parts = [self._entry(key, value, log) for key, value in (raw or {}).items()]
        return self.say("；", "; ").join(parts)

    def _entry(self, key: str, value: Any, log: str | None) -> str:
        if key in ("any_of", "all_of"):
            joint = self.say(" 或 ", " or ") if key == "any_of" else self.say(" 且 ", " and ")
            return "(" + joint.join(self.predicate(one, log) for one in value) + ")"
        if key == "not":
            return f"{NAMES['not'].pick(self.lang)} ({self.predicate(value, log)})"
        if key == "complete":
            names = value if isinstance(value, (list, tuple)) else [value]
            said = self.say("、", ", ").join(self.field(str(one), log) for one in names)
            return f"{NAMES['complete'].pick(self.lang)}: {said}"
        return self.say("，", ", ").join(
            self._condition(key, op, operand, log) for op, operand in value.items()
        )

    def _condition(self, key: str, op: str, operand: Any, log: str | None) -> str:
        name = self.field(key, log)
        if op == "present":
            return f"{name} " + (
                self.say("已填", "is filled in") if operand else self.say("空白", "is blank")
            )
        word = OPS[op].pick(self.lang) if op in OPS else op
        return f"{name} {word} {self.value(operand, log)}"

    def check(self, rule: Rule) -> Iterator[str]:
        """Give a check: its kind in one sentence, then one line a key."""
        yield KINDS[rule.check_kind].pick(self.lang)
        yield from self._map(rule.check, None, "  ")

    def _map(self, raw: Mapping[str, Any], log: str | None, indent: str) -> Iterator[str]:
        log = raw.get("log", log)
        for key, value in raw.items():
            names = (
                FIELDS
                if isinstance(value, str) and key in FIELDS
                else LISTS
                if isinstance(value, list)
                else {}
            )
            name = names.get(key) or NAMES.get(key)
            head = indent + (name.pick(self.lang) if name else key)
            if key in ("where", "require", "that", "hold"):
                yield f"{head}: {self.predicate(value, log)}"
            elif isinstance(value, Mapping):
                yield head + ":"
                yield from self._map(value, log, indent + "  ")
            elif isinstance(value, list) and value and isinstance(value[0], Mapping):
                for one in value:
                    yield head + ":"
                    yield from self._map(one, log, indent + "  ")
            elif key in ("log", "per") and value in self.pack.logs:
                yield f"{head}: {self.log(value)} ({value})"
            else:
                yield f"{head}: {self.value(value, log)}"

    def penalty(self, raw: Mapping[str, Any] | None) -> Iterator[str]:
        """Give what follows a violation, or what a merit earns."""
        from checker.cli.terms import said

        return said(self, raw)
