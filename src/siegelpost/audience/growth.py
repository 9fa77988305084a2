"""How the number of people grew."""

from datetime import datetime

from siegelpost.audience.models import SubscriberList
from siegelpost.base.sqlfile import sql
from siegelpost.tenancy.handle import TenantDB


def joined_by_week(tenant: TenantDB, since: datetime, weeks: int) -> list[int]:
    """How many of those who are stored now came in each of `weeks` weeks, the first of which begins at `since`."""
    with tenant.cursor() as cursor:
        cursor.execute(sql("audience", "joined_by_week", tenant.vendor), {"since": since.strftime("%Y-%m-%d %H:%M:%S") + _zone(tenant)})
        found = dict(cursor.fetchall())
    return [found.get(week, 0) for week in range(weeks)]


def any_list(tenant: TenantDB) -> bool:
    """Whether there is a list."""
    return tenant.objects(SubscriberList).exists()


def _zone(tenant: TenantDB) -> str:
    """SQLite keeps moments as text in UTC, which compares as text; PostgreSQL has to be told."""
    return "" if tenant.vendor == "sqlite" else "+00"
