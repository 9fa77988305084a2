"""Mails of the system to people of the staff: who writes them.

The operator's own tenants write first. What comes back to a sender, and what a machine answers to it, is read by whoever owns its
mailbox: a link in such a mail is for nobody but its receiver.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from siegelpost.accounts.errors import NobodyWrites
from siegelpost.base.actor import Actor
from siegelpost.delivery.outgoing import SystemMail
from siegelpost.flows.post import post
from siegelpost.mailings.browse import senders
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.registry import all_tenants

Writer = tuple[TenantDB, int]
"""A tenant and one of its senders."""
STAFF: Final = Actor.system("staff")


def writer_of(tenants: Iterable[TenantDB]) -> Writer | None:
    """The first sender that may send, of the operator's own tenants before others; None where nobody can write."""
    ours = sorted(tenants, key=lambda one: not one.own)
    return next(((one, sender.id) for one in ours for sender in senders(one) if sender.ready), None)


def writer_for(*tenants: TenantDB) -> Writer:
    """Who writes to the staff of these tenants: one of them, or one of the operator's own. Raises NobodyWrites.

    Asked before anything is done, and the same for every receiver.
    """
    numbers = {one.number for one in tenants}
    found = writer_of([*tenants, *(one for one in all_tenants() if one.own and one.number not in numbers)])
    if found is None:
        raise NobodyWrites
    return found


def write(by: Writer, to: str, subject: str, text: str, *, now: datetime) -> None:
    """Queue it."""
    tenant, sender_id = by
    post(tenant, SystemMail(kind="notice", to=to, subject=subject, text=text, sender_id=sender_id), actor=STAFF, now=now)
