"""`checker ledger`, `checker close` and `checker credit`, on a small ledger made by hand."""

from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from checker.cli import main
from checker.ledger.cases import fold
from checker.ledger.entries import FIRST, Step, chained
from checker.ledger.lines import Row, check, export, holds, rows_of
from checker.ledger.store import Ledger, head

ROOT = Path(__file__).parents[1]
RULES = str(ROOT / "rules" / "after-sales")
FINE = {"min": 1000, "max": 5000, "proposed": 1000}


def step(kind, by="李敏", reason="属实", on=date(2026, 11, 6), finding="aa11", **data) -> Step:
    return Step(kind, on, by, finding, reason, data)


def propose(finding="aa11") -> Step:
    proposal = {
        "person": "FW0012", "name": "张伟", "clause": "二.6", "rule": "phone", "at": "2026-10-13",
        "subject": {"employee_id": "FW0012"}, "liable": "FW0012", "fine": FINE, "holds": [],
    }  # fmt: skip
    return step("propose", "checker", "", finding=finding, month="2026-10", evidence="e1", proposal=proposal)


RUN = step(
    "run", "checker", "", finding="", month="2026-10", period="2026-10-01/2026-10-31",
    inputs=[["关机登记.xlsx", "10月", "phone_status", 9, "ab" * 32], ["花名册.xlsx", None, "staff_roster", 3, "cd" * 32]],
)  # fmt: skip
SERVED = (
    RUN, propose(), step("confirm", fen=2000), step("approve", "王主管", on=date(2026, 11, 7)),
    step("serve", on=date(2026, 11, 9), reason="", way="refused", witness="赵强"),
)  # fmt: skip
RELEASED = (*SERVED, step("release", "王主管", on=date(2026, 11, 20), reason="", month="2026-11"))


def made(folder: Path, *steps: Step) -> Ledger:
    ledger = Ledger(folder / "l.sqlite")
    ledger.append(lambda known: steps)
    return ledger


@pytest.fixture
def served(tmp_path) -> Ledger:
    return made(tmp_path, *SERVED)


def run(*args: object) -> tuple[int, str, str]:
    done = CliRunner().invoke(main, [str(one) for one in args], catch_exceptions=False)
    return done.exit_code, done.stdout, done.stderr


def tampered(ledger: Ledger, sql: str) -> None:
    with sqlite3.connect(ledger.path) as db:
        for kind in ("never_changed", "never_removed", "follows_the_last"):
            name = "entry_is_" + kind if kind.startswith("never") else "entry_" + kind
            db.execute(f"DROP TRIGGER {name}")
        db.execute(sql)
    db.close()


# verify


def test_a_whole_chain_is_told_with_its_count_and_head(served):
    last = head(served.entries())
    assert run("ledger", "verify", "--ledger", served.path) == (0, f"链条完好：5 笔，末笔 {last}\n", "")
    said = run("ledger", "verify", "--ledger", served.path, "--lang", "en")
    assert said == (0, f"the chain holds: 5 entries, head {last}\n", "")


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        (
            "UPDATE entry SET step = replace(step, '2000', '5000') WHERE seq = 3",
            "第 3 笔（编号 3）断链：内容与校验值不符，被改过",
        ),
        ("UPDATE entry SET step = 'x' WHERE seq = 4", "第 4 笔（编号 4）断链：内容不是完好的一笔"),
        ("UPDATE entry SET step = step || ' ' WHERE seq = 2", "第 2 笔（编号 2）断链：内容不是完好的一笔"),
        ("DELETE FROM entry WHERE seq = 3", "第 3 笔（编号 4）断链：编号应为 3，有缺漏、重复或调换"),
        ("UPDATE entry SET prev = 'x' WHERE seq = 5", "第 5 笔（编号 5）断链：没有接在前一笔之后"),
    ],
)
def test_the_entry_that_was_tampered_with_is_named(served, sql, said):
    tampered(served, sql)
    code, out, _ = run("ledger", "verify", "--ledger", served.path)
    assert (code, out.splitlines()[0]) == (1, said)


