"""The cells of a table of waivers that say which findings are meant: which key a head names, what the cell says."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from checker.language.pack import Field
from checker.logs.cells import Context, fold, read_cell
from checker.logs.headers import normal
from checker.logs.moments import Unreadable, YearNeeded, read_month, read_quarter
from checker.model import Text

if TYPE_CHECKING:
    from checker.language.pack import Pack, Rule, Tally

_FIXED: Mapping[str, tuple[str, ...]] = {
    "date": ("日期", "事件日期", "date"),
    "period": ("期间", "period"),
    "record": ("记录", "record"),
}
"""What a waiver may name beside fields, and how it is headed."""
_READ = frozenset({"id", "text", "enum", "date"})
"""Types whose values stand in a finding as the logs' own reading gives them."""
_DATE_CELL = re.compile(r"\d{4}-\d\d-01(?: 00:00:00)?")
_MONTH = re.compile(r"\d{4}\s*[-/.年]\s*\d{1,2}\s*月?份?")
_QUARTER = re.compile(r".*(?:季|[Qq]).*")
Wrong = tuple[str, Text, Text, str]
"""A cell that cannot be taken: its head, what is wrong, what to do, what was read."""


@dataclass(frozen=True)
class Vocabulary:
    """What a pack says about heads and rules; empty without a pack, and then only technical names are known."""

    keys: Mapping[str, frozenset[str]] = field(default_factory=dict)
    fields: Mapping[str, Field] = field(default_factory=dict)
    names: frozenset[str] = frozenset()
    titles: Mapping[str, str] = field(default_factory=dict)
    wanted: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    daily: frozenset[str] = frozenset()

    def rule(self, said: str) -> str:
        """Give the id of the rule a cell names, by its id or its title; a name nobody knows stays as it is."""
        return said if said in self.wanted else self.titles.get(normal(said), said)

    def hint(self, rule: str) -> Text:
        """Tell which keys a waiver of a rule names."""
        wanted = self.wanted.get(rule, ())
        if not wanted:
            return Text(
                "写明工号、日期、期间、记录编号等键", "name its keys, such as employee_id, date, period"
            )
        return Text(f"须写明：{'、'.join(wanted)}", f"name {', '.join(wanted)}")


def vocabulary(pack: Pack | None) -> Vocabulary:
    """Give what the heads of a table mean in a pack."""
    keys: dict[str, set[str]] = defaultdict(set)
    for name, heads in _FIXED.items():
        for head in heads:
            keys[normal(head)].add(name)
    if pack is None:
        return Vocabulary({head: frozenset(names) for head, names in keys.items()})
    fields: dict[str, Field] = {}
    for log in pack.logs.values():
        for name, one in log.fields.items():
            fields.setdefault(name, one)
            for head in (name, one.header, *one.aliases):
                keys[normal(head)].add(name)
    some: list[Rule | Tally] = [*pack.rules, *pack.tallies.values()]
    titles: dict[str, set[str]] = defaultdict(set)
    for rule in some:
        for title in filter(None, (rule.title.zh, rule.title.en)):
            titles[normal(title)].add(rule.id)
    return Vocabulary(
        {head: frozenset(names) for head, names in keys.items() if head},
        fields,
        frozenset({pack.people.name} if pack.people and pack.people.name else ()),
        {title: min(ids) for title, ids in titles.items() if len(ids) == 1},
        {rule.id: tuple((rule.waivable or {}).get("keys", ())) for rule in some},
        frozenset(rule.id for rule in pack.rules if rule.check.get("every") == "day"),
    )


def keys_of(
    cells: Sequence[tuple[str, str]], words: Vocabulary, rule: str
) -> tuple[dict[str, str], dict[str, str], list[Wrong]]:
    """Give the keys that (head, cell) pairs name, the person's name where it is none of them, and what is wrong.

    A filled column that the rule does not ask for is a key as well: the waiver then names too much and has no effect.
    """
    keys: dict[str, str] = {}
    beside: dict[str, str] = {}
    heads: dict[str, str] = {}
    wrong: list[Wrong] = []
    for head, text in cells:
        name = _key(head, words, rule)
        if name is None:
            continue
        value, fault = _value(name, text, words, rule)
        if fault is not None:
            wrong.append((head, *fault, text))
        elif value and name in words.names and name not in words.wanted.get(rule, ()):
            beside[name] = value
        elif value and keys.setdefault(name, value) != value:
            said = Text(
                f"与“{heads[name]}”是同一个键，值却不同", f"the same key as '{heads[name]}', another value"
            )
            wrong.append((head, said, Text("只写一个", "write one of them"), text))
        elif value:
            heads[name] = head
    wanted = words.wanted.get(rule, ())
    order = [*(one for one in wanted if one in keys), *(one for one in keys if one not in wanted)]
    return {name: keys[name] for name in order}, beside, wrong


def _key(head: str, words: Vocabulary, rule: str) -> str | None:
    """Give the key a head names: one that the rule asks for, where it may be one; None for any other column."""
    plain = normal(head)
    named = words.keys.get(plain) or words.keys.get(normal(head, brackets=False)) or frozenset()
    if not named and not words.fields and re.fullmatch(r"[a-z][a-z0-9_]*", plain):
        return plain
    wanted = [one for one in words.wanted.get(rule, ()) if one in named]
    return wanted[0] if wanted else min(named, default=None)


def _value(name: str, text: str, words: Vocabulary, rule: str) -> tuple[str, tuple[Text, Text] | None]:
    """Give a cell as findings write it, and why it cannot be read."""
    known = replace(words.fields[name], name=name) if name in words.fields else Field(name, "text")
    if name == "date":
        known = Field(name, "date")
    cell = read_cell(known if known.type in _READ else Field(name, "text"), text, Context())
    if cell.code:
        return "", (cell.why, cell.hint)
    value = text_of(cell.value)
    return (_period(value, rule in words.daily) if name == "period" else value), None


def _period(text: str, daily: bool) -> str:
    """Give a period as findings write it; Excel makes a day of a month that is typed into it.

    >>> [_period(one, False) for one in ("2026年10月", "2026-10-01 00:00:00", "2026年第4季度", "2026-w42")]
    ['2026-10', '2026-10', '2026-Q4', '2026-W42']
    """
    said = fold(text)
    try:
        if _MONTH.fullmatch(said) or (_DATE_CELL.fullmatch(said) and not daily):
            return read_month(said).strftime("%Y-%m")
        if _QUARTER.fullmatch(said):
            day = read_quarter(said)
            return f"{day.year}-Q{(day.month + 2) // 3}"
    except (Unreadable, YearNeeded):
        return said
    return said.upper()


def text_of(value: str | None) -> str:
    """Give a cell's value on one line, so that it can stand in a report.

    >>> text_of(" 基站\\n故障 "), text_of(None)
    ('基站 故障', '')
    """
    return " ".join((value or "").split())


def words_of(text: str) -> Iterator[str]:
    """Give the words of a name as people write it, in one width and letter case, without marks.

    >>> list(words_of("质检部／李敏（QC01）"))
    ['质检部', '李敏', 'qc01']
    """
    return (
        one for one in re.split(r"[\s、，,;；/·・()\[\]【】〔〕《》<>:：]+", fold(text).casefold()) if one
    )
