"""The findings page in headless Chromium: how long a search, a choice, a sort take until what is shown is painted."""

from __future__ import annotations

import shutil
import statistics
import tempfile
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from benchmarks.scenarios import Line
from checker.model import Evidence, Finding, Fine, Input, Penalty, Period, Report, RunInfo, Text
from checker.reports import REPORTS
from checker.reports.options import Options

HEAD: Line = ("what", "times", "median ms", "worst ms", "target")
MOST = 100
"""Milliseconds that an answer may take."""
RULES, REGIONS, PEOPLE = 60, 30, 900
_SURNAMES, _GIVEN = "王李张刘陈杨黄赵吴周", "伟芳娜敏静强磊洋勇艳"
_FIRST = date(2026, 1, 1)
# Until painted: the frame after the change has been drawn, a task later.
_PAINTED = "() => new Promise((done) => requestAnimationFrame(() => setTimeout(done)))"
_TIMED = f"""async ([selector, kind, value]) => {{
  const element = document.querySelector(selector), start = performance.now();
  if (kind === "click") element.click();
  else {{ element.value = value; element.dispatchEvent(new Event(kind, {{ bubbles: true }})); }}
  await ({_PAINTED})();
  return performance.now() - start;
}}"""


def made(findings: int) -> Report:
    """Give a report of so many findings, the same for the same number: about one in seven is undetermined.

    Messages, records and places all differ, as they do in a real year of a whole company.
    """
    period = Period(_FIRST, date(2026, 12, 31))
    run = RunInfo(
        "company",
        "2026.1",
        "aa",
        period,
        "2027-01-06",
        "duckdb",
        (Input("a.csv", None, "a", findings, "bb"),),
    )
    some = tuple(map(_finding, range(findings)))
    totals = {
        "fail": sum(one.outcome == "fail" for one in some),
        "undetermined": sum(one.outcome != "fail" for one in some),
    }
    return Report(run, totals, some, (), people=PEOPLE)


def _finding(i: int) -> Finding:
    rule, person, region = i * 7919 % RULES, i * 104729 % PEOPLE, i * 31 % REGIONS
    day = (_FIRST + timedelta(days=i * 13 % 365)).isoformat()
    name = _SURNAMES[person % 10] + _GIVEN[person // 10 % 10] + _GIVEN[person // 100 % 10]
    least = 1000 * (1 + i % 9)
    undetermined = i % 7 == 3
    fine = Fine(least, 5 * least, least) if i % 3 else Fine(least, least, least)
    holds = ("decision",) if fine.min != fine.max else ()
    return Finding(
        fingerprint=f"{i * 2654435761 % 2**32:08x}{i:024x}",
        rule=f"rule-{rule:02}",
        clause=f"二.{rule}",
        kind="duty",
        outcome="undetermined" if undetermined else "fail",
        severity=("minor", "major", "note")[i % 3],
        subject={"employee_id": f"FW{person:04}", "employee_name": name, "region": f"第{region}片区"},
        period=None,
        at=day,
        record={"log": "service_record", "key": f"FWJL-{i:06}"},
        values={"minutes": i % 480, "due_at": f"{day}T18:00:00+08:00"},
        penalty=None if undetermined else Penalty(fine, (), f"FW{person:04}", "财务部", holds),
        message=Text(f"{name} {day} 的服务记录 FWJL-{i:06} 超时 {i % 480} 分钟", f"record FWJL-{i:06} of {day} is {i % 480} minutes late"),
        title=Text(f"第 {rule} 条规则", f"Rule number {rule}"),
        evidence=(Evidence(f"服务记录-{day[:7]}.xlsx", f"第{region}片区", i % 3000 + 2, "service_record", f"FWJL-{i:06}"),),
    )  # fmt: skip


def chromium() -> str | None:
    """Give where the Chromium of the system is; None where there is none."""
    return next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


def measure(findings: int, repeat: int) -> Iterator[Line]:
    """Give a line for each thing a reader does on a page of so many findings.

    Raises:
        RuntimeError: Chromium is not installed.
    """
    from playwright.sync_api import sync_playwright

    found = chromium()
    if found is None:
        raise RuntimeError("chromium is not installed")
    with tempfile.TemporaryDirectory() as place, sync_playwright() as driver:
        file = Path(place) / "page.html"
        file.write_bytes(REPORTS["html"](made(findings), Options()))
        browser = driver.chromium.launch(executable_path=found, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1366, "height": 900})
        page.goto(file.as_uri())
        page.wait_for_selector("html[data-ready]", timeout=60_000)
        for what, steps in STEPS.items():
            times = [page.evaluate(_TIMED, step) for _ in range(repeat) for step in steps]
            yield what, str(len(times)), f"{statistics.median(times):.0f}", f"{max(times):.0f}", f"< {MOST}"
        for what, value in _once(page, file):
            yield what, "1", value, "", ""
        browser.close()


def _once(page: Any, file: Path) -> Iterator[tuple[str, str]]:
    opening = page.evaluate("performance.getEntriesByName('ready')[0].startTime")
    yield "open the page", f"{opening:.0f}"
    yield "size of the file, KB", f"{file.stat().st_size / 1000:.0f}"


STEPS: dict[str, list[tuple[str, str, str]]] = {
    "search": [("#search", "input", text) for text in ("张", "张伟", "FWJL-004", "minutes late", "zzz", "")],
    "facet": [
        step
        for key, value in (("region", "第3片区"), ("month", "2026-05"), ("rule", "rule-07"), ("state", "held"))
        for step in ((f"#is-{key}", "change", f"={value}"), (f"#is-{key}", "change", "*"))
    ],
    "outcome": [("#outcome-fail", "click", ""), ("#outcome-fail", "click", "")],
    "sort": [(f"#sort-{key}", "click", "") for key in ("fine", "who", "message", "rule", "at", "outcome") for _ in range(2)],
    "language": [("#language", "click", ""), ("#language", "click", "")],
    "charts": [("#tab-charts", "click", ""), ("#tab-findings", "click", "")],
}  # fmt: skip
"""What a reader does: element, event, value; each leaves the page as it found it."""
