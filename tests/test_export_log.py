"""Every paper with names that leaves while a ledger is in use is noted in it: who, when, what, how many, its hash."""

from __future__ import annotations

import hashlib
import re
import zipfile
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from checker.cli import main
from checker.ledger.entries import Step
from checker.ledger.exports import UNSIGNED, decided, export, unnoted
from checker.ledger.store import Ledger, broken, head

ROOT = Path(__file__).parents[1]
RULES = ["--rules", str(ROOT / "rules" / "after-sales")]
ASKED = [*RULES, "--period", "2026-10", "--as-of", "2026-11-06"]
LOGS = {
    "staff_roster.csv": "工号,姓名,部门,岗位,片区,用工形式,入职日期,离职日期,生效日期,失效日期,承担职责\n"
    "FW0012,张伟,业务部,服务人员,豫北片区,正式,2024-03-04,,2024-03-04,,\n",
    "leave.csv": "记录编号,工号,姓名,类别,开始时间,结束时间,审批状态\n",
    "phone_report.csv": "工号,汇报时间,汇报对象,备用联系方式\n",
    "phone_status.csv": "记录编号,工号,姓名,状态,开始时间,恢复时间,发现方式\n"
    "P1,FW0012,张伟,关机,2026-10-13 09:00,2026-10-13 12:00,拨测\n",
}


def run(*args: object) -> tuple[int, str, str]:
    done = CliRunner().invoke(main, [str(one) for one in args], catch_exceptions=False)
    return done.exit_code, done.stdout, done.stderr


class Desk:
    def __init__(self, folder: Path) -> None:
        self.folder, self.logs = folder, folder / "logs"
        self.logs.mkdir()
        for name, text in LOGS.items():
            (self.logs / name).write_text(text, "utf-8")
        self.ledger = Ledger(folder / "l.sqlite")
        self.sheet = folder / "复核表.xlsx"
        done = self.did("review", self.logs, *ASKED, "--to", self.sheet, "--by", "李敏")
        assert done[0] == 0

    def did(self, *args: object) -> tuple[int, str, str]:
        return run(*args, "--ledger", self.ledger.path)

    def notes(self) -> list[Step]:
        return [one.step for one in self.ledger.entries() if one.step.kind == "export"]


@pytest.fixture
def desk(tmp_path) -> Desk:
    return Desk(tmp_path)


