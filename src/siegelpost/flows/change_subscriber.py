"""Change the fields of one person who is stored."""

from collections.abc import Mapping
from datetime import datetime

from siegelpost.audience.services import update_subscriber
from siegelpost.base.actor import Actor
from siegelpost.flows.field_values import Given, read_values
from siegelpost.tenancy.handle import TenantDB


def change_subscriber(
    tenant: TenantDB, number: int, values: Mapping[str, Given], *, seen: datetime | None, actor: Actor, now: datetime
) -> bool:
    """Change the fields that are named, and return whether anything differed.

    seen  `updated_at` of what the writer read; None where nobody read

    Raises FieldNotHere, ValueRefused, SubscriberUnknown, SubscriberChanged.
    """
    read = read_values(tenant, values)
    with tenant.atomic():
        return update_subscriber(tenant, number, read, actor=actor, now=now, seen=seen)
