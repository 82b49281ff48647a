"""处罚通知单 as files: one A4 page a person where it fits, safe whatever people typed, readable as a workbook."""

from __future__ import annotations

import re
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from checker.ledger.exports import decided
from checker.papers.notice_numbers import written
from checker.papers.notice_pages import FACT, FULL, LAST, Line, rows, split
from checker.papers.notices import clean
from tests.notices_support import EVIDENCE, Office, approved, tags_of

NASTY = [
    '=HYPERLINK("http://x")',
    "+1+1",
    "@SUM(A1)",
    "http://x.cn",
    "<script>alert(1)</script>",
    "</td></table><img src=x onerror=alert(1)>",
    "{{ 7*7 }}",
    "&amp;",
]


def many(count: int, message: str = "服务记录内容不完整", **more):
    steps = []
    for at in range(count):
        steps += approved(f"a{at:03d}", 1_000 + at, {"message": message}, **more)
    return steps


def book_of(office: Office, region: str = "豫北片区") -> CalamineWorkbook:
    return CalamineWorkbook.from_path(str(office.to / f"处罚通知单-2026-10-{region}.xlsx"))


def cells(office: Office, sheet: str) -> list[list]:
    return book_of(office).get_sheet_by_name(sheet).to_python()


# The workbook


def test_the_workbook_says_what_the_printed_page_says(tmp_path):
    steps = [*approved("a1", 5_000), *approved("a2", 2_000, {"measures": ["培训"]}, at="2026-10-16")]
    office = Office(tmp_path, steps)
    assert office.notices("--format", "xlsx").exit_code == 0
    assert book_of(office).sheet_names == ["ZJ-202610-001"]
    assert cells(office, "ZJ-202610-001") == [
        ["豫鲁建材有限公司", "", "", "", ""],
        ["处 罚 通 知 单", "", "", "", ""],
        ["日期：2026-11-06　　编号：ZJ-202610-001", "", "", "", ""],
        ["姓名：张伟", "", "工号：FW0012　部门/片区：豫北片区", "岗位：______", ""],
        ["序", "发生时间", "违规事实（证据）", "依据条款", "金额（元）"],
        [1.0, "2026-10-13", "张伟 2026-10-13 phone-off\n（关机登记.xlsx/10月/第18行）", "二.6", 50.0],
        [2.0, "2026-10-16", "张伟 2026-10-16 phone-off\n措施：培训\n（关机登记.xlsx/10月/第18行）", "二.6", 20.0],
        ["合计", "", "人民币柒拾元整", "", 70.0],
        ["执行：财务部，拟从 ____ 年 __ 月发放的工资中扣除。", "", "", "", ""],
        ["申诉：收到本通知之日起 3 个工作日内，可向总经理办公室提出书面申诉；申诉期间暂不执行。", "", "", "", ""],
        [f"本人意见：□ 无异议　□ 有异议（说明）：{'_' * 34}", "", "", "", ""],
        [f"本人签字：{'_' * 20}　日期：____年__月__日", "", "", "", ""],
        [f"拒签说明：{'_' * 28}　见证人：{'_' * 14}", "", "", "", ""],
        [f"制单：李敏　　质检部负责人：{'_' * 12}　　批准：{'_' * 12}", "", "", "", ""],
        ["（盖章）　　____年__月__日", "", "", "", ""],
        ["本单一式三份：本人、财务部、质检部存档各一份。", "", "", "", ""],
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("guards", "amount", "total"),
    [
        ("{region: 广东}", "警告", "共 1 项，不扣款"),
        ("{money_mode: score, points: [{up_to: 50, points: 3}]}", "绩效扣 3 分", "绩效扣 3 分，不扣款"),
    ],
)
def test_the_workbook_names_no_yuan_where_none_are_deducted(tmp_path, guards, amount, total):
    office = Office(tmp_path, approved("a1", 5_000), f"guards: {guards}\n")
    office.notices("--format", "xlsx")
    rows = cells(office, "ZJ-202610-001")
    assert (rows[4][4], rows[5][4], rows[6]) == ("处理", amount, ["合计", "", total, "", ""])
    assert not [row for row in rows if "工资中扣除" in str(row[0])]