def test_a_hash_on_paper_is_found_and_shows_that_nothing_before_it_changed(served):
    digest = served.entries()[2].hash
    code, out, _ = run("ledger", "verify", "--ledger", served.path, "--head", digest[:16].upper())
    assert code == 0
    assert out.splitlines()[1] == "纸上的校验值是第 3 笔，其后又记入 2 笔；它以前的都没有改过"


def test_entries_cut_off_at_the_end_are_noticed_by_the_hash_on_paper_alone(served):
    last = head(served.entries())
    tampered(served, "DELETE FROM entry WHERE seq = 5")
    assert run("ledger", "verify", "--ledger", served.path)[0] == 0
    code, out, _ = run("ledger", "verify", "--ledger", served.path, "--head", last)
    assert code == 1
    assert out.splitlines()[1] == f"纸上的校验值 {last} 不属于这份台账（须至少 8 位）"


def test_a_few_digits_do_not_count_as_a_hash(served):
    assert [holds(served.entries(), text) for text in ("", "0", head(served.entries())[:7])] == [None] * 3


# export


def test_what_is_exported_is_read_back_whole_and_is_the_same_bytes_each_time(served, tmp_path):
    before = served.entries()
    first, second = tmp_path / "a.jsonl", tmp_path / "b.jsonl"
    for target in (first, second):
        assert run("ledger", "export", "--ledger", served.path, "--to", target) == (0, "", "")
    assert first.read_bytes() == second.read_bytes()
    assert check(rows_of(first.read_text("utf-8"))) == (before, None)
    last = head(before)
    assert run("ledger", "verify", "--ledger", first) == (0, f"链条完好：5 笔，末笔 {last}\n", "")


@given(st.data())
def test_any_character_changed_in_an_export_is_found(data):
    entries, prev = [], FIRST
    for seq, one in enumerate(SERVED, 1):
        entries.append(chained(seq, one, prev))
        prev = entries[-1].hash
    text = export(entries)
    at = data.draw(st.integers(0, len(text) - 2))
    new = data.draw(st.characters(codec="utf-8").filter(lambda one: one != text[at]))
    sound, fault = check(rows_of(text[:at] + new + text[at + 1 :]))
    line = text.count("\n", 0, at) + 1
    assert fault is not None or len(sound) < len(entries)
    assert len(sound) <= line
    assert sound == tuple(entries[: len(sound)])


def test_a_broken_ledger_is_not_exported(served, tmp_path):
    tampered(served, "DELETE FROM entry WHERE seq = 3")
    code, _, said = run("ledger", "export", "--ledger", served.path, "--to", tmp_path / "a.jsonl")
    assert code == 2
    assert "ledger-broken" in said
    assert not (tmp_path / "a.jsonl").exists()


@given(st.lists(st.tuples(st.integers(), st.text(), st.text(), st.text()), max_size=3))
def test_no_rows_whatever_end_in_a_traceback(raw):
    sound, fault = check(Row(at, *one) for at, one in enumerate(raw, 1))
    assert sound == ()
    assert (fault is None) == (not raw)


# history


def test_the_history_of_a_finding_says_who_did_what_when_and_why(served):
    assert run("ledger", "history", "aa", "--ledger", served.path) == (
        0,
        "#2  2026-11-06  checker  提出  aa11 FW0012 张伟 二.6 2026-10-13  2026-10 月份\n"
        "#3  2026-11-06  李敏  复核属实  aa11 FW0012 张伟 二.6 2026-10-13  20.00 元  理由：属实\n"
        "#4  2026-11-07  王主管  批准  aa11 FW0012 张伟 二.6 2026-10-13  理由：属实\n"
        "#5  2026-11-09  李敏  送达  aa11 FW0012 张伟 二.6 2026-10-13  拒签  见证人 赵强\n",
        "",
    )


