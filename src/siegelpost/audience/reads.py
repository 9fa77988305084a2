"""What other rooms and doors may know of subscribers, lists and fields."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from siegelpost.audience.addresses import read_address
from siegelpost.audience.errors import ListUnknown
from siegelpost.audience.models import Field, Membership, Subscriber, SubscriberList
from siegelpost.base.versions import fingerprint
from siegelpost.sign.addresses import address_key
from siegelpost.tenancy.handle import TenantDB


@dataclass(frozen=True, slots=True)
class FieldView:
    """One field: `kind` is one of fieldtypes.KINDS, `options` those of a choice."""

    id: int
    alias: str
    name: str
    kind: str
    purpose: str
    options: tuple[str, ...]

    @property
    def version(self) -> str:
        """Tells one state of what may be changed from another."""
        return fingerprint(self.name, self.purpose, self.options)


@dataclass(frozen=True, slots=True)
class ListView:
    """One list and how many people are on it."""

    id: int
    name: str
    description: str
    folder_id: int | None
    created_at: datetime
    members: int
    purpose: str = ""
    ground: str = ""

    @property
    def version(self) -> str:
        """Tells one state of what may be changed from another."""
        return fingerprint(self.name, self.description, self.folder_id, self.purpose, self.ground)


@dataclass(frozen=True, slots=True)
class SubscriberView:
    """One person: `key` is the keyed hash of the address, `fields` alias -> value."""

    id: int
    email: str
    key: bytes
    fields: Mapping[str, Any]
    language: str
    list_ids: frozenset[int]
    created_at: datetime
    updated_at: datetime


def fields_of(tenant: TenantDB) -> list[FieldView]:
    """All fields beside the address, in the order in which they are shown."""
    rows = tenant.objects(Field).order_by("position", "id")
    return [FieldView(row.pk, row.alias, row.name, row.kind, row.purpose, tuple(row.options)) for row in rows]


def lists_of(tenant: TenantDB) -> list[ListView]:
    """All lists by name, with the number of their members."""
    return [_list_view(row) for row in _counted(tenant).order_by("name")]


def list_by_name(tenant: TenantDB, name: str) -> ListView:
    """The list of exactly this name. Raises ListUnknown."""
    row = _counted(tenant).filter(name=name).first()
    if row is None:
        raise ListUnknown(name=name)
    return _list_view(row)


def list_by_id(tenant: TenantDB, list_id: int) -> ListView:
    """The list with this number. Raises ListUnknown."""
    row = _counted(tenant).filter(pk=list_id).first()
    if row is None:
        raise ListUnknown(name=list_id)
    return _list_view(row)


def need_list(tenant: TenantDB, list_id: int) -> None:
    """Raises ListUnknown unless the handle shows a list of this number."""
    if not tenant.objects(SubscriberList).filter(pk=list_id).exists():
        raise ListUnknown(name=list_id)


def _counted(tenant: TenantDB) -> QuerySet[SubscriberList]:
    """Lists with `members`; each is counted in an index, where a join would go through all members (3 times as long)."""
    members = tenant.objects(Membership).filter(list=OuterRef("pk")).order_by().values("list").annotate(n=Count("subscriber")).values("n")
    return tenant.objects(SubscriberList).annotate(members=Coalesce(Subquery(members), 0))


def _list_view(row: Any) -> ListView:
    return ListView(row.pk, row.name, row.description, row.folder_id, row.created_at, row.members, row.purpose, row.ground)


def find_subscriber(tenant: TenantDB, subscriber_id: int) -> SubscriberView | None:
    """The person with this number, None where nobody has it (any more)."""
    return _subscriber_view(tenant, tenant.objects(Subscriber).filter(pk=subscriber_id).first())


def find_by_email(tenant: TenantDB, email: str) -> SubscriberView | None:
    """The person with this address, typed in any usual way; None where nobody has it or it is none.

    Where addresses are hidden nobody is found by one: whoever could try them out would know them.
    """
    judged = read_address(email)
    if judged.reason or tenant.scope.hides_addresses:
        return None
    key = address_key(judged.address, tenant.keys.addresses)
    return _subscriber_view(tenant, tenant.objects(Subscriber).filter(address_key=key).first())


def view_of(tenant: TenantDB, row: Subscriber, list_ids: frozenset[int]) -> SubscriberView:
    """A row as its reader may see it: here, and in no other place, it becomes something to show."""
    scope, key = tenant.scope, bytes(row.address_key)
    email, fields = scope.email(row.email), scope.fields(row.fields)
    return SubscriberView(row.pk, email, key, fields, row.language, list_ids, row.created_at, row.updated_at)


def _subscriber_view(tenant: TenantDB, row: Subscriber | None) -> SubscriberView | None:
    if row is None:
        return None
    mine = tenant.objects(Membership).filter(subscriber_id=row.pk, list__leaving_at=None)
    return view_of(tenant, row, frozenset(mine.values_list("list_id", flat=True)))
