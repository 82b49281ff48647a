"""A fine that several people share, from the review sheet to finance: each share is decided by itself."""

from __future__ import annotations

import json
import shutil
import zipfile
from collections.abc import Iterable
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from checker.cli import main
from checker.dossier.pack import EVIDENCE, PAGE
from checker.findings.liability import split
from checker.guards.hold import choose
from checker.guards.months import Totals, lines, totals
from checker.language.pack import Guards
from checker.ledger.cases import fold
from checker.ledger.entries import FIRST, Entry, Step, chained
from checker.ledger.proposals import Names, evidence_of, steps
from checker.ledger.steps import Procedure, taken
from checker.ledger.store import Ledger, broken
from checker.model import Finding, Fine, Penalty, Period, Report, RunInfo, Share, Text
from checker.papers.fines import DETAIL, PEOPLE, Frame, render
from tests.papers_support import cells_of, filled_in, said, written

ROOT = Path(__file__).parents[1]
PATROL = "巡查编号,巡查日期,工区,项目,结果,工号,班组长,分包负责人,原因\n"
LOGS = {
    "人员名册.csv": "工号,姓名,部门,工区,用工,进场日期,退场日期\nW1,张三,架子班,东区,合同,2026-01-01,\n"
    "F1,陈班,架子班,东区,合同,2026-01-01,2026-09-30\nF1,陈班,工程部,东区,合同,2026-10-01,\n"
    "S1,吴总,,东区,合同,2026-01-01,\n",
    "工区.csv": "工区,负责人工号\n东区,F1\n",
    "巡查记录.csv": f"{PATROL}P1,2026-10-02,东区,安全带,不合格,W1,F1,S1,\n",
}
ASKED = ("--period", "2026-10", "--as-of", "2026-11-06")
WAGES = "工号,姓名,应发工资,月最低工资\nW1,张三,3000,2200\nF1,陈班,2500,2200\nS1,吴总,2230,2200\n"


