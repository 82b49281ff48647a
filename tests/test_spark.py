"""Spark gives the same findings as the reference and the default engine; one session serves the whole module."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, Phase, given, settings

from checker import facts
from checker.calendar import changing, parse_period
from checker.cli import main
from checker.database import connect
from checker.engines.base import Result
from checker.engines.reference import ReferenceEngine
from checker.engines.spark import engine
from checker.engines.spark import session as door
from checker.engines.spark.engine import SparkEngine
from checker.engines.spark.expressions import _SHAPED, FUNCTIONS, Writer
from checker.engines.spark.hits import READ, said
from checker.engines.spark.store import calendar_sql
from checker.language.compile import compile_pack
from checker.language.pack import Pack
from checker.language.schedule import RunSpec
from checker.plan import build as b
from checker.plan.evaluate import World, evaluate
from checker.plan.nodes import Calendar, Call, Expr, Lit, Plan, Type
from tests.properties.rules import rules
from tests.properties.test_engines_agree import seen
from tests.properties.worlds import fill, pack_with, world_of

pytestmark = [pytest.mark.spark, pytest.mark.slow]
ROOT = Path(__file__).parents[1]
WORLDS, RULES = 20, 10


@pytest.fixture(scope="module")
def spark() -> Any:
    fault = door.missing()
    if fault is not None and not os.environ.get("CHECKER_REQUIRE_SPARK"):
        pytest.skip(f"{fault}; set CHECKER_REQUIRE_SPARK to make this a failure")
    session = door.Session("local[2]", little=True)
    yield session
    session.close()


def drawn(number: int) -> list[dict[str, Any]]:
    """Give random rules, the same at every run."""
    found: list[dict[str, Any]] = []

    @settings(
        max_examples=number,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
        deadline=None,
    )
    @given(rules())
    def draw(rule: dict[str, Any]) -> None:
        found.append(rule)

    draw()
    return found


@pytest.fixture(scope="module")
def many_rules() -> list[dict[str, Any]]:
    found = drawn(WORLDS * RULES)
    Random(7).shuffle(found)
    return [{**rule, "id": f"r{i}"} for i, rule in enumerate(found)]


def judged(pack: Pack, seed: int, every: bool) -> tuple[Plan, Result, Result]:
    """Give the plan of a pack over a random world, and what the reference and Spark say."""
    with connect(threads=1) as db:
        tables = fill(db, pack, world_of(seed))
        spec = RunSpec(
            parse_period("2026-10"),
            datetime(2026, 11, 3),
            facts.work_calendar(pack, tables),
            facts.leave_spans(pack, tables),
        )
        plan = compile_pack(pack, spec).plan
        return (
            plan,
            ReferenceEngine().run(plan, tables, every),
            SparkEngine("local[2]").run(plan, tables, every),
        )


def assert_same(pack: Pack, seed: int, every: bool) -> None:
    plan, expected, actual = judged(pack, seed, every)
    for rule in plan.rules:
        assert [h for h in seen(actual) if h[0] == rule.rule] == [
            h for h in seen(expected) if h[0] == rule.rule
        ], rule
    assert actual.counts == expected.counts
    assert len(actual.hits) == len(expected.hits)


@pytest.mark.parametrize("world", range(WORLDS))
def test_spark_equals_the_reference_on_random_rules_and_logs(spark, many_rules, world):
    assert_same(pack_with(many_rules[world * RULES : (world + 1) * RULES]), world, every=world % 2 == 0)


@pytest.mark.skipif(
    not os.environ.get("CHECKER_ARCHIVE_PLANS"), reason="minutes a case: set CHECKER_ARCHIVE_PLANS"
)
@pytest.mark.parametrize(("world", "every"), [(20, True), (21, False), (23, False)])
def test_plans_for_an_archive_say_the_same_as_plans_for_little_data(
    spark, many_rules, monkeypatch, world, every
):
    """Compiled, exchanged, broadcast, and only suspects judged in full: everything that little data is spared."""
    monkeypatch.setattr(engine, "LITTLE", 0)
    first = (world - 20) * RULES
    assert_same(pack_with(many_rules[first : first + RULES]), world, every)


def test_spark_equals_the_reference_where_the_clock_changes(spark, many_rules):
    pack = replace(pack_with(many_rules[RULES : 2 * RULES]), time_zone="Europe/Berlin")
    assert_same(pack, 22, every=True)


def test_the_sample_month_gives_the_golden_report(spark):
    rules_folder = str(ROOT / "rules" / "after-sales")
    asked = ["--rules", rules_folder, "--period", "2026-10", "--as-of", "2026-11-06", "--format", "json"]
    done = CliRunner().invoke(
        main,
        ["check", str(ROOT / "samples" / "2026-10"), *asked, "--engine", "spark", "--master", "local[2]"],
        catch_exceptions=False,
    )
    assert (done.exit_code, done.stderr) == (0, "")
    golden = json.loads((ROOT / "tests" / "golden" / "sample-2026-10.json").read_bytes())
    actual = json.loads(done.stdout_bytes)
    assert actual["run"].pop("engine") == "spark" and golden["run"].pop("engine") == "duckdb"
    assert json.dumps(actual) == json.dumps(golden)


def call(fn: str, kind: Type, *args: Any) -> Call:
    return Call(fn, tuple(a if isinstance(a, Lit | Call) else b.lit(a) for a in args), kind)


MOMENTS = [
    datetime(2026, 3, 29, 1, 59, 59, 999_999),
    datetime(2026, 3, 29, 2, 30),
    datetime(2026, 10, 25, 2, 30),
    datetime(1969, 12, 31, 23, 59, 59, 1),
    datetime(2024, 2, 29),
]
DAYS = [
    date(2024, 2, 29),
    date(2024, 8, 31),
    date(2026, 1, 30),
    date(2027, 1, 1),
    date(2026, 12, 31),
    date(2024, 12, 30),
    date(2026, 10, 12),
    date(2026, 10, 18),
]
MONEY = [Decimal(x) for x in ("0", "0.01", "-0.01", "59.99", "95.00", "-7", "100000000000.005", "3")]


def questions() -> list[Expr]:
    """Give expressions over constants whose meaning engines like to differ in."""
    found: list[Expr] = [call("div", "decimal", x, y) for x in (*MONEY, 1, -2) for y in (*MONEY, 3, -6)]
    found += [
        call("add_months", "date", d, n, keep)
        for d in DAYS
        for n in (-18, -1, 0, 1, 6, 18)
        for keep in (True, False)
    ]
    found += [
        call("add_months", "datetime", m, n, keep)
        for m in MOMENTS
        for n in (-1, 1, 12)
        for keep in (True, False)
    ]
    for day in DAYS:
        found += [
            call(f, "date", day)
            for f in ("week_start", "month_start", "quarter_start", "year_start", "month_end")
        ]
        found += [call(f, "text", day) for f in ("week_label", "month_label", "quarter_label", "text")]
        found += [call(f, "int", day) for f in ("weekday", "year", "month")]
        found += [
            call("days_between", "int", day, DAYS[0]),
            call("is_workday", "bool", day),
            call("start_of_day", "datetime", day),
        ]
        found += [call("add_workdays", "date", day, n) for n in (-3, 0, 1, 40)] + [
            call("add_days", "date", day, -400)
        ]
        found += [call("at_time", "datetime", day, n) for n in (0, 86_399_999_999, 90_000_000_000)]
    for moment in MOMENTS:
        found += [
            call("date_of", "date", moment),
            call("time_of", "duration", moment),
            call("text", "text", moment),
            call("add_days", "datetime", moment, 30),
            call("add_workdays", "datetime", moment, 2),
        ]
        found += [
            call("elapsed", "duration", MOMENTS[0], moment),
            call("add_elapsed", "datetime", moment, 3_600_000_001),
        ]
    found += [call("ceil_div", "int", a, c) for a in (-7, -6, 0, 1, 6, 7) for c in (1, 3)] + [
        call("ceil_div", "int", 1, 0)
    ]
    found += [
        call(f, "decimal", x, y) for f in ("add", "sub", "mul") for x in MONEY for y in (Decimal("1.50"), 3)
    ] + [call(f, "bool", x, 3) for f in ("ne", "lt", "le", "gt", "ge") for x in MONEY]
    found += [
        call("round_int", "int", x)
        for x in (Decimal("2.5"), Decimal("-2.5"), Decimal("0.49"), Decimal("-0.5"))
    ]
    found += [call(f, "decimal", Decimal("1.50"), 2, Decimal("-3")) for f in ("greatest", "least")] + [
        call("greatest", "int", 1, Lit(None, "int"))
    ]
    found += [call("text", "text", x) for x in (Decimal("1.50"), -3, "it's a \\ `q` ${x} \"", "一\n")] + [
        call("text", "text", call("mul", "decimal", Decimal("1.50"), Decimal("2.0")))
    ]
    found += [call("has", "bool", ("a", "b"), x) for x in ("a", "c", Lit(None, "text"))] + [
        call("has", "bool", Lit(None, "list"), "a"),
        call("has", "bool", (), "a"),
    ]
    found += [
        call("join", "text", ("甲", "乙")),
        call("join", "text", ()),
        call("concat", "text", "a", Lit(None, "text")),
        call("trim_list", "text", "、甲、、"),
    ]
    found += [
        call("length", "int", "片区😀"),
        call("upper", "text", "ab-é1"),
        call("contains", "bool", "a%b_", "%b"),
        call("starts_with", "bool", "南北", "南"),
    ]
    found += [
        call("matches", "bool", text, pattern)
        for pattern in (r"[A-Z]{2}-?\d+", "[南北]", "a.b", "(?:a|b)+c?", r"\w\\", "x*$")
        for text in ("AB-12", "AB12\n", "南", "a\nb", "a\rb", "abac", "a\\", "xx", "")
    ]
    three = [Lit(True, "bool"), Lit(False, "bool"), Lit(None, "bool")]
    found += [call(f, "bool", x, y) for f in ("and", "or", "eq") for x in three for y in three] + [
        call(f, "bool", x) for f in ("not", "is_true", "is_false", "is_null") for x in three
    ]
    found += [call("if", "int", x, 1, 2) for x in three] + [
        call("coalesce", "text", Lit(None, "text"), "x"),
        call("in", "bool", 3, 1, 3),
        call("in", "bool", Lit(None, "int"), 1),
    ]
    return found


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "Europe/Berlin"])
def test_every_function_means_what_the_reference_means(spark, zone):
    working = Calendar("2023-12-30", tuple(i % 7 not in (0, 1) for i in range(1200)))
    asked, world, writer = questions(), World(working, zone), Writer(zone=changing(zone))
    assert {e.fn for e in asked} == {*FUNCTIONS, *_SHAPED}
    for statement in calendar_sql(working):
        spark.spark.sql(statement)
    parts = [said(f"({writer.sql(e)})", e.type) for e in asked]
    (row,) = spark.spark.sql(f"SELECT array({', '.join(parts)}) AS found").collect()
    answers = [
        None if text is None else READ[e.type](text) for e, text in zip(asked, row["found"], strict=True)
    ]
    assert list(zip(asked, answers, strict=True)) == [(e, evaluate(e, {}, {}, world)) for e in asked]
