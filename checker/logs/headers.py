"""Which kind of log a sheet is, and which column is which field: by its header row, wherever that stands.

Headers are compared without spaces, line breaks, width and case; 台帐 is 台账, 客户, 用户 and 顾客 are one word; units
in brackets are dropped where that stays clear. Two-row headers are tried joined.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field
from functools import lru_cache
from itertools import pairwise, zip_longest
from pathlib import PurePosixPath

from checker.language.pack import Log
from checker.logs.cells import fold
from checker.logs.tables import stored
from checker.nouns import dataclass

SEARCHED = 40
"""How many rows from the top a header may stand in."""
_ENOUGH = 0.45
_TIE = 0.05
_BRACKETS = re.compile(r"[(\[【〔].*?[)\]】〕]")
_SAME = str.maketrans({"帐": "账"})
_TAILS = ("时间", "日期")


@dataclass(frozen=True)
class Header:
    """A header found: `row` is its first row from 0, `rows` 1 or 2; `columns` maps fields to columns.

    `breaks` counts line breaks inside the cells down to its end.
    """

    log: str
    row: int
    rows: int
    columns: Mapping[str, int]
    names: tuple[str, ...]
    score: float
    unknown: tuple[str, ...] = ()
    twice: tuple[str, ...] = ()
    breaks: int = 0


@dataclass(frozen=True)
class Guess:
    """The closest log of a sheet that was not recognised, with the headers of its fullest row."""

    log: str | None
    names: tuple[str, ...]


def normal(text: str, brackets: bool = True) -> str:
    """Give a header as it is compared.

    >>> normal("用户\\n名称 ＊"), normal("数量（吨）", brackets=False)
    ('客户名称', '数量')
    """
    return _forms(text)[0 if brackets else 1]


@lru_cache(maxsize=100_000)
def _forms(text: str) -> tuple[str, str]:
    """Give a header as it is compared, with its brackets and without."""
    whole = "".join(fold(text).split()).casefold().translate(_SAME)
    bare = _BRACKETS.sub("", whole)
    shown = _one_word(whole)
    return shown, shown if bare == whole else _one_word(bare)


def _one_word(text: str) -> str:
    return text.replace("用户", "客户").replace("顾客", "客户").strip("*:：※")


@dataclass(frozen=True)
class Vocabulary:
    """The headers of one log: normal form → (field, rank); a lower rank is a better match."""

    log: Log
    words: Mapping[str, tuple[tuple[str, int], ...]]
    weights: Mapping[str, float]
    titles: frozenset[str]
    stems: frozenset[str]
    asked: dict[str, Sequence[tuple[str, int]]] = field(default_factory=dict)

    def fields(self, text: str) -> Sequence[tuple[str, int]]:
        """Give the fields a header may mean; without its brackets only where the bracketed form says nothing."""
        found = self.asked.get(text)
        if found is None:
            whole, bare = _forms(text)
            found = self.words.get(whole) or [(name, cost + 6) for name, cost in self.words.get(bare, ())]
            self.asked[text] = found
        return found


def vocabulary(log: Log) -> Vocabulary:
    """Collect every way the fields of a log may be headed."""
    words: dict[str, list[tuple[str, int]]] = {}
    fields = stored(log)
    for name, one in fields.items():
        forms = [(one.header, 0), (name, 1), *((alias, 2) for alias in one.aliases)]
        for text, rank in forms:
            for form, cost in zip(_forms(text), (rank, rank + 3), strict=True):
                if form and all(form != known or name != other for known, other in _pairs(words, form)):
                    words.setdefault(form, []).append((name, cost))
    needed = {*log.key, *(one for one in (log.date, log.person) if one)}
    weights = {name: 3.0 if one.required or name in needed else 0.0 for name, one in fields.items()}
    if not any(weights.values()):
        weights = dict.fromkeys(fields, 1.0)
    ranked = {form: tuple(sorted(pairs, key=_rank)) for form, pairs in words.items()}
    titles = frozenset(normal(text) for text in (log.id, log.title.zh, log.title.en, *log.aliases) if text)
    return Vocabulary(log, ranked, weights, titles, frozenset(stem for one in titles if (stem := _stem(one))))


@dataclass(frozen=True)
class Known:
    """The headers of all logs: who knows a normal form, and what has more digits than any of them."""

    vocabularies: tuple[Vocabulary, ...]
    logs_of: Mapping[str, frozenset[str]]
    data: re.Pattern[str]
    seen: dict[str, frozenset[str]] = field(default_factory=dict)

    def logs(self, text: str) -> frozenset[str]:
        """Give the logs that know a header, with its brackets or without; what was asked before is in `seen`."""
        found = self.seen[text] = self._looked_up(text)
        return found

    def _looked_up(self, text: str) -> frozenset[str]:
        if self.data.fullmatch(text):
            return _NONE  # the data below a header, most of it, without its normal form
        whole, bare = _forms(text)
        found = self.logs_of.get(whole, _NONE)
        return found if bare == whole else found | self.logs_of.get(bare, _NONE)


_NONE = frozenset[str]()
_PLAIN = "!-'*-/:-Z\\\\-~ \u4e00-\u9fff，。：、"
_DIGIT = re.compile("[0-9]")


def known(logs: Iterable[Log]) -> Known:
    """Collect the headers of all logs."""
    all_words = tuple(vocabulary(log) for log in logs)
    logs_of: dict[str, set[str]] = {}
    for one in all_words:
        for form in one.words:
            logs_of.setdefault(form, set()).add(one.log.id)
    most = max((len(_DIGIT.findall(form)) for form in logs_of), default=0)
    data = re.compile(f"(?:[{_PLAIN}]*[0-9]){{{most + 1}}}[0-9{_PLAIN}]*")
    return Known(all_words, {form: frozenset(names) for form, names in logs_of.items()}, data)


def find_header(
    rows: Sequence[Sequence[str]], known: Known, names: Sequence[str]
) -> Header | Guess | tuple[Header, Header]:
    """Give the best header of the first rows; two headers when two kinds of log fit equally well.

    `names` are the file's and the sheet's: they settle a tie, and weigh in favour of a log they name.
    """
    best: dict[str, Header] = {}
    for row, height, cells in _candidates(rows):
        said = _said(known, cells)
        filled = sum(map(bool, cells))
        for words in known.vocabularies if said else ():
            count, before = said.get(words.log.id, 0), best.get(words.log.id)
            if count < min(2, len(words.weights)):
                continue  # what no two cells name is no header of this log
            if before and _at_most(words, count, filled) <= before.score:
                continue
            found = match(words, cells, row, height, before.score + 1e-9 if before else 0.0)
            if found:
                best[words.log.id] = found
    return _chosen(best, rows, known, names)


def _said(known: Known, cells: Sequence[tuple[str, ...]]) -> dict[str, int]:
    """Count, for each log, the cells that it knows."""
    said: dict[str, int] = {}
    seen = known.seen
    for forms in cells:
        found = _NONE
        for form in forms:
            logs = seen.get(form)
            if logs is None:
                logs = known.logs(form)
            if logs:
                found |= logs
        for log in found:
            said[log] = said.get(log, 0) + 1
    return said


def _at_most(words: Vocabulary, cells: int, filled: int) -> float:
    """Give the score that a row with so many known cells cannot pass."""
    weights = sorted(words.weights.values(), reverse=True)
    return 0.6 * sum(weights[:cells]) / sum(weights) + 0.4 * min(1.0, cells / filled)


def _chosen(
    best: Mapping[str, Header], rows: Sequence[Sequence[str]], known: Known, names: Sequence[str]
) -> Header | Guess | tuple[Header, Header]:
    logs = {words.log.id: words for words in known.vocabularies}
    ranked = sorted(best.values(), key=lambda one: (-one.score, one.log))
    good = [
        one
        for one in ranked
        if one.score >= _ENOUGH or (is_named(logs[one.log], names) and len(one.columns) > 1)
    ]
    if not good:
        return Guess(ranked[0].log if ranked else None, _fullest(rows))
    named = [one for one in good if is_named(logs[one.log], names) and one.score >= good[0].score - 0.35]
    if len(named) == 1:
        return named[0]
    leaders = [one for one in (named or good) if one.score >= (named or good)[0].score - _TIE]
    if len(leaders) > 1 and abs(leaders[0].score - leaders[1].score) < 1e-9:
        return leaders[0], leaders[1]
    return leaders[0]


def match(
    words: Vocabulary, cells: Sequence[tuple[str, ...]], row: int, height: int, above: float
) -> Header | None:
    """Give the header this row makes for one log; nothing for fewer than two fields, or a score not `above`."""
    offers: list[tuple[int, int, int, str]] = []
    for column, forms in enumerate(cells):
        for order, form in enumerate(forms):
            for name, cost in words.fields(form):
                offers.append((cost, order, column, name))
    columns: dict[str, int] = {}
    taken: set[int] = set()
    for _, _, column, name in sorted(offers):
        if column not in taken and name not in columns:
            columns[name] = column
            taken.add(column)
    filled = [column for column, forms in enumerate(cells) if forms]
    if len(columns) < min(2, len(words.weights)) or not filled:
        return None
    recall = sum(words.weights[name] for name in columns) / sum(words.weights.values())
    score = 0.6 * recall + 0.4 * len(columns) / len(filled)
    if score <= above:
        return None
    clashes = {column for _, _, column, name in offers if column not in taken and name in columns}
    titles = tuple(forms[0] if forms else "" for forms in cells)
    unknown = tuple(titles[column] for column in filled if column not in taken and column not in clashes)
    twice = tuple(titles[column] for column in sorted(clashes))
    return Header(words.log.id, row, height, columns, titles, score, unknown, twice)


def _candidates(rows: Sequence[Sequence[str]]) -> list[tuple[int, int, list[tuple[str, ...]]]]:
    """Give (row, height, for each column the texts it may be headed by): single rows first, then pairs."""
    found: list[tuple[int, int, list[tuple[str, ...]]]] = []
    bare = [[text.strip() for text in cells] for cells in rows[: SEARCHED + 1]]
    for row, cells in enumerate(bare[:SEARCHED]):
        if any(cells):
            single = zip(rows[row], cells, strict=True)
            found.append((row, 1, [(text,) if filled else () for text, filled in single]))
    for row, (upper, lower) in enumerate(pairwise(bare)):
        found.append((row, 2, _joined(upper, lower)))
    return found


def _joined(upper: Sequence[str], lower: Sequence[str]) -> list[tuple[str, ...]]:
    cells: list[tuple[str, ...]] = []
    above = ""
    for high, low in zip_longest(upper, lower, fillvalue=""):
        above = high or (above if low else "")
        if not low:
            cells.append((high,) if high else ())
        elif not above:
            cells.append((low,))
        elif above.endswith(_TAILS):
            tails = (low + tail for tail in _TAILS if above.endswith(tail) and not low.endswith(tail))
            cells.append((above + low, *tails, low))
        else:
            cells.append((above + low, low))
    return cells


def is_named(words: Vocabulary, names: Sequence[str]) -> bool:
    """Tell whether a file or sheet is named after a log, numbers and dates left aside."""
    return any(bare in words.titles or stem in words.stems for bare, stem in map(_bare, names))


@lru_cache(maxsize=1000)
def _bare(name: str) -> tuple[str, str]:
    bare = normal(PurePosixPath(name).stem if "." in name else name)
    return bare, _stem(bare)


def _stem(name: str) -> str:
    return re.sub(r"[\d\W_年月季周第份]+", "", name)


def _fullest(rows: Sequence[Sequence[str]]) -> tuple[str, ...]:
    def filled(cells: Sequence[str]) -> int:
        return sum(bool(cell.strip()) for cell in cells)

    best = max(rows[:SEARCHED], key=filled, default=())
    return tuple(cell.strip() for cell in best if cell.strip())[:30]


def _pairs(words: Mapping[str, list[tuple[str, int]]], form: str) -> list[tuple[str, str]]:
    return [(form, name) for name, _ in words.get(form, ())]


def _rank(pair: tuple[str, int]) -> int:
    return pair[1]
