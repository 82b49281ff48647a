"""The engines, by name; each is imported only when it is asked for."""

from __future__ import annotations

from collections.abc import Callable

from checker.engines.base import Engine as Engine


def _duckdb() -> Engine:
    from checker.engines.duckdb import DuckDBEngine

    return DuckDBEngine()


def _reference() -> Engine:
    from checker.engines.reference import ReferenceEngine

    return ReferenceEngine()


def _durable() -> Engine:
    from checker.engines.durable.engine import DurableEngine

    return DurableEngine()


def _spark(master: str | None = None) -> Engine:
    from checker.engines.spark import SparkEngine

    return SparkEngine(master)


ENGINES: dict[str, Callable[..., Engine]] = {
    "duckdb": _duckdb,
    "reference": _reference,
    "durable": _durable,
    "spark": _spark,
}


def build(name: str, master: str | None = None) -> Engine:
    """Give the engine of a name; `master` says where Spark runs and means nothing to the others.

    Raises:
        UsageError: what the engine needs is not installed.
    """
    return ENGINES[name](master) if name == "spark" else ENGINES[name]()
