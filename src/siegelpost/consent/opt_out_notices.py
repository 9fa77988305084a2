"""Messages to a tenant's programs that somebody left: each waits, sealed, until it was taken, or was tried for a day in vain."""

import secrets
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from siegelpost.base.actor import Actor
from siegelpost.consent.models import OptOutNotice
from siegelpost.evidence.services import append
from siegelpost.sign.files import open_sealed, seal
from siegelpost.tenancy.handle import TenantDB

WAITING: Final = "waiting"
TOLD: Final = "told"
GIVEN_UP: Final = "given_up"
AGAIN: Final = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 300, 600, 600))
"""From one try to the next, as Standard Webhooks advises: a day in all, so that a program may be mended after a night."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One that is tried now; `attempt` counts from 1."""

    id: int
    name: str
    set_up_id: int
    key: bytes
    body: bytes
    attempt: int


def queue(tenant: TenantDB, set_up_id: int, key: bytes, body: bytes, *, now: datetime) -> None:
    """Keep a message until it is told. Inside the transaction of what it tells."""
    sealed = seal(tenant.keys.files, body, secrets.token_bytes)
    tenant.objects(OptOutNotice).bulk_create(
        [OptOutNotice(name=f"msg_{uuid.uuid4().hex}", set_up_id=set_up_id, key=key, sealed=sealed, due_at=now, created_at=now)]
    )


def any_due(tenant: TenantDB, *, now: datetime) -> bool:
    """Whether something is to be told."""
    return tenant.objects(OptOutNotice).filter(state=WAITING, due_at__lte=now).exists()


def take(tenant: TenantDB, *, now: datetime) -> Notice | None:
    """Take the next one that is due, for this process alone: it is due again later, whatever becomes of the process. Own transaction."""
    with tenant.atomic():
        row = tenant.objects(OptOutNotice).select_for_update().filter(state=WAITING, due_at__lte=now).order_by("due_at", "id").first()
        if row is None:
            return None
        row.attempts += 1
        row.due_at = now + AGAIN[min(row.attempts, len(AGAIN)) - 1]
        row.save(using=tenant.alias, update_fields=["attempts", "due_at"])
    body = open_sealed(tenant.keys.files, bytes(row.sealed))
    return Notice(id=row.pk, name=row.name, set_up_id=row.set_up_id, key=bytes(row.key), body=body, attempt=row.attempts)


def settle(tenant: TenantDB, one: Notice, *, told: bool, last: bool, code: int, actor: Actor, now: datetime) -> None:
    """Write down what came of a try; what is told or given up holds nobody's address any more.

    last  nobody will try again: the receiver wants no more, or the tries are used up
    """
    done = told or last or one.attempt > len(AGAIN)
    with tenant.atomic():
        rows = tenant.objects(OptOutNotice).filter(pk=one.id, state=WAITING)
        if not done:
            rows.update(code=code)
        elif rows.update(state=TOLD if told else GIVEN_UP, code=code, sealed=b"", key=b""):
            act = "opt_out.notice_told" if told else "opt_out.notice_given_up"
            append(tenant, act, subject=f"opt_out_notice:{one.id}", details={"code": code, "tries": one.attempt}, actor=actor, at=now)


def waiting_since(tenant: TenantDB) -> datetime | None:
    """Since when the oldest message waits that nobody has taken."""
    rows = tenant.objects(OptOutNotice).filter(state=WAITING).order_by("created_at")
    return rows.values_list("created_at", flat=True).first()
