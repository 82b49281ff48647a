"""An archive is read as the files it was made of; what it replaces is whole, and a crash harms nothing."""

from __future__ import annotations

import contextlib
import json
import shutil
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from checker import pipeline
from checker.cli import main
from checker.database import connect
from checker.diagnostics import CheckerError
from checker.language.pack import Pack
from checker.logs import archive as archives
from checker.logs import archive_manifest, bigtext, gather
from checker.logs.archive import archive
from checker.logs.archive_months import Choice
from checker.logs.tables import Tables
from tests.logs.support import PACK, STAFF, STAFF_CSV, VISIT, field, put, read, xlsx

ROOT = Path(__file__).parents[1]
SAMPLE = ROOT / "samples" / "2026-10"
RULES = ROOT / "rules" / "after-sales"
HEADER = "记录编号,工号,姓名,走访日期,客户名称,数量,方式,客户签字\n"
OCTOBER = (
    HEADER
    + "V1,FW0012,张伟,2026-10-08,青山水泥,12.5,现场,是\n"
    + "V2,,李娜,2026-03-09,甲,一吨,现场,是\n"
    + "V3,,张伟,2026-10-09,乙,1,飞行,否\n"
    + "V4,FW0014,张伟,十月九日,丙,1,电话,否\n"
)
NOVEMBER = HEADER + "V5,FW0012,张伟,2026-11-08,丁,2,现场,是\n"
FILES = {"花名册.csv": STAFF_CSV, "走访记录-10月.csv": OCTOBER, "走访记录-11月.csv": NOVEMBER}


def write(folder: Path, to: Path, pack: Pack = PACK, choice: Choice = archives.AS_A_RULE) -> archives.Written:
    with connect() as db:
        return archive(gather([folder], pack, db), to, choice)


def seen(tables: Tables) -> tuple[Any, ...]:
    """Give all that a check can see of what was read."""
    rows = {
        name: tables.rows(name, [*info.columns, "_src", "_row", "_bad"]) for name, info in tables.logs.items()
    }
    counts = {name: (info.rows, info.sources) for name, info in tables.logs.items()}
    return tables.inputs, tables.problems, tables.files, tables.dates, counts, rows


def bytes_of(folder: Path) -> dict[str, bytes]:
    files = (one for one in sorted(folder.rglob("*")) if one.is_file())
    return {one.relative_to(folder).as_posix(): one.read_bytes() for one in files}


def parts(folder: Path) -> dict[str, int]:
    said = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    return {f"{one['log']} {one['month']}": one["rows"] for one in said["parts"]}


def codes(error: pytest.ExceptionInfo[CheckerError]) -> list[tuple[str, str]]:
    return [(one.code, one.place.file) for one in error.value.diagnostics]


