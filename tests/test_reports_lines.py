"""Lines written from pieces are the JSON that the whole object would be."""

from __future__ import annotations

import json

import pytest

from checker.reports.json_lines import FindingLines, row_lines
from checker.reports.options import Options
from tests.test_reports_formats import REPORT

KEYS = (
    "fingerprint", "rule", "clause", "kind", "outcome", "severity", "subject", "period", "at", "record", "values",
    "penalty", "message", "evidence", "waiver", "title", "marks", "superseded_by",
)  # fmt: skip


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_finding_is_one_json_object_with_the_keys_of_the_contract_in_order(lang):
    for one in map(FindingLines(Options(lang)).line, REPORT.findings):
        read = json.loads(one)
        assert tuple(read) == KEYS
        assert json.dumps(read, ensure_ascii=False) == one


@pytest.mark.parametrize(
    "rows",
    [
        [],
        [("a, b", "], [", 'q"\n', None)],
        [(1, 1.0, True, None), (0, -0.5, False, 3)],
        [(1, "x"), (True, "x"), (1.0, "y"), (None, None)],
        [(("a", "b"), "c"), ((), "d")],
    ],
)
def test_rows_are_the_json_of_each(rows):
    assert list(row_lines(rows)) == [json.dumps(row, ensure_ascii=False) for row in rows]
