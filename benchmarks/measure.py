"""Whole processes, timed from outside: wall clock, processor time and greatest memory."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

Command = Sequence[str]
ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Run:
    """One process: seconds of wall clock and of processor, and the greatest resident memory in MB."""

    wall: float
    cpu: float
    memory: float


class Failed(Exception):
    """A process ended with another status than 0 or 1."""


def python(*args: str) -> list[str]:
    """Give a command line of this very interpreter."""
    return [sys.executable, *args]


def checker(*args: str) -> list[str]:
    """Give a command line of the checker."""
    return python("-m", "checker.cli", *args)


def environment() -> dict[str, str]:
    """Give the environment of a measured process: it finds this checkout and may keep compiled modules.

    An installed package has them; without, a fifth of a second goes into compiling the same sources every time.
    """
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "PYTHONPATH": os.pathsep.join([str(ROOT), *filter(None, [kept.get("PYTHONPATH")])])}


def run(command: Command) -> Run:
    """Run a command to its end; its output goes nowhere.

    Raises:
        Failed: it could not do its job.
    """
    launcher = python("-I", "-S", str(ROOT / "benchmarks" / "launch.py"), *command)
    done = subprocess.run(launcher, stdout=subprocess.PIPE, cwd=ROOT, env=environment(), check=True)
    status, wall, cpu, memory = done.stdout.split()
    if int(status) not in (0, 1):
        raise Failed(f"exit status {int(status)}: {' '.join(command)}")
    return Run(float(wall), float(cpu), int(memory) / (1024 if sys.platform != "darwin" else 1 << 20))


def output(command: Command) -> str:
    """Give what a command prints."""
    return subprocess.run(command, cwd=ROOT, capture_output=True, check=False, encoding="utf-8").stdout


def in_turn(commands: Sequence[Command], repeat: int) -> list[list[Run]]:
    """Run the commands in turn, A B A B …, so that a busy machine slows all of them; give the runs of each.

    Each is run once before, to warm the file cache and compiled modules.
    """
    for command in commands:
        run(command)
    found: list[list[Run]] = [[] for _ in commands]
    for _ in range(repeat):
        for runs, command in zip(found, commands, strict=True):
            runs.append(run(command))
    return found


def median(runs: Sequence[Run]) -> Run:
    """Give the median of each figure.

    >>> median([Run(1, 5, 9), Run(2, 4, 8), Run(9, 3, 7)])
    Run(wall=2, cpu=4, memory=8)
    """
    return Run(*(statistics.median(getattr(one, name) for one in runs) for name in ("wall", "cpu", "memory")))


def ratio(ours: Sequence[Run], theirs: Sequence[Run]) -> float:
    """Give the median, over the pairs that ran one after the other, of how many times longer ours took."""
    return statistics.median(a.wall / b.wall for a, b in zip(ours, theirs, strict=True))
