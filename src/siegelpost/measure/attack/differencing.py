"""Differencing: two figures about nearly the same people tell of those by whom they differ; one about few tells of them."""

from collections.abc import Iterator

from siegelpost.measure.attack.loot import Loot, Trace


def by_differencing(loot: Loot) -> Iterator[Trace]:
    """Pairs of figures that differ, and single figures about few people, or of people where nearly all did the same."""
    for pair in loot.pairs:
        if pair.value != pair.other:
            yield Trace(pair.alone, "by whom two audiences differ")
    for figure in loot.shown:
        if figure.value:
            yield Trace(figure.audience, "a figure about few")
        if figure.left == 0:
            for person in figure.audience:
                yield Trace(frozenset((person,)), "all of them did it")
