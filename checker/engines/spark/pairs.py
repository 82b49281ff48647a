"""Which rows of another log meet which rows judged: one equal join, whatever is null and whatever lists hold."""

from __future__ import annotations

from collections.abc import Sequence

from checker.engines.spark.chain import Chain, any_null, equal
from checker.engines.spark.expressions import Writer
from checker.plan.columns import columns_of
from checker.plan.nodes import Call, Col, Expr, Related


def mask(keys: Sequence[str]) -> str:
    """Give the bit mask of the keys that are null in a row."""
    bits = (f"CASE WHEN ({key}) IS NULL THEN {1 << i} ELSE 0 END" for i, key in enumerate(keys))
    return f"({' + '.join(bits) or '0'})"


def joined(chain: Chain, step: Related, gaps: Sequence[int]) -> tuple[str, str]:
    """Give the FROM item with every pair that may belong, `w` and `o`, and the condition that tells.

    The condition is false where a row judged meets nobody.
    """
    mine = chain.w.all([m.this for m in step.match])
    keys = [Writer("o", "o", chain.data.zone).sql(m.other) for m in step.match]
    view, cond = chain.data.views[step.log], [f"({chain.w.sql(step.where)})"]
    other, on = f"{view} o", equal(mine, keys)
    listed = _listed(step)
    if len(gaps) > 1:
        other, on = _with_gaps(chain, view, mine, keys, gaps)
        cond += [
            f"(CASE WHEN (o._gap & {1 << i}) <> 0 THEN {chain.w.sql(m.if_null)} ELSE TRUE END)"
            for i, m in enumerate(step.match)
        ]
    elif listed is not None:
        other, meets = _by_item(chain, view, *listed)
        on = f"{on} AND {meets}"
    held = f"CASE WHEN o._row IS NULL THEN FALSE ELSE {' AND '.join(cond)} END"
    return f"({chain.sql}) w LEFT JOIN {other} ON {on}", held


def _with_gaps(
    chain: Chain, view: str, mine: Sequence[str], keys: Sequence[str], gaps: Sequence[int]
) -> tuple[str, str]:
    """Let every row judged ask for whole rows and for those of each gap, by the keys that these have."""
    listed = ", ".join(f"({key}) AS _k{i}" for i, key in enumerate(keys))
    other = f"(SELECT o.*, {listed}, {mask(keys)} AS _gap FROM {view} o) o"
    asked = f"CASE WHEN {any_null(mine)} THEN array(-1) ELSE array({', '.join(map(str, gaps))}) END"
    chain.then({"_gap": f"explode({asked})"})
    had = (f"CASE WHEN (w._gap & {1 << i}) <> 0 THEN NULL ELSE {key} END" for i, key in enumerate(mine))
    return other, " AND ".join(["o._gap = w._gap", *(f"o._k{i} <=> {key}" for i, key in enumerate(had))])


def _by_item(chain: Chain, view: str, column: Col, value: Expr) -> tuple[str, str]:
    """Let a row judged ask for the rows whose list holds its value (0) and those without a list (1).

    A row judged without a value asks for all (2): of none of them is it known.
    """
    cell, sought = Writer("o", "o", chain.data.zone).sql(column), chain.w.sql(value)
    items = f"transform(array_distinct({cell}), x -> named_struct('t', 0, 'i', x))"
    none, whole = (f"named_struct('t', {t}, 'i', CAST(NULL AS STRING))" for t in (1, 2))
    other = f"(SELECT o.*, explode(concat(coalesce({items}, array({none})), array({whole}))) AS _item FROM {view} o) o"
    chain.then({"_tag": f"explode(CASE WHEN {sought} IS NULL THEN array(2) ELSE array(0, 1) END)"})
    return other, f"o._item.t = w._tag AND o._item.i <=> CASE WHEN w._tag = 0 THEN {sought} END"


def _listed(step: Related) -> tuple[Col, Expr] | None:
    """Give the list of the other row and the value of the row judged that it must hold, where the condition says so."""
    parts = step.where.args if isinstance(step.where, Call) and step.where.fn == "and" else (step.where,)
    for part in parts:
        if isinstance(part, Call) and part.fn == "has" and isinstance(part.args[0], Col):
            column, value = part.args[0], part.args[1]
            if column.side == "other" and {side for side, _ in columns_of([value])} == {"this"}:
                return column, value
    return None
