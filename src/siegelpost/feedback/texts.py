"""What other servers wrote about a bounce: kept sealed for 90 days, then gone."""

import secrets
from datetime import datetime, timedelta
from typing import Final

from siegelpost.feedback.models import ReturnedText
from siegelpost.sign.files import open_sealed, seal
from siegelpost.tenancy.handle import TenantDB

KEPT_FOR: Final = timedelta(days=90)


def keep_text(tenant: TenantDB, event_id: int, text: str, *, now: datetime) -> None:
    """Keep what was written about one bounce; the first text stays. Inside `tenant.atomic()`."""
    if text:
        row = ReturnedText(event_id=event_id, sealed=seal(tenant.keys.files, text.encode(), secrets.token_bytes), at=now)
        tenant.objects(ReturnedText).bulk_create([row], ignore_conflicts=True)


def text_of(tenant: TenantDB, event_id: int) -> str:
    """What was written about one bounce, "" where nothing was, or where it is gone. Raises FileRefused with another key."""
    row = tenant.objects(ReturnedText).filter(pk=event_id).first()
    return open_sealed(tenant.keys.files, bytes(row.sealed)).decode() if row else ""


def forget_texts(tenant: TenantDB, *, now: datetime) -> int:
    """Delete what is older than 90 days; returns how many texts that were. Its own transaction."""
    with tenant.atomic():
        return int(tenant.objects(ReturnedText).filter(at__lt=now - KEPT_FOR).delete()[0])
