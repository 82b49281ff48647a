"""The tests of a pack with their logs read once, so that many changed packs can be put to them quickly."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from checker import pipeline
from checker.database import Database
from checker.language.pack import Pack
from checker.logs.inline import read_texts
from checker.logs.tables import TableInfo, Tables, put
from checker.model import Report
from checker.packtest.cases import Case, load_cases, test_files
from checker.packtest.compare import differences, found_in
from checker.packtest.run import rules_for


@dataclass(frozen=True)
class Prepared:
    """One test and its logs, typed."""

    case: Case
    tables: Tables

    def report(self, pack: Pack) -> Report:
        """Judge the logs by a pack whose stored fields are those the logs were read with."""
        self._offer(pack)
        case = self.case
        given = set(pack.logs) - {name for name, text in case.logs.items() if text is None}
        return pipeline.judge(
            pipeline.with_params(pack, dict(case.params)),
            self.tables,
            case.period,
            case.as_of,
            only={name for said in (case.rule, *case.beside) for name in rules_for(pack, said)},
            waived=case.waivers,
            every=True,
            given=given,
        )

    def notices(self, pack: Pack) -> bool:
        """Tell whether something does not come out as the test says."""
        return bool(differences(self.case, found_in(self.report(pack))))

    def _offer(self, pack: Pack) -> None:
        """Let statements find these rows, should there be any statement: other tests use the same names."""
        db = self.tables.db
        for name, info in self.tables.logs.items():
            db.later(info.sql, _putting(db, info, pack, name))


def _putting(db: Database, info: TableInfo, pack: Pack, name: str) -> Callable[[], None]:
    def job() -> None:
        assert info.records is not None
        put(db, info.sql, pack.logs[name], info.records)

    return job


@dataclass(frozen=True)
class Bench:
    """The tests of a pack by rule, in the order of the files; a test stands under every rule it runs."""

    tests: Mapping[str, tuple[Prepared, ...]]

    def of(self, rules: Iterable[str]) -> list[Prepared]:
        """Give the tests of some rules, each once."""
        found = {id(one): one for rule in rules for one in self.tests.get(rule, ())}
        return list(found.values())


def prepare(pack: Pack, folder: Path, db: Database, files: Iterable[Path] | None = None) -> Bench:
    """Give the tests of a pack that are neither skipped nor `todo`, with their logs read.

    Raises:
        CheckerError: a test file, or a log in it, cannot be read.
    """
    tests: dict[str, list[Prepared]] = {}
    for path in test_files(folder) if files is None else files:
        for case in load_cases(path, lambda: pack.periods):
            rules = [name for said in (case.rule, *case.beside) for name in sorted(rules_for(pack, said))]
            if case.skip or case.todo or not rules:
                continue
            texts = {name: text for name, text in case.logs.items() if text is not None}
            one = Prepared(case, read_texts(texts, pack, db))
            for rule in dict.fromkeys(rules):
                tests.setdefault(rule, []).append(one)
    return Bench({rule: tuple(mine) for rule, mine in tests.items()})
