"""Crossed counters: a row that says hour and device together fits few people, a row that says one of them fits many."""

from collections.abc import Iterator

from siegelpost.measure.attack.loot import Loot, Trace


def by_crossing(loot: Loot) -> Iterator[Trace]:
    """For each row that says a kind: whoever uses it and had just got the mail."""
    for row in loot.rows:
        if row.kind and row.n:
            fresh = loot.arrived(row.begin, row.begin + row.seconds)
            yield Trace(frozenset(one for one in fresh if loot.kinds.get(one) == row.kind), "hour and kind together")
