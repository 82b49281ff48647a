"""The one row of another log as SQL: a plain join where at most one row can be valid, else a choice among several."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from checker.database import quote as quoted
from checker.engines.grids import valid_bound
from checker.engines.sql import Writer, literal
from checker.plan.nodes import Lookup, Step

if TYPE_CHECKING:
    from checker.engines.relations import Chain


def add_lookup(chain: Chain, step: Step) -> None:
    """Add whether the row was found, and its columns."""
    assert isinstance(step, Lookup)
    writer = chain.w()
    keys = " AND ".join(f"{writer.sql(m.this)} = {writer.sql(m.other)}" for m in step.match)
    valid = _valid(step, writer)
    if chain.simple(step):
        _simple_lookup(chain, step, writer)
        return
    fields = ", ".join(f"{literal(out, 'text')}: o.{quoted(c.name)}" for out, c in step.columns) or "'-': 1"
    rank = f"row({_first_day(step)}o._src, o._row)"
    best = "arg_max" if step.at else "arg_min"
    inner = (
        f"SELECT w._id AS _id, count(*) FILTER (WHERE {valid}) AS n, count(*) FILTER (WHERE ({valid}) IS NULL) AS u, "
        f"max({rank}) FILTER (WHERE {valid}) AS rank, max({rank}) FILTER (WHERE ({valid}) IS NULL) AS doubt, "
        f"{best}({{{fields}}}, {rank}) FILTER (WHERE {valid}) AS best "
        f"FROM {chain.current} w JOIN {chain.table(step)} o ON {keys} GROUP BY w._id"
    )
    # A row that may be valid and would then be the one meant leaves nothing certain.
    sure = "(g.n > 0 AND (g.doubt IS NULL OR g.doubt < g.rank))"
    found = f"CASE WHEN {sure} THEN TRUE WHEN g.u > 0 OR g.n IS NULL THEN NULL ELSE FALSE END"
    columns = [f"{found} AS {quoted(step.name + '.found')}"]
    columns += [
        f"CASE WHEN {sure} THEN g.best[{literal(out, 'text')}] END AS {quoted(f'{step.name}.{out}')}"
        for out, _ in step.columns
    ]
    grouped = chain.side(inner)
    chain.then(
        f"SELECT w.*, {', '.join(columns)} FROM {chain.current} w LEFT JOIN {grouped} g ON g._id = w._id"
    )


def _simple_lookup(chain: Chain, step: Lookup, writer: Writer) -> None:
    """Give the lookup as a plain join: keys are unique, or their validities readable and never overlap."""
    theirs = Writer("o", "o", chain.zone)
    on = [f"{writer.sql(m.this)} = o._k{i}" for i, m in enumerate(step.match)]
    taken = [f"({theirs.sql(m.other)}) AS _k{i}" for i, m in enumerate(step.match)]
    taken += [f"o.{quoted(c.name)} AS {quoted(out)}" for out, c in step.columns]
    columns = [f"o.{quoted(out)} AS {quoted(f'{step.name}.{out}')}" for out, _ in step.columns]
    found, known = "CASE WHEN o._k0 IS NOT NULL THEN TRUE END", ""
    if step.at is not None:
        day = f"({writer.sql(step.at)})"
        begins, ends = validity_bounds(step)
        taken += [f"{begins} AS _begins", f"{ends} AS _ends"]
        on += [f"o._begins <= {day}", f"o._ends >= {day}"]
        keys = ", ".join(f"({theirs.sql(m.other)}) AS _k{i}" for i, m in enumerate(step.match))
        people = chain.side(f"SELECT DISTINCT {keys} FROM {chain.table(step)} o")
        known = f" LEFT JOIN {people} k ON " + " AND ".join(
            f"k._k{i} = {writer.sql(m.this)}" for i, m in enumerate(step.match)
        )
        found = f"CASE WHEN o._k0 IS NOT NULL THEN TRUE WHEN {day} IS NULL OR k._k0 IS NULL THEN NULL ELSE FALSE END"
    other = chain.side(f"SELECT {', '.join(taken)} FROM {chain.table(step)} o")
    columns.insert(0, f"{found} AS {quoted(step.name + '.found')}")
    chain.then(
        f"SELECT w.*, {', '.join(columns)} FROM {chain.current} w LEFT JOIN {other} o ON {' AND '.join(on)}{known}"
    )


def _first_day(step: Lookup) -> str:
    """Give the first part of the rank of a row `o`: its first day, unknown after all others, blank before."""
    if step.at is None or not step.start:
        return ""
    cell, unread = f"o.{quoted(step.start[0].name)}", literal(f",{step.start[0].name},", "text")
    return f"coalesce({cell}, CASE WHEN contains(o._bad, {unread}) THEN DATE '9999-12-31' END, DATE '0001-01-01'), "


def validity_bounds(step: Lookup) -> tuple[str, str]:
    """Give the first and the last day on which a row `o` is valid, where all its bounds are readable; blank is open."""
    starts = [f"coalesce(o.{quoted(c.name)}, DATE '0001-01-01')" for c in step.start]
    ends = [f"coalesce(o.{quoted(c.name)}, DATE '9999-12-31')" for c in step.end]
    return _extreme("greatest", starts, "0001-01-01"), _extreme("least", ends, "9999-12-31")


def _extreme(pick: str, values: Sequence[str], open_day: str) -> str:
    return (
        f"{pick}({', '.join(values)})" if len(values) > 1 else values[0] if values else f"DATE '{open_day}'"
    )


def _valid(step: Lookup, writer: Writer) -> str:
    if step.at is None:
        return "TRUE"
    day = f"({writer.sql(step.at)})"
    parts = [valid_bound("o", c, "<=", day) for c in step.start] + [
        valid_bound("o", c, ">=", day) for c in step.end
    ]
    return "(" + " AND ".join([f"({day} IS NOT NULL OR NULL)", *parts]) + ")"
