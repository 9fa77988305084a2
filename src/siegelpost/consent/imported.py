"""Consents that rest on the word of an import: how many there are, whose, and how they end where nobody can prove them."""

import json
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Final

from django.db.models import Count

from siegelpost.base.sqlfile import sql
from siegelpost.consent.models import Consent
from siegelpost.tenancy.handle import TenantDB

UNPROVEN: Final = "unproven"
"""How a consent ended that an import claimed and nobody could show."""
MANY: Final = 1_000
"""Consents that end in one transaction: below 50 ms on SQLite."""


def counted(tenant: TenantDB, import_ids: Collection[int]) -> Mapping[int, int]:
    """Import -> how many running consents rest on it; imports without any are left out."""
    rows = tenant.objects(Consent).filter(import_id__in=list(import_ids), withdrawn_at=None).order_by()
    return dict(rows.values_list("import_id").annotate(Count("subscriber_id", distinct=True)))


def people_of(tenant: TenantDB, import_ids: Collection[int]) -> list[tuple[int, bytes]]:
    """Everybody whose consent rests on these imports: number and keyed hash of the address."""
    with tenant.cursor() as cursor:
        cursor.execute(sql("consent", "of_imports", tenant.vendor), {"imports": json.dumps(sorted(import_ids))})
        return [(int(number), bytes(key)) for number, key in cursor.fetchall()]


def end_unproven(tenant: TenantDB, import_ids: Collection[int], subscriber_ids: Collection[int] | None = None, *, now: datetime) -> int:
    """End the consents of these people that rest on these imports, of everybody with None; returns how many.

    Some at a time, each in its own transaction, so that others can write between; running it again goes on. The flow writes it down.
    """
    mine = tenant.objects(Consent).filter(import_id__in=list(import_ids), withdrawn_at=None)
    if subscriber_ids is not None:
        mine = mine.filter(subscriber_id__in=list(subscriber_ids))
    ended = 0
    while some := list(mine.values_list("pk", flat=True)[:MANY]):
        with tenant.atomic():
            ended += tenant.objects(Consent).filter(pk__in=some, withdrawn_at=None).update(withdrawn_at=now, withdrawn_how=UNPROVEN)
    return ended


def unproven(tenant: TenantDB, subscriber_ids: Collection[int]) -> frozenset[int]:
    """Who of these people was imported before, and nobody could show that they agreed: an import cannot bring them again."""
    rows = tenant.objects(Consent).filter(subscriber_id__in=list(subscriber_ids), withdrawn_at__isnull=False, withdrawn_how=UNPROVEN)
    return frozenset(rows.values_list("subscriber_id", flat=True))


def imported_from(tenant: TenantDB, subscriber_id: int, list_ids: Collection[int]) -> str:
    """The source that an import named for somebody on these lists; "" for whoever came another way."""
    rows = tenant.objects(Consent).filter(subscriber_id=subscriber_id, list_id__in=list(list_ids), import_id__isnull=False)
    return rows.order_by("source").values_list("source", flat=True).first() or ""
