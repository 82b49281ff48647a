"""Time: every engine equals the reference and a model that counts minutes; what is certain stays so; periods tile.

Worlds are a few days of machines, their stops, services, shifts and readings, and a plan with what was done.
"""

from __future__ import annotations

import os
import random
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from checker import facts
from checker.calendar import Cycle, parse_period, periods
from checker.database import Database, connect
from checker.engines.base import Engine, Result
from checker.engines.duckdb import DuckDBEngine
from checker.engines.reference import ReferenceEngine
from checker.engines.rows import RowsEngine
from checker.language.compile import compile_pack
from checker.language.pack import Pack
from checker.language.periods import NOWHERE, bucket
from checker.language.schedule import RunSpec
from checker.logs.inline import read_texts
from checker.model import Hit
from checker.pipeline import with_empty_logs
from checker.plan import build as b
from checker.plan.evaluate import evaluate
from tests.conformance.cases import _base, _pack

CASES = int(os.environ.get("CHECKER_CASES", "2000")) // 4
ENGINES: dict[str, Engine] = {
    "rows": RowsEngine(),
    "sql": DuckDBEngine(few=0),
    "marked": DuckDBEngine(few=0, many=0),
}
FIRST = datetime(2026, 10, 8)
DAYS = 3
Raw = dict[str, Any]
Rows = list[tuple[str, ...]]
HEADS = {
    "machines": ("mid", "since", "until"),
    "readings": ("rid", "mid", "at", "ok"),
    "stops": ("sid", "mid", "start", "stop"),
    "services": ("vid", "mid", "first", "last"),
    "shifts": ("hid", "mid", "day"),
    "plans": ("pno", "line", "planned", "off"),
    "runs": ("rno", "mid", "line", "done", "hours", "paid", "cost"),
}
UNREADABLE = "?不清"


@pytest.fixture(scope="module")
def db() -> Any:
    with connect(threads=1) as one:
        yield one


def cases(count: int) -> settings:
    return settings(
        max_examples=max(count, 5), deadline=None, suppress_health_check=list(HealthCheck), derandomize=True
    )


def moment(chance: random.Random, step: int = 30) -> str:
    minutes = chance.randrange(-300, DAYS * 1440 + 300, step)
    return (FIRST + timedelta(minutes=minutes)).strftime("%Y-%m-%d %H:%M")


def day(chance: random.Random) -> str:
    return (FIRST + timedelta(days=chance.randrange(-1, DAYS + 1))).strftime("%Y-%m-%d")


def world(seed: int, doubt: bool) -> dict[str, Rows]:
    """Give rows by log; with `doubt` some cells are blank or cannot be read."""
    chance = random.Random(seed)

    def cell(value: str, blank: bool = False) -> str:
        if not doubt or chance.random() > 0.12:
            return value
        return "" if blank and chance.random() < 0.4 else UNREADABLE

    def key(values: str) -> str:
        """Give a key: any text is one, so it is blank where it is not known."""
        return "" if doubt and chance.random() < 0.08 else chance.choice(values.split())

    def whose() -> str:
        return key("M1 M1 M2")

    def stop() -> tuple[str, str]:
        ends = sorted([moment(chance), moment(chance)])
        return cell(ends[0]), cell(ends[1], True)

    def some(most: int) -> range:
        return range(chance.randrange(most))

    return {
        "machines": [("M1", "", ""), ("M2", cell(day(chance)), "")],
        "readings": [(f"r{i}", whose(), cell(moment(chance)), cell("true")) for i in some(20)],
        "stops": [(f"s{i}", whose(), *stop()) for i in some(9)],
        "services": [(f"v{i}", whose(), *[cell(day(chance))] * 2) for i in some(4)],
        "shifts": [(f"h{i}", whose(), cell(day(chance))) for i in some(6)],
        "plans": [(f"p{i}", key("L K"), cell(moment(chance, 2)), cell("否")) for i in some(12)],
        "runs": [
            (f"n{i}", whose(), key("L K"), cell(moment(chance, 2)), cell(str(chance.randrange(9))), cell(day(chance), True), cell("1.50"))
            for i in some(14)
        ],
    }  # fmt: skip


SUBJECTS = {"key": "mid", "from": "since", "to": "until"}
WINDOWS = st.sampled_from(
    [None, ["08:00", "18:00"], ["22:00", "06:00"], ["00:00", "24:00"], ["12:00", "12:00"]]
)
EVERY = st.sampled_from(["day", "workday", "week", "month", "pay_month", "week7"])
LENGTHS = st.sampled_from(["0 minutes", "60 minutes", "4 hours", "8 hours", "10 hours", "24 hours", "$gap"])


