"""Personalised targets: a measured link that leads to an address of one person counts that person."""

from collections.abc import Iterator
from urllib.parse import unquote_to_bytes

from siegelpost.measure.attack.loot import Loot, Trace


def by_targets(loot: Loot) -> Iterator[Trace]:
    """One trace for each target that was asked for and in whose address something known of a person stands."""
    asked = loot.asked
    for target, address in set(loot.targets.values()):
        if asked.get(target):
            written = unquote_to_bytes(address).lower()
            for person, texts in loot.known.items():
                if any(text.lower() in written for text in texts if b"@" in text):
                    yield Trace(frozenset((person,)), "the link leads to an address with their own in it")
