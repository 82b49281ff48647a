"""A plan of one hand-made rule over one hand-made table, judged by any engine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from checker.database import connect
from checker.engines.base import Engine, Result
from checker.engines.sql import SQL_TYPES
from checker.plan import build as b
from checker.plan.nodes import Calendar, Col, Expr, Plan, Records, RulePlan, Step, Type


@dataclass(frozen=True)
class World:
    """Columns by name and type, and rows of their values; `sql` overrides the type a column is stored as."""

    columns: dict[str, Type]
    rows: Sequence[tuple[Any, ...]]
    sql: dict[str, str] = field(default_factory=dict)

    def col(self, name: str) -> Col:
        return Col(name, self.columns[name])


def fails(violation: Expr) -> Expr:
    """Give the outcome of a rule that is broken where `violation` is true."""
    return b.cases(
        [(b.is_false(violation), b.lit("pass")), (b.is_null(violation), b.lit("undetermined"))], b.lit("fail")
    )


def rule_of(
    outcome: Expr, steps: tuple[Step, ...] = (), scope: Expr = b.TRUE, judged: Expr = b.TRUE
) -> RulePlan:
    return RulePlan("r", Records("t"), steps, scope, b.TRUE, b.TRUE, outcome, (("judged", judged),))


def run(engine: Engine, world: World, rule: RulePlan) -> Result:
    """Judge every row of the world."""
    with connect(threads=1) as db:
        kinds = [(name, world.sql.get(name, SQL_TYPES[kind])) for name, kind in world.columns.items()]
        places = [("_src", "INTEGER"), ("_row", "BIGINT"), ("_bad", "VARCHAR")]
        rows = [(*row, 0, number, None) for number, row in enumerate(world.rows, 2)]
        db.fill("t", [*kinds, *places], rows)
        table = SimpleNamespace(unique=None, sql="t", columns=world.columns, rows=len(rows))
        tables = SimpleNamespace(db=db, logs={"t": table})
        return engine.run(Plan((rule,), (), (), Calendar()), tables, every=True)


def words(result: Result) -> list[str]:
    """Give the outcome of every row, in file order."""
    return [hit.outcome for hit in sorted(result.hits, key=lambda hit: hit.evidence)]
