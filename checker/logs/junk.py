"""Rows of a sheet that are no records: blank ones, repeated headers, totals, signatures and notes at the foot."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from checker.database import literal
from checker.logs.cells import SPACES

BLANK, HEADER, FOOT, NOTE = "blank", "header", "foot", "note"
_SUMS = r"(本页|本月|本季|本年|全部|片区|以上)?\s*[合小总累共]\s*计(\s*[(（].*)?\s*[:：]?|(?i:sub-?\s*total|grand total|total)\s*:?"
_HANDS = (
    r"(制\s*表|审\s*核|批\s*准|复\s*核|审\s*批|编\s*制|填\s*表|填\s*报|制\s*单|主\s*管|经\s*办|部\s*门\s*负\s*责\s*人"
    r"|负\s*责\s*人|签\s*字|签\s*名|盖\s*章|制表单位|填报单位|填报日期|制表日期|备\s*注|注|说\s*明)\s*[人员]?"
)
_FOOT = rf"\s*({_SUMS}|{_HANDS}\s*[:：].*|{_HANDS})\s*"
_DATED = r"\d\s*[-/.年月]\s*\d|\d{5}"
_SIGNED = rf"\s*{_HANDS}\s*[:：].*"
_NOTE = r"[:：,，。；;!！]|.{16}"


def junk(
    width: int, header_lines: Sequence[Sequence[str]], dated: tuple[str, str] | None, keys: Sequence[str]
) -> str:
    """Give the SQL of the kind of a row that is no record, null for a record.

    `dated` is the date, typed and raw: a row that has one is a record, and nothing else is looked at. `keys` are the
    typed columns of which a record has at least one. A total or signature has no day in its date cell, or
    fills half its cells at most: a record whose first cell happens to read 合计 is not lost.
    """
    cells = ", ".join(f"c{index}" for index in range(width))
    foot = f"regexp_full_match(l[1], {literal(_FOOT)})"
    keyless = " and ".join(f"{key} is null" for key in keys) or "true"
    lone = f"len(l) = 1 and regexp_matches(l[1], {literal(_NOTE)})" if width > 3 else "false"
    repeated = " or ".join(filter(None, (_repeats(line, width) for line in header_lines))) or "false"
    bare = (
        f"not coalesce(regexp_matches({dated[1]}, {literal(_DATED)}), false)"
        if dated
        else f"len(l) * 2 <= {width}"
    )
    if dated:
        bare += f" or regexp_full_match({dated[1]}, {literal(_SIGNED)}) or len(l) * 2 <= {width}"
    kind = (
        f"case when l[1] is null then '{BLANK}' when {repeated} then '{HEADER}' when {foot} and ({bare}) then '{FOOT}'"
        f" when {keyless} then case when {lone} then '{NOTE}' end end"
    )
    # The lambda names the filled cells once: what stands twice is computed for every row, dated or not.
    filled = f"list_filter([{cells}], lambda x: trim(x, {literal(SPACES)}) <> '')"
    kind = f"list_transform([{filled}], lambda l: {kind})[1]"
    return f"case when {dated[0]} is null then {kind} end" if dated else kind


def judge(
    width: int, header_lines: Sequence[Sequence[str]], dated: int | None
) -> Callable[[Sequence[str | None]], str | None]:
    """Give the same in Python for the cells of one row, as if neither its date nor a key of it were plain.

    `dated` is the column of the date. Whoever asks must look at date and keys where the answer is not blank or null.
    """
    heads = [pairs for line in header_lines if len(pairs := _filled(line, width)) >= 2]

    def kind(cells: Sequence[str | None]) -> str | None:
        filled = [cell for cell in cells[:width] if cell and cell.strip(SPACES)]
        if not filled:
            return BLANK
        if any(all(cells[index] == text for index, text in pairs) for pairs in heads):
            return HEADER
        if _FOOT_PY.fullmatch(filled[0]):
            few = len(filled) * 2 <= width
            if few or (dated is not None and _undated(cells[dated])):
                return FOOT
        return NOTE if width > 3 and len(filled) == 1 and _NOTE_PY.search(filled[0]) else None

    return kind


def _undated(raw: str | None) -> bool:
    return raw is None or not _DATED_PY.search(raw) or bool(_SIGNED_PY.fullmatch(raw))


def _python(pattern: str) -> re.Pattern[str]:
    """Give the pattern as RE2 means it: digits and spaces are ASCII."""
    return re.compile(pattern.replace(r"\s", r"[\t\n\f\r ]").replace(r"\d", "[0-9]"))


_FOOT_PY, _DATED_PY, _SIGNED_PY, _NOTE_PY = map(_python, (_FOOT, _DATED, _SIGNED, _NOTE))


def _repeats(line: Sequence[str], width: int) -> str:
    filled = _filled(line, width)
    if len(filled) < 2:
        return ""
    return "(" + " and ".join(f"c{index} = {literal(text)}" for index, text in filled) + ")"


def _filled(line: Sequence[str], width: int) -> list[tuple[int, str]]:
    return [(index, text) for index, text in enumerate(line[:width]) if text.strip()][:3]
