"""What follows when a message came back or somebody called it spam, whoever said so: a mail server, a receiver, a provider."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from siegelpost.audience.reads import find_subscriber
from siegelpost.base.actor import Actor
from siegelpost.delivery.reads import Recipient, answered_before, received, recipient_of
from siegelpost.feedback.reads import arrived_in_between
from siegelpost.feedback.rules import Verdict
from siegelpost.feedback.services import About, Bounce, record_bounce, record_complaint
from siegelpost.flows.receive_address import LINK, Proven
from siegelpost.flows.unsubscribe import leave_lists
from siegelpost.sign.message_ids import id_for, id_of_mailing
from siegelpost.sign.verp import BOUNCE, UNSUBSCRIBE
from siegelpost.tenancy.handle import TenantDB

LATELY: Final = timedelta(days=5)  # RFC 5321 section 4.5.4.1: servers give up after four to five days
LATEST: Final = 50  # mailings of one person among which a Message-ID is looked for


@dataclass(frozen=True, slots=True)
class Said:
    """What came back: what it means for the address, the code to keep, and the words for people to read."""

    verdict: Verdict
    code: str
    words: str


def bounced(tenant: TenantDB, to: Recipient, said: Said, *, limit: int, actor: Actor, now: datetime) -> None:
    """Record a bounce of a delivery to somebody who is still here. Inside `tenant.atomic()`.

    limit  hard bounces in a row that retire an address, 1.., where the tenant says nothing else
    """
    arrived = arrived_in_between(tenant, answered_before(tenant, to.delivery_id))
    bounce = Bounce(about=about(to), verdict=said.verdict, code=said.code, text=said.words, arrived=arrived)
    record_bounce(tenant, bounce, limit=tenant.hard_bounces or limit, actor=actor, now=now)


def complained(tenant: TenantDB, of: About, *, source: str, actor: Actor, now: datetime) -> None:
    """Record a complaint, and write to the address no more. Inside `tenant.atomic()`."""
    record_complaint(tenant, of, source=source, actor=actor, now=now)
    leave_lists(tenant, of.subscriber_id, None, how="complaint", actor=actor, now=now)


def about(to: Recipient) -> About:
    """The person behind a delivery."""
    return About(mailing_id=to.mailing_id, subscriber_id=to.subscriber_id, key=to.key, delivery_id=to.delivery_id)


def whom(found: Proven) -> About | None:
    """Mailing and person behind a proof; None where the person is gone, or where it was a system mail."""
    match found.kind, found.numbers:
        case (kind, (delivery_id,)) if kind == BOUNCE:
            to = recipient_of(found.tenant, delivery_id)
            return about(to) if to and to.key else None
        case (kind, (subscriber_id, mailing_id)) if kind in (UNSUBSCRIBE, LINK):
            person = find_subscriber(found.tenant, subscriber_id)
            return About(mailing_id=mailing_id, subscriber_id=subscriber_id, key=person.key) if person else None
    return None


def mailing_of_id(tenant: TenantDB, subscriber_id: int, ids: Collection[str]) -> int | None:
    """The mailing to a person whose Message-ID is one of these (the part before the @), None where none is."""
    if not ids:
        return None
    mailings = [one.mailing_id for one in received(tenant, subscriber_id, skip=0, limit=LATEST)]
    made = {id_for(id_of_mailing(one, tenant.keys.message_ids), subscriber_id): one for one in mailings}
    return next((made[one] for one in ids if one in made), None)
