"""The documents of instructions: sealed files in the tenant's folder, readable with its key alone."""

import hashlib
import os
import secrets
from pathlib import Path
from typing import Final

from siegelpost.base.i18n import marked as _
from siegelpost.base.i18n import translate
from siegelpost.base.whole_file import whole_file
from siegelpost.governance.instructions.errors import DocumentUnusable
from siegelpost.governance.instructions.models import Instruction
from siegelpost.governance.instructions.rules import FILE_LIMIT
from siegelpost.sign.files import open_sealed, seal
from siegelpost.tenancy.handle import TenantDB

FOLDER: Final = "instructions"


def read_document(path: Path) -> bytes:
    """What a file of the caller's holds. Raises DocumentUnusable."""
    try:
        with path.open("rb") as file:
            document = file.read(FILE_LIMIT + 1)
    except OSError as reason:
        raise DocumentUnusable(why=reason.strerror or path.name) from reason
    check(document)
    return document


def check(document: bytes) -> None:
    """Raise DocumentUnusable where it is empty or too large."""
    if not document.strip():
        raise DocumentUnusable(why=translate(_("it is empty")))
    if len(document) > FILE_LIMIT:
        raise DocumentUnusable(why=translate(_("it has more than 10 MB")))


def digest_of(document: bytes) -> str:
    """SHA-256 in hex."""
    return hashlib.sha256(document).hexdigest()


def keep(tenant: TenantDB, folder: Path, document: bytes) -> str:
    """Seal a document into `folder`, the tenant's own, before anything points to it; returns its digest. Twice is safe."""
    digest = digest_of(document)
    path = _path(folder, digest)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with whole_file(path) as file:
        file.write(seal(tenant.keys.files, document, secrets.token_bytes))
        file.flush()
        os.fsync(file.fileno())
    return digest


def document_of(tenant: TenantDB, folder: Path, row: Instruction) -> bytes:
    """The document as it came. Raises FileRefused, DocumentUnusable where it is not there any more, or is another one."""
    try:
        sealed = _path(folder, row.digest).read_bytes()
    except OSError as reason:
        raise DocumentUnusable(why=reason.strerror or "?") from reason
    document = open_sealed(tenant.keys.files, sealed)
    if digest_of(document) != row.digest:
        raise DocumentUnusable(why=translate(_("it is not the one that was recorded")))
    return document


def _path(folder: Path, digest: str) -> Path:
    return folder / FOLDER / f"{digest}.sealed"
