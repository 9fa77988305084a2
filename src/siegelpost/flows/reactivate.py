"""Write again to an address that was retired after bounces: the mailbox is there after all."""

from datetime import datetime

from siegelpost.base.actor import Actor
from siegelpost.consent.blacklist import lift_retained
from siegelpost.feedback.services import begin_anew
from siegelpost.tenancy.handle import TenantDB


def reactivate(tenant: TenantDB, key: bytes, *, actor: Actor, now: datetime) -> bool:
    """Lift the block and begin to count anew; return whether the address was retired. Recorded. Other reasons not to write stay.

    key  16 bytes of `sign.addresses.address_key`
    """
    with tenant.atomic():
        begin_anew(tenant, key)
        return lift_retained(tenant, key, actor=actor, now=now)
