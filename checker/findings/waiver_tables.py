"""Tables of waivers, .csv or a workbook → the same waivers as the YAML file, or every cell that cannot be taken.

The heads may be Chinese or English: 规则, 理由, 批准人, 批准日期, 失效日期, and where they are kept 编号, 批准部门. The keys
stand in columns headed as in the logs (工号, 记录编号) or 日期, 期间, 记录; a column that says nothing of this is left alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from checker.diagnostics import CheckerError, Diagnostic, UsageError, shown_path
from checker.findings.waiver_cells import Vocabulary, keys_of, text_of, vocabulary
from checker.findings.waivers import Waiver, typed
from checker.language.pack import Field
from checker.logs.cells import Context, read_cell
from checker.logs.discover import kind_of
from checker.logs.headers import SEARCHED, normal
from checker.logs.rows import Record, records
from checker.logs.texts import decode, likely_marks, unify
from checker.logs.workbooks import BadWorkbook, sheets
from checker.model import Place, Text

if TYPE_CHECKING:
    from checker.language.pack import Pack

ENDINGS = frozenset({".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".xlsb", ".xls", ".ods"})
HEADS: Mapping[str, tuple[str, ...]] = {
    "rule": ("规则", "规则标识", "rule", "rule id"),
    "reason": ("理由", "豁免理由", "reason"),
    "approver": ("批准人", "审批人", "approver", "approved by", "approved_by"),
    "approved_on": ("批准日期", "审批日期", "approved on", "approved_on"),
    "expires": ("失效日期", "失效日", "有效期至", "expires", "expires on", "expires_on"),
    "id": ("编号", "豁免编号", "id", "waiver", "waiver id"),
    "department": ("批准部门", "审批部门", "approving department"),
}
"""What each column is, by the heads it may have; the first is how messages call it."""
NEEDED = ("rule", "reason", "approver", "approved_on", "expires")
_NEAR = 3
"""So many of the needed heads in one row make it a table of waivers, with heads that are wrong."""
_OWN = {normal(head): name for name, heads in HEADS.items() for head in heads}
_HINT = Text(
    f"表头须有：{'、'.join(HEADS[one][0] for one in NEEDED)}，以及各键（工号、日期、期间、记录编号等）",
    f"needed heads: {', '.join(HEADS[one][2] for one in NEEDED)}, and one for each key (employee_id, date, period, …)",
)
_MEND = Text(
    "改好这一格再查；读不懂的豁免不生效", "mend this cell and check again; what is unreadable waives nothing"
)


@dataclass(frozen=True)
class Table:
    """One sheet or text below its heads: `heads` are as written, by column; `loose` when columns may have slipped."""

    file: str
    sheet: str | None
    heads: tuple[str, ...]
    rows: tuple[Record, ...]
    loose: bool


def is_table(path: Path) -> bool:
    """Tell whether a file of waivers is a table, by its ending, and by its first bytes where that says otherwise."""
    return path.suffix.lower() in ENDINGS or (path.is_file() and _kind(path) in ("zip", "ole"))


def load(path: Path, pack: Pack | None) -> tuple[Waiver, ...]:
    """Give the waivers of a table, sheet by sheet, in its order.

    Raises:
        CheckerError: the file cannot be read or has not the heads; or every cell that cannot be taken.
    """
    words = vocabulary(pack)
    found: list[Waiver] = []
    faults: list[Diagnostic] = []
    for table in _tables(path):
        columns = _columns(table, faults)
        for record in table.rows:
            found += _waiver(table, columns, record, words, faults)
    if faults:
        raise CheckerError(faults)
    return tuple(found)


def _waiver(
    table: Table, columns: Mapping[str, int], record: Record, words: Vocabulary, faults: list[Diagnostic]
) -> Iterator[Waiver]:
    """Give the waiver of a row: none for an empty row or a repeated head, none where anything is wrong with it."""
    if (why := _unsplit(table, record)) is not None:
        faults.append(fault(table, record, "", why, _MEND))
        return
    cells = {name: _cell(record, at) for name, at in columns.items()}
    if not any(cells[name] for name in NEEDED) or _repeats(cells, columns, table):
        return
    before = len(faults)
    raw: dict[str, Any] = {name: _read(table, record, columns[name], name, faults) for name in columns}
    raw["rule"] = words.rule(raw["rule"])
    department = raw.pop("department", "")
    raw["approver"] = " ".join(filter(None, (department, raw["approver"])))
    if not raw.get("id"):
        raw.pop("id", None)
    others = [(head, _cell(record, at)) for at, head in enumerate(table.heads) if at not in columns.values()]
    keys, beside, wrong = keys_of(others, words, raw["rule"])
    faults += [fault(table, record, head, why, hint, found) for head, why, hint, found in wrong]
    if not keys and not wrong:
        none = Text("一个键也没有写", "no key is written")
        faults.append(fault(table, record, "", none, words.hint(raw["rule"])))
    if len(faults) == before:
        yield typed({**raw, "keys": keys}, Place(table.file, record.number), table.sheet, beside)


def _read(table: Table, record: Record, at: int, name: str, faults: list[Diagnostic]) -> str:
    """Give a cell as the YAML file would have it; what is blank or unreadable is a fault."""
    text = _cell(record, at)
    day = name in ("approved_on", "expires")
    cell = read_cell(Field(name, "date" if day else "text"), text, Context())
    if cell.code:
        faults.append(fault(table, record, table.heads[at], cell.why, cell.hint or _MEND, text))
        return ""
    if cell.value is None and name in NEEDED:
        blank = Text("没有填写", "nothing is written")
        faults.append(fault(table, record, table.heads[at], blank, _MEND, text))
    return text_of(cell.value)


def fault(table: Table, record: Record, head: str, message: Text, hint: Text, found: str = "") -> Diagnostic:
    """Give a fault of one cell, told by sheet, row and head as people see them."""
    sheet = f"[{table.sheet}] " if table.sheet else ""
    zh, en = f"{sheet}第 {record.number} 行 {head}".rstrip(), f"{sheet}row {record.number} {head}".rstrip()
    said = Text(f"{zh}：{message.zh}", f"{en}: {message.pick('en')}")
    return Diagnostic("waiver-cell", "error", Place(table.file, record.number), said, found=found, hint=hint)


def _unsplit(table: Table, record: Record) -> Text | None:
    """Tell why nobody knows which cell is which."""
    if record.broken:
        return Text(
            "引号没有成对，或这一行过长，分不清各格",
            "an unclosed quote, or too long: its cells cannot be told",
        )
    if table.loose and any(cell.strip() for cell in record.cells[len(table.heads) :]):
        return Text(
            f"比表头多出 {len(record.cells) - len(table.heads)} 格，不知哪一格错了位（内容里有分隔符时请加引号）",
            f"{len(record.cells) - len(table.heads)} cells more than heads: nobody knows which slipped (quote what holds a mark)",
        )
    return None


def _cell(record: Record, at: int) -> str:
    return record.cells[at].strip() if at < len(record.cells) else ""


def _repeats(cells: Mapping[str, str], columns: Mapping[str, int], table: Table) -> bool:
    """Tell whether a row is the heads once more, as printed tables have them on every page."""
    return all(normal(cells[name]) == normal(table.heads[columns[name]]) for name in NEEDED)


def _columns(table: Table, faults: list[Diagnostic]) -> dict[str, int]:
    found: dict[str, int] = {}
    for at, head in enumerate(table.heads):
        name = _OWN.get(normal(head))
        if name in found:
            said = Text(
                f"与“{table.heads[found[name]]}”是同一列", f"the same as '{table.heads[found[name]]}'"
            )
            twice = Text("只留一列", "keep one of the columns")
            faults.append(
                fault(table, Record(table.rows[0].number - 1 if table.rows else 1, ()), head, said, twice)
            )
        elif name is not None:
            found[name] = at
    return found


def _tables(path: Path) -> list[Table]:
    file = shown_path(path)
    try:
        found = list(_of_workbook(path, file) if _kind(path) in ("zip", "ole") else _of_text(path, file))
    except OSError as error:
        raise _bad(
            file, Text(f"打不开文件：{error.strerror}", f"the file cannot be opened: {error.strerror}")
        ) from None
    except BadWorkbook as error:
        raise UsageError.of("waiver-file", error.why, error.hint, file) from None
    if not found:
        raise _bad(
            file, Text("这里没有豁免表：找不到表头", "no table of waivers here: the heads are missing")
        )
    return found


def _kind(path: Path) -> str:
    with path.open("rb") as source:
        return kind_of(source.read(4096))


def _of_workbook(path: Path, file: str) -> Iterator[Table]:
    for sheet in list(sheets(path, zipped=_kind(path) == "zip")):
        if isinstance(sheet, BadWorkbook):
            raise sheet
        table = _below_heads(file, sheet.name, sheet.records, loose=False)
        if table is not None and sheet.hidden:
            hidden = Text(f"工作表“{sheet.name}”是隐藏的", f"sheet '{sheet.name}' is hidden")
            raise UsageError.of(
                "waiver-file", hidden, Text("取消隐藏，或删去它", "show it, or delete it"), file
            )
        if table is not None:
            yield table


def _of_text(path: Path, file: str) -> Iterator[Table]:
    if _kind(path) != "text":
        raise _bad(file, Text("不是表格文件", "not a file of tables"))
    text, damaged = decode(path.read_bytes())
    if damaged:
        raise _bad(file, Text("读不懂文件的编码", "the encoding of the file cannot be told"))
    lines = unify(text).split("\n")
    refused: CheckerError | None = None
    for mark in likely_marks(text):
        try:
            table = _below_heads(file, None, list(records(lines, mark)), loose=True)
        except CheckerError as error:
            refused = refused or error
            continue
        if table is not None:
            yield table
            return
    if refused:
        raise refused


def _below_heads(file: str, sheet: str | None, rows: Sequence[Record], loose: bool) -> Table | None:
    """Give the table under the first row that has all needed heads; None where no row looks like it.

    Raises:
        UsageError: a row has most of the heads, but not all.
    """
    near: tuple[Record, set[str]] | None = None
    for at, record in enumerate(rows[:SEARCHED]):
        has = {_OWN.get(normal(cell)) for cell in record.cells}
        missing = set(NEEDED) - has
        if not missing:
            heads = tuple(cell.strip() for cell in record.cells)
            while heads and not heads[-1]:
                heads = heads[:-1]
            return Table(file, sheet, heads, tuple(rows[at + 1 :]), loose)
        if near is None and len(missing) <= len(NEEDED) - _NEAR:
            near = record, missing
    if near is None:
        return None
    record, missing = near
    names = [HEADS[one] for one in NEEDED if one in missing]
    where = f"[{sheet}] " if sheet else ""
    said = Text(
        f"{where}第 {record.number} 行缺表头：{'、'.join(one[0] for one in names)}",
        f"{where}row {record.number} lacks heads: {', '.join(one[2] for one in names)}",
    )
    raise UsageError.of("waiver-file", said, _HINT, file)


def _bad(file: str, message: Text) -> CheckerError:
    return UsageError.of("waiver-file", message, _HINT, file)
