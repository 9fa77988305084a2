"""How much is claimed at once: half a second's work, and towards the end of a mailing so little that all end together."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siegelpost.delivery.sizing import LAST, LEAST, MOST, Sizing


@pytest.mark.parametrize("processes", [1, 2, 4])
def test_no_slice_takes_so_much_that_another_process_would_be_idle_meanwhile(processes: int) -> None:
    sizing = Sizing(lanes=10, processes=processes, rate=4_000.0)
    assert sizing.share(100_000) == sizing.size() == MOST
    assert sizing.share(800) <= 800 // (2 * max(2, processes)) or sizing.share(800) == LAST
    assert sizing.share(0) == LAST


def test_a_process_that_knows_of_no_other_leaves_something_for_a_second_worker() -> None:
    assert Sizing(lanes=10, rate=4_000.0).share(1_000) == 250


@given(st.floats(1, 1e6), st.integers(0, 10**7), st.integers(1, 64))
def test_a_slice_is_never_empty_nor_longer_than_the_most(rate: float, left: int, processes: int) -> None:
    sizing = Sizing(lanes=10, processes=processes, rate=rate)
    assert LEAST <= sizing.share(left) <= sizing.size() <= MOST
