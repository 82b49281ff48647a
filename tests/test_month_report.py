"""The monthly quality report: its figures against `check` and the ledger, no data that is not 0, and nobody's name."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
from datetime import date
from decimal import Decimal
from html import unescape
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from checker.cli import main
from checker.ledger.cases import fold
from checker.ledger.entries import Step
from checker.ledger.exports import export
from checker.ledger.store import Ledger
from checker.monthly.figures import Figure, added
from tests.papers_support import PACK, REGIONS, STAFF, VISIT_HEAD, cells_of, written
from tests.test_guards import to_served

ROOT = Path(__file__).parents[1]
SAMPLE = ROOT / "samples" / "2026-10"
NONE = "—(无数据)"
GOALS = """\
- id: visits-of-region
  title: {zh: 片区走访, en: Visits of a region}
  clause: 一.1
  kind: goal
  status: active
  severity: note
  effective: {from: 2026-01-01}
  params: {least: {2026-01-01: 2, unit: 次}}
  check: {aggregate: {log: visit, take: count, per: region, every: month, at_least: $least}}
  message: {zh: "{region} {actual}", en: "{region} {actual}"}
- id: share-with-note
  title: {zh: 有备注的比例, en: With a note}
  clause: 一.2
  kind: goal
  status: active
  severity: note
  effective: {from: 2026-01-01}
  params: {goal: {2026-01-01: 70}}
  check: {aggregate: {log: visit, take: share, that: {note: {present: true}}, per: company, every: month, more_than: $goal, empty: no_data}}
  message: {zh: "{actual}", en: "{actual}"}
- id: mean-minutes
  title: {zh: 平均分钟, en: Mean minutes}
  clause: 一.1
  kind: statistic
  status: active
  severity: note
  effective: {from: 2026-01-01}
  check: {aggregate: {log: visit, take: mean, of: minutes, per: person, every: month, empty: not_applicable}}
  message: {zh: "{actual}", en: "{actual}"}
- id: stock-count
  title: {zh: 盘点次数, en: Stocks}
  clause: 一.3
  kind: statistic
  status: active
  severity: note
  effective: {from: 2026-01-01}
  check: {aggregate: {log: stock, take: count, per: company, every: month}}
  message: {zh: "{actual}", en: "{actual}"}
