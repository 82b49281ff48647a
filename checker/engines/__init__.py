"""The engines, by name; each is imported only when it is asked for."""

from __future__ import annotations

from collections.abc import Callable

from checker.engines.base import Engine


def _duckdb() -> Engine:
    from checker.engines.duckdb import DuckDBEngine

    return DuckDBEngine()


def _reference() -> Engine:
    from checker.engines.reference import ReferenceEngine

    return ReferenceEngine()


def _durable() -> Engine:
    from checker.engines.durable.engine import DurableEngine

    return DurableEngine()


ENGINES: dict[str, Callable[[], Engine]] = {"duckdb": _duckdb, "reference": _reference, "durable": _durable}
