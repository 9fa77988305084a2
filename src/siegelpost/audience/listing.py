"""Many people as a table shows them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db.models import Count

from siegelpost.audience.models import Membership, Subscriber, SubscriberList
from siegelpost.tenancy.handle import TenantDB


@dataclass(frozen=True, slots=True)
class PersonLine:
    """One person in a row; `name` is "" where neither first nor last name is known, `list_ids` in the order of joining."""

    id: int
    email: str
    key: bytes
    name: str
    list_ids: tuple[int, ...]
    created_at: datetime


NAMES: Final = ("first_name", "last_name")
"""Aliases of the fields that are somebody's name."""


def full_name(fields: Mapping[str, Any]) -> str:
    """First and last name as one."""
    return " ".join(str(fields[alias]) for alias in NAMES if fields.get(alias))


def people(tenant: TenantDB, subscriber_ids: Sequence[int]) -> list[PersonLine]:
    """The people with these numbers, in this order; whoever is gone is left out. For pages, so at most hundreds."""
    rows = tenant.objects(Subscriber).in_bulk(list(subscriber_ids))
    lists: defaultdict[int, list[int]] = defaultdict(list)
    members = tenant.objects(Membership).filter(subscriber_id__in=list(rows), list__leaving_at=None).order_by("id")
    for person, list_id in members.values_list("subscriber_id", "list_id"):
        lists[person].append(list_id)
    return [_line(tenant, rows[number], lists[number]) for number in subscriber_ids if number in rows]


def _line(tenant: TenantDB, row: Subscriber, list_ids: list[int]) -> PersonLine:
    email, name = tenant.scope.email(row.email), full_name(tenant.scope.fields(row.fields))
    return PersonLine(row.pk, email, bytes(row.address_key), name, tuple(list_ids), row.created_at)


def list_names(tenant: TenantDB) -> dict[int, str]:
    """Number -> name of all lists, by name. Counts nobody, unlike `reads.lists_of`."""
    return dict(tenant.objects(SubscriberList).order_by("name").values_list("pk", "name"))


def stored(tenant: TenantDB) -> int:
    """How many people are stored."""
    return tenant.objects(Subscriber).count()


def on_list(tenant: TenantDB, list_id: int) -> int:
    """How many people are on one list."""
    members = tenant.objects(Membership).filter(list_id=list_id)
    return int(members.aggregate(n=Count("subscriber"))["n"])  # the index that holds this is shorter than that with dates