def test_every_sheet_is_one_a4_page_upright_with_head_hash_and_page_at_its_foot(tmp_path):
    office = Office(tmp_path, many(20))
    office.notices("--format", "xlsx")
    head = decided(office.ledger.entries())[-1].hash[:16]
    names = ["ZJ-202610-001", "ZJ-202610-001(2)"]
    assert book_of(office).sheet_names == names
    with zipfile.ZipFile(office.to / "处罚通知单-2026-10-豫北片区.xlsx") as book:
        parts = [book.read(f"xl/worksheets/sheet{at}.xml").decode() for at in (1, 2)]
    for at, part in enumerate(parts, 1):
        assert 'paperSize="9"' in part and 'orientation="portrait"' in part
        assert "<pageSetUpPr fitToPage=" in part and "fitToHeight" not in part
        [foot] = re.findall("<oddFooter>(.*)</oddFooter>", part)
        assert (
            foot
            == f"&amp;L&amp;8制度版本 ______　决定台账 {head}&amp;R&amp;8 ZJ-202610-001　第 {at} 页 共 2 页"
        )
    numbers = [row[0] for name in names for row in cells(office, name) if isinstance(row[0], float)]
    assert numbers == [float(at) for at in range(1, 21)]


def test_the_same_notices_are_the_same_bytes_as_a_workbook(tmp_path):
    office = Office(tmp_path, many(3))
    office.notices("--format", "xlsx")
    first = (office.to / "处罚通知单-2026-10-豫北片区.xlsx").read_bytes()
    office.notices("--format", "xlsx", on="2026-12-01")
    assert (office.to / "处罚通知单-2026-10-豫北片区.xlsx").read_bytes() == first


def test_the_sheets_of_a_long_period_have_names_that_a_spreadsheet_takes(tmp_path):
    steps = many(20, month="2026-10-01/2026-12-31")
    office = Office(tmp_path, steps)
    asked = ("notices", "--month", "2026-Q4", "--to", office.to, "--by", "李敏", "--on", "2027-01-05")
    assert office.run(*asked, "--format", "xlsx").exit_code == 0
    path, listed = sorted(office.to.iterdir())
    assert path.name == "处罚通知单-2026-10-01-2026-12-31-豫北片区.xlsx"
    assert listed.name == "通知单登记表-2026-10-01-2026-12-31.xlsx"
    names = CalamineWorkbook.from_path(str(path)).sheet_names
    assert names == ["ZJ-20261001-20261231-001", "ZJ-20261001-20261231-001(2)"]
    longest = written("ABCDEFGH", "2026-10-01/2026-12-31", 12_345)
    assert len(longest[-26:] + "(99)") <= 31


# What people typed


@pytest.mark.parametrize("form", ["html", "xlsx"])
def test_what_people_typed_is_text_and_never_an_element_a_formula_or_a_link(tmp_path, form):
    steps = []
    for at, text in enumerate(NASTY):
        said = {"message": text, "region": text, "evidence": [{**EVIDENCE, "file": text, "sheet": text}]}
        steps += approved(f"a{at}", 1_000, said, name=text, person=f"E{at}")
    office = Office(tmp_path, steps)
    assert office.notices("--format", form).exit_code == 0
    files = sorted(office.to.glob("处罚通知单-*"))
    assert all(re.fullmatch(r"[\w.-]+", path.name) for path in files)
    if form == "html":
        pages = [path.read_text(encoding="utf-8") for path in files]
        known = tags_of(pages[0])
        assert not known & {"script", "img"}
        assert all(tags_of(page) == known for page in pages)
        assert all("default-src &#39;none&#39;" in page and " style=" not in page for page in pages)
        return
    for path in files:
        with zipfile.ZipFile(path) as book:
            parts = [book.read(name).decode() for name in book.namelist() if "worksheets/sheet" in name]
        assert not [part for part in parts if "<f>" in part or "hyperlink" in part]
    books = [CalamineWorkbook.from_path(str(path)) for path in files]
    facts = [book.get_sheet_by_name(name).to_python()[5][2] for book in books for name in book.sheet_names]
    shown = {fact.split("\n")[0] for fact in facts}
    assert shown == set(NASTY)


