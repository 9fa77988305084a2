"""Who a personal link was made for, as 16 bytes that say nothing without the key of their mailing. Pure.

One AES block (FIPS 197) holds person and mailing. Each mailing has a key of its own, so nobody can tell the same person in two
mailings, and once the key is destroyed nobody can tell anybody.
"""

from typing import Final

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import ECB

BYTES: Final = 16
KEY_BYTES: Final = 32


def pseudonym(key: bytes, mailing_id: int, person: int) -> bytes:
    """The block of one person in one mailing; both 0..2**64-1. Raises OverflowError beyond."""
    block = person.to_bytes(8, "big") + mailing_id.to_bytes(8, "big")
    return Cipher(AES(key), ECB()).encryptor().update(block)  # noqa: S305 - a single block that never repeats with the same content


def person_of(key: bytes, mailing_id: int, block: bytes) -> int | None:
    """Whose it is, or None where it was not made with this key for this mailing."""
    if len(block) != BYTES:
        return None
    plain = Cipher(AES(key), ECB()).decryptor().update(block)  # noqa: S305 - as above
    return int.from_bytes(plain[:8], "big") if int.from_bytes(plain[8:], "big") == mailing_id else None
