"""Reports of more than plain fines: shares line by line, units and rewards apart, sums apart."""

from __future__ import annotations

import csv
import io
import json
from functools import cache
from pathlib import Path

from checker import pipeline
from checker.model import Report
from checker.reports.concise import render as as_concise
from checker.reports.csv import render as as_csv
from checker.reports.json import render as as_json
from checker.reports.options import Options
from checker.reports.pretty import render as as_pretty

PACKS = Path(__file__).parent / "packs"


@cache
def report(name: str) -> Report:
    return pipeline.check(
        [PACKS / name / "samples"], rules=PACKS / name, period="2026-10", as_of="2026-11-06"
    )


def rows(name: str, rule: str) -> list[dict[str, str]]:
    text = as_csv(report(name), Options(lang="en")).decode("utf-8-sig")
    return [one for one in csv.DictReader(io.StringIO(text)) if one["rule"] == rule]


def test_a_shared_fine_has_a_row_for_each_person_with_the_whole_beside_it():
    told = [
        (one["record"], one["liable"], one["proposed fine (yuan)"], one["whole fine before shares (yuan)"])
        for one in rows("site-safety", "tool-damaged")
    ]
    assert told == [
        ("B01", "W1", "66.67", "200.00"),
        ("B01", "W2", "66.67", "200.00"),
        ("B01", "F1", "66.66", "200.00"),
        ("B02", "W1", "83.33", "166.67"),
        ("B02", "F1", "83.34", "166.67"),
    ]


def test_a_column_of_fines_adds_up_to_the_sum_of_fines():
    text = as_csv(report("site-safety"), Options(lang="en")).decode("utf-8-sig")
    fines = [one["proposed fine (yuan)"] for one in csv.DictReader(io.StringIO(text))]
    fen = sum(round(float(one) * 100) for one in fines if one)
    sums = json.loads(as_json(report("site-safety"), Options()))["sums"]
    assert (fen, sums["fines"]["proposed"]) == (141667, "1416.67")


def test_a_reward_is_in_a_column_of_its_own_and_never_among_the_fines():
    [one] = rows("site-safety", "area-without-violation")
    told = (
        one["outcome"],
        one["proposed fine (yuan)"],
        one["proposed reward (yuan)"],
        one["reward to"],
        one["liable"],
    )
    assert told == ("pass", "", "500.00", "S1", "")


def test_json_lists_rewards_and_sums_apart_and_leaves_passes_out_of_the_findings():
    said = json.loads(as_json(report("dairy-farm"), Options()))
    assert {one["outcome"] for one in said["findings"]} == {"fail", "undetermined"}
    assert [
        (one["rule"], one["reward"]["credit"]["proposed"], one["reward"]["units"]) for one in said["rewards"]
    ] == [
        ("month-of-few-cells", "200.00", {"honour": {"min": "2", "max": "2", "proposed": "2"}}),
        ("month-without-bacteria", "300.00", {}),
    ]
    assert {name: one["proposed"] for name, one in said["sums"]["units"].items()} == {
        "points": "10", "bonus_days": "12.0", "lesson_hours": "8",
    }  # fmt: skip
    assert (said["sums"]["fines"]["proposed"], said["sums"]["rewards"]["proposed"]) == ("455.00", "500.00")


def test_json_of_a_penalty_keeps_its_keys_and_adds_units_and_shares_where_there_are_any():
    said = json.loads(as_json(report("site-safety"), Options()))
    by_rule = {one["rule"]: one["penalty"] for one in said["findings"] if one["penalty"]}
    plain = ["fine", "measures", "liable", "by", "holds", "released"]
    assert list(by_rule["fire-watch-missing"]) == plain
    assert list(by_rule["tool-damaged"]) == [*plain, "shares"]
    assert list(by_rule["off-site-quarter"]) == plain
    assert by_rule["belt-missing-off-site"]["units"]["off_site_days"] == {
        "min": "1",
        "max": "1",
        "proposed": "1",
    }


def test_the_terminal_sums_fines_units_and_rewards_on_lines_of_their_own():
    lines = as_pretty(report("dairy-farm"), Options()).split("\n")
    at = next(i for i, line in enumerate(lines) if line.startswith("建议扣款"))
    assert lines[at : at + 6] == [
        "建议扣款  ￥455.00（5 条）",
        "建议另计  记分 10",
        "建议另计  停奖天数 12.0",
        "建议另计  学习学时 8",
        "建议奖励  ￥500.00（2 条，未与扣款相抵）",
        "建议奖励  荣誉分 +2",
    ]


def test_a_line_of_a_reward_cannot_be_taken_for_a_fine():
    lines = [
        line
        for line in as_concise(report("truck-fleet"), Options(lang="en")).split("\n")
        if "reward[" in line
    ]
    assert lines == [
        "-: reward[month-without-accident] 六 D1 王强 一队 2026-10 +￥200.00 王强: no accident in 2026-10",
        "-: reward[month-without-accident] 六 D3 赵敏 一队 2026-10 +￥200.00 赵敏: no accident in 2026-10",
    ]
