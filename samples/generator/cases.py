"""The planted cases: what each is, and the outcome the policy's default readings give it."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Case:
    """One planted case, a row of cases.csv; texts are empty where there is nothing to say.

    `who`, `period` and `fine` tell which finding is meant; `file` is where something is absent;
    `run` is the month whose check lists it, empty for 2026-10.
    """

    id: str
    clause: str
    outcome: str
    fine: str
    who: str
    period: str
    run: str
    file: str
    zh: str
    en: str
    note_zh: str
    note_en: str


def _cases() -> tuple[Case, ...]:
    with Path(__file__).with_name("cases.csv").open(encoding="utf-8", newline="") as file:
        return tuple(Case(**row) for row in csv.DictReader(file))


CASES = _cases()
