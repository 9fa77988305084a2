"""Padding with own addresses: a group of 20 of which whoever looks knows 19 is a group of one."""

from collections.abc import Iterator

from siegelpost.measure.attack.loot import Loot, Trace


def by_padding(loot: Loot) -> Iterator[Trace]:
    """What is left of everybody who got measured addresses without the tenant's own people; harmless where those got none."""
    everybody = frozenset().union(*loot.arrivals.values())
    if loot.own and any(loot.asked.values()):
        yield Trace(everybody - loot.own, "all others are the tenant's own people")
    for figure in loot.shown:
        if figure.value and figure.audience & loot.own:
            yield Trace(figure.audience - loot.own, "all others in this figure are the tenant's own people")
