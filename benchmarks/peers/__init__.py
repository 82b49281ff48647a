"""The same ten rules done by others, each as a good user of it would write them, and how to run each.

Every program reads the records from their Parquet files and writes a line `rule, outcome, record` for every record
that fails, and, where its language knows three truth values or the program asks for blanks, that is undetermined.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Mapping
from dataclasses import dataclass

from benchmarks.measure import Command, python


@dataclass(frozen=True)
class Peer:
    """A program of this folder: the module it needs, whether it tells undetermined, the part of our job it does.

    `most` is the number of records it is given at most, where it would take minutes.
    """

    module: str
    unknown: bool
    part: str
    most: int | None = None


PEERS: Mapping[str, Peer] = {
    "loop": Peer(
        "duckdb", True, "plain Python, blanks asked for by hand; rows by DuckDB fetchmany; only the rule and the record"
    ),
    "pandas": Peer("pandas", True, "vectorised, blanks asked for by hand; only the rule and the record"),
    "durable": Peer(
        "durable_rules_engine", False,
        "conditions on one fact; two-valued; no calendar (18 months by the caller); rows and facts made by the caller",
        1_000_000,
    ),
    "pandera": Peer("pandera", False, "checks on a pandas frame; two-valued; failing values, no fines"),
    "dataframely": Peer("dataframely", False, "rules on a polars frame; null counts as valid; failing rows, no fines"),
    "rule_engine": Peer(
        "rule_engine", False, "one text condition on one row; two-valued; no calendar; rows made by the caller", 100_000
    ),
    "cel": Peer(
        "celpy", False, "one CEL condition on one row; two-valued; no months; rows made by the caller", 10_000
    ),
}  # fmt: skip


def installed(name: str) -> bool:
    """Tell whether a peer can run here."""
    return importlib.util.find_spec(PEERS[name].module) is not None


def command(name: str, folder: str, output: str, rows: int) -> Command:
    """Give the command line of a peer for the first `rows` records."""
    return python("-m", f"benchmarks.peers.with_{name}", folder, output, str(rows))
