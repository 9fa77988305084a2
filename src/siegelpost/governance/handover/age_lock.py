"""age: with a passphrase for files that fit into memory, with a pair of keys for streams. The only file that knows pyrage."""

import errno
from typing import BinaryIO

import pyrage


class LockFailed(OSError):
    """A stream did not get through: no space, another key, or changed bytes."""


def encrypted_age(data: bytes, password: str) -> bytes:
    """What `age --decrypt` opens (age-encryption.org/v1, an scrypt recipient)."""
    return bytes(pyrage.passphrase.encrypt(data, password))


def new_pair() -> tuple[str, str]:
    """A new secret key and its recipient, "AGE-SECRET-KEY-1…" and "age1…" (X25519)."""
    identity = pyrage.x25519.Identity.generate()
    return str(identity), str(identity.to_public())


def is_recipient(text: str) -> bool:
    """Whether something can be encrypted to this public key."""
    try:
        pyrage.x25519.Recipient.from_str(text)
    except pyrage.RecipientError:
        return False
    return True


def secret_in(text: str) -> str:
    """The secret key in a key file, "" where it holds none; lines that begin with # are remarks."""
    for line in text.splitlines():
        try:
            return str(pyrage.x25519.Identity.from_str(line.strip()))
        except pyrage.IdentityError:
            continue
    return ""


def encrypt_stream(source: BinaryIO, target: BinaryIO, recipient: str) -> None:
    """Encrypt to one public key, piece by piece. Raises LockFailed."""
    try:
        pyrage.encrypt_io(source, target, [pyrage.x25519.Recipient.from_str(recipient)])
    except (pyrage.EncryptError, OSError) as reason:
        raise LockFailed(errno.EIO, str(reason)) from reason


def decrypt_stream(source: BinaryIO, target: BinaryIO, secret: str) -> None:
    """Decrypt piece by piece; what comes out may be used only when this has ended. Raises LockFailed."""
    try:
        pyrage.decrypt_io(source, target, [pyrage.x25519.Identity.from_str(secret)])
    except (pyrage.DecryptError, OSError) as reason:
        raise LockFailed(errno.EIO, str(reason)) from reason
