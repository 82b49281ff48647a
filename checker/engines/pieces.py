"""A large log taken piece by piece, so that what is joined to each fits into memory.

A piece is some days of the log, by a date that its rules read. Of another large log only rows can be joined whose key
lies between the least and the greatest key of the piece: files that follow in time, as registers do, are then read a
part at a time. Rows without a day, and pieces that hold a record from quite another time, look for their keys one by
one. Where keys do not follow the days at all, nothing would be gained, and the log is taken whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Any

from checker.database import Database
from checker.database import quote as quoted
from checker.engines.relations import Chain, Link, link_of
from checker.engines.sql import Writer, literal
from checker.plan.columns import this_names
from checker.plan.nodes import Col, Derive, Lookup, Match, Previous, Related, RulePlan, Run, Step, Type

Bounds = tuple[Any, Any] | None


@dataclass(frozen=True)
class Piece:
    """The condition on a row `t` of the log, and by link the rows of another log that may be joined."""

    where: str = "TRUE"
    near: Mapping[Link, str] = field(default_factory=dict)


@dataclass
class Days:
    """Days from `first` on (null: rows without one), how many rows they have, and the ends of some keys."""

    first: date | None
    rows: int
    bounds: dict[str, Bounds]


WHOLE = (Piece(),)


def cut_by(columns: Mapping[str, Type], rules: Sequence[RulePlan], steps: Sequence[Step]) -> str | None:
    """Give the date by which a log can be cut: the one most scopes read; rows compared with neighbours agree in it."""
    if any(isinstance(step, Run) for step in steps):
        return None
    read = [name for rule in rules for name in _read_by_scope(rule)]
    found = {name for name in read if columns.get(name) in ("date", "datetime")}
    for step in steps:
        if isinstance(step, Previous):
            found &= {one.name for one in step.by if isinstance(one, Col) and one.type == "date"}
    return max(sorted(found), key=read.count, default=None)


def _read_by_scope(rule: RulePlan) -> set[str]:
    """Give what the scope of a rule reads, itself or by what is derived."""
    derived = {step.name: step.expr for step in rule.steps if isinstance(step, Derive)}
    found, waiting = set[str](), this_names([rule.scope])
    while waiting:
        name = waiting.pop()
        found.add(name)
        waiting |= this_names([derived[name]] if name in derived else []) - found
    return found


def pieces(
    db: Database,
    chain: Chain,
    log: str,
    stored: frozenset[str],
    cut: str,
    steps: Sequence[Step],
    large: Iterable[str],
    size: int,
) -> Sequence[Piece]:
    """Give the pieces of a log in which all `steps` of a pass find what they would find in the whole.

    A piece has about `size` rows at most. `stored` are the columns of the log; `large` names the logs that are worth
    reading in part. Rows of theirs without a key are joined to nothing: steps that ask for them are not part of a pass
    over records.
    """
    links = _links(steps, frozenset(large))
    writer, table = Writer("t", "o", chain.zone), chain.tables[log]
    matches = [m for own in links.values() for m in own if this_names([m.this]) <= stored]
    kinds = {writer.sql(m.this): m.this.type for m in matches}
    days = list(_by_day(db, table, cut, sorted(kinds)))
    if not all(_is_plain(one, kinds) for one in days):
        return WHOLE
    spans = joined(days, size)
    where = [_where(spans, at, cut) for at in range(len(spans))]
    near: list[dict[Link, str]] = [{} for _ in spans]
    for link, own in links.items():
        chosen = next(
            (found for m in own if (found := _ordered(spans, m, writer.sql(m.this))) is not None), None
        )
        if chosen is None:
            return WHOLE
        match, key, lost = chosen
        for at, one in enumerate(spans):
            listed = one.first is None or at in lost
            some = f"SELECT {key} FROM {table} t WHERE {where[at]}"
            near[at][link] = _within(chain, link[0], match, some if listed else one.bounds[key])
    return [Piece(*one) for one in zip(where, near, strict=True)]


def _is_plain(day: Days, kinds: Mapping[str, Type]) -> bool:
    """Tell whether a day and its bounds can be said again in SQL and mean the same there."""
    ends = [(end, kinds[key]) for key, found in day.bounds.items() for end in found or ()]
    return is_sayable(day.first, "date") and all(is_sayable(*one) for one in ends)


def is_sayable(value: object, kind: Type) -> bool:
    """Tell whether a value that came from the database goes back to it unchanged: days that Python does not know do not.

    >>> is_sayable("a", "text"), is_sayable("a\\0", "text"), is_sayable(date.max, "date"), is_sayable("10000-01-01", "date")
    (True, False, False, False)
    """
    if isinstance(value, date):
        return date.min.year < value.year < date.max.year
    if isinstance(value, str):
        return kind == "text" and "\0" not in value
    return value is None or isinstance(value, int | Decimal)


def _ordered(spans: Sequence[Days], match: Match, key: str) -> tuple[Match, str, set[int]] | None:
    """Give a key that goes up with the spans, in SQL, and the spans that it does not hold of; else None."""
    if not all(key in one.bounds for one in spans):
        return None
    lost = strays([one.bounds[key] if one.first else None for one in spans])
    return None if lost is None else (match, key, lost)


def _links(steps: Sequence[Step], large: frozenset[str]) -> dict[Link, Sequence[Match]]:
    linked = [step for step in steps if isinstance(step, Related | Lookup)]
    return {link_of(step): step.match for step in linked if step.log in large}


def _by_day(db: Database, table: str, cut: str, keys: Sequence[str]) -> Iterator[Days]:
    """Give every day of a log in order, rows without one first, with the ends of some expressions."""
    ends = "".join(f", min({key}), max({key})" for key in keys)
    day = f"CAST(t.{quoted(cut)} AS DATE)"
    found = db.execute(f"SELECT {day}, count(*){ends} FROM {table} t GROUP BY 1 ORDER BY 1 NULLS FIRST")
    for first, rows, *cells in found:
        pairs = zip(keys, cells[::2], cells[1::2], strict=True)
        bounds = {name: None if least is None else (least, most) for name, least, most in pairs}
        yield Days(first, rows, bounds)


def joined(days: Iterable[Days], size: int) -> list[Days]:
    """Join days that follow each other to spans of about `size` rows at most; rows without a day stay apart.

    >>> days = [Days(date(2026, 1, n), 4, {"no": (n, n + 1)}) for n in range(1, 6)]
    >>> [(one.first.day, one.rows, one.bounds["no"]) for one in joined(days, 8)]
    [(1, 8, (1, 3)), (3, 8, (3, 5)), (5, 4, (5, 6))]
    """
    spans: list[Days] = []
    for one in days:
        if not spans or spans[-1].first is None or spans[-1].rows + one.rows > size:
            spans.append(Days(one.first, 0, dict.fromkeys(one.bounds)))
        last = spans[-1]
        last.rows += one.rows
        last.bounds = {name: _both(last.bounds[name], found) for name, found in one.bounds.items()}
    return spans


def _both(one: Bounds, two: Bounds) -> Bounds:
    if one is None or two is None:
        return one or two
    return min(one[0], two[0]), max(one[1], two[1])


def strays(bounds: Sequence[Bounds]) -> set[int] | None:
    """Give the few whose values lie elsewhere, the rest going up so that only neighbours may share some; null: no such order.

    >>> strays([(1, 5), (4, 9), (7, 12), (11, 15)]), strays([(1, 5), (4, 9), (2, 12), (11, 15)])
    (set(), {2})
    >>> strays([(1, 9), (2, 8), (3, 9)])
    """
    found = set[int]()
    known = {at: one for at, one in enumerate(bounds) if one is not None}
    while not _follow(list(known.values())):
        touched = {
            at: sum(one[0] <= two[1] and two[0] <= one[1] for two in known.values())
            for at, one in known.items()
        }
        worst = max(known, key=lambda at: touched[at])
        found.add(worst)
        del known[worst]
        if len(found) > len(bounds) // 4:
            return None
    return found


def _follow(bounds: Sequence[tuple[Any, Any]]) -> bool:
    return all(one[1] < two[0] for one, two in zip(bounds, bounds[2:], strict=False)) and all(
        one[0] <= two[0] and one[1] <= two[1] for one, two in pairwise(bounds)
    )


def _within(chain: Chain, log: str, match: Match, keys: Bounds | str) -> str:
    """Give the rows of another log whose key lies within bounds, both inclusive, or is one that a query gives."""
    key, kind = f"({Writer('o', 'o', chain.zone).sql(match.other)})", match.this.type
    if isinstance(keys, str):
        only = f"{key} IN ({keys})"
    elif keys is None:
        only = "FALSE"
    else:
        only = f"{key} >= {literal(keys[0], kind)} AND {key} <= {literal(keys[1], kind)}"
    return f"(SELECT * FROM {chain.tables[log]} o WHERE {only})"


def _where(spans: Sequence[Days], at: int, cut: str) -> str:
    """Give the condition of one span on a row `t`."""
    column, first = f"t.{quoted(cut)}", spans[at].first
    if first is None:
        return f"{column} IS NULL"
    parts = [f"{column} IS NOT NULL"]
    if at and spans[at - 1].first is not None:
        parts.append(f"{column} >= {literal(first, 'date')}")
    if at + 1 < len(spans):
        parts.append(f"{column} < {literal(spans[at + 1].first, 'date')}")
    return " AND ".join(parts)
