"""The whole comparison on one screen: two versions → two runs on the same logs → the difference."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from checker import pipeline
from checker.diagnostics import UsageError
from checker.impact.compare import Impact, compare
from checker.impact.guard import Limits, Stop, stops
from checker.impact.packs import Edit, edits
from checker.impact.revisions import version_at
from checker.language import load_pack
from checker.language.pack import Pack
from checker.model import Problem, RunInfo, Text


@dataclass(frozen=True)
class Outlook:
    """All that is said about a change of rules: what was edited, whom it hits, and which rules must be looked at."""

    run: RunInfo
    against: str
    edits: tuple[Edit, ...]
    impact: Impact
    stops: tuple[Stop, ...]
    limits: Limits
    problems: tuple[Problem, ...]


def outlook(
    paths: Sequence[Path],
    *,
    rules: Path,
    against: str,
    period: str,
    as_of: str,
    limits: Limits,
    engine: str = "duckdb",
    waivers: Path | None = None,
    progress: pipeline.Progress | None = None,
) -> Outlook:
    """Give what the rules in the folder `rules` would find that those of `against` do not, and the other way round.

    Both are judged on the same logs, waivers and cut-off. `against`: see `revisions.version_at`.

    Raises:
        CheckerError: a version cannot be loaded, they are versions of different packs, or the logs cannot be used.
    """
    new_pack = load_pack(rules)
    with version_at(against, rules) as (_, old_pack):
        _same_pack(old_pack, new_pack, against)
        old, new = (
            pipeline.check(
                paths,
                rules=one,
                period=period,
                as_of=as_of,
                engine=engine,
                waivers=waivers,
                progress=progress,
            )
            for one in (old_pack, new_pack)
        )
    found = compare(old, new, new_pack.people.key if new_pack.people else None)
    problems = tuple(dict.fromkeys((*new.problems, *old.problems)))
    return Outlook(new.run, against, edits(old_pack, new_pack), found, stops(found, limits), limits, problems)


def _same_pack(old: Pack, new: Pack, against: str) -> None:
    if old.id != new.id:
        raise UsageError.of(
            "different-packs",
            Text(
                f"“{against}”是另一个规则包（{old.id}），不能与 {new.id} 比较",
                f"'{against}' is another pack ({old.id}); it cannot be compared with {new.id}",
            ),
            Text("两边写同一规则包的两个版本", "name two versions of one pack"),
        )
