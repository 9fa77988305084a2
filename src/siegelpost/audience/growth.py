"""How the number of people grew, week by week (Monday to Sunday, UTC)."""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from siegelpost.audience.models import SubscriberList
from siegelpost.audience.reads import need_list
from siegelpost.base.sqlfile import sql
from siegelpost.tenancy.handle import TenantDB

WEEK = timedelta(weeks=1)


def last_weeks(now: datetime, weeks: int) -> list[datetime]:
    """The first moments of the last `weeks` weeks, the current one included, the oldest first."""
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    return [midnight - timedelta(days=now.weekday(), weeks=ago) for ago in reversed(range(weeks))]


def came_by_week(tenant: TenantDB, weeks: Sequence[datetime]) -> list[int]:
    """How many of those who are stored now came in each of these weeks, which are given by their first moments."""
    return _counted(tenant, "came_by_week", weeks)


def joined_by_week(tenant: TenantDB, list_id: int, weeks: Sequence[datetime]) -> list[int]:
    """How many of those who are on a list now joined it in each of these weeks, which are given by their first moments.

    Raises ListUnknown.
    """
    need_list(tenant, list_id)
    return _counted(tenant.unlimited, "joined_by_week", weeks, list_id=list_id)


def _counted(tenant: TenantDB, statement: str, weeks: Sequence[datetime], **values: Any) -> list[int]:
    with tenant.cursor() as cursor:
        written = cursor.db.ops.adapt_datetimefield_value
        bounds = json.dumps([[str(written(week)), str(written(week + WEEK))] for week in weeks])
        cursor.execute(sql("audience", statement, tenant.vendor), {**values, "weeks": bounds})
        found = dict(cursor.fetchall())
    return [found[place] for place in range(len(weeks))]


def any_list(tenant: TenantDB) -> bool:
    """Whether there is a list."""
    return tenant.objects(SubscriberList).exists()
