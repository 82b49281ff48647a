"""Whatever is handed in: a clear sentence in both languages, the right exit status, never a traceback."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from checker.cli import main

ROOT = Path(__file__).parents[1]
MINI = ROOT / "tests" / "packs" / "mini"
SAMPLE = ROOT / "samples" / "2026-10"
WHEN = ("--period", "2026-10", "--as-of", "2026-11-06")
VISITS = "编号,工号,日期,等级,分钟,备注\n"
STAFF = "工号,姓名,岗位,片区,起,止\nA1,张伟,服务人员,豫北,2026-01-01,\n"
CHINESE = re.compile("[一-鿿]")
Edit = Callable[[Path], None]


def call(*args: object) -> Result:
    """Run a command; a bug is raised, not told."""
    made = CliRunner().invoke(
        main, [str(one) for one in args], env={"CHECKER_DEBUG": "1"}, catch_exceptions=False
    )
    assert "Traceback" not in made.output
    return made


def check(*logs: Path, rules: Path = MINI, more: tuple[object, ...] = ()) -> Result:
    return call("check", *logs, "--rules", rules, *WHEN, "--format", "json", *more)


def refused(make: Callable[..., Result], *codes: str, more: tuple[object, ...] = ()) -> tuple[str, str]:
    """Run in both languages: status 2, nothing on stdout, the codes and a sentence on stderr. Give what is said."""
    said = []
    for lang in ("zh", "en"):
        done = make(more=(*more, "--lang", lang))
        assert (done.exit_code, done.stdout) == (2, "")
        assert re.findall(r"^[^\n]*error\[([a-z-]+)\]: \S", done.stderr, re.M) == list(codes)
        said.append(done.stderr)
    assert CHINESE.search(said[0])
    assert said[0] != said[1]
    return said[0], said[1]


@pytest.fixture
def logs(tmp_path: Path) -> Path:
    """Give a folder with one person and one visit."""
    folder = tmp_path / "logs"
    folder.mkdir()
    (folder / "走访.csv").write_text(VISITS + "V1,A1,2026-10-05,一般,10,x\n", encoding="utf-8")
    (folder / "人员.csv").write_text(STAFF, encoding="utf-8")
    return folder


# Files


def test_a_folder_without_logs(tmp_path):
    for name, text in (("notes.txt", "hello"), ("说明.csv", "a,b\n1,2\n")):
        (tmp_path / name).write_text(text, encoding="utf-8")
    zh, _ = refused(lambda more: check(tmp_path, more=more), "no-logs")
    assert "notes.txt" in zh and "说明.csv" in zh


def test_an_empty_folder_and_a_path_that_does_not_exist(tmp_path):
    refused(lambda more: check(tmp_path, more=more), "no-logs")
    refused(lambda more: check(tmp_path / "nowhere", more=more), "no-such-input")


def broken_zip(path: Path) -> None:
    path.write_bytes(b"PK\x03\x04" + b"garbage" * 50)


def half_a_book(path: Path) -> None:
    data = (SAMPLE / "走访记录.xlsx").read_bytes()
    path.write_bytes(data[: len(data) // 2])


def web_page(path: Path) -> None:
    path.write_text("<html><table><tr><td>编号</td></tr></table></html>", encoding="utf-8")


@pytest.mark.parametrize(
    ("make", "code"), [(broken_zip, "bad-workbook"), (half_a_book, "bad-workbook"), (web_page, "html-file")]
)
def test_no_report_when_one_of_the_files_cannot_be_read(logs, make, code):
    """What is in it would count as never written: people would be fined for records that exist."""
    make(logs / "十月.xlsx")
    zh, en = refused(lambda more: check(logs, more=more), "unreadable-input", code)
    assert "十月.xlsx" in zh and "十月.xlsx" in en


def test_a_damaged_leave_register_fines_nobody_for_a_day_off(tmp_path):
    folder = tmp_path / "2026-10"
    shutil.copytree(SAMPLE, folder)
    half_a_book(folder / "请假记录.xlsx")
    rules = ROOT / "rules" / "after-sales"
    zh, _ = refused(lambda more: check(folder, rules=rules, more=more), "unreadable-input", "bad-workbook")
    assert "请假记录.xlsx" in zh


def test_text_under_the_name_of_a_workbook_is_read_as_text(logs):
    plain = check(logs)
    (logs / "走访.csv").rename(logs / "走访.xlsx")
    again = check(logs)
    assert (plain.exit_code, again.exit_code) == (0, 0)
    assert json.loads(again.stdout)["findings"] == json.loads(plain.stdout)["findings"]


def test_nul_bytes_make_a_cell_unreadable_not_a_value(logs):
    (logs / "走访.csv").write_bytes((VISITS + "V1,A1,2026-10-05,严重,1\0000,x\n").encode())
    done = check(logs)
    told = json.loads(done.stdout)
    assert done.exit_code == 0
    assert [one["outcome"] for one in told["findings"] if one["rule"] == "visit-incomplete"] == [
        "undetermined"
    ]
    assert [(p["row"], p["column"], p["code"]) for p in told["problems"] if p["row"]] == [
        (2, "分钟", "bad-text")
    ]


def test_bytes_that_are_no_text_are_named_and_passed_over(logs):
    (logs / "x.csv").write_bytes(bytes(range(256)) * 20)
    done = check(logs)
    assert done.exit_code == 0
    assert "x.csv" in {one["file"] for one in json.loads(done.stdout)["problems"]}


def test_a_folder_named_like_a_log_is_a_folder(logs):
    (logs / "走访2.csv").mkdir()
    (logs / "走访2.csv" / "走访.csv").write_text(VISITS + "V9,A1,2026-10-06,一般,10,x\n", encoding="utf-8")
    done = check(logs)
    files = [one["file"] for one in json.loads(done.stdout)["run"]["inputs"]]
    assert (done.exit_code, files) == (0, ["人员.csv", "走访.csv", "走访2.csv/走访.csv"])


def test_a_row_twice_counts_once_and_a_key_with_two_contents_is_not_judged(logs):
    rows = [
        "V1,A1,2026-10-05,严重,10,x", "V1,A1,2026-10-05,严重,10,x",
        "V2,A1,2026-10-06,严重,10,x", "V2,A1,2026-10-06,严重,50,x",
    ]  # fmt: skip
    (logs / "走访.csv").write_text(VISITS + "\n".join(rows) + "\n", encoding="utf-8")
    told = json.loads(check(logs, more=("--all",)).stdout)
    found = [(f["record"]["key"], f["outcome"]) for f in told["findings"] if f["rule"] == "visit-incomplete"]
    assert found == [("V1", "pass"), ("V2", "undetermined")]
    codes = [(p["row"], p["code"]) for p in told["problems"] if p["row"]]
    assert codes == [(3, "duplicate-row"), (4, "duplicate-key"), (5, "duplicate-key")]


def test_a_name_that_two_people_have_is_nobody(tmp_path):
    text = "周次,周开始日期,工号,姓名,提交时间\n2026年第43周,2026-10-19,,张伟,2026-10-23 10:00\n"
    folder = tmp_path / "2026-10"
    folder.mkdir()
    shutil.copy(SAMPLE / "服务人员花名册.xlsx", folder)
    (folder / "个人周汇总.csv").write_text(text, encoding="utf-8")
    told = json.loads(check(folder, rules=ROOT / "rules" / "after-sales").stdout)
    problems = [(p["file"], p["row"], p["code"]) for p in told["problems"] if p["row"]]
    assert problems == [("个人周汇总.csv", 2, "ambiguous-name")]
    weekly = [
        f for f in told["findings"] if f["rule"] == "weekly-summary-missing" and f["period"] == "2026-W43"
    ]
    of_zhang = {f["outcome"] for f in weekly if f["subject"]["employee_name"] == "张伟"}
    assert "fail" not in of_zhang


@pytest.mark.skipif(os.name == "nt", reason="names of files are text there")
def test_a_file_name_in_another_encoding_is_shown_as_far_as_it_goes(tmp_path):
    name = os.fsdecode("走访记录.csv".encode("gbk"))
    (tmp_path / name).write_text(VISITS + "V1,A1,2026-10-05,严重,,x\n", encoding="utf-8")
    for form in ("json", "csv", "concise", "pretty"):
        assert check(tmp_path, more=("--format", form)).exit_code == 0


def test_a_file_that_vanishes_while_it_is_read(logs, monkeypatch):
    from checker.logs import reading

    listed = reading.discover

    def then_gone(paths):
        found = listed(paths)
        (logs / "走访.csv").unlink()
        return found

    monkeypatch.setattr(reading, "discover", then_gone)
    path = logs / "走访.csv"
    for lang in ("zh", "en"):
        path.write_text(VISITS + "V1,A1,2026-10-05,严重,10,x\n", encoding="utf-8")
        done = check(logs, more=("--lang", lang))
        assert (done.exit_code, done.stdout) == (2, "")
        assert "走访.csv" in done.stderr and "cannot-open" in done.stderr


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root reads everything")
def test_a_file_without_permission(logs):
    (logs / "走访.csv").chmod(0)
    refused(lambda more: check(logs, more=more), "unreadable-input", "cannot-open")


# Options


@pytest.mark.parametrize(
    "period",
    [
        "2026-13",
        "October",
        "2026-10-31/2026-10-01",
        "99999-01",
        "2026-02-30/2026-03-01",
        "0000",
        "0001",
        "9999-12",
    ],
)
def test_a_bad_period(logs, period):
    refused(lambda more: call("check", logs, "--rules", MINI, *WHEN, "--period", period, *more), "bad-period")


@pytest.mark.parametrize("moment", ["2026-11-31", "x", "2026-11-06T25:00", "9999-12-31"])
def test_a_bad_cut_off(logs, moment):
    refused(lambda more: call("check", logs, "--rules", MINI, *WHEN, "--as-of", moment, *more), "bad-as-of")


@pytest.mark.parametrize("period", ["2025-12", "2010-01"])
def test_a_period_before_the_policy_was_in_force_fails_nobody(period):
    rules = ("--rules", ROOT / "rules" / "after-sales")
    done = call("check", SAMPLE, *rules, "--period", period, "--as-of", "2026-11-06", "--format", "json")
    assert (done.exit_code, json.loads(done.stdout)["run"]["totals"]["fail"]) == (0, 0)


def test_options_left_out_are_named_together(logs):
    refused(lambda more: call("check", logs, *more), "missing-option", "missing-option")


def test_an_engine_that_does_not_exist(logs):
    done = check(logs, more=("--engine", "fast"))
    assert (done.exit_code, done.stdout) == (2, "")
    assert "'fast'" in done.stderr and "duckdb" in done.stderr


def test_a_report_into_a_folder_that_does_not_exist_or_over_a_folder(logs, tmp_path):
    refused(
        lambda more: check(logs, more=more), "cannot-write", more=("--output", tmp_path / "no" / "r.json")
    )
    assert check(logs, more=("--output", tmp_path)).exit_code == 2


def test_waivers_that_are_not_there(logs, tmp_path):
    refused(lambda more: check(logs, more=more), "unreadable-file", more=("--waivers", tmp_path / "w.yaml"))
    refused(lambda more: check(logs, more=more), "waiver-file", more=("--waivers", tmp_path / "w.xlsx"))


# Packs


def test_an_empty_pack_and_a_pack_that_is_a_file(logs, tmp_path):
    (tmp_path / "pack").mkdir()
    codes = ("empty-pack", "missing-file", "missing-file", "missing-file")
    refused(lambda more: check(logs, rules=tmp_path / "pack", more=more), *codes)
    refused(lambda more: check(logs, rules=MINI / "pack.yaml", more=more), "no-folder")
    refused(lambda more: call("lint", tmp_path / "pack", *more), "not-a-pack")


def swap(file: str, old: str, new: str) -> Edit:
    """Give the edit that replaces text in a file of the pack."""

    def edit(pack: Path) -> None:
        text = (pack / file).read_text(encoding="utf-8")
        assert old in text
        (pack / file).write_text(text.replace(old, new, 1), encoding="utf-8")

    return edit


def write(data: bytes) -> Edit:
    return lambda pack: (pack / "rules" / "base.yaml").write_bytes(data) and None


RULES = "rules/base.yaml"
LONG = '"minutes > 60 minutes"'
BOMB = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{chr(98 + i)}: &{chr(98 + i)} [{','.join(['*' + chr(97 + i)] * 9)}]\n" for i in range(20)
)
BAD_PACKS: dict[str, tuple[Edit, tuple[str, ...]]] = {
    "alias bomb": (write(BOMB.encode()), ("alias-bomb",)),
    "lists in lists": (write(b"[" * 100_000), ("too-deep",)),
    "nothing": (write(b""), ("empty-file",)),
    "nul": (write(b"rules:\0"), ("control-character",)),
    "gbk": (write("规则: x".encode("gbk")), ("not-utf8",)),
    "a link to nowhere": (
        lambda pack: (pack / "rules" / "x.yaml").symlink_to(pack / "gone"),
        ("missing-file",),
    ),
    "fields in a circle": (
        swap("logs.yaml", LONG, '"longer"}\n      longer: {type: bool, formula: "long"'),
        ("formula-cycle", "formula-cycle"),
    ),
    "unknown log": (swap(RULES, "log: visit, where", "log: vist, where"), ("unknown-log",)),
    "unknown field": (swap(RULES, "minutes: {at_most", "minuts: {at_most"), ("unknown-field",)),
    "unknown parameter": (swap(RULES, "at_most: $limit", "at_most: $limt"), ("unknown-parameter",)),
    "unknown clause": (swap(RULES, "clause: 一.1.a", "clause: 一.9"), ("unknown-clause",)),
    "unknown value": (swap(RULES, "{is: 严重}", "{is: 严中}"), ("unknown-enum-value",)),
    "a time zone that is a path": (
        swap("pack.yaml", "Asia/Shanghai", "../../etc/passwd"),
        ("unknown-time-zone",),
    ),
    "a number beyond all bounds": (
        swap(RULES, "2026-01-01: 50", "2026-01-01: " + "9" * 5000),
        ("bad-money",),
    ),
    "an age": (swap(RULES, "30 minutes", "99999999999999999 years"), ("type",)),
}


@pytest.mark.parametrize("what", BAD_PACKS)
def test_a_bad_pack_is_status_1_for_lint_and_2_for_check(logs, tmp_path, what):
    edit, codes = BAD_PACKS[what]
    pack = tmp_path / "pack"
    shutil.copytree(MINI, pack)
    edit(pack)
    told = json.loads(call("lint", pack, "--format", "json").stdout)["diagnostics"]
    errors = [one for one in told if one["severity"] == "error"]
    assert {one["code"] for one in errors} >= set(codes)
    assert all(one["file"].startswith(pack.as_posix()) for one in errors)
    for lang in ("zh", "en"):
        linted = call("lint", pack, "--lang", lang)
        assert (linted.exit_code, linted.stderr) == (1, "")
        done = check(logs, rules=pack, more=("--lang", lang))
        assert (done.exit_code, done.stdout) == (2, "")
        assert all(f"error[{code}]" in done.stderr for code in codes)
        assert len(done.stderr) < 20_000


def test_nothing_is_fined_under_a_policy_that_nobody_approved(logs, tmp_path):
    (logs / "走访.csv").write_text(VISITS + "V1,A1,2026-10-05,严重,50,x\n", encoding="utf-8")
    pack = tmp_path / "pack"
    shutil.copytree(MINI, pack)
    fined = json.loads(check(logs, rules=pack).stdout)
    assert fined["findings"][0]["penalty"]["fine"]["proposed"] == "50.00"
    swap("pack.yaml", ", approved_by: 总经理, approved_on: 2025-12-01, published_on: 2025-12-02", "")(pack)
    draft = json.loads(check(logs, rules=pack).stdout)
    (one,) = [finding for finding in draft["findings"] if finding["outcome"] == "fail"]
    assert one["penalty"] is None or not one["penalty"].get("released")
    assert ((one["penalty"] or {}).get("fine") or {}).get("proposed", "0.00") == "0.00"
    for form in ("pretty", "json", "csv"):
        assert "草案规则" in check(logs, rules=pack, more=("--format", form)).stdout


@pytest.mark.slow
def test_a_pack_of_five_thousand_rules_is_linted(tmp_path):
    pack = tmp_path / "pack"
    shutil.copytree(MINI, pack)
    text = (pack / RULES).read_text(encoding="utf-8")
    head, first, *_ = re.split(r"(?m)^(?=- id: )", text)
    many = (first.replace("visit-incomplete", f"visit-incomplete-{n}") for n in range(5000))
    (pack / "rules" / "many.yaml").write_text(head + "".join(many), encoding="utf-8")
    done = call("lint", pack, "--format", "concise")
    assert done.exit_code in (0, 1)
    assert len(done.stdout) < 5_000_000


# Bombs, in a process of their own whose memory is measured


def peak(*args: object, seconds: int = 120) -> tuple[int, str, str, int]:
    """Run the program; give its status, what it said and the most memory it held, in MB."""
    code = (
        "import resource, subprocess, sys\n"
        "done = subprocess.run([sys.executable, '-m', 'checker', *sys.argv[1:]])\n"
        "print('PEAK', resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024, file=sys.stderr)\n"
        "sys.exit(done.returncode)"
    )
    env = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run(
        [sys.executable, "-c", code, *map(str, args)], env=env, capture_output=True, check=False,
        encoding="utf-8", timeout=seconds,
    )  # fmt: skip
    said, _, mb = done.stderr.rpartition("PEAK ")
    assert "Traceback" not in said
    return done.returncode, done.stdout, said, int(mb)


def bomb(path: Path) -> None:
    """Write a workbook of 8 MB whose one sheet unpacks to 2.4 GB."""
    start = b'<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    rows = (b"<row><c t='inlineStr'><is><t>" + b"a" * 43 + b"</t></is></c></row>") * 10_000
    with (
        zipfile.ZipFile(SAMPLE / "走访记录.xlsx") as book,
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out,
    ):
        for one in book.infolist():
            if one.filename != "xl/worksheets/sheet1.xml":
                out.writestr(one, book.read(one))
        with out.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            sheet.write(start)
            for _ in range(2500):
                sheet.write(rows)
            sheet.write(b"</sheetData></worksheet>")


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="no resource module")
def test_a_zip_bomb_costs_no_memory(logs):
    bomb(logs / "十月.xlsx")
    status, out, said, mb = peak("check", logs, "--rules", MINI, *WHEN)
    assert (status, out) == (2, "")
    assert "十月.xlsx" in said and "zip-bomb" in said
    assert mb < 600


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="no resource module")
def test_a_cell_of_a_hundred_megabytes_is_one_bad_row(logs):
    with (logs / "走访2.csv").open("w", encoding="utf-8") as out:
        out.write(VISITS + "V7,A1,2026-10-05,严重,50," + "x" * 100_000_000 + "\n")
    status, out, _, mb = peak("check", logs, "--rules", MINI, *WHEN, "--format", "json")
    told = json.loads(out)
    assert status == 0
    assert [(p["file"], p["row"], p["code"]) for p in told["problems"] if p["row"]] == [
        ("走访2.csv", 2, "ragged-row")
    ]
    assert all(finding["outcome"] != "fail" for finding in told["findings"])
    assert mb < CELL_MB


CELL_MB = 1000  # the reader holds the line as bytes, as text and as a cell


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="no resource module")
def test_a_yaml_bomb_costs_no_memory(tmp_path):
    pack = tmp_path / "pack"
    shutil.copytree(MINI, pack)
    (pack / RULES).write_text(BOMB, encoding="utf-8")
    status, out, _, mb = peak("lint", pack)
    assert (status, "alias-bomb" in out) == (1, True)
    assert mb < 200


def test_a_bug_is_status_2_and_a_sentence(logs, monkeypatch):
    from checker import pipeline

    def broken(*_, **__):
        raise ZeroDivisionError("boom")

    monkeypatch.setattr(pipeline, "check", broken)
    for lang, word in (("zh", "程序出错"), ("en", "a bug")):
        args = ["check", str(logs), "--rules", str(MINI), *WHEN, "--lang", lang]
        done = CliRunner().invoke(main, args, env={"CHECKER_DEBUG": ""})
        assert (done.exit_code, done.stdout) == (2, "")
        assert word in done.stderr and "ZeroDivisionError" in done.stderr and "Traceback" not in done.stderr
