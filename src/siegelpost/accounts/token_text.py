"""What a token looks like: `siegelpost_`, 256 random bits in hex, and a checksum. Pure.

The beginning lets programs that look for leaked keys recognise it. The checksum tells a mistyped or made-up one without asking anybody.
"""

import re
from collections.abc import Callable
from hashlib import sha256
from typing import Final
from zlib import crc32

PREFIX: Final = "siegelpost_"
SECRET_BYTES: Final = 32
"""So many that a plain hash at rest is enough: there is nothing to try out (NIST SP 800-63B, section 5.1.2.2 speaks of 112 bits)."""
_SHAPE: Final = re.compile(rf"{PREFIX}([0-9a-f]{{{2 * SECRET_BYTES}}})([0-9a-f]{{8}})")


def new_token(random: Callable[[int], bytes]) -> str:
    """A key that nobody has."""
    secret = random(SECRET_BYTES).hex()
    return f"{PREFIX}{secret}{_sum(secret)}"


def digest_of(text: str) -> str:
    """What is kept of a key: SHA-256 of it in hex, "" for a text that is none."""
    found = _SHAPE.fullmatch(text)
    return sha256(text.encode()).hexdigest() if found and _sum(found[1]) == found[2] else ""


def _sum(secret: str) -> str:
    return f"{crc32(secret.encode()):08x}"
