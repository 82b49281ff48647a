"""October 2026 at the sample company, from dirty files to a credit after the month was closed, in commands alone."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from click.testing import CliRunner
from python_calamine import CalamineWorkbook

from checker.cli import main
from checker.ledger.cases import Book, fold
from checker.ledger.store import Ledger
from checker.money import parse_yuan
from tests.papers_support import cells_of, filled_in, said

ROOT = Path(__file__).parents[1]
RULES = ["--rules", str(ROOT / "rules" / "after-sales")]
ASKED = [*RULES, "--period", "2026-10", "--as-of", "2026-11-06"]
SUMMARY, PHONES = "个人周汇总.csv", "关机登记.xlsx"
CARD, FIRST_ZHANG, SECOND_ZHANG, REPAIR, LATE = "89a7e683", "eaf2e739", "99f2547b", "f9905574", "daf90c32"
"""Findings of the walk: no card (刘洋), phone off (both 张伟, 吴斌), a summary late (陈刚)."""


class Company:
    """The folder of the quality department: logs, ledger, papers, and what every command said."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.logs = folder / "2026-10"
        self.ledger = folder / "decisions.sqlite"
        self.said: dict[str, str] = {}
        shutil.copytree(ROOT / "samples" / "2026-10", self.logs)

    def run(self, name: str, *args: object, status: int = 0) -> None:
        """Run a command and keep what it said under a name."""
        done = CliRunner().invoke(main, [str(one) for one in args], catch_exceptions=False)
        assert done.exit_code == status, done.output
        self.said[name] = done.output

    def check(self, name: str) -> None:
        """Check the month, as JSON, with the list of data problems."""
        out = ["--output", self.folder / f"{name}.json"]
        self.run(name, "check", self.logs, *ASKED, "--problems", self.folder / "数据问题清单.xlsx", *out)
        self.run(f"{name} as a page", "check", self.logs, *ASKED, "--output", self.folder / f"{name}.html")

    def review(self, name: str) -> None:
        """Write the review sheet, named like the step."""
        to = ["--to", self.folder / f"{name}.xlsx"]
        self.run(name, "review", self.logs, *ASKED, "--ledger", self.ledger, *to)

    def decide(self, name: str, *args: object, status: int = 0) -> None:
        """Enter one step or one sheet."""
        self.run(name, "decide", *args, *RULES, "--ledger", self.ledger, status=status)

    def notices(self, name: str) -> None:
        """Number what was approved and write the notices, a page a person."""
        to = ["--to", self.folder / "通知单", "--by", "李敏", "--on", "2026-11-06"]
        self.run(name, "notices", "--month", "2026-10", *to, *RULES, "--ledger", self.ledger)

    def fines(self, month: str, on: str) -> None:
        """Hand to finance what is final, with the wages that only finance has."""
        to = ["--to", self.folder / f"{month}.xlsx", "--wages", self.folder / "工资.csv", "--by", "王芳"]
        self.run(month, "fines", "--month", month, "--on", on, *to, *RULES, "--ledger", self.ledger)

    def findings(self, name: str) -> list[dict[str, Any]]:
        """Give the findings of a check."""
        return json.loads((self.folder / f"{name}.json").read_text(encoding="utf-8"))["findings"]

    def book(self) -> Book:
        """Give the ledger as it stands."""
        return fold(Ledger(self.ledger).entries())

    def amounts(self, month: str) -> dict[str, int]:
        """Give what a person owes by the fine sheet of a month, in fen."""
        rows = cells_of(self.folder / f"{month}.xlsx", "扣款明细")
        heads = next(row for row in rows if "工号" in row)
        found: dict[str, int] = {}
        for row in rows[rows.index(heads) + 1 :]:
            cells = dict(zip(heads, row, strict=True))
            if cells["工号"] and cells["核定金额"] != "":
                fen = parse_yuan(f"{cells['核定金额']:.2f}".lstrip("-")) or 0
                found[cells["工号"]] = found.get(cells["工号"], 0) + (fen if cells["核定金额"] > 0 else -fen)
        return found


