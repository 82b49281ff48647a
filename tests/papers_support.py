"""A small company for the tests of papers: its policy, its logs, and a clerk who fills in sheets."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import xlsxwriter
from click.testing import CliRunner, Result
from python_calamine import CalamineWorkbook

from checker.cli import main

PACK = {
    "pack.yaml": """\
id: shop
title: {zh: 门店制度, en: Shop policy}
version: "1"
time_zone: Asia/Shanghai
currency: CNY
policy: {name: {zh: 门店制度, en: Shop policy}, approved_by: 经理, approved_on: 2025-12-01, published_on: 2025-12-02}
people: {log: staff, key: employee_id, name: employee_name, region: region, from: valid_from}
regions: {log: region, key: region, from: opened_on, to: closed_on}
""",
    "clauses.yaml": """\
clauses:
  一.1: {handling: automated, title: {zh: 时长, en: Length}}
  一.2: {handling: automated, title: {zh: 备注, en: Notes}}
  一.3: {handling: automated, title: {zh: 盘点, en: Stock}}
""",
    "logs.yaml": """\
logs:
  staff:
    title: {zh: 人员, en: Staff}
    key: [employee_id]
    fields:
      employee_id: {type: id, header: 工号, required: true}
      employee_name: {type: text, header: 姓名}
      region: {type: text, header: 片区}
      valid_from: {type: date, header: 生效日期}
  region:
    title: {zh: 片区表, en: Regions}
    key: [region]
    fields:
      region: {type: text, header: 片区名称, required: true}
      opened_on: {type: date, header: 设立日期}
      closed_on: {type: date, header: 撤销日期}
  visit:
    title: {zh: 走访记录, en: Visits}
    key: [record_id]
    date: visited_on
    person: employee_id
    region: region
    filed: monthly
    fields:
      record_id: {type: id, header: 编号, required: true}
      employee_id: {type: id, header: 工号, required: true}
      visited_on: {type: date, header: 走访日期, required: true}
      region: {type: text, header: 片区}
      minutes: {type: duration, unit: minutes, header: 分钟}
      customer: {type: text, header: 客户}
      note: {type: text, header: 备注}
  stock:
    title: {zh: 盘点表, en: Stock}
    key: [stock_no]
    date: counted_on
    fields:
      stock_no: {type: id, header: 盘点编号, required: true}
      counted_on: {type: date, header: 盘点日期, required: true}
      counted_by: {type: text, header: 盘点人}
""",
    "rules/rules.yaml": """\
rules:
- id: visit-short
  title: {zh: 走访太短, en: Visit too short}
  clause: 一.1
  kind: duty
  status: active
  severity: minor
  effective: {from: 2026-01-01}
  params:
    limit: {2026-01-01: 30 minutes}
    fine-min: {2026-01-01: 10}
    fine-max: {2026-01-01: 50}
  check: {each: {log: visit, require: {minutes: {at_least: $limit}}}}
  penalty: {fine: {range: {min: $fine-min, max: $fine-max, propose: min, decided_by: 质检部}}}
  waivable: {keys: [record_id], approver: 质检部, max_days: 30}
  message: {zh: "走访 {record_id}（{customer}）只有 {minutes}", en: "visit {record_id} took {minutes}"}
- id: visit-note
  title: {zh: 没有备注, en: No note}
  clause: 一.2
  kind: duty
  status: active
  severity: minor
  effective: {from: 2026-01-01}
  check: {each: {log: visit, require: {note: {present: true}}}}
  message: {zh: "走访 {record_id} 没有备注", en: "visit {record_id} has no note"}
- id: stock-counted
  title: {zh: 没有盘点人, en: Nobody counted}
  clause: 一.3
  kind: duty
  status: active
  severity: minor
  effective: {from: 2026-01-01}
  check: {each: {log: stock, require: {counted_by: {present: true}}}}
  message: {zh: "盘点 {stock_no} 没有盘点人", en: "nobody counted {stock_no}"}
