"""Each `tests/bad/<file kind>-<what>.yaml` is put into the small pack; `<…>.txt` holds exactly what is then said.

Dropping in a YAML file adds a test; `UPDATE_EXPECTED=1 pytest tests/test_language_bad.py` writes its .txt, to be read.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pyte
import pytest

from checker.diagnostics import Diagnostic, concise, in_order, pretty
from checker.diagnostics.excerpt import visible
from checker.language.lint import lint_deep
from checker.language.load import build_pack, read_checked, read_sources
from checker.model import Place

BAD = Path(__file__).parent / "bad"
MINI = Path(__file__).parent / "packs" / "mini"
PLACES = {
    "pack": "pack.yaml",
    "logs": "logs.yaml",
    "clauses": "clauses.yaml",
    "rules": "rules/case.yaml",
    "calendar": "calendars/2026.yaml",
}


def said(case: Path) -> tuple[Diagnostic, ...]:
    kind = case.stem.partition("-")[0]
    if kind not in PLACES:
        return read_checked(Path(shutil.copy(case, "case.yaml")), kind).diagnostics
    shutil.copytree(MINI, "pack")
    shutil.copy(case, Path("pack") / PLACES[kind])
    sources = read_sources(Path("pack"))
    if sources.diagnostics:
        return in_order(sources.diagnostics)
    return in_order(lint_deep(build_pack(sources), sources.documents))


@pytest.mark.parametrize("case", sorted(BAD.glob("*.yaml")), ids=lambda case: case.stem)
def test_a_broken_file_is_told_exactly(case: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    found = said(case)
    parts = [
        *(pretty(one, "en") for one in found),
        *("--", *(pretty(one, "zh") for one in found)),
        *("--", *(concise(one, "zh") for one in found)),
    ]
    text = "\n".join(parts) + "\n"
    expected = case.with_suffix(".txt")
    if os.environ.get("UPDATE_EXPECTED"):
        expected.write_text(text, encoding="utf-8")
    assert text == expected.read_text(encoding="utf-8")


def test_every_expected_message_has_its_file() -> None:
    assert sorted(path.stem for path in BAD.glob("*.txt")) == sorted(path.stem for path in BAD.glob("*.yaml"))


def test_nothing_broken_is_passed_in_silence() -> None:
    silent = [
        path.stem for path in BAD.glob("*.txt") if "[" not in path.read_text(encoding="utf-8").split("\n")[0]
    ]
    assert silent == []


@pytest.mark.parametrize("case", sorted(BAD.glob("*.yaml")), ids=lambda case: case.stem)
def test_a_terminal_shows_the_marks_under_the_text_of_each_place(
    case: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for one in said(case):
        marked = [(one.place, "^"), *((place, "-") for place, _ in one.related)]
        shown = on_a_terminal(pretty(one, "zh"))
        for place, mark in marked:
            if place.column:
                assert (mark, meant(place)) in shown


def meant(place: Place) -> str:
    """Give the text of a place, as much of it as is shown."""
    line = Path(place.file).read_text(encoding="utf-8-sig").split("\n")[place.line - 1]
    text = line[place.column - 1 : max(place.end_column - 1, place.column)]
    return visible(text.replace("\t", " "))


def on_a_terminal(text: str) -> list[tuple[str, str]]:
    """Give what stands above each line of marks on a terminal, with the mark."""
    lines = text.split("\n")
    screen = pyte.Screen(max(map(len, lines)) * 2, len(lines) + 1)
    pyte.Stream(screen).feed("\r\n".join(lines))
    found = []
    for row in range(1, len(lines)):
        line = screen.display[row]
        if line.startswith("      |") and (marks := line[7:].strip()) and not marks.strip("^-"):
            above = [
                screen.buffer[row - 1][at].data
                for at in range(7, screen.columns)
                if screen.buffer[row][at].data == marks[0]
            ]
            found.append((marks[0], "".join(above) or " "))
    return found
