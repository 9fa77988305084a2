"""How this room shows and removes what it holds of a person."""

from datetime import datetime
from typing import Any, Final

from siegelpost.audience.models import Membership, Subscriber
from siegelpost.base.i18n import marked as _
from siegelpost.base.privacy import Store, Subject
from siegelpost.tenancy.handle import TenantDB


def _records(tenant: TenantDB, who: Subject) -> list[dict[str, Any]]:
    rows = tenant.objects(Subscriber).filter(address_key=who.key)
    return [dict(row) for row in rows.values("id", "email", "fields", "language", "created_at", "updated_at")]


def _remove_records(tenant: TenantDB, who: Subject, now: datetime) -> int:
    return tenant.objects(Subscriber).filter(address_key=who.key).delete()[0]


def _memberships(tenant: TenantDB, who: Subject) -> list[dict[str, Any]]:
    rows = tenant.objects(Membership).filter(subscriber__address_key=who.key).order_by("list_id")
    return [{"list": name, "list_id": number, "added_at": at} for number, name, at in rows.values_list("list_id", "list__name", "added_at")]


def _remove_memberships(tenant: TenantDB, who: Subject, now: datetime) -> int:
    mine = tenant.objects(Subscriber).filter(address_key=who.key).values("pk")
    return tenant.objects(Membership).filter(subscriber__in=mine).delete()[0]


STORES: Final = (
    Store(models=("audience.Membership",), name=_("Lists"), tell=_memberships, remove=_remove_memberships),
    Store(models=("audience.Subscriber",), name=_("Record with its fields"), tell=_records, remove=_remove_records),
)
"""Memberships first: the record is what they hang on."""
