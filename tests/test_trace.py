"""A trace says why a rule did, or did not, fire, and never anything but what the finding says."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from checker import language, pipeline
from checker.database import connect
from checker.language.pack import Pack
from checker.logs.inline import read_texts
from checker.packtest import cases as packtests
from checker.trace import Trace, trace_tables

ROOT = Path(__file__).parents[1]
PACK = ROOT / "rules" / "after-sales"


@pytest.fixture(scope="module")
def pack() -> Pack:
    return language.load_pack(PACK)


TESTS = [one for path in packtests.test_files(PACK) for one in packtests.load_cases(path) if not one.skip]


def traced(pack: Pack, test: packtests.Case, search: int = 0) -> Trace:
    """Trace every subject of the rule of a test."""
    changed = pipeline.with_params(pack, dict(test.params))
    given = set(pack.logs) - {name for name, text in test.logs.items() if text is None}
    with connect() as db:
        tables = read_texts({n: t for n, t in test.logs.items() if t is not None}, changed, db)
        return trace_tables(changed, tables, test.rule, test.period, test.as_of, given=given, search=search)


def outcomes(pack: Pack, test: packtests.Case) -> Any:
    report = pipeline.check_inline(
        pack,
        dict(test.logs),
        period=test.period,
        as_of=test.as_of,
        params=dict(test.params),
        rules={test.rule},
    )
    return report.findings


@pytest.mark.parametrize("path", [p.name for p in packtests.test_files(PACK)])
def test_every_finding_of_the_packs_tests_has_a_trace_that_ends_in_its_outcome(pack, path):
    for test in [one for one in TESTS if Path(one.place.file).name == path]:
        result = traced(pack, test)
        statistic = pack.rule(test.rule).kind == "statistic"
        found = Counter(
            f.outcome
            for f in outcomes(pack, test)
            if f.outcome != "no_data" or "missing_logs" in f.values or not result.missing
        )
        told = Counter(
            "not_applicable" if statistic and one.outcome in ("pass", "fail") else one.outcome
            for one in result.cases
            if one.judged
        )
        if not result.missing:
            assert told == found, (test.name, told, found)
