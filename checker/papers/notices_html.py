"""处罚通知单 as pages to print: A4, every page with its head, its page number and what it rests on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from checker.money import yuan
from checker.papers.notice_pages import Line
from checker.papers.notices import BLANK, Frame, Notice
from checker.reports.html import page


@dataclass(frozen=True)
class _Sheet:
    """One printed page of a notice; `lines` with their numbers, which go on from page to page."""

    one: Notice
    lines: tuple[tuple[str, Line], ...]
    page: int
    sum: str

    @property
    def signed(self) -> bool:
        return self.page == len(self.one.pages)


def render(notices: Sequence[Notice], frame: Frame) -> str:
    """Give one file with all these notices."""
    sheets = [sheet for one in notices for sheet in _sheets(one)]
    return page("notices.html", styles=["paper.css"], lang="zh", frame=frame, blank=BLANK, sheets=sheets)


def _sheets(one: Notice) -> list[_Sheet]:
    number, made = 0, []
    for at, lines in enumerate(one.pages, 1):
        numbered = []
        for line in lines:
            number += not line.goes_on
            numbered.append(("" if line.goes_on else str(number), line))
        made.append(_Sheet(one, tuple(numbered), at, f"¥{yuan(one.fen)}" if one.fen else ""))
    return made
