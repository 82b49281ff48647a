"""The findings page as a reader meets it: search, lists, order, details, languages, dark, paper, nothing run or sent."""

from __future__ import annotations

import csv
import io
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from benchmarks.page import STEPS, made
from checker import pipeline
from checker.model import Report
from checker.reports import REPORTS
from checker.reports.options import Options
from tests.browser.conftest import Open, missing
from tests.page_support import FINDINGS, FORMULA, IMAGE, REPORT, SCRIPT

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

ROOT = Path(__file__).parents[2]
AXE = ROOT / "tests" / "editor" / "node_modules" / "axe-core" / "axe.min.js"
pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def month() -> Report:
    return pipeline.check(
        [ROOT / "samples" / "2026-10"],
        rules=ROOT / "rules" / "after-sales",
        period="2026-10",
        as_of="2026-11-06",
    )


def listed(page: Page) -> list[str]:
    """Give the clauses of the rows, which are one for each finding of the small report."""
    return page.locator("#grid tbody td.c-clause").all_inner_texts()


def tiles(page: Page) -> dict[str, str]:
    names, numbers = (page.locator(f"#totals .tile {tag}").all_inner_texts() for tag in ("span", "b"))
    return dict(zip(names, numbers, strict=True))


def open_first(page: Page, text: str) -> Any:
    page.locator("#grid tbody tr", has_text=text).first.click()
    return page.locator("dialog[open]")


def details(page: Page) -> dict[str, str]:
    terms, told = (page.locator(f"#detail > dl > {tag}").all_inner_texts() for tag in ("dt", "dd"))
    return dict(zip(terms, told, strict=True))


def test_all_is_listed_with_violations_first_and_sums_apart(opened: Open):
    page = opened(REPORT)
    assert listed(page) == ["二.1", "二.2", "二.6", "二.4", "二.3", "二.5"]
    assert page.locator("#grid tbody td.c-outcome").all_inner_texts() == ["不符合", "不符合", "不符合", "目标未达", "无法判定", "建议奖励"]  # fmt: skip
    assert tiles(page) == {
        "不符合": "3", "目标未达": "1", "未到期": "0", "无法判定": "1", "待人工确认": "0", "缺台账": "0", "符合": "2", "不适用": "8",
        "建议扣款合计": "￥210.01", "其中无需再核": "￥200.01", "另计 记分": "4 (2~6)", "另计 停奖天数": "3.0",
        "建议奖励": "+￥500.00", "建议奖励 记分": "+2 (1~3)",
    }  # fmt: skip


def test_a_search_finds_every_word_in_any_column_in_either_language_and_width(opened: Open):
    page = opened(REPORT)
    for words, clauses in {
        "张伟": ["二.6", "二.3", "二.5"],
        "张伟 e6": ["二.6"],
        "Ｅ６": ["二.6"],
        "phone off": ["二.1", "二.6", "二.3"],
        "tool-broken": ["二.2"],
        "停奖": ["二.2"],
        "bonus": ["二.2"],
        "李总": ["二.6"],
        "onerror=": ["二.1"],
        "nobody": [],
    }.items():
        page.locator("#search").fill(words)
        assert listed(page) == clauses, words
        assert page.locator("#listed").inner_text() == f"显示 {len(clauses)} / 6 条"
    assert page.locator("#empty").inner_text() == "没有符合筛选条件的结果"


@pytest.mark.parametrize(
    ("facet", "value", "clauses"),
    [
        ("rule", "phone-off", ["二.1", "二.6", "二.3"]),
        ("region", "豫北片区", ["二.2"]),
        ("region", "", ["二.4"]),
        ("month", "2026-09", ["二.2"]),
        ("state", "waived", ["二.6"]),
        ("holds", "decision", ["二.1"]),
        ("severity", "major", ["二.3"]),
        ("kind", "merit", ["二.5"]),
    ],
)  # fmt: skip
def test_each_list_keeps_the_findings_that_have_what_was_chosen(opened: Open, facet, value, clauses):
    page = opened(REPORT)
    page.locator(f"#is-{facet}").select_option("=" + value)
    assert listed(page) == clauses
    page.reload()  # the choice stands in the address
    page.wait_for_selector("html[data-ready]")
    assert (listed(page), page.locator(f"#is-{facet}").input_value()) == (clauses, "=" + value)
    page.locator("#clear").click()
    assert len(listed(page)) == 6


