"""What came of the mutants of a pack: how many the tests noticed, which they did not, and what is excused."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal
from pathlib import Path

from checker.packtest.mutate.mutants import Mutant
from checker.packtest.mutate.run import Tried
from checker.packtest.mutate.survivors import Excuse, excuse_for


@dataclass(frozen=True)
class Summary:
    """`open`: survivors without a reason; `excused`: those with one; `stale`: entries that cover no survivor."""

    counts: Mapping[str, int]
    open: tuple[Mutant, ...]
    excused: tuple[tuple[Mutant, Excuse], ...]
    stale: tuple[Excuse, ...]

    @property
    def killed(self) -> int:
        """Give how many mutants the tests noticed."""
        return self.counts["killed"] + self.counts["crashed"]

    @property
    def share(self) -> Decimal:
        """Give the percentage noticed of those noticed or unexcused, rounded down to a tenth."""
        return share(self.killed, self.killed + len(self.open))


def share(part: int, whole: int) -> Decimal:
    """Give a percentage with one digit, rounded down; of nothing it is 100.

    >>> share(949, 999), share(0, 0)
    (Decimal('94.9'), Decimal('100.0'))
    """
    if not whole:
        return Decimal("100.0")
    return (Decimal(part) * 100 / whole).quantize(Decimal("0.1"), ROUND_DOWN)


def summary(tried: Sequence[Tried], excuses: Sequence[Excuse], folder: Path) -> Summary:
    """Give the summary of a run."""
    counts = Counter(one.fate for one in tried)
    alive = [one.mutant for one in tried if one.fate == "survived"]
    pairs = [(mutant, excuse_for(mutant, excuses, folder)) for mutant in alive]
    used = {excuse for mutant in alive for excuse in excuses if excuse.covers(mutant, folder)}
    return Summary(
        {name: counts[name] for name in ("killed", "crashed", "survived", "same", "invalid")},
        tuple(mutant for mutant, excuse in pairs if excuse is None),
        tuple((mutant, excuse) for mutant, excuse in pairs if excuse is not None),
        tuple(excuse for excuse in excuses if excuse not in used),
    )


def merged(parts: Sequence[Summary]) -> Summary:
    """Give the summary of several packs together."""
    counts: Counter[str] = Counter()
    for one in parts:
        counts.update(one.counts)
    names = ("killed", "crashed", "survived", "same", "invalid")
    return Summary(
        {name: counts[name] for name in names},
        tuple(mutant for one in parts for mutant in one.open),
        tuple(pair for one in parts for pair in one.excused),
        tuple(excuse for one in parts for excuse in one.stale),
    )
