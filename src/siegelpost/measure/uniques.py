"""About how many people, estimated in the memory of one edge process and told as a rounded number only.

Each variant has a random salt of its own that is never written anywhere. When the process ends, salts and sketches are
gone, so that nobody, whatever they know and find later, can test whether a person was among those counted.
"""

from collections.abc import Callable
from hashlib import blake2b
from threading import Lock

from siegelpost.measure.devices import UNKNOWN
from siegelpost.measure.policy import ANY_LINK
from siegelpost.measure.rules import K
from siegelpost.measure.sketch import Sketch, rounded

Target = tuple[int, int, int]
"""Tenant number, variant id, position."""

_SALT_BYTES = 32


class Uniques:
    """All sketches of this process."""

    def __init__(self, random: Callable[[int], bytes]) -> None:
        """random  a source of bytes that nobody can foresee, in a process `os.urandom`."""
        self._random = random
        self._salts: dict[tuple[int, int], bytes] = {}
        self._sketches: dict[Target, Sketch] = {}
        self._crowds: dict[tuple[int, int, str], set[int]] = {}
        self._changed: set[Target] = set()
        self._lock = Lock()

    def saw(self, target: Target, address: str, agent: str, device: str) -> str:
        """Take note that someone asked for `target`; address and agent are hashed here and forgotten.

        Returns the class of device that may be written down: `device` once 20 people of that class asked for something
        of the variant, "unknown" before. So no number on disk ever speaks of a class that only a few people use.
        """
        tenant, variant, position = target
        with self._lock:
            salt = self._salts.get((tenant, variant))
            if salt is None:
                salt = self._salts[tenant, variant] = self._random(_SALT_BYTES)
            digest = int.from_bytes(blake2b(f"{address}\n{agent}".encode(), key=salt, digest_size=8).digest(), "big")
            for place in (position, ANY_LINK) if position > 0 else (position,):
                self._sketches.setdefault((tenant, variant, place), Sketch()).add(digest)
                self._changed.add((tenant, variant, place))
            return device if self._is_crowd((tenant, variant, device), digest) else UNKNOWN

    def _is_crowd(self, group: tuple[int, int, str], digest: int) -> bool:
        crowd = self._crowds.setdefault(group, set())
        if len(crowd) < K:
            crowd.add(digest)
        return len(crowd) >= K

    def news(self) -> list[tuple[Target, int]]:
        """Rounded estimates of those targets that were asked for since the last call, in no telling order."""
        with self._lock:
            changed, self._changed = sorted(self._changed), set()
            return [(target, rounded(self._sketches[target].estimate())) for target in changed]
