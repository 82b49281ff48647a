"""A review sheet that people filled in → steps for the ledger, or every row that cannot be taken, and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from checker.diagnostics import CheckerError, Diagnostic, UsageError, shown_path
from checker.findings.numbers import short
from checker.ledger.cases import Book, Case
from checker.ledger.entries import Entry, Step
from checker.logs.moments import Unreadable, YearNeeded, read_date
from checker.logs.workbooks import BadWorkbook, Sheet, sheets
from checker.model import Place, Text
from checker.money import parse_yuan, yuan
from checker.papers.review import (
    AMOUNT,
    CONCLUSION,
    CONCLUSIONS,
    DAY,
    EVIDENCE,
    HEADS,
    REASON,
    REVIEWER,
    SHEET,
    TYPED,
    fixed,
    short_ids,
    standing,
)

_MOVING = ("现状",)
"""Columns that other people's decisions move between the writing of a sheet and its return."""
_MONEY = ("建议金额",)


@dataclass(frozen=True)
class Row:
    """One row with something typed into it: its number as Excel shows it, its cells by head."""

    number: int
    cells: Mapping[str, str]


@dataclass(frozen=True)
class Filled:
    """A sheet as it came back. `steps` are (row, step) for rows that can be read; `refused` says what cannot be."""

    file: str
    steps: tuple[tuple[Row, Step], ...]
    refused: tuple[Diagnostic, ...]
    blank: int


def concluded(entries: Sequence[Entry]) -> dict[str, Step]:
    """Give the last conclusion of a reviewer about each finding."""
    return {one.step.finding: one.step for one in entries if one.step.kind in CONCLUSIONS.values()}


def read(path: Path, book: Book, said: Mapping[str, Step]) -> Filled:
    """Read a review sheet back; `said` are the conclusions so far: a row that repeats one is never refused.

    Raises:
        CheckerError: the file is no workbook, or holds no review sheet.
    """
    file = shown_path(path)
    rows = list(_rows(path))
    known = short_ids(book.cases.values())
    steps: list[tuple[Row, Step]] = []
    refused: list[Diagnostic] = []
    typed = [row for row in rows if any(row.cells[name] for name in TYPED)]
    for row in typed:
        step, faults = _step(row, known.get(row.cells[HEADS[0]], ()), file, said)
        refused += faults
        if step is not None and not faults:
            steps.append((row, step))
    refused += _twice(steps, file)
    return Filled(file, tuple(steps), tuple(refused), len(rows) - len(typed))


def unsaid(found: Filled, said: Mapping[str, Step]) -> tuple[list[tuple[Row, Step]], int]:
    """Give the rows that say something new, and how many say what was entered before: a sheet may come in twice."""
    new = [(row, step) for row, step in found.steps if said.get(step.finding) != step]
    return new, len(found.steps) - len(new)


def refusals(
    file: str, steps: Sequence[tuple[Row, Step]], said: Sequence[Text | None]
) -> Iterator[Diagnostic]:
    """Give the rows whose step may not be taken, and why."""
    for (row, _), why in zip(steps, said, strict=True):
        if why is not None:
            yield fault(file, row, "", why, Text("改好这一行再交", "mend this row, then hand in again"))


def fault(file: str, row: Row, column: str, message: Text, hint: Text, found: str = "") -> Diagnostic:
    """Give a fault of one cell, told by sheet, row and column as the clerk sees them."""
    at = f"[{SHEET}] 第 {row.number} 行 {column}".rstrip()
    en = f"[{SHEET}] row {row.number} {column}".rstrip()
    said = Text(f"{at}：{message.zh}", f"{en}: {message.en}")
    return Diagnostic("review-row", "error", Place(file, row.number), said, found=found, hint=hint)


def _rows(path: Path) -> Iterator[Row]:
    sheet = _sheet(path)
    wanted = (*HEADS, *TYPED, EVIDENCE)
    records = iter(sheet.records)
    for record in records:
        heads = {text.strip(): column for column, text in enumerate(record.cells)}
        if set(wanted) <= set(heads):
            break
    else:
        raise _no_sheet(path)
    for record in records:
        cells = {name: _cell(record.cells, heads[name]) for name in wanted}
        if any(cells.values()):
            yield Row(record.number, cells)


def _cell(cells: Sequence[str], at: int) -> str:
    return cells[at].strip() if at < len(cells) else ""


def _sheet(path: Path) -> Sheet:
    if not path.is_file():
        why, hint = Text("没有这个文件", "there is no such file"), Text("检查文件名", "check its name")
        raise UsageError.of("review-file", why, hint, shown_path(path))
    try:
        found = list(sheets(path, zipped=True))
    except BadWorkbook as error:
        raise UsageError.of("review-file", error.why, error.hint, shown_path(path)) from None
    named = [one for one in found if isinstance(one, Sheet) and one.name == SHEET]
    if not named:
        raise _no_sheet(path)
    return named[0]


def _no_sheet(path: Path) -> CheckerError:
    return UsageError.of(
        "review-file",
        Text(
            f"这不是复核表：没有工作表“{SHEET}”或它的表头",
            f"no review sheet: no sheet '{SHEET}', or not its heads",
        ),
        Text(
            "用 checker review 生成的文件，表头和工作表名不要改",
            "use a file made by `checker review`, its heads unchanged",
        ),
        shown_path(path),
    )


