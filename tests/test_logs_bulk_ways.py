"""Bytes as people's programs write them: read in the quick way or in the careful one, the same comes out."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checker.database import connect
from checker.logs import bulk_store
from checker.logs.plain import plain, stands
from tests.logs.support import PACK
from tests.test_logs_fuzz import ODD
from tests.test_logs_small import SETTINGS, outcome

HEADER = (
    "记录编号",
    "工号",
    "姓名",
    "走访日期",
    "开始时间",
    "客户名称",
    "数量",
    "次数",
    "方式",
    "客户签字",
    "填表时间",
)
SOUND = ("V1", "FW0012", "张伟", "2026-10-08", "07:30", "某某水泥有限公司", "1.5", "3", "现场", "是", "2026-10-08 07:30:00")  # fmt: skip
DIRT = (
    "", "/", "-", "——", "无", "待补", "同上", " ", "\u3000", "\u00a0", "x ", " x", "x\u3000", "x\u200by", "\ufeffx",
    "１２", "ＦＷ１", "fw0013", "0012", "+1", "-1", "-0", "1,200", "1e5", "inf", "-inf", "nan", "infinity", "0x1F", "1_0",
    "true", "TRUE", "46303", "46303.5", "24:00", "2026-10-08 24:00", "2026/10/8", "10月8日", "13/10/2026", "20261008",
    "2026-10-08 07:30+08", "2026-10-08T07:30:00Z", "07:30:00.5", "7:5", "12.0", "1.2345", "007", "#N/A", "＃N/A", "合计",
    "制表人：张伟", "说明：以上内容均属实，特此说明，请领导审阅。", "现 场", "上门", "é", "〇", "（空）", "A.1", "A B", "Ⅷ",
)  # fmt: skip


def written(text: str, mark: str) -> str:
    return '"' + text.replace('"', '""') + '"' if set(text) & {mark, '"', "\n", "\r"} else text


def lines(mark: str) -> st.SearchStrategy[list[str]]:
    # A space behind the mark, and a NUL in a text of GB18030, are read otherwise by Python than by the database.
    dirty = st.one_of(st.sampled_from(DIRT), st.sampled_from(DIRT), ODD).map(
        lambda text: text.replace("\0", "").lstrip(" ")
    )
    record = st.lists(st.tuples(st.integers(0, len(HEADER) - 1), dirty), max_size=3).map(
        lambda cells: [dict(cells).get(i, sound) for i, sound in enumerate(SOUND)]
    )
    whole = record.map(lambda cells: mark.join(written(cell, mark) for cell in cells))
    ragged = st.sampled_from(
        [
            "",
            mark.join(HEADER),
            "合计",
            mark * 10,
            mark.join(SOUND[:4]),
            mark.join([*SOUND, "x"]),
            'V9,"FW',
            '"',
        ]
    )
    return st.lists(st.one_of(whole, whole, whole, whole, ragged), max_size=8)


@st.composite
def file(draw: st.DrawFn) -> bytes:
    mark, end = draw(st.sampled_from(",,,;\t")), draw(st.sampled_from(["\n", "\n", "\r\n"]))
    body = end.join([mark.join(HEADER), *draw(lines(mark))]) + draw(st.sampled_from([end, "", end * 3]))
    encoding = draw(st.sampled_from(["utf-8", "utf-8", "utf-8", "utf-8-sig", "gb18030"]))
    return body.encode(encoding, "replace")


FILES = st.lists(file(), min_size=1, max_size=4).map(
    lambda made: {f"visit{n}.csv": data for n, data in enumerate(made)}
)


@SETTINGS
@given(FILES, st.sampled_from([0, 1, 3, 1000]), st.sampled_from([1, 1500]))
def test_columns_that_seem_to_stand_as_they_are_change_nothing(
    files: dict[str, Any], first: int, group: int
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        held = outcome(files, patch, 1_000_000)
        together = outcome(files, patch, 1_000_000, 0)
        patch.setattr(bulk_store, "PACKED", 0)
        patch.setattr(bulk_store, "FIRST", first)
        patch.setattr(bulk_store, "GROUP", group)
        packed = outcome(files, patch, 1_000_000, 0)
    assert packed == together
    assert packed == held


FIELDS = [one for log in PACK.logs.values() for one in log.fields.values() if stands(one, "c")]


@SETTINGS
@given(st.lists(st.one_of(st.sampled_from([*DIRT, *SOUND]), ODD), min_size=1, max_size=60))
def test_what_stands_as_it_is_is_plain_and_its_own_value(cells: list[str]) -> None:
    with connect() as db:
        db.fill("raw", [("c", "VARCHAR")], [[one] for one in [*cells, None]])
        for one in FIELDS:
            test, value = stands(one, "c"), plain(one, "c", "Asia/Shanghai")
            wrong = f"({test}) is null or ({test}) and ({value}) is distinct from c"
            assert db.execute(f"select c from raw where c is not null and ({wrong})") == [], one.name
            assert db.execute(f"select c from raw where c is null and ({test}) is not null") == [], one.name


def test_what_is_plain_in_most_files_is_told_to_stand_as_it_is() -> None:
    with connect() as db:
        assert [
            db.execute(f"select {stands(one, 'c')} from (select $1::varchar as c)", [text])[0][0]
            for one in FIELDS
            for text in {"id": ["FW0012"], "text": ["张伟", "A1"], "enum": list(one.values)[:1]}[one.type]
        ].count(False) == 0
