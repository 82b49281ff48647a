"""The findings page as text: its data, its policy for contents, its bytes. What it does is tested in `tests/browser`."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import zlib
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from checker.cli import main
from checker.model import Text
from checker.reports import REPORTS, html_report
from checker.reports.options import Options
from tests.findings_support import hit, rule, run
from tests.page_support import FINDINGS, IMAGE, REPORT

ROOT = Path(__file__).parents[1]
ZH, EN = Options(), Options(lang="en")


class Elements(HTMLParser):
    """Collects the elements of a page, each with its attributes and the text inside."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None], str]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs), ""))

    def handle_endtag(self, tag: str) -> None:
        self.found.append((f"/{tag}", {}, ""))

    def handle_data(self, data: str) -> None:
        if self.found:
            tag, attributes, text = self.found[-1]
            self.found[-1] = (tag, attributes, text + data)

    def all(self, tag: str) -> list[tuple[dict[str, str | None], str]]:
        return [(attributes, text) for name, attributes, text in self.found if name == tag]


def page(options: Options = ZH) -> str:
    return html_report.render(REPORT, options).decode()


def data(text: str) -> dict[str, Any]:
    [(attributes, inside)] = [one for one in Elements(text).all("script") if one[0].get("id") == "data"]
    if attributes["type"] == "application/json":
        return json.loads(inside)
    return json.loads(zlib.decompress(base64.b64decode(inside)))


def cells(given: dict[str, Any]) -> dict[str, list[Any]]:
    """Give every column cell by cell, without those that no finding has."""
    columns = {}
    for one in given["columns"]:
        index = range(given["count"]) if one["index"] is None else one["index"]
        columns[one["key"]] = [one["cells"][at] for at in index]
    return {key: column for key, column in columns.items() if any(cell is not None for cell in column)}


def test_every_finding_is_told_by_columns_with_violations_first_and_what_was_not_judged_apart():
    told = cells(html_report.content(REPORT, ZH))
    few = (
        "outcome",
        "who",
        "month",
        "fine",
        "min",
        "max",
        "shares",
        "units",
        "credit",
        "credit_units",
        "state",
        "liable",
        "to",
    )
    assert {key: told[key] for key in few} == {
        "outcome": ["fail", "fail", "fail", "missed", "undetermined", "reward"],
        "who": [f"E1 {IMAGE} 鲁西片区", "豫北片区", "E6 张伟 鲁西片区", None, "E3 张伟 鲁西片区", "E5 张伟 鲁西片区"],
        "month": ["2026-10", "2026-09", "2026-10", None, "2026-10", "2026-10"],
        "fine": [1000, 20001, 5000, None, None, None],
        "min": [1000, 20001, 5000, None, None, None],
        "max": [5000, 20001, 5000, None, None, None],
        "shares": [None, [("E2", 10001), ("E9", 10000)], None, None, None, None],
        "units": [None, [("points", 0, 1, 3, 2), ("days", 1, 15, 15, 15)], None, None, None, None],
        "credit": [None, None, None, None, None, 50000],
        "credit_units": [None, None, None, None, None, [("points", 0, 1, 3, 2)]],
        "state": ["held", "free", "waived", None, None, "free"],
        "liable": ["E1", None, "E6", None, None, None],
        "to": [None, None, None, None, None, "E5"],
    }  # fmt: skip


def test_every_part_of_a_finding_is_in_the_page():
    told = cells(html_report.content(REPORT, ZH))
    one = FINDINGS[1]
    assert {key: column[0] for key, column in told.items() if column[0] is not None} == {
        "outcome": "fail", "clause": "二.1", "rule": "phone-off", "who": f"E1 {IMAGE} 鲁西片区", "region": "鲁西片区",
        "month": "2026-10", "at": "2026-10-01", "message": (one.message.zh, one.message.en), "fine": 1000, "min": 1000,
        "max": 5000, "measures": ("training",), "state": "held", "holds": ("decision",), "liable": "E1", "by": "财务部",
        "marks": ("休息日；待复核", "day of rest; to be reviewed"), "severity": "minor", "kind": "duty", "subject": one.subject,
        "record": one.record, "values": one.values, "evidence": [[0, 2, "K1"]], "fingerprint": one.fingerprint,
    }  # fmt: skip
    assert html_report.content(REPORT, ZH)["places"] == [("关机.xlsx", "10月", "phone")]


def test_the_totals_take_missed_goals_out_of_the_violations_and_count_rewards_besides():
    assert html_report.content(REPORT, ZH)["totals"] == [
        ("fail", 3), ("missed", 1), ("pending", 0), ("undetermined", 1), ("not_checked", 0), ("no_data", 0),
        ("reward", 1), ("pass", 2), ("not_applicable", 8),
    ]  # fmt: skip


