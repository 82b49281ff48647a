"""All entries folded into where every finding stands; pure, and the same for the same entries."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Literal

from checker.ledger.entries import Entry, Step
from checker.model import Text

State = Literal[
    "proposed", "reviewed", "rejected", "doubted", "waived", "confirmed", "served", "appealed", "upheld", "adjusted",
    "revoked", "released",
]  # fmt: skip
STATES: Mapping[State, Text] = {
    "proposed": Text("拟处理", "proposed"),
    "reviewed": Text("已复核，待批准", "reviewed, to be approved"),
    "rejected": Text("不属实", "not so"),
    "doubted": Text("证据不足", "not enough evidence"),
    "waived": Text("已豁免", "waived"),
    "confirmed": Text("已确认", "confirmed"),
    "served": Text("已送达", "served"),
    "appealed": Text("申诉中", "under appeal"),
    "upheld": Text("维持", "upheld"),
    "adjusted": Text("变更", "adjusted"),
    "revoked": Text("撤销", "revoked"),
    "released": Text("移交财务", "handed to finance"),
}
_AFTER: Mapping[str, State] = {
    "confirm": "reviewed",
    "reject": "rejected",
    "doubt": "doubted",
    "return": "proposed",
    "waive": "waived",
    "approve": "confirmed",
    "serve": "served",
    "appeal": "appealed",
    "uphold": "upheld",
    "adjust": "adjusted",
    "revoke": "revoked",
    "release": "released",
}
SETTLED: frozenset[State] = frozenset({"rejected", "waived", "revoked", "released"})
"""States in which nothing more is expected of anybody."""


@dataclass(frozen=True)
class Case:
    """One finding and what was decided about it. Amounts in fen; None while nobody has set one.

    `last_on` is the day of the last step that a person took.
    `proposal` is the finding as the last run proposed it, `evidence` the hash of what it rested on then, and
    `decided_on` that of the moment of the review: where they differ, the data changed after the decision.
    `credited` is what later corrections gave back of a released amount. `deducted` is what was kept of the wage of
    each month (below 0: paid back), and `lapsed` what was given up with that month's wage; wages are never told.
    `notice` is the number of the notice it stands on, once and for all; "" before one was issued.
    """

    finding: str
    proposal: Mapping[str, Any]
    month: str
    evidence: str
    state: State = "proposed"
    fen: int | None = None
    decided_on: str = ""
    reviewer: str = ""
    approver: str = ""
    decider: str = ""
    notice: str = ""
    served_on: date | None = None
    appealed_on: date | None = None
    last_on: date | None = None
    released_in: str = ""
    credited: int = 0
    deducted: Mapping[str, int] = field(default_factory=dict)
    lapsed: Mapping[str, int] = field(default_factory=dict)
    gone: bool = False
    history: tuple[int, ...] = ()

    @property
    def data_changed(self) -> bool:
        """Tell whether the finding is no longer what was decided on: other data, or none of it left."""
        return bool(self.decided_on) and (self.gone or self.decided_on != self.evidence)

    def due(self, month: str, credited: int | None = None) -> int:
        """Give what the wages before a month left to deduct, in fen; below 0: what is to be paid back.

        `credited` is for a look at an earlier month, in which not all credits had been given.
        """
        given = self.credited if credited is None else credited
        left = (self.fen or 0) - given - sum(fen for then, fen in self.deducted.items() if then < month)
        lapsed = sum(fen for then, fen in self.lapsed.items() if then < month)
        return max(left - lapsed, 0) if left > 0 else left


@dataclass(frozen=True)
class Book:
    """Every case by fingerprint, in the order in which they were first proposed, and the months that are closed."""

    cases: Mapping[str, Case] = field(default_factory=dict)
    closed: Mapping[str, int] = field(default_factory=dict)


def fold(entries: Iterable[Entry]) -> Book:
    """Give where everything stands after these entries."""
    cases: dict[str, Case] = {}
    closed: dict[str, int] = {}
    for one in entries:
        if one.step.kind == "close":
            closed[one.step.data["month"]] = one.seq
        elif one.step.finding:
            cases[one.step.finding] = after(cases.get(one.step.finding), one.step, one.seq)
    return Book(cases, closed)


def after(case: Case | None, step: Step, seq: int) -> Case:
    """Give where a finding stands after one more step.

    Raises:
        KeyError: a step about a finding that was never proposed; `steps.refusal` tells before it comes to that.
    """
    if step.kind == "propose":
        return _proposed(case, step, seq)
    if case is None:
        raise KeyError(step.finding)
    day = case.last_on if step.kind == "gone" else step.on
    moved = replace(case, history=(*case.history, seq), state=_AFTER.get(step.kind, case.state), last_on=day)
    return replace(moved, **_CHANGES[step.kind](case, step)) if step.kind in _CHANGES else moved


def _proposed(case: Case | None, step: Step, seq: int) -> Case:
    data = step.data
    if case is None:
        return Case(step.finding, data["proposal"], data["month"], data["evidence"], history=(seq,))
    new = replace(case, proposal=data["proposal"], evidence=data["evidence"], gone=False)
    return replace(new, history=(*case.history, seq))


def _reviewed(case: Case, step: Step) -> dict[str, Any]:
    return {"reviewer": step.by, "approver": "", "fen": step.data.get("fen"), "decided_on": case.evidence}


def _deducted(case: Case, data: Mapping[str, Any]) -> dict[str, Any]:
    month = data["month"]
    return {
        "deducted": {**case.deducted, month: data["fen"]},
        "lapsed": {**case.lapsed, month: data.get("lapsed", 0)},
    }


_CHANGES: Mapping[str, Callable[[Case, Step], dict[str, Any]]] = {
    "confirm": _reviewed,
    "reject": _reviewed,
    "doubt": _reviewed,
    "return": lambda case, step: {"reviewer": "", "fen": None, "decided_on": ""},
    "waive": lambda case, step: {"approver": step.by, "fen": 0, "decided_on": case.evidence},
    "approve": lambda case, step: {"approver": step.by},
    "notice": lambda case, step: {"notice": step.data["notice"]},
    "serve": lambda case, step: {"served_on": step.on},
    "appeal": lambda case, step: {"appealed_on": step.on},
    "uphold": lambda case, step: {"decider": step.by},
    "adjust": lambda case, step: {"decider": step.by, "fen": step.data["fen"]},
    "revoke": lambda case, step: {"decider": step.by, "fen": 0},
    "release": lambda case, step: {"released_in": step.data["month"]},
    "deduct": lambda case, step: _deducted(case, step.data),
    "credit": lambda case, step: {"credited": case.credited + step.data["fen"]},
    "gone": lambda case, step: {"gone": True},
}
