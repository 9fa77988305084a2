"""A list that somebody deleted: in nobody's sight from that moment on; its memberships go in small steps, and then its row."""

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from siegelpost.audience.errors import ListUnknown
from siegelpost.audience.listing import list_names
from siegelpost.audience.models import LeavingList, Membership, SubscriberList
from siegelpost.base.actor import Actor
from siegelpost.base.i18n import marked as _
from siegelpost.base.i18n import translate
from siegelpost.base.sqlfile import sql
from siegelpost.evidence.reads import about
from siegelpost.evidence.services import append
from siegelpost.tenancy.handle import TenantDB

DELETED: Final = "audience.list_deleted"
CLEARED: Final = "audience.list_cleared"


@dataclass(frozen=True, slots=True)
class Leaving:
    """A list that is going away, since when."""

    id: int
    since: datetime


def hold_lists(tenant: TenantDB, list_ids: Iterable[int]) -> None:
    """Make sure that lists are there, and stay until the transaction ends. Inside `tenant.atomic()`. Raises ListUnknown.

    Whatever makes somebody or something depend on a list asks this in its transaction: somebody else may be deleting it.
    """
    wanted = set(list_ids)
    if tenant.scope.lists is not None and (beyond := wanted - tenant.scope.lists):
        raise ListUnknown(name=min(beyond))
    with tenant.unlimited.cursor() as cursor:
        cursor.execute(sql("audience", "hold_lists", tenant.vendor), {"ids": json.dumps(sorted(wanted))})
        gone = wanted - {number for (number,) in cursor.fetchall()}
    if gone:
        raise ListUnknown(name=min(gone))


def lock_list(tenant: TenantDB, list_id: int) -> str:
    """The name of a list that nobody else holds or changes until the transaction ends. Raises ListUnknown."""
    row = tenant.objects(SubscriberList).select_for_update().filter(pk=list_id).first()
    if row is None:
        raise ListUnknown(name=list_id)
    return row.name


def mark_leaving(tenant: TenantDB, list_id: int, *, actor: Actor, now: datetime) -> None:
    """Take a list out of everybody's sight, and write that down; after `lock_list`, in the same transaction.

    Its name and its folder are free at once. Its memberships are the step by step work of the flow.
    """
    row = tenant.objects(SubscriberList).get(pk=list_id)
    people = tenant.objects(Membership).filter(list_id=list_id).count()
    tenant.objects(SubscriberList).filter(pk=list_id).update(leaving_at=now, folder=None)
    append(tenant, DELETED, subject=f"list:{list_id}", details={"name": row.name, "people": people}, actor=actor, at=now)


def leaving_lists(tenant: TenantDB) -> list[Leaving]:
    """All lists that are going away, the first to be deleted first."""
    rows = tenant.objects(LeavingList).order_by("leaving_at", "pk").values_list("pk", "leaving_at")
    return [Leaving(number, since) for number, since in rows if since is not None]


def some_members(tenant: TenantDB, list_id: int, limit: int) -> list[int]:
    """Ids of at most `limit` people who are on a list."""
    rows = tenant.objects(Membership).filter(list_id=list_id).order_by("subscriber_id")
    return list(rows.values_list("subscriber_id", flat=True)[:limit])


def drop_members(tenant: TenantDB, list_id: int, subscriber_ids: Sequence[int]) -> None:
    """Take many people off a list. Inside `tenant.atomic()`."""
    with tenant.cursor() as cursor:
        cursor.execute(sql("audience", "drop_members", tenant.vendor), {"ids": json.dumps(list(subscriber_ids)), "list_id": list_id})


def forget_list(tenant: TenantDB, list_id: int, *, actor: Actor, now: datetime) -> None:
    """Delete the row of a list that has gone empty, and write that down. Inside `tenant.atomic()`; doing it twice is safe."""
    if tenant.objects(LeavingList).filter(pk=list_id).delete()[0]:
        append(tenant, CLEARED, subject=f"list:{list_id}", actor=actor, at=now)


def on_no_other(tenant: TenantDB, list_id: int) -> int:
    """How many people of a list are on no other one."""
    with tenant.cursor() as cursor:
        cursor.execute(sql("audience", "alone", tenant.vendor), {"list_id": list_id})
        return int(cursor.fetchone()[0])


def labels(tenant: TenantDB, list_ids: Iterable[int]) -> dict[int, str]:
    """How to name these lists to people, in their language: those that were deleted too, for what was sent stays on record."""
    wanted = set(list_ids)
    known = list_names(tenant)
    before = deleted_names(tenant, wanted - known.keys()) if tenant.scope.is_whole else {}  # who has limits is told of none outside
    gone = {one: translate(_("{name} (deleted)")).format(name=before[one]) for one in before}
    return {one: known.get(one) or gone.get(one) or translate(_("[deleted list]")) for one in wanted}


def deleted_names(tenant: TenantDB, list_ids: Collection[int]) -> dict[int, str]:
    """Names that deleted lists had, as the log remembers them; lists that never were are left out."""
    acts = about(tenant, [f"list:{number}" for number in sorted(list_ids)], acts=(DELETED,))
    return {int(one.subject.partition(":")[2]): str(one.details["name"]) for one in acts}
