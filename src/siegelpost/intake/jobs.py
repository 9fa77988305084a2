"""What is kept of each import: whose file, on which ground, and what came of it; and whether it still runs."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path, PurePath
from typing import Final

from siegelpost.intake.models import ImportJob
from siegelpost.intake.orders import ImportOrder
from siegelpost.tenancy.handle import TenantDB

DRAFT: Final = "draft"
RUNNING: Final = "running"
INTERRUPTED: Final = "interrupted"
DONE: Final = "done"
FAILED: Final = "failed"


def begin(tenant: TenantDB, order: ImportOrder, *, file_name: str, digest: str, actor: str = "", now: datetime) -> int:
    """Note that an import starts and return its id; `digest` is the SHA-256 of the file, lower-case hex."""
    job = ImportJob(
        list_id=order.list_id,
        file_name=shown_name(file_name),
        file_hash=digest,
        ground=order.ground.strip(),
        source=order.source.strip(),
        mode=order.mode,
        actor=actor,
        state=RUNNING,
        started_at=now,
    )
    with tenant.atomic():
        job.save(using=tenant.alias, force_insert=True)
    return int(job.pk)


def actor_of(tenant: TenantDB, job_id: int) -> str:
    """Who imports, as in the log; "" where nobody was named."""
    return str(tenant.objects(ImportJob).filter(pk=job_id).values_list("actor", flat=True).first() or "")


def end(tenant: TenantDB, job_id: int, state: str, refused_file: str, *, now: datetime) -> None:
    """Note how an import ended, DONE or FAILED, and the name of the file of its refused rows ("" for none)."""
    with tenant.atomic():
        tenant.objects(ImportJob).filter(pk=job_id).update(state=state, refused_file=PurePath(refused_file).name[:200], finished_at=now)


def shown_name(file_name: str) -> str:
    """The name of a file as we keep it: what controls a terminal is left out."""
    return "".join(filter(str.isprintable, file_name))[:200]


def lock_path(folder: Path, job_id: int) -> Path:
    """The file that whoever runs an import holds locked; `folder` is the tenant's own."""
    return folder / "imports" / f"{job_id}.lock"


def take_lock(folder: Path, job_id: int) -> int | None:
    """Return a descriptor that holds the lock of an import until it is closed in every process that has it, None if it runs.

    The kernel gives the lock back with the last of these processes, however it ends: no import "runs" for ever.
    """
    path = lock_path(folder, job_id)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(fd)
        return None
    return fd


@contextmanager
def locked(folder: Path, job_id: int) -> Iterator[None]:
    """Hold the lock of an import that was just begun here."""
    fd = take_lock(folder, job_id)
    try:
        yield
    finally:
        lock_path(folder, job_id).unlink(missing_ok=True)
        if fd is not None:
            os.close(fd)


def runs(folder: Path, job_id: int) -> bool:
    """Whether a process works on this import now."""
    try:
        fd = os.open(lock_path(folder, job_id), os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(fd, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        return True
    finally:
        os.close(fd)
    return False
