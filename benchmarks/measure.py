"""Whole processes, timed from outside: wall clock, processor time and greatest memory."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
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


def run(command: Command) -> Run:
    """Run a command to its end; its output goes nowhere.

    Raises:
        Failed: it could not do its job.
    """
    paths = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
    start = time.perf_counter()
    process = subprocess.Popen(
        command,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": paths},
    )
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 1):
        raise Failed(f"exit status {process.returncode}: {' '.join(command)}")
    return Run(
        wall,
        usage.ru_utime + usage.ru_stime,
        usage.ru_maxrss / (1024 if sys.platform != "darwin" else 1 << 20),
    )


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
