"""Statistics as small tables: a row for each subject and period, without all that a finding carries."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from checker.findings import values
from checker.findings.frames import Frame
from checker.model import Figures, Hit

Getter = tuple[str, Callable[[Any], Any] | None]
_AS_THEY_ARE = ("int", "text", "bool")


class Gathered:
    """The figures gathered so far. Equal texts are kept once: a person stands in many rows."""

    def __init__(self, frames: Mapping[str, Frame]) -> None:
        self.frames = frames
        self.columns: dict[str, dict[str, Getter]] = {}
        self.rows: dict[str, list[tuple[Any, ...]]] = {}
        self.texts: dict[str, str] = {}

    def add(self, hits: Iterable[Hit]) -> None:
        """Take in hits of statistics; a person to whom one does not apply, or not now, is no zero in it."""
        by_rule: dict[str, list[Hit]] = {}
        for hit in hits:
            if hit.outcome != "not_applicable" and hit.values.get("judged") is not False:
                by_rule.setdefault(hit.rule, []).append(hit)
        for rule, own in by_rule.items():
            if rule not in self.columns:
                subject = [name[8:] for name in own[0].values if name.startswith("subject.")]
                self.columns[rule] = dict(_columns(self.frames[rule], subject))
            cells = [self._kept(_cells(own, getter)) for getter in self.columns[rule].values()]
            self.rows.setdefault(rule, []).extend(zip(*cells, strict=True))

    def tables(self) -> tuple[Figures, ...]:
        """Give one table a statistic, in the order of the clauses, its rows by subject and period."""
        order = sorted(self.rows, key=lambda rule: (self.frames[rule].order, rule))
        return tuple(self._table(rule) for rule in order)

    def _table(self, rule: str) -> Figures:
        columns, said = list(self.columns[rule]), self.frames[rule].rule
        width = columns.index("period") + 1
        rows = sorted(
            set(self.rows.pop(rule)), key=lambda row: tuple(str(cell or "") for cell in row[:width])
        )
        personal = bool({*columns[: width - 1]} - {"region"})
        return Figures(said.id, said.clause, said.title, tuple(columns), tuple(rows), personal)

    def _kept(self, cells: list[Any]) -> list[Any]:
        known = self.texts.setdefault
        return [known(cell, cell) if cell.__class__ is str else cell for cell in cells]


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
