"""What PostgreSQL's planner knows of a tenant's tables."""

from typing import Final

import structlog
from django.db import DatabaseError, connections

from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.models import Tenant
from siegelpost.tenancy.registry import register_owner

log = structlog.get_logger(__name__)


MANY: Final = 1_000


def look_again(tenant: TenantDB, came: int) -> None:
    """Have PostgreSQL count a tenant's tables now, where so many rows came at once; outside of transactions. SQLite plans without.

    By itself it does so within a minute or two; until then it takes 100,000 people for a handful, and compares each of them with
    each consent, and asks the table about every row that it finds in an index. Only a table's owner may ask for it. Where it fails,
    those minutes are all that is lost.
    """
    if came < MANY or tenant.vendor != "postgresql":
        return
    aliases = register_owner(Tenant.objects.get(slug=tenant.slug))
    try:
        with connections[aliases[0]].cursor() as cursor:
            cursor.execute("VACUUM (ANALYZE, SKIP_LOCKED)")
    except DatabaseError as fault:
        log.warning("tenancy.not_counted_again", tenant=tenant.slug, fault=type(fault).__name__)
    finally:
        for alias in aliases:
            connections[alias].close()
