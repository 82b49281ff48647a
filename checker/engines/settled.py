"""Grids in which most subjects are settled at once: a row that certainly belongs is all that a rule asks for.

Which subject has such a row in which period is kept as bits, a number for a block of periods, found by one grouping
of the other log. A bit is set only where the row is certain; what is not set says nothing, and is judged exactly.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from checker.database import Database
from checker.database import quote as quoted
from checker.engines.grids import Settled
from checker.engines.passes import judged_of
from checker.engines.relations import held_in
from checker.engines.shared import needed_steps
from checker.engines.sql import Writer
from checker.plan.build import and_, lit
from checker.plan.columns import columns_of, this_names
from checker.plan.nodes import Call, Col, Expr, Grid, Lit, Related, RulePlan

PAIRS = 30_000_000
"""Rows times periods that may be compared where no period is told by equality."""
UNKNOWN = Lit(None, "bool")
_THROUGH = ("and", "or", "not")


@dataclass(frozen=True)
class Asked:
    """How one step is asked for certain rows.

    `keys`: pairs of an expression of the subject and its equal in the other row; `periods`: the same of the period;
    `where`: what is left, read from the other row and the period; `listed`: a list of the other row that holds a key.
    """

    step: Related
    names: Mapping[str, Expr]
    """By column of the step that counts rows: which of them."""
    keys: tuple[tuple[Expr, Expr], ...]
    periods: tuple[tuple[Expr, Expr], ...]
    where: tuple[Expr, ...]
    listed: tuple[Expr, Expr] | None = None


def settling(rule: RulePlan, grid: Grid, periods: frozenset[str], rows: Callable[[str], int]) -> list[Asked]:
    """Give the steps by which a rule over a grid can be settled; `rows` tells how many pairs with a log are compared."""
    exact = needed_steps(rule, [rule.scope, judged_of(rule), rule.applies], frozenset())
    wanted = {*_counts(rule.suspect)} - {step.name for step in exact}
    own = frozenset([grid.key or "", *(c.name for c in grid.columns)])
    if not wanted or grid.log is None or own & periods:
        return []
    found = (_asked(step, wanted, own, periods) for step in rule.steps if isinstance(step, Related))
    return [one for one in found if one and (one.periods or rows(one.step.log) <= PAIRS)]


def weaker(rule: RulePlan, asked: Sequence[Asked]) -> RulePlan:
    """Give the rule with a suspicion that rests on the columns of bits instead of the steps they stand for."""
    gone = {name for one in asked for name in _added(one.step)}
    bits = {name: bit_of(name) for one in asked for name in one.names}
    return replace(rule, suspect=_weaker(rule.suspect, bits, gone))


def write_bits(
    db: Database, zone: str | None, tables: Mapping[str, str], grid: Grid, asked: Asked
) -> Settled:
    """Write the bits of one step; `tables` gives names in the database."""
    table, bits = quoted(db.name(f"bits {asked.step.log}")), _Bits(zone)
    keys = [f"({bits.theirs.sql(other)})" for _, other in asked.keys]
    ours = [mine for mine, _ in asked.keys]
    if asked.listed is not None:
        keys.append(f"unnest(list_distinct({bits.theirs.sql(asked.listed[0])}))")
        ours.append(asked.listed[1])
    own = [one for one in asked.where if not this_names([one])]
    joined = [f"{bits.period(mine)} = {bits.other(other)}" for mine, other in asked.periods]
    joined += [bits.other(one) for one in asked.where if one not in own]
    told = {quoted(bit_of(name)): bits.other(only) for name, only in asked.names.items()}
    cells = [*(f"{key} AS k{i}" for i, key in enumerate(keys)), *bits.columns()]
    rows = f"SELECT {', '.join(cells)} FROM {tables[asked.step.log]} o WHERE {bits.theirs.sql(and_(own))}"
    found = [f"coalesce(bit_or(p._bit) FILTER (WHERE {one}), 0) AS {name}" for name, one in told.items()]
    names = [f"o.k{i}" for i in range(len(keys))]
    whole = " AND ".join(f"{name} IS NOT NULL" for name in names)
    db.run(
        f"CREATE TEMP TABLE {table} AS SELECT {', '.join([*names, 'p._block', *found])} FROM ({rows}) o "
        f"JOIN {tables[grid.periods]} p ON {' AND '.join(joined) or 'TRUE'} WHERE {whole} GROUP BY ALL"
    )
    read = [*(one for one, _ in asked.periods), *asked.where, *asked.names.values()]
    moved = grid.changes is not None and "due_at" in this_names(read)
    return Settled(table, tuple(ours), tuple(told), moved)


def bit_of(name: str) -> str:
    """Give the column that says whether a count is certainly not nothing."""
    return f"_some {name}"


@dataclass
class _Bits:
    """Writes conditions over a period `p` and the other rows `o`, of which whatever they alone decide is told first."""

    zone: str | None
    told: dict[Expr, str] = field(default_factory=dict)

    @property
    def theirs(self) -> Writer:
        return Writer("o", "o", self.zone)

    def period(self, expr: Expr) -> str:
        return Writer("p", "p", self.zone).sql(expr)

    def other(self, expr: Expr) -> str:
        return Writer("p", "o", self.zone).sql(self._alone(expr))

    def columns(self) -> list[str]:
        """Give what to select of the other rows."""
        return [f"({self.theirs.sql(expr)}) AS {name}" for expr, name in self.told.items()]

    def _alone(self, expr: Expr) -> Expr:
        sides = {side for side, _ in columns_of([expr])}
        if sides == {"other"}:
            return Col(self.told.setdefault(expr, f"e{len(self.told)}"), expr.type, "other")
        if isinstance(expr, Call) and "other" in sides:
            return replace(expr, args=tuple(self._alone(arg) for arg in expr.args))
        return expr


def _counts(expr: Expr) -> Iterable[str]:
    """Give the columns that a condition asks to be at least one."""
    if _is_some(expr):
        yield _name(expr)
    elif isinstance(expr, Call):
        for arg in expr.args:
            yield from _counts(arg)


def _is_some(expr: Expr) -> bool:
    return (
        isinstance(expr, Call)
        and expr.fn == "ge"
        and isinstance(expr.args[0], Col)
        and expr.args[1] == lit(1)
    )


def _name(expr: Expr) -> str:
    assert isinstance(expr, Call) and isinstance(expr.args[0], Col)
    return expr.args[0].name


def _added(step: Related) -> set[str]:
    return {step.name, f"{step.name}_unknown", *(take.name for take in step.takes)}


def _asked(step: Related, wanted: set[str], own: frozenset[str], periods: frozenset[str]) -> Asked | None:
    names: dict[str, Expr] = {step.name: lit(True)} if step.name in wanted else {}
    for take in step.takes:
        if take.fn == "count" and take.name in wanted:
            names[take.name] = take.filter or lit(True)
    keys: list[tuple[Expr, Expr]] = []
    moments: list[tuple[Expr, Expr]] = []
    for match in step.match:
        read = this_names([match.this])
        (moments if read and read <= periods else keys).append((match.this, match.other))
    parts = step.where.args if isinstance(step.where, Call) and step.where.fn == "and" else (step.where,)
    listed = next((pair for one in parts if (pair := _holds(one, own))), None)
    where = tuple(one for one in parts if listed is None or _holds(one, own) != listed)
    fits = this_names(key for key, _ in keys) <= own and this_names([*where, *names.values()]) <= periods
    if not (names and fits and (keys or listed)):
        return None
    return Asked(step, names, tuple(keys), tuple(moments), where, listed)


def _holds(expr: Expr, own: frozenset[str]) -> tuple[Expr, Expr] | None:
    """Give the list of the other row and the value of the subject that it must hold, if a condition says that."""
    found = held_in(expr)
    return found if found and this_names([found[1]]) <= own else None


def _weaker(expr: Expr, bits: Mapping[str, str], gone: set[str]) -> Expr:
    """Give a condition that is true or null wherever this one is: what is not known any more is null in it."""
    if isinstance(expr, Call) and expr.fn == "is_true" and _is_some(expr.args[0]):
        expr = expr.args[0] if _name(expr.args[0]) in bits else expr  # a count is never null
    if _is_some(expr) and _name(expr) in bits:
        return Call("if", (Col(bits[_name(expr)], "bool"), lit(True), UNKNOWN), "bool")
    if not this_names([expr]) & gone:
        return expr
    if isinstance(expr, Call) and (expr.fn in _THROUGH or (expr.fn == "if" and expr.type == "bool")):
        return replace(expr, args=tuple(_weaker(arg, bits, gone) for arg in expr.args))
    return UNKNOWN
