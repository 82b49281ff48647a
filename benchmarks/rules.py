"""How the check of records by themselves grows with their number and with that of the rules, against only reading."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

from benchmarks import baseline, records
from benchmarks.manyrules import write_pack
from benchmarks.measure import ROOT, Command, checker, in_turn, python, ratio
from benchmarks.results import Figure
from checker.language import load_pack

Line = tuple[str, ...]
HEAD: Line = (
    "rows",
    "faulty %",
    "rules",
    "check s",
    "only read s",
    "ratio",
    "target",
    "10 × the rows",
    "memory MB",
)
RATIOS = {10: 1.5, 30: 2.4, 100: 4.2}
"""The most times as long as only reading, at ten million records, by the number of rules."""
GROWTH, MEMORY = 11, {10_000_000: 300, 100_000_000: 700}


def measure(
    data: Path, sizes: Sequence[int], counts: Sequence[int], repeat: int, faulty: float = records.FAULTY
) -> Iterator[Figure]:
    """Give two figures, the check and the reading alone, for every size and number of rules."""
    for rows in sizes:
        folder = records.records(data, rows, faulty).resolve()
        for count in counts:
            with tempfile.TemporaryDirectory() as place:
                pack = write_pack(Path(place) / "pack", count)
                ours = check_command(folder, pack, Path(place) / "out.json")
                runs, reads = in_turn([ours, scan_command(folder, pack, Path(place) / "scan.sql")], repeat)
            yield Figure.of("check", rows, count, runs, ratio(runs, reads), faulty)
            yield Figure.of("read", rows, count, reads, None, faulty)


def check_command(folder: Path, pack: Path, output: Path, *more: str) -> Command:
    """Give the command that checks the records by a pack; `more` are options, such as the engine."""
    return checker(
        "check", str(folder), "--rules", str(pack), "--period", records.PERIOD, "--as-of", records.AS_OF,
        "--format", "json", "--output", str(output), *more,
    )  # fmt: skip


def scan_command(folder: Path, pack: Path, sql: Path) -> Command:
    """Give the command that only reads what the rules of the pack read; its statements are written to `sql`."""
    loaded = load_pack(pack)
    first, last = records.FIRST, records.LAST
    fields = baseline.needed(loaded, first, last, date.fromisoformat(records.AS_OF))
    sql.write_text("\n".join(baseline.queries(loaded, fields, folder, "parquet")), encoding="utf-8")
    return python(str(ROOT / "benchmarks" / "scan.py"), str(sql))


def lines(figures: Sequence[Figure]) -> Iterator[Line]:
    """Give the table of figures, with the targets where there are any."""
    checks = {one.key[1:]: one for one in figures if one.name == "check"}
    reads = {one.key[1:]: one for one in figures if one.name == "read"}
    for (faulty, rows, rules), one in sorted(checks.items()):
        limit = RATIOS.get(rules) if rows >= 10_000_000 else None
        smaller = checks.get((faulty, rows // 10, rules))
        growth = f"{one.wall / smaller.wall:.1f}" if smaller else ""
        if smaller and rows >= 10_000_000:
            growth += f" (≤ {GROWTH})"
        memory = f" (≤ {MEMORY[rows]})" if rows in MEMORY else ""
        yield (
            f"{rows:,}", f"{faulty:g}", str(rules), f"{one.wall:.2f}", f"{reads[one.key[1:]].wall:.2f}", f"{one.ratio:.2f}",
            f"≤ {limit:g}" if limit else "", growth, f"{one.memory:.0f}{memory}",
        )  # fmt: skip
