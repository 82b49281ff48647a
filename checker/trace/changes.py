from __future__ import annotations
from checker.trace.model import Edit
from checker.trace.world import Row, World


def comply(world: World, row: Row) -> tuple[tuple[Edit, ...], ...]:
    return ()
