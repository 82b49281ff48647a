"""How the hits of one rule become findings: all that does not change from hit to hit is settled once.

A rule may have a hundred thousand hits of the same columns, so names are not looked up in each: which columns are the
subject, which of them name it, and where every word of the message comes from is known before the first.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from checker.findings import values
from checker.model import Text, Value

if TYPE_CHECKING:
    from checker.findings.drafts import Draft
    from checker.findings.frames import Frame

Row = Mapping[str, Value]
Word = str | Text | None
DRAFT_MARK = Text(
    "草案规则：制度未经批准公布，不产生扣款", "draft rule: not approved and published, nothing is fined"
)
CARRIED_MARK = Text(
    "以前月份的记录，期限在本期到期；可能已列入上次报告（发现编号相同，不重复扣款）",
    "a record of an earlier month whose deadline passed in this one; it may stand in the last report (same "
    "fingerprint, never a second fine)",
)
TRIAL_MARK = Text("试行规则：只提示，不扣款", "rule on trial: reported, never fined")
_AS_THEY_ARE = frozenset({type(None), str, bool, int})
_quoted: Callable[[str], str] = json.encoder.encode_basestring
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode


class Layouts:
    """The layouts of one rule by the columns of a hit; an engine gives every hit of a rule the same columns."""

    def __init__(self, frame: Frame) -> None:
        self.frame = frame
        self.known: dict[tuple[str, ...], Layout] = {}

    def of(self, row: Row) -> Layout:
        """Give the layout of a row."""
        columns = tuple(row)
        found = self.known.get(columns)
        if found is None:
            found = self.known[columns] = Layout(self.frame, columns)
        return found


class Layout:
    """What all hits of one rule with these columns share."""

    def __init__(self, frame: Frame, columns: Iterable[str]) -> None:
        self.frame = frame
        self.subjects = tuple((name[8:], name) for name in columns if name.startswith("subject."))
        self.keys = tuple(name for name, _ in self.subjects if name not in frame.names)
        self._names = tuple((name, f"{_encode(name)}:") for name in sorted(self.keys))
        self._start = f"[{_encode(frame.pack.id)},{_encode(frame.rule.id)},{{"
        self._values = tuple(
            (one.name, one.source, one.json, one.json is values.plain) for one in frame.shown
        )
        self._marks = tuple(_mark(one) for one in frame.rule.marks)
        self._of_fails = tuple(_marks_of_fails(frame))
        self._words = tuple(self._word(name.strip()) for name in frame.template.names)
        self._known: dict[tuple[Value, ...], tuple[dict[str, Any], str]] = {}
        self._said: dict[tuple[str, date | None], Text | None] = {}

    def subject(self, row: Row) -> dict[str, Any]:
        """Give the subject of a hit, JSON-ready, in the engine's order; all hits about one person share it."""
        return self.begun(row)[0]

    def begun(self, row: Row) -> tuple[dict[str, Any], str]:
        """Give the subject of a hit, and the text of its fingerprint as far as it names the subject."""
        cells = tuple([row[column] for _, column in self.subjects])
        found = self._known.get(cells)
        if found is None:
            subject = {name: values.plain(cell) for (name, _), cell in zip(self.subjects, cells, strict=True)}
            found = subject, self._begin([(name, said + _json(subject[name])) for name, said in self._names])
            if all(
                cell is None or cell.__class__ is str for cell in cells
            ):  # others may be equal and read otherwise
                self._known[cells] = found
        return found

    def _begin(self, keys: Iterable[tuple[str, str]]) -> str:
        return f"{self._start}{','.join([said for _, said in keys])}}},"

    def fingerprint(
        self,
        subject: Mapping[str, Any],
        period: str | None,
        record: str | None,
        more: tuple[str, int] | None = None,
    ) -> str:
        """Give 32 hex digits over pack, rule, subject and period or record; no row, file or order in it.

        The subject is what identifies it: no names, a region only where it is the subject. `more`: the day and the
        number that tell apart what has no key.
        """
        keys = [(name, said + _json(subject[name])) for name, said in self._names]
        if more is not None:
            keys = sorted([*(key for key in keys if key[0] != "at"), ("at", f'"at":{_encode(more[0])}')])
        return digest(self._begin(keys), period, record, 1 if more is None else more[1])

    def record(self, key: str | None) -> dict[str, str] | None:
        """Give the record that a finding is about, as the report shows it."""
        log = self.frame.compiled.record_log
        return None if key is None or not log else {"log": log, "key": key}

    def values(self, row: Row) -> dict[str, Any]:
        """Give the reported values, JSON-ready; the deadline first."""
        shown: dict[str, Any] = {}
        due = row.get("due_at")
        if isinstance(due, datetime):
            shown["due_at"] = due.replace(tzinfo=self.frame.zone).isoformat()
        for name, source, json_of, plain in self._values:
            value = row.get(source)
            shown[name] = value if plain and value.__class__ in _AS_THEY_ARE else json_of(value)
        return shown

    def marks(self, one: Draft) -> tuple[Text, ...]:
        """Give the remarks on a finding: the rule's own that hold, then those of every rule."""
        row, of_fails = one.hit.values, self._of_fails if one.outcome == "fail" else ()
        if not self._marks and row.get("carried") is not True:
            return of_fails
        marks = [mark for at, mark in enumerate(self._marks) if row.get(f"mark.{at}") is True]
        if row.get("carried") is True:
            marks.append(CARRIED_MARK)
        return (*marks, *of_fails)

    def message(self, one: Draft) -> Text:
        """Give the rule's message with the finding's own figures."""
        row = one.hit.values
        if one.outcome == "no_data" and row.get("missing_logs"):
            logs = row["missing_logs"]
            title = self.frame.rule.title.zh
            return Text(f"没有交来台账：{logs}，无法核对“{title}”", f"no log handed in: {logs}")
        return self.frame.template.filled([word(one) for word in self._words])

    def _word(self, name: str) -> Callable[[Draft], Word]:
        """Give where a name in the message comes from: the deadline, a value, the subject, or a parameter."""
        if name == "due_at":
            return lambda one: values.deadline(one.row.get("value.due_at") or one.row.get("due_at"))
        for column in self.frame.shown:
            if column.name == name:
                source, human = column.source, column.human
                return lambda one: human(one.hit.values.get(source))
        if any(name == own for own, _ in self.subjects):
            return lambda one: values.words(one.subject[name])
        if name in ("period", "at", "record"):
            return lambda one: values.words(one.hit.values.get(name))
        return lambda one: self._parameter(name, one.version_date)

    def _parameter(self, name: str, day: date | None) -> Text | None:
        """Give a parameter in force on a day in words; None: there is no such parameter."""
        if (name, day) not in self._said:
            known = self.frame.pack.parameter(self.frame.rule, name) is not None
            self._said[name, day] = values.said(self.frame.param(name, day)) if known else None
        return self._said[name, day]


def digest(begun: str, period: str | None, record: str | None, number: int = 1) -> str:
    """Give the fingerprint of a text that names the subject, of a period or record, and of which of several it is."""
    text = f"{begun}{_or_null(period)},{_or_null(record)}{']' if number == 1 else f',{number}]'}"
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _or_null(text: str | None) -> str:
    return "null" if text is None else _quoted(text)


def _json(value: Any) -> str:
    return _quoted(value) if value.__class__ is str else _encode(value)


def _marks_of_fails(frame: Frame) -> Iterator[Text]:
    """Give the remarks on every fail of a rule."""
    if not frame.pack.policy.approved:
        yield DRAFT_MARK
    if frame.rule.status == "trial":
        yield TRIAL_MARK


def _mark(mark: Mapping[str, Any]) -> Text:
    return Text(**mark["text"]) if isinstance(mark["text"], Mapping) else Text(mark["text"])
