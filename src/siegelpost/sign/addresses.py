"""Keyed hashes that stand for e-mail addresses, so that suppression outlives the address itself."""

import hmac
from typing import Final

ADDRESS_KEY_BYTES: Final = 16
PART: Final = 32
"""Bytes of one key; a sub-account's is that of its parent and its own behind it."""


def address_key(email: str, key: bytes) -> bytes:
    """Return the 16 bytes that stand for `email` in the tenant whose `key` (TenantKeys.addresses) this is.

    email  normalised address; case does not matter here

    HMAC-SHA256, truncated (RFC 2104 section 5): without the key nobody can try out addresses.
    """
    return _through(email.lower().encode("utf-8", "surrogatepass"), key)


def key_below(parents: bytes, key: bytes) -> bytes:
    """What stands in a sub-account for an address that is known of its parent by 16 bytes alone.

    key  of the sub-account, without that of its parent (`TenantKeys.own_addresses`)
    """
    return _through(parents, key)


def _through(said: bytes, key: bytes) -> bytes:
    for start in range(0, len(key), PART):
        said = hmac.digest(key[start : start + PART], said, "sha256")[:ADDRESS_KEY_BYTES]
    return said
