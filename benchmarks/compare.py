"""Ten rules by the checker and by others, told apart by what they find before anything is timed."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from benchmarks import peers, records
from benchmarks.manyrules import write_pack
from benchmarks.measure import Command, in_turn, ratio, run
from benchmarks.results import Figure
from benchmarks.rules import check_command, scan_command

RULES = 10
Found = frozenset[tuple[str, str, str]]
"""Rule, outcome and record."""
Line = tuple[str, ...]
HEAD: Line = (
    "program",
    "rows",
    "wall s",
    "cpu s",
    "memory MB",
    "times ours",
    "same findings",
    "what it does of our job",
)
TARGETS = {"durable": "≥ 10", "loop": "≥ 3", "pandas": "≥ 1"}


class Differs(Exception):
    """A program found something else than the checker: the figures would compare different work."""


def measure(
    data: Path, rows: int, repeat: int, only: Sequence[str] = (), faulty: float = records.FAULTY
) -> Iterator[Figure]:
    """Give the figure of the checker, of only reading, and of every program that is installed.

    A program that is given fewer records is compared with the checker on those; its rows say how many.

    Raises:
        Differs: see there.
    """
    by_size: dict[int, list[str]] = {rows: []}
    for name, peer in peers.PEERS.items():
        if peers.installed(name) and (not only or name in only):
            by_size.setdefault(min(rows, peer.most or rows), []).append(name)
    for size, names in sorted(by_size.items(), reverse=True):
        yield from _together(records.records(data, size, faulty).resolve(), size, names, repeat, faulty)


def _together(folder: Path, rows: int, names: Sequence[str], repeat: int, faulty: float) -> Iterator[Figure]:
    with tempfile.TemporaryDirectory() as temporary:
        place = Path(temporary)
        pack = write_pack(place / "pack", RULES)
        commands: dict[str, Command] = {
            "check": check_command(folder, pack, place / "out.json"),
            "read": scan_command(folder, pack, place / "scan.sql"),
            **{name: peers.command(name, str(folder), str(place / name), rows) for name in names},
        }
        run(commands["check"])
        ours = of_report(place / "out.json")
        for name in names:
            run(commands[name])
            _same(name, ours, of_lines(place / name))
        runs = dict(zip(commands, in_turn([*commands.values()], repeat), strict=True))
    for name, its in runs.items():
        yield Figure.of(name, rows, RULES, its, ratio(its, runs["check"]), faulty)


def _same(name: str, ours: Found, theirs: Found) -> None:
    wanted = ours if peers.PEERS[name].unknown else frozenset(one for one in ours if one[1] == "fail")
    if wanted != theirs:
        odd = sorted(wanted ^ theirs)[:5]
        raise Differs(f"{name}: {len(wanted)} findings of ours, {len(theirs)} of its; for example {odd}")


def of_report(file: Path) -> Found:
    """Give what the checker found, from its report as JSON; a rule by its kind alone."""
    listed = json.loads(file.read_text(encoding="utf-8"))["findings"]
    return frozenset((one["rule"].rpartition("-")[0], one["outcome"], one["record"]["key"]) for one in listed)


def of_lines(file: Path) -> Found:
    """Give what a program of `peers` found."""
    rows = (line.split("\t") for line in file.read_text(encoding="utf-8").splitlines())
    return frozenset((rule, outcome, number) for rule, outcome, number in rows)


def lines(figures: Sequence[Figure]) -> Iterator[Line]:
    """Give the table of figures; programs that are not installed have a line that says so."""
    done: Mapping[str, Figure] = {one.name: one for one in figures if one.name not in ("check", "read")}
    most = max((one.rows for one in figures), default=0)
    for one in figures:
        if one.rows == most and one.name in ("check", "read"):
            said = "all of it" if one.name == "check" else "only reads the columns: the limit"
            yield _line(one, "", said)
    for name, peer in peers.PEERS.items():
        if name in done:
            known = "yes" if peer.unknown else "fails; no undetermined"
            yield _line(done[name], known, peer.part)
        elif not peers.installed(name):
            yield (name, "", "", "", "", "", "not installed", peer.part)


def _line(one: Figure, same: str, part: str) -> Line:
    target = f" ({TARGETS[one.name]})" if one.name in TARGETS and one.rows >= 1_000_000 else ""
    return (
        one.name, f"{one.rows:,}", f"{one.wall:.2f}", f"{one.cpu:.2f}", f"{one.memory:.0f}", f"{one.ratio:.2f}{target}",
        same, part,
    )  # fmt: skip
