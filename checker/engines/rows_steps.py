"""The steps of a plan as functions that compute one row's columns when they are first asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from checker.engines.closures import Fn
from checker.engines.rows_lookup import add_lookup
from checker.engines.rows_related import add_related, ranks
from checker.engines.rows_time import add_coverage, add_pairing
from checker.engines.rowsets import NOBODY, Columns, House, Make, Row, RowSet, part
from checker.plan.columns import exprs_of, this_names
from checker.plan.nodes import Coverage, Derive, Lookup, Pairing, Previous, Related, Run, Step

Evidence = list[tuple[str, str]]


def add_step(house: House, step: Step, columns: Columns) -> Evidence:
    """Add the columns of a step; give the logs of rows that are evidence, and where a row keeps them."""
    reads = this_names([*exprs_of(step), *(m.this for m in getattr(step, "match", ()))])
    return _STEPS[type(step)](house, step, columns, columns.seen(reads)) or []


def _derive(house: House, step: Step, columns: Columns, seen: tuple[str, ...]) -> None:
    assert isinstance(step, Derive)
    expr = step.expr

    def make(key: str) -> Make:
        value = house.maker(columns).make(expr)

        def fill(row: Row) -> Any:
            row[key] = found = value(row, NOBODY)
            return found

        return fill

    columns.added[step.name] = columns.rowset.place((Derive, expr, seen), make)


def _of_other(key: str) -> Callable[[Row, Row | None], Any]:
    """Give how to take a column of the other row."""
    return lambda row, other: None if other is None else other[key]


# Previous and Run: what rests on the neighbours, for all rows at once


def _all_rows(rowset: RowSet, key: str, compute: Callable[[list[Row], str], None]) -> Make:
    def fill(row: Row) -> Any:
        compute(rowset.rows(), key)
        return row[key]

    return fill


def _previous(house: House, step: Step, columns: Columns, seen: tuple[str, ...]) -> None:
    assert isinstance(step, Previous)

    def make(key: str) -> Make:
        maker = house.maker(columns)
        by, order = [maker.make(e) for e in step.by], [maker.make(e) for e in step.order]
        return _all_rows(columns.rowset, key, lambda rows, key: _link(rows, key, by, order))

    core = columns.rowset.place((Previous, step.by, step.order, seen), make)
    part(columns, f"{step.name}.found", core, lambda row, before: before is not None, None)
    for out, column in step.columns:
        taken = columns.key(column.name)
        part(columns, f"{step.name}.{out}", core, _of_other(taken), taken)


def _link(rows: Iterable[Row], key: str, by: Sequence[Fn], order: Sequence[Fn]) -> None:
    last: dict[tuple[Any, ...], Row] = {}
    keyed = []
    for row in rows:
        row[key] = None
        group, rank = tuple(fn(row, NOBODY) for fn in by), tuple(fn(row, NOBODY) for fn in order)
        if None not in group and None not in rank:
            keyed.append((rank, group, row))
    for _, group, row in sorted(keyed, key=lambda item: item[0]):
        row[key] = last.get(group)
        last[group] = row


def _run(house: House, step: Step, columns: Columns, seen: tuple[str, ...]) -> None:
    assert isinstance(step, Run)

    def make(key: str) -> Make:
        maker = house.maker(columns)
        by, order = [maker.make(e) for e in step.by], [maker.make(e) for e in step.order]
        failed, breaks = maker.make(step.failed), step.gap == "break"
        return _all_rows(columns.rowset, key, lambda rows, key: _streak(rows, key, by, order, failed, breaks))

    core = columns.rowset.place((step, seen), make)
    columns.added[step.name] = core


def _streak(
    rows: Iterable[Row], key: str, by: Sequence[Fn], order: Sequence[Fn], failed: Fn, breaks: bool
) -> None:
    length: dict[tuple[Any, ...], int] = {}
    for row in sorted(rows, key=lambda row: ranks(order, row, NOBODY)):
        group, truth = tuple(fn(row, NOBODY) for fn in by), failed(row, NOBODY)
        if truth:
            length[group] = length.get(group, 0) + 1
        elif truth is False or breaks:
            length[group] = 0
        row[key] = length[group] if truth else 0


_STEPS: dict[type, Callable[[House, Step, Columns, tuple[str, ...]], Evidence | None]] = {
    Related: add_related,
    Lookup: add_lookup,
    Previous: _previous,
    Run: _run,
    Coverage: add_coverage,
    Pairing: add_pairing,
    Derive: _derive,
}
