"""Rows before this one, as SQL windows: the previous row of a group, and unbroken runs of failures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from checker.database import quote as quoted
from checker.plan.nodes import Previous, Run, Step

if TYPE_CHECKING:
    from checker.engines.relations import Chain


def add_previous(chain: Chain, step: Step) -> None:
    """Rows without a key are nobody's neighbour; those without a place in the order come last and are passed over."""
    assert isinstance(step, Previous)
    writer = chain.w()
    by, order = [writer.sql(e) for e in step.by], [writer.sql(e) for e in step.order]
    lacking = " OR ".join(f"({e}) IS NULL" for e in [*by, *order])
    part = f"PARTITION BY {', '.join(by)} " if by else ""
    ranks = ", ".join([f"({lacking})", *order, "w._src", "w._row"])
    taken = {"found": "TRUE"} | {out: f"w.{quoted(c.name)}" for out, c in step.columns}
    window = [
        f"lag({value}) OVER ({part}ORDER BY {ranks}) AS {quoted(f'_p.{out}')}" for out, value in taken.items()
    ]
    chain.then(
        f"SELECT w.*, ({lacking}) AS {quoted('_p lacking')}, {', '.join(window)} FROM {chain.current} w"
    )
    columns = [
        f"(w.{quoted('_p.found')} IS TRUE AND NOT w.{quoted('_p lacking')}) AS {quoted(step.name + '.found')}"
    ]
    columns += [
        f"CASE WHEN NOT w.{quoted('_p lacking')} THEN w.{quoted(f'_p.{out}')} END AS {quoted(f'{step.name}.{out}')}"
        for out, _ in step.columns
    ]
    drop = ", ".join([quoted("_p lacking"), *(quoted(f"_p.{out}") for out in taken)])
    chain.then(f"SELECT w.* EXCLUDE ({drop}), {', '.join(columns)} FROM {chain.current} w")


def add_run(chain: Chain, step: Step) -> None:
    """Number the stretches between resets, then count the failures within each."""
    assert isinstance(step, Run)
    writer = chain.w()
    by = [writer.sql(e) for e in step.by]
    order = ", ".join([*(f"{writer.sql(e)} NULLS LAST" for e in step.order), "w._src", "w._row"])
    failed = f"({writer.sql(step.failed)})"
    reset = f"{failed} IS NOT TRUE" if step.gap == "break" else f"{failed} IS FALSE"
    part = f"PARTITION BY {', '.join(by)} " if by else ""
    stretch = (
        f"sum(CASE WHEN {reset} THEN 1 ELSE 0 END) OVER ({part}ORDER BY {order} ROWS UNBOUNDED PRECEDING)"
    )
    chain.then(f"SELECT w.*, {failed} AS _failed, {stretch} AS _stretch FROM {chain.current} w")
    inner = f"PARTITION BY {', '.join([*by, 'w._stretch'])}"
    length = (
        f"sum(CASE WHEN w._failed THEN 1 ELSE 0 END) OVER ({inner} ORDER BY {order} ROWS UNBOUNDED PRECEDING)"
    )
    value = f"CASE WHEN w._failed THEN CAST({length} AS BIGINT) ELSE 0 END AS {quoted(step.name)}"
    chain.then(f"SELECT w.* EXCLUDE (_failed, _stretch), {value} FROM {chain.current} w")
