"""A page in real headless Chromium: nothing may leave it, and its console must stay silent."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from benchmarks.page import chromium
from checker.model import Report
from checker.reports import REPORTS
from checker.reports.options import Options

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

Open = Callable[..., "Page"]


def missing(why: str) -> None:
    """Skip where there is no browser; fail where there must be one."""
    assert not os.environ.get("CHECKER_REQUIRE_BROWSER"), why
    pytest.skip(why)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Give the Chromium of the system; the library brings none and downloads none."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        missing("playwright is not installed")
    found = chromium()
    if found is None:
        missing("chromium is not installed")
    with sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture
def opened(browser: Browser, tmp_path: Path) -> Iterator[Open]:
    """Give how to open the page of a report; `more` goes to the context of the browser."""
    said: list[str] = []
    asked: list[str] = []
    made: list[Any] = []
    files: set[str] = set()

    def open_page(report: Report, lang: str = "zh", address: str = "", **more: Any) -> Page:
        file = tmp_path / f"{len(files)}.html"
        file.write_bytes(REPORTS["html"](report, Options(lang)))  # type: ignore[arg-type]
        files.add(file.as_uri())
        context = browser.new_context(viewport={"width": 1366, "height": 900}, **more)
        made.append(context)
        page = context.new_page()
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda fault: said.append(str(fault)))
        page.on("request", lambda request: asked.append(request.url.partition("#")[0]))
        page.goto(file.as_uri() + address)
        page.wait_for_selector("html[data-ready]")
        return page

    yield open_page
    for context in made:
        context.close()
    assert said == []
    assert {url for url in asked if not url.startswith("blob:")} <= files
