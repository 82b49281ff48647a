"""The sample month, end to end: the same bytes today, tomorrow, and however the files lie on the disk.

The golden report is rewritten with `GOLDEN=write pytest tests/test_sample_month.py`; `git diff` is the review.
"""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import subprocess
import sys
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from python_calamine import CalamineWorkbook

from checker import logs, pipeline
from checker.calendar import parse_as_of, parse_period
from checker.cli import main
from checker.database import connect
from checker.language import load_pack

ROOT = Path(__file__).parents[1]
SAMPLE = ROOT / "samples" / "2026-10"
GOLDEN = Path(__file__).parent / "golden" / "sample-2026-10.json"
ASKED = ["--period", "2026-10", "--as-of", "2026-11-06", "--format", "json"]
PLAIN_BOOKS = (
    "人工确认单",
    "服务人员花名册",
    "记录装订保管登记",
    "考勤表",
    "走访记录",
    "责任追究",
    "问题产品处理登记",
)
ENCODINGS = ("utf-8-sig", "utf-16", "gb18030")


def check(folder: Path, *more: str) -> bytes:
    rules = ["--rules", str(ROOT / "rules" / "after-sales")]
    done = CliRunner().invoke(main, ["check", str(folder), *rules, *ASKED, *more], catch_exceptions=False)
    assert (done.exit_code, done.stderr) == (0, "")
    return done.stdout_bytes


def states(folder: Path) -> dict[str, tuple[bytes, int]]:
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {path.as_posix(): (path.read_bytes(), path.stat().st_mtime_ns) for path in files}


@pytest.fixture(scope="module")
def report() -> bytes:
    """Give the report of the sample month, made in this process."""
    return check(SAMPLE)


@pytest.fixture(scope="module")
def full_report() -> bytes:
    return check(SAMPLE, "--all")


def by_fingerprint(report: bytes) -> dict[str, dict]:
    """Give what is said in each finding, without where it stands."""
    found = json.loads(report)["findings"]
    named = {one["fingerprint"]: {k: v for k, v in one.items() if k != "evidence"} for one in found}
    assert len(named) == len(found)
    return named


def test_the_sample_month_gives_the_golden_report(report):
    if os.environ.get("GOLDEN") == "write":
        GOLDEN.write_bytes(report)
    assert report == GOLDEN.read_bytes()


def test_folder_locale_time_zone_and_hash_seed_change_no_byte_and_no_input_is_touched(report, tmp_path):
    before = states(SAMPLE)
    env = {
        **os.environ, "PYTHONPATH": str(ROOT), "LC_ALL": "C", "LANG": "C", "TZ": "America/Los_Angeles",
        "PYTHONHASHSEED": "7",
    }  # fmt: skip
    rules = str(ROOT / "rules" / "after-sales")
    done = subprocess.run(
        [sys.executable, "-m", "checker", "check", str(SAMPLE), "--rules", rules, *ASKED],
        cwd=tmp_path, env=env, capture_output=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout == report
    assert list(tmp_path.iterdir()) == []
    assert states(SAMPLE) == before


def reverse_rows(path: Path) -> None:
    """Turn the records of a CSV round; the header stays on top."""
    data = path.read_bytes()
    for encoding in ENCODINGS:
        try:
            text = data.decode(encoding)
            break
        except UnicodeError:
            continue
    delimiter = "\t" if path.suffix == ".tsv" else ","
    header, *rows = csv.reader(io.StringIO(text), delimiter=delimiter)
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows([header, *reversed(rows)])
    path.write_bytes(out.getvalue().encode(encoding))


def shown(cell: object) -> str:
    """Give a cell as Excel writes it into a CSV file."""
    if isinstance(cell, datetime):
        return cell.strftime("%Y-%m-%d %H:%M" if cell.time() != time() else "%Y-%m-%d")
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, time):
        return cell.strftime("%H:%M")
    if isinstance(cell, timedelta):
        minutes = cell // timedelta(minutes=1)
        return f"{minutes // 60}:{minutes % 60:02d}"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)


def save_as_csv(path: Path) -> None:
    """Do what "save as CSV" does with a workbook of one sheet."""
    sheet = CalamineWorkbook.from_path(path).get_sheet_by_index(0)
    with path.with_suffix(".csv").open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows(
            [shown(cell) for cell in row] for row in sheet.to_python(skip_empty_area=False)
        )
    path.unlink()


