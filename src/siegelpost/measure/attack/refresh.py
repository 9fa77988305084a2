"""Refresh differencing: who got the mail between two looks at the same figure, if it grew meanwhile?"""

from collections.abc import Iterator
from itertools import pairwise

from siegelpost.measure.attack.loot import Loot, Trace
from siegelpost.measure.rules import quiet_before, speaks_of_few


def by_refreshing(loot: Loot) -> Iterator[Trace]:
    """For each step of a figure that was looked at again and again: those who were new in it, where it grew more than it used to."""
    looks = sorted((figure for figure in loot.shown if figure.at), key=lambda figure: figure.at)
    if len(looks) < 2:
        return
    span = min(later.at - earlier.at for earlier, later in pairwise(looks)) or 1
    grown = {earlier.at: later.value - earlier.value for earlier, later in pairwise(looks)}
    fresh = {earlier.at: loot.arrived(earlier.at, later.at) for earlier, later in pairwise(looks)}
    arrived = {at: len(people) for at, people in fresh.items()}
    for at, more in grown.items():
        if more > 0 and speaks_of_few(arrived[at], more, quiet_before(at, span, arrived, grown)):
            yield Trace(fresh[at], "they were new when the figure grew")