@st.composite
def coverage(draw: st.DrawFn) -> Raw:
    points = draw(st.booleans())
    check: Raw = (
        {"log": "readings", "at": "at"} if points else {"log": "stops", "from": "start", "to": "stop"}
    )
    check |= {"per": "machines", "subjects": SUBJECTS, "every": draw(EVERY)}
    if draw(st.integers(0, 9)) == 0:
        check = {**check, "per": "company"}
        del check["subjects"]
    if (window := draw(WINDOWS)) is not None:
        check["between"] = window
    if draw(st.booleans()):
        check["days"] = "workday"
    everyone = {"everyone": True} if check["per"] == "company" or draw(st.integers(0, 3)) == 0 else {}
    if draw(st.booleans()):
        check["minus"] = [{"log": "services", "from": "first", "to": "last", **everyone}]
    if draw(st.integers(0, 2)) == 0:
        check["within"] = [{"log": "shifts", "day": "day", **everyone}]
    if not points:
        check["take"] = draw(st.sampled_from(["covered", "uncovered", "longest", "longest_gap"]))
    if points and draw(st.booleans()):
        check["where"] = {"ok": {"is": True}}
    check[draw(st.sampled_from(["at_most", "at_least", "more_than", "less_than"]))] = draw(LENGTHS)
    return {"coverage": check}


@st.composite
def timetable(draw: st.DrawFn) -> Raw:
    check: Raw = {
        "with": {"log": "runs"},
        "tolerance": draw(st.sampled_from(["0 minutes", "10 minutes", "3 hours"])),
    }
    if draw(st.booleans()):
        check["late"] = draw(st.sampled_from(["20 minutes", "2 hours"]))
    if draw(st.booleans()):
        check["plan"] = {"log": "plans", **({"where": {"off": {"is": False}}} if draw(st.booleans()) else {})}
        check["match"] = ["line"]
    else:
        check |= {
            "per": "machines",
            "subjects": SUBJECTS,
            "first": "08:00",
            "step": "150 minutes",
            "last": "20:00",
        }
        check["every"] = draw(st.sampled_from(["day", "workday"]))
    if draw(st.integers(0, 3)) == 0:
        check["with"] = {"log": "runs", "where": {"hours": {"more_than": 2}}}
    return {"timetable": check}


LATER = "later_of(planned + 1 days, last_paid, at_run)"


@st.composite
def linked(draw: st.DrawFn) -> Raw:
    name = draw(st.sampled_from(["last_paid", "at_run", "costs", "until"]))
    tests = {
        "last_paid": [{"present": True}, {"at_least": "2026-10-09"}],
        "at_run": [{"present": False}, {"at_most": {"field": "planned"}}],
        "costs": [{"at_most": 3}, {"is": 0}],
        "until": [{"more_than": {"field": "planned"}}, {"at_most": "2026-10-10"}],
    }
    return {"each": {"log": "plans", "require": {name: draw(st.sampled_from(tests[name]))}}}


@st.composite
def of_periods(draw: st.DrawFn) -> Raw:
    every = draw(st.sampled_from(["pay_month", "cycle", "term", "fiscal_year", "half", "week7"]))
    check: Raw = {"per": "machines", "subjects": SUBJECTS, "every": every, "log": "runs"}
    if draw(st.booleans()):
        by = draw(
            st.sampled_from(
                [{}, {"by": {"grace": "3 days"}}, {"by": {"day": 3, "of": "next"}}, {"by": {"day": "friday"}}]
            )
        )
        return {"due": {**check, "min_workdays": 0, **by}}
    return {
        "aggregate": {**check, "take": draw(st.sampled_from(["count", "sum"])), "of": "cost", "at_most": 4}
    }


def pack_of(check: Raw) -> Pack:
    rule = {
        "clause": "一", "kind": "duty", "effective": {"from": "2000-01-01"}, "message": {"zh": "不符"}, "id": "r",
        "title": {"zh": "r"}, "check": check,
    }  # fmt: skip
    links = {
        "paid": {
            "log": "runs",
            "match": ["line"],
            "latest": {"last_paid": "paid"},
            "total": {"costs": "cost"},
        },
        "ran": {"log": "runs", "match": ["line", "done >= planned"], "earliest": {"at_run": "done"}},
    }
    fields = {"until": {"type": "datetime", "formula": LATER}}
    return _pack(_base("plant"), {"links": {"plans": links}, "fields": {"plans": fields}}, [rule])


