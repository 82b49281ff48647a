"""质量月报 as a page to read and print, A4 upright."""

from __future__ import annotations

from checker.papers.month import MonthPaper
from checker.papers.month_chart import svg
from checker.reports.html import page


def render(paper: MonthPaper) -> str:
    """Give the page; the same report gives the same bytes."""
    return page(
        "month.html",
        styles=["month.css"],
        lang=paper.lang,
        paper=paper,
        charts={id(one): [svg(chart, paper.lang) for chart in one.charts] for one in paper.sections},
        key=id,
    )
