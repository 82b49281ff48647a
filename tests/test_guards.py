"""How much of a wage may be kept, of what first, what is carried on, and what is not handed to finance yet."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checker.diagnostics import CheckerError
from checker.guards.amounts import Wage, allot, allowed
from checker.guards.hold import choose
from checker.guards.months import lines, months_between, outcomes, totals
from checker.guards.notice import mode, notice, points
from checker.language import load_pack
from checker.language.pack import Deciding, Guards
from checker.language.schema import builtin_pack
from checker.ledger.cases import fold
from checker.ledger.entries import FIRST, Entry, Step, chained
from checker.ledger.steps import Procedure, taken
from checker.papers import wages

MINIMUM = 220_000
POLICY = Guards()


def wage(gross: int, minimum: int | None = MINIMUM, other: int = 0) -> Wage:
    return Wage(gross, minimum, gross, other)


def entries_of(*steps: Step) -> tuple[Entry, ...]:
    made: list[Entry] = []
    for seq, one in enumerate(steps, 1):
        made.append(chained(seq, one, made[-1].hash if made else FIRST))
    return tuple(made)


def propose(
    finding: str,
    person: str = "FW0012",
    fen: int = 5000,
    at: str = "2026-10-13",
    month: str = "2026-10",
    rule: str = "phone-off",
    holds: tuple[str, ...] = (),
    name: str = "张伟",
    region: str = "豫北片区",
) -> Step:
    proposal = {
        "person": person,
        "name": name,
        "region": region,
        "rule": rule,
        "title": {"phone-off": "关机未汇报", "weekly-summary": "周汇总未交"}.get(rule, rule),
        "clause": {"phone-off": "二.6", "weekly-summary": "二.7"}.get(rule, "二.4.d"),
        "subject": {"employee_id": person, "employee_name": name, "region": region},
        "liable": person,
        "fine": {"min": 0, "max": 1_000_000, "proposed": fen},
        "holds": list(holds),
        "at": at,
        "period": None,
        "record": {"log": "phone", "key": finding},
        "message": f"{name} {at} {rule}",
        "evidence": [],
    }
    return Step(
        "propose",
        date(2026, 11, 3),
        "checker",
        finding,
        data={"month": month, "evidence": "e", "proposal": proposal},
    )


def to_served(finding: str, fen: int = 5000, served: date = date(2026, 11, 6), **more) -> list[Step]:
    return [
        propose(finding, fen=fen, **more),
        Step("confirm", served, "李敏", finding, "属实", {"fen": fen}),
        Step("approve", served, "王主管", finding),
        Step("serve", served, "李敏", finding, data={"way": "signed", "notice": f"ZJ-{finding}"}),
    ]


def released(finding: str, fen: int = 5000, into: str = "2026-11", **more) -> list[Step]:
    step = Step("release", date(2026, 11, 12), "王芳", finding, data={"month": into})
    return [*to_served(finding, fen, **more), step]


def run_month(
    entries: tuple[Entry, ...], month: str, wages: dict[str, Wage], guards: Guards = POLICY
) -> tuple[list, tuple[Entry, ...]]:
    """Give the lines of a month and the entries with its outcome noted."""
    found = lines(fold(entries), entries, month, wages, guards)
    steps = list(outcomes(found, month, "王芳", date(2026, 11, 12)))
    assert taken(entries, steps, Procedure()) == [None] * len(steps)
    return found, entries_of(*(one.step for one in entries), *steps)


def told(found: list) -> list[tuple]:
    return [
        (one.kind, one.case.finding, one.due, one.carried_in, one.deducted, one.carried_on) for one in found
    ]


# What may be kept


@pytest.mark.parametrize(
    ("gross", "dues", "most", "kept", "carried"),
    [
        (300_000, [70_000], 60_000, [60_000], 10_000),
        (250_000, [48_000], 30_000, [30_000], 18_000),
        (215_000, [48_000, 2_000], 0, [0, 0], 50_000),
        (300_000, [18_000, 5_000], 60_000, [18_000, 5_000], 0),
    ],
)
def test_the_worked_numbers_of_the_policy_come_out(gross, dues, most, kept, carried):
    assert allowed(wage(gross), Guards()) == most
    assert allot(dues, most) == kept
    assert sum(dues) - sum(kept) == carried


def test_parts_of_a_fen_are_never_kept():
    assert allowed(wage(300_001, 0), Guards(cap_percent=33)) == 99_000
    assert allowed(wage(300_004, 0), Guards()) == 60_000


def test_other_deductions_count_against_the_cap_and_the_floor():
    assert allowed(wage(300_000, other=50_000), Guards()) == 10_000
    assert allowed(wage(250_000, other=20_000), Guards()) == 10_000
    assert allowed(wage(250_000, other=90_000), Guards()) == 0


@pytest.mark.parametrize(
    "one", [None, Wage(None, MINIMUM, 300_000), wage(300_000, None), Wage(300_000, MINIMUM)]
)
def test_without_wage_or_minimum_nothing_is_known_and_so_nothing_is_kept(one):
    assert allowed(one, Guards()) is None


def test_where_the_company_leaves_the_floor_out_only_the_cap_bounds():
    assert allowed(wage(215_000, None), Guards(min_wage="off")) == 43_000


@given(st.integers(0, 2_000_000), st.integers(0, 500_000), st.integers(0, 500_000), st.integers(0, 100))
def test_cap_and_minimum_wage_always_hold(gross, minimum, other, percent):
    most = allowed(wage(gross, minimum, other), Guards(cap_percent=percent))
    assert most is not None and most >= 0
    if most:
        assert (most + other) * 100 <= gross * percent
        assert gross - other - most >= minimum


@given(st.lists(st.integers(0, 100_000), max_size=12), st.integers(-100, 300_000))
def test_what_is_kept_is_within_bounds_and_the_oldest_comes_first(dues, most):
    kept = allot(dues, most)
    assert sum(kept) == min(sum(dues), max(most, 0))
    assert all(0 <= part <= due for part, due in zip(kept, dues, strict=True))
    short = [at for at, (part, due) in enumerate(zip(kept, dues, strict=True)) if part < due]
    assert all(not part for part in kept[short[0] + 1 :]) if short else kept == dues


# Months, one after another


def test_the_rest_is_carried_and_goes_first_the_month_after():
    entries = entries_of(
        *released("a", 48_000), *released("b", 5_000, "2026-12", at="2026-11-02", month="2026-11")
    )
    found, entries = run_month(entries, "2026-11", {"FW0012": wage(250_000)})
    assert told(found) == [("new", "a", 48_000, 0, 30_000, 18_000)]
    found, entries = run_month(entries, "2026-12", {"FW0012": wage(300_000)})
    assert told(found) == [("carried", "a", 18_000, 18_000, 18_000, 0), ("new", "b", 5_000, 0, 5_000, 0)]
    assert fold(entries).cases["a"].deducted == {"2026-11": 30_000, "2026-12": 18_000}


def test_the_same_month_again_notes_nothing_and_says_the_same():
    found, entries = run_month(entries_of(*released("a", 48_000)), "2026-11", {"FW0012": wage(250_000)})
    again, same = run_month(entries, "2026-11", {"FW0012": wage(250_000)})
    assert same == entries
    assert told(again) == told(found)


def test_a_corrected_wage_replaces_the_outcome_of_its_month_until_a_later_one_is_noted():
    _, entries = run_month(entries_of(*released("a", 48_000)), "2026-11", {"FW0012": wage(250_000)})
    _, entries = run_month(entries, "2026-11", {"FW0012": wage(260_000)})
    assert fold(entries).cases["a"].deducted == {"2026-11": 40_000}
    _, entries = run_month(entries, "2026-12", {"FW0012": wage(300_000)})
    late = Step("deduct", date(2026, 12, 20), "王芳", "a", data={"month": "2026-11", "fen": 0})
    [why] = taken(entries, [late], Procedure())
    assert why is not None and why.zh == "以后月份的实扣已经登记"


def test_a_person_without_wage_data_has_nothing_deducted_and_all_carried():
    found, entries = run_month(entries_of(*released("a", 5_000)), "2026-11", {"FW0099": wage(300_000)})
    assert told(found) == [("new", "a", 5_000, 0, 0, 5_000)]
    assert found[0].note == "无工资或最低工资数据，本月不扣"
    found, _ = run_month(entries, "2026-12", {"FW0012": wage(300_000)})
    assert told(found) == [("carried", "a", 5_000, 5_000, 5_000, 0)]


def test_what_an_earlier_month_did_not_note_is_not_deducted_as_it_may_have_been_paid():
    found, entries = run_month(entries_of(*released("a", 5_000)), "2026-12", {"FW0012": wage(300_000)})
    assert told(found) == [("carried", "a", None, None, None, None)]
    assert found[0].note == "2026-11 移交，实扣未登记，本月不扣"
    assert fold(entries).cases["a"].deducted == {}


def test_after_the_last_month_of_carrying_the_rest_lapses():
    entries, kept = entries_of(*released("a", 48_000)), []
    for month in ("2026-11", "2026-12", "2027-01", "2027-02", "2027-03"):
        found, entries = run_month(entries, month, {"FW0012": wage(225_000)})
        kept += [(month, one.deducted, one.lapsed, one.carried_on) for one in found]
    assert kept == [
        ("2026-11", 5_000, 0, 43_000),
        ("2026-12", 5_000, 0, 38_000),
        ("2027-01", 5_000, 0, 33_000),
        ("2027-02", 5_000, 28_000, 0),
    ]


def test_without_carrying_the_rest_lapses_at_once():
    [one], _ = run_month(
        entries_of(*released("a", 48_000)), "2026-11", {"FW0012": wage(250_000)}, Guards(carry=False)
    )
    assert (one.deducted, one.lapsed, one.carried_on) == (30_000, 18_000, 0)


def test_a_credit_lowers_what_is_due_and_gives_back_what_was_deducted():
    credit = Step("credit", date(2026, 12, 3), "陈总", "a", "误罚", {"month": "2026-12", "fen": 5_000})
    _, entries = run_month(entries_of(*released("a", 5_000)), "2026-11", {"FW0012": wage(300_000)})
    entries = entries_of(*(one.step for one in entries), credit)
    found, entries = run_month(entries, "2026-12", {"FW0012": wage(215_000)})
    assert told(found) == [("carried", "a", -5_000, 0, -5_000, 0), ("credit", "a", None, None, None, None)]
    assert found[1].amount == -5_000
    assert run_month(entries, "2027-01", {"FW0012": wage(300_000)})[0] == []


def test_a_credit_of_later_does_not_change_an_earlier_month():
    _, entries = run_month(entries_of(*released("a", 48_000)), "2026-11", {"FW0012": wage(250_000)})
    before = told(lines(fold(entries), entries, "2026-11", {"FW0012": wage(250_000)}, Guards()))
    credit = Step("credit", date(2026, 12, 3), "陈总", "a", "误罚", {"month": "2026-12", "fen": 18_000})
    entries = entries_of(*(one.step for one in entries), credit)
    assert told(lines(fold(entries), entries, "2026-11", {"FW0012": wage(250_000)}, Guards())) == before


@given(
    st.lists(st.tuples(st.integers(1, 30_000), st.integers(0, 3)), min_size=1, max_size=5),
    st.lists(st.none() | st.integers(200_000, 400_000), min_size=8, max_size=8),
    st.lists(st.tuples(st.integers(0, 4), st.integers(0, 7), st.integers(1, 30_000)), max_size=4),
)
def test_over_any_months_nobody_pays_more_than_the_fine_less_its_credits(fines, grosses, given):
    months = [f"2026-{at:02d}" for at in range(5, 13)]
    made = [step for at, (fen, when) in enumerate(fines) for step in released(f"f{at}", fen, months[when])]
    entries, guards = entries_of(*made), Guards()
    for at, month in enumerate(months):
        for which, when, fen in given:
            step = Step(
                "credit", date(2026, 12, 3), "陈总", f"f{which}", "误罚", {"month": month, "fen": fen}
            )
            known = which < len(fines) and months[fines[which][1]] <= month
            if when == at and known and taken(entries, [step], Procedure()) == [None]:
                entries = entries_of(*(one.step for one in entries), step)
        gross = grosses[at]
        before = fold(entries).cases
        found, entries = run_month(entries, month, {} if gross is None else {"FW0012": wage(gross)}, guards)
        owed = [one for one in found if one.due is not None]
        assert sum(one.due for one in owed) == sum(
            one.deducted + (one.lapsed or 0) + one.carried_on for one in owed
        )
        kept = sum(max(one.deducted, 0) for one in owed)
        assert kept <= (allowed(wage(gross), guards) if gross is not None else 0)
        for case in fold(entries).cases.values():
            paid = sum(case.deducted.values())
            assert 0 <= paid <= case.fen - case.credited or case.finding not in {
                one.case.finding for one in owed
            }
            assert paid <= case.fen
        assert set(before) == set(fold(entries).cases)


def test_months_are_counted_over_the_turn_of_the_year():
    assert [months_between("2026-11", one) for one in ("2026-11", "2027-02", "2026-10")] == [0, 3, -1]


def test_no_wage_stands_in_the_ledger():
    _, entries = run_month(entries_of(*released("a", 48_000)), "2026-11", {"FW0012": wage(251_234)})
    assert dict(entries[-1].step.data) == {"month": "2026-11", "fen": 31_234, "lapsed": 0}


# What is handed to finance


def held(*steps: Step, on=date(2026, 11, 12), guards: Guards = POLICY, named=()) -> tuple[list[str], list]:
    found = choose(fold(entries_of(*steps)), "2026-11", "王芳", on, Procedure(), guards, named)
    return [one.finding for one in found.steps], [(one.case.finding, one.why.zh) for one in found.held]


def test_only_what_is_served_and_past_the_time_to_appeal_is_released():
    steps = to_served("a")
    assert held(*steps[:3]) == ([], [("a", "通知还没有送达")])
    assert held(*steps, on=date(2026, 11, 11)) == ([], [("a", "申诉期到 2026-11-11 才满")])
    assert held(*steps) == (["a"], [])
    assert held(*steps[:2]) == ([], [])


def test_an_appeal_freezes_the_fine_until_a_third_person_has_decided():
    appeal = Step("appeal", date(2026, 11, 9), "张伟", "a", "当时在山里")
    assert held(*to_served("a"), appeal)[0] == []
    uphold = Step("uphold", date(2026, 11, 10), "陈总", "a", "维持")
    assert held(*to_served("a"), appeal, uphold) == (["a"], [])


def test_the_fine_of_a_dispatched_worker_is_never_approved_and_so_never_released():
    steps = to_served("a", holds=("no-deduction",))
    [why] = taken(entries_of(*steps[:2]), [steps[2]], Procedure())
    assert why is not None and why.zh == "规则暂缓此项：no-deduction"
    assert held(*steps)[0] == []


def test_one_act_of_one_person_is_fined_once():
    twin = to_served("b")
    twin[0].data["proposal"]["record"]["key"] = "a"
    assert held(*to_served("a"), *twin) == (["a"], [("b", "与 a 是同一人的同一件事，已移交")])
    assert held(*released("a"), *twin)[0] == []
    other = to_served("b", person="FW0031")
    other[0].data["proposal"]["record"]["key"] = "a"
    assert held(*to_served("a"), *other) == (["a", "b"], [])


def test_one_rule_takes_no_more_of_a_person_than_its_most_in_a_month():
    steps = [one for at in range(3) for one in to_served(f"f{at}", 2_000, at=f"2026-10-1{at}")]
    found, why = held(*steps, guards=Guards(max_per_rule_month=4_000))
    assert found == ["f0", "f1"]
    assert why == [("f2", "同一规则 2026-10 合计将达 60.00 元，超过上限 40.00 元")]
    later = [one for at in range(3) for one in to_served(f"f{at}", 2_000, month=f"2026-0{at + 1}")]
    assert held(*later, guards=Guards(max_per_rule_month=2_000))[1] == []


def test_who_has_many_findings_is_looked_at_before_any_is_released():
    steps = [one for at in range(6) for one in to_served(f"f{at}", at=f"2026-10-1{at}")]
    found, why = held(*steps)
    assert found == []
    assert why[0] == ("f0", "此人 2026-10 有 6 笔，多于 5 笔：看过后用 --finding 点名移交")
    assert held(*steps, named={"f3"})[0] == ["f3"]
    assert len(held(*steps, guards=Guards(review_above=6))[0]) == 6


def test_control_totals_come_from_the_ledger_alone():
    credit = Step("credit", date(2026, 11, 12), "陈总", "b", "误罚", {"month": "2026-11", "fen": 500})
    adjusted = [
        *to_served("c", person="FW0031"),
        Step("appeal", date(2026, 11, 9), "张伟", "c", "x"),
        Step("adjust", date(2026, 11, 10), "陈总", "c", "减", {"fen": 1_000}),
        Step("release", date(2026, 11, 12), "王芳", "c", data={"month": "2026-11"}),
    ]
    entries = entries_of(*released("a"), *released("b", 2_000, "2026-10"), *adjusted, *to_served("d"), credit)
    found = totals(entries, "2026-11")
    assert (found.count, found.people, found.fen) == (3, 2, 5_000 + 1_000 - 500)


# What the pack and the region say


@pytest.mark.parametrize(
    ("region", "chosen", "expected"),
    [
        ("", None, "propose"),
        ("河南", None, "propose"),
        ("广东", None, "off"),
        ("广州", None, "off"),
        ("广东深圳", None, None),
        ("深圳", "propose", "propose"),
        ("广东", "score", "score"),
    ],
)
def test_the_region_decides_on_amounts_only_where_the_pack_does_not(region, chosen, expected):
    assert mode(Guards(region=region, money_mode=chosen)) == expected


def test_the_notice_names_its_sources_and_judges_nothing():
    said = {one: notice(Guards(region=one)) for one in ("", "河南", "广东", "深圳")}
    assert said[""].zh.startswith("【用工地区未填写】") and "第十六条" in said[""].zh
    assert said["河南"].zh == ""
    assert "劳动保障监察条例》第五十一条" in said["广东"].zh and "工资支付条例》第十五条" in said["广东"].zh
    assert (
        "第三十四条" in said["深圳"].zh
        and "百分之三十" in said["深圳"].zh
        and "第五十一条" in said["深圳"].zh
    )
    for one in said.values():
        assert not any(word in one.zh for word in ("违法", "合法", "非法"))
        assert not any(word in one.en.lower() for word in ("lawful", "illegal", "legal "))


def test_points_stand_for_amounts_by_the_table_of_the_pack():
    table = Guards(points=((2_000, 1), (5_000, 3)))
    assert [points(fen, table) for fen in (1, 2_000, 2_001, 5_000, 5_001)] == [1, 1, 3, 3, None]


def pack_with(tmp_path, text: str):
    import shutil

    folder = tmp_path / "pack"
    shutil.copytree(builtin_pack(), folder)
    with (folder / "pack.yaml").open("a", encoding="utf-8") as out:
        out.write(text)
    return folder


def test_a_pack_that_says_nothing_has_the_bounds_of_the_policy(tmp_path):
    pack = load_pack(builtin_pack())
    assert (pack.guards, pack.procedure) == (Guards(), Deciding(3, True, True))


def test_a_pack_may_say_its_own_bounds_and_procedure_amounts_in_yuan(tmp_path):
    from checker.cli.decisions import procedure

    pack = load_pack(
        pack_with(
            tmp_path,
            """
