"""Statistics as small tables: a row for each subject and period, without all that a finding carries."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from checker.findings import values
from checker.findings.frames import Frame
from checker.model import Figures, Hit

Getter = tuple[str, Callable[[Any], Any] | None]
_AS_THEY_ARE = ("int", "text", "bool")


def tables(hits: Iterable[Hit], frames: Mapping[str, Frame]) -> tuple[Figures, ...]:
    """Give one table a statistic, in the order of the clauses; a person to whom it does not apply is no zero in it."""
    by_rule: dict[str, list[Hit]] = {}
    for hit in hits:
        if hit.outcome != "not_applicable":
            by_rule.setdefault(hit.rule, []).append(hit)
    order = sorted(by_rule, key=lambda rule: (frames[rule].order, rule))
    return tuple(_table(frames[rule], by_rule[rule]) for rule in order)


def _table(frame: Frame, hits: list[Hit]) -> Figures:
    subject = [name[8:] for name in hits[0].values if name.startswith("subject.")]
    columns = dict(_columns(frame, subject))
    rows = set(zip(*(_cells(hits, getter) for getter in columns.values()), strict=True))
    width = len(subject) + 1
    listed = sorted(rows, key=lambda row: [str(cell or "") for cell in row[:width]])
    rule, personal = frame.rule, bool(set(subject) - {"region"})
    return Figures(rule.id, rule.clause, rule.title, tuple(columns), tuple(listed), personal)


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
