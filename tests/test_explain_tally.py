"""`checker explain` of what adds up: the whole text, and what an unknown id is answered with."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner

from checker.cli import main

PACK = Path(__file__).parent / "packs" / "truck-fleet"
TOLD = """\
demerit-points  十二个月累计记分
    性质：累计
    程度：major
条款
    五  记分
对谁
    每个责任人
累计什么
    以下规则每次违反所给的记分：
      speeding  超速: 按 over_kmh 分档记分：不超过 10: 1，不超过 20: 3，以上: 6
      accident-at-fault  有责事故: 按 fault 记分：全责 6，主责 4，同责 3，次责 1，无责 0
多久以内
    截至当天的 12 months
达到多少就怎样
    达到 $training-at: training，每次培训学时 8
    达到 $suspension-at: suspension，每次扣款 300 元，每次停班天数 3，此后从零算起
何时起
    执行：安全部
    可豁免：driver_id, date，批准 安全部
说明
    {driver_name} 自 {since} 起 {events} 次累计 {total} 分，达到 {threshold} 分
参数
    $training-at
      2025-07-01 起  6
    $suspension-at
      2025-07-01 起  12
"""


def explain(*words: str) -> tuple[int, str]:
    done = CliRunner().invoke(main, ["explain", "--rules", str(PACK), "--lang", "zh", *words])
    return done.exit_code, done.output


def test_a_tally_is_told_as_a_rule_is():
    assert explain("demerit-points") == (0, TOLD)
    assert explain("demerit-points", "--period", "2026-10") == (0, TOLD)


def test_an_unknown_id_is_answered_with_rules_tallies_and_codes_nearly_called_so():
    said = "error[unknown-rule]: 没有规则、累计或诊断代码“{}”\n  建议：是否想写：{}\n"
    assert explain("demerit-point") == (2, said.format("demerit-point", "demerit-points"))
    assert explain("speedin") == (2, said.format("speedin", "speeding"))
    assert explain("bad-peroid")[1].startswith(said.format("bad-peroid", "bad-period").rstrip())


def test_a_trace_of_a_tally_is_refused_and_names_the_rules_to_trace():
    logs = ("--logs", str(PACK / "samples"), "--period", "2026-10", "--as-of", "2026-11-06")
    assert explain("demerit-points", *logs) == (
        2,
        "error[tally-has-no-trace]: “demerit-points”是累计，没有自己的逐条核对\n"
        "  建议：请追查给出分数的规则：speeding, accident-at-fault\n",
    )
