"""A small pack, compiled rules and hits made by hand, so that findings are tested without logs and engines."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from checker.findings import Built, Waiver, build
from checker.language.compile import Compiled, CompiledRule
from checker.language.pack import (
    Clause,
    Effective,
    Field,
    Log,
    Overlap,
    Pack,
    Parameter,
    People,
    PolicyDocument,
    Rule,
)
from checker.model import Hit, Input, Period, RunInfo, Text
from checker.plan.nodes import Calendar, Lit, Plan, Records, RulePlan

OCTOBER = Period(date(2026, 10, 1), date(2026, 10, 31))
AS_OF = datetime(2026, 11, 6)
APPROVED = PolicyDocument(
    Text("制度"), approved_by="总经理", approved_on=date(2025, 12, 22), published_on=date(2025, 12, 26)
)
INPUTS = (
    Input("phone.csv", None, "phone_status", 3, "aa"),
    Input("book.xlsx", "10月", "service_record", 9, "bb"),
)
RUN = RunInfo("after-sales", "2026.1", "cc", OCTOBER, "2026-11-06", "duckdb", INPUTS)


def rule(rule_id: str = "phone-off", **changes: Any) -> Rule:
    """A duty of clause 二.6 with a fine of 50 yuan, unless told otherwise."""
    base: dict[str, Any] = {
        "id": rule_id,
        "title": Text("关机", "phone off"),
        "clause": "二.6",
        "kind": "duty",
        "status": "active",
        "severity": "minor",
        "effective": Effective(date(2026, 1, 1)),
        "check_kind": "each",
        "check": {"log": "phone_status"},
        "message": Text("{employee_name} 关机 {minutes_off} 分钟", "{employee_name} off {minutes_off} min"),
        "penalty": {"fine": {"fixed": 50}, "by": "财务部"},
    }
    return Rule(**{**base, **changes})


def parameter(name: str, value: Any, **more: Any) -> Parameter:
    return Parameter(name, ((date(2026, 1, 1), value),), **more)


def pack(*rules: Rule, **changes: Any) -> Pack:
    fields = {name: Field(name, "text", name) for name in ("record_id", "employee_id", "phone")}
    fields["phone"] = Field("phone", "text", "电话", mask=True)
    log = Log("phone_status", Text("手机关机登记"), fields, key=("record_id",), person="employee_id")
    base: dict[str, Any] = {
        "id": "after-sales",
        "title": Text("制度"),
        "version": "2026.1",
        "time_zone": "Asia/Shanghai",
        "currency": "CNY",
        "policy": APPROVED,
        "logs": {"phone_status": log},
        "clauses": {ref: Clause(ref, "automated") for ref in ("二.4.d", "二.6", "二.5.d", "二.7")},
        "rules": rules,
        "people": People("staff_roster", "employee_id", "employee_name", "region"),
        "overlaps": {"blank": Overlap("blank", "one_fine_per_defect", ("first", "second"))},
    }
    return Pack(**{**base, **changes})


def compiled(
    *rules: Rule, uses: tuple[str, ...] = (), formula: Any = None, columns: Any = None, of: Any = None
) -> Compiled:
    plan = RulePlan(
        "x",
        Records("phone_status"),
        (),
        Lit(True, "bool"),
        Lit(True, "bool"),
        Lit(None, "bool"),
        Lit("", "text"),
        (),
    )
    made = columns or {"minutes_off": ("duration", "minutes")}
    kinds = {"record": "phone_status", "person": None}
    compiled_rules = {
        one.id: CompiledRule(one, plan, made, formula, uses, "record", kinds["record"], ("phone_status",))
        if one.check_kind == "each"
        else CompiledRule(one, plan, made, formula, uses, "person", None, ("phone_status",))
        for one in rules
    }
    return Compiled(of or pack(*rules), OCTOBER, AS_OF, Plan((), (), (), Calendar()), compiled_rules)


def hit(
    rule_id: str = "phone-off",
    outcome: Any = "fail",
    day: date = date(2026, 10, 13),
    who: str = "FW0012",
    **more: Any,
) -> Hit:
    """A hit about one person; `more` replaces or adds kept values (`value__x` stands for `value.x`)."""
    values: dict[str, Any] = {
        "subject.employee_id": who,
        "subject.employee_name": "张伟",
        "subject.region": "豫北片区",
        "period": None,
        "at": day,
        "record": f"P{day:%m%d}",
        "judged": True,
        "version_date": day,
        "value.minutes_off": 57 * 60_000_000,
    }
    evidence = more.pop("evidence", (("phone_status", 0, 2),))
    values.update((name.replace("__", "."), value) for name, value in more.items())
    return Hit(rule_id, outcome, values, evidence)


def run(rules: Rule | tuple[Rule, ...], *hits: Hit, waivers: tuple[Waiver, ...] = (), **more: Any) -> Built:
    some = rules if isinstance(rules, tuple) else (rules,)
    return build(compiled(*some, **more), hits, None, RUN, waivers)


def fines(built: Built) -> list[tuple[str, int, int, int] | None]:
    """Give at and the fine of each finding, in fen, in report order."""
    return [
        (one.at or "", one.penalty.fine.min, one.penalty.fine.max, one.penalty.fine.proposed)
        if one.penalty and one.penalty.fine
        else None
        for one in built.findings
    ]


def holds(built: Built) -> list[tuple[str, ...]]:
    return [one.penalty.holds if one.penalty else () for one in built.findings]


def money(text: str) -> Decimal:
    return Decimal(text)


Shown = Mapping[str, Any]