"""
SHOP = PACK | {"rules/goals.yaml": "rules:\n" + GOALS}
LISTED = SHOP["logs.yaml"].replace(
    "customer: {type: text, header: 客户}",
    "customer: {type: enum, header: 客户, values: [甲公司, 乙公司, 丙公司]}",
)
SEPTEMBER = "V91,E1,2026-09-03,东区,30,甲公司,看样\n"
OCTOBER = (
    "V1,E1,2026-10-08,东区,5,甲公司,看样\n"
    "V2,E2,2026-10-09,西区,10,乙公司,看样\n"
    "V3,E1,2026-10-10,东区,15,丙公司,\n"
)
STOCK = "盘点编号,盘点日期,盘点人\nS1,2026-10-31,周宁\n"
LOGS = {
    "人员.csv": STAFF,
    "片区表.csv": REGIONS,
    "走访记录.csv": VISIT_HEAD + SEPTEMBER + OCTOBER,
    "盘点表.csv": STOCK,
}


class Office:
    """A small company: its pack, its logs, and the report of October."""

    def __init__(self, folder: Path, pack=SHOP, logs=LOGS) -> None:
        self.folder, self.to = folder, folder / "out"
        self.pack, self.logs = written(folder / "pack", pack), written(folder / "logs", logs)

    def report(self, *args: object, period: str = "2026-10") -> Result:
        return run(
            "report",
            self.logs,
            "--rules",
            self.pack,
            "--period",
            period,
            "--as-of",
            "2026-11-06",
            "--to",
            self.to,
            *args,
        )

    def check(self, period: str = "2026-10") -> dict:
        done = run(
            "check",
            self.logs,
            "--rules",
            self.pack,
            "--period",
            period,
            "--as-of",
            "2026-11-06",
            "--format",
            "json",
            "--all",
        )
        return json.loads(done.stdout)

    @property
    def page(self) -> str:
        return (self.to / "质量月报-2026-10.html").read_text(encoding="utf-8")


def run(*args: object) -> Result:
    return CliRunner().invoke(main, [str(arg) for arg in args], catch_exceptions=False)


def tables(page: str, section: str) -> list[list[list[str]]]:
    """Give the tables of a section as their rows of cells."""
    part = next(one for one in page.split("<section>")[1:] if section in one)
    return [
        [
            [unescape(cell) for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.S)]
            for row in re.findall(r"<tr.*?</tr>", table, re.S)
        ]
        for table in re.findall(r"<table.*?</table>", part, re.S)
    ]


def rows(page: str, section: str, table: int = 0) -> list[list[str]]:
    return tables(page, section)[table][1:]


@pytest.fixture
def office(tmp_path) -> Office:
    return Office(tmp_path)


@pytest.fixture(scope="module")
def sample(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("sample")
    done = run("report", SAMPLE, "--period", "2026-10", "--as-of", "2026-11-10", "--to", folder)
    assert (done.exit_code, done.stdout) == (0, "")
    return folder


@pytest.fixture(scope="module")
def checked() -> dict:
    done = run("check", SAMPLE, "--period", "2026-10", "--as-of", "2026-11-10", "--format", "json", "--all")
    return json.loads(done.stdout)


# The sample month


def test_the_sample_month_shows_goals_against_figures(sample):
    assert rows((sample / "质量月报-2026-10.html").read_text(encoding="utf-8"), "总体情况") == [
        ["顾客满意度（二.1.2b）", ">95%", "73.2%（30/41） [2026Q3]", "93.8%（45/48） [2026Q2]", "87.6%（120/137）", "否"],
        ["服务态度平均分（二.1.2a）", "—", "81.6 [2026Q3]", "87.7 [2026Q2]", "86.3", "—"],
        ["抱怨次数（二.1.3a）", "≤3/片区", "8次", NONE, "8次", "否"],
        ["投诉次数（二.1.3b）", "≤0/片区", "1次", NONE, "1次", "否"],
        ["抱怨、建议处理率（三.4）", "100%", "90.0%（9/10）", NONE, "90.0%（9/10）", "否"],
        ["周汇总及时率（二.7）", "100%", "94.8%（73/77） 另 2 项无法判定", NONE, "94.8%（73/77） 另 2 项无法判定", "否"],
        [
            "服务记录完整率（二.4.d）", "100%", "99.7%（318/319） 另 2 项无法判定", "100.0%（24/24） 另 1 项无法判定",
            "99.7%（342/343） 另 2 项无法判定", "否",
        ],
        [
            "服务卡第二联回收率（二.4.d）", "100%", "99.7%（341/342） 另 1 项无法判定", "100.0%（25/25）",
            "99.7%（366/367） 另 1 项无法判定", "否",
        ],
        ["档案录入率（二.8.e）", "100%", "99.7%（343/344）", "100.0%（25/25）", "99.7%（368/369）", "否"],
        ["质量抽查次数（二.13）", "≥6/片区", "16次 [2026]", NONE, "16次", "未到期，已落后"],
        ["电话回访客户数（二.12）", "≥1", "15家", NONE, "15家", "是"],
        ["走访次数（二.2.a）", "—", "68", NONE, "68", "—"],
        ["平均接单时间（二.2.d）", "—", "4.6分钟", "4.0分钟", "4.5分钟", "—"],
    ]  # fmt: skip


def test_the_page_has_the_style_of_its_paper_and_allows_no_other(sample):
    page = (sample / "质量月报-2026-10.html").read_text(encoding="utf-8")
    css = (ROOT / "checker" / "reports" / "templates" / "month.css").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(css.encode()).digest()).decode()
    assert css in page
    assert f"style-src 'sha256-{digest}'" in html.unescape(page)


def test_the_sample_month_shows_its_regions_causes_and_data(sample):
    page = (sample / "质量月报-2026-10.html").read_text(encoding="utf-8")
    assert tables(page, "各片区") == [
        [
            ["片区", "抱怨次数（≤3/片区）", "投诉次数（≤0/片区）", "质量抽查次数（≥6/片区）"],
            ["豫北片区", "1次", "1次（未达成）", "7次（未到期）"],
            ["豫南片区", "4次（未达成）", "0次", "6次（未到期）"],
            ["鲁西片区", "3次", "0次", "3次（未到期，已落后）"],
        ]
    ]
    assert tables(page, "主要问题与原因")[0] == [
        ["原因", "本月", "上月", "本年累计"],
        ["产品质量", "4", NONE, "4"],
        ["服务质量", "3", NONE, "3"],
        ["其他", "2", NONE, "2"],
        ["运输", "1", NONE, "1"],
    ]
    assert rows(page, "数据质量说明") == [
        ["未提交的台账", "0", "无"],
        ["已交、本月没有记录的台账", "3", "客户服务档案、顾客满意度调查表、制度版本"],
        ["须退回更正的数据", "7", "个人周汇总 2、售后服务卡 1、手机关机登记 2、用户服务记录表 2"],
        ["须核对的数据", "0", "无"],
        ["无法判定", "10", "二.4.d（3）、二.5.a（1）、二.5.d（2）、二.6（2）、二.7（2）"],
        ["待人工确认", "3", "一.4.d（1）、二.4.d（1）、二.11.c（1）"],
        ["缺台账而无法核查", "0", "无"],
        ["未到期", "6", "二.1.5（1）、二.4.d（1）、二.8.e（1）、二.13（3）"],
    ]


def test_the_figures_of_the_sample_are_those_of_the_check(sample, checked):
    page = (sample / "质量月报-2026-10.html").read_text(encoding="utf-8")
    shown = {row[0].split("（")[0]: row[2] for row in rows(page, "总体情况")}
    summaries = checked["by_rule"]["weekly-summary-missing"]
    assert shown["周汇总及时率"].startswith(
        f"94.8%（{summaries['pass']}/{summaries['pass'] + summaries['fail']}）"
    )
    figures = {
        one["rule"]: [dict(zip(one["columns"], row, strict=True)) for row in one["rows"]]
        for one in checked["statistics"]
    }
    assert shown["走访次数"] == str(sum(row["count"] for row in figures["visit-count"]))
    grievances = [
        one["values"]["count"] for one in checked["findings"] if one["rule"] == "too-many-grievances"
    ]
    assert shown["抱怨次数"] == f"{sum(grievances)}次"
    assert rows(page, "数据质量说明")[4][1] == str(checked["run"]["totals"]["undetermined"])


def test_without_a_ledger_penalties_are_the_proposals_of_the_check_by_clause(sample, checked):
    page = (sample / "质量月报-2026-10.html").read_text(encoding="utf-8")
    failed = [
        one
        for one in checked["findings"]
        if one["outcome"] == "fail" and one["kind"] == "duty" and not one["superseded_by"]
    ]
    fines = [
        one["penalty"]["fine"]["proposed"] for one in failed if one["penalty"] and one["penalty"]["fine"]
    ]
    shown = rows(page, "违规与处罚汇总")
    assert shown[-1] == ["合计", "", str(len(failed)), "14", f"{sum(map(Decimal, fines)):.2f}", NONE, NONE]
    assert [row for row in shown if row[0] == "二.6"] == [
        ["二.6", "手机关机", "6", "6", "300.00", NONE, NONE]
    ]
    assert "未给出决定台账：以下为核查发现，是建议" in page


def test_nobody_is_named_in_the_report(sample):
    page = (sample / "质量月报-2026-10.html").read_text(encoding="utf-8")
    book = json.dumps(
        [cells_of(sample / "质量月报-2026-10.xlsx", name) for name in ("质量月报", "趋势数据")],
        ensure_ascii=False,
    )
    roster = [
        row
        for row in cells_of(SAMPLE / "服务人员花名册.xlsx", sheet_of(SAMPLE / "服务人员花名册.xlsx"))
        if row
    ]
    known = {str(cell) for row in roster for cell in row if re.fullmatch(r"FW\d{4}", str(cell))}
    names = {str(row[at + 1]) for row in roster for at, cell in enumerate(row[:-1]) if str(cell) in known}
    assert len(known) > 10 and len(names) > 10
    assert [word for word in {*known, *names} if len(word) > 1 and (word in page or word in book)] == []


def sheet_of(path: Path) -> str:
    from python_calamine import CalamineWorkbook

    return str(CalamineWorkbook.from_path(str(path)).sheet_names[0])


# Two months


def test_shares_and_means_of_a_year_rest_on_their_counts_and_not_on_averages(office):
    assert office.report().exit_code == 0
    assert {row[0]: row[1:] for row in rows(office.page, "总体情况")} == {
        "片区走访（一.1）": ["≥2/片区", "3次", "1次", "4次", "否"],
        "有备注的比例（一.2）": [">70%", "66.7%（2/3）", "100.0%（1/1）", "75.0%（3/4）", "否"],
        "平均分钟（一.1）": ["—", "10.0分钟", "30.0分钟", "15.0分钟", "—"],
        "盘点次数（一.3）": ["—", "1", NONE, "1", "—"],
        "走访太短：合格率（一.1）": ["100%", "0.0%（0/3）", "100.0%（1/1）", "25.0%（1/4）", "否"],
        "没有备注：合格率（一.2）": ["100%", "66.7%（2/3）", "100.0%（1/1）", "75.0%（3/4）", "否"],
        "没有盘点人：合格率（一.3）": ["100%", "100.0%（1/1）", NONE, "100.0%（1/1）", "是"],
    }


def test_last_month_is_what_the_check_of_that_month_says(office):
    office.report()
    before = office.check("2026-09")
    share = next(one["values"] for one in before["findings"] if one["rule"] == "share-with-note")
    assert (share["numerator"], share["denominator"], before["by_rule"]["visit-short"]) == (1, 1, {"pass": 1})
    shown = {row[0]: row[3] for row in rows(office.page, "总体情况")}
    assert (shown["有备注的比例（一.2）"], shown["走访太短：合格率（一.1）"]) == ("100.0%（1/1）",) * 2


def test_regions_are_those_of_the_pack_and_rules_that_judge_people_show_none(office):
    office.report()
    assert tables(office.page, "各片区") == [
        [["片区", "片区走访（≥2/片区）"], ["东区", "2次"], ["西区", "1次（未达成）"], ["旧区", NONE]]
    ]


def test_trends_join_the_months_with_data_and_leave_gaps(tmp_path):
    visits = VISIT_HEAD + "V71,E1,2026-07-03,东区,30,甲公司,看样\n" + SEPTEMBER + OCTOBER
    office = Office(tmp_path, logs=LOGS | {"走访记录.csv": visits})
    office.report()
    drawn = re.findall(r'aria-label="(.*?)"', office.page)
    assert drawn[0] == f"片区走访: 2026-07 1, 2026-08 {NONE}, 2026-09 1, 2026-10 3"
    assert drawn[1] == f"有备注的比例: 2026-07 100%, 2026-08 {NONE}, 2026-09 100%, 2026-10 66.7%"
    first = office.page.split("</svg>")[0]
    assert (first.count("<circle"), first.count("<polyline")) == (3, 1)
    assert cells_of(office.to / "质量月报-2026-10.xlsx", "趋势数据")[:5] == [
        ["片区走访", "", "目标"], ["2026-07", 1.0, ""], ["2026-08", "", ""], ["2026-09", 1.0, ""], ["2026-10", 3.0, ""]
    ]  # fmt: skip


def test_the_number_of_months_bounds_the_trends_and_not_the_year(office):
    office.report("--months", "1")
    assert "不足两期有数据，未画趋势图。" in office.page
    assert "<svg" not in office.page
    assert {row[0]: row[4] for row in rows(office.page, "总体情况")}["片区走访（一.1）"] == "4次"


def test_a_row_without_a_readable_day_counts_once_in_the_year(tmp_path):
    undated = VISIT_HEAD + SEPTEMBER + OCTOBER + "V8,E1,周五,东区,3,丁公司,看样\n"
    office = Office(tmp_path, logs=LOGS | {"走访记录.csv": undated})
    office.report()
    shown = {row[0]: row[2:5] for row in rows(office.page, "总体情况")}
    assert shown["走访太短：合格率（一.1）"] == [
        "0.0%（0/3） 另 1 项无法判定",
        "100.0%（1/1） 另 1 项无法判定",
        "25.0%（1/4） 另 1 项无法判定",
    ]


# No data


def test_a_log_that_was_not_handed_in_is_no_data_and_never_nought_or_all(tmp_path):
    office = Office(tmp_path, logs={name: text for name, text in LOGS.items() if name != "走访记录.csv"})
    office.report()
    shown = {row[0].split("（")[0]: row[2:] for row in rows(office.page, "总体情况")}
    assert [shown[name] for name in ("片区走访", "有备注的比例", "平均分钟", "走访太短：合格率")] == [
        [NONE] * 4, [NONE] * 4, [NONE] * 4, [NONE] * 4
    ]  # fmt: skip
    assert rows(office.page, "数据质量说明")[0] == ["未提交的台账", "1", "走访记录"]
    assert rows(office.page, "数据质量说明")[6] == ["缺台账而无法核查", "5", "一.1（3）、一.2（2）"]


def test_a_file_with_only_a_header_says_that_nothing_happened_in_its_month(tmp_path):
    office = Office(tmp_path, logs=LOGS | {"盘点表.csv": "盘点编号,盘点日期,盘点人\n"})
    office.report()
    shown = {row[0]: row[2:5] for row in rows(office.page, "总体情况")}
    assert shown["盘点次数（一.3）"] == ["0", NONE, "0"]


def test_a_share_that_is_not_whole_is_never_printed_as_all_of_it(tmp_path):
    good = "".join(f"G{at},E1,2026-10-08,东区,50,甲公司,看样\n" for at in range(2999))
    office = Office(
        tmp_path, logs=LOGS | {"走访记录.csv": VISIT_HEAD + good + "V3,E1,2026-10-10,东区,50,丙公司,\n"}
    )
    office.report()
    assert {row[0]: row[2] for row in rows(office.page, "总体情况")}[
        "有备注的比例（一.2）"
    ] == "99.9%（2999/3000）"


# The ledger


@pytest.fixture
def ledger(tmp_path) -> Path:
    at = date(2026, 11, 8)
    steps = [
        *to_served("a1", 5_000),
        *to_served("a2", 2_000, rule="weekly-summary"),
        *to_served("b1", 5_000, person="FW0031"),
        Step("appeal", at, "张伟", "b1", "不是我"),
        Step("revoke", date(2026, 11, 9), "陈总", "b1", "查实"),
        *to_served("c1", 3_000, person="FW0033"),
        Step("appeal", at, "马超", "c1", "有异议"),
        Step("uphold", date(2026, 11, 9), "陈总", "c1", "维持"),
        *to_served("d1", 9_900, person="FW0040", month="2026-09"),
        *to_served("e1", 700, person="FW0041")[:1],
    ]
    path = tmp_path / "d.sqlite"
    Ledger(path).append(lambda known: steps)
    return path


def test_penalties_are_those_of_the_ledger_by_clause_with_appeals_and_what_was_revoked(office, ledger):
    assert office.report("--ledger", ledger).exit_code == 0
    assert rows(office.page, "违规与处罚汇总") == [
        ["二.6", "", "3", "3", "80.00", "2", "1"],
        ["二.7", "", "1", "1", "20.00", "0", "0"],
        ["合计", "", "4", "3", "100.00", "2", "1"],
    ]
    cases = [
        one
        for one in fold(Ledger(ledger).entries()).cases.values()
        if one.month == "2026-10" and one.approver
    ]
    assert sum(one.fen or 0 for one in cases) == 10_000
    assert "尚在处理 1 笔，不属实 0 笔，证据不足 0 笔，已豁免 0 笔。" in office.page


def test_that_somebody_took_a_paper_out_since_changes_no_byte_of_the_report(office, ledger):
    assert office.report("--ledger", ledger).exit_code == 0
    before = {path.name: path.read_bytes() for path in office.to.iterdir()}
    Ledger(ledger).append(lambda known: [export("ledger", date(2026, 11, 20), "李敏", b"x", 2, 3)])
    assert office.report("--ledger", ledger).exit_code == 0
    assert {path.name: path.read_bytes() for path in office.to.iterdir()} == before


def test_where_points_stand_for_money_the_report_has_points_and_no_amount(tmp_path, ledger):
    guards = "guards: {money_mode: score, points: [{up_to: 20, points: 1}, {up_to: 30, points: 2}]}\n"
    office = Office(tmp_path, pack=SHOP | {"pack.yaml": SHOP["pack.yaml"] + guards})
    assert office.report("--ledger", ledger).exit_code == 0
    assert tables(office.page, "违规与处罚汇总")[0] == [
        ["条款", "内容", "笔数", "人数", "绩效扣分", "申诉", "撤销"],
        ["二.6", "", "3", "3", "2；另 1 笔由人定", "2", "1"],
        ["二.7", "", "1", "1", "1", "0", "0"],
        ["合计", "", "4", "3", "3；另 1 笔由人定", "2", "1"],
    ]
    assert "100.00" not in office.page


def test_where_no_money_is_deducted_no_amount_is_shown(tmp_path):
    office = Office(tmp_path, pack=SHOP | {"pack.yaml": SHOP["pack.yaml"] + "guards: {money_mode: 'off'}\n"})
    office.report()
    assert [row[4] for row in rows(office.page, "违规与处罚汇总")] == ["—", "—", "—"]
    assert "本单位不扣款（money_mode: off），不列金额。" in office.page


# Any pack, the same bytes, safety


@pytest.mark.parametrize(
    ("name", "month", "regions"),
    [
        ("dairy-farm", "2026-10", "所列指标中没有按片区评判的"),
        ("plant", "2026-10", "规则包没有片区，本节从略。"),
        ("school", "2026-03", "规则包没有片区，本节从略。"),
    ],
)
def test_any_pack_gets_a_report_whose_shares_are_the_counts_of_its_check(tmp_path, name, month, regions):
    pack = ROOT / "tests" / "packs" / name
    options = ("--rules", pack, "--period", month, "--as-of", "2026-12-10")
    assert run("report", pack / "samples", *options, "--to", tmp_path).exit_code == 0
    page = (tmp_path / f"质量月报-{month}.html").read_text(encoding="utf-8")
    counts = json.loads(run("check", pack / "samples", *options, "--format", "json").stdout)[
        "by_rule"
    ].values()
    fractions = {
        f"（{one.get('pass', 0)}/{one.get('pass', 0) + one.get('fail', 0)}）" for one in counts
    }  # fmt: skip
    shares = [re.search(r"（\d+/\d+）", row[2]) for row in rows(page, "总体情况") if row[0].count("合格率")]
    assert len(shares) >= 4
    assert {found[0] for found in shares if found} <= fractions
    assert [title for title in "一二三四五六七" if f"<h2>{title}、" not in page] == []
    assert regions in page


def test_the_same_logs_give_the_same_bytes(tmp_path, office):
    office.report()
    first = [path.read_bytes() for path in sorted(office.to.iterdir())]
    office.to = tmp_path / "again"
    office.report()
    assert [path.read_bytes() for path in sorted(office.to.iterdir())] == first


def test_what_people_typed_is_neither_markup_nor_a_formula(tmp_path):
    evil = '"=HYPERLINK(""http://x"")<script>alert(1)</script>"'
    office = Office(
        tmp_path,
        pack=SHOP | {"pack.yaml": SHOP["pack.yaml"] + "papers: {company: {zh: '<b>=1+1</b>'}}\n"},
        logs=LOGS | {"片区表.csv": REGIONS + f"{evil},2026-01-01,\n"},
    )
    assert office.report().exit_code == 0
    assert ("<script" in office.page, "<b>" in office.page, "&lt;script&gt;alert(1)" in office.page) == (
        False,
        False,
        True,
    )
    sheet = cells_of(office.to / "质量月报-2026-10.xlsx", "质量月报")
    assert '=HYPERLINK("http://x")<script>alert(1)</script>' in {row[0] for row in sheet}
    assert sheet[0][0] == "<b>=1+1</b>"
    assert "default-src 'none'; style-src 'sha256-" in unescape(office.page)


def test_the_workbook_has_the_same_figures_and_room_to_write(office):
    office.report()
    sheet = [
        [cell for cell in row if cell != ""]
        for row in cells_of(office.to / "质量月报-2026-10.xlsx", "质量月报")
    ]
    assert ["有备注的比例（一.2）", ">70%", "66.7%（2/3）", "100.0%（1/1）", "75.0%（3/4）", "否"] in sheet
    assert ["问题", "责任部门", "措施", "期限", "完成"] in sheet
    assert ["编制：____________　　审核：____________　　批准：____________"] in sheet


def test_the_report_can_be_had_in_english(office):
    office.report("--lang", "en")
    assert rows(office.page, "1. Overall")[1] == [
        "With a note (一.2)",
        ">70%",
        "66.7% (2/3)",
        "100.0% (1/1)",
        "75.0% (3/4)",
        "no",
    ]
    assert rows(office.page, "1. Overall")[3] == ["Stocks (一.3)", "—", "1", "— (no data)", "1", "—"]


# What the pack says of it


def test_the_pack_names_its_figures_in_order_and_its_causes(tmp_path):
    papers = """\
