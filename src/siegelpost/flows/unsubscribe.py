"""Somebody wants no more mail: by the link, by one click of the mail program, by mail, or on the page of preferences."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from siegelpost.audience.listing import list_names
from siegelpost.audience.reads import find_subscriber
from siegelpost.base.actor import Actor
from siegelpost.consent.purposes import running
from siegelpost.feedback.services import record_unsubscribe
from siegelpost.flows.leaving import Leaver, Leaving, leave
from siegelpost.mailings.errors import MailingUnknown
from siegelpost.mailings.reads import lists_of as lists_of_mailing
from siegelpost.measure.singly.folding import fold_people
from siegelpost.tenancy.handle import TenantDB

EVERY_MAILING: Final = 0
"""Number in a link that came with no mailing: it is about everything."""
ASKED: Final = "asked"
"""How it was said: by a link that somebody asked for on our page."""


def unsubscribe(tenant: TenantDB, subscriber_id: int, mailing_id: int, *, how: str, actor: Actor, now: datetime) -> bool:
    """End the person's consent for the lists of a mailing, at once; return whether anything changed.

    how  "one-click", "page", "mailto" or "provider"

    Doing it twice is safe, and so is doing it for somebody who was erased. A mailing that names no list (or is gone, or
    its lists are) stands for everything: when in doubt the person gets nothing.

    Source: RFC 8058 section 3.2, Art. 7(3) and 21(3) GDPR.
    """
    if mailing_id == EVERY_MAILING and how == "page":
        how = ASKED
    with tenant.atomic(durable=True):  # "you are unsubscribed" must stay true after a power cut
        lists = mailing_lists(tenant, mailing_id)
        changed = leave_lists(tenant, subscriber_id, lists or None, how=how, actor=actor, now=now)
        if changed and mailing_id != EVERY_MAILING:
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
    """Take one person off these lists (None: off all), as `leaving.leave`; inside `tenant.atomic()`. False where nobody has the number."""
    person = find_subscriber(tenant, subscriber_id)
    if person is None:
        return False
    about = None if list_ids is None else tuple(list_ids)
    left = leave(tenant, Leaver.of(person), Leaving(about, how), actor=actor, now=now)
    if not running(tenant, subscriber_id):
        fold_people(tenant, [subscriber_id])
    return left
