from __future__ import annotations

import multiprocessing
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checker.calendar import WorkCalendar
from checker.diagnostics import UsageError
from checker.ledger.cases import Book, fold
from checker.ledger.entries import Entry, Step, canonical, chained, parse
from checker.ledger.steps import FROM, Procedure, refusal, taken
from checker.ledger.store import FIRST, Ledger, broken, head

ROOT = Path(__file__).parents[1]
DAY = date(2026, 11, 6)
FINE = {"min": 1000, "max": 5000, "proposed": 1000}


def step(kind, by="李敏", reason="属实", on=DAY, finding="f1", **data) -> Step:
    return Step(kind, on, by, finding, reason, data)


def propose(finding="f1", evidence="e1", month="2026-10", fine=FINE, **more) -> Step:
    subject = {"employee_id": "FW0012", "employee_name": "张伟"}
    proposal = {"subject": subject, "liable": "FW0012", "fine": fine, "holds": [], **more}
    return step("propose", "checker", "", finding=finding, evidence=evidence, month=month, proposal=proposal)


def book_of(*steps: Step) -> Book:
    entries, prev = [], FIRST
    for seq, one in enumerate(steps, 1):
        entries.append(chained(seq, one, prev))
        prev = entries[-1].hash
    return fold(entries)


def case_of(*steps: Step):
    return book_of(*steps).cases["f1"]


def why(steps, new, procedure=Procedure()) -> str | None:  # noqa: B008
    said = refusal(book_of(*steps), new, procedure)
    return said.zh if said else None


CONFIRM = step("confirm", fen=2000)
APPROVE = step("approve", "王主管")
SERVE = step("serve", way="signed")
APPEAL = step("appeal", "张伟")
TO_SERVED = (propose(), CONFIRM, APPROVE, SERVE)


# The chain in the file


@pytest.fixture
def ledger(tmp_path) -> Ledger:
    return Ledger(tmp_path / "ledger.sqlite")


def enter(ledger: Ledger, *steps: Step) -> tuple[Entry, ...]:
    return ledger.append(lambda known: steps)


def test_what_was_entered_is_read_back_in_order_each_entry_chained_to_the_one_before(ledger):
    assert ledger.entries() == ()
    first = enter(ledger, propose(), CONFIRM)
    second = enter(ledger, APPROVE)
    assert ledger.entries() == (*first, *second)
    assert [one.prev for one in ledger.entries()] == [FIRST, first[0].hash, first[1].hash]
    assert broken(ledger.entries()) is None
    assert head(ledger.entries()) == second[0].hash


def test_a_plan_that_fails_enters_nothing(ledger):
    enter(ledger, propose())

    def fails(known):
        yield CONFIRM
        raise KeyError("x")

    with pytest.raises(KeyError):
        ledger.append(fails)
    assert len(ledger.entries()) == 1


def test_no_statement_changes_removes_or_squeezes_in_an_entry(ledger):
    enter(ledger, propose(), CONFIRM)
    with sqlite3.connect(ledger.path) as db:
        for sql in (
            "UPDATE entry SET step = '{}'",
            "DELETE FROM entry",
            "INSERT INTO entry VALUES (9, '{}', 'x', 'y')",
            "INSERT INTO entry VALUES (3, '{}', 'x', 'y')",
            "INSERT OR REPLACE INTO entry VALUES (1, '{}', 'x', 'y')",
        ):
            with pytest.raises(sqlite3.DatabaseError):
                db.execute(sql)
    assert broken(ledger.entries()) is None


@given(st.integers(0, 3), st.sampled_from(["reason", "by", "kind", "finding"]))
def test_an_entry_that_was_changed_past_the_triggers_is_found_at_its_number(at, slot):
    entries, prev = [], FIRST
    for seq, one in enumerate(TO_SERVED, 1):
        entries.append(chained(seq, one, prev))
        prev = entries[-1].hash
    old = entries[at].step
    values = {"kind": old.kind, "by": old.by, "finding": old.finding, "reason": old.reason, slot: "另"}
    entries[at] = Entry(at + 1, Step(on=old.on, data=old.data, **values), entries[at].prev, entries[at].hash)
    assert broken(entries) == at + 1
    del entries[at]
    assert broken(entries) == (None if at == 3 else at + 2)


