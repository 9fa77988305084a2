"""Proof of work: whoever posts a form in a browser of today pays half a second, whoever posts a million pays days. Pure.

The browser looks for a number such that SHA-256 of "stamp:address:number" begins with enough zero bits. The stamp says which form was
handed out when, so nobody can work ahead for long; the address is in it, so each address costs anew and a corrected one does too.
"""

from hashlib import sha256
from typing import Final

BITS: Final = 15
"""2**15 hashes on average: 0.2 to 0.8 s in a browser of 2020 to 2026, where crypto.subtle makes 50,000 to 150,000 in a second."""
LONGEST: Final = 12
"""Digits of a number: a browser stops looking long before."""


def is_done(stamp: str, email: str, number: str, bits: int = BITS) -> bool:
    """Whether `number` (decimal digits) solves the task of this stamp and this address, as it was typed."""
    if not (number.isascii() and number.isdecimal() and len(number) <= LONGEST):
        return False
    return leading_zeros(sha256(task(stamp, email, number)).digest()) >= bits


def task(stamp: str, email: str, number: str) -> bytes:
    """What is hashed; blanks around the address do not count."""
    return f"{stamp}:{email.strip()}:{number}".encode()


def leading_zeros(digest: bytes) -> int:
    """How many bits at the beginning are zero."""
    return len(digest) * 8 - int.from_bytes(digest, "big").bit_length()
