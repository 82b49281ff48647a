"""Small sources are read in Python, large ones in the database: the same rows, flags and problems either way."""

from __future__ import annotations

import csv
import io
import os
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from checker.database import connect
from checker.language.pack import Field
from checker.logs import bigtext, bulk_store, texts
from checker.logs.cells import Cell, Context, read_cell
from checker.logs.quick import QUICK
from checker.logs.small import typed
from tests.logs.support import LEAVE, PACK, STAFF, SURVEY, VISIT, put, read
from tests.test_logs_fuzz import ODD

SETTINGS = settings(
    max_examples=int(os.environ.get("CHECKER_CASES", "20")),
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],  # to make a case smaller takes minutes
    suppress_health_check=list(HealthCheck),
)
LOGS = {one.id: one for one in (STAFF, VISIT, LEAVE, SURVEY)}
USUAL: dict[str, tuple[str, ...]] = {
    "id": ("FW0012", "fw0013", "FW0014", "0012", "12", "V1", "V2", "合计", "小计：", "制表人：张伟"),
    "text": ("张伟", "李娜", "张 伟", "王五", "豫北片区", "豫南片区", "a\u2003b", "\u2003a", "﹣", "＃N/A"),
    "date": (
        "2026-10-08",
        "2026-10-09",
        "2026年10月8日",
        "10月8日",
        "10.1",
        "2025-01-01",
        "26-10-8",
        "2026/10/8",
        "2026.10.08",
        "2026/2/30",
        "2026-10/8",
        "1949-1-1",
    ),
    "datetime": (
        "2026-10-08 07:30",
        "2026-10-08",
        "10月8日 7:30",
        "2026-10-08 上午",
        "2026/10/8 7:30:01.5",
        "2026/10/8 7:30",
        "2026.10.8 24:00",
        "2026-1-1 23:59:59",
    ),
    "time": ("07:30", "7点半", "24:00", "7:5", "7:05", "23:59:59"),
    "enum": ("现场", "上门", "无", "病假", "事 假", "旷工"),
    "bool": ("是", "无", "√", "0"),
    "int": ("3", "1,200", "12.0", "x", "0012", "999999999", "9999999999"),
    "decimal": ("1.5", "-0", "1.2345", "3吨", "5.000", "0", "007.10", "999999999.9"),
    "month": ("2026-09", "9月", "2026年9月"),
    "quarter": ("2026Q3", "第三季度", "2026-07-01"),
    "duration": ("57分钟", "1:20", "57"),
    "list": ("周报、月报", "周报,台账", "、", "\u3000、", "豫北片区；豫南片区"),
}


def cell(one: Field) -> st.SearchStrategy[str]:
    usual = st.sampled_from([*USUAL[one.type], "", "/", one.header])
    # Python passes over a space behind the mark between cells, the database does not: only `found` shows it.
    return st.one_of(usual, usual, usual, usual, ODD).map(lambda text: text.lstrip(" "))


