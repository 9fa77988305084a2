"""The certificate of an erasure: what was found, removed and kept, who looked for the rest, and where it does not reach."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from siegelpost.base.actor import Actor
from siegelpost.base.privacy import Store, Subject
from siegelpost.erasure.models import Erasure
from siegelpost.erasure.rules import counted, not_reached, too_short
from siegelpost.erasure.seeking import Looked
from siegelpost.erasure.sweep import Task
from siegelpost.evidence.services import append
from siegelpost.sign.files import open_sealed
from siegelpost.tenancy.handle import TenantDB

CERTIFIED: Final = "erasure.certified"
DONE: Final = "done"


def certify(tenant: TenantDB, task: Task, stores: Sequence[Store], looked: Looked, *, actor: Actor, now: datetime) -> dict[str, Any]:
    """End an erasure: write its certificate into the log and forget whom it was about. Returns the certificate.

    The log holds all of it, and its next checkpoint signs it. Whoever comes second gets the same one. Its own transaction.
    """
    left = {store.code: len(store.tell(tenant, task.who)) for store in stores}
    with tenant.atomic(durable=True):
        row = tenant.objects(Erasure).select_for_update().get(pk=task.id)
        if row.certificate is None:
            row.certificate = _certificate(tenant, row, task, stores, left, looked, now)
            row.done_at, row.sealed = now, b""
            row.save(using=tenant.alias, update_fields=["certificate", "done_at", "sealed"])
            append(tenant, CERTIFIED, subject=f"erasure:{row.pk}", details=row.certificate, actor=actor, at=now)
    certificate: dict[str, Any] = row.certificate
    return certificate


def _certificate(
    tenant: TenantDB, row: Erasure, task: Task, stores: Sequence[Store], left: Mapping[str, int], looked: Looked, now: datetime
) -> dict[str, Any]:
    figures = counted(row.stores, left)
    return {
        "id": row.pk,
        "state": DONE,
        "receipt": row.receipt,
        "tenant": tenant.slug,
        "by": row.actor,
        "begun_at": row.begun_at.isoformat(),
        "done_at": now.isoformat(),
        "stores": [
            {"store": store.code, "name": store.name, **figures[store.code], "because": store.kept if figures[store.code]["kept"] else ""}
            for store in stores
        ],
        "search": {
            "files": looked.files,
            "bytes": looked.bytes,
            "tables": looked.tables,
            "rewritten": list(looked.rewritten),
            "elsewhere": sorted(looked.judged.elsewhere),
            "too_short": too_short(task.values),
        },
        "not_reached": not_reached(now, tenant.vendor),
    }


def open_tasks(tenant: TenantDB) -> list[Task]:
    """Erasures that were begun and not certified, the oldest first."""
    return [_task(tenant, row) for row in tenant.objects(Erasure).filter(done_at=None).order_by("id")]


def _task(tenant: TenantDB, row: Erasure) -> Task:
    said = json.loads(open_sealed(tenant.keys.files, bytes(row.sealed)))
    who = Subject(key=bytes(row.key), email=said["email"], numbers=tuple(said["numbers"]))
    return Task(row.pk, who, tuple(said["values"]), continued=True)