@pytest.fixture(params=["held", "in place"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Read archives both ways, as little and as much."""
    if request.param == "in place":
        monkeypatch.setattr(bigtext, "HELD", 0)
    return str(request.param)


def test_an_archive_gives_the_rows_inputs_and_problems_of_its_files(tmp_path: Path, way: str) -> None:
    logs = put(tmp_path / "台账", FILES)
    write(logs, tmp_path / "存档")
    assert parts(tmp_path / "存档") == {
        "staff_roster none": 3,
        "visit 2026-03": 1,
        "visit 2026-10": 2,
        "visit 2026-11": 1,
        "visit none": 1,
    }
    assert seen(read(tmp_path / "存档")) == seen(read(logs))


def test_a_reading_of_some_fields_sees_as_much_as_it_sees_of_the_files(tmp_path: Path, way: str) -> None:
    files = {**FILES, "走访记录-9月.csv": "记录编号,姓名,走访日期\nV0,李娜,2026-09-01\nV0,李娜,2026-09-02\n"}
    logs = put(tmp_path / "logs", files)
    write(logs, tmp_path / "kept")
    for needed in ({}, {"visit": {"qty"}}, {"visit": {"mode", "signed"}, "staff_roster": {"valid_to"}}):
        assert seen(read(tmp_path / "kept", needed=needed)) == seen(read(logs, needed=needed))


def test_the_sheets_of_a_workbook_keep_their_names_and_their_order(tmp_path: Path, way: str) -> None:
    head = ["记录编号", "工号", "走访日期", "客户名称"]
    sheets = {
        name: [head, [f"V{i}", "FW0012", f"2026-10-0{i}", "甲"]]
        for i, name in enumerate(["第二周", "第一周", "空表"], 1)
    }
    sheets["空表"] = [head]
    (tmp_path / "logs").mkdir()
    xlsx(tmp_path / "logs" / "走访记录.xlsx", sheets)
    write(tmp_path / "logs", tmp_path / "kept")
    before = read(tmp_path / "logs")
    assert [one.sheet for one in before.inputs] == ["第二周", "第一周", "空表"]
    assert seen(read(tmp_path / "kept")) == seen(before)
    assert read(tmp_path / "kept").has_empty_file("visit")


def test_a_file_of_nothing_but_its_header_is_kept(tmp_path: Path, way: str) -> None:
    logs = put(tmp_path / "logs", {"走访记录.csv": HEADER})
    write(logs, tmp_path / "kept")
    assert seen(read(tmp_path / "kept")) == seen(read(logs))
    assert read(tmp_path / "kept").has_empty_file("visit")


def test_every_type_comes_back_as_it_went(tmp_path: Path, way: str) -> None:
    survey = "问卷编号,季度,月份,总分,时长,标签\nS1,2026Q3,2026-09,1.5,1小时,周报、月报\nS2,2026Q3,,,,\nS3,第三季,坏,x,0:57,别的\n"
    leave = "记录编号,工号,开始时间,结束时间,假别\nL1,FW0012,2026-10-08,2026-10-09,病假\n"
    visit = HEADER.replace("客户名称", "开始时间") + "V1,FW0012,,2026-10-08,7:30,1.25,无,√\n"
    logs = put(tmp_path / "logs", {"满意度调查.csv": survey, "请假记录.csv": leave, "走访记录.csv": visit})
    write(logs, tmp_path / "kept")
    assert seen(read(tmp_path / "kept")) == seen(read(logs))


def test_a_mended_people_log_is_used_for_what_was_archived_before(tmp_path: Path, way: str) -> None:
    """Who is meant by a name is not settled in the archive: a second person of that name makes it open."""
    write(put(tmp_path / "logs", FILES), tmp_path / "kept")
    assert ("V2", "FW0013") in read(tmp_path / "kept").rows("visit", ["record_id", "employee_id"])
    twin = STAFF_CSV + "FW0099,李娜,豫北片区,2026-01-01,\n"
    write(put(tmp_path / "new", {"花名册.csv": twin}), tmp_path / "kept")
    mended = put(tmp_path / "all", {**FILES, "花名册.csv": twin})
    assert ("V2", None) in read(mended).rows("visit", ["record_id", "employee_id"])
    assert seen(read(tmp_path / "kept")) == seen(read(mended))


def test_records_entered_twice_are_found_across_an_archive_and_loose_files(tmp_path: Path, way: str) -> None:
    loose = HEADER + "V1,FW0012,张伟,2026-10-08,青山水泥,99,现场,是\nV5,FW0012,张伟,2026-11-08,丁,2,现场,是\n"
    logs = put(tmp_path / "logs", FILES)
    write(logs, tmp_path / "kept")
    more = put(tmp_path / "more", {"走访记录-补.csv": loose})
    both = seen(read([tmp_path / "kept", more]))
    assert both[:1] + both[3:] == seen(read([logs, more]))[:1] + seen(read([logs, more]))[3:]
    assert both[1] == read([logs, more]).problems
    assert {"duplicate-key", "duplicate-row"} <= {one.code for one in both[1]}


def test_a_file_that_is_in_the_archive_too_counts_once_and_names_stay_apart(tmp_path: Path, way: str) -> None:
    logs = put(tmp_path / "logs", FILES)
    write(logs, tmp_path / "kept")
    tables = read([tmp_path / "kept", put(tmp_path / "more", {"走访记录-10月.csv": OCTOBER})])
    assert tables.logs["visit"].rows == 5
    assert [(one.code, one.file) for one in tables.problems if one.code == "same-file"] == [
        ("same-file", "kept/走访记录-10月.csv")
    ]
    other = put(tmp_path / "other", {"走访记录-10月.csv": NOVEMBER.replace("V5", "V9")})
    names = [one.file for one in read([tmp_path / "kept", other]).inputs]
    assert names == ["kept/走访记录-10月.csv", "花名册.csv", "走访记录-10月.csv", "走访记录-11月.csv"]


def test_files_stand_for_a_log_only_if_their_rows_are_as_they_are(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(bigtext, "HELD", 0)
    rows = "".join(f"V{i},FW0012,张伟,2026-1{i % 3}-08,甲,1,现场,是\n" for i in range(6))
    put(tmp_path / "logs", {"走访记录-b.csv": HEADER + rows, "花名册.csv": STAFF_CSV})
    write(tmp_path / "logs", tmp_path / "kept")
    put(tmp_path / "more", {"走访记录-a.csv": HEADER + "V9,FW0012,张伟,2026-09-08,甲,1,现场,是\n"})
    write(tmp_path / "more", tmp_path / "kept")
    with connect() as db:
        tables = read(tmp_path / "kept", db)
        info = tables.logs["visit"]
        assert info.parquet_places == (None, 2, 1)  # 0 is the people log, which has files of its own
        listed = ", ".join(f"'{one}'" for one in info.parquet_files)
        places = ", ".join("null" if one is None else str(one) for one in info.parquet_places)
        found = db.execute(
            f"select record_id, [{places}][_src + 1], _row, _bad from read_parquet([{listed}]) order by 2, 3"
        )
        assert found == tables.rows("visit", ["record_id", "_src", "_row", "_bad"])
        assert db.columns(f"select * from read_parquet([{listed}])") == {
            **db.columns(info.sql),
            "_month": "VARCHAR",
        }
    loose = put(tmp_path / "loose", {"走访记录-c.csv": HEADER + "V10,FW0012,张伟,2026-09-09,甲,1,现场,是\n"})
    assert read([tmp_path / "kept", loose]).logs["visit"].parquet_files == ()
    twice = put(tmp_path / "twice", {"走访记录-d.csv": HEADER + "V9,FW0012,张伟,2026-09-08,甲,2,现场,是\n"})
    write(twice, tmp_path / "kept", choice=Choice(add_rows=True))
    assert read(tmp_path / "kept").logs["visit"].parquet_files == ()


def test_a_field_called_month_is_not_taken_for_the_folder_of_its_file(tmp_path: Path) -> None:
    """Other programs take `month=…` in a path for a column and prefer it to the one in the file."""
    logs = put(tmp_path / "logs", {"满意度调查.csv": "问卷编号,季度,月份\nS1,2026Q3,2026-09\n"})
    write(logs, tmp_path / "kept")
    with connect() as db:
        found = db.execute(f"select form_no, month from read_parquet('{tmp_path}/kept/survey/*/*.parquet')")
        assert found == read(logs).rows("survey", ["form_no", "month"])


# ------------------------------------------------------------------ the same bytes, and what is replaced


def test_the_same_files_give_the_same_bytes_whatever_was_there(tmp_path: Path) -> None:
    logs = put(tmp_path / "logs", FILES)
    write(logs, tmp_path / "one")
    write(shutil.copytree(logs, tmp_path / "elsewhere" / "台账"), tmp_path / "two")
    write(logs, tmp_path / "two")
    write(tmp_path / "one", tmp_path / "three")
    assert bytes_of(tmp_path / "one") == bytes_of(tmp_path / "two") == bytes_of(tmp_path / "three")
    assert str(tmp_path).encode() not in b"".join(bytes_of(tmp_path / "one").values())


def test_months_archived_one_after_the_other_are_read_as_if_all_at_once(tmp_path: Path, way: str) -> None:
    for name in sorted(FILES, reverse=True):
        write(put(tmp_path / name, {name: FILES[name]}), tmp_path / "kept")
    assert seen(read(tmp_path / "kept")) == seen(read(put(tmp_path / "logs", FILES)))


def test_a_corrected_file_replaces_its_own_rows_and_problems_in_every_month(tmp_path: Path, way: str) -> None:
    write(put(tmp_path / "logs", FILES), tmp_path / "kept")
    before = bytes_of(tmp_path / "kept")
    mended = OCTOBER.replace("2026-03-09", "2026-10-07").replace("一吨", "1").replace("十月", "2026-10-0")
    done = write(put(tmp_path / "new", {"走访记录-10月.csv": mended}), tmp_path / "kept")
    assert [one.zh for one in done.notes] == ["替换同名文件 走访记录-10月.csv"]
    assert "visit 2026-03" not in parts(tmp_path / "kept")
    after = bytes_of(tmp_path / "kept")
    same = [name for name in before if name.startswith(("visit/_month=2026-11", "staff"))]
    assert len(same) == 2 and all(after[name] == before[name] for name in same)
    assert len(after) == len(parts(tmp_path / "kept")) + 1
    logs = put(tmp_path / "all", {**FILES, "走访记录-10月.csv": mended})
    assert seen(read(tmp_path / "kept")) == seen(read(logs))


def test_a_month_under_a_new_name_is_refused_until_a_person_says_what_it_is(tmp_path: Path, way: str) -> None:
    write(put(tmp_path / "logs", FILES), tmp_path / "kept")
    before = bytes_of(tmp_path / "kept")
    mended = HEADER + "V1,FW0012,张伟,2026-10-08,青山水泥,13,现场,是\n"
    new = put(tmp_path / "new", {"走访记录-10月-改.csv": mended})
    with pytest.raises(CheckerError) as error:
        write(new, tmp_path / "kept")
    assert codes(error) == [("archive-same-month", "走访记录-10月-改.csv")]
    (said,) = error.value.diagnostics
    assert "走访记录-10月.csv" in said.message.zh
    assert "--replace-months" in said.hint.zh and "--add-rows" in said.hint.zh
    assert bytes_of(tmp_path / "kept") == before
    done = write(new, tmp_path / "kept", choice=Choice(replace_months=True))
    assert [one.zh for one in done.notes] == ["替换 visit 2026-10 来自 走访记录-10月.csv 的 2 行"]
    tables = read(tmp_path / "kept")
    assert tables.rows("visit", ["record_id"]) == [("V1",), ("V2",), ("V4",), ("V5",)]
    assert [(one.file, one.rows) for one in tables.inputs if one.log == "visit"] == [
        ("走访记录-10月-改.csv", 1),
        ("走访记录-10月.csv", 2),
        ("走访记录-11月.csv", 1),
    ]
    # V3 is gone and so is what was unreadable in it; what was unreadable in V2 and V4 is not.
    assert {one.row for one in tables.problems if one.code.startswith("bad-")} == {3, 5}


def test_rows_may_be_added_to_a_month(tmp_path: Path, way: str) -> None:
    late = {"走访记录-补.csv": HEADER + "V7,FW0012,张伟,2026-10-31,甲,1,现场,是\n"}
    write(put(tmp_path / "logs", FILES), tmp_path / "kept")
    write(put(tmp_path / "new", late), tmp_path / "kept", choice=Choice(add_rows=True))
    assert seen(read(tmp_path / "kept")) == seen(read(put(tmp_path / "all", {**FILES, **late})))


def test_one_of_two_files_of_a_month_is_corrected_alone(tmp_path: Path, way: str) -> None:
    south = {"走访记录-南.csv": HEADER + "V8,FW0014,张伟,2026-10-08,甲,1,现场,是\n"}
    logs = put(tmp_path / "logs", {**FILES, **south})
    write(logs, tmp_path / "kept")
    mended = {"走访记录-南.csv": south["走访记录-南.csv"].replace(",1,", ",2,")}
    write(put(tmp_path / "new", mended), tmp_path / "kept")
    assert seen(read(tmp_path / "kept")) == seen(read(put(logs, mended)))


def test_next_month_under_the_same_name_does_not_replace_this_month(tmp_path: Path) -> None:
    write(put(tmp_path / "10", {"走访记录.csv": OCTOBER}), tmp_path / "kept")
    before = bytes_of(tmp_path / "kept")
    late = NOVEMBER + "V6,FW0012,张伟,2026-11-30,戊,1,现场,是\n"
    with pytest.raises(CheckerError) as error:
        write(put(tmp_path / "11", {"走访记录.csv": late}), tmp_path / "kept")
    assert codes(error) == [("archive-same-name", "走访记录.csv")]
    assert "--replace-files" in error.value.diagnostics[0].hint.zh
    assert bytes_of(tmp_path / "kept") == before
    with (
        connect() as db
    ):  # the folders given together tell them apart, and the bytes tell what is known already
        done = archive(gather([tmp_path / "10", tmp_path / "11"], PACK, db), tmp_path / "kept")
    assert [one.zh for one in done.notes] == ["走访记录.csv 改名为 10/走访记录.csv，内容相同"]
    assert seen(read(tmp_path / "kept")) == seen(read([tmp_path / "10", tmp_path / "11"]))
    write(put(tmp_path / "11", {"走访记录.csv": HEADER}), tmp_path / "other")
    write(tmp_path / "10", tmp_path / "other")
    write(tmp_path / "11", tmp_path / "other", choice=Choice(replace_files=True))
    assert seen(read(tmp_path / "other")) == seen(read(tmp_path / "11"))


# ------------------------------------------------------------------ crashes, damage, other folders


def crashes(monkeypatch: pytest.MonkeyPatch, at: int) -> list[int]:
    """Let the step `at` of those that touch the folder fail; gives the count of steps."""
    count = [0]

    def step(own: Any) -> Any:
        def done(*args: Any, **more: Any) -> Any:
            count[0] += 1
            if count[0] - 1 == at:
                raise RuntimeError("the power is gone")
            return own(*args, **more)

        return done

    monkeypatch.setattr(archives, "_move", step(archives._move))
    monkeypatch.setattr(archives, "_remove_empty", step(archives._remove_empty))
    monkeypatch.setattr(archive_manifest, "sha256_of", step(archive_manifest.sha256_of))
    monkeypatch.setattr(archive_manifest, "render", step(archive_manifest.render))
    monkeypatch.setattr(Path, "unlink", step(Path.unlink))
    monkeypatch.setattr(Path, "mkdir", step(Path.mkdir))
    return count


def test_a_crash_at_any_step_leaves_the_old_archive_or_the_new_one(tmp_path: Path) -> None:
    logs = put(tmp_path / "logs", FILES)
    mended = put(tmp_path / "mended", {"走访记录-10月.csv": OCTOBER.replace("2026-03-09", "2026-10-07")})
    write(logs, tmp_path / "old")
    old = seen(read(tmp_path / "old"))
    write(mended, shutil.copytree(tmp_path / "old", tmp_path / "new"))
    new, whole, steps = seen(read(tmp_path / "new")), bytes_of(tmp_path / "new"), 0
    states = []
    while True:
        kept = tmp_path / f"kept{steps}"
        shutil.copytree(tmp_path / "old", kept)
        with pytest.MonkeyPatch.context() as patch:
            count = crashes(patch, steps)
            with contextlib.suppress(RuntimeError):
                write(mended, kept)
            ended = count[0] <= steps
        found = seen(read(kept))
        assert found in (old, new)
        states.append(found == new)
        write(mended, kept)
        assert bytes_of(kept) == whole
        steps += 1
        if ended:
            break
    assert steps > 10 and states == sorted(states) and states[0] is False


def test_a_first_run_that_crashed_is_begun_again(tmp_path: Path) -> None:
    logs = put(tmp_path / "logs", FILES)
    write(logs, tmp_path / "whole")
    for at in (1, 3, 6, 10):
        with pytest.MonkeyPatch.context() as patch, pytest.raises(RuntimeError):
            crashes(patch, at)
            write(logs, tmp_path / "kept")
        assert not (tmp_path / "kept" / "manifest.json").exists()
    write(logs, tmp_path / "kept")
    assert bytes_of(tmp_path / "kept") == bytes_of(tmp_path / "whole")


@pytest.mark.parametrize("harm", ["changed", "gone", "manifest", "cut", "outside"])
def test_a_damaged_archive_is_neither_read_nor_written(tmp_path: Path, harm: str) -> None:
    write(put(tmp_path / "logs", FILES), tmp_path / "kept")
    part = next((tmp_path / "kept").glob("visit/_month=2026-10/*.parquet"))
    manifest = tmp_path / "kept" / "manifest.json"
    said = manifest.read_bytes()
    if harm == "changed":
        part.write_bytes(part.read_bytes()[:-1] + b"2")
    elif harm == "gone":
        part.unlink()
    elif harm == "manifest":
        manifest.write_bytes(said.replace("走访记录-10月".encode(), "走访记录-12月".encode()))
    elif harm == "cut":
        manifest.write_bytes(said[: len(said) // 2])
    else:
        manifest.write_bytes(archive_manifest.render(outside(tmp_path / "kept")))
    for job in (lambda: read(tmp_path / "kept"), lambda: write(tmp_path / "logs", tmp_path / "kept")):
        with pytest.raises(CheckerError) as error:
            job()
        assert [one.code for one in error.value.diagnostics] == ["archive-damaged"]


def outside(folder: Path) -> archive_manifest.Manifest:
    made = archive_manifest.load(folder)
    return replace(made, parts=tuple(replace(one, file=f"../{one.file}") for one in made.parts))


def test_a_part_without_its_manifest_is_no_log(tmp_path: Path) -> None:
    """Read as any Parquet file, what is unreadable in it would be blank."""
    write(put(tmp_path / "logs", FILES), tmp_path / "kept")
    (tmp_path / "kept" / "manifest.json").unlink()
    tables = read([tmp_path / "kept", tmp_path / "logs"])
    assert {(one.level, one.code) for one in tables.problems if one.file.endswith(".parquet")} == {
        ("error", "archive-part")
    }
    assert tables.inputs == read(tmp_path / "logs").inputs


def test_another_manifest_makes_no_archive_and_a_folder_of_other_things_is_not_written_to(tmp_path) -> None:
    logs = put(tmp_path / "logs", {**FILES, "manifest.json": '{"format": "of something else"}\n'})
    assert read(logs).inputs == read(put(tmp_path / "plain", FILES)).inputs
    with pytest.raises(CheckerError) as error:
        write(tmp_path / "plain", logs)
    assert [one.code for one in error.value.diagnostics] == ["not-an-archive"]
    assert bytes_of(logs) == {name: text.encode() for name, text in FILES.items()} | {
        "manifest.json": b'{"format": "of something else"}\n'
    }


def changed(**fields: Any) -> Pack:
    visit = replace(VISIT, fields={**VISIT.fields, **fields})
    return replace(PACK, logs={**PACK.logs, "visit": visit})


@pytest.mark.parametrize(
    "pack",
    [
        changed(qty=field("qty", "decimal", "数量", places=2)),
        changed(phone=field("phone", "text", "电话")),
        replace(PACK, logs={"staff_roster": STAFF}),
        replace(PACK, time_zone="Asia/Tokyo"),
    ],
    ids=["places", "new field", "no such log", "zone"],
)
def test_an_archive_of_other_definitions_is_refused_and_says_so(tmp_path: Path, pack: Pack) -> None:
    logs = put(tmp_path / "logs", FILES)
    write(logs, tmp_path / "kept")
    for job in (lambda: read(tmp_path / "kept", pack=pack), lambda: write(logs, tmp_path / "kept", pack)):
        with pytest.raises(CheckerError) as error:
            job()
        (said,) = error.value.diagnostics
        assert said.code == "archive-other-logs" and "visit" in said.message.zh + said.message.en


def test_rules_formulas_and_further_logs_do_not_make_an_archive_old(tmp_path: Path) -> None:
    logs = put(tmp_path / "logs", FILES)
    write(logs, tmp_path / "kept", replace(PACK, logs={"staff_roster": STAFF, "visit": VISIT}))
    pack = changed(double=field("double", "int", "双", formula="count * 2"))
    assert seen(read(tmp_path / "kept", pack=pack)) == seen(read(logs))


def test_another_version_of_the_format_is_said_to_be_one(tmp_path: Path) -> None:
    write(put(tmp_path / "logs", FILES), tmp_path / "kept")
    path = tmp_path / "kept" / "manifest.json"
    path.write_bytes(path.read_bytes().replace(b'"version": 1', b'"version": 2'))
    with pytest.raises(CheckerError) as error:
        read(tmp_path / "kept")
    assert [one.code for one in error.value.diagnostics] == ["archive-version"]


@pytest.mark.parametrize("name", ['it\'s "kept"', "[1] a*b?", "存档 2026", "x;drop table y"])
def test_an_archive_may_have_any_name_and_lie_deeper(tmp_path: Path, way: str, name: str) -> None:
    files: Mapping[str, str] = {'it\'s [1] "走访记录".csv': OCTOBER, "花名册.csv": STAFF_CSV}
    logs = put(tmp_path / "logs", files)
    write(logs, tmp_path / "data" / name)
    with connect() as db:
        tables = read(tmp_path / "data", db)
        db.lock(one for one in (tmp_path / "data").rglob("*"))
        assert seen(tables) == seen(read(logs))


def test_files_that_hold_no_record_are_told_of_as_before(tmp_path: Path) -> None:
    files = {**FILES, "~$走访.xlsx": "x", "空.csv": "", "照片.jpg": "x", "闲话.txt": "a,b\n1,2\n"}
    logs = put(tmp_path / "logs", files)
    write(logs, tmp_path / "kept")
    assert seen(read(tmp_path / "kept")) == seen(read(logs))
    assert len({one.file for one in read(logs).problems} - set(FILES)) == 4


# ------------------------------------------------------------------ the program


def run(*args: object) -> Any:
    return CliRunner().invoke(main, [str(one) for one in args])


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    to = tmp_path_factory.mktemp("sample") / "kept"
    done = run("archive", SAMPLE, "--to", to, "--rules", RULES)
    assert (done.exit_code, done.stderr) == (0, "")
    return to


@pytest.mark.parametrize("much", [False, True])
@pytest.mark.parametrize("engine", ["duckdb", "reference"])
def test_a_check_of_the_archived_sample_month_is_byte_equal(
    sample: Path, engine: str, much: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = ["--period", "2026-10", "--as-of", "2026-11-06", "--format", "json", "--engine", engine]
    if much:
        monkeypatch.setattr(pipeline, "LITTLE", 0)
    expected = run("check", SAMPLE, "--rules", RULES, *asked)
    if much:
        monkeypatch.setattr(bigtext, "HELD", 0)
    found = run("check", sample, "--rules", RULES, *asked)
    assert (found.exit_code, found.stderr) == (0, "")
    assert found.stdout_bytes == expected.stdout_bytes


def test_the_command_says_what_it_wrote_and_what_it_replaced(sample: Path, tmp_path: Path) -> None:
    kept = shutil.copytree(sample, tmp_path / "kept")
    logs = put(tmp_path / "new", {"片区表.csv": (SAMPLE / "片区表.csv").read_bytes() + b"\n"})
    done = run("archive", logs, "--to", kept, "--rules", RULES, "--lang", "en")
    assert (done.exit_code, done.stderr) == (0, "replaced 片区表.csv, a file of the same name\n")
    assert done.stdout.startswith("the archive has 28 logs, 61 files of a month, ")


def test_a_file_that_cannot_be_read_leaves_the_archive_alone(tmp_path: Path) -> None:
    logs = put(
        tmp_path / "logs", {"片区表.csv": "片区,设立日期\n豫北,2026-01-01\n", "走访记录.xlsx": b"PK\3\4"}
    )
    done = run("archive", logs, "--to", tmp_path / "kept", "--rules", RULES)
    assert (done.exit_code, done.stdout, (tmp_path / "kept").exists()) == (2, "", False)
    assert "unreadable-input" in done.stderr and "走访记录.xlsx" in done.stderr


@pytest.mark.parametrize("to", [".", "logs", "logs/kept", "logs/片区表.csv/x"])
def test_inputs_and_archive_must_lie_apart(tmp_path: Path, to: str) -> None:
    logs = put(tmp_path / "logs", {"片区表.csv": "片区,设立日期\n豫北,2026-01-01\n"})
    before = bytes_of(logs)
    done = run("archive", logs, logs / "片区表.csv", "--to", tmp_path / to, "--rules", RULES)
    assert (done.exit_code, done.stdout) == (2, "")
    assert "output-is-input" in done.stderr and bytes_of(tmp_path / "logs") == before


def test_a_check_of_a_damaged_archive_ends_with_status_2(sample: Path, tmp_path: Path) -> None:
    kept = shutil.copytree(sample, tmp_path / "kept")
    next(kept.glob("leave/*/*.parquet")).write_bytes(b"")
    done = run("check", kept, "--rules", RULES, "--period", "2026-10", "--as-of", "2026-11-06")
    assert (done.exit_code, done.stdout) == (2, "")
    assert "archive-damaged" in done.stderr