def run(
    db: Database,
    engine: Engine,
    check: Raw,
    rows: Mapping[str, Rows],
    every: bool = True,
    zone: str = "Asia/Shanghai",
) -> Result:
    pack = replace(pack_of(check), time_zone=zone)
    texts = {
        log: "\n".join([",".join(HEADS[log]), *(",".join(row) for row in found)])
        for log, found in rows.items()
    }
    tables = read_texts(texts, pack, db, settle=False)
    spec = RunSpec(parse_period("2026-10"), datetime(2026, 11, 5), facts.work_calendar(pack, tables), ())
    compiled = compile_pack(pack, spec)
    return engine.run(compiled.plan, with_empty_logs(tables, compiled), every).taken()


def seen(result: Result) -> list[tuple[Any, ...]]:
    hits = [(h.outcome, tuple(sorted(h.values.items())), tuple(sorted(h.evidence))) for h in result.hits]
    return sorted(
        hits, key=lambda hit: (hit[0], repr([v for n, v in hit[1] if not n.startswith("value.")]), hit[2])
    )


@pytest.mark.slow
@pytest.mark.parametrize("engine", ENGINES)
@cases(CASES)
@given(
    st.one_of(coverage(), coverage(), timetable(), linked(), of_periods()),
    st.integers(0, 2**32),
    st.booleans(),
)
def test_engines_measure_time_as_the_reference_does(
    db: Database, engine: str, check: Raw, seed: int, every: bool
) -> None:
    rows = world(seed, doubt=True)
    expected = run(db, ReferenceEngine(), check, rows, every)
    actual = run(db, ENGINES[engine], check, rows, every)
    assert seen(actual) == seen(expected)
    assert actual.counts == expected.counts


