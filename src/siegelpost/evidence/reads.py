"""Read what was written down."""

from typing import Any

from siegelpost.evidence.models import Entry
from siegelpost.tenancy.handle import TenantDB


def entries(tenant: TenantDB, *, act: str = "", limit: int = 100) -> list[dict[str, Any]]:
    """The newest entries first, of one `act` or of all; at most `limit`."""
    rows = tenant.objects(Entry).order_by("-id")
    if act:
        rows = rows.filter(act=act)
    return [dict(row) for row in rows.values("id", "at", "actor", "act", "subject", "details")[:limit]]