class Site:
    """A building site with its pack, in which the roster names departments, and the logs of a month."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.pack, self.logs, self.ledger = folder / "pack", folder / "logs", folder / "d.sqlite"
        self.sheet = folder / "复核表.xlsx"

    def run(self, *args: object, status: int = 0) -> Result:
        done = CliRunner().invoke(main, [str(one) for one in args], catch_exceptions=False)
        assert done.exit_code == status, done.output
        return done

    def book(self, command: str, *args: object, status: int = 0) -> Result:
        """Run a command that needs the pack and the ledger."""
        return self.run(command, *args, "--rules", self.pack, "--ledger", self.ledger, status=status)

    def review(self) -> list[dict]:
        """Write the review sheet and give its rows."""
        self.book("review", self.logs, *ASKED, "--to", self.sheet)
        _, _, heads, *rows = cells_of(self.sheet)
        return [dict(zip(heads, row, strict=True)) for row in rows]

    def decide(self, *args: object, by: str = "李敏", on: str = "2026-11-06", status: int = 0) -> str:
        return self.book("decide", *args, "--by", by, "--on", on, status=status).output

    def to_served(self) -> list[str]:
        """Take every share to service; give the numbers of the sheet."""
        numbers = [row["发现编号"] for row in self.review()]
        filled = filled_in(
            self.sheet, self.folder / "交.xlsx", lambda row: said(核定金额=float(row["建议金额"]))
        )
        self.book("decide", filled)
        self.decide("--month", "2026-10", "--approve", by="王主管")
        self.decide("--month", "2026-10", "--serve")
        return numbers

    def states(self) -> dict[str, tuple[str, int | None]]:
        cases = fold(Ledger(self.ledger).entries()).cases.values()
        return {one.proposal["person"]: (one.state, one.fen) for one in cases}

    def fines(self, month: str, on: str, *more: object) -> Path:
        out = self.folder / "扣款.xlsx"
        self.book("fines", "--month", month, "--by", "王芳", "--on", on, "--to", out, *more)
        return out


@pytest.fixture
def site(tmp_path) -> Site:
    shutil.copytree(ROOT / "tests" / "packs" / "site-safety", tmp_path / "pack")
    for name, old, new in (
        (
            "logs.yaml",
            "      area: {type: text, header: 工区}\n      contract",
            "      team: {type: text, header: 部门}\n",
        ),
        ("pack.yaml", "region: area, from", "department: team, "),
    ):
        path = tmp_path / "pack" / name
        text = path.read_text(encoding="utf-8")
        assert old in text
        text = text.replace(old, new + old, 1).replace("key: [worker_id]", "key: [worker_id, entered_on]")
        path.write_text(text, encoding="utf-8")
    rules = tmp_path / "pack" / "rules" / "site.yaml"
    first, *others = rules.read_text(encoding="utf-8").split("- id: ")
    kept = [
        one for one in others if not one.startswith("belt-missing-off-site")
    ]  # one finding an act is enough here
    rules.write_text("- id: ".join([first, *kept]), encoding="utf-8")
    written(tmp_path / "logs", LOGS)
    return Site(tmp_path)


def rows_of(path: Path, name: str, *wanted: str) -> list[list]:
    """Give some columns of the table of a sheet, its row of sums last."""
    rows = CalamineWorkbook.from_path(str(path)).get_sheet_by_name(name).to_python()
    at = next(number for number, row in enumerate(rows) if "部门" in row)
    end = next(number for number, row in enumerate(rows) if row[0] == "合计")
    return [[row[rows[at].index(one)] for one in wanted] for row in rows[at + 1 : end + 1]]


def test_the_review_sheet_has_a_row_a_share_with_who_pays_what_of_the_whole(site):
    rows = site.review()
    number = rows[0]["发现编号"].partition("/")[0]
    shown = [
        tuple(row[name] for name in ("发现编号", "工号", "姓名", "建议金额", "允许范围")) for row in rows
    ]
    assert shown == [
        (f"{number}/F1", "F1", "陈班", "90.00", "90.00"),
        (f"{number}/S1", "S1", "吴总", "60.00", "60.00"),
        (f"{number}/W1", "W1", "张三", "150.00", "150.00"),
    ]
    assert {row["事实"] for row in rows} == {
        "张三 未系安全带（全额 300.00 元，由 3 人分担）\n分担：W1 150.00、F1 90.00、S1 60.00"
    }
    entries = Ledger(site.ledger).entries()
    site.review()
    assert Ledger(site.ledger).entries() == entries


def test_each_share_goes_its_own_way_and_what_reaches_finance_is_what_was_decided(site):
    f1, s1, w1 = site.to_served()
    assert site.states() == {"W1": ("served", 15_000), "F1": ("served", 9_000), "S1": ("served", 6_000)}
    why = ("--reason", "当日不在场")
    site.decide("--finding", f1, "--appeal", *why, by="陈班")
    site.decide("--finding", s1, "--appeal", *why, by="吴总")
    assert site.states() == {"W1": ("served", 15_000), "F1": ("appealed", 9_000), "S1": ("appealed", 6_000)}
    site.decide("--finding", f1, "--adjust", "--amount", "40", *why, by="陈总")
    site.decide("--finding", s1, "--revoke", *why, by="陈总")
    assert site.states() == {"W1": ("served", 15_000), "F1": ("adjusted", 4_000), "S1": ("revoked", 0)}

    (site.folder / "工资.csv").write_text(WAGES, encoding="utf-8")
    sheet = site.fines("2026-11", "2026-11-12", "--wages", site.folder / "工资.csv")
    assert rows_of(
        sheet, DETAIL, "工号", "姓名", "部门", "片区", "核定金额", "本月实扣", "申诉状态", "发现编号"
    ) == [
        ["F1", "陈班", "工程部", "东区", 40.0, 40.0, "变更", f1],
        ["W1", "张三", "架子班", "东区", 150.0, 150.0, "未申诉", w1],
        ["", "", "", "", 190.0, 190.0, "", ""],
    ]
    assert rows_of(sheet, PEOPLE, "工号", "部门", "笔数", "本月核定", "本月实扣") == [
        ["F1", "工程部", 1.0, 40.0, 40.0],
        ["W1", "架子班", 1.0, 150.0, 150.0],
        ["合计", "", 2.0, 190.0, 190.0],
    ]
    assert totals(Ledger(site.ledger).entries(), "2026-11") == Totals(2, 2, 19_000)

    site.book(
        "credit",
        "--finding",
        w1,
        "--amount",
        "10",
        "--month",
        "2026-12",
        "--by",
        "陈总",
        "--on",
        "2026-12-01",
        *why,
    )
    sheet = site.fines("2026-12", "2026-12-10")
    assert rows_of(sheet, DETAIL, "工号", "核定金额", "备注") == [
        ["W1", -10.0, "冲减：当日不在场"],
        ["", -10.0, ""],
    ]


def test_what_a_wage_does_not_hold_is_carried_for_that_share_alone(site):
    site.to_served()
    (site.folder / "工资.csv").write_text(WAGES, encoding="utf-8")
    sheet = site.fines("2026-11", "2026-11-12", "--wages", site.folder / "工资.csv")
    assert rows_of(sheet, DETAIL, "工号", "核定金额", "本月可扣", "本月实扣", "结转下月") == [
        ["F1", 90.0, 300.0, 90.0, 0.0],
        ["S1", 60.0, 30.0, 30.0, 30.0],
        ["W1", 150.0, 600.0, 150.0, 0.0],
        ["", 300.0, "", 270.0, 30.0],
    ]


def test_digits_alone_never_mean_several_shares_but_in_the_history(site):
    f1, s1, w1 = site.to_served()
    finding = f1.partition("/")[0]
    before = site.states()
    told = site.decide("--finding", finding, "--appeal", "--reason", "不服", by="陈班", status=2)
    assert f"编号 {finding}：此项由 3 人分担，须写明哪一人的" in told
    assert f"写成 {f1}、{s1}、{w1} 之一" in told.replace("\n", "").replace("  ", "")
    assert "没有这样的发现" in site.decide(
        "--finding", f"{finding}/X9", "--appeal", "--reason", "不服", status=2
    )
    assert site.states() == before
    site.decide("--finding", f"{finding[:6]}/w1", "--appeal", "--reason", "不服", by="张三")
    assert site.states() == {**before, "W1": ("appealed", 15_000)}
    all_three = site.run("ledger", "history", finding, "--ledger", site.ledger).stdout.splitlines()
    one = site.run("ledger", "history", w1, "--ledger", site.ledger).stdout.splitlines()
    assert len(all_three) == 13 and len(one) == 5
    assert all(f"{w1} W1 张三" in line for line in one)


@pytest.mark.parametrize("who", ["张三", "陈班", "F1", "s1"])
def test_nobody_who_shares_decides_on_the_share_of_another(site, who):
    _, _, w1 = (row["发现编号"] for row in site.review())
    told = site.decide(
        "--finding",
        w1,
        "--confirm",
        "--amount",
        "150",
        "--reason",
        "属实",
        by=who,
        status=0 if who == "陈班" else 2,
    )
    assert ("不能决定自己的事" in told) == (who != "陈班")


def test_a_correction_of_who_shares_takes_his_share_away_and_asks_anew_about_the_others(site):
    site.to_served()
    path = site.logs / "巡查记录.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("W1,F1,S1", "W1,W1,S1"), encoding="utf-8")
    rows = {row["工号"]: (row["建议金额"], row["现状"]) for row in site.review()}
    assert rows == {
        "W1": ("240.00", "已送达 150.00 元；数据已变"),
        "S1": ("60.00", "已送达 60.00 元；数据已变"),
        "F1": ("90.00", "已送达 90.00 元；数据已消失"),
    }
    out = site.folder / "扣款.xlsx"
    told = site.book("fines", "--month", "2026-11", "--by", "王芳", "--on", "2026-11-12", "--to", out).output
    assert told.count("复核之后数据变了，须重新复核") == 3


def test_the_evidence_of_a_share_is_that_of_the_finding_with_what_was_decided_on_every_share(site):
    _, _, w1 = site.to_served()
    pack = site.folder / "e.zip"
    site.book("evidence", site.logs, *ASKED, "--finding", w1, "--to", pack)
    with zipfile.ZipFile(pack) as opened:
        (one,) = json.loads(opened.read(EVIDENCE))["findings"]
        page = opened.read(PAGE).decode()
    entries = Ledger(site.ledger).entries()
    assert one["decisions"] == [each.seq for each in entries if each.step.finding]
    assert [share["liable"] for share in one["penalty"]["shares"]] == ["W1", "F1", "S1"]
    assert all(f"{w1[:12]}/{who}" in page for who in ("W1", "F1", "S1"))
    told = site.run("verify", pack, "--logs", site.logs, "--ledger", site.ledger).stdout
    assert told.rstrip().endswith("相符")


def test_the_manifest_of_a_closed_month_names_every_share_and_those_still_open(site):
    f1, s1, w1 = site.to_served()
    site.decide("--finding", s1, "--appeal", "--reason", "不服", by="吴总")
    site.decide("--finding", s1, "--revoke", "--reason", "不在场", by="陈总")
    told = site.book(
        "close", "2026-10", "--by", "王芳", "--on", "2026-11-12", "--to", site.folder / "m.json"
    ).output
    found = json.loads((site.folder / "m.json").read_text(encoding="utf-8"))
    said = {
        one["finding"].partition("/")[2]: (one["person"], one["state"], one["fen"])
        for one in found["decisions"]
    }
    assert said == {
        "W1": ("W1", "served", 15_000),
        "F1": ("F1", "served", 9_000),
        "S1": ("S1", "revoked", 0),
    }
    assert sorted(one.partition("/")[2] for one in found["open"]) == ["F1", "W1"]
    assert f"{f1} 已送达 F1 陈班" in told and f"{w1} 已送达 W1 张三" in told
    assert "链条完好" in site.run("ledger", "verify", "--ledger", site.ledger).stdout


# Ledgers of before


def test_a_shared_fine_of_an_older_ledger_is_read_verified_and_replaced_by_its_shares(site):
    site.review()
    new = [one.step for one in Ledger(site.ledger).entries()]
    proposed = next(one for one in new if one.kind == "propose")
    fingerprint = proposed.finding.partition("/")[0]
    shares = [{"liable": "W1", "fen": 15_000}, {"liable": "F1", "fen": 9_000}, {"liable": "S1", "fen": 6_000}]
    whole = {name: value for name, value in proposed.data["proposal"].items() if name != "among"}
    fine = {"min": 30_000, "max": 30_000, "proposed": 30_000}
    whole |= {"person": None, "name": None, "liable": None, "fine": fine, "shares": shares}
    old = Step("propose", proposed.on, "checker", fingerprint, data={**proposed.data, "proposal": whole})
    site.ledger.unlink()
    Ledger(site.ledger).append(lambda known: [new[0], old])
    site.decide("--finding", fingerprint, "--confirm", "--amount", "300", "--reason", "属实")
    told = site.decide("--finding", fingerprint, "--approve", by="王主管", status=2)
    assert "请重新运行 checker review，各人的份额分别决定" in told.replace("\n", "").replace("  ", "")
    site.review()
    assert "链条完好" in site.run("ledger", "verify", "--ledger", site.ledger).stdout
    cases = fold(Ledger(site.ledger).entries()).cases.values()
    assert {one.finding.partition("/")[2]: (one.state, one.gone) for one in cases} == {
        "": ("reviewed", True),
        "W1": ("proposed", False),
        "F1": ("proposed", False),
        "S1": ("proposed", False),
    }


def test_a_fine_of_one_share_kept_without_its_person_gets_him_and_keeps_its_decision():
    one = finding("ab" * 16, [("W1", Fine(500, 500, 500))])
    (_, made) = steps(report(one), fold(()), DAY, Names("worker_id"))
    stale = {**made.data["proposal"], "person": None, "shares": [{"liable": "W1", "fen": 500}]}
    old = Step(made.kind, made.on, made.by, made.finding, data={**made.data, "proposal": stale})
    before = entries_of(old, Step("confirm", DAY, "李敏", made.finding, "属实", {"fen": 500}))
    again = list(steps(report(one), fold(before), DAY, Names("worker_id")))
    case = fold(entries_of(*(each.step for each in before), *again)).cases[made.finding]
    assert (case.state, case.fen, case.data_changed, case.proposal["person"]) == (
        "reviewed",
        500,
        False,
        "W1",
    )


def test_the_hash_of_what_a_finding_rests_on_is_as_it_was_before_shares_were_decided_one_by_one():
    """A hash that moved would ask anew about every decision in every ledger there is."""
    shared = finding("ab" * 16, [("W1", Fine(500, 500, 500)), ("F1", Fine(300, 300, 300))])
    plain = finding("cd" * 16, [("W1", Fine(100, 500, 100))], plain=True)
    assert [evidence_of(one)[:16] for one in (shared, plain)] == SHARED_HASHES


# Whatever the shares


DAY = date(2026, 11, 6)
PEOPLE_IDS = ("W1", "W2", "F1", "S1", "甲/乙")
SHARED_HASHES = ["6764c3ee14235b8a", "55c2e72aea220383"]


def finding(fingerprint: str, shares: list[tuple[str, Fine]], plain: bool = False) -> Finding:
    fine = Fine(*(sum(getattr(one, name) for _, one in shares) for name in ("min", "max", "proposed")))
    liable = shares[0][0] if len(shares) == 1 else None
    penalty = Penalty(fine, liable=liable, shares=() if plain else tuple(Share(*one) for one in shares))
    return Finding(
        fingerprint, "belt", "一", "duty", "fail", "major", {"worker_id": "W1"}, None, "2026-10-02",
        {"log": "patrol", "key": fingerprint}, {}, penalty, Text("未系安全带"), Text("安全带"),
    )  # fmt: skip


def report(*found: Finding) -> Report:
    run = RunInfo("site", "1", "0" * 64, Period(date(2026, 10, 1), date(2026, 10, 31)), "", "duckdb", (), ())
    return Report(run, {}, found, (), ())


def entries_of(*made: Step) -> tuple[Entry, ...]:
    found: list[Entry] = []
    for seq, one in enumerate(made, 1):
        found.append(chained(seq, one, found[-1].hash if found else FIRST))
    return tuple(found)


@st.composite
def shared(draw) -> Finding:
    """A fine of any amount, divided by any weights among one to five people."""
    people = draw(st.lists(st.sampled_from(PEOPLE_IDS), min_size=1, max_size=5, unique=True))
    weights = draw(st.lists(st.integers(1, 97), min_size=len(people), max_size=len(people)))
    low = draw(st.integers(0, 100_000))
    high = low + draw(st.integers(0, 50_000))
    parts = [split(one, weights) for one in (low, high, low)]
    fines = [Fine(*one) for one in zip(*parts, strict=True)]
    number = draw(st.integers(0, 16**8 - 1))
    return finding(
        f"{number:032x}", list(zip(people, fines, strict=True)), draw(st.booleans()) and len(people) == 1
    )


def decided(found: Iterable[Finding], cuts: list[int]) -> tuple[tuple[Entry, ...], dict[str, int]]:
    """Take every part to finance, some cut on appeal; give the entries, and what each part ended as."""
    entries = entries_of(*steps(report(*found), fold(()), DAY, Names("worker_id")))
    ended: dict[str, int] = {}
    for at, (number, case) in enumerate(fold(entries).cases.items()):
        ended[number] = fen = case.proposal["fine"]["proposed"]
        wanted = [
            Step("confirm", DAY, "李敏", number, "属实", {"fen": fen}),
            Step("approve", DAY, "王主管", number),
            Step("serve", DAY, "李敏", number, data={"way": "signed"}),
        ]
        cut = cuts[at % len(cuts)] if cuts else 0
        if 0 < cut <= fen:
            ended[number] = fen - cut
            wanted.append(Step("appeal", DAY, "本人", number, "不服"))
            wanted.append(Step("adjust", DAY, "陈总", number, "部分属实", {"fen": fen - cut}))
        assert taken(entries, wanted, Procedure()) == [None] * len(wanted)
        entries = entries_of(*(one.step for one in entries), *wanted)
    choice = choose(
        fold(entries), "2026-11", "王芳", date(2026, 11, 20), Procedure(), Guards(review_above=99)
    )
    assert [one.why.zh for one in choice.held] == []
    return entries_of(*(one.step for one in entries), *choice.steps), ended


@settings(max_examples=40, deadline=None, derandomize=True)
@given(
    st.lists(shared(), min_size=1, max_size=4, unique_by=lambda one: one.fingerprint),
    st.lists(st.integers(0, 3_000), max_size=4),
)
def test_ledger_sheet_and_parts_come_to_the_same_fen_and_a_cut_share_moves_no_other(
    tmp_path_factory, found, cuts
):
    entries, ended = decided(found, cuts)
    book = fold(entries)
    assert broken(entries) is None
    for one in found:
        own = [case for case in book.cases.values() if case.finding.partition("/")[0] == one.fingerprint]
        for name in ("min", "max", "proposed"):
            assert sum(case.proposal["fine"][name] for case in own) == getattr(one.penalty.fine, name)
        assert len(own) == max(len(one.penalty.shares), 1)
    assert {name: case.fen for name, case in book.cases.items()} == ended
    listed = lines(book, entries, "2026-11", None, Guards())
    control = totals(entries, "2026-11")
    people = {book.cases[name].proposal["person"] for name, fen in ended.items() if fen}
    assert control == Totals(sum(fen > 0 for fen in ended.values()), len(people), sum(ended.values()))
    path = tmp_path_factory.mktemp("sheet") / "扣款.xlsx"
    path.write_bytes(render(listed, entries, Frame("", "2026-11", control, "", "", False, ())))
    *detail, total = rows_of(path, DETAIL, "核定金额")
    *summed, whole = rows_of(path, PEOPLE, "本月核定")
    in_fen = [[round(row[0] * 100) for row in rows] for rows in (detail, [total], summed, [whole])]
    assert [sum(one) for one in in_fen] == [control.fen] * 4
    assert sorted(in_fen[0]) == sorted(fen for fen in ended.values() if fen)
