"""Who was sent a link to leave, since somebody typed the address into the public form: counted, so that the form is no weapon."""

from datetime import datetime, timedelta
from typing import Final

from siegelpost.consent.models import LeavingAsked
from siegelpost.tenancy.handle import TenantDB

KEPT: Final = timedelta(days=1)


def note_asked(tenant: TenantDB, key: bytes, *, now: datetime) -> None:
    """One more mail to this address. Inside `tenant.atomic()`."""
    tenant.objects(LeavingAsked).bulk_create([LeavingAsked(key=key, at=now)])


def asked_since(tenant: TenantDB, since: datetime, *, key: bytes = b"") -> int:
    """How many mails went to this address, or to all of them, since then."""
    rows = tenant.objects(LeavingAsked).filter(at__gt=since)
    return (rows.filter(key=key) if key else rows).count()


def forget_asked(tenant: TenantDB, *, now: datetime) -> int:
    """Delete what nobody counts any more, and return how many."""
    with tenant.atomic():
        return tenant.objects(LeavingAsked).filter(at__lte=now - KEPT).delete()[0]
