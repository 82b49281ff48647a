"""The wages of a month as finance hands them in, .xlsx or .csv → bounds for the guards. No wage is ever told.

Heads: 工号, the wage that the cap is a share of, 月最低工资; and, where they are kept, 工资月份, 用于比较最低工资的金额,
已有其他扣款. A blank wage or minimum is not known, and nothing is deducted then; a blank 已有其他扣款 is 0.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from checker.diagnostics import CheckerError, Diagnostic, UsageError, shown_path
from checker.findings.numbers import person_key
from checker.guards.amounts import Wage
from checker.language.pack import Guards
from checker.logs.rows import Record, records
from checker.logs.texts import decode, likely_marks, unify
from checker.logs.workbooks import BadWorkbook, Sheet, sheets
from checker.model import Place, Text
from checker.money import parse_yuan

PERSON, MONTH, MINIMUM, FLOOR, OTHER = (
    "工号",
    "工资月份",
    "月最低工资",
    "用于比较最低工资的金额",
    "已有其他扣款",
)
BASES: Mapping[str, str] = {"gross": "应发工资", "net": "实发工资", "basic": "基本工资"}
_MONTH = re.compile(r"(\d{4})\D{0,2}(\d{1,2})(?:\D.*)?")
_HINT = Text("改好这一格再交；金额写成 3000 或 3000.00", "mend this cell; write amounts as 3000 or 3000.00")


def read(path: Path, month: str, guards: Guards) -> dict[str, Wage]:
    """Give what is known of each person's wage of a month, by `person_key`.

    Raises:
        CheckerError: the file cannot be read, has not the heads, has a person twice or a cell that is no amount.
    """
    file = shown_path(path)
    needed = {PERSON, BASES[guards.cap_base], *([MINIMUM] if guards.min_wage == "required" else [])}
    rows = _body(path, needed, file)
    found: dict[str, Wage] = {}
    faults: list[Diagnostic] = []
    for number, cells in rows:
        if not _of_month(cells, month):
            continue
        person = person_key(cells[PERSON])
        if person in found:
            faults.append(_fault(file, number, PERSON, Text("工号重复", "this staff number occurs twice")))
        found[person] = _wage(cells, guards, file, number, faults)
    if faults:
        raise CheckerError(faults)
    if not found:
        raise _bad(file, Text(f"没有 {month} 的工资", f"there are no wages of {month}"))
    return found


def _wage(cells: Mapping[str, str], guards: Guards, file: str, number: int, faults: list[Diagnostic]) -> Wage:
    def fen(head: str) -> int | None:
        text = cells.get(head, "")
        amount = parse_yuan(text) if text else None
        if text and amount is None:
            said = Text("不是金额", "not an amount")
            faults.append(_fault(file, number, head, said))
        return amount

    base = fen(BASES[guards.cap_base])
    floor = fen(FLOOR) if FLOOR in cells else base
    return Wage(base, fen(MINIMUM), floor, fen(OTHER) or 0)


def _of_month(cells: Mapping[str, str], month: str) -> bool:
    text = cells.get(MONTH)
    if text is None:
        return True
    said = _MONTH.fullmatch(text)
    return said is not None and f"{said[1]}-{int(said[2]):02d}" == month


def _body(path: Path, needed: set[str], file: str) -> list[tuple[int, dict[str, str]]]:
    missing = needed
    for table in _tables(path, file):
        rows = iter(table)
        for record in rows:
            heads = {"".join(text.split()): at for at, text in enumerate(record.cells)}
            if needed <= set(heads):
                return list(_cells(rows, heads))
            missing = min(missing, needed - set(heads), key=len)
    wanted = "、".join(sorted(missing))
    raise _bad(file, Text(f"没有这些表头：{wanted}", f"these heads are missing: {wanted}"))


def _cells(rows: Iterator[Record], heads: Mapping[str, int]) -> Iterator[tuple[int, dict[str, str]]]:
    for record in rows:
        cells = {
            head: record.cells[at].strip() if at < len(record.cells) else "" for head, at in heads.items()
        }
        if cells[PERSON]:
            yield record.number, cells


def _tables(path: Path, file: str) -> list[Sequence[Record]]:
    try:
        data = path.read_bytes()
        if data.startswith(b"PK"):
            return [one.records for one in sheets(path, zipped=True) if isinstance(one, Sheet)]
    except BadWorkbook as error:
        raise UsageError.of("wage-file", error.why, error.hint, file) from None
    except OSError as error:
        said = Text(f"打不开文件：{error.strerror}", f"the file cannot be opened: {error.strerror}")
        raise _bad(file, said) from None
    text, damaged = decode(data)
    if damaged:
        raise _bad(file, Text("读不懂文件的编码", "the encoding of the file cannot be told"))
    text = unify(text)
    return [list(records(text.split("\n"), likely_marks(text)[0]))]


def _bad(file: str, message: Text) -> CheckerError:
    hint = Text(
        "工资文件为 .xlsx 或 .csv，表头见 checker fines --help",
        "wages are .xlsx or .csv; heads: checker fines --help",
    )
    return UsageError.of("wage-file", message, hint, file)


def _fault(file: str, number: int, column: str, message: Text) -> Diagnostic:
    said = Text(f"第 {number} 行 {column}：{message.zh}", f"row {number} {column}: {message.en}")
    return Diagnostic("wage-row", "error", Place(file, number), said, hint=_HINT)
