from __future__ import annotations

import json
import re
from datetime import datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from checker import pipeline
from checker.cli import main
from checker.packtest.from_finding import specimen
from checker.packtest.from_finding import texts as texts_of
from checker.packtest.run import run_pack

ROOT = Path(__file__).parents[1]
PACK, SAMPLE = ROOT / "rules" / "after-sales", ROOT / "samples" / "2026-10"
RUN = ["--rules", str(PACK), "--period", "2026-10", "--as-of", "2026-11-06"]
RULES = ("phone-off-unreported", "weekly-summary-missing", "too-many-grievances", "volume-disposed-early")


@pytest.fixture(scope="module")
def findings():
    report = pipeline.check([SAMPLE], rules=PACK, period="2026-10", as_of="2026-11-06")
    return {one.rule: one for one in report.findings if one.outcome == "fail"}


def call(*args):
    return CliRunner().invoke(main, ["test", *map(str, args)])


def real_words() -> set[str]:
    """Give the names and numbers of everybody on the roster of the sample month."""
    from checker.database import connect
    from checker.language import load_pack
    from checker.logs import read

    with connect() as db:
        tables = read([SAMPLE / "服务人员花名册.xlsx"], load_pack(PACK), db)
        rows = tables.rows("staff_roster", ["employee_id", "employee_name", "phone"])
    return {word for row in rows for word in row if word and len(word) > 1}


@pytest.mark.parametrize("rule", RULES)
def test_a_finding_becomes_a_test_that_passes_and_names_nobody(rule, findings, tmp_path):
    to = tmp_path / "new.test.yaml"
    done = call("--from", findings[rule].fingerprint[:16], SAMPLE, *RUN, "--to", to)
    assert (done.exit_code, done.stderr) == (0, "")
    assert [(one.rule, one.status, one.details) for one in run_pack(PACK, [to])] == [(rule, "pass", ())]
    text = to.read_text(encoding="utf-8")
    assert {word for word in real_words() if word in text} == set()
    assert not re.search(r"(?<!\d)1(?!3800000000)\d{10}(?!\d)", text)


@pytest.mark.parametrize("rule", RULES[:2])
def test_no_row_of_the_test_can_be_spared(rule, findings):
    one = specimen([SAMPLE], PACK, "2026-10", "2026-11-06", findings[rule].fingerprint)

    def fails(world) -> dict:
        report = pipeline.check_inline(
            one.pack, texts_of(one.pack, world), period=one.period, as_of=datetime(2026, 11, 6), rules={rule}
        )
        quiet = ("pass", "not_applicable")
        return {found.fingerprint: found.penalty for found in report.findings if found.outcome not in quiet}

    whole = fails(one.world)

    def still(world) -> bool:
        found = fails(world)
        return found.get(one.finding.fingerprint) == one.finding.penalty and found.keys() <= whole.keys()

    assert still(one.world)
    for name, rows in one.world.items():
        for at in range(len(rows)):
            fewer = {**one.world, name: rows[:at] + rows[at + 1 :]}
            assert not still(fewer), f"row {at} of {name} is not needed"


def test_the_test_expects_the_fine_and_is_printed_without_a_file(findings):
    done = call("--from", findings["phone-off-unreported"].fingerprint, SAMPLE, *RUN)
    assert done.stdout.startswith("as_of: 2026-11-06\nperiod: 2026-10-01/2026-10-31\ntests:\n- name: ")
    (expected,) = json.loads(re.search(r"expect: (.*)", done.stdout)[1])
    assert expected == {"employee_id": "P001", "outcome": "fail", "record": "GJ-202610-08", "fine": 50.0}


@pytest.mark.parametrize(
    ("args", "code"),
    [
        (["--from", "zzzz", SAMPLE, *RUN], "no-finding"),
        (["--from", "", SAMPLE, *RUN], "no-finding"),
        (["--from", "abcd", *RUN], "no-logs"),
        (["--from", "abcd", SAMPLE], "missing-option"),
        (["--from", "abcd", SAMPLE, *RUN, "--to", PACK / "pack.yaml"], "not-empty"),
    ],
)
def test_what_cannot_be_done_is_said_and_nothing_is_written(args, code):
    done = call(*args)
    assert (done.exit_code, done.stdout) == (2, "")
    assert f"error[{code}]" in done.stderr


def test_a_cut_off_within_a_day_is_kept_and_can_be_read(findings, tmp_path):
    run = [*RUN[:-1], "2026-11-06T18:00"]
    to = tmp_path / "new.test.yaml"
    assert call("--from", findings[RULES[0]].fingerprint, SAMPLE, *run, "--to", to).exit_code == 0
    assert "as_of: 2026-11-06T18:00\n" in to.read_text(encoding="utf-8")
    assert [(one.status, one.details) for one in run_pack(PACK, [to])] == [("pass", ())]
