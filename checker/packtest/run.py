"""Runs the tests of packs: a pack is loaded once, each test is one small check."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from checker import language
from checker.database import Database, connect
from checker.diagnostics import CheckerError, concise
from checker.language.pack import Pack
from checker.language.terms import units_of
from checker.model import Place, Problem, Text
from checker.packtest.cases import Case, load_cases, test_files
from checker.packtest.compare import differences, found_in

Status = Literal["pass", "fail", "skip", "todo", "error"]


@dataclass(frozen=True)
class Result:
    """How one test went. `details`: the differences, the reason of a skip or todo, or what broke."""

    name: str
    rule: str
    status: Status
    place: Place
    details: tuple[Text, ...] = ()


def run_pack(folder: Path, files: Sequence[Path] | None = None) -> Iterator[Result]:
    """Run the tests of a pack in the order of its files.

    Raises:
        CheckerError: the pack or a test file cannot be read.
    """
    pack = language.load_pack(folder)
    paths = test_files(folder) if files is None else files
    cases = [case for path in paths for case in load_cases(path, lambda: pack.periods)]
    with connect() as db:
        db.expect_little()
        for case in cases:
            yield run_case(pack, case, db)


def run_case(pack: Pack, case: Case, db: Database | None = None) -> Result:
    """Run one test, in a database that may serve many."""
    if case.skip:
        return _result(case, "skip", Text(case.skip))
    try:
        details = _details(pack, case, db)
    except CheckerError as error:
        said = (Text(concise(one, "zh"), concise(one, "en")) for one in error.diagnostics)
        return _result(case, "error", *said)
    if case.todo and details:
        return _result(case, "todo", Text(case.todo))
    if case.todo:
        return _result(case, "fail", Text("已能通过，请删去 todo", "it passes now: remove `todo`"))
    return _result(case, "fail" if details else "pass", *details)


def _details(pack: Pack, case: Case, db: Database | None) -> list[Text]:
    rules: set[str] = set()
    for name in (case.rule, *case.beside):
        own = rules_for(pack, name)
        if not own:
            return [Text(f"规则包里没有规则“{name}”", f"the pack has no rule '{name}'")]
        rules |= own
    from checker import pipeline  # DuckDB and all: only when a test really runs

    report = pipeline.check_inline(
        pack,
        dict(case.logs),
        period=case.period,
        as_of=case.as_of,
        params=dict(case.params),
        rules=rules,
        db=db,
        waived=case.waivers,
    )
    found = differences(case, found_in(report))
    return found + [_problem(one) for one in report.problems if found and one.level == "error"]


def rules_for(pack: Pack, name: str) -> set[str]:
    """Give the rules that a test of this rule or tally runs; a tally needs all that give its unit."""
    if name not in pack.tallies:
        return {name} if pack.rule(name) else set()
    tally = pack.tallies[name]
    givers = {rule.id for rule in pack.rules if tally.unit in units_of(rule.terms)}
    return givers & set(tally.rules) if tally.rules else givers


def _problem(one: Problem) -> Text:
    where = f"{one.log or one.file}:{one.row or ''} {one.column or ''}".strip()
    return Text(f"台账 {where}：{one.message.zh}", f"log {where}: {one.message.pick('en')}")


def _result(case: Case, status: Status, *details: Text) -> Result:
    return Result(case.name, case.rule, status, case.place, details)
