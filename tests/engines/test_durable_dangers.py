"""None of the ways in which durable_rules is known to be wrong can reach a user of the second opinion."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from checker.diagnostics import UsageError
from checker.engines.base import Unsupported
from checker.engines.durable import engine as durable
from checker.engines.durable.engine import DurableEngine
from checker.engines.durable.fields import Codes, number
from checker.engines.durable.network import Network
from checker.engines.durable.rulesets import Shape
from checker.engines.reference import ReferenceEngine
from checker.plan import build as b
from checker.plan.nodes import Call, Expr
from tests.engines.one_rule import World, fails, rule_of, run, words

pytest.importorskip("durable_rules_engine", reason="the extra [durable] is not installed")
KNOWN = {"$and", "$or", "$ex", "$neq", "$lt", "$lte", "$gt", "$gte", "$m", "all"}
BEAT: dict[str, Any] = {"beat": {"all": [{"m": {"beat": 1}}]}}


@pytest.fixture(scope="module")
def network() -> Iterator[Network]:
    with Network() as one:
        yield one


@pytest.fixture
def loaded(monkeypatch, network) -> list[list[dict[str, Any]]]:
    """Give the rulesets that are loaded, as they come."""
    seen: list[list[dict[str, Any]]] = []
    load = network.load
    monkeypatch.setattr(network, "load", lambda rule, found: (seen.append(found), load(rule, found)))
    return seen


def both(network: Network, world: World, violation: Expr, **more: Any) -> list[str]:
    """Give the words of every row, which the reference says too."""
    rule = rule_of(fails(violation), **more)
    found = run(DurableEngine(network), world, rule)
    expected = run(ReferenceEngine(), world, rule)
    assert (words(found), found.counts) == (words(expected), expected.counts)
    return words(found)


def names(thing: Any) -> set[str]:
    if isinstance(thing, dict):
        return {*thing, *(name for value in thing.values() for name in names(value))}
    return {name for value in thing for name in names(value)} if isinstance(thing, list) else set()


def test_a_tiny_decimal_is_sent_as_a_whole_number_never_as_1e_05(network):
    world = World(
        {"x": "decimal"}, [(Decimal("0.00001"),), (Decimal("0.00002"),), (None,)], {"x": "DECIMAL(18,5)"}
    )
    assert number(Decimal("1e-05"), "decimal", 5, Codes()) == 1
    assert both(network, world, b.compare("gt", world.col("x"), b.lit(Decimal("0.00001")))) == [
        "pass",
        "fail",
        "undetermined",
    ]


@pytest.mark.parametrize(
    "value",
    [Decimal("Infinity"), Decimal("NaN"), Decimal("0.5"), float("inf"), 1e16, 2.0, True + 2**62, -(2**62)],
)
def test_what_is_infinite_broken_a_float_or_beyond_62_bits_is_refused(value):
    with pytest.raises(Unsupported):
        number(value, "int", 0, Codes())


def test_a_number_that_the_network_would_saturate_ends_the_run_with_a_message(network):
    world = World({"x": "int"}, [(1,), (2**63 - 1,)])
    with pytest.raises(
        UsageError, match=r"cannot judge the rule r: out of its safe range: 9223372036854775807"
    ):
        both(network, world, b.compare("gt", world.col("x"), b.lit(5)))


def test_a_constant_beyond_62_bits_ends_the_run_with_a_message(network):
    world = World({"x": "int"}, [(1,)])
    with pytest.raises(UsageError, match="4611686018427387904"):
        both(network, world, b.compare("gt", world.col("x"), b.lit(2**62)))


@pytest.mark.slow
def test_of_200_000_different_facts_none_is_lost_to_a_hash_collision(network):
    network.load(
        "r",
        [
            {
                **BEAT,
                "a0": {"all": [{"m": {"$gt": {"a0": 99_999}}}]},
                "b0": {"all": [{"m": {"$lte": {"a0": 99_999}}}]},
            }
        ],
    )
    facts = [f',"a0":{i}' for i in range(200_000)]
    assert list(network.decide(facts, "ab")) == ["b"] * 100_000 + ["a"] * 100_000


def test_no_two_ids_or_field_names_that_are_ever_used_share_a_hash():
    def fnv(text: str) -> int:
        value = 0x811C9DC5
        for byte in text.encode():
            value = ((value ^ byte) * 16777619) & 0xFFFFFFFF
        return value

    for used in (
        [f"{i:06d}" for i in range(501)],
        ["id", "sid", "k", "beat", "$forward", *KNOWN, *(f"{z}{i}" for z in "az" for i in range(200))],
    ):
        assert len({fnv(name) for name in used}) == len(used)


def test_the_text_5_is_not_the_number_5(network):
    world = World(
        {"x": "text", "n": "int"},
        [("5", 5), ("05", 5), ("5.0", 6), ("", 5), ("五", 5), ("foo", 95), (None, 5)],
    )
    assert both(network, world, b.compare("eq", world.col("x"), b.lit("5"))) == [
        "fail",
        *["pass"] * 5,
        "undetermined",
    ]
    assert both(network, world, b.compare("eq", world.col("n"), b.lit(5))) == [
        "fail",
        "fail",
        "pass",
        "fail",
        "fail",
        "pass",
        "fail",
    ]


def test_texts_are_numbers_to_the_network_however_long_chinese_or_quoted(network, loaded):
    texts = ["甲" * 70_000, "甲" * 69_999, '"},{"a":1', "\\", "true", "nil", "甲\n乙"]
    world = World({"x": "text", "y": "text"}, [(x, texts[0]) for x in texts])
    assert both(network, world, b.compare("ne", world.col("x"), world.col("y"))) == ["pass", *["fail"] * 6]
    assert both(network, world, Call("in", (world.col("x"), b.lit("nil"), b.lit("true")), "bool")) == [
        *["pass"] * 4,
        "fail",
        "fail",
        "pass",
    ]
    assert "甲" not in str(loaded)


def test_null_is_never_unequal_to_anything(network):
    world = World({"x": "int", "y": "int"}, [(None, 5), (5, None), (None, None), (5, 5), (4, 5)])
    assert both(network, world, b.compare("ne", world.col("x"), b.lit(5))) == [
        "undetermined",
        "pass",
        "undetermined",
        "pass",
        "fail",
    ]
    assert both(network, world, b.compare("ne", world.col("x"), world.col("y"))) == [
        *["undetermined"] * 3,
        "pass",
        "fail",
    ]


def test_a_division_by_zero_is_measured_before_and_the_network_never_calculates(network, loaded):
    world = World({"x": "int", "y": "int"}, [(1, 0), (0, 0), (6, 2), (7, 2)])
    ratio = Call("div", (world.col("x"), world.col("y")), "decimal")
    assert both(network, world, b.compare("gt", ratio, b.lit(3))) == [
        "undetermined",
        "undetermined",
        "pass",
        "fail",
    ]
    used = {name for name in names(loaded) if not name[-1].isdigit()}
    assert used <= {*KNOWN, "m", "beat", "k"}


def wide(world: World) -> Expr:
    pairs = [
        b.and_([b.compare("gt", world.col(f"x{i}"), b.lit(0)), b.compare("lt", world.col(f"y{i}"), b.lit(9))])
        for i in range(5)
    ]
    return b.and_(
        [b.or_([pair, b.compare("eq", world.col(f"x{i}"), b.lit(-1))]) for i, pair in enumerate(pairs)]
    )


def test_a_rule_that_takes_more_than_60_rules_is_split_and_still_right(network, loaded):
    columns: dict[str, Any] = {f"{z}{i}": "int" for i in range(5) for z in "xy"}
    cells = [1, 9, None, -1, 0, 3, 8]
    rows = [
        tuple(cells[(i * k * k + i // (k + 1)) % 7 if i % 3 else 0] for k in range(10)) for i in range(300)
    ]
    world = World(columns, rows)
    found = both(network, world, wide(world))
    assert set(found) == {"pass", "fail", "undetermined"}
    assert len(loaded[0]) > 1
    assert max(map(len, loaded[0])) <= 60


def test_a_rule_without_conditions_sends_no_empty_fact(network):
    world = World({"x": "int"}, [(1,), (None,)])
    assert words(run(DurableEngine(network), world, rule_of(b.lit("fail")))) == ["fail", "fail"]
    assert words(run(DurableEngine(network), World({"x": "int"}, []), rule_of(b.lit("fail")))) == []
    network.load("r", [{**BEAT, "a0": {"all": [{"m": {"k": 1}}]}}])
    assert list(network.decide([""], "a")) == ["a"]
    assert list(network.decide([], "a")) == []


@pytest.mark.parametrize(
    "fact", ["{}", ',"a0":1.5', ',"a0":1e5', ',"a0":"x"', ',"sid":1', ',"a0":null', ',"a0":1}', ',"a0":1\n']
)
def test_a_fact_that_is_no_list_of_whole_numbers_is_never_sent(fact):
    with Network() as one:
        one.load("r", [{**BEAT, "a0": {"all": [{"m": {"k": 1}}]}}])
        with pytest.raises(UsageError, match="a value is malformed"):
            list(one.decide([fact], "a"))


def test_two_true_alternatives_decide_once(network):
    world = World({"x": "int", "y": "int"}, [(1, 1), (1, 0), (0, 1), (0, 0), (None, 1), (None, 0)])
    either = b.or_([b.compare("eq", world.col(name), b.lit(1)) for name in "xy"])
    assert both(network, world, either) == ["fail", "fail", "fail", "pass", "fail", "undetermined"]


def test_a_list_of_600_options_is_measured_before_and_hangs_nothing(network, loaded):
    world = World({"x": "int"}, [(599,), (600,), (None,)])
    assert both(network, world, Call("in", (world.col("x"), *map(b.lit, range(600))), "bool")) == [
        "fail",
        "pass",
        "undetermined",
    ]
    assert len(json.dumps(loaded)) < 2_000


def test_many_conditions_side_by_side_are_right_or_refused(network):
    columns: dict[str, Any] = {f"x{i}": "int" for i in range(18)}
    world = World(
        columns,
        [
            tuple(1 for _ in range(18)),
            tuple(None if i % 4 == 1 else 1 for i in range(18)),
            tuple(None if i == 17 else i for i in range(18)),
        ],
    )
    whole = b.and_([b.compare("gt", world.col(name), b.lit(0)) for name in columns])
    assert both(network, world, whole) == ["fail", "undetermined", "pass"]
    many: dict[str, Any] = {f"x{i}": "int" for i in range(40)}
    world = World(many, [tuple(1 for _ in range(40))])
    with pytest.raises(UsageError, match="cannot judge the rule r"):
        both(network, world, b.and_([b.compare("gt", world.col(name), b.lit(0)) for name in many]))


def test_sixty_levels_of_nesting_crash_nothing(network):
    world = World({"x": "int", "y": "int"}, [(3, 1), (1, 1), (None, 1), (3, None)])
    deep: Expr = b.compare("gt", world.col("x"), b.lit(2))
    for level in range(60):
        deep = b.if_(b.compare("eq", world.col("y"), b.lit(level + 100)), b.FALSE, deep)
    assert both(network, world, deep) == ["fail", "pass", "undetermined", "undetermined"]


def test_a_network_that_would_be_too_deep_or_too_wide_is_refused_before_it_is_loaded():
    deep: dict[str, Any] = {"a0": 1}
    for level in range(120):
        deep = {"$or": [{"a1": level}, {"$and": [{"a2": level}, deep]}]}
    for test in (deep, {"$or": [{"a0": value} for value in range(500)]}):
        with pytest.raises(Unsupported):
            Shape().add(test)
    meeting = Shape()
    with pytest.raises(Unsupported, match="meet"):
        for value in range(200):
            meeting.add({"$or": [{"a0": 1}, {"a1": value}]})


@pytest.mark.parametrize("op", ["eq", "ne", "lt", "le", "gt", "ge"])
@pytest.mark.parametrize(
    ("kind", "values"),
    [
        ("int", [-3, 0, 1, 2**61]),
        ("duration", [-1, 0, 86_400_000_000]),
        ("decimal", [Decimal("-0.01"), Decimal("0"), Decimal("0.1"), Decimal("59.99")]),
        (
            "date",
            [date(1900, 1, 1), date(1969, 12, 31), date(1970, 1, 1), date(2026, 10, 1), date(9999, 12, 31)],
        ),
        (
            "datetime",
            [
                datetime(1969, 12, 31, 23, 59, 59, 999_999),
                datetime(1970, 1, 1),
                datetime(2026, 10, 1, 12, 0, 0, 1),
            ],
        ),
        ("bool", [True, False]),
        ("text", ["", "5", "甲", "a"]),
    ],
)
def test_every_comparison_of_every_type_is_that_of_the_reference(network, op, kind, values):
    if kind == "bool" and op not in ("eq", "ne"):
        return
    cells = [*values, None]
    world = World({"x": kind, "y": kind}, [(x, y) for x in cells for y in cells])
    both(network, world, b.bool_(op, world.col("x"), world.col("y")))
    for value in values:
        constant = b.lit(value) if kind != "duration" else b.Lit(value, "duration")
        both(network, world, b.bool_(op, world.col("x"), constant))
        both(network, world, b.bool_(op, constant, world.col("y")))


def test_scope_and_judged_are_decided_too(network):
    world = World(
        {"x": "int", "s": "bool", "j": "bool"},
        [(x, s, j) for x in (1, 9, None) for s in (True, False, None) for j in (True, False, None)],
    )
    found = both(
        network,
        world,
        b.compare("gt", world.col("x"), b.lit(5)),
        scope=world.col("s"),
        judged=b.not_(b.is_false(world.col("j"))),
    )
    assert len(found) == 18


def test_the_same_facts_are_decided_once(monkeypatch, network):
    sent = []
    send = network.send
    monkeypatch.setattr(network, "send", lambda facts: (sent.extend(facts), send(facts)))
    monkeypatch.setattr(durable, "BATCH", 7)
    world = World({"x": "int"}, [(i % 5,) for i in range(50)])
    assert (
        both(network, world, b.compare("gt", world.col("x"), b.lit(3)))
        == ["pass", "pass", "pass", "pass", "fail"] * 10
    )
    assert len(sent) == 5
    monkeypatch.setattr(durable, "REMEMBERED", 3)
    assert both(network, world, b.compare("gt", world.col("x"), b.lit(3)))[:5] == [
        "pass",
        "pass",
        "pass",
        "pass",
        "fail",
    ]
    assert len(sent) > 10