def test_lists_count_what_a_choice_would_leave_and_tiles_add_up_what_is_listed(opened: Open):
    page = opened(REPORT)
    page.locator("#is-rule").select_option("=phone-off")
    assert page.locator("#is-region option").all_inner_texts() == ["全部", "鲁西片区 (3)"]
    assert page.locator("#is-rule option").all_inner_texts() == ["全部", "全月无违规 (1)", "工具损坏 (1)", "手机关机 (3)", "满意度未达标 (1)"]  # fmt: skip
    assert tiles(page)["建议扣款合计"] == "￥10.00"  # what was waived is not added


@pytest.mark.parametrize(
    ("outcome", "clauses"),
    [
        ("fail", ["二.1", "二.2", "二.6"]),
        ("missed", ["二.4"]),
        ("undetermined", ["二.3"]),
        ("reward", ["二.5"]),
    ],
)
def test_the_tile_of_an_outcome_lists_only_that(opened: Open, outcome, clauses):
    page = opened(REPORT)
    page.locator(f"#outcome-{outcome}").click()
    assert listed(page) == clauses
    page.locator(f"#outcome-{outcome}").click()
    assert len(listed(page)) == 6


@pytest.mark.parametrize(
    ("key", "first", "second"),
    [
        (
            "fine",
            ["二.2", "二.6", "二.1", "二.4", "二.3", "二.5"],
            ["二.1", "二.6", "二.2", "二.4", "二.3", "二.5"],
        ),
        (
            "credit",
            ["二.5", "二.1", "二.2", "二.6", "二.4", "二.3"],
            ["二.5", "二.1", "二.2", "二.6", "二.4", "二.3"],
        ),
        (
            "clause",
            ["二.1", "二.2", "二.3", "二.4", "二.5", "二.6"],
            ["二.6", "二.5", "二.4", "二.3", "二.2", "二.1"],
        ),
        (
            "at",
            ["二.2", "二.1", "二.3", "二.5", "二.6", "二.4"],
            ["二.6", "二.5", "二.3", "二.1", "二.2", "二.4"],
        ),
    ],
)
def test_a_head_sorts_by_its_column_and_again_the_other_way_with_nothing_last(
    opened: Open, key, first, second
):
    page = opened(REPORT)
    page.locator(f"#sort-{key}").click()
    assert listed(page) == first
    page.locator(f"#sort-{key}").click()
    assert listed(page) == second
    assert page.locator("#grid th[aria-sort]").count() == 1


def test_one_finding_tells_all_there_is_about_it(opened: Open):
    page = opened(REPORT)
    open_first(page, "二.2")
    assert page.locator("#detail-title").inner_text() == "工具损坏"
    told = details(page)
    assert {name: told[name] for name in ("建议扣款(元)", "分摊", "另计", "处理状态", "执行")} == {
        "建议扣款(元)": "200.01",
        "分摊": "E2\n￥100.01\nE9\n￥100.00",
        "另计": "记分 2 (1~3); 停奖天数 1.5",
        "处理状态": "无需再核",
        "执行": "财务部",
    }
    assert "最低(元)" not in told  # as large as what is proposed
    assert page.locator("#detail table").inner_text().split() == ["文件", "工作表", "行", "台账", "记录", "关机.xlsx", "10月", "3", "phone", "K2"]  # fmt: skip
    assert page.locator("#detail code").last.inner_text() == (
        "checker explain tool-broken --rules RULES --logs LOGS --period 2026-07-01/2026-10-31 --as-of 2026-11-06"
        " --subject 豫北片区 --record K2"
    )
    page.keyboard.press("Escape")
    assert page.locator("dialog[open]").count() == 0


