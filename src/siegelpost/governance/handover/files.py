"""The files of hand-overs: sealed in the tenant's folder, for a day at most."""

import os
import secrets
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from siegelpost.base.whole_file import whole_file
from siegelpost.governance.handover.errors import LinkExpired
from siegelpost.sign.files import open_sealed, seal
from siegelpost.tenancy.handle import TenantDB

FOLDER: Final = "handover"
ORIGINAL: Final = "original"
FINISHED: Final = "finished"
PEOPLE: Final = "people"
"""Whose data it is, for the register of outflows."""


def keep(tenant: TenantDB, folder: Path, number: int, kind: str, data: bytes, name: str = "") -> None:
    """Seal a file; its name goes into the seal with it. Raises OSError."""
    path = _path(folder, number, kind)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with whole_file(path) as file:
        file.write(seal(tenant.keys.files, name.encode() + b"\n" + data, secrets.token_bytes))
        file.flush()
        os.fsync(file.fileno())


def kept(tenant: TenantDB, folder: Path, number: int, kind: str) -> tuple[str, bytes]:
    """Name and content of what was kept. Raises LinkExpired, FileRefused."""
    try:
        sealed = _path(folder, number, kind).read_bytes()
    except FileNotFoundError:
        raise LinkExpired from None
    name, _end, data = open_sealed(tenant.keys.files, sealed).partition(b"\n")
    return name.decode(), data


def destroy(folder: Path, number: int) -> None:
    """Remove all of it. What lay there was encrypted."""
    for kind in (ORIGINAL, FINISHED, PEOPLE):
        _path(folder, number, kind).unlink(missing_ok=True)


def destroy_original(folder: Path, number: int) -> None:
    """Remove the file as it came, once it is encrypted."""
    _path(folder, number, ORIGINAL).unlink(missing_ok=True)


def numbers(folder: Path) -> dict[int, datetime]:
    """Hand-overs of which something is kept, and since when."""
    found = [(int(path.name.partition(".")[0]), _since(path)) for path in (folder / FOLDER).glob("[0-9]*.sealed")]
    return {number: datetime.fromtimestamp(since, UTC) for number, since in found if since is not None}


def _since(path: Path) -> float | None:
    """None where somebody has just removed it."""
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return None


def _path(folder: Path, number: int, kind: str) -> Path:
    return folder / FOLDER / f"{number}.{kind}.sealed"