def sha(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def noted(paper: str, file: Path, by: str, on: date, persons: int, rows: int, month: str = "2026-10") -> Step:
    data = {"paper": paper, "persons": persons, "rows": rows, "sha256": sha(file), "month": month}
    return Step("export", on, by, data={name: value for name, value in data.items() if value})


NOVEMBER = date(2026, 11, 6)


def test_a_review_sheet_is_noted_with_its_hash_and_prints_that_of_the_entry_before(desk):
    rows = len({one.step.finding for one in desk.ledger.entries() if one.step.kind == "propose"})
    people = {
        one.step.data["proposal"]["person"] for one in desk.ledger.entries() if one.step.kind == "propose"
    }
    assert desk.notes() == [noted("review", desk.sheet, "李敏", NOVEMBER, len(people - {None, ""}), rows)]
    entries = desk.ledger.entries()
    before = head(decided(entries))
    assert (entries[-1].step.kind, entries[-1].prev) == ("export", before)
    with zipfile.ZipFile(desk.sheet) as book:
        printed = b"".join(book.read(name) for name in book.namelist()).decode("utf-8", "replace")
    assert f"决定台账校验值：{before}" in printed
    assert entries[-1].hash not in printed
    assert broken(entries) is None
    code, said, _ = desk.did("ledger", "verify", "--head", before)
    assert code == 0
    assert f"纸上的校验值是第 {len(entries) - 1} 笔，其后又记入 1 笔" in said


def test_the_same_paper_made_again_is_the_same_bytes_and_noted_once_for_each_who_takes_it(desk):
    first = desk.sheet.read_bytes()
    for who in ("李敏", "王芳", "王芳"):
        desk.did("review", desk.logs, *ASKED, "--to", desk.sheet, "--by", who)
        assert desk.sheet.read_bytes() == first
    assert [one.by for one in desk.notes()] == ["李敏", "王芳"]
    assert len({one.data["sha256"] for one in desk.notes()}) == 1


def test_a_paper_that_nobody_signed_for_is_noted_all_the_same(desk):
    desk.did("review", desk.logs, *ASKED, "--to", desk.sheet)
    assert [one.by for one in desk.notes()] == ["李敏", UNSIGNED]


def test_a_pack_of_evidence_is_noted_where_a_ledger_is_given_and_only_there(desk):
    pack = desk.folder / "e.zip"
    assert desk.did("evidence", desk.logs, *ASKED, "--to", pack, "--by", "赵强")[0] == 0
    last = desk.notes()[-1]
    assert (last.by, last.on, last.data["paper"], last.data["sha256"]) == (
        "赵强",
        NOVEMBER,
        "evidence",
        sha(pack),
    )
    count, first = len(desk.ledger.entries()), pack.read_bytes()
    assert desk.did("evidence", desk.logs, *ASKED, "--to", pack, "--by", "赵强")[0] == 0
    assert (pack.read_bytes(), len(desk.ledger.entries())) == (first, count)
    assert run("evidence", desk.logs, *ASKED, "--to", pack)[0] == 0
    assert len(desk.ledger.entries()) == count


def test_the_exported_ledger_and_a_written_history_are_noted_on_the_day_given_else_that_of_the_last_decision(
    desk,
):
    text, told = desk.folder / "l.jsonl", desk.folder / "h.txt"
    assert desk.did("ledger", "export", "--to", text, "--by", "赵强", "--on", "2026-11-09")[0] == 0
    assert desk.did("ledger", "history", "2026-10", "--to", told, "--by", "赵强")[0] == 0
    exported, history = desk.notes()[1:]
    people = exported.data["persons"]
    rows = len(decided(desk.ledger.entries()))
    assert exported == noted("ledger", text, "赵强", date(2026, 11, 9), people, rows, "")
    lines = told.read_text("utf-8").count("\n")
    assert history == noted("history", told, "赵强", NOVEMBER, people, lines)


def test_a_history_on_the_screen_and_a_verified_export_are_no_exports(desk):
    before = desk.ledger.entries()
    text = desk.folder / "l.jsonl"
    assert desk.did("ledger", "history", "2026-10")[0] == 0
    assert desk.did("ledger", "verify")[0] == 0
    assert desk.ledger.entries() == before
    desk.did("ledger", "export", "--to", text)
    count = len(desk.ledger.entries())
    assert run("ledger", "export", "--ledger", text, "--to", desk.folder / "again.jsonl")[0] == 0
    assert (desk.folder / "again.jsonl").read_bytes() == text.read_bytes()
    assert len(desk.ledger.entries()) == count


@pytest.mark.parametrize("form", ["json", "csv", "concise"])
def test_a_report_in_a_file_is_noted_where_a_ledger_is_named_and_somebody_signs(desk, form):
    report = desk.folder / f"r.{form}"
    asked = ["check", desk.logs, *ASKED, "--format", form, "--output", report]
    code, _, said = desk.did(*asked)
    assert (code, "--by 要写姓名" in said, report.exists()) == (2, True, False)
    assert desk.did(*asked, "--by", "王芳")[0] == 0
    last = desk.notes()[-1]
    assert (last.by, last.on, last.data["paper"], last.data["persons"]) == ("王芳", NOVEMBER, "report", 1)
    assert last.data["sha256"] == sha(report)
    before = desk.ledger.entries()
    assert run(*asked)[0] == 0
    assert desk.did("check", desk.logs, *ASKED, "--format", form, "--by", "王芳")[0] == 0
    assert desk.ledger.entries() == before


def test_the_log_is_told_in_both_languages(desk):
    told = re.sub("[0-9a-f]{16}", "H", desk.did("ledger", "history", "exports")[1])
    people, rows = desk.notes()[0].data["persons"], desk.notes()[0].data["rows"]
    number = len(desk.ledger.entries())
    assert (
        told == f"#{number}  2026-11-06  李敏  导出  复核表  {people} 人 {rows} 行  SHA-256 H  2026-10 月份\n"
    )
    told = re.sub("[0-9a-f]{16}", "H", desk.did("ledger", "history", "exports", "--lang", "en")[1])
    assert told == (
        f"#{number}  2026-11-06  李敏  took out  review sheet  {people} people, {rows} rows  SHA-256 H  month 2026-10\n"
    )


def test_a_paper_does_not_leave_when_it_cannot_be_noted(desk):
    desk.ledger.path.write_bytes(b"no ledger at all" * 99)
    target = desk.folder / "r.json"
    code, _, said = desk.did("check", desk.logs, *ASKED, "--output", target, "--by", "王芳")
    assert (code, target.exists()) == (2, False)
    assert "ledger-damaged" in said


def test_exports_at_the_end_are_left_out_of_what_papers_are_made_of():
    one = export("review", NOVEMBER, " 李敏 ", [b"a", b"b"], 1, 2)
    assert one.data["sha256"] == hashlib.sha256(b"ab").hexdigest()
    assert one.by == "李敏"
    assert unnoted([], one) == [one]
    assert decided(()) == ()