def test_what_passes_is_listed_only_on_request():
    told = cells(html_report.content(REPORT, Options(all=True)))
    assert told["outcome"] == ["fail", "fail", "fail", "missed", "undetermined", "reward", "pass"]


def test_the_page_holds_exactly_its_data_whatever_the_texts_would_like_to_be():
    text = page()
    assert data(text) == json.loads(json.dumps(html_report.content(REPORT, ZH)))
    assert [name for name, _, _ in Elements(text).found if name in ("img", "link", "iframe", "object")] == []
    assert [one[0].get("type") for one in Elements(text).all("script")] == ["application/json", "module"]


@settings(max_examples=40, derandomize=True, deadline=None)
@given(st.text())
def test_any_text_comes_out_of_the_page_as_it_went_in(said):
    one = replace(FINDINGS[1], message=Text(said, said), subject={"region": said}, values={said: said})
    report = replace(REPORT, findings=(one,), run=replace(REPORT.run, pack=said))
    text = html_report.render(report, ZH).decode()
    assert data(text) == json.loads(json.dumps(html_report.content(report, ZH)))
    assert len(Elements(text).all("script")) == 2


def test_long_data_travels_packed_and_is_the_same(monkeypatch):
    plain = data(page())
    monkeypatch.setattr(html_report, "SMALL", 0)
    assert "application/octet-stream" in page()
    assert data(page()) == plain


def test_only_the_style_and_the_script_of_the_page_are_allowed_and_nothing_is_fetched():
    elements = Elements(page())
    [(_, style)] = elements.all("style")
    script = elements.all("script")[-1][1]
    hashes = [base64.b64encode(hashlib.sha256(one.encode()).digest()).decode() for one in (style, script)]
    [policy] = [one["content"] for one, _ in elements.all("meta") if one.get("http-equiv")]
    assert policy == (
        f"default-src 'none'; style-src 'sha256-{hashes[0]}'; script-src 'sha256-{hashes[1]}'; "
        "base-uri 'none'; form-action 'none'"
    )
    assert not re.search(
        r"https?:|@import|url\(|\bfetch\(|XMLHttpRequest|\beval\(|innerHTML|outerHTML", style + script
    )


def test_the_same_report_gives_the_same_bytes_in_each_language():
    first, again = (REPORTS["html"](REPORT, options) for options in (ZH, Options()))
    assert first == again
    assert data(page(EN))["columns"] == data(page(ZH))["columns"]
    assert (data(page(EN))["lang"], data(page(ZH))["lang"]) == ("en", "zh")


def test_the_command_writes_the_page_and_twice_the_same_bytes(tmp_path):
    pack = ROOT / "tests" / "packs" / "site-safety"
    for name in ("one.html", "two.html"):
        asked = [
            "check",
            str(pack / "samples"),
            "--rules",
            str(pack),
            "--period",
            "2026-10",
            "--as-of",
            "2026-11-06",
        ]
        done = CliRunner().invoke(main, [*asked, "--output", str(tmp_path / name)])
        assert done.exit_code == 0, done.output
    one, two = ((tmp_path / name).read_bytes() for name in ("one.html", "two.html"))
    assert (one == two, one[:15]) == (True, b"<!doctype html>")
    assert cells(data(one.decode()))["shares"][0] == [["W1", 15000], ["F1", 9000], ["S1", 6000]]


def test_every_word_of_the_script_exists_and_every_word_that_exists_is_used():
    folder = ROOT / "checker" / "reports" / "templates" / "report"
    source = "\n".join(path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.[jh]*")))
    said = html_report.content(REPORT, ZH)["said"]
    asked = set(re.findall(r"""(?:\bsay\(|data-say=|data-label=)"([a-z_]+)\"""", source))
    assert asked - set(said) == set()
    assert [name for name in said if f'"{name}"' not in source and name not in ("true", "false")] == []


def test_every_file_of_the_page_stands_in_it():
    folder = ROOT / "checker" / "reports" / "templates" / "report"
    assert sorted(path.name for path in folder.iterdir()) == sorted(
        [
            "page.html",
            *(f"{name}.js" for name in html_report.PARTS),
            *(f"{name}.css" for name in html_report.STYLES),
        ]
    )


def test_a_masked_value_stays_masked_and_its_digits_are_nowhere_in_the_page():
    said = rule(message=Text("{phone} 关机", "{phone} off"))
    shown = {"minutes_off": ("duration", "minutes"), "phone": ("text", None)}
    built = run(said, hit(value__phone="13812345678"), columns=shown)
    text = html_report.render(replace(REPORT, findings=built.findings), ZH).decode()
    told = cells(data(text))
    assert (told["values"][0]["phone"], told["message"]) == (
        "138****5678",
        [["138****5678 关机", "138****5678 off"]],
    )
    assert "12345678" not in text
