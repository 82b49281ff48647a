"""Statistics as small tables: a row for each subject and period, without all that a finding carries."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from checker.findings import values
from checker.findings.frames import Frame
from checker.model import Figures, Hit

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
        self.texts: dict[str, str] = {}
        self.numbers: dict[float, float] = {}

    def add(self, hits: Iterable[Hit]) -> None:
        """Take in hits of statistics; a person to whom one does not apply, or not now, is no zero in it."""
        by_rule: dict[str, list[Hit]] = {}
        for hit in hits:
            if hit.outcome != "not_applicable" and hit.values.get("judged") is not False:
                by_rule.setdefault(hit.rule, []).append(hit)
        for rule, own in by_rule.items():
            if rule not in self.getters:
                subject = [name[8:] for name in own[0].values if name.startswith("subject.")]
                self.getters[rule] = dict(_columns(self.frames[rule], subject))
                self.cells[rule] = [[] for _ in self.getters[rule]]
            for column, getter in zip(self.cells[rule], self.getters[rule].values(), strict=True):
                column += self._kept(_cells(own, getter))

    def tables(self) -> tuple[Figures, ...]:
        """Give one table a statistic, in the order of the clauses, its rows by subject and period."""
        order = sorted(self.cells, key=lambda rule: (self.frames[rule].order, rule))
        return tuple(self._table(rule) for rule in order)

    def _table(self, rule: str) -> Figures:
        columns, said, cells = list(self.getters[rule]), self.frames[rule].rule, self.cells.pop(rule)
        width = columns.index("period") + 1
        if self.frames[rule].compiled.record_log is not None:
            cells = [list(column) for column in zip(*dict.fromkeys(zip(*cells, strict=True)), strict=True)]
        keys = cells[:width]
        order = sorted(range(len(cells[0])), key=lambda at: [str(column[at] or "") for column in keys])
        rows = Rows([[column[at] for at in order] for column in cells])
        personal = bool({*columns[: width - 1]} - {"region"})
        return Figures(said.id, said.clause, said.title, tuple(columns), rows, personal)

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


def _columns(frame: Frame, subject: list[str]) -> Iterator[tuple[str, Getter]]:
    """Give the columns and where their cells come from: the subject, the period, then the figures."""
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


def _cells(hits: list[Hit], getter: Getter) -> list[Any]:
    """Give one column; `outcome` is null where the figure stands, else the word that says why there is none."""
    source, json = getter
    if not source:
        return [None if hit.outcome in ("pass", "fail") else hit.outcome for hit in hits]
    cells = [hit.values.get(source) for hit in hits]
    if json is None:
        return cells
    if json is values.plain:
        return [cell if cell.__class__ is str else _frozen(json(cell)) for cell in cells]
    return [None if cell is None else _frozen(json(cell)) for cell in cells]


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
