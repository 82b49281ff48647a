"""Hits that an engine lists whether they pass or not: most are figures, a few are findings as well."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import repeat

from checker.database import among
from checker.findings.figures import Gathered
from checker.findings.frames import Frame
from checker.model import Hit, HitBatch, HitTable, Outcome

QUIET = frozenset({"pass", "not_applicable"})


def sifted(
    listed: Iterable[HitBatch | HitTable],
    frames: Mapping[str, Frame],
    gathered: Gathered,
    tally: Mapping[str, Counter[str]],
) -> list[Hit]:
    """Gather the figures of many hits, give those that are findings as well, and count the others."""
    found: list[Hit] = []
    for some in listed:
        kind, quiet = frames[some.rule].rule.kind, Counter[bool]()
        if isinstance(some, HitTable):
            if kind != "merit":
                gathered.add_table(some)
            found += _loud_of_table(some, kind, quiet)
        else:
            if kind != "merit":
                gathered.add_batch(some)
            found += _loud_of_batch(some, kind, quiet)
        if quiet[True]:
            tally[some.rule]["not_applicable"] += quiet[True]
    return found


def _loud_of_batch(batch: HitBatch, kind: str, quiet: Counter[bool]) -> Iterator[Hit]:
    """Give the hits that are findings, and count the others by whether they are judged."""
    judged = batch.columns.get("judged") or repeat(True)
    for at, (outcome, counts) in enumerate(zip(batch.outcomes, judged, strict=False)):
        if is_listed(kind, outcome):
            yield batch.hit(at)
        else:
            quiet[counts is not False] += 1


def _loud_of_table(table: HitTable, kind: str, quiet: Counter[bool]) -> Iterator[Hit]:
    """Do the same, and fetch only the findings."""
    loud: dict[Outcome, None] = {}
    for outcome, counts, number in table.counted():
        if is_listed(kind, outcome):
            loud[outcome] = None
        else:
            quiet[counts is not False] += number
    if loud:
        for batch in table.batches(among("_outcome", loud)):
            yield from batch.hits()


def is_listed(kind: str, outcome: Outcome) -> bool:
    """Tell whether a hit that an engine lists is a finding: a merit that is met is, a figure is not."""
    if kind == "merit":
        return outcome == "pass" or outcome not in (*QUIET, "fail")
    return outcome not in QUIET and not (kind == "statistic" and outcome == "fail")
