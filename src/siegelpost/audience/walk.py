"""All people in the order of their numbers, a page at a time: whoever comes or goes meanwhile shifts nobody."""

from collections import defaultdict
from typing import Final

from siegelpost.audience.models import Membership, Subscriber
from siegelpost.audience.reads import SubscriberView, view_of
from siegelpost.tenancy.handle import TenantDB

LONGEST: Final = 500
"""People on a page: half a megabyte of answer at most, and a transaction of a few milliseconds."""


def people_after(tenant: TenantDB, number: int, *, list_id: int | None = None, limit: int) -> list[SubscriberView]:
    """The next people behind a number (0 for the first), at most `limit` (up to LONGEST); of one list where it is named.

    Those of a list are found in its index, so a page costs the same wherever it lies.
    """
    most = min(limit, LONGEST)
    rows = tenant.objects(Subscriber).order_by("pk")
    if list_id is None:
        found = list(rows.filter(pk__gt=number)[:most])
    else:
        members = tenant.objects(Membership).filter(list_id=list_id, subscriber_id__gt=number).order_by("subscriber_id")
        found = list(rows.filter(pk__in=list(members.values_list("subscriber_id", flat=True)[:most])))
    lists = _lists_of(tenant, [row.pk for row in found])
    return [view_of(tenant, row, frozenset(lists[row.pk])) for row in found]


def _lists_of(tenant: TenantDB, numbers: list[int]) -> defaultdict[int, list[int]]:
    lists: defaultdict[int, list[int]] = defaultdict(list)
    members = tenant.objects(Membership).filter(subscriber_id__in=numbers, list__leaving_at=None)
    for person, list_id in members.values_list("subscriber_id", "list_id"):
        lists[person].append(list_id)
    return lists
