"""质量月报 as a workbook that can be edited: one sheet to print, one with the numbers and charts of the trends."""

from __future__ import annotations

from itertools import pairwise

from checker.model import Text
from checker.papers.month import Chart, MonthPaper, Section, Table
from checker.papers.workbook import Book, Sheet, height, made

COLUMNS, CELLS = 24, 4.3
"""Columns of the grid on which tables of any shape are laid, and the width of one in cells."""
TRENDS = Text("趋势数据", "Trends")


def render(paper: MonthPaper) -> bytes:
    """Give the workbook; every cell is text or a number, and can be changed."""
    parts: list[bytes] = []
    with made(parts) as book:
        _report(book.sheet(paper.title), paper)
        charts = [chart for section in paper.sections for chart in section.charts]
        if charts:
            _trends(book, charts, paper)
    return parts[0]


def _report(sheet: Sheet, paper: MonthPaper) -> None:
    last = COLUMNS - 1
    sheet.raw.set_column(0, last, CELLS)
    row = 0
    if paper.company:
        sheet.wide(row, last, paper.company, "title", 26)
        row += 1
    sheet.wide(row, last, paper.title, "title", 28)
    sheet.wide(row + 1, last, paper.subtitle, "dateline", 16)
    row += 2
    for section in paper.sections:
        row = _section(sheet, row, section)
    row += 1
    sheet.wide(row, last, "　　".join(f"{one}：____________" for one in paper.signers), "line", 30)
    sheet.wide(row + 1, last, paper.word("day"), "dateline", 18)
    _printed(sheet, paper.foot)


def _section(sheet: Sheet, row: int, section: Section) -> int:
    sheet.wide(row, COLUMNS - 1, section.title, "heading", 24)
    row += 1
    for table in section.tables:
        row = _table(sheet, row, table)
    for note in section.notes:
        sheet.wide(row, COLUMNS - 1, note, "note", height({CELLS * COLUMNS: note}, 14))
        row += 1
    return row


def _table(sheet: Sheet, row: int, table: Table) -> int:
    spans = _spans(table.widths)
    if table.title:
        sheet.wide(row, COLUMNS - 1, table.title, "note", 16)
        row += 1
    for at, cells in enumerate((table.heads, *table.rows)):
        total = table.total and at == len(table.rows)
        for column, (cell, (first, last)) in enumerate(zip(cells, spans, strict=True)):
            entry = table.entry is not None and column >= table.entry
            style = "head" if not at else "total" if total else "entry" if entry else "text"
            sheet.across(row, first, last, cell, style)
        fitted = {
            ((last - first + 1) * CELLS + column / 1000): cell
            for column, (cell, (first, last)) in enumerate(zip(cells, spans, strict=True))
        }
        sheet.raw.set_row(row, max(18, height(fitted, 14) + 3))
        row += 1
    return row


def _spans(widths: tuple[int, ...]) -> list[tuple[int, int]]:
    """Give, for each column of a table, the first and last column of the grid.

    >>> _spans((3, 1)), _spans((1, 1, 1))
    ([(0, 17), (18, 23)], [(0, 7), (8, 15), (16, 23)])
    """
    whole, ends, gone = sum(widths), [0], 0
    for at, width in enumerate(widths, 1):
        gone += width
        least, most = ends[-1] + 1, COLUMNS - (len(widths) - at)
        ends.append(min(max(round(gone * COLUMNS / whole), least), most))
    return [(first, last - 1) for first, last in pairwise(ends)]


def _printed(sheet: Sheet, foot: str) -> None:
    sheet.raw.set_portrait()
    sheet.raw.set_paper(9)
    sheet.raw.fit_to_pages(1, 0)
    sheet.raw.set_margins(left=0.6, right=0.6, top=0.6, bottom=0.8)
    sheet.raw.set_footer(f"&L&8{foot.replace('&', '&&')}&R&8第 &P 页 共 &N 页")


def _trends(book: Book, charts: list[Chart], paper: MonthPaper) -> None:
    """Write a block a chart: its periods, values and goal as numbers, and a chart of the workbook's own beside it."""
    name = TRENDS.pick(paper.lang)
    sheet = book.sheet(name)
    sheet.raw.set_column(0, 0, 14)
    sheet.raw.set_column(1, 2, 12)
    row = 0
    for chart in charts:
        heads = (chart.title, chart.unit or "", Text("目标", "goal").pick(paper.lang))
        for column, head in enumerate(heads):
            sheet.text(row, column, head, "head")
        for at, (label, value) in enumerate(zip(chart.labels, chart.values, strict=True), row + 1):
            sheet.text(at, 0, label)
            sheet.number(at, 1, None if value is None else float(round(value, 2)), "figure")
            sheet.number(at, 2, None if chart.goal is None else float(chart.goal), "figure")
        end = row + len(chart.labels)
        _drawn(book, sheet, chart, name, row)
        row = max(end, row + 12) + 2
    _printed(sheet, paper.foot)


def _drawn(book: Book, sheet: Sheet, chart: Chart, name: str, row: int) -> None:
    made = book.raw.add_chart({"type": "line"})
    first, last = row + 1, row + len(chart.labels)
    for column in (1, 2) if chart.goal is not None else (1,):
        made.add_series(
            {
                "name": [name, row, column],
                "categories": [name, first, 0, last, 0],
                "values": [name, first, column, last, column],
                "marker": {"type": "circle" if column == 1 else "none"},
            }
        )
    made.set_title({"name": chart.title, "name_font": {"size": 10}})
    made.set_legend({"none": True})
    made.set_size({"width": 460, "height": 230})
    made.show_blanks_as("gap")
    sheet.raw.insert_chart(row, 4, made)