def test_records_in_another_order_or_another_kind_of_file_give_the_same_findings(report, tmp_path):
    folder = tmp_path / "2026-10"  # the name tells the year of dates that have none
    shutil.copytree(SAMPLE, folder)
    for path in (*folder.rglob("*.csv"), *folder.rglob("*.tsv")):
        reverse_rows(path)
    for name in PLAIN_BOOKS:
        save_as_csv(folder / f"{name}.xlsx")
    assert by_fingerprint(check(folder)) == by_fingerprint(report)


def test_every_planted_case_is_found_and_nothing_else(full_report, tmp_path):
    told = tmp_path / "report.json"
    told.write_bytes(full_report)
    done = subprocess.run(
        [sys.executable, str(ROOT / "samples" / "compare.py"), str(told)],
        capture_output=True, check=False, encoding="utf-8", env={**os.environ, "PYTHONIOENCODING": "utf-8"},
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr


def test_what_is_listed_with_and_without_all_is_the_same(report, full_report):
    loud = {
        key: one for key, one in by_fingerprint(full_report).items()
        if one["outcome"] not in ("pass", "not_applicable")
    }  # fmt: skip
    assert loud == by_fingerprint(report)
    assert json.loads(report)["run"] == json.loads(full_report)["run"]
    assert json.loads(report)["problems"] == json.loads(full_report)["problems"]


def test_the_reference_engine_gives_the_same_report_but_for_its_name(full_report):
    other = check(SAMPLE, "--all", "--engine", "reference")
    assert other == full_report.replace(b'"engine": "duckdb"', b'"engine": "reference"', 1)


@pytest.mark.slow
def test_the_second_opinion_gives_the_same_report_but_for_its_name(full_report):
    pytest.importorskip("durable_rules_engine", reason="the extra [durable] is not installed")
    other = check(SAMPLE, "--all", "--engine", "durable")
    assert other == full_report.replace(b'"engine": "duckdb"', b'"engine": "durable"', 1)


def test_the_generator_writes_the_same_bytes_again(tmp_path):
    pytest.importorskip("xlsxwriter")
    code = "import sys, generate; from pathlib import Path; generate.main(Path(sys.argv[1]))"
    env = {**os.environ, "PYTHONPATH": str(ROOT / "samples"), "PYTHONHASHSEED": "3", "TZ": "Asia/Tokyo"}
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], env=env, check=True, capture_output=True)
    made = {
        path.relative_to(tmp_path).as_posix(): path.read_bytes()
        for path in tmp_path.rglob("*")
        if path.is_file()
    }
    assert set(made) >= {"README.md", "planted.json"}
    kept = {name: (ROOT / "samples" / name).read_bytes() for name in made}
    assert [name for name in made if made[name] != kept[name]] == []
    days = {path.relative_to(ROOT / "samples").as_posix() for path in SAMPLE.rglob("*") if path.is_file()}
    assert days == {name for name in made if name.startswith("2026-10/")}


def test_only_what_rules_read_gives_the_same_findings(pack):
    """Of large logs only what some rule reads is loaded, and the rest is null."""
    span, moment = parse_period("2026"), parse_as_of("2026-11-06")
    with connect() as db:
        tables = logs.read([SAMPLE], pack, db)
        whole = pipeline.judge(pack, tables, span, moment)
        wanted = pipeline.needed(pack, span, moment)
        lean = pipeline.judge(pack, replace(tables, logs=blanked(pack, tables.logs, wanted)), span, moment)
    assert (lean.findings, lean.statistics, lean.by_rule) == (whole.findings, whole.statistics, whole.by_rule)


def blanked(pack, infos, wanted):
    """Give the tables with null in every field that is not wanted; keys are always read."""

    def lean(info):
        keep = {*wanted[info.name], *pack.logs[info.name].key, "_src", "_row", "_bad"}
        columns = info.records.columns
        rows = (
            tuple(c if n in keep else None for n, c in zip(columns, r, strict=True))
            for r in info.records.rows
        )
        return replace(info, records=replace(info.records, rows=tuple(rows)))

    return {name: lean(info) for name, info in infos.items()}


@pytest.fixture(scope="module")
def pack():
    return load_pack(ROOT / "rules" / "after-sales")
