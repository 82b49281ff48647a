"""A small pack made in Python, and files written byte by byte: what the tests of the logs room share."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from checker import logs
from checker.database import Database, connect
from checker.language.pack import Field, LeaveSource, Log, Pack, People, PolicyDocument
from checker.logs import Tables
from checker.model import Text


def field(name: str, kind: str, header: str, **more: Any) -> Field:
    return Field(name, kind, header, **more)  # type: ignore[arg-type]


def log(name: str, title: str, fields: Sequence[Field], **more: Any) -> Log:
    return Log(name, Text(title), {one.name: one for one in fields}, **more)


STAFF = log(
    "staff_roster", "服务人员花名册",
    [
        field("employee_id", "id", "工号", aliases=("员工编号",), required=True),
        field("employee_name", "text", "姓名", required=True),
        field("region", "list", "片区"),
        field("valid_from", "date", "生效日期", required=True),
        field("valid_to", "date", "失效日期"),
    ],
    aliases=("花名册",), key=("employee_id", "valid_from"), person="employee_id", person_name="employee_name",
)  # fmt: skip
VISIT = log(
    "visit", "走访记录",
    [
        field("record_id", "id", "记录编号", aliases=("编号",), required=True),
        field("employee_id", "id", "工号", aliases=("员工编号",), required=True),
        field("employee_name", "text", "姓名"),
        field("region", "text", "片区"),
        field("visit_date", "date", "走访日期", aliases=("日期",), required=True),
        field("start_time", "time", "开始时间"),
        field("end_time", "time", "结束时间"),
        field("customer", "text", "客户名称"),
        field("qty", "decimal", "数量", aliases=("数量(吨)",), places=3, unit="吨"),
        field("count", "int", "次数"),
        field("mode", "enum", "方式", values=("现场", "电话", "无"), alias={"上门": "现场"}),
        field("signed", "bool", "客户签字"),
        field("entered_at", "datetime", "填表时间"),
    ],
    key=("record_id",), date="visit_date", person="employee_id", person_name="employee_name", region="region",
)  # fmt: skip
LEAVE = log(
    "leave", "请假记录",
    [
        field("record_id", "id", "记录编号", required=True),
        field("employee_id", "id", "工号", required=True),
        field("start_at", "datetime", "开始时间", required=True),
        field("end_at", "datetime", "结束时间", required=True),
        field("leave_type", "enum", "假别", values=("病假", "事假"), required=True),
    ],
    key=("record_id",), date="start_at", person="employee_id",
)  # fmt: skip
SURVEY = log(
    "survey", "满意度调查",
    [
        field("form_no", "id", "问卷编号", required=True),
        field("quarter", "quarter", "季度", required=True),
        field("month", "month", "月份"),
        field("score", "decimal", "总分"),
        field("length", "duration", "时长", unit="minutes"),
        field("tags", "list", "标签", values=("周报", "月报", "台帐")),
    ],
    key=("form_no",),
)  # fmt: skip
PACK = Pack(
    "small", Text("小制度"), "1", "Asia/Shanghai", "CNY", PolicyDocument(),
    {one.id: one for one in (STAFF, VISIT, LEAVE, SURVEY)}, {}, (),
    people=People("staff_roster", "employee_id", "employee_name", "region", "valid_from", "valid_to"),
    leave=LeaveSource("leave", "employee_id", "start_at", "end_at"),
)  # fmt: skip
STAFF_CSV = """工号,姓名,片区,生效日期,失效日期
FW0012,张伟,豫北片区,2026-01-01,
FW0013,李娜,豫北片区,2026-01-01,2026-06-30
FW0014,张伟,豫南片区,2026-01-01,
"""


def read(folder: Path | Sequence[Path], db: Database | None = None, pack: Pack = PACK, **more: Any) -> Tables:
    paths = [folder] if isinstance(folder, Path) else list(folder)
    return logs.read(paths, pack, db or connect(), **more)


def put(folder: Path, files: Mapping[str, str | bytes]) -> Path:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return folder


def table(tables: Tables, name: str, *columns: str) -> list[tuple[Any, ...]]:
    return tables.rows(name, columns)


def found(tables: Tables, *codes: str) -> list[tuple[Any, ...]]:
    """Problems as (level, code, file, row, column, found), without the notes on optional columns."""
    return [
        (one.level, one.code, one.file, one.row, one.column, one.found)
        for one in tables.problems
        if (one.code in codes if codes else one.code not in ("missing-columns", "unknown-columns"))
    ]


def column(
    folder: Path, log_name: str, name: str, texts: Sequence[str], other: str = ""
) -> tuple[list[Any], list[Any]]:
    """Give the values of one field for many texts, and the codes of the problems."""
    where = {"visit": VISIT, "leave": LEAVE, "survey": SURVEY}[log_name]
    names = [*where.key, name]
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([where.fields[one].header for one in names])
    writer.writerows([f"K{number:05}", text] for number, text in enumerate(texts))
    tables = read(put(folder, {f"{log_name}{other}.csv": out.getvalue()}))
    codes = {one.row: one.code for one in tables.problems if one.field == name and one.row}
    return [row[0] for row in table(tables, log_name, name)], [
        codes.get(number + 2) for number in range(len(texts))
    ]


def xlsx(
    path: Path,
    sheets: Mapping[str, Sequence[Sequence[Any]]],
    merges: Sequence[tuple[int, int, int, int, str]] = (),
) -> Path:
    import xlsxwriter

    book = xlsxwriter.Workbook(str(path), {"in_memory": True})
    day, moment, clock = (
        book.add_format({"num_format": one}) for one in ("yyyy-mm-dd", "yyyy-mm-dd hh:mm", "hh:mm")
    )
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for r, row in enumerate(rows):
            for c, value in enumerate(row):
                if isinstance(value, datetime):
                    sheet.write_datetime(r, c, value, moment)
                elif isinstance(value, date):
                    sheet.write_datetime(r, c, datetime(value.year, value.month, value.day), day)
                elif isinstance(value, tuple):
                    sheet.write_number(r, c, value[0], clock)
                elif value is not None and value != "":
                    sheet.write(r, c, value)
        for top, left, bottom, right, text in merges:
            sheet.merge_range(top, left, bottom, right, text)
    book.close()
    return path


def ods(path: Path, name: str, rows: Sequence[Sequence[str]]) -> Path:
    def cell(text: str) -> str:
        return (
            f'<table:table-cell office:value-type="string"><text:p>{escape(text)}</text:p></table:table-cell>'
            if text
            else "<table:table-cell/>"
        )

    body = "".join(f"<table:table-row>{''.join(map(cell, row))}</table:table-row>" for row in rows)
    spaces = "".join(
        f' xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{short}:1.0"'
        for short in ("office", "table", "text")
    )
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content{spaces} office:version="1.2"><office:body>'
        f'<office:spreadsheet><table:table table:name="{escape(name)}">{body}</table:table></office:spreadsheet></office:body>'
        "</office:document-content>"
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        out.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        out.writestr("content.xml", content)
        out.writestr(
            "META-INF/manifest.xml",
            '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"><manifest:file-entry'
            ' manifest:full-path="/" manifest:media-type="application/vnd.oasis.opendocument.spreadsheet"/></manifest:manifest>',
        )
    return path


def xls(path: Path, name: str, rows: Sequence[Sequence[str]]) -> Path:
    import xlwt

    book = xlwt.Workbook()
    sheet = book.add_sheet(name)
    for r, row in enumerate(rows):
        for c, value in enumerate(row):
            sheet.write(r, c, value)
    book.save(str(path))
    return path


def jsonl(rows: Sequence[Sequence[str]]) -> str:
    return "".join(
        json.dumps(dict(zip(rows[0], row, strict=True)), ensure_ascii=False) + "\n" for row in rows[1:]
    )
