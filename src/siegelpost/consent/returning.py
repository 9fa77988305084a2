"""Somebody who had opted out agrees again."""

from collections.abc import Sequence
from datetime import datetime

from siegelpost.base.actor import Actor
from siegelpost.consent.grants import withdraw
from siegelpost.consent.suppression import lift_opt_out, opted_out_of
from siegelpost.tenancy.handle import TenantDB

OPT_OUT = "opt-out"


def come_back(
    tenant: TenantDB, key: bytes, *, subscriber_id: int, list_ids: Sequence[int], all_lists: Sequence[int], actor: Actor, now: datetime
) -> None:
    """Make room for a person's new consent to `list_ids`: lift the opt-outs against it. Before `grant`, inside `tenant.atomic()`.

    key        16 bytes of `sign.addresses.address_key`
    all_lists  an opt-out from everything stays in force for the others of these

    An opt-out that came with a file leaves the older consent standing; it is ended here, or the new one would not be written.
    """
    ended = opted_out_of(tenant, key, list_ids)
    if ended:
        withdraw(tenant, subscriber_id=subscriber_id, list_ids=sorted(ended), how=OPT_OUT, actor=actor, now=now)
    lift_opt_out(tenant, key, list_ids, other_lists=all_lists, actor=actor, now=now)
