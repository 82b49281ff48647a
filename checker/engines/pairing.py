"""Pairing as SQL: rounds in which every pair that is the nearest of both its rows is made, until none is left."""

from __future__ import annotations

from typing import TYPE_CHECKING

from checker.database import quote as quoted
from checker.engines.sql import Writer
from checker.plan.nodes import Call, Col, Pairing, Step

if TYPE_CHECKING:
    from checker.engines.relations import Chain


def add_pairing(chain: Chain, step: Step) -> None:
    """Add whether each row is paired for certain, may be, or cannot be, and the time of its partner."""
    from checker.engines.relations import PLACES

    assert isinstance(step, Pairing)
    chain.recursive = True
    writer = chain.w()
    group = ", ".join(f"'k{i}': {writer.sql(e)}" for i, e in enumerate(step.by))
    own = {
        "_at": writer.sql(step.at),
        "_among": writer.sql(step.among),
        "_g": f"{{{group}}}" if group else "0",
    }
    listed = ", ".join(f"({value}) AS {name}" for name, value in own.items())
    chain.then(f"SELECT w.*, {listed} FROM {chain.current} w")
    before = chain.current
    near = chain.side(
        f"SELECT p.*, w._at, w._among, w._g, w._src AS e_src, w._row AS e_row FROM {chain.pairs(step.related)} p "
        f"JOIN {before} w ON w._id = p._id WHERE w._among IS NOT FALSE"
    )
    ranked = _ranked(chain, near)
    least = _paired(chain, f"SELECT * FROM {ranked} WHERE c")
    most = _paired(chain, f"SELECT * FROM {ranked} WHERE _among")
    loose = f"SELECT DISTINCT _id FROM {near} WHERE v0 IS NULL OR _at IS NULL"
    places = chain.side(f"SELECT _id, {PLACES} AS ev FROM {near} GROUP BY _id")
    name = f"_ev{len(chain.evidence)}"
    chain.evidence.append((name, step.log.split("+")[0]))
    joins = (
        f"LEFT JOIN {least} a ON a._id = w._id LEFT JOIN {most} b ON b._id = w._id "
        f"LEFT JOIN ({loose}) l ON l._id = w._id LEFT JOIN {places} p ON p._id = w._id"
    )
    chain.then(
        f"SELECT w.* EXCLUDE (_at, _among, _g), {_told(step, writer)} AS {quoted(step.name)}, "
        f"a.time AS {quoted(step.name + '_at')}, p.ev AS {name} FROM {before} w {joins}"
    )


def _told(step: Pairing, writer: Writer) -> str:
    """Give whether a row is paired: `a` if certainly, `b` if it may be, `l` if a pair has no length."""
    unknown = ["w._among IS NULL", "b._id IS NOT NULL", "l._id IS NOT NULL"]
    unknown += [f"({writer.sql(m.this)}) IS NULL" for m in step.match]
    return (
        "CASE WHEN a._id IS NOT NULL THEN TRUE WHEN w._among IS FALSE THEN FALSE "
        f"WHEN {' OR '.join(unknown)} THEN NULL ELSE FALSE END"
    )


def _ranked(chain: Chain, near: str) -> str:
    """Give the pairs that have a length, `k` the order in which they are made."""
    between = Call("elapsed", (Col("_at", "datetime"), Col("v0", "datetime")), "duration")
    length = f"abs({Writer('n', 'n', chain.zone).sql(between)})"
    order = f"{length}, n._at, n.e_src, n.e_row, n._src, n._row, n._id"
    return chain.side(
        f"SELECT n._id, n._g, n._src, n._row, n.v0 AS time, n.c, n._among, row_number() OVER (ORDER BY {order}) AS k "
        f"FROM {near} n WHERE n.v0 IS NOT NULL AND n._at IS NOT NULL"
    )


def _paired(chain: Chain, pairs: str) -> str:
    """Give the pairs that are made: `_id` and `time`."""
    name = f"{chain.prefix}x{len(chain.ctes)}"
    one, other = "PARTITION BY _id", "PARTITION BY _g, _src, _row"
    marked = f"SELECT *, (k = min(k) OVER ({one}) AND k = min(k) OVER ({other})) AS made FROM {name} WHERE NOT done"
    told = f"SELECT *, bool_or(made) OVER ({one}) OR bool_or(made) OVER ({other}) AS gone FROM ({marked})"
    rounds = chain.side(
        f"SELECT _id, _g, _src, _row, time, k, FALSE AS done FROM ({pairs}) UNION ALL "
        f"SELECT _id, _g, _src, _row, time, k, made FROM ({told}) WHERE made OR NOT gone"
    )
    assert rounds == name
    return chain.side(f"SELECT _id, time FROM {rounds} WHERE done")
