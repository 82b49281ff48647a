"""Statistics as small tables: a row for each subject and period, without all that a finding carries."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import compress, repeat
from typing import Any

from checker.findings import values
from checker.findings.frames import Frame
from checker.findings.written import COUNTED, Column, written
from checker.model import Figures, Hit, HitBatch, HitTable, Outcome
from checker.packed import JsonRows

Getter = tuple[str, Callable[[Any], Any] | None]
_AS_THEY_ARE = ("int", "text", "bool")


class Rows(Sequence[tuple[Any, ...]]):
    """Rows held by columns, which is a third less to hold when there are a million."""

    def __init__(self, columns: Sequence[list[Any]]) -> None:
        self.columns = columns

    def __len__(self) -> int:
        return len(self.columns[0])

    def __getitem__(self, at: Any) -> Any:
        return tuple(column[at] for column in self.columns)

    def __iter__(self) -> Iterator[tuple[Any, ...]]:
        return zip(*self.columns, strict=True)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Rows) and list(self.columns) == list(other.columns)

    __hash__ = None  # type: ignore[assignment]


class Gathered:
    """The figures gathered so far, by columns. Equal texts and numbers are kept once: a person stands in many rows."""

    def __init__(self, frames: Mapping[str, Frame]) -> None:
        self.frames = frames
        self.getters: dict[str, dict[str, Getter]] = {}
        self.cells: dict[str, list[list[Any]]] = {}
        self.written: dict[str, JsonRows] = {}
        self.texts: dict[str, str] = {}
        self.numbers: dict[float, float] = {}

    def add(self, hits: Iterable[Hit]) -> None:
        """Take in hits of statistics; a person to whom one does not apply, or not now, is no zero in it."""
        by_rule: dict[str, list[Hit]] = {}
        for hit in hits:
            if _counts(hit.outcome, hit.values.get("judged")):
                by_rule.setdefault(hit.rule, []).append(hit)
        for rule, own in by_rule.items():
            columns = {name: [hit.values.get(name) for hit in own] for name in own[0].values}
            self._take(rule, [hit.outcome for hit in own], columns)

    def add_batch(self, batch: HitBatch) -> None:
        """Take in hits of one statistic that come by columns."""
        judged = batch.columns.get("judged") or repeat(True)
        chosen = list(map(_counts, batch.outcomes, judged))
        if any(chosen):
            columns = {name: list(compress(column, chosen)) for name, column in batch.columns.items()}
            self._take(batch.rule, list(compress(batch.outcomes, chosen)), columns)

    def add_table(self, table: HitTable) -> None:
        """Take in all hits of one statistic: as the JSON that the database writes if it certainly may, else by columns."""
        rule, subject = table.rule, _subject(table.columns)
        getters, keys = dict(_columns(self.frames[rule], subject)), [f"subject.{name}" for name in subject]
        asked = [self._asked(rule, name, source) for name, (source, _) in getters.items()]
        rows = None if rule in self.getters else written(table, asked, [*keys, "period"])
        if rows is None:
            for batch in table.batches(COUNTED):
                self.add_batch(batch)
        elif rows:
            self.getters[rule], self.written[rule] = getters, rows

    def _asked(self, rule: str, name: str, source: str) -> Column:
        shown = next((one for one in self.frames[rule].shown if one.source == source), None)
        if shown is None:
            return Column(source, "text")
        kind, unit = self.frames[rule].compiled.columns[name]
        return Column(source, "masked" if shown.masked else kind, unit)

    def _take(self, rule: str, outcomes: list[Outcome], columns: Mapping[str, list[Any]]) -> None:
        if rule not in self.getters:
            self.getters[rule] = dict(_columns(self.frames[rule], _subject(columns)))
            self.cells[rule] = [[] for _ in self.getters[rule]]
        elif rule in self.written:
            self.cells[rule] = [list(column) for column in zip(*self.written.pop(rule), strict=True)]
        for cells, (source, json) in zip(self.cells[rule], self.getters[rule].values(), strict=True):
            if source:
                cells += self._kept(_cells(columns.get(source) or [None] * len(outcomes), json))
            else:
                cells += [None if outcome in ("pass", "fail") else outcome for outcome in outcomes]

    def tables(self) -> tuple[Figures, ...]:
        """Give one table a statistic, in the order of the clauses, its rows by subject and period."""
        order = sorted(self.getters, key=lambda rule: (self.frames[rule].order, rule))
        return tuple(self._table(rule) for rule in order)

    def _table(self, rule: str) -> Figures:
        columns, said = list(self.getters[rule]), self.frames[rule].rule
        width = columns.index("period") + 1
        rows = self.written[rule] if rule in self.written else self._rows(rule, width)
        personal = bool({*columns[: width - 1]} - {"region"})
        return Figures(said.id, said.clause, said.title, tuple(columns), rows, personal)

    def _rows(self, rule: str, width: int) -> Rows:
        cells = self.cells.pop(rule)
        if self.frames[rule].compiled.record_log is not None:
            cells = [list(column) for column in zip(*dict.fromkeys(zip(*cells, strict=True)), strict=True)]
        keys = cells[:width]
        order = sorted(range(len(cells[0])), key=lambda at: [str(column[at] or "") for column in keys])
        return Rows([[column[at] for at in order] for column in cells])

    def _kept(self, cells: list[Any]) -> list[Any]:
        texts, numbers = self.texts.setdefault, self.numbers.setdefault
        return [
            texts(cell, cell)
            if cell.__class__ is str
            else numbers(cell, cell)
            if cell.__class__ is float
            else cell
            for cell in cells
        ]


def _subject(columns: Iterable[str]) -> list[str]:
    return [name[8:] for name in columns if name.startswith("subject.")]


def _columns(frame: Frame, subject: list[str]) -> Iterator[tuple[str, Getter]]:
    """Give the columns and where their cells come from ("": the outcome): the subject, the period, then the figures."""
    yield from ((name, (f"subject.{name}", values.plain)) for name in subject)
    yield "period", ("period", None)
    if frame.compiled.record_log is not None:
        yield "record", ("record", None)
    yield "outcome", ("", None)
    for shown in frame.shown:
        kind = frame.compiled.columns[shown.name][0]
        if shown.name not in subject:
            yield (
                shown.name,
                (shown.source, None if kind in _AS_THEY_ARE and not shown.masked else shown.json),
            )


def _counts(outcome: Outcome, judged: Any) -> bool:
    return outcome != "not_applicable" and judged is not False


def _cells(cells: list[Any], json: Callable[[Any], Any] | None) -> list[Any]:
    """Give the cells of one column as JSON has them; None: they are so already."""
    if json is None:
        return cells
    if json is values.plain:
        return [cell if cell.__class__ is str else _frozen(json(cell)) for cell in cells]
    return [None if cell is None else _frozen(json(cell)) for cell in cells]


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
