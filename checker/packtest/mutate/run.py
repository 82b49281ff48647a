"""A pack and its tests → how many mutants there are, how many the tests notice, and which they do not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from checker.database import Database, connect
from checker.diagnostics import CheckerError
from checker.language.compile import compile_pack
from checker.language.load import load_pack, read_sources
from checker.language.pack import Pack
from checker.language.usage import logs_read
from checker.packtest.bench import Bench, prepare
from checker.packtest.mutate.build import Origin, mutated, plain_run
from checker.packtest.mutate.mutants import Mutant, Uses, mutants
from checker.packtest.mutate.same import is_same

Fate = Literal["killed", "survived", "same", "invalid", "crashed"]
FATES: tuple[Fate, ...] = ("killed", "crashed", "survived", "same", "invalid")


@dataclass(frozen=True)
class Tried:
    """One mutant and what became of it.

    "crashed": the change broke the program, which nobody would miss; "same": it says what the pack says.
    """

    mutant: Mutant
    fate: Fate


class Lab:
    """A pack, all its mutants and its tests, ready to be tried one by one."""

    def __init__(self, folder: Path, db: Database) -> None:
        self.origin = Origin(read_sources(folder), load_pack(folder))
        self.bench: Bench = prepare(self.origin.pack, folder, db)
        self.mutants = list(mutants(self.origin.sources, self.origin.pack, uses_of(self.origin.pack)))

    def try_one(self, mutant: Mutant) -> Tried:
        """Tell what becomes of a mutant; the first test that notices is enough."""
        pack = mutated(self.origin, mutant)
        if pack is None:
            return Tried(mutant, "invalid")
        tests = self.bench.of(mutant.rules)
        try:
            if any(one.notices(pack) for one in tests):
                return Tried(mutant, "killed")
            if is_same(self.origin.pack, pack, mutant, tests):
                return Tried(mutant, "same")
        except CheckerError:
            return Tried(mutant, "invalid")
        except Exception:  # whatever breaks would break the run, so somebody would notice
            return Tried(mutant, "crashed")
        return Tried(mutant, "survived")


def run(folder: Path, jobs: int = 1) -> list[Tried]:
    """Try every mutant of a pack, in the order of its files; `jobs` processes give the same.

    Raises:
        CheckerError: the pack or a test file cannot be read.
    """
    if jobs <= 1:
        return list(_share(folder, 0, 1))
    with ProcessPoolExecutor(jobs) as pool:
        parts = list(pool.map(_part, [(folder, at, jobs) for at in range(jobs)]))
    total = sum(map(len, parts))
    return [parts[i % jobs][i // jobs] for i in range(total)]


def _part(job: tuple[Path, int, int]) -> list[Tried]:
    return list(_share(*job))


def _share(folder: Path, at: int, of: int) -> Iterator[Tried]:
    """Try every `of`-th mutant, beginning at `at`."""
    with connect() as db:
        db.expect_little()
        lab = Lab(folder, db)
        for mutant in lab.mutants[at::of]:
            yield lab.try_one(mutant)


def uses_of(pack: Pack) -> Uses:
    """Give which rules use a parameter of the pack, and which read a log."""
    parameters: dict[str, list[str]] = {}
    logs: dict[str, list[str]] = {}
    for rule in pack.rules:
        compiled = compile_pack(pack, plain_run(rule.effective.start), [rule.id])
        for name in compiled.rules[rule.id].uses_params:
            if name not in rule.params:
                parameters.setdefault(name, []).append(rule.id)
        for name in sorted(logs_read(compiled.plan)):
            logs.setdefault(name, []).append(rule.id)
    return Uses(_frozen(parameters), _frozen(logs), frozenset(_whole_records(pack)))


def _whole_records(pack: Pack) -> Iterator[str]:
    """Give the logs of which some rule asks that all required fields are there."""
    for rule in pack.rules:
        if (rule.check.get("require") or {}).get("complete") == ["required"]:
            yield rule.check["log"]


def _frozen(found: dict[str, list[str]]) -> dict[str, tuple[str, ...]]:
    return {name: tuple(rules) for name, rules in found.items()}


def killed(tried: Sequence[Tried]) -> int:
    """Give how many mutants the tests noticed."""
    return sum(one.fate in ("killed", "crashed") for one in tried)
