"""Who wants no measuring at all, whatever tenant, list and mailing say."""

from datetime import datetime

from siegelpost.base.actor import Actor
from siegelpost.consent.models import Unmeasured
from siegelpost.evidence.services import append
from siegelpost.tenancy.handle import TenantDB


def wants_no_measuring(tenant: TenantDB, key: bytes) -> bool:
    """Whether whoever has this address said so; `key` is 16 bytes of `sign.addresses.address_key`."""
    return tenant.objects(Unmeasured).filter(key=key).exists()


def refuse_measuring(tenant: TenantDB, key: bytes, *, subscriber_id: int, actor: Actor, now: datetime) -> bool:
    """Count nothing of this person from the next message on; return whether that is new. Inside `tenant.atomic()`.

    Source: Art. 21(1) GDPR; § 25 TDDDG.
    """
    if wants_no_measuring(tenant, key):
        return False
    tenant.objects(Unmeasured).bulk_create([Unmeasured(key=key, at=now)])
    append(tenant, "measuring.refused", subject=f"subscriber:{subscriber_id}", actor=actor, at=now)
    return True


def allow_measuring(tenant: TenantDB, key: bytes, *, subscriber_id: int, actor: Actor, now: datetime) -> bool:
    """Let the person be counted like everybody else again; return whether that is new. Inside `tenant.atomic()`."""
    gone = tenant.objects(Unmeasured).filter(key=key).delete()[0]
    if gone:
        append(tenant, "measuring.allowed", subject=f"subscriber:{subscriber_id}", actor=actor, at=now)
    return bool(gone)