guards:
  region: 河南
  money_mode: score
  cap_percent: 15
  max_per_rule_month: 100.5
  points: [{up_to: 20, points: 1}, {up_to: 50.00, points: 3}]
procedure: {appeal_days: 5, second_person: false}
""",
        )
    )
    assert pack.guards == Guards(
        "河南", "score", 15, max_per_rule_month=10_050, points=((2_000, 1), (5_000, 3))
    )
    assert pack.procedure == Deciding(5, True, False)
    how = procedure(pack)
    assert (how.appeal_days, how.notice_required, how.second_person) == (5, True, False)


def test_a_bound_that_is_none_is_refused_with_its_place(tmp_path):
    with pytest.raises(CheckerError) as caught:
        load_pack(pack_with(tmp_path, "\nguards: {cap_percent: 120, money_mode: fine}\n"))
    assert [one.code for one in caught.value.diagnostics] == ["out-of-range", "unknown-value"]


# Wages


HEAD = "工号,姓名,应发工资,月最低工资"


def wages_of(tmp_path, text: str, encoding: str = "utf-8", guards: Guards = POLICY):
    path = tmp_path / "工资.csv"
    path.write_bytes(text.encode(encoding))
    return wages.read(path, "2026-11", guards)


def test_wages_are_read_by_staff_number_in_any_encoding_of_excel(tmp_path):
    text = f'某公司工资表\n{HEAD}\nfw0012,张伟,"3,000.00",2200\nFW0031,张伟,2500.5,2200\n0012,赵,,2200\n合计,,,\n'
    for encoding in ("utf-8-sig", "gb18030"):
        found = wages_of(tmp_path, text, encoding)
        assert found["FW0012"] == Wage(300_000, 220_000, 300_000, 0)
        assert found["FW0031"] == Wage(250_050, 220_000, 250_050, 0)
        assert found["0012"] == Wage(None, 220_000, None, 0)


def test_only_the_rows_of_the_month_count(tmp_path):
    text = f"工资月份,{HEAD}\n2026年10月,A,a,1,1\n2026-11,A,a,3000,2200\n2026-12-01,A,a,1,1\n"
    assert wages_of(tmp_path, text) == {"A": Wage(300_000, 220_000, 300_000, 0)}
    with pytest.raises(CheckerError) as caught:
        wages_of(tmp_path, f"工资月份,{HEAD}\n2026-10,A,a,3000,2200\n")
    assert caught.value.diagnostics[0].message.zh == "没有 2026-11 的工资"


def test_the_amount_compared_with_the_minimum_wage_may_be_another_and_a_blank_one_is_not_known(tmp_path):
    text = f"{HEAD},用于比较最低工资的金额,已有其他扣款\nA,a,3000,2200,2600,100\nB,b,3000,2200,,\n"
    found = wages_of(tmp_path, text)
    assert [allowed(found[one], Guards()) for one in "AB"] == [30_000, None]


def test_what_cannot_be_used_is_told_by_row_and_column_and_never_with_a_wage(tmp_path):
    with pytest.raises(CheckerError) as caught:
        wages_of(tmp_path, f"{HEAD}\nA,a,三千,2200\nA,a,3210,2200\nB,b,-3210,2200\n")
    said = [one.message.zh for one in caught.value.diagnostics]
    assert said == ["第 2 行 应发工资：不是金额", "第 3 行 工号：工号重复", "第 4 行 应发工资：不是金额"]
    assert "3210" not in repr(caught.value.diagnostics)


def test_heads_that_are_missing_are_named(tmp_path):
    with pytest.raises(CheckerError) as caught:
        wages_of(tmp_path, "工号,应发工资\nA,3000\n")
    assert caught.value.diagnostics[0].message.zh == "没有这些表头：月最低工资"
    assert wages_of(tmp_path, "工号,应发工资\nA,3000\n", guards=Guards(min_wage="off"))["A"].base == 300_000
