"""The collector of cyclic garbage, and when to keep it out."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def collector_at_rest(for_good: bool = False) -> Iterator[None]:
    """Keep the collector out while many small objects are made and hardly one is dropped: it would walk all of them
    again and again, up to half the time, and there is no cycle among them.

    `for_good`: the process ends soon after, so what is there by then is not walked at its end either.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if for_good:
            gc.freeze()
        if was_on:
            gc.enable()
