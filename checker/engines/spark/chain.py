"""Rows under construction as nested queries: each reads the one before it once, so plans grow with the steps, no faster.

Rows are `w`, with the columns somebody still reads, `_src`, `_row`, `_bad` and one list of places a step with evidence.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from checker.engines.spark.expressions import Writer, quoted, text_literal
from checker.plan.nodes import Match

ALWAYS = frozenset({"_src", "_row", "_bad"})


@dataclass(frozen=True)
class Data:
    """What steps may look at: the view of each log and its number of rows, and which keys are null together.

    `gaps` gives, for the keys of a log, the sets of keys that are null in some row, as bit masks (0: none is null).
    """

    views: Mapping[str, str]
    rows: Mapping[str, int]
    gaps: Callable[[str, tuple[Match, ...]], tuple[int, ...]]
    zone: str | None
    few: int

    def hint(self, log: str, alias: str) -> str:
        """Give the hint that sends a short log whole to every core; `few` is 0 when all the data is on one anyway."""
        return f"/*+ BROADCAST({alias}) */ " if self.rows.get(log, 0) < self.few else ""


@dataclass
class Chain:
    """A query under construction; `columns` are those it has, `identity` those that tell two subjects apart.

    `evidence` gives, by step, the column with its places.
    """

    data: Data
    sql: str
    columns: tuple[str, ...]
    identity: frozenset[str] = ALWAYS
    evidence: dict[str, str] = field(default_factory=dict)

    @property
    def w(self) -> Writer:
        """Give the writer for conditions between these rows and another log's rows `o`."""
        return Writer("w", "o", self.data.zone)

    def narrow(self, names: Collection[str]) -> None:
        """Keep only these columns and the evidence."""
        held = self.evidence.values()
        self.columns = tuple(c for c in self.columns if c in names or c in held)

    def listed(self, alias: str = "w") -> str:
        """Give the columns as a select list."""
        return ", ".join(f"{alias}.{quoted(name)}" for name in self.columns)

    def then(self, added: Mapping[str, str], more: str = "", hint: str = "") -> Chain:
        """Wrap the query: its columns, `added` ones (name to SQL) and whatever follows FROM."""
        extra = "".join(f", {sql} AS {quoted(name)}" for name, sql in added.items())
        self.sql = f"SELECT {hint}{self.listed()}{extra} FROM ({self.sql}) w{more}"
        self.columns = (*self.columns, *added)
        return self


def equal(keys: Sequence[str], others: Sequence[str]) -> str:
    """Give the condition that keys agree; true for no keys."""
    return " AND ".join(f"{one} = {two}" for one, two in zip(keys, others, strict=True)) or "TRUE"


def any_null(keys: Iterable[str]) -> str:
    """Give the condition that some key is null; false for no keys."""
    return " OR ".join(f"({key}) IS NULL" for key in keys) or "FALSE"


def struct(fields: Iterable[tuple[str, str]]) -> str:
    """Give a struct of (name, SQL)."""
    return "named_struct(" + ", ".join(f"{text_literal(name)}, {sql}" for name, sql in fields) + ")"
