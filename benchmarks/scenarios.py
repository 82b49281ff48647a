"""What is measured: the check of an archive, growth, a cold start, and lint; each gives lines of a table."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

from benchmarks import baseline, generate
from benchmarks.measure import ROOT, Command, Run, checker, in_turn, median, python, ratio
from checker.language import load_pack

Line = tuple[str, ...]
HEAD: Line = ("what", "wall s", "cpu s", "memory MB", "ratio", "target")
SAMPLE = "samples/2026-10"
MOST_MEMORY, GROWTH = 500, 11
RATIOS = {"parquet": 3.0, "csv": 1.5}


def table(lines: Sequence[Line]) -> str:
    """Give lines as a Markdown table.

    >>> print(table([("a", "b"), ("1", "22")]))
    | a | b |
    |---|---|
    | 1 | 22 |
    """
    head, *rest = ["| " + " | ".join(line) + " |" for line in lines]
    return "\n".join([head, "|" + "---|" * len(lines[0]), *rest])


def check_command(folder: Path, output: Path) -> Command:
    """Give the command that checks a whole archive."""
    return checker(
        "check", str(folder), "--rules", str(generate.RULES), "--period", generate.PERIOD,
        "--as-of", generate.AS_OF, "--format", "json", "--output", str(output),
    )  # fmt: skip


def archive(data: Path, sizes: Sequence[int], form: str, repeat: int) -> Iterator[Line]:
    """Measure the check of archives against only reading them, and how it grows with the size."""
    pack = load_pack(generate.RULES)
    fields = baseline.needed(pack, generate.FIRST, generate.LAST, date.fromisoformat(generate.AS_OF))
    walls: dict[int, float] = {}
    for rows in sizes:
        folder = generate.archive(data, rows, form).resolve()
        with tempfile.TemporaryDirectory() as place:
            sql = Path(place) / "scan.sql"
            sql.write_text("\n".join(baseline.queries(pack, fields, folder, form)), encoding="utf-8")
            scan = python(str(ROOT / "benchmarks" / "scan.py"), str(sql))
            ours, theirs = in_turn([check_command(folder, Path(place) / "out.json"), scan], repeat)
        a, b = median(ours), median(theirs)
        walls[rows] = a.wall
        target = f"≤ {RATIOS[form]:g} × at 1,000,000" if rows == 1_000_000 else ""
        memory = f"; ≤ {MOST_MEMORY} MB" if rows >= 10_000_000 else ""
        yield _line(f"{form} {rows:,} check", a, f"{ratio(ours, theirs):.2f}", target + memory)
        yield _line(f"{form} {rows:,} only read", b, "", "")
        if rows // 10 in walls:
            growth = f"{a.wall / walls[rows // 10]:.2f}"
            yield (
                f"{form} {rows // 10:,} → {rows:,} growth",
                "",
                "",
                "",
                growth,
                f"≤ {GROWTH} ×" if rows >= 10_000_000 else "",
            )


def cold(repeat: int) -> Iterator[Line]:
    """Measure the sample month against a process that only imports the libraries."""
    with tempfile.TemporaryDirectory() as place:
        out = str(Path(place) / "out.json")
        sample = checker(
            "check",
            SAMPLE,
            "--period",
            "2026-10",
            "--as-of",
            "2026-11-06",
            "--format",
            "json",
            "--output",
            out,
        )
        ours, theirs = in_turn([sample, python("-c", "import duckdb, yaml, jsonschema, click")], repeat)
    yield _line("sample month, whole process", median(ours), f"{ratio(ours, theirs):.2f}", "≤ 3 ×")
    yield _line("only imports", median(theirs), "", "")


def lint(repeat: int, rules: int = 5_000) -> Iterator[Line]:
    """Measure lint of the shipped pack and of one with many rules."""
    with tempfile.TemporaryDirectory() as place:
        large = Path(place) / "pack"
        count = many_rules(large, rules)
        for name, folder, times, limit in (
            ("shipped pack", generate.RULES, repeat, 1),
            (f"{count:,} rules", large, min(repeat, 2), 15),
        ):
            (runs,) = in_turn([checker("lint", str(folder))], times)
            yield _line(f"lint, {name}", median(runs), "", f"< {limit} s")


def many_rules(target: Path, wanted: int) -> int:
    """Write the shipped pack with its rules repeated under other ids; give how many rules it has then."""
    shutil.copytree(generate.RULES, target, ignore=shutil.ignore_patterns("tests"))
    files = {one.name: one.read_text(encoding="utf-8") for one in sorted((target / "rules").glob("*.yaml"))}
    each = sum(len(re.findall(r"^- id: ", text, re.M)) for text in files.values())
    times = max(1, -(-wanted // each))
    for copy in range(1, times):
        for name, text in files.items():
            changed = re.sub(r"^- id: (\S+)", rf"- id: \1-v{copy}", text, flags=re.M)
            (target / "rules" / f"copy-{copy}-{name}").write_text(changed, encoding="utf-8")
    return each * times


def _line(name: str, one: Run, times: str, target: str) -> Line:
    return (name, f"{one.wall:.2f}", f"{one.cpu:.2f}", f"{one.memory:.0f}", times, target)
