"""The words of a trace: values, conditions, gaps, rows that missed and changes, in Chinese or English."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from checker.cli.words import Speaker
from checker.findings import values
from checker.language.pack import Field, Pack, Rule
from checker.model import Input, Lang, Text, Value
from checker.reports.options import flat
from checker.trace.model import Case, Change, Edit, Gap, Hurdle, Node, Spot

MARKS = {True: "√", False: "×", None: "?"}
_UNITS = {"seconds": "秒", "minutes": "分钟", "hours": "小时", "days": "天"}
_GAPS: dict[str, Text] = {
    "blank": Text("空白", "blank"),
    "unreadable": Text("读不出", "unreadable"),
    "no-row": Text("没有找到对应的记录", "no such row"),
    "doubtful": Text("有记录不知是否算数", "rows that may or may not count"),
    "unset": Text("参数没有设定值", "a parameter has no value"),
    "partly": Text("请假只覆盖一部分", "leave covers only a part"),
    "none": Text("由现有数据得不出数值", "what is there gives no value"),
    "doubt": Text("先前的结果不能确定", "earlier results are not known"),
}
_OPS = {
    "ge": Text("须不早于", "must not be before"),
    "gt": Text("须晚于", "must be after"),
    "le": Text("须不晚于", "must not be after"),
    "lt": Text("须早于", "must be before"),
    "eq": Text("须等于", "must be"),
    "ne": Text("须不同于", "must differ from"),
}


@dataclass(frozen=True)
class Teller:
    """Says the parts of a trace in one language."""

    pack: Pack
    rule: Rule
    lang: Lang

    @property
    def speak(self) -> Speaker:
        """Give who says rules."""
        return Speaker(self.pack, self.lang)

    def say(self, zh: str, en: str) -> str:
        """Give the text of the language."""
        return zh if self.lang == "zh" else en

    def entry(self, log: str | None, name: str) -> Field | None:
        """Give the declaration of a field, or of the field a link takes it from."""
        known = self.pack.logs.get(log or "")
        return (known.fields.get(name) or self.speak.linked(name, known)) if known else None

    def value(self, value: Value, entry: Field | None = None, unit: str | None = None) -> str:
        """Give a value as people read it; what is masked in reports is masked here."""
        if value is None:
            return self.say("空白", "blank")
        if isinstance(value, bool):
            return self.say("是" if value else "否", "yes" if value else "no")
        if entry is not None and entry.mask:
            return values.mask(str(value))
        kind = entry.type if entry else ""
        if kind == "time" or unit == "time":
            return values.clock(int(value))  # type: ignore[arg-type]
        if kind == "duration" or (unit in values.MICROSECONDS and isinstance(value, int)):
            return self.length(int(value), (entry.unit if entry else unit) or "minutes")  # type: ignore[arg-type]
        return flat(values.words(value)) or self.say("空白", "blank")

    def length(self, micros: int, unit: str = "minutes") -> str:
        """Give a length of time with its unit."""
        return f"{values.in_unit(micros, unit)} {self.say(_UNITS.get(unit, unit), unit)}"

    def place(self, spot: Spot) -> str:
        """Give file, sheet and row."""
        return flat(spot.file + (f"[{spot.sheet}]" if spot.sheet else "") + f":{spot.row}")

    def gap(self, one: Gap) -> str:
        """Give why something is not known, with its cell."""
        said = _GAPS[one.why].pick(self.lang)
        if note := flat(one.note.pick(self.lang)):
            said += self.say(f"：{note}", f": {note}")
        elif one.found:
            said += self.say(f"“{flat(one.found)}”", f" '{flat(one.found)}'")
        if one.field and one.log and self.entry(one.log, one.field):
            said = f"{self.speak.field(one.field, one.log)} {said}"
        if one.spot is not None:
            return (
                f"{said}（{self.place(one.spot)}）"
                if self.lang == "zh"
                else f"{said} ({self.place(one.spot)})"
            )
        return f"{said}: {self.speak.log(one.log)}" if one.log else said

    def condition(self, node: Node, version: Value) -> str:
        """Give a single condition as written, with the value of its parameter or of the other side."""
        one = node.condition
        if one is None:
            return ""
        said = self.speak.predicate({one.field: {one.op: one.operand}}, one.log)
        entry = self.entry(one.log, one.field)
        if isinstance(one.operand, str) and one.operand.startswith("$"):
            parameter = self.pack.parameter(self.rule, one.operand[1:])
            held = parameter.at(version) if parameter and isinstance(version, date) else None
            limit = values.said(held).pick(self.lang) if held is not None else self.say("未设定", "not set")
            return said.replace(one.operand, limit)
        if isinstance(one.operand, Mapping):
            unknown = self.say("未知", "not known")
            limit = self.value(node.limit, entry) if node.limit is not None else unknown
            return f"{said} [{limit}]"
        return said

    def actual(self, node: Node) -> str:
        """Give the value a condition met, or why there is none."""
        if node.condition is None:
            return ""
        if node.actual is None and node.gaps:
            return self.say("；", "; ").join(map(self.gap, node.gaps))
        met = self.value(node.actual, self.entry(node.condition.log, node.condition.field))
        why = self.say("；", "; ").join(map(self.gap, node.gaps)) if node.truth is None else ""
        return f"{met}{self.say('；', '; ')}{why}" if why else met

    def hurdle(self, one: Hurdle, version: Value) -> str:
        """Give why a row of another log does not count."""
        if one.node is not None:
            leaves = [leaf for leaf in one.node.leaves() if leaf.truth is not True] or list(one.node.leaves())
            told = (f"{self.condition(leaf, version)}: {self.actual(leaf)}" for leaf in leaves)
            return self.say("；", "; ").join(told)
        if one.gaps:
            return self.say("；", "; ").join(map(self.gap, one.gaps))
        if one.op in ("period", "key"):
            what = self.say("属于", "of ") + self.value(one.left)
            return what + self.say(f"，不是 {self.value(one.right)}", f", not {self.value(one.right)}")
        if one.op in _OPS:
            return self._compared(one)
        return self.say("不合规则的其他条件", "another condition of the rule does not hold")

    def _compared(self, one: Hurdle) -> str:
        limit = f"{_OPS[one.op].pick(self.lang)} {self.value(one.right)}"
        if isinstance(one.left, datetime) and isinstance(one.right, datetime):
            missed = self._missed(one.left - one.right)
            return f"{missed}{self.say('（', ' (')}{limit}{self.say('）', ')')}"
        return f"{self.value(one.left)}{self.say('，', ', ')}{limit}"

    def _missed(self, by: timedelta) -> str:
        """Give by how much a moment missed another, in days, hours and minutes."""
        minutes = abs(int(by.total_seconds())) // 60
        parts = [
            (minutes // 1440, "天", "d"),
            (minutes // 60 % 24, "小时", "h"),
            (minutes % 60, "分钟", "min"),
        ]
        said = " ".join(f"{n} {self.say(zh, en)}" for n, zh, en in parts if n) or self.say("0 分钟", "0 min")
        late = by > timedelta(0)
        return self.say("晚 " if late else "早 ", "") + said + self.say("", " late" if late else " early")

    def change(self, one: Change) -> str:
        """Give a change of the data as one sentence; of several rows taken away, each."""
        said = self.say("；", "; ").join(map(self.edit, one.edits))
        end = {
            "pass": "",
            "not_applicable": self.say("（改后不再属于本规则的情形）", " (the rule then speaks no more)"),
        }
        return said + end[one.then]

    def edit(self, one: Edit) -> str:
        """Give one edit."""
        log = self.speak.log(one.log)
        if one.act == "remove":
            where = self.place(one.spot) if one.spot else ""
            return self.say(f"{log}少一条（{where}）", f"one row less in {log} ({where})")
        cells = self.say("，", ", ").join(self._cell(one, name) for name in one.values)
        if one.act == "add":
            return self.say(f"{log}多 {one.times} 条：{cells}", f"{one.times} more in {log}: {cells}")
        where = self.place(one.spot) if one.spot else ""
        return f"{log} {where}{self.say('：', ': ')}{cells}"

    def _cell(self, one: Edit, name: str) -> str:
        entry = self.entry(one.log, name)
        field, value = self.speak.field(name, one.log), one.values[name]
        if name in one.free:
            return self.say(f"填写{field}", f"{field} filled in")
        if value is None:
            return self.say(f"{field}空着", f"{field} left blank")
        said = f"{field} {self.value(value, entry)}"
        if one.act == "set" and one.before:
            unread = self.say("读不出", "unreadable")
            before = unread if name in one.unread else self.value(one.before[name], entry)
            return f"{field} {before} -> {self.value(value, entry)}"
        late = isinstance(value, date) and self._is_date_of(one.log, name)
        return self.say(f"{said} 以前", f"{said} or before") if late else said

    def _is_date_of(self, log: str, name: str) -> bool:
        return name in (self.pack.logs[log].date, str(self.rule.check.get("at")))


def input_name(one: Input) -> str:
    """Give the name of a file or sheet that was read."""
    return flat(one.file + (f"[{one.sheet}]" if one.sheet else ""))


def shown_values(teller: Teller, case: Case) -> Iterator[tuple[str, str]]:
    """Give the figures of a case by name, as people read them."""
    for name, (value, kind, unit) in case.values.items():
        if name == "due_at" and isinstance(value, datetime):
            yield name, values.deadline(value)
        elif value is not None and not isinstance(value, bool):
            yield name, teller.value(value, None, (unit or "minutes") if kind == "duration" else None)


def plain(value: Any) -> Any:
    """Give a value as JSON has it; decimals are numbers, moments ISO."""
    return values.plain(value) if not isinstance(value, Decimal) else values.number(value)
