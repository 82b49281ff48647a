"""Every engine gives exactly what the tables of this folder say: every hit, no other, and the counts of both ways to run."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import pytest

from checker.database import Database, connect
from checker.diagnostics import CheckerError
from checker.engines.base import Engine
from checker.language.compile import compile_pack
from checker.language.schedule import RunSpec
from tests.conformance.cases import FILES, Case, Group, Refused, all_cases, groups_of
from tests.conformance.running import QUIET, REQUIRED, Ran, counted, makers, run_file, seen, table

ENGINES = sorted({*makers(), *REQUIRED})
CASES = list(all_cases())
Results = dict[str, Ran | Exception]


@pytest.fixture(scope="module")
def db() -> Database:
    with connect(threads=1) as one:
        one.expect_little()
        yield one


@pytest.fixture(scope="module")
def results(db: Database) -> Callable[[str, str], Results]:
    """Give what an engine makes of a file; a file is run once, by whoever asks first."""

    @cache
    def of(engine: str, file: str) -> Results | str:
        try:
            made: Engine = makers()[engine]()
            return run_file(made, file, db)
        except ImportError as missing:
            return f"engine '{engine}' cannot be imported: {missing}"
        except KeyError:
            return f"there is no engine '{engine}'"

    def get(engine: str, file: str) -> Results:
        found = of(engine, file)
        if not isinstance(found, str):
            return found
        if engine in REQUIRED:
            pytest.fail(f"CHECKER_REQUIRE_ENGINES asks for it, but {found}")
        pytest.skip(found)

    return get


def said_of(case: Case | Refused) -> str:
    return f"{case.file}-{case.name}"


def faults_of(case: Case, ran: Ran) -> list[str]:
    """Give what differs from the table of a case, in words; empty when nothing does."""
    at = case.header.index("outcome")
    wanted, loud = sorted(case.rows), sorted(row for row in case.rows if row[at] not in QUIET)
    counts = counted(case.rows, case.header)
    everything = any(hit.outcome in QUIET for hit in ran.listed)  # a statistic lists all
    pairs = [
        ("every hit", table(ran.every, case.header, ran.types), wanted),
        ("hits", table(ran.listed, case.header, ran.types), wanted if everything else loud),
        ("counts, everything listed", dict(ran.counts[0]), counts),
        ("counts", dict(ran.counts[1]), counts),
    ]
    return [f"{what}: got {got}, expected {want}" for what, got, want in pairs if got != want]


@pytest.mark.parametrize("case", CASES, ids=said_of)
@pytest.mark.parametrize("engine", ENGINES)
def test_a_case_gives_exactly_what_its_table_says(
    results: Callable[[str, str], Results], engine: str, case: Case
) -> None:
    ran = results(engine, case.file)[case.name]
    todo = case.todo.get(engine) or case.todo.get("all")
    found = [f"{type(ran).__name__}: {ran}"] if isinstance(ran, Exception) else faults_of(case, ran)
    if todo and found:
        pytest.xfail(todo)
    # An engine may choose its way by the size of the data, so only a todo for all of them must still fail.
    assert "all" not in case.todo, "it passes now: remove `todo`"
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    ("group", "case"),
    [(group, case) for file in FILES for group in groups_of(file) for case in group.refused],
    ids=lambda one: said_of(one) if isinstance(one, Refused) else "",
)
def test_a_rule_that_could_mean_two_things_is_refused(group: Group, case: Refused) -> None:
    with pytest.raises(CheckerError) as caught:
        compile_pack(group.pack, RunSpec(group.period, group.as_of), {case.rule})
    assert [one.code for one in caught.value.diagnostics] == [case.code]


@pytest.mark.parametrize("file", FILES)
@pytest.mark.parametrize("engine", [name for name in ENGINES if name != "reference"])
def test_an_engine_equals_the_reference_in_every_value_and_every_row_of_evidence(
    results: Callable[[str, str], Results], engine: str, file: str
) -> None:
    ours, theirs = results(engine, file), results("reference", file)
    for case in (one for one in CASES if one.file == file and not one.todo):
        one, two = ours[case.name], theirs[case.name]
        assert isinstance(one, Ran) and isinstance(two, Ran), case.name
        assert seen(one.every) == seen(two.every), case.name
        assert seen(one.listed) == seen(two.listed), case.name
