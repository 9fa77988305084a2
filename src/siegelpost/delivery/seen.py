"""Remembers, beside the database, the numbers of the last slices: a database that does not know one of them is an older copy.

A database that is put back alone (a file, a dump, a snapshot of its server, a standby that had not received everything) does not
know what went out since then. But no slice is ever removed, so the first claim gives it away; and if nothing was claimed since,
nothing was sent. Whether a number comes a second time would prove less: PostgreSQL writes down sequences 32 numbers ahead.
"""

import os
import struct
from pathlib import Path
from typing import Final

from siegelpost.delivery.statements import ids, read
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.home import Home

SLOTS: Final = 64
"""Each number has its place by its remainder, so that processes which claim together do not overwrite each other's."""
WIDTH: Final = 8  # bytes of a number


def numbers(home: Home, tenant: TenantDB) -> set[int]:
    """Of the last slices that this tenant had here; read before the transaction that asks `is_older`."""
    try:
        kept = _file(home, tenant).read_bytes()
    except FileNotFoundError:
        return set()
    return {number for (number,) in struct.iter_unpack("<Q", kept[: len(kept) // WIDTH * WIDTH]) if number}


def is_older(tenant: TenantDB, noted: set[int]) -> bool:
    """Whether the database lacks a slice whose claim was committed."""
    return bool(noted) and read(tenant, "known", slices=ids(tenant, noted))[0][0] < len(noted)


def note(home: Home, tenant: TenantDB, number: int) -> None:
    """A slice of this number is committed, and sent from now on."""
    home.claims.mkdir(exist_ok=True, mode=0o700)
    fd = os.open(_file(home, tenant), os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        os.pwrite(fd, struct.pack("<Q", number), WIDTH * (number % SLOTS))
    finally:
        os.close(fd)


def forget(home: Home, tenant: TenantDB) -> None:
    """The staff knows that the database is an older one; it counts anew."""
    _file(home, tenant).unlink(missing_ok=True)


def _file(home: Home, tenant: TenantDB) -> Path:
    return home.claims / f"{tenant.number:x}"
