"""A small report made by hand that has everything the findings page can show, and texts that would like to be markup."""

from __future__ import annotations

from datetime import date
from typing import Any

from checker.model import (
    Evidence,
    Figures,
    Finding,
    Fine,
    Input,
    Penalty,
    Period,
    Problem,
    Report,
    Reward,
    RunInfo,
    Share,
    Text,
    UnitAmount,
)

IMAGE = "<img src=x onerror=window.hit=1>"
SCRIPT = "</script><script>window.hit=2</script><!-- "
FORMULA = "=HYPERLINK(1)"
POINTS = UnitAmount("points", Text("记分", "points"), 0, Fine(1, 3, 2))
DAYS = UnitAmount("days", Text("停奖天数", "days without bonus"), 1, Fine(15, 15, 15))


def finding(number: int, rule: str, outcome: Any = "fail", **changes: Any) -> Finding:
    base: dict[str, Any] = {
        "fingerprint": f"{number:032x}",
        "rule": rule,
        "clause": f"二.{number}",
        "kind": "duty",
        "outcome": outcome,
        "severity": "minor",
        "subject": {"employee_id": f"E{number}", "employee_name": "张伟", "region": "鲁西片区"},
        "period": None,
        "at": f"2026-10-{number:02}",
        "record": {"log": "phone", "key": f"K{number}"},
        "values": {"minutes": number},
        "penalty": None,
        "message": Text(f"第 {number} 条", f"number {number}"),
        "title": {
            "phone-off": Text("手机关机", "Phone off"),
            "tool-broken": Text("工具损坏", "Tool broken"),
            "goal": Text("满意度未达标", "Satisfaction too low"),
            "merit": Text("全月无违规", "No violation"),
        }[rule],
        "evidence": (Evidence("关机.xlsx", "10月", number + 1, "phone", f"K{number}"),),
    }
    return Finding(**{**base, **changes})


FINDINGS = (
    finding(3, "phone-off", "undetermined", severity="major"),
    finding(
        1,
        "phone-off",
        penalty=Penalty(Fine(1000, 5000, 1000), ("training",), "E1", "财务部", ("decision",)),
        subject={"employee_id": "E1", "employee_name": IMAGE, "region": "鲁西片区"},
        message=Text(f"{SCRIPT}关机", f"{SCRIPT}off"),
        values={"minutes": IMAGE, "__proto__": SCRIPT, "late": True},
        marks=(Text("休息日", "day of rest"), Text("待复核", "to be reviewed")),
    ),
    finding(
        2,
        "tool-broken",
        penalty=Penalty(
            Fine(20001, 20001, 20001),
            by="财务部",
            units=(POINTS, DAYS),
            shares=(Share("E2", Fine(10001, 10001, 10001)), Share("E9", Fine(10000, 10000, 10000))),
        ),
        subject={"region": "豫北片区"},
        at="2026-09-30",
    ),
    finding(4, "goal", kind="goal", subject={}, at=None, period="2026-Q3", record=None, evidence=()),
    finding(
        5,
        "merit",
        "pass",
        kind="merit",
        reward=Reward(Fine(50000, 50000, 50000), to="E5", by="财务部", units=(POINTS,)),
    ),
    finding(
        6,
        "phone-off",
        penalty=Penalty(Fine(5000, 5000, 5000), (), "E6", "财务部"),
        waiver={"reason": FORMULA, "approver": "李总"},
    ),
    finding(7, "phone-off", "pass"),
)
REPORT = Report(
    RunInfo(
        f"pack {IMAGE}",
        "2026.1",
        "cc",
        Period(date(2026, 7, 1), date(2026, 10, 31)),
        "2026-11-06",
        "duckdb",
        (Input(f"{IMAGE}.csv", None, "phone", 3, "aa"), Input("关机.xlsx", "10月", "phone", 9, "bb")),
        (Text(f"说明{IMAGE}", f"note {IMAGE}"),),
    ),
    {"fail": 4, "pending": 0, "undetermined": 1, "no_data": 0, "pass": 2, "not_checked": 0, "not_applicable": 8},
    FINDINGS,
    (Problem("error", "bad-cell", f"{IMAGE}.csv", Text(SCRIPT, SCRIPT), None, 3, "分钟", IMAGE, clauses=("二.1",)),),
    (
        Figures("mean", "二.9", Text("平均", "Mean"), ("region", "period", "outcome", "actual"), (("鲁西片区", "2026-10", None, 0.5), ("豫北片区", "2026-10", "no_data", None)), False),
        Figures("own", "二.9", Text("个人", "Own"), ("employee_id", "period", "outcome", "actual"), (("E1", "2026-10", None, 2),), True),
    ),
    people=25,
)  # fmt: skip
