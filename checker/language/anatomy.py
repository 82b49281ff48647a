"""What a rule is made of, beside its plan: each condition as the editor wrote it, with the expression it became.

The plan says what holds; this says whose words it was. Nothing here is run: a trace evaluates these expressions over
the rows of the plan, so that what it says and what the rule decides are one thing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Any

from checker.nouns import dataclass
from checker.plan.nodes import Expr, RulePlan, Side


@dataclass(frozen=True)
class Condition:
    """One `{field: {op: operand}}` of a predicate; `path` leads to it in the rule.

    `left` is the field, `right` another field or a formula (None: the operand is a constant or a `$parameter`).
    `side`: of which row the field is, the one judged or a row of another log.
    """

    path: tuple[str | int, ...]
    log: str
    field: str
    op: str
    operand: Any
    expr: Expr
    left: Expr
    right: Expr | None
    side: Side


@dataclass(frozen=True)
class Predicate:
    """A whole predicate as it stands at `path` (also one inside another), with the expression it became."""

    path: tuple[str | int, ...]
    log: str
    raw: Mapping[str, Any]
    expr: Expr
    side: Side


@dataclass
class Notes:
    """What is noted while a rule is compiled, by the path that leads to it."""

    conditions: dict[tuple[str | int, ...], Condition] = field(default_factory=dict)
    predicates: dict[tuple[str | int, ...], Predicate] = field(default_factory=dict)


@dataclass(frozen=True)
class Rung:
    """One step of the outcome: the first whose condition is certainly true gives the word."""

    reason: str
    condition: Expr
    word: str


@dataclass(frozen=True)
class Anatomy:
    """The conditions of a rule by what they are for; `plan` is the rule's plan with every column.

    A row is judged when `effective` and `scope` are not false. It applies when these and `chosen` (the kind's own),
    `applies_to` (True when the rule names nobody) hold and `leave` (False without `exempt`) does not.
    """

    plan: RulePlan
    effective: Expr
    scope: Expr
    chosen: tuple[Expr, ...]
    applies_to: Expr
    leave: Expr
    require: Expr
    due: Expr | None
    ladder: tuple[Rung, ...]
    notes: Notes
