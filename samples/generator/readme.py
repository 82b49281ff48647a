"""Writes README.md and planted.json: what the sample month is, and where each planted case lies."""

from __future__ import annotations

import json
from dataclasses import asdict
from fractions import Fraction
from pathlib import Path

from generator.cases import CASES, Case
from generator.company import Row
from generator.planted import Month
from generator.sheets import Folder

_HEAD = Path(__file__).with_name("readme_head.md")


def readme(folder: Folder, month: Month) -> str:
    """Give the whole text of README.md; refuses a case that was planted nowhere."""
    unknown = sorted(set(folder.places) - {case.id for case in CASES})
    if unknown:
        raise ValueError(f"planted but not described in cases.py: {', '.join(unknown)}")
    rate = satisfaction(month.logs["satisfaction_survey"])
    head = _HEAD.read_text(encoding="utf-8").format(records=len(month.services.records))
    return head + "".join(_line(case, folder, rate) for case in CASES)


def planted(folder: Folder) -> str:
    """Give the same table as JSON, one case a line, for programs that compare a report with it."""
    rows = [asdict(case) | {"places": folder.places.get(case.id, [])} for case in CASES]
    return "[\n" + ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows) + "\n]\n"


def satisfaction(rows: list[Row]) -> str:
    """Give the share of satisfied among valid forms, as `36/44 = 81.82%`."""
    valid = [row for row in rows if row["valid"]]
    happy = sum(row["overall"] in ("很满意", "满意") for row in valid)
    return f"{happy}/{len(valid)} = {float(Fraction(happy * 100, len(valid))):.2f}%"


def _line(case: Case, folder: Folder, rate: str) -> str:
    what = f"{case.zh} · {case.en}".replace("{rate}", rate)
    expected = f"`{case.outcome}`" + (f" {case.fine} 元" if case.fine else "")
    if case.note_zh:
        expected += f" {case.note_zh} · {case.note_en}"
    cells = (case.id, case.clause, what, case.who, case.period, _where(case, folder), expected)
    return f"| {' | '.join(cells)} |\n"


def _where(case: Case, folder: Folder) -> str:
    places = folder.places.get(case.id, [])
    if not places:
        if not case.file:
            raise ValueError(f"case {case.id} is described but planted nowhere")
        return f"{case.file}(无此行 no row)" if case.outcome == "fail" else case.file
    found: dict[tuple[str, str | None], list[int]] = {}
    for file, sheet, row in places:
        found.setdefault((file, sheet), []).append(row)
    return "<br>".join(
        f"{file} · {sheet or '—'} · {', '.join(map(str, rows))}" for (file, sheet), rows in found.items()
    )
