"""What is kept of each import: whose file, on which ground, and what came of it."""

from datetime import datetime
from pathlib import PurePath
from typing import Final

from siegelpost.intake.models import ImportJob
from siegelpost.intake.orders import ImportOrder
from siegelpost.tenancy.handle import TenantDB

RUNNING: Final = "running"
DONE: Final = "done"
FAILED: Final = "failed"


def begin(tenant: TenantDB, order: ImportOrder, *, file_name: str, digest: str, now: datetime) -> int:
    """Note that an import starts and return its id; `digest` is the SHA-256 of the file, lower-case hex."""
    job = ImportJob(
        list_id=order.list_id,
        file_name="".join(filter(str.isprintable, file_name))[:200],
        file_hash=digest,
        ground=order.ground.strip(),
        source=order.source.strip(),
        mode=order.mode,
        state=RUNNING,
        started_at=now,
    )
    with tenant.atomic():
        job.save(using=tenant.alias, force_insert=True)
    return int(job.pk)


def end(tenant: TenantDB, job_id: int, state: str, refused_file: str, *, now: datetime) -> None:
    """Note how an import ended, DONE or FAILED, and the name of the file of its refused rows ("" for none)."""
    with tenant.atomic():
        tenant.objects(ImportJob).filter(pk=job_id).update(state=state, refused_file=PurePath(refused_file).name[:200], finished_at=now)