papers:
  report:
    indicators:
    - {rule: stock-count, title: {zh: 盘点, en: Stocks}}
    - {rule: share-with-note, met: true, title: {zh: 备注达标, en: Notes}}
    causes:
    - {log: visit, field: customer, title: {zh: 客户, en: Customers}, where: {note: {present: true}}}
    signers: [质检部]
"""
    office = Office(tmp_path, pack=SHOP | {"pack.yaml": SHOP["pack.yaml"] + papers, "logs.yaml": LISTED})
    office.report()
    assert rows(office.page, "总体情况") == [
        ["盘点（一.3）", "—", "1", NONE, "1", "—"],
        ["备注达标（一.2）", "100%", "0.0%（0/1）", "100.0%（1/1）", "50.0%（1/2）", "否"],
    ]
    assert tables(office.page, "主要问题与原因")[0] == [
        ["原因", "本月", "上月", "本年累计"], ["甲公司", "1", "1", "2"], ["乙公司", "1", "0", "1"]
    ]  # fmt: skip
    assert "<span>质检部：" in office.page


@pytest.mark.parametrize(
    ("papers", "said"),
    [
        ("indicators: [{rule: stock-cuont}]", "没有规则 `stock-cuont`"),
        ("causes: [{log: visits, field: note}]", "没有台账 `visits`"),
        ("causes: [{log: visit, field: cause}]", "“visit”里没有字段“cause”"),
        ("causes: [{log: visit, field: customer}]", "字段“customer”里是各人写的文字；原因要从规定的值里选"),
        ("causes: [{log: region, field: region}]", "台账 `region` 没有日期，不能按月统计"),
        ("causes: [{log: visit, field: note, where: {nto: {present: true}}}]", "“visit”里没有字段“nto”"),
    ],
)
def test_a_pack_that_names_what_is_not_there_is_told_where(tmp_path, papers, said):
    text = SHOP["pack.yaml"] + f"papers: {{report: {{{papers}}}}}\n"
    office = Office(tmp_path, pack=SHOP | {"pack.yaml": text})
    done = office.report()
    assert (done.exit_code, said in done.stderr, "pack.yaml:9:" in done.stderr) == (2, True, True)
    assert not office.to.exists()


# Options


@pytest.mark.parametrize(
    ("period", "said"),
    [
        ("2026-Q4", "质量月报只按月出：“2026-Q4”不是一个月"),
        ("2026-10-01/2026-10-30", "质量月报只按月出：“2026-10-01/2026-10-30”不是一个月"),
        ("十月", "期间“十月”无法识别；请写成 2026-10、2026-Q4、2026 或 2026-10-01/2026-10-31"),
    ],
)
def test_a_period_that_is_no_month_is_refused(office, period, said):
    done = office.report(period=period)
    assert (done.exit_code, said in done.stderr, office.to.exists()) == (2, True, False)


def test_a_ledger_that_is_not_there_is_refused_before_anything_is_written(office):
    done = office.report("--ledger", office.folder / "none.sqlite")
    assert (done.exit_code, "没有这个决定台账" in done.stderr, office.to.exists()) == (2, True, False)


def test_a_folder_that_cannot_be_made_is_refused(office):
    (office.folder / "file").write_text("")
    office.to = office.folder / "file" / "out"
    done = office.report()
    assert (done.exit_code, done.stderr) == (
        2,
        f"{office.to}: error[cannot-write]: 无法写入报告：Not a directory\n  建议：检查 --to 的文件夹能否建立\n",
    )


def test_a_cut_off_is_asked_for_as_no_clock_is_read(office):
    done = run("report", office.logs, "--rules", office.pack, "--period", "2026-10", "--to", office.to)
    assert (done.exit_code, done.stderr.splitlines()[0]) == (
        2,
        "error[missing-option]: 缺少 --as-of；本程序不读系统时钟，同样的输入总得同样的结果",
    )


def test_a_file_that_cannot_be_read_gives_no_report(tmp_path):
    office = Office(tmp_path)
    (office.logs / "走访记录.xlsx").write_bytes(b"PK\x03\x04 broken")
    done = office.report()
    assert (done.exit_code, office.to.exists()) == (2, False)


def test_a_report_open_in_excel_goes_to_a_second_name(office, monkeypatch):
    office.report()
    kept = {path.name: path.read_bytes() for path in office.to.iterdir()}
    real = Path.replace

    def locked(self, target):
        if Path(target).name == "质量月报-2026-10.xlsx":
            raise PermissionError(13, "in use")
        return real(self, target)

    monkeypatch.setattr(Path, "replace", locked)
    done = office.report()
    assert sorted(path.name for path in office.to.iterdir()) == ["质量月报-2026-10 (2).xlsx", *sorted(kept)]
    assert (done.exit_code, "正被别的程序打开" in done.stderr) == (0, True)


# Quarters, weeks and moments


LONGER = """\
- id: visits-of-quarter
  title: {zh: 季度走访, en: Visits of a quarter}
  clause: 一.1
  kind: goal
  status: active
  severity: note
  effective: {from: 2025-01-01}
  check: {aggregate: {log: visit, take: count, per: company, every: quarter, at_least: 3, grace: 15 days}}
  message: {zh: "{actual}", en: "{actual}"}
