"""Two-valued conditions as bits of a few whole-number columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

WIDTH = 60
"""Bits in one column."""
Bit = bool | int
"""The number of a condition, or what it always is."""


@dataclass
class Bits:
    """Conditions in SQL, each once, and the columns that hold their truth: `stem` and a number."""

    stem: str
    conditions: dict[str, int] = field(default_factory=dict)

    def of(self, condition: str) -> Bit:
        """Give the bit of a condition.

        >>> bits = Bits("m"); bits.of("a > 1"), bits.of("TRUE"), bits.of("b > 1"), bits.of("a > 1")
        (0, True, 1, 0)
        """
        if condition in ("TRUE", "FALSE"):
            return condition == "TRUE"
        return self.conditions.setdefault(condition, len(self.conditions))

    def names(self) -> list[str]:
        """Give the names of the columns."""
        return [f"{self.stem}{i}" for i in range(-(-len(self.conditions) // WIDTH))]

    def columns(self) -> list[str]:
        """Give the SQL of the columns."""
        cells = [f"CASE WHEN {c} THEN {1 << (i % WIDTH)} ELSE 0 END" for c, i in self.conditions.items()]
        groups = [cells[at : at + WIDTH] for at in range(0, len(cells), WIDTH)]
        return [f"CAST({' + '.join(g)} AS BIGINT) AS {n}" for g, n in zip(groups, self.names(), strict=True)]

    def holds(self, bit: Bit) -> str:
        """Give the SQL that a bit is set.

        >>> Bits("m").holds(61), Bits("m").holds(True)
        ('(m1 & 2) <> 0', 'TRUE')
        """
        if isinstance(bit, bool):
            return "TRUE" if bit else "FALSE"
        return f"({self.stem}{bit // WIDTH} & {1 << (bit % WIDTH)}) <> 0"


@dataclass(frozen=True)
class Asked:
    """What one rule asks of every subject: is it in scope, judged, does the rule apply, may it object."""

    scope: Bit
    judged: Bit
    applies: Bit
    suspect: Bit
    condition: str
    """The SQL that finds its suspects among the marks."""

    def count(self, rows: Sequence[tuple[int, int]], yes: Sequence[Bit], no: Sequence[Bit] = ()) -> int:
        """Give how many subjects in scope have all bits of `yes` and none of `no`; `rows` are counts and marks."""
        care = wanted = 0
        for bit, should in [(self.scope, True), *((b, True) for b in yes), *((b, False) for b in no)]:
            if bit is (not should):
                return 0
            if not isinstance(bit, bool):
                if care >> bit & 1 and bool(wanted >> bit & 1) is not should:
                    return 0
                care, wanted = care | 1 << bit, wanted | should << bit
        return sum(count for count, marks in rows if marks & care == wanted)


def one_number(masks: Sequence[int]) -> int:
    """Give the columns of a row as one number that holds all its bits.

    >>> one_number([5, 1]) == 5 + (1 << WIDTH)
    True
    """
    return sum(mask << WIDTH * at for at, mask in enumerate(masks))
