"""Packs as strangers would write them from one page of policy: whole, tested, and the same on every engine."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from checker.cli import main
from checker.engines import ENGINES
from checker.engines.duckdb import DuckDBEngine
from checker.language import load_pack
from checker.language.load import lint_pack
from checker.packtest.run import run_pack

FOLDER = Path(__file__).parent / "packs"
PACKS = sorted(path.parent.name for path in FOLDER.glob("*/POLICY.md"))


def report(pack: str, engine: str) -> bytes:
    """Give the report on the samples of a pack, without the engine's name; `run.txt` has period and cut-off."""
    folder = FOLDER / pack
    said = folder / "run.txt"
    period, as_of = (said.read_text(encoding="utf-8") if said.is_file() else "2026-10 2026-11-06").split()
    asked = ["--rules", str(folder), "--period", period, "--as-of", as_of, "--format", "json", "--all"]
    done = CliRunner().invoke(main, ["check", str(folder / "samples"), *asked, "--engine", engine])
    assert done.exit_code in (0, 1), done.output
    return done.stdout_bytes.replace(f'"engine": "{engine}"'.encode(), b'"engine": ""', 1)


@pytest.mark.parametrize("pack", PACKS)
def test_a_pack_has_no_fault(pack):
    assert lint_pack(FOLDER / pack) == []


@pytest.mark.parametrize("pack", PACKS)
def test_every_rule_of_a_pack_has_tests_and_they_pass(pack):
    results = list(run_pack(FOLDER / pack))
    assert [(one.name, one.details) for one in results if one.status != "pass"] == []
    assert {one.rule for one in results} == {rule.id for rule in load_pack(FOLDER / pack).rules}


@pytest.mark.parametrize("pack", PACKS)
def test_the_samples_of_a_pack_give_the_same_report_on_the_reference(pack):
    assert report(pack, "duckdb") == report(pack, "reference")


@pytest.mark.parametrize("pack", PACKS)
def test_the_samples_of_a_pack_give_the_same_report_in_sql(pack, monkeypatch):
    few = report(pack, "duckdb")
    monkeypatch.setitem(ENGINES, "duckdb", lambda: DuckDBEngine(few=0))
    assert report(pack, "duckdb") == few


@pytest.mark.parametrize("pack", PACKS)
def test_the_samples_of_a_pack_give_the_same_report_on_the_second_opinion(pack):
    pytest.importorskip("durable_rules_engine", reason="the extra [durable] is not installed")
    assert report(pack, "duckdb") == report(pack, "durable")


@pytest.mark.slow
@pytest.mark.spark
@pytest.mark.parametrize("pack", PACKS)
def test_the_samples_of_a_pack_give_the_same_report_in_spark(pack):
    pytest.importorskip("pyspark", reason="the extra [spark] is not installed")
    assert report(pack, "duckdb") == report(pack, "spark")
