"""The same check by every engine there is here, and what only starting Spark costs."""

from __future__ import annotations

import importlib.util
import json
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from benchmarks import compare, peers, records
from benchmarks.manyrules import write_pack
from benchmarks.measure import Command, checker, in_turn, output, python, ratio, run
from benchmarks.results import Figure
from benchmarks.rules import check_command
from checker.engines import ENGINES

Line = tuple[str, ...]
HEAD: Line = ("engine", "rows", "wall s", "cpu s", "memory MB", "times duckdb", "note")
NEEDS = {"durable": "durable_rules_engine", "spark": "pyspark"}
_SPARK = "from pyspark.sql import SparkSession as S; S.builder.master('local[1]').config('spark.ui.enabled', 'false').getOrCreate().stop()"
DIRECT, START = "durable called directly", "spark only started"


def available() -> dict[str, tuple[str, ...]]:
    """Give the engines that can run here and the options that choose them."""
    found: dict[str, tuple[str, ...]] = {}
    for name in ENGINES:
        if name in NEEDS and importlib.util.find_spec(NEEDS[name]) is None:
            continue
        if name == "spark" and "--master" in output(checker("check", "--help")):
            for cores in (1, 2):
                found[f"spark local[{cores}]"] = ("--engine", name, "--master", f"local[{cores}]")
        else:
            found[name] = ("--engine", name)
    return found


def measure(data: Path, rows: int, repeat: int, only: Sequence[str] = ()) -> Iterator[Figure]:
    """Give the figure of every engine, against the default one, and of what two of them rest on.

    Raises:
        compare.Differs: an engine found something else than the default one.
    """
    folder = records.records(data, rows).resolve()
    chosen = {
        name: how for name, how in available().items() if not only or name.split()[0] in (*only, "duckdb")
    }
    with tempfile.TemporaryDirectory() as temporary:
        place = Path(temporary)
        pack = write_pack(place / "pack", compare.RULES)
        commands: dict[str, Command] = {
            name: check_command(folder, pack, place / f"{name}.json", *how) for name, how in chosen.items()
        }
        for name, command in commands.items():
            run(command)
            _same(name, place / f"{name}.json", place / "duckdb.json")
        commands |= _beside(chosen, folder, place, rows)
        runs = dict(zip(commands, in_turn([*commands.values()], repeat), strict=True))
    for name, its in runs.items():
        yield Figure.of(name, rows, compare.RULES, its, ratio(its, runs["duckdb"]))


def _beside(
    chosen: Mapping[str, object], folder: Path, place: Path, rows: int
) -> Iterator[tuple[str, Command]]:
    """Give what an engine rests on: durable_rules on the same facts, Spark doing nothing."""
    if "durable" in chosen and rows <= (peers.PEERS["durable"].most or rows):
        yield DIRECT, peers.command("durable", str(folder), str(place / "direct"), rows)
    if any(name.startswith("spark") for name in chosen):
        yield START, python("-c", _SPARK)


def _same(name: str, file: Path, default: Path) -> None:
    ours, theirs = (json.loads(one.read_text(encoding="utf-8"))["findings"] for one in (default, file))
    if ours != theirs:
        raise compare.Differs(f"engine {name}: {len(theirs)} findings, {len(ours)} of duckdb, not the same")


def lines(figures: Sequence[Figure]) -> Iterator[Line]:
    """Give the table of figures, and the engines that are not here."""
    walls = {one.name: one.wall for one in figures}
    for one in figures:
        yield (
            one.name, f"{one.rows:,}", f"{one.wall:.2f}", f"{one.cpu:.2f}", f"{one.memory:.0f}", f"{one.ratio:.2f}",
            _note(one.name, walls),
        )  # fmt: skip
    for name in NEEDS:
        if not any(one.name.startswith(name) for one in figures):
            yield (name, "", "", "", "", "", "not in this version" if name not in ENGINES else "not measured")


def _note(name: str, walls: Mapping[str, float]) -> str:
    if name == "durable" and DIRECT in walls:
        return f"{walls[name] / walls[DIRECT]:.2f} × {DIRECT} (≤ 2)"
    if name == "spark local[2]" and "spark local[1]" in walls and START in walls:
        one, two, start = walls["spark local[1]"], walls[name], walls[START]
        return f"1 to 2 cores: {one / two:.2f} × as fast, {(one - start) / max(two - start, 0.01):.2f} × without the start"
    return ""
