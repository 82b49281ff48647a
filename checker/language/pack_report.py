"""What a pack says about its printed papers beyond the company: which figures stand in the monthly report."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from checker.model import Text
from checker.nouns import dataclass


@dataclass(frozen=True)
class Indicator:
    """One line of the monthly report: a rule, and the name people know its figure by (empty: the rule's title).

    `met`: the share of what was judged that met the rule, even where the rule measures a figure of its own.
    """

    rule: str
    title: Text = Text("")
    met: bool = False


@dataclass(frozen=True)
class CauseCount:
    """A field whose values are counted month by month, over the rows of a log that `where` holds for."""

    log: str
    field: str
    title: Text = Text("")
    where: Mapping[str, Any] = dataclasses.field(default_factory=dict)


@dataclass(frozen=True)
class MonthlyReport:
    """What stands in the monthly report; no indicators: every goal, statistic and duty of the pack."""

    indicators: tuple[Indicator, ...] = ()
    causes: tuple[CauseCount, ...] = ()
    signers: tuple[str, ...] = ("编制", "审核", "批准")


NO_REPORT = MonthlyReport()
"""What a pack has that says nothing of its report."""
