"""Write down an act."""

from datetime import datetime
from typing import Any

from siegelpost.base.actor import Actor
from siegelpost.evidence.models import Entry
from siegelpost.tenancy.handle import TenantDB


def append(tenant: TenantDB, act: str, *, subject: str = "", details: dict[str, Any] | None = None, actor: Actor, at: datetime) -> None:
    """Add one act to the tenant's log, inside the transaction of the act itself.

    act      "room.what"
    subject  what it was done to, by id and never by address
    details  small JSON without personal data
    """
    Entry(at=at, actor=str(actor), act=act, subject=subject, details=details or {}).save(using=tenant.alias, force_insert=True)
