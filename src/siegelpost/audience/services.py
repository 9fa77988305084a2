"""Make lists and folders, put people into them and take them out."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db import IntegrityError

from siegelpost.audience.addresses import INVALID, read_address
from siegelpost.audience.errors import AddressReal, FolderUnknown, ListExists, SubscriberChanged, SubscriberUnknown
from siegelpost.audience.fields import FieldSpec, create_field, ensure_standard_fields
from siegelpost.audience.leaving import hold_lists
from siegelpost.audience.models import Folder, Membership, Subscriber, SubscriberList
from siegelpost.audience.names import line_or_nothing, one_line
from siegelpost.audience.reserved import kept_out
from siegelpost.base.actor import Actor
from siegelpost.evidence.services import append
from siegelpost.sign.addresses import address_key
from siegelpost.tenancy.handle import TenantDB

__all__ = (
    "FieldSpec",
    "add_member",
    "create_field",
    "create_folder",
    "create_list",
    "ensure_standard_fields",
    "put_subscriber",
    "remove_member",
    "update_subscriber",
)

MAX_NAME: Final = 120  # characters, as the columns have


def create_folder(tenant: TenantDB, name: str, *, parent_id: int | None = None, actor: Actor, now: datetime) -> int:
    """Make a folder for lists, inside another or at the top, and return its id. Raises NameWrong, FolderUnknown."""
    name = one_line(name, MAX_NAME)
    with tenant.atomic():
        _need_folder(tenant, parent_id)
        row = Folder(name=name, parent_id=parent_id)
        row.save(using=tenant.alias, force_insert=True)
        append(tenant, "audience.folder_created", subject=f"folder:{row.pk}", details={"name": name}, actor=actor, at=now)
    return int(row.pk)


@dataclass(frozen=True, slots=True)
class ListUse:
    """For what people of a list are written to, and why that is allowed; "" where nobody says it yet. One line each."""

    purpose: str = ""
    ground: str = ""


UNSAID: Final = ListUse()


def create_list(
    tenant: TenantDB,
    name: str,
    *,
    description: str = "",
    folder_id: int | None = None,
    use: ListUse = UNSAID,
    actor: Actor,
    now: datetime,
) -> int:
    """Make a list and return its id. Raises NameWrong, ListExists, FolderUnknown."""
    said = {"purpose": line_or_nothing(use.purpose), "ground": line_or_nothing(use.ground)}
    row = SubscriberList(name=one_line(name, MAX_NAME), description=description.strip(), folder_id=folder_id, created_at=now, **said)
    try:
        with tenant.atomic():
            _need_folder(tenant, folder_id)
            row.save(using=tenant.alias, force_insert=True)
            append(tenant, "audience.list_created", subject=f"list:{row.pk}", details={"name": row.name, **said}, actor=actor, at=now)
    except IntegrityError as reason:
        raise ListExists(name=row.name) from reason
    return int(row.pk)


def _need_folder(tenant: TenantDB, folder_id: int | None) -> None:
    """A list beside all folders would be out of the sight of whoever has limits, and made it."""
    if folder_id is None and tenant.scope.lists is not None:
        raise FolderUnknown
    if folder_id is not None and not tenant.objects(Folder).filter(pk=folder_id).exists():
        raise FolderUnknown


def put_subscriber(tenant: TenantDB, email: str, fields: Mapping[str, Any], now: datetime, actor: Actor) -> int:
    """Store one person, or add to what is stored of them, and return their id. Inside `tenant.atomic()`.

    email   normalised address (audience.addresses)
    fields  alias -> value as `fieldtypes` parsed it; fields that are not named keep their value

    Raises ValueError for an address that is none: callers have judged it and told the person. Raises AddressReal on a test system.
    """
    if read_address(email).reason:
        raise ValueError(INVALID.reason)
    if kept_out(tenant, email):
        raise AddressReal
    key = address_key(email, tenant.keys.addresses)
    mine = tenant.objects(Subscriber).select_for_update().filter(address_key=key)
    row = mine.first()
    if row is None:
        new = Subscriber(email=email, address_key=key, fields=dict(fields), created_at=now, updated_at=now)
        tenant.objects(Subscriber).bulk_create([new], ignore_conflicts=True)  # another process may have been faster
        row = mine.get()
        append(tenant, "audience.subscriber_created", subject=f"subscriber:{row.pk}", actor=actor, at=now)
    _update(tenant, row, fields, actor, now)
    return int(row.pk)


def update_subscriber(
    tenant: TenantDB, subscriber_id: int, fields: Mapping[str, Any], *, actor: Actor, now: datetime, seen: datetime | None = None
) -> bool:
    """Change fields of one person (None as value empties one); return whether anything changed. Inside `tenant.atomic()`.

    seen  when what the writer looked at was last changed; None where nobody looked (a file, the person's own form)

    Raises SubscriberUnknown, SubscriberChanged (only where something would be overwritten: sending twice is safe).
    """
    row = tenant.objects(Subscriber).select_for_update().filter(pk=subscriber_id).first()
    if row is None:
        raise SubscriberUnknown
    if seen not in (None, row.updated_at) and any(row.fields.get(alias) != value for alias, value in fields.items()):
        raise SubscriberChanged
    return _update(tenant, row, fields, actor, now)


def _update(tenant: TenantDB, row: Subscriber, fields: Mapping[str, Any], actor: Actor, now: datetime) -> bool:
    changed = sorted(alias for alias, value in fields.items() if row.fields.get(alias) != value)
    if not changed:
        return False
    row.fields = {alias: value for alias, value in {**row.fields, **fields}.items() if value is not None}
    row.updated_at = now
    row.save(using=tenant.alias, update_fields=["fields", "updated_at"])
    details = {"fields": changed}
    append(tenant, "audience.subscriber_changed", subject=f"subscriber:{row.pk}", details=details, actor=actor, at=now)
    return True


def add_member(tenant: TenantDB, subscriber_id: int, list_id: int, now: datetime) -> None:
    """Put one person on a list; being there already is fine. Inside `tenant.atomic()`. Raises ListUnknown.

    Says nothing about consent: the flow grants that beside it and writes it down.
    """
    hold_lists(tenant, [list_id])
    member = Membership(list_id=list_id, subscriber_id=subscriber_id, added_at=now)
    tenant.objects(Membership).bulk_create([member], ignore_conflicts=True)


def remove_member(tenant: TenantDB, subscriber_id: int, list_id: int, now: datetime) -> bool:
    """Take one person off a list; return whether they were on it. Inside `tenant.atomic()`. The flow writes down why."""
    return bool(tenant.objects(Membership).filter(list_id=list_id, subscriber_id=subscriber_id).delete()[0])
