"""Test files of a pack → cases, with the places that failures point to."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from checker.calendar import Cycle, parse_as_of, parse_period, period_of
from checker.diagnostics import CheckerError, Diagnostic, has_errors
from checker.findings.waivers import Waiver, bad_dates, listed
from checker.language.load_faults import faults
from checker.language.yaml_loader import Document, load_file
from checker.model import Period, Place, Text

PATTERN = "*.test.yaml"


@dataclass(frozen=True)
class Case:
    """One test: what is handed in, and what must come out.

    `absent`: findings there must not be, not even a pass; one that does not apply counts only if `outcome` is named.
    `expect` None: nothing is said about single findings. `exactly`: how many findings there are. `beside`: rules that
    are judged in the same run, for what rules do to each other; their findings are not compared.
    """

    name: str
    rule: str
    period: Period
    as_of: datetime
    logs: Mapping[str, str]
    params: Mapping[str, Any]
    expect: tuple[Mapping[str, Any], ...] | None
    exactly: int | None
    skip: str | None
    todo: str | None
    place: Place
    expect_places: tuple[Place, ...] = field(default=(), compare=False)
    beside: tuple[str, ...] = ()
    waivers: tuple[Waiver, ...] = ()
    absent: tuple[Mapping[str, Any], ...] = ()


def test_files(pack_folder: Path) -> list[Path]:
    """Give the test files of a pack, sorted."""
    return sorted((pack_folder / "tests").rglob(PATTERN))


def load_cases(path: Path, cycles: Callable[[], Mapping[str, Cycle]] = dict) -> list[Case]:
    """Give the cases of one test file, in its order; `cycles` gives the periods that the pack declares, when asked.

    Raises:
        CheckerError: with everything that is wrong with the file.
    """
    document = load_file(path)
    found = list(document.diagnostics)
    if document.root is not None:
        found += faults(document.root, "tests", document.file)
    if not has_errors(found):
        found += [*_empty(document), *_bad_days(document)]
    if has_errors(found):
        raise CheckerError(found)
    value = document.value
    as_of = parse_as_of(value["as_of"])
    said = str(value.get("period", ""))
    period = parse_period(said, cycles() if ":" in said else None) if said else _month_before(as_of)
    return [_case(document, index, period, as_of) for index in range(len(value["tests"]))]


def _month_before(as_of: datetime) -> Period:
    return period_of(as_of.date().replace(day=1) - timedelta(days=1), "month")


def _empty(document: Document) -> Iterator[Diagnostic]:
    """Refuse a test that says nothing about what must come out: it would pass whatever the rule does."""
    for index, raw in enumerate(document.value["tests"]):
        if not {"expect", "exactly", "absent"} & set(raw):
            yield Diagnostic(
                "test-without-expectation",
                "error",
                document.places.of(("tests", index)),
                Text("测试没有写预期", "the test expects nothing"),
                hint=Text("加上 expect（没有结果写 expect: []）", "add expect (expect: [] for no finding)"),
            )


def _bad_days(document: Document) -> Iterator[Diagnostic]:
    for index, raw in enumerate(document.value["tests"]):
        yield from bad_dates({"waivers": raw.get("waivers", ())}, document.places.under(("tests", index)))


def _case(document: Document, index: int, period: Period, as_of: datetime) -> Case:
    value = document.value
    raw = value["tests"][index]
    path = ("tests", index)
    expect = raw.get("expect")
    return Case(
        name=raw["name"],
        rule=raw["rule"],
        period=period,
        as_of=as_of,
        logs={**value.get("logs", {}), **raw.get("logs", {})},
        params={**value.get("params", {}), **raw.get("params", {})},
        expect=tuple(expect) if expect is not None else None,
        exactly=raw.get("exactly"),
        skip=raw.get("skip"),
        todo=raw.get("todo"),
        place=document.places.of((*path, "name")),
        expect_places=tuple(document.places.of((*path, "expect", i)) for i in range(len(expect or ()))),
        absent=tuple(raw.get("absent", ())),
        beside=tuple(raw.get("beside", ())),
        waivers=listed(raw.get("waivers", ()), document.places.under((*path, "waivers"))),
    )