@pytest.mark.parametrize(
    ("clause", "note"),
    [("二.3", "没有判定，不算不符合，也不扣款。"), ("二.4", "目标未达，不算违规，不扣款。")],
)
def test_what_is_no_violation_says_so(opened: Open, clause, note):
    page = opened(REPORT)
    assert open_first(page, clause).locator(".note").inner_text() == note


def test_a_tally_offers_no_steps_of_its_own(opened: Open):
    page = opened(replace(REPORT, findings=(replace(FINDINGS[0], kind="tally"),)))
    assert "checker explain" not in open_first(page, "二.3").inner_text()


def test_keys_alone_do_to_search_move_and_open(opened: Open):
    page = opened(REPORT)
    page.keyboard.press("/")
    page.keyboard.type("phone-off")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    assert details(page)["条款"] == "二.6"
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.id") == "row-1"
    page.keyboard.press("End")
    assert page.evaluate("document.activeElement.id") == "row-2"


def test_the_language_changes_everything_but_what_was_written(opened: Open):
    page = opened(REPORT)
    page.locator("#language").click()
    assert page.locator("html").get_attribute("lang") == "en"
    assert (
        page.locator("#about").inner_text()
        == "period 2026-07-01 ~ 2026-10-31 · as of 2026-11-06 · people on the roster 25"
    )
    assert page.locator("#tabs button").all_inner_texts() == ["Findings 6", "Charts", "Statistics 2", "Data problems 1", "Sources"]  # fmt: skip
    assert tiles(page)["Besides days without bonus"] == "3.0"
    assert "2.2" not in "".join(listed(page)) and listed(page)[1] == "二.2"
    chinese = re.compile("[\u4e00-\u9fff]+")
    assert chinese.findall(
        "".join(page.locator("header, #tabs, #totals, #grid thead, #listed").all_inner_texts())
    ) == ["中文"]
    page.locator("#language").click()
    assert page.locator("html").get_attribute("lang") == "zh-CN"


def test_the_page_opens_in_the_language_of_the_command(opened: Open):
    assert opened(REPORT, "en").locator("#listed").inner_text() == "6 of 6 findings"


def test_dark_follows_the_system_until_somebody_chooses(opened: Open):
    page = opened(REPORT, color_scheme="dark")
    colour = "getComputedStyle(document.body).backgroundColor"
    assert (page.locator("html").get_attribute("data-theme"), page.evaluate(colour)) == (
        "dark",
        "rgb(21, 26, 33)",
    )
    page.locator("#theme").click()
    assert (page.locator("html").get_attribute("data-theme"), page.evaluate(colour)) == (
        "light",
        "rgb(255, 255, 255)",
    )
    page.emulate_media(color_scheme="light")
    page.emulate_media(color_scheme="dark")
    assert page.locator("html").get_attribute("data-theme") == "light"


def test_bars_of_regions_and_months_add_up_fines_that_nobody_waived(opened: Open):
    page = opened(REPORT, address="#tab=charts")
    bars = page.locator("#charts .side .chart")
    assert [one.locator(".bar-line").all_inner_texts() for one in bars.all()] == [
        ["豫北片区\n200.01", "鲁西片区\n10.00 · 暂缓 10.00"],
        ["2026-09\n200.01", "2026-10\n10.00 · 暂缓 10.00"],
    ]
    page.locator(".bar-line", has_text="2026-09").click()
    assert page.locator("#listed").inner_text() == "显示 1 / 6 条"
    assert bars.nth(1).locator(".bar-line").count() == 2  # the other bars stay


def test_heat_maps_count_violations_and_what_was_not_judged_apart(opened: Open):
    page = opened(REPORT, address="#tab=charts")
    assert [one.inner_text().split() for one in page.locator("#charts table.heat").all()] == [
        ["片区", "2026-09", "2026-10", "Σ", "豫北片区", "200.01", "200.01", "鲁西片区", "10.00", "10.00"],
        ["规则", "豫北片区", "鲁西片区", "Σ", "手机关机", "2", "2", "工具损坏", "1", "1"],
        ["规则", "鲁西片区", "Σ", "手机关机", "1", "1"],
    ]
    page.get_by_role("button", name="手机关机, 鲁西片区: 2").click()
    assert page.locator("#listed").inner_text() == "显示 3 / 6 条"


