"""An uploaded file that waits to be imported: sealed in the tenant's folder, removed after the import or after a day."""

import io
import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import BinaryIO, Final, cast

from siegelpost.intake import jobs
from siegelpost.intake.charset import PIECE, Survey, check_name, survey
from siegelpost.intake.errors import FileEmpty, ImportUnknown
from siegelpost.intake.headings import guess_columns
from siegelpost.intake.models import ImportJob
from siegelpost.intake.pipeline import read_headings
from siegelpost.intake.refused import SEALED_FOLDER
from siegelpost.intake.rows import open_text, records
from siegelpost.sign.files import SealedWriter, sealed_reader
from siegelpost.tenancy.handle import TenantDB

KEPT_FOR: Final = timedelta(days=1)


def kept_path(folder: Path, import_id: int) -> Path:
    """Where the upload of one import lies; `folder` is the tenant's own."""
    return folder / SEALED_FOLDER / f"{import_id}.upload.sealed"


def keep(tenant: TenantDB, file: BinaryIO, *, file_name: str, folder: Path, actor: str, now: datetime) -> int:
    """Look whether `file` (seekable) can be imported at all, keep it, and return the number of the import that it may become.

    Raises FileEmpty, FileBinary, FileRenamed, HeadingsMissing; nothing is kept then.
    """
    found = survey(file)
    check_name(file_name)
    _check(file, found)
    file.seek(0)
    waiting = folder / SEALED_FOLDER / f".{secrets.token_hex(8)}.upload"
    row = ImportJob(
        list_id=0,
        file_name=jobs.shown_name(file_name),
        file_hash=found.digest,
        state=jobs.DRAFT,
        actor=actor,
        plan={"encoding": found.encoding},
        size=found.size,
        started_at=now,
    )
    try:
        _seal(file, waiting, tenant.keys.files)
        with tenant.atomic():
            row.save(using=tenant.alias, force_insert=True)
            os.replace(waiting, kept_path(folder, row.pk))
    finally:
        waiting.unlink(missing_ok=True)
    return int(row.pk)


def _check(file: BinaryIO, found: Survey) -> None:
    text, dialect = open_text(file, found)
    try:
        rows = records(text, dialect)
        guess_columns(read_headings(rows), [], {})
        if next(rows, None) is None:
            raise FileEmpty
    finally:
        cast("io.TextIOWrapper", text).detach()  # or it would close the file with itself


def _seal(file: BinaryIO, path: Path, key: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (
        os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out,
        SealedWriter(out, key, secrets.token_bytes) as sink,
    ):
        while piece := file.read(PIECE):
            sink.write(piece)


@contextmanager
def open_kept(tenant: TenantDB, folder: Path, import_id: int) -> Iterator[tuple[BinaryIO, Survey]]:
    """Open the upload of an import for reading, with what is known of it. Raises ImportUnknown, FileRefused."""
    row = tenant.objects(ImportJob).filter(pk=import_id).first()
    path = kept_path(folder, import_id)
    if row is None or not path.exists():
        raise ImportUnknown
    with path.open("rb") as sealed:
        file = io.BufferedReader(_FromStart(lambda: _reader(sealed, tenant.keys.files)))
        yield file, Survey(row.plan["encoding"], row.size, row.file_hash)


def is_kept(folder: Path, import_id: int) -> bool:
    """Whether the upload is still there, so that the import can be started (again)."""
    return kept_path(folder, import_id).exists()


def forget(folder: Path, import_id: int) -> None:
    """Remove the upload of an import."""
    kept_path(folder, import_id).unlink(missing_ok=True)


def discard(tenant: TenantDB, folder: Path, import_id: int) -> None:
    """Remove an upload that nobody wants to import. Raises ImportUnknown where it is no draft (any more)."""
    with tenant.atomic():
        if not tenant.objects(ImportJob).filter(pk=import_id, state=jobs.DRAFT).delete()[0]:
            raise ImportUnknown
    forget(folder, import_id)


def sweep(tenant: TenantDB, folder: Path, now: datetime) -> None:
    """Remove uploads that are older than a day, and note which imports were interrupted: their process is gone."""
    old = now - KEPT_FOR
    for row in tenant.objects(ImportJob).exclude(state=jobs.DONE):
        if row.state == jobs.RUNNING:
            if jobs.runs(folder, row.pk):
                continue
            with tenant.atomic():
                tenant.objects(ImportJob).filter(pk=row.pk, state=jobs.RUNNING).update(state=jobs.INTERRUPTED, finished_at=now)
        if row.started_at < old:
            forget(folder, row.pk)
            if row.state == jobs.DRAFT:
                with tenant.atomic():
                    tenant.objects(ImportJob).filter(pk=row.pk, state=jobs.DRAFT).delete()


def _reader(sealed: BinaryIO, key: bytes) -> BinaryIO:
    sealed.seek(0)
    return sealed_reader(sealed, key)


class _FromStart(io.RawIOBase):
    """A file that can go back to its start and nowhere else, which is all that an import needs."""

    def __init__(self, begin: Callable[[], BinaryIO]) -> None:
        self._begin = begin
        self._file = begin()
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def readinto(self, buffer: object, /) -> int:
        view = memoryview(buffer).cast("B")  # type: ignore[arg-type]
        piece = self._file.read(len(view))
        view[: len(piece)] = piece
        self._at += len(piece)
        return len(piece)

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = 0, /) -> int:
        if offset == 0 and whence == 1:
            return self._at
        if offset or whence:
            raise io.UnsupportedOperation("only back to the start")
        self._file, self._at = self._begin(), 0
        return 0
