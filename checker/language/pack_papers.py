"""What printed papers say of the company, as `pack.yaml` says it; part of `pack.py`."""

from __future__ import annotations

from checker.language.pack_report import NO_REPORT, MonthlyReport
from checker.model import Text
from checker.nouns import dataclass


@dataclass(frozen=True)
class Papers:
    """What printed papers say of the company; empty where the pack does not say it, to be filled in by hand.

    `signers` are the lines to sign on; the one called 制单 is filled in with who issued the notice.
    """

    company: Text = Text("")
    notice_prefix: str = "ZJ"
    appeal_to: Text = Text("")
    signers: tuple[str, ...] = ("制单", "审核", "批准")
    report: MonthlyReport = NO_REPORT
