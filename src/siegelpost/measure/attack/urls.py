"""Equality of addresses: whose message carries an address that nobody else's does? Each request of it is theirs."""

from collections.abc import Iterator, Mapping

from siegelpost.measure.attack.loot import Loot, Trace


def by_urls(loot: Loot) -> Iterator[Trace]:
    """One trace for each address that one person alone got and that was asked for, or of which we do not know whether it was."""
    asked = loot.asked
    for url, people in holders(loot.urls).items():
        if len(people) == 1 < len(loot.urls) and (url not in loot.targets or asked.get(loot.targets[url][0])):
            yield Trace(people, "an address of their own")


def holders(urls: Mapping[int, frozenset[str]]) -> dict[str, frozenset[int]]:
    """Address -> people in whose message it stands."""
    found: dict[str, set[int]] = {}
    for person, held in urls.items():
        for url in held:
            found.setdefault(url, set()).add(person)
    return {url: frozenset(people) for url, people in found.items()}