- id: visits-of-year
  title: {zh: 年度走访, en: Visits of a year}
  clause: 一.1
  kind: goal
  status: active
  severity: note
  effective: {from: 2025-01-01}
  check: {aggregate: {log: visit, take: count, per: company, every: year, at_least: 12, pace: true}}
  message: {zh: "{actual}", en: "{actual}"}
- id: visits-of-week
  title: {zh: 每周走访, en: Visits of a week}
  clause: 一.1
  kind: statistic
  status: active
  severity: note
  effective: {from: 2025-01-01}
  check: {aggregate: {log: visit, take: count, per: company, every: week}}
  message: {zh: "{actual}", en: "{actual}"}
- id: staff-of-day
  title: {zh: 在册人数, en: Staff}
  clause: 一.1
  kind: statistic
  status: active
  severity: note
  effective: {from: 2025-01-01}
  check: {aggregate: {log: staff, take: count, per: company, every: day, during: {from: valid_from}}}
  message: {zh: "{actual}", en: "{actual}"}
"""


def visits(*days: str) -> str:
    return VISIT_HEAD + "".join(f"V{at},E1,{day},东区,30,甲公司,看样\n" for at, day in enumerate(days))


def test_quarters_stand_beside_the_quarter_before_and_years_beside_nothing_but_themselves(tmp_path):
    days = (
        "2026-04-02",
        "2026-05-03",
        "2026-07-04",
        "2026-07-05",
        "2026-08-06",
        "2026-09-07",
        "2026-10-08",
        "2026-10-20",
    )
    office = Office(
        tmp_path,
        pack=PACK | {"rules/longer.yaml": "rules:\n" + LONGER},
        logs=LOGS | {"走访记录.csv": visits(*days)},
    )
    office.report()
    assert rows(office.page, "总体情况")[:4] == [
        ["季度走访（一.1）", "≥3", "4 [2026Q3]", "2 [2026Q2]", "6", "是"],
        ["年度走访（一.1）", "≥12", "8 [2026]", NONE, "8", "未到期，已落后"],
        ["每周走访（一.1）", "—", "2", "1", "8", "—"],
        ["在册人数（一.1）", "—", "2", "2", "—", "—"],
    ]


def test_a_month_without_a_quarter_to_judge_has_no_figure_of_one(tmp_path):
    office = Office(
        tmp_path,
        pack=PACK | {"rules/longer.yaml": "rules:\n" + LONGER},
        logs=LOGS | {"走访记录.csv": visits("2026-08-06", "2026-09-07")},
    )
    office.report(period="2026-09")
    page = (office.to / "质量月报-2026-09.html").read_text(encoding="utf-8")
    assert rows(page, "总体情况")[0] == ["季度走访（一.1）", "≥3", NONE, NONE, NONE, NONE]


# Figures


PARTS = st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), min_size=1, max_size=8)


@given(PARTS)
def test_a_year_of_shares_is_the_share_of_all_its_records(parts):
    months = [Figure("share", Decimal(good), Decimal(good + bad)) for good, bad in parts]
    good, whole = sum(one for one, _ in parts), sum(sum(one) for one in parts)
    year = added(months)
    assert year is not None
    assert (year.top, year.bottom) == (good, whole)
    assert year.value == (Decimal(good * 100) / whole if whole else None)


@given(st.integers(0, 10**6), st.integers(1, 10**6))
def test_only_all_prints_as_all_and_only_none_as_none(good, bad):
    text = Figure("share", Decimal(good), Decimal(good + bad)).text()
    assert text.startswith("0.0%") == (good == 0)
    assert not text.startswith("100.0%")