def corrected(company: Company) -> None:
    """Correct four of the seven cells that could not be read, as the regions sent them back."""
    summary(company, {"2026-10-19,,张伟": "2026-10-19,FW0027,张伟", "周五下午": "2026-10-30 16:00"})
    path = company.logs / PHONES
    rows = CalamineWorkbook.from_path(str(path)).get_sheet_by_name("10月").to_python(skip_empty_area=False)
    rows[11][1], rows[13][5] = "FW0027", "2026-10-26 15:20"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet, day = book.add_worksheet("10月"), book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        for at, row in enumerate(rows):
            for column, value in enumerate(row):
                write = sheet.write_datetime if isinstance(value, date) else sheet.write
                write(at, column, value, day)


def summary(company: Company, changes: Mapping[str, str]) -> None:
    """Correct the list of weekly summaries, which is a GBK file."""
    path = company.logs / SUMMARY
    text = path.read_bytes().decode("gb18030")
    for old, new in changes.items():
        assert text.count(old) == 1
        text = text.replace(old, new)
    path.write_bytes(text.encode("gb18030"))


def clerk(cells: Mapping[str, Any], **typed: Any) -> dict[str, Any]:
    """Give what the clerk types: the amount proposed, or none where there is no fine."""
    return said(核定金额=float(cells["建议金额"]) if cells["建议金额"] else "", **typed)


def half(company: Company, name: str, regions: Sequence[str]) -> Path:
    """Give the sheet as the clerk of some regions fills it in."""

    def typed(cells: Mapping[str, Any]) -> dict[str, Any] | None:
        mine = bool(cells["工号"]) and cells["片区"] in regions
        return clerk(cells, 复核人="李敏" if name == "一" else "赵静") if mine else None

    return filled_in(company.folder / "复核.xlsx", company.folder / f"{name}.xlsx", typed)


def at_once(company: Company, sheets: Sequence[Path]) -> None:
    """Hand in sheets at the same time, from processes of their own."""
    command = [sys.executable, "-m", "checker", "decide", *RULES, "--ledger", str(company.ledger)]
    started = [
        subprocess.Popen([*command, str(one)], stderr=subprocess.PIPE, text=True, cwd=ROOT) for one in sheets
    ]
    for name, one in zip(("一", "二"), started, strict=True):
        company.said[name] = one.communicate()[1]
        assert one.returncode == 0, company.said[name]


def reviewed(company: Company) -> None:
    """Review, with a sheet that is refused first, and two clerks at the same moment."""
    company.review("复核")
    sheet = company.folder / "复核.xlsx"
    wrong = filled_in(sheet, company.folder / "错.xlsx", lambda cells: _wrong(cells))
    company.decide("错", wrong, status=2)
    company.said["entries after 错"] = str(len(decisions(company)))
    at_once(
        company,
        [half(company, "一", ["豫北片区", "豫南片区"]), half(company, "二", ["鲁西片区", ""])],
    )


def _wrong(cells: Mapping[str, Any]) -> dict[str, Any] | None:
    if cells["发现编号"].startswith(CARD):
        return said(核定金额=60)
    return said(核定金额=50, 理由="") if cells["发现编号"].startswith(SECOND_ZHANG) else None


def appealed(company: Company) -> None:
    """Approve, serve, and let three people appeal: one gets less, one nothing less, one waits."""
    one = ["--month", "2026-10", "--on", "2026-11-06"]
    company.decide("own approval", *one, "--approve", "--by", "赵静", status=2)
    company.decide("approve", *one, "--approve", "--by", "王主管")
    company.notices("notices")
    company.decide("serve", *one, "--serve", "--way", "signed", "--by", "李敏")
    for finding, person in ((CARD, "刘洋"), (FIRST_ZHANG, "张伟"), (REPAIR, "吴斌")):
        by = ["--by", person, "--on", "2026-11-09", "--reason", "有异议"]
        company.decide(f"appeal {person}", "--finding", finding, "--appeal", *by)
    third = ["--by", "陈总", "--on", "2026-11-11"]
    company.decide(
        "adjust", "--finding", CARD, "--adjust", "--amount", "5", "--reason", "已补交服务卡", *third
    )
    same = ["--uphold", "--reason", "没有维修凭证"]
    company.decide("own appeal", "--finding", REPAIR, *same, "--by", "王主管", "--on", "2026-11-11", status=2)
    company.decide("uphold", "--finding", REPAIR, *same, *third)


