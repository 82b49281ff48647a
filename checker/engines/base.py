"""What an engine is: a plan and typed tables in, hits and counts out. It never sees YAML, files or reports."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import field
from typing import Any, Protocol

from checker.model import Hit, HitBatch, HitTable
from checker.nouns import dataclass
from checker.plan.nodes import Plan, Type


class Table(Protocol):
    """A typed log: `sql` names it in the database; columns beside the stored fields are _src, _row, _bad."""

    @property
    def sql(self) -> str:
        """Give the name to select from."""

    @property
    def columns(self) -> Mapping[str, Type]:
        """Give the stored fields and their types."""

    @property
    def unique(self) -> str | None:
        """Give a column known to hold a value in every row, and none twice; None: nothing is known."""


class EngineTables(Protocol):
    """All typed logs of a run."""

    @property
    def db(self) -> Any:
        """Give the database that holds them."""

    @property
    def logs(self) -> Mapping[str, Any]:
        """Give the tables by log name."""


@dataclass(frozen=True)
class Result:
    """Hits (every outcome but pass and not_applicable, unless all were asked for) and, per rule, outcome counts.

    Counts hold only rows that were judged (`judged` true), so look-back rows are in neither. `listed`: further hits,
    of rules that list all their rows and are not counted; made while they are taken, which is once and before the
    database is asked anything else.
    """

    hits: list[Hit]
    counts: dict[str, dict[str, int]] = field(default_factory=dict)
    listed: Iterable[HitBatch | HitTable] = ()

    def taken(self) -> Result:
        """Give the result with all hits taken and counted."""
        listed = [hit for batch in self.listed for hit in batch.hits()]
        counts = {rule: dict(found) for rule, found in self.counts.items()}
        for hit in listed:
            if hit.values["judged"]:
                own = counts.setdefault(hit.rule, {})
                own[hit.outcome] = own.get(hit.outcome, 0) + 1
        return Result([*self.hits, *listed], counts)


class Engine(Protocol):
    """One way to run a plan."""

    def run(self, plan: Plan, tables: EngineTables, every: bool = False) -> Result:
        """Judge every subject of every rule.

        Raises:
            Unsupported: the plan holds a node that this engine cannot express.
        """


class Unsupported(Exception):
    """An engine was given a node that it cannot express; it never approximates."""
