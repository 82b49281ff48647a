"""The collector of garbage rests while it is told to, and comes back as it was."""

import gc

import pytest

from checker.memory import collector_at_rest


@pytest.mark.parametrize("on", [True, False])
def test_the_collector_rests_and_comes_back_as_it_was(on: bool) -> None:
    before = gc.isenabled()
    try:
        (gc.enable if on else gc.disable)()
        with collector_at_rest():
            assert not gc.isenabled()
        assert gc.isenabled() == on
    finally:
        (gc.enable if before else gc.disable)()


def test_what_a_short_process_made_is_set_aside_at_its_end() -> None:
    frozen = gc.get_freeze_count()
    with collector_at_rest(for_good=True):
        kept = [[] for _ in range(1_000)]
    assert gc.get_freeze_count() >= frozen + len(kept)
    gc.unfreeze()