def test_figures_of_single_people_are_shown_on_request(opened: Open):
    page = opened(REPORT, address="#tab=statistics")
    assert page.locator("#statistics h2").all_inner_texts() == ["平均 二.9 · mean"]
    assert page.locator("#statistics tbody").inner_text().split() == ["鲁西片区", "2026-10", "0.5", "豫北片区", "2026-10", "缺台账"]  # fmt: skip
    page.locator("#personal").check()
    assert page.locator("#statistics h2").all_inner_texts() == ["平均 二.9 · mean", "个人 二.9 · own"]


def test_texts_that_would_like_to_be_markup_stay_text_everywhere(opened: Open):
    page = opened(REPORT)
    assert IMAGE in page.locator("#head h1").inner_text()
    open_first(page, "二.1")
    told = page.locator("#detail").inner_text()
    assert (SCRIPT.strip() + "关机" in told.replace("<!-- ", "<!--"), IMAGE in told, "__proto__" in told) == (
        True,
        True,
        True,
    )
    assert "--subject E1 " in told and IMAGE not in page.locator("#detail code").last.inner_text()
    page.keyboard.press("Escape")
    for tab in ("charts", "statistics", "problems", "source"):
        page.locator(f"#tab-{tab}").click()
    assert IMAGE in page.locator("#source").inner_text()
    page.goto(page.url.partition("#")[0] + f"#q={IMAGE}&is.region={IMAGE}&tab={SCRIPT}&sort=__proto__&open=x")
    assert page.evaluate("window.hit") is None
    assert page.locator("main img, main script, dialog img").count() == 0


@pytest.mark.parametrize(
    ("tag", "name", "value", "refused"),
    [
        ("img", "src", "https://example.invalid/x.png", "img-src"),
        ("script", "textContent", "window.hit = 3", "script-src-elem"),
        ("style", "textContent", "body { color: red }", "style-src-elem"),
    ],
)
def test_the_policy_of_the_page_refuses_what_it_did_not_bring(
    browser: Browser, tmp_path: Path, tag, name, value, refused
):
    file = tmp_path / "page.html"
    file.write_bytes(REPORTS["html"](REPORT, Options()))
    page = browser.new_page()
    page.goto(file.as_uri())
    found = page.evaluate(
        """([tag, name, value]) => new Promise((done) => {
          addEventListener("securitypolicyviolation", (event) => done(event.effectiveDirective), { once: true });
          document.body.append(Object.assign(document.createElement(tag), { [name]: value }));
        })""",
        [tag, name, value],
    )
    assert (found, page.evaluate("window.hit")) == (refused, None)
    page.close()


def test_the_export_has_what_is_listed_in_its_order_and_runs_no_formula(opened: Open):
    page = opened(REPORT)
    page.locator("#search").fill("phone-off")
    page.locator("#sort-clause").click()
    page.locator("#sort-clause").click()
    with page.expect_download() as download:
        page.locator("#export").click()
    assert download.value.suggested_filename.endswith("2026-07-01_2026-10-31.csv")
    rows = list(csv.DictReader(io.StringIO(Path(download.value.path()).read_text("utf-8-sig"), newline="")))
    assert [(row["条款"], row["建议扣款(元)"], row["rule"]) for row in rows] == [
        ("二.6", "50.00", "phone-off"), ("二.3", "", "phone-off"), ("二.1", "10.00", "phone-off"),
    ]  # fmt: skip
    assert not [cell for row in rows for cell in row.values() if cell.startswith(("=", "+", "-", "@"))]
    assert rows[0]["豁免"] == f"理由: {FORMULA}; 批准人: 李总"


