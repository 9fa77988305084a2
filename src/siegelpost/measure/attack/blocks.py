"""Conditional blocks: an address that some got and others did not tells of those who did."""

from collections.abc import Iterator

from siegelpost.measure.attack.loot import Loot, Trace
from siegelpost.measure.attack.urls import holders


def by_blocks(loot: Loot) -> Iterator[Trace]:
    """One trace for each address that was asked for and that only a part of the audience got; where the part is large, it is harmless."""
    asked = loot.asked
    for url, people in holders(loot.urls).items():
        target = loot.targets.get(url)
        if target and asked.get(target[0]) and 1 < len(people) < len(loot.urls):
            yield Trace(people, "a link that only some got")