""",
}
STAFF = "工号,姓名,片区,生效日期\nE1,张伟,东区,2026-01-01\nE2,李娜,西区,2026-01-01\n"
REGIONS = "片区名称,设立日期,撤销日期\n东区,2026-01-01,\n西区,2026-01-01,\n旧区,2025-01-01,2025-12-31\n"
VISIT_HEAD = "编号,工号,走访日期,片区,分钟,客户,备注\n"
VISITS = VISIT_HEAD + (
    "V1,E1,2026-10-08,东区,5,甲公司,看样\n"
    'V2,E2,2026-10-09,西区,10,=HYPERLINK("http://x"),看样\n'
    "V3,E1,2026-10-10,东区,20,丙公司,看样\n"
    "V4,E2,2026-10-12,西区,40,丁公司,\n"
    "V5,E2,2026-10-13,西区,40,丁公司,看样\n"
)
STOCK = "盘点编号,盘点日期,盘点人\nS1,2026-10-31,周宁\n"
LOGS = {"人员.csv": STAFF, "片区表.csv": REGIONS, "走访记录.csv": VISITS, "盘点表.csv": STOCK}
ASKED = ("--period", "2026-10", "--as-of", "2026-11-06")


def written(folder: Path, files: Mapping[str, str]) -> Path:
    """Write files into a folder and give it."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


class Desk:
    """One clerk's folder: a pack, the logs of a month, the commands."""

    def __init__(self, folder: Path, logs: Mapping[str, str] = LOGS) -> None:
        self.folder = folder
        self.pack = written(folder / "pack", PACK)
        self.logs = written(folder / "logs", logs)
        self.ledger = folder / "d.sqlite"
        self.sheet = folder / "复核表.xlsx"

    def run(self, *args: object) -> Result:
        """Run a command of the program."""
        return CliRunner().invoke(main, [str(arg) for arg in args], catch_exceptions=False)

    def check(self, *args: object) -> Result:
        """Check the month."""
        return self.run(
            "check", self.logs, "--rules", self.pack, *ASKED, "--output", self.folder / "r.txt", *args
        )

    def review(self, to: Path | None = None) -> Result:
        """Write the review sheet."""
        return self.run(
            "review",
            self.logs,
            "--rules",
            self.pack,
            *ASKED,
            "--to",
            to or self.sheet,
            "--ledger",
            self.ledger,
        )

    def decide(self, *args: object) -> Result:
        """Decide from a sheet or from the command line."""
        return self.run("decide", *args, "--rules", self.pack, "--ledger", self.ledger)

    def change(self, name: str, old: str, new: str) -> None:
        """Correct a log."""
        path = self.logs / name
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")


def cells_of(path: Path, sheet: str = "复核表") -> list[list[Any]]:
    """Give every cell of a sheet as it stands."""
    return CalamineWorkbook.from_path(str(path)).get_sheet_by_name(sheet).to_python(skip_empty_area=False)


def filled_in(path: Path, to: Path, change: Callable[[dict[str, Any]], Mapping[str, Any] | None]) -> Path:
    """Save a review sheet as a spreadsheet program does, some cells of its rows changed by what `change` gives."""
    rows = cells_of(path)
    heads = rows[2]
    with xlsxwriter.Workbook(str(to), {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        sheet = book.add_worksheet("复核表")
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for number, row in enumerate(rows):
            cells = dict(zip(heads, row, strict=True)) if number > 2 else {}
            new = {**cells, **(change(cells) or {})} if cells else {}
            for column, head in enumerate(heads):
                value = new.get(head, row[column])
                if isinstance(value, date):
                    sheet.write_datetime(number, column, value, day)
                elif value != "":
                    sheet.write(number, column, value)
    return to


def said(**cells: Any) -> dict[str, Any]:
    """Give what a clerk types into a row, changed by `cells`."""
    typed = {"复核结论": "属实", "核定金额": 20, "理由": "查过", "复核人": "李敏", "日期": "2026-11-06"}
    return {**typed, **cells}