def test_the_history_of_a_month_has_its_runs_and_all_its_findings(served):
    code, out, _ = run("ledger", "history", "2026-10", "--ledger", served.path, "--lang", "en")
    assert code == 0
    assert [line.split()[0] for line in out.splitlines()] == ["#1", "#2", "#3", "#4", "#5"]
    assert out.splitlines()[2].endswith("20.00 yuan  because: 属实")


@pytest.mark.parametrize("which", ["2026-09", "ff", ""])
def test_what_the_ledger_does_not_know_is_refused(served, which):
    code, out, said = run("ledger", "history", which, "--ledger", served.path)
    assert (code, out) == (2, "")
    assert "no-finding" in said


# close


def close(ledger: Ledger, target: Path, *more: object, month: str = "2026-10") -> tuple[int, str, str]:
    asked = ["--by", "王主管", "--on", "2026-11-12", "--rules", RULES, "--ledger", ledger.path]
    return run("close", month, *asked, "--to", target, *more)


def test_closing_writes_a_manifest_whose_hash_and_head_the_ledger_can_prove(served, tmp_path):
    before = served.entries()
    code, out, _ = close(served, tmp_path / "m.json")
    entry = served.entries()[-1]
    text = (tmp_path / "m.json").read_bytes()
    digest = hashlib.sha256(text).hexdigest()
    assert code == 0
    assert entry.step == Step(
        "close", date(2026, 11, 12), "王主管", data={"month": "2026-10", "manifest": digest}
    )
    manifest = json.loads(text)
    assert manifest["ledger"] == {"entries": 5, "head": head(before)}
    assert manifest["files"] == [
        {"file": "关机登记.xlsx", "bytes": None, "sha256": "ab" * 32},
        {"file": "花名册.xlsx", "bytes": None, "sha256": "cd" * 32},
    ]
    decided = manifest["decisions"][0]
    assert (decided["finding"], decided["state"], decided["fen"], decided["entries"]) == (
        "aa11", "served", 2000, [2, 3, 4, 5],
    )  # fmt: skip
    assert manifest["open"] == ["aa11"]
    assert out.splitlines() == [
        f"2026-10 已关账。清单 {digest}",
        f"台账末笔 {entry.hash}",
        "仍未办结 1 条：",
        "  aa11 已送达 FW0012 张伟 二.6",
    ]


def test_the_manifest_names_the_files_handed_in_by_their_hash(served, tmp_path):
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "a.csv").write_bytes(b"x")
    assert close(served, tmp_path / "m.json", "--logs", tmp_path / "logs")[0] == 0
    digest = hashlib.sha256(b"x").hexdigest()
    found = json.loads((tmp_path / "m.json").read_text("utf-8"))["files"]
    assert found == [{"file": "a.csv", "bytes": 1, "sha256": digest}]


def test_a_month_is_closed_once_and_the_manifest_stays_as_it_was(served, tmp_path):
    close(served, tmp_path / "m.json")
    first, count = (tmp_path / "m.json").read_bytes(), len(served.entries())
    code, _, said = close(served, tmp_path / "m.json")
    assert code == 2
    assert "2026-10 已经关账" in said
    assert ((tmp_path / "m.json").read_bytes(), len(served.entries())) == (first, count)


def test_a_manifest_that_cannot_be_written_closes_nothing(served, tmp_path):
    code, _, said = close(served, tmp_path / "no" / "m.json")
    assert code == 2
    assert "cannot-write" in said
    assert fold(served.entries()).closed == {}


def test_the_manifest_never_goes_over_the_ledger(served):
    before = served.path.read_bytes()
    assert close(served, served.path)[0] == 2
    assert served.path.read_bytes() == before


@pytest.mark.parametrize("month", ["2026-13", "2026", "十月"])
def test_what_is_no_month_is_not_closed(served, tmp_path, month):
    assert close(served, tmp_path / "m.json", month=month)[0] == 2
    assert len(served.entries()) == 5


# credit


