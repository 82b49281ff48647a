"""Whatever the bytes: a table or an error that says what to do, never anything else; and two readers, one meaning."""

import io
import tempfile
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from checker.database import connect
from checker.diagnostics import CheckerError
from checker.logs import texts
from checker.logs.cells import Context, read_cell
from checker.logs.plain import left_over, plain
from checker.logs.tables import sql_type
from tests.logs.support import LEAVE, SURVEY, VISIT, put, read, xlsx

HEADER = "记录编号,工号,走访日期,客户名称,数量\n".encode()
CELL = st.one_of(
    st.sampled_from(
        [
            "",
            "V1",
            "FW0012",
            "2026-10-08",
            "10月8日",
            '"',
            '""',
            '"甲',
            "乙\n",
            "\r",
            ",",
            "\t",
            "/",
            "合计",
            "#N/A",
            "1e9",
            "\0",
            "\ufeff",
        ]
    ),
    st.text(max_size=6),
)
LINES = st.lists(st.lists(CELL, max_size=7), max_size=8).map(
    lambda rows: "\n".join(",".join(row) for row in rows)
)
BYTES = st.one_of(
    LINES.map(lambda text: HEADER + text.encode("utf-8", "surrogatepass")),
    LINES.map(lambda text: HEADER.decode().encode("gb18030") + text.encode("gb18030", "replace")),
    LINES.map(lambda text: (HEADER.decode() + text).encode("utf-16", "replace")),
    st.binary(max_size=200).map(lambda noise: HEADER + noise),
    st.binary(max_size=200),
)


def readable(data: bytes, name: str = "a.csv") -> None:
    with tempfile.TemporaryDirectory() as folder, connect() as db:
        try:
            tables = read(put(Path(folder), {name: data}), db)
        except CheckerError as error:
            assert error.diagnostics
            return
        for info in tables.logs.values():
            rows = db.execute(f"select _row, _bad from {info.sql} order by _src, _row")
            assert len(rows) == info.rows
            assert all(row > 0 and (bad is None or bad.startswith(",")) for row, bad in rows)


@settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(BYTES)
def test_no_bytes_end_in_anything_but_a_table_or_a_checker_error(data: bytes) -> None:
    readable(data)


@pytest.mark.slow
@settings(max_examples=1500, deadline=None, suppress_health_check=list(HealthCheck))
@given(BYTES, st.sampled_from(["a.csv", "a.xlsx", "a.jsonl"]))
def test_no_bytes_at_all_end_in_anything_but_a_table_or_a_checker_error(data: bytes, name: str) -> None:
    readable(data, name)


@settings(max_examples=20, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(LINES.map(lambda text: HEADER + text.encode("utf-8", "replace") + b"\n"))
def test_python_and_the_database_read_a_text_file_alike(data: bytes) -> None:
    def both(limit: int) -> Any:
        before, texts.SMALL = texts.SMALL, limit
        try:
            with tempfile.TemporaryDirectory() as folder, connect() as db:
                tables = read(put(Path(folder), {"a.csv": data}), db)
                names = [name for name in VISIT.fields]
                return tables.rows("visit", [*names, "_row", "_bad"]), tables.problems
        except CheckerError as error:
            return [one.code for one in error.diagnostics]
        finally:
            texts.SMALL = before

    assert both(0) == both(1 << 20)


FIELDS = [one for log in (VISIT, LEAVE, SURVEY) for one in log.fields.values()]
ODD = st.one_of(
    st.from_regex(r"(20)?\d{2}[-/.年 ]\d{1,2}[-/.月 ]\d{1,2}日?([T ]\d{1,2}:\d{2}(:\d{2})?(Z|\+08:00|-0500|\.\d{1,3})?)?", fullmatch=True),
    st.from_regex(r"[+-]?[0-9０-９]{1,20}([.,][0-9]{0,5})?([eE][+-]?\d)?[元吨%]?", fullmatch=True),
    st.from_regex(r"\d{1,2}[:：]\d{1,2}(:\d{1,3})?", fullmatch=True),
    st.sampled_from(["现场", " 现场", "无", "是", "×", "周报、月报", "周报,", "2026Q3", "2026-09", "fw12", "12.0", "infinity", "epoch", "1_0",
                     "0x1F", "nan", "true", "24:00", "#REF!", "a\u3000b", "\u00a0", " / ", "/ x", "-1", "１", "x\t", "\tx", "x\n"]),
    st.text(min_size=1, max_size=8),
)  # fmt: skip


with tempfile.TemporaryDirectory() as made:
    WORKBOOK = xlsx(
        Path(made) / "x.xlsx", {"走访": [["记录编号", "工号", "走访日期"], ["V1", "FW1", "2026-10-08"]]}
    ).read_bytes()
KINDS = list({(one.type, one.places, one.values): one for one in FIELDS}.values())


@settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(st.lists(ODD, min_size=1, max_size=40, unique=True))
def test_what_sql_reads_python_reads_alike(cells: list[str]) -> None:
    """The fast reading may leave a cell to the slow one, but must never give another value, nor lose one."""
    names = [f"s{i}" for i in range(len(KINDS))]
    with connect() as db:
        slow = [[read_cell(one, text, Context()) for one in KINDS] for text in cells]
        rows = [
            [text, *(None if cell.code else cell.value for cell in row)]
            for text, row in zip(cells, slow, strict=True)
        ]
        db.fill("raw", [("c", "VARCHAR"), *((name, "VARCHAR") for name in names)], rows)
        flags = []
        for name, one in zip(names, KINDS, strict=True):
            fast = plain(one, "c", "Asia/Shanghai")
            typed = f"string_split({name}, '、')" if one.type == "list" else f"{name}::{sql_type(one)}"
            blank_is_blank = f"({left_over(one, 'c')} is not null or {name} is null)"
            flags.append(
                f"case when ({fast}) is null then {blank_is_blank} else ({fast}) is not distinct from {typed} end"
            )
        for text, *alike in db.execute(f"select c, {', '.join(flags)} from raw"):
            assert alike == [True] * len(KINDS), (
                text,
                [one.name for one, ok in zip(KINDS, alike, strict=True) if not ok],
            )


@settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_a_damaged_workbook_ends_in_a_problem(data: st.DataObject) -> None:
    whole = bytearray(WORKBOOK)
    for _ in range(data.draw(st.integers(1, 4))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(len(whole) // 2, len(whole)))
    readable(bytes(whole[:cut]), "a.xlsx")


@pytest.mark.parametrize(
    "inside",
    [
        b"",
        b"<x/>",
        b"<worksheet><sheetData><row r='1'><c r='A1' t='s'><v>99</v></c></row></sheetData></worksheet>",
    ],
)
def test_a_zip_that_only_looks_like_a_workbook_ends_in_a_problem(inside: bytes) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as book:
        book.writestr(
            "xl/workbook.xml", "<workbook><sheets><sheet name='a' sheetId='1'/></sheets></workbook>"
        )
        book.writestr("xl/worksheets/sheet1.xml", inside)
    readable(out.getvalue(), "a.xlsx")
