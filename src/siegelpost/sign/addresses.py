"""Keyed hashes that stand for e-mail addresses, so that suppression outlives the address itself."""

import hmac
from typing import Final

ADDRESS_KEY_BYTES: Final = 16


def address_key(email: str, key: bytes) -> bytes:
    """Return the 16 bytes that stand for `email` in the tenant whose `key` (TenantKeys.addresses) this is.

    email  normalised address; case does not matter here

    HMAC-SHA256, truncated (RFC 2104 section 5): without the key nobody can try out addresses.
    """
    return hmac.digest(key, email.lower().encode("utf-8", "surrogatepass"), "sha256")[:ADDRESS_KEY_BYTES]
