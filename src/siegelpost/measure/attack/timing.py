"""Timing against delivery records: who had just got the mail when a counter rose?"""

from collections.abc import Iterator

from siegelpost.measure.attack.loot import Loot, Row, Target, Trace
from siegelpost.measure.rules import K, quiet_before, speaks_of_few


def by_timing(loot: Loot) -> Iterator[Trace]:
    """For each row: nobody acts before the mail is there; and where a counter rises above what was usual, the newest did it."""
    for target in sorted({row.target for row in loot.rows}):
        rows = sorted((row for row in loot.rows if row.target == target), key=lambda row: row.begin)
        yield from _of_target(loot, target, rows)


def _of_target(loot: Loot, target: Target, rows: list[Row]) -> Iterator[Trace]:
    counted = {row.begin: row.n for row in rows}
    for row in rows:
        if not row.n:
            continue
        everybody = loot.arrived(0, row.begin + row.seconds)
        if 0 < len(everybody) < K:
            yield Trace(everybody, "nobody else had it by then")
        grains = {begin: len(loot.arrived(begin, begin + row.seconds)) for begin in range(*_span(loot, row), row.seconds)}
        fresh = loot.arrived(row.begin, row.begin + row.seconds)
        if speaks_of_few(len(fresh), row.n, quiet_before(row.begin, row.seconds, grains, counted)):
            yield Trace(fresh, "they had just got it, and more was asked for than before")


def _span(loot: Loot, row: Row) -> tuple[int, int]:
    first = min(loot.arrivals, default=row.begin)
    return first - first % row.seconds, row.begin
