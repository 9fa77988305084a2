"""Nothing reaches the disk before twenty people have the mail, and nothing is lost when they do."""

from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siegelpost.measure.devices import Kind
from siegelpost.measure.held import Held
from siegelpost.measure.spool import Hit
from siegelpost.measure.uniques import Uniques

PHONE = Kind("phone", "apple")


@dataclass
class Kept:
    """A spool that keeps lines in a list."""

    hits: list[Hit] = field(default_factory=list)

    def turn(self, now: float) -> None:
        """No hour ends."""

    def write(self, hit: Hit, now: float) -> None:
        self.hits.append(hit)

    def tick(self, now: float) -> None:
        """Nothing to do."""

    def close(self) -> None:
        """Nothing to do."""


def held(kept: Kept, crowds: set[tuple[int, int]]) -> tuple[Held, Uniques]:
    uniques = Uniques(lambda size: b"s" * size)
    return Held(kept, uniques, lambda tenant, variant: (tenant, variant) in crowds), uniques


@given(st.lists(st.tuples(st.integers(1, 2), st.integers(17, 19), st.integers(0, 2)), max_size=40), st.sets(st.integers(17, 19)))
@pytest.mark.slow
def test_what_has_a_crowd_is_written_in_full_and_what_has_none_not_at_all(asked: list[tuple[int, int, int]], crowd: set[int]) -> None:
    kept, crowds = Kept(), set[tuple[int, int]]()
    spool, _uniques = held(kept, crowds)
    for place, target in enumerate(asked):
        spool.write(Hit(*target, PHONE), 0.0)
        if place == len(asked) // 2:
            assert kept.hits == []
            crowds.update((tenant, variant) for tenant in (1, 2) for variant in crowd)
            spool.tick(0.0)
    spool.tick(0.0)
    spool.close()
    written = sorted((hit.tenant, hit.variant, hit.position) for hit in kept.hits)
    assert written == sorted(target for target in asked if target[1] in crowd)
    assert all(hit.kind == PHONE for hit in kept.hits)


def test_estimates_of_what_is_held_are_not_told_and_come_with_it() -> None:
    kept, crowds = Kept(), set[tuple[int, int]]()
    spool, uniques = held(kept, crowds)
    for variant in (17, 18):
        uniques.saw((1, variant, 0), "192.0.2.7", PHONE, estimated=True)
        spool.write(Hit(1, variant, 0), 0.0)
    assert uniques.news() == []
    crowds.add((1, 17))
    spool.tick(0.0)
    assert uniques.news() == [((1, 17, 0), 1)]
    assert uniques.news() == []
