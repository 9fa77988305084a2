"""How often a network has posted within the hour. Nothing of it is written down, and nobody is named even in memory.

A count belongs to a keyed hash of the network: the address itself for IPv4, its first 64 bits for IPv6, where one household has that
many. The key is drawn anew every hour, and everything counted goes with it. Each process counts for itself.

Source: Art. 5(1)(c) and (e) GDPR; control 4.3-06.
"""

import threading
from collections import Counter
from collections.abc import Callable
from hashlib import blake2b
from ipaddress import IPv6Address, ip_address
from typing import Final

HOUR: Final = 3_600  # seconds
MANY: Final = 10
"""Sign-ups of one network within the hour, after which each takes the slow step: an office that reads about a new form has a few more."""
TOO_MANY: Final = 200
"""No office signs up two hundred people within an hour; whoever goes on is told to come back later."""
MOST: Final = 50_000
"""Networks that are counted at a time, a few megabytes. Beyond that every network counts as one with many."""


class Networks:
    """Counts of this hour. Safe between threads."""

    def __init__(self, random: Callable[[int], bytes]) -> None:
        self._random, self._lock = random, threading.Lock()
        self._hour, self._key, self._counts = -1, b"", Counter[bytes]()

    def count(self, address: str, second: float) -> int:
        """Count one more post of this address's network; returns how many there were within the hour, this one included."""
        hour = int(second // HOUR)
        with self._lock:
            if hour != self._hour:
                self._hour, self._key, self._counts = hour, self._random(16), Counter()
            name = blake2b(network_of(address), key=self._key, digest_size=12).digest()
            if name not in self._counts and len(self._counts) >= MOST:
                return MANY + 1
            self._counts[name] += 1
            return self._counts[name]


def network_of(address: str) -> bytes:
    """The network of an address; what is none is a network by itself."""
    try:
        found = ip_address(address)
    except ValueError:
        return address.encode()[:64]
    return found.packed[:8] if isinstance(found, IPv6Address) else found.packed