def rows(name: str) -> st.SearchStrategy[list[list[str]]]:
    fields = list(LOGS[name].fields.values())
    record = st.tuples(*map(cell, fields)).map(list)
    junk = st.sampled_from(
        [
            [],
            ["合计", "", "3"],
            ["制表人：张伟"],
            ["以上内容均属实，特此说明，请领导审阅批示。"],
            [one.header for one in fields],
        ]
    )
    blank = st.integers(0, len(fields) - 1)
    thinned = st.tuples(record, st.sets(blank, min_size=len(fields) // 2)).map(
        lambda pair: ["" if i in pair[1] else text for i, text in enumerate(pair[0])]
    )
    some = st.lists(st.one_of(record, record, thinned, junk), max_size=12)
    return some.flatmap(lambda own: st.permutations([*own, *own[:2]]))  # some of them twice


FILES = st.fixed_dictionaries(
    {}, optional={f"{name}{n}.csv": rows(name) for name in LOGS for n in (1, 2)}
).filter(bool)


def text(name: str, table: list[list[str]]) -> str:
    out = io.StringIO()
    fields = LOGS[name.rstrip("12")].fields.values()
    csv.writer(out, lineterminator="\n").writerows([[one.header for one in fields], *table])
    return out.getvalue()


def outcome(files: dict[str, str], monkeypatch: pytest.MonkeyPatch, held: int, small: int = 1 << 20) -> Any:
    """Read the files; `held` cells at most in Python, texts over `small` bytes together by the database."""
    monkeypatch.setattr(bigtext, "HELD", held)
    monkeypatch.setattr(texts, "SMALL", small)
    with tempfile.TemporaryDirectory() as folder, connect() as db:
        tables = read(put(Path(folder), dict(files)), db)
        found = {}
        for name, info in tables.logs.items():
            columns = (*info.columns, "_src", "_row", "_bad")
            found[name] = (info.rows, tables.rows(name, columns))
            if info.records is not None:
                assert info.records.columns == columns
                assert list(info.records.rows) == found[name][1], name
            if small:
                assert (info.records is not None) == (held > 0)
        return found, tables.problems, tables.inputs


@SETTINGS
@given(FILES)
def test_a_small_log_is_read_the_same_in_python_and_in_the_database(
    files: dict[str, list[list[str]]],
) -> None:
    written = {name: text(Path(name).stem, table) for name, table in files.items()}
    with pytest.MonkeyPatch.context() as patch:
        held, stored = (outcome(written, patch, most) for most in (1_000_000, 0))
        together = outcome(written, patch, 1_000_000, 0)
        patch.setattr(bulk_store, "PACKED", 0)
        packed = outcome(written, patch, 0, 0)
    assert held == stored
    assert held == together
    assert held == packed


def test_a_log_held_in_part_is_stored_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    people = "工号,姓名,片区,生效日期,失效日期\n" + "".join(
        f"FW{n:04},某{n},豫北片区,2026-01-01,\n" for n in range(30)
    )
    visits = ["记录编号,工号,姓名,走访日期\n" + "".join(f"V{n},,某{n},2026-10-08\n" for n in some)
              for some in (range(3), range(2, 30))]  # fmt: skip
    files = {"staff_roster.csv": people, "visit1.csv": visits[0], "visit2.csv": visits[1]}
    monkeypatch.setattr(bigtext, "HELD", 20)  # the first file of visits is small enough, nothing else is
    tables = read(put(tmp_path, dict(files)))
    found = tables.rows("visit", ["record_id", "employee_id", "_src", "_row"])
    assert found == [(f"V{n}", f"FW{n:04}", 1, n + 2) for n in range(3)] + [
        (f"V{n}", f"FW{n:04}", 2, n) for n in range(3, 30)
    ]


@SETTINGS
@given(st.lists(st.one_of(ODD, *(st.sampled_from(one) for one in USUAL.values())), min_size=1, max_size=60))
def test_the_plainest_forms_mean_what_the_careful_reader_says(cells: list[str]) -> None:
    for one in (entry for log in PACK.logs.values() for entry in log.fields.values() if entry.type in QUICK):
        for raw in cells:
            value = QUICK[one.type](one, raw)
            slow = read_cell(one, raw, Context())
            assert value is None or (value, "") == (typed(one, slow), slow.code), (one.name, raw)


@pytest.mark.parametrize("kind", sorted(QUICK))
def test_the_usual_forms_mean_what_the_careful_reader_says_in_any_unit_and_precision(kind: str) -> None:
    fields = [
        Field("one", kind, unit=unit, places=places) for unit in (None, "0", "吨") for places in (0, 1, 3, 12)
    ]  # type: ignore[arg-type]
    for one in fields:
        for raw in {cell for cells in USUAL.values() for cell in cells}:
            value, slow = QUICK[kind](one, raw), read_cell(one, raw, Context())
            wanted = typed(one, slow)
            assert value is None or (value, str(value), slow.code) == (wanted, str(wanted), ""), (one, raw)


def test_a_number_is_held_as_the_database_gives_it_back() -> None:
    one = Field("qty", "decimal", "数量", places=3)
    assert [str(typed(one, Cell(text))) for text in ("-0", "1.5", "12")] == ["0.000", "1.500", "12.000"]
