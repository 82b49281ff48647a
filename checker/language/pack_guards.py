"""How a company keeps fines within bounds and how it decides on them, as `pack.yaml` says it; part of `pack.py`."""

from __future__ import annotations

from typing import Literal

from checker.nouns import dataclass

MoneyMode = Literal["propose", "score", "off"]


@dataclass(frozen=True)
class Guards:
    """Bounds on what is kept of a wage. Amounts in fen, percents whole; none of them says that a fine is lawful.

    `money_mode` None: not chosen, so the region decides. `points` are (amount up to and including, points), rising.
    `carry_max_months` counts the months after that of release; what is left after them lapses, as does all that is
    left at once without `carry`. `max_per_rule_month` bounds what one person pays under one rule for one month;
    None: unbounded. A person with more than `review_above` findings in a month is looked at before any is released.
    """

    region: str = ""
    money_mode: MoneyMode | None = None
    cap_percent: int = 20
    cap_base: Literal["gross", "net", "basic"] = "gross"
    min_wage: Literal["required", "off"] = "required"
    carry: bool = True
    carry_max_months: int = 3
    order: Literal["oldest_first"] = "oldest_first"
    max_per_rule_month: int | None = None
    review_above: int = 5
    points: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True)
class Deciding:
    """How decisions are taken: working days to appeal, and whether notice and a second person are needed."""

    appeal_days: int = 3
    notice_required: bool = True
    second_person: bool = True
