"""Ten thousand findings through every paper: nothing is cut off, and the sums are those of the ledger."""

from __future__ import annotations

from pathlib import Path

import pytest

from checker.ledger.cases import fold
from checker.ledger.store import Ledger
from tests.papers_support import ASKED, LOGS, VISIT_HEAD, Desk, cells_of, filled_in, said

pytestmark = pytest.mark.slow
COUNT, PEOPLE = 10_000, 2_000
MONEY = "guards: {money_mode: propose}\n"


@pytest.fixture(scope="module")
def desk(tmp_path_factory) -> Desk:
    """Give a desk where 2,000 people have five fines of 20 yuan each, reviewed, approved, noticed and served."""
    head = "工号,姓名,片区,生效日期\n"
    staff = head + "".join(f"E{i},张{i},东区,2026-01-01\n" for i in range(PEOPLE))
    visits = "".join(
        f"V{i},E{i % PEOPLE},2026-10-{1 + i % 28:02d},东区,{i % 25},=客户{i},看样\n" for i in range(COUNT)
    )
    desk = Desk(
        tmp_path_factory.mktemp("many"), {**LOGS, "人员.csv": staff, "走访记录.csv": VISIT_HEAD + visits}
    )
    with (desk.pack / "pack.yaml").open("a", encoding="utf-8") as file:
        file.write(MONEY)
    assert desk.review().exit_code == 0
    sheet = filled_in(
        desk.sheet, desk.folder / "交.xlsx", lambda cells: said() if cells["发现编号"] else None
    )
    assert desk.decide(sheet).stderr == f"已记入 {COUNT} 行；以前已记入的 0 行；还没有填的 0 行\n"
    one = ["--month", "2026-10", "--by", "王主管", "--on", "2026-11-06"]
    assert desk.decide(*one, "--approve").stderr == f"已记入 {COUNT} 笔\n"
    notices = desk.run(
        "notices", *one, "--to", desk.folder / "通知单", "--rules", desk.pack, "--ledger", desk.ledger
    )
    assert notices.stderr.splitlines()[-1] == (
        f"通知单 {PEOPLE} 张，{COUNT} 项，合计 200000.00 元；本次新编入 {COUNT} 项，没有编入 0 项"
    )
    assert desk.decide(*one, "--serve").stderr == f"已记入 {COUNT} 笔\n"
    return desk


def test_the_fine_sheet_has_a_line_each_and_the_sum_of_the_ledger(desk):
    to = ["--to", desk.folder / "扣款.xlsx", "--rules", desk.pack, "--ledger", desk.ledger]
    done = desk.run("fines", "--month", "2026-11", "--by", "王芳", "--on", "2026-11-30", *to)
    assert done.stderr == f"移交 {COUNT} 笔（可移交 {COUNT} 笔）；暂不移交 0 笔\n"
    rows = cells_of(desk.folder / "扣款.xlsx", "扣款明细")
    heads = next(row for row in rows if "工号" in row)
    amounts = [row[heads.index("核定金额")] for row in rows if isinstance(row[0], float)]
    assert (len(amounts), sum(amounts)) == (COUNT, 200_000)
    assert sum(one.fen or 0 for one in fold(Ledger(desk.ledger).entries()).cases.values()) == 20_000_000


def test_the_evidence_pack_judges_all_of_them_again(desk):
    pack = desk.folder / "证据.zip"
    to = ["--to", pack, "--rules", desk.pack, "--ledger", desk.ledger]
    assert desk.run("evidence", desk.logs, *ASKED, *to).exit_code == 0
    verified = desk.run("verify", pack)
    assert verified.exit_code == 0
    assert f"{COUNT} 条发现中 {COUNT} 条结果与金额相同" in verified.stdout


def test_the_review_sheet_and_the_report_have_every_finding(desk):
    report = desk.folder / "结果.csv"
    assert desk.run("check", desk.logs, "--rules", desk.pack, *ASKED, "--output", report).exit_code == 0
    assert report.read_text(encoding="utf-8-sig").count("visit-short") == COUNT
    assert len(cells_of(desk.sheet)) == 3 + COUNT


def test_the_ledger_still_verifies(desk: Desk) -> None:
    done = desk.run("ledger", "verify", "--ledger", desk.ledger)
    assert (done.exit_code, done.stdout.startswith("链条完好：")) == (0, True)
    assert Path(desk.ledger).stat().st_size < 100_000_000