def closed(company: Company) -> None:
    """Hand to finance, pack the evidence, close October, and correct one of its files afterwards."""
    heads = "工号,姓名,应发工资,月最低工资"
    people = sorted({one["subject"].get("employee_id") or "" for one in company.findings("again")} - {""})
    wages = [f"{person},,{2_225 if person == 'FW0034' else 4_500},2200" for person in people]
    (company.folder / "工资.csv").write_text("\n".join([heads, *wages, ""]), encoding="utf-8")
    company.fines("2026-11", "2026-11-12")
    to = ["--to", company.folder / "月报", "--ledger", company.ledger]
    company.run("report", "report", company.logs, *ASKED, *to)
    pack = ["--to", company.folder / "证据包.zip", "--ledger", company.ledger]
    company.run("evidence", "evidence", company.logs, *ASKED, *pack)
    company.run("verify", "verify", company.folder / "证据包.zip")
    to = ["--to", company.folder / "关账.json", "--by", "王芳", *RULES, "--ledger", company.ledger]
    company.run("close", "close", "2026-10", *to, "--on", "2026-11-18")
    summary(company, {"2026/10/12,fw0021,陈刚,豫南片区,2026/10/17 0:00": IN_TIME})
    company.review("late")
    late = ["--finding", LATE, "--amount", "20", "--reason", "汇总其实按时", "--by", "陈总"]
    late += ["--on", "2026-11-25", *RULES, "--ledger", company.ledger]
    company.run("closed month", "credit", *late, "--month", "2026-10", status=2)
    company.run("credit", "credit", *late, "--month", "2026-12")
    company.fines("2026-12", "2026-12-10")
    for person in ("FW0012", "fw0034", "FW0022"):
        company.run(f"open {person}", "ledger", "open", person, "--ledger", company.ledger)
    company.run("nobody", "ledger", "open", "张伟", "--ledger", company.ledger, status=2)
    company.run("chain", "ledger", "verify", "--ledger", company.ledger)


IN_TIME = "2026/10/12,fw0021,陈刚,豫南片区,2026/10/16 18:00"


def walked(folder: Path) -> Company:
    """Walk the month in a folder and give the company after it."""
    company = Company(folder)
    company.check("dirty")
    corrected(company)
    company.check("again")
    reviewed(company)
    appealed(company)
    closed(company)
    return company


@pytest.fixture(scope="module")
def october(tmp_path_factory) -> Company:
    """Give the company after the whole walk; the tests read what each step left behind."""
    return walked(tmp_path_factory.mktemp("october"))


def decisions(company: Company) -> list[str]:
    """Give what people entered, kind by kind, in order."""
    system = ("run", "propose", "gone", "export")
    return [one.step.kind for one in Ledger(company.ledger).entries() if one.step.kind not in system]


def sums(company: Company) -> dict[str, int]:
    """Give the fen of the findings of the month by where they stand."""
    found: dict[str, int] = {}
    for one in company.book().cases.values():
        found[one.state] = found.get(one.state, 0) + (one.fen or 0)
    return {state: fen for state, fen in sorted(found.items()) if fen}


def outcomes(company: Company, name: str) -> dict[str, int]:
    found: dict[str, int] = {}
    for one in company.findings(name):
        found[one["outcome"]] = found.get(one["outcome"], 0) + 1
    return found


def test_dirty_files_are_named_cell_by_cell_and_what_cannot_be_read_is_neither_passed_nor_fined(october):
    assert october.said["dirty"].startswith("数据问题：错误 7、提醒 0、说明 12；")
    assert outcomes(october, "dirty") == {"fail": 45, "undetermined": 10, "pending": 6, "not_checked": 3}
    undetermined = [one for one in october.findings("dirty") if one["outcome"] == "undetermined"]
    assert [one["penalty"] for one in undetermined] == [None] * 10


def test_corrected_files_take_four_problems_off_the_list_and_settle_the_findings_that_hung_on_them(october):
    assert october.said["again"].startswith("数据问题：错误 3、提醒 0、说明 12；")
    assert "与上次相比：新增 0、已消失 4、未变 15" in october.said["again"]
    assert outcomes(october, "again") == {"fail": 46, "undetermined": 6, "pending": 6, "not_checked": 3}
    before = {one["fingerprint"] for one in october.findings("dirty") if one["outcome"] == "fail"}
    after = [one for one in october.findings("again") if one["outcome"] == "fail"]
    new = [(one["subject"], one["penalty"]["fine"]) for one in after if one["fingerprint"] not in before]
    assert [(subject["employee_id"], fine["proposed"]) for subject, fine in new] == [("FW0027", "50.00")]


