"""The nouns of a trace: what was read, what was asked of it, what was answered, and what would have complied."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from checker.language.anatomy import Condition
from checker.language.pack import Pack, Rule
from checker.model import Finding, Input, Period, Problem, Text, Value

Truth = bool | None


@dataclass(frozen=True)
class Spot:
    """A row of the input: `row` counts from 1 as Excel shows it."""

    file: str
    sheet: str | None
    row: int
    log: str
    key: str = ""


@dataclass(frozen=True)
class Gap:
    """Why something is not known.

    `why`: blank or unreadable (a cell), no-row (no row of that log was found), doubtful (a row that may or may not
    belong), unset (a parameter without a value), doubt (results before this one are not known),
    partly (leave covers a part), none (what is there gives no value: no such moment, a mean of nothing).
    `found` and `note`: what stands in the cell, and what the reading said of it.
    """

    why: Literal["blank", "unreadable", "no-row", "doubtful", "unset", "doubt", "partly", "none"]
    log: str | None = None
    field: str | None = None
    spot: Spot | None = None
    found: str | None = None
    note: Text = Text("")


@dataclass(frozen=True)
class Node:
    """A condition as written, with its truth; `parts` are those of an any_of (any), all_of (all) or not."""

    kind: Literal["leaf", "all", "any", "not"]
    truth: Truth
    parts: tuple[Node, ...] = ()
    condition: Condition | None = None
    actual: Value = None
    limit: Value = None
    gaps: tuple[Gap, ...] = ()

    def leaves(self) -> tuple[Node, ...]:
        """Give the single conditions, in the order in which they were written."""
        return (
            (self,) if self.kind == "leaf" else tuple(leaf for part in self.parts for leaf in part.leaves())
        )


@dataclass(frozen=True)
class Asked:
    """One question of the rule: `role` is what it is for (effective, run, member, where, applies_to, …)."""

    role: str
    truth: Truth
    tree: Node | None = None
    gaps: tuple[Gap, ...] = ()


@dataclass(frozen=True)
class Hurdle:
    """Why a row of another log does not count, or not for certain: a condition, or a comparison of two values."""

    truth: Truth
    node: Node | None = None
    op: str = ""
    left: Value = None
    right: Value = None
    gaps: tuple[Gap, ...] = ()


@dataclass(frozen=True)
class Other:
    """A row of another log that was looked at, and whether it counts."""

    spot: Spot
    truth: Truth
    at: Value = None
    hurdles: tuple[Hurdle, ...] = ()


@dataclass(frozen=True)
class Counted:
    """The rows of another log that belong to the one judged; `rows` are those nearest to it, `more` further ones."""

    name: str
    log: str
    sure: int
    doubtful: int
    rows: tuple[Other, ...] = ()
    more: int = 0


@dataclass(frozen=True)
class Edit:
    """One change of the data: `set` cells of a row, `add` a row, `remove` one. `free`: fields where any value does;
    `unread`: fields whose cell could not be read.
    """

    act: Literal["set", "add", "remove"]
    log: str
    values: Mapping[str, Value]
    spot: Spot | None = None
    source: tuple[int, int] | None = None
    free: tuple[str, ...] = ()
    before: Mapping[str, Value] | None = None
    times: int = 1
    unread: tuple[str, ...] = ()

    @property
    def size(self) -> int:
        """Give how much it changes: cells of a row, rows added or removed."""
        return len(self.values) if self.act == "set" else self.times


@dataclass(frozen=True)
class Change:
    """Edits of the data after which the outcome is `then`: pass, or that the rule does not apply any more."""

    edits: tuple[Edit, ...]
    then: str = "pass"


@dataclass(frozen=True)
class Step:
    """One link of a run of failures: fail, pass, or skip (no result), maybe (not known)."""

    label: str
    result: Literal["fail", "pass", "skip", "maybe"]


@dataclass(frozen=True)
class Case:
    """One judged row. `reason` names the rung of the outcome that decided; `judged` false: outside the run. `version`: the day that
    picks dated numbers."""

    subject: Mapping[str, Value]
    period: str | None
    record: str | None
    at: Value
    spot: Spot | None
    outcome: str
    reason: str
    judged: bool
    asked: tuple[Asked, ...]
    counted: tuple[Counted, ...]
    values: Mapping[str, tuple[Value, str, str | None]]
    run: tuple[Step, ...] = ()
    version: Value = None
    finding: Finding | None = None
    changes: tuple[Change, ...] = ()
    searched: bool = False


@dataclass(frozen=True)
class Trace:
    """Why one rule did, or did not, fire for one subject.

    `silent` says why there is no case at all: (reason, log, count). `missing`: logs nobody handed in.
    `elsewhere`: records of the subject that are not of this run.
    """

    pack: Pack
    rule: Rule
    period: Period
    as_of: Any
    wanted: str | None
    record: str | None
    names: tuple[tuple[str, str], ...]
    read: tuple[Input, ...]
    cases: tuple[Case, ...]
    silent: tuple[tuple[str, str, int], ...]
    missing: tuple[str, ...]
    problems: tuple[Problem, ...]
    elsewhere: int = 0
