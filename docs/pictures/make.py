"""The pictures of the clerks' chapter, made anew: `python docs/pictures/make.py` (needs LibreOffice, Chromium, poppler).

Walks October 2026 with the sample company as tests/test_october.py does, and takes a picture of every paper.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parents[1]))

from tests.test_october import Company, walked  # noqa: E402

SHEETS = {"problems": "数据问题清单.xlsx", "review": "复核.xlsx", "fines": "2026-11.xlsx"}
"""Workbooks of the walk by the name of their picture; the first page is shown."""
PAGES = {"notice": "通知单/处罚通知单-2026-10-豫北片区.html", "report": "月报/质量月报-2026-10.html"}
"""Pages that are made to be printed."""
_BROWSER = ["chromium", "--headless", "--no-sandbox", "--virtual-time-budget=3000"]


def page(pdf: Path, name: str, dots: int = 80) -> None:
    """Save the first page of a PDF as a picture, its empty foot cut away."""
    subprocess.run(
        ["pdftoppm", "-png", "-r", str(dots), "-f", "1", "-l", "1", "-singlefile", pdf, HERE / name],
        check=True,
    )


def workbook(path: Path, name: str) -> None:
    """Save the first page of a workbook, as printed, as a picture."""
    command = ["soffice", "--headless", "--convert-to", "pdf", "--outdir", path.parent, path]
    subprocess.run(command, check=True, capture_output=True)
    page(path.with_suffix(".pdf"), name)


def printed(path: Path, name: str) -> None:
    """Save the first page of what a browser prints as a picture."""
    pdf = path.with_suffix(".pdf")
    command = [*_BROWSER, "--no-pdf-header-footer", f"--print-to-pdf={pdf}", path.as_uri()]
    subprocess.run(command, check=True, capture_output=True)
    page(pdf, name)


def shown(path: Path, name: str) -> None:
    """Save what a browser shows as a picture."""
    to = f"--screenshot={HERE / name}.png"
    command = [*_BROWSER, "--window-size=1180,760", "--hide-scrollbars", to, path.as_uri()]
    subprocess.run(command, check=True, capture_output=True)


def main() -> None:
    """Walk the month and take the pictures."""
    with tempfile.TemporaryDirectory() as folder:
        company: Company = walked(Path(folder))
        for name, file in SHEETS.items():
            workbook(company.folder / file, name)
        for name, file in PAGES.items():
            printed(company.folder / file, name)
        shown(company.folder / "again.html", "findings")


if __name__ == "__main__":
    main()
