"""age with a passphrase. The only file that knows pyrage."""

import pyrage


def encrypted_age(data: bytes, password: str) -> bytes:
    """What `age --decrypt` opens (age-encryption.org/v1, an scrypt recipient)."""
    return bytes(pyrage.passphrase.encrypt(data, password))