@pytest.mark.parametrize("form", ["html", "xlsx"])
def test_telephone_numbers_are_masked_wherever_they_stand(tmp_path, form):
    said = {"message": "未接 13812345678 的来电", "evidence": [{**EVIDENCE, "file": "13912345678.csv"}]}
    office = Office(tmp_path, approved("a1", said=said, name="张13712345678", region="片区13612345678"))
    office.notices("--format", form)
    [path] = office.to.glob("处罚通知单-*")
    data = path.read_bytes()
    if form == "xlsx":
        with zipfile.ZipFile(path) as book:
            data = book.read("xl/sharedStrings.xml")
    text = data.decode()
    assert not re.findall(r"1[3-9]\d{9}", text)
    assert "未接 138****5678 的来电" in text


def test_only_a_whole_mobile_number_is_masked():
    assert clean("13812345678，12345678901，213812345678，1381234567") == (
        "138****5678，12345678901，213812345678，1381234567"
    )


# Pages


def test_few_findings_stay_on_one_page_and_many_go_on_with_their_page_numbers(tmp_path):
    office = Office(tmp_path, [*many(9), *approved("b1", person="FW0031")])
    office.notices()
    assert [sheet[-1] for sheet in office.sheets()] == [
        "ZJ-202610-001 第 1 页 共 1 页",
        "ZJ-202610-002 第 1 页 共 1 页",
    ]
    (tmp_path / "many").mkdir()
    other = Office(tmp_path / "many", many(20))
    other.notices()
    first, second = other.sheets()
    assert [first[-1], second[-1]] == ["ZJ-202610-001 第 1 页 共 2 页", "ZJ-202610-001 第 2 页 共 2 页"]
    assert ("（接下页）" in first, "合计" in first, "合计" in second) == (True, False, True)
    assert second[second.index("合计") + 2] == "¥201.90"


def test_a_fact_longer_than_a_page_goes_on_and_loses_no_word(tmp_path):
    text = "".join(f"{at}很长的事实" for at in range(400))
    office = Office(tmp_path, approved("a1", said={"message": text}))
    office.notices()
    sheets = office.sheets()
    assert len(sheets) > 2
    shown = "".join(part for sheet in sheets for part in sheet if "很长的事实" in part)
    assert re.sub(r"\s", "", shown) == text
    assert [sheet.count("50.00") for sheet in sheets[:-1]] == [1] + [0] * (len(sheets) - 2)
    assert "（续）" in sheets[1]


lines = st.builds(
    Line,
    at=st.sampled_from(["2026-10-13", "2026-10-01/2026-10-31", ""]),
    fact=st.builds(
        lambda text, times: text * times, st.sampled_from(["事实", "a b ", "x\n"]), st.integers(0, 900)
    ),
    evidence=st.sampled_from(["", "（关机登记.xlsx/10月/第18行）", "（" + "长" * 300 + "）"]),
    clause=st.sampled_from(["二.6", "二.11.c"]),
    amount=st.sampled_from(["50.00", "绩效扣分由人工定", "—"]),
    fen=st.one_of(st.none(), st.integers(0, 10_000)),
)


