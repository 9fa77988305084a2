"""What the edge knows of people, in its memory alone: who was counted already, for as long as a day lasts.

Each variant has a random salt of its own that is never written anywhere. At midnight (UTC), and when the process ends,
salts and everything made with them are gone, so that nobody, whatever they know and find later, can test whether a person
was among those counted, or came back the next day.
"""

from collections import Counter
from collections.abc import Callable
from hashlib import blake2b
from threading import Lock
from typing import Final

from siegelpost.measure.devices import Kind, coarser
from siegelpost.measure.policy import ANY_LINK
from siegelpost.measure.rules import K
from siegelpost.measure.sketch import Sketch, rounded

Target = tuple[int, int, int]
"""Tenant number, variant id, position."""

_SALT_BYTES: Final = 32


class Uniques:
    """Salts and sketches of one process and one day."""

    def __init__(self, random: Callable[[int], bytes]) -> None:
        """random  a source of bytes that nobody can foresee, in a process `os.urandom`."""
        self._random = random
        self._day = -1
        self._salts: dict[tuple[int, int], bytes] = {}
        self._sketches: dict[Target, Sketch] = {}
        self._crowds: dict[tuple[int, int, str], set[int]] = {}
        self._changed: set[Target] = set()
        self._held: set[tuple[int, int]] = set()
        """Variants of which nothing may be told yet: fewer than 20 people have them."""
        self._lock = Lock()

    def saw(self, target: Target, who: str, kind: Kind, *, estimated: bool) -> Kind:
        """Take note that someone asked for `target`; `who` (network address and agent) is hashed here and forgotten.

        estimated  whether the tenant wants people to be estimated; otherwise nobody is put into a sketch

        Returns what may be written down: a class of device or a family of clients is named once 20 people of it asked for
        something of the variant on this day, "unknown" or "other" before. So no number on disk ever speaks of a class that
        only a few people use.
        """
        tenant, variant, position = target
        with self._lock:
            digest = self._digest((tenant, variant), who)
            if estimated and not kind.machine:
                for place in (position, ANY_LINK) if position > 0 else (position,):
                    self._sketches.setdefault((tenant, variant, place), Sketch()).add(digest)
                    self._changed.add((tenant, variant, place))
            device = self._is_crowd((tenant, variant, f"d{kind.device}{kind.machine}"), digest)
            family = self._is_crowd((tenant, variant, f"f{kind.family}{kind.machine}"), digest)
        return coarser(kind, device=device, family=family)

    def _digest(self, variant: tuple[int, int], who: str) -> int:
        salt = self._salts.get(variant)
        if salt is None:
            salt = self._salts[variant] = self._random(_SALT_BYTES)
        return int.from_bytes(blake2b(who.encode(), key=salt, digest_size=8).digest(), "big")

    def _is_crowd(self, group: tuple[int, int, str], digest: int) -> bool:
        crowd = self._crowds.setdefault(group, set())
        if len(crowd) < K:
            crowd.add(digest)
        return len(crowd) >= K

    def news(self) -> list[tuple[Target, int]]:
        """Rounded estimates of those targets that were asked for since the last call, in no telling order; of held variants none."""
        with self._lock:
            changed = sorted(target for target in self._changed if target[:2] not in self._held)
            self._changed.difference_update(changed)
            return [(target, rounded(self._sketches[target].estimate())) for target in changed]

    def hold(self, variant: tuple[int, int]) -> None:
        """Tell nothing of a variant until `let_go`; it goes on being counted."""
        with self._lock:
            self._held.add(variant)

    def let_go(self, variant: tuple[int, int]) -> None:
        """Tell of a variant from now on."""
        with self._lock:
            self._held.discard(variant)

    def turn(self, day: int) -> dict[int, int]:
        """Begin a day (since 1970, UTC): throw away salts, sketches and crowds of the one before.

        Returns tenant number -> how many salts went.
        """
        with self._lock:
            if day == self._day:
                return {}
            gone, self._day = Counter(tenant for tenant, _variant in self._salts), day
            for kept in (self._salts, self._sketches, self._crowds, self._changed):
                kept.clear()
            return dict(gone)