def _step(
    row: Row, cases: Sequence[Case], file: str, before: Mapping[str, Step]
) -> tuple[Step | None, list[Diagnostic]]:
    said = row.cells[HEADS[0]]
    if len(cases) != 1:
        message = Text("决定台账里没有这个发现", "the ledger has no such finding")
        hint = Text(
            "发现编号不要改；或用错了 --ledger", "do not change the number; or --ledger names another ledger"
        )
        return None, [fault(file, row, HEADS[0], message, hint, said)]
    case = cases[0]
    incomplete = list(_incomplete(row, file))
    step = None if incomplete else _read_step(row, case)
    if step is not None and before.get(case.finding) == step:
        return step, []
    faults = [*_altered(row, case, file), *incomplete]
    return (None, faults) if faults else (step, [])


def _read_step(row: Row, case: Case) -> Step:
    kind = CONCLUSIONS[row.cells[CONCLUSION]]
    data: dict[str, object] = {"evidence": row.cells[EVIDENCE]}
    if row.cells[AMOUNT] and kind == "confirm":
        data["fen"] = parse_yuan(row.cells[AMOUNT])
    day = _day(row.cells[DAY])
    assert day is not None
    return Step(kind, day, row.cells[REVIEWER], case.finding, row.cells[REASON], data)  # type: ignore[arg-type]


def _altered(row: Row, case: Case, file: str) -> Iterator[Diagnostic]:
    """Find cells that are not what the run wrote; when the data changed since, that is what is said, not this."""
    if row.cells[EVIDENCE] != case.evidence:
        message = Text(
            "复核表生成之后，这一项的台账数据变了；这一行的决定没有记入",
            "the data of this finding changed after the sheet was made; this row was not entered",
        )
        hint = Text(
            "重新运行 checker review，按新数据再定", "run `checker review` again and decide on the new data"
        )
        yield fault(file, row, "", message, hint, row.cells["事实"])
        return
    yield from _overtaken(row, case, file)
    for name, wrote in zip(HEADS, fixed(case), strict=True):
        if name not in _MOVING and _bare(name, row.cells[name]) != _bare(name, wrote):
            message = Text("这一格被改过", "this cell was altered")
            hint = Text(f"恢复为“{wrote}”", f"put it back to '{wrote}'")
            yield fault(file, row, name, message, hint, row.cells[name])


def _overtaken(row: Row, case: Case, file: str) -> Iterator[Diagnostic]:
    """Refuse to write over what another reviewer entered after this sheet was made and that it does not show."""
    mine = row.cells[REVIEWER].casefold() == case.reviewer.strip().casefold()
    if not case.reviewer or mine or _bare("", row.cells["现状"]) == _bare("", standing(case)):
        return
    message = Text(
        f"复核表生成之后，{case.reviewer} 已复核这一项（现为“{standing(case)}”）；这一行的决定没有记入",
        f"{case.reviewer} reviewed this finding after the sheet was made; this row was not entered",
    )
    hint = Text(
        "清空这一行；要改原来的决定，重新运行 checker review 再填",
        "clear this row; to change that decision, run `checker review` again and fill in the new sheet",
    )
    yield fault(file, row, "", message, hint, row.cells[REVIEWER])


def _bare(name: str, text: str) -> str:
    amount = parse_yuan(text) if name in _MONEY else None
    return "".join(text.split()) if amount is None else yuan(amount)


def _incomplete(row: Row, file: str) -> Iterator[Diagnostic]:
    cells = row.cells
    if cells[CONCLUSION] not in CONCLUSIONS:
        allowed = "、".join(CONCLUSIONS)
        yield fault(
            file,
            row,
            CONCLUSION,
            Text("没有写结论" if not cells[CONCLUSION] else "不是可选的结论", "not one of the conclusions"),
            Text(f"从下拉表中选：{allowed}", f"choose one of: {allowed}"),
            cells[CONCLUSION],
        )
    for name, en in ((REASON, "reason"), (REVIEWER, "name of the reviewer")):
        if not cells[name]:
            yield fault(
                file,
                row,
                name,
                Text("没有填写", f"no {en}"),
                Text("补上后再交", "fill it in, then hand in again"),
            )
    if _day(cells[DAY]) is None:
        hint = Text("写成 2026-11-06", "write it as 2026-11-06")
        yield fault(file, row, DAY, Text("没有写日期，或读不懂", "no day, or not readable"), hint, cells[DAY])
    yield from _amount(row, file)


def _amount(row: Row, file: str) -> Iterator[Diagnostic]:
    text, conclusion = row.cells[AMOUNT], row.cells[CONCLUSION]
    if text and parse_yuan(text) is None:
        hint = Text("写成 20 或 20.00", "write it as 20 or 20.00")
        yield fault(file, row, AMOUNT, Text("不是金额", "not an amount"), hint, text)
    elif text and CONCLUSIONS.get(conclusion) in ("reject", "doubt") and parse_yuan(text):
        message = Text(
            f"结论是“{conclusion}”，却填了金额", f"the conclusion is '{conclusion}', yet there is an amount"
        )
        yield fault(
            file,
            row,
            AMOUNT,
            message,
            Text("删去金额，或改结论", "remove the amount, or change the conclusion"),
            text,
        )


def _day(text: str) -> date | None:
    try:
        return read_date(text)
    except (Unreadable, YearNeeded, ValueError):
        return None


def _twice(steps: Sequence[tuple[Row, Step]], file: str) -> Iterator[Diagnostic]:
    first: dict[str, Row] = {}
    for row, step in steps:
        if step.finding in first:
            message = Text(
                f"与第 {first[step.finding].number} 行是同一个发现",
                f"the same finding as row {first[step.finding].number}",
            )
            yield fault(
                file,
                row,
                HEADS[0],
                message,
                Text("删去其中一行", "remove one of the rows"),
                short(step.finding),
            )
        first.setdefault(step.finding, row)
