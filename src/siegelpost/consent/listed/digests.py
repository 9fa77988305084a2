"""What a list of others holds of an address, and what we keep of it. Pure.

Source: § 7(2) ECG and the description of RTR's list: SHA-1 of the lower-case address, or of "@" and the domain.
"""

import hashlib
from collections.abc import Callable, Mapping
from functools import partial
from typing import Final

import idna

PLAIN: Final = "plain"
SHA1: Final = "sha1"
KEY_BYTES: Final = 16
_PERSON: Final = b"siegel/listed"
"""Keeps these hashes apart from all others that are made with the same key (BLAKE2's "personal")."""

Digest = Callable[[bytes], bytes]
ALGORITHMS: Final[Mapping[str, Digest]] = {
    PLAIN: bytes,
    "md5": lambda text: hashlib.md5(text, usedforsecurity=False).digest(),
    SHA1: lambda text: hashlib.sha1(text, usedforsecurity=False).digest(),
    "sha256": lambda text: hashlib.sha256(text).digest(),
    "sha512": lambda text: hashlib.sha512(text).digest(),
}
"""Name -> the bytes that a list holds of a text."""
SIZES: Final[Mapping[str, int]] = {PLAIN: 0, "md5": 16, SHA1: 20, "sha256": 32, "sha512": 64}
"""Name -> bytes of one entry; 0 where they differ."""


def ecg_texts(email: str) -> list[bytes]:
    """What the list may hold of a normalised address: itself, without the dots before the @, and its domain with an @ before it.

    Implementations differ on the dots, so both count; a domain beyond ASCII is asked in letters, too, as RTR may have hashed it.
    """
    local, _at, domain = email.lower().rpartition("@")
    found = {f"{local}@{domain}", f"{local.replace('.', '')}@{domain}", f"@{domain}"}
    if "xn--" in domain:
        found |= {text.replace(domain, letters) for text in list(found) for letters in _in_letters(domain)}
    return [encoded for text in found for encoded in _encoded(text)]


def _in_letters(domain: str) -> list[str]:
    try:
        return [idna.decode(domain)]
    except idna.IDNAError:
        return []


def _encoded(text: str) -> set[bytes]:
    """In ASCII there is one way; letters beyond it were hashed as ISO-8859-1 by some."""
    found = {text.encode("utf-8", "surrogatepass")}
    try:
        return found | {text.encode("iso-8859-1")}
    except UnicodeEncodeError:
        return found


def kept(digest: bytes, key: bytes) -> bytes:
    """The 16 bytes that we keep of an entry: without the tenant's key nobody can try out addresses, as with the list itself.

    key  32 bytes (`TenantKeys.own_addresses`)
    """
    return hashlib.blake2b(digest, digest_size=KEY_BYTES, key=key, person=_PERSON).digest()


def robinson_texts(email: str) -> list[bytes]:
    """What a Robinson list may hold of a normalised address: itself."""
    return [email.lower().encode("utf-8", "surrogatepass")]


TEXTS: Final[Mapping[str, Callable[[str], list[bytes]]]] = {"ecg": ecg_texts, "robinson": robinson_texts}
"""Source -> what it may hold of an address."""


def reader(source: str, algorithm: str, key: bytes) -> Callable[[str], list[bytes]]:
    """Return a function from a normalised address to all that could be kept of it; about 8 microseconds."""
    return partial(_keys, TEXTS[source], ALGORITHMS[algorithm], key)


def _keys(texts: Callable[[str], list[bytes]], digest: Digest, key: bytes, email: str) -> list[bytes]:
    return [kept(digest(text), key) for text in texts(email)]
