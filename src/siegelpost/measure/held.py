"""Between edge and spool: what is asked for of a variant stays in memory until 20 people have it.

The lines of an hour lie on the disk in the order of requests. Where one person has the mail, a line is that person's. So nothing
is written before there is a crowd; if the process ends before, those few requests are not counted.
"""

from collections import Counter
from collections.abc import Callable
from threading import Lock
from typing import Final, Protocol

from siegelpost.measure.devices import Kind
from siegelpost.measure.spool import Hit
from siegelpost.measure.uniques import Uniques

Variant = tuple[int, int]
"""Tenant number, variant id."""
MOST: Final = 10_000
"""Requests of one kind of one target that are kept in memory: twenty people never make so many."""


class Keeps(Protocol):
    """What a spool does."""

    def turn(self, now: float) -> None: ...
    def write(self, hit: Hit, now: float) -> None: ...
    def tick(self, now: float) -> None: ...
    def close(self) -> None: ...


class Held:
    """A spool in front of a spool; may be used by many threads."""

    def __init__(self, spool: Keeps, uniques: Uniques, has_crowd: Callable[[int, int], bool]) -> None:
        """has_crowd  asks, by tenant number and variant id, whether 20 people have it; once it says so, it is not asked again."""
        self._spool, self._uniques, self._has_crowd = spool, uniques, has_crowd
        self._open: set[Variant] = set()
        self._waiting: dict[Variant, Counter[tuple[int, Kind]]] = {}
        self._lock = Lock()
        self._now = 0.0

    def turn(self, now: float) -> None:
        """As `Spool.turn`."""
        self._now = now
        self._spool.turn(now)

    def write(self, hit: Hit, now: float) -> None:
        """Hand it on, or keep it in memory. Raises OSError where the disk refuses."""
        variant = (hit.tenant, hit.variant)
        with self._lock:
            if variant not in self._open:
                self._uniques.hold(variant)
                kept = self._waiting.setdefault(variant, Counter())
                kept[hit.position, hit.kind] = min(kept[hit.position, hit.kind] + 1, MOST)
                return
        self._spool.write(hit, now)

    def tick(self, now: float) -> None:
        """Let go what has a crowd by now, and hand over what is due; called about twice a second."""
        self._let_go(now)
        self._spool.tick(now)

    def close(self) -> None:
        """Hand over everything but what has no crowd."""
        self._let_go(self._now)
        self._spool.close()

    def _let_go(self, now: float) -> None:
        for variant in [one for one in list(self._waiting) if self._has_crowd(*one)]:
            with self._lock:
                self._open.add(variant)
                waiting = self._waiting.pop(variant, Counter())
            self._uniques.let_go(variant)
            for (position, kind), n in waiting.items():
                for _each in range(n):
                    self._spool.write(Hit(*variant, position, kind), now)