@settings(derandomize=True, deadline=None)
@given(st.lists(lines, max_size=30))
def test_every_page_fits_has_room_to_sign_at_the_end_and_nothing_is_lost_or_counted_twice(found):
    pages = split(found)
    heights = [sum(line.height for line in page) for page in pages]
    assert max(heights) <= FULL
    assert heights[-1] <= LAST
    flat = [line for page in pages for line in page]
    assert "".join(line.fact for line in flat).replace("\n", "") == "".join(
        line.fact for line in found
    ).replace("\n", "")
    assert [line.fen for line in flat if not line.goes_on] == [line.fen for line in found]
    assert not [line for line in flat if line.goes_on and line.fen is not None]
    assert all(rows(line.fact, FACT) <= 26 for line in flat)


# A file that is open elsewhere


def test_a_file_open_in_a_spreadsheet_is_not_lost_the_notices_go_beside_it(tmp_path, monkeypatch):
    office = Office(tmp_path, approved("a1"))
    office.notices("--format", "xlsx")
    path = office.to / "处罚通知单-2026-10-豫北片区.xlsx"
    kept = path.read_bytes()
    office.enter(*approved("b1", person="FW0031"))
    move = Path.replace

    def locked(self, target):
        if Path(target) == path:
            raise PermissionError(13, "Permission denied")
        return move(self, target)

    monkeypatch.setattr(Path, "replace", locked)
    done = office.notices("--format", "xlsx")
    assert done.exit_code == 0
    assert "正被别的程序打开，没有覆盖" in done.stderr
    assert path.read_bytes() == kept
    beside = CalamineWorkbook.from_path(str(office.to / "处罚通知单-2026-10-豫北片区 (2).xlsx"))
    assert beside.sheet_names == ["ZJ-202610-001", "ZJ-202610-002"]
    assert not [one for one in office.to.iterdir() if one.name.startswith(".")]


def test_regions_whose_names_no_file_can_tell_apart_share_one_file(tmp_path):
    steps = [*approved("a1", region="东/区"), *approved("b1", region="东:区", person="FW0031")]
    office = Office(tmp_path, [*steps, *approved("c1", region="", person="FW0032")])
    office.notices()
    assert sorted(path.name for path in office.to.iterdir()) == [
        "处罚通知单-2026-10-东_区.html",
        "处罚通知单-2026-10-未写片区.html",
        "通知单登记表-2026-10.xlsx",
    ]
    assert len(office.sheets("东_区")) == 2


@pytest.mark.slow
@pytest.mark.skipif(
    not (shutil.which("chromium") and shutil.which("pdfinfo")), reason="no browser to print with"
)
def test_a_browser_prints_exactly_as_many_pages_as_the_notices_count(tmp_path):
    steps = [*many(14), *many(0)]
    for at in range(60):
        steps += approved(f"b{at:02d}", 1_000, {"message": "短", "evidence": []}, person="FW0031")
    steps += approved("c1", 1_000, {"message": "很长的事实" * 400}, person="FW0032")
    evidence = [{**EVIDENCE, "file": "很长的文件名" * 30 + ".xlsx", "row": at} for at in range(5)]
    for at in range(8):
        said = {"message": "word " * 30, "measures": ["书面检讨", "培训"], "evidence": evidence}
        steps += approved(f"d{at}", 1_000, said, person="FW0033", region="豫北片区", at="2026-10-01")
    office = Office(tmp_path, steps)
    office.notices()
    page, pdf = office.to / "处罚通知单-2026-10-豫北片区.html", tmp_path / "print.pdf"
    subprocess.run(
        [
            "chromium",
            "--headless",
            "--no-sandbox",
            "--no-pdf-header-footer",
            f"--print-to-pdf={pdf}",
            page.as_uri(),
        ],
        check=True,
        capture_output=True,
        timeout=120,
    )
    told = subprocess.run(["pdfinfo", pdf], check=True, capture_output=True, text=True).stdout
    assert re.search(r"Pages: +(\d+)", told)[1] == str(len(office.sheets()))
    assert "(A4)" in told