@pytest.mark.slow
@pytest.mark.parametrize("engine", ["rows", "sql"])
@cases(CASES // 4)
@given(coverage(), st.integers(0, 2**32))
def test_engines_measure_time_alike_where_the_clock_changes(
    db: Database, engine: str, check: Raw, seed: int
) -> None:
    rows = {
        log: [tuple(one.replace("2026-10-08", "2026-10-24").replace("2026-10-09", "2026-10-25") for one in row) for row in found]
        for log, found in world(seed, doubt=True).items()
    }  # fmt: skip
    expected = run(db, ReferenceEngine(), check, rows, zone="Europe/Berlin")
    assert seen(run(db, ENGINES[engine], check, rows, zone="Europe/Berlin")) == seen(expected)


def outcomes(result: Result) -> dict[Any, str]:
    return {_key(hit): hit.outcome for hit in result.hits}


def _key(hit: Hit) -> tuple[Any, Any, Any]:
    return hit.values.get("subject.mid"), hit.values["period"], hit.values["record"]


def filled(rows: Mapping[str, Rows], seed: int) -> dict[str, Rows]:
    """Give the rows with something readable in every cell that could not be read."""
    chance = random.Random(seed)
    kinds = {
        "mid": lambda: chance.choice(["M1", "M2"]), "line": lambda: chance.choice("LK"), "ok": lambda: chance.choice(["true", "false"]),
        "off": lambda: chance.choice("是否"), "hours": lambda: str(chance.randrange(9)), "cost": lambda: "1.50",
        "paid": lambda: day(chance), "day": lambda: day(chance), "first": lambda: day(chance), "last": lambda: day(chance),
        "since": lambda: day(chance),
    }  # fmt: skip

    def one(name: str, cell: str) -> str:
        blank_key = cell == "" and name in ("mid", "line")
        return kinds.get(name, lambda: moment(chance, 1))() if cell == UNREADABLE or blank_key else cell

    def lasting(row: tuple[str, ...]) -> tuple[str, ...]:
        """Give a row that lasts with edges that do not contradict each other."""
        key, whose, start, end = row
        if UNREADABLE in (start, end) and end:
            make = (lambda: moment(chance, 1)) if key.startswith("s") else (lambda: day(chance))
            known = start if start != UNREADABLE else end if end != UNREADABLE else make()
            after = sorted([known, known, make()])
            start = after[0] if start == UNREADABLE else start
            end = after[-1] if end == UNREADABLE else end
        return key, whose, start, end

    return {
        log: [
            tuple(
                one(name, cell)
                for name, cell in zip(HEADS[log], lasting(row) if log in LASTING else row, strict=True)
            )
            for row in found
        ]
        for log, found in rows.items()
    }


LASTING = ("stops", "services")


@pytest.mark.slow
@cases(CASES)
@given(st.one_of(coverage(), coverage(), timetable(), linked()), st.integers(0, 2**32), st.integers(0, 2**32))
def test_what_is_certain_stays_so_whatever_stood_in_the_cells_that_cannot_be_read(
    db: Database, check: Raw, seed: int, other: int
) -> None:
    rows = world(seed, doubt=True)
    rows["plans"] = [row for row in rows["plans"] if UNREADABLE not in row]  # what is planned is known
    told = outcomes(run(db, RowsEngine(), check, rows))
    then = outcomes(run(db, RowsEngine(), check, filled(rows, other)))
    for key, word in told.items():
        if word in ("pass", "fail"):
            assert then.get(key, "not_applicable") in (word, "not_applicable"), key


def minutes_of(start: str, end: str, last: datetime) -> set[datetime]:
    begin = datetime.fromisoformat(start)
    finish = datetime.fromisoformat(end) if end else last
    return {begin + timedelta(minutes=i) for i in range(max(0, int((finish - begin).total_seconds()) // 60))}


def counting(check: Raw, rows: Mapping[str, Rows], mid: str, first: date, last: date) -> set[datetime]:
    """Give the minutes that count, one by one."""
    window = check.get("between", ["00:00", "24:00"])
    opens, closes = (int(t[:2]) * 60 + int(t[3:]) for t in window)
    closes += 1440 if closes <= opens else 0
    found: set[datetime] = set()
    whole = "between" not in check and check.get("days") != "workday"
    for i in range((last - first).days + 1):
        one = first + timedelta(days=i)
        midnight = datetime.combine(one, datetime.min.time())
        rests = one.weekday() >= 5 or one in (date(2026, 10, 1), date(2026, 10, 2))
        if whole or check.get("days") != "workday" or not rests:
            found |= {midnight + timedelta(minutes=m) for m in range(opens, closes)}
    for part in check.get("minus", ()):
        for _, whose, a, z in rows["services"]:
            if whose == mid or part.get("everyone"):
                after = datetime.fromisoformat(z) + timedelta(days=1)
                found -= minutes_of(a, after.isoformat(" "), after)
    if "within" in check:
        duty = set[datetime]()
        for _, whose, a in rows["shifts"]:
            if whose == mid or check["within"][0].get("everyone"):
                duty |= {datetime.fromisoformat(a) + timedelta(minutes=m) for m in range(opens, closes)}
        found &= duty
    return found


def modelled(check: Raw, rows: Mapping[str, Rows], mid: str, hit: Hit, last: datetime) -> int:
    """Give the figure in minutes, counted minute by minute."""
    first, end = hit.values["_first"], hit.values["_last"]
    counts = counting(check, rows, mid, first, end)
    edges: set[datetime] = set()
    covered: set[datetime] = set()
    if "at" in check:
        edges = {datetime.fromisoformat(at) for _, whose, at, ok in rows["readings"] if whose == mid}
    else:
        for _, whose, a, z in rows["stops"]:
            if whose == mid:
                covered |= minutes_of(a, z, last)
                edges |= {datetime.fromisoformat(a), datetime.fromisoformat(z) if z else last}
    take = check.get("take", "longest_gap" if "at" in check else "covered")
    wanted = sorted(counts & covered if take in ("covered", "longest") else counts - covered)
    if take in ("covered", "uncovered"):
        return len(wanted)
    best = run_ = 0
    for before, one in pairwise([datetime.min, *wanted]):
        fresh = one - before != timedelta(minutes=1) or (take == "longest_gap" and one in edges)
        run_ = 1 if fresh else run_ + 1
        best = max(best, run_)
    return best


@pytest.mark.slow
@cases(CASES // 2)
@given(coverage(), st.integers(0, 2**32))
def test_covered_and_uncovered_time_is_what_counting_minutes_gives(
    db: Database, check: Raw, seed: int
) -> None:
    check = {
        "coverage": {**check["coverage"], "per": "machines", "subjects": {"key": "mid"}, "every": "pay_month"}
    }
    rows = world(seed, doubt=False)
    result = run(db, RowsEngine(), check, rows)
    span = (date(2026, 9, 26), date(2026, 10, 25))
    judged = [hit for hit in result.hits if hit.values["period"] == "2026-10"]
    assert len(judged) == 2
    for hit in judged:
        hit.values.update(_first=span[0], _last=span[1])  # type: ignore[attr-defined]
        expected = modelled(check["coverage"], rows, hit.values["subject.mid"], hit, datetime(2026, 11, 1))
        assert hit.values["value.actual"] == expected * 60_000_000


@pytest.mark.slow
@cases(CASES // 2)
@given(timetable(), st.integers(0, 2**32))
def test_no_planned_moment_is_left_beside_a_free_record_within_reach(
    db: Database, check: Raw, seed: int
) -> None:
    check["timetable"].pop("late", None)
    check["timetable"]["with"] = {"log": "runs"}
    rows = world(seed, doubt=False)
    hits = run(db, RowsEngine(), check, rows).hits
    amount, unit = check["timetable"]["tolerance"].split()
    reach = timedelta(**{unit: int(amount)})
    plan = "plan" in check["timetable"]
    for group in ("L", "K") if plan else ("M1", "M2"):
        done = sorted(
            datetime.fromisoformat(row[3]) for row in rows["runs"] if row[2 if plan else 1] == group
        )
        mine = [h for h in hits if _group(h, rows, plan) == group]
        paired = [h.values["value.actual"] for h in mine if h.outcome == "pass"]
        free = list(done)
        for time in paired:
            free.remove(time)  # each record answers one moment
        for hit in mine:
            planned = hit.values["value.planned_at"]
            if hit.outcome == "pass":
                assert abs(hit.values["value.actual"] - planned) <= reach
            elif hit.outcome == "fail" and plan:
                assert not [time for time in free if abs(time - planned) <= reach]


def _group(hit: Hit, rows: Mapping[str, Rows], plan: bool) -> Any:
    lines = {row[0].upper(): row[1] for row in rows["plans"]}
    return lines[hit.values["record"]] if plan else hit.values["subject.mid"]


@st.composite
def cycles(draw: st.DrawFn) -> Cycle:
    if draw(st.booleans()):
        return Cycle(
            "c", days=draw(st.integers(1, 400)), anchor=draw(st.dates(date(2020, 1, 1), date(2030, 1, 1)))
        )
    months = draw(st.sampled_from([1, 2, 3, 4, 6, 12]))
    return Cycle("c", months=months, from_month=draw(st.integers(1, 12)), from_day=draw(st.integers(1, 28)))


@cases(300)
@given(cycles(), st.dates(date(2001, 1, 1), date(2090, 1, 1)))
def test_periods_tile_the_calendar_and_every_day_is_placed_in_its_own(unit: Cycle, one: date) -> None:
    found = list(periods(one, one + timedelta(days=900), unit))
    assert all(after.start == before.end + timedelta(days=1) for before, after in pairwise(found))
    assert found[0].start <= one <= found[0].end
    assert found[-1].start <= one + timedelta(days=900) <= found[-1].end
    labels = [unit.label(period.start) for period in found]
    assert len(set(labels)) == len(labels)
    for period, name in zip(found, labels, strict=True):
        for at in (period.start, period.end, period.start + (period.end - period.start) // 2):
            assert unit.period_of(at) == period
            assert evaluate(bucket(unit, b.lit(at)), {}) == period.start
        assert unit.named(name) == period


@cases(200)
@given(
    st.lists(st.dates(date(2026, 1, 1), date(2027, 1, 1)), min_size=2, max_size=8, unique=True),
    st.dates(date(2025, 12, 1), date(2027, 2, 1)),
)
def test_a_day_belongs_to_the_listed_span_that_holds_it_or_to_none(edges: Sequence[date], one: date) -> None:
    whole = sorted(edges)[: len(edges) // 2 * 2]
    spans = tuple((f"t{i}", a, z) for i, (a, z) in enumerate(zip(whole[::2], whole[1::2], strict=True)))
    unit = Cycle("t", spans=spans)
    holds = [a for _, a, z in spans if a <= one <= z]
    assert evaluate(bucket(unit, b.lit(one)), {}) == (holds[0] if holds else NOWHERE.value)
    assert [unit.label(p.start) for p in periods(date(2025, 1, 1), date(2028, 1, 1), unit)] == [
        n for n, _, _ in spans
    ]
