"""Figures kept as small JSON files beside the programs, so that the plot and the documents can be made again."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from benchmarks.measure import Run, median
from benchmarks.records import FAULTY

RESULTS = Path(__file__).parent / "results"


@dataclass(frozen=True)
class Figure:
    """What one program took: medians of seconds and MB, and how many times as long as what it is compared with."""

    name: str
    rows: int
    rules: int
    wall: float
    cpu: float
    memory: float
    ratio: float | None = None
    repeat: int = 1
    faulty: float = FAULTY

    @staticmethod
    def of(
        name: str,
        rows: int,
        rules: int,
        runs: Sequence[Run],
        times: float | None = None,
        faulty: float = FAULTY,
    ) -> Figure:
        """Give the medians of runs, rounded to what a busy machine can tell."""
        one = median(runs)
        seen = (round(one.wall, 3), round(one.cpu, 3), round(one.memory))
        return Figure(name, rows, rules, *seen, None if times is None else round(times, 2), len(runs), faulty)

    @property
    def key(self) -> tuple[str, float, int, int]:
        """Give what a later figure replaces."""
        return self.name, self.faulty, self.rows, self.rules


def save(kind: str, figures: Iterable[Figure], folder: Path = RESULTS) -> None:
    """Write figures of a kind; earlier ones of other sizes stay.

    Figures of different machines or versions are not mixed: what was there of another one is dropped.
    """
    found = _machine()
    old = _read(kind, folder)
    kept = load(kind, folder) if old.get("machine") == found else []
    merged = {one.key: one for one in [*kept, *figures]}
    listed = [asdict(one) for _, one in sorted(merged.items())]
    body = ",\n  ".join(json.dumps(one, ensure_ascii=False) for one in listed)
    folder.mkdir(parents=True, exist_ok=True)
    text = f'{{"machine": {json.dumps(found)},\n "figures": [\n  {body}\n]}}\n'
    (folder / f"{kind}.json").write_text(text, encoding="utf-8")


def load(kind: str, folder: Path = RESULTS) -> list[Figure]:
    """Give the figures of a kind; none if it was never measured."""
    return [Figure(**one) for one in _read(kind, folder).get("figures", [])]


def _read(kind: str, folder: Path) -> dict[str, Any]:
    file = folder / f"{kind}.json"
    found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    return found


def _machine() -> dict[str, object]:
    return {"cores": os.cpu_count(), "python": platform.python_version(), "duckdb": version("duckdb")}
