"""Fragments of SQL that DuckDB and Spark write, and mean, alike; what differs stays with each of them."""

from __future__ import annotations

from collections.abc import Callable

Fragment = Callable[..., str]
CERTAIN = ("is_true", "is_false", "is_null")
"""Conditions that are never null, so that an `if` over them needs no branch for it."""


def call(name: str) -> Fragment:
    """Give the fragment that calls a function.

    >>> call("coalesce")("a", "b")
    'coalesce(a, b)'
    """
    return lambda *args: f"{name}({', '.join(args)})"


def infix(op: str) -> Fragment:
    """Give the fragment that writes an operator between its arguments."""
    return lambda *args: "(" + f" {op} ".join(args) + ")"


def extreme(name: str) -> Fragment:
    """Give the fragment of `greatest` or `least` that is null where an argument is; the databases pass over nulls."""

    def sql(*args: str) -> str:
        missing = " OR ".join(f"{a} IS NULL" for a in args)
        return f"CASE WHEN {missing} THEN NULL ELSE {name}({', '.join(args)}) END"

    return sql


COMMON: dict[str, Fragment] = {
    "and": infix("AND"),
    "or": infix("OR"),
    "not": lambda a: f"(NOT {a})",
    "if": lambda c, a, b: f"CASE WHEN ({c}) IS NULL THEN NULL WHEN {c} THEN {a} ELSE {b} END",
    "is_true": lambda a: f"(({a}) IS TRUE)",
    "is_false": lambda a: f"(({a}) IS FALSE)",
    "is_null": lambda a: f"(({a}) IS NULL)",
    "coalesce": call("coalesce"),
    "eq": infix("="),
    "ne": infix("<>"),
    "lt": infix("<"),
    "le": infix("<="),
    "gt": infix(">"),
    "ge": infix(">="),
    "in": lambda a, *options: f"({a} IN ({', '.join(options)}))",
    "add": infix("+"),
    "sub": infix("-"),
    "mul": infix("*"),
    "greatest": extreme("greatest"),
    "least": extreme("least"),
    "date_of": lambda a: f"CAST({a} AS DATE)",
    "month_end": call("last_day"),
    "round_int": lambda a: f"CAST(round({a}) AS BIGINT)",
    "contains": call("contains"),
}