def test_the_review_sheet_proposes_what_the_check_found(october):
    heads, *rows = cells_of(october.folder / "复核.xlsx")[2:]
    listed = {row[0]: row[heads.index("建议金额")] for row in rows}
    fines = {
        one["fingerprint"][:12]: (one["penalty"]["fine"] or {}).get("proposed", "")
        for one in october.findings("again")
        if one["outcome"] == "fail" and one["penalty"] is not None
    }
    assert listed == fines


def test_a_sheet_with_one_wrong_row_enters_nothing_and_names_every_wrong_cell(october):
    path = october.folder / "错.xlsx"
    assert october.said["错"].splitlines() == [
        f"{path}:21: error[review-row]: [复核表] 第 21 行：金额 60.00 不在 10.00 至 50.00 元之内",
        "  建议：改好这一行再交",
        f"{path}:32: error[review-row]: [复核表] 第 32 行 理由：没有填写",
        "  建议：补上后再交",
    ]
    assert october.said["entries after 错"] == "0"


def test_two_clerks_who_hand_in_at_the_same_moment_lose_nothing(october):
    said = (october.said["一"], october.said["二"])
    assert said == (
        "已记入 22 行；以前已记入的 0 行；还没有填的 22 行\n",
        "已记入 9 行；以前已记入的 0 行；还没有填的 35 行\n",
    )
    reviewers = [one.reviewer for one in october.book().cases.values() if one.reviewer]
    assert {name: reviewers.count(name) for name in set(reviewers)} == {"李敏": 22, "赵静": 9}


def test_nobody_approves_what_they_reviewed_nor_decides_an_appeal_against_what_they_approved(october):
    assert (
        "error[decision-refused]: 18bc37a53f0f 批准人不能是复核人（赵静）\n" in october.said["own approval"]
    )
    assert october.said["own appeal"] == (
        "error[decision-refused]: f9905574587f 申诉须由第三人决定，不能是复核人（李敏）或批准人（王主管）\n"
    )


def test_what_rests_on_an_assumed_number_or_may_not_be_deducted_is_not_approved_with_the_month(october):
    held = [line[4:] for line in october.said["approve"].splitlines() if line.startswith("未批准")]
    assert held == [
        "43260f42f2b8：规则暂缓此项（assumed:missing-after）",
        "5457ed28cf73：规则暂缓此项（no-deduction）",
        "5cc97bb21efd：规则暂缓此项（assumed:archive-within）",
        "73b65c0ead3b：规则暂缓此项（assumed:pass-mark、assumed:return-within）",
        "e8c2ad903c27：规则暂缓此项（assumed:pass-mark、assumed:return-within）",
        "9f305f7402dc：规则暂缓此项（assumed:pass-mark、assumed:return-within）",
    ]


def test_each_person_gets_a_notice_of_their_own_and_the_notices_add_up_to_what_was_approved(october):
    assert october.said["notices"].splitlines()[-1] == (
        "通知单 12 张，15 项，合计 460.00 元；本次新编入 15 项，没有编入 0 项"
    )
    people = {}
    for one in october.book().cases.values():
        if one.notice:
            people.setdefault(one.notice, set()).add((one.proposal["person"], one.proposal["name"]))
    assert sorted(people) == [f"ZJ-202610-{number:03}" for number in range(1, 13)]
    zhang = [who for whose in people.values() for who in whose if who[1] == "张伟"]
    assert (len(zhang), set(zhang)) == (2, {("FW0012", "张伟"), ("FW0027", "张伟")})
    frozen, taken_off = 5_000, 500  # one appeal is open, another took off 5 yuan
    assert sum(october.amounts("2026-11").values()) + frozen + taken_off == 46_000


def test_the_fine_sheet_names_the_notice_of_every_line(october):
    rows = cells_of(october.folder / "2026-11.xlsx", "扣款明细")
    heads = next(row for row in rows if "工号" in row)
    numbers = {row[heads.index("工号")]: row[heads.index("通知单号")] for row in rows if row[0] and row[4]}
    del numbers["工号"]
    noticed = {one.proposal["person"]: one.notice for one in october.book().cases.values() if one.notice}
    assert numbers == {person: noticed[person] for person in october.amounts("2026-11")}


