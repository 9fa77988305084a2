"""Salt search: hash what is known of each person with everything that may be a salt, and look for the result in what was kept."""

import hashlib
import hmac
from collections.abc import Iterator

from siegelpost.measure.attack.loot import Loot, Trace

_SHORT = 8  # bytes; what a sketch keeps of a hash


def by_salts(loot: Loot) -> Iterator[Trace]:
    """One trace for each person whose hash was found."""
    kept = {one[:_SHORT] for one in loot.kept if len(one) >= _SHORT}
    if not kept:
        return
    for person, texts in loot.known.items():
        if any(digest[:_SHORT] in kept for text in texts for salt in loot.salts for digest in digests(salt, text)):
            yield Trace(frozenset((person,)), "a hash of theirs was kept, and its salt")


def digests(salt: bytes, text: bytes) -> Iterator[bytes]:
    """The ways in which a product would hash a person."""
    yield hashlib.blake2b(text, key=salt[:64], digest_size=8).digest()
    yield hashlib.sha256(salt + text).digest()
    yield hmac.digest(salt, text, "sha256")