@given(st.text(), st.text(), st.dictionaries(st.text(), st.integers() | st.text() | st.none()))
def test_a_step_and_its_canonical_text_are_the_same_thing(by, reason, data):
    one = Step("confirm", DAY, by, "f", reason, data)
    assert parse(canonical(one)) == one


def write_many(path: str, name: str, times: int) -> None:
    for number in range(times):
        Ledger(Path(path)).append(lambda known, number=number: [propose(f"{name}{number}")])


def test_four_processes_at_once_lose_nothing_and_the_chain_never_forks(ledger):
    context = multiprocessing.get_context("spawn")
    jobs = [context.Process(target=write_many, args=(str(ledger.path), name, 25)) for name in "abcd"]
    for job in jobs:
        job.start()
    for job in jobs:
        job.join()
    assert [job.exitcode for job in jobs] == [0, 0, 0, 0]
    entries = ledger.entries()
    assert broken(entries) is None
    assert sorted(one.step.finding for one in entries) == sorted(f"{n}{i}" for n in "abcd" for i in range(25))


KILLED = """
import sys
from pathlib import Path
from checker.ledger.store import Ledger
from tests.test_ledger import propose
number = 0
while True:
    Ledger(Path(sys.argv[1])).append(lambda known: [propose(f"a{number}"), propose(f"b{number}")])
    print(number, flush=True)
    number += 1
"""


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs kill -9")
@pytest.mark.parametrize("after", range(1, 9))
def test_a_process_killed_at_any_moment_leaves_whole_steps_and_all_it_reported(ledger, after):
    with subprocess.Popen(
        [sys.executable, "-c", KILLED, ledger.path], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as job:
        told = [job.stdout.readline() for _ in range(after)]
        job.send_signal(signal.SIGKILL)
    entries = ledger.entries()
    assert broken(entries) is None
    assert len(entries) % 2 == 0 and len(entries) >= 2 * len(told)
    enter(ledger, propose("next"))
    assert broken(ledger.entries()) is None


IN_THE_MIDDLE = """
import sqlite3, sys, time
from pathlib import Path
from checker.ledger.store import Ledger
from tests.test_ledger import propose
real = sqlite3.connect
class Stopping(sqlite3.Connection):
    def execute(self, sql, *more):
        if sql == "COMMIT":
            print("written", flush=True)
            sys.stdin.read()
        return super().execute(sql, *more)
def connect(*args, **more):
    db = real(*args, factory=Stopping, **more)
    db.execute("PRAGMA cache_size = 1")  # pages go to the file before the commit
    return db
sqlite3.connect = connect
Ledger(Path(sys.argv[1])).append(lambda known: [propose(f"x{number}") for number in range(500)])
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs kill -9")
@pytest.mark.parametrize("steps", [(), (propose(), CONFIRM)])
def test_a_process_killed_with_half_of_its_entries_in_the_file_leaves_the_ledger_as_it_was(ledger, steps):
    before = enter(ledger, *steps) if steps else ()
    with subprocess.Popen(
        [sys.executable, "-c", IN_THE_MIDDLE, ledger.path],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as job:
        assert job.stdout.readline() == "written\n"
        job.send_signal(signal.SIGKILL)
    assert ledger.path.stat().st_size > 100_000
    assert ledger.path.with_name("ledger.sqlite-journal").exists()
    shutil.copytree(ledger.path.parent, ledger.path.parent / "copy")
    assert ledger.entries() == before  # the reader comes first
    assert len(ledger.rows()) == len(before)
    other = Ledger(ledger.path.parent / "copy" / "ledger.sqlite")
    enter(other, propose("next"))  # the writer comes first
    assert [one.step for one in other.entries()] == [*steps, propose("next")]
    assert broken(other.entries()) is None


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs kill -9")
def test_of_several_writers_one_is_killed_and_the_others_lose_nothing(ledger):
    context = multiprocessing.get_context("spawn")
    jobs = [context.Process(target=write_many, args=(str(ledger.path), name, 15)) for name in "xyz"]
    with subprocess.Popen(
        [sys.executable, "-c", KILLED, ledger.path], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as killed:
        for job in jobs:
            job.start()
        told = [killed.stdout.readline() for _ in range(3)]
        killed.send_signal(signal.SIGKILL)
    for job in jobs:
        job.join()
    assert [job.exitcode for job in jobs] == [0, 0, 0]
    entries = ledger.entries()
    assert broken(entries) is None
    named = [one.step.finding for one in entries]
    assert sorted(one for one in named if one[0] in "xyz") == sorted(
        f"{n}{i}" for n in "xyz" for i in range(15)
    )
    pairs = [one[1:] for one in named if one[0] == "a"]
    assert pairs == [one[1:] for one in named if one[0] == "b"] and len(pairs) >= len(told)


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="the superuser may write anywhere")
def test_a_read_only_folder_is_told_and_nothing_is_entered(ledger):
    ledger.path.parent.chmod(0o500)
    with pytest.raises(UsageError) as caught:
        enter(ledger, propose())
    assert caught.value.diagnostics[0].code in ("ledger-read-only", "ledger-no-folder")


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"no database at all, but long enough to be looked at " * 30, "ledger-damaged"),
        (None, "ledger-damaged"),
    ],
)
def test_a_file_of_another_kind_is_refused_and_left_as_it_is(ledger, content, code):
    if content is None:
        with sqlite3.connect(ledger.path) as db:
            db.execute("CREATE TABLE other (x)")
    else:
        ledger.path.write_bytes(content)
    before = ledger.path.read_bytes()
    for act in (ledger.entries, lambda: enter(ledger, propose())):
        with pytest.raises(UsageError) as caught:
            act()
        assert caught.value.diagnostics[0].code == code
    assert ledger.path.read_bytes() == before


def test_a_folder_that_does_not_exist_is_told(tmp_path):
    with pytest.raises(UsageError) as caught:
        enter(Ledger(tmp_path / "none" / "ledger.sqlite"), propose())
    assert caught.value.diagnostics[0].code == "ledger-no-folder"


def test_a_full_disk_is_told_and_nothing_is_entered(ledger):
    enter(ledger, propose())
    with pytest.raises(UsageError) as caught, _small_disk():
        enter(ledger, *(propose(f"f{number}") for number in range(2000)))
    assert caught.value.diagnostics[0].code == "ledger-disk-full"
    assert len(ledger.entries()) == 1


class _small_disk:
    """Let SQLite believe that the disk holds a few pages only: its own way to say that a disk is full."""

    def __enter__(self):
        self.real = sqlite3.connect

        def connect(*args, **options):
            db = self.real(*args, **options)
            db.execute("PRAGMA max_page_count = 8")
            return db

        sqlite3.connect = connect

    def __exit__(self, *_):
        sqlite3.connect = self.real


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("attempt to write a readonly database", "ledger-read-only"),
        ("database is locked", "ledger-busy"),
        ("disk I/O error", "ledger-io"),
        ("locking protocol", "ledger-io"),
        ("access permission denied", "ledger-io"),
        ("database or disk is full", "ledger-disk-full"),
        ("database disk image is malformed", "ledger-damaged"),
    ],
)
@pytest.mark.parametrize("at", ["BEGIN IMMEDIATE", "INSERT", "COMMIT"])
def test_whatever_the_disk_or_share_refuses_at_any_moment_is_one_message_and_nothing_is_entered(
    ledger, monkeypatch, said, code, at
):
    before = enter(ledger, propose())
    with monkeypatch.context() as patched:
        refuse(patched, at, said)
        with pytest.raises(UsageError) as caught:
            enter(ledger, CONFIRM, APPROVE)
    assert [one.code for one in caught.value.diagnostics] == [code]
    assert "没有记入任何决定" in caught.value.diagnostics[0].message.zh
    assert ledger.entries() == before
    enter(ledger, CONFIRM)
    assert broken(ledger.entries()) is None


def refuse(monkeypatch, at: str, said: str) -> None:
    """Let SQLite fail at the first statement that begins so, as a disk or a share without locks makes it fail."""
    real = sqlite3.connect

    class Failing(sqlite3.Connection):
        def execute(self, sql, *more):
            if sql.startswith(at):
                raise sqlite3.OperationalError(said)
            return super().execute(sql, *more)

        def executemany(self, sql, *more):
            if sql.startswith(at):
                raise sqlite3.OperationalError(said)
            return super().executemany(sql, *more)

    monkeypatch.setattr(sqlite3, "connect", lambda *args, **more: real(*args, factory=Failing, **more))


def test_the_file_alone_is_the_whole_ledger(ledger, tmp_path):
    enter(ledger, propose(), CONFIRM)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["ledger.sqlite"]
    shutil.copy(ledger.path, tmp_path / "copy.sqlite")
    assert Ledger(tmp_path / "copy.sqlite").entries() == ledger.entries()


# Where a finding stands


def test_a_finding_goes_from_proposal_to_finance_by_four_hands():
    released = step("release", "李敏", on=date(2026, 11, 12), month="2026-11")
    states = [case_of(*(*TO_SERVED, released)[:number]).state for number in range(1, 6)]
    assert states == ["proposed", "reviewed", "confirmed", "served", "released"]
    case = case_of(*TO_SERVED, released)
    assert (case.fen, case.reviewer, case.approver, case.released_in) == (2000, "李敏", "王主管", "2026-11")


@pytest.mark.parametrize(
    ("end", "state", "fen"),
    [
        (step("uphold", "陈总"), "upheld", 2000),
        (step("adjust", "陈总", fen=500), "adjusted", 500),
        (step("revoke", "陈总"), "revoked", 0),
    ],
)
def test_an_appeal_ends_in_one_of_three_ways(end, state, fen):
    case = case_of(*TO_SERVED, APPEAL, end)
    assert (case.state, case.fen, case.decider) == (state, fen, "陈总")


def test_a_second_run_keeps_the_decision_and_shows_that_the_data_changed():
    same = case_of(*TO_SERVED, propose())
    other = case_of(*TO_SERVED, propose(evidence="e2"))
    gone = case_of(*TO_SERVED, step("gone", "checker", ""))
    assert [(one.state, one.fen, one.data_changed) for one in (same, other, gone)] == [
        ("served", 2000, False),
        ("served", 2000, True),
        ("served", 2000, True),
    ]


# Which step may follow


def test_each_step_is_taken_only_from_the_states_it_follows():
    ways = {
        "proposed": (propose(),),
        "reviewed": (propose(), CONFIRM),
        "rejected": (propose(), step("reject")),
        "doubted": (propose(), step("doubt")),
        "waived": (propose(), step("waive", "王主管")),
        "confirmed": TO_SERVED[:3],
        "served": TO_SERVED,
        "appealed": (*TO_SERVED, APPEAL),
        "upheld": (*TO_SERVED, APPEAL, step("uphold", "陈总")),
        "adjusted": (*TO_SERVED, APPEAL, step("adjust", "陈总", fen=500)),
        "revoked": (*TO_SERVED, APPEAL, step("revoke", "陈总")),
        "released": (*TO_SERVED, step("release", on=date(2026, 11, 12), month="2026-11")),
    }
    asked = {
        kind: step(
            kind,
            "别人",
            on=date(2026, 11, 20),
            month="2026-11",
            way="signed",
            fen=1000 if kind in ("confirm", "credit") else 400,
        )
        for kind in FROM
    }
    for state, steps in ways.items():
        assert case_of(*steps).state == state
        allowed = {
            kind for kind, one in asked.items() if why(steps, one, Procedure(notice_required=False)) is None
        }
        assert allowed == {kind for kind, states in FROM.items() if state in states}, state


@pytest.mark.parametrize(
    ("steps", "new", "said"),
    [
        ((propose(),), step("confirm", by=" ", fen=1000), "没有写是谁决定的"),
        ((propose(),), step("confirm", reason="", fen=1000), "没有写理由"),
        ((propose(),), step("confirm"), "没有写核定金额"),
        ((propose(),), step("confirm", fen=999), "金额 9.99 不在 10.00 至 50.00 元之内"),
        ((propose(),), step("confirm", fen=5001), "金额 50.01 不在 10.00 至 50.00 元之内"),
        ((propose(fine=None),), step("confirm", fen=1), "此项没有扣款，不能填金额"),
        ((propose(),), step("confirm", "张伟", fen=1000), "不能决定自己的事"),
        ((propose(),), step("confirm", "fw0012", fen=1000), "不能决定自己的事"),
        ((propose(),), step("confirm", fen=1000, evidence="old"), "复核之后数据变了，请重新生成复核表再定"),
        ((propose(), CONFIRM), step("approve", "李敏"), "批准人不能是复核人（李敏）"),
        ((propose(), CONFIRM, propose(evidence="e2")), APPROVE, "复核之后数据变了，须重新复核"),
        ((propose(holds=["assumed:limit"]), CONFIRM), APPROVE, "规则暂缓此项：assumed:limit"),
        (
            (propose(), CONFIRM),
            step("approve", "王主管", on=date(2026, 11, 1)),
            "日期早于上一步（2026-11-06）",
        ),
        (TO_SERVED, step("appeal", "张伟", on=date(2026, 11, 1)), "日期早于上一步（2026-11-06）"),
        (TO_SERVED[:3], step("serve", way="refused"), "拒签须写见证人"),
        (TO_SERVED[:3], step("release", month="2026-11"), "通知还没有送达"),
        (TO_SERVED, step("release", month="2026-11", on=date(2026, 11, 11)), "申诉期到 2026-11-11 才满"),
        (
            (*TO_SERVED, APPEAL),
            step("uphold", "王主管"),
            "申诉须由第三人决定，不能是复核人（李敏）或批准人（王主管）",
        ),
        (
            (*TO_SERVED, APPEAL),
            step("adjust", "陈总", fen=2000),
            "申诉后的金额须低于原定的 20.00 元且不小于 0",
        ),
        (
            (propose(shares=[{"liable": "A", "fen": 500}, {"liable": "B", "fen": 500}]), CONFIRM),
            APPROVE,
            "此项由多人分担，是旧版记入的：请重新运行 checker review，各人的份额分别决定",
        ),
        ((), step("approve"), "决定台账里没有发现 f1"),
    ],
)
def test_a_step_that_may_not_be_taken_says_why(steps, new, said):
    assert why(steps, new) == said


def test_the_limits_of_a_range_and_the_day_after_the_appeal_period_are_allowed():
    assert why((propose(),), step("confirm", fen=1000)) is None
    assert why((propose(),), step("confirm", fen=5000)) is None
    assert why(TO_SERVED, step("release", month="2026-11", on=date(2026, 11, 12))) is None


def test_days_of_rest_do_not_count_in_the_appeal_period():
    holiday = Procedure(calendar=WorkCalendar({date(2026, 11, 9): False}))
    assert Procedure().appeal_ends(date(2026, 11, 6)) == date(2026, 11, 11)
    assert holiday.appeal_ends(date(2026, 11, 6)) == date(2026, 11, 12)


def test_an_amount_the_rules_leave_open_is_settled_by_the_review():
    assert why((propose(holds=["decision"]), CONFIRM), APPROVE) is None


def test_a_closed_month_takes_nothing_more_and_a_credit_goes_to_the_next():
    release = step("release", on=date(2026, 11, 12), month="2026-11")
    closed = step("close", finding="", month="2026-11")
    steps = (*TO_SERVED, release, closed)
    assert why(steps, step("credit", fen=500, month="2026-11")) == "2026-11 已经关账，请记入下一个月"
    assert why(steps, step("credit", fen=2001, month="2026-12")) == "冲减须大于 0 且不超过尚余的 20.00 元"
    assert why(steps, step("credit", fen=2000, month="2026-12")) is None
    assert why(steps, closed) == "2026-11 已经关账"
    assert case_of(*steps, step("credit", fen=500, month="2026-12")).credited == 500


def test_steps_wanted_together_are_each_judged_after_those_before_them():
    entries = (chained(1, propose(), FIRST),)
    said = taken(entries, [CONFIRM, APPROVE, step("approve", "别人"), SERVE], Procedure())
    assert [one.zh if one else None for one in said] == [
        None,
        None,
        "现为“已确认”，不能批准（须为：已复核，待批准）",
        None,
    ]


@given(st.lists(st.sampled_from(sorted(FROM)), max_size=12), st.data())
def test_whatever_is_tried_no_fine_reaches_finance_without_review_approval_and_service(kinds, data):
    steps, people = [propose()], ["李敏", "王主管", "陈总", "张伟"]
    for kind in kinds:
        fen = data.draw(st.sampled_from([None, 0, 500, 1000, 5000, 9000]))
        new = step(
            kind,
            data.draw(st.sampled_from(people)),
            on=date(2026, 11, 20),
            fen=fen,
            month="2026-11",
            way="signed",
        )
        if why(steps, new) is None:
            steps.append(new)
    case = case_of(*steps)
    if case.state == "released":
        assert case.reviewer and case.approver and case.reviewer != case.approver and case.served_on
        assert 0 <= case.fen <= 5000 and case.credited <= case.fen
        assert "张伟" not in (case.reviewer, case.approver, case.decider)
