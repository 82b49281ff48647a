"""处罚通知单 as pages to print: A4, every page with its head, its page number and what it rests on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from checker.language.pack import Papers
from checker.money import capitals, yuan
from checker.papers.notices import BLANK, Notice
from checker.reports.html import page


def render(notices: Sequence[Notice], papers: Papers, appeal_days: int, head: str) -> str:
    """Give one page with all these notices. `head`: hash of the ledger."""
    return page(
        "notices.html",
        sheet="paper.css",
        lang="zh",
        company=papers.company.zh or BLANK * 2,
        appeal_to=papers.appeal_to.zh or BLANK,
        appeal_days=appeal_days,
        signers=papers.signers,
        blank=BLANK,
        head=head[:16],
        sheets=[sheet for one in notices for sheet in _sheets(one)],
    )


def _sheets(one: Notice) -> list[dict[str, Any]]:
    number, made = 0, []
    for at, lines in enumerate(one.pages, 1):
        cells = []
        for line in lines:
            number += 1
            cells.append((number, line, "—" if line.fen is None else yuan(line.fen)))
        made.append(
            {
                "one": one,
                "lines": cells,
                "page": at,
                "pages": len(one.pages),
                "signed": at == len(one.pages),
                "sum": yuan(one.fen),
                "capitals": capitals(one.fen),
            }
        )
    return made
