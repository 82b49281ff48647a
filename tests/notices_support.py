"""Approved findings of a month, and what their notices say, for the tests of 处罚通知单."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from checker.cli import main
from checker.language.schema import builtin_pack
from checker.ledger.entries import Step
from checker.ledger.store import Ledger
from tests.test_guards import propose

DAY = date(2026, 11, 6)
EVIDENCE = {"file": "关机登记.xlsx", "sheet": "10月", "row": 18, "log": "phone", "key": "x"}
COMPANY = "company: {zh: 豫鲁建材有限公司, en: Yulu Building Materials}\n  appeal_to: {zh: 总经理办公室, en: the office}"
PLAIN = {"measures": [], "by": "财务部", "evidence": [EVIDENCE]}


def approved(finding: str, fen: int = 5000, said: dict[str, Any] | None = None, **more: Any) -> list[Step]:
    """Give the steps up to an approval; `said` changes the proposal."""
    step = propose(finding, fen=fen, **more)
    proposal = {**step.data["proposal"], **PLAIN, **(said or {})}
    if not proposal["fine"]:
        fen = 0
    confirmed = {"fen": fen} if proposal["fine"] else {}
    return [
        replace(step, data={**step.data, "proposal": proposal}),
        Step("confirm", DAY, "李敏", finding, "属实", confirmed),
        Step("approve", DAY, "王主管", finding),
    ]


def pack_at(folder: Path, more: str = "", papers: str = COMPANY) -> Path:
    """Give a copy of the shipped pack whose papers name the company, with more at its end."""
    import shutil

    made = shutil.copytree(builtin_pack(), folder / "pack")
    path = made / "pack.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(
        text.replace("  notice_prefix: ZJ", f"  {papers}\n  notice_prefix: ZJ") + more, encoding="utf-8"
    )
    return made


class Office:
    """A ledger, a pack and a folder for notices."""

    def __init__(self, folder: Path, steps: list[Step], more: str = "", papers: str = COMPANY) -> None:
        self.ledger = Ledger(folder / "d.sqlite")
        self.pack = pack_at(folder, more, papers)
        self.to = folder / "单"
        self.enter(*steps)

    def enter(self, *steps: Step) -> None:
        self.ledger.append(lambda known: steps)

    def run(self, *args: object, lang: str = "zh") -> Result:
        asked = (*args, "--rules", self.pack, "--ledger", self.ledger.path, "--lang", lang)
        return CliRunner().invoke(main, [str(one) for one in asked], catch_exceptions=False)

    def notices(self, *args: object, on: str = "2026-11-06", lang: str = "zh") -> Result:
        asked = ("notices", "--month", "2026-10", "--to", self.to, "--by", "李敏", "--on", on, *args)
        return self.run(*asked, lang=lang)

    def decide(self, *args: object) -> Result:
        return self.run("decide", *args)

    def numbers(self) -> dict[str, str]:
        """Give the number of the notice of each finding, as the ledger has them."""
        found = [one.step for one in self.ledger.entries() if one.step.kind == "notice"]
        return {one.finding: one.data["notice"] for one in found}

    def sheets(self, region: str = "豫北片区") -> list[list[str]]:
        """Give the printed pages of a region's file, each as the texts on it."""
        return sheets_of((self.to / f"处罚通知单-2026-10-{region}.html").read_text(encoding="utf-8"))


class _Texts(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.sheets: list[list[str]] = []
        self.tags: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        if tag == "section":
            self.sheets.append([])

    def handle_data(self, data: str) -> None:
        if self.sheets and data.strip():
            self.sheets[-1].append(re.sub(r"\s+", " ", data.strip()))


def sheets_of(html: str) -> list[list[str]]:
    """Give the texts of every printed page."""
    reader = _Texts()
    reader.feed(html)
    return reader.sheets


def tags_of(html: str) -> set[str]:
    """Give the names of all elements of a page."""
    reader = _Texts()
    reader.feed(html)
    return reader.tags