def test_paper_has_every_finding_under_its_outcome_and_none_of_the_buttons(opened: Open, tmp_path: Path):
    page = opened(REPORT, color_scheme="dark")
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.locator("#paper h2").all_inner_texts() == [
        "不符合 3",
        "目标未达 1",
        "无法判定 1",
        "建议奖励 1",
    ]
    assert [
        page.locator(one).is_visible() for one in ("#tools", "#tabs", "#choices", "#scroll", "#paper")
    ] == [False] * 4 + [True]
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.locator(".entry").nth(1).inner_text().split("\n") == [
        "二.2 · 豫北片区 · 2026-09-30",
        "￥200.01 · 记分 2 (1~3); 停奖天数 1.5",
        "",
        "第 2 条 — 工具损坏 tool-broken",
        "",
        "分摊: E2 ￥100.01; E9 ￥100.00 · 处理状态: 无需再核",
        "",
        "关机.xlsx[10月]:3 K2 00000000",
    ]


def test_the_sample_month_takes_few_sheets_of_paper(opened: Open, month: Report):
    paper = opened(month).pdf(prefer_css_page_size=True)
    assert 1 <= len(re.findall(rb"/Type\s*/Page\b(?!s)", paper)) <= 8


def test_ten_thousand_findings_open_packed_and_only_rows_in_sight_are_in_the_document(opened: Open):
    page = opened(made(10_000))
    assert page.locator("script#data").get_attribute("type") == "application/octet-stream"
    assert page.locator("#grid").get_attribute("aria-rowcount") == "10001"
    assert page.locator("#grid tbody tr").count() < 60
    page.locator("#search").fill("fwjl-009999")
    assert page.locator("#listed").inner_text() == "显示 1 / 10000 条"
    page.locator("#search").fill("")
    page.locator("#scroll").evaluate("(one) => { one.scrollTop = one.scrollHeight; }")
    page.locator("#row-9999").wait_for()
    assert page.locator("#row-9999 .c-outcome").inner_text() == "无法判定"


def test_the_benchmark_of_the_page_times_all_that_a_reader_does(browser: Browser):
    steps = subprocess.run(
        [sys.executable, "-m", "benchmarks", "page", "--findings", "300", "--repeat", "1"],
        cwd=ROOT, capture_output=True, check=True, encoding="utf-8",
    ).stdout.splitlines()  # fmt: skip
    assert [line.split(" | ")[0].strip("| ") for line in steps[2:]] == [
        *STEPS,
        "open the page",
        "size of the file, KB",
    ]


VIEWS = (
    "",
    "tab=charts",
    "tab=statistics",
    "tab=problems",
    "tab=source",
    "open=00000000000000000000000000000001",
)


def faults(page: Page) -> list[tuple[str, str]]:
    """Give what axe finds wrong with the page as it stands: the rule, and the first element."""
    if not AXE.is_file():
        missing("axe-core is not installed: run `npm ci` in tests/editor")
    if not page.evaluate("'axe' in window"):
        page.add_script_tag(content=AXE.read_text(encoding="utf-8"))
    found = page.evaluate("async () => (await axe.run({ resultTypes: ['violations'] })).violations")
    return [(one["id"], one["nodes"][0]["html"][:200]) for one in found]


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(opened: Open, month: Report, lang, scheme):
    page = opened(REPORT, lang, color_scheme=scheme, bypass_csp=True)
    found = {}
    for view in VIEWS:
        page.evaluate("(view) => { location.hash = view; }", view)
        page.wait_for_function(
            "(view) => document.documentElement.dataset.tab === view",
            arg=view[4:] if "tab" in view else "findings",
        )
        found[view] = faults(page)
    assert found == {view: [] for view in VIEWS}
    assert faults(opened(month, lang, "#tab=charts", color_scheme=scheme, bypass_csp=True)) == []


def test_axe_would_find_a_fault(opened: Open):
    page = opened(REPORT, bypass_csp=True)
    page.evaluate("document.querySelector('#listed').style.color = '#ddd'")
    assert [rule for rule, _ in faults(page)] == ["color-contrast"]
