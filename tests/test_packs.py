"""Packs that strangers might write, in other trades: each is clean, keeps its own tests, and all engines agree on it.

A folder of `tests/packs` that holds `samples/` takes part; `expected.txt` beside it is the concise report, to be read:
`UPDATE_EXPECTED=1 pytest tests/test_packs.py` writes it.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from checker import pipeline
from checker.diagnostics import concise
from checker.language import load_pack
from checker.language.load import lint_pack
from checker.model import Report
from checker.packtest.cases import load_cases
from checker.packtest.cases import test_files as files_of
from checker.packtest.run import rules_for, run_pack
from checker.reports.concise import render as as_text
from checker.reports.csv import render as as_csv
from checker.reports.json import render as as_json
from checker.reports.options import Options

ROOT = Path(__file__).parents[1]
PACKS = sorted(path.parent for path in (Path(__file__).parent / "packs").glob("*/samples"))
PERIOD, AS_OF = "2026-10", "2026-11-06"
ENGINES = [
    "reference",
    pytest.param("durable", marks=pytest.mark.slow),
    pytest.param("spark", marks=[pytest.mark.spark, pytest.mark.slow]),
]
each_pack = pytest.mark.parametrize("pack", PACKS, ids=lambda path: path.name)


def ready(engine: str) -> None:
    """Skip where an engine of an extra is not installed."""
    if engine == "durable":
        pytest.importorskip("durable_rules_engine", reason="the extra [durable] is not installed")
    if engine == "spark":
        from checker.engines.spark import session

        fault = session.missing()
        if fault is not None and not os.environ.get("CHECKER_REQUIRE_SPARK"):
            pytest.skip(f"{fault}; set CHECKER_REQUIRE_SPARK to make this a failure")


def checked(pack: Path, engine: str, monkeypatch: pytest.MonkeyPatch, period: str = "") -> Report:
    """Check the samples of a pack; `run.txt` has a period and cut-off of its own."""
    monkeypatch.chdir(pack / "samples")
    said = pack / "run.txt"
    own, as_of = said.read_text(encoding="utf-8").split() if said.is_file() else (PERIOD, AS_OF)
    return pipeline.check([Path()], rules=pack, period=period or own, as_of=as_of, engine=engine)


def fails(report: Report) -> dict[str, object]:
    return {one.fingerprint: (one.at, one.penalty) for one in report.findings if one.outcome == "fail"}


def without_engine(report: Report) -> str:
    return as_json(report, Options()).replace(f'"engine": "{report.run.engine}"', '"engine": ""')


@each_pack
def test_a_pack_has_nothing_to_complain_of(pack: Path) -> None:
    assert [concise(one, "en") for one in lint_pack(pack)] == []


@each_pack
def test_a_pack_keeps_its_own_tests(pack: Path) -> None:
    unmet = [(one.name, one.details) for one in run_pack(pack) if one.status not in ("pass", "todo")]
    assert unmet == []


@each_pack
def test_every_rule_and_tally_of_a_pack_is_tested_where_it_speaks_and_where_it_is_silent(pack: Path) -> None:
    loaded = load_pack(pack)
    cases = [case for path in files_of(pack) for case in load_cases(path, lambda: loaded.periods)]
    names = {*(rule.id for rule in loaded.rules), *loaded.tallies}
    spoken = {case.rule for case in cases if case.expect or case.exactly}
    silent = {case.rule for case in cases if not case.expect and not case.exactly}
    assert names - spoken == set()
    assert {case.rule for case in cases} <= names
    assert all(rules_for(loaded, name) for name in names)
    assert silent, "no test of the pack says where a rule is silent"


@each_pack
@pytest.mark.parametrize("engine", ENGINES)
def test_engines_agree_on_the_samples_of_a_pack(
    pack: Path, engine: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ready(engine)
    plain, other = checked(pack, "duckdb", monkeypatch), checked(pack, engine, monkeypatch)
    assert without_engine(other) == without_engine(plain)
    assert as_csv(other, Options(all=True)) == as_csv(plain, Options(all=True))


@each_pack
def test_the_samples_of_a_pack_come_out_as_they_were_read(
    pack: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = as_text(checked(pack, "duckdb", monkeypatch), Options())
    expected = pack / "expected.txt"
    if os.environ.get("UPDATE_EXPECTED"):
        expected.write_text(text, encoding="utf-8")
    if not expected.exists():
        pytest.skip("nobody has read this report yet")
    assert text == expected.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "pack", [path for path in PACKS if load_pack(path).tallies], ids=lambda path: path.name
)
def test_months_run_one_by_one_find_what_the_whole_year_finds(
    pack: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a ladder, a cap or a tally remembers does not depend on which months were run, or when."""
    months: dict[str, object] = {}
    for month in range(12, 0, -1):
        months |= fails(checked(pack, "reference", monkeypatch, f"2026-{month:02d}"))
    assert months == fails(checked(pack, "reference", monkeypatch, "2026"))
