"""That what was personal is anonymous for good: kept once, and never changed."""

from datetime import datetime
from typing import Any

from siegelpost.measure.singly.models import Certificate
from siegelpost.tenancy.handle import TenantDB


def keep_certificate(tenant: TenantDB, said: dict[str, Any], *, now: datetime) -> None:
    """Inside `tenant.atomic()`; the same stands in the log."""
    Certificate(said=said, at=now).save(using=tenant.alias, force_insert=True)


def certificates(tenant: TenantDB) -> list[dict[str, Any]]:
    """All of them, the newest first."""
    return list(tenant.objects(Certificate).order_by("-pk").values_list("said", flat=True))
