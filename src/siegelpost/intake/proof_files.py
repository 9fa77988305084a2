"""Documents that show consent: sealed files in the tenant's folder, readable with its key alone."""

import hashlib
import os
import secrets
from pathlib import Path
from typing import Final

from siegelpost.base.i18n import marked as _
from siegelpost.base.i18n import translate
from siegelpost.base.whole_file import whole_file
from siegelpost.intake.errors import ProofUnusable
from siegelpost.sign.files import open_sealed, seal
from siegelpost.tenancy.handle import TenantDB

FOLDER: Final = "proofs"
LIMIT: Final = 20_000_000
"""Bytes: scans of twenty forms."""


def read(path: Path) -> bytes:
    """What a file of the caller's holds. Raises ProofUnusable."""
    try:
        with path.open("rb") as file:
            document = file.read(LIMIT + 1)
    except OSError as reason:
        raise ProofUnusable(why=reason.strerror or "?") from reason
    check(document)
    return document


def check(document: bytes) -> None:
    """Raise ProofUnusable where it is empty or too large."""
    if not document.strip():
        raise ProofUnusable(why=translate(_("it is empty")))
    if len(document) > LIMIT:
        raise ProofUnusable(why=translate(_("it has more than 20 MB")))


def keep(tenant: TenantDB, folder: Path, document: bytes) -> str:
    """Seal a document into `folder`, the tenant's own, before anything points to it; returns its SHA-256 in hex. Twice is safe."""
    digest = hashlib.sha256(document).hexdigest()
    path = _path(folder, digest)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with whole_file(path) as file:
        file.write(seal(tenant.keys.files, document, secrets.token_bytes))
        file.flush()
        os.fsync(file.fileno())
    return digest


def kept(tenant: TenantDB, folder: Path, digest: str) -> bytes:
    """The document as it came. Raises FileRefused, ProofUnusable where it is not there any more, or is another one."""
    try:
        document = open_sealed(tenant.keys.files, _path(folder, digest).read_bytes())
    except OSError as reason:
        raise ProofUnusable(why=reason.strerror or "?") from reason
    if hashlib.sha256(document).hexdigest() != digest:
        raise ProofUnusable(why=translate(_("it is not the one that was shown")))
    return document


def _path(folder: Path, digest: str) -> Path:
    return folder / FOLDER / f"{digest}.sealed"
