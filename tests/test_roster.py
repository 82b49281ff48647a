"""Who a person is on a day, as the log of people says: for papers, and never a guess."""

from __future__ import annotations

from datetime import date

import pytest

from checker.database import connect
from checker.language import load_pack
from checker.ledger.cases import fold
from checker.ledger.entries import Step
from checker.ledger.proposals import Names, steps
from checker.ledger.roster import Member, Roster, read
from checker.logs import read as read_logs
from checker.model import Fine
from tests.papers_support import PACK, written
from tests.test_shared_fines import DAY, entries_of, finding, report

SPRING, SUMMER = date(2026, 3, 1), date(2026, 7, 1)
MOVED = (
    Member("张伟", "业务部", None, date(2026, 5, 31)),
    Member("张伟", "质检部", date(2026, 6, 1), date(2026, 8, 31)),
)


@pytest.mark.parametrize(
    ("members", "day", "department"),
    [
        (MOVED, SPRING, "业务部"),
        (MOVED, date(2026, 5, 31), "业务部"),
        (MOVED, date(2026, 6, 1), "质检部"),
        (MOVED, date(2026, 12, 1), "质检部"),  # he has left: where he was last
        ((Member("张伟", "质检部", date(2026, 6, 1)),), SPRING, None),  # he was not there yet
        ((Member("张伟", "业务部"), Member("张伟", "质检部")), SPRING, None),  # the roster contradicts itself
        ((Member("张伟", "业务部"), Member("张伟", None)), SPRING, "业务部"),
        ((Member("张伟", None),), SPRING, None),
    ],
)
def test_a_department_is_that_of_the_day_and_none_where_the_roster_does_not_say(members, day, department):
    assert Roster({"E1": members}).department("E1", day) == department


def test_a_name_is_looked_up_by_id_and_nobody_else_has_one():
    roster = Roster({"E1": MOVED})
    assert [roster.name(who, SUMMER) for who in ("E1", "e1", "E2", None)] == ["张伟", None, None, None]


LOG = "工号,姓名,部门,片区,生效日期\nE1,张伟,业务部,东区,2026-01-01\nE2,李娜,,西区,\n,王强,质检部,东区,\n"
WITH = {
    **PACK,
    "pack.yaml": PACK["pack.yaml"].replace("region: region, from", "region: region, department: dept, from"),
    "logs.yaml": PACK["logs.yaml"].replace(
        "      employee_name: {type: text, header: 姓名}\n",
        "      employee_name: {type: text, header: 姓名}\n      dept: {type: text, header: 部门}\n",
        1,
    ),
}


@pytest.mark.parametrize(("pack", "department"), [(WITH, "业务部"), (PACK, None)])
def test_the_pack_says_which_field_is_the_department_and_without_it_there_is_none(tmp_path, pack, department):
    loaded = load_pack(written(tmp_path / "pack", pack))
    with connect() as db:
        tables = read_logs([written(tmp_path / "logs", {"人员.csv": LOG})], loaded, db)
        found = read(tables, loaded.people)
    assert found == Roster(
        {
            "E1": (Member("张伟", department, date(2026, 1, 1)),),
            "E2": (Member("李娜", None),),
        }
    )


def test_a_department_that_was_corrected_is_shown_anew_and_leaves_every_decision_as_it_was():
    def made(known, department):
        roster = Roster({"W1": (Member("张三", department),)})
        return list(
            steps(
                report(finding("ab" * 16, [("W1", Fine(500, 500, 500))])),
                fold(known),
                DAY,
                Names("worker_id", "worker_name", roster=roster),
            )
        )

    entries = entries_of(*made((), "业务部"))
    number = entries[-1].step.finding
    entries = entries_of(
        *(one.step for one in entries), Step("confirm", DAY, "李敏", number, "属实", {"fen": 500})
    )
    assert made(entries, "业务部") == []
    after = entries_of(*(one.step for one in entries), *made(entries, "质检部"))
    case = fold(after).cases[number]
    assert (case.proposal["department"], case.state, case.fen, case.data_changed) == (
        "质检部",
        "reviewed",
        500,
        False,
    )
