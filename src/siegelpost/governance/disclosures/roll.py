"""Whose data is in an outflow: collected while it is made, kept as marks that only the tenant's key can try out."""

import os
from collections.abc import Callable
from functools import lru_cache
from hashlib import sha256
from typing import Final

from siegelpost.governance.disclosures.rules import Who, holds, mark, of_address, of_number
from siegelpost.sign.addresses import address_key
from siegelpost.sign.keys import derive
from siegelpost.tenancy.handle import TenantDB

SALT_BYTES: Final = 16
PART: Final = 50_000
"""Marks in one row: 400 kB."""


class Roll:
    """The people of one outflow: 16 bytes for each."""

    def __init__(self, tenant: TenantDB, *, random: Callable[[int], bytes] = os.urandom) -> None:
        self.salt = random(SALT_BYTES)
        self.people = 0
        self._addresses = tenant.keys.addresses
        self._key = key_of(tenant)
        self._full: list[bytes] = []
        self._open: list[bytes] = []

    def add(self, number: int | None, email: str, *, key: bytes = b"") -> None:
        """One more; `number` None or `email` "" where that is not known. `key`: of the address, where it is shown shortened."""
        self.people += 1
        if number is not None:
            self._open.append(mark(self._key, self.salt, of_number(number)))
        if email or key:
            self._open.append(mark(self._key, self.salt, of_address(key or address_key(email, self._addresses))))
        if len(self._open) >= PART:
            self._close()

    def parts(self) -> list[bytes]:
        """All marks, each part sorted."""
        if self._open:
            self._close()
        return self._full

    def digest(self) -> str:
        """SHA-256 over all parts in hex."""
        return digest_of(self.parts())

    def _close(self) -> None:
        self._full.append(b"".join(sorted(self._open)))
        self._open = []


def digest_of(parts: list[bytes]) -> str:
    """SHA-256 over marks in hex, "" for none."""
    return sha256(b"".join(parts)).hexdigest() if parts else ""


def is_in(tenant: TenantDB, salt: bytes, marks: bytes, who: Who) -> bool:
    """Whether a part of the marks holds this person."""
    wanted = [of_address(who.key)] + ([of_number(who.number)] if who.number is not None else [])
    return any(holds(marks, mark(key_of(tenant), salt, one)) for one in wanted)


def key_of(tenant: TenantDB) -> bytes:
    """The key of marks; not in the database."""
    return _key(tenant.keys.root)


@lru_cache(maxsize=64)
def _key(root: bytes) -> bytes:
    return derive(root, "disclosures")