def test_the_monthly_report_counts_what_was_decided_and_names_nobody(october):
    text = (october.folder / "月报" / "质量月报-2026-10.html").read_text(encoding="utf-8")
    names = {one.proposal["name"] for one in october.book().cases.values()} - {None, ""}
    assert {name for name in names if name in text} == set()
    assert "46000" not in text and "455.00" in text


def test_the_page_of_findings_has_every_finding_of_the_report(october):
    text = (october.folder / "again.html").read_text(encoding="utf-8")
    assert [one["message"] for one in october.findings("again") if one["message"] not in text] == []


def test_the_fine_sheet_lists_what_is_final_and_its_sum_is_the_ledgers(october):
    assert october.amounts("2026-11") == {
        "FW0013": 2500, "FW0014": 1000, "FW0021": 2000, "FW0022": 1000, "FW0023": 5000, "FW0025": 6000,
        "FW0026": 5000, "FW0027": 5000, "FW0031": 7000, "FW0033": 1000, "FW0034": 5000,
    }  # fmt: skip
    assert sums(october) == {
        "appealed": 5000,  # the first 张伟: frozen until somebody decides
        "released": sum(october.amounts("2026-11").values()),
        "reviewed": 1000 + 2000 + 2000 + 10000 + 10000,  # held back by the rules
    }


def test_a_wage_near_the_minimum_is_cut_by_the_rest_that_the_law_leaves_and_the_next_month_takes_the_other(
    october,
):
    def of(month: str) -> list[list[Any]]:
        rows = cells_of(october.folder / f"{month}.xlsx", "按人汇总")
        heads = next(row for row in rows if "工号" in row)
        names = ("上月结转", "本月可扣", "本月实扣", "结转下月")
        return [[row[heads.index(name)] for name in names] for row in rows if "FW0034" in row]

    assert (of("2026-11"), of("2026-12")) == ([[0.0, 25.0, 25.0, 25.0]], [[25.0, 25.0, 25.0, 0.0]])


def test_the_evidence_pack_of_the_month_judges_every_finding_again_on_its_own(october):
    assert "已核对  仅凭包里的行重新判断：44 条发现中 44 条结果与金额相同\n" in october.said["verify"]
    assert october.said["verify"].endswith("\n相符\n")


def test_after_the_month_is_closed_a_correction_is_told_and_becomes_a_credit_of_a_later_month(october):
    assert october.said["close"].startswith("2026-10 已关账。")
    assert october.said["late"] == "发现 44 条；新记入或数据有变 0 条，消失 1 条；已决定而数据变了的 1 条\n"
    assert october.said["closed month"] == (
        "error[decision-refused]: daf90c32d71f 2026-10 已经关账，请记入下一个月\n"
    )
    assert october.amounts("2026-12") == {"FW0021": -2000}
    case = next(one for key, one in october.book().cases.items() if key.startswith(LATE))
    assert (case.fen, case.credited, case.released_in, case.gone) == (2000, 2000, "2026-11", True)


def test_what_is_open_about_somebody_who_leaves_is_told_at_once(october):
    assert october.said["open FW0012"] == (
        "eaf2e7393662  二.6  2026-10-13  申诉中  50.00 元\n申诉中，冻结 50.00 元\n"
    )
    assert october.said["open fw0034"] == "dd7b34eb289f  二.11.b  2026-09-30  已确认\n"
    assert october.said["open FW0022"] == "d6da36aec11c  二.5.b  2026-10-13  已确认\n"
    assert october.said["nobody"] == ("error[no-finding]: 台账里没有工号 张伟\n  建议：写工号，不写姓名\n")


def test_the_chain_holds_from_the_first_entry_to_the_last(october):
    said = october.said["chain"]
    assert said.startswith(f"链条完好：{len(Ledger(october.ledger).entries())} 笔，末笔 ")


def test_the_files_that_were_handed_in_are_as_they_were_but_for_what_the_company_corrected(october):
    def files(folder: Path) -> dict[str, bytes]:
        return {
            str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()
        }

    before, after = files(ROOT / "samples" / "2026-10"), files(october.logs)
    assert sorted(before) == sorted(after)
    assert [name for name in sorted(before) if before[name] != after[name]] == sorted([SUMMARY, PHONES])