def credit(ledger: Ledger, *more: object, amount="20", month="2026-12", reason="补交了汇报") -> tuple:
    asked = ["--finding", "aa11", "--by", "王主管", "--on", "2026-12-01", "--rules", RULES]
    return run(
        "credit",
        *asked,
        "--amount",
        amount,
        "--month",
        month,
        "--reason",
        reason,
        "--ledger",
        ledger.path,
        *more,
    )


def test_a_credit_goes_into_an_open_month_and_leaves_the_closed_one_as_it_is(tmp_path):
    ledger = made(tmp_path, *RELEASED, step("close", "王主管", "", finding="", month="2026-11"))
    before = ledger.entries()
    assert credit(ledger) == (0, "已记入第 8 笔：2026-12 冲减 20.00 元\n", "")
    case = fold(ledger.entries()).cases["aa11"]
    assert ledger.entries()[:-1] == before
    assert ledger.entries()[-1].step.data == {"fen": 2000, "month": "2026-12"}
    assert (case.state, case.fen, case.credited, case.released_in) == ("released", 2000, 2000, "2026-11")


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"month": "2026-11"}, "2026-11 已经关账，请记入下一个月"),
        ({"month": "2026-10"}, "冲减不能记在 2026-10：此项记在 2026-11"),
        ({"amount": "20.01"}, "冲减须大于 0 且不超过尚余的 20.00 元"),
        ({"amount": "0"}, "冲减须大于 0 且不超过尚余的 20.00 元"),
        ({"amount": "二十"}, "--amount 不是金额"),
        ({"reason": " "}, "没有写理由"),
    ],
)
def test_a_credit_that_may_not_be_entered_says_why(tmp_path, more, said):
    ledger = made(tmp_path, *RELEASED, step("close", "王主管", "", finding="", month="2026-11"))
    code, out, told = credit(ledger, **more)
    assert (code, out, len(ledger.entries())) == (2, "", 7)
    assert said in told


def test_no_more_is_credited_than_was_taken(tmp_path):
    ledger = made(tmp_path, *RELEASED)
    assert credit(ledger, amount="15")[0] == 0
    code, _, said = credit(ledger, amount="6")
    assert code == 2
    assert "尚余的 5.00 元" in said


def test_what_was_never_handed_to_finance_is_not_credited(served):
    code, _, said = credit(served)
    assert code == 2
    assert "不能冲减" in said


def test_the_credits_of_a_month_stand_in_its_manifest(tmp_path):
    ledger = made(tmp_path, *RELEASED)
    credit(ledger)
    close(ledger, tmp_path / "m.json", month="2026-12")
    found = json.loads((tmp_path / "m.json").read_text("utf-8"))["credits"]
    assert found == [
        {"finding": "aa11", "fen": 2000, "by": "王主管", "on": "2026-12-01", "reason": "补交了汇报"}
    ]


def test_a_ledger_into_which_nothing_was_ever_entered_holds(tmp_path):
    (tmp_path / "new.sqlite").touch()
    done = CliRunner().invoke(main, ["ledger", "verify", "--ledger", str(tmp_path / "new.sqlite")])
    assert (done.exit_code, done.stdout) == (0, f"链条完好：0 笔，末笔 {FIRST}\n")


def test_a_ledger_on_a_network_share_is_warned_of_and_still_read(served, monkeypatch):
    mounts = f"srv:/x {served.path.parent} nfs4 rw 0 0\n"
    monkeypatch.setattr("checker.ledger.shares._mounts", lambda: mounts)
    done = CliRunner().invoke(main, ["ledger", "verify", "--ledger", str(served.path)])
    assert done.exit_code == 0
    assert "ledger-on-share" in done.stderr and "把台账放在一台电脑的本地磁盘上" in done.stderr
    assert "链条完好" in done.stdout


def test_a_copy_of_the_one_file_is_the_whole_ledger(served, tmp_path):
    shutil.copy(served.path, tmp_path / "copy.sqlite")
    assert run("ledger", "verify", "--ledger", tmp_path / "copy.sqlite")[0] == 0
