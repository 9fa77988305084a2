"""Somebody wants no more mail: by the link, by one click of the mail program, by mail, or on the page of preferences."""

from collections.abc import Sequence
from datetime import datetime

from siegelpost.audience.listing import list_names
from siegelpost.audience.reads import find_subscriber
from siegelpost.audience.services import remove_member
from siegelpost.base.actor import Actor
from siegelpost.consent import reads, suppression
from siegelpost.consent.grants import withdraw
from siegelpost.consent.rules import OPTOUT
from siegelpost.feedback.services import record_unsubscribe
from siegelpost.mailings.errors import MailingUnknown
from siegelpost.mailings.reads import lists_of as lists_of_mailing
from siegelpost.tenancy.handle import TenantDB


def unsubscribe(tenant: TenantDB, subscriber_id: int, mailing_id: int, *, how: str, actor: Actor, now: datetime) -> bool:
    """End the person's consent for the lists of a mailing, at once; return whether anything changed.

    how  "one-click", "page", "mailto" or "provider"

    Doing it twice is safe, and so is doing it for somebody who was erased. A mailing that names no list (or is gone, or
    its lists are) stands for everything: when in doubt the person gets nothing.

    Source: RFC 8058 section 3.2, Art. 7(3) and 21(3) GDPR.
    """
    with tenant.atomic(durable=True):  # "you are unsubscribed" must stay true after a power cut
        lists = mailing_lists(tenant, mailing_id)
        changed = leave_lists(tenant, subscriber_id, lists or None, how=how, actor=actor, now=now)
        if changed:
            record_unsubscribe(tenant, mailing_id=mailing_id, subscriber_id=subscriber_id, at=now)
    return changed


def mailing_lists(tenant: TenantDB, mailing_id: int) -> tuple[int, ...]:
    """Ids of the lists of a mailing that are still there; none where it is gone itself, for its links live longer than it."""
    try:
        wanted = lists_of_mailing(tenant, mailing_id)
    except MailingUnknown:
        return ()
    known = list_names(tenant)
    return tuple(one for one in wanted if one in known)


def names_of_lists(tenant: TenantDB, mailing_id: int) -> list[str]:
    """Names of the lists that `unsubscribe` would take somebody off, for the page; none where it is everything."""
    ids = mailing_lists(tenant, mailing_id)
    return [name for number, name in list_names(tenant).items() if number in ids]


def leave_lists(tenant: TenantDB, subscriber_id: int, list_ids: Sequence[int] | None, *, how: str, actor: Actor, now: datetime) -> bool:
    """Take one person off these lists (None: off all) and remember never to write about them again; inside `tenant.atomic()`.

    Withdraws consent, ends membership and suppresses the keyed hash of the address, so that a later import cannot bring the
    person back. Returns whether anything of it was new.
    """
    person = find_subscriber(tenant, subscriber_id)
    if person is None:
        return False
    gone = reads.known_lists(tenant, subscriber_id) | person.list_ids if list_ids is None else frozenset(list_ids)
    ended = withdraw(tenant, subscriber_id=subscriber_id, list_ids=sorted(gone), how=how, actor=actor, now=now)
    for list_id in sorted(gone):
        remove_member(tenant, subscriber_id, list_id, now)
    wanted: list[int | None] = [None] if list_ids is None else list(list_ids)
    added = [
        suppression.suppress(tenant, kind=OPTOUT, key=person.key, list_id=list_id, source=how, actor=actor, now=now) for list_id in wanted
    ]
    return bool(ended) or any(added)
