"""The staff take people off a list: because the person asked for it, or to tidy up."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from siegelpost.audience.errors import ListUnknown, SubscriberUnknown
from siegelpost.audience.listing import list_names, people
from siegelpost.audience.reads import find_subscriber
from siegelpost.audience.services import remove_member
from siegelpost.base.actor import Actor
from siegelpost.consent.grants import withdraw
from siegelpost.evidence.services import append
from siegelpost.flows.unsubscribe import leave_lists
from siegelpost.tenancy.handle import TenantDB

STAFF: Final = "staff"
"""How it was said: to somebody of the staff."""


def unsubscribe_for(tenant: TenantDB, subscriber_ids: Sequence[int], list_id: int, *, actor: Actor, now: datetime) -> int:
    """Unsubscribe people who asked the staff for it, and return how many were on the list.

    As if they had done it themselves: the consent ends, and no import brings them back. Source: Art. 7(3), 21(3) GDPR.
    """
    with tenant.atomic(durable=True):
        there = [one.id for one in people(tenant, subscriber_ids) if list_id in one.list_ids]
        return sum(leave_lists(tenant.unlimited, number, [list_id], how=STAFF, actor=actor, now=now) for number in there)


def take_off(tenant: TenantDB, subscriber_ids: Sequence[int], list_id: int, *, actor: Actor, now: datetime) -> int:
    """Take people off a list where it was the tenant's mistake that they are on it; return how many were.

    The consent for the list ends with it. Nothing is remembered against them: with a good ground they may be added again.
    """
    taken = 0
    with tenant.atomic():
        for number in subscriber_ids:
            if remove_member(tenant, number, list_id, now):
                taken += 1
                withdraw(tenant, subscriber_id=number, list_ids=[list_id], how=STAFF, actor=actor, now=now)
                subject = f"subscriber:{number}"
                append(tenant, "audience.taken_off", subject=subject, details={"list": list_id}, actor=actor, at=now)
    return taken


def unsubscribe_known(tenant: TenantDB, number: int, list_id: int, *, actor: Actor, now: datetime) -> bool:
    """Unsubscribe one person who must be stored, from a list that must be there; False where they were not on it.

    Raises SubscriberUnknown, ListUnknown.
    """
    _need(tenant, number, list_id)
    return bool(unsubscribe_for(tenant, [number], list_id, actor=actor, now=now))


def take_off_known(tenant: TenantDB, number: int, list_id: int, *, actor: Actor, now: datetime) -> bool:
    """Take one person who must be stored off a list that must be there; False where they were not on it.

    Raises SubscriberUnknown, ListUnknown.
    """
    _need(tenant, number, list_id)
    return bool(take_off(tenant, [number], list_id, actor=actor, now=now))


def _need(tenant: TenantDB, number: int, list_id: int) -> None:
    if find_subscriber(tenant, number) is None:
        raise SubscriberUnknown
    if list_id not in list_names(tenant):
        raise ListUnknown(name=list_id)
